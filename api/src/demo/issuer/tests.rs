use super::*;
use crate::identity::{Bearer, Pace, Rejection, Verifier};
use std::fs;

const AUDIENCE: &str = "http://127.0.0.1:8000";
const GOTEBORG: &str = "2120001355";
const MALMO: &str = "2120001124";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("samverkan-demo-{}", random_id()))
}

async fn claims(issuer: &DemoIssuer, token: &str) -> Result<crate::identity::Claims, Rejection> {
    let row = issuer.registration([GOTEBORG.to_owned()]);
    let verifier = Verifier::start([row], Pace::default()).unwrap();
    verifier.claims_of(&format!("Bearer {token}"), now()).await
}

#[tokio::test]
async fn a_token_of_the_demonstration_is_accepted() {
    let folder = folder();
    let issuer = DemoIssuer::open(&folder, AUDIENCE).unwrap();

    let token = issuer.mint(
        "anna",
        GOTEBORG,
        EXPLORER_CLIENT,
        &["read", "write"],
        LIFETIME,
        now(),
    );
    let claims = claims(&issuer, &token).await.unwrap();

    assert_eq!(claims.subject, "anna");
    assert_eq!(claims.organisation, GOTEBORG);
    assert_eq!(claims.bearer, Bearer::Person);
    assert!(claims.may_introspect);
    assert_eq!(claims.scopes.len(), 2);
    assert_eq!(claims.expires_at, now() + LIFETIME);
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_token_for_an_organisation_outside_the_demonstration_is_refused() {
    let folder = folder();
    let issuer = DemoIssuer::open(&folder, AUDIENCE).unwrap();

    let token = issuer.mint("anna", MALMO, SERVICE_CLIENT, &[], LIFETIME, now());

    assert_eq!(
        claims(&issuer, &token).await,
        Err(Rejection::OrganisationNone)
    );
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn the_key_outlives_a_restart_and_is_closed_to_others() {
    let folder = folder();
    let first = DemoIssuer::open(&folder, AUDIENCE).unwrap();
    let token = first.mint("anna", GOTEBORG, SERVICE_CLIENT, &[], LIFETIME, now());

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join(KEY_FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let _opened = DemoIssuer::open(&folder, AUDIENCE).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let second = DemoIssuer::open(&folder, AUDIENCE).unwrap();

    assert_eq!(
        claims(&second, &token).await.unwrap().bearer,
        Bearer::Service
    );
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        1,
        "a draft of the key was left behind"
    );
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_new_key_has_a_new_id() {
    let (one, two) = (folder(), folder());

    let first = DemoIssuer::open(&one, AUDIENCE).unwrap();
    let second = DemoIssuer::open(&two, AUDIENCE).unwrap();

    assert_ne!(
        first.key.public().thumbprint,
        second.key.public().thumbprint
    );
    fs::remove_dir_all(one).unwrap();
    fs::remove_dir_all(two).unwrap();
}

#[test]
fn a_file_that_holds_no_key_is_named_and_not_overwritten() {
    let folder = folder();
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(KEY_FILE), "not a key").unwrap();

    let fault = DemoIssuer::open(&folder, AUDIENCE).unwrap_err();

    assert!(matches!(fault, DemoIssuerFault::NotAKey(_)), "{fault}");
    assert_eq!(fs::read(folder.join(KEY_FILE)).unwrap(), b"not a key");
    fs::remove_dir_all(folder).unwrap();
}
