//! Taking back a completion that was entered by mistake.

use super::{Completion, CompletionById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{completion, id::CompletionId, kind::AuditAction};
use sea_orm::{EntityTrait, Set, Unchanged};

/// The completion to take back.
#[derive(InputObject)]
pub struct WithdrawCompletionInput {
    /// The completion.
    completion_id: CompletionId,
}

/// A completion that was taken back.
#[derive(SimpleObject)]
pub struct WithdrawCompletionPayload {
    /// The completion as it is now; null when nothing was changed.
    completion: Option<Completion>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with completions that were entered.
#[derive(Default)]
pub struct WithdrawCompletionMutation;

#[Object]
impl WithdrawCompletionMutation {
    /// Takes back a completion that your own organisation has entered. One that follows from attendance is taken back
    /// by correcting the attendance. For coordinators; `FORBIDDEN` for others who see it, for one that follows from
    /// attendance, and for one that has been taken back already. Written to the audit log. User errors: `NOT_FOUND`.
    async fn withdraw_completion(
        &self,
        ctx: &Context<'_>,
        input: WithdrawCompletionInput,
    ) -> Result<WithdrawCompletionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let id = input.completion_id;
        let done = viewer
            .transaction(|viewer| async move { withdraw(&viewer, id).await })
            .await?;
        if !done {
            let code = UserErrorCode::NotFound;
            return Ok(WithdrawCompletionPayload {
                completion: None,
                user_errors: vec![UserError::new(code, &["completionId"])],
            });
        }
        let row = loaders(ctx).load_one(CompletionById(id)).await?;
        Ok(WithdrawCompletionPayload {
            completion: row.map(Completion),
            user_errors: Vec::new(),
        })
    }
}

/// Whether there was one to take back.
async fn withdraw(viewer: &Viewer, id: CompletionId) -> Result<bool> {
    let row = match viewer.edit(completion::Entity::find_by_id(id)).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(false),
    };
    let change = completion::ActiveModel {
        id: Unchanged(row.id),
        withdrawn_at: Set(Some(viewer.now())),
        withdrawn_by: Set(viewer.person()),
        ..Default::default()
    };
    viewer.update(change).await?;
    viewer
        .completions_changed(&[row.person_id].into(), &[row.training_id].into())
        .await?;
    let concern = Concern {
        subject: Some(id.to_string()),
        ..Concern::person(row.organisation_id, row.person_id)
    };
    viewer
        .audit(AuditAction::WithdrawCompletion, vec![concern])
        .await?;
    Ok(true)
}
