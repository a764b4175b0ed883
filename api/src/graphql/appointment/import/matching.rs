//! Which roles, units and people the rows of a file are about, and what is there already.

use super::{
    super::proposing::{New, check_days, overlapping},
    Looked,
};
use crate::{
    domain::{
        appointment_file::{AppointmentColumn as Column, AppointmentRow as Row},
        completion_file::Who,
        coverage::Span,
    },
    error::Result,
    graphql::{
        colleague::Colleagues,
        completion::ImportOutcome,
        table_file::at,
        user_error::{UserError, UserErrorCode},
    },
    viewer::Viewer,
};
use chrono::NaiveDate;
use entity::{
    appointee, appointment,
    id::{AppointmentId, PersonId, RoleTypeId, UnitId},
    kind::{AppointmentStatus, SharingLevel},
    organisation_unit, role_type,
    search_text::fold,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};

/// What becomes of a row.
pub(super) enum Fit {
    New(Box<New>),
    /// It has been proposed.
    Entered(AppointmentId),
    /// It is there already, or stands further up in the same file.
    There(Option<AppointmentId>),
    Refused(UserError),
}

impl Fit {
    pub(super) const fn outcome(&self) -> ImportOutcome {
        match self {
            Self::New(_) | Self::Entered(_) => ImportOutcome::Entered,
            Self::There(_) => ImportOutcome::AlreadyThere,
            Self::Refused(_) => ImportOutcome::Refused,
        }
    }

    pub(super) const fn appointment(&self) -> Option<AppointmentId> {
        match self {
            Self::Entered(id) => Some(*id),
            Self::There(id) => *id,
            Self::New(_) | Self::Refused(_) => None,
        }
    }

    pub(super) const fn error(&self) -> Option<&UserError> {
        match self {
            Self::Refused(error) => Some(error),
            Self::New(_) | Self::Entered(_) | Self::There(_) => None,
        }
    }

    /// What is new, to be entered; the row is there from then on.
    pub(super) fn take_new(&mut self) -> Option<New> {
        match std::mem::replace(self, Self::There(None)) {
            Self::New(new) => Some(*new),
            other => {
                *self = other;
                None
            }
        }
    }
}

/// What is known about the roles, units and people of a file: as many statements for one row as for many.
pub(super) struct Known {
    colleagues: Colleagues,
    roles: Vec<role_type::Model>,
    units: Vec<organisation_unit::Model>,
    appointments: Vec<(appointment::Model, Option<PersonId>)>,
}

type Key = (RoleTypeId, Option<UnitId>, Option<PersonId>);

impl Known {
    pub(super) async fn of(viewer: &Viewer, rows: &[Row]) -> Result<Self> {
        let own = viewer.signed_in()?.organisation;
        let whom: Vec<&Who> = rows.iter().filter_map(|row| row.who.as_ref()).collect();
        let colleagues = Colleagues::named(viewer, &whom).await?;
        let roles = viewer.all(role_type::Entity::find()).await?;
        let query = organisation_unit::Entity::find()
            .filter(organisation_unit::Column::OrganisationId.eq(own))
            .filter(units_named(rows));
        let units = viewer.all(query).await?;
        let appointments = standing(viewer, rows).await?;
        Ok(Self {
            colleagues,
            roles,
            units,
            appointments,
        })
    }

    /// What becomes of each row.
    pub(super) fn fit_all(
        &self,
        viewer: &Viewer,
        rows: &[Row],
        sharing: SharingLevel,
    ) -> Vec<Looked> {
        let mut above: HashMap<Key, Vec<Span>> = HashMap::new();
        rows.iter()
            .map(|row| {
                let fit = match self.new_of(viewer, row, sharing) {
                    Err(error) => Fit::Refused(error),
                    Ok(new) => self.there(new, &mut above),
                };
                Looked {
                    line: row.line,
                    fit,
                }
            })
            .collect()
    }

    fn there(&self, new: New, above: &mut HashMap<Key, Vec<Span>>) -> Fit {
        let key = (new.role.id, new.unit, new.person);
        let days = Span::new(Some(new.from), new.until);
        let same = self.appointments.iter().find(|(row, person)| {
            let its = Span::new(Some(row.from_day), row.until_day);
            (row.role_type_id, row.unit_id, *person) == key && its.meet(days).is_some()
        });
        if let Some((row, _)) = same {
            return Fit::There(Some(row.id));
        }
        let earlier = above.entry(key).or_default();
        if earlier.iter().any(|span| span.meet(days).is_some()) {
            return Fit::There(None);
        }
        earlier.push(days);
        Fit::New(Box::new(new))
    }

