//! What the keeper and the parties do in an initiative, and how a party takes itself out.

use super::{
    ActivityById, InitiativeActivity,
    editing::{InitiativeOutcome, LeaveInitiativePayload},
    party_today,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        meeting::{locked_away, refusal},
        payload::payloads,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    id::{InitiativeActivityId, InitiativeId},
    initiative_activity, initiative_party, initiative_room,
    kind::InitiativeActivityStatus,
    partial_date::PartialDate,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged};

/// An activity of your organisation, as it is to be.
#[derive(InputObject)]
pub struct SetInitiativeActivityInput {
    /// The initiative.
    initiative_id: InitiativeId,
    /// The activity that is changed; null: a new one.
    activity_id: Option<InitiativeActivityId>,
    /// The version of the activity that you read: if it has changed since, you get `CONFLICT` and nothing is lost. Needed
    /// with `activityId`, and only then.
    expected_version: Option<i32>,
    /// Its title, 1 to 200 characters.
    title: String,
    /// What is done, in plain text, up to 10,000 characters. Nothing about individual children.
    #[graphql(default)]
    description: String,
    /// How far it has come.
    status: InitiativeActivityStatus,
    /// When it begins, as precisely as it is known.
    begins: Option<PartialDate>,
    /// When it ends.
    ends: Option<PartialDate>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// An activity to take out.
#[derive(InputObject)]
pub struct RemoveInitiativeActivityInput {
    /// The activity.
    activity_id: InitiativeActivityId,
}

/// An initiative to leave.
#[derive(InputObject)]
pub struct LeaveInitiativeInput {
    /// The initiative.
    initiative_id: InitiativeId,
}

/// What came of a mutation on an activity.
struct ActivityOutcome {
    activity: Option<InitiativeActivity>,
    user_errors: Vec<UserError>,
}

payloads! {
    ActivityOutcome {
        /// The activity; null when nothing was changed, and when it was taken out.
        activity: InitiativeActivity
    }:
    /// The activity as it is now.
    SetInitiativeActivityPayload,
    /// What came of taking an activity out.
    RemoveInitiativeActivityPayload,
}

impl ActivityOutcome {
    async fn of(
        ctx: &Context<'_>,
        outcome: Result<InitiativeActivityId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                activity: loaders(ctx)
                    .load_one(ActivityById(id))
                    .await?
                    .map(InitiativeActivity),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                activity: None,
                user_errors,
            }),
        }
    }
}

/// What the keeper and the parties do in an initiative.
#[derive(Default)]
pub struct InitiativeActivityMutation;

#[Object]
impl InitiativeActivityMutation {
    /// Enters an activity of your own organisation in an initiative, or changes one. For coordinators of the keeper and of
    /// parties, and for the contact person; `FORBIDDEN` for others who see the initiative, and for others' activities.
    /// User errors: `NOT_FOUND` for the initiative or the activity, `CONFLICT`, `INVALID_VALUE`, `INVALID_TIMES` for an end
    /// before the beginning, `PERSONAL_ID_NOT_ALLOWED`.
    async fn set_initiative_activity(
        &self,
        ctx: &Context<'_>,
        input: SetInitiativeActivityInput,
    ) -> Result<SetInitiativeActivityPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let key = input.idempotency_key.as_ref();
        let once = &Once::new("setInitiativeActivity", key, input);
        let mut errors = check(input);
        once.check(&mut errors);
        if !errors.is_empty() {
            return Ok(ActivityOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(
                |viewer| async move { once.make(&viewer, Box::pin(set(&viewer, input))).await },
            )
            .await?;
        Ok(ActivityOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes an activity of your own organisation out of an initiative. For coordinators of the keeper and of parties, and
    /// for the contact person; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`.
    async fn remove_initiative_activity(
        &self,
        ctx: &Context<'_>,
        input: RemoveInitiativeActivityInput,
    ) -> Result<RemoveInitiativeActivityPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let id = input.activity_id;
        let outcome = viewer
            .transaction(|viewer| async move { remove(&viewer, id).await })
            .await?;
        let user_errors = outcome.err().unwrap_or_default();
        Ok(ActivityOutcome {
            activity: None,
            user_errors,
        }
        .into())
    }

    /// Takes your organisation out of an initiative that it is a party to, from now on: what it sees by that ends, unless
    /// the initiative is shared with it. Its activities stay. For coordinators; `FORBIDDEN` for others who see it, and
    /// where your organisation is no party. User errors: `NOT_FOUND`.
    async fn leave_initiative(
        &self,
        ctx: &Context<'_>,
        input: LeaveInitiativeInput,
    ) -> Result<LeaveInitiativePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let id = input.initiative_id;
        let outcome = viewer
            .transaction(|viewer| async move { Box::pin(leave(&viewer, id)).await })
            .await?;
        Ok(InitiativeOutcome::of(ctx, outcome).await?.into())
    }
}

fn check(input: &SetInitiativeActivityInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.title, &["title"], &mut errors);
    let (kind, text) = (Checked::Description, &input.description);
    check_text(kind, text, &["description"], &mut errors);
    let backwards = input.begins.zip(input.ends);
    if backwards.is_some_and(|(begins, ends)| ends.last_day() < begins.first_day()) {
        errors.extend(refusal(UserErrorCode::InvalidTimes, "ends"));
    }
    if input.activity_id.is_some() != input.expected_version.is_some() {
        errors.extend(refusal(UserErrorCode::InvalidValue, "expectedVersion"));
    }
    errors
}

