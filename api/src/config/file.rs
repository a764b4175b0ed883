//! The configuration file, as a table.

use super::Mistakes;
use std::path::Path;

/// Reads the file; an empty table, and a mistake, if that fails.
pub(super) fn read(path: &Path, mistakes: &mut Mistakes) -> toml::Table {
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(fault) => {
            mistakes.add(
                name,
                format!("cannot be read: {fault}."),
                "Check the path and who may read it.",
            );
            return toml::Table::new();
        }
    };
    toml::from_str(&text).unwrap_or_else(|fault: toml::de::Error| {
        // The library's own text would quote the line, which may hold a password.
        let before = fault.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |text| text.matches('\n').count() + 1);
        mistakes.add(
            format!("{name}, line {line}"),
            "is not TOML.",
            "Check quotes, brackets and names that stand twice.",
        );
        toml::Table::new()
    })
}
