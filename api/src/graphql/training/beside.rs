//! The catalogue's page written the shorter way: who gives each training and its first occasions are loaded for the whole
//! page and laid beside its rows.
//!
//! Only what is plainly asked for goes this way; a field with anything else about it is resolved as always.

use super::Training;
use crate::{
    error::Result,
    graphql::{
        at_hand::{AtHand, Fragments, Laid, fields_of, name_of, object_at_hand, plain_fields},
        connection::{Nodes, from_page},
        context::viewer,
        occasion::{Seats, TrainingOccasion},
        organisation::Organisation,
    },
    viewer::{
        beside::{First, OccasionBeside, OccasionsBeside},
        page::{MOST, Page, USUAL},
        seat::Standing,
    },
};
use async_graphql::{
    Context, Name, Positioned, Value,
    indexmap::IndexMap,
    parser::types::{Field, SelectionSet},
};
use entity::{
    id::{OccasionId, TrainingId},
    organisation, training,
};
use std::collections::HashMap;

/// Fields of an occasion that wait for nothing, besides its seats.
const OF_OCCASION: [&str; 10] = [
    "id",
    "status",
    "startsAt",
    "endsAt",
    "timeZone",
    "venue",
    "capacity",
    "signUpOpensAt",
    "signUpClosesAt",
    "version",
];
const OF_ORGANISATION: [&str; 3] = ["id", "kind", "name"];
const OF_SEATS: [&str; 5] = ["capacity", "taken", "free", "freeForViewer", "waiting"];
const OF_PAGE_INFO: [&str; 2] = ["hasNextPage", "hasPreviousPage"];

/// What is to be laid beside each row of a page.
#[derive(Default)]
pub(super) struct Beside<'a> {
    organisers: Option<&'a Positioned<Field>>,
    occasions: Option<(&'a Positioned<Field>, First)>,
}

/// The one field of its kind by which a page's rows are asked for, if they are asked for in one way only.
fn rows_of<'a>(ctx: &Context<'a>) -> Option<&'a SelectionSet> {
    let fields = plain_fields(&ctx.item.node.selection_set.node)?;
    if fields.iter().any(|field| field.node.name.node == "edges") {
        return None;
    }
    let mut rows = fields
        .into_iter()
        .filter(|field| field.node.name.node == "nodes");
    let set = &rows.next()?.node.selection_set.node;
    rows.next().is_none().then_some(set)
}

/// Whether a text of the rows is asked for, however.
pub(super) fn reads(ctx: &Context<'_>, name: &str) -> bool {
    let page = ctx.look_ahead();
    page.field("nodes").field(name).exists()
        || page.field("edges").field("node").field(name).exists()
}

/// Whether a selection is made of these fields only, each once and with nothing below them.
fn only(set: &SelectionSet, known: &[&str]) -> bool {
    plain_fields(set).is_some_and(|fields| {
        fields
            .iter()
            .all(|field| known.contains(&field.node.name.node.as_str()))
    })
}

/// The arguments of one of the rows' fields, their variables filled in.
fn arguments(ctx: &Context<'_>, field: &Field) -> Option<Vec<(Name, Value)>> {
    let alias = field.alias.as_ref().map(|alias| alias.node.as_str());
    let named = ctx.look_ahead().field("nodes").field(&field.name.node);
    let mut alike = named.selection_fields().into_iter();
    let this = alike.find(|other| other.alias() == alias)?;
    this.arguments().ok()
}

/// The first occasions, if the field asks for nothing else of the list.
fn first_occasions(ctx: &Context<'_>, field: &Field) -> Option<First> {
    let (mut upcoming, mut number) = (false, USUAL);
    for (name, value) in arguments(ctx, field)? {
        match (name.as_str(), value) {
            ("upcoming", Value::Boolean(value)) => upcoming = value,
            ("first", Value::Number(value)) => {
                number = value.as_i64().and_then(|value| value.try_into().ok())?;
            }
            _ => return None,
        }
    }
    // What is out of bounds is told by the list itself.
    if !(1..=MOST).contains(&number) {
        return None;
    }
    let mut with_standing = false;
    for part in plain_fields(&field.selection_set.node)? {
        let set = &part.node.selection_set.node;
        let is_known = match part.node.name.node.as_str() {
            "nodes" => plain_fields(set)?.into_iter().all(|field| {
                let below = &field.node.selection_set.node;
                let name = field.node.name.node.as_str();
                if name == "seats" {
                    with_standing |= plain_fields(below).is_some_and(|fields| {
                        fields
                            .iter()
                            .any(|field| field.node.name.node == "freeForViewer")
                    });
                    return only(below, &OF_SEATS);
                }
                OF_OCCASION.contains(&name)
            }),
            "pageInfo" => only(set, &OF_PAGE_INFO),
            _ => false,
        };
        if !is_known {
            return None;
        }
    }
    Some(First {
        number: u64::from(number.unsigned_abs()),
        upcoming,
        with_standing,
    })
}

