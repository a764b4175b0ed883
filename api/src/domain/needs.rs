//! What participants need, as a caterer may know it: counts of known needs, in nobody's own words.
//!
//! A need is free text, and free text can name its author ("like last year, I am the one with…"). So what leaves the
//! system is never the text itself but the known needs that it says; a text that says anything else is only
//! counted, and read by the organiser in the system, where reading is written down.
//!
//! Small counts stay: a caterer who is not told of the one who must not have nuts is of no use.

use entity::search_text::fold;
use std::collections::{BTreeMap, BTreeSet};

/// A need that is known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// No meat or fish.
    Vegetarian,
    /// Nothing from animals.
    Vegan,
    /// Fish, no meat.
    Pescetarian,
    /// No gluten.
    GlutenFree,
    /// No lactose.
    LactoseFree,
    /// No milk protein.
    DairyFree,
    /// No egg.
    EggFree,
    /// No nuts.
    NutFree,
    /// No peanuts.
    PeanutFree,
    /// No fish.
    FishFree,
    /// No shellfish.
    ShellfishFree,
    /// No soya.
    SoyaFree,
    /// No pork.
    PorkFree,
    /// Halal.
    Halal,
    /// Kosher.
    Kosher,
    /// For diabetes.
    Diabetes,
    /// Room for a wheelchair.
    Wheelchair,
    /// A hearing loop.
    HearingLoop,
    /// A sign language interpreter.
    SignLanguage,
}

impl Known {
    /// Every known need.
    pub const ALL: [Self; 19] = [
        Self::Vegetarian,
        Self::Vegan,
        Self::Pescetarian,
        Self::GlutenFree,
        Self::LactoseFree,
        Self::DairyFree,
        Self::EggFree,
        Self::NutFree,
        Self::PeanutFree,
        Self::FishFree,
        Self::ShellfishFree,
        Self::SoyaFree,
        Self::PorkFree,
        Self::Halal,
        Self::Kosher,
        Self::Diabetes,
        Self::Wheelchair,
        Self::HearingLoop,
        Self::SignLanguage,
    ];

    /// How it is said, folded, without the words of [`FILLERS`]; the first two are its names in Swedish and English.
    #[must_use]
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Vegetarian => &[
                "vegetariskt",
                "vegetarian",
                "vegetarisk",
                "lakto ovo",
                "laktoovo",
            ],
            Self::Vegan => &["veganskt", "vegan", "vegansk"],
            Self::Pescetarian => &[
                "pescetarianskt",
                "pescetarian",
                "fisk men inte kott",
                "pesketarian",
            ],
            Self::GlutenFree => &[
                "glutenfritt",
                "gluten free",
                "glutenfri",
                "gluten",
                "glutenallergi",
                "glutenintolerans",
                "celiaki",
            ],
            Self::LactoseFree => &[
                "laktosfritt",
                "lactose free",
                "laktosfri",
                "laktos",
                "laktosintolerans",
                "laktosintolerant",
            ],
            Self::DairyFree => &[
                "mjölkfritt",
                "dairy free",
                "mjolkfri",
                "mjolkprotein",
                "mjolk",
                "mjolkallergi",
                "mjolkproteinallergi",
                "komjolksallergi",
                "mejerifritt",
            ],
            Self::EggFree => &["äggfritt", "egg free", "aggfri", "agg", "aggallergi"],
            Self::NutFree => &[
                "nötfritt",
                "nut free",
                "notfri",
                "notter",
                "notallergi",
                "not",
                "nut allergy",
            ],
            Self::PeanutFree => &[
                "jordnötsfritt",
                "peanut free",
                "jordnotsfri",
                "jordnotter",
                "jordnotsallergi",
                "peanut allergy",
            ],
            Self::FishFree => &["fiskfritt", "fish free", "fiskfri", "fisk", "fiskallergi"],
            Self::ShellfishFree => &[
                "skaldjursfritt",
                "shellfish free",
                "skaldjursfri",
                "skaldjur",
                "skaldjursallergi",
            ],
            Self::SoyaFree => &["sojafritt", "soya free", "sojafri", "soja", "sojaallergi"],
            Self::PorkFree => &[
                "fläskfritt",
                "no pork",
                "flaskfri",
                "flask",
                "flaskkott",
                "ej flask",
                "inte flask",
            ],
            Self::Halal => &["halal", "halal", "halalkott"],
            Self::Kosher => &["kosher", "kosher", "koscher"],
            Self::Diabetes => &["diabetes", "diabetes", "diabetiker", "diabeteskost"],
            Self::Wheelchair => &[
                "rullstol",
                "wheelchair",
                "rullstolsplats",
                "plats for rullstol",
                "rullstolsburen",
            ],
            Self::HearingLoop => &["hörslinga", "hearing loop", "horselslinga", "teleslinga"],
            Self::SignLanguage => &[
                "teckenspråkstolk",
                "sign language interpreter",
                "teckentolk",
                "teckensprak",
            ],
        }
    }
}

