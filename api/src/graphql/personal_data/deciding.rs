//! Erasing somebody, and deciding for how long what is kept.

use super::{Erasure, ErasureById, RetentionRule, administrator};
use crate::{
    domain::retention::MONTHS,
    error::Result,
    graphql::{
        context::{loaders, viewer},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{
        Viewer,
        erasure::{Erased, tell},
    },
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{id::PersonId, kind::RetentionKind, retention_rule};
use sea_orm::{ColumnTrait, Condition, Set};

/// Whom to erase.
#[derive(InputObject)]
pub struct ErasePersonInput {
    /// The person, of your own organisation; the membership may have ended.
    person_id: PersonId,
    /// The decision that it rests on, by its number: 1 to 200 characters. Nothing about the person: it is kept.
    decision: Option<String>,
}

/// What was erased.
#[derive(SimpleObject)]
pub struct ErasePersonPayload {
    /// The entry in the log of erasures; null when nothing was changed. Sent again, the same as the first time.
    erasure: Option<Erasure>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// For how long one kind of record is to be kept.
#[derive(InputObject)]
pub struct SetRetentionInput {
    /// What is kept, and what its time is counted from.
    kind: RetentionKind,
    /// For how many whole months, 1 to 1200. Null or left out takes the rule away: then nothing of the kind is
    /// touched.
    months: Option<i32>,
    /// The retention decision that it rests on, by its number: 1 to 200 characters.
    decision: Option<String>,
}

/// The rule as it is now.
#[derive(SimpleObject)]
pub struct SetRetentionPayload {
    /// The rule; null when it was taken away, and when nothing was changed.
    retention_rule: Option<RetentionRule>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be decided about personal data.
#[derive(Default)]
pub struct PersonalDataMutation;

#[Object]
impl PersonalDataMutation {
    /// Erases what your own organisation holds about one of its people, once and for all: a pseudonym takes the
    /// place of the name, the address and the sign-in are gone, and so is what the person needed; sign-ups for
    /// occasions to come are withdrawn, so that others move up. What was stays, with the pseudonym: sign-ups,
    /// counts, the ledger, the audit log. A person who belongs to another organisation too keeps the name there.
    /// Sent again it changes nothing. For administrators; `FORBIDDEN` for others. Written to the audit log and
    /// to the log of erasures. User errors: `NOT_FOUND`, `LAST_ADMINISTRATOR`, `INVALID_VALUE`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn erase_person(
        &self,
        ctx: &Context<'_>,
        input: ErasePersonInput,
    ) -> Result<ErasePersonPayload> {
        administrator(ctx)?;
        let user_errors = check_decision(input.decision.as_deref());
        if !user_errors.is_empty() {
            return Ok(ErasePersonPayload {
                erasure: None,
                user_errors,
            });
        }
        let input = &input;
        let erased = viewer(ctx)
            .transaction(|viewer| async move {
                viewer.erase(input.person_id, input.decision.clone()).await
            })
            .await?;
        let refused = |code| ErasePersonPayload {
            erasure: None,
            user_errors: vec![UserError::new(code, &["personId"])],
        };
        let entry = match erased {
            Erased::Now(entry) => {
                tell(&entry);
                entry
            }
            Erased::Before(entry) => entry,
            Erased::NotAMember => return Ok(refused(UserErrorCode::NotFound)),
            Erased::LastAdministrator => return Ok(refused(UserErrorCode::LastAdministrator)),
        };
        let entry = loaders(ctx).load_one(ErasureById(entry.id)).await?;
        Ok(ErasePersonPayload {
            erasure: entry.map(Erasure),
            user_errors: Vec::new(),
        })
    }

    /// Sets for how long your own organisation keeps one kind of record about people; the retention job then
    /// does it daily, also for what is older already. For administrators; `FORBIDDEN` for others. User errors:
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn set_retention(
        &self,
        ctx: &Context<'_>,
        input: SetRetentionInput,
    ) -> Result<SetRetentionPayload> {
        administrator(ctx)?;
        let mut user_errors = check_decision(input.decision.as_deref());
        if input.months.is_some_and(|months| !MONTHS.contains(&months)) {
            user_errors.push(UserError::new(UserErrorCode::InvalidValue, &["months"]));
        }
        if !user_errors.is_empty() {
            return Ok(SetRetentionPayload {
                retention_rule: None,
                user_errors,
            });
        }
        let input = &input;
        let rule = viewer(ctx)
            .transaction(|viewer| async move { set(&viewer, input).await })
            .await?;
        Ok(SetRetentionPayload {
            retention_rule: rule.map(RetentionRule),
            user_errors: Vec::new(),
        })
    }
}

fn check_decision(decision: Option<&str>) -> Vec<UserError> {
    let mut errors = Vec::new();
    if let Some(decision) = decision {
        check_text(Checked::Line, decision, &["decision"], &mut errors);
    }
    errors
}

/// One rule a kind: a new one takes the place of the old.
async fn set(viewer: &Viewer, input: &SetRetentionInput) -> Result<Option<retention_rule::Model>> {
    let own = viewer.signed_in()?.organisation;
    let before = Condition::all()
        .add(retention_rule::Column::OrganisationId.eq(own))
        .add(retention_rule::Column::Kind.eq(input.kind));
    viewer.remove::<retention_rule::Entity>(before).await?;
    let Some(months) = input.months else {
        return Ok(None);
    };
    let rule = retention_rule::ActiveModel {
        organisation_id: Set(own),
        kind: Set(input.kind),
        months: Set(months),
        decision: Set(input.decision.clone()),
        set_at: Set(viewer.now()),
    };
    Ok(Some(viewer.insert(rule).await?))
}
