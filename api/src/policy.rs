//! Every access rule of the system: one file a noun, so that the rules can be read in one sitting.
//!
//! A rule is a condition that the viewer adds to each statement; there is no default, so a table without
//! a rule cannot be read or written at all. Mind the trap: an empty `Condition::any()` lets nobody in, an
//! empty `Condition::all()` everybody. The rules say [`nobody`] and [`everybody`] instead.

pub mod action;
pub mod appointment;
pub mod approval;
pub mod attendance;
pub mod audit;
pub mod calendar;
pub mod catalogue;
pub mod certificate;
pub mod completion;
pub mod council;
pub mod coverage;
pub mod decision;
pub mod document;
pub mod extract;
pub mod group;
pub mod initiative;
pub mod meeting;
pub mod minutes;
pub mod notice;
pub mod organisation;
pub mod person;
pub mod personal_data;
pub mod place;
pub mod practice;
pub mod sign_up;
pub mod support;
pub mod visit;

use crate::viewer::Viewer;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QuerySelect, QueryTrait, Select,
    sea_query::SelectStatement,
};

/// Who may do what with the rows of one table. No defaults: no policy, no access.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no access policy",
    note = "implement `Policy` in `api/src/policy/`"
)]
pub trait Policy: EntityTrait {
    /// Which rows the viewer may read.
    fn visible(viewer: &Viewer) -> Condition;
    /// Which of the rows that it may read it may also change.
    fn editable(viewer: &Viewer) -> Condition;
    /// Whether the viewer may make this row.
    fn creatable(viewer: &Viewer, new: &Self::ActiveModel) -> bool;
}

/// Rows that have no life of their own: who may edit the whole may make, replace and remove its parts.
pub trait Part: Policy {
    /// What they are parts of.
    type Whole: Policy;
    /// The rows that belong to one whole.
    fn of(whole: &<Self::Whole as EntityTrait>::Model) -> Condition;
    /// Whether a new row belongs to that whole.
    fn is_of(new: &Self::ActiveModel, whole: &<Self::Whole as EntityTrait>::Model) -> bool;
}

/// Parts that whoever sees the whole sees, whatever else: a row of the whole is all the proof that is needed.
pub trait SeenWithWhole: Part {}

/// Rows that show the person in them to whoever sees them, whatever else: the rule of `person` holds theirs, so that a row is
/// all the proof that is needed.
pub trait ShowsPerson: Policy {}

/// Lets no row through.
#[must_use]
pub fn nobody() -> Condition {
    Condition::any()
}

/// Lets every row through.
#[must_use]
pub fn everybody() -> Condition {
    Condition::all()
}

/// The values of one column in the rows that a condition lets through, as a subquery.
pub(crate) fn select<E: EntityTrait>(column: E::Column, condition: Condition) -> SelectStatement {
    let query: Select<E> = E::find();
    let mut statement = query.select_only().column(column).into_query();
    statement.cond_where(condition);
    statement
}

/// The rows whose column holds the key of a row that the viewer may read in another table.
pub(crate) fn where_visible<C: ColumnTrait, E: Policy>(
    column: C,
    key: E::Column,
    viewer: &Viewer,
) -> Condition {
    Condition::all().add(column.in_subquery(select::<E>(key, E::visible(viewer))))
}