/// The initiative, for whoever works in it; held until the transaction ends.
async fn room(
    viewer: &Viewer,
    id: InitiativeId,
) -> Result<Result<Permitted<initiative_room::Model>, Vec<UserError>>> {
    match viewer.edit(initiative_room::Entity::find_by_id(id)).await? {
        Access::Granted(room) => Ok(Ok(room)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "initiativeId"))),
    }
}

async fn set(
    viewer: &Viewer,
    input: &SetInitiativeActivityInput,
) -> Result<Result<InitiativeActivityId, Vec<UserError>>> {
    let room = match room(viewer, input.initiative_id).await? {
        Ok(room) => room,
        Err(errors) => return Ok(Err(errors)),
    };
    let title = input.title.trim();
    let mut row = initiative_activity::ActiveModel {
        sort_key: Set(initiative_activity::Model::sort_key(input.begins, title)),
        title: Set(title.to_owned()),
        description: Set(input.description.trim().to_owned()),
        status: Set(input.status),
        begins: Set(input.begins),
        ends: Set(input.ends),
        updated_at: Set(viewer.now()),
        version: Set(1),
        ..Default::default()
    };
    let Some(id) = input.activity_id else {
        row.id = Set(InitiativeActivityId::new());
        row.initiative_id = Set(room.id);
        row.organisation_id = Set(viewer.signed_in()?.organisation);
        row.created_at = Set(viewer.now());
        let made = viewer.make_part::<initiative_activity::Entity>(&room, row);
        return Ok(Ok(made.await?.id));
    };
    let query = initiative_activity::Entity::find_by_id(id)
        .filter(initiative_activity::Column::InitiativeId.eq(room.id));
    let present = match viewer.edit(query).await? {
        Access::Granted(present) => present,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "activityId"))),
    };
    if Some(present.version) != input.expected_version {
        return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
    }
    row.id = Unchanged(present.id);
    row.version = Set(present.version + 1);
    viewer.update(row).await?.ok_or_else(locked_away)?;
    Ok(Ok(present.id))
}

async fn remove(
    viewer: &Viewer,
    id: InitiativeActivityId,
) -> Result<Result<InitiativeActivityId, Vec<UserError>>> {
    let query = initiative_activity::Entity::find_by_id(id);
    let row = match viewer.edit(query).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "activityId"))),
    };
    let which = Condition::all().add(initiative_activity::Column::Id.eq(row.id));
    viewer.remove::<initiative_activity::Entity>(which).await?;
    Ok(Ok(row.id))
}

async fn leave(viewer: &Viewer, id: InitiativeId) -> Result<Result<InitiativeId, Vec<UserError>>> {
    use initiative_party::Column as P;
    let room = match room(viewer, id).await? {
        Ok(room) => room,
        Err(errors) => return Ok(Err(errors)),
    };
    let query = initiative_party::Entity::find()
        .filter(P::InitiativeId.eq(room.id))
        .filter(P::OrganisationId.eq(viewer.signed_in()?.organisation))
        .filter(party_today(viewer));
    // Whoever keeps it works in it too, and is not by that a party.
    let Access::Granted(party) = viewer.edit(query).await? else {
        return Err(Error::Forbidden);
    };
    // Before the party: after it the initiative may be seen no more. Whoever is about to write the list of parties as it
    // was is told of the conflict.
    let change = initiative_room::ActiveModel {
        id: Unchanged(room.id),
        updated_at: Set(viewer.now()),
        version: Set(room.version + 1),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    let change = initiative_party::ActiveModel {
        id: Unchanged(party.id),
        until: Set(PartialDate::day(viewer.today())),
        ends_on: Set(Some(viewer.today())),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    Ok(Ok(room.id))
}
