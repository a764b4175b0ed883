//! When somebody who is appointed has the trainings that the role needs.
//!
//! A completion is the person's, wherever it was entered: so this looks at completions that the viewer may not read,
//! and writes down days that name nobody. They stay when completions are disposed of: the past is not rewritten.

use super::{Viewer, coverage::Touched};
use crate::{
    domain::coverage::{Span, common, united},
    error::Result,
    policy::select,
};
use chrono::NaiveDate;
use entity::{
    appointment, appointment_trained, completion,
    id::{AppointmentId, OrganisationId, PersonId, RoleTypeId, TrainingId, UnitId},
    role_training,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect, Set,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(FromQueryResult)]
struct Appointed {
    id: AppointmentId,
    role_type_id: RoleTypeId,
    organisation_id: OrganisationId,
    county_code: Option<String>,
    unit_id: Option<UnitId>,
    person_id: Option<PersonId>,
}

/// A completion that stands.
#[derive(FromQueryResult)]
struct Held {
    person_id: PersonId,
    training_id: TrainingId,
    completed_on: NaiveDate,
    valid_until: Option<NaiveDate>,
}

impl Viewer {
    /// Writes down when the holders of these appointments are trained, as their completions have it now. Call it
    /// inside [`Viewer::counted`].
    pub(crate) async fn qualify(&self, which: Condition) -> Result<()> {
        qualify(&self.db.writer(), which).await
    }

    /// Brings appointments in line after completions of these trainings by these people were entered or taken back,
    /// whichever organisations the people are appointed in. Call it inside the transaction that did so.
    pub(crate) async fn completions_changed(
        &self,
        people: &BTreeSet<PersonId>,
        trainings: &BTreeSet<TrainingId>,
    ) -> Result<()> {
        use appointment::Column as A;
        if people.is_empty() || trainings.is_empty() {
            return Ok(());
        }
        let needing = select::<role_training::Entity>(
            role_training::Column::RoleTypeId,
            Condition::all()
                .add(role_training::Column::TrainingId.is_in(trainings.iter().copied())),
        );
        let which = Condition::all()
            .add(A::PersonId.is_in(people.iter().copied()))
            .add(A::RoleTypeId.in_subquery(needing));
        let mut by_organisation: BTreeMap<OrganisationId, Vec<Appointed>> = BTreeMap::new();
        for one in appointed(&self.db.writer(), which).await? {
            let list = by_organisation.entry(one.organisation_id).or_default();
            list.push(one);
        }
        for (organisation, appointed) in by_organisation {
            let touched = Touched {
                organisation,
                roles: appointed.iter().map(|one| one.role_type_id).collect(),
                units: appointed.iter().filter_map(|one| one.unit_id).collect(),
            };
            let ids = appointed.iter().map(|one| one.id);
            let these = Condition::all().add(A::Id.is_in(ids));
            self.counted(&touched, self.qualify(these)).await?;
        }
        Ok(())
    }
}

/// Writes down when the holders of some appointments are trained.
pub(crate) async fn qualify(connection: &impl ConnectionTrait, which: Condition) -> Result<()> {
    let appointed = appointed(connection, which).await?;
    if appointed.is_empty() {
        return Ok(());
    }
    let needs = needs_of(connection, &appointed).await?;
    let held = held(connection, &appointed, &needs).await?;
    let mut rows = Vec::new();
    for one in &appointed {
        let spans = trained(one, &needs, &held).into_iter();
        rows.extend(spans.map(|span| appointment_trained::ActiveModel {
            appointment_id: Set(one.id),
            from_day: Set(span.from),
            until_day: Set(span.until),
        }));
    }
    let ids: Vec<AppointmentId> = appointed.iter().map(|one| one.id).collect();
    for ids in ids.chunks(1_000) {
        appointment_trained::Entity::delete_many()
            .filter(appointment_trained::Column::AppointmentId.is_in(ids.iter().copied()))
            .exec(connection)
            .await?;
    }
    for rows in rows.chunks(1_000) {
        appointment_trained::Entity::insert_many(rows.to_vec())
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// The days on which somebody has one of the trainings that the organisation asks for, and one of those that the county
/// does; every day, where nothing is asked for.
fn trained(one: &Appointed, needs: &[role_training::Model], held: &[Held]) -> Vec<Span> {
    let of_role = needs
        .iter()
        .filter(|need| need.role_type_id == one.role_type_id);
    let (own, others): (Vec<_>, Vec<_>) =
        of_role.partition(|need| need.organisation_id == Some(one.organisation_id));
    let in_county = |need: &&role_training::Model| {
        need.county_code.is_some() && need.county_code == one.county_code
    };
    let county: Vec<_> = others.into_iter().filter(in_county).collect();
    let mut spans = vec![Span::new(None, None)];
    for list in [own, county] {
        if list.is_empty() {
            continue;
        }
        let of_it = |row: &&Held| {
            Some(row.person_id) == one.person_id
                && list.iter().any(|need| need.training_id == row.training_id)
        };
        let valid = held.iter().filter(of_it).map(Held::span).collect();
        spans = common(&spans, &united(valid));
    }
    spans
}

async fn appointed(connection: &impl ConnectionTrait, which: Condition) -> Result<Vec<Appointed>> {
    Ok(appointment::Entity::find()
        .filter(which)
        .into_model::<Appointed>()
        .all(connection)
        .await?)
}

async fn needs_of(
    connection: &impl ConnectionTrait,
    appointed: &[Appointed],
) -> Result<Vec<role_training::Model>> {
    let roles: BTreeSet<RoleTypeId> = appointed.iter().map(|one| one.role_type_id).collect();
    Ok(role_training::Entity::find()
        .filter(role_training::Column::RoleTypeId.is_in(roles))
        .all(connection)
        .await?)
}

async fn held(
    connection: &impl ConnectionTrait,
    appointed: &[Appointed],
    needs: &[role_training::Model],
) -> Result<Vec<Held>> {
    use completion::Column as C;
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    let people: BTreeSet<PersonId> = appointed.iter().filter_map(|one| one.person_id).collect();
    let trainings: BTreeSet<TrainingId> = needs.iter().map(|need| need.training_id).collect();
    Ok(completion::Entity::find()
        .select_only()
        .columns([C::PersonId, C::TrainingId, C::CompletedOn, C::ValidUntil])
        .filter(C::PersonId.is_in(people))
        .filter(C::TrainingId.is_in(trainings))
        .filter(C::WithdrawnAt.is_null())
        .into_model::<Held>()
        .all(connection)
        .await?)
}

impl Held {
    /// The days on which it is valid, its last day included.
    fn span(&self) -> Span {
        let until = self.valid_until.and_then(|last| last.succ_opt());
        Span::new(Some(self.completed_on), until)
    }
}
