//! Who calls: personas as values.

use super::{Answer, Server};
use api::demo::{
    data::{PERSONAS, Persona},
    issuer::{EXPLORER_CLIENT, LIFETIME, SERVICE_CLIENT},
};
use serde_json::{Value, json};

/// Somebody who sends requests to a server.
#[derive(Clone)]
pub struct Caller<'s> {
    server: &'s Server,
    who: Who,
    language: &'static str,
}

#[derive(Clone)]
enum Who {
    Anonymous,
    Person(&'static Persona),
    Service {
        organisation_number: String,
        scopes: Vec<String>,
    },
    Bearer(String),
}

impl<'s> Caller<'s> {
    pub(super) fn anonymous(server: &'s Server) -> Self {
        Self {
            server,
            who: Who::Anonymous,
            language: "en",
        }
    }

    #[track_caller]
    pub(super) fn persona(server: &'s Server, name: &str) -> Self {
        let persona = PERSONAS.iter().find(|persona| persona.name == name);
        let persona = persona.unwrap_or_else(|| panic!("there is no persona {name}"));
        Self {
            server,
            who: Who::Person(persona),
            language: "en",
        }
    }

    pub(super) fn service(server: &'s Server, organisation_number: &str, scopes: &[&str]) -> Self {
        let who = Who::Service {
            organisation_number: organisation_number.to_owned(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
        };
        Self {
            server,
            who,
            language: "en",
        }
    }

    /// The same server, with exactly this token.
    pub fn with_token(server: &'s Server, token: &str) -> Self {
        Self {
            server,
            who: Who::Bearer(token.to_owned()),
            language: "en",
        }
    }

    /// The same person, reading another language: `sv` or `en`.
    #[must_use]
    pub fn reading(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }

    /// The token that the next request bears.
    pub fn token(&self) -> Option<String> {
        let now = self.server.clock.now();
        let issuer = self.server.issuer();
        match &self.who {
            Who::Anonymous => None,
            Who::Person(persona) => Some(issuer.mint(
                persona.subject,
                persona.organisation_number,
                EXPLORER_CLIENT,
                &[],
                LIFETIME,
                now,
            )),
            Who::Service {
                organisation_number,
                scopes,
            } => {
                let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
                Some(issuer.mint(
                    SERVICE_CLIENT,
                    organisation_number,
                    SERVICE_CLIENT,
                    &scopes,
                    LIFETIME,
                    now,
                ))
            }
            Who::Bearer(token) => Some(token.clone()),
        }
    }

    /// Asks.
    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        self.post(&json!({ "query": query, "variables": variables }))
            .await
    }

    /// Asks something without variables.
    pub async fn query(&self, query: &str) -> Answer {
        self.ask(query, json!({})).await
    }

    /// Runs one mutation with its input, and selects what is said of its payload beside the user errors.
    pub async fn mutate(&self, mutation: &str, input: Value, selection: &str) -> Answer {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} userErrors {{ code field message }} }} }}"
        );
        self.ask(&query, json!({ "input": input })).await
    }

    /// Sends a body as it is.
    pub async fn post(&self, body: &Value) -> Answer {
        let mut request = self
            .server
            .http
            .post(self.server.url())
            .header("accept-language", self.language)
            .json(body);
        if let Some(token) = self.token() {
            request = request.bearer_auth(token);
        }
        Answer::to(request).await
    }
}
