//! Documents that have passed before: what reading and validating one document has shown is kept, since front ends
//! send the same few again and again.
//!
//! Whether a document is valid depends on the schema, the document, the chosen operation and the variables; it does
//! not depend on who asks. Limits, powers and budgets are looked at anew each time. What is kept is bounded in
//! bytes, and only documents that have passed every check are kept.

use async_graphql::{Request, ValidationResult, Value, parser::types::ExecutableDocument};
use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many bytes of query text are kept at most in each of two generations. A document takes some twenty times its
/// text.
const BYTES: usize = 64 * 1024;
/// For how many sets of variables one document's validation is kept.
const VARIABLES: usize = 32;
/// The longest set of variables that is kept, in bytes.
const VARIABLES_BYTES: usize = 512;

/// A document that has been read.
#[derive(Debug)]
pub(super) struct Known {
    /// The document.
    pub document: ExecutableDocument,
    /// Variables that are texts or ids wherever they are declared: any text is as good as any other.
    texts: BTreeSet<String>,
    /// Variables that are what a router asks for wherever they are declared: any object is as good as any other.
    representations: BTreeSet<String>,
    validated: Mutex<HashMap<String, ValidationResult>>,
}

impl Known {
    /// Keeps what has been read.
    pub(super) fn new(document: ExecutableDocument) -> Self {
        Self {
            texts: declared(&document, |declared| {
                matches!(declared.trim_end_matches('!'), "String" | "ID")
            }),
            representations: declared(&document, |declared| declared == "[_Any!]!"),
            document,
            validated: Mutex::default(),
        }
    }

    /// What validation depends on besides the document; none if it is too long to keep.
    pub(super) fn case(&self, request: &Request) -> Option<String> {
        // The client chooses these names too: in quotes none of them can look like the end of itself.
        let mut case = format!("{:?}", request.operation_name);
        for (name, value) in request.variables.iter() {
            let name = name.as_str();
            // Writing to a text does not fail.
            let _ = match value {
                Value::String(_) if self.texts.contains(name) => write!(case, "\n{name:?}"),
                // How many there are is counted apart, and who they are is asked when they are looked up.
                Value::List(items) if self.representations.contains(name) && objects(items) => {
                    write!(case, "\n{name:?}…")
                }
                _ => write!(case, "\n{name:?}={value}"),
            };
            if case.len() > VARIABLES_BYTES {
                return None;
            }
        }
        Some(case)
    }

    /// What validation has found in this case before.
    pub(super) fn validated(&self, case: &str) -> Option<ValidationResult> {
        locked(&self.validated).get(case).copied()
    }

    fn remember(&self, case: String, result: ValidationResult) {
        let mut validated = locked(&self.validated);
        if validated.len() >= VARIABLES {
            validated.clear();
        }
        validated.insert(case, result);
    }
}

/// Variables whose declared type is of a kind in every operation that declares them.
fn declared(document: &ExecutableDocument, is_of_kind: fn(&str) -> bool) -> BTreeSet<String> {
    let (mut of_kind, mut others) = (BTreeSet::new(), BTreeSet::new());
    for (_, operation) in document.operations.iter() {
        for variable in &operation.node.variable_definitions {
            let declared = variable.node.var_type.node.to_string();
            let list = if is_of_kind(&declared) {
                &mut of_kind
            } else {
                &mut others
            };
            list.insert(variable.node.name.node.to_string());
        }
    }
    of_kind.difference(&others).cloned().collect()
}

/// Whether a list holds objects only.
fn objects(items: &[Value]) -> bool {
    let is_object = |item: &Value| matches!(item, Value::Object(_));
    items.iter().all(is_object)
}

/// The documents that have passed, by their text.
#[derive(Debug, Default)]
pub(super) struct KnownDocuments(Mutex<Generations>);

/// What was asked for lately, and what was asked for before that: what nobody asks for any more is forgotten with
/// its generation.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Arc<str>, Arc<Known>>,
    old: HashMap<Arc<str>, Arc<Known>>,
    young_bytes: usize,
}

impl KnownDocuments {
    /// The document with exactly this text.
    pub(super) fn find(&self, text: &str) -> Option<Arc<Known>> {
        let mut generations = locked(&self.0);
        if let Some(found) = generations.young.get(text) {
            return Some(Arc::clone(found));
        }
        let (text, known) = generations.old.remove_entry(text)?;
        generations.put(text, Arc::clone(&known));
        Some(known)
    }

    /// Keeps a document that has passed validation in this case.
    pub(super) fn keep(&self, passed: &Passing, result: ValidationResult) {
        let Some(case) = &passed.case else {
            return;
        };
        passed.known.remember(case.clone(), result);
        if !passed.is_kept {
            locked(&self.0).put(Arc::clone(&passed.text), Arc::clone(&passed.known));
        }
    }
}

