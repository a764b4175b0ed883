//! The first thread: a joint sign-up, and what each organisation sees at each step.

mod audit;
mod creating;
mod scene;

use crate::harness::{Answer, START, Server, on_both_databases};
use audit::expect_the_audit_logs_to_tell;
use chrono::TimeDelta;
use scene::{Scene, find_colleague, find_main_occasion, line, list};
use serde_json::json;

const ALVESTA: [&str; 3] = [
    "Nils Bergåker, Alvesta kommun, CONFIRMED",
    "Leyla Demirel, Alvesta kommun, CONFIRMED",
    "Vera Lundmalm, Alvesta kommun, CONFIRMED",
];
const LJUNGBY: [&str; 3] = [
    "Fatima Al-Sayed, Ljungby kommun, CONFIRMED",
    "Lena Kvarnström, Ljungby kommun, CONFIRMED",
    "Ola Granberg, Ljungby kommun, WAITLISTED 1 QUOTA_OF_ORGANISATION_FULL",
];
/// The list before the story as the accountable organiser reads it: the protected person counts and is not named.
const ALL_BEFORE: [&str; 11] = [
    "David Rosenqvist, Region Kronoberg, CONFIRMED",
    "Hodan Abdi, Region Kronoberg, CONFIRMED",
    "Nils Bergåker, Alvesta kommun, CONFIRMED",
    "Fatima Al-Sayed, Ljungby kommun, CONFIRMED",
    "Karin Lövdahl, Region Kronoberg, CONFIRMED",
    "Sara Wennerdal, Länsstyrelsen i Kronobergs län, CONFIRMED",
    "Lena Kvarnström, Ljungby kommun, CONFIRMED",
    "Leyla Demirel, Alvesta kommun, CONFIRMED",
    "(not named), Alvesta kommun, CONFIRMED",
    "Emelie Torsbo, Region Kronoberg, CONFIRMED",
    "Ola Granberg, Ljungby kommun, WAITLISTED 1 QUOTA_OF_ORGANISATION_FULL",
];
/// Who has which share; the county administrative board has taken a seat without an agreed quota.
const SHARES_BEFORE: [&str; 5] = [
    "Alvesta kommun: 3 taken, 1 guaranteed, at most 4",
    "Ljungby kommun: 2 taken, 1 guaranteed, at most 2",
    "Länsstyrelsen i Kronobergs län: 1 taken, 0 guaranteed, at most null",
    "Region Kronoberg: 4 taken, 2 guaranteed, at most null",
    "Växjö kommun: 0 taken, 2 guaranteed, at most 3",
];

