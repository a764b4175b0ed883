//! Approval of members' own sign-ups: who approves is set by administrators; a request is seen by whoever asks, by
//! whoever may approve it, and by the organisation's coordinators.

use super::{
    Policy, nobody,
    organisation::{is_own, oneself, own},
    select,
};
use crate::viewer::Viewer;
use entity::{
    kind::{Role, SignUpRequestStatus},
    requested_need, sign_up_approver, sign_up_request,
};
use sea_orm::{ColumnTrait, Condition, sea_query::SelectStatement};

/// The rows by which the viewer approves in the organisation that it acts for.
fn approving(viewer: &Viewer) -> Condition {
    use sign_up_approver::Column as A;
    Condition::any()
        .add(oneself(A::ApproverId, A::OrganisationId, viewer))
        .add(oneself(A::DeputyId, A::OrganisationId, viewer))
}

/// The requests that were sent to the viewer.
pub(crate) fn sent_to(viewer: &Viewer) -> Condition {
    use sign_up_request::Column as R;
    let rows = select::<sign_up_approver::Entity>(sign_up_approver::Column::Id, approving(viewer));
    Condition::all()
        .add(own(R::OrganisationId, Role::Member, viewer))
        .add(R::ApproverId.in_subquery(rows))
}

/// The people whose requests were sent to the viewer.
pub(super) fn people_who_ask(viewer: &Viewer) -> SelectStatement {
    select::<sign_up_request::Entity>(sign_up_request::Column::PersonId, sent_to(viewer))
}

impl Policy for sign_up_approver::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use sign_up_approver::Column as A;
        approving(viewer).add(own(A::OrganisationId, Role::Coordinator, viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        use sign_up_approver::Column as A;
        own(A::OrganisationId, Role::Administrator, viewer)
    }

    fn creatable(viewer: &Viewer, new: &sign_up_approver::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Administrator, viewer)
    }
}

impl Policy for sign_up_request::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use sign_up_request::Column as R;
        Condition::any()
            .add(oneself(R::PersonId, R::OrganisationId, viewer))
            .add(own(R::OrganisationId, Role::Coordinator, viewer))
            .add(sent_to(viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        use sign_up_request::Column as R;
        // The person withdraws, an approver decides; that nobody decides about oneself is asked besides.
        Condition::all()
            .add(R::Status.eq(SignUpRequestStatus::Requested))
            .add(
                Condition::any()
                    .add(oneself(R::PersonId, R::OrganisationId, viewer))
                    .add(sent_to(viewer)),
            )
    }

    fn creatable(viewer: &Viewer, new: &sign_up_request::ActiveModel) -> bool {
        viewer.person().is_some()
            && new.person_id.try_as_ref().copied() == viewer.person()
            && is_own(&new.organisation_id, Role::Member, viewer)
    }
}

impl Policy for requested_need::Entity {
    fn visible(_: &Viewer) -> Condition {
        // It follows the request into the sign-up, where the accountable organiser reads it.
        nobody()
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &requested_need::ActiveModel) -> bool {
        false
    }
}
