//! Meetings, agendas, absence and attendance.
//!
//! When and where a meeting is held is seen by the members of its group, by who convenes it, by guests of an item, by
//! the organisations that have registered it, and by others as far as the group shares its meetings. The agenda and
//! who was there are papers: for members, and of an item for the organisation that is its guest.

use super::{
    Part, Policy,
    group::{
        Paper, keeps_meetings, meetings_shared, of_groups, of_own_organisation, officer_of,
        reads_papers, seen_by_readers, sees_meetings,
    },
    nobody,
    organisation::{oneself, own},
    select, where_visible,
};
use crate::viewer::Viewer;
use entity::{
    agenda_item, agenda_item_guest, completion, group_desk, group_room,
    id::GroupId,
    kind::{AgendaItemStatus, CompletionSource, Role},
    meeting, meeting_absence, meeting_attendance, meeting_completion, meeting_credit, meeting_desk,
    meeting_purpose, meeting_registration, meeting_room, meeting_series, meeting_series_rule,
    meeting_substitution,
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

/// The meetings of the groups that a condition on a meeting's row picks.
fn of_meetings<C: ColumnTrait>(column: C, which: Condition) -> Condition {
    Condition::all().add(column.in_subquery(select::<meeting::Entity>(meeting::Column::Id, which)))
}

/// The meetings whose papers the viewer may read.
pub(crate) fn reads_papers_of<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    of_meetings(
        column,
        Condition::all().add(reads_papers(meeting::Column::GroupId, viewer)),
    )
}

/// The items that the viewer is a guest at: as a coordinator of the organisation that they are open to.
fn guest_at<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    use agenda_item_guest::Column as G;
    let invited = Condition::all().add(own(G::OrganisationId, Role::Coordinator, viewer));
    Condition::all()
        .add(column.in_subquery(select::<agenda_item_guest::Entity>(G::ItemId, invited)))
}

/// The meetings with an item that the viewer is a guest at.
pub(crate) fn guest_at_a_meeting<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    use agenda_item::Column as I;
    let items = on_the_agenda()
        .add(I::MeetingId.is_not_null())
        .add(guest_at(I::Id, viewer));
    Condition::all().add(column.in_subquery(select::<agenda_item::Entity>(I::MeetingId, items)))
}

/// What stands on an agenda, or has been dealt with.
pub(crate) fn on_the_agenda() -> Condition {
    let status = agenda_item::Column::Status;
    Condition::all().add(status.is_in([AgendaItemStatus::Accepted, AgendaItemStatus::Done]))
}

impl Policy for meeting::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use meeting::Column as M;
        let registered = Condition::all().add(own(
            meeting_registration::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        ));
        let registered = select::<meeting_registration::Entity>(
            meeting_registration::Column::MeetingId,
            registered,
        );
        Condition::any()
            .add(sees_meetings(M::GroupId, viewer))
            .add(meetings_shared(M::GroupId, viewer))
            .add(guest_at_a_meeting(M::Id, viewer))
            .add(M::Id.in_subquery(registered))
    }

    fn editable(viewer: &Viewer) -> Condition {
        keeps_meetings(meeting::Column::GroupId, viewer)
    }

    fn creatable(_: &Viewer, _: &meeting::ActiveModel) -> bool {
        // Only as a meeting of a group whose meetings the viewer calls.
        false
    }
}

seen_by_readers!(meeting);

/// What whoever calls a group's meetings makes for the group.
macro_rules! part_of_desk {
    ($table:ident) => {
        impl Part for $table::Entity {
            type Whole = group_desk::Entity;

            fn of(whole: &group_desk::Model) -> Condition {
                Condition::all().add($table::Column::GroupId.eq(whole.id))
            }

            fn is_of(new: &$table::ActiveModel, whole: &group_desk::Model) -> bool {
                new.group_id == ActiveValue::Set(whole.id)
            }
        }
    };
}

part_of_desk!(meeting);
part_of_desk!(meeting_series);

impl Policy for meeting_series::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use meeting::Column as M;
        let meetings = Condition::all()
            .add(M::SeriesId.is_not_null())
            .add(meeting::Entity::visible(viewer));
        Condition::any().add(Self::editable(viewer)).add(
            meeting_series::Column::Id
                .in_subquery(select::<meeting::Entity>(M::SeriesId, meetings)),
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        keeps_meetings(meeting_series::Column::GroupId, viewer)
    }

    fn creatable(_: &Viewer, _: &meeting_series::ActiveModel) -> bool {
        false
    }
}

