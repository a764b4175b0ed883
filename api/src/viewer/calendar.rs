//! Who reads a calendar feed: the person whose it is, as a member and nothing more, for as long as the membership, the
//! agreement and the feed last.

use super::{Acting, Database, RequestContext, Viewer, database::Db};
use crate::{
    domain::{calendar_secret::Secret, validity::in_force},
    error::Result,
    policy::person::is_member,
};
use chrono::{DateTime, Utc};
use entity::{
    calendar_feed,
    id::{CalendarFeedId, OrganisationId, PersonId},
    kind::{OrganisationKind, Role},
    membership, organisation,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef,
    sea_query::{Expr, ExprTrait},
};

/// How the person of a feed stands.
#[derive(FromQueryResult)]
struct Standing {
    id: CalendarFeedId,
    person_id: PersonId,
    organisation_id: OrganisationId,
    kind: OrganisationKind,
    county_code: Option<String>,
    partner_from: Option<DateTime<Utc>>,
    partner_until: Option<DateTime<Utc>>,
}

impl Viewer {
    /// The viewer that the holder of a feed's secret stands for, and the feed; none for a secret that opens nothing now. In
    /// one statement.
    pub async fn of_feed(
        database: &Database,
        secret: &Secret,
        context: RequestContext,
    ) -> Result<Option<(Self, CalendarFeedId)>> {
        use calendar_feed::Column as F;
        use membership::Column as M;
        use organisation::Column as O;
        let db = Db::Pools(database.clone());
        let organisation: RelationDef = calendar_feed::Entity::belongs_to(organisation::Entity)
            .from(F::OrganisationId)
            .to(O::Id)
            .into();
        let membership: RelationDef = calendar_feed::Entity::belongs_to(membership::Entity)
            .from(F::PersonId)
            .to(M::PersonId)
            .into();
        let found = calendar_feed::Entity::find()
            .select_only()
            .columns([F::Id, F::PersonId, F::OrganisationId])
            .columns([O::Kind, O::CountyCode, O::PartnerFrom, O::PartnerUntil])
            .join(JoinType::InnerJoin, organisation)
            .join(JoinType::InnerJoin, membership)
            .filter(
                Expr::col((membership::Entity, M::OrganisationId))
                    .equals((calendar_feed::Entity, F::OrganisationId)),
            )
            .filter(is_member(context.now))
            .filter(F::SecretDigest.eq(secret.digest()))
            .filter(F::ExpiresAt.gt(context.now))
            .into_model::<Standing>()
            .one(&db.reader())
            .await?;
        let Some(standing) = found else {
            return Ok(None);
        };
        if !in_force(standing.partner_from, standing.partner_until, context.now) {
            return Ok(None);
        }
        let acting = Acting {
            organisation: standing.organisation_id,
            kind: standing.kind,
            county_code: standing.county_code,
            // Whatever the person may do when signed in: a secret in an address is worth less than a token.
            role: Role::Member,
            person: Some(standing.person_id),
            // Nobody signs up through a feed.
            approves: false,
            issuer: String::new(),
            client: None,
        };
        let viewer = Self::with(db, Some(acting), context);
        Ok(Some((viewer, standing.id)))
    }

    /// Takes the feeds of somebody away whose data is erased.
    pub(super) async fn forget_calendar_feeds(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<()> {
        use calendar_feed::Column as F;
        calendar_feed::Entity::delete_many()
            .filter(F::OrganisationId.eq(organisation))
            .filter(F::PersonId.eq(person))
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }
}
