//! Appointments: who has which role, in which organisation or unit, from when to when.

mod answering;
mod ending;
mod import;
mod proposing;

pub use answering::AnswerMutation;
pub use ending::EndMutation;
pub use import::AppointmentImportMutation;
pub use proposing::ProposeMutation;

use super::{
    connection::{Nodes, connect, cost},
    context::{loaders, viewer},
    loader::{Loaders, load_many, load_one, load_pages},
    organisation::{Organisation, OrganisationById, OrganisationUnit, UnitById, manager_on},
    payload::payloads,
    person::{Person, PersonById},
    role_type::{RoleType, RoleTypeById},
    user_error::UserError,
};
use crate::{
    disclosure,
    domain::coverage::Span,
    error::{Error, Result},
    policy::{Policy, appointment::active_on, select},
    viewer::{
        Viewer,
        coverage::Touched,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, Enum, ID, InputObject, Object, dataloader::Loader};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    appointment, appointment_answer,
    id::{AppointmentId, OrganisationId, RoleTypeId, UnitId},
    kind::{AppointmentStatus, SharingLevel, UnitKind},
    organisation_unit,
    partial_date::PartialDate,
    role_type,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;

load_one!(
    /// An appointment by its id.
    AppointmentById(AppointmentId) => appointment.Id (|row| Some(row.id))
);
load_one!(
    /// Who is appointed, where the name may be known.
    AppointeeOf(AppointmentId) => appointee.Id (|row| Some(row.id))
);
load_many!(
    /// When the holder of an appointment is trained.
    TrainedDaysOf(AppointmentId) => appointment_trained.AppointmentId (appointment_id), order FromDay
);
load_pages!(
    /// A page of an organisation's appointments.
    AppointmentsOf(OrganisationId) => appointment.OrganisationId (organisation_id),
    order by_day(),
    filter |viewer, query, filter: AppointmentFilter| filter.apply(viewer, query)
);
load_pages!(
    /// A page of a unit's appointments.
    AppointmentsIn(Option<UnitId>) => appointment.UnitId (unit_id),
    order by_day(),
    filter |viewer, query, filter: AppointmentFilter| filter.apply(viewer, query)
);

/// The appointments that the viewer may confirm or decline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Answerable(AppointmentId);

impl Loader<Answerable> for Loaders {
    type Value = ();
    type Error = Error;

    async fn load(&self, keys: &[Answerable]) -> Result<HashMap<Answerable, ()>> {
        use appointment_answer::Column as A;
        let query = appointment_answer::Entity::find()
            .filter(appointment_answer::Entity::editable(&self.viewer))
            .filter(A::Id.is_in(crate::viewer::rounded(keys.iter().map(|key| key.0))));
        let rows = self.viewer.all(query).await?.into_iter();
        Ok(rows.map(|row| (Answerable(row.id), ())).collect())
    }
}

/// The appointments that the viewer may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Endable(AppointmentId);

impl Loader<Endable> for Loaders {
    type Value = ();
    type Error = Error;

    async fn load(&self, keys: &[Endable]) -> Result<HashMap<Endable, ()>> {
        use appointment::Column as A;
        let query = appointment::Entity::find()
            .filter(appointment::Entity::editable(&self.viewer))
            .filter(A::Id.is_in(crate::viewer::rounded(keys.iter().map(|key| key.0))));
        let rows = self.viewer.all(query).await?.into_iter();
        Ok(rows.map(|row| (Endable(row.id), ())).collect())
    }
}

/// What has become of an appointment, on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AppointmentState {
    /// Proposed; the unit's manager has not answered. Counts in nothing (föreslagen).
    Proposed,
    /// Declined by the unit's manager (avböjd).
    Declined,
    /// Confirmed, and not begun (kommande).
    Coming,
    /// Confirmed, and in force (pågående).
    Active,
    /// Over (avslutad).
    Ended,
}

/// Which appointments. All that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, InputObject)]
pub struct AppointmentFilter {
    /// In one of these roles, by code: `CHILD_RIGHTS_STRATEGIST`.
    role_types: Option<Vec<String>>,
    /// In this organisation.
    organisation_id: Option<OrganisationId>,
    /// In units of one of these kinds.
    unit_kinds: Option<Vec<UnitKind>>,
    /// In organisations of this county: two digits as text, `12`.
    county: Option<String>,
    /// With one of these answers by the manager.
    statuses: Option<Vec<AppointmentStatus>>,
    /// In force on this day: confirmed, begun and not ended.
    active_on: Option<NaiveDate>,
}

