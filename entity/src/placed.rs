//! Rows read by the places of their columns, for the tables whose rows fill pages.
//!
//! By its name, a column is looked up in each row anew, under a text made for the purpose: that costs more than all the
//! rest of reading it.

use sea_orm::{DbErr, QueryResult, TryGetable};

/// A row whose columns can be read by their places.
pub trait Placed: Sized {
    /// The columns in the order in which they are read, as the database has them.
    const COLUMNS: &'static [&'static str];

    /// Reads a row whose columns stand in that order, the first of them at this place.
    fn placed(row: &QueryResult, first: usize) -> Result<Self, DbErr>;

    /// Reads a row that was joined, if there is one: then its key, which is the first of its columns, is not null.
    fn placed_if_there(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr>;
}

/// Whether the column of a field holds something.
pub(crate) fn is_there<M, T: TryGetable>(
    row: &QueryResult,
    place: usize,
    _field: fn(&M) -> &T,
) -> Result<bool, DbErr> {
    Ok(row.try_get_by_index::<Option<T>>(place)?.is_some())
}

/// What stands at a place, which is then moved on.
pub(crate) fn next<T: TryGetable>(row: &QueryResult, place: &mut usize) -> Result<T, DbErr> {
    let here = *place;
    *place += 1;
    row.try_get_by_index(here)
}

/// Reads the model of the module by the places of its fields, all of which are named in the order of its columns.
macro_rules! placed {
    ($key:ident, $($field:ident),+ $(,)?) => {
        impl $crate::placed::Placed for Model {
            const COLUMNS: &'static [&'static str] =
                &[stringify!($key), $(stringify!($field)),+];

            fn placed(row: &sea_orm::QueryResult, first: usize) -> Result<Self, DbErr> {
                let mut place = first;
                Ok(Self {
                    $key: $crate::placed::next(row, &mut place)?,
                    $($field: $crate::placed::next(row, &mut place)?,)+
                })
            }

            fn placed_if_there(
                row: &sea_orm::QueryResult,
                first: usize,
            ) -> Result<Option<Self>, DbErr> {
                if $crate::placed::is_there(row, first, |model: &Self| &model.$key)? {
                    Self::placed(row, first).map(Some)
                } else {
                    Ok(None)
                }
            }
        }
    };
}

pub(crate) use placed;

#[cfg(test)]
mod tests {
    use super::Placed;
    use crate::{
        action_report, agenda_item, appointment, attendance_change, check_in_right, completion,
        council_issue, decision, document, expected_participant, group, group_action, group_person,
        group_seat, initiative_activity, initiative_contact, initiative_organisation, meeting,
        meeting_action, membership, organisation, organisation_unit, outreach_visit, person,
        programme_follow_up, seat_holder, sign_up, training, training_occasion, visit_notice,
    };
    use sea_orm::{EntityTrait, IdenStatic, Iterable};

    /// The columns as statements name them.
    fn columns<E: EntityTrait>() -> Vec<&'static str> {
        E::Column::iter().map(|column| column.as_str()).collect()
    }

    #[test]
    fn the_places_are_those_of_the_columns_in_statements() {
        macro_rules! assert_places {
            ($($table:ident),+) => {
                $(assert_eq!(columns::<$table::Entity>(), $table::Model::COLUMNS);)+
            };
        }
        assert_places!(
            action_report,
            agenda_item,
            appointment,
            attendance_change,
            check_in_right,
            completion,
            council_issue,
            decision,
            document,
            expected_participant,
            group,
            group_action,
            group_person,
            group_seat,
            initiative_activity,
            initiative_contact,
            initiative_organisation,
            meeting,
            meeting_action,
            membership,
            organisation,
            organisation_unit,
            outreach_visit,
            visit_notice,
            person,
            programme_follow_up,
            seat_holder,
            sign_up,
            training,
            training_occasion
        );
    }
}
