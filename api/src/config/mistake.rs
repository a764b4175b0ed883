//! What is wrong with a configuration, said so that the operator can mend it at once.

use std::fmt;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The setting: its path in the file, or its environment variable.
    pub key: String,
    /// What is wrong.
    pub wrong: String,
    /// What to do.
    pub remedy: String,
}

/// Every mistake of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    pub(super) fn add(
        &mut self,
        key: impl Into<String>,
        wrong: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.0.push(Mistake {
            key: key.into(),
            wrong: wrong.into(),
            remedy: remedy.into(),
        });
    }

    pub(super) fn into_result<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self),
        }
    }

    /// The mistakes in the order of the settings.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let noun = if count == 1 { "mistake" } else { "mistakes" };
        write!(formatter, "The configuration has {count} {noun}:")?;
        for Mistake { key, wrong, remedy } in &self.0 {
            write!(formatter, "\n  {key}: {wrong} {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}
