//! The numbers of a coverage, from the maintained counters.

use super::{Asked, Question};
use crate::{
    error::Result,
    graphql::{
        context::{loaders, viewer},
        place::{MunicipalitiesOf, MunicipalityByCode},
    },
    viewer::coverage::{Counted, CoveredPlaces, MUNICIPALITY, Scope},
};
use async_graphql::Context;
use entity::{
    kind::{CoverageBy, UnitKind},
    municipality,
};
use sea_orm::{ActiveEnum, Iterable};
use std::collections::HashMap;

/// How many places there are, and how many have somebody.
#[derive(Default)]
pub(super) struct Numbers {
    pub(super) total: i32,
    pub(super) covered: i32,
    pub(super) kinds: Vec<OfKind>,
    pub(super) municipalities: Vec<(municipality::Model, bool)>,
}

/// The same for one kind of units.
pub(super) struct OfKind {
    pub(super) kind: UnitKind,
    pub(super) total: i32,
    pub(super) covered: i32,
}

pub(super) async fn numbers(ctx: &Context<'_>, question: &Question) -> Result<Numbers> {
    if question.by == CoverageBy::Municipality {
        return of_municipalities(ctx, question).await;
    }
    let scope = match &question.asked {
        Asked::Organisation(organisation, _) => Scope::Organisation(*organisation),
        Asked::County(code) | Asked::Municipality(code, _) => Scope::Area(code.clone()),
    };
    let (viewer, scopes) = (viewer(ctx), [scope]);
    let units = viewer.units_on(&scopes, question.day).await?;
    let covered = viewer
        .covered_on(question.role.id, &scopes, question.day)
        .await?;
    let mut numbers = Numbers::default();
    for kind in UnitKind::iter().filter(|kind| question.counts(*kind)) {
        let place = kind.to_value();
        let total = units.iter().filter(|row| row.place == place);
        let total = whole(total.map(|row| row.units).sum());
        let here = covered.iter().filter(|row| row.place == place);
        let covered = whole(here.map(|row| question.of(row)).sum());
        if total > 0 {
            numbers.total += total;
            numbers.covered += covered;
            numbers.kinds.push(OfKind {
                kind,
                total,
                covered,
            });
        }
    }
    Ok(numbers)
}

impl Question {
    fn counts(&self, kind: UnitKind) -> bool {
        self.kinds
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&kind))
    }

    /// The counter that is asked for.
    const fn of(&self, row: &CoveredPlaces) -> i64 {
        if self.trained_only {
            row.trained
        } else {
            row.covered
        }
    }
}

fn whole(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Municipality by municipality: of one organisation, those in which it has units.
async fn of_municipalities(ctx: &Context<'_>, question: &Question) -> Result<Numbers> {
    let viewer = viewer(ctx);
    let places = places(ctx, &question.asked).await?;
    let within = match question.asked {
        Asked::Organisation(organisation, _) => Some(organisation),
        Asked::County(_) | Asked::Municipality(..) => None,
    };
    let scope = |place: &municipality::Model| match within {
        Some(organisation) => Scope::Within(organisation, place.code.clone()),
        None => Scope::Area(place.code.clone()),
    };
    let scopes: Vec<Scope> = places.iter().map(scope).collect();
    if scopes.is_empty() {
        return Ok(Numbers::default());
    }
    let covered = viewer
        .covered_on(question.role.id, &scopes, question.day)
        .await?;
    let units = match within {
        Some(_) => viewer.units_on(&scopes, question.day).await?,
        None => Vec::new(),
    };
    let mut covered_in: HashMap<&str, i64> = HashMap::new();
    for row in &covered {
        // A municipality is covered as a whole; of one organisation, by its units there.
        if within.is_some() || row.place == MUNICIPALITY {
            *covered_in.entry(&row.scope).or_default() += question.of(row);
        }
    }
    let there = |key: &str| {
        let here = units.iter().filter(|row: &&Counted| row.scope == key);
        within.is_none() || here.map(|row| row.units).sum::<i64>() > 0
    };
    let mut numbers = Numbers::default();
    for (place, scope) in places.into_iter().zip(&scopes) {
        let key = scope.key();
        if !there(&key) {
            continue;
        }
        let is_covered = covered_in
            .get(key.as_str())
            .is_some_and(|number| *number > 0);
        numbers.total += 1;
        numbers.covered += i32::from(is_covered);
        numbers.municipalities.push((place, is_covered));
    }
    Ok(numbers)
}

/// The municipalities of the place that is asked for.
async fn places(ctx: &Context<'_>, asked: &Asked) -> Result<Vec<municipality::Model>> {
    let county = match asked {
        Asked::Municipality(code, _) => {
            let key = MunicipalityByCode(code.clone());
            return Ok(loaders(ctx).load_one(key).await?.into_iter().collect());
        }
        Asked::County(county) | Asked::Organisation(_, Some(county)) => county.clone(),
        Asked::Organisation(_, None) => return Ok(Vec::new()),
    };
    let rows = loaders(ctx).load_one(MunicipalitiesOf(county)).await?;
    Ok(rows.unwrap_or_default())
}
