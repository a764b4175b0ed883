//! Whether the counters of seats agree with the ledger, and those of coverage with what they count. It reports and never repairs in silence.

use super::Database;
use crate::{
    domain::seats::{Counters, Difference, Movement, differences, replay},
    error::Result,
};
use entity::{
    id::OccasionId, kind::SignUpStatus, seat_movement, seat_quota, sign_up, training_occasion,
};
use sea_orm::{ColumnTrait, DatabaseExecutor, EntityTrait, QueryFilter, QueryOrder};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One thing that does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The occasion.
    pub occasion: OccasionId,
    /// What does not agree, for the operator.
    pub what: String,
}

/// What a check has looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What the counters of coverage say otherwise than the appointments and units, for the operator.
    pub coverage: Vec<String>,
    /// Which sealed minutes are not what was sealed, for the operator.
    pub minutes: Vec<String>,
    /// How many occasions were checked.
    pub occasions: usize,
    /// How many ledger movements were read.
    pub movements: usize,
    /// What does not agree.
    pub disagreements: Vec<Disagreement>,
}

impl Database {
    /// Compares every occasion's counters and sign-ups with its ledger.
    pub async fn check(&self) -> Result<Findings> {
        let snapshot = self.snapshot().await?;
        let connection: DatabaseExecutor<'_> = (&snapshot).into();
        let mut findings = Findings::default();
        let occasions = training_occasion::Entity::find()
            .order_by_asc(training_occasion::Column::Id)
            .all(&connection)
            .await?;
        for chunk in occasions.chunks(200) {
            check_chunk(&connection, chunk, &mut findings).await?;
        }
        findings.coverage = Self::check_coverage(&connection).await?;
        findings.minutes = Self::check_minutes(&connection).await?;
        snapshot.commit().await?;
        Ok(findings)
    }
}

async fn check_chunk(
    connection: &DatabaseExecutor<'_>,
    occasions: &[training_occasion::Model],
    findings: &mut Findings,
) -> Result<()> {
    let ids = || occasions.iter().map(|occasion| occasion.id);
    let movements = seat_movement::Entity::find()
        .filter(seat_movement::Column::OccasionId.is_in(ids()))
        .order_by_asc(seat_movement::Column::Number)
        .all(connection)
        .await?;
    let quotas = seat_quota::Entity::find()
        .filter(seat_quota::Column::OccasionId.is_in(ids()))
        .all(connection)
        .await?;
    let sign_ups = sign_up::Entity::find()
        .filter(sign_up::Column::OccasionId.is_in(ids()))
        .all(connection)
        .await?;
    findings.occasions += occasions.len();
    findings.movements += movements.len();
    for occasion in occasions {
        let of = |id: OccasionId| id == occasion.id;
        let movements: Vec<_> = movements.iter().filter(|row| of(row.occasion_id)).collect();
        let quotas: Vec<_> = quotas.iter().filter(|row| of(row.occasion_id)).collect();
        let sign_ups: Vec<_> = sign_ups.iter().filter(|row| of(row.occasion_id)).collect();
        let whats = check_occasion(occasion, &movements, &quotas, &sign_ups);
        let disagreements = whats.into_iter().map(|what| Disagreement {
            occasion: occasion.id,
            what,
        });
        findings.disagreements.extend(disagreements);
    }
    Ok(())
}

fn check_occasion(
    occasion: &training_occasion::Model,
    movements: &[&seat_movement::Model],
    quotas: &[&seat_quota::Model],
    sign_ups: &[&sign_up::Model],
) -> Vec<String> {
    let mut whats = Vec::new();
    let gapless = movements
        .iter()
        .zip(1..)
        .all(|(row, number)| row.number == number);
    if !gapless || usize::try_from(occasion.movements) != Ok(movements.len()) {
        whats.push(format!(
            "the ledger has {} movements, numbered with gaps or not as the counter says ({})",
            movements.len(),
            occasion.movements
        ));
    }
    let ledger = replay(
        &movements
            .iter()
            .map(|row| Movement {
                organisation: row.organisation_id.uuid(),
                seats: row.seats,
                waiting: row.waiting,
            })
            .collect::<Vec<_>>(),
    );
    let sum = |of: fn(&Counters) -> i64| ledger.values().map(of).sum::<i64>();
    for (name, counter, by_ledger) in [
        ("taken", occasion.taken, sum(|counters| counters.taken)),
        (
            "waiting",
            occasion.waiting,
            sum(|counters| counters.waiting),
        ),
    ] {
        if i64::from(counter) != by_ledger {
            whats.push(format!(
                "{name} is {counter} by the counter and {by_ledger} by the ledger"
            ));
        }
    }
    whats.extend(
        differences(&ledger, &counters_of(sign_ups))
            .iter()
            .map(|found| say("the sign-ups", found)),
    );
    whats.extend(
        differences(&taken_only(&ledger), &taken_of(quotas))
            .iter()
            .map(|found| say("the quotas", found)),
    );
    whats
}

fn say(whose: &str, found: &Difference) -> String {
    format!(
        "organisation {}: {} taken and {} waiting by {whose}, {} and {} by the ledger",
        found.organisation.simple(),
        found.stored.taken,
        found.stored.waiting,
        found.ledger.taken,
        found.ledger.waiting
    )
}

fn counters_of(sign_ups: &[&sign_up::Model]) -> BTreeMap<Uuid, Counters> {
    let mut counters: BTreeMap<Uuid, Counters> = BTreeMap::new();
    for row in sign_ups {
        let counter = counters.entry(row.organisation_id.uuid()).or_default();
        match row.status {
            SignUpStatus::Confirmed | SignUpStatus::Offered => counter.taken += 1,
            SignUpStatus::Waitlisted => counter.waiting += 1,
            SignUpStatus::Withdrawn | SignUpStatus::Cancelled | SignUpStatus::Expired => {}
        }
    }
    counters
}

/// Quotas count seats only.
fn taken_only(ledger: &BTreeMap<Uuid, Counters>) -> BTreeMap<Uuid, Counters> {
    let seats = |counters: &Counters| Counters {
        taken: counters.taken,
        waiting: 0,
    };
    ledger
        .iter()
        .map(|(organisation, counters)| (*organisation, seats(counters)))
        .collect()
}

fn taken_of(quotas: &[&seat_quota::Model]) -> BTreeMap<Uuid, Counters> {
    let seats = |row: &seat_quota::Model| Counters {
        taken: i64::from(row.taken),
        waiting: 0,
    };
    quotas
        .iter()
        .map(|row| (row.organisation_id.uuid(), seats(row)))
        .collect()
}
