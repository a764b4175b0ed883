//! What the counters count: units and appointments with their days, and what they come to.

use super::{Touched, add};
use crate::{
    domain::coverage::{Span, changes, common, entries, united},
    error::Result,
    policy::select,
};
use chrono::NaiveDate;
use entity::{
    appointment, appointment_trained, coverage_step,
    id::{AppointmentId, OrganisationId, RoleTypeId, UnitId},
    kind::{AppointmentStatus, Grain, SharingLevel, UnitKind},
    organisation, organisation_unit, unit_step,
};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Where something is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// In an organisation: everything that it has confirmed.
    Organisation(OrganisationId),
    /// In those of an organisation's units that lie in a municipality.
    Within(OrganisationId, String),
    /// In a county or a municipality, by its code: what is shared with the county.
    Area(String),
}

impl Scope {
    /// As the counters' rows name it.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Organisation(organisation) => organisation.to_string(),
            Self::Within(organisation, code) => format!("{organisation}/{code}"),
            Self::Area(code) => code.clone(),
        }
    }
}

/// What the counters call a municipality as a whole; other places they call by the kind of unit.
pub(crate) const MUNICIPALITY: &str = "ORGANISATION";

/// One counter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(super) scope: String,
    pub(super) grain: Grain,
    pub(super) day: NaiveDate,
    pub(super) place: String,
}

/// One counter of a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RoleAt {
    pub(super) role: RoleTypeId,
    pub(super) at: At,
}

/// What the counters hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(super) covered: BTreeMap<RoleAt, (i32, i32)>,
    pub(super) units: BTreeMap<At, i32>,
}

impl Steps {
    fn add_covered(&mut self, key: RoleAt, by: (i32, i32)) {
        let sum = |one: (i32, i32), other: (i32, i32)| (one.0 + other.0, one.1 + other.1);
        add(&mut self.covered, key, by, sum, |now| now == (0, 0));
    }

    fn add_units(&mut self, key: At, by: i32) {
        add(
            &mut self.units,
            key,
            by,
            |one, other| one + other,
            |now| now == 0,
        );
    }

    /// What is to be added to the other to get this.
    pub(super) fn minus(mut self, other: &Self) -> Self {
        for (key, (covered, trained)) in &other.covered {
            self.add_covered(key.clone(), (-covered, -trained));
        }
        for (key, units) in &other.units {
            self.add_units(key.clone(), -units);
        }
        self
    }

    /// Takes in a row as it is stored.
    pub(super) fn keep_covered(&mut self, row: &coverage_step::Model) {
        let at = At {
            scope: row.scope.clone(),
            grain: row.grain,
            day: row.day,
            place: row.place.clone(),
        };
        let role = row.role_type_id;
        self.add_covered(RoleAt { role, at }, (row.covered, row.trained));
    }

    /// Takes in a row as it is stored.
    pub(super) fn keep_units(&mut self, row: &unit_step::Model) {
        let at = At {
            scope: row.scope.clone(),
            grain: row.grain,
            day: row.day,
            place: row.place.clone(),
        };
        self.add_units(at, row.units);
    }

    /// In words for the operator: what the counters lack, or have too much of.
    pub(super) fn told(&self) -> Vec<String> {
        let covered = self.covered.iter().map(|(key, (covered, trained))| {
            format!(
                "coverage of {} by {}, {}: {covered} covered and {trained} trained are missing",
                key.at.told(),
                key.role,
                key.at.place
            )
        });
        let units = self.units.iter().map(|(at, units)| {
            format!("units of {}, {}: {units} are missing", at.told(), at.place)
        });
        covered.chain(units).collect()
    }
}

impl At {
    fn told(&self) -> String {
        format!("{} on {} ({})", self.scope, self.day, self.grain.to_value())
    }
}

#[derive(FromQueryResult)]
struct Area {
    id: OrganisationId,
    county_code: Option<String>,
    municipality_code: Option<String>,
}

