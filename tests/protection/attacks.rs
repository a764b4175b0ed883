//! Every attack of the table: refused at once with its code, and the server well afterwards.

use super::sending::{AT_ONCE, assert_well, body, each, how_are_you, timed};
use crate::harness::{Server, on_both_databases};

/// What is sent, and what must come back.
struct Attack {
    name: &'static str,
    body: String,
    status: u16,
    code: &'static str,
}

on_both_databases! {
    async fn every_attack_is_refused_at_once_and_the_server_is_well_afterwards(backend: Backend) {
        let server = Server::start(backend).await;

        for attack in attacks() {
            let (answer, took) = timed(&server, &attack.body).await;

            assert_eq!(
                (answer.status, answer.codes()),
                (attack.status, vec![attack.code.to_owned()]),
                "{}: must be refused with one error of this code, not {}", attack.name, answer.text
            );
            assert!(took < AT_ONCE, "{}: took {took:?}; refuse it earlier", attack.name);
            assert!(answer.body.get("data").is_none(), "{}: a refused request has no data", attack.name);
            assert!(answer.text.len() < 2_000, "{}: the refusal is longer than it need be", attack.name);
            assert_well(&how_are_you(&server).await, attack.name);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_body_of_20_megabytes_is_cut_before_it_is_read(backend: Backend) {
        let server = Server::start(backend).await;
        let huge = body(&format!("{{ __typename }} # {}", "x".repeat(20_000_000)));

        let request = server.http.post(server.url()).header("content-type", "application/json").body(huge);
        let outcome = request.send().await;

        // The server closes without reading the rest: a client that only writes sees that, not the answer.
        if let Ok(answer) = outcome {
            assert_eq!(answer.status(), 413);
        }
        assert_well(&how_are_you(&server).await, "a huge body");
        server.stop().await;
    }
}

fn attacks() -> Vec<Attack> {
    let too_complex = |(name, query): (&'static str, String)| Attack {
        name,
        body: body(&query),
        status: 400,
        code: "QUERY_TOO_COMPLEX",
    };
    let mut attacks: Vec<_> = [many(), deep(), directives(), lists()]
        .into_iter()
        .flatten()
        .map(too_complex)
        .collect();
    attacks.extend(too_large());
    attacks.extend(unreadable());
    attacks.extend(cycles());
    attacks
}

/// More than the body may hold, whatever it says.
fn too_large() -> Vec<Attack> {
    let names = |times| each(times, |n| format!("a{n}:__typename"));
    let operations = |times| each(times, |n| format!("query Q{n}{{__typename}}"));
    [
        ("20,000 aliases", format!("{{{}}}", names(20_000))),
        ("20,000 operations", operations(20_000)),
        ("65 KiB of blanks", " ".repeat(65 * 1024)),
    ]
    .map(|(name, query)| Attack {
        name,
        body: body(&query),
        status: 413,
        code: "PAYLOAD_TOO_LARGE",
    })
    .into()
}

fn many() -> Vec<(&'static str, String)> {
    let names = |times| each(times, |n| format!("a{n}:__typename"));
    let doubling = |spread: &str| {
        let fragments = each(24, |n| {
            format!("fragment F{n} on Query{{...F{} ...F{}}}", n + 1, n + 1)
        });
        format!("{spread} {fragments} fragment F24 on Query{{__typename}}")
    };
    vec![
        (
            "33 KiB of query",
            format!("{{__typename}} # {}", "x".repeat(33 * 1024)),
        ),
        (
            "as many aliases as the query may hold",
            format!("{{{}}}", names(1_900)),
        ),
        ("600 aliases", format!("{{{}}}", names(600))),
        (
            "31 aliases",
            format!(
                r#"{{county(code:"07"){{{}}}}}"#,
                each(31, |n| format!("a{n}:name"))
            ),
        ),
        (
            "400 operations",
            each(400, |n| format!("query Q{n}{{__typename}}")),
        ),
        (
            "6 operations",
            each(6, |n| format!("query Q{n}{{__typename}}")),
        ),
        (
            "21 fields at the root",
            format!("{{{}}}", "__typename ".repeat(21)),
        ),
        (
            "1,001 fields",
            format!(r#"{{county(code:"07"){{{}}}}}"#, "name ".repeat(1_000)),
        ),
        (
            "2,001 tokens",
            format!(
                "{{organisations(filter:{{kinds:[{}]}}){{totalCount}}}}",
                "REGION ".repeat(1_990)
            ),
        ),
        ("24 doubling fragments", doubling("{...F0}")),
        (
            "24 doubling fragments that nothing spreads",
            doubling("{__typename}"),
        ),
    ]
}

fn deep() -> Vec<(&'static str, String)> {
    let nest = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let argument = |value: String| format!("{{trainings(filter:{value}){{totalCount}}}}");
    let lists = nest("[", "", "]", 2_000);
    vec![
        ("lists 2,000 deep", argument(lists.clone())),
        ("lists that never close", argument("[".repeat(2_000))),
        ("objects 2,000 deep", argument(nest("{a:", "1", "}", 2_000))),
        (
            "a default value 2,000 deep",
            format!("query($v:Int={lists}){{__typename}}"),
        ),
        (
            "a type 2,000 deep",
            format!("query($v:{}){{__typename}}", nest("[", "Int", "]", 2_000)),
        ),
        (
            "inline fragments 2,000 deep",
            nest("{...", "{__typename}", "}", 2_000),
        ),
        ("lists behind a comment", argument(format!("#\r{lists}"))),
        (
            "lists behind two empty strings",
            argument(format!("\"\" \"\" {lists}")),
        ),
        (
            "lists behind a block string",
            argument(format!("\"\"\"\\\"\"\" \"\"\"{lists}")),
        ),
        ("11 fields inside one another", super::boundaries::depth(11)),
    ]
}

/// The library counts those on fields only.
fn directives() -> Vec<(&'static str, String)> {
    let many = |count: usize| "@skip(if:false)".repeat(count);
    let all = many(51);
    vec![
        ("51 directives on a field", format!("{{__typename{all}}}")),
        (
            "51 directives on an operation",
            format!("query Q{all}{{__typename}}"),
        ),
        (
            "51 directives on a variable",
            format!("query($v:Int{all}){{__typename}}"),
        ),
        (
            "51 directives on a fragment",
            format!("{{...F}} fragment F on Query{all}{{__typename}}"),
        ),
        (
            "51 directives on a spread",
            format!("{{...F{all}}} fragment F on Query{{__typename}}"),
        ),
        (
            "51 directives on an inline fragment",
            format!("{{...{all}{{__typename}}}}"),
        ),
        (
            "51 directives wherever they may stand",
            format!(
                "query Q($v:Int{part}){part}{{...F{part} ...{part}{{__typename}}}} fragment F on Query{{__typename{rest}}}",
                part = many(10),
                rest = many(11)
            ),
        ),
    ]
}

fn lists() -> Vec<(&'static str, String)> {
    vec![
        ("201 representations", super::boundaries::representations(201)),
        (
            "lists of 100 inside one another",
            "{organisations(first:100){nodes{units(first:100){nodes{id name}}}}}".into(),
        ),
        (
            "lists of 100 inside one another, from the end",
            "{trainings(last:100){nodes{occasions(last:100){nodes{signUps(last:100){nodes{id}}}}}}}".into(),
        ),
        (
            "lists without a `first` inside one another",
            "{trainings{nodes{occasions{nodes{signUps{nodes{id participant{name}}}}}}}}".into(),
        ),
        (
            "places inside one another",
            "{counties{municipalities{county{municipalities{county{name}}}}}}".into(),
        ),
    ]
}

fn unreadable() -> Vec<Attack> {
    let deep = |open: &str, close: &str| {
        let value = format!("{}1{}", open.repeat(2_000), close.repeat(2_000));
        format!(r#"{{"query":"query($v:Int){{__typename}}","variables":{{"v":{value}}}}}"#)
    };
    let attack = |name, body: String, code| Attack {
        name,
        body,
        status: 400,
        code,
    };
    vec![
        attack(
            "lists 2,000 deep in variables",
            deep("[", "]"),
            "BAD_REQUEST",
        ),
        attack(
            "objects 2,000 deep in variables",
            deep("{\"a\":", "}"),
            "BAD_REQUEST",
        ),
        attack("60,000 opening brackets", "[".repeat(60_000), "BAD_REQUEST"),
        attack(
            "a list of requests",
            format!("[{0},{0}]", body("{__typename}")),
            "BAD_REQUEST",
        ),
        attack("no JSON", "query={__typename}".into(), "BAD_REQUEST"),
        attack("no query", "{}".into(), "BAD_REQUEST"),
        attack(
            "a query that is a list",
            r#"{"query":["{__typename}"]}"#.into(),
            "BAD_REQUEST",
        ),
        attack("a query that is empty", body(""), "GRAPHQL_PARSE_FAILED"),
        attack(
            "a query that is cut",
            body("{viewer{"),
            "GRAPHQL_PARSE_FAILED",
        ),
        attack(
            "a string without an end",
            body(r#"{county(code:"07){name}}"#),
            "GRAPHQL_PARSE_FAILED",
        ),
        attack(
            "closing brackets only",
            body(&"}".repeat(1_000)),
            "GRAPHQL_PARSE_FAILED",
        ),
    ]
}

fn cycles() -> Vec<Attack> {
    [
        ("a fragment in itself", "{...A} fragment A on Query{...A}"),
        (
            "two fragments in one another",
            "{...A} fragment A on Query{...B} fragment B on Query{...A}",
        ),
        (
            "a cycle that nothing spreads",
            "{__typename} fragment A on Query{...B} fragment B on Query{...A}",
        ),
    ]
    .map(|(name, query)| Attack {
        name,
        body: body(query),
        status: 400,
        code: "GRAPHQL_VALIDATION_FAILED",
    })
    .into()
}
