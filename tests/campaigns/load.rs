//! What many clients do to one occasion at once: each coordinator signs colleagues up, alone, in groups and without
//! names, withdraws and replaces them; the organiser changes the rules and removes people meanwhile.

use super::{
    gate::{Gate, Reply},
    history::{Act, Beginning, Call, Outcome, Recorder},
    model::Share,
    random::Random,
};
use crate::seats::world::{COORDINATORS, ORGANISER, block, enter_people, instant, organisation_in};
use chrono::TimeDelta;
use entity::{
    id::{OccasionId, OrganisationId, PersonId, SignUpId},
    kind::StaffCategory,
};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How many lanes each organisation has, and how many colleagues each of them.
const LANES: usize = 2;
const COLLEAGUES: usize = 12;
/// How often a client repeats a request that it knows nothing about.
const PATIENCE: u32 = 120;

/// How much is done to the occasion.
#[derive(Clone, Copy)]
pub struct Measure {
    /// Requests of each coordinator's lane.
    pub steps: usize,
    /// Requests of the organiser.
    pub rules: usize,
    /// How far ahead a guarantee is released at most.
    pub release: TimeDelta,
}

/// An occasion and those who want its seats.
pub struct Ground {
    /// The occasion.
    pub occasion: OccasionId,
    /// The rules that it begins with.
    pub beginning: Beginning,
    organisations: Vec<(&'static str, OrganisationId)>,
    lanes: Vec<(usize, Vec<PersonId>)>,
    /// Sign-ups that were acknowledged to anybody.
    made: Mutex<Vec<SignUpId>>,
    seed: u64,
}

async fn must(gate: &Gate<'_>, what: (&str, &str), input: Value) -> Value {
    match gate.send(0, ORGANISER, what, &input).await {
        Reply::Done(payload) => payload,
        other => panic!("{} is the ground of the campaign: {other:?}", what.0),
    }
}

fn share_input(organisation: OrganisationId, share: &Share) -> Value {
    json!({
        "organisationId": organisation.to_string(),
        "guaranteed": share.guaranteed,
        "maximum": share.maximum,
        "releaseAt": share.release_at.map(instant),
    })
}

impl Ground {
    /// A new occasion with a few seats, shares that will be released soon, and new people for it.
    pub async fn prepare(gate: &Gate<'_>, seed: u64, measure: Measure) -> Self {
        let mut random = Random::new(seed, 0);
        let input = json!({ "title": "Kampanjen", "format": "HALF_DAY", "sharing": "PARTNERS", "county": "07" });
        let made = must(gate, ("createTraining", "training { id }"), input).await;
        let training = &made["training"]["id"];
        let input = json!({ "trainingId": training });
        must(gate, ("publishTraining", "training { id }"), input).await;
        let capacity = random.seats(8, 16);
        let begins = gate.now() + TimeDelta::days(30);
        let input = json!({ "trainingId": training, "capacity": capacity, "timeBlocks": [block(begins, 3)] });
        let made = must(gate, ("createOccasion", "occasion { id }"), input).await;
        let occasion = made["occasion"]["id"].as_str().expect("an id").to_owned();
        let mut organisations = Vec::new();
        let mut lanes = Vec::new();
        for (number, persona) in COORDINATORS.into_iter().enumerate() {
            let organisation = organisation_in(gate.database, persona).await;
            organisations.push((persona, organisation));
            for _ in 0..LANES {
                let people = [StaffCategory::Employee; COLLEAGUES];
                let people = enter_people(gate.database, organisation, &people).await;
                let people = people.iter().map(|id| id.parse().expect("an id"));
                lanes.push((number, people.collect()));
            }
        }
        let shares = shares(&mut random, gate, &organisations, capacity, measure.release);
        let quotas = shares.iter().map(|(id, share)| share_input(*id, share));
        let input = json!({ "occasionId": occasion, "quotas": quotas.collect::<Vec<_>>() });
        must(gate, ("setSeatQuotas", "occasion { id }"), input).await;
        Self {
            occasion: occasion.parse().expect("an id"),
            beginning: Beginning { capacity, shares },
            organisations,
            lanes,
            made: Mutex::default(),
            seed,
        }
    }

