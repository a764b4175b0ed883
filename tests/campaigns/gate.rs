//! Where a campaign sends its requests: a server in this process, or the program itself. Every answer is judged as it
//! comes: done, refused, uncertain, or one that must never be given.

#![expect(
    clippy::disallowed_types,
    reason = "a campaign enters people from behind, and compares what is stored"
)]

use crate::{
    harness::{Answer, Server},
    http::process::Installation,
};
use api::{
    clock::Clock,
    demo::{
        data::{PERSONAS, Persona},
        issuer::{EXPLORER_CLIENT, LIFETIME},
    },
};
use chrono::{DateTime, Utc};
use reqwest::Client;
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use std::{net::IpAddr, time::Duration};

/// What an answer lets one know.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The payload of what was done.
    Done(Value),
    /// The codes of what one can mend; nothing was changed.
    Refused(Vec<String>),
    /// Nothing: it may have been done or not.
    Unknown,
    /// An answer that must never be given.
    Wrong(String),
}

type Mint<'s> = Box<dyn Fn(&Persona) -> String + Send + Sync + 's>;

/// The way in.
pub struct Gate<'s> {
    url: String,
    offices: Vec<Client>,
    mint: Mint<'s>,
    clock: Clock,
    /// What is stored, seen from behind.
    pub database: &'s DatabaseConnection,
}

impl<'s> Gate<'s> {
    /// To a server in this process, at the time of its clock.
    pub fn of_server(server: &'s Server) -> Self {
        let clock = server.clock.clone();
        let now = clock.clone();
        let issuer = server.issuer();
        let mint = move |persona: &Persona| {
            let (subject, number) = (persona.subject, persona.organisation_number);
            issuer.mint(subject, number, EXPLORER_CLIENT, &[], LIFETIME, now.now())
        };
        Self {
            url: server.url(),
            offices: offices(),
            mint: Box::new(mint),
            clock,
            database: &server.database,
        }
    }

    /// To the program, at the machine's time.
    pub fn of_program(installation: &'s Installation, database: &'s DatabaseConnection) -> Self {
        Self {
            url: installation.url(),
            offices: offices(),
            mint: Box::new(|persona| installation.token(persona)),
            clock: Clock::default(),
            database,
        }
    }

    /// The time there.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Asks anything, from the office that has a number.
    pub async fn ask(
        &self,
        office: usize,
        persona: &str,
        query: &str,
        variables: Value,
    ) -> Result<Answer, reqwest::Error> {
        let office = &self.offices[office % self.offices.len()];
        let body = json!({ "query": query, "variables": variables });
        let token = (self.mint)(called(persona));
        Answer::try_to(office.post(&self.url).bearer_auth(token).json(&body)).await
    }

    /// Runs one mutation with its input.
    pub async fn send(
        &self,
        office: usize,
        persona: &str,
        (mutation, selection): (&str, &str),
        input: &Value,
    ) -> Reply {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} userErrors {{ code }} }} }}"
        );
        let variables = json!({ "input": input });
        match self.ask(office, persona, &query, variables).await {
            Ok(answer) => judge(&answer, mutation),
            Err(_) => Reply::Unknown,
        }
    }
}

/// The persona of a name.
pub fn called(name: &str) -> &'static Persona {
    let persona = PERSONAS.iter().find(|persona| persona.name == name);
    persona.unwrap_or_else(|| panic!("there is no persona {name}"))
}

/// Requests come from several addresses, as those of several organisations do.
fn offices() -> Vec<Client> {
    let office = |number: u8| {
        Client::builder()
            .no_proxy()
            .local_address(IpAddr::from([127, 0, 0, number]))
            .timeout(Duration::from_secs(20))
            .build()
            .expect("an HTTP client")
    };
    (2..10).map(office).collect()
}

fn judge(answer: &Answer, mutation: &str) -> Reply {
    let wrong = || Reply::Wrong(format!("{} to {mutation}: {}", answer.status, answer.text));
    match answer.status {
        503 if answer.header("retry-after").is_some() => Reply::Unknown,
        504 => Reply::Unknown,
        200 => {
            let payload = &answer.body["data"][mutation];
            let Some(refused) = payload["userErrors"].as_array() else {
                return wrong();
            };
            let codes = refused.iter().filter_map(|error| error["code"].as_str());
            let codes: Vec<String> = codes.map(str::to_owned).collect();
            if codes.is_empty() && answer.body.get("errors").is_none() {
                Reply::Done(payload.clone())
            } else if codes.is_empty() {
                // It was done; what it shows could not all be read.
                if answer.codes().iter().all(|code| code == "UNAVAILABLE") {
                    Reply::Unknown
                } else {
                    wrong()
                }
            } else {
                Reply::Refused(codes)
            }
        }
        _ => wrong(),
    }
}
