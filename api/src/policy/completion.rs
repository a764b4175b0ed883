//! Completions, and what an organisation wants its staff to have completed.

use super::{
    Part, Policy, nobody,
    organisation::{is_own, oneself, own},
    sign_up::occasions_accountable_to,
};
use crate::viewer::Viewer;
use entity::{
    completion,
    kind::{CompletionSource, Role},
    mandatory_training, mandatory_training_category,
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

impl Policy for completion::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use completion::Column as C;
        // What an organisation has entered from elsewhere has no occasion, and is no business of the organiser's.
        let at_own_occasions = viewer.organisation(Role::Coordinator).map(|organisation| {
            C::OccasionId.in_subquery(occasions_accountable_to(organisation, Condition::all()))
        });
        Condition::any()
            .add(oneself(C::PersonId, C::OrganisationId, viewer))
            .add(own(C::OrganisationId, Role::Coordinator, viewer))
            .add(nobody().add_option(at_own_occasions))
    }

    fn editable(viewer: &Viewer) -> Condition {
        use completion::Column as C;
        // What follows from attendance is corrected there.
        Condition::all()
            .add(C::Source.eq(CompletionSource::Import))
            .add(C::WithdrawnAt.is_null())
            .add(own(C::OrganisationId, Role::Coordinator, viewer))
    }

    fn creatable(viewer: &Viewer, new: &completion::ActiveModel) -> bool {
        new.source == ActiveValue::Set(CompletionSource::Import)
            && is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

impl Policy for mandatory_training::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(
            mandatory_training::Column::OrganisationId,
            Role::Member,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            mandatory_training::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &mandatory_training::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

impl Policy for mandatory_training_category::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        super::where_visible::<_, mandatory_training::Entity>(
            mandatory_training_category::Column::MandatoryTrainingId,
            mandatory_training::Column::Id,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &mandatory_training_category::ActiveModel) -> bool {
        false
    }
}

impl Part for mandatory_training_category::Entity {
    type Whole = mandatory_training::Entity;

    fn of(whole: &mandatory_training::Model) -> Condition {
        Condition::all().add(mandatory_training_category::Column::MandatoryTrainingId.eq(whole.id))
    }

    fn is_of(
        new: &mandatory_training_category::ActiveModel,
        whole: &mandatory_training::Model,
    ) -> bool {
        new.mandatory_training_id == ActiveValue::Set(whole.id)
    }
}
