//! The ledgers told again, and compared with the lines as they are stored. It reports and never repairs in silence.

use super::{Database, check::Disagreement, database::Reader};
use crate::{
    domain::{
        book::Terms,
        replay::{Discrepancy, Replay, replay},
    },
    error::{Error, Result},
};
use entity::{
    id::{OccasionId, SignUpId},
    kind::{SeatReason, SignUpStatus},
    seat_movement, seat_terms, sign_up, training_occasion,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// What the ledgers tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How many occasions were told again.
    pub occasions: usize,
    /// How many ledgers were begun before terms were noted, and cannot be explained.
    pub without_terms: usize,
    /// How many movements were told again.
    pub movements: usize,
    /// Where the ledger differs from the rules, or from what is stored.
    pub disagreements: Vec<Disagreement>,
}

impl Database {
    /// Tells every occasion's ledger again and compares.
    pub async fn replay(&self) -> Result<Told> {
        let snapshot = self.snapshot().await?;
        let connection = Reader::Within(&snapshot);
        let occasions: Vec<OccasionId> = training_occasion::Entity::find()
            .select_only()
            .column(training_occasion::Column::Id)
            .filter(training_occasion::Column::Movements.gt(0))
            .order_by_asc(training_occasion::Column::Id)
            .into_tuple()
            .all(&connection)
            .await?;
        let mut told = Told::default();
        for chunk in occasions.chunks(100) {
            replay_chunk(&connection, chunk, &mut told).await?;
        }
        snapshot.commit().await?;
        Ok(told)
    }

    /// The movements of one occasion's ledger, for people to read.
    pub async fn history(&self, occasion: OccasionId) -> Result<Vec<String>> {
        let movements = movements_of(&self.reader(), &[occasion]).await?;
        let mut lines = Vec::new();
        let (mut taken, mut waiting) = (0, 0);
        for row in movements {
            taken += row.seats;
            waiting += row.waiting;
            let reason = row.reason.map_or(String::new(), |reason| {
                format!(" because {}", word(&reason))
            });
            lines.push(format!(
                "{:>5}  {}  {:<15} {}{reason}: {taken} taken, {waiting} waiting",
                row.number,
                row.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                word(&row.cause),
                row.sign_up_id,
            ));
        }
        Ok(lines)
    }
}

/// The name by which the API knows a value.
fn word<V: sea_orm::ActiveEnum<Value = String>>(value: &V) -> String {
    value.to_value()
}

async fn movements_of(
    connection: &Reader<'_>,
    occasions: &[OccasionId],
) -> Result<Vec<seat_movement::Model>> {
    Ok(seat_movement::Entity::find()
        .filter(seat_movement::Column::OccasionId.is_in(occasions.iter().copied()))
        .order_by_asc(seat_movement::Column::OccasionId)
        .order_by_asc(seat_movement::Column::Number)
        .all(connection)
        .await?)
}

async fn replay_chunk(
    connection: &Reader<'_>,
    occasions: &[OccasionId],
    told: &mut Told,
) -> Result<()> {
    let movements = movements_of(connection, occasions).await?;
    let terms = seat_terms::Entity::find()
        .filter(seat_terms::Column::OccasionId.is_in(occasions.iter().copied()))
        .order_by_asc(seat_terms::Column::Number)
        .all(connection)
        .await?;
    let standing = sign_up::Entity::find()
        .filter(sign_up::Column::OccasionId.is_in(occasions.iter().copied()))
        .filter(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
        .order_by_asc(sign_up::Column::Number)
        .all(connection)
        .await?;
    for occasion in occasions {
        let own: Vec<_> = movements
            .iter()
            .filter(|row| row.occasion_id == *occasion)
            .cloned()
            .collect();
        let terms = terms.iter().filter(|row| row.occasion_id == *occasion);
        let terms = terms
            .map(|row| {
                let terms: Terms = serde_json::from_str(&row.terms).map_err(Error::internal)?;
                Ok((row.number, terms))
            })
            .collect::<Result<Vec<_>>>()?;
        let standing: Vec<_> = standing
            .iter()
            .filter(|row| row.occasion_id == *occasion)
            .collect();
        let what = match replay(&own, &terms) {
            Err(Discrepancy::WithoutTerms) => {
                told.without_terms += 1;
                continue;
            }
            Err(discrepancy) => Some(discrepancy.to_string()),
            Ok(state) => differs(&state, &standing),
        };
        told.occasions += 1;
        told.movements += own.len();
        told.disagreements.extend(what.map(|what| Disagreement {
            occasion: *occasion,
            what,
        }));
    }
    Ok(())
}

/// What the line by the ledger and the stored line differ in.
fn differs(state: &Replay, standing: &[&sign_up::Model]) -> Option<String> {
    let stored = |status: SignUpStatus| -> Vec<SignUpId> {
        let rows = standing.iter().filter(|row| row.status == status);
        let mut ids: Vec<SignUpId> = rows.map(|row| row.id).collect();
        ids.sort_unstable();
        ids
    };
    let seated = |offered: bool| -> Vec<SignUpId> {
        let seated = state.seated.iter();
        let seated = seated.filter(|(_, seat)| seat.offered == offered);
        seated.map(|(id, _)| *id).collect()
    };
    if seated(false) != stored(SignUpStatus::Confirmed) {
        return Some("other sign-ups have seats than by the ledger".to_owned());
    }
    if seated(true) != stored(SignUpStatus::Offered) {
        return Some("other sign-ups are offered seats than by the ledger".to_owned());
    }
    let by_ledger: Vec<(SignUpId, Option<SeatReason>)> = state
        .line
        .iter()
        .map(|waiting| (waiting.sign_up, waiting.reason))
        .collect();
    let waiting = standing
        .iter()
        .filter(|row| row.status == SignUpStatus::Waitlisted);
    let waiting: Vec<_> = waiting.map(|row| (row.id, row.reason)).collect();
    (by_ledger != waiting)
        .then(|| "the line or its reasons are others than by the ledger".to_owned())
}
