//! The files of documents, in a folder or in a bucket of S3. It knows nothing of who may have which: the rows know.
//!
//! A file has a name drawn at random, is there whole or not at all, and is never changed. Files stand below a name of the
//! installation, so that what one installation clears away can never be another's.

use crate::{
    config,
    domain::hexadecimal::hexadecimal,
    error::{Error, Result},
};
use aws_lc_rs::{
    digest::{Context, SHA256, digest},
    rand,
};
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ClientOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::AmazonS3Builder, local::LocalFileSystem, path::Path,
};
use std::{
    io,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::Duration,
};

/// How much is written to a folder at once.
const PART_OF_FOLDER: usize = 256 * 1024;
/// How much is sent to a bucket at once: the protocol takes no smaller parts but the last.
const PART_OF_BUCKET: usize = 5 * 1024 * 1024;
/// How long a bucket may take to send or take the next bytes.
const BUCKET_PAUSE: Duration = Duration::from_secs(30);
/// How long a bucket may take for a whole file, which a slow reader takes slowly.
const BUCKET_TIME: Duration = Duration::from_mins(10);
/// How long a bucket that refuses is asked again.
const BUCKET_PATIENCE: Duration = Duration::from_secs(10);

/// Where the files of documents lie.
#[derive(Clone, Debug)]
pub struct DocumentStore {
    store: Arc<dyn ObjectStore>,
    /// What all files of this installation stand below.
    below: String,
    /// The folder, if it is one.
    folder: Option<PathBuf>,
    part: usize,
}

/// A file that has been written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name in the store.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name in the store.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// When it was written, by the clock of whoever keeps it.
    pub written_at: DateTime<Utc>,
}

/// A file that is read.
pub struct Content {
    /// How many bytes it has.
    pub size: u64,
    /// Its bytes, as they come.
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
}

impl DocumentStore {
    /// The configured store; `secret` is the installation's, of which nothing can be told by the names.
    pub fn open(config: &config::DocumentStore, secret: &str) -> Result<Self> {
        let name = digest(&SHA256, format!("documents {secret}").as_bytes());
        let below = hexadecimal(&name.as_ref()[..8]);
        match config {
            config::DocumentStore::Folder(folder) => {
                make_private(folder).map_err(|error| {
                    Error::internal(format!(
                        "the folder {} cannot be made: {error}",
                        folder.display()
                    ))
                })?;
                let store = LocalFileSystem::new_with_prefix(folder).map_err(Error::internal)?;
                Ok(Self {
                    // Written before it is confirmed, as the rows are.
                    store: Arc::new(store.with_fsync(true)),
                    folder: Some(folder.join(&below)),
                    below,
                    part: PART_OF_FOLDER,
                })
            }
            config::DocumentStore::Bucket(bucket) => Ok(Self {
                store: Arc::new(s3(bucket)?),
                folder: None,
                below,
                part: PART_OF_BUCKET,
            }),
        }
    }

    fn path(&self, name: &str) -> Path {
        Path::from_iter([self.below.as_str(), name])
    }

    /// Begins a new file.
    pub async fn begin(&self) -> Result<Upload> {
        let mut bytes = [0; 16];
        rand::fill(&mut bytes).map_err(|_| Error::internal("the system gives no random bytes"))?;
        let name = hexadecimal(&bytes);
        let parts = self.store.put_multipart(&self.path(&name)).await;
        Ok(Upload {
            parts: parts.map_err(Error::internal)?,
            name,
            part: self.part,
            waiting: Vec::new(),
            digest: Context::new(&SHA256),
            size: 0,
        })
    }

