//! The limit: what a patient person would write by hand for exactly these pages. One statement each with the access
//! rule inside, flat rows, JSON by serde in an axum handler, the same verification of tokens.
//!
//! It answers with the same data as the product, which a test keeps so. It knows no other page, no limits, no log.

mod catalogue;
mod entities;
mod group;
mod mine;
mod occasion;
mod statistics;

use crate::{Result, while_doing};
use api::{
    clock::Clock,
    identity::{Claims, Refusal, Verifier},
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use chrono::{DateTime, Utc};
use sea_orm::sqlx::{
    self, PgPool, Postgres, Row,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::Query,
};
use serde::{Serialize, Serializer};
use std::{str::FromStr, sync::Arc};
use uuid::Uuid;

/// Who is asking: one row, or none for somebody without a place here. Parameters 1 to 4 are the issuer, the subject,
/// the organisation number and the present.
macro_rules! me {
    () => {
        "WITH me AS MATERIALIZED (SELECT o.id, o.county_code, m.role, m.person_id \
         FROM organisation o JOIN membership m ON m.organisation_id = o.id \
         AND m.issuer = $1 AND m.subject = $2 AND m.active_from <= $4 \
         AND (m.active_until IS NULL OR m.active_until > $4) \
         WHERE o.organisation_number = $3 AND o.partner_from <= $4 \
         AND (o.partner_until IS NULL OR o.partner_until > $4)) "
    };
}

/// Which trainings `t` the viewer `me` may see.
macro_rules! visible {
    () => {
        "((t.status <> 'DRAFT' AND (t.sharing IN ('PUBLIC', 'PARTNERS') \
         OR (t.sharing = 'COUNTY' AND t.county_code = me.county_code) \
         OR (t.sharing = 'SELECTED' AND EXISTS (SELECT 1 FROM training_share s \
             WHERE s.training_id = t.id AND s.organisation_id = me.id)) \
         OR EXISTS (SELECT 1 FROM training_organiser g \
             WHERE g.training_id = t.id AND g.organisation_id = me.id))) \
         OR (me.role <> 'MEMBER' AND EXISTS (SELECT 1 FROM training_organiser g \
             WHERE g.training_id = t.id AND g.organisation_id = me.id)))"
    };
}

/// What the quotas of the occasion `o` leave to `me`: seats kept for others, and what is left of an own maximum.
macro_rules! standing {
    () => {
        "SELECT sum(CASE WHEN q.organisation_id <> me.id AND q.guaranteed > q.taken \
         AND (q.release_at IS NULL OR q.release_at > $4) \
         AND NOT EXISTS (SELECT 1 FROM organisation e WHERE e.id = q.organisation_id AND e.partner_until <= $4) \
         THEN q.guaranteed - q.taken ELSE 0 END) AS kept, \
         max(CASE WHEN q.organisation_id = me.id THEN q.maximum - q.taken END) AS left_of_maximum \
         FROM seat_quota q WHERE q.occasion_id = o.id"
    };
}

use {me, standing, visible};

/// Connects to a `PostgreSQL` database.
pub async fn connect(url: &str, connections: u32) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)
        .map_err(while_doing("the address of the database"))?
        .application_name("limit")
        // The same as the product's.
        .options([
            ("plan_cache_mode", "force_generic_plan"),
            ("random_page_cost", "1.1"),
            ("jit", "off"),
        ]);
    PgPoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(while_doing("the database cannot be reached"))
}

/// Its pages: one path an operation, the variables as body.
pub fn router(pool: PgPool, verifier: Verifier, clock: Clock) -> Router {
    let gate = Arc::new(Gate {
        pool,
        verifier,
        clock,
    });
    Router::new()
        .route("/catalogue", post(catalogue::page))
        .route("/search", post(catalogue::search))
        .route("/entities", post(entities::organisations))
        .route("/occasion", post(occasion::page))
        .route("/mine", post(mine::page))
        .route("/statistics", post(statistics::page))
        .route("/group", post(group::page))
        .route("/coverage", post(group::coverage))
        .with_state(gate)
}

