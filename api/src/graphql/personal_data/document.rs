//! The document of all that is held about a person.
//!
//! Each row is taken apart column by column, without `..`: a new column does not compile until somebody has
//! decided whether the person is told of it.

use super::{PersonalData, groups, initiatives, issues, meetings, roles};
use crate::{
    disclosure::{self, Relation},
    error::Result,
    viewer::{
        Viewer,
        held::{Made, Span},
    },
};
use entity::{
    attendance, attendance_change, audit_entry, calendar_feed, certificate, check_in_right,
    completion,
    id::{OccasionId, OrganisationId, PersonId, SignUpId, SignUpRequestId, TrainingId, UnitId},
    membership, notice, organisation, organisation_unit, participant_need, person, requested_need,
    seat_movement, sign_up, sign_up_request, training, training_occasion,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// Puts the document together; none if the viewer may not see the person. Ask `may_export` before.
pub(super) async fn compile(
    viewer: &Viewer,
    person: PersonId,
    span: Span,
) -> Result<Option<PersonalData>> {
    let Some(row) = viewer.one(person::Entity::find_by_id(person)).await? else {
        return Ok(None);
    };
    let found = Found::load(viewer, person, span).await?;
    let roles = roles::of(viewer, person).await?;
    let groups = groups::of(viewer, person).await?;
    let meetings = meetings::of(viewer, person).await?;
    let issues = issues::of(viewer, person).await?;
    let calendar_feeds = viewer.calendar_feeds_of(person).await?;
    let initiatives = initiatives::of(viewer, person).await?;
    let names = Names::load(viewer, &found).await?;
    // Somebody who has left is held by the organisation still.
    let relation = if viewer.person() == Some(person) || !found.memberships.is_empty() {
        Relation::Colleague
    } else {
        Relation::Participant
    };
    let to = Reader {
        viewer,
        person,
        names,
        needs: found.needs,
        requested_needs: viewer.own_requested_needs(person).await?,
    };
    let sign_ups = found.sign_ups.iter();
    let changes = found.attendance_changes.iter();
    let rights = found.check_in_rights.iter();
    let document = json!({
        "person": to.person(&row, relation),
        "memberships": found.memberships.into_iter().map(|row| to.membership(row)).collect::<Vec<_>>(),
        "signUps": sign_ups.map(|row| to.sign_up(row, &found.movements)).collect::<Vec<_>>(),
        "attendance": found.attendance.iter().map(|row| to.attendance(row)).collect::<Vec<_>>(),
        "attendanceChanges": changes.map(|row| to.attendance_change(row)).collect::<Vec<_>>(),
        "completions": found.completions.iter().map(|row| to.completion(row)).collect::<Vec<_>>(),
        "checkInRights": rights.map(|row| to.check_in_right(row)).collect::<Vec<_>>(),
        "certificates": found.certificates.iter().map(|of| to.certificate(&row, relation, of)).collect::<Vec<_>>(),
        "signUpRequests": found.requests.iter().map(|row| to.request(row)).collect::<Vec<_>>(),
        "appointments": roles.appointments,
        "unitsManaged": roles.units_managed,
        "approvesSignUps": roles.approves,
        "seatsHeld": groups.seats_held,
        "groupsJoined": groups.joined,
        "groupNotices": groups.group_notices,
        "meetingsAttended": meetings.attended,
        "absencesAnnounced": meetings.absences,
        "substitutions": meetings.substitutions,
        "minutesVerified": meetings.verified,
        "issuesRaised": issues,
        "calendarFeeds": calendar_feeds.into_iter().map(feed).collect::<Vec<_>>(),
        "initiativesContactFor": initiatives,
        "documentsUploaded": meetings.uploads,
        "notices": found.notices.iter().map(told).collect::<Vec<_>>(),
        "rowsMadeByThePerson": found.rows_made.into_iter().map(made).collect::<Vec<_>>(),
        "logAboutThePerson": found.log_about.into_iter().map(|row| to.about(row)).collect::<Vec<_>>(),
        "logOfThePerson": found.log_of.into_iter().map(act).collect::<Vec<_>>(),
        "logFrom": span.from,
        "logUntil": span.until,
    });
    // Also where nothing could be named: that it was asked for is a reading.
    viewer.note_read(person);
    Ok(Some(PersonalData {
        person,
        at: viewer.now(),
        document,
    }))
}

/// What the address is made of is kept nowhere, and what it is known by opens nothing.
fn feed(row: calendar_feed::Model) -> Value {
    let calendar_feed::Model {
        id,
        person_id: _,
        organisation_id,
        name,
        secret_digest: _,
        created_at,
        expires_at,
    } = row;
    json!({
        "id": id.to_string(),
        "organisationId": organisation_id.to_string(),
        "name": name,
        "createdAt": created_at,
        "expiresAt": expires_at,
    })
}

/// The rows, as they are stored.
struct Found {
    memberships: Vec<membership::Model>,
    sign_ups: Vec<sign_up::Model>,
    needs: HashMap<SignUpId, participant_need::Model>,
    movements: Vec<seat_movement::Model>,
    attendance: Vec<attendance::Model>,
    attendance_changes: Vec<attendance_change::Model>,
    completions: Vec<completion::Model>,
    check_in_rights: Vec<check_in_right::Model>,
    notices: Vec<notice::Model>,
    requests: Vec<sign_up_request::Model>,
    certificates: Vec<certificate::Model>,
    rows_made: Vec<Made>,
    log_about: Vec<audit_entry::Model>,
    log_of: Vec<audit_entry::Model>,
}

impl Found {
    async fn load(viewer: &Viewer, person: PersonId, span: Span) -> Result<Self> {
        let memberships =
            membership::Entity::find().filter(membership::Column::PersonId.eq(person));
        let sign_ups = sign_up::Entity::find()
            .filter(sign_up::Column::PersonId.eq(person))
            .order_by_asc(sign_up::Column::CreatedAt)
            .order_by_asc(sign_up::Column::Id);
        let sign_ups = viewer.all(sign_ups).await?;
        let ids = sign_ups.iter().map(|row| row.id);
        let needs = viewer
            .among::<participant_need::Entity, _>(participant_need::Column::SignUpId, ids)
            .await?;
        let attendance = attendance::Entity::find()
            .filter(attendance::Column::PersonId.eq(person))
            .order_by_asc(attendance::Column::BlockStartsAt);
        let attendance_changes = attendance_change::Entity::find()
            .filter(attendance_change::Column::PersonId.eq(person))
            .order_by_asc(attendance_change::Column::At)
            .order_by_asc(attendance_change::Column::Id);
        let completions = completion::Entity::find()
            .filter(completion::Column::PersonId.eq(person))
            .order_by_asc(completion::Column::CompletedOn)
            .order_by_asc(completion::Column::Id);
        let check_in_rights = check_in_right::Entity::find()
            .filter(check_in_right::Column::PersonId.eq(person))
            .order_by_asc(check_in_right::Column::GrantedAt)
            .order_by_asc(check_in_right::Column::Id);
        let certificates = certificate::Entity::find()
            .filter(certificate::Column::PersonId.eq(person))
            .order_by_asc(certificate::Column::IssuedAt)
            .order_by_asc(certificate::Column::Id);
        let notices = notice::Entity::find()
            .filter(notice::Column::PersonId.eq(person))
            .order_by_asc(notice::Column::CreatedAt)
            .order_by_asc(notice::Column::Id);
        let requests = sign_up_request::Entity::find()
            .filter(sign_up_request::Column::PersonId.eq(person))
            .order_by_asc(sign_up_request::Column::CreatedAt)
            .order_by_asc(sign_up_request::Column::Id);
        Ok(Self {
            requests: viewer.all(requests).await?,
            memberships: viewer.all(memberships).await?,
            needs: needs.into_iter().map(|row| (row.sign_up_id, row)).collect(),
            movements: viewer.movements_of(&sign_ups).await?,
            attendance: viewer.all(attendance).await?,
            attendance_changes: viewer.all(attendance_changes).await?,
            completions: viewer.all(completions).await?,
            check_in_rights: viewer.all(check_in_rights).await?,
            notices: viewer.all(notices).await?,
            certificates: viewer.all(certificates).await?,
            rows_made: viewer.rows_made_by(person).await?,
            log_about: viewer.log_about(person, span).await?,
            log_of: viewer.log_of(person, span).await?,
            sign_ups,
        })
    }
}

/// What ids stand for, as far as the viewer may see it.
struct Names {
    organisations: HashMap<OrganisationId, organisation::Model>,
    units: HashMap<UnitId, organisation_unit::Model>,
    occasions: HashMap<OccasionId, training_occasion::Model>,
    trainings: HashMap<TrainingId, training::Model>,
}

impl Names {
    async fn load(viewer: &Viewer, found: &Found) -> Result<Self> {
        let units: BTreeSet<UnitId> = found
            .memberships
            .iter()
            .filter_map(|row| row.unit_id)
            .collect();
        let organisations: BTreeSet<OrganisationId> = found
            .memberships
            .iter()
            .map(|row| row.organisation_id)
            .chain(found.sign_ups.iter().map(|row| row.organisation_id))
            .chain(found.log_about.iter().map(|row| row.organisation_id))
            .chain(found.completions.iter().map(|row| row.organisation_id))
            .chain(found.check_in_rights.iter().map(|row| row.organisation_id))
            .chain(found.certificates.iter().map(|row| row.organisation_id))
            .chain(
                found
                    .log_about
                    .iter()
                    .filter_map(|row| row.actor_organisation_id),
            )
            .collect();
        let occasions: BTreeSet<OccasionId> =
            found.sign_ups.iter().map(|row| row.occasion_id).collect();
        let units = viewer
            .among::<organisation_unit::Entity, _>(organisation_unit::Column::Id, units)
            .await?;
        let organisations = viewer
            .among::<organisation::Entity, _>(organisation::Column::Id, organisations)
            .await?;
        let occasions = viewer
            .among::<training_occasion::Entity, _>(training_occasion::Column::Id, occasions)
            .await?;
        let trainings = occasions.iter().map(|row| row.training_id);
        let trainings: BTreeSet<TrainingId> = trainings
            .chain(found.completions.iter().map(|row| row.training_id))
            .collect();
        let trainings = viewer
            .among::<training::Entity, _>(training::Column::Id, trainings)
            .await?;
        Ok(Self {
            organisations: organisations.into_iter().map(|row| (row.id, row)).collect(),
            units: units.into_iter().map(|row| (row.id, row)).collect(),
            occasions: occasions.into_iter().map(|row| (row.id, row)).collect(),
            trainings: trainings.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    fn organisation(&self, id: OrganisationId) -> Value {
        let row = self.organisations.get(&id);
        json!({
            "id": id.to_string(),
            "name": row.map(|row| &row.name),
            "organisationNumber": row.and_then(|row| row.organisation_number).map(|number| number.to_string()),
        })
    }

    /// When the occasion is, and of which training; null where it is no longer shared.
    fn occasion(&self, id: OccasionId) -> Value {
        let row = self.occasions.get(&id);
        json!({
            "id": id.to_string(),
            "startsAt": row.map(|row| row.starts_at),
            "endsAt": row.map(|row| row.ends_at),
            "training": row.map(|row| self.training(row.training_id)),
        })
    }

    /// The title is null where the training is no longer shared.
    fn training(&self, id: TrainingId) -> Value {
        let title = self.trainings.get(&id).map(|row| &row.title);
        json!({ "id": id.to_string(), "title": title })
    }
}

/// Whom the document is for, and about.
struct Reader<'v> {
    viewer: &'v Viewer,
    person: PersonId,
    names: Names,
    needs: HashMap<SignUpId, participant_need::Model>,
    requested_needs: HashMap<SignUpRequestId, requested_need::Model>,
}

impl Reader<'_> {
    fn person(&self, row: &person::Model, relation: Relation) -> Value {
        let name = disclosure::name(self.viewer, row, relation);
        let email = disclosure::email(self.viewer, row, relation);
        let protected = disclosure::protected_identity(self.viewer, row, relation);
        let person::Model {
            id,
            name: _,
            email: _,
            protected_identity: _,
            // Made from the name, to find and to sort it by.
            search_name: _,
            sort_name: _,
        } = row;
        json!({
            "id": id.to_string(),
            "name": name,
            "email": email,
            "protectedIdentity": protected,
        })
    }

    fn membership(&self, row: membership::Model) -> Value {
        let membership::Model {
            id,
            organisation_id,
            person_id: _,
            issuer,
            subject,
            unit_id,
            role,
            staff_category,
            active_from,
            active_until,
        } = row;
        let unit = unit_id.map(|unit| {
            let name = self.names.units.get(&unit).map(|row| &row.name);
            json!({ "id": unit.to_string(), "name": name })
        });
        json!({
            "id": id.to_string(),
            "organisation": self.names.organisation(organisation_id),
            "issuer": issuer,
            "subject": subject,
            "unit": unit,
            "role": role,
            "staffCategory": staff_category,
            "activeFrom": active_from,
            "activeUntil": active_until,
        })
    }

    fn sign_up(&self, row: &sign_up::Model, movements: &[seat_movement::Model]) -> Value {
        let need = self.needs.get(&row.id);
        let need = need.and_then(|need| disclosure::need(self.viewer, row, need));
        let movements = movements
            .iter()
            .filter(|movement| movement.sign_up_id == row.id);
        let movements: Vec<Value> = movements.map(|row| self.movement(row)).collect();
        let sign_up::Model {
            id,
            occasion_id,
            organisation_id,
            person_id: _,
            party_id,
            status,
            number,
            reason,
            created_at,
            created_by,
            confirmed_at,
            ended_at,
            offer_expires_at,
        } = row;
        json!({
            "id": id.to_string(),
            "occasion": self.names.occasion(*occasion_id),
            "organisation": self.names.organisation(*organisation_id),
            "partyId": party_id.map(|party| party.to_string()),
            "status": status,
            "number": number,
            "reason": reason,
            "createdAt": created_at,
            "createdByThePerson": *created_by == Some(self.person),
            "confirmedAt": confirmed_at,
            "endedAt": ended_at,
            "offerExpiresAt": offer_expires_at,
            "need": need,
            "movements": movements,
        })
    }

    fn movement(&self, row: &seat_movement::Model) -> Value {
        let seat_movement::Model {
            occasion_id,
            number,
            organisation_id,
            sign_up_id,
            cause,
            seats,
            waiting,
            reason,
            at,
            actor_id,
            party_id,
            organisation_kind,
        } = *row;
        json!({
            "occasionId": occasion_id.to_string(),
            "number": number,
            "organisationId": organisation_id.to_string(),
            "organisationKind": organisation_kind,
            "partyId": party_id.map(|party| party.to_string()),
            "signUpId": sign_up_id.to_string(),
            "cause": cause,
            "seats": seats,
            "waiting": waiting,
            "reason": reason,
            "at": at,
            "causedByThePerson": actor_id == Some(self.person),
        })
    }

    fn attendance(&self, row: &attendance::Model) -> Value {
        let attendance::Model {
            sign_up_id,
            block_starts_at,
            occasion_id,
            person_id: _,
            grade,
            recorded_at,
            recorded_by,
        } = *row;
        json!({
            "signUpId": sign_up_id.to_string(),
            "occasionId": occasion_id.to_string(),
            "blockStartsAt": block_starts_at,
            "grade": grade,
            "recordedAt": recorded_at,
            "recordedByThePerson": recorded_by == Some(self.person),
        })
    }

    fn attendance_change(&self, row: &attendance_change::Model) -> Value {
        let attendance_change::Model {
            id,
            sign_up_id,
            block_starts_at,
            occasion_id,
            person_id: _,
            previous,
            grade,
            at,
            actor_id,
            actor_organisation_id,
        } = *row;
        json!({
            "id": id.to_string(),
            "signUpId": sign_up_id.to_string(),
            "occasionId": occasion_id.to_string(),
            "blockStartsAt": block_starts_at,
            "previous": previous,
            "grade": grade,
            "at": at,
            "changedByThePerson": actor_id == Some(self.person),
            "actorOrganisationId": actor_organisation_id.to_string(),
        })
    }

    fn completion(&self, row: &completion::Model) -> Value {
        let completion::Model {
            id,
            person_id: _,
            organisation_id,
            training_id,
            occasion_id,
            sign_up_id,
            meeting_id,
            source,
            completed_on,
            valid_until,
            recorded_at,
            recorded_by,
            withdrawn_at,
            withdrawn_by,
        } = *row;
        json!({
            "id": id.to_string(),
            "organisation": self.names.organisation(organisation_id),
            "training": self.names.training(training_id),
            "occasionId": occasion_id.map(|id| id.to_string()),
            "signUpId": sign_up_id.map(|id| id.to_string()),
            "meetingId": meeting_id.map(|id| id.to_string()),
            "source": source,
            "completedOn": completed_on,
            "validUntil": valid_until,
            "recordedAt": recorded_at,
            "recordedByThePerson": recorded_by == Some(self.person),
            "withdrawnAt": withdrawn_at,
            "withdrawnByThePerson": withdrawn_by == Some(self.person),
        })
    }

    fn certificate(
        &self,
        holder: &person::Model,
        relation: Relation,
        row: &certificate::Model,
    ) -> Value {
        let holder_name = disclosure::name_on_certificate(self.viewer, holder, row, relation);
        let certificate::Model {
            id,
            completion_id,
            person_id: _,
            organisation_id,
            issuer_organisation_id,
            training_id,
            code,
            // Makes the name in the signed file unreadable; it says nothing by itself.
            salt: _,
            holder_name: _,
            shows_name,
            issuer_name,
            title,
            description,
            criteria,
            completed_on,
            valid_until,
            issued_at,
            revoked_at,
            revocation_reason,
            revocation_note,
        } = row;
        // Whoever has the code can show the certificate: that is for the holder to decide.
        let code = Some(code).filter(|_| self.viewer.person() == Some(self.person));
        json!({
            "id": id.to_string(),
            "completionId": completion_id.to_string(),
            "organisation": self.names.organisation(*organisation_id),
            "issuerOrganisationId": issuer_organisation_id.to_string(),
            "trainingId": training_id.to_string(),
            "code": code,
            "holderName": holder_name,
            "showsName": shows_name,
            "issuerName": issuer_name,
            "title": title,
            "description": description,
            "criteria": criteria,
            "completedOn": completed_on,
            "validUntil": valid_until,
            "issuedAt": issued_at,
            "revokedAt": revoked_at,
            "revocationReason": revocation_reason,
            "revocationNote": revocation_note,
        })
    }

    /// What the person has asked the own organisation for.
    fn request(&self, row: &sign_up_request::Model) -> Value {
        let need = self.requested_needs.get(&row.id);
        let need = need.and_then(|need| disclosure::own_requested_need(self.viewer, row, need));
        let sign_up_request::Model {
            id,
            occasion_id,
            organisation_id,
            person_id: _,
            // Who decides for a unit is the organisation's own order.
            approver_id: _,
            status,
            reason,
            created_at,
            decided_at,
            decided_by,
            sign_up_id,
        } = row;
        json!({
            "id": id.to_string(),
            "occasionId": occasion_id.to_string(),
            "organisation": self.names.organisation(*organisation_id),
            "status": status,
            "reason": reason,
            "createdAt": created_at,
            "decidedAt": decided_at,
            "decidedByThePerson": *decided_by == Some(self.person),
            "need": need,
            "signUpId": sign_up_id.map(|id| id.to_string()),
        })
    }

    fn check_in_right(&self, row: &check_in_right::Model) -> Value {
        let check_in_right::Model {
            id,
            occasion_id,
            person_id: _,
            organisation_id,
            granted_at,
            granted_by,
            revoked_at,
            revoked_by,
        } = *row;
        json!({
            "id": id.to_string(),
            "occasionId": occasion_id.to_string(),
            "organisation": self.names.organisation(organisation_id),
            "grantedAt": granted_at,
            "grantedByThePerson": granted_by == Some(self.person),
            "revokedAt": revoked_at,
            "revokedByThePerson": revoked_by == Some(self.person),
        })
    }

    /// Who read or changed it: the organisation and its client; which of its people, to its administrators.
    fn about(&self, row: audit_entry::Model) -> Value {
        let audit_entry::Model {
            id,
            at,
            request_id,
            organisation_id,
            actor_organisation_id,
            actor_id,
            actor_client,
            action,
            person_id: _,
            subject,
        } = row;
        let acting = self.viewer.acting();
        let tells_actor = acting.is_some_and(|acting| {
            acting.role >= entity::kind::Role::Administrator
                && acting.organisation == organisation_id
        });
        let actor = actor_id.filter(|actor| tells_actor || *actor == self.person);
        let actor_organisation = actor_organisation_id.map(|id| self.names.organisation(id));
        json!({
            "id": id.to_string(),
            "at": at,
            "requestId": request_id,
            "logOf": self.names.organisation(organisation_id),
            "action": action,
            "actorOrganisation": actor_organisation,
            "actorId": actor.map(|actor| actor.to_string()),
            "actorClient": actor_client,
            "subjectId": subject,
        })
    }
}

/// What the person did about somebody: not about whom.
fn act(row: audit_entry::Model) -> Value {
    let audit_entry::Model {
        id,
        at,
        request_id,
        // The log is that of the organisation that the request acts for, and the actor is the person.
        organisation_id: _,
        actor_organisation_id: _,
        actor_id: _,
        actor_client,
        action,
        person_id: _,
        subject,
    } = row;
    json!({
        "id": id.to_string(),
        "at": at,
        "requestId": request_id,
        "action": action,
        "actorClient": actor_client,
        "subjectId": subject,
    })
}

/// What the person was told, or waits to be told.
fn told(row: &notice::Model) -> Value {
    let notice::Model {
        id,
        kind,
        organisation_id,
        person_id: _,
        occasion_id,
        sign_up_id,
        request_id,
        // What moved from where to where stands with the occasion.
        move_id: _,
        other_occasion_id,
        collides,
        reason,
        created_at,
        delivered_at,
    } = row;
    json!({
        "id": id.to_string(),
        "kind": kind,
        "organisationId": organisation_id.to_string(),
        "occasionId": occasion_id.to_string(),
        "signUpId": sign_up_id.map(|id| id.to_string()),
        "requestId": request_id.map(|id| id.to_string()),
        "otherOccasionId": other_occasion_id.map(|id| id.to_string()),
        "collides": collides,
        "reason": reason,
        "createdAt": created_at,
        "deliveredAt": delivered_at,
    })
}

fn made(row: Made) -> Value {
    let Made { what, number } = row;
    json!({ "what": what, "number": number })
}
