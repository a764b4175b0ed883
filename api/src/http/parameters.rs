//! Reads a GraphQL request out of a JSON body or a query string.

use crate::language::Text;
use async_graphql::{Extensions, Request, Variables};
use axum::{extract::Query, http::Uri};
use serde_json::{Map, Value};

/// What is wrong with the parameters of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// The body is no JSON.
    NoJson,
    /// The body is JSON, but no object; arrays of requests are not taken.
    NoObject,
    /// `query` is missing or no string.
    NoQuery,
    /// `operationName` is no string.
    OperationName,
    /// `variables` is no object.
    Variables,
    /// `extensions` is no object.
    Extensions,
    /// The query string cannot be decoded.
    QueryString,
}

impl Malformed {
    pub(super) fn text(self) -> Text {
        match self {
            Self::NoJson => Text::fixed(
                "Begäran är inte giltig JSON.",
                "The body is not valid JSON.",
            ),
            Self::NoObject => Text::fixed(
                "Begäran ska vara ett JSON-objekt: en fråga i taget.",
                "The body must be a JSON object: one query at a time.",
            ),
            Self::NoQuery => Text::fixed(
                "`query` saknas eller är ingen sträng.",
                "`query` is missing or not a string.",
            ),
            Self::OperationName => Text::fixed(
                "`operationName` ska vara en sträng.",
                "`operationName` must be a string.",
            ),
            Self::Variables => Text::fixed(
                "`variables` ska vara ett JSON-objekt.",
                "`variables` must be a JSON object.",
            ),
            Self::Extensions => Text::fixed(
                "`extensions` ska vara ett JSON-objekt.",
                "`extensions` must be a JSON object.",
            ),
            Self::QueryString => Text::fixed(
                "Adressens parametrar går inte att läsa.",
                "The parameters of the address cannot be read.",
            ),
        }
    }
}

/// Reads the body of a POST.
pub(super) fn from_body(body: &[u8]) -> Result<Request, Malformed> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => from_map(parameters),
        Ok(_) => Err(Malformed::NoObject),
        Err(_) => Err(Malformed::NoJson),
    }
}

/// Reads the query string of a GET.
pub(super) fn from_uri(uri: &Uri) -> Result<Request, Malformed> {
    let Query(pairs) =
        Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| Malformed::QueryString)?;
    let mut parameters = Map::new();
    for (key, value) in pairs {
        let value = match key.as_str() {
            "query" | "operationName" => Value::String(value),
            "variables" | "extensions" if value.is_empty() => continue,
            "variables" => serde_json::from_str(&value).map_err(|_| Malformed::Variables)?,
            "extensions" => serde_json::from_str(&value).map_err(|_| Malformed::Extensions)?,
            _ => continue,
        };
        parameters.insert(key, value);
    }
    from_map(parameters)
}

fn from_map(mut parameters: Map<String, Value>) -> Result<Request, Malformed> {
    let Some(Value::String(query)) = parameters.remove("query") else {
        return Err(Malformed::NoQuery);
    };
    let mut request = Request::new(query);
    request.operation_name = match parameters.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(Malformed::OperationName),
    };
    request.variables = match parameters.remove("variables") {
        None | Some(Value::Null) => Variables::default(),
        Some(variables @ Value::Object(_)) => Variables::from_json(variables),
        Some(_) => return Err(Malformed::Variables),
    };
    request.extensions = match parameters.remove("extensions") {
        None | Some(Value::Null) => Extensions::default(),
        Some(extensions @ Value::Object(_)) => {
            serde_json::from_value(extensions).map_err(|_| Malformed::Extensions)?
        }
        Some(_) => return Err(Malformed::Extensions),
    };
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Malformed {
        from_body(body.as_bytes()).expect_err("this body must be refused")
    }

    #[test]
    fn a_whole_request_is_read() {
        let body = br#"{"query":"query A{a}","operationName":"A","variables":{"x":1},"extensions":{"y":2}}"#;

        let request = from_body(body).unwrap();

        assert_eq!(request.query, "query A{a}");
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(request.variables.len(), 1);
        assert_eq!(request.extensions.len(), 1);
    }

    #[test]
    fn null_is_the_same_as_absent() {
        let body = br#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#;

        assert!(from_body(body).unwrap().operation_name.is_none());
    }

    #[test]
    fn each_parameter_of_a_wrong_type_is_named() {
        assert_eq!(refused("{"), Malformed::NoJson);
        assert_eq!(refused(r#"[{"query":"{a}"}]"#), Malformed::NoObject);
        assert_eq!(refused("{}"), Malformed::NoQuery);
        assert_eq!(refused(r#"{"query":1}"#), Malformed::NoQuery);
        assert_eq!(
            refused(r#"{"query":"{a}","operationName":1}"#),
            Malformed::OperationName
        );
        assert_eq!(
            refused(r#"{"query":"{a}","variables":[]}"#),
            Malformed::Variables
        );
        assert_eq!(
            refused(r#"{"query":"{a}","extensions":0}"#),
            Malformed::Extensions
        );
    }

    #[test]
    fn a_body_nested_without_end_is_refused() {
        let deep = format!(
            r#"{{"query":"{{a}}","variables":{{"x":{}"#,
            "[".repeat(60_000)
        );

        assert_eq!(refused(&deep), Malformed::NoJson);
    }

    #[test]
    fn a_query_string_is_read_with_its_operation_name() {
        let uri = "/graphql?query=query%20A%7Ba%7D&operationName=A&variables=%7B%22x%22%3A1%7D";

        let request = from_uri(&Uri::from_static(uri)).unwrap();

        assert_eq!(request.query, "query A{a}");
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(request.variables.len(), 1);
    }
}
