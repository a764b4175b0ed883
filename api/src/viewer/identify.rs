//! From verified claims to a viewer: the local status is read afresh at each request.

use super::{Acting, Database, RequestContext, Viewer, database::Db};
use crate::error::{Error, Result};
use entity::{
    id::PersonId,
    kind::Role,
    membership, organisation,
    organisation_number::OrganisationNumber,
    person_identity,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, IntoCondition, SelectStatement},
};

/// What a verified token says: an issuer that may speak for the organisation says who is calling.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The token's `iss`.
    pub issuer: String,
    /// The token's `sub`.
    pub subject: String,
    /// The organisation that the issuer spoke for.
    pub organisation: OrganisationNumber,
    /// The client program.
    pub client: Option<String>,
    /// The role of a service, from its scopes; none for a person, whose role is kept here.
    pub service_role: Option<Role>,
}

/// Why somebody with a good token is not let in. The caller is told no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The organisation is not registered here.
    UnknownOrganisation,
    /// The organisation's agreement has not begun, or has ended.
    NoAgreement,
    /// The organisation has not registered the person, or has ended the membership.
    NoMembership,
}

#[derive(FromQueryResult)]
struct Standing {
    role: Option<Role>,
    person_id: Option<PersonId>,
    active_from: Option<chrono::DateTime<chrono::Utc>>,
    active_until: Option<chrono::DateTime<chrono::Utc>>,
}

impl Viewer {
    /// Somebody without a token: sees what is public.
    #[must_use]
    pub fn anonymous(database: &Database, context: RequestContext) -> Self {
        Self::with(Db::Pools(database.clone()), None, context)
    }

    /// The viewer that a verified token stands for.
    pub async fn identify(
        database: &Database,
        caller: &Caller,
        context: RequestContext,
    ) -> Result<Result<Self, Refused>> {
        let db = Db::Pools(database.clone());
        let row = organisation::Entity::find()
            .filter(organisation::Column::OrganisationNumber.eq(caller.organisation.clone()))
            .one(&db.reader())
            .await?;
        let Some(organisation) = row else {
            return Ok(Err(Refused::UnknownOrganisation));
        };
        let began = organisation.partner_from.is_some_and(|from| from <= context.now);
        let ended = organisation.partner_until.is_some_and(|until| until <= context.now);
        if !began || ended {
            return Ok(Err(Refused::NoAgreement));
        }
        let (role, person) = match caller.service_role {
            Some(role) => (role, None),
            None => match membership_of(&db, caller, &organisation, &context).await? {
                Some((role, person)) => (role, Some(person)),
                None => return Ok(Err(Refused::NoMembership)),
            },
        };
        let acting = Acting {
            organisation: organisation.id,
            kind: organisation.kind,
            county_code: organisation.county_code,
            role,
            person,
            client: caller.client.clone(),
        };
        Ok(Ok(Self::with(db, Some(acting), context)))
    }
}

async fn membership_of(
    db: &Db,
    caller: &Caller,
    organisation: &organisation::Model,
    context: &RequestContext,
) -> Result<Option<(Role, PersonId)>> {
    let identities = crate::policy::select::<person_identity::Entity>(
        person_identity::Column::PersonId,
        Condition::all()
            .add(person_identity::Column::Issuer.eq(&caller.issuer))
            .add(person_identity::Column::Subject.eq(&caller.subject)),
    );
    let row = membership::Entity::find()
        .filter(membership::Column::OrganisationId.eq(organisation.id))
        .filter(membership::Column::PersonId.in_subquery(identities))
        .one(&db.reader())
        .await?;
    Ok(row
        .filter(|row| row.active_from <= context.now)
        .filter(|row| row.active_until.is_none_or(|until| until > context.now))
        .map(|row| (row.role, row.person_id)))
}
