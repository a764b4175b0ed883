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
}

/// What stands at a place, which is then moved on.
pub(crate) fn next<T: TryGetable>(row: &QueryResult, place: &mut usize) -> Result<T, DbErr> {
    let here = *place;
    *place += 1;
    row.try_get_by_index(here)
}

/// Reads the model of the module by the places of its fields, all of which are named in the order of its columns.
macro_rules! placed {
    ($($field:ident),+ $(,)?) => {
        impl $crate::placed::Placed for Model {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];

            fn placed(row: &sea_orm::QueryResult, first: usize) -> Result<Self, DbErr> {
                let mut place = first;
                Ok(Self {
                    $($field: $crate::placed::next(row, &mut place)?,)+
                })
            }
        }
    };
}

pub(crate) use placed;

#[cfg(test)]
mod tests {
    use super::Placed;
    use crate::{organisation, training, training_occasion};
    use sea_orm::{EntityTrait, IdenStatic, Iterable};

    /// The columns as statements name them.
    fn columns<E: EntityTrait>() -> Vec<&'static str> {
        E::Column::iter().map(|column| column.as_str()).collect()
    }

    #[test]
    fn the_places_are_those_of_the_columns_in_statements() {
        assert_eq!(
            columns::<organisation::Entity>(),
            organisation::Model::COLUMNS
        );
        assert_eq!(columns::<training::Entity>(), training::Model::COLUMNS);
        assert_eq!(
            columns::<training_occasion::Entity>(),
            training_occasion::Model::COLUMNS
        );
    }
}
