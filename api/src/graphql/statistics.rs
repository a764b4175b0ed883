//! Statistics of the joint catalogue: exact for the own organisation, and for all as far as nobody is given away.

use super::{
    context::{loaders, viewer},
    organisation::{Organisation, OrganisationById, OrganisationUnit, UnitById},
};
use crate::{
    domain::{
        occasion::start_of_day,
        statistics::{Count, Dimension, Group, Numbers, Outcome},
        suppression::Told,
    },
    error::{Error, Result},
    guard::list_complexity,
    language::Text,
    viewer::{
        Viewer,
        statistics::{Scope, Whose},
    },
};
use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, Days, Utc};
use chrono_tz::Europe::Stockholm;
use entity::{
    id::TrainingId,
    kind::{OrganisationKind, Role, TargetAudience},
    partial_date::{DatePrecision, PartialDate},
};
use std::collections::BTreeSet;

/// As many rows as one answer has at most.
const MOST_ROWS: usize = 1_000;

/// What the numbers of participants can be split by. Several together make a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Dimension")]
pub enum StatisticsDimension {
    /// The kind of organisation that they take part for (organisationstyp).
    OrganisationKind,
    /// The organisation that they take part for.
    Organisation,
    /// The unit that they work in (enhet), with its organisation.
    Unit,
    /// The audience that they are counted under (målgrupp), one for each: `CIVIL_SOCIETY` for associations and their
    /// networks, `OTHER_ACTORS_IN_COUNTY` for other organisations of the training's county that are neither region
    /// nor municipality, and for everybody else by the work that is registered: `MANAGERS`,
    /// `ELECTED_REPRESENTATIVES`, `HEALTH_CARE_STAFF`, `SOCIAL_SERVICES_STAFF`, `SCHOOL_STAFF`, and `EMPLOYEES` for
    /// those in none of these. Null for volunteers of public organisations, and where no work is registered.
    Audience,
}

/// Why nothing, or not everything, is told of other organisations' people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StatisticsWithheld {
    /// The question names no county, or another than your organisation's: numbers of all are told to the partners of
    /// one county about the trainings for it.
    NotYourCounty,
    /// The question is about one training: that is too narrow.
    OneTraining,
    /// The question is not about a whole year: numbers of all are told year by year.
    NotAWholeYear,
    /// The year is not over.
    YearNotOver,
    /// So few of other organisations took part that not even their number is told.
    TooFew,
    /// So few took part that only the total is told, and not how it is split.
    OnlyTotal,
    /// Some rows are kept back, being small or because they would give small ones away: their `all` is null.
    SomeRows,
}

/// How many took part.
#[derive(SimpleObject, Clone, Copy)]
pub struct StatisticsCount {
    /// Of your own organisation, exactly.
    own: i32,
    /// Of all organisations, your own included, exactly. Null where it is not told; see `withheld`.
    all: Option<i32>,
}

impl StatisticsCount {
    fn new(own: u32, all: Option<u32>) -> Self {
        let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            own: whole(own),
            all: all.map(whole),
        }
    }
}

/// The numbers of one group. Groups without anybody are left out.
pub struct StatisticsRow {
    group: Group,
    count: Count,
}

/// The numbers of one group. Groups without anybody are left out.
#[Object]
impl StatisticsRow {
    /// The kind of organisation; null where the question does not split by kind, organisation or unit.
    async fn organisation_kind(&self) -> Option<OrganisationKind> {
        self.group.kind
    }

    /// The organisation; null where the question does not split by organisation or unit.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let Some(id) = self.group.organisation else {
            return Ok(None);
        };
        let found = loaders(ctx).load_one(OrganisationById(id)).await?;
        Ok(found.map(Organisation))
    }

    /// The unit; null where the question does not split by unit, and for those without a unit.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<OrganisationUnit>> {
        let Some(id) = self.group.unit else {
            return Ok(None);
        };
        let found = loaders(ctx).load_one(UnitById(id)).await?;
        Ok(found.map(OrganisationUnit))
    }

    /// The audience; null where the question does not split by audience, and for those who belong to none.
    async fn audience(&self) -> Option<TargetAudience> {
        self.group.audience
    }

    /// How many had a seat.
    async fn confirmed(&self) -> StatisticsCount {
        StatisticsCount::new(self.count.own, self.count.all)
    }

    /// How many were there for a part at least. Of other organisations this is told for all groups together only, in
    /// the statistics' own `attended`; here `all` is null.
    async fn attended(&self) -> StatisticsCount {
        StatisticsCount::new(self.count.outcome.attended, None)
    }

    /// How many completed the training by it; as `attended`.
    async fn completed(&self) -> StatisticsCount {
        StatisticsCount::new(self.count.outcome.completed, None)
    }
}

/// How many took part in the joint catalogue: people with a seat at occasions that took place, of trainings that are
/// shared with a county or more widely. Somebody who took part twice is counted twice.
pub struct TrainingStatistics {
    period: PartialDate,
    numbers: Numbers,
    rows: Vec<(Group, Count)>,
    withheld: Option<StatisticsWithheld>,
}

/// How many took part in the joint catalogue: people with a seat at occasions that took place, of trainings that are
/// shared with a county or more widely. Somebody who took part twice is counted twice.
#[Object]
impl TrainingStatistics {
    /// The period: occasions that ended in it, by the clock in Sweden.
    async fn period(&self) -> PartialDate {
        self.period
    }