    /// Opens a file; none if it is not there.
    pub async fn read(&self, name: &str) -> Result<Option<Content>> {
        match self.store.get(&self.path(name)).await {
            Ok(found) => Ok(Some(Content {
                size: found.meta.size,
                bytes: found.into_stream().map_err(io::Error::other).boxed(),
            })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Removes a file; it is no fault if it is not there.
    pub async fn remove(&self, name: &str) -> Result<()> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Every file of this installation, a thousand at a time.
    #[must_use]
    pub fn all(&self) -> BoxStream<'static, Result<Vec<Stored>>> {
        let below = Path::from(self.below.as_str());
        let files = self.store.list(Some(&below)).map(|found| {
            let found = found.map_err(Error::internal)?;
            Ok(Stored {
                name: found.location.filename().unwrap_or_default().to_owned(),
                size: found.size,
                written_at: found.last_modified,
            })
        });
        files
            .chunks(1_000)
            .map(|chunk| chunk.into_iter().collect())
            .boxed()
    }

    /// Removes what uploads that were cut off by a crash have left in the folder. A bucket has a rule of its own for that.
    pub async fn clear_unfinished(&self, before: DateTime<Utc>) -> io::Result<usize> {
        let Some(folder) = &self.folder else {
            return Ok(0);
        };
        let mut entries = match tokio::fs::read_dir(folder).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut cleared = 0;
        while let Some(entry) = entries.next_entry().await? {
            // The name of a file that is being written ends with `#` and a number.
            let unfinished = entry.file_name().to_string_lossy().contains('#');
            let changed = entry.metadata().await?.modified()?;
            if unfinished && DateTime::<Utc>::from(changed) < before {
                tokio::fs::remove_file(entry.path()).await?;
                cleared += 1;
            }
        }
        Ok(cleared)
    }
}

/// A folder that only the server's own user can look into.
fn make_private(folder: &FilePath) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn s3(bucket: &config::Bucket) -> Result<impl ObjectStore> {
    let local = bucket
        .endpoint
        .as_deref()
        .is_some_and(|endpoint| endpoint.starts_with("http://"));
    let client = ClientOptions::new()
        // The configuration takes such an address on this computer only.
        .with_allow_http(local)
        .with_read_timeout(BUCKET_PAUSE)
        .with_timeout(BUCKET_TIME);
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_client_options(client)
        .with_retry(RetryConfig {
            retry_timeout: BUCKET_PATIENCE,
            ..RetryConfig::default()
        })
        // Other makers' stores do not know how to delete many at once.
        .with_disable_bulk_delete(true);
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(key) = &bucket.key {
        builder = builder
            .with_access_key_id(&key.id)
            .with_secret_access_key(key.expose_secret());
    }
    builder.build().map_err(Error::internal)
}

/// A file that is being written. Nobody can read it before it is finished; nothing of it is left if it is abandoned.
pub struct Upload {
    parts: Box<dyn MultipartUpload>,
    name: String,
    part: usize,
    waiting: Vec<u8>,
    digest: Context,
    size: u64,
}

impl Upload {
    /// How many bytes have come.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds bytes, and waits while they are written: never more than a part is in memory.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
        while self.waiting.len() + bytes.len() >= self.part {
            let (now, later) = bytes.split_at(self.part - self.waiting.len());
            self.waiting.extend_from_slice(now);
            bytes = later;
            self.send().await?;
        }
        self.waiting.extend_from_slice(bytes);
        Ok(())
    }

    async fn send(&mut self) -> Result<()> {
        let part = PutPayload::from(std::mem::take(&mut self.waiting));
        self.parts.put_part(part).await.map_err(Error::internal)
    }

    /// Ends the file: from now on it is there.
    pub async fn finish(mut self) -> Result<Written> {
        let ended = async {
            if !self.waiting.is_empty() {
                self.send().await?;
            }
            self.parts.complete().await.map_err(Error::internal)
        };
        if let Err(error) = ended.await {
            self.abandon().await;
            return Err(error);
        }
        Ok(Written {
            name: self.name,
            size: self.size,
            sha256: hexadecimal(self.digest.finish().as_ref()),
        })
    }

    /// Leaves nothing of it.
    pub async fn abandon(mut self) {
        if let Err(error) = self.parts.abort().await {
            tracing::warn!(%error, "an upload that was given up could not be cleared away");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn store(name: &str, secret: &str) -> (DocumentStore, PathBuf) {
        let folder = format!("samverkan-documents-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let config = config::DocumentStore::Folder(folder.clone());
        (DocumentStore::open(&config, secret).unwrap(), folder)
    }

    async fn names(store: &DocumentStore) -> Vec<String> {
        let pages: Vec<Vec<Stored>> = store.all().try_collect().await.unwrap();
        pages.into_iter().flatten().map(|file| file.name).collect()
    }

    #[tokio::test]
    async fn a_file_is_there_whole_or_not_at_all() {
        let (store, folder) = store("whole", "a");
        // Just below, at and above the bounds of parts.
        for size in [
            1,
            PART_OF_FOLDER - 1,
            PART_OF_FOLDER,
            PART_OF_FOLDER * 2 + 1,
        ] {
            let bytes: Vec<u8> = (0..size)
                .map(|place| u8::try_from(place % 251).unwrap())
                .collect();
            let mut upload = store.begin().await.unwrap();
            for part in bytes.chunks(10_007) {
                upload.write(part).await.unwrap();
            }
            assert_eq!(names(&store).await, [""; 0], "not before it is finished");
            let written = upload.finish().await.unwrap();

            assert_eq!(written.size, size as u64);
            assert_eq!(
                written.sha256,
                hexadecimal(digest(&SHA256, &bytes).as_ref())
            );
            let content = store.read(&written.name).await.unwrap().unwrap();
            let back: Vec<Bytes> = content.bytes.try_collect().await.unwrap();
            assert_eq!(back.concat(), bytes);
            store.remove(&written.name).await.unwrap();
            store.remove(&written.name).await.unwrap();
            assert!(store.read(&written.name).await.unwrap().is_none());
        }
        let mut given_up = store.begin().await.unwrap();
        given_up.write(&vec![0; PART_OF_FOLDER]).await.unwrap();
        given_up.abandon().await;
        assert_eq!(names(&store).await, [""; 0]);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn an_installation_sees_its_own_files_only() {
        let (one, folder) = store("own", "a");
        let (other, _) = store("own", "b");
        let mut upload = one.begin().await.unwrap();
        upload.write(b"x").await.unwrap();
        let written = upload.finish().await.unwrap();

        assert_eq!(names(&one).await, std::slice::from_ref(&written.name));
        assert_eq!(names(&other).await, [""; 0]);
        assert!(other.read(&written.name).await.unwrap().is_none());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn what_a_crash_left_is_cleared_away_when_it_is_old() {
        let (store, folder) = store("crash", "a");
        let mut upload = store.begin().await.unwrap();
        upload.write(&vec![0; PART_OF_FOLDER]).await.unwrap();
        let now = Clock::default().now();
        let (earlier, later) = (
            now - chrono::TimeDelta::hours(1),
            now + chrono::TimeDelta::hours(1),
        );

        assert_eq!(store.clear_unfinished(earlier).await.unwrap(), 0);
        assert_eq!(store.clear_unfinished(later).await.unwrap(), 1);
        std::mem::forget(upload);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_bucket_is_opened_with_and_without_a_key_and_shows_no_secret() {
        for key in [None, Some(())] {
            let environment = [
                ("SAMVERKAN_DATABASE_URL", Some("sqlite:///tmp/a.sqlite")),
                ("SAMVERKAN_DOCUMENTS_BUCKET", Some("samverkan")),
                (
                    "SAMVERKAN_DOCUMENTS_ENDPOINT",
                    Some("https://s3.example.se"),
                ),
                ("SAMVERKAN_DOCUMENTS_ACCESS_KEY_ID", key.map(|()| "AKIA")),
                (
                    "SAMVERKAN_DOCUMENTS_SECRET_ACCESS_KEY",
                    key.map(|()| "s3cret"),
                ),
            ];
            let set = environment
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
            let config = config::Config::load(None, set).unwrap();
            let store = DocumentStore::open(&config.documents.store, "a").unwrap();

            assert_eq!(store.part, PART_OF_BUCKET);
            assert!(!format!("{config:?} {store:?}").contains("s3cret"));
        }
    }
}