#[derive(FromQueryResult)]
struct Unit {
    id: UnitId,
    organisation_id: OrganisationId,
    kind: UnitKind,
    municipality_code: Option<String>,
    from_day: Option<NaiveDate>,
    until_day: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct Appointed {
    id: AppointmentId,
    role_type_id: RoleTypeId,
    organisation_id: OrganisationId,
    unit_id: Option<UnitId>,
    sharing: SharingLevel,
    from_day: NaiveDate,
    until_day: Option<NaiveDate>,
}

/// Units, confirmed appointments and when the appointed are trained.
pub(super) struct Facts {
    areas: HashMap<OrganisationId, Area>,
    units: Vec<Unit>,
    appointments: Vec<Appointed>,
    trained: HashMap<AppointmentId, Vec<Span>>,
}

impl Facts {
    /// All that there is.
    pub(super) async fn all(connection: &impl ConnectionTrait) -> Result<Self> {
        let every = Condition::all;
        Self::load(connection, every(), every(), every()).await
    }

    /// What a change may touch.
    pub(super) async fn touched(
        connection: &impl ConnectionTrait,
        touched: &Touched,
    ) -> Result<Self> {
        use appointment::Column as A;
        use organisation_unit::Column as U;
        let own = Condition::all().add(organisation::Column::Id.eq(touched.organisation));
        let municipal = own
            .clone()
            .add(organisation::Column::MunicipalityCode.is_not_null());
        let municipal = select::<organisation::Entity>(organisation::Column::Id, municipal);
        let units = Condition::all()
            .add(U::OrganisationId.eq(touched.organisation))
            .add(U::Id.is_in(touched.units.iter().copied()));
        // A municipality counts as a whole too, and so by everybody in it.
        let mut appointments = Condition::all()
            .add(A::OrganisationId.eq(touched.organisation))
            .add(
                Condition::any()
                    .add(A::UnitId.is_in(touched.units.iter().copied()))
                    .add(A::OrganisationId.in_subquery(municipal)),
            );
        if !touched.roles.is_empty() {
            appointments = appointments.add(A::RoleTypeId.is_in(touched.roles.iter().copied()));
        }
        Self::load(connection, own, units, appointments).await
    }

    async fn load(
        connection: &impl ConnectionTrait,
        organisations: Condition,
        units: Condition,
        appointments: Condition,
    ) -> Result<Self> {
        use appointment::Column as A;
        let areas = organisation::Entity::find()
            .filter(organisations)
            .into_model::<Area>()
            .all(connection)
            .await?;
        let units = organisation_unit::Entity::find()
            .filter(units)
            .into_model::<Unit>()
            .all(connection)
            .await?;
        let confirmed = appointments.add(A::Status.eq(AppointmentStatus::Confirmed));
        let appointments = appointment::Entity::find()
            .filter(confirmed.clone())
            .into_model::<Appointed>()
            .all(connection)
            .await?;
        let ids = select::<appointment::Entity>(A::Id, confirmed);
        let mut trained: HashMap<AppointmentId, Vec<Span>> = HashMap::new();
        let spans = appointment_trained::Entity::find()
            .filter(appointment_trained::Column::AppointmentId.in_subquery(ids))
            .all(connection)
            .await?;
        for row in spans {
            let span = Span::new(Some(row.from_day), row.until_day);
            trained.entry(row.appointment_id).or_default().push(span);
        }
        Ok(Self {
            areas: areas.into_iter().map(|area| (area.id, area)).collect(),
            units,
            appointments,
            trained,
        })
    }

