//! How many took part in the joint catalogue, without the rows behind it: the narrow door of statistics.
//!
//! What comes out counts people of all organisations, also small numbers. It goes to `domain::statistics`, which
//! says what of it may be told, and nowhere else.

use crate::{
    domain::{
        audience::{Participant, counted_under},
        statistics::{Outcome, People},
    },
    error::Result,
    policy::select,
    viewer::Viewer,
};
use chrono::{DateTime, Utc};
use entity::{
    attendance, completion,
    id::{OrganisationId, TrainingId, UnitId},
    kind::{
        AttendanceGrade, OccasionStatus, OrganisationKind, Role, SharingLevel, SignUpStatus,
        StaffCategory, TrainingStatus,
    },
    membership, organisation, sign_up, training, training_occasion, training_organiser,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationDef,
    sea_query::{Expr, ExprTrait, IntoCondition},
};
use std::collections::HashMap;

/// Whose numbers are wanted, of what.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// Occasions that ended from then on.
    pub(crate) from: DateTime<Utc>,
    /// Occasions that ended before then.
    pub(crate) until: DateTime<Utc>,
    /// Trainings for that county; none for every training.
    pub(crate) county: Option<String>,
    /// That training only; none for every training.
    pub(crate) training: Option<TrainingId>,
    /// The own organisation's people only, or everybody.
    pub(crate) whose: Whose,
}

/// Whose people are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The own organisation's.
    Own,
    /// Everybody's.
    All,
}

/// People who are alike in all that is read.
#[derive(FromQueryResult)]
struct Row {
    organisation_id: OrganisationId,
    kind: OrganisationKind,
    organisation_county: Option<String>,
    training_county: Option<String>,
    unit_id: Option<UnitId>,
    staff_category: Option<StaffCategory>,
    listed_for: Option<OrganisationId>,
    confirmed: i64,
    attended: i64,
    completed: i64,
}

impl Row {
    fn people(&self) -> People {
        let whole = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        let same_county =
            self.organisation_county.is_some() && self.organisation_county == self.training_county;
        People {
            kind: self.kind,
            organisation: self.organisation_id,
            unit: self.unit_id,
            audience: self.staff_category.and_then(|category| {
                counted_under(&Participant {
                    organisation_kind: self.kind,
                    same_county,
                    category,
                })
            }),
            listed: self.listed_for.is_some(),
            number: whole(self.confirmed),
            outcome: Outcome {
                attended: whole(self.attended),
                completed: whole(self.completed),
            },
        }
    }
}

impl Viewer {
    /// The people who had a seat at occasions that took place, of trainings that are shared with a county or more
    /// widely: the own organisation's first, then the others. In one statement.
    pub(crate) async fn participation(&self, scope: &Scope) -> Result<(Vec<People>, Vec<People>)> {
        use sign_up::Column as S;
        let Some(own) = self.organisation(Role::Coordinator) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let number_of = |which: Condition| {
            let one = Expr::case(which, Expr::col((sign_up::Entity, S::Id)));
            Expr::expr(one).count()
        };
        let query = sign_up::Entity::find()
            .select_only()
            .column(S::OrganisationId)
            .column_as(organisation::Column::Kind, "kind")
            .column_as(organisation::Column::CountyCode, "organisation_county")
            .column_as(training::Column::CountyCode, "training_county")
            .column_as(membership::Column::UnitId, "unit_id")
            .column_as(membership::Column::StaffCategory, "staff_category")
            .column_as(training_organiser::Column::OrganisationId, "listed_for")
            .expr_as(Expr::col((sign_up::Entity, S::Id)).count(), "confirmed")
            .expr_as(number_of(attended()), "attended")
            .expr_as(number_of(completed()), "completed")
            .join(JoinType::InnerJoin, to_occasion())
            .join(JoinType::InnerJoin, to_training())
            .join(JoinType::InnerJoin, to_organisation())
            .join(JoinType::LeftJoin, to_membership())
            .join(JoinType::LeftJoin, to_own_organising(own))
            .filter(S::Status.eq(SignUpStatus::Confirmed))
            .filter(S::PersonId.is_not_null())
            .filter(in_scope(scope, own))
            .group_by(S::OrganisationId)
            .group_by(organisation::Column::Kind)
            .group_by(organisation::Column::CountyCode)
            .group_by(training::Column::CountyCode)
            .group_by(membership::Column::UnitId)
            .group_by(membership::Column::StaffCategory)
            .group_by(training_organiser::Column::OrganisationId);
        let rows = query.into_model::<Row>().all(&self.db.reader()).await?;
        let mut alike: HashMap<_, People> = HashMap::new();
        for people in rows.iter().map(Row::people) {
            let key = (
                people.organisation,
                people.unit,
                people.audience,
                people.listed,
            );
            alike
                .entry(key)
                .and_modify(|known| known.add(&people))
                .or_insert(people);
        }
        let mut all: Vec<_> = alike.into_values().collect();
        // The same numbers give the same table, and so the same answer.
        all.sort_by_key(|people| {
            let audience = people.audience.map(|audience| format!("{audience:?}"));
            (people.organisation, people.unit, audience, people.listed)
        });
        Ok(all
            .into_iter()
            .partition(|people| people.organisation == own))
    }
}

