//! Where one issuer's keys come from, and how they are kept fresh without trusting the network more
//! than needed: one fetch at a time, a last good set that outlives an outage, and a ceiling on
//! everything that a provider sends.

use super::key_set::{KeySet, KeySetFault, MAX_SET_BYTES};
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::io::AsyncReadExt;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

/// Where an issuer's key set is found.
#[derive(Clone, Debug)]
pub enum KeyPlace {
    /// A file, read again when it changes.
    File(PathBuf),
    /// An https address (http on loopback only), polled.
    Address(Url),
    /// A set that this process holds, for the demonstration's own issuer.
    InProcess(Arc<KeySet>),
}

/// How often and how long keys are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two polls of an address.
    pub poll: Duration,
    /// Between two looks at a file.
    pub look: Duration,
    /// After a poll that failed.
    pub retry: Duration,
    /// The least time between two fetches that unknown key ids cause.
    pub unknown_key: Duration,
    /// The longest that a fetch may take.
    pub timeout: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: Duration::from_mins(5),
            look: Duration::from_secs(5),
            retry: Duration::from_secs(15),
            unknown_key: Duration::from_mins(1),
            timeout: Duration::from_secs(5),
        }
    }
}

/// Why keys could not be loaded; the last good set stays.
#[derive(Debug, thiserror::Error)]
enum LoadFault {
    #[error("the key file cannot be read: {0}")]
    File(#[from] std::io::Error),
    #[error("the provider does not answer: {0}")]
    Provider(#[from] reqwest::Error),
    #[error("the provider answers {0}; only 200 is accepted, and no redirect is followed")]
    Status(StatusCode),
    #[error(transparent)]
    Set(#[from] KeySetFault),
}

/// One issuer's keys and their place.
#[derive(Debug)]
pub(super) struct KeySource {
    issuer: String,
    place: Place,
    pace: Pace,
    current: RwLock<Arc<KeySet>>,
    /// Held by the one fetch that is under way.
    flight: Arc<Mutex<Flight>>,
}

#[derive(Debug)]
enum Place {
    File(PathBuf),
    Address(Url, Client),
    InProcess,
}

#[derive(Debug, Default)]
struct Flight {
    started: Option<Instant>,
    finished: Option<Instant>,
    /// Whether the last fetch brought a good set.
    good: bool,
    /// The file's time and size when it was last read well.
    file: Option<(SystemTime, u64)>,
}

impl KeySource {
    /// Prepares a source; nothing is fetched yet.
    pub(super) fn new(issuer: &str, keys: KeyPlace, pace: Pace) -> Result<Self, reqwest::Error> {
        let mut current = Arc::default();
        let source = match keys {
            KeyPlace::File(path) => Place::File(path),
            KeyPlace::Address(url) => {
                let client = client(&url, pace)?;
                Place::Address(url, client)
            }
            KeyPlace::InProcess(set) => {
                current = set;
                Place::InProcess
            }
        };
        Ok(Self {
            issuer: issuer.to_owned(),
            place: source,
            pace,
            current: RwLock::new(current),
            flight: Arc::default(),
        })
    }

    /// The last good set; empty before the first one.
    pub(super) fn current(&self) -> Arc<KeySet> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A token named a key that we do not have: looks once, at most once a minute, however many ask.
    pub(super) async fn refresh_for_unknown_key(self: &Arc<Self>) {
        let asked = Instant::now();
        let flight = Arc::clone(&self.flight).lock_owned().await;
        if flight
            .started
            .is_some_and(|started| asked < started + self.pace.unknown_key)
        {
            return;
        }
        self.fetch_apart(flight).await;
    }

    /// Keeps the set fresh for as long as the task runs.
    pub(super) async fn poll(self: Arc<Self>) {
        let usual = match self.place {
            Place::InProcess => return,
            Place::File(_) => self.pace.look,
            Place::Address(..) => self.pace.poll,
        };
        loop {
            let loaded = self.refresh_for_poll().await;
            let pause = if loaded {
                usual
            } else {
                usual.min(self.pace.retry)
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Returns whether the set is good.
    async fn refresh_for_poll(self: &Arc<Self>) -> bool {
        let asked = Instant::now();
        let flight = Arc::clone(&self.flight).lock_owned().await;
        if flight.finished.is_some_and(|finished| finished > asked) {
            // A request fetched while we waited.
            return flight.good;
        }
        self.fetch_apart(flight).await
    }

    /// Fetches in a task of its own: a caller that hangs up must not cut the fetch that others wait
    /// for, and so use up the minute for nothing. Returns whether the set is good.
    async fn fetch_apart(self: &Arc<Self>, mut flight: OwnedMutexGuard<Flight>) -> bool {
        let source = Arc::clone(self);
        let task = tokio::spawn(async move {
            flight.started = Some(Instant::now());
            flight.good = source.fetch(&mut flight).await;
            flight.finished = Some(Instant::now());
            flight.good
        });
        task.await.unwrap_or(false)
    }

    async fn fetch(&self, flight: &mut Flight) -> bool {
        match self.load(flight).await {
            Ok(Some((set, remarks))) => {
                for remark in remarks {
                    tracing::warn!(issuer = self.issuer, remark, "a key is set aside");
                }
                tracing::debug!(issuer = self.issuer, keys = set.usable(), "keys loaded");
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set);
                true
            }
            Ok(None) => true,
            Err(fault) => {
                let kept = self.current().usable();
                tracing::warn!(issuer = self.issuer, %fault, kept, "keys could not be loaded");
                false
            }
        }
    }

    /// Loads the set; none if it is known to be unchanged.
    async fn load(&self, flight: &mut Flight) -> Result<Option<(KeySet, Vec<String>)>, LoadFault> {
        let bytes = match &self.place {
            Place::InProcess => return Ok(None),
            Place::File(path) => {
                let metadata = tokio::fs::metadata(path).await?;
                let seen = (metadata.modified()?, metadata.len());
                if flight.file == Some(seen) {
                    return Ok(None);
                }
                let set = KeySet::parse(&read_file(path).await?)?;
                flight.file = Some(seen);
                return Ok(Some(set));
            }
            Place::Address(url, client) => download(client, url).await?,
        };
        Ok(Some(KeySet::parse(&bytes)?))
    }
}

fn client(url: &Url, pace: Pace) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .redirect(Policy::none())
        .timeout(pace.timeout)
        .connect_timeout(pace.timeout);
    let builder = match url.scheme() {
        // Loopback is meant literally: no proxy stands in between.
        "http" => builder.no_proxy(),
        _ => builder.https_only(true),
    };
    builder.build()
}

/// At most one byte more than a set may have, so that the parser can tell that it is too large.
async fn read_file(path: &Path) -> Result<Vec<u8>, std::io::Error> {
    let mut bytes = Vec::new();
    let ceiling = u64::try_from(MAX_SET_BYTES).unwrap_or(u64::MAX);
    let file = tokio::fs::File::open(path).await?;
    file.take(ceiling + 1).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

async fn download(client: &Client, url: &Url) -> Result<Vec<u8>, LoadFault> {
    let mut response = client
        .get(url.clone())
        .header("accept", "application/json, application/jwk-set+json")
        .send()
        .await?;
    if response.status() != StatusCode::OK {
        return Err(LoadFault::Status(response.status()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_SET_BYTES {
            return Err(KeySetFault::TooLarge.into());
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
