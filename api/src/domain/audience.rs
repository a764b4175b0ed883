//! Whether a training is meant for a person. It says nothing about who may see the training.

use entity::kind::{OrganisationKind, StaffCategory, TargetAudience};

/// What decides whether somebody belongs to an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The kind of the organisation that the person takes part for.
    pub organisation_kind: OrganisationKind,
    /// Whether that organisation is in the training's county.
    pub same_county: bool,
    /// What the person is there.
    pub category: StaffCategory,
}

/// Whether the person belongs to one of the audiences. No audiences mean that the training is open
/// to everybody who may see it.
#[must_use]
pub fn fits(audiences: &[TargetAudience], participant: &Participant) -> bool {
    audiences.is_empty()
        || audiences
            .iter()
            .any(|audience| belongs(*audience, *participant))
}

/// Whether a training is for the person: by one of its audiences, or by being in one of the groups that it is for.
/// `in_group` is none for a training that is for no group in particular; one that is for groups alone is for nobody
/// else.
#[must_use]
pub fn is_for(
    audiences: &[TargetAudience],
    in_group: Option<bool>,
    participant: &Participant,
) -> bool {
    match in_group {
        None => fits(audiences, participant),
        Some(in_group) => in_group || (!audiences.is_empty() && fits(audiences, participant)),
    }
}

/// The one audience that somebody is counted under: civil society, other actors of the county, and for everybody else
/// what the person does. None for a volunteer of a public organisation, who belongs to no audience.
#[must_use]
pub fn counted_under(participant: &Participant) -> Option<TargetAudience> {
    match sector(participant.organisation_kind) {
        Sector::CivilSociety => return Some(TargetAudience::CivilSociety),
        Sector::OtherPublic if participant.same_county => {
            return Some(TargetAudience::OtherActorsInCounty);
        }
        Sector::OtherPublic | Sector::SelfGovernment => {}
    }
    match participant.category {
        StaffCategory::Employee => Some(TargetAudience::Employees),
        StaffCategory::Manager => Some(TargetAudience::Managers),
        StaffCategory::HealthCareStaff => Some(TargetAudience::HealthCareStaff),
        StaffCategory::SocialServicesStaff => Some(TargetAudience::SocialServicesStaff),
        StaffCategory::SchoolStaff => Some(TargetAudience::SchoolStaff),
        StaffCategory::ElectedRepresentative => Some(TargetAudience::ElectedRepresentatives),
        StaffCategory::Volunteer => None,
    }
}

