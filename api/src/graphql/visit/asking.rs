//! Offering visits, asking for one, and taking that back.

use super::{OfferOf, OutreachOffer, RequestVisitPayload, VisitOutcome, WithdrawVisitPayload};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        group::each_once,
        idempotency::Once,
        meeting::{locked_away, refusal},
        organisation::no_partner,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{OrganisationId, OutreachVisitId},
    kind::{Role, VisitNoticeKind, VisitPurpose, VisitStatus},
    outreach_offer, outreach_offer_purpose, outreach_visit, outreach_visit_purpose,
    partial_date::PartialDate,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

/// What your organisation offers, as it is to be.
#[derive(InputObject)]
pub struct SetOutreachOfferInput {
    /// The version that you read, if there is an offer: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: Option<i32>,
    /// What it makes visits for, at least one.
    purposes: Vec<VisitPurpose>,
    /// What is offered, in plain text, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// Whether visits can be asked for now.
    #[graphql(default = true)]
    is_open: bool,
    /// Since when, as precisely as it is known; null where it is not.
    since: Option<PartialDate>,
    /// How many visits have been made, at least 0; null where that is not known.
    visits_made: Option<i32>,
    /// What is known of how many, up to 500 characters.
    visits_note: Option<String>,
}

/// The offer as it is now.
#[derive(SimpleObject)]
pub struct SetOutreachOfferPayload {
    /// The offer; null when nothing was changed.
    offer: Option<OutreachOffer>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// A visit that your organisation wishes for.
#[derive(InputObject)]
pub struct RequestVisitInput {
    /// Who is to come.
    organisation_id: OrganisationId,
    /// What for, at least one: of those that it offers.
    purposes: Vec<VisitPurpose>,
    /// For whom it is, and what is wished for, in plain text, up to 10,000 characters.
    #[graphql(default)]
    wishes: String,
    /// Not before this: a term, a month, a day.
    preferred_from: Option<PartialDate>,
    /// Not after this.
    preferred_to: Option<PartialDate>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// A request to take back.
#[derive(InputObject)]
pub struct WithdrawVisitInput {
    /// The visit.
    visit_id: OutreachVisitId,
}

/// What an organisation that makes visits says of them.
#[derive(Default)]
pub struct OutreachOfferMutation;

#[Object]
impl OutreachOfferMutation {
    /// Says that your organisation makes visits, what for, and whether they can be asked for now. For coordinators;
    /// `FORBIDDEN` for others. User errors: `CONFLICT`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn set_outreach_offer(
        &self,
        ctx: &Context<'_>,
        input: SetOutreachOfferInput,
    ) -> Result<SetOutreachOfferPayload> {
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let input = &input;
        let mut user_errors = check_offer(input);
        if user_errors.is_empty() {
            let outcome = viewer
                .transaction(|viewer| async move { set(&viewer, own, input).await })
                .await?;
            user_errors = outcome.err().unwrap_or_default();
        }
        let offer = if user_errors.is_empty() {
            loaders(ctx).load_one(OfferOf(own)).await?
        } else {
            None
        };
        Ok(SetOutreachOfferPayload {
            offer: offer.map(OutreachOffer),
            user_errors,
        })
    }
}

fn check_offer(input: &SetOutreachOfferInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    let (kind, text) = (Checked::Description, &input.description);
    check_text(kind, text, &["description"], &mut errors);
    if let Some(note) = &input.visits_note {
        check_text(Checked::Remark, note, &["visitsNote"], &mut errors);
    }
    if input.purposes.is_empty() {
        errors.extend(refusal(UserErrorCode::InvalidValue, "purposes"));
    }
    if input.visits_made.is_some_and(|number| number < 0) {
        errors.extend(refusal(UserErrorCode::InvalidValue, "visitsMade"));
    }
    errors
}

async fn set(
    viewer: &Viewer,
    own: OrganisationId,
    input: &SetOutreachOfferInput,
) -> Result<Result<(), Vec<UserError>>> {
    let note = input.visits_note.as_deref().map(str::trim);
    let note = note.filter(|note| !note.is_empty()).map(str::to_owned);
    let mut row = outreach_offer::ActiveModel {
        organisation_id: Unchanged(own),
        description: Set(input.description.trim().to_owned()),
        is_open: Set(input.is_open),
        since: Set(input.since),
        visits_made: Set(input.visits_made),
        visits_note: Set(note),
        updated_at: Set(viewer.now()),
        version: Set(1),
    };
    let offer = match viewer.edit(outreach_offer::Entity::find_by_id(own)).await? {
        Access::Granted(present) => {
            if Some(present.version) != input.expected_version {
                return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
            }
            row.version = Set(present.version + 1);
            viewer.update(row).await?.ok_or_else(locked_away)?;
            present
        }
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing if input.expected_version.is_some() => {
            return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
        }
        Access::Missing => {
            row.organisation_id = Set(own);
            viewer.make(row).await?
        }
    };
    replace_purposes(viewer, &offer, &input.purposes).await?;
    Ok(Ok(()))
}

async fn replace_purposes(
    viewer: &Viewer,
    offer: &Permitted<outreach_offer::Model>,
    purposes: &[VisitPurpose],
) -> Result<()> {
    let rows = purposes
        .iter()
        .map(|purpose| outreach_offer_purpose::ActiveModel {
            organisation_id: Set(offer.organisation_id),
            purpose: Set(*purpose),
        });
    viewer
        .replace_parts::<outreach_offer_purpose::Entity>(offer, each_once(rows))
        .await
}

/// What whoever wishes for a visit does.
#[derive(Default)]
pub struct VisitRequestMutation;

#[Object]
impl VisitRequestMutation {
    /// Asks an organisation for a visit to your own; its coordinators are told. For coordinators; `FORBIDDEN` for others. User
    /// errors: `NOT_FOUND`, `NOT_A_PARTNER` for an organisation that cannot answer here, `VISIT_NOT_OFFERED` for one that makes no visits now, or
    /// not for these purposes, `INVALID_VALUE` also for your own organisation, `INVALID_TIMES`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn request_visit(
        &self,
        ctx: &Context<'_>,
        input: RequestVisitInput,
    ) -> Result<RequestVisitPayload> {
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let input = &input;
        let once = &Once::new("requestVisit", input.idempotency_key.as_ref(), input);
        let mut errors = check_request(own, input);
        once.check(&mut errors);
        if !errors.is_empty() {
            return Ok(VisitOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, Box::pin(request(&viewer, own, input)))
                    .await
            })
            .await?;
        Ok(VisitOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes a request back that has not been answered; whoever was asked is told. For coordinators of whoever has asked;
    /// `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `VISIT_ANSWERED`.
    async fn withdraw_visit(
        &self,
        ctx: &Context<'_>,
        input: WithdrawVisitInput,
    ) -> Result<WithdrawVisitPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let id = input.visit_id;
        let outcome = viewer
            .transaction(|viewer| async move { withdraw(&viewer, id).await })
            .await?;
        Ok(VisitOutcome::of(ctx, outcome).await?.into())
    }
}