    /// What the counters should hold of it.
    pub(super) fn steps(&self) -> Steps {
        let mut steps = Steps::default();
        let mut by_unit: HashMap<UnitId, Vec<&Appointed>> = HashMap::new();
        let mut by_municipality: HashMap<OrganisationId, Vec<&Appointed>> = HashMap::new();
        for appointed in &self.appointments {
            if let Some(unit) = appointed.unit_id {
                by_unit.entry(unit).or_default().push(appointed);
            }
            by_municipality
                .entry(appointed.organisation_id)
                .or_default()
                .push(appointed);
        }
        for unit in &self.units {
            let Some(area) = self.areas.get(&unit.organisation_id) else {
                continue;
            };
            let valid = Span::new(unit.from_day, unit.until_day);
            let place = unit.kind.to_value();
            let scopes = scopes_of(area, unit);
            for scope in &scopes {
                enter_units(&mut steps, scope, &place, valid);
            }
            let here = by_unit.get(&unit.id).map_or(&[][..], Vec::as_slice);
            for scope in scopes {
                self.enter(&mut steps, &scope, &place, here, valid);
            }
        }
        for area in self.areas.values() {
            let (Some(code), Some(here)) = (&area.municipality_code, by_municipality.get(&area.id))
            else {
                continue;
            };
            let areas = [Some(code), area.county_code.as_ref()];
            for code in areas.into_iter().flatten() {
                let scope = Scope::Area(code.clone());
                let always = Span::new(None, None);
                self.enter(&mut steps, &scope, MUNICIPALITY, here, always);
            }
        }
        steps
    }

    /// Enters on which days a place has somebody, by role.
    fn enter(
        &self,
        steps: &mut Steps,
        scope: &Scope,
        place: &str,
        here: &[&Appointed],
        valid: Span,
    ) {
        let counts = |appointed: &&&Appointed| match scope {
            Scope::Area(_) => is_shared(appointed.sharing),
            _ => true,
        };
        let here: Vec<&Appointed> = here.iter().filter(counts).copied().collect();
        let roles: HashSet<RoleTypeId> = here.iter().map(|one| one.role_type_id).collect();
        for role in roles {
            let (mut covered, mut trained) = (Vec::new(), Vec::new());
            for one in here.iter().filter(|one| one.role_type_id == role) {
                let days = Span::new(Some(one.from_day), one.until_day);
                let Some(days) = days.meet(valid) else {
                    continue;
                };
                covered.push(days);
                let spans = self.trained.get(&one.id).map_or(&[][..], Vec::as_slice);
                trained.extend(common(&[days], &united(spans.to_vec())));
            }
            let whats = [(united(covered), (1, 0)), (united(trained), (0, 1))];
            for (spans, (one_covered, one_trained)) in whats {
                for (day, by) in changes(&spans) {
                    for (grain, day) in entries(day) {
                        let at = at(scope, grain, day, place);
                        let by = (one_covered * by, one_trained * by);
                        steps.add_covered(RoleAt { role, at }, by);
                    }
                }
            }
        }
    }
}

fn at(scope: &Scope, grain: Grain, day: NaiveDate, place: &str) -> At {
    At {
        scope: scope.key(),
        grain,
        day,
        place: place.to_owned(),
    }
}

fn enter_units(steps: &mut Steps, scope: &Scope, place: &str, valid: Span) {
    for (day, by) in changes(&united(vec![valid])) {
        for (grain, day) in entries(day) {
            steps.add_units(at(scope, grain, day, place), by);
        }
    }
}

/// Where a unit is counted.
fn scopes_of(area: &Area, unit: &Unit) -> Vec<Scope> {
    let within = unit.municipality_code.iter();
    let within = within.map(|code| Scope::Within(area.id, code.clone()));
    // A municipality's units lie in it.
    let lies_in = unit
        .municipality_code
        .as_ref()
        .or(area.municipality_code.as_ref());
    let areas = [area.county_code.as_ref(), lies_in];
    let areas = areas.into_iter().flatten().cloned().map(Scope::Area);
    std::iter::once(Scope::Organisation(area.id))
        .chain(within)
        .chain(areas)
        .collect()
}

/// Whether an appointment counts in the county: those that its partners may see.
pub(super) const fn is_shared(sharing: SharingLevel) -> bool {
    matches!(
        sharing,
        SharingLevel::County | SharingLevel::Partners | SharingLevel::Public
    )
}
