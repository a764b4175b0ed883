//! Against a provider on loopback that counts what it is asked.

use super::*;
use crate::identity::bad_tokens::good_token;
use crate::identity::bad_tokens::world::{AUDIENCE, GOTEBORG, SINGLE, Signer, World};
use crate::identity::{
    AcceptedType, Algorithm, Binding, Issuer, Registration, Rejection, Verifier,
};
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{DateTime, TimeDelta};
use std::sync::Mutex as StdMutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const NOW: i64 = 1_780_000_000;

/// Polls so rarely that only what a test does causes a fetch.
const STILL: Pace = Pace {
    poll: Duration::from_hours(1),
    look: Duration::from_hours(1),
    retry: Duration::from_hours(1),
    unknown_key: Duration::from_mins(1),
    timeout: Duration::from_millis(500),
};

/// Polls all the time; unknown keys cause nothing.
const LIVELY: Pace = Pace {
    poll: Duration::from_millis(10),
    look: Duration::from_millis(10),
    retry: Duration::from_millis(10),
    ..STILL
};

#[derive(Clone)]
enum Answer {
    Keys(String),
    Slowly(String),
    Redirect,
    Down,
    Hang,
}

struct Provider {
    url: Url,
    answer: Arc<StdMutex<Answer>>,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn start(answer: Answer) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let answer = Arc::new(StdMutex::new(answer));
        let asked = Arc::new(AtomicUsize::new(0));
        let (said, counted) = (Arc::clone(&answer), Arc::clone(&asked));
        let handler = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            respond(said.lock().unwrap().clone())
        };
        let elsewhere = get(|| async { key_set(&World::default()) });
        let router = Router::new()
            .route("/keys", get(handler))
            .route("/elsewhere", elsewhere);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url: url.parse().unwrap(),
            answer,
            asked,
        }
    }

    fn now_answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn verifier(&self, pace: Pace) -> Arc<Verifier> {
        verifier(KeyPlace::Address(self.url.clone()), pace)
    }
}

async fn respond(answer: Answer) -> Response {
    match answer {
        Answer::Keys(set) => set.into_response(),
        Answer::Slowly(set) => {
            tokio::time::sleep(Duration::from_millis(200)).await;
            set.into_response()
        }
        Answer::Redirect => Redirect::temporary("/elsewhere").into_response(),
        Answer::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Answer::Hang => std::future::pending().await,
    }
}

fn verifier(keys: KeyPlace, pace: Pace) -> Arc<Verifier> {
    let issuer = Issuer {
        name: "single".to_owned(),
        url: SINGLE.to_owned(),
        audience: AUDIENCE.to_owned(),
        algorithms: Algorithm::USUAL.into(),
        accepted_type: AcceptedType::AccessToken,
        binding: Binding::Single(GOTEBORG.to_owned()),
        clients: std::iter::empty().collect(),
        service_clients: std::iter::empty().collect(),
        introspection_clients: std::iter::empty().collect(),
        max_lifetime: TimeDelta::hours(1),
    };
    Arc::new(Verifier::start([Registration { issuer, keys }], pace).unwrap())
}

fn key_set(world: &World) -> String {
    let [(_, set), ..] = world.key_sets();
    set
}

fn token(world: &World) -> String {
    let token = good_token(world, SINGLE, Signer::Es256, NOW, &[]);
    format!("Bearer {token}")
}

/// A token that names a key that nobody has.
fn token_of_unknown_key(world: &World) -> String {
    let token = good_token(world, SINGLE, Signer::Attacker, NOW, &[]);
    format!("Bearer {token}")
}

async fn check(verifier: &Verifier, token: &str) -> Result<(), Rejection> {
    let now = DateTime::from_timestamp(NOW, 0).unwrap();
    verifier.claims_of(token, now).await.map(|_| ())
}

/// Until it holds, for at most five seconds.
async fn eventually(mut holds: impl AsyncFnMut() -> bool, what: &str) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to be that {what}");
}

