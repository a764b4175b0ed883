//! The end of a seat in a group ends the time of whoever sits on it; and whoever is erased sits and belongs nowhere any
//! more.
//!
//! Who keeps the group may end a seat, and does not otherwise say who sits on it: so this is a door of its own.

use super::{Permitted, Viewer, roles::later_of};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use entity::{
    group, group_member, group_seat,
    id::{OrganisationId, PersonId},
    initiative_contact, seat_holder,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged,
    sea_query::Expr,
};

impl Viewer {
    /// Ends the time of everybody who holds the seat on that day or would later, and tells whom it concerned.
    pub(crate) async fn end_holders_with_seat(
        &self,
        group: &Permitted<group::Model>,
        seat: &group_seat::Model,
        day: NaiveDate,
    ) -> Result<Vec<PersonId>> {
        use seat_holder::Column as H;
        if seat.group_id != group.id {
            return Err(Error::internal(
                "a seat of another group than the permitted one",
            ));
        }
        let beyond = Condition::any()
            .add(H::UntilDay.is_null())
            .add(H::UntilDay.gt(day));
        let rows = seat_holder::Entity::find()
            .filter(H::SeatId.eq(seat.id))
            .filter(beyond)
            .all(&self.db.writer())
            .await?;
        let people = rows.iter().map(|row| row.person_id).collect();
        for row in rows {
            let change = seat_holder::ActiveModel {
                id: Unchanged(row.id),
                // Who was to begin later never does.
                until_day: Set(Some(day.max(row.from_day))),
                ..Default::default()
            };
            change.update(&self.db.writer()).await?;
        }
        Ok(people)
    }

    /// Ends the seats that somebody holds by an organisation's decision, and what the person has joined for it. The name
    /// is published no more.
    pub(super) async fn end_places_in_groups(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<()> {
        use group_member::Column as M;
        use seat_holder::Column as H;
        let theirs = Condition::all()
            .add(H::AppointedByOrganisationId.eq(organisation))
            .add(H::PersonId.eq(person));
        seat_holder::Entity::update_many()
            .col_expr(H::NamePublished, Expr::value(false))
            .filter(theirs.clone())
            .exec(&self.db.writer())
            .await?;
        let going_on = Condition::any()
            .add(H::UntilDay.is_null())
            .add(H::UntilDay.gt(self.today()));
        seat_holder::Entity::update_many()
            .col_expr(H::UntilDay, later_of(H::FromDay, self.today()))
            .filter(theirs)
            .filter(going_on)
            .exec(&self.db.writer())
            .await?;
        group_member::Entity::update_many()
            .col_expr(M::LeftAt, Expr::value(self.now()))
            .filter(M::OrganisationId.eq(organisation))
            .filter(M::PersonId.eq(person))
            .filter(M::LeftAt.is_null())
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }

    /// Takes somebody away who answers for an organisation's initiatives; the function that answers stays.
    pub(super) async fn end_contacts(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<()> {
        use initiative_contact::Column as N;
        initiative_contact::Entity::delete_many()
            .filter(N::OrganisationId.eq(organisation))
            .filter(N::PersonId.eq(person))
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }
}