on_both_databases! {
    async fn three_colleagues_are_signed_up_and_a_withdrawal_elsewhere_moves_the_third_up(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = find_main_occasion(&server, "vaxjo-coordinator").await;
        let scene = Scene { server: &server, occasion };
        expect_the_beginning(&scene).await;
        expect_strangers_to_see_no_list(&scene).await;

        let request = sign_three_up(&scene).await;
        expect_two_seats_and_a_place_in_line(&scene).await;

        let withdrawal = withdraw_leyla(&scene).await;
        expect_the_third_to_have_moved_up(&scene).await;
        expect_strangers_to_see_no_list(&scene).await;

        expect_the_audit_logs_to_tell(&scene, &request, &withdrawal).await;
        assert_eq!(server.disagreements().await, Vec::<String>::new());
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_retried_sign_up_gives_the_same_places_and_takes_no_more_seats(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = find_main_occasion(&server, "vaxjo-coordinator").await;
        let scene = Scene { server: &server, occasion };

        let (first, again) = (sign_three_up(&scene).await, sign_three_up(&scene).await);

        assert_eq!(first.at("signUp/signUps"), again.at("signUp/signUps"));
        let view = scene.seen_by("vaxjo-coordinator").await;
        assert_eq!(view.seats(), "12 seats, 12 taken, 0 free, 0 for me, 2 waiting");
        server.stop().await;
    }
}

on_both_databases! {
    async fn at_the_release_time_a_kept_seat_is_everybodys(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = find_main_occasion(&server, "vaxjo-coordinator").await;
        let scene = Scene { server: &server, occasion };
        let release = *START + TimeDelta::days(10);

        server.travel_to(release - TimeDelta::seconds(1));
        let before = scene.seen_by("alvesta-coordinator").await.seats();
        server.travel_to(release);
        let after = scene.seen_by("alvesta-coordinator").await.seats();

        assert_eq!(before, "12 seats, 10 taken, 2 free, 0 for me, 1 waiting");
        assert_eq!(after, "12 seats, 10 taken, 2 free, 1 for me, 1 waiting", "Alvesta may have 4");
        server.stop().await;
    }
}

/// Signs Elin, Yusuf and Sanna up, each found by a part of the name without accents.
async fn sign_three_up(scene: &Scene<'_>) -> Answer {
    let mut participants = Vec::new();
    for (part, name) in [
        ("aberg", "Elin Åberg"),
        ("YUSUF", "Yusuf Karimi"),
        ("na dahl", "Sanna Dahlberg"),
    ] {
        let id = find_colleague(scene.server, "vaxjo-coordinator", part, name).await;
        participants.push(json!({ "personId": id }));
    }
    let input = json!({
        "occasionId": scene.occasion, "participants": participants, "idempotencyKey": "three colleagues",
    });
    let selection =
        "signUps { id status position reason participant { name } organisation { name } }
        occasion { seats { taken free freeForViewer waiting } }";

    let answer = scene
        .server
        .by("vaxjo-coordinator")
        .mutate("signUp", input, selection)
        .await;

    assert_eq!(answer.user_errors("signUp"), Vec::<String>::new());
    assert_eq!(
        list(answer.at("signUp/signUps"), line),
        [
            "Elin Åberg, Växjö kommun, CONFIRMED",
            "Yusuf Karimi, Växjö kommun, CONFIRMED",
            "Sanna Dahlberg, Växjö kommun, WAITLISTED 2 OCCASION_FULL",
        ]
    );
    assert_eq!(
        answer.at("signUp/occasion/seats"),
        &json!({ "taken": 12, "free": 0, "freeForViewer": 0, "waiting": 2 })
    );
    answer
}

async fn withdraw_leyla(scene: &Scene<'_>) -> Answer {
    let coordinator = scene.server.by("alvesta-coordinator");
    let id = scene
        .sign_up_of("alvesta-coordinator", "Leyla Demirel")
        .await;
    let selection = "signUp { status endedAt } occasion { seats { taken waiting freeForViewer } }";

    let answer = coordinator
        .mutate("withdraw", json!({ "signUpId": id }), selection)
        .await;

    assert_eq!(answer.user_errors("withdraw"), Vec::<String>::new());
    assert_eq!(answer.at("withdraw/signUp/status"), "WITHDRAWN");
    assert_eq!(
        answer.at("withdraw/occasion/seats"),
        &json!({ "taken": 12, "waiting": 1, "freeForViewer": 0 }),
        "the seat went to the line in the same moment"
    );
    answer
}

async fn expect_the_beginning(scene: &Scene<'_>) {
    let seats = |free: &str| format!("12 seats, 10 taken, 2 free, {free} for me, 1 waiting");

    let vaxjo = scene.seen_by("vaxjo-coordinator").await;
    assert_eq!(vaxjo.seats(), seats("2"));
    assert_eq!(vaxjo.quotas(), SHARES_BEFORE[4..]);
    assert_eq!(vaxjo.sign_ups(), [""; 0]);

    let alvesta = scene.seen_by("alvesta-coordinator").await;
    assert_eq!(
        alvesta.seats(),
        seats("0"),
        "what is left is kept for Växjö"
    );
    assert_eq!(alvesta.quotas(), SHARES_BEFORE[..1]);
    assert_eq!(
        alvesta.sign_ups(),
        ALVESTA,
        "the own organisation names its protected person"
    );

    let ljungby = scene.seen_by("ljungby-coordinator").await;
    assert_eq!(ljungby.seats(), seats("0"));
    assert_eq!(ljungby.quotas(), SHARES_BEFORE[1..2]);
    assert_eq!(ljungby.sign_ups(), LJUNGBY);

    let accountable = scene.seen_by("region-kronoberg-coordinator").await;
    assert_eq!(accountable.seats(), seats("0"));
    assert_eq!(accountable.quotas(), SHARES_BEFORE);
    assert_eq!(accountable.sign_ups(), ALL_BEFORE);
    assert_eq!(
        accountable.details("need").len(),
        3,
        "the needs of all, also of the unnamed"
    );
    assert_eq!(
        accountable.details("need")[0],
        "David Rosenqvist: Glutenfri kost"
    );
    assert_eq!(
        accountable.details("email").len(),
        4,
        "addresses of the own organisation only"
    );
    let kinds = [
        "COUNTY_ADMINISTRATIVE_BOARD 1 + 0",
        "MUNICIPALITY 5 + 1",
        "REGION 4 + 0",
    ];
    assert_eq!(accountable.kinds().unwrap_or_default(), kinds);
    assert!(accountable.can_edit());
}

async fn expect_two_seats_and_a_place_in_line(scene: &Scene<'_>) {
    let vaxjo = scene.seen_by("vaxjo-coordinator").await;
    assert_eq!(
        vaxjo.seats(),
        "12 seats, 12 taken, 0 free, 0 for me, 2 waiting"
    );
    assert_eq!(
        vaxjo.quotas(),
        ["Växjö kommun: 2 taken, 2 guaranteed, at most 3"]
    );
    assert_eq!(vaxjo.sign_ups().len(), 3);

    let ljungby = scene.seen_by("ljungby-coordinator").await;
    assert_eq!(
        ljungby.sign_ups(),
        LJUNGBY,
        "Ljungby's third is still first in line"
    );

    let alvesta = scene.seen_by("alvesta-coordinator").await;
    assert_eq!(alvesta.sign_ups(), ALVESTA);

    let organiser = scene.seen_by("region-kronoberg-coordinator").await;
    let mut expected: Vec<_> = ALL_BEFORE.to_vec();
    expected.extend([
        "Elin Åberg, Växjö kommun, CONFIRMED",
        "Yusuf Karimi, Växjö kommun, CONFIRMED",
        "Sanna Dahlberg, Växjö kommun, WAITLISTED 2 OCCASION_FULL",
    ]);
    assert_eq!(organiser.sign_ups(), expected);
}

async fn expect_the_third_to_have_moved_up(scene: &Scene<'_>) {
    let vaxjo = scene.seen_by("vaxjo-coordinator").await;
    assert_eq!(
        vaxjo.seats(),
        "12 seats, 12 taken, 0 free, 0 for me, 1 waiting"
    );
    assert_eq!(
        vaxjo.quotas(),
        ["Växjö kommun: 3 taken, 2 guaranteed, at most 3"]
    );
    assert_eq!(
        vaxjo.sign_ups(),
        [
            "Elin Åberg, Växjö kommun, CONFIRMED",
            "Yusuf Karimi, Växjö kommun, CONFIRMED",
            "Sanna Dahlberg, Växjö kommun, CONFIRMED",
        ]
    );

    let ljungby = scene.seen_by("ljungby-coordinator").await;
    assert_eq!(
        ljungby.sign_ups(),
        LJUNGBY,
        "passed over, with the reason, still first in line"
    );

    let alvesta = scene.seen_by("alvesta-coordinator").await;
    assert_eq!(alvesta.sign_ups(), [ALVESTA[0], ALVESTA[2]]);
    assert_eq!(
        alvesta.quotas(),
        ["Alvesta kommun: 2 taken, 1 guaranteed, at most 4"]
    );

    let organiser = scene.seen_by("region-kronoberg-coordinator").await;
    let mut expected: Vec<_> = ALL_BEFORE.to_vec();
    expected.retain(|line| !line.starts_with("Leyla"));
    expected.extend([
        "Elin Åberg, Växjö kommun, CONFIRMED",
        "Yusuf Karimi, Växjö kommun, CONFIRMED",
        "Sanna Dahlberg, Växjö kommun, CONFIRMED",
    ]);
    assert_eq!(organiser.sign_ups(), expected);
}

/// Who sees the occasion without its list, and who sees nothing at all: the same at each step.
async fn expect_strangers_to_see_no_list(scene: &Scene<'_>) {
    let joint = scene.seen_by("lansstyrelsen-kronoberg-coordinator").await;
    assert_eq!(joint.quotas().len(), 5, "a joint organiser sees all shares");
    assert_eq!(
        joint.sign_ups(),
        ["Sara Wennerdal, Länsstyrelsen i Kronobergs län, CONFIRMED"],
        "the organisers have not agreed to share the list"
    );
    assert_eq!(
        joint.details("need"),
        [""; 0],
        "needs are for the accountable organiser only"
    );
    assert_eq!(joint.kinds(), None);
    assert!(
        joint.can_edit(),
        "joint organisers have equal right to edit"
    );

    let association = scene.seen_by("barnens-ratt-kronoberg-coordinator").await;
    assert_eq!(association.sign_ups(), [""; 0]);
    assert_eq!(association.quotas(), [""; 0]);
    assert!(!association.can_edit());

    let member = scene.seen_by("region-kronoberg-member").await;
    assert_eq!(
        member.sign_ups(),
        ["David Rosenqvist, Region Kronoberg, CONFIRMED"]
    );
    assert_eq!(member.details("need"), ["David Rosenqvist: Glutenfri kost"]);
    assert_eq!(member.kinds(), None);

    assert_eq!(scene.seen_by("vaxjo-member").await.sign_ups(), [""; 0]);
    assert!(
        scene
            .seen_by("region-blekinge-coordinator")
            .await
            .is_nothing()
    );
    let anonymous = scene.ask(&scene.server.anonymous()).await;
    assert!(anonymous.at("occasion").is_null());
    let ended = scene
        .ask(&scene.server.by("ended-agreement-coordinator"))
        .await;
    assert_eq!(
        (ended.status, ended.codes()),
        (403, vec!["FORBIDDEN".to_owned()])
    );
}
