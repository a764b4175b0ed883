//! Where the lists of an occasion lie, for those who may fetch them.

use super::TrainingOccasion;
use crate::{
    error::Result,
    graphql::{
        context::{loaders, viewer},
        training::TrainingById,
    },
    list::{List, offered},
};
use async_graphql::{Context, Enum, SimpleObject};

/// The lists that can be taken out of an occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DownloadKind {
    /// Participants as CSV (deltagarlista): UTF-8 with a byte order mark and semicolons, as spreadsheets with
    /// Swedish settings open it. With `?separator=comma` or `tab` for other programs.
    ParticipantsCsv,
    /// Participants as a workbook, XLSX (deltagarlista).
    ParticipantsXlsx,
    /// A page of HTML to print and sign, one sheet a time block, with names only (närvarolista).
    SignInSheet,
    /// What participants with a seat need, as counts without names, for whoever feeds them (behov). CSV as above.
    NeedsCsv,
}

/// A file that you may fetch.
#[derive(SimpleObject)]
pub struct Download {
    /// What it is.
    kind: DownloadKind,
    /// Its path on the server that answers this query. Fetch it with GET and the same `Authorization` header; a
    /// link without one gets 401. Its words are in the language of `Accept-Language`.
    path: String,
    /// Its media type: `text/csv; charset=utf-8`.
    media_type: &'static str,
}

/// What the viewer may fetch of an occasion.
pub(super) async fn downloads_of(
    ctx: &Context<'_>,
    occasion: &TrainingOccasion,
) -> Result<Vec<Download>> {
    let key = TrainingById(occasion.0.training_id);
    let Some(training) = loaders(ctx).load_one(key).await? else {
        return Ok(Vec::new());
    };
    let lists = offered(viewer(ctx), &training).into_iter();
    Ok(lists
        .map(|list| Download {
            kind: match list {
                List::ParticipantsCsv => DownloadKind::ParticipantsCsv,
                List::ParticipantsXlsx => DownloadKind::ParticipantsXlsx,
                List::SignInSheet => DownloadKind::SignInSheet,
                List::NeedsCsv => DownloadKind::NeedsCsv,
            },
            path: format!("/occasions/{}/{}", occasion.0.id, list.path()),
            media_type: list.media_type(),
        })
        .collect())
}
