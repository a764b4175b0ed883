//! Visits to inform, inspire and challenge.
//!
//! That an organisation makes visits is public. A visit is between whoever asks for it and whoever comes: seen by
//! everybody in the two organisations, dealt with by their coordinators, and seen by nobody else.

use super::{
    Part, Policy, everybody, nobody,
    organisation::{is_own, own},
    where_visible,
};
use crate::viewer::Viewer;
use entity::{
    kind::{Role, VisitStatus},
    outreach_answer, outreach_offer, outreach_offer_purpose, outreach_visit,
    outreach_visit_purpose, visit_notice,
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

impl Policy for outreach_offer::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            outreach_offer::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &outreach_offer::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

impl Policy for outreach_offer_purpose::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            outreach_offer_purpose::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(_: &Viewer, _: &outreach_offer_purpose::ActiveModel) -> bool {
        // Only as a part of an offer that the viewer has been permitted to edit.
        false
    }
}

impl Part for outreach_offer_purpose::Entity {
    type Whole = outreach_offer::Entity;

    fn of(whole: &outreach_offer::Model) -> Condition {
        Condition::all()
            .add(outreach_offer_purpose::Column::OrganisationId.eq(whole.organisation_id))
    }

    fn is_of(new: &outreach_offer_purpose::ActiveModel, whole: &outreach_offer::Model) -> bool {
        new.organisation_id == ActiveValue::Set(whole.organisation_id)
    }
}

impl Policy for outreach_visit::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use outreach_visit::Column as V;
        nobody()
            .add(own(V::OrganisationId, Role::Member, viewer))
            .add(own(V::RequestedByOrganisationId, Role::Member, viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        // For whoever has asked; what the organisation that comes does has a rule of its own.
        own(
            outreach_visit::Column::RequestedByOrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &outreach_visit::ActiveModel) -> bool {
        is_own(&new.requested_by_organisation_id, Role::Coordinator, viewer)
            && new.status == ActiveValue::Set(VisitStatus::Requested)
    }
}

impl Policy for outreach_answer::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, outreach_visit::Entity>(
            outreach_answer::Column::Id,
            outreach_visit::Column::Id,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            outreach_answer::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(_: &Viewer, _: &outreach_answer::ActiveModel) -> bool {
        false
    }
}

impl Policy for outreach_visit_purpose::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, outreach_visit::Entity>(
            outreach_visit_purpose::Column::VisitId,
            outreach_visit::Column::Id,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &outreach_visit_purpose::ActiveModel) -> bool {
        // Only as a part of a visit that the viewer has been permitted to ask for.
        false
    }
}

impl Part for outreach_visit_purpose::Entity {
    type Whole = outreach_visit::Entity;

    fn of(whole: &outreach_visit::Model) -> Condition {
        Condition::all().add(outreach_visit_purpose::Column::VisitId.eq(whole.id))
    }

    fn is_of(new: &outreach_visit_purpose::ActiveModel, whole: &outreach_visit::Model) -> bool {
        new.visit_id == ActiveValue::Set(whole.id)
    }
}

impl Policy for visit_notice::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(
            visit_notice::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &visit_notice::ActiveModel) -> bool {
        // Written by what it tells of, through a door of its own.
        false
    }
}