fn in_scope(scope: &Scope, own: OrganisationId) -> Condition {
    use training::Column as T;
    use training_occasion::Column as O;
    let joint = [
        SharingLevel::County,
        SharingLevel::Partners,
        SharingLevel::Public,
    ];
    let only_own = (scope.whose == Whose::Own).then(|| sign_up::Column::OrganisationId.eq(own));
    Condition::all()
        .add(O::Status.eq(OccasionStatus::Scheduled))
        .add(O::EndsAt.gte(scope.from))
        .add(O::EndsAt.lt(scope.until))
        .add(T::Status.ne(TrainingStatus::Draft))
        .add(T::Sharing.is_in(joint))
        .add_option(scope.county.as_ref().map(|county| T::CountyCode.eq(county)))
        .add_option(scope.training.map(|training| T::Id.eq(training)))
        .add_option(only_own)
}

/// Who was there for a part at least, or has completed the training by it.
fn attended() -> Condition {
    let there = select::<attendance::Entity>(
        attendance::Column::SignUpId,
        Condition::all().add(
            attendance::Column::Grade.is_in([AttendanceGrade::Present, AttendanceGrade::Partly]),
        ),
    );
    Condition::any()
        .add(sign_up::Column::Id.in_subquery(there))
        .add(completed())
}

/// Who has completed the training by it.
fn completed() -> Condition {
    let standing = Condition::all()
        .add(completion::Column::WithdrawnAt.is_null())
        .add(completion::Column::SignUpId.is_not_null());
    let completed = select::<completion::Entity>(completion::Column::SignUpId, standing);
    Condition::all().add(sign_up::Column::Id.in_subquery(completed))
}

fn to_occasion() -> RelationDef {
    sign_up::Entity::belongs_to(training_occasion::Entity)
        .from(sign_up::Column::OccasionId)
        .to(training_occasion::Column::Id)
        .into()
}

fn to_training() -> RelationDef {
    training_occasion::Entity::belongs_to(training::Entity)
        .from(training_occasion::Column::TrainingId)
        .to(training::Column::Id)
        .into()
}

fn to_organisation() -> RelationDef {
    sign_up::Entity::belongs_to(organisation::Entity)
        .from(sign_up::Column::OrganisationId)
        .to(organisation::Column::Id)
        .into()
}

/// What the person does in the organisation that it took part for.
fn to_membership() -> RelationDef {
    sign_up::Entity::belongs_to(membership::Entity)
        .from((sign_up::Column::OrganisationId, sign_up::Column::PersonId))
        .to((
            membership::Column::OrganisationId,
            membership::Column::PersonId,
        ))
        .into()
}

/// Whether the viewer's organisation gives the training, and so may know who took part.
fn to_own_organising(own: OrganisationId) -> RelationDef {
    let relation: RelationDef = training::Entity::belongs_to(training_organiser::Entity)
        .from(training::Column::Id)
        .to(training_organiser::Column::TrainingId)
        .into();
    relation.on_condition(move |_, organiser| {
        Expr::col((organiser, training_organiser::Column::OrganisationId))
            .eq(own)
            .into_condition()
    })
}
