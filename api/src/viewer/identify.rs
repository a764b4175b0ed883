//! From verified claims to a viewer: the local status is read afresh at each request, in one statement.

use super::{
    Acting, Database, RequestContext, Viewer,
    database::{Db, ForRequest, Reader},
};
use crate::{domain::validity::in_force, error::Result, policy::person::is_member};
use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, PersonId},
    kind::{OrganisationKind, Role},
    membership, organisation,
    organisation_number::OrganisationNumber,
    sign_up_approver,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationDef,
    sea_query::{Expr, ExprTrait, Query},
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
    approves: bool,
}

impl Standing {
    fn is_partner(&self, now: DateTime<Utc>) -> bool {
        in_force(self.partner_from, self.partner_until, now)
    }
}

impl Viewer {
    /// Somebody without a token: sees what is public.
    #[must_use]
    pub fn anonymous(database: &Database, context: RequestContext) -> Self {
        Self::with(Db::Request(ForRequest::new(database)), None, context)
    }

    /// The viewer that a verified token stands for. The picture in which it was found is there for what the request reads
    /// next, if that follows at once: [`Self::end_picture`] otherwise.
    pub async fn identify(
        database: &Database,
        caller: &Caller,
        context: RequestContext,
    ) -> Result<Result<Self, Refused>> {
        let request = ForRequest::new(database);
        let standing = standing(&request.in_picture(), caller, context.now).await?;
        let Some(standing) = standing else {
            return Ok(Err(Refused::UnknownOrganisation));
        };
        if !standing.is_partner(context.now) {
            return Ok(Err(Refused::NoAgreement));
        }
        let (role, person) = match caller.service_role {
            Some(role) => (role, None),
            None => match standing.role.zip(standing.person_id) {
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
            approves: standing.approves,
            issuer: caller.issuer.clone(),
            client: caller.client.clone(),
        };
        Ok(Ok(Self::with(Db::Request(request), Some(acting), context)))
    }

    /// Whether the viewer's organisation already has somebody whom the viewer's own issuer calls so.
    pub async fn is_known_subject(&self, subject: &str) -> Result<bool> {
        use membership::Column as M;
        let acting = self.signed_in()?;
        let row = membership::Entity::find()
            .filter(M::OrganisationId.eq(acting.organisation))
            .filter(M::Issuer.eq(&acting.issuer))
            .filter(M::Subject.eq(subject))
            .filter(M::ActiveUntil.is_null())
            .one(&self.db.reader())
            .await?;
        Ok(row.is_some())
    }
}

async fn standing(
    reader: &Reader<'_>,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<Option<Standing>> {
    use membership::Column as M;
    use organisation::Column as O;
    let who = Condition::all()
        .add(M::Issuer.eq(&caller.issuer))
        .add(M::Subject.eq(&caller.subject))
        .add(is_member(now));
    let membership: RelationDef = organisation::Entity::belongs_to(membership::Entity)
        .from(O::Id)
        .to(M::OrganisationId)
        .into();
    let organisation = [
        O::Id,
        O::Kind,
        O::CountyCode,
        O::PartnerFrom,
        O::PartnerUntil,
    ];
    let approvers = Query::select()
        .expr(Expr::value(1))
        .from(sign_up_approver::Entity)
        .and_where(
            Expr::col((
                sign_up_approver::Entity,
                sign_up_approver::Column::OrganisationId,
            ))
            .equals((organisation::Entity, O::Id)),
        )
        .to_owned();
    Ok(organisation::Entity::find()
        .select_only()
        .columns(organisation)
        .columns([M::PersonId, M::Role])
        .expr_as(Expr::exists(approvers), "approves")
        .join(
            JoinType::LeftJoin,
            membership.on_condition(move |_, _| who.clone()),
        )
        .filter(O::OrganisationNumber.eq(caller.organisation))
        .into_model::<Standing>()
        .one(reader)
        .await?)
}
