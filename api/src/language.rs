//! Swedish and English: every text that a person may read exists in both.

use std::borrow::Cow;

/// The language that a person reads, from `Accept-Language`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Swedish, the default.
    #[default]
    Swedish,
    /// English.
    English,
}

/// One text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    swedish: Cow<'static, str>,
    english: Cow<'static, str>,
}

impl Text {
    /// A text without anything to fill in.
    #[must_use]
    pub const fn fixed(swedish: &'static str, english: &'static str) -> Self {
        Self {
            swedish: Cow::Borrowed(swedish),
            english: Cow::Borrowed(english),
        }
    }

    /// A text with something filled in.
    #[must_use]
    pub const fn filled(swedish: String, english: String) -> Self {
        Self {
            swedish: Cow::Owned(swedish),
            english: Cow::Owned(english),
        }
    }

    /// The text in English.
    #[must_use]
    pub fn english(&self) -> &str {
        &self.english
    }

    /// The text in the language that the person reads.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Swedish => &self.swedish,
            Language::English => &self.english,
        }
    }
}
