//! Columns that some viewers of a row must not read.

use sea_orm::{
    ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr},
};
use std::fmt;

/// A value that the API can give out only after asking who reads it.
///
/// It has no output type, so no resolver can return it, and `Debug` does not show it. `api` opens it in
/// one function, which takes the viewer and the rule.
#[derive(Clone, PartialEq, Eq)]
pub struct Confidential<T>(T);

impl<T> Confidential<T> {
    /// Puts a value under cover.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Only `api`'s disclosure may call this; a lint keeps everybody else out.
    pub const fn disclose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Confidential(…)")
    }
}

impl<T: Into<Value>> From<Confidential<T>> for Value {
    fn from(confidential: Confidential<T>) -> Self {
        confidential.0.into()
    }
}

impl<T: TryGetable> TryGetable for Confidential<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        T::try_get_by(row, index).map(Self)
    }
}

impl<T: ValueType> ValueType for Confidential<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        T::try_from(value).map(Self)
    }

    fn type_name() -> String {
        T::type_name()
    }

    fn array_type() -> ArrayType {
        T::array_type()
    }

    fn column_type() -> ColumnType {
        T::column_type()
    }
}

impl<T: Nullable> Nullable for Confidential<T> {
    fn null() -> Value {
        T::null()
    }
}

impl<T> sea_orm::TryFromU64 for Confidential<T> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Confidential"))
    }
}
