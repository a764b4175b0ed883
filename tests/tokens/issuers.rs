//! Issuers of a test's own, registered as an operator registers them: in a file, with key sets beside it.

use super::bad_tokens::world::{AUDIENCE, BY_CLAIM, World};
use crate::harness::{Answer, Backend, Server, Setup};
use std::path::{Path, PathBuf};

/// A server with the made-up issuers beside the harness's own.
pub struct Registered {
    pub server: Server,
    pub world: World,
    folder: PathBuf,
}

impl Registered {
    pub async fn start(backend: Backend) -> Self {
        let world = World::default();
        let folder = crate::harness::new_folder();
        let file = folder.join("samverkan.toml");
        write(&file, &World::tables());
        for (name, keys) in world.key_sets() {
            write(&folder.join(name), &keys);
        }
        let setup = Setup {
            settings: vec![("SAMVERKAN_AUDIENCE", AUDIENCE.to_owned())],
            file: Some(file),
            ..Setup::default()
        };
        let server = Server::start_with(backend, setup).await;
        Self {
            server,
            world,
            folder,
        }
    }

    /// This second, by the server's clock.
    pub fn now(&self) -> i64 {
        self.server.clock.now().timestamp()
    }

    /// The subject `anna` of the issuer by claim becomes a member of Region Skåne.
    pub async fn register_anna(&self) {
        let sql = format!(
            "UPDATE membership SET issuer = '{BY_CLAIM}', subject = 'anna' WHERE subject = 'camilla-linderod'"
        );
        self.server.sql(&sql).await;
    }

    /// Replaces a key set.
    pub fn replace_keys(&self, name: &str, keys: &str) {
        let path = self.folder.join(name);
        let draft = path.with_extension("draft");
        write(&draft, keys);
        std::fs::rename(&draft, &path).expect("the key set is replaced");
    }

    pub async fn stop(self) {
        self.server.stop().await;
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a file is written");
}

/// Asks who is asking, with these headers `Authorization`.
pub async fn who_am_i(server: &Server, authorization: &[&[u8]]) -> Answer {
    let mut request = server.http.post(server.url());
    for value in authorization {
        let value = reqwest::header::HeaderValue::from_bytes(value).expect("a header");
        request = request.header("authorization", value);
    }
    let body = serde_json::json!({ "query": "{ viewer { organisation { name } role } }" });
    Answer::to(request.json(&body)).await
}

/// As [`who_am_i`], with one token.
pub async fn with_token(server: &Server, token: &str) -> Answer {
    who_am_i(server, &[format!("Bearer {token}").as_bytes()]).await
}

/// All of an answer that a client could compare, but for what differs in every answer.
pub fn fingerprint(answer: &Answer) -> String {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    format!(
        "{}\n{}\n\n{}",
        answer.status,
        headers.join("\n"),
        answer.text
    )
}
