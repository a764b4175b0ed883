//! The rows KR and BL.

use super::Demo;
use entity::kind::{OrganisationKind, SharingLevel, SubjectArea, TargetAudience, UnitKind};

#[tokio::test]
async fn kr_02_region_kronoberg_is_a_region_of_county_07() {
    let demo = Demo::new().await;

    let region = demo.organisation("Region Kronoberg");
    assert_eq!(region.kind, OrganisationKind::Region);
    assert_eq!(region.county_code.as_deref(), Some("07"));
    assert_eq!(
        region.organisation_number.map(|n| n.to_string()).as_deref(),
        Some("232100-0065")
    );
}

#[tokio::test]
async fn kr_04_kronoberg_has_eight_municipalities() {
    let demo = Demo::new().await;

    assert_eq!(demo.municipalities("07"), 8);
    for (county, count) in [("10", 5), ("23", 8), ("06", 13), ("12", 33)] {
        assert_eq!(demo.municipalities(county), count, "county {county}");
    }
}

#[tokio::test]
async fn kr_17_region_kronoberg_has_operations_in_a_tree() {
    let demo = Demo::new().await;

    let units = demo.units_of("Region Kronoberg");
    let operations: Vec<_> = units
        .iter()
        .filter(|u| u.kind == UnitKind::Operation)
        .collect();
    assert!(operations.len() >= 4);
    for operation in operations {
        assert!(
            units
                .iter()
                .any(|unit| Some(unit.id) == operation.parent_id)
        );
    }
}

#[tokio::test]
async fn kr_18_the_strategist_is_reached_as_a_function_not_as_a_person() {
    let demo = Demo::new().await;

    let region = demo.organisation("Region Kronoberg").id;
    let contact = demo
        .contact_points
        .iter()
        .find(|row| row.function_name == "Människorätts- och barnrättsstrateg")
        .unwrap();
    assert_eq!(contact.organisation_id, region);
    assert_eq!(contact.email.as_deref(), Some("barnratt@kronoberg.example"));
    assert!(demo.contact_points.iter().all(|row| row.phone.is_none()));
}

#[tokio::test]
async fn kr_30_the_five_focus_areas_are_taught_in_kronoberg() {
    let demo = Demo::new().await;

    let region = demo.organisation("Region Kronoberg").id;
    let own = demo
        .trainings
        .iter()
        .filter(|row| row.accountable_organisation_id == region);
    let taught: Vec<_> = own.flat_map(|row| demo.subjects_of(row.id)).collect();
    for area in [
        SubjectArea::ChildRights,
        SubjectArea::ChildrenAsRelatives,
        SubjectArea::ChildrenAtRisk,
        SubjectArea::DomesticViolence,
        SubjectArea::KronobarnCollaboration,
    ] {
        assert!(taught.contains(&area), "{area:?} is missing");
    }
}

#[tokio::test]
async fn kr_32_a_training_is_for_health_care_staff_only() {
    let demo = Demo::new().await;

    let training = demo.training("Barn som närstående – se, lyssna och stödja");
    assert_eq!(
        demo.audiences_of(training.id),
        [TargetAudience::HealthCareStaff]
    );
    assert!(
        demo.occasions_of(training.id)
            .iter()
            .any(|row| row.starts_at > demo.now)
    );
}

#[tokio::test]
async fn kr_35_human_rights_and_child_rights_are_in_the_catalogue() {
    let demo = Demo::new().await;

    for area in [SubjectArea::HumanRights, SubjectArea::ChildRights] {
        let listed = demo.trainings.iter().any(|row| {
            row.county_code.as_deref() == Some("07")
                && row.published_at.is_some()
                && demo.subjects_of(row.id).contains(&area)
        });
        assert!(listed, "{area:?} is missing");
    }
}

#[tokio::test]
async fn kr_36_a_training_in_kronoberg_names_the_four_audiences() {
    let demo = Demo::new().await;

    let training = demo.training("Mänskliga rättigheter i praktiken");
    let audiences = demo.audiences_of(training.id);
    for audience in [
        TargetAudience::ElectedRepresentatives,
        TargetAudience::Managers,
        TargetAudience::Employees,
        TargetAudience::OtherActorsInCounty,
    ] {
        assert!(audiences.contains(&audience), "{audience:?} is missing");
    }
    assert_eq!(training.sharing, SharingLevel::Public);
}

#[tokio::test]
async fn bl_08_the_coordination_function_exists_since_2012_and_no_day_is_invented() {
    let demo = Demo::new().await;

    let units = demo.units_of("Region Blekinge");
    let function = units
        .iter()
        .find(|u| u.kind == UnitKind::CoordinationFunction)
        .unwrap();
    assert_eq!(
        function.valid_from.map(|date| date.to_string()).as_deref(),
        Some("2012")
    );
}

#[tokio::test]
async fn bl_23_skr_is_national_support_with_an_address() {
    assert_support("Sveriges Kommuner och Regioner", "https://skr.se").await;
}

#[tokio::test]
async fn bl_24_the_ombudsman_for_children_is_national_support_with_an_address() {
    assert_support("Barnombudsmannen", "https://www.barnombudsmannen.se").await;
}

async fn assert_support(organisation: &str, url: &str) {
    let demo = Demo::new().await;

    let giver = demo.organisation(organisation).id;
    let resource = demo
        .support_resources
        .iter()
        .find(|row| row.url == url)
        .unwrap();
    assert_eq!(resource.organisation_id, Some(giver));
    assert!(resource.note.is_some());
    assert!(
        resource
            .last_checked_on
            .is_some_and(|day| day < demo.now.date_naive())
    );
}
