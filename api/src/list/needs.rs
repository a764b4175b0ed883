//! What the participants of an occasion need, as counts for whoever feeds them: never who.

use super::{
    Event,
    table::{Cell, Table},
};
use crate::{
    disclosure,
    domain::needs::{self, Known, Need},
    error::Result,
    language::{Language, Text},
    policy::select,
    viewer::Viewer,
};
use entity::{kind::SignUpStatus, participant_need, sign_up};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::BTreeSet;

/// The counts of those who have a seat. The accountable organiser may read each need, so the log says that these
/// were read, although the list does not tell whose they are.
pub(super) async fn table(viewer: &Viewer, event: &Event) -> Result<Table> {
    use sign_up::Column as S;
    let confirmed = Condition::all()
        .add(S::OccasionId.eq(event.occasion.id))
        .add(S::Status.eq(SignUpStatus::Confirmed));
    let ids = select::<sign_up::Entity>(S::Id, confirmed.clone());
    let needs = participant_need::Entity::find()
        .filter(participant_need::Column::SignUpId.in_subquery(ids));
    let needs = viewer.all(needs).await?;
    let sign_ups = viewer
        .all(sign_up::Entity::find().filter(confirmed))
        .await?;
    let texts = needs.iter().filter_map(|need| {
        let sign_up = sign_ups.iter().find(|row| row.id == need.sign_up_id)?;
        disclosure::need(viewer, sign_up, need)
    });
    let language = viewer.language();
    let words = |text: Text| text.in_language(language).to_owned();
    let rows = needs::count(texts).into_iter().map(|(need, number)| {
        let need = match need {
            Need::Known(known) => together(&known, language),
            Need::Other => words(Text::fixed(
                "Annat (läs i anmälningarna)",
                "Something else (read it in the sign-ups)",
            )),
        };
        vec![Cell::Text(need), Cell::Count(number)]
    });
    Ok(Table {
        name: words(Text::fixed("Behov", "Needs")),
        headings: vec![
            words(Text::fixed("Behov", "Need")),
            words(Text::fixed("Antal", "Number")),
        ],
        rows: rows.collect(),
    })
}

fn together(known: &BTreeSet<Known>, language: Language) -> String {
    let place = match language {
        Language::Swedish => 0,
        Language::English => 1,
    };
    let names: Vec<&str> = known.iter().map(|need| need.words()[place]).collect();
    names.join(", ")
}