    /// Everything at once, until everybody has done what there was to do.
    pub async fn load(&self, gate: &Gate<'_>, recorder: &Recorder, measure: Measure) {
        let lanes = self
            .lanes
            .iter()
            .enumerate()
            .map(|(number, (organisation, people))| {
                let (persona, organisation) = self.organisations[*organisation];
                let lane = Lane {
                    client: Client {
                        ground: self,
                        gate,
                        recorder,
                        persona,
                        organisation,
                        number,
                    },
                    random: Random::new(
                        self.seed,
                        10 + u64::try_from(number).expect("a small number"),
                    ),
                    free: people.clone(),
                    standing: Vec::new(),
                    keys: 0,
                };
                lane.run(measure.steps)
            });
        join(join_all(lanes), self.organise(gate, recorder, measure)).await;
    }

    async fn organise(&self, gate: &Gate<'_>, recorder: &Recorder, measure: Measure) {
        let mut random = Random::new(self.seed, 1);
        let own = self
            .organisations
            .iter()
            .find(|(persona, _)| *persona == ORGANISER);
        let (persona, organisation) = *own.expect("the organiser has colleagues too");
        let client = Client {
            ground: self,
            gate,
            recorder,
            persona,
            organisation,
            number: LANES,
        };
        let mut capacity = self.beginning.capacity;
        for _ in 0..measure.rules {
            match random.below(3) {
                0 => {
                    let wanted = random.seats(capacity.saturating_sub(3).max(4), capacity + 4);
                    if client.set_capacity(wanted).await == Some(true) {
                        capacity = wanted;
                    }
                }
                1 => {
                    let shares = shares(
                        &mut random,
                        gate,
                        &self.organisations,
                        capacity,
                        measure.release,
                    );
                    client.set_quotas(shares).await;
                }
                _ => {
                    let made = self
                        .made
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .clone();
                    if let Some(id) = made.get(random.below(made.len())) {
                        client.withdraw(*id).await;
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Some organisations' shares, by chance; they may be impossible, and are refused then.
fn shares(
    random: &mut Random,
    gate: &Gate<'_>,
    organisations: &[(&'static str, OrganisationId)],
    capacity: u32,
    release: TimeDelta,
) -> BTreeMap<OrganisationId, Share> {
    let mut left = capacity / 2;
    let mut shares = BTreeMap::new();
    for (_, organisation) in organisations {
        if random.below(3) == 0 {
            continue;
        }
        let guaranteed = random.seats(0, left.min(3));
        left -= guaranteed;
        let maximum = (random.below(2) == 0).then(|| guaranteed + random.seats(1, 6));
        let far = i32::try_from(1 + random.below(4)).expect("a small number");
        let release_at = (random.below(3) > 0).then(|| gate.now() + release / 4 * far);
        let share = Share {
            guaranteed,
            maximum,
            release_at,
        };
        shares.insert(*organisation, share);
    }
    shares
}

/// One client, who knows what it asked for and what it was told.
struct Client<'g> {
    ground: &'g Ground,
    gate: &'g Gate<'g>,
    recorder: &'g Recorder,
    persona: &'static str,
    organisation: OrganisationId,
    number: usize,
}

impl Client<'_> {
    /// Asks until there is an answer, and keeps what came of it.
    async fn insist(&self, act: Act, what: (&str, &str), input: Value) -> Outcome {
        let sent = self.recorder.moment();
        let (mut outcome, mut uncertain) = (Outcome::Unknown, false);
        for attempt in 0..PATIENCE {
            match self
                .gate
                .send(self.number, self.persona, what, &input)
                .await
            {
                Reply::Done(payload) => {
                    outcome = made(&payload).map_or(Outcome::Done, Outcome::Made);
                    break;
                }
                // With a key, what was done before would have been told again.
                Reply::Refused(codes) if !uncertain || input.get("idempotencyKey").is_some() => {
                    outcome = Outcome::Refused(codes);
                    break;
                }
                Reply::Refused(_) => break,
                Reply::Unknown => {
                    uncertain = true;
                    self.recorder.sent_in_vain();
                }
                Reply::Wrong(what) => {
                    self.recorder.wrong(what);
                    break;
                }
            }
            tokio::time::sleep(Duration::from_millis(20 + 5 * u64::from(attempt.min(16)))).await;
        }
        let answered = (outcome != Outcome::Unknown).then(|| self.recorder.moment());
        let organisation = self.organisation;
        let outcome_told = outcome.clone();
        self.recorder.keep(Call {
            organisation,
            act,
            sent,
            answered,
            outcome,
        });
        outcome_told
    }

    async fn withdraw(&self, id: SignUpId) {
        let input = json!({ "signUpId": id.to_string() });
        self.insist(Act::Withdraw(id), ("withdraw", "signUp { status }"), input)
            .await;
    }

    /// Whether the number of seats was changed; none if that is not known.
    async fn set_capacity(&self, wanted: u32) -> Option<bool> {
        let query = "query($id: ID!) { occasion(id: $id) { version } }";
        let variables = json!({ "id": self.ground.occasion.to_string() });
        let answer = self
            .gate
            .ask(self.number, self.persona, query, variables)
            .await
            .ok()?;
        let version = answer.body["data"]["occasion"]["version"].as_i64()?;
        let input = json!({
            "occasionId": self.ground.occasion.to_string(),
            "expectedVersion": version,
            "capacity": wanted,
        });
        let what = ("updateOccasion", "occasion { id }");
        match self.insist(Act::Capacity(wanted), what, input).await {
            Outcome::Unknown => None,
            outcome => Some(outcome == Outcome::Done),
        }
    }

    async fn set_quotas(&self, shares: BTreeMap<OrganisationId, Share>) {
        let quotas = shares.iter().map(|(id, share)| share_input(*id, share));
        let input = json!({
            "occasionId": self.ground.occasion.to_string(),
            "quotas": quotas.collect::<Vec<_>>(),
        });
        let what = ("setSeatQuotas", "occasion { id }");
        self.insist(Act::Quotas(shares), what, input).await;
    }
}

/// The sign-ups of a payload, if it has some.
fn made(payload: &Value) -> Option<Vec<(SignUpId, String)>> {
    let rows = payload.get("signUps")?.as_array()?;
    let row = |row: &Value| {
        let id = row["id"].as_str()?.parse().ok()?;
        Some((id, row["status"].as_str()?.to_owned()))
    };
    rows.iter().map(row).collect()
}

/// A coordinator with colleagues who have no place yet, and those that have.
struct Lane<'g> {
    client: Client<'g>,
    random: Random,
    free: Vec<PersonId>,
    standing: Vec<SignUpId>,
    keys: usize,
}

impl Lane<'_> {
    async fn run(mut self, steps: usize) {
        for _ in 0..steps {
            match self.random.below(10) {
                0..=4 => self.sign_up(1, 0).await,
                5 => self.sign_up(2, 0).await,
                6 => self.sign_up(1, 2).await,
                7 => self.replace().await,
                _ => {
                    if let Some(id) = self.random.take(&mut self.standing) {
                        self.client.withdraw(id).await;
                    }
                }
            }
        }
    }

    async fn sign_up(&mut self, people: usize, held: usize) {
        let people: Vec<PersonId> = (0..people)
            .filter_map(|_| self.random.take(&mut self.free))
            .collect();
        if people.is_empty() {
            return;
        }
        self.keys += 1;
        let client = &self.client;
        let occasion = client.ground.occasion.to_string();
        let participants = people
            .iter()
            .map(|person| json!({ "personId": person.to_string() }));
        let input = json!({
            "occasionId": occasion,
            "participants": participants.collect::<Vec<_>>(),
            "heldSeats": held,
            "mode": "ALL_OR_NOTHING",
            "idempotencyKey": format!("{occasion} {} {}", client.number, self.keys),
        });
        let what = ("signUp", "signUps { id status }");
        let outcome = client
            .insist(Act::SignUp { people, held }, what, input)
            .await;
        if let Outcome::Made(made) = outcome {
            let ids = made.into_iter().map(|(id, _)| id);
            let ids: Vec<SignUpId> = ids.collect();
            self.standing.extend(&ids);
            let mut all = client
                .ground
                .made
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            all.extend(ids);
        }
    }

    async fn replace(&mut self) {
        let Some(id) = self.standing.get(self.random.below(self.standing.len())) else {
            return;
        };
        let Some(person) = self.random.take(&mut self.free) else {
            return;
        };
        let input = json!({ "signUpId": id.to_string(), "personId": person.to_string() });
        let what = ("replaceParticipant", "signUp { id }");
        self.client.insist(Act::Replace(*id), what, input).await;
    }
}
