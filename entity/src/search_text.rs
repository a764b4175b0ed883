//! Text made comparable: for finding whatever the accents, and for sorting in Swedish order alike
//! in every database.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text as it is searched: lower case, without accents, white space collapsed. "Kommunförbundet
/// Skåne" and "kommunforbundet  skane" become the same.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in without_marks(&text.to_lowercase()) {
        match plain_letters(letter) {
            Some(plain) => folded.push_str(plain),
            None => folded.push(letter),
        }
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The pattern for `LIKE … ESCAPE '\'` that finds the text anywhere in a folded column.
///
/// The text is folded here. Its own `%`, `_` and `\` are escaped, so they find themselves; the
/// `ESCAPE` clause must be written, since not every database has an escape
/// character of its own.
#[must_use]
pub fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in fold(text).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// A key that sorts as Swedish does: digits, then a to z with w after v, then å, ä, ö. Upper and
/// lower case are equal, é is e, ü is y, æ is ä and ø is ö. Punctuation counts as a space.
///
/// The key has two decimal digits for each letter (more for letters of other alphabets, which come
/// last), so that every collation of every database sorts it in the same way.
#[must_use]
pub fn swedish_sort_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len() * 2);
    let mut after_space = true;
    for letter in text.to_lowercase().nfc() {
        if is_combining_mark(letter) {
            continue;
        }
        if !letter.is_alphanumeric() {
            after_space = true;
            continue;
        }
        if after_space && !key.is_empty() {
            key.push_str(SPACE_WEIGHT);
        }
        after_space = false;
        push_weights(&mut key, letter);
    }
    key
}

const SPACE_WEIGHT: &str = "10";
const OTHER_ALPHABETS: &str = "99";

fn push_weights(key: &mut String, letter: char) {
    let plain = match letter {
        'å' => return key.push_str("56"),
        'ä' | 'æ' => return key.push_str("57"),
        'ö' | 'ø' => return key.push_str("58"),
        'ü' | 'ű' => "y".to_owned(),
        other => fold(other.encode_utf8(&mut [0; 4])),
    };
    for letter in plain.chars() {
        let code = u32::from(letter);
        let weight = match letter {
            '0'..='9' => format!("{}", 20 + code - u32::from('0')),
            'a'..='z' => format!("{}", 30 + code - u32::from('a')),
            _ => format!("{OTHER_ALPHABETS}{code:07}"),
        };
        key.push_str(&weight);
    }
}

fn without_marks(text: &str) -> impl Iterator<Item = char> {
    text.nfd().filter(|letter| !is_combining_mark(*letter))
}

/// Letters that do not come apart into a plain letter and a mark.
fn plain_letters(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ŋ' => "n",
        'ŧ' => "t",
        'þ' => "th",
        'ı' => "i",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_found_without_its_accents_and_in_any_case() {
        for (text, folded) in [
            ("Kommunförbundet Skåne", "kommunforbundet skane"),
            ("  kommunforbundet \t\n SKANE ", "kommunforbundet skane"),
            ("Rädda Barnen", "radda barnen"),
            ("Råneå, Älvsbyn & Övertorneå", "ranea, alvsbyn & overtornea"),
            ("Smørrebrød på Færøerne", "smorrebrod pa faeroerne"),
            ("Straße, STRASSE", "strasse, strasse"),
            ("Idé, fiancée, Ünal", "ide, fiancee, unal"),
            ("Sámi: Gáidnuvuoŋa, Đ, Ŧ", "sami: gaidnuvuona, d, t"),
            ("", ""),
            ("   ", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(fold("Ska\u{30a}ne"), fold("Skåne"));
        assert_eq!(swedish_sort_key("Ska\u{30a}ne"), swedish_sort_key("Skåne"));
    }

    #[test]
    fn a_pattern_takes_its_wildcards_literally() {
        assert_eq!(like_pattern("Skåne"), "%skane%");
        assert_eq!(like_pattern(r"50 % _a\b"), r"%50 \% \_a\\b%");
        assert_eq!(like_pattern(""), "%%", "no text finds everything");
    }

    #[test]
    fn names_sort_in_swedish_order() {
        let expected = [
            "",
            "1177 Vårdguiden",
            "2 kap.",
            "Ale",
            "Barn",
            "Barn och unga",
            "Barnahus",
            "Barnombud",
            "Vaggeryd",
            "Vimmerby",
            "Vårgårda",
            "Värnamo",
            "Waxholm",
            "Ydre",
            "Zinkgruvan",
            "Åmål",
            "Åstorp",
            "Älmhult",
            "Öckerö",
            "Östersund",
            "Δέλτα",
        ];
        let mut names = expected;
        names.reverse();

        names.sort_by_key(|name| swedish_sort_key(name));

        assert_eq!(names, expected);
    }

    #[test]
    fn letters_that_swedish_does_not_tell_apart_have_one_key() {
        for (one, other) in [
            ("Idé", "ide"),
            ("ÅÄÖ", "åäö"),
            ("Müller", "MYLLER"),
            ("Ærø", "Ärö"),
            ("Barnrätts-ombud", "barnrätts ombud"),
            ("A, B", "a b"),
            (" Ale ", "Ale"),
        ] {
            assert_eq!(swedish_sort_key(one), swedish_sort_key(other), "{one}");
        }
    }

    #[test]
    fn every_letter_has_its_place_in_the_alphabet() {
        let alphabet: Vec<String> = "0123456789abcdefghijklmnopqrstuvwxyzåäö"
            .chars()
            .map(|letter| swedish_sort_key(&letter.to_string()))
            .collect();

        assert!(alphabet.is_sorted_by(|a, b| a < b));
        assert!(alphabet.iter().all(|key| key.len() == 2));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);

            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_key_has_only_decimal_digits(text in any::<String>()) {
            prop_assert!(swedish_sort_key(&text).bytes().all(|byte| byte.is_ascii_digit()));
        }

        #[test]
        fn a_beginning_sorts_before_the_whole(front in "[a-zåäö0-9]{0,6}", more in "[a-zåäö]{1,6}") {
            let whole = format!("{front}{more}");

            prop_assert!(swedish_sort_key(&front) < swedish_sort_key(&whole));
        }

        #[test]
        fn an_escaped_pattern_says_the_folded_text(text in r"[a-z%_\\ ]{0,12}") {
            let pattern = like_pattern(&text);

            let mut unescaped = String::new();
            let mut letters = pattern[1..pattern.len() - 1].chars();
            while let Some(letter) = letters.next() {
                prop_assert!(!matches!(letter, '%' | '_'), "a wildcard got through: {}", pattern);
                unescaped.push(if letter == '\\' { letters.next().unwrap() } else { letter });
            }
            prop_assert_eq!(unescaped, fold(&text));
        }
    }
}
