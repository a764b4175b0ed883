//! The right to check in at one occasion, given to a colleague for the door and taken back.

use super::recording::sheet;
use crate::{
    domain::validity::in_force,
    error::{Error, Result},
    graphql::{
        connection::{Nodes, connect},
        context::{loaders, viewer},
        loader::{load_one, load_pages},
        occasion::{OccasionById, TrainingOccasion},
        payload::payloads,
        person::{Person, PersonById},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{
        Access, Viewer,
        audit::Concern,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{
    check_in_right,
    id::{CheckInRightId, OccasionId, PersonId},
    kind::{AuditAction, Role},
    membership,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged, sea_query::Expr};

load_one!(
    /// A right to check in by its id.
    CheckInRightById(CheckInRightId) => check_in_right.Id (|row| Some(row.id))
);
load_pages!(
    /// A page of the standing rights to check in at an occasion, in the order in which they were given.
    CheckInRightsOf(OccasionId) => check_in_right.OccasionId (occasion_id),
    order Ordering {
        name: "check-in right",
        key: Expr::col((check_in_right::Entity, check_in_right::Column::GrantedAt)),
        kind: KeyKind::Instant,
        id: check_in_right::Column::Id,
        descending: false,
    },
    filter |_viewer, query, _all: ()| query.filter(check_in_right::Column::RevokedAt.is_null())
);

/// The right to check in.
pub struct CheckInRight(pub check_in_right::Model);

/// That a person may check participants in at one occasion, from 24 hours before it begins until 24 hours after it
/// ends: see the names of who is expected, record who was there, and nothing else. Seen by the person and by the
/// coordinators of the organisation that gave it.
#[Object]
impl CheckInRight {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The occasion.
    async fn occasion(&self, ctx: &Context<'_>) -> Result<Option<TrainingOccasion>> {
        let key = OccasionById(self.0.occasion_id);
        Ok(loaders(ctx).load_one(key).await?.map(TrainingOccasion))
    }

    /// Who may check in.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// When it was given.
    async fn granted_at(&self) -> DateTime<Utc> {
        self.0.granted_at
    }

    /// When it was taken back; null while it stands.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}

/// The standing rights of the viewer's own person.
pub(crate) async fn own_check_in_rights(
    ctx: &Context<'_>,
    arguments: &PageArguments,
) -> Result<Nodes<CheckInRight>> {
    use check_in_right::{Column as R, Entity};
    let person = viewer(ctx).person();
    let own = Condition::any().add_option(person.map(|person| R::PersonId.eq(person)));
    let query = Entity::find().filter(own).filter(R::RevokedAt.is_null());
    let order = Ordering {
        name: "own check-in right",
        key: Expr::col((Entity, R::GrantedAt)),
        kind: KeyKind::Instant,
        id: R::Id,
        descending: false,
    };
    connect(ctx, query, &order, arguments, CheckInRight).await
}

/// Who is to check in where.
#[derive(InputObject)]
pub struct GrantCheckInInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// A colleague of your own organisation.
    person_id: PersonId,
}

/// The right to take back.
#[derive(InputObject)]
pub struct RevokeCheckInInput {
    /// The right.
    check_in_right_id: CheckInRightId,
}

/// What came of a mutation on a right to check in.
struct CheckInOutcome {
    check_in_right: Option<CheckInRight>,
    user_errors: Vec<UserError>,
}

payloads! {
    CheckInOutcome {
        /// The right; null when nothing was changed.
        check_in_right: CheckInRight
    }:
    /// The right that was given.
    GrantCheckInPayload,
    /// The right that was taken back.
    RevokeCheckInPayload,
}

impl CheckInOutcome {
    async fn of(ctx: &Context<'_>, outcome: Result<CheckInRightId, UserError>) -> Result<Self> {
        Ok(match outcome {
            Ok(id) => Self {
                check_in_right: loaders(ctx)
                    .load_one(CheckInRightById(id))
                    .await?
                    .map(CheckInRight),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                check_in_right: None,
                user_errors: vec![error],
            },
        })
    }
}

/// What can be done about the right to check in.
#[derive(Default)]
pub struct CheckInMutation;

#[Object]
impl CheckInMutation {
    /// Gives a colleague of your own organisation the right to check in at one occasion. Giving it again changes
    /// nothing. For coordinators of the organisers that see the participants; `FORBIDDEN` for others who see the
    /// occasion. Written to the audit log. User errors: `NOT_FOUND` for the occasion or the person,
    /// `OCCASION_CANCELLED`.
    async fn grant_check_in(
        &self,
        ctx: &Context<'_>,
        input: GrantCheckInInput,
    ) -> Result<GrantCheckInPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { grant(&viewer, input).await })
            .await?;
        Ok(CheckInOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes a right to check in back, at once. Taking it back again changes nothing. For coordinators of the
    /// organisation that gave it; `FORBIDDEN` for the person. Written to the audit log. User errors: `NOT_FOUND`.
    async fn revoke_check_in(
        &self,
        ctx: &Context<'_>,
        input: RevokeCheckInInput,
    ) -> Result<RevokeCheckInPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { revoke(&viewer, input.check_in_right_id).await })
            .await?;
        Ok(CheckInOutcome::of(ctx, outcome).await?.into())
    }
}

async fn grant(
    viewer: &Viewer,
    input: &GrantCheckInInput,
) -> Result<Result<CheckInRightId, UserError>> {
    use membership::Column as M;
    let refused = |code, field| Ok(Err(UserError::new(code, &[field])));
    let sheet = match sheet(viewer, input.occasion_id).await? {
        Ok(sheet) => sheet,
        Err(code) => return refused(code, "occasionId"),
    };
    // The sheet is also for those who only check in; they do not pass the right on.
    let Some(own) = viewer.organisation(Role::Coordinator) else {
        return Err(Error::Forbidden);
    };
    let query = membership::Entity::find()
        .filter(M::OrganisationId.eq(own))
        .filter(M::PersonId.eq(input.person_id));
    let now = viewer.now();
    let is_colleague = viewer
        .all(query)
        .await?
        .iter()
        .any(|row| in_force(Some(row.active_from), row.active_until, now));
    if !is_colleague {
        return refused(UserErrorCode::NotFound, "personId");
    }
    let standing = Condition::all()
        .add(check_in_right::Column::PersonId.eq(input.person_id))
        .add(check_in_right::Column::RevokedAt.is_null());
    let standing = viewer
        .parts::<check_in_right::Entity>(&sheet, standing)
        .await?;
    if let Some(right) = standing.first() {
        return Ok(Ok(right.id));
    }
    let id = CheckInRightId::new();
    let right = check_in_right::ActiveModel {
        id: Set(id),
        occasion_id: Set(sheet.id),
        person_id: Set(input.person_id),
        organisation_id: Set(own),
        granted_at: Set(now),
        granted_by: Set(viewer.person()),
        revoked_at: Set(None),
        revoked_by: Set(None),
    };
    viewer
        .add_parts::<check_in_right::Entity>(&sheet, vec![right])
        .await?;
    let concern = Concern {
        subject: Some(id.to_string()),
        ..Concern::person(own, input.person_id)
    };
    viewer
        .audit(AuditAction::GrantCheckIn, vec![concern])
        .await?;
    Ok(Ok(id))
}

async fn revoke(viewer: &Viewer, id: CheckInRightId) -> Result<Result<CheckInRightId, UserError>> {
    let query = check_in_right::Entity::find_by_id(id);
    let right = match viewer.edit(query.clone()).await? {
        Access::Granted(right) => right,
        Access::Missing => {
            let code = UserErrorCode::NotFound;
            return Ok(Err(UserError::new(code, &["checkInRightId"])));
        }
        Access::Refused => {
            let row = viewer.one(query).await?;
            let own = viewer.organisation(Role::Coordinator);
            let mine = row.filter(|row| Some(row.organisation_id) == own);
            // Taken back already: there is nothing to do.
            return mine.map(|row| Ok(row.id)).ok_or(Error::Forbidden);
        }
    };
    let change = check_in_right::ActiveModel {
        id: Unchanged(right.id),
        revoked_at: Set(Some(viewer.now())),
        revoked_by: Set(viewer.person()),
        ..Default::default()
    };
    viewer.update(change).await?;
    let concern = Concern {
        subject: Some(id.to_string()),
        ..Concern::person(right.organisation_id, right.person_id)
    };
    viewer
        .audit(AuditAction::RevokeCheckIn, vec![concern])
        .await?;
    Ok(Ok(id))
}
