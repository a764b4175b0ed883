//! Attendance: who was there for which time block, who may record it, and how a mark came about.

mod check_in;
mod following;
mod recording;

pub use check_in::{CheckInMutation, CheckInRight};
pub(crate) use check_in::{CheckInRightById, CheckInRightsOf, own_check_in_rights};
pub use recording::AttendanceMutation;

use super::{
    context::{loaders, viewer},
    loader::{Loaders, load_many, load_one, load_pages},
    organisation::{Organisation, OrganisationById},
    person::{MembershipOf, Person, PersonById},
    sign_up::{SignUp, SignUpById},
};
use crate::{
    disclosure::{self, Relation},
    error::{Error, Result},
    guard::list_complexity,
    policy::Policy,
    viewer::page::{KeyKind, Ordering},
};
use async_graphql::{Context, Object, dataloader::Loader};
use chrono::{DateTime, Utc};
use entity::{
    attendance, attendance_change, attendance_sheet, expected_participant,
    id::{OccasionId, PersonId, SignUpId},
    kind::AttendanceGrade,
    sign_up,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::collections::HashMap;

load_many!(
    /// The marks of a sign-up.
    AttendanceOf(SignUpId) => attendance.SignUpId (sign_up_id), order BlockStartsAt
);
load_one!(
    /// A person as those see it who check in.
    ExpectedPersonById(PersonId) => expected_person.Id (|row| Some(row.id))
);
load_pages!(
    /// A page of the changes of a sign-up's marks, oldest first.
    AttendanceChangesOf(SignUpId) => attendance_change.SignUpId (sign_up_id),
    order Ordering {
        name: "attendance change",
        key: Expr::col((attendance_change::Entity, attendance_change::Column::At)),
        kind: KeyKind::Instant,
        id: attendance_change::Column::Id,
        descending: false,
    },
    filter |_viewer, query, _all: ()| query
);
load_pages!(
    /// A page of those who are expected at an occasion, in the order in which they signed up.
    ExpectedAt(OccasionId) => expected_participant.OccasionId (occasion_id),
    order Ordering {
        name: "expected",
        key: Expr::col((sign_up::Entity, sign_up::Column::CreatedAt)),
        kind: KeyKind::Instant,
        id: expected_participant::Column::Id,
        descending: false,
    },
    filter |_viewer, query, _all: ()| query
);

/// Whether the viewer may record attendance at an occasion; absent if not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RecordableAt(pub OccasionId);

impl Loader<RecordableAt> for Loaders {
    type Value = ();
    type Error = Error;

    async fn load(&self, keys: &[RecordableAt]) -> Result<HashMap<RecordableAt, ()>> {
        if self.viewer.acting().is_none() {
            return Ok(HashMap::new());
        }
        let query = attendance_sheet::Entity::find()
            .filter(attendance_sheet::Column::Id.is_in(keys.iter().map(|key| key.0)))
            .filter(attendance_sheet::Entity::editable(&self.viewer));
        let rows = self.viewer.all(query).await?;
        Ok(rows
            .into_iter()
            .map(|row| (RecordableAt(row.id), ()))
            .collect())
    }
}

/// Whether a participant was there for a time block.
pub struct Attendance(pub attendance::Model);

/// Whether a participant was there for a time block. Seen with the sign-up, and by those who may check in at the
/// occasion.
#[Object]
impl Attendance {
    /// The sign-up's global id, also for those who check in and do not see the sign-up.
    async fn sign_up_id(&self) -> SignUpId {
        self.0.sign_up_id
    }

    /// The sign-up; null for those who only check in.
    async fn sign_up(&self, ctx: &Context<'_>) -> Result<Option<SignUp>> {
        let key = SignUpById(self.0.sign_up_id);
        Ok(loaders(ctx).load_one(key).await?.map(SignUp))
    }

    /// The time block, by its start.
    async fn block_starts_at(&self) -> DateTime<Utc> {
        self.0.block_starts_at
    }

    /// The mark.
    async fn grade(&self) -> AttendanceGrade {
        self.0.grade
    }

    /// When it was recorded as it is now.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}

/// A change of a mark.
pub struct AttendanceChange(pub attendance_change::Model);

/// A change of an attendance mark, kept for good. Seen with the sign-up.
#[Object]
impl AttendanceChange {
    /// The time block, by its start.
    async fn block_starts_at(&self) -> DateTime<Utc> {
        self.0.block_starts_at
    }

    /// The mark before; null if there was none.
    async fn previous(&self) -> Option<AttendanceGrade> {
        self.0.previous
    }

    /// The mark after.
    async fn grade(&self) -> AttendanceGrade {
        self.0.grade
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// The organisation that it was recorded for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.actor_organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Who recorded it; null for a service, and for those who may not see the person.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(actor) = self.0.actor_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(PersonById(actor)).await?.map(Person))
    }
}

/// Somebody who is expected at an occasion.
pub struct ExpectedParticipant(pub expected_participant::Model);

/// Somebody who has a seat at an occasion, with what one needs to know at the door and nothing else. Seen by those
/// who may record attendance there.
#[Object]
impl ExpectedParticipant {
    /// The sign-up's global id, for `recordAttendance`.
    async fn sign_up_id(&self) -> SignUpId {
        self.0.id
    }

    /// The name. Null for a person with protected identity of another organisation. Reading it is written to the
    /// audit log.
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(person) = self.0.person_id else {
            return Ok(None);
        };
        let Some(row) = loaders(ctx).load_one(ExpectedPersonById(person)).await? else {
            return Ok(None);
        };
        let viewer = viewer(ctx);
        let own = viewer
            .acting()
            .is_some_and(|acting| acting.organisation == self.0.organisation_id);
        let now = viewer.now();
        // A colleague of today: who has left is a stranger again, and whose membership one may not see is one too.
        let colleague = own
            && loaders(ctx)
                .load_one(MembershipOf(person))
                .await?
                .is_some_and(|row| row.active_until.is_none_or(|until| until > now));
        let relation = if colleague || viewer.person() == Some(person) {
            Relation::Colleague
        } else {
            Relation::Participant
        };
        Ok(disclosure::expected_name(viewer, &row, relation).map(str::to_owned))
    }

    /// The marks that there are, in the order of the blocks.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn attendance(&self, ctx: &Context<'_>) -> Result<Vec<Attendance>> {
        attendance_of(ctx, self.0.id, self.0.person_id).await
    }
}

/// The marks of a sign-up that are about whoever has the place now.
pub(crate) async fn attendance_of(
    ctx: &Context<'_>,
    sign_up: SignUpId,
    person: Option<PersonId>,
) -> Result<Vec<Attendance>> {
    let rows = loaders(ctx).load_one(AttendanceOf(sign_up)).await?;
    let rows = rows.unwrap_or_default().into_iter();
    Ok(rows
        .filter(|row| Some(row.person_id) == person)
        .map(Attendance)
        .collect())
}