impl AppointmentFilter {
    fn apply(
        self,
        _: &Viewer,
        mut query: Select<appointment::Entity>,
    ) -> Select<appointment::Entity> {
        use appointment::Column as A;
        if let Some(codes) = self.role_types {
            let roles = Condition::all().add(role_type::Column::Code.is_in(codes));
            let roles = select::<role_type::Entity>(role_type::Column::Id, roles);
            query = query.filter(A::RoleTypeId.in_subquery(roles));
        }
        if let Some(organisation) = self.organisation_id {
            query = query.filter(A::OrganisationId.eq(organisation));
        }
        if let Some(kinds) = self.unit_kinds {
            let units = Condition::all().add(organisation_unit::Column::Kind.is_in(kinds));
            let units = select::<organisation_unit::Entity>(organisation_unit::Column::Id, units);
            query = query.filter(A::UnitId.in_subquery(units));
        }
        if let Some(county) = self.county {
            query = query.filter(A::CountyCode.eq(county));
        }
        if let Some(statuses) = self.statuses {
            query = query.filter(A::Status.is_in(statuses));
        }
        if let Some(day) = self.active_on {
            query = query.filter(active_on(day));
        }
        query
    }
}

/// Oldest first.
fn by_day() -> Ordering<appointment::Entity> {
    Ordering {
        name: "appointment",
        key: Expr::col((appointment::Entity, appointment::Column::FromDay)).cast_as("text"),
        kind: KeyKind::Text,
        id: appointment::Column::Id,
        descending: false,
    }
}

/// A page of an organisation's appointments.
pub(super) async fn appointments_of(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    filter: Option<AppointmentFilter>,
    arguments: PageArguments,
) -> Result<Nodes<Appointment>> {
    let filter = filter.unwrap_or_default();
    AppointmentsOf::of(ctx, organisation, filter, arguments, Appointment).await
}

/// A page of a unit's appointments.
pub(super) async fn appointments_in(
    ctx: &Context<'_>,
    unit: UnitId,
    filter: Option<AppointmentFilter>,
    arguments: PageArguments,
) -> Result<Nodes<Appointment>> {
    let filter = filter.unwrap_or_default();
    AppointmentsIn::of(ctx, Some(unit), filter, arguments, Appointment).await
}

/// That somebody is appointed to a role.
#[derive(Clone)]
pub struct Appointment(pub appointment::Model);

/// That somebody is appointed to a role, in an organisation or one of its units. Everybody in the organisation sees it;
/// others once it is confirmed, as far as it is shared. Who it is, others see only where the name is published; not of a
/// person with protected identity, and not associations unless it is public.
#[Object]
impl Appointment {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The role.
    async fn role_type(&self, ctx: &Context<'_>) -> Result<Option<RoleType>> {
        let key = RoleTypeById(self.0.role_type_id);
        Ok(loaders(ctx).load_one(key).await?.map(RoleType))
    }

    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The unit; null where it is for the organisation as a whole.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<OrganisationUnit>> {
        let Some(unit) = self.0.unit_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(UnitById(unit)).await?;
        Ok(row.map(OrganisationUnit))
    }

