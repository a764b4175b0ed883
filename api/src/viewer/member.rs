//! Narrow doors around memberships: who belongs where, also where the viewer does not see it. Decided by, and told to nobody.

use super::Viewer;
use crate::{error::Result, policy::person::is_member};
use entity::{
    id::{OrganisationId, PersonId},
    kind::Role,
    membership,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

impl Viewer {
    /// Which organisations besides the viewer's have the person as a member, for their logs.
    pub(crate) async fn belongs_elsewhere(&self, person: PersonId) -> Result<Vec<OrganisationId>> {
        use membership::Column as M;
        let own = self.signed_in()?.organisation;
        Ok(membership::Entity::find()
            .select_only()
            .column(M::OrganisationId)
            .filter(M::PersonId.eq(person))
            .filter(M::OrganisationId.ne(own))
            .filter(is_member(self.now()))
            .order_by_asc(M::OrganisationId)
            .into_tuple()
            .all(&self.db.writer())
            .await?)
    }

    /// Whether the member's organisation would have no administrator without this one. Hold the organisation: of two who end
    /// each other, the second must see what the first did.
    pub(crate) async fn is_last_administrator(&self, member: &membership::Model) -> Result<bool> {
        use membership::Column as M;
        if member.role != Role::Administrator || member.active_until.is_some() {
            return Ok(false);
        }
        let others = membership::Entity::find()
            .filter(M::OrganisationId.eq(member.organisation_id))
            .filter(M::Role.eq(Role::Administrator))
            .filter(M::ActiveUntil.is_null())
            // Who cannot sign in administers nothing.
            .filter(M::Subject.is_not_null())
            .filter(M::Id.ne(member.id))
            .count(&self.db.writer())
            .await?;
        Ok(others == 0)
    }

    /// Which of some people can act for an organisation today.
    pub(super) async fn who_are_members(
        &self,
        organisation: OrganisationId,
        people: impl Iterator<Item = PersonId> + Send,
    ) -> Result<BTreeSet<PersonId>> {
        use membership::Column as M;
        let people: BTreeSet<PersonId> = people.collect();
        if people.is_empty() {
            return Ok(people);
        }
        let found: Vec<PersonId> = membership::Entity::find()
            .select_only()
            .column(M::PersonId)
            .filter(M::OrganisationId.eq(organisation))
            .filter(M::PersonId.is_in(people))
            .filter(is_member(self.now()))
            .into_tuple()
            .all(&self.db.reader())
            .await?;
        Ok(found.into_iter().collect())
    }
}
