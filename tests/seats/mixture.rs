//! Everything at once for some rounds: sign-ups, withdrawals, and an organiser who changes the rules
//! meanwhile. Whatever came of it must follow from the ledger.

use super::{
    ledger::{Change, Replay, movements},
    world::{
        COORDINATORS, ORGANISER, Share, assert_consistent, colleagues, occasion, organisation,
        refusals, set_capacity, share, try_set_quotas, withdraw,
    },
};
use crate::harness::{Server, on_both_databases};
use api::domain::seats::Quota;
use entity::{id::OccasionId, kind::SignUpStatus, seat_movement, sign_up};
use futures_util::future::{join, join_all};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashSet;

const ROUNDS: usize = 6;
const CAPACITY: i32 = 12;
/// Sign-ups of each organisation in each round.
const EACH: usize = 4;
const ACCEPTED: [&str; 0] = [];

/// What the organiser changes in a round.
fn rule(round: usize) -> Result<i32, Vec<Share>> {
    match round {
        1 => Ok(16),
        2 => Err(vec![
            share(COORDINATORS[1], 0, Some(6)),
            share(COORDINATORS[2], 0, None),
        ]),
        3 => Ok(20),
        4 => Err(vec![
            share(COORDINATORS[0], 1, None),
            share(COORDINATORS[3], 0, Some(20)),
        ]),
        _ => Err(vec![
            share(COORDINATORS[0], 1, Some(9)),
            share(COORDINATORS[1], 1, Some(8)),
        ]),
    }
}

async fn quotas(server: &Server, shares: &[Share]) -> Vec<Quota> {
    let mut quotas = Vec::new();
    for share in shares {
        quotas.push(Quota {
            organisation: organisation(server, share.persona).await.uuid(),
            guaranteed: share.guaranteed.unsigned_abs(),
            maximum: share.maximum.map(i32::unsigned_abs),
            release_at: share.release_at,
            taken: 0,
        });
    }
    quotas
}

/// Every third of those that stand, to be withdrawn by the organiser.
async fn to_withdraw(server: &Server, occasion: &str) -> Vec<String> {
    let occasion: OccasionId = occasion.parse().expect("an id");
    let rows = sign_up::Entity::find()
        .filter(sign_up::Column::OccasionId.eq(occasion))
        .filter(sign_up::Column::Status.is_in([SignUpStatus::Confirmed, SignUpStatus::Waitlisted]))
        .order_by_asc(sign_up::Column::Number)
        .all(&server.database)
        .await
        .expect("sign-ups can be read");
    rows.iter()
        .step_by(3)
        .map(|row| row.id.to_string())
        .collect()
}

async fn change_rules(
    server: &Server,
    occasion: &str,
    rule: &Result<i32, Vec<Share>>,
) -> Vec<String> {
    match rule {
        Ok(capacity) => set_capacity(server, occasion, *capacity).await,
        Err(shares) => try_set_quotas(server, occasion, shares).await,
    }
}

/// One round; tells the change of rules, if it was accepted.
async fn round(server: &Server, occasion: &str, number: usize) -> Option<Change> {
    let mut crowds = Vec::new();
    for persona in COORDINATORS {
        crowds.push((persona, colleagues(server, persona, EACH).await));
    }
    let leaving = to_withdraw(server, occasion).await;
    let rule = rule(number);

    let enter = crowds.iter().flat_map(|(persona, crowd)| {
        // In pairs, so that one request may get one seat and one place in line.
        crowd
            .chunks(2)
            .map(move |pair| async move { refusals(&server.by(persona), occasion, pair).await })
    });
    let leave = leaving
        .iter()
        .map(|id| async move { withdraw(&server.by(ORGANISER), id).await });
    let acts = join(join_all(enter), join_all(leave));
    let ((entered, left), refused) = join(acts, change_rules(server, occasion, &rule)).await;

    assert!(
        entered.iter().chain(&left).all(Vec::is_empty),
        "{entered:?} {left:?}"
    );
    if refused != ACCEPTED {
        // What is taken meanwhile may make a change impossible; then it must have changed nothing.
        return None;
    }
    Some(match rule {
        Ok(capacity) => Change::Capacity(capacity),
        Err(shares) => Change::Quotas(quotas(server, &shares).await),
    })
}

/// No movement gives a second place to whoever has one.
fn assert_nobody_twice(rows: &[seat_movement::Model]) {
    let mut entered = HashSet::new();
    for row in rows.iter().filter(|row| row.seats + row.waiting > 0) {
        assert!(
            entered.insert(row.sign_up_id),
            "a sign-up entered twice: {row:?}"
        );
    }
}

on_both_databases! {
    async fn whatever_happens_at_once_follows_from_the_ledger(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, CAPACITY).await;
        let mut replay = Replay::new(CAPACITY, Vec::new());
        let mut played = 0;
        let mut accepted = 0;

        for number in 0..ROUNDS {
            let change = round(&server, &occasion, number).await;

            let rows = movements(&server, &occasion, played).await;
            played += rows.len();
            accepted += usize::from(change.is_some());
            match change {
                Some(change) => replay.play_around(&rows, &change),
                None => replay.play(&rows),
            }
            assert_consistent(&server).await;
        }

        let rows = movements(&server, &occasion, 0).await;
        assert_nobody_twice(&rows);
        let moved_up = rows.iter().filter(|row| row.seats == 1 && row.waiting == -1).count();
        assert!(moved_up >= 10, "the mixture must try the line, only {moved_up} moved up");
        assert!(accepted >= 3, "the mixture must try new rules, only {accepted} were possible");
        server.stop().await;
    }
}