/// Words that say no more than that something is a need.
const FILLERS: [&str; 14] = [
    "kost",
    "mat",
    "food",
    "diet",
    "jag",
    "ar",
    "ater",
    "behover",
    "onskar",
    "allergi",
    "allergisk",
    "mot",
    "please",
    "tack",
];

/// What one participant needs, as far as it may leave the system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// These known needs together: one plate.
    Known(BTreeSet<Known>),
    /// Something else: to be read in the system.
    Other,
}

/// How many participants need what.
#[must_use]
pub fn count<'t>(texts: impl IntoIterator<Item = &'t str>) -> BTreeMap<Need, u32> {
    let mut counts = BTreeMap::new();
    for text in texts {
        if let Some(need) = read(text) {
            *counts.entry(need).or_default() += 1;
        }
    }
    counts
}

/// What a text says; none if it says nothing.
#[must_use]
pub fn read(text: &str) -> Option<Need> {
    let folded = fold(text).replace('-', " ");
    if !folded.chars().any(char::is_alphanumeric) {
        return None;
    }
    let mut known = BTreeSet::new();
    for part in parts(&folded) {
        match recognise(&part) {
            Some(need) => {
                known.insert(need);
            }
            // One unknown word makes the whole text somebody's own.
            None => return Some(Need::Other),
        }
    }
    if known.is_empty() {
        return Some(Need::Other);
    }
    Some(Need::Known(known))
}

fn parts(folded: &str) -> Vec<String> {
    let words = folded
        .replace(" och ", ",")
        .replace(" and ", ",")
        .replace(" samt ", ",");
    words
        .split([',', ';', '/', '+', '&', '.', '!', '\n'])
        .map(|part| {
            let words = part.split_whitespace();
            let words: Vec<&str> = words.filter(|word| !FILLERS.contains(word)).collect();
            words.join(" ")
        })
        .filter(|part| !part.is_empty())
        .collect()
}

fn recognise(part: &str) -> Option<Known> {
    Known::ALL
        .into_iter()
        .find(|need| need.words().iter().any(|word| fold(word) == part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known<const N: usize>(needs: [Known; N]) -> Need {
        Need::Known(needs.into())
    }

    #[test]
    fn the_same_need_is_one_however_it_is_written() {
        for text in [
            "Glutenfri kost",
            "glutenfritt",
            " GLUTENFRI  mat. ",
            "Gluten-free",
            "Allergisk mot gluten",
        ] {
            assert_eq!(read(text), Some(known([Known::GlutenFree])), "{text}");
        }
    }

    #[test]
    fn needs_of_one_plate_stay_together() {
        let both = Some(known([Known::Vegan, Known::NutFree]));
        for text in [
            "vegan, nötallergi",
            "Nötter och vegansk kost",
            "Vegan/nötfritt",
        ] {
            assert_eq!(read(text), both, "{text}");
        }
    }

    #[test]
    fn a_text_with_anything_else_in_it_is_only_counted() {
        for text in [
            "Glutenfritt, som förra året då Karin lagade",
            "Anna Berg äter inte kött",
            "Bara ris",
            "tack",
        ] {
            assert_eq!(read(text), Some(Need::Other), "{text}");
        }
    }

    #[test]
    fn nothing_said_is_nothing_counted() {
        for text in ["", "  ", "-", "--", "…"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_known_need_is_recognised_by_each_of_its_words_and_by_no_other() {
        for need in Known::ALL {
            for word in need.words() {
                assert_eq!(read(word), Some(known([need])), "{word}");
            }
        }
    }

    #[test]
    fn equal_needs_are_counted_together() {
        let counts = count([
            "vegan",
            "Vegansk kost",
            "glutenfri",
            "min egen historia",
            "-",
        ]);

        let expected = [
            (Need::Known([Known::Vegan].into()), 2),
            (Need::Known([Known::GlutenFree].into()), 1),
            (Need::Other, 1),
        ];
        assert_eq!(counts, expected.into_iter().collect());
    }

    proptest! {
        #[test]
        fn every_text_that_says_something_is_counted_once(texts in prop::collection::vec("\\PC{0,30}", 0..20)) {
            let counts = count(texts.iter().map(String::as_str));

            let said = texts.iter().filter(|text| read(text).is_some()).count();
            prop_assert_eq!(counts.values().sum::<u32>() as usize, said);
        }
    }
}
