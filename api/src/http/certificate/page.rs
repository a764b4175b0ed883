//! The page that a certificate's code leads to: plain HTML for any browser, printer and screen reader, without a
//! script, in Swedish or English.

use crate::{
    domain::certificate::{CertificateStatus, Code},
    language::{Language, Text},
    viewer::certificate::Checked,
};
use chrono::{Datelike, NaiveDate};
use std::fmt::Write;

const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("mars", "March"),
    ("april", "April"),
    ("maj", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augusti", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

/// What the page says first: a word for the eye, and what it means.
struct Verdict {
    class: &'static str,
    mark: &'static str,
    heading: Text,
    meaning: Text,
}

/// The page of a certificate.
pub(super) fn found(code: &Code, checked: &Checked, language: Language) -> String {
    let verdict = verdict(checked.status);
    let mut rows = String::new();
    let mut row = |name: Text, value: &str| {
        let name = name.in_language(language);
        let value = escape(value);
        // Writing to a text cannot fail.
        let _ = writeln!(rows, "      <div><dt>{name}</dt><dd>{value}</dd></div>");
    };
    row(Text::fixed("Utbildning", "Training"), &checked.title);
    row(Text::fixed("Arrangör", "Organiser"), &checked.issuer_name);
    if let Some(holder) = &checked.holder {
        row(Text::fixed("Innehavare", "Holder"), holder);
    }
    let day = |day| date(day, language);
    row(
        Text::fixed("Fullgjord", "Completed"),
        &day(checked.completed_on),
    );
    if let Some(until) = checked.valid_until {
        row(
            Text::fixed("Gäller till och med", "Valid through"),
            &day(until),
        );
    }
    row(Text::fixed("Kod", "Code"), &code.to_string());
    let about = Text::fixed(
        "Sidan visar hur intyget står sig just nu. Jämför adressen i webbläsaren med den som arrangören uppger, \
         och uppgifterna med dem som du har fått. Innehavaren avgör om hela namnet visas eller bara initialer.",
        "This page shows how the certificate stands right now. Compare the address in your browser with the one \
         that the organiser gives, and these details with those that you were given. The holder decides whether the \
         whole name is shown or only initials.",
    );
    let body = format!(
        "    <p class=\"verdict {}\"><span aria-hidden=\"true\">{}</span> {}</p>\n    <p>{}</p>\n    \
         <dl>\n{rows}    </dl>\n    <p class=\"about\">{}</p>\n",
        verdict.class,
        verdict.mark,
        verdict.heading.in_language(language),
        verdict.meaning.in_language(language),
        about.in_language(language),
    );
    page(&Text::fixed("Intyg", "Certificate"), &body, language)
}

fn verdict(status: CertificateStatus) -> Verdict {
    let (class, mark, heading, meaning) = match status {
        CertificateStatus::Valid => (
            "good",
            "✓",
            Text::fixed(
                "Intyget är äkta och gäller",
                "The certificate is genuine and holds",
            ),
            Text::fixed(
                "Utbildningen har fullgjorts, och intyget är inte återkallat.",
                "The training was completed, and the certificate has not been revoked.",
            ),
        ),
        CertificateStatus::Expired => (
            "past",
            "○",
            Text::fixed(
                "Intyget är äkta men gäller inte längre",
                "The certificate is genuine but holds no longer",
            ),
            Text::fixed(
                "Utbildningen fullgjordes, men giltighetstiden har gått ut.",
                "The training was completed, but its time of validity is over.",
            ),
        ),
        CertificateStatus::NotYetValid => (
            "past",
            "○",
            Text::fixed(
                "Intyget gäller inte än",
                "The certificate does not hold yet",
            ),
            Text::fixed(
                "Giltighetstiden börjar längre fram.",
                "Its time of validity begins later.",
            ),
        ),
        CertificateStatus::Revoked => (
            "bad",
            "✕",
            Text::fixed("Intyget är återkallat", "The certificate has been revoked"),
            Text::fixed(
                "Det gäller inte, och uppgifterna i det ska inte användas.",
                "It does not hold, and what it says must not be relied upon.",
            ),
        ),
    };
    Verdict {
        class,
        mark,
        heading,
        meaning,
    }
}

/// The page for every code that is no certificate's.
pub(super) fn missing(language: Language) -> String {
    message(
        &Text::fixed("Inget intyg med den koden", "No certificate with that code"),
        &Text::fixed(
            "Kontrollera att koden är rätt avskriven: 28 tecken i grupper om fyra. Bokstäverna I, L, O och U finns \
             inte i koder. Finns den inte här är intyget inte utfärdat av den här tjänsten.",
            "Check that the code is copied right: 28 characters in groups of four. The letters I, L, O and U are not \
             in codes. If it is not found here, the certificate was not issued by this service.",
        ),
        language,
    )
}

/// The page for somebody who asks too often.
pub(super) fn too_often(language: Language) -> String {
    message(
        &Text::fixed("För många frågor", "Too many questions"),
        &Text::fixed(
            "Det kom många frågor från din adress på kort tid. Vänta en stund och ladda om sidan.",
            "Many questions came from your address in a short time. Wait a moment and reload the page.",
        ),
        language,
    )
}

/// The page for when it cannot be told.
pub(super) fn broken(language: Language) -> String {
    message(
        &Text::fixed(
            "Intyget kan inte kontrolleras nu",
            "The certificate cannot be checked now",
        ),
        &Text::fixed(
            "Felet ligger hos oss och säger inget om intyget. Försök igen om en stund.",
            "The fault is ours and says nothing about the certificate. Try again in a moment.",
        ),
        language,
    )
}

fn message(heading: &Text, text: &Text, language: Language) -> String {
    let body = format!("    <p>{}</p>\n", text.in_language(language));
    page(heading, &body, language)
}

fn page(heading: &Text, body: &str, language: Language) -> String {
    let heading = heading.in_language(language);
    let (code, other, name) = match language {
        Language::Swedish => ("sv", "en", "In English"),
        Language::English => ("en", "sv", "På svenska"),
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n  <meta charset=\"utf-8\">\n  \
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n  \
         <meta name=\"robots\" content=\"noindex, nofollow\">\n  <title>{heading} – Samverkan</title>\n  \
         <link rel=\"stylesheet\" href=\"page.css\">\n</head>\n<body>\n  <header>\n    <p>Samverkan</p>\n    \
         <p><a href=\"?lang={other}\" hreflang=\"{other}\" lang=\"{other}\">{name}</a></p>\n  </header>\n  \
         <main>\n    <h1>{heading}</h1>\n{body}  </main>\n</body>\n</html>\n"
    )
}

/// A day as people write it: 2 mars 2026, 2 March 2026.
fn date(day: NaiveDate, language: Language) -> String {
    let (swedish, english) = MONTHS[day.month0() as usize];
    let month = match language {
        Language::Swedish => swedish,
        Language::English => english,
    };
    format!("{} {month} {}", day.day(), day.year())
}

/// Text that stands for itself in HTML, whatever it holds.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::certificate::LENGTH;
    use entity::id::OrganisationId;

    fn checked(status: CertificateStatus) -> Checked {
        Checked {
            status,
            title: "<script>alert(1)</script> & \"mer\"".to_owned(),
            issuer: OrganisationId::new(),
            issuer_name: "Region Kronoberg".to_owned(),
            completed_on: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
            valid_until: NaiveDate::from_ymd_opt(2028, 3, 1),
            holder: None,
        }
    }

    fn page_of(status: CertificateStatus, language: Language) -> String {
        found(&Code::from_random([1; LENGTH]), &checked(status), language)
    }

    #[test]
    fn a_title_cannot_become_markup() {
        let page = page_of(CertificateStatus::Valid, Language::Swedish);

        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;mer&quot;"));
    }

    #[test]
    fn the_verdict_stands_in_words_and_not_in_colour_alone() {
        for (status, swedish, english) in [
            (
                CertificateStatus::Valid,
                "är äkta och gäller",
                "is genuine and holds",
            ),
            (
                CertificateStatus::Expired,
                "gäller inte längre",
                "holds no longer",
            ),
            (
                CertificateStatus::NotYetValid,
                "gäller inte än",
                "does not hold yet",
            ),
            (
                CertificateStatus::Revoked,
                "är återkallat",
                "has been revoked",
            ),
        ] {
            assert!(page_of(status, Language::Swedish).contains(swedish));
            assert!(page_of(status, Language::English).contains(english));
        }
    }

    #[test]
    fn days_are_written_out() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();

        assert_eq!(date(day, Language::Swedish), "31 december 2026");
        assert_eq!(date(day, Language::English), "31 December 2026");
    }
}
