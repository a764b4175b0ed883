//! Visits to inform, inspire and challenge: who makes them, and who has asked for them.

mod answering;
mod asking;
mod notice;

pub use answering::VisitAnswerMutation;
pub use asking::{OutreachOfferMutation, VisitRequestMutation};
pub use notice::VisitNotice;
pub(super) use notice::{VisitNoticeById, visit_notices};

use super::{
    connection::Nodes,
    context::{loaders, viewer},
    loader::{load_many, load_one, load_pages},
    organisation::{Organisation, OrganisationById},
    payload::payloads,
    user_error::UserError,
};
use crate::{
    error::Result,
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    id::{OrganisationId, OutreachVisitId},
    kind::{Role, VisitPurpose, VisitStatus},
    outreach_offer, outreach_visit,
    partial_date::PartialDate,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, sea_query::Expr};

load_one!(
    /// What an organisation offers.
    OfferOf(OrganisationId) => outreach_offer.OrganisationId (|row| Some(row.organisation_id))
);
load_one!(
    /// A visit by its id.
    VisitById(OutreachVisitId) => outreach_visit.Id (|row| Some(row.id))
);
load_many!(
    /// What an organisation makes visits for.
    OfferedPurposes(OrganisationId) => outreach_offer_purpose.OrganisationId (organisation_id), order Purpose
);
load_many!(
    /// What a visit is asked for.
    VisitPurposes(OutreachVisitId) => outreach_visit_purpose.VisitId (visit_id), order Purpose
);
load_pages!(
    /// A page of the visits that an organisation has been asked for, latest first.
    VisitsMadeBy(OrganisationId) => outreach_visit.OrganisationId (organisation_id),
    order latest_first("visit"),
    filter |_viewer, query, statuses: Option<Vec<VisitStatus>>| query.filter(in_states(statuses))
);
load_pages!(
    /// A page of the visits that an organisation has asked for, latest first.
    VisitsRequestedBy(OrganisationId) => outreach_visit.RequestedByOrganisationId (requested_by_organisation_id),
    order latest_first("requested visit"),
    filter |_viewer, query, statuses: Option<Vec<VisitStatus>>| query.filter(in_states(statuses))
);

fn latest_first(name: &'static str) -> Ordering<outreach_visit::Entity> {
    Ordering {
        name,
        key: Expr::col((outreach_visit::Entity, outreach_visit::Column::CreatedAt)),
        kind: KeyKind::Instant,
        id: outreach_visit::Column::Id,
        descending: true,
    }
}

fn in_states(statuses: Option<Vec<VisitStatus>>) -> Condition {
    let wanted = statuses.map(|list| outreach_visit::Column::Status.is_in(list));
    Condition::all().add_option(wanted)
}

/// What an organisation offers, if it does.
pub(super) async fn offer_of(
    ctx: &Context<'_>,
    organisation: OrganisationId,
) -> Result<Option<OutreachOffer>> {
    let row = loaders(ctx).load_one(OfferOf(organisation)).await?;
    Ok(row.map(OutreachOffer))
}

/// A page of the visits that an organisation has been asked for.
pub(super) async fn visits_made_by(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    statuses: Option<Vec<VisitStatus>>,
    arguments: PageArguments,
) -> Result<Nodes<OutreachVisit>> {
    VisitsMadeBy::of(ctx, organisation, statuses, arguments, OutreachVisit).await
}

/// A page of the visits that an organisation has asked for.
pub(super) async fn visits_requested_by(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    statuses: Option<Vec<VisitStatus>>,
    arguments: PageArguments,
) -> Result<Nodes<OutreachVisit>> {
    VisitsRequestedBy::of(ctx, organisation, statuses, arguments, OutreachVisit).await
}

/// That an organisation makes visits.
pub struct OutreachOffer(outreach_offer::Model);

/// That an organisation makes visits to inform, inspire and challenge. Public.
#[Object]
impl OutreachOffer {
    /// Who comes.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// What it makes visits for.
    async fn purposes(&self, ctx: &Context<'_>) -> Result<Vec<VisitPurpose>> {
        let rows = loaders(ctx)
            .load_one(OfferedPurposes(self.0.organisation_id))
            .await?;
        Ok(rows.into_iter().flatten().map(|row| row.purpose).collect())
    }

    /// What is offered, in plain text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Whether visits can be asked for now.
    async fn is_open(&self) -> bool {
        self.0.is_open
    }

    /// Since when, as precisely as it is known; null where it is not.
    async fn since(&self) -> Option<PartialDate> {
        self.0.since
    }

    /// How many visits have been made, as the organisation tells it. Null where that is not known: it is not zero.
    async fn visits_made(&self) -> Option<i32> {
        self.0.visits_made
    }

    /// What is known of how many, such as `ett flertal tillfällen`; null where nothing is said.
    async fn visits_note(&self) -> Option<&str> {
        self.0.visits_note.as_deref()
    }

