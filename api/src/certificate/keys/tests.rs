use super::*;
use crate::signing::{self, random_id};

const PUBLIC_URL: &str = "https://api.test";

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("samverkan-keys-{}", random_id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn new_key(&self, name: &str) -> PathBuf {
        self.file(name, &signing::pem(&SigningKey::generate().unwrap()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn open(key: Option<PathBuf>, previous: Option<PathBuf>) -> Result<KeyRing, Fault> {
    KeyRing::open(&config::Certificates {
        key_file: key,
        previous_keys_file: previous,
    })
}

fn ids(published: &Value) -> Vec<&str> {
    let keys = published["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap())
        .collect()
}

#[test]
fn without_a_key_nothing_is_signed_and_an_empty_set_is_published() {
    let ring = open(None, None).unwrap();

    assert!(ring.signing().is_none());
    assert_eq!(ring.published(PUBLIC_URL), json!({ "keys": [] }));
}

#[test]
fn a_change_of_keys_keeps_the_old_one_published() {
    let folder = Folder::new();
    let first = open(Some(folder.new_key("first.pem")), None).unwrap();
    let saved = first.published(PUBLIC_URL);
    let previous = folder.file("previous.json", &saved.to_string());

    let second = open(Some(folder.new_key("second.pem")), Some(previous)).unwrap();

    let published = second.published(PUBLIC_URL);
    assert_eq!(ids(&published).len(), 2);
    assert_eq!(ids(&published)[1], ids(&saved)[0]);
    let third = folder.file("third.json", &published.to_string());
    let third = open(Some(folder.new_key("third.pem")), Some(third)).unwrap();
    assert_eq!(ids(&third.published(PUBLIC_URL)).len(), 3);
}

#[test]
fn a_saved_set_that_holds_todays_key_does_not_publish_it_twice() {
    let folder = Folder::new();
    let key = folder.new_key("key.pem");
    let saved = open(Some(key.clone()), None).unwrap().published(PUBLIC_URL);
    let previous = folder.file("previous.json", &saved.to_string());

    let ring = open(Some(key), Some(previous)).unwrap();

    assert_eq!(ring.published(PUBLIC_URL), saved);
}

#[test]
fn previous_keys_alone_are_published_where_nothing_is_issued_any_more() {
    let folder = Folder::new();
    let saved = open(Some(folder.new_key("key.pem")), None).unwrap();
    let saved = saved.published(PUBLIC_URL);
    let previous = folder.file("previous.json", &saved.to_string());

    let ring = open(None, Some(previous)).unwrap();

    assert!(ring.signing().is_none());
    assert_eq!(ring.published(PUBLIC_URL), saved);
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let folder = Folder::new();
    let key = folder.new_key("key.pem");
    let garbage = folder.file("garbage", "nothing");
    let mut private = open(Some(key.clone()), None).unwrap().published(PUBLIC_URL);
    private["keys"][0]["d"] = "secret".into();
    // Beside a good key, since a set without one is refused for that.
    let other = open(Some(folder.new_key("other.pem")), None).unwrap();
    let other = other.published(PUBLIC_URL)["keys"][0].take();
    private["keys"].as_array_mut().unwrap().push(other);
    let private = folder.file("private.json", &private.to_string());
    let faults = [
        open(Some(folder.0.join("missing.pem")), None).unwrap_err(),
        open(Some(garbage.clone()), None).unwrap_err(),
        open(Some(key.clone()), Some(garbage)).unwrap_err(),
        open(Some(key), Some(private)).unwrap_err(),
    ];

    let texts = faults.map(|fault| fault.to_string());

    assert!(
        texts[0].contains("missing.pem cannot be read"),
        "{}",
        texts[0]
    );
    assert!(texts[1].contains("new-key"), "{}", texts[1]);
    assert!(texts[2].contains("certificate-keys.json"), "{}", texts[2]);
    assert!(texts[3].contains("private"), "{}", texts[3]);
    assert!(!texts[3].contains("secret\""), "{}", texts[3]);
}
