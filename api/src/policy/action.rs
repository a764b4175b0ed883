//! Actions that a group asks organisations to take.
//!
//! Seen by the group's members, and by the coordinators of the organisation that is asked, whether it is in the group or not.
//! Those who keep the group's papers give an action out and call it off; the organisation answers, by its coordinators or
//! by whoever sits for it in the group, and says how it goes.

use super::{
    Part, Policy,
    group::{officer_of, reads_papers, seen_by_readers},
    nobody,
    organisation::own,
    select, where_visible,
};
use crate::viewer::Viewer;
use entity::{
    action_report, action_task, group_action, group_office,
    kind::{ActionStatus, Role},
    meeting_action,
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

/// Who sees an action: the group's members, and the coordinators of the organisation that is asked.
fn seen<C: ColumnTrait>(group: C, organisation: C, viewer: &Viewer) -> Condition {
    Condition::any().add(reads_papers(group, viewer)).add(own(
        organisation,
        Role::Coordinator,
        viewer,
    ))
}

impl Policy for group_action::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use group_action::Column as A;
        seen(A::GroupId, A::OrganisationId, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        officer_of(group_action::Column::GroupId, viewer)
    }

    fn creatable(_: &Viewer, _: &group_action::ActiveModel) -> bool {
        // Only of a group whose papers the viewer has been permitted to keep.
        false
    }
}

seen_by_readers!(group_action);

impl Part for group_action::Entity {
    type Whole = group_office::Entity;

    fn of(whole: &group_office::Model) -> Condition {
        Condition::all().add(group_action::Column::GroupId.eq(whole.id))
    }

    fn is_of(new: &group_action::ActiveModel, whole: &group_office::Model) -> bool {
        // Nobody takes an action on for another organisation.
        new.group_id == ActiveValue::Set(whole.id)
            && new.status == ActiveValue::Set(ActionStatus::Assigned)
    }
}

impl Policy for meeting_action::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use meeting_action::Column as A;
        seen(A::GroupId, A::OrganisationId, viewer)
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &meeting_action::ActiveModel) -> bool {
        // It is what other tables say.
        false
    }
}

impl Policy for action_task::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, group_action::Entity>(
            action_task::Column::Id,
            group_action::Column::Id,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        use action_task::Column as A;
        let sits_for_it = Condition::all()
            .add(own(A::OrganisationId, Role::Member, viewer))
            .add(reads_papers(A::GroupId, viewer));
        Condition::any()
            .add(own(A::OrganisationId, Role::Coordinator, viewer))
            .add(sits_for_it)
    }

    fn creatable(_: &Viewer, _: &action_task::ActiveModel) -> bool {
        false
    }
}

impl Policy for action_report::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use action_report::Column as R;
        // An action may have been another organisation's before: what that one has reported is for whoever reads the papers.
        let papers = select::<group_action::Entity>(
            group_action::Column::Id,
            Condition::all().add(reads_papers(group_action::Column::GroupId, viewer)),
        );
        let own_or_papers = Condition::any()
            .add(own(R::OrganisationId, Role::Member, viewer))
            .add(R::ActionId.in_subquery(papers));
        Condition::all()
            .add(where_visible::<_, group_action::Entity>(
                R::ActionId,
                group_action::Column::Id,
                viewer,
            ))
            .add(own_or_papers)
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &action_report::ActiveModel) -> bool {
        false
    }
}

impl Part for action_report::Entity {
    type Whole = action_task::Entity;

    fn of(whole: &action_task::Model) -> Condition {
        Condition::all().add(action_report::Column::ActionId.eq(whole.id))
    }

    fn is_of(new: &action_report::ActiveModel, whole: &action_task::Model) -> bool {
        new.action_id == ActiveValue::Set(whole.id)
            && new.organisation_id == ActiveValue::Set(whole.organisation_id)
    }
}
