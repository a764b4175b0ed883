//! What only the operator may do: say which organisations take part, and who administers each at first.
//!
//! Taking part is agreed outside the system, so no request can do this; everything after it can.

#![expect(
    clippy::disallowed_types,
    reason = "the operator stands outside every organisation, and so outside every policy"
)]

pub mod certificate;
pub mod fingerprint;
pub mod records;

use crate::{config, run::Fault};
use chrono::{DateTime, Utc};
use entity::{
    confidential::Confidential,
    county,
    id::{MembershipId, OrganisationId, OrganisationNameId, PersonId},
    kind::{OrganisationKind, Role, StaffCategory},
    membership, municipality, organisation, organisation_name,
    organisation_number::OrganisationNumber,
    person,
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, ConnectOptions, Database, DatabaseConnection, DbErr,
    EntityTrait, Iterable, QueryFilter, Set, TransactionTrait, Unchanged,
};

/// An organisation that is to take part.
#[derive(clap::Args)]
pub struct NewOrganisation {
    /// Its organisation number: ten digits, with or without hyphen.
    #[arg(long)]
    number: OrganisationNumber,
    /// Its name.
    #[arg(long)]
    name: String,
    /// What kind of organisation: region, municipality, `county_administrative_board`, ngo, …
    #[arg(long, value_parser = parse_kind)]
    kind: OrganisationKind,
    /// Its county: two digits. None for a national organisation.
    #[arg(long)]
    county: Option<String>,
    /// The municipality that it is: four digits.
    #[arg(long)]
    municipality: Option<String>,
    /// Its address on the web.
    #[arg(long)]
    website: Option<String>,
}

/// The first administrator of an organisation.
#[derive(clap::Args)]
pub struct NewAdministrator {
    /// The organisation's number.
    #[arg(long)]
    organisation: OrganisationNumber,
    /// The `iss` of the person's tokens: an issuer that may speak for the organisation.
    #[arg(long)]
    issuer: String,
    /// The `sub` of the person's tokens.
    #[arg(long)]
    subject: String,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// The person's address at work.
    #[arg(long)]
    email: String,
}

fn parse_kind(text: &str) -> Result<OrganisationKind, String> {
    OrganisationKind::try_from_value(&text.to_uppercase()).map_err(|_| {
        let kinds: Vec<String> = OrganisationKind::iter()
            .map(|kind| kind.to_value())
            .collect();
        format!("write one of {}", kinds.join(", "))
    })
}

fn fault(error: &DbErr) -> Fault {
    Fault::while_doing("the database", error)
}

async fn connect(config: &config::Database) -> Result<DatabaseConnection, Fault> {
    let mut options = ConnectOptions::new(config.url.expose());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .map_err(|error| fault(&error))
}

async fn by_number(
    database: &DatabaseConnection,
    number: OrganisationNumber,
) -> Result<Option<organisation::Model>, Fault> {
    organisation::Entity::find()
        .filter(organisation::Column::OrganisationNumber.eq(number))
        .one(database)
        .await
        .map_err(|error| fault(&error))
}

/// Lets an organisation take part from now on: a new one, or one whose agreement had ended.
pub async fn admit(
    config: &config::Database,
    new: NewOrganisation,
    now: DateTime<Utc>,
) -> Result<String, Fault> {
    let database = connect(config).await?;
    if let Some(known) = by_number(&database, new.number).await? {
        let renewed = organisation::ActiveModel {
            id: Unchanged(known.id),
            partner_from: Set(Some(known.partner_from.unwrap_or(now))),
            partner_until: Set(None),
            ..Default::default()
        };
        renewed
            .update(&database)
            .await
            .map_err(|error| fault(&error))?;
        return Ok(format!(
            "{} was registered already; its agreement is in force",
            known.name
        ));
    }
    check_places(&database, &new).await?;
    let name = new.name.clone();
    insert(&database, new, now)
        .await
        .map_err(|error| fault(&error))?;
    Ok(format!("{name} takes part from now on"))
}