fn belongs(audience: TargetAudience, participant: Participant) -> bool {
    let sector = sector(participant.organisation_kind);
    let is_public = sector != Sector::CivilSociety;
    let category = participant.category;
    match audience {
        TargetAudience::AllStaff => sector == Sector::SelfGovernment && is_employee(category),
        TargetAudience::Employees => is_public && is_employee(category),
        TargetAudience::Managers => is_public && category == StaffCategory::Manager,
        TargetAudience::ElectedRepresentatives => {
            is_public && category == StaffCategory::ElectedRepresentative
        }
        TargetAudience::HealthCareStaff => is_public && category == StaffCategory::HealthCareStaff,
        TargetAudience::SocialServicesStaff => {
            is_public && category == StaffCategory::SocialServicesStaff
        }
        TargetAudience::SchoolStaff => is_public && category == StaffCategory::SchoolStaff,
        TargetAudience::CivilSociety => sector == Sector::CivilSociety,
        TargetAudience::OtherActorsInCounty => {
            participant.same_county && sector != Sector::SelfGovernment
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sector {
    SelfGovernment,
    OtherPublic,
    CivilSociety,
}

fn sector(kind: OrganisationKind) -> Sector {
    match kind {
        OrganisationKind::Region | OrganisationKind::Municipality => Sector::SelfGovernment,
        OrganisationKind::CountyAdministrativeBoard
        | OrganisationKind::MunicipalAssociation
        | OrganisationKind::StateAuthority
        | OrganisationKind::NationalAssociation
        | OrganisationKind::CollaborationBody => Sector::OtherPublic,
        OrganisationKind::Ngo | OrganisationKind::NgoNetwork => Sector::CivilSociety,
    }
}

fn is_employee(category: StaffCategory) -> bool {
    match category {
        StaffCategory::Employee
        | StaffCategory::Manager
        | StaffCategory::HealthCareStaff
        | StaffCategory::SocialServicesStaff
        | StaffCategory::SchoolStaff => true,
        StaffCategory::ElectedRepresentative | StaffCategory::Volunteer => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    const EMPLOYEES: [StaffCategory; 5] = [
        StaffCategory::Employee,
        StaffCategory::Manager,
        StaffCategory::HealthCareStaff,
        StaffCategory::SocialServicesStaff,
        StaffCategory::SchoolStaff,
    ];
    const SELF_GOVERNMENT: [OrganisationKind; 2] =
        [OrganisationKind::Region, OrganisationKind::Municipality];
    const CIVIL_SOCIETY: [OrganisationKind; 2] =
        [OrganisationKind::Ngo, OrganisationKind::NgoNetwork];

    #[test]
    fn everybody_is_counted_under_one_audience_that_the_person_belongs_to() {
        for participant in everyone() {
            match counted_under(&participant) {
                Some(audience) => assert!(belongs(audience, participant), "{participant:?}"),
                None => assert_eq!(participant.category, StaffCategory::Volunteer),
            }
        }
    }

    fn everyone() -> impl Iterator<Item = Participant> {
        OrganisationKind::iter().flat_map(|organisation_kind| {
            StaffCategory::iter().flat_map(move |category| {
                [true, false].map(|same_county| Participant {
                    organisation_kind,
                    same_county,
                    category,
                })
            })
        })
    }

    #[track_caller]
    fn assert_meant_for(audience: TargetAudience, expected: impl Fn(&Participant) -> bool) {
        for participant in everyone() {
            assert_eq!(
                fits(&[audience], &participant),
                expected(&participant),
                "{audience:?} and {participant:?}"
            );
        }
    }

    #[test]
    fn without_audiences_a_training_is_open_to_everybody() {
        assert!(everyone().all(|participant| fits(&[], &participant)));
    }

    #[test]
    fn all_staff_are_the_employees_of_regions_and_municipalities() {
        assert_meant_for(TargetAudience::AllStaff, |participant| {
            SELF_GOVERNMENT.contains(&participant.organisation_kind)
                && EMPLOYEES.contains(&participant.category)
        });
    }

    #[test]
    fn employees_are_those_of_any_public_organisation() {
        assert_meant_for(TargetAudience::Employees, |participant| {
            !CIVIL_SOCIETY.contains(&participant.organisation_kind)
                && EMPLOYEES.contains(&participant.category)
        });
    }

    #[test]
    fn a_professional_audience_is_its_category_in_public_organisations() {
        for (audience, category) in [
            (TargetAudience::Managers, StaffCategory::Manager),
            (
                TargetAudience::ElectedRepresentatives,
                StaffCategory::ElectedRepresentative,
            ),
            (
                TargetAudience::HealthCareStaff,
                StaffCategory::HealthCareStaff,
            ),
            (
                TargetAudience::SocialServicesStaff,
                StaffCategory::SocialServicesStaff,
            ),
            (TargetAudience::SchoolStaff, StaffCategory::SchoolStaff),
        ] {
            assert_meant_for(audience, |participant| {
                !CIVIL_SOCIETY.contains(&participant.organisation_kind)
                    && participant.category == category
            });
        }
    }

    #[test]
    fn civil_society_is_anyone_of_an_ngo_or_a_network_of_ngos() {
        assert_meant_for(TargetAudience::CivilSociety, |participant| {
            CIVIL_SOCIETY.contains(&participant.organisation_kind)
        });
    }

    #[test]
    fn other_actors_are_the_countys_organisations_beside_region_and_municipalities() {
        assert_meant_for(TargetAudience::OtherActorsInCounty, |participant| {
            participant.same_county && !SELF_GOVERNMENT.contains(&participant.organisation_kind)
        });
    }

    #[test]
    fn an_ngo_is_let_in_when_the_audience_is_extended_to_civil_society() {
        let member = Participant {
            organisation_kind: OrganisationKind::Ngo,
            same_county: true,
            category: StaffCategory::Employee,
        };

        assert!(!fits(&[TargetAudience::AllStaff], &member));
        assert!(fits(
            &[TargetAudience::AllStaff, TargetAudience::CivilSociety],
            &member
        ));
    }
}
