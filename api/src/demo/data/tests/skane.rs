//! The rows SK.

use super::Demo;
use entity::kind::{
    OrganisationKind, SharingLevel, TargetAudience, TrainingFormat, TrainingStatus,
};

#[tokio::test]
async fn sk_02_the_municipal_association_is_found_by_its_later_name() {
    let demo = Demo::new().await;

    let association = demo.organisation("Kommunförbundet Skåne");
    assert_eq!(association.kind, OrganisationKind::MunicipalAssociation);
    assert_eq!(demo.organisation("Skånes Kommuner").id, association.id);
}

#[tokio::test]
async fn sk_05_civil_society_is_a_partner_in_skane() {
    let demo = Demo::new().await;

    let associations = demo.organisations.iter().filter(|row| {
        row.county_code.as_deref() == Some("12")
            && row.kind == OrganisationKind::Ngo
            && row.partner_from.is_some_and(|from| from < demo.now)
    });
    assert!(associations.count() >= 1);
    let network = demo.organisation("Nätverket Idéburen sektor Skåne");
    assert_eq!(network.kind, OrganisationKind::NgoNetwork);
}

#[tokio::test]
async fn sk_15_and_sk_17_two_conferences_keep_the_precision_of_their_time() {
    let demo = Demo::new().await;

    for (title, period, start, end) in [
        (
            "Regional konferens om barnets rättigheter, januari 2011",
            "2011-01",
            "2010-12-31T23:00:00+00:00",
            "2011-01-31T23:00:00+00:00",
        ),
        (
            "Regional konferens om barnets rättigheter 2012",
            "2012",
            "2011-12-31T23:00:00+00:00",
            "2012-12-31T23:00:00+00:00",
        ),
    ] {
        let training = demo.training(title);
        assert_eq!(training.format, TrainingFormat::Conference);
        assert_eq!(demo.organisers_of(training.id), ["Kommunförbundet Skåne"]);
        let [occasion] = demo.occasions_of(training.id)[..] else {
            panic!("{title} should have one occasion");
        };
        assert_eq!(
            occasion.period.map(|date| date.to_string()).as_deref(),
            Some(period)
        );
        assert_eq!(occasion.starts_at.to_rfc3339(), start);
        assert_eq!(occasion.ends_at.to_rfc3339(), end);
        assert!(demo.blocks_of(occasion.id).is_empty(), "no day is invented");
    }
}

#[tokio::test]
async fn sk_18_and_sk_19_three_programmes_and_a_fourth_in_spring_2014() {
    let demo = Demo::new().await;

    let mut programmes: Vec<_> = demo.programmes.iter().collect();
    programmes.sort_by(|a, b| a.sort_key.cmp(&b.sort_key));
    assert_eq!(
        programmes.iter().map(|row| row.number).collect::<Vec<_>>(),
        [Some(1), Some(2), Some(3), Some(4)]
    );
    for programme in &programmes {
        let mut organisers: Vec<_> = demo
            .programme_organisers
            .iter()
            .filter(|row| row.programme_id == programme.id)
            .map(|row| demo.organisation_of(row.organisation_id).name.as_str())
            .collect();
        organisers.sort_unstable();
        assert_eq!(
            organisers,
            ["Kommunförbundet Skåne", "Sveriges Kommuner och Regioner"]
        );
    }
    let periods: Vec<_> = programmes
        .iter()
        .map(|row| row.period.map(|p| p.to_string()))
        .collect();
    assert_eq!(periods, [None, None, None, Some("VT 2014".to_owned())]);
}

#[tokio::test]
async fn sk_20_civil_society_is_invited_from_the_fourth_on_and_one_can_try_each() {
    let demo = Demo::new().await;

    for programme in &demo.programmes {
        let trainings: Vec<_> = demo
            .trainings
            .iter()
            .filter(|row| row.programme_id == Some(programme.id))
            .collect();
        assert_eq!(
            trainings.len(),
            2,
            "the historic one and the one that can be tried"
        );
        for training in &trainings {
            let is_open = demo
                .audiences_of(training.id)
                .contains(&TargetAudience::CivilSociety);
            assert_eq!(is_open, programme.number == Some(4), "{}", training.title);
            assert_eq!(training.sharing, SharingLevel::Public);
        }
        let again = trainings
            .iter()
            .find(|t| t.status == TrainingStatus::Published)
            .unwrap();
        assert!(again.description.starts_with("Demonstrationens omtag"));
        let [occasion] = demo.occasions_of(again.id)[..] else {
            panic!("{} should have one occasion", again.title);
        };
        assert!(occasion.starts_at > demo.now && occasion.capacity > occasion.taken);
        assert!(
            occasion
                .sign_up_closes_at
                .is_some_and(|closes| closes > demo.now)
        );
    }
}
