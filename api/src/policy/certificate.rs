//! Certificates: the holder's own, and those that the holder's organiser has issued.
//!
//! Whoever else holds a code learns what [`Viewer::check_certificate`] tells, and no row.

use super::{
    Policy,
    organisation::{is_own, oneself, own},
};
use crate::viewer::Viewer;
use entity::{certificate, kind::Role};
use sea_orm::{ColumnTrait, Condition};

impl Policy for certificate::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use certificate::Column as C;
        // The coordinators of the holder's own organisation see the completion; the certificate is the holder's.
        Condition::any()
            .add(oneself(C::PersonId, C::OrganisationId, viewer))
            .add(own(C::IssuerOrganisationId, Role::Coordinator, viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        Condition::all()
            .add(certificate::Column::RevokedAt.is_null())
            .add(Self::visible(viewer))
    }

    fn creatable(viewer: &Viewer, new: &certificate::ActiveModel) -> bool {
        let oneself = viewer.person().is_some()
            && new.person_id.try_as_ref().copied() == viewer.person()
            && is_own(&new.organisation_id, Role::Member, viewer);
        oneself || is_own(&new.issuer_organisation_id, Role::Coordinator, viewer)
    }
}
