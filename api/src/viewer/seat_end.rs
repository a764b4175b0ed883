//! The end of a seat in a group ends the time of whoever sits on it; and whoever is erased sits and belongs nowhere any
//! more.
//!
//! Who keeps the group may end a seat, and does not otherwise say who sits on it: so this is a door of its own.

use super::{Permitted, Viewer, roles::later_of};
use crate::{
    error::{Error, Result},
    policy::select,
};
use chrono::{NaiveDate, NaiveTime, Utc};
use chrono_tz::Europe::Stockholm;
use entity::{
    group, group_member, group_seat,
    id::{MeetingId, OrganisationId, PersonId, SeatId},
    initiative_contact,
    kind::SubstitutionStatus,
    meeting, meeting_absence, meeting_substitution, seat_holder,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Set,
    Unchanged, sea_query::Expr,
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
        let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
        for person in &people {
            self.leave_meetings_of_seat(seat.id, *person, day).await?;
        }
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

    /// From the day on which somebody no longer sits on a seat, the person serves for nobody there, and has not announced
    /// to stay away: calls are released, so that others can be called, and absences are gone with whoever announced them.
    pub(crate) async fn leave_meetings_of_seat(
        &self,
        seat: SeatId,
        person: PersonId,
        from: NaiveDate,
    ) -> Result<()> {
        use meeting_absence::Column as A;
        use meeting_substitution::Column as S;
        let midnight = from.and_time(NaiveTime::MIN).and_local_timezone(Stockholm);
        let since = midnight
            .earliest()
            .map_or(self.now(), |day| day.with_timezone(&Utc))
            .max(self.now());
        let to_come = || {
            select::<meeting::Entity>(
                meeting::Column::Id,
                Condition::all().add(meeting::Column::StartsAt.gte(since)),
            )
        };
        let writer = self.db.writer();
        let absent: Vec<MeetingId> = meeting_absence::Entity::find()
            .select_only()
            .column(A::MeetingId)
            .filter(A::SeatId.eq(seat))
            .filter(A::PersonId.eq(person))
            .filter(A::MeetingId.in_subquery(to_come()))
            .into_tuple()
            .all(&writer)
            .await?;
        let as_substitute = Condition::all()
            .add(S::SubstituteSeatId.eq(seat))
            .add(S::PersonId.eq(person))
            .add(S::MeetingId.in_subquery(to_come()));
        let in_its_stead = Condition::all()
            .add(S::SeatId.eq(seat))
            .add(S::MeetingId.is_in(absent.iter().copied()));
        meeting_substitution::Entity::update_many()
            .col_expr(S::Status, Expr::value(SubstitutionStatus::Released))
            .col_expr(S::AnsweredAt, Expr::value(self.now()))
            .filter(S::Status.is_in([SubstitutionStatus::Called, SubstitutionStatus::Serving]))
            .filter(Condition::any().add(as_substitute).add(in_its_stead))
            .exec(&writer)
            .await?;
        meeting_absence::Entity::delete_many()
            .filter(A::SeatId.eq(seat))
            .filter(A::PersonId.eq(person))
            .filter(A::MeetingId.is_in(absent))
            .exec(&writer)
            .await?;
        Ok(())
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
        let seats: Vec<SeatId> = seat_holder::Entity::find()
            .select_only()
            .column(H::SeatId)
            .filter(theirs.clone())
            .filter(going_on.clone())
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        for seat in seats {
            self.leave_meetings_of_seat(seat, person, self.today())
                .await?;
        }
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
