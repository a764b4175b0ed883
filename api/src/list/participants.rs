//! The participants of an occasion that the viewer may see, in the order of a list.

use super::{
    Event,
    table::{Cell, Table},
};
use crate::{
    disclosure::{self, Relation},
    error::Result,
    language::{Language, Text},
    policy::select,
    viewer::Viewer,
};
use entity::{
    id::{OrganisationId, PersonId},
    kind::SignUpStatus,
    membership, organisation, person, sign_up,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// Somebody with a seat or a place in line, or a seat without a name.
pub(super) struct Participant {
    /// None for a seat held without a name, and where the name is not told: the two look alike.
    pub(super) name: Option<String>,
    /// The address at work, for the own organisation's people.
    email: Option<String>,
    /// The organisation.
    organisation: String,
    /// Whether it has a seat, is offered one or waits.
    status: SignUpStatus,
    /// When it was signed up, in the occasion's zone.
    signed_up: String,
}

impl Participant {
    /// Whether the seat is taken for good.
    pub(super) fn has_seat(&self) -> bool {
        self.status == SignUpStatus::Confirmed
    }
}

/// Those who have a seat, by name; then those who are offered one, then those who wait, in order. As many statements for many as for few.
pub(super) async fn of(viewer: &Viewer, event: &Event) -> Result<Vec<Participant>> {
    use sign_up::Column as S;
    let standing = Condition::all()
        .add(S::OccasionId.eq(event.occasion.id))
        .add(S::Status.is_in(SignUpStatus::STANDING));
    let query = sign_up::Entity::find()
        .filter(standing.clone())
        .order_by_asc(S::Number);
    let rows = viewer.all(query).await?;
    let people = People::of(viewer, standing).await?;

    let mut participants: Vec<(String, Participant)> = rows
        .iter()
        .map(|row| people.participant(viewer, event, row))
        .collect();
    // Only those with a seat are put in order by name; what has no name comes last, as it was signed up.
    let by_name = |(key, one): &(String, Participant)| {
        let seated = one.has_seat();
        let key = if seated { key.clone() } else { String::new() };
        let turn = match one.status {
            SignUpStatus::Confirmed => 0,
            SignUpStatus::Offered => 1,
            _ => 2,
        };
        (turn, seated && one.name.is_none(), key)
    };
    participants.sort_by_cached_key(by_name);
    Ok(participants.into_iter().map(|(_, one)| one).collect())
}

/// The list as a table.
pub(super) fn table(participants: &[Participant], language: Language) -> Table {
    let words = |swedish, english| {
        Text::fixed(swedish, english)
            .in_language(language)
            .to_owned()
    };
    let place = |one: &Participant| match one.status {
        SignUpStatus::Confirmed => words("Bekräftad", "Confirmed"),
        SignUpStatus::Offered => words("Erbjuden", "Offered"),
        _ => words("Reservlista", "Waiting list"),
    };
    Table {
        name: words("Deltagare", "Participants"),
        headings: vec![
            words("Namn", "Name"),
            words("Organisation", "Organisation"),
            words("E-post", "E-mail"),
            words("Plats", "Place"),
            words("Anmäld", "Signed up"),
        ],
        rows: participants
            .iter()
            .map(|one| {
                vec![
                    Cell::Text(one.name.clone().unwrap_or_default()),
                    Cell::Text(one.organisation.clone()),
                    Cell::Text(one.email.clone().unwrap_or_default()),
                    Cell::Text(place(one)),
                    Cell::Text(one.signed_up.clone()),
                ]
            })
            .collect(),
    }
}

/// What is known of the people of an occasion's sign-ups.
struct People {
    persons: HashMap<PersonId, person::Model>,
    memberships: HashMap<PersonId, membership::Model>,
    organisations: HashMap<OrganisationId, organisation::Model>,
}

impl People {
    async fn of(viewer: &Viewer, sign_ups: Condition) -> Result<Self> {
        use sign_up::Column as S;
        let ids = || select::<sign_up::Entity>(S::PersonId, sign_ups.clone());
        let persons = person::Entity::find().filter(person::Column::Id.in_subquery(ids()));
        // The viewer sees the memberships of its own organisation: those are colleagues.
        let memberships =
            membership::Entity::find().filter(membership::Column::PersonId.in_subquery(ids()));
        let organisations =
            organisation::Entity::find().filter(organisation::Column::Id.in_subquery(select::<
                sign_up::Entity,
            >(
                S::OrganisationId,
                sign_ups.clone(),
            )));
        let (persons, memberships, organisations) = (
            viewer.all(persons).await?,
            viewer.all(memberships).await?,
            viewer.all(organisations).await?,
        );
        Ok(Self {
            persons: persons.into_iter().map(|row| (row.id, row)).collect(),
            memberships: memberships
                .into_iter()
                .map(|row| (row.person_id, row))
                .collect(),
            organisations: organisations.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    /// A participant, and the key that its name is sorted by; an empty one where the name is not told.
    fn participant(
        &self,
        viewer: &Viewer,
        event: &Event,
        row: &sign_up::Model,
    ) -> (String, Participant) {
        let person = row.person_id.and_then(|id| self.persons.get(&id));
        let relation = |person: &person::Model| {
            Relation::of(viewer, person.id, self.memberships.get(&person.id))
        };
        let name = person.and_then(|one| disclosure::name(viewer, one, relation(one)));
        let email = person.and_then(|one| disclosure::email(viewer, one, relation(one)));
        let key = match (name, person) {
            (Some(_), Some(person)) => person.sort_name.clone(),
            _ => String::new(),
        };
        let organisation = self.organisations.get(&row.organisation_id);
        let participant = Participant {
            name: name.map(str::to_owned),
            email: email.map(str::to_owned),
            organisation: organisation.map_or_else(String::new, |row| row.name.clone()),
            status: row.status,
            signed_up: event.local(row.created_at, "%Y-%m-%d %H:%M"),
        };
        (key, participant)
    }
}
