//! The sheet that participants sign: a page of HTML to print, with one sheet for each time block.
//!
//! It lies open on a table, so it holds names and nothing else: no organisation, no address, no needs. Who is not
//! named, whatever the reason, gets an empty line.

use super::{Event, participants::Participant};
use crate::language::{Language, Text};
use entity::time_block;
use std::fmt::Write;

/// How the page looks, on paper and on a screen. It loads nothing.
pub(crate) const STYLE: &str = include_str!("sheet.css");

/// The page.
pub(super) fn page(
    event: &Event,
    blocks: &[time_block::Model],
    participants: &[Participant],
    language: Language,
) -> String {
    let words = |swedish, english| {
        Text::fixed(swedish, english)
            .in_language(language)
            .to_owned()
    };
    let title = escaped(&event.training.title);
    let heading = words("Närvarolista", "Sign-in sheet");
    let code = match language {
        Language::Swedish => "sv",
        Language::English => "en",
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{heading}: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    let rows = rows(participants);
    let columns = format!(
        "<thead><tr><th class=\"number\">{}</th><th>{}</th><th class=\"sign\">{}</th></tr></thead>",
        words("Nr", "No."),
        words("Namn", "Name"),
        words("Underskrift", "Signature"),
    );
    for when in times(event, blocks, language) {
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "<section>\n<h1>{title}</h1>\n<p>{heading} · {}</p>\n<p class=\"where\">{}</p>\n\
             <table>\n{columns}\n<tbody>\n{rows}</tbody>\n</table>\n</section>\n",
            escaped(&when),
            escaped(&place(event)),
        );
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// What stands above each sheet: the time of its block, or the period where no more is known.
fn times(event: &Event, blocks: &[time_block::Model], language: Language) -> Vec<String> {
    if blocks.is_empty() {
        return vec![event.day()];
    }
    let number = blocks.len();
    let blocks = blocks.iter().enumerate();
    blocks
        .map(|(index, block)| {
            let day = event.local(block.starts_at, "%Y-%m-%d");
            let from = event.local(block.starts_at, "%H:%M");
            // A block that ends another day says which.
            let until = match event.local(block.ends_at, "%Y-%m-%d") {
                same if same == day => event.local(block.ends_at, "%H:%M"),
                _ => event.local(block.ends_at, "%Y-%m-%d %H:%M"),
            };
            let part = Text::filled(
                format!(" (pass {} av {number})", index + 1),
                format!(" (session {} of {number})", index + 1),
            );
            let part = if number > 1 {
                part.in_language(language)
            } else {
                ""
            };
            format!("{day} {from}–{until}{part}")
        })
        .collect()
}

fn place(event: &Event) -> String {
    let parts = [&event.occasion.venue_name, &event.occasion.venue_address];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join(", ")
}

fn rows(participants: &[Participant]) -> String {
    let seated = participants.iter().filter(|one| one.has_seat());
    let mut rows = String::new();
    for (index, one) in seated.enumerate() {
        let name = one.name.as_deref().map(escaped).unwrap_or_default();
        let _ = writeln!(
            rows,
            "<tr><td class=\"number\">{}</td><td>{name}</td><td class=\"sign\"></td></tr>",
            index + 1
        );
    }
    rows
}

/// The text as it may stand in HTML, also within quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_is_no_markup() {
        assert_eq!(
            escaped("<script>\"&'</script>"),
            "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;"
        );
        assert_eq!(escaped("Åsa Öberg"), "Åsa Öberg");
    }
}
