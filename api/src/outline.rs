//! The outlines of municipalities, for maps. Compiled in: nothing is read at run time.

use serde::Deserialize;
use std::{collections::HashMap, sync::LazyLock};

/// One county a file, in the order of the codes; what is in none of them is taken from the map of Sweden.
const FILES: [&str; 6] = [
    include_str!("outline/06_jonkoping.json"),
    include_str!("outline/07_kronoberg.json"),
    include_str!("outline/10_blekinge.json"),
    include_str!("outline/12_skane.json"),
    include_str!("outline/23_jamtland.json"),
    include_str!("outline/sverige.json"),
];

/// An outline, on a map that others are on too.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The path, as `d` of an SVG path has it; its fill rule is `evenodd`.
    pub path: String,
    /// The view box of the map.
    pub view_box: String,
    /// Where a label stands.
    pub label: (f64, f64),
    /// Whom the map is from.
    pub attribution: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Map {
    view_box: String,
    attribution: String,
    features: Vec<Feature>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feature {
    code: String,
    d: String,
    label_x: f64,
    label_y: f64,
}

static OUTLINES: LazyLock<HashMap<String, Outline>> = LazyLock::new(|| {
    let mut outlines = HashMap::new();
    for file in FILES {
        // A test reads every file; one that cannot be read gives no outlines.
        let Ok(map) = serde_json::from_str::<Map>(file) else {
            continue;
        };
        for feature in map.features {
            outlines.entry(feature.code).or_insert_with(|| Outline {
                path: feature.d,
                view_box: map.view_box.clone(),
                label: (feature.label_x, feature.label_y),
                attribution: map.attribution.clone(),
            });
        }
    }
    outlines
});

/// The outline of a municipality, by its code.
#[must_use]
pub fn outline(code: &str) -> Option<&'static Outline> {
    OUTLINES.get(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_municipality_has_an_outline_and_a_county_of_the_five_one_map() {
        assert_eq!(OUTLINES.len(), 290);
        for (county, number) in [("06", 13), ("07", 8), ("10", 5), ("12", 33), ("23", 8)] {
            let here: Vec<_> = OUTLINES
                .iter()
                .filter(|(code, _)| code.starts_with(county))
                .collect();
            let maps: HashSet<&str> = here.iter().map(|(_, one)| one.view_box.as_str()).collect();
            assert_eq!((here.len(), maps.len()), (number, 1), "county {county}");
            assert!(
                !maps.contains("0 0 590 1400"),
                "county {county} has a map of its own"
            );
        }
        assert!(OUTLINES.values().all(|one| one.attribution.contains("SCB")));
        assert!(OUTLINES.values().all(|one| one.path.starts_with('M')));
    }
}
