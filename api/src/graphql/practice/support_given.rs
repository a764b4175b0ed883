//! Support that an organisation gives to the work in its units, counted by subject and unit.

use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        organisation::{OrganisationUnit, UnitById},
        user_error::{UserError, UserErrorCode},
    },
    viewer::Viewer,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::{
    id::{OrganisationId, SupportGivenId, UnitId},
    kind::{Role, SubjectArea},
    organisation_unit, support_given,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};

/// How often an organisation has supported one of its units in one subject. Seen by everybody in the organisation.
#[derive(SimpleObject)]
pub struct SupportCount {
    /// The unit; null for support to no unit in particular.
    unit: Option<OrganisationUnit>,
    /// The subject.
    subject_area: SubjectArea,
    /// How many times.
    times: i32,
}

#[derive(FromQueryResult)]
struct Row {
    unit_id: Option<UnitId>,
    subject_area: SubjectArea,
    times: i64,
}

/// The support given by the viewer's own organisation; none for any other.
pub(in crate::graphql) async fn support_given_by(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Option<Vec<SupportCount>>> {
    use support_given::Column as S;
    let viewer = viewer(ctx);
    if viewer.organisation(Role::Member) != Some(organisation) {
        return Ok(None);
    }
    let query = support_given::Entity::find()
        .select_only()
        .column(S::UnitId)
        .column(S::SubjectArea)
        .column_as(Expr::col((support_given::Entity, S::Id)).count(), "times")
        .filter(S::OrganisationId.eq(organisation))
        .filter(S::GivenOn.gte(from))
        .filter(S::GivenOn.lte(until))
        .group_by(S::UnitId)
        .group_by(S::SubjectArea)
        .order_by_asc(S::SubjectArea)
        .order_by_asc(S::UnitId)
        .limit(500);
    let rows = viewer.all_as::<_, Row>(query).await?;
    let keys = rows.iter().filter_map(|row| row.unit_id).map(UnitById);
    let units = loaders(ctx).load_many(keys).await?;
    let counts = rows.into_iter().map(|row| SupportCount {
        unit: row
            .unit_id
            .and_then(|unit| units.get(&UnitById(unit)).cloned())
            .map(OrganisationUnit),
        subject_area: row.subject_area,
        times: i32::try_from(row.times).unwrap_or(i32::MAX),
    });
    Ok(Some(counts.collect()))
}

/// Support that was given once.
#[derive(InputObject)]
pub struct RecordSupportInput {
    /// The unit of your own organisation that was supported; none for no unit in particular.
    unit_id: Option<UnitId>,
    /// About what.
    subject_area: SubjectArea,
    /// When: not in the future.
    given_on: NaiveDate,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing.
    idempotency_key: Option<String>,
}

/// Whether the support was recorded.
#[derive(SimpleObject)]
pub struct RecordSupportPayload {
    /// The day on which it was given; null when nothing was recorded.
    given_on: Option<NaiveDate>,
    /// What you can mend; nothing was recorded if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with support.
#[derive(Default)]
pub struct SupportGivenMutation;

#[Object]
impl SupportGivenMutation {
    /// Records that your organisation has supported the work in one of its units, to be counted by subject and unit.
    /// There is no room for texts: nothing about patients or clients belongs here. For coordinators; `FORBIDDEN` for
    /// others. User errors: `NOT_FOUND` for a unit that is not your organisation's, `INVALID_VALUE` for a day to come,
    /// `IDEMPOTENCY_KEY_REUSED`.
    async fn record_support(
        &self,
        ctx: &Context<'_>,
        input: RecordSupportInput,
    ) -> Result<RecordSupportPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let once = &Once::new("recordSupport", input.idempotency_key.as_ref(), input);
        let mut errors = check(viewer, own, input).await?;
        once.check(&mut errors);
        if errors.is_empty() {
            let outcome: Result<SupportGivenId, _> = viewer
                .transaction(|viewer| async move {
                    once.make(&viewer, record(&viewer, own, input)).await
                })
                .await?;
            errors = outcome.err().unwrap_or_default();
        }
        Ok(RecordSupportPayload {
            given_on: errors.is_empty().then_some(input.given_on),
            user_errors: errors,
        })
    }
}

async fn check(
    viewer: &Viewer,
    own: OrganisationId,
    input: &RecordSupportInput,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    if let Some(unit) = input.unit_id {
        let query = organisation_unit::Entity::find_by_id(unit)
            .filter(organisation_unit::Column::OrganisationId.eq(own));
        if viewer.one(query).await?.is_none() {
            errors.push(UserError::new(UserErrorCode::NotFound, &["unitId"]));
        }
    }
    let oldest = NaiveDate::from_ymd_opt(1990, 1, 1);
    let today = viewer.now().date_naive();
    if input.given_on > today || Some(input.given_on) < oldest {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["givenOn"]));
    }
    Ok(errors)
}

async fn record(
    viewer: &Viewer,
    own: OrganisationId,
    input: &RecordSupportInput,
) -> Result<Result<SupportGivenId, Vec<UserError>>> {
    let made = viewer
        .insert(support_given::ActiveModel {
            id: Set(SupportGivenId::new()),
            organisation_id: Set(own),
            unit_id: Set(input.unit_id),
            subject_area: Set(input.subject_area),
            given_on: Set(input.given_on),
        })
        .await?;
    Ok(Ok(made.id))
}
