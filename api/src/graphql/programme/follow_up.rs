//! What a programme has led to: its effects in the organisers' words, and whether the work goes on where it began.

use super::{ProgrammeById, TrainingProgramme};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        loader::load_pages,
        organisation::{Organisation, OrganisationById},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{
        Access, Viewer,
        page::{KeyKind, Ordering},
    },
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{OrganisationId, ProgrammeFollowUpId, ProgrammeId},
    kind::{FollowUpStatus, Role},
    partial_date::PartialDate,
    programme_follow_up, training_programme,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, Set,
    Unchanged, sea_query::Expr,
};

load_pages!(
    /// What organisations report of a programme, in the order in which they began to.
    FollowUpsOf(ProgrammeId) => programme_follow_up.ProgrammeId (programme_id),
    order Ordering {
        name: "followup",
        key: Expr::col((programme_follow_up::Entity, programme_follow_up::Column::Status)),
        kind: KeyKind::Text,
        id: programme_follow_up::Column::Id,
        descending: false,
    },
    filter |_viewer, query, statuses: Option<Vec<FollowUpStatus>>| match statuses {
        Some(statuses) => query.filter(programme_follow_up::Column::Status.is_in(statuses)),
        None => query,
    }
);

/// What has become of a programme's work in an organisation that took part.
pub struct ProgrammeFollowUp(pub programme_follow_up::Model);

/// What has become of a programme's work in an organisation that took part. Reported by that organisation; seen by
/// whoever sees the programme.
#[Object]
impl ProgrammeFollowUp {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Whether the work goes on.
    async fn status(&self) -> FollowUpStatus {
        self.0.status
    }

    /// As of when, as precisely as it is known.
    async fn as_of(&self) -> Option<PartialDate> {
        self.0.as_of
    }

    /// What the organisation says about it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// What a programme has led to.
#[derive(InputObject)]
pub struct SetProgrammeEffectsInput {
    /// The programme.
    programme_id: ProgrammeId,
    /// What it has led to, up to 10,000 characters; null to say nothing.
    effects: Option<String>,
}

/// What has become of the work in your own organisation.
#[derive(InputObject)]
pub struct ReportProgrammeFollowUpInput {
    /// The programme.
    programme_id: ProgrammeId,
    /// Whether the work goes on.
    status: FollowUpStatus,
    /// As of when, as precisely as it is known.
    as_of: Option<PartialDate>,
    /// What there is to say about it, up to 500 characters.
    note: Option<String>,
}

/// The programme with its effects.
#[derive(SimpleObject)]
pub struct SetProgrammeEffectsPayload {
    /// The programme; null when nothing was changed.
    programme: Option<TrainingProgramme>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// The programme with the report.
#[derive(SimpleObject)]
pub struct ReportProgrammeFollowUpPayload {
    /// The programme; null when nothing was changed.
    programme: Option<TrainingProgramme>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be told of a programme afterwards.
#[derive(Default)]
pub struct FollowUpMutation;

#[Object]
impl FollowUpMutation {
    /// Tells what a programme has led to. For coordinators of its organisers; `FORBIDDEN` for others who see it. User
    /// errors: `NOT_FOUND`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn set_programme_effects(
        &self,
        ctx: &Context<'_>,
        input: SetProgrammeEffectsInput,
    ) -> Result<SetProgrammeEffectsPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { set_effects(&viewer, input).await })
            .await?;
        let user_errors = outcome.err().unwrap_or_default();
        Ok(SetProgrammeEffectsPayload {
            programme: changed(ctx, input.programme_id, &user_errors).await?,
            user_errors,
        })
    }

    /// Reports whether the work of a programme goes on in your own organisation; it takes the place of what your
    /// organisation reported before. For coordinators; `FORBIDDEN` for others. User errors: `NOT_FOUND`,
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn report_programme_follow_up(
        &self,
        ctx: &Context<'_>,
        input: ReportProgrammeFollowUpInput,
    ) -> Result<ReportProgrammeFollowUpPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let mut user_errors = Vec::new();
        if let Some(note) = &input.note {
            check_text(Checked::Remark, note, &["note"], &mut user_errors);
        }
        let key = ProgrammeById(input.programme_id);
        if loaders(ctx).load_one(key).await?.is_none() {
            let field = &["programmeId"];
            user_errors.push(UserError::new(UserErrorCode::NotFound, field));
        }
        if user_errors.is_empty() {
            viewer
                .transaction(|viewer| async move { report(&viewer, own, input).await })
                .await?;
        }
        Ok(ReportProgrammeFollowUpPayload {
            programme: changed(ctx, input.programme_id, &user_errors).await?,
            user_errors,
        })
    }
}

async fn changed(
    ctx: &Context<'_>,
    id: ProgrammeId,
    errors: &[UserError],
) -> Result<Option<TrainingProgramme>> {
    if !errors.is_empty() {
        return Ok(None);
    }
    let row = loaders(ctx).load_one(ProgrammeById(id)).await?;
    Ok(row.map(TrainingProgramme))
}

async fn set_effects(
    viewer: &Viewer,
    input: &SetProgrammeEffectsInput,
) -> Result<Result<(), Vec<UserError>>> {
    let query = training_programme::Entity::find_by_id(input.programme_id);
    let permitted = match viewer.edit(query).await? {
        Access::Granted(permitted) => permitted,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => {
            let error = UserError::new(UserErrorCode::NotFound, &["programmeId"]);
            return Ok(Err(vec![error]));
        }
    };
    let mut errors = Vec::new();
    if let Some(effects) = &input.effects {
        check_text(Checked::Description, effects, &["effects"], &mut errors);
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let change = training_programme::ActiveModel {
        id: Unchanged(permitted.id),
        effects: Set(input.effects.as_ref().map(|text| text.trim().to_owned())),
        ..Default::default()
    };
    if viewer.update(change).await?.is_none() {
        return Err(Error::internal(
            "a programme that was locked could not be changed",
        ));
    }
    Ok(Ok(()))
}

/// One report of an organisation for a programme: a new one takes the place of the old.
async fn report(
    viewer: &Viewer,
    own: OrganisationId,
    input: &ReportProgrammeFollowUpInput,
) -> Result<()> {
    use programme_follow_up::Column as F;
    let earlier = Condition::all()
        .add(F::ProgrammeId.eq(input.programme_id))
        .add(F::OrganisationId.eq(own));
    viewer
        .remove::<programme_follow_up::Entity>(earlier)
        .await?;
    let row = programme_follow_up::Model {
        id: ProgrammeFollowUpId::new(),
        programme_id: input.programme_id,
        organisation_id: own,
        status: input.status,
        as_of: input.as_of,
        note: input.note.clone(),
    };
    viewer.insert(row.into_active_model().reset_all()).await?;
    Ok(())
}