async fn check_places(database: &DatabaseConnection, new: &NewOrganisation) -> Result<(), Fault> {
    if let Some(code) = &new.county {
        let known = county::Entity::find_by_id(code).one(database).await;
        if known.map_err(|error| fault(&error))?.is_none() {
            return Err(Fault::new(format!(
                "there is no county {code}; write two digits, such as 07"
            )));
        }
    }
    if let Some(code) = &new.municipality {
        let known = municipality::Entity::find_by_id(code).one(database).await;
        let known = known.map_err(|error| fault(&error))?;
        let Some(known) = known else {
            return Err(Fault::new(format!(
                "there is no municipality {code}; write four digits, such as 0780"
            )));
        };
        if new.county.as_ref() != Some(&known.county_code) {
            return Err(Fault::new(format!(
                "municipality {code} lies in county {}; say --county {0}",
                known.county_code
            )));
        }
    }
    Ok(())
}

async fn insert(
    database: &DatabaseConnection,
    new: NewOrganisation,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let id = OrganisationId::new();
    let transaction = database.begin().await?;
    let row = organisation::ActiveModel {
        id: Set(id),
        kind: Set(new.kind),
        search_text: Set(fold(&new.name)),
        sort_name: Set(swedish_sort_key(&new.name)),
        name: Set(new.name.clone()),
        organisation_number: Set(Some(new.number)),
        county_code: Set(new.county),
        municipality_code: Set(new.municipality),
        website: Set(new.website),
        partner_from: Set(Some(now)),
        partner_until: Set(None),
    };
    row.insert(&transaction).await?;
    let name = organisation_name::ActiveModel {
        id: Set(OrganisationNameId::new()),
        organisation_id: Set(id),
        name: Set(new.name),
        valid_from: Set(None),
        valid_to: Set(None),
    };
    name.insert(&transaction).await?;
    transaction.commit().await
}

/// Ends an organisation's agreement now: its tokens stop at once, what it has published stays.
pub async fn end_agreement(
    config: &config::Database,
    number: OrganisationNumber,
    now: DateTime<Utc>,
) -> Result<String, Fault> {
    let database = connect(config).await?;
    let Some(known) = by_number(&database, number).await? else {
        return Err(Fault::new(format!(
            "no organisation has the number {number}"
        )));
    };
    let ended = organisation::ActiveModel {
        id: Unchanged(known.id),
        partner_until: Set(Some(now)),
        ..Default::default()
    };
    ended
        .update(&database)
        .await
        .map_err(|error| fault(&error))?;
    Ok(format!("the agreement of {} has ended", known.name))
}

/// Registers the first administrator of an organisation, who registers everybody else through the API.
pub async fn appoint(
    config: &config::Database,
    new: NewAdministrator,
    now: DateTime<Utc>,
) -> Result<String, Fault> {
    let database = connect(config).await?;
    let Some(known) = by_number(&database, new.organisation).await? else {
        return Err(Fault::new(format!(
            "no organisation has the number {}; register it with `samverkan organisation` first",
            new.organisation
        )));
    };
    let taken = membership::Entity::find()
        .filter(membership::Column::OrganisationId.eq(known.id))
        .filter(membership::Column::Issuer.eq(&new.issuer))
        .filter(membership::Column::Subject.eq(&new.subject))
        .filter(membership::Column::ActiveUntil.is_null())
        .one(&database)
        .await;
    if taken.map_err(|error| fault(&error))?.is_some() {
        return Err(Fault::new("that issuer and subject are registered already"));
    }
    let said = format!("{} administers {}", new.name, known.name);
    register(&database, known.id, new, now)
        .await
        .map_err(|error| fault(&error))?;
    Ok(said)
}

async fn register(
    database: &DatabaseConnection,
    organisation: OrganisationId,
    new: NewAdministrator,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let id = PersonId::new();
    let transaction = database.begin().await?;
    let row = person::ActiveModel {
        id: Set(id),
        search_name: Set(Confidential::new(fold(&new.name))),
        sort_name: Set(swedish_sort_key(&new.name)),
        name: Set(Confidential::new(new.name)),
        email: Set(Confidential::new(new.email)),
        protected_identity: Set(false),
    };
    row.insert(&transaction).await?;
    let membership = membership::ActiveModel {
        id: Set(MembershipId::new()),
        organisation_id: Set(organisation),
        person_id: Set(id),
        issuer: Set(Some(new.issuer)),
        subject: Set(Some(new.subject)),
        unit_id: Set(None),
        role: Set(Role::Administrator),
        staff_category: Set(StaffCategory::Employee),
        active_from: Set(now),
        active_until: Set(None),
    };
    membership.insert(&transaction).await?;
    transaction.commit().await
}
