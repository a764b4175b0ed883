//! Who may take a place at an occasion: the checks that signing up and taking over share.

use crate::{
    domain::{
        audience,
        occasion::{Opening, TimeBlock, overlaps},
        validity::in_force,
    },
    error::Result,
    graphql::{
        occasion::{has_opened, opening, participant, refusal_of_occasion},
        user_error::UserErrorCode,
    },
    viewer::{Viewer, seat::SeatBook},
};
use entity::{
    id::{OccasionId, PersonId},
    kind::TargetAudience,
    membership, sign_up_opening, time_block, training, training_audience, training_occasion,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeSet, HashMap};

/// Why somebody may not take a place.
pub(super) type Refused = (PersonId, UserErrorCode);

/// The training of an occasion that takes sign-ups now, or why it does not.
pub(super) async fn open_training(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
) -> Result<Result<training::Model, UserErrorCode>> {
    // Held until the sign-up is done: nobody archives the training meanwhile.
    let query = training::Entity::find_by_id(occasion.training_id).lock_shared();
    let Some(training) = viewer.one(query).await? else {
        return Ok(Err(UserErrorCode::NotFound));
    };
    Ok(
        match refusal_of_occasion(&training, occasion, viewer.now()) {
            Some(code) => Err(code),
            None => Ok(training),
        },
    )
}

/// Everything that speaks against any of the people. Call it with the book open: it holds the occasion and then
/// the people, so that nothing changes between the check and the sign-up.
pub(super) async fn refusals(
    viewer: &Viewer,
    book: &SeatBook<'_>,
    training: &training::Model,
    people: &[PersonId],
) -> Result<Vec<Refused>> {
    let mut refused = not_eligible(viewer, training, book.occasion(), people).await?;
    // Where somebody of another organisation has a place is none of the viewer's business: places are looked up
    // only for those who are known to be colleagues.
    let people: Vec<PersonId> = people
        .iter()
        .filter(|person| refused.iter().all(|(out, _)| out != *person))
        .copied()
        .collect();
    if people.is_empty() {
        return Ok(refused);
    }
    let already = book.already_signed_up(&people).await?;
    let already = already.into_iter();
    refused.extend(already.map(|person| (person, UserErrorCode::AlreadySignedUp)));
    let busy = busy_elsewhere(viewer, book.occasion().id, &people).await?;
    let busy = busy.into_iter();
    refused.extend(busy.map(|person| (person, UserErrorCode::OverlappingOccasion)));
    // One reason each is enough: the first that was found.
    let mut seen = BTreeSet::new();
    refused.retain(|(person, _)| seen.insert(*person));
    Ok(refused)
}

/// The earlier openings of an occasion's sign-up.
pub(super) async fn openings_of(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
) -> Result<Vec<Opening>> {
    if !occasion.opens_stepwise {
        return Ok(Vec::new());
    }
    let rows = viewer
        .among::<sign_up_opening::Entity, _>(sign_up_opening::Column::OccasionId, [occasion.id])
        .await?;
    Ok(rows.iter().map(opening).collect())
}

/// Who is not a member of the viewer's organisation now, not in the target audience, or too early.
async fn not_eligible(
    viewer: &Viewer,
    training: &training::Model,
    occasion: &training_occasion::Model,
    people: &[PersonId],
) -> Result<Vec<Refused>> {
    use membership::Column as M;
    let organisation = viewer.signed_in()?.organisation;
    let now = viewer.now();
    let query = membership::Entity::find()
        .filter(M::OrganisationId.eq(organisation))
        .filter(M::PersonId.is_in(people.iter().copied()));
    let members: HashMap<PersonId, membership::Model> = viewer
        .all(query)
        .await?
        .into_iter()
        .filter(|row| in_force(Some(row.active_from), row.active_until, now))
        .map(|row| (row.person_id, row))
        .collect();
    let audiences: Vec<TargetAudience> = viewer
        .among::<training_audience::Entity, _>(training_audience::Column::TrainingId, [training.id])
        .await?
        .into_iter()
        .map(|row| row.audience)
        .collect();
    let openings = openings_of(viewer, occasion).await?;
    let refusal = |person: &PersonId| {
        let Some(member) = members.get(person) else {
            // Nobody signs up for another organisation: its people do not exist here.
            return Some(UserErrorCode::NotFound);
        };
        let fitting = participant(viewer, training, member.staff_category)
            .filter(|somebody| audience::fits(&audiences, somebody));
        let Some(somebody) = fitting else {
            return Some(UserErrorCode::TargetAudienceMismatch);
        };
        let opened = has_opened(viewer, occasion, &openings, Some(&somebody));
        (!opened).then_some(UserErrorCode::SignUpNotOpen)
    };
    Ok(people
        .iter()
        .filter_map(|person| Some((*person, refusal(person)?)))
        .collect())
}

/// Who has a confirmed place elsewhere at the same time.
pub(super) async fn busy_elsewhere(
    viewer: &Viewer,
    occasion: OccasionId,
    people: &[PersonId],
) -> Result<Vec<PersonId>> {
    let query = time_block::Entity::find().filter(time_block::Column::OccasionId.eq(occasion));
    let blocks: Vec<TimeBlock> = viewer
        .all(query)
        .await?
        .into_iter()
        .map(|row| (row.starts_at, row.ends_at))
        .collect();
    let busy = viewer.busy_times(occasion, people).await?;
    let overlapping = |person: &&PersonId| {
        busy.get(person)
            .is_some_and(|elsewhere| overlaps(&blocks, elsewhere))
    };
    Ok(people.iter().filter(overlapping).copied().collect())
}
