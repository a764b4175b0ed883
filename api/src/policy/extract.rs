//! Extracts of verified minutes.
//!
//! Seen by the members of the group whose minutes they are, and by those they were sent to: the coordinators of an
//! organisation, the members of another group. A recipient learns what stands in the extract, and not who else has it.

use super::{
    Part, Policy,
    group::{officer_of, reads_papers},
    nobody,
    organisation::own,
    select,
};
use crate::viewer::Viewer;
use entity::{extract_recipient, kind::Role, meeting_desk, minutes_extract};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

/// What was sent to the viewer.
fn received(viewer: &Viewer) -> Condition {
    use extract_recipient::Column as R;
    Condition::any()
        .add(own(R::OrganisationId, Role::Coordinator, viewer))
        .add(reads_papers(R::GroupId, viewer))
}

/// The receipts that are the viewer's to confirm, or were.
pub(crate) fn confirms(viewer: &Viewer) -> Condition {
    use extract_recipient::Column as R;
    Condition::any()
        .add(own(R::OrganisationId, Role::Coordinator, viewer))
        .add(officer_of(R::GroupId, viewer))
}

impl Policy for minutes_extract::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use minutes_extract::Column as E;
        let sent = Condition::all().add(received(viewer));
        Condition::any()
            .add(reads_papers(E::GroupId, viewer))
            .add(E::Id.in_subquery(select::<extract_recipient::Entity>(
                extract_recipient::Column::ExtractId,
                sent,
            )))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &minutes_extract::ActiveModel) -> bool {
        // Only of a meeting whose papers the viewer has been permitted to keep.
        false
    }
}

impl Part for minutes_extract::Entity {
    type Whole = meeting_desk::Entity;

    fn of(whole: &meeting_desk::Model) -> Condition {
        Condition::all().add(minutes_extract::Column::MeetingId.eq(whole.id))
    }

    fn is_of(new: &minutes_extract::ActiveModel, whole: &meeting_desk::Model) -> bool {
        new.meeting_id == ActiveValue::Set(whole.id)
            && new.group_id == ActiveValue::Set(whole.group_id)
    }
}

impl Policy for extract_recipient::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use extract_recipient::Column as R;
        use minutes_extract::Column as E;
        let of_own_group = Condition::all().add(reads_papers(E::GroupId, viewer));
        Condition::any()
            .add(R::ExtractId.in_subquery(select::<minutes_extract::Entity>(E::Id, of_own_group)))
            .add(received(viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        use extract_recipient::Column as R;
        // A receipt is confirmed once.
        Condition::all()
            .add(R::ReceivedAt.is_null())
            .add(confirms(viewer))
    }

    fn creatable(_: &Viewer, _: &extract_recipient::ActiveModel) -> bool {
        false
    }
}

impl Part for extract_recipient::Entity {
    type Whole = minutes_extract::Entity;

    fn of(whole: &minutes_extract::Model) -> Condition {
        Condition::all().add(extract_recipient::Column::ExtractId.eq(whole.id))
    }

    fn is_of(new: &extract_recipient::ActiveModel, whole: &minutes_extract::Model) -> bool {
        new.extract_id == ActiveValue::Set(whole.id) && new.received_at == ActiveValue::Set(None)
    }
}
