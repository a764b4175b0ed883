//! The demonstration: everything that only the demonstration may use.

pub mod data;
pub mod issuer;
mod page;

use crate::signing::{self, SigningKey};
use crate::{
    clock::Clock,
    config::Config,
    http::Rate,
    migrate::{fill_if_empty, migrate},
    run::{Fault, Server},
};
use chrono::{DateTime, Utc};
use data::{PERSONAS, Persona};
use entity::kind::Role;
use issuer::{DemoIssuer, EXPLORER_CLIENT, LIFETIME, SERVICE_CLIENT};
use serde::Serialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Where the demonstration listens when nothing is said.
pub const DEFAULT_PORT: u16 = 8000;

/// One of the people, as `samverkan token --list` prints them.
#[derive(Serialize)]
struct Listed {
    persona: &'static str,
    organisation: &'static str,
    roles: [Role; 1],
    title: &'static str,
}

/// The people of the demonstration as JSON.
#[must_use]
pub fn personas_as_json() -> String {
    let list: Vec<Listed> = PERSONAS
        .iter()
        .map(|persona| Listed {
            persona: persona.name,
            organisation: persona.organisation_number,
            roles: [persona.role],
            title: persona.title_en,
        })
        .collect();
    serde_json::to_string_pretty(&list).unwrap_or_else(|_| "[]".to_owned())
}

/// What the tokens of the demonstration are meant for. It does not name the port: a token stays good when the
/// demonstration moves.
const AUDIENCE: &str = "samverkan-demonstration";

fn open_issuer(data: &Path) -> Result<DemoIssuer, Fault> {
    std::fs::create_dir_all(data).map_err(|error| {
        Fault::new(format!(
            "the data folder {} cannot be made: {error}",
            data.display()
        ))
    })?;
    DemoIssuer::open(data, AUDIENCE).map_err(|fault| Fault::new(fault.to_string()))
}

fn token(issuer: &DemoIssuer, persona: &Persona, service: bool, now: DateTime<Utc>) -> String {
    let (subject, client) = if service {
        (SERVICE_CLIENT, SERVICE_CLIENT)
    } else {
        (persona.subject, EXPLORER_CLIENT)
    };
    issuer.mint(
        subject,
        persona.organisation_number,
        client,
        &[],
        LIFETIME,
        now,
    )
}

/// The demonstration's own key for certificates: made at the first start, in the data folder.
fn certificate_key(data: &Path) -> Result<PathBuf, Fault> {
    let path = data.join("certificate-key.pem");
    let make = || SigningKey::generate().map(|key| signing::pem(&key).into_bytes());
    signing::read_or_make(&path, make).map_err(|error| {
        Fault::while_doing(&format!("the certificates' key {}", path.display()), &error)
    })?;
    Ok(path)
}

/// A token for one of the people, or for the system of the person's organisation.
pub fn token_for(
    data: &Path,
    persona: &str,
    service: bool,
    now: DateTime<Utc>,
) -> Result<String, Fault> {
    let found = PERSONAS.iter().find(|known| known.name == persona);
    let Some(found) = found else {
        let names: Vec<_> = PERSONAS.iter().map(|known| known.name).collect();
        return Err(Fault::new(format!(
            "there is no `{persona}`; there are: {}",
            names.join(", ")
        )));
    };
    Ok(token(&open_issuer(data)?, found, service, now))
}

/// Makes the demonstration ready to serve: its database migrated, and filled at the first start.
pub async fn prepare(data: &Path, address: SocketAddr, clock: Clock) -> Result<Server, Fault> {
    let issuer = open_issuer(data)?;
    let mut config = Config::demonstration(data, address.port());
    AUDIENCE.clone_into(&mut config.audience);
    config.listen = address;
    config.certificates.key_file = Some(certificate_key(data)?);
    let of_database = |error| Fault::of_database("the demonstration's database", &error);
    migrate(&config.database).await.map_err(of_database)?;
    fill_if_empty(&config.database, clock.now())
        .await
        .map_err(of_database)?;
    let numbers = PERSONAS
        .iter()
        .map(|persona| persona.organisation_number.to_owned());
    config.issuers.push(issuer.registration(numbers));
    Ok(Server {
        config,
        clock: clock.clone(),
        rate: Rate::default(),
        open_introspection: true,
        pages: page::pages(issuer, clock),
    })
}

/// What is printed at the start: what to open, and a line to paste.
pub fn welcome(data: &Path, address: SocketAddr, now: DateTime<Utc>) -> Result<String, Fault> {
    let persona = &PERSONAS[0];
    let token = token(&open_issuer(data)?, persona, false, now);
    Ok(format!(
        "\nSamverkan, demonstration: fem län, påhittade personer / five counties, invented people.\n\n\
         \x20 Öppna / Open     http://{address}/\n\
         \x20 GraphQL          http://{address}/graphql\n\
         \x20 Personer/People  samverkan token --list (cargo run -- token --list)\n\n\
         Du är: {}. Klistra in raden för att se vem du är och vad du kan anmäla till.\n\
         You are: {}. Paste the line to see who you are and what you can sign up for.\n\n\
         curl -s http://{address}/graphql -H 'Content-Type: application/json' \\\n\
         \x20 -H 'Authorization: Bearer {token}' \\\n\
         \x20 -d '{{\"query\":\"{{ viewer {{ organisation {{ name }} role }} trainings(first: 3, filter: {{statuses: [PUBLISHED], withFreeSeats: true}}) {{ nodes {{ title }} }} }}\"}}'\n\n\
         Stop with Ctrl-C. The data stays in {folder}; remove the folder to begin anew.\n\
         Avsluta med Ctrl-C. Data finns kvar i {folder}; ta bort mappen för att börja om.\n\n",
        persona.title_sv,
        persona.title_en,
        folder = data.display(),
    ))
}