    /// Who is appointed. Null where only the function is published, and where only the function is known. Reading
    /// the name is written to the audit log.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let row = loaders(ctx).load_one(AppointeeOf(self.0.id)).await?;
        let Some(person) = row.and_then(|row| row.person_id) else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(PersonById(person)).await?;
        Ok(row.map(Person))
    }

    /// Who manages the unit today, and so confirms. Only for the organisation itself; null for others, where nobody is
    /// named and where it is for the organisation as a whole: then an administrator confirms.
    async fn manager(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(unit) = self.0.unit_id else {
            return Ok(None);
        };
        manager_on(ctx, unit, viewer(ctx).today()).await
    }

    /// What the manager has answered.
    async fn status(&self) -> AppointmentStatus {
        self.0.status
    }

    /// What has become of it.
    async fn state(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this day; today, if nothing is said.")] on: Option<NaiveDate>,
    ) -> AppointmentState {
        let day = on.unwrap_or_else(|| viewer(ctx).today());
        let days = Span::new(Some(self.0.from_day), self.0.until_day);
        match self.0.status {
            AppointmentStatus::Proposed => AppointmentState::Proposed,
            AppointmentStatus::Declined => AppointmentState::Declined,
            AppointmentStatus::Confirmed if days.holds(day) => AppointmentState::Active,
            AppointmentStatus::Confirmed if day < self.0.from_day => AppointmentState::Coming,
            AppointmentStatus::Confirmed => AppointmentState::Ended,
        }
    }

    /// The first day.
    async fn from(&self) -> NaiveDate {
        self.0.from_day
    }

    /// The first day on which the person no longer has the role; null: until further notice.
    async fn until(&self) -> Option<NaiveDate> {
        self.0.until_day
    }

    /// Since when, where a source tells it only roughly: `2012`. `from` is then the first day that it could have been.
    async fn since(&self) -> Option<PartialDate> {
        self.0.since
    }

    /// Whether the person has completed what the role needs, validly on that day. True where it needs no training.
    async fn is_trained(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this day; today, if nothing is said.")] on: Option<NaiveDate>,
    ) -> Result<bool> {
        let day = on.unwrap_or_else(|| viewer(ctx).today());
        let rows = loaders(ctx).load_one(TrainedDaysOf(self.0.id)).await?;
        let mut rows = rows.unwrap_or_default().into_iter();
        Ok(rows.any(|row| Span::new(Some(row.from_day), row.until_day).holds(day)))
    }

    /// How far it is shared that the organisation has somebody in this role.
    async fn sharing(&self) -> SharingLevel {
        self.0.sharing
    }

    /// Whether the name is shown as far as it is shared; otherwise only the function.
    async fn name_published(&self) -> bool {
        self.0.name_published
    }

    /// How to reach the function: `barnratt@region.example`. Null where none is given.
    async fn function_address(&self) -> Option<&str> {
        self.0.function_address.as_deref()
    }

    /// By which decision, as the organisation refers to it. Only for the organisation itself; null for others.
    async fn decision(&self, ctx: &Context<'_>) -> Option<&str> {
        disclosure::kept_by_organisation(viewer(ctx), &self.0, &self.0.decision)
    }

    /// Why it was declined. Only for the organisation itself; null for others.
    async fn decline_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        disclosure::kept_by_organisation(viewer(ctx), &self.0, &self.0.decline_reason)
    }

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime<Utc> {
        self.0.proposed_at
    }

    /// When the manager answered; null while nobody has.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.confirmed_at
    }

    /// Whether you may confirm or decline it: you manage the unit; or nobody is named as its manager, and you are an
    /// administrator of the organisation.
    async fn viewer_can_answer(&self, ctx: &Context<'_>) -> Result<bool> {
        let found = loaders(ctx).load_one(Answerable(self.0.id)).await?;
        Ok(found.is_some())
    }

    /// Whether you may end it: it is your own, or you are a coordinator of the organisation or manage the unit.
    async fn viewer_can_end(&self, ctx: &Context<'_>) -> Result<bool> {
        let over = self
            .0
            .until_day
            .is_some_and(|until| until <= viewer(ctx).today());
        if over || self.0.status == AppointmentStatus::Declined {
            return Ok(false);
        }
        let found = loaders(ctx).load_one(Endable(self.0.id)).await?;
        Ok(found.is_some())
    }
}

/// What the mutations on one appointment have in common.
struct AppointmentOutcome {
    appointment: Option<Appointment>,
    user_errors: Vec<UserError>,
}

payloads!(AppointmentOutcome { #[doc = "The appointment as it stands now; null when nothing was changed."] appointment: Appointment }:
    /// The proposed appointment.
    ProposeAppointmentPayload,
    /// The confirmed appointment.
    ConfirmAppointmentPayload,
    /// The declined appointment.
    DeclineAppointmentPayload,
    /// The ended appointment.
    EndAppointmentPayload,
);

impl AppointmentOutcome {
    async fn of(
        ctx: &Context<'_>,
        outcome: std::result::Result<AppointmentId, Vec<UserError>>,
    ) -> Result<Self> {
        Ok(match outcome {
            Ok(id) => Self {
                appointment: loaders(ctx)
                    .load_one(AppointmentById(id))
                    .await?
                    .map(Appointment),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self {
                appointment: None,
                user_errors,
            },
        })
    }
}

/// What a change of one appointment touches.
fn touched(organisation: OrganisationId, role: RoleTypeId, unit: Option<UnitId>) -> Touched {
    Touched {
        organisation,
        roles: vec![role],
        units: unit.into_iter().collect(),
    }
}

/// Where to begin with appointments.
#[derive(Default)]
pub struct AppointmentQuery;

#[Object]
impl AppointmentQuery {
    /// An appointment by its id. Null if there is none that you may see.
    async fn appointment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: AppointmentId,
    ) -> Result<Option<Appointment>> {
        let row = loaders(ctx).load_one(AppointmentById(id)).await?;
        Ok(row.map(Appointment))
    }

    /// The appointments that you may see, oldest first: your organisation's, and those of others that are confirmed and
    /// shared with you.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn appointments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which appointments; all, if nothing is said.")] filter: Option<
            AppointmentFilter,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Appointment>> {
        let filter = filter.unwrap_or_default();
        let query = filter.apply(viewer(ctx), appointment::Entity::find());
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &by_day(), &arguments, Appointment).await
    }
}
