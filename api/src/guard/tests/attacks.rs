//! The attacks that the limits are there for.

use super::*;
use std::time::Instant;

const DEEP: usize = 2000;

#[tokio::test]
async fn every_attack_is_refused_at_once() {
    let attacks = [fragments(), many(), deep(), hidden()].concat();
    for (name, query) in attacks {
        let start = Instant::now();
        let response = answer(query).await;
        let took = start.elapsed();

        assert!(!response.is_ok(), "{name}: this must be refused");
        assert!(
            took.as_millis() < 100,
            "{name}: took {took:?}; refuse it earlier"
        );
    }
}

fn fragments() -> Vec<(&'static str, String)> {
    let chain = |length: usize, next: fn(usize) -> String| {
        let mut text = String::new();
        for number in 0..length {
            write!(text, "fragment F{number} on Query{{{}}}", next(number + 1)).unwrap();
        }
        format!("{text} fragment F{length} on Query{{text}}")
    };
    let doubling = chain(24, |next| format!("...F{next} ...F{next}"));
    let long = chain(200, |next| format!("...F{next}"));
    vec![
        ("doubling fragments", format!("{{...F0}} {doubling}")),
        (
            "doubling fragments that nothing spreads",
            format!("{{text}} {doubling}"),
        ),
        ("a long chain of fragments", format!("{{...F0}} {long}")),
        (
            "a fragment in itself",
            "{...F} fragment F on Query{...F}".into(),
        ),
        (
            "fragments in one another",
            "{...A} fragment A on Query{...B} fragment B on Query{it{...A}}".into(),
        ),
        (
            "fragments in one another that nothing spreads",
            "{text} fragment A on Query{...B} fragment B on Query{it{...A}}".into(),
        ),
    ]
}

fn many() -> Vec<(&'static str, String)> {
    let operations = |times: usize| {
        let operations: Vec<_> = (0..times).map(|n| format!("query Q{n}{{text}}")).collect();
        operations.join(" ")
    };
    let aliases: Vec<_> = (0..20_000).map(|n| format!("a{n}:__typename")).collect();
    vec![
        ("20,000 operations", operations(20_000)),
        ("as many operations as there may be tokens", operations(400)),
        ("20,000 aliases", format!("{{{}}}", aliases.join(" "))),
        (
            "as many aliases as there may be tokens",
            format!("{{{}}}", aliases[..600].join(" ")),
        ),
        (
            "directives",
            format!("{{text {}}}", "@skip(if:false)".repeat(300)),
        ),
    ]
}

fn deep() -> Vec<(&'static str, String)> {
    let of = |value: String| format!("{{text(of:{value})}}");
    vec![
        ("lists", of(nested("[", "", "]", DEEP))),
        (
            "lists that never close",
            format!("{{text(of:{}", "[".repeat(DEEP)),
        ),
        ("objects", of(nested("{a:", "1", "}", DEEP))),
        (
            "types",
            format!("query($v:{}){{text}}", nested("[", "Int", "]", DEEP)),
        ),
        ("selections", nested("{it", "{text}", "}", DEEP)),
        ("inline fragments", nested("{...", "{text}", "}", DEEP)),
    ]
}

/// Brackets behind something that a careless reader takes for a comment or a string, where the
/// parser reads code.
fn hidden() -> Vec<(&'static str, String)> {
    let lists = "[".repeat(DEEP);
    vec![
        ("lists behind a comment", format!("{{text(of:#\r{lists}")),
        (
            "lists behind an open string",
            format!("{{text(of:\" \n{lists}"),
        ),
        (
            "lists behind two empty strings",
            format!("{{text(of:\"\"\"\" {lists}"),
        ),
        (
            "lists behind an escaped quotation mark",
            format!("{{text(of:\"\"\"\\\"\"\"\"\"\"{lists}"),
        ),
    ]
}
