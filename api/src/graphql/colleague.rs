//! Which colleagues the rows of a file name: by the address at work, or by the membership.

use super::user_error::UserErrorCode;
use crate::{
    disclosure,
    domain::{completion_file::Who, validity::in_force},
    error::Result,
    viewer::Viewer,
};
use entity::{
    id::{MembershipId, PersonId},
    membership, person,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, Func},
};
use std::collections::BTreeSet;

/// Those who may be meant, and belong to the viewer's organisation now: as many statements for one row as for many.
pub(super) struct Colleagues {
    members: Vec<membership::Model>,
    people: Vec<person::Model>,
}

/// Why a row names nobody, in Swedish and English.
pub(super) type Nobody = (UserErrorCode, (&'static str, &'static str));

impl Colleagues {
    pub(super) async fn named(viewer: &Viewer, whom: &[&Who]) -> Result<Self> {
        let people = people(viewer, whom).await?;
        let members = members(viewer, whom, &people).await?;
        Ok(Self { members, people })
    }

    /// The people among them.
    pub(super) fn ids(&self) -> impl Iterator<Item = PersonId> {
        self.members.iter().map(|row| row.person_id)
    }

    /// The one colleague whom a row names.
    pub(super) fn find(&self, viewer: &Viewer, who: &Who) -> std::result::Result<PersonId, Nobody> {
        let found: BTreeSet<PersonId> = match who {
            Who::Member(id) => {
                let fitting = self.members.iter().filter(|row| row.id == *id);
                fitting.map(|row| row.person_id).collect()
            }
            Who::Email(address) => {
                let colleagues = self.people.iter().filter(|person| {
                    self.members.iter().any(|row| row.person_id == person.id)
                        && disclosure::has_email(viewer, person, address)
                });
                colleagues.map(|person| person.id).collect()
            }
        };
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(person), None) => Ok(person),
            (Some(_), Some(_)) => Err((
                UserErrorCode::InvalidValue,
                (
                    "Flera kollegor har adressen. Ange medlem i stället.",
                    "Several colleagues have the address. Give member instead.",
                ),
            )),
            (None, _) => Err((
                UserErrorCode::NotFound,
                (
                    "Ingen som är med i din organisation nu. Registrera personen först.",
                    "Nobody who belongs to your organisation now. Register the person first.",
                ),
            )),
        }
    }
}

/// The people with one of the addresses, whether colleagues or not.
async fn people(viewer: &Viewer, whom: &[&Who]) -> Result<Vec<person::Model>> {
    let addresses: BTreeSet<&str> = whom
        .iter()
        .filter_map(|who| match who {
            Who::Email(address) => Some(address.as_str()),
            Who::Member(_) => None,
        })
        .collect();
    let address = Func::lower(Expr::col((person::Entity, person::Column::Email)));
    let query = person::Entity::find().filter(Expr::expr(address).is_in(addresses));
    viewer.all(query).await
}

/// Those of them, and of the named memberships, who belong to the viewer's organisation now.
async fn members(
    viewer: &Viewer,
    whom: &[&Who],
    people: &[person::Model],
) -> Result<Vec<membership::Model>> {
    use membership::Column as M;
    let named: BTreeSet<MembershipId> = whom
        .iter()
        .filter_map(|who| match who {
            Who::Member(id) => Some(*id),
            Who::Email(_) => None,
        })
        .collect();
    let query = membership::Entity::find()
        .filter(M::OrganisationId.eq(viewer.signed_in()?.organisation))
        .filter(
            Condition::any()
                .add(M::Id.is_in(named))
                .add(M::PersonId.is_in(people.iter().map(|person| person.id))),
        );
    let mut members = viewer.all(query).await?;
    members.retain(|row| in_force(Some(row.active_from), row.active_until, viewer.now()));
    Ok(members)
}