/// What the handlers share.
struct Gate {
    pool: PgPool,
    verifier: Verifier,
    clock: Clock,
}

/// Why there is no answer.
enum Refused {
    Token(Refusal),
    /// A good token of somebody who has no place here.
    NoPlace,
    /// A body that is no variables of the operation.
    Variables,
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Token(Refusal::Unauthenticated) => StatusCode::UNAUTHORIZED.into_response(),
            Self::Token(Refusal::Forbidden) | Self::NoPlace => {
                StatusCode::FORBIDDEN.into_response()
            }
            Self::Variables => StatusCode::BAD_REQUEST.into_response(),
            Self::Database(error) => {
                (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
            }
        }
    }
}

type Answered<T> = std::result::Result<Json<Data<T>>, Refused>;
type Gates = State<Arc<Gate>>;

/// What every answer is wrapped in.
#[derive(Serialize)]
struct Data<T> {
    data: T,
}

fn data<T>(data: T) -> Json<Data<T>> {
    Json(Data { data })
}

/// A page of nodes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    nodes: Vec<T>,
    page_info: PageInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    end_cursor: Option<String>,
    has_next_page: bool,
}

#[derive(Serialize)]
struct Organisation {
    id: Id,
    name: String,
}

/// A global id, as the API writes it.
struct Id(&'static str, Uuid);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}_{}", self.0, self.1.simple()))
    }
}

/// An instant, as the API writes it.
struct At(DateTime<Utc>);

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339())
    }
}

/// The seats of an occasion.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Seats {
    capacity: i32,
    taken: i32,
    free: i32,
    free_for_viewer: i32,
    waiting: i32,
}

impl Seats {
    /// From five columns that begin at a place: capacity, taken, waiting, kept for others, left of the maximum.
    fn at(row: &PgRow, place: usize) -> std::result::Result<Self, sqlx::Error> {
        let (capacity, taken): (i32, i32) = (row.try_get(place)?, row.try_get(place + 1)?);
        let kept: Option<i64> = row.try_get(place + 3)?;
        let left: Option<i32> = row.try_get(place + 4)?;
        let free = i64::from(capacity - taken) - kept.unwrap_or(0);
        let most = left.unwrap_or(i32::MAX).max(0);
        Ok(Self {
            capacity,
            taken,
            free: capacity - taken,
            free_for_viewer: i32::try_from(free).unwrap_or(0).clamp(0, most),
            waiting: row.try_get(place + 2)?,
        })
    }
}

impl Gate {
    async fn claims(&self, headers: &HeaderMap) -> std::result::Result<Claims, Refused> {
        let found = self.verifier.claims(headers, self.clock.now()).await;
        match found {
            Ok(Some(claims)) => Ok(claims),
            Ok(None) => Err(Refused::Token(Refusal::Unauthenticated)),
            Err(rejection) => Err(Refused::Token(rejection.refusal())),
        }
    }

    /// A statement with who is asking and the present bound.
    fn ask(
        &self,
        statement: &'static str,
        claims: &Claims,
    ) -> Query<'static, Postgres, PgArguments> {
        sqlx::query(statement)
            .bind(claims.issuer.clone())
            .bind(claims.subject.clone())
            .bind(claims.organisation.clone())
            .bind(self.clock.now())
    }

    /// The rows of a statement that begins with [`me`]: at least one, for somebody who has a place here.
    async fn rows(
        &self,
        query: Query<'static, Postgres, PgArguments>,
    ) -> std::result::Result<Vec<PgRow>, Refused> {
        let rows = query.fetch_all(&self.pool).await?;
        if rows.is_empty() {
            return Err(Refused::NoPlace);
        }
        Ok(rows)
    }
}

/// The id behind a global id.
fn id(text: &str, prefix: &str) -> std::result::Result<Uuid, Refused> {
    text.strip_prefix(prefix)
        .and_then(|rest| Uuid::try_parse(rest.strip_prefix('_')?).ok())
        .ok_or(Refused::Variables)
}

/// Whether the client says that it sends JSON is of no interest here.
fn body<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> std::result::Result<T, Refused> {
    serde_json::from_slice(bytes).map_err(|_| Refused::Variables)
}
