//! The catalogue: programmes, trainings and their occasions.
//!
//! A draft is seen by the coordinators of its organisers. What is published is seen as far as it is
//! shared, and always by everybody in the organisations that give it. An occasion is seen with its
//! training.

use super::{
    Part, Policy, SeenWithWhole, nobody,
    organisation::{is_own, own},
    select, where_visible,
};
use crate::viewer::{Acting, Viewer};
use entity::{
    kind::{Role, SharingLevel, TrainingStatus},
    programme_organiser, reported_completion, sign_up_opening, time_block, training,
    training_audience, training_occasion, training_organiser, training_participant_organisation,
    training_programme, training_requirement, training_share, training_subject,
    training_target_group,
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

/// The trainings that the viewer's organisation gives, if the viewer has at least that role in it.
fn given_by_own(column: training::Column, at_least: Role, viewer: &Viewer) -> Condition {
    nobody().add_option(viewer.organisation(at_least).map(|organisation| {
        column.in_subquery(select::<training_organiser::Entity>(
            training_organiser::Column::TrainingId,
            Condition::all().add(training_organiser::Column::OrganisationId.eq(organisation)),
        ))
    }))
}

/// What is shared with the viewer: publicly, with partners, with its county.
pub(super) fn shared<C: ColumnTrait>(sharing: C, county: C, acting: Option<&Acting>) -> Condition {
    let mut condition = Condition::any().add(sharing.eq(SharingLevel::Public));
    if let Some(acting) = acting {
        condition = condition.add(sharing.eq(SharingLevel::Partners));
        if let Some(own_county) = &acting.county_code {
            condition = condition.add(
                Condition::all()
                    .add(sharing.eq(SharingLevel::County))
                    .add(county.eq(own_county)),
            );
        }
    }
    condition
}

impl Policy for training::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use training::Column as T;
        let selected = nobody().add_option(viewer.organisation(Role::Member).map(|organisation| {
            Condition::all()
                .add(T::Sharing.eq(SharingLevel::Selected))
                .add(T::Id.in_subquery(select::<training_share::Entity>(
                    training_share::Column::TrainingId,
                    Condition::all().add(training_share::Column::OrganisationId.eq(organisation)),
                )))
        }));
        let published = Condition::all()
            .add(T::Status.ne(TrainingStatus::Draft))
            .add(
                Condition::any()
                    .add(shared(T::Sharing, T::CountyCode, viewer.acting()))
                    .add(selected)
                    .add(given_by_own(T::Id, Role::Member, viewer)),
            );
        Condition::any()
            .add(published)
            .add(given_by_own(T::Id, Role::Coordinator, viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        given_by_own(training::Column::Id, Role::Coordinator, viewer)
    }

    fn creatable(viewer: &Viewer, new: &training::ActiveModel) -> bool {
        // Whoever makes a joint training is one of its organisers; the accountable one may be another.
        viewer.organisation(Role::Coordinator).is_some()
            && new.status.try_as_ref() == Some(&TrainingStatus::Draft)
    }
}

/// Gives the parts of a training the training's own rules.
macro_rules! part_of_training {
    ($table:ident) => {
        part_of_training!($table, |viewer| where_visible::<_, training::Entity>(
            $table::Column::TrainingId,
            training::Column::Id,
            viewer
        ));

        impl SeenWithWhole for $table::Entity {}
    };
    ($table:ident, |$viewer:ident| $visible:expr) => {
        impl Policy for $table::Entity {
            fn visible($viewer: &Viewer) -> Condition {
                $visible
            }

            fn editable(viewer: &Viewer) -> Condition {
                nobody().add_option(viewer.organisation(Role::Coordinator).map(|organisation| {
                    $table::Column::TrainingId.in_subquery(select::<training_organiser::Entity>(
                        training_organiser::Column::TrainingId,
                        Condition::all()
                            .add(training_organiser::Column::OrganisationId.eq(organisation)),
                    ))
                }))
            }

            fn creatable(_: &Viewer, _: &$table::ActiveModel) -> bool {
                // Only as a part of a training that the viewer has been permitted to edit.
                false
            }
        }

        impl Part for $table::Entity {
            type Whole = training::Entity;

            fn of(whole: &training::Model) -> Condition {
                Condition::all().add($table::Column::TrainingId.eq(whole.id))
            }

            fn is_of(new: &$table::ActiveModel, whole: &training::Model) -> bool {
                new.training_id == ActiveValue::Set(whole.id)
            }
        }
    };
}

part_of_training!(training_organiser);
part_of_training!(training_subject);
part_of_training!(training_audience);
part_of_training!(training_target_group);
part_of_training!(training_participant_organisation);
part_of_training!(training_requirement);
part_of_training!(training_occasion);
// With whom else something is shared is the organisers' own business.
part_of_training!(training_share, |viewer| Self::editable(viewer));

impl Policy for reported_completion::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, training::Entity>(
            reported_completion::Column::TrainingId,
            training::Column::Id,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            reported_completion::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &reported_completion::ActiveModel) -> bool {
        // Everybody reports for the own organisation, whoever gives the training.
        is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

/// Gives the parts of an occasion the occasion's own rules.
macro_rules! part_of_occasion {
    ($table:ident) => {
        impl Policy for $table::Entity {
            fn visible(viewer: &Viewer) -> Condition {
                where_visible::<_, training_occasion::Entity>(
                    $table::Column::OccasionId,
                    training_occasion::Column::Id,
                    viewer,
                )
            }

            fn editable(_: &Viewer) -> Condition {
                nobody()
            }

            fn creatable(_: &Viewer, _: &$table::ActiveModel) -> bool {
                // Only as a part of an occasion that the viewer has been permitted to edit.
                false
            }
        }

        impl Part for $table::Entity {
            type Whole = training_occasion::Entity;

            fn of(whole: &training_occasion::Model) -> Condition {
                Condition::all().add($table::Column::OccasionId.eq(whole.id))
            }

            fn is_of(new: &$table::ActiveModel, whole: &training_occasion::Model) -> bool {
                new.occasion_id == ActiveValue::Set(whole.id)
            }
        }
    };
}

part_of_occasion!(time_block);
part_of_occasion!(sign_up_opening);

impl Policy for training_programme::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use training_programme::Column as P;
        Condition::any()
            .add(shared(P::Sharing, P::CountyCode, viewer.acting()))
            .add(
                nobody().add_option(viewer.organisation(Role::Member).map(|organisation| {
                    P::Id.in_subquery(select::<programme_organiser::Entity>(
                        programme_organiser::Column::ProgrammeId,
                        Condition::all()
                            .add(programme_organiser::Column::OrganisationId.eq(organisation)),
                    ))
                })),
            )
    }

    fn editable(viewer: &Viewer) -> Condition {
        nobody().add_option(viewer.organisation(Role::Coordinator).map(|organisation| {
            training_programme::Column::Id.in_subquery(select::<programme_organiser::Entity>(
                programme_organiser::Column::ProgrammeId,
                Condition::all().add(programme_organiser::Column::OrganisationId.eq(organisation)),
            ))
        }))
    }

    fn creatable(viewer: &Viewer, _: &training_programme::ActiveModel) -> bool {
        viewer.organisation(Role::Coordinator).is_some()
    }
}

impl Policy for programme_organiser::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, training_programme::Entity>(
            programme_organiser::Column::ProgrammeId,
            training_programme::Column::Id,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(viewer: &Viewer, new: &programme_organiser::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}
