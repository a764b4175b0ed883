use super::*;
use crate::identity::{Algorithm, Binding, KeyPlace};
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

const WHOLE: &str = r#"
listen = "0.0.0.0:80"
public_url = "https://api.example.se/"
log = "json"
audience = "https://api.example.se"
cors_origins = ["https://www.example.se"]

[database]
url = "postgres://samverkan:s3cret@db/samverkan"
max_connections = 40

[http]
shutdown_timeout_seconds = 5

[[issuer]]
name = "goteborg"
url = "https://login.goteborg.example"
mode = "single"
organisations = ["212000-1355"]
keys_file = "goteborg.json"
clients = ["staff-portal"]
service_clients = ["training-system"]

[[issuer]]
name = "skane"
url = "https://login.skane.example/realms/x"
mode = "by_claim"
organisations = ["212000-1124", "2321000255"]
keys_url = "https://login.skane.example/jwks?v=1"
algorithms = ["PS256"]
accepted_type = "jwt"
audience = "samverkan"
max_lifetime_seconds = 600
"#;

fn load(toml: &str, environment: &[(&str, &str)]) -> Result<Config, Mistakes> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("samverkan-config-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{number}.toml"));
    fs::write(&path, toml).unwrap();
    let loaded = Config::load(Some(&path), owned(environment));
    fs::remove_file(path).unwrap();
    loaded
}