fn check_request(own: OrganisationId, input: &RequestVisitInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    let (kind, text) = (Checked::Description, &input.wishes);
    check_text(kind, text, &["wishes"], &mut errors);
    if input.organisation_id == own {
        errors.extend(refusal(UserErrorCode::InvalidValue, "organisationId"));
    }
    if input.purposes.is_empty() {
        errors.extend(refusal(UserErrorCode::InvalidValue, "purposes"));
    }
    let backwards = input.preferred_from.zip(input.preferred_to);
    if backwards.is_some_and(|(from, to)| to.last_day() < from.first_day()) {
        errors.extend(refusal(UserErrorCode::InvalidTimes, "preferredTo"));
    }
    errors
}

async fn request(
    viewer: &Viewer,
    own: OrganisationId,
    input: &RequestVisitInput,
) -> Result<Result<OutreachVisitId, Vec<UserError>>> {
    if let Some(code) = no_partner(viewer, input.organisation_id).await? {
        return Ok(Err(refusal(code, "organisationId")));
    }
    let offer = outreach_offer::Entity::find_by_id(input.organisation_id);
    if viewer.one(offer).await?.is_none_or(|offer| !offer.is_open) {
        return Ok(Err(refusal(
            UserErrorCode::VisitNotOffered,
            "organisationId",
        )));
    }
    let offered = outreach_offer_purpose::Entity::find()
        .filter(outreach_offer_purpose::Column::OrganisationId.eq(input.organisation_id));
    let offered = viewer.all(offered).await?;
    let is_offered = |purpose: &VisitPurpose| offered.iter().any(|row| row.purpose == *purpose);
    if !input.purposes.iter().all(is_offered) {
        return Ok(Err(refusal(UserErrorCode::VisitNotOffered, "purposes")));
    }
    let made = viewer
        .make(outreach_visit::ActiveModel {
            id: Set(OutreachVisitId::new()),
            organisation_id: Set(input.organisation_id),
            requested_by_organisation_id: Set(own),
            status: Set(VisitStatus::Requested),
            wishes: Set(input.wishes.trim().to_owned()),
            preferred_from: Set(input.preferred_from),
            preferred_to: Set(input.preferred_to),
            agreed_day: Set(None),
            starts_at: Set(None),
            place: Set(None),
            held_on: Set(None),
            reason: Set(None),
            cancelled_by_organisation_id: Set(None),
            created_at: Set(viewer.now()),
            updated_at: Set(viewer.now()),
        })
        .await?;
    let rows = input
        .purposes
        .iter()
        .map(|purpose| outreach_visit_purpose::ActiveModel {
            visit_id: Set(made.id),
            purpose: Set(*purpose),
        });
    viewer
        .add_parts::<outreach_visit_purpose::Entity>(&made, each_once(rows))
        .await?;
    let kind = VisitNoticeKind::VisitRequested;
    viewer.tell_visitors(kind, &made).await?;
    Ok(Ok(made.id))
}

async fn withdraw(
    viewer: &Viewer,
    id: OutreachVisitId,
) -> Result<Result<OutreachVisitId, Vec<UserError>>> {
    let row = match viewer.edit(outreach_visit::Entity::find_by_id(id)).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "visitId"))),
    };
    if row.status != VisitStatus::Requested {
        return Ok(Err(refusal(UserErrorCode::VisitAnswered, "visitId")));
    }
    let change = outreach_visit::ActiveModel {
        id: Unchanged(row.id),
        status: Set(VisitStatus::Withdrawn),
        updated_at: Set(viewer.now()),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    let kind = VisitNoticeKind::VisitWithdrawn;
    viewer.tell_visitors(kind, &row).await?;
    Ok(Ok(row.id))
}