/// A meeting under a further rule: who may see it, and as what else.
macro_rules! meeting_as {
    ($table:ident, $editable:path) => {
        impl Policy for $table::Entity {
            fn visible(viewer: &Viewer) -> Condition {
                where_visible::<_, meeting::Entity>($table::Column::Id, meeting::Column::Id, viewer)
            }

            fn editable(viewer: &Viewer) -> Condition {
                $editable($table::Column::GroupId, viewer)
            }

            fn creatable(_: &Viewer, _: &$table::ActiveModel) -> bool {
                false
            }
        }
    };
}

// Whoever may read a meeting's papers says who will not come, and answers calls.
meeting_as!(meeting_room, reads_papers);
// Whoever keeps them enters who was there, and calls substitutes.
meeting_as!(meeting_desk, officer_of);

/// What is noted about somebody's coming to a meeting: seen by whoever may read the meeting's papers, by the person, and
/// by the coordinators of the organisation that sent the person.
fn about_a_representative<C: ColumnTrait>(
    meeting: C,
    person: C,
    organisation: C,
    viewer: &Viewer,
) -> Condition {
    Condition::any()
        .add(reads_papers_of(meeting, viewer))
        .add(oneself(person, organisation, viewer))
        .add(own(organisation, Role::Coordinator, viewer))
}

/// Rows that belong to something and that only whoever edits it writes.
macro_rules! written_as_part {
    ($table:ident of $whole:ident by $column:ident ($field:ident), |$viewer:ident| $visible:expr) => {
        impl Policy for $table::Entity {
            fn visible($viewer: &Viewer) -> Condition {
                $visible
            }

            fn editable(_: &Viewer) -> Condition {
                nobody()
            }

            fn creatable(_: &Viewer, _: &$table::ActiveModel) -> bool {
                false
            }
        }

        written_as_part!($table of $whole by $column ($field));
    };
    ($table:ident of $whole:ident by $column:ident ($field:ident)) => {
        impl Part for $table::Entity {
            type Whole = $whole::Entity;

            fn of(whole: &$whole::Model) -> Condition {
                Condition::all().add($table::Column::$column.eq(whole.id))
            }

            fn is_of(new: &$table::ActiveModel, whole: &$whole::Model) -> bool {
                new.$field == ActiveValue::Set(whole.id)
            }
        }
    };
}

written_as_part!(meeting_series_rule of meeting_series by SeriesId (series_id), |viewer| {
    use meeting_series_rule::Column as R;
    where_visible::<_, meeting_series::Entity>(R::SeriesId, meeting_series::Column::Id, viewer)
});
written_as_part!(meeting_purpose of meeting by MeetingId (meeting_id), |viewer| {
    use meeting_purpose::Column as P;
    where_visible::<_, meeting::Entity>(P::MeetingId, meeting::Column::Id, viewer)
});
written_as_part!(meeting_attendance of meeting_desk by MeetingId (meeting_id), |viewer| {
    use meeting_attendance::Column as A;
    about_a_representative(A::MeetingId, A::PersonId, A::OrganisationId, viewer)
});
written_as_part!(meeting_credit of meeting_desk by MeetingId (meeting_id), |viewer| {
    use meeting_credit::Column as C;
    where_visible::<_, meeting::Entity>(C::MeetingId, meeting::Column::Id, viewer)
});

impl Policy for meeting_completion::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use meeting_completion::Column as C;
        where_visible::<_, completion::Entity>(C::Id, completion::Column::Id, viewer)
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &meeting_completion::ActiveModel) -> bool {
        false
    }
}

impl Part for meeting_completion::Entity {
    type Whole = meeting_desk::Entity;

    fn of(whole: &meeting_desk::Model) -> Condition {
        Condition::all().add(meeting_completion::Column::MeetingId.eq(whole.id))
    }

    fn is_of(new: &meeting_completion::ActiveModel, whole: &meeting_desk::Model) -> bool {
        new.meeting_id == ActiveValue::Set(Some(whole.id))
            && new.source == ActiveValue::Set(CompletionSource::Meeting)
    }
}

written_as_part!(agenda_item_guest of agenda_item by ItemId (item_id), |viewer| {
    use agenda_item_guest::Column as G;
    // A guest sees that it is invited, and not who else is.
    let items = Condition::all().add(reads_papers(agenda_item::Column::GroupId, viewer));
    Condition::any()
        .add(G::ItemId.in_subquery(select::<agenda_item::Entity>(agenda_item::Column::Id, items)))
        .add(own(G::OrganisationId, Role::Coordinator, viewer))
});

