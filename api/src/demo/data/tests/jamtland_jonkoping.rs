//! The rows JH and JK.

use super::Demo;
use entity::kind::{OrganisationKind, TargetAudience, UnitKind};
use std::collections::BTreeMap;

#[tokio::test]
async fn jh_05_region_jamtland_harjedalen_lies_in_jamtlands_lan() {
    let demo = Demo::new().await;

    let region = demo.organisation("Region Jämtland Härjedalen");
    assert_eq!(region.kind, OrganisationKind::Region);
    assert_eq!(region.county_code.as_deref(), Some("23"));
    assert_eq!(
        region.organisation_number.map(|n| n.digits()).as_deref(),
        Some("2321000214")
    );
}

#[tokio::test]
async fn jh_06_and_jh_31_the_three_units_are_in_the_tree() {
    let demo = Demo::new().await;

    let units = demo.units_of("Region Jämtland Härjedalen");
    for name in [
        "Regionstaben",
        "Hälso- och sjukvårdspolitiska avdelningen",
        "Folkhälsoenheten",
    ] {
        assert!(
            units.iter().any(|unit| unit.name == name),
            "{name} is missing"
        );
    }
}

#[tokio::test]
async fn jh_13_306_have_taken_the_e_training_on_the_convention() {
    let demo = Demo::new().await;

    let completion = demo.completion("E-utbildning om barnkonventionen");
    assert_eq!(
        completion.organisation_id,
        demo.organisation("Region Jämtland Härjedalen").id
    );
    assert_eq!(completion.count, Some(306));
    assert!(completion.cumulative);
    assert_eq!(completion.as_of, None, "the source gives no day");
}

#[tokio::test]
async fn jh_14_six_take_the_coordinator_training_of_skr() {
    let demo = Demo::new().await;

    let training = demo.training("SKR:s utbildning till barnrättskoordinator");
    assert_eq!(demo.completion(&training.title).count, Some(6));
    assert_eq!(
        demo.organisers_of(training.id),
        ["Sveriges Kommuner och Regioner"]
    );
    assert_eq!(
        training.qualifies_for.as_deref(),
        Some("Barnrättskoordinator")
    );
}

#[tokio::test]
async fn jh_15_municipalities_police_save_the_children_and_barnahus_take_part() {
    let demo = Demo::new().await;

    let training = demo
        .training("SKR:s utbildning till barnrättskoordinator")
        .id;
    let mut kinds = BTreeMap::new();
    for row in demo
        .participants
        .iter()
        .filter(|row| row.training_id == training)
    {
        let kind = demo.organisation_of(row.organisation_id).kind;
        *kinds.entry(format!("{kind:?}")).or_insert(0) += 1;
    }
    let expected = [
        ("CollaborationBody", 1),
        ("Municipality", 8),
        ("Ngo", 1),
        ("StateAuthority", 1),
    ]
    .map(|(kind, count)| (kind.to_owned(), count));
    assert_eq!(kinds, BTreeMap::from(expected));
}

#[tokio::test]
async fn jh_17_196_have_taken_another_training() {
    let demo = Demo::new().await;

    let completion = demo.completion("E-utbildning om barn som far illa");
    assert_eq!(completion.count, Some(196));
    assert_ne!(
        completion.training_id,
        demo.completion("E-utbildning om barnkonventionen")
            .training_id
    );
}

#[tokio::test]
async fn jk_04_the_landsting_is_found_by_its_old_name() {
    let demo = Demo::new().await;

    let region = demo.organisation("Landstinget i Jönköpings län");
    assert_eq!(region.name, "Region Jönköpings län");
    let history: Vec<_> = demo
        .names
        .iter()
        .filter(|row| row.organisation_id == region.id)
        .map(|row| (row.name.as_str(), row.valid_to.map(|date| date.to_string())))
        .collect();
    assert_eq!(
        history,
        [
            (
                "Landstinget i Jönköpings län",
                Some("2014-12-31".to_owned())
            ),
            ("Region Jönköpings län", None)
        ]
    );
}

#[tokio::test]
async fn jk_18_region_jonkoping_has_twenty_workplaces() {
    let demo = Demo::new().await;

    let units = demo.units_of("Region Jönköpings län");
    assert_eq!(
        units
            .iter()
            .filter(|unit| unit.kind == UnitKind::Workplace)
            .count(),
        20
    );
}

#[tokio::test]
async fn jk_22_six_took_part_in_the_national_training_2012() {
    let demo = Demo::new().await;

    let training = demo.training("SKL:s nationella utbildning 2012");
    assert_eq!(
        training.accountable_organisation_id,
        demo.organisation("SKL").id
    );
    assert_eq!(
        training.period.map(|date| date.to_string()).as_deref(),
        Some("2012")
    );
    let completion = demo.completion(&training.title);
    assert_eq!(
        completion.organisation_id,
        demo.organisation("Region Jönköpings län").id
    );
    assert_eq!((completion.count, completion.cumulative), (Some(6), false));
}

#[tokio::test]
async fn jk_23_and_jk_24_two_regional_trainings_followed_with_unknown_numbers() {
    let demo = Demo::new().await;

    let national = demo.training("SKL:s nationella utbildning 2012");
    let regional: Vec<_> = demo
        .trainings
        .iter()
        .filter(|row| {
            row.title
                .starts_with("Regional utbildning om barnets rättigheter i Jönköping")
        })
        .collect();
    assert_eq!(regional.len(), 2);
    for training in regional {
        assert!(training.id > national.id, "the national one came first");
        assert!(demo.organisers_of(training.id).len() > 1);
        let completion = demo.completion(&training.title);
        assert_eq!(completion.count, None, "the source gives no number");
        assert!(
            completion
                .note
                .as_deref()
                .is_some_and(|note| note.contains("kommuner"))
        );
    }
}

#[tokio::test]
async fn jk_28_and_jk_29_a_joint_training_is_for_all_staff_of_region_and_municipalities() {
    let demo = Demo::new().await;

    let training = demo.training("Barnets rättigheter för all personal i Jönköpings län");
    let mut organisers = demo.organisers_of(training.id);
    organisers.sort_unstable();
    assert_eq!(
        organisers,
        ["Länsstyrelsen i Jönköpings län", "Region Jönköpings län"]
    );
    assert_eq!(demo.audiences_of(training.id), [TargetAudience::AllStaff]);
    assert!(
        demo.occasions_of(training.id)
            .iter()
            .all(|row| row.starts_at > demo.now)
    );
}
