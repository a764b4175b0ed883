//! Which files are taken as documents, and how one is recognised: by its name's ending, by what its sender says that it is, and
//! by its first bytes. All three must agree.

/// How many bytes of a file are looked at.
pub const LOOKED_AT: usize = 1024;

/// A kind of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileType {
    /// What its name may end with, without the dot.
    pub endings: &'static [&'static str],
    /// What it is called when it is sent on.
    pub media_type: &'static str,
    /// What senders call it besides.
    also_called: &'static [&'static str],
    /// How it begins.
    beginning: Beginning,
}

/// How a kind of file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beginning {
    /// With these bytes.
    Bytes(&'static [u8]),
    /// With the first entry of a ZIP archive that is no `OpenDocument`: the parts of an Office document have no order.
    Office,
    /// With an entry of a ZIP archive that tells the media type.
    OpenDocument,
    /// With anything that is text: no control characters but spaces and line breaks.
    Text,
}

/// The first entry of a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";
/// Where the name of a ZIP archive's first entry stands.
const ENTRY: usize = 30;
/// The name of the entry by which an `OpenDocument` file begins.
const MEDIA_TYPE_ENTRY: &[u8] = b"mimetype";

const fn plain(
    endings: &'static [&'static str],
    media_type: &'static str,
    beginning: Beginning,
) -> FileType {
    FileType {
        endings,
        media_type,
        also_called: &[],
        beginning,
    }
}

/// All that is taken. None of it runs by itself: no pages, no scripts, no drawings with scripts, no files with macros.
pub const FILE_TYPES: [FileType; 11] = [
    plain(&["pdf"], "application/pdf", Beginning::Bytes(b"%PDF-")),
    plain(
        &["docx"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Beginning::Office,
    ),
    plain(
        &["xlsx"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Beginning::Office,
    ),
    plain(
        &["pptx"],
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Beginning::Office,
    ),
    plain(
        &["odt"],
        "application/vnd.oasis.opendocument.text",
        Beginning::OpenDocument,
    ),
    plain(
        &["ods"],
        "application/vnd.oasis.opendocument.spreadsheet",
        Beginning::OpenDocument,
    ),
    plain(
        &["odp"],
        "application/vnd.oasis.opendocument.presentation",
        Beginning::OpenDocument,
    ),
    plain(&["txt"], "text/plain", Beginning::Text),
    FileType {
        // What browsers say where a spreadsheet program has taken the ending over.
        also_called: &["application/vnd.ms-excel"],
        ..plain(&["csv"], "text/csv", Beginning::Text)
    },
    plain(
        &["png"],
        "image/png",
        Beginning::Bytes(b"\x89PNG\r\n\x1a\n"),
    ),
    plain(
        &["jpg", "jpeg"],
        "image/jpeg",
        Beginning::Bytes(b"\xff\xd8\xff"),
    ),
];

impl FileType {
    /// What a file's name says that it is; none for what is not taken.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        let ending = ending.to_ascii_lowercase();
        let named = |kind: &&Self| kind.endings.contains(&ending.as_str());
        FILE_TYPES
            .iter()
            .find(named)
            .filter(|_| !stem.trim().is_empty())
    }

    /// Whether a sender who declares this media type means this kind of file.
    #[must_use]
    pub fn is_declared_by(&self, media_type: &str) -> bool {
        let (essence, _) = media_type.split_once(';').unwrap_or((media_type, ""));
        let essence = essence.trim().to_ascii_lowercase();
        essence == self.media_type || self.also_called.contains(&essence.as_str())
    }

    /// Whether a file that begins so can be of this kind.
    #[must_use]
    pub fn begins(&self, first: &[u8]) -> bool {
        let entry = || first.strip_prefix(ZIP).and_then(|_| first.get(ENTRY..));
        match self.beginning {
            Beginning::Bytes(bytes) => first.starts_with(bytes),
            Beginning::Office => entry().is_some_and(|name| !name.starts_with(MEDIA_TYPE_ENTRY)),
            Beginning::OpenDocument => entry().is_some_and(|name| {
                let told = name.strip_prefix(MEDIA_TYPE_ENTRY);
                told.is_some_and(|rest| {
                    // The next entry follows: no longer name of a media type, such as that of a template.
                    rest.strip_prefix(self.media_type.as_bytes())
                        .is_some_and(|after| after.starts_with(b"PK"))
                })
            }),
            Beginning::Text => first.iter().take(LOOKED_AT).all(|byte| {
                !byte.is_ascii_control() || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)
            }),
        }
    }
}