impl Policy for meeting_registration::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use meeting_registration::Column as R;
        Condition::any()
            .add(reads_papers_of(R::MeetingId, viewer))
            .add(own(R::OrganisationId, Role::Coordinator, viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        // Each organisation enters its own number.
        own(
            meeting_registration::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &meeting_registration::ActiveModel) -> bool {
        // That the organisation takes part in the group is asked besides.
        super::organisation::is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

/// The meetings of groups that the viewer's organisation convenes or has a seat in: it may register them.
pub(crate) fn takes_part_in(viewer: &Viewer) -> Condition {
    of_own_organisation(meeting::Column::GroupId, viewer)
}

impl Policy for agenda_item::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use agenda_item::Column as I;
        let own_proposal = Condition::all()
            .add(reads_papers(I::GroupId, viewer))
            .add(own(I::ProposedByOrganisationId, Role::Member, viewer));
        let for_members = Condition::any()
            .add(reads_papers(I::GroupId, viewer))
            .add(guest_at(I::Id, viewer));
        Condition::any()
            .add(on_the_agenda().add(for_members))
            .add(officer_of(I::GroupId, viewer))
            .add(own_proposal)
    }

    fn editable(viewer: &Viewer) -> Condition {
        use agenda_item::Column as I;
        // Who proposed an item may change it until the convener has answered.
        let own_proposal = Condition::all()
            .add(I::Status.eq(AgendaItemStatus::Proposed))
            .add(reads_papers(I::GroupId, viewer))
            .add(own(I::ProposedByOrganisationId, Role::Member, viewer));
        Condition::any()
            .add(officer_of(I::GroupId, viewer))
            .add(own_proposal)
    }

    fn creatable(_: &Viewer, _: &agenda_item::ActiveModel) -> bool {
        // Only in a group that the viewer has been permitted into.
        false
    }
}

impl Paper for agenda_item::Entity {
    fn in_groups_read(groups: &[GroupId], viewer: &Viewer) -> Condition {
        use agenda_item::Column as I;
        let seen = Condition::any()
            .add(on_the_agenda())
            .add(officer_of(I::GroupId, viewer))
            .add(own(I::ProposedByOrganisationId, Role::Member, viewer));
        of_groups(I::GroupId, groups).add(seen)
    }
}

impl Part for agenda_item::Entity {
    type Whole = group_room::Entity;

    fn of(whole: &group_room::Model) -> Condition {
        Condition::all().add(agenda_item::Column::GroupId.eq(whole.id))
    }

    fn is_of(new: &agenda_item::ActiveModel, whole: &group_room::Model) -> bool {
        // Every member proposes; only who keeps the agenda accepts, which is a change of its own.
        new.group_id == ActiveValue::Set(whole.id)
            && new.status == ActiveValue::Set(AgendaItemStatus::Proposed)
    }
}

impl Policy for meeting_absence::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use meeting_absence::Column as A;
        about_a_representative(A::MeetingId, A::PersonId, A::OrganisationId, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        use meeting_absence::Column as A;
        // Whoever can come after all takes it back.
        match viewer.person() {
            Some(person) => Condition::all()
                .add(A::PersonId.eq(person))
                .add(reads_papers_of(A::MeetingId, viewer)),
            None => nobody(),
        }
    }

    fn creatable(_: &Viewer, _: &meeting_absence::ActiveModel) -> bool {
        false
    }
}

written_as_part!(meeting_absence of meeting_room by MeetingId (meeting_id));

impl Policy for meeting_substitution::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use meeting_substitution::Column as S;
        about_a_representative(S::MeetingId, S::PersonId, S::OrganisationId, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        use meeting_substitution::Column as S;
        let called = viewer.person().map(|person| {
            Condition::all()
                .add(S::PersonId.eq(person))
                .add(reads_papers_of(S::MeetingId, viewer))
        });
        Condition::any()
            .add(of_meetings(
                S::MeetingId,
                Condition::all().add(officer_of(meeting::Column::GroupId, viewer)),
            ))
            .add_option(called)
    }

    fn creatable(_: &Viewer, _: &meeting_substitution::ActiveModel) -> bool {
        false
    }
}

written_as_part!(meeting_substitution of meeting_room by MeetingId (meeting_id));
