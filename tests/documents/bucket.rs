//! Documents in a bucket: what the server asks of a store that speaks S3, and what becomes of a document when the store
//! does not do it.
//!
//! The store here keeps what the protocol says in memory, checks each request's signature, and takes no small parts but the
//! last, as Amazon does.

use super::world::{PDF, fetch, pdf, send, taken};
use crate::{
    harness::{Server, Setup, on_both_databases},
    meetings::world::{SECRETARY, network},
};
use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac::{HMAC_SHA256, Key, sign},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

const NAME: &str = "samverkan-test";
const REGION: &str = "eu-north-1";
const KEY: &str = "AKIASAMVERKAN";
const SECRET: &str = "not a secret/but+long enough";
/// What S3 takes at least of every part but the last.
const PART: usize = 5 * 1024 * 1024;

/// A bucket on this machine.
#[derive(Default)]
struct Bucket {
    files: Mutex<BTreeMap<String, Bytes>>,
    /// Parts of what is not yet complete, by the upload's name.
    uploads: Mutex<BTreeMap<String, BTreeMap<u32, Bytes>>>,
    /// Whether it is out of order.
    refuses: AtomicBool,
}

impl Bucket {
    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.files.lock().expect("nobody has panicked")
    }

    fn uploads(&self) -> MutexGuard<'_, BTreeMap<String, BTreeMap<u32, Bytes>>> {
        self.uploads.lock().expect("nobody has panicked")
    }

    fn names(&self) -> Vec<String> {
        self.files().keys().cloned().collect()
    }

    fn unfinished(&self) -> usize {
        self.uploads().len()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text can be written");
        text
    })
}

/// Whether a request is signed with the bucket's key, by version 4 of Amazon's signatures.
fn is_signed(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let authorization = text("authorization");
    let part = |name: &str| {
        let from = authorization.split(name).nth(1).unwrap_or_default();
        from.split(',').next().unwrap_or_default().trim().to_owned()
    };
    let (credential, signed, signature) = (
        part("Credential="),
        part("SignedHeaders="),
        part("Signature="),
    );
    let hash = text("x-amz-content-sha256");
    if hash != "UNSIGNED-PAYLOAD" && hash != hexadecimal(digest(&SHA256, body).as_ref()) {
        return false;
    }
    let mut query: Vec<&str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|one| !one.is_empty())
        .collect();
    query.sort_unstable();
    let query: Vec<String> = query
        .iter()
        .map(|one| {
            if one.contains('=') {
                (*one).to_owned()
            } else {
                format!("{one}=")
            }
        })
        .collect();
    let lines = signed.split(';').fold(String::new(), |mut lines, name| {
        writeln!(lines, "{name}:{}", text(name)).expect("text can be written");
        lines
    });
    let canonical = format!(
        "{method}\n{}\n{}\n{lines}\n{signed}\n{hash}",
        uri.path(),
        query.join("&")
    );
    let scope = credential
        .strip_prefix(&format!("{KEY}/"))
        .unwrap_or_default();
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
        text("x-amz-date"),
        hexadecimal(digest(&SHA256, canonical.as_bytes()).as_ref())
    );
    let day = scope.split('/').next().unwrap_or_default();
    let key = [day, REGION, "s3", "aws4_request"].iter().fold(
        format!("AWS4{SECRET}").into_bytes(),
        |key, word| {
            sign(&Key::new(HMAC_SHA256, &key), word.as_bytes())
                .as_ref()
                .to_vec()
        },
    );
    signature == hexadecimal(sign(&Key::new(HMAC_SHA256, &key), to_sign.as_bytes()).as_ref())
}

fn xml(status: StatusCode, text: impl Into<String>) -> Response {
    ([(header::CONTENT_TYPE, "application/xml")], text.into())
        .into_response()
        .with(status)
}

trait WithStatus {
    fn with(self, status: StatusCode) -> Self;
}

impl WithStatus for Response {
    fn with(mut self, status: StatusCode) -> Self {
        *self.status_mut() = status;
        self
    }
}

fn fault(status: StatusCode, code: &str) -> Response {
    xml(
        status,
        format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>"),
    )
}