fn owned(environment: &[(&str, &str)]) -> Vec<(String, String)> {
    environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn mistakes(toml: &str, environment: &[(&str, &str)]) -> Vec<String> {
    match load(toml, environment) {
        Ok(config) => panic!("nothing was found wrong: {config:?}"),
        Err(mistakes) => mistakes
            .iter()
            .map(|mistake| format!("{}: {} {}", mistake.key, mistake.wrong, mistake.remedy))
            .collect(),
    }
}

#[test]
fn a_whole_file_is_read() {
    let config = load(WHOLE, &[]).unwrap();

    assert_eq!(config.listen.port(), 80);
    assert_eq!(config.public_url, "https://api.example.se");
    assert_eq!(config.log, LogFormat::Json);
    assert_eq!(config.database.max_connections, 40);
    assert_eq!(config.database.lock_timeout, Duration::from_secs(3));
    assert_eq!(config.http.shutdown_timeout, Duration::from_secs(5));
    let [first, second] = config.issuers.as_slice() else {
        panic!("two issuers are registered, not {}", config.issuers.len());
    };
    assert_eq!(
        first.issuer.binding,
        Binding::Single("2120001355".to_owned())
    );
    assert_eq!(first.issuer.audience, "https://api.example.se");
    assert_eq!(first.issuer.algorithms, Algorithm::USUAL.into());
    assert!(matches!(&first.keys, KeyPlace::File(path) if path.is_absolute()));
    assert_eq!(second.issuer.audience, "samverkan");
    assert_eq!(second.issuer.max_lifetime.num_seconds(), 600);
    assert!(matches!(&second.keys, KeyPlace::Address(url) if url.query() == Some("v=1")));
}

#[test]
fn the_environment_alone_is_enough_on_loopback() {
    let variables = [("SAMVERKAN_DATABASE_URL", "sqlite:///tmp/a.sqlite")];

    let config = Config::load(None, owned(&variables)).unwrap();

    assert_eq!(config.listen.to_string(), "127.0.0.1:8000");
    assert_eq!(config.public_url, "http://127.0.0.1:8000");
    assert_eq!(config.audience, config.public_url);
    assert_eq!(config.http.request_timeout, Duration::from_secs(10));
}

#[test]
fn the_environment_outranks_the_file() {
    let variables = [
        ("SAMVERKAN_LISTEN", "127.0.0.1:9000"),
        ("SAMVERKAN_DATABASE_MAX_CONNECTIONS", "7"),
        (
            "SAMVERKAN_CORS_ORIGINS",
            "https://a.example, https://b.example:8443",
        ),
    ];

    let config = load(WHOLE, &variables).unwrap();

    assert_eq!(config.listen.port(), 9000);
    assert_eq!(config.database.max_connections, 7);
    assert_eq!(
        config.cors_origins,
        ["https://a.example", "https://b.example:8443"]
    );
}

#[test]
fn every_mistake_is_reported_at_once() {
    let toml = r#"
listen = "localhost"
publicurl = "https://api.example.se"
cors_origins = ["*", "https://www.example.se/"]
[database]
url = "mysql://db"
max_conections = 4
max_connections = "4"
[[issuer]]
name = "a"
url = "http://login.example"
mode = "single"
organisations = ["212000-1356", "212000-1124", "2321000255"]
algorithms = ["HS256"]
client = ["x"]
"#;

    assert_eq!(
        mistakes(
            toml,
            &[("SAMVERKAN_LOGG", "json"), ("SAMVERKAN_LOG", "xml")]
        ),
        [
            "SAMVERKAN_LOGG: is no setting. Did you mean `SAMVERKAN_LOG`?",
            "database.max_conections: is no setting. Did you mean `database.max_connections`?",
            "publicurl: is no setting. Did you mean `public_url`?",
            "listen: is not an address to listen on. \
             Write IP address and port, for example \"127.0.0.1:8000\".",
            "SAMVERKAN_LOG: is no log format. Write \"text\" or \"json\".",
            "cors_origins: \"*\" is not an address. \
             Write it whole, for example \"https://api.example.se\".",
            "cors_origins: \"https://www.example.se/\" is not an exact origin. \
             Write scheme and host as browsers do: \"https://www.example.se\", no path, no `*`.",
            "database.url: is neither SQLite nor PostgreSQL. \
             Write \"postgres://user@host/samverkan\" or \"sqlite:///var/lib/samverkan/db.sqlite\".",
            "database.max_connections: is not a whole number in its range. \
             Write a number from 1 to 500, without quotes in the file.",
            "issuer[1].client: is no setting. Did you mean `clients`?",
            "issuer[1].url: is not https. \
             Use https; http is accepted for 127.0.0.1, [::1] and localhost only.",
            "issuer[1].organisations: \"212000-1356\" is no organisation number. \
             Write its ten digits, for example \"212000-1355\".",
            "issuer[1].organisations: does not name exactly one. \
             Name the one organisation whose issuer it is.",
            "issuer[1].keys_url: is missing. \
             Set keys_url to the provider's `jwks_uri`, or keys_file.",
            "issuer[1].algorithms: \"HS256\" is not accepted. Choose among RS256, RS384, RS512, \
             PS256, PS384, PS512, ES256, ES384, EdDSA; shared secrets (HS…) and `none` never are.",
        ]
    );
}

#[test]
fn production_refuses_the_issuer_of_the_demonstration() {
    for url in [
        "https://demo.samverkan.invalid",
        "https://DEMO.samverkan.invalid/",
        "https://demo.samverkan.invalid.",
        "https://demo.samverkan.invalid:8443/realm",
    ] {
        let toml = WHOLE.replace("https://login.goteborg.example", url);
        let found = mistakes(&toml, &[]);
        assert!(
            found[0].contains("the demonstration's issuer"),
            "{url}: {found:?}"
        );
    }
}

#[test]
fn two_tables_for_one_issuer_are_refused() {
    let again = WHOLE.replace(
        "https://login.skane.example/realms/x",
        "https://login.goteborg.example",
    );
    assert_eq!(
        mistakes(&again, &[]),
        ["issuer[2].url: is registered twice. Write one table for each issuer."]
    );
}

#[test]
fn an_empty_list_of_clients_is_not_taken_for_everyone() {
    let toml = WHOLE.replace("[\"staff-portal\"]", "[]");

    assert!(mistakes(&toml, &[])[0].starts_with("issuer[1].clients: names none."));
}

#[test]
fn what_must_be_set_is_asked_for() {
    let variables = owned(&[("SAMVERKAN_LISTEN", "0.0.0.0:80")]);

    let found = Config::load(None, variables).unwrap_err().to_string();

    assert_eq!(
        found,
        "The configuration has 2 mistakes:\
         \n  public_url: is missing. Set SAMVERKAN_PUBLIC_URL or `public_url` in the file.\
         \n  database.url: is missing. Set SAMVERKAN_DATABASE_URL or `database.url` in the file."
    );
}

#[test]
fn variables_of_kubernetes_of_the_tests_and_of_the_command_line_are_left_alone() {
    let variables = [
        ("SAMVERKAN_DATA", "/var/lib/samverkan"),
        ("SAMVERKAN_SERVICE_HOST", "10.0.0.1"),
        ("SAMVERKAN_PORT_8000_TCP_ADDR", "10.0.0.1"),
        ("SAMVERKAN_TEST_DATABASE_URL", "postgres://x"),
    ];

    assert!(load(WHOLE, &variables).is_ok());
}

#[test]
fn a_password_is_never_printed() {
    let config = load(WHOLE, &[]).unwrap();
    let broken = WHOLE.replace("db/samverkan\"", "db/samverkan");
    let refused = WHOLE.replace("postgres://", "postgre://");

    assert!(!format!("{config:?}").contains("s3cret"));
    for toml in [broken, refused] {
        assert!(!mistakes(&toml, &[]).join("\n").contains("s3cret"));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let variables = owned(&[(CONFIG_VARIABLE, "/nowhere/samverkan.toml")]);

    let found = Config::load(None, variables).unwrap_err();

    assert!(
        found
            .to_string()
            .contains("/nowhere/samverkan.toml: cannot be read")
    );
}

#[test]
fn the_demonstration_is_reachable_from_this_computer_only() {
    let config = Config::demonstration(Path::new("/data/50%"), 8123);

    assert_eq!(config.listen.to_string(), "127.0.0.1:8123");
    assert_eq!(
        config.database.url.expose(),
        "sqlite:///data/50%25/samverkan.sqlite?mode=rwc"
    );
    assert!(config.issuers.is_empty());
}

#[test]
fn every_default_of_the_table_is_accepted() {
    for setting in SETTINGS {
        if let Some(default) = setting.default {
            let variables = owned(&[
                (&setting.variable(), default),
                ("SAMVERKAN_DATABASE_URL", "sqlite:///tmp/a.sqlite"),
            ]);
            Config::load(None, variables).unwrap();
        }
    }
}

#[test]
fn documents_lie_in_a_folder_beside_the_file_or_in_a_bucket() {
    let usual = load(WHOLE, &[]).unwrap().documents;
    let DocumentStore::Folder(folder) = &usual.store else {
        panic!("a folder is usual: {usual:?}");
    };
    assert!(folder.is_absolute() && folder.ends_with("documents"));
    assert_eq!(usual.most_bytes, 26_214_400);

    let bucket = WHOLE.replace(
        "[http]",
        "[documents]\nbucket = \"b\"\nendpoint = \"https://s3.example.se/\"\naccess_key_id = \"AKIA\"\n\
         secret_access_key = \"s3cret\"\nmax_megabytes = 1\n[http]",
    );
    let documents = load(&bucket, &[]).unwrap().documents;
    let DocumentStore::Bucket(found) = &documents.store else {
        panic!("a bucket is named: {documents:?}");
    };
    assert_eq!(
        (found.name.as_str(), found.region.as_str()),
        ("b", "eu-north-1")
    );
    assert_eq!(found.endpoint.as_deref(), Some("https://s3.example.se"));
    assert_eq!(documents.most_bytes, 1_048_576);
    assert!(!format!("{documents:?}").contains("s3cret"));
}

#[test]
fn half_a_key_and_a_key_without_a_bucket_are_refused() {
    let half = [
        ("SAMVERKAN_DOCUMENTS_BUCKET", "b"),
        ("SAMVERKAN_DOCUMENTS_ACCESS_KEY_ID", "a"),
    ];
    let alone = [("SAMVERKAN_DOCUMENTS_ENDPOINT", "https://s3.example.se")];

    assert!(mistakes(WHOLE, &half)[0].starts_with("documents: has one half of a key only."));
    assert!(mistakes(WHOLE, &alone)[0].starts_with("documents.bucket: is missing."));
}
