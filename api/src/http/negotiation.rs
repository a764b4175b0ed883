//! Reads what a client accepts and sends: pure functions over header values.

use crate::language::Language;
use axum::http::{HeaderMap, HeaderName, header};

/// The media types of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// The older type, which any client accepts: a request error is answered with 200 too.
    Json,
    /// The type of the GraphQL-over-HTTP specification.
    GraphqlResponse,
}

impl Media {
    /// In the order in which a tie is settled.
    const OFFERS: [Self; 2] = [Self::Json, Self::GraphqlResponse];

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    /// How closely a range of `Accept` names this type, if it does.
    fn specificity(self, range: &str) -> Option<u8> {
        let name = match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
        };
        match range {
            "*/*" => Some(1),
            "application/*" => Some(2),
            _ if range.eq_ignore_ascii_case(name) => Some(3),
            _ => None,
        }
    }
}

/// Chooses the media type of the answer: by weight, then by how closely it is named. None means
/// that the client accepts nothing we have.
pub(super) fn media(headers: &HeaderMap) -> Option<Media> {
    let accept = joined(headers, &header::ACCEPT);
    if accept.trim().is_empty() {
        return Some(Media::Json);
    }
    let ranges: Vec<_> = items(&accept)
        .filter(|item| is_utf8(item.parameters))
        .collect();
    let mut best: Option<((u16, u8), Media)> = None;
    for offer in Media::OFFERS {
        let closest = ranges
            .iter()
            .filter_map(|item| Some((offer.specificity(item.name)?, item.weight)))
            .max_by_key(|(specificity, _)| *specificity);
        if let Some((specificity, weight)) = closest
            && weight > 0
            && best.is_none_or(|(score, _)| (weight, specificity) > score)
        {
            best = Some(((weight, specificity), offer));
        }
    }
    best.map(|(_, media)| media)
}

/// Whether the body says that it is JSON in UTF-8. Nothing else is read: a form or a plain text
/// can be sent by any page that the person happens to have open.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let (name, parameters) = value.split_once(';').unwrap_or((value, ""));
    name.trim().eq_ignore_ascii_case("application/json") && is_utf8(parameters)
}

/// The language of messages: the one of ours that the client likes best, Swedish otherwise.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let accept = joined(headers, &header::ACCEPT_LANGUAGE);
    let mut best = (0, Language::default());
    for item in items(&accept) {
        let primary = item.name.split('-').next().unwrap_or_default();
        let language = match primary.to_ascii_lowercase().as_str() {
            "en" => Language::English,
            "sv" | "*" => Language::Swedish,
            _ => continue,
        };
        if item.weight > best.0 {
            best = (item.weight, language);
        }
    }
    best.1
}

/// One item of a weighted list.
struct Item<'a> {
    name: &'a str,
    parameters: &'a str,
    /// In thousandths, as many as the grammar of weights has.
    weight: u16,
}

fn items(list: &str) -> impl Iterator<Item = Item<'_>> {
    list.split(',').map(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        Item {
            name: name.trim(),
            parameters,
            weight: parameter(parameters, "q").map_or(1000, thousandths),
        }
    })
}

/// A weight that cannot be read counts as a refusal.
fn thousandths(weight: &str) -> u16 {
    match weight.split_once('.').unwrap_or((weight, "")) {
        ("1", zeros) if zeros.bytes().all(|digit| digit == b'0') => 1000,
        ("0", digits) if digits.len() <= 3 => format!("{digits:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

fn is_utf8(parameters: &str) -> bool {
    parameter(parameters, "charset").is_none_or(|charset| {
        let charset = charset.trim_matches('"');
        charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
    })
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<_> = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    values.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    fn chosen(accept: &'static str) -> Option<Media> {
        media(&with(header::ACCEPT, accept))
    }

    #[test]
    fn a_client_that_says_nothing_gets_json() {
        assert_eq!(media(&HeaderMap::new()), Some(Media::Json));
        assert_eq!(chosen("*/*"), Some(Media::Json));
        assert_eq!(chosen("application/*"), Some(Media::Json));
    }

    #[test]
    fn the_heavier_type_wins_and_json_wins_ties() {
        let both = "application/graphql-response+json, application/json;q=0.9";
        assert_eq!(chosen(both), Some(Media::GraphqlResponse));
        let tie = "application/graphql-response+json, application/json";
        assert_eq!(chosen(tie), Some(Media::Json));
    }

    #[test]
    fn a_named_type_wins_over_a_wildcard_of_the_same_weight() {
        let accept = "*/*, application/graphql-response+json";
        assert_eq!(chosen(accept), Some(Media::GraphqlResponse));
    }

    #[test]
    fn the_closest_range_decides_the_weight_of_a_type() {
        let accept = "*/*;q=0.5, application/json;q=0";
        assert_eq!(chosen(accept), Some(Media::GraphqlResponse));
    }

    #[test]
    fn what_we_do_not_have_is_not_acceptable() {
        assert_eq!(chosen("text/html"), None);
        assert_eq!(chosen("application/json;q=0"), None);
        assert_eq!(chosen("application/json;q=nonsense"), None);
        assert_eq!(chosen("application/json; charset=iso-8859-1"), None);
    }

    #[test]
    fn only_json_in_utf8_is_read() {
        for good in [
            "application/json",
            "Application/JSON; charset=\"UTF-8\"",
            "application/json;charset=utf-8",
        ] {
            assert!(is_json(&with(header::CONTENT_TYPE, good)), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonp",
            "application/json; charset=utf-16",
            "text/plain; application/json",
        ] {
            assert!(!is_json(&with(header::CONTENT_TYPE, bad)), "{bad}");
        }
        assert!(!is_json(&HeaderMap::new()), "no type at all");
    }

    #[test]
    fn messages_are_swedish_unless_english_is_liked_better() {
        for (accept, expected) in [
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("sv-SE,sv;q=0.9,en;q=0.8", Language::Swedish),
            ("en;q=0.8,sv;q=0.9", Language::Swedish),
            ("de,en;q=0.5", Language::English),
            ("de", Language::Swedish),
            ("en;q=0", Language::Swedish),
            ("*", Language::Swedish),
            ("", Language::Swedish),
        ] {
            let headers = with(header::ACCEPT_LANGUAGE, accept);
            assert_eq!(language(&headers), expected, "{accept}");
        }
    }
}
