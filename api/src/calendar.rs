//! The calendar of one person as a file that calendar programs subscribe to (iCalendar, RFC 5545): the meetings of the
//! groups that the person is in, and the occasions at which the person has a seat.
//!
//! It shows what the same person reads over GraphQL, and less: when, where and what it is called. No agenda, no papers, no
//! names of people. Every row comes through the viewer, so that a meeting is gone from the next reading once the seat is.

use crate::{
    error::Result,
    list::File,
    policy::{group::member_of, select},
    viewer::{Viewer, rounded},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    group,
    kind::{MeetingStatus, SignUpStatus},
    meeting, sign_up, time_block, training, training_occasion,
};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{collections::HashMap, hash::Hash};

/// What lies further back than this is left out.
const BACK: TimeDelta = TimeDelta::days(90);

/// At most so many meetings, and as many occasions: the next ones.
const MOST: u64 = 500;

/// What calendar programs are told that they may read again after.
const AGAIN_AFTER: TimeDelta = TimeDelta::hours(1);

/// One event of the calendar.
struct Entry {
    /// The same for the same thing at every reading.
    uid: String,
    title: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    place: Option<String>,
    url: Option<String>,
    /// Counts the changes.
    version: i32,
    cancelled: bool,
}

impl Entry {
    fn event(&self, now: DateTime<Utc>) -> Event {
        let mut event = Event::with_uid(&self.uid);
        event
            .timestamp(now)
            .summary(&self.title)
            .starts(self.starts_at)
            .ends(self.ends_at)
            .sequence(u32::try_from(self.version).unwrap_or_default())
            .status(if self.cancelled {
                EventStatus::Cancelled
            } else {
                EventStatus::Confirmed
            });
        if let Some(place) = &self.place {
            event.location(place);
        }
        if let Some(url) = &self.url {
            event.url(url);
        }
        event.done()
    }
}

/// The viewer's own calendar.
pub(crate) async fn file(viewer: &Viewer) -> Result<File> {
    let mut entries = meetings(viewer).await?;
    entries.extend(occasions(viewer).await?);
    let mut calendar = Calendar::new();
    calendar.name("Samverkan").ttl(&AGAIN_AFTER);
    for entry in entries {
        calendar.push(entry.event(viewer.now()));
    }
    Ok(File {
        name: "samverkan.ics".to_owned(),
        media_type: "text/calendar; charset=utf-8",
        bytes: calendar.to_string().into_bytes(),
    })
}

/// Where something is, as one line.
fn place(name: Option<&String>, address: Option<&String>) -> Option<String> {
    let parts: Vec<&str> = name
        .into_iter()
        .chain(address)
        .map(String::as_str)
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn by<K: Eq + Hash, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, T> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// The meetings of the groups that the viewer is in today, cancelled ones as cancelled, so that programs strike them out.
async fn meetings(viewer: &Viewer) -> Result<Vec<Entry>> {
    use meeting::Column as M;
    let query = meeting::Entity::find()
        .filter(Condition::all().add(member_of(M::GroupId, viewer)))
        .filter(M::EndsAt.gt(viewer.now() - BACK))
        .order_by_asc(M::StartsAt)
        .order_by_asc(M::Id)
        .limit(MOST);
    let meetings = viewer.all(query).await?;
    let groups = group::Entity::find()
        .filter(group::Column::Id.is_in(rounded(meetings.iter().map(|row| row.group_id))));
    let groups = by(viewer.all(groups).await?, |row| row.id);
    let entry = |row: meeting::Model| Entry {
        uid: row.id.to_string(),
        title: match groups.get(&row.group_id) {
            Some(group) => format!("{}: {}", group.name, row.title),
            None => row.title,
        },
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        place: place(row.venue_name.as_ref(), row.venue_address.as_ref()),
        url: row.online_url,
        version: row.version,
        cancelled: row.status == MeetingStatus::Cancelled,
    };
    Ok(meetings.into_iter().map(entry).collect())
}

/// The occasions at which the viewer has a seat, block by block.
async fn occasions(viewer: &Viewer) -> Result<Vec<Entry>> {
    use sign_up::Column as S;
    use time_block::Column as B;
    use training_occasion::Column as O;
    let Some((acting, person)) = viewer.acting().zip(viewer.person()) else {
        return Ok(Vec::new());
    };
    let own = Condition::all()
        .add(S::PersonId.eq(person))
        .add(S::OrganisationId.eq(acting.organisation))
        .add(S::Status.eq(SignUpStatus::Confirmed));
    let seats = select::<sign_up::Entity>(S::OccasionId, own);
    let query = training_occasion::Entity::find()
        .filter(O::Id.in_subquery(seats))
        .filter(O::EndsAt.gt(viewer.now() - BACK))
        .order_by_asc(O::StartsAt)
        .order_by_asc(O::Id)
        .limit(MOST);
    let occasions = by(viewer.all(query).await?, |row| row.id);
    let trainings = training::Entity::find()
        .filter(training::Column::Id.is_in(rounded(occasions.values().map(|row| row.training_id))));
    let trainings = by(viewer.all(trainings).await?, |row| row.id);
    let blocks = time_block::Entity::find()
        .filter(B::OccasionId.is_in(rounded(occasions.keys().copied())))
        .order_by_asc(B::StartsAt)
        .order_by_asc(B::OccasionId);
    let entry = |block: time_block::Model| {
        let occasion = occasions.get(&block.occasion_id)?;
        let training = trainings.get(&occasion.training_id)?;
        Some(Entry {
            uid: format!("{}-{}", occasion.id, block.position),
            title: training.title.clone(),
            starts_at: block.starts_at,
            ends_at: block.ends_at,
            place: place(
                occasion.venue_name.as_ref(),
                occasion.venue_address.as_ref(),
            ),
            url: occasion.online_url.clone(),
            version: occasion.version,
            cancelled: false,
        })
    };
    let blocks = viewer.all(blocks).await?;
    Ok(blocks.into_iter().filter_map(entry).collect())
}
