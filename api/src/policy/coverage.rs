//! What organisations and counties aim at. How far an aim is shared decides how far the coverage is.

use super::{
    Part, Policy,
    catalogue::shared,
    nobody,
    organisation::{is_own, own},
    where_visible,
};
use crate::viewer::Viewer;
use entity::{
    coverage_aim, coverage_aim_kind,
    id::OrganisationId,
    kind::{OrganisationKind, Role},
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

/// The kinds of organisations that set aims for a county: those that work for the whole of it.
pub(crate) const COUNTY_WIDE: [OrganisationKind; 3] = [
    OrganisationKind::Region,
    OrganisationKind::CountyAdministrativeBoard,
    OrganisationKind::MunicipalAssociation,
];

impl Policy for coverage_aim::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use coverage_aim::Column as A;
        Condition::any()
            .add(own(A::OrganisationId, Role::Member, viewer))
            .add(shared(A::Sharing, A::CountyCode, viewer.acting()))
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            coverage_aim::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &coverage_aim::ActiveModel) -> bool {
        let county_wide = viewer
            .acting()
            .is_some_and(|acting| COUNTY_WIDE.contains(&acting.kind));
        is_own(&new.organisation_id, Role::Coordinator, viewer)
            && (new.for_county == ActiveValue::Set(false) || county_wide)
    }
}

impl Policy for coverage_aim_kind::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, coverage_aim::Entity>(
            coverage_aim_kind::Column::AimId,
            coverage_aim::Column::Id,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &coverage_aim_kind::ActiveModel) -> bool {
        false
    }
}

impl Part for coverage_aim_kind::Entity {
    type Whole = coverage_aim::Entity;

    fn of(whole: &coverage_aim::Model) -> Condition {
        Condition::all().add(coverage_aim_kind::Column::AimId.eq(whole.id))
    }

    fn is_of(new: &coverage_aim_kind::ActiveModel, whole: &coverage_aim::Model) -> bool {
        new.aim_id == ActiveValue::Set(whole.id)
    }
}

/// How much of a coverage the viewer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Numbers and gaps.
    Everything,
    /// The percentage only.
    Percentage,
}

/// Whose coverage it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose<'a> {
    /// One organisation's, in its county.
    Organisation(OrganisationId, Option<&'a str>),
    /// That of a county, or of a municipality in it: only what is shared with the county counts.
    County(&'a str),
}

/// How much the viewer is told, given an aim of today's that it sees: an organisation's own people see everything; so
/// do partners in the county, of an organisation if it has shared an aim with them; others see the percentage of what
/// is published. None: nothing.
pub(crate) fn sight(
    viewer: &Viewer,
    whose: &Whose<'_>,
    shared: Option<&coverage_aim::Model>,
) -> Option<Sight> {
    let own_county = viewer
        .acting()
        .and_then(|acting| acting.county_code.as_deref());
    let (is_own, in_county) = match *whose {
        Whose::Organisation(organisation, county) => (
            viewer.has_role(Role::Member, organisation),
            shared.is_some() && county.is_some() && county == own_county,
        ),
        Whose::County(county) => (false, own_county == Some(county)),
    };
    if is_own || in_county {
        return Some(Sight::Everything);
    }
    shared.map(|_| Sight::Percentage)
}