impl<'a> Beside<'a> {
    /// What can be laid beside the rows that a field asks for.
    pub(super) fn of(ctx: &Context<'a>) -> Self {
        let fragments: &'a Fragments = &ctx.query_env.fragments;
        let fields = rows_of(ctx).and_then(|set| fields_of(fragments, set, "Training"));
        let mut beside = Self::default();
        for field in fields.into_iter().flatten() {
            match field.node.name.node.as_str() {
                "organisers" if only(&field.node.selection_set.node, &OF_ORGANISATION) => {
                    beside.organisers.get_or_insert(field);
                }
                "occasions" => {
                    let first = first_occasions(ctx, &field.node);
                    beside.occasions = beside.occasions.or(first.map(|first| (field, first)));
                }
                _ => {}
            }
        }
        beside
    }

    /// The page with what was asked for beside its rows.
    pub(super) async fn lay(
        self,
        ctx: &Context<'_>,
        page: Page<training::Model>,
        total: u64,
    ) -> Result<Nodes<Laid<Training>>> {
        let viewer = viewer(ctx);
        let organisers = async {
            match self.organisers {
                Some(_) => viewer.organisations_beside(&page).await,
                None => Ok(HashMap::new()),
            }
        };
        let occasions = async {
            let Some((_, first)) = self.occasions else {
                return Ok((OccasionsBeside::new(), HashMap::new()));
            };
            let beside = viewer.occasions_beside(&page, first).await?;
            let by_kind = if first.with_standing {
                viewer.standings_by_kind_beside(&beside).await?
            } else {
                HashMap::new()
            };
            Ok((beside, by_kind))
        };
        let (mut organisers, (mut occasions, by_kind)) =
            futures_util::try_join!(organisers, occasions)?;
        let signed_in = viewer.acting().is_some();
        Ok(from_page(page, total, |row| {
            let mut values = Vec::with_capacity(2);
            if let Some(field) = self.organisers {
                let rows = organisers.remove(&row.id).unwrap_or_default();
                values.extend(organisers_value(field, &row, rows));
            }
            if let Some((field, first)) = self.occasions {
                let shown = Shown {
                    first,
                    signed_in,
                    by_kind: &by_kind,
                };
                values.extend(shown.value(field, &mut occasions, row.id));
            }
            Laid::new(Training(row), values)
        }))
    }
}

fn organisers_value(
    field: &Positioned<Field>,
    training: &training::Model,
    mut rows: Vec<organisation::Model>,
) -> Option<(Name, Value)> {
    rows.sort_by_key(|row| row.id != training.accountable_organisation_id);
    let set = &field.node.selection_set.node;
    let objects = rows.into_iter().map(|row| {
        let organisation = Organisation(row);
        object_at_hand(set, |field| organisation.at_hand(field))
    });
    let list = objects.collect::<Option<Vec<_>>>()?;
    Some((name_of(field), Value::List(list)))
}

/// How the occasions of a page are shown to its viewer.
struct Shown<'a> {
    first: First,
    signed_in: bool,
    by_kind: &'a HashMap<OccasionId, Standing>,
}

impl Shown<'_> {
    fn value(
        &self,
        field: &Positioned<Field>,
        beside: &mut OccasionsBeside,
        training: TrainingId,
    ) -> Option<(Name, Value)> {
        let mut rows = beside.remove(&training).unwrap_or_default();
        let most = usize::try_from(self.first.number).unwrap_or(usize::MAX);
        let has_next = rows.len() > most;
        rows.truncate(most);
        let mut connection = IndexMap::new();
        for part in plain_fields(&field.node.selection_set.node)? {
            let set = &part.node.selection_set.node;
            let value = if part.node.name.node == "nodes" {
                let nodes = rows.iter().map(|row| self.occasion(set, row));
                Value::List(nodes.collect::<Option<Vec<_>>>()?)
            } else {
                object_at_hand(set, |field| {
                    Some(match field.name.node.as_str() {
                        "hasNextPage" => has_next.into(),
                        "hasPreviousPage" => false.into(),
                        _ => return None,
                    })
                })?
            };
            connection.insert(name_of(part), value);
        }
        Some((name_of(field), Value::Object(connection)))
    }

    fn occasion(&self, set: &SelectionSet, beside: &OccasionBeside) -> Option<Value> {
        let row = &beside.row;
        let standing = self.by_kind.get(&row.id).copied();
        let free = standing.unwrap_or(beside.standing).free(row);
        let seats = Seats::of(row, self.signed_in.then_some(free));
        let occasion = TrainingOccasion(row.clone());
        object_at_hand(set, |field| {
            if field.name.node == "seats" {
                return object_at_hand(&field.selection_set.node, |field| seats.at_hand(field));
            }
            occasion.at_hand(field)
        })
    }
}
