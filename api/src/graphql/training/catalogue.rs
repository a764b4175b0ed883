//! Finding trainings: the joint catalogue.

use super::{
    Training, TrainingById,
    beside::{Beside, reads},
};
use crate::{
    error::Result,
    graphql::{
        at_hand::{Laid, Quick},
        connection::{Nodes, cost, seal, wants_total},
        context::{load_by_key, loaders, viewer},
    },
    policy::{select, where_visible},
    viewer::{
        Viewer,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, Enum, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, ProgrammeId, TrainingId},
    kind::{OccasionStatus, SubjectArea, TargetAudience, TrainingFormat, TrainingStatus},
    partial_date::PartialDate,
    search_text::like_pattern,
    training, training_audience, training_occasion, training_organiser, training_programme,
    training_subject,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IdenStatic, Iterable, QueryFilter, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, Query, SelectStatement},
};

/// Which trainings. All that is said must hold.
#[derive(InputObject, Default)]
pub struct TrainingFilter {
    /// For this county: two digits as text, `07`.
    county: Option<String>,
    /// Given by this organisation, alone or with others.
    organiser_id: Option<OrganisationId>,
    /// About at least one of these subjects.
    subject_areas: Option<Vec<SubjectArea>>,
    /// For at least one of these audiences.
    target_audiences: Option<Vec<TargetAudience>>,
    /// Given in one of these ways.
    formats: Option<Vec<TrainingFormat>>,
    /// In one of these states. Usually `[PUBLISHED]`; drafts are yours only.
    statuses: Option<Vec<TrainingStatus>>,
    /// With an occasion that is not cancelled and touches this period.
    period: Option<PeriodInput>,
    /// Whether an occasion that is still to come has free seats.
    with_free_seats: Option<bool>,
    /// Whether several organisations give it together.
    joint: Option<bool>,
    /// Of this programme.
    programme_id: Option<ProgrammeId>,
    /// Whose title or description holds this text, whatever the accents and capitals.
    text: Option<String>,
}

/// A period, both ends included.
#[derive(InputObject)]
pub struct PeriodInput {
    /// From this date on: a day, month, term or year.
    from: Option<PartialDate>,
    /// Until this date: to the end of the day, month, term or year.
    to: Option<PartialDate>,
}

/// What trainings are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TrainingOrderField {
    /// By title, in Swedish alphabetical order.
    Title,
    /// By the start of the next occasion; those without one come last, whichever end comes first.
    NextOccasion,
    /// By when they were published, drafts by when they were made.
    PublishedAt,
}

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// The first or earliest first.
    Asc,
    /// The last or latest first.
    Desc,
}

