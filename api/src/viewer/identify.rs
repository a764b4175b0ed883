//! From verified claims to a viewer: the local status is read afresh at each request, in one statement.

use super::{Acting, Database, RequestContext, Viewer, database::Db};
use crate::error::Result;
use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, PersonId},
    kind::{OrganisationKind, Role},
    membership, organisation,
    organisation_number::OrganisationNumber,
    person_identity,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationDef,
    sea_query::{Expr, ExprTrait, IntoCondition},
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

/// Why somebody with a good token is not let in. It goes to the log; the caller only learns that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The organisation is not registered here.
    UnknownOrganisation,
    /// The organisation's agreement has not begun, or has ended.
    NoAgreement,
    /// The organisation has not registered the person, or has ended the membership.
    NoMembership,
}

impl Refused {
    /// The reason as a word, for logs and meters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownOrganisation => "unknown organisation",
            Self::NoAgreement => "no agreement",
            Self::NoMembership => "no membership",
        }
    }
}

/// How the caller stands: the organisation, and the membership if there is one.
#[derive(FromQueryResult)]
struct Standing {
    id: OrganisationId,
    kind: OrganisationKind,
    county_code: Option<String>,
    partner_from: Option<DateTime<Utc>>,
    partner_until: Option<DateTime<Utc>>,
    person_id: Option<PersonId>,
    role: Option<Role>,
    active_from: Option<DateTime<Utc>>,
    active_until: Option<DateTime<Utc>>,
}

impl Standing {
    fn is_partner(&self, now: DateTime<Utc>) -> bool {
        self.partner_from.is_some_and(|from| from <= now)
            && self.partner_until.is_none_or(|until| until > now)
    }

    fn membership(&self, now: DateTime<Utc>) -> Option<(Role, PersonId)> {
        let active = self.active_from.is_some_and(|from| from <= now)
            && self.active_until.is_none_or(|until| until > now);
        self.role.zip(self.person_id).filter(|_| active)
    }
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
        let Some(standing) = standing(&db, caller).await? else {
            return Ok(Err(Refused::UnknownOrganisation));
        };
        if !standing.is_partner(context.now) {
            return Ok(Err(Refused::NoAgreement));
        }
        let (role, person) = match caller.service_role {
            Some(role) => (role, None),
            None => match standing.membership(context.now) {
                Some((role, person)) => (role, Some(person)),
                None => return Ok(Err(Refused::NoMembership)),
            },
        };
        let acting = Acting {
            organisation: standing.id,
            kind: standing.kind,
            county_code: standing.county_code,
            role,
            person,
            issuer: caller.issuer.clone(),
            client: caller.client.clone(),
        };
        Ok(Ok(Self::with(db, Some(acting), context)))
    }

    /// Whether the viewer's own issuer already names somebody with this subject.
    pub async fn is_known_subject(&self, subject: &str) -> Result<bool> {
        let issuer = self.signed_in()?.issuer.clone();
        let row = person_identity::Entity::find_by_id((issuer, subject.to_owned()))
            .one(&self.db.reader())
            .await?;
        Ok(row.is_some())
    }
}

async fn standing(db: &Db, caller: &Caller) -> Result<Option<Standing>> {
    use membership::Column as M;
    use organisation::Column as O;
    let identity = crate::policy::select::<person_identity::Entity>(
        person_identity::Column::PersonId,
        Condition::all()
            .add(person_identity::Column::Issuer.eq(&caller.issuer))
            .add(person_identity::Column::Subject.eq(&caller.subject)),
    );
    let mut join: RelationDef = organisation::Entity::belongs_to(membership::Entity)
        .from(O::Id)
        .to(M::OrganisationId)
        .into();
    join = join.on_condition(move |_, _| {
        Expr::col((membership::Entity, M::PersonId))
            .in_subquery(identity.clone())
            .into_condition()
    });
    Ok(organisation::Entity::find()
        .select_only()
        .columns([
            O::Id,
            O::Kind,
            O::CountyCode,
            O::PartnerFrom,
            O::PartnerUntil,
        ])
        .columns([M::PersonId, M::Role, M::ActiveFrom, M::ActiveUntil])
        .join(JoinType::LeftJoin, join)
        .filter(O::OrganisationNumber.eq(caller.organisation))
        .into_model::<Standing>()
        .one(&db.reader())
        .await?)
}