impl Generations {
    fn put(&mut self, text: Arc<str>, known: Arc<Known>) {
        if text.len() > BYTES / 4 {
            return;
        }
        if self.young_bytes + text.len() > BYTES {
            self.old = mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        let length = text.len();
        if self.young.insert(text, known).is_none() {
            self.young_bytes += length;
        }
    }
}

/// A document on its way to its validation: a datum of the request.
pub(super) struct Passing {
    /// The query text.
    pub text: Arc<str>,
    /// The document.
    pub known: Arc<Known>,
    /// What its validation depends on.
    pub case: Option<String>,
    /// Whether it had been kept before.
    pub is_kept: bool,
}

impl Passing {
    /// What validation has found before.
    pub(super) fn validated(&self) -> Option<ValidationResult> {
        self.known.validated(self.case.as_ref()?)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{Variables, parser::parse_query};
    use serde_json::json;

    fn known(text: &str) -> Known {
        Known::new(parse_query(text).expect("a document"))
    }

    fn case(known: &Known, variables: serde_json::Value) -> Option<String> {
        known.case(&Request::new("").variables(Variables::from_json(variables)))
    }

    fn passing(text: &str) -> Passing {
        Passing {
            text: text.into(),
            known: Arc::new(known("{ a }")),
            case: Some(String::new()),
            is_kept: false,
        }
    }

    const RESULT: ValidationResult = ValidationResult {
        cache_control: async_graphql::CacheControl {
            public: true,
            max_age: 0,
        },
        complexity: 7,
        depth: 1,
    };

    #[test]
    fn one_text_is_as_good_as_another_where_a_text_is_declared_and_nowhere_else() {
        let known =
            known("query($id: ID!, $text: String, $day: Date, $first: Int, $list: [ID!]) { a }");
        let of = |variables| case(&known, variables);

        assert_eq!(
            of(json!({ "id": "a", "text": "b" })),
            of(json!({ "id": "c", "text": "d" }))
        );
        assert_ne!(of(json!({ "id": "a" })), of(json!({ "id": null })));
        assert_ne!(of(json!({ "id": "a" })), of(json!({ "id": 7 })));
        assert_ne!(
            of(json!({ "day": "2026-01-01" })),
            of(json!({ "day": "never" }))
        );
        assert_ne!(of(json!({ "first": 1 })), of(json!({ "first": 2 })));
        assert_ne!(of(json!({ "list": ["a"] })), of(json!({ "list": ["b"] })));
        assert_ne!(of(json!({})), of(json!({ "text": "b" })));
        for forged in [
            json!({ "day": "x\"\n\"first\"=1" }),
            json!({ "day\"=\"x\"\n\"first": 1 }),
        ] {
            assert_ne!(of(forged), of(json!({ "day": "x", "first": 1 })));
        }
    }

    #[test]
    fn a_router_may_ask_for_any_objects_and_for_nothing_else() {
        let known = known("query($r: [_Any!]!) { a } ");
        let of = |representations| case(&known, json!({ "r": representations }));
        let many: Vec<_> = (0..100)
            .map(|number| json!({ "__typename": "Training", "id": format!("training_{number}") }))
            .collect();
        let two = of(json!([{ "__typename": "Training" }, {}]));

        assert!(two.is_some());
        assert_eq!(of(json!(many)), two);
        for wrong in [
            json!([{}, null]),
            json!([{}, "text"]),
            json!([{}, 1]),
            json!({}),
            json!(null),
        ] {
            assert_ne!(of(wrong.clone()), two, "{wrong}");
        }
        // Nor where something else is declared.
        let other = super::tests::known("query($r: [Filter!]!) { a }");
        assert_ne!(
            case(&other, json!({ "r": [{}] })),
            case(&other, json!({ "r": [{ "first": 1 }] }))
        );
    }

    #[test]
    fn a_variable_that_one_operation_declares_otherwise_is_looked_at_each_time() {
        let known = known("query A($x: String) { a } query B($x: Date) { a }");

        assert_ne!(
            case(&known, json!({ "x": "1" })),
            case(&known, json!({ "x": "2" }))
        );
    }

    #[test]
    fn the_name_of_an_operation_cannot_be_forged_into_variables() {
        let known = known("query A($first: Int) { a }");
        let of = |name: &str, variables| {
            let request = Request::new("").operation_name(name);
            known.case(&request.variables(Variables::from_json(variables)))
        };

        assert_ne!(
            of("A\n\"first\"=100", json!({})),
            of("A", json!({ "first": 100 }))
        );
        assert_ne!(
            of("A\")\n\"first\"=100", json!({})),
            of("A", json!({ "first": 100 }))
        );
    }

    #[test]
    fn long_variables_are_not_kept() {
        let known = known("query($list: [ID!]) { a }");
        let long: Vec<String> = (0..100)
            .map(|number| format!("organisation_{number}"))
            .collect();

        assert_eq!(case(&known, json!({ "list": long })), None);
    }

    #[test]
    fn what_has_passed_is_found_and_what_nobody_asks_for_is_forgotten() {
        let documents = KnownDocuments::default();
        documents.keep(&passing("{ first }"), RESULT);
        assert!(documents.find("{ first }").is_some());
        assert!(documents.find("{ other }").is_none());

        for number in 0..20 {
            let text = format!("{{ {number} {} }}", "x".repeat(10_000));
            documents.keep(&passing(&text), RESULT);
            // Asked for all the time, it stays.
            assert!(documents.find("{ first }").is_some(), "after {number}");
        }
        for number in 20..40 {
            documents.keep(
                &passing(&format!("{{ {number} {} }}", "x".repeat(10_000))),
                RESULT,
            );
        }

        assert!(documents.find("{ first }").is_none());
    }

    #[test]
    fn no_more_than_two_generations_of_text_are_kept() {
        let documents = KnownDocuments::default();
        for number in 0..100 {
            documents.keep(
                &passing(&format!("{{ {number} {} }}", "x".repeat(10_000))),
                RESULT,
            );
        }
        documents.keep(&passing(&"y".repeat(BYTES)), RESULT);

        let generations = locked(&documents.0);
        let texts = generations.young.keys().chain(generations.old.keys());
        assert!(texts.map(|text| text.len()).sum::<usize>() <= 2 * BYTES);
    }
}