/// Whether a name can be a file's: one name and no path, and shown as it is written.
#[must_use]
pub fn is_file_name(name: &str) -> bool {
    let misleads = |letter: char| {
        letter.is_control()
            || matches!(letter, '/' | '\\')
            // Marks that turn the direction of what follows: `fdp.exe` could be read as `exe.pdf`.
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !name.starts_with('.') && !name.contains(misleads)
}

/// The name of a file for `Content-Disposition` (RFC 6266): once in ASCII for old clients, once as it is.
#[must_use]
pub fn attachment(name: &str) -> String {
    use std::fmt::Write;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let ascii = name.replace(|letter| !plain(letter), "_");
    let mut encoded = String::new();
    for byte in name.bytes() {
        if plain(char::from(byte)) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(entry: &str, content: &str) -> Vec<u8> {
        let mut bytes = ZIP.to_vec();
        bytes.resize(ENTRY, 0);
        bytes.extend_from_slice(entry.as_bytes());
        bytes.extend_from_slice(content.as_bytes());
        bytes
    }

    fn kind(name: &str) -> &'static FileType {
        FileType::by_name(name).expect("a kind of file that is taken")
    }

    #[test]
    fn a_name_tells_the_kind_by_its_last_ending() {
        assert_eq!(kind("Underlag.PDF").media_type, "application/pdf");
        assert_eq!(kind("a.html.txt").media_type, "text/plain");
        for name in [
            "page.html",
            "a.pdf.exe",
            "pdf",
            ".pdf",
            "a.",
            "a.svg",
            "a.docm",
            "a.pdf ",
        ] {
            assert_eq!(FileType::by_name(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_declared_is_the_same_whatever_its_case_and_parameters() {
        assert!(kind("a.txt").is_declared_by("Text/Plain; charset=utf-8"));
        assert!(kind("a.csv").is_declared_by("application/vnd.ms-excel"));
        assert!(!kind("a.xlsx").is_declared_by("application/vnd.ms-excel"));
        assert!(!kind("a.txt").is_declared_by("text/html"));
        assert!(!kind("a.txt").is_declared_by(""));
    }

    #[test]
    fn each_kind_begins_as_it_should_and_no_other_does() {
        let opendocument = "application/vnd.oasis.opendocument.text";
        let writer = zip("mimetype", &format!("{opendocument}PK\x01\x02"));
        let samples: [(&str, Vec<u8>); 5] = [
            ("a.pdf", b"%PDF-1.7\n".to_vec()),
            ("a.docx", zip("[Content_Types].xml", "")),
            ("a.odt", writer),
            ("a.png", b"\x89PNG\r\n\x1a\n\0\0".to_vec()),
            ("a.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec()),
        ];
        for (name, bytes) in &samples {
            for (other, _) in &samples {
                assert_eq!(
                    kind(other).begins(bytes),
                    name == other,
                    "{name} as {other}"
                );
            }
            let as_text = kind("a.txt").begins(bytes);
            assert_eq!(as_text, *name == "a.pdf", "{name} as text");
        }
        let template = zip("mimetype", &format!("{opendocument}-templatePK"));
        assert!(!kind("a.odt").begins(&template));
        assert!(!kind("a.ods").begins(&samples[2].1));
    }

    #[test]
    fn text_is_in_any_encoding_of_one_byte_or_utf_8() {
        let text = kind("a.csv");
        assert!(text.begins("Namn;År\r\nÅsa;9\t\n".as_bytes()));
        assert!(text.begins(b"\xc5sa;9"), "as Windows writes it");
        assert!(text.begins("\u{feff}Åsa".as_bytes()));
        assert!(!text.begins(b"\xff\xfeA\0s\0"), "not in UTF-16");
        assert!(!text.begins(b"MZ\x90\0\x03"));
        assert!(!text.begins(b"\x1b[31m"));
    }

    #[test]
    fn a_file_name_is_no_path_and_hides_nothing() {
        for name in ["Kallelse 3 (rev).pdf", "Åtgärder–2026.xlsx", "a..pdf"] {
            assert!(is_file_name(name), "{name}");
        }
        for name in [
            "../a.pdf",
            "a/b.pdf",
            "C:\\a.pdf",
            ".htaccess.txt",
            "a\r\nX: y.pdf",
            "a\u{202e}fdp.txt",
        ] {
            assert!(!is_file_name(name), "{name:?}");
        }
    }

    #[test]
    fn the_attachment_bears_the_name_and_nothing_else() {
        assert_eq!(
            attachment("Åtgärder \"1\"; x=y.pdf"),
            "attachment; filename=\"_tg_rder__1___x_y.pdf\"; filename*=UTF-8''%C3%85tg%C3%A4rder%20%221%22%3B%20x%3Dy.pdf"
        );
        assert!(
            attachment("a\r\nSet-Cookie: b.pdf")
                .chars()
                .all(|c| !c.is_control())
        );
    }
}
