//! Tokens that must be refused, each with the reason that the log gives, and their good siblings.
//!
//! The unit tests of `api` hold the pure function against this table, and the suite sends the same
//! tokens over HTTP; so the file uses nothing of `api`.

// The paths are written out because the file is also included from `api`.
#[path = "bad_tokens/claim.rs"]
mod claim;
#[path = "bad_tokens/key.rs"]
mod key;
#[path = "bad_tokens/shape.rs"]
mod shape;
#[path = "bad_tokens/world.rs"]
pub mod world;

use serde_json::{Map, Value};
use world::{SINGLE, Signer, World, header, payload};

/// A token that must be refused.
#[derive(Clone, Debug)]
pub struct BadToken {
    /// What is bad about it.
    pub name: &'static str,
    /// The reason in log and metric.
    pub reason: &'static str,
    /// The token.
    pub token: String,
}

impl BadToken {
    /// The status that a client sees.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.reason {
            "organisation_none" | "organisation_several" => 403,
            _ => 401,
        }
    }
}

/// Every kind of bad token, as of this second.
#[must_use]
pub fn bad_tokens(world: &World, now: i64) -> Vec<BadToken> {
    let mut table = Table {
        world,
        now,
        rows: Vec::new(),
    };
    table.shapes();
    table.headers();
    table.payloads();
    table.issuers_and_keys();
    table.signatures();
    table.times();
    table.audiences();
    table.clients();
    table.organisations();
    table.bearers();
    table.rows
}

struct Table<'a> {
    world: &'a World,
    now: i64,
    rows: Vec<BadToken>,
}

/// A change of one member; `Value::Null` removes it.
type Change<'a> = (&'a str, Value);

fn changed(mut members: Map<String, Value>, changes: &[Change<'_>]) -> String {
    for (name, value) in changes {
        match value {
            Value::Null => members.remove(*name),
            value => members.insert((*name).to_owned(), value.clone()),
        };
    }
    Value::Object(members).to_string()
}

impl Table<'_> {
    fn add(&mut self, reason: &'static str, name: &'static str, token: String) {
        self.rows.push(BadToken {
            name,
            reason,
            token,
        });
    }

    /// A good token but for its header.
    fn header(&mut self, reason: &'static str, name: &'static str, changes: &[Change<'_>]) {
        let header = changed(header(Signer::Es256), changes);
        let payload = changed(payload(SINGLE, self.now), &[]);
        self.add(
            reason,
            name,
            self.world.token(&header, &payload, Signer::Es256),
        );
    }

    /// A good token of the single issuer but for its payload.
    fn payload(&mut self, reason: &'static str, name: &'static str, changes: &[Change<'_>]) {
        self.of(SINGLE, Signer::Es256, reason, name, changes);
    }

    fn of(
        &mut self,
        issuer: &str,
        signer: Signer,
        reason: &'static str,
        name: &'static str,
        changes: &[Change<'_>],
    ) {
        let payload = changed(payload(issuer, self.now), changes);
        let header = changed(header(signer), &[]);
        self.add(reason, name, self.world.token(&header, &payload, signer));
    }

    /// The good token's parts, to be spoiled as text.
    fn parts(&self) -> [String; 3] {
        let token = good_token(self.world, SINGLE, Signer::Es256, self.now, &[]);
        let mut parts = token.split('.').map(str::to_owned);
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }
}

/// A token that is accepted, with some members of its payload changed; null removes one.
#[must_use]
pub fn good_token(
    world: &World,
    issuer: &str,
    signer: Signer,
    now: i64,
    changes: &[(&str, Value)],
) -> String {
    let payload = changed(payload(issuer, now), changes);
    world.token(&changed(header(signer), &[]), &payload, signer)
}