    /// Counts the changes: `setOutreachOffer` asks for it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whether you can change it: you are a coordinator of the organisation.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> bool {
        viewer(ctx).has_role(Role::Coordinator, self.0.organisation_id)
    }

    /// Whether you can ask for a visit with `requestVisit`: it is open, and you are a coordinator of another organisation.
    async fn viewer_can_request(&self, ctx: &Context<'_>) -> bool {
        let own = viewer(ctx).organisation(Role::Coordinator);
        self.0.is_open && own.is_some_and(|own| own != self.0.organisation_id)
    }
}

/// A visit that one organisation has asked another for.
pub struct OutreachVisit(pub outreach_visit::Model);

/// A visit that one organisation has asked another for. Seen by everybody in the two, and by nobody else.
#[Object]
impl OutreachVisit {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Who comes.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Who has asked for it.
    async fn requested_by(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.requested_by_organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// What it is asked for.
    async fn purposes(&self, ctx: &Context<'_>) -> Result<Vec<VisitPurpose>> {
        let rows = loaders(ctx).load_one(VisitPurposes(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(|row| row.purpose).collect())
    }

    /// What has become of it.
    async fn status(&self) -> VisitStatus {
        self.0.status
    }

    /// For whom it is, and what is wished for, in plain text.
    async fn wishes(&self) -> &str {
        &self.0.wishes
    }

    /// Not before this, as precisely as it is wished; null: at any time.
    async fn preferred_from(&self) -> Option<PartialDate> {
        self.0.preferred_from
    }

    /// Not after this; null: at any time.
    async fn preferred_to(&self) -> Option<PartialDate> {
        self.0.preferred_to
    }

    /// The day that was agreed; null until then.
    async fn agreed_day(&self) -> Option<NaiveDate> {
        self.0.agreed_day
    }

    /// When it begins; null where only the day was agreed.
    async fn starts_at(&self) -> Option<DateTime<Utc>> {
        self.0.starts_at
    }

    /// Where it was agreed to be; null until then.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// The day on which it was made; null unless it was.
    async fn held_on(&self) -> Option<NaiveDate> {
        self.0.held_on
    }

    /// Why it was declined or cancelled, in plain text; null unless it was.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who cancelled it; null unless it was cancelled.
    async fn cancelled_by(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let Some(id) = self.0.cancelled_by_organisation_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(OrganisationById(id)).await?;
        Ok(row.map(Organisation))
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Whether you can accept or decline it as it stands: you are a coordinator of the organisation that comes.
    async fn viewer_can_answer(&self, ctx: &Context<'_>) -> bool {
        self.0.status == VisitStatus::Requested
            && viewer(ctx).has_role(Role::Coordinator, self.0.organisation_id)
    }

    /// Whether you can say that it was made: it is agreed, and you are a coordinator of the organisation that comes.
    async fn viewer_can_report(&self, ctx: &Context<'_>) -> bool {
        self.0.status == VisitStatus::Accepted
            && viewer(ctx).has_role(Role::Coordinator, self.0.organisation_id)
    }

    /// Whether you can take the request back: it is not answered, and you are a coordinator of whoever has asked.
    async fn viewer_can_withdraw(&self, ctx: &Context<'_>) -> bool {
        self.0.status == VisitStatus::Requested
            && viewer(ctx).has_role(Role::Coordinator, self.0.requested_by_organisation_id)
    }

    /// Whether you can cancel it: it is agreed, and you are a coordinator of one of the two.
    async fn viewer_can_cancel(&self, ctx: &Context<'_>) -> bool {
        let viewer = viewer(ctx);
        self.0.status == VisitStatus::Accepted
            && (viewer.has_role(Role::Coordinator, self.0.organisation_id)
                || viewer.has_role(Role::Coordinator, self.0.requested_by_organisation_id))
    }
}

/// What came of a mutation on a visit.
struct VisitOutcome {
    visit: Option<OutreachVisit>,
    user_errors: Vec<UserError>,
}

payloads! {
    VisitOutcome {
        /// The visit; null when nothing was changed.
        visit: OutreachVisit
    }:
    /// The visit that was asked for.
    RequestVisitPayload,
    /// The visit that nobody asks for any more.
    WithdrawVisitPayload,
    /// The visit as it was agreed.
    AcceptVisitPayload,
    /// The visit with why it was declined.
    DeclineVisitPayload,
    /// The visit that was made.
    ReportVisitPayload,
    /// The visit with why it was cancelled.
    CancelVisitPayload,
}

impl VisitOutcome {
    async fn of(
        ctx: &Context<'_>,
        outcome: Result<OutreachVisitId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                visit: loaders(ctx)
                    .load_one(VisitById(id))
                    .await?
                    .map(OutreachVisit),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                visit: None,
                user_errors,
            }),
        }
    }
}
