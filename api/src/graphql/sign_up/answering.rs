//! Answering an offer of a seat: accepting it, or letting it pass on.

use super::{
    SignUp, SignUpById, UserError,
    eligibility::busy_elsewhere,
    requirement::{explained, lacking_requirements},
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        payload::payloads,
        user_error::UserErrorCode,
    },
    viewer::{Access, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    id::SignUpId,
    kind::{AuditAction, MovementCause, SignUpStatus},
    sign_up,
};
use sea_orm::EntityTrait;

/// The offer to accept.
#[derive(InputObject)]
pub struct AcceptOfferInput {
    /// A sign-up with the status `OFFERED`. A party that is offered its seats together answers as one.
    sign_up_id: SignUpId,
}

/// The offer to decline.
#[derive(InputObject)]
pub struct DeclineOfferInput {
    /// A sign-up with the status `OFFERED`. A party that is offered its seats together answers as one.
    sign_up_id: SignUpId,
}

/// What came of an answer.
struct Answered {
    sign_up: Option<SignUp>,
    user_errors: Vec<UserError>,
}

payloads! {
    Answered {
        /// The sign-up as it is now; null when nothing was changed.
        sign_up: SignUp
    }:
    /// A sign-up with its seat.
    AcceptOfferPayload,
    /// A sign-up that has ended.
    DeclineOfferPayload,
}

/// What can be done with an offer.
#[derive(Default)]
pub struct OfferMutation;

#[Object]
impl OfferMutation {
    /// Takes the seat that is offered until `offerExpiresAt`. For the participant, and for coordinators of the
    /// participant's organisation; `FORBIDDEN` for others who see it. Written to the audit log. User errors:
    /// `NOT_FOUND`, `NO_OFFER`, `SIGN_UP_ENDED`, `OCCASION_PAST`, `OVERLAPPING_OCCASION` if somebody has taken a place
    /// elsewhere at that time since, `MEMBERSHIP_ENDED` if somebody has left since, `REQUIREMENT_MISSING` if a completion
    /// that the training requires has been withdrawn or has run out since.
    async fn accept_offer(
        &self,
        ctx: &Context<'_>,
        input: AcceptOfferInput,
    ) -> Result<AcceptOfferPayload> {
        Ok(answer(ctx, input.sign_up_id, Answer::Accept).await?.into())
    }

    /// Declines the seat that is offered: the sign-up ends, and the offer passes on to the next in line in the same
    /// moment. For the participant, and for coordinators of the participant's organisation; `FORBIDDEN` for others
    /// who see it. Written to the audit log. User errors: `NOT_FOUND`, `NO_OFFER`, `SIGN_UP_ENDED`, `OCCASION_PAST`.
    async fn decline_offer(
        &self,
        ctx: &Context<'_>,
        input: DeclineOfferInput,
    ) -> Result<DeclineOfferPayload> {
        Ok(answer(ctx, input.sign_up_id, Answer::Decline).await?.into())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accept,
    Decline,
}

async fn answer(ctx: &Context<'_>, id: SignUpId, answer: Answer) -> Result<Answered> {
    let viewer = viewer(ctx);
    viewer.signed_in()?;
    let outcome = viewer
        .transaction(|viewer| async move { answered(&viewer, id, answer).await })
        .await?;
    if let Err(error) = outcome {
        return Ok(Answered {
            sign_up: None,
            user_errors: vec![error],
        });
    }
    let sign_up = loaders(ctx).load_one(SignUpById(id)).await?;
    Ok(Answered {
        sign_up: sign_up.map(SignUp),
        user_errors: Vec::new(),
    })
}

async fn answered(viewer: &Viewer, id: SignUpId, answer: Answer) -> Result<Result<(), UserError>> {
    let refused = |code| Ok(Err(UserError::new(code, &["signUpId"])));
    let Some(seen) = viewer.one(sign_up::Entity::find_by_id(id)).await? else {
        return refused(UserErrorCode::NotFound);
    };
    if viewer.signed_in()?.organisation != seen.organisation_id {
        // An organiser sees the offer, but it is the participant's organisation that answers.
        return Err(Error::Forbidden);
    }
    let mut book = viewer.seat_book(seen.occasion_id).await?;
    let row = match viewer.edit(sign_up::Entity::find_by_id(id)).await? {
        Access::Granted(row) => book.current(row.into_row()),
        Access::Refused => return refused(UserErrorCode::SignUpEnded),
        Access::Missing => return refused(UserErrorCode::NotFound),
    };
    if book.occasion().starts_at <= viewer.now() {
        return refused(UserErrorCode::OccasionPast);
    }
    if row.status != SignUpStatus::Offered {
        return refused(UserErrorCode::NoOffer);
    }
    let party = book.offered_with(&row);
    let concerned: Vec<Concern> = party.iter().filter_map(Concern::sign_up).collect();
    let action = match answer {
        Answer::Accept => {
            let people: Vec<_> = party.iter().filter_map(|row| row.person_id).collect();
            let busy = busy_elsewhere(viewer, book.occasion().id, &people).await?;
            if !busy.is_empty() {
                return refused(UserErrorCode::OverlappingOccasion);
            }
            if viewer.left_in_line(&party).await?.next().is_some() {
                return refused(UserErrorCode::MembershipEnded);
            }
            let lacking = lacking_requirements(viewer, book.occasion(), &people).await?;
            if let Some(person) = people.iter().find(|person| lacking.contains_key(person)) {
                let error = UserError::new(UserErrorCode::RequirementMissing, &["signUpId"]);
                let errors = explained(viewer, book.occasion(), vec![(*person, error)]).await?;
                return Ok(errors.into_iter().next().map_or(Ok(()), Err));
            }
            book.accept_offer(&party);
            AuditAction::SignUp
        }
        Answer::Decline => {
            book.give_back_all(&party, MovementCause::OfferDeclined)
                .await?;
            AuditAction::Withdraw
        }
    };
    book.close(action, concerned).await?;
    Ok(Ok(()))
}