    fn new_of(
        &self,
        viewer: &Viewer,
        row: &Row,
        sharing: SharingLevel,
    ) -> std::result::Result<New, UserError> {
        let person = row.who.as_ref().map(|who| {
            let column = match who {
                Who::Member(_) => Column::Member,
                Who::Email(_) => Column::Email,
            };
            let found = self.colleagues.find(viewer, who);
            found.map_err(|(code, words)| at(code, row.line, Some(column), words))
        });
        if check_days(row.from, row.until).is_some() {
            let words = (
                "Dagarna går inte ihop: till ska vara efter från, och mellan 1900 och 2199.",
                "The days do not fit: until must be after from, and between 1900 and 2199.",
            );
            let code = UserErrorCode::InvalidValue;
            return Err(at(code, row.line, Some(Column::From), words));
        }
        Ok(New {
            role: self.role(row)?,
            unit: self.unit(row)?,
            person: person.transpose()?,
            from: row.from,
            until: row.until,
            sharing,
            name_published: false,
            function_address: None,
            decision: None,
        })
    }

    /// The role with that code or Swedish name.
    fn role(&self, row: &Row) -> std::result::Result<role_type::Model, UserError> {
        let named = |role: &&role_type::Model| {
            role.code == row.role || fold(&role.name_sv) == fold(&row.role)
        };
        self.roles.iter().find(named).cloned().ok_or_else(|| {
            let words = ("Ingen roll heter så.", "No role is called so.");
            at(UserErrorCode::NotFound, row.line, Some(Column::Role), words)
        })
    }

    /// The one unit of that name, or with that id, that there is on the first day.
    fn unit(&self, row: &Row) -> std::result::Result<Option<UnitId>, UserError> {
        let Some(named) = &row.unit else {
            return Ok(None);
        };
        let id = named.parse::<UnitId>().ok();
        let fits = |unit: &&organisation_unit::Model| match id {
            Some(id) => unit.id == id,
            None => unit.name == *named,
        };
        let is_there = |unit: &&&organisation_unit::Model| is_valid(unit, row.from);
        let called: Vec<_> = self.units.iter().filter(fits).collect();
        let valid: Vec<_> = called.iter().filter(is_there).collect();
        let error = |code, words| Err(at(code, row.line, Some(Column::Unit), words));
        match (valid.as_slice(), called.is_empty()) {
            ([unit], _) => Ok(Some(unit.id)),
            ([], true) => error(
                UserErrorCode::NotFound,
                (
                    "Ingen enhet i din organisation heter så.",
                    "No unit of your organisation is called so.",
                ),
            ),
            ([], false) => error(
                UserErrorCode::UnitNotValid,
                (
                    "Enheten finns inte den dagen.",
                    "The unit does not exist on that day.",
                ),
            ),
            _ => error(
                UserErrorCode::InvalidValue,
                (
                    "Flera enheter heter så. Ange enhetens id.",
                    "Several units are called so. Give the unit's id.",
                ),
            ),
        }
    }
}

fn is_valid(unit: &organisation_unit::Model, day: NaiveDate) -> bool {
    // A unit may have existed before its first day is known.
    unit.until_day.is_none_or(|until| day < until)
}

/// The units with one of the ids or names.
fn units_named(rows: &[Row]) -> Condition {
    use organisation_unit::Column as U;
    let named: BTreeSet<&str> = rows.iter().filter_map(|row| row.unit.as_deref()).collect();
    let ids: BTreeSet<UnitId> = named.iter().filter_map(|name| name.parse().ok()).collect();
    Condition::any()
        .add(U::Id.is_in(ids))
        .add(U::Name.is_in(named))
}

/// The organisation's appointments that have a day in common with the file's, with who has them.
async fn standing(
    viewer: &Viewer,
    rows: &[Row],
) -> Result<Vec<(appointment::Model, Option<PersonId>)>> {
    use appointment::Column as A;
    let Some(first) = rows.iter().map(|row| row.from).min() else {
        return Ok(Vec::new());
    };
    let which = Condition::all()
        .add(A::OrganisationId.eq(viewer.signed_in()?.organisation))
        .add(A::Status.ne(AppointmentStatus::Declined))
        .add(overlapping(first, None));
    let found = viewer
        .all(appointment::Entity::find().filter(which.clone()))
        .await?;
    let ids = crate::policy::select::<appointment::Entity>(A::Id, which);
    let query = appointee::Entity::find().filter(appointee::Column::Id.in_subquery(ids));
    let people: HashMap<AppointmentId, Option<PersonId>> = viewer
        .all(query)
        .await?
        .into_iter()
        .map(|row| (row.id, row.person_id))
        .collect();
    Ok(found
        .into_iter()
        .map(|row| {
            let person = people.get(&row.id).copied().flatten();
            (row, person)
        })
        .collect())
}