#[tokio::test]
async fn keys_are_fetched_once_however_many_requests_wait() {
    let world = World::default();
    let provider = Provider::start(Answer::Slowly(key_set(&world))).await;
    let (verifier, token) = (provider.verifier(STILL), token(&world));

    let requests = (0..50).map(|_| {
        let (verifier, token) = (Arc::clone(&verifier), token.clone());
        tokio::spawn(async move { check(&verifier, &token).await })
    });
    let answers = futures_util::future::join_all(requests).await;

    assert!(answers.into_iter().all(|answer| answer.unwrap() == Ok(())));
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_cut_the_fetch_that_others_wait_for() {
    let world = World::default();
    let provider = Provider::start(Answer::Slowly(key_set(&world))).await;
    let (verifier, token) = (provider.verifier(STILL), token(&world));

    let hurried = tokio::time::timeout(Duration::from_millis(50), check(&verifier, &token)).await;

    assert!(hurried.is_err(), "the provider was meant to be slow");
    assert_eq!(check(&verifier, &token).await, Ok(()));
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn unknown_keys_cause_one_fetch_within_a_minute() {
    let world = World::default();
    let provider = Provider::start(Answer::Keys(key_set(&world))).await;
    let verifier = provider.verifier(STILL);
    let unknown = token_of_unknown_key(&world);

    for _ in 0..20 {
        assert_eq!(check(&verifier, &unknown).await, Err(Rejection::KeyUnknown));
    }

    assert_eq!(provider.asked(), 1);
    assert_eq!(check(&verifier, &token(&world)).await, Ok(()));
}

#[tokio::test]
async fn a_new_key_is_found_by_its_first_token_once_the_minute_has_passed() {
    let (old, new) = (World::default(), World::default());
    let renamed = |world: &World| key_set(world).replace("\"es\"", "\"es-before\"");
    let provider = Provider::start(Answer::Keys(renamed(&old))).await;
    let short = Duration::from_secs(1);
    let pace = Pace {
        unknown_key: short,
        ..STILL
    };
    let verifier = provider.verifier(pace);
    assert_eq!(
        check(&verifier, &token(&new)).await,
        Err(Rejection::KeyUnknown)
    );

    provider.now_answers(Answer::Keys(key_set(&new)));

    assert_eq!(
        check(&verifier, &token(&new)).await,
        Err(Rejection::KeyUnknown)
    );
    tokio::time::sleep(short).await;
    assert_eq!(check(&verifier, &token(&new)).await, Ok(()));
    assert_eq!(provider.asked(), 2);
}

#[tokio::test]
async fn the_last_good_set_outlives_whatever_the_provider_does_later() {
    let world = World::default();
    let good = key_set(&world);
    let provider = Provider::start(Answer::Keys(good.clone())).await;
    let (verifier, token) = (provider.verifier(LIVELY), token(&world));
    eventually(
        async || check(&verifier, &token).await.is_ok(),
        "the keys are there",
    )
    .await;
    let duplicate = good.replace("\"es384\"", "\"es\"");
    let too_large = format!("{good}{}", " ".repeat(MAX_SET_BYTES));
    let last = [
        Answer::Down,
        Answer::Redirect,
        Answer::Keys(duplicate),
        Answer::Keys(too_large),
        Answer::Keys("<html>".to_owned()),
        Answer::Keys(r#"{"keys":[]}"#.to_owned()),
        Answer::Hang,
    ];

    for answer in last {
        provider.now_answers(answer);
        let before = provider.asked();
        eventually(
            async || provider.asked() >= before + 2,
            "the provider is polled again",
        )
        .await;
        assert_eq!(check(&verifier, &token).await, Ok(()));
    }
}

#[tokio::test]
async fn a_provider_that_starts_with_anything_but_a_good_set_lets_nobody_in() {
    let world = World::default();
    let good = key_set(&world);
    for answer in [
        Answer::Down,
        Answer::Redirect,
        Answer::Hang,
        Answer::Keys(good.replace("\"es384\"", "\"es\"")),
        Answer::Keys(format!("{good}{}", " ".repeat(MAX_SET_BYTES))),
    ] {
        let provider = Provider::start(answer).await;
        let verifier = provider.verifier(STILL);

        assert_eq!(
            check(&verifier, &token(&world)).await,
            Err(Rejection::KeyUnknown)
        );
        assert_eq!(provider.asked(), 1);
    }
}

#[tokio::test]
async fn a_removed_key_stops_at_the_next_poll() {
    let world = World::default();
    let provider = Provider::start(Answer::Keys(key_set(&world))).await;
    let (verifier, token) = (provider.verifier(LIVELY), token(&world));
    eventually(
        async || check(&verifier, &token).await.is_ok(),
        "the keys are there",
    )
    .await;

    provider.now_answers(Answer::Keys(key_set(&world).replace("\"es\"", "\"new\"")));

    eventually(
        async || check(&verifier, &token).await == Err(Rejection::KeyUnknown),
        "the removed key is refused",
    )
    .await;
}

#[tokio::test]
async fn an_unregistered_issuer_never_causes_a_fetch() {
    let world = World::default();
    let provider = Provider::start(Answer::Keys(key_set(&world))).await;
    let (verifier, good) = (provider.verifier(STILL), token(&world));
    assert_eq!(check(&verifier, &good).await, Ok(()));
    let before = provider.asked();

    let stranger = good_token(&world, "https://evil.example", Signer::Attacker, NOW, &[]);
    let answer = check(&verifier, &format!("Bearer {stranger}")).await;

    assert_eq!(answer, Err(Rejection::IssuerUnknown));
    assert_eq!(provider.asked(), before);
}

#[tokio::test]
async fn polling_ends_with_the_verifier() {
    let provider = Provider::start(Answer::Keys(key_set(&World::default()))).await;
    let verifier = provider.verifier(LIVELY);
    eventually(async || provider.asked() >= 2, "the provider is polled").await;

    drop(verifier);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let after = provider.asked();
    tokio::time::sleep(Duration::from_millis(100)).await;

    assert_eq!(provider.asked(), after);
}

#[tokio::test]
async fn a_key_file_is_read_again_when_it_changes_and_kept_when_it_is_spoiled() {
    let (old, new) = (World::default(), World::default());
    let file = std::env::temp_dir().join(format!("samverkan-keys-{}.json", std::process::id()));
    std::fs::write(&file, key_set(&old)).unwrap();
    let verifier = verifier(KeyPlace::File(file.clone()), LIVELY);
    let (first, second) = (token(&old), token(&new));
    assert_eq!(check(&verifier, &first).await, Ok(()));

    std::fs::write(&file, "spoiled").unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(check(&verifier, &first).await, Ok(()));
    std::fs::remove_file(&file).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(check(&verifier, &first).await, Ok(()));
    std::fs::write(&file, key_set(&new)).unwrap();

    eventually(
        async || check(&verifier, &second).await.is_ok(),
        "the new file is read",
    )
    .await;
    assert_eq!(
        check(&verifier, &first).await,
        Err(Rejection::SignatureWrong)
    );
    std::fs::remove_file(file).unwrap();
}