async fn answer(
    State(bucket): State<Arc<Bucket>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_signed(&method, &uri, &headers, &body) {
        return fault(StatusCode::FORBIDDEN, "SignatureDoesNotMatch");
    }
    if bucket.refuses.load(Ordering::Relaxed) && method != Method::DELETE {
        return fault(StatusCode::FORBIDDEN, "AccessDenied");
    }
    let Some(key) = uri.path().strip_prefix(&format!("/{NAME}")) else {
        return fault(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    let key = key.trim_start_matches('/').to_owned();
    let query: BTreeMap<&str, &str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    let upload = query.get("uploadId").map(|id| (*id).to_owned());
    match (method.as_str(), upload) {
        ("POST", None) if query.contains_key("uploads") => begin(&bucket, &key),
        ("PUT", Some(upload)) => {
            let number = query["partNumber"].parse().expect("a number");
            match bucket.uploads().get_mut(&upload) {
                Some(parts) => {
                    parts.insert(number, body);
                    [(header::ETAG, format!("\"{number}\""))].into_response()
                }
                None => fault(StatusCode::NOT_FOUND, "NoSuchUpload"),
            }
        }
        ("POST", Some(upload)) => complete(&bucket, &key, &upload),
        ("DELETE", Some(upload)) => {
            bucket.uploads().remove(&upload);
            StatusCode::NO_CONTENT.into_response()
        }
        ("GET", None) if query.contains_key("list-type") => {
            list(&bucket, &query["prefix"].replace("%2F", "/"))
        }
        ("GET", None) => match bucket.files().get(&key) {
            Some(file) => {
                let headers = [
                    (header::ETAG, "\"whole\""),
                    (header::LAST_MODIFIED, "Mon, 02 Mar 2026 08:00:00 GMT"),
                ];
                (headers, file.clone()).into_response()
            }
            None => fault(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        ("DELETE", None) => {
            bucket.files().remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => fault(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

fn begin(bucket: &Bucket, key: &str) -> Response {
    let mut uploads = bucket.uploads();
    let upload = format!("upload{}", key.replace('/', ""));
    uploads.insert(upload.clone(), BTreeMap::new());
    xml(
        StatusCode::OK,
        format!(
            "<InitiateMultipartUploadResult><Bucket>{NAME}</Bucket><Key>{key}</Key>\
             <UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
        ),
    )
}

fn complete(bucket: &Bucket, key: &str, upload: &str) -> Response {
    let Some(parts) = bucket.uploads().remove(upload) else {
        return fault(StatusCode::NOT_FOUND, "NoSuchUpload");
    };
    let last = parts.len().saturating_sub(1);
    if parts.values().take(last).any(|part| part.len() < PART) {
        return fault(StatusCode::BAD_REQUEST, "EntityTooSmall");
    }
    let whole: Vec<u8> = parts.values().flatten().copied().collect();
    bucket.files().insert(key.to_owned(), whole.into());
    xml(
        StatusCode::OK,
        format!(
            "<CompleteMultipartUploadResult><Bucket>{NAME}</Bucket><Key>{key}</Key><ETag>\"whole\"</ETag>\
             </CompleteMultipartUploadResult>"
        ),
    )
}

fn list(bucket: &Bucket, prefix: &str) -> Response {
    let files = bucket.files();
    let below = files.iter().filter(|(key, _)| key.starts_with(prefix));
    let contents = below.fold(String::new(), |mut text, (key, file)| {
        write!(
            text,
            "<Contents><Key>{key}</Key><LastModified>2026-03-02T08:00:00.000Z</LastModified><ETag>\"whole\"</ETag>\
             <Size>{}</Size></Contents>",
            file.len()
        ).expect("text can be written");
        text
    });
    xml(
        StatusCode::OK,
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"),
    )
}

/// Starts a bucket, and says how a server reaches it.
async fn bucket(secret: &str) -> (Arc<Bucket>, Setup) {
    let bucket = Arc::new(Bucket::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new()
        .fallback(answer)
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(Arc::clone(&bucket));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = [
        ("SAMVERKAN_DOCUMENTS_BUCKET", NAME),
        ("SAMVERKAN_DOCUMENTS_REGION", REGION),
        ("SAMVERKAN_DOCUMENTS_ENDPOINT", &endpoint),
        ("SAMVERKAN_DOCUMENTS_ACCESS_KEY_ID", KEY),
        ("SAMVERKAN_DOCUMENTS_SECRET_ACCESS_KEY", secret),
    ];
    let setup = Setup {
        settings: settings
            .map(|(name, value)| (name, value.to_owned()))
            .to_vec(),
        ..Setup::default()
    };
    (bucket, setup)
}

on_both_databases! {
    async fn a_document_goes_to_the_bucket_in_parts_and_comes_back_whole(backend: Backend) {
        let (bucket, setup) = bucket(SECRET).await;
        let server = Server::start_with(backend, setup).await;
        let group = network(&server, json!({})).await.group;
        let secretary = server.by(SECRETARY);
        // Two parts and a bit, so that one part is the last.
        let mut bytes = PDF.to_vec();
        bytes.extend((0..PART * 2).map(|place| u8::try_from(place % 251).expect("below 256")));

        let large = taken(&send(&server, &secretary, pdf(&group, &bytes)).await);
        let small = taken(&send(&server, &secretary, pdf(&group, PDF)).await);

        assert_eq!((bucket.names().len(), bucket.unfinished()), (2, 0));
        assert!(fetch(&server, &secretary, &large).await.bytes == bytes, "the same bytes come back");
        assert_eq!(fetch(&server, &secretary, &small).await.bytes, PDF);
        let removed = secretary.mutate("removeDocument", json!({ "documentId": large }), "removedId").await;
        assert_eq!(removed.at("removeDocument/removedId"), &json!(large));
        assert_eq!(bucket.names().len(), 1, "its file goes too");
        assert_eq!(server.check_documents().await, [""; 0]);
        let names = bucket.names();
        let (below, _) = names[0].split_once('/').expect("a name below the installation's");
        let stray = format!("{below}/{}", "0".repeat(32));
        bucket.files().insert(format!("other/{}", "0".repeat(32)), PDF.into());
        bucket.files().insert(stray, PDF.into());
        assert_eq!(server.sweep_documents("2026-03-01T00:00:00Z").await, 0, "a young file may be waiting for its row");
        assert_eq!(server.sweep_documents("2026-03-03T00:00:00Z").await, 1);
        assert_eq!(bucket.names().len(), 2, "what has a row stays, and what is another installation's");
        bucket.files().clear();
        assert_eq!(server.check_documents().await.len(), 1);
        assert_eq!(fetch(&server, &secretary, &small).await.status, 500, "a damage is no missing document");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_document_that_the_bucket_does_not_take_leaves_nothing(backend: Backend) {
        let (bucket, setup) = bucket(SECRET).await;
        let server = Server::start_with(backend, setup).await;
        let group = network(&server, json!({})).await.group;
        let secretary = server.by(SECRETARY);
        bucket.refuses.store(true, Ordering::Relaxed);

        let refused = send(&server, &secretary, pdf(&group, PDF)).await;

        assert_eq!(refused.status, 500, "{}", refused.text);
        assert!(!refused.text.contains("AccessDenied"), "what the store said is for the log: {}", refused.text);
        assert_eq!((bucket.names().len(), bucket.unfinished()), (0, 0));
        let listed = secretary.ask("query($id: ID!) { group(id: $id) { documents { nodes { id } } } }", json!({ "id": group })).await;
        assert_eq!(listed.at("group/documents/nodes"), &json!([]));
        bucket.refuses.store(false, Ordering::Relaxed);
        taken(&send(&server, &secretary, pdf(&group, PDF)).await);
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_is_opened_with_another_key_takes_nothing() {
    let (bucket, setup) = bucket("another").await;
    let server = Server::start_with(crate::harness::Backend::Sqlite, setup).await;
    let group = network(&server, json!({})).await.group;

    let refused = send(&server, &server.by(SECRETARY), pdf(&group, PDF)).await;

    assert_eq!(refused.status, 500, "{}", refused.text);
    assert_eq!((bucket.names().len(), bucket.unfinished()), (0, 0));
    server.stop().await;
}
