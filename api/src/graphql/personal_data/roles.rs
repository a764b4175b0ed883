//! The part of the export that tells which roles a person has had, and which units the person has managed.

use crate::{disclosure, error::Result, viewer::Viewer};
use entity::{
    appointee, appointment, appointment_trained,
    id::{AppointmentId, PersonId, RoleTypeId, UnitId},
    organisation_unit, role_type, sign_up_approver, unit_manager,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The appointments, and the units managed.
pub(super) struct Roles {
    pub(super) appointments: Vec<Value>,
    pub(super) units_managed: Vec<Value>,
    pub(super) approves: Vec<Value>,
}

pub(super) async fn of(viewer: &Viewer, person: PersonId) -> Result<Roles> {
    let theirs = appointee::Entity::find().filter(appointee::Column::PersonId.eq(person));
    let theirs = viewer.all(theirs).await?;
    let ids: Vec<AppointmentId> = theirs.iter().map(|row| row.id).collect();
    let appointments = appointment::Entity::find()
        .filter(appointment::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(appointment::Column::FromDay)
        .order_by_asc(appointment::Column::Id);
    let appointments = viewer.all(appointments).await?;
    let trained = viewer
        .among::<appointment_trained::Entity, _>(
            appointment_trained::Column::AppointmentId,
            ids.iter().copied(),
        )
        .await?;
    let managed = unit_manager::Entity::find()
        .filter(unit_manager::Column::PersonId.eq(person))
        .order_by_asc(unit_manager::Column::FromDay)
        .order_by_asc(unit_manager::Column::Id);
    let managed = viewer.all(managed).await?;
    let units = appointments.iter().filter_map(|row| row.unit_id);
    let units = units.chain(managed.iter().map(|row| row.unit_id));
    let approving = Condition::any()
        .add(sign_up_approver::Column::ApproverId.eq(person))
        .add(sign_up_approver::Column::DeputyId.eq(person));
    let approving = sign_up_approver::Entity::find()
        .filter(approving)
        .order_by_asc(sign_up_approver::Column::Id);
    let approving = viewer.all(approving).await?;
    let units = units.chain(approving.iter().filter_map(|row| row.unit_id));
    let names = Names {
        viewer,
        person,
        roles: viewer
            .among::<role_type::Entity, _>(
                role_type::Column::Id,
                appointments.iter().map(|row| row.role_type_id),
            )
            .await?
            .into_iter()
            .map(|row| (row.id, row.code))
            .collect(),
        units: viewer
            .among::<organisation_unit::Entity, _>(organisation_unit::Column::Id, units)
            .await?
            .into_iter()
            .map(|row| (row.id, row.name))
            .collect(),
    };
    Ok(Roles {
        appointments: appointments
            .iter()
            .map(|row| names.appointment(row, &trained))
            .collect(),
        units_managed: managed.iter().map(|row| names.managed(row)).collect(),
        approves: approving.iter().map(|row| names.approves(row)).collect(),
    })
}

/// What ids stand for, and whom it is about.
struct Names<'v> {
    viewer: &'v Viewer,
    person: PersonId,
    roles: HashMap<RoleTypeId, String>,
    units: HashMap<UnitId, String>,
}

impl Names<'_> {
    fn unit(&self, id: UnitId) -> Value {
        json!({ "id": id.to_string(), "name": self.units.get(&id) })
    }

    fn appointment(
        &self,
        row: &appointment::Model,
        trained: &[appointment_trained::Model],
    ) -> Value {
        let text = |text| disclosure::kept_by_organisation(self.viewer, row, text);
        let trained = trained.iter().filter(|days| days.appointment_id == row.id);
        let trained: Vec<Value> = trained
            .map(|days| json!({ "from": days.from_day, "until": days.until_day }))
            .collect();
        let appointment::Model {
            id,
            role_type_id,
            organisation_id,
            // The organisation's own.
            county_code: _,
            unit_id,
            // Whom the export is about.
            person_id: _,
            status,
            sharing,
            name_published,
            function_address,
            decision,
            decline_reason,
            from_day,
            until_day,
            since,
            proposed_at,
            proposed_by,
            confirmed_at,
            confirmed_by,
        } = row;
        json!({
            "id": id.to_string(),
            "role": self.roles.get(role_type_id),
            "organisationId": organisation_id.to_string(),
            "unit": unit_id.map(|unit| self.unit(unit)),
            "status": status,
            "sharing": sharing,
            "namePublished": name_published,
            "functionAddress": function_address,
            "decision": text(decision),
            "declineReason": text(decline_reason),
            "from": from_day,
            "until": until_day,
            "since": since,
            "trained": trained,
            "proposedAt": proposed_at,
            "proposedByThePerson": *proposed_by == Some(self.person),
            "answeredAt": confirmed_at,
            "answeredByThePerson": *confirmed_by == Some(self.person),
        })
    }

    /// Whose sign-ups the person approves; who else does is about somebody else.
    fn approves(&self, row: &sign_up_approver::Model) -> Value {
        let sign_up_approver::Model {
            id: _,
            organisation_id,
            unit_id,
            approver_id,
            deputy_id,
        } = *row;
        json!({
            "organisationId": organisation_id.to_string(),
            "unit": unit_id.map(|unit| self.unit(unit)),
            "asApprover": approver_id == self.person,
            "asDeputy": deputy_id == self.person,
        })
    }

    fn managed(&self, row: &unit_manager::Model) -> Value {
        let unit_manager::Model {
            id,
            unit_id,
            organisation_id,
            person_id: _,
            from_day,
            until_day,
            recorded_at,
            recorded_by,
        } = *row;
        json!({
            "id": id.to_string(),
            "unit": self.unit(unit_id),
            "organisationId": organisation_id.to_string(),
            "from": from_day,
            "until": until_day,
            "recordedAt": recorded_at,
            "recordedByThePerson": recorded_by == Some(self.person),
        })
    }
}
