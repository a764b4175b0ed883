//! Lists that an organiser takes out of the system as files: participants, a sheet to sign, needs as counts.
//!
//! They show exactly what the same viewer reads over GraphQL: every row comes through the viewer, every name
//! through `disclosure`, and who was named is written before the file leaves. No list tells who needs what.

mod needs;
mod offer;
mod participants;
mod sheet;
pub mod table;

pub use offer::offered;

use crate::{
    error::{Error, Result},
    language::Language,
    viewer::Viewer,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::{
    id::OccasionId, kind::Role, search_text::fold, time_block, training, training_occasion,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use table::Separator;

/// The lists that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Participants as text that spreadsheets open.
    ParticipantsCsv,
    /// Participants as a workbook.
    ParticipantsXlsx,
    /// A sheet to print and sign, one page for each time block.
    SignInSheet,
    /// What participants need, as counts.
    NeedsCsv,
}

impl List {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::ParticipantsCsv,
        Self::ParticipantsXlsx,
        Self::SignInSheet,
        Self::NeedsCsv,
    ];

    /// The last part of its address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::ParticipantsCsv => "participants.csv",
            Self::ParticipantsXlsx => "participants.xlsx",
            Self::SignInSheet => "sign-in-sheet.html",
            Self::NeedsCsv => "needs.csv",
        }
    }

    /// The list with that last part of its address.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.path() == path)
    }

    /// What a browser is told about the file.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::ParticipantsCsv | Self::NeedsCsv => "text/csv; charset=utf-8",
            Self::ParticipantsXlsx => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            Self::SignInSheet => "text/html; charset=utf-8",
        }
    }

    const fn file_name(self, language: Language) -> (&'static str, &'static str) {
        match (self, language) {
            (Self::ParticipantsCsv, Language::Swedish) => ("deltagare", "csv"),
            (Self::ParticipantsCsv, Language::English) => ("participants", "csv"),
            (Self::ParticipantsXlsx, Language::Swedish) => ("deltagare", "xlsx"),
            (Self::ParticipantsXlsx, Language::English) => ("participants", "xlsx"),
            (Self::SignInSheet, Language::Swedish) => ("narvarolista", "html"),
            (Self::SignInSheet, Language::English) => ("sign-in-sheet", "html"),
            (Self::NeedsCsv, Language::Swedish) => ("behov", "csv"),
            (Self::NeedsCsv, Language::English) => ("needs", "csv"),
        }
    }
}

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of which occasion.
    pub occasion: OccasionId,
    /// Which list.
    pub list: List,
    /// What stands between the cells, where that can be chosen.
    pub separator: Separator,
}

/// A list, ready to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What to call it on disk: letters a to z, digits, hyphens and a dot.
    pub name: String,
    /// What it is.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// An occasion with what stands above every list of it.
struct Event {
    occasion: training_occasion::Model,
    training: training::Model,
}

impl Event {
    fn zone(&self) -> Tz {
        self.occasion
            .time_zone
            .parse()
            .unwrap_or(Tz::Europe__Stockholm)
    }

    /// The day, for the name of a file.
    fn day(&self) -> String {
        match self.occasion.period {
            Some(period) => period.to_string(),
            None => self.local(self.occasion.starts_at, "%Y-%m-%d"),
        }
    }

    fn local(&self, at: DateTime<Utc>, format: &str) -> String {
        at.with_timezone(&self.zone()).format(format).to_string()
    }
}

/// The list; none if there is no such occasion that the viewer may see.
pub(crate) async fn file(viewer: &Viewer, wanted: Wanted) -> Result<Option<File>> {
    viewer.signed_in()?;
    let Some(event) = event(viewer, wanted.occasion).await? else {
        return Ok(None);
    };
    let organisation = viewer
        .organisation(Role::Coordinator)
        .ok_or(Error::Forbidden)?;
    if wanted.list == List::NeedsCsv && event.training.accountable_organisation_id != organisation {
        return Err(Error::Forbidden);
    }
    let language = viewer.language();
    let bytes = match wanted.list {
        List::ParticipantsCsv => {
            let participants = participants::of(viewer, &event).await?;
            participants::table(&participants, language).csv(wanted.separator)?
        }
        List::ParticipantsXlsx => {
            let participants = participants::of(viewer, &event).await?;
            participants::table(&participants, language).xlsx(viewer.now())?
        }
        List::SignInSheet => {
            let participants = participants::of(viewer, &event).await?;
            let blocks = blocks(viewer, &event).await?;
            sheet::page(&event, &blocks, &participants, language).into_bytes()
        }
        List::NeedsCsv => needs::table(viewer, &event).await?.csv(wanted.separator)?,
    };
    Ok(Some(File {
        name: file_name(wanted.list, &event, language),
        media_type: wanted.list.media_type(),
        bytes,
    }))
}

async fn event(viewer: &Viewer, id: OccasionId) -> Result<Option<Event>> {
    let occasion = training_occasion::Entity::find_by_id(id);
    let Some(occasion) = viewer.one(occasion).await? else {
        return Ok(None);
    };
    let training = training::Entity::find_by_id(occasion.training_id);
    let training = viewer.one(training).await?;
    Ok(training.map(|training| Event { occasion, training }))
}

async fn blocks(viewer: &Viewer, event: &Event) -> Result<Vec<time_block::Model>> {
    let query = time_block::Entity::find()
        .filter(time_block::Column::OccasionId.eq(event.occasion.id))
        .order_by_asc(time_block::Column::Position);
    viewer.all(query).await
}

/// A name that every file system takes, and that says nothing of a person.
fn file_name(list: List, event: &Event, language: Language) -> String {
    let (what, end) = list.file_name(language);
    let words = format!("{what} {} {}", event.training.title, event.day());
    let folded = fold(&words);
    let mut name = String::new();
    for word in folded.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        if !word.is_empty() && name.len() + word.len() < 100 {
            if !name.is_empty() {
                name.push('-');
            }
            name.push_str(word);
        }
    }
    format!("{name}.{end}")
}
