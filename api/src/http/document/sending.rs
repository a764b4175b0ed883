//! One document on its way into the store, and then its row.

use super::{
    super::{Gateway, answer::Denied, graphql::let_finish, record::denial, server::InFlight},
    Refused, UPLOAD_TIME, decided,
    uploads::Place,
};
use crate::{
    app::{Admitted, Description, DocumentRow, FileType, LOOKED_AT, Upload},
    error::Error,
};
use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// A document that is about to be sent, by somebody who may.
pub(super) struct Sending {
    pub(super) gateway: Arc<Gateway>,
    pub(super) admitted: Admitted,
    pub(super) description: Description,
    pub(super) kind: &'static FileType,
    pub(super) length: u64,
    pub(super) in_flight: Option<InFlight>,
    pub(super) place: Place,
}

impl Sending {
    /// Takes the file, then makes its row; whoever has lost the right meanwhile leaves nothing behind.
    pub(super) async fn carry_out(self, mut body: Body) -> Result<DocumentRow, Refused> {
        let upload = match self.receive(&mut body).await {
            Ok(upload) => upload,
            Err(denied) => {
                // As for refusals before: so that the client sees the answer.
                let rest = usize::try_from(self.length).unwrap_or(usize::MAX);
                let_finish(body, rest, self.gateway.body_time).await;
                return Err(denied.into());
            }
        };
        let written = upload.finish().await.map_err(|error| broken(&error))?;
        let app = &self.gateway.app;
        let kept = app.keep(&self.admitted, &self.description, self.kind, &written);
        let outcome = kept.await;
        // Only if it is not known whether the row is there, the file is left: the sweep finds out.
        let is_unsure = matches!(outcome, Err(Error::Unavailable | Error::Internal(_)));
        let is_its_file = matches!(&outcome, Ok(Ok(row)) if row.blob == written.name);
        if !is_unsure
            && !is_its_file
            && let Err(error) = app.documents().store.remove(&written.name).await
        {
            tracing::warn!(?error, "a file that no document has is still there");
        }
        drop((self.in_flight, self.place));
        decided(outcome)
    }

    /// The file, all of it, not yet finished. Nothing is left of one that is not what it should be.
    async fn receive(&self, body: &mut Body) -> Result<Upload, Denied> {
        let until = Instant::now() + UPLOAD_TIME;
        let mut first = Vec::new();
        let mut next = self.next(body, until).await?;
        while let Some(bytes) = &next
            && first.len() < LOOKED_AT
        {
            first.extend_from_slice(bytes);
            next = self.next(body, until).await?;
        }
        if !self.kind.begins(&first) {
            return Err(Denied::FileType);
        }
        let store = &self.gateway.app.documents().store;
        let mut upload = store.begin().await.map_err(|error| broken(&error))?;
        let written = async {
            upload.write(&first).await.map_err(|error| broken(&error))?;
            while let Some(bytes) = next {
                upload.write(&bytes).await.map_err(|error| broken(&error))?;
                next = self.next(body, until).await?;
            }
            // A connection that is cut can look like an end.
            if upload.size() == self.length {
                Ok(())
            } else {
                Err(Denied::BodyTooSlow)
            }
        };
        match written.await {
            Ok(()) => Ok(upload),
            Err(denied) => {
                upload.abandon().await;
                Err(denied)
            }
        }
    }

    /// The next bytes; none at the end. Whoever sends nothing for long, or sends for too long, is cut off.
    async fn next(&self, body: &mut Body, until: Instant) -> Result<Option<Bytes>, Denied> {
        let soon = until.min(Instant::now() + self.gateway.body_time);
        loop {
            match timeout_at(soon, body.frame()).await {
                Ok(Some(Ok(frame))) => {
                    // What is no data says nothing of the file.
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
                Ok(None) => return Ok(None),
                Ok(Some(Err(_))) | Err(_) => return Err(Denied::BodyTooSlow),
            }
        }
    }
}

fn broken(error: &Error) -> Denied {
    denial(error, Denied::Broken)
}
