//! Requests to be signed up, where somebody of the own organisation must approve.

mod approvers;
mod asking;
mod deciding;

pub use approvers::{ApproverMutation, SignUpApprover, approvers_of};
pub use asking::RequestMutation;
pub use deciding::DecisionMutation;

use super::{SignUp, SignUpById};
use crate::{
    error::{Error, Result},
    graphql::{
        connection::{Nodes, connect},
        context::{loaders, viewer},
        loader::{Loaders, load_one},
        occasion::{OccasionById, TrainingOccasion},
        organisation::{Organisation, OrganisationById},
        payload::payloads,
        person::{Person, PersonById},
        user_error::UserError,
    },
    policy::approval::sent_to,
    viewer::{
        Viewer,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, ID, Object, dataloader::Loader};
use chrono::{DateTime, Utc};
use entity::{
    id::{OccasionId, SignUpApproverId, SignUpRequestId},
    kind::SignUpRequestStatus,
    sign_up_request,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};
use std::collections::HashMap;

load_one!(
    /// A request by its id.
    RequestById(SignUpRequestId) => sign_up_request.Id (|row| Some(row.id))
);
load_one!(
    /// Who approves, by the row's id.
    ApproverById(SignUpApproverId) => sign_up_approver.Id (|row| Some(row.id))
);

/// The viewer's own open request for a place at an occasion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OwnRequestAt(pub OccasionId);

impl Loader<OwnRequestAt> for Loaders {
    type Value = sign_up_request::Model;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OwnRequestAt],
    ) -> Result<HashMap<OwnRequestAt, sign_up_request::Model>> {
        use sign_up_request::Column as R;
        let query = sign_up_request::Entity::find()
            .filter(own(&self.viewer))
            .filter(R::Status.eq(SignUpRequestStatus::Requested))
            .filter(R::OccasionId.is_in(keys.iter().map(|key| key.0)));
        let rows = self.viewer.all(query).await?.into_iter();
        Ok(rows
            .map(|row| (OwnRequestAt(row.occasion_id), row))
            .collect())
    }
}

/// That somebody asks to be signed up.
pub struct SignUpRequest(pub sign_up_request::Model);

/// That a member asks to be signed up, where the own organisation wants somebody to approve it. It takes no seat and no
/// place in line: approval signs the person up, by what is free then. Seen by the person, by whoever may approve it,
/// and by the organisation's coordinators; never by an organiser.
#[Object]
impl SignUpRequest {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The occasion; null if you may not see it.
    async fn occasion(&self, ctx: &Context<'_>) -> Result<Option<TrainingOccasion>> {
        let key = OccasionById(self.0.occasion_id);
        Ok(loaders(ctx).load_one(key).await?.map(TrainingOccasion))
    }

    /// Who asks. Reading the name is written to the audit log.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// The organisation that the person asks for a place for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// What has become of it.
    async fn status(&self) -> SignUpRequestStatus {
        self.0.status
    }

    /// The sign-up that came of it, confirmed or waiting; null unless it was approved, and for an approver who may
    /// not see sign-ups.
    async fn sign_up(&self, ctx: &Context<'_>) -> Result<Option<SignUp>> {
        let Some(sign_up) = self.0.sign_up_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(SignUpById(sign_up))
            .await?
            .map(SignUp))
    }

    /// Why it was declined; null unless it was.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was approved or declined, withdrawn, or ran out; null while it is open.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Whether you may approve or decline it now: it is open, it was sent to you, and it is not your own.
    async fn viewer_can_decide(&self, ctx: &Context<'_>) -> Result<bool> {
        if self.0.status != SignUpRequestStatus::Requested {
            return Ok(false);
        }
        let Some(approver) = self.0.approver_id else {
            return Ok(false);
        };
        let approver = loaders(ctx).load_one(ApproverById(approver)).await?;
        let me = viewer(ctx).person();
        Ok(approver.is_some_and(|row| {
            me.is_some_and(|me| {
                [row.approver_id, row.deputy_id].contains(&me) && me != self.0.person_id
            })
        }))
    }
}

/// What came of a mutation on a request.
pub(super) struct RequestOutcome {
    request: Option<SignUpRequest>,
    user_errors: Vec<UserError>,
}

impl RequestOutcome {
    async fn of(
        ctx: &Context<'_>,
        outcome: Result<SignUpRequestId, Vec<UserError>>,
    ) -> Result<Self> {
        Ok(match outcome {
            Ok(id) => {
                let row = loaders(ctx).load_one(RequestById(id)).await?;
                Self {
                    request: row.map(SignUpRequest),
                    user_errors: Vec::new(),
                }
            }
            Err(user_errors) => Self {
                request: None,
                user_errors,
            },
        })
    }
}

payloads! {
    RequestOutcome {
        /// The request as it is now; null when nothing was changed.
        request: SignUpRequest
    }:
    /// The request that was made.
    RequestSignUpPayload,
    /// The request that was withdrawn.
    WithdrawSignUpRequestPayload,
    /// The request that was declined.
    DeclineSignUpRequestPayload,
}

/// Requests of the viewer's own person, for the organisation that it acts for.
fn own(viewer: &Viewer) -> Condition {
    use sign_up_request::Column as R;
    let acting = viewer.acting();
    let own = acting.and_then(|acting| {
        let person = R::PersonId.eq(acting.person?);
        Some(
            Condition::all()
                .add(person)
                .add(R::OrganisationId.eq(acting.organisation)),
        )
    });
    Condition::any().add_option(own)
}

/// Which requests a list is about.
pub(crate) enum Whose {
    /// The viewer's own.
    Own,
    /// Those that wait for the viewer's decision.
    ToDecide,
    /// All that the viewer may see of the own organisation.
    OfOrganisation,
}

/// A page of requests, latest first.
pub(crate) async fn requests(
    ctx: &Context<'_>,
    whose: Whose,
    statuses: Option<Vec<SignUpRequestStatus>>,
    arguments: &PageArguments,
) -> Result<Nodes<SignUpRequest>> {
    use sign_up_request::Column as R;
    let viewer = viewer(ctx);
    let which = match whose {
        Whose::Own => own(viewer),
        Whose::ToDecide => {
            let me = viewer.person().map(|me| R::PersonId.ne(me));
            sent_to(viewer)
                .add(R::Status.eq(SignUpRequestStatus::Requested))
                .add_option(me)
        }
        Whose::OfOrganisation => {
            let own = viewer.signed_in()?.organisation;
            Condition::all().add(R::OrganisationId.eq(own))
        }
    };
    let mut query = sign_up_request::Entity::find().filter(which);
    if let Some(statuses) = statuses {
        query = query.filter(R::Status.is_in(statuses));
    }
    let order = Ordering {
        name: "signuprequest",
        key: Expr::col((sign_up_request::Entity, R::CreatedAt)),
        kind: KeyKind::Instant,
        id: R::Id,
        descending: true,
    };
    connect(ctx, query, &order, arguments, SignUpRequest).await
}
