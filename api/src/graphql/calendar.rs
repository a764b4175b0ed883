//! Calendar feeds: the secret addresses by which one's own calendar program reads one's meetings and occasions.

use super::{
    context::viewer,
    loader::load_one,
    text::{Checked, check_text},
    user_error::{UserError, UserErrorCode},
};
use crate::{
    certificate::Certificates,
    domain::calendar_secret::Secret,
    error::{Error, Result},
    viewer::{Access, Viewer},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{calendar_feed, id::CalendarFeedId};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryOrder, Set};
use std::sync::Arc;

load_one!(
    /// A calendar feed by its id.
    CalendarFeedById(CalendarFeedId) => calendar_feed.Id (|row| Some(row.id))
);

/// How many feeds somebody has at most, for one organisation.
const MOST: usize = 5;

/// For how long a feed is answered.
const LASTS: TimeDelta = TimeDelta::days(365);

/// A secret address by which a calendar program reads somebody's calendar.
pub struct CalendarFeed(pub calendar_feed::Model);

/// A secret address by which your own calendar program reads your calendar: the meetings of the groups that you are in and the
/// occasions at which you have a seat, with title, time, place and link; no agendas, papers or people. Whoever has the
/// address reads it without signing in, for as long as you are a member of the organisation, at most for a year; what you may
/// read is asked anew at every reading. Seen by you alone.
#[Object]
impl CalendarFeed {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What you call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// From when on it is no longer answered: a year after it was made. Make another one then.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }
}

/// The viewer's own feeds, in the order in which they were made.
pub(super) async fn own_feeds(ctx: &Context<'_>) -> Result<Vec<CalendarFeed>> {
    use calendar_feed::Column as F;
    let viewer = viewer(ctx);
    if viewer.person().is_none() {
        return Ok(Vec::new());
    }
    let query = calendar_feed::Entity::find()
        .order_by_asc(F::CreatedAt)
        .order_by_asc(F::Id);
    let rows = viewer.all(query).await?;
    Ok(rows.into_iter().map(CalendarFeed).collect())
}

/// A new calendar feed.
#[derive(InputObject)]
pub struct CreateCalendarFeedInput {
    /// What you call it, such as the name of the program that reads it, 1 to 200 characters.
    name: String,
}

/// The feed that was made.
#[derive(SimpleObject)]
pub struct CreateCalendarFeedPayload {
    /// The feed; null when nothing was made.
    feed: Option<CalendarFeed>,
    /// Its address, to be given to the calendar program: told once and kept nowhere. Keep it as you keep a password. Null
    /// when nothing was made.
    url: Option<String>,
    /// What you can mend; nothing was made if there is one.
    user_errors: Vec<UserError>,
}

/// A calendar feed to do away with.
#[derive(InputObject)]
pub struct DeleteCalendarFeedInput {
    /// The feed.
    feed_id: CalendarFeedId,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct DeleteCalendarFeedPayload {
    /// The id of the feed that is gone; null when nothing was changed.
    feed_id: Option<CalendarFeedId>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with calendar feeds.
#[derive(Default)]
pub struct CalendarMutation;

#[Object]
impl CalendarMutation {
    /// Makes a calendar feed of your own. At most five for one organisation; those that have run out are done away with. For
    /// people; `FORBIDDEN` for services. User errors: `INVALID_VALUE`, also for a sixth, `PERSONAL_ID_NOT_ALLOWED`.
    async fn create_calendar_feed(
        &self,
        ctx: &Context<'_>,
        input: CreateCalendarFeedInput,
    ) -> Result<CreateCalendarFeedPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut user_errors = Vec::new();
        check_text(Checked::Line, &input.name, &["name"], &mut user_errors);
        let secret = Certificates::new_calendar_secret()?;
        let (name, secret_to_keep) = (input.name.trim(), &secret);
        let made = if user_errors.is_empty() {
            let outcome = viewer
                .transaction(|viewer| async move { make(&viewer, name, secret_to_keep).await })
                .await?;
            outcome.map_err(|error| user_errors.push(error)).ok()
        } else {
            None
        };
        let url = made.as_ref().map(|_| {
            let certificates = ctx.data_unchecked::<Arc<Certificates>>();
            certificates.calendar_address(&secret)
        });
        Ok(CreateCalendarFeedPayload {
            feed: made.map(CalendarFeed),
            url,
            user_errors,
        })
    }

    /// Does away with one of your own calendar feeds: its address is answered no more. User errors: `NOT_FOUND`.
    async fn delete_calendar_feed(
        &self,
        ctx: &Context<'_>,
        input: DeleteCalendarFeedInput,
    ) -> Result<DeleteCalendarFeedPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let id = input.feed_id;
        let gone = viewer
            .transaction(|viewer| async move {
                match viewer.edit(calendar_feed::Entity::find_by_id(id)).await? {
                    Access::Granted(feed) => {
                        let this = Condition::all().add(calendar_feed::Column::Id.eq(feed.id));
                        viewer.remove::<calendar_feed::Entity>(this).await?;
                        Ok(true)
                    }
                    Access::Refused => Err(Error::Forbidden),
                    Access::Missing => Ok(false),
                }
            })
            .await?;
        let missing = || UserError::new(UserErrorCode::NotFound, &["feedId"]);
        Ok(DeleteCalendarFeedPayload {
            feed_id: gone.then_some(id),
            user_errors: (!gone).then(missing).into_iter().collect(),
        })
    }
}

async fn make(
    viewer: &Viewer,
    name: &str,
    secret: &Secret,
) -> Result<Result<calendar_feed::Model, UserError>> {
    let person = viewer.person().ok_or(Error::Forbidden)?;
    let organisation = viewer.signed_in()?.organisation;
    let run_out = Condition::all().add(calendar_feed::Column::ExpiresAt.lte(viewer.now()));
    viewer.remove::<calendar_feed::Entity>(run_out).await?;
    let standing = viewer.all(calendar_feed::Entity::find()).await?;
    if standing.len() >= MOST {
        return Ok(Err(UserError::new(UserErrorCode::InvalidValue, &["name"])));
    }
    let new = calendar_feed::ActiveModel {
        id: Set(CalendarFeedId::new()),
        person_id: Set(person),
        organisation_id: Set(organisation),
        name: Set(name.to_owned()),
        secret_digest: Set(secret.digest()),
        created_at: Set(viewer.now()),
        expires_at: Set(viewer.now() + LASTS),
    };
    Ok(Ok(viewer.insert(new).await?))
}