/// How trainings are sorted.
#[derive(InputObject)]
pub struct TrainingOrder {
    /// By what.
    field: TrainingOrderField,
    /// Which end comes first.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// The trainings that have a row in another table, as a filter.
fn having(statement: SelectStatement) -> Condition {
    Condition::all().add(training::Column::Id.in_subquery(statement))
}

fn occasions(condition: Condition) -> Condition {
    let scheduled = condition.add(training_occasion::Column::Status.eq(OccasionStatus::Scheduled));
    having(select::<training_occasion::Entity>(
        training_occasion::Column::TrainingId,
        scheduled,
    ))
}

impl PeriodInput {
    fn condition(&self) -> Condition {
        use training_occasion::Column as O;
        let begins = self
            .from
            .map(|from| O::EndsAt.gt(start_of_day(from.first_day())));
        let ends = self
            .to
            .and_then(|to| to.last_day().succ_opt())
            .map(|day| O::StartsAt.lt(start_of_day(day)));
        occasions(Condition::all().add_option(begins).add_option(ends))
    }
}

/// Midnight in Sweden, where the periods of the catalogue are meant.
fn start_of_day(day: chrono::NaiveDate) -> DateTime<Utc> {
    crate::domain::occasion::start_of_day(day, chrono_tz::Europe::Stockholm)
}

impl TrainingFilter {
    fn condition(self, viewer: &Viewer) -> Condition {
        use training::Column as T;
        let now = viewer.now();
        let text = self.text.map(|text| {
            let pattern = LikeExpr::new(like_pattern(&text)).escape('\\');
            Expr::col((training::Entity, T::SearchText)).like(pattern)
        });
        Condition::all()
            .add_option(self.county.map(|county| T::CountyCode.eq(county)))
            .add_option(self.formats.map(|formats| T::Format.is_in(formats)))
            .add_option(self.statuses.map(|statuses| T::Status.is_in(statuses)))
            .add_option(self.programme_id.map(|id| of_programme(viewer, id)))
            .add_option(text)
            .add_option(self.organiser_id.map(given_by))
            .add_option(self.subject_areas.map(|areas| {
                let wanted =
                    Condition::all().add(training_subject::Column::SubjectArea.is_in(areas));
                having(select::<training_subject::Entity>(
                    training_subject::Column::TrainingId,
                    wanted,
                ))
            }))
            .add_option(self.target_audiences.map(|audiences| {
                let wanted =
                    Condition::all().add(training_audience::Column::Audience.is_in(audiences));
                having(select::<training_audience::Entity>(
                    training_audience::Column::TrainingId,
                    wanted,
                ))
            }))
            .add_option(self.joint.map(joint))
            .add_option(self.period.map(|period| period.condition()))
            .add_option(self.with_free_seats.map(|free| with_free_seats(free, now)))
    }
}

fn given_by(organisation: OrganisationId) -> Condition {
    let wanted = Condition::all().add(training_organiser::Column::OrganisationId.eq(organisation));
    having(select::<training_organiser::Entity>(
        training_organiser::Column::TrainingId,
        wanted,
    ))
}

/// The trainings of a programme that the viewer may see: those of another do not tell that they belong to it.
fn of_programme(viewer: &Viewer, id: ProgrammeId) -> Condition {
    use training::Column as T;
    where_visible::<_, training_programme::Entity>(
        T::ProgrammeId,
        training_programme::Column::Id,
        viewer,
    )
    .add(T::ProgrammeId.eq(id))
}

fn joint(joint: bool) -> Condition {
    use training_organiser::Column as G;
    let several = Query::select()
        .column((training_organiser::Entity, G::TrainingId))
        .from(training_organiser::Entity)
        .group_by_col((training_organiser::Entity, G::TrainingId))
        .and_having(
            Expr::col((training_organiser::Entity, G::OrganisationId))
                .count()
                .gt(1),
        )
        .to_owned();
    if joint {
        having(several)
    } else {
        having(several).not()
    }
}

fn with_free_seats(free: bool, now: DateTime<Utc>) -> Condition {
    use training_occasion::Column as O;
    let condition = occasions(
        Condition::all().add(O::StartsAt.gt(now)).add(
            Expr::col((training_occasion::Entity, O::Taken))
                .lt(Expr::col((training_occasion::Entity, O::Capacity))),
        ),
    );
    if free { condition } else { condition.not() }
}

/// The start of the training's next occasion; where there is none, a day that comes last in that direction, so that
/// the key is never null.
fn next_occasion(now: DateTime<Utc>, direction: OrderDirection) -> Expr {
    use training_occasion::Column as O;
    let next = Query::select()
        .expr(Expr::col((training_occasion::Entity, O::StartsAt)).min())
        .from(training_occasion::Entity)
        .and_where(
            Expr::col((training_occasion::Entity, O::TrainingId))
                .equals((training::Entity, training::Column::Id)),
        )
        .and_where(O::Status.eq(OccasionStatus::Scheduled))
        .and_where(O::StartsAt.gt(now))
        .to_owned();
    let last = match direction {
        OrderDirection::Asc => DateTime::from_timestamp(253_370_764_800, 0),
        OrderDirection::Desc => DateTime::from_timestamp(0, 0),
    };
    let last = last.unwrap_or(DateTime::<Utc>::MAX_UTC);
    Func::coalesce([Expr::from(next), Expr::value(last)]).into()
}

fn ordering(order: Option<TrainingOrder>, now: DateTime<Utc>) -> Ordering<training::Entity> {
    use training::Column as T;
    let TrainingOrder { field, direction } = order.unwrap_or(TrainingOrder {
        field: TrainingOrderField::Title,
        direction: OrderDirection::Asc,
    });
    let column = |column| Expr::col((training::Entity, column));
    let (name, key, kind) = match field {
        TrainingOrderField::Title => ("training title", column(T::SortTitle), KeyKind::Text),
        TrainingOrderField::NextOccasion => {
            let name = match direction {
                OrderDirection::Asc => "training next",
                OrderDirection::Desc => "training next, latest first",
            };
            (name, next_occasion(now, direction), KeyKind::Instant)
        }
        TrainingOrderField::PublishedAt => (
            "training published",
            Func::coalesce([column(T::PublishedAt), column(T::CreatedAt)]).into(),
            KeyKind::Instant,
        ),
    };
    Ordering {
        name,
        key,
        kind,
        id: T::Id,
        descending: direction == OrderDirection::Desc,
    }
}

fn catalogue(viewer: &Viewer, filter: Option<TrainingFilter>) -> Select<training::Entity> {
    training::Entity::find().filter(filter.unwrap_or_default().condition(viewer))
}

/// The texts of a training are most of its row: those that nobody reads are not fetched.
fn without_unread_texts(
    query: Select<training::Entity>,
    reads_description: bool,
) -> Select<training::Entity> {
    use training::Column as T;
    let unread = |column: &T| match column {
        T::SearchText => true,
        T::Description => !reads_description,
        _ => false,
    };
    // Each in its place, by which the rows are read.
    T::iter().fold(query.select_only(), |query, column| {
        if unread(&column) {
            query.expr_as(Expr::val(""), column.as_str())
        } else {
            query.column(column)
        }
    })
}

/// Where to begin with trainings.
#[derive(Default)]
pub struct TrainingQuery;

#[Object]
impl TrainingQuery {
    /// The joint catalogue: the trainings that you may see.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn trainings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which trainings; all, if nothing is said.")] filter: Option<
            TrainingFilter,
        >,
        #[graphql(desc = "How they are sorted; by title, if nothing is said.")] order_by: Option<
            TrainingOrder,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Laid<Training>>> {
        let viewer = viewer(ctx);
        let order = ordering(order_by, viewer.now());
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let query = catalogue(viewer, filter);
        let total = if wants_total(ctx) {
            viewer.count(query.clone()).await?
        } else {
            0
        };
        let query = without_unread_texts(query, reads(ctx, "description"));
        let page = viewer.page(seal(ctx), query, &order, &arguments).await?;
        Beside::of(ctx).lay(ctx, page, total).await
    }

    /// A training by its id. Null if there is none that you may see.
    async fn training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: TrainingId,
    ) -> Result<Option<Training>> {
        Ok(loaders(ctx).load_one(TrainingById(id)).await?.map(Training))
    }

    /// For the router of a federation: a training by its key.
    #[graphql(entity)]
    async fn training_entity(
        &self,
        ctx: &Context<'_>,
        id: String,
    ) -> Option<Result<Quick<Training>>> {
        let found = load_by_key(ctx, &id, TrainingById).await;
        let quick = |row| Quick(Training(row));
        found.map(|row| row.map(quick)).transpose()
    }
}
