//! The part of the export that tells in which groups a person has sat, which the person has joined, and what the
//! person was told of them.

use crate::{error::Result, viewer::Viewer};
use entity::{
    group, group_member, group_notice, group_seat,
    id::{GroupId, PersonId, SeatId},
    seat_holder,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Seats held, groups joined, notices.
pub(super) struct Groups {
    pub(super) seats_held: Vec<Value>,
    pub(super) joined: Vec<Value>,
    pub(super) group_notices: Vec<Value>,
}

pub(super) async fn of(viewer: &Viewer, person: PersonId) -> Result<Groups> {
    let held = seat_holder::Entity::find()
        .filter(seat_holder::Column::PersonId.eq(person))
        .order_by_asc(seat_holder::Column::FromDay)
        .order_by_asc(seat_holder::Column::Id);
    let held = viewer.all(held).await?;
    let joined = group_member::Entity::find()
        .filter(group_member::Column::PersonId.eq(person))
        .order_by_asc(group_member::Column::JoinedAt)
        .order_by_asc(group_member::Column::Id);
    let joined = viewer.all(joined).await?;
    let notices = group_notice::Entity::find()
        .filter(group_notice::Column::PersonId.eq(person))
        .order_by_asc(group_notice::Column::CreatedAt)
        .order_by_asc(group_notice::Column::Id);
    let notices = viewer.all(notices).await?;
    let seats = viewer
        .among::<group_seat::Entity, _>(group_seat::Column::Id, held.iter().map(|row| row.seat_id))
        .await?;
    let groups = seats.iter().map(|row| row.group_id);
    let groups = groups.chain(joined.iter().map(|row| row.group_id));
    let groups = groups.chain(notices.iter().map(|row| row.group_id));
    let groups = viewer
        .among::<group::Entity, _>(group::Column::Id, groups)
        .await?;
    let names = Names {
        person,
        groups: groups.into_iter().map(|row| (row.id, row.name)).collect(),
        seats: seats.into_iter().map(|row| (row.id, row)).collect(),
    };
    Ok(Groups {
        seats_held: held.iter().map(|row| names.held(row)).collect(),
        joined: joined.iter().map(|row| names.joined(row)).collect(),
        group_notices: notices.iter().map(|row| names.told(row)).collect(),
    })
}

/// What ids stand for, and whom it is about. A group that the reader no longer sees has an id and no name.
struct Names {
    person: PersonId,
    groups: HashMap<GroupId, String>,
    seats: HashMap<SeatId, group_seat::Model>,
}

impl Names {
    fn group(&self, id: GroupId) -> Value {
        json!({ "id": id.to_string(), "name": self.groups.get(&id) })
    }

    fn held(&self, row: &seat_holder::Model) -> Value {
        let seat_holder::Model {
            id,
            seat_id,
            person_id: _,
            from_day,
            until_day,
            since,
            appointed_by_organisation_id,
            appointed_by,
            decision,
            name_published,
            recorded_at,
        } = row;
        let seat = self.seats.get(seat_id);
        json!({
            "id": id.to_string(),
            "seatId": seat_id.to_string(),
            "group": seat.map(|seat| self.group(seat.group_id)),
            "capacity": seat.map(|seat| seat.capacity),
            "from": from_day,
            "until": until_day,
            "since": since,
            "appointedByOrganisationId": appointed_by_organisation_id.to_string(),
            "appointedByThePerson": *appointed_by == Some(self.person),
            "decision": decision,
            "namePublished": name_published,
            "recordedAt": recorded_at,
        })
    }

    fn joined(&self, row: &group_member::Model) -> Value {
        let group_member::Model {
            id,
            group_id,
            person_id: _,
            organisation_id,
            joined_at,
            left_at,
        } = *row;
        json!({
            "id": id.to_string(),
            "group": self.group(group_id),
            "organisationId": organisation_id.to_string(),
            "joinedAt": joined_at,
            "leftAt": left_at,
        })
    }

    fn told(&self, row: &group_notice::Model) -> Value {
        let group_notice::Model {
            id,
            kind,
            organisation_id,
            person_id: _,
            group_id,
            subject,
            created_at,
            delivered_at,
        } = row;
        json!({
            "id": id.to_string(),
            "kind": kind,
            "organisationId": organisation_id.to_string(),
            "group": self.group(*group_id),
            "subject": subject,
            "createdAt": created_at,
            "deliveredAt": delivered_at,
        })
    }
}