    /// How many had a seat.
    async fn confirmed(&self) -> StatisticsCount {
        let total = self.numbers.total();
        StatisticsCount::new(total.own, total.all)
    }

    /// How many of them were there for a part at least, as far as attendance is recorded, or completed the training.
    async fn attended(&self) -> StatisticsCount {
        self.outcome(|outcome| outcome.attended)
    }

    /// How many of them completed the training by it. What is reported as a number or entered without an occasion is
    /// not counted here.
    async fn completed(&self) -> StatisticsCount {
        self.outcome(|outcome| outcome.completed)
    }

    /// The groups with anybody in them, by kind of organisation, organisation, unit and audience; organisations and
    /// units in an order that tells nothing. Empty if `by` is.
    #[graphql(complexity = "list_complexity(50, child_complexity)")]
    async fn rows(&self) -> Vec<StatisticsRow> {
        let rows = self.rows.iter();
        rows.map(|(group, count)| StatisticsRow {
            group: *group,
            count: *count,
        })
        .collect()
    }

    /// Why nothing, or not everything, is told of other organisations' people; null if all of it is told.
    async fn withheld(&self) -> Option<StatisticsWithheld> {
        self.withheld
    }
}

impl TrainingStatistics {
    fn outcome(&self, which: impl Fn(Outcome) -> u32) -> StatisticsCount {
        let own = which(self.numbers.total().outcome);
        StatisticsCount::new(own, self.numbers.outcome_of_all().map(which))
    }
}

/// Where to begin with statistics.
#[derive(Default)]
pub struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// How many took part in the joint catalogue in a period. For coordinators: of the own organisation exactly, for
    /// any period, training or county; of all organisations for a whole year that is over and the trainings for the
    /// own county. Counts of 1 to 4 people of other organisations are then left out, and with them as many others as
    /// it takes for nobody to work them out, whichever questions are asked. `FORBIDDEN` for members,
    /// `UNAUTHENTICATED` for nobody, `BAD_USER_INPUT` if there would be more than 1000 rows.
    #[graphql(complexity = "200 + child_complexity")]
    async fn training_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A year (`2025`), a term (`HT 2025`), a month or a day.")]
        period: PartialDate,
        #[graphql(
            desc = "The trainings for the county with this code: `07`. All trainings if nothing is said."
        )]
        county: Option<String>,
        #[graphql(desc = "This training only.")] training_id: Option<TrainingId>,
        #[graphql(
            desc = "What to split the numbers by; nothing for the totals only.",
            default
        )]
        by: Vec<StatisticsDimension>,
    ) -> Result<TrainingStatistics> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        if viewer.organisation(Role::Coordinator).is_none() {
            return Err(Error::Forbidden);
        }
        let (from, until) = bounds(period);
        let own_only = own_only(viewer, period, until, county.as_deref(), training_id);
        let scope = Scope {
            from,
            // What has not taken place has had no participants.
            until: until.min(viewer.now()),
            county,
            training: training_id,
            whose: if own_only.is_some() {
                Whose::Own
            } else {
                Whose::All
            },
        };
        let (own, others) = viewer.participation(&scope).await?;
        let numbers = if own_only.is_some() {
            Numbers::own(own)
        } else {
            // A big county's table takes a moment, which must not keep others waiting.
            tokio::task::spawn_blocking(move || Numbers::with_others(own, &others))
                .await
                .map_err(Error::internal)?
        };
        let by: BTreeSet<Dimension> = by.into_iter().map(Dimension::from).collect();
        let rows = if by.is_empty() {
            Vec::new()
        } else {
            numbers.rows(&by)
        };
        if rows.len() > MOST_ROWS {
            return Err(Error::BadInput(Text::fixed(
                "Det blir för många rader. Dela upp siffrorna på färre sätt.",
                "There would be too many rows. Split the numbers in fewer ways.",
            )));
        }
        Ok(TrainingStatistics {
            withheld: own_only.or_else(|| kept_back(&numbers)),
            period,
            numbers,
            rows,
        })
    }
}

/// The instants that a period begins and ends at in Sweden.
fn bounds(period: PartialDate) -> (DateTime<Utc>, DateTime<Utc>) {
    let day_after = period.last_day() + Days::new(1);
    (
        start_of_day(period.first_day(), Stockholm),
        start_of_day(day_after, Stockholm),
    )
}

/// Why a question is answered about the own people only. What is told of all is one table a county and year, so that
/// no two answers can be subtracted from each other.
fn own_only(
    viewer: &Viewer,
    period: PartialDate,
    until: DateTime<Utc>,
    county: Option<&str>,
    training: Option<TrainingId>,
) -> Option<StatisticsWithheld> {
    let own_county = viewer
        .acting()
        .and_then(|acting| acting.county_code.as_deref());
    if county.is_none() || county != own_county {
        return Some(StatisticsWithheld::NotYourCounty);
    }
    if training.is_some() {
        return Some(StatisticsWithheld::OneTraining);
    }
    if period.precision() != DatePrecision::Year {
        return Some(StatisticsWithheld::NotAWholeYear);
    }
    (viewer.now() < until).then_some(StatisticsWithheld::YearNotOver)
}

fn kept_back(numbers: &Numbers) -> Option<StatisticsWithheld> {
    match numbers.told()? {
        Told::Without(cells) if cells.is_empty() => None,
        Told::Without(_) => Some(StatisticsWithheld::SomeRows),
        Told::TotalOnly => Some(StatisticsWithheld::OnlyTotal),
        Told::Nothing => Some(StatisticsWithheld::TooFew),
    }
}
