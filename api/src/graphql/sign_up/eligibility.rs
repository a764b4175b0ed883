//! Who may take a place at an occasion: the checks that signing up and taking over share.

use super::requirement::lacking_requirements;
use crate::{
    domain::{
        attendance::has_been_there,
        audience::{self, Participant},
        occasion::{Opening, TimeBlock, overlaps},
        validity::in_force,
    },
    error::Result,
    graphql::{
        occasion::{has_opened, opening, participant, refusal_of_occasion},
        user_error::UserErrorCode,
    },
    policy::group::in_it_today,
    viewer::{Viewer, seat::SeatBook},
};
use entity::{
    attendance, group_person,
    id::{OccasionId, PersonId},
    kind::TargetAudience,
    membership, sign_up, sign_up_opening, time_block, training, training_audience,
    training_occasion, training_target_group,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeSet, HashMap};

/// Why somebody may not take a place.
pub(super) type Refused = (PersonId, UserErrorCode);

/// Who wants places for whom, at an occasion of a training that the viewer may see.
pub(super) struct Ask<'a> {
    /// Who asks.
    pub(super) viewer: &'a Viewer,
    /// The training.
    pub(super) training: &'a training::Model,
    /// Who is to take part.
    pub(super) people: Vec<PersonId>,
}

/// The training of an occasion that takes sign-ups now, or why it does not.
pub(super) async fn open_training(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
) -> Result<Result<training::Model, UserErrorCode>> {
    let mut found = open_training_for_each(&[viewer], occasion).await?;
    Ok(found.pop().unwrap_or(Err(UserErrorCode::NotFound)))
}

/// The same for each of several viewers in one transaction.
pub(super) async fn open_training_for_each(
    viewers: &[&Viewer],
    occasion: &training_occasion::Model,
) -> Result<Vec<Result<training::Model, UserErrorCode>>> {
    // Held until the sign-up is done: nobody archives the training meanwhile.
    let query = training::Entity::find_by_id(occasion.training_id).lock_shared();
    let found = Viewer::all_for_each(viewers, query).await?;
    let each = viewers.iter().zip(found).map(|(viewer, rows)| {
        let training = rows.into_iter().next().ok_or(UserErrorCode::NotFound)?;
        match refusal_of_occasion(&training, occasion, viewer.now()) {
            Some(code) => Err(code),
            None => Ok(training),
        }
    });
    Ok(each.collect())
}

/// Everything that speaks against any of the people. Call it with the book open: it holds the occasion and then
/// the people, so that nothing changes between the check and the sign-up.
pub(super) async fn refusals(
    viewer: &Viewer,
    book: &SeatBook<'_>,
    training: &training::Model,
    people: &[PersonId],
) -> Result<Vec<Refused>> {
    let ask = Ask {
        viewer,
        training,
        people: people.to_vec(),
    };
    let mut refused = refusals_of_each(book, &[ask]).await?;
    Ok(refused.pop().unwrap_or_default())
}

/// The same for several requests in one transaction: as many statements for many as for one.
pub(super) async fn refusals_of_each(
    book: &SeatBook<'_>,
    asks: &[Ask<'_>],
) -> Result<Vec<Vec<Refused>>> {
    let Some(first) = asks.first() else {
        return Ok(Vec::new());
    };
    let mut refused = not_eligible(book.occasion(), asks).await?;
    // Where somebody of another organisation has a place is none of the viewer's business: places are looked up
    // only for those who are known to be colleagues.
    let colleagues = asks.iter().zip(&refused).flat_map(|(ask, refused)| {
        let people = ask.people.iter().copied();
        people.filter(|person| refused.iter().all(|(out, _)| out != person))
    });
    let colleagues: BTreeSet<PersonId> = colleagues.collect();
    if colleagues.is_empty() {
        return Ok(refused);
    }
    let colleagues: Vec<PersonId> = colleagues.into_iter().collect();
    let already = book.already_signed_up(&colleagues).await?;
    let elsewhere = first
        .viewer
        .busy_times(book.occasion().id, &colleagues)
        .await?;
    let lacking = lacking_requirements(first.viewer, book.occasion(), &colleagues).await?;
    let blocks = blocks_for_each(book.occasion().id, asks).await?;
    for ((ask, blocks), refused) in asks.iter().zip(blocks).zip(&mut refused) {
        let own = || ask.people.iter().copied();
        let already = own().filter(|person| already.contains(person));
        refused.extend(already.map(|person| (person, UserErrorCode::AlreadySignedUp)));
        let overlapping = |person: &PersonId| {
            let times = elsewhere.get(person);
            times.is_some_and(|times| overlaps(&blocks, times))
        };
        let busy = own().filter(overlapping);
        refused.extend(busy.map(|person| (person, UserErrorCode::OverlappingOccasion)));
        let lacking = own().filter(|person| lacking.contains_key(person));
        refused.extend(lacking.map(|person| (person, UserErrorCode::RequirementMissing)));
        // One reason each is enough: the first that was found.
        let mut seen = BTreeSet::new();
        refused.retain(|(person, _)| seen.insert(*person));
    }
    Ok(refused)
}

/// When the occasion is, for each who asks.
async fn blocks_for_each(occasion: OccasionId, asks: &[Ask<'_>]) -> Result<Vec<Vec<TimeBlock>>> {
    let query = time_block::Entity::find().filter(time_block::Column::OccasionId.eq(occasion));
    let blocks = Viewer::all_for_each(&viewers(asks), query).await?;
    let times = |rows: Vec<time_block::Model>| {
        let times = rows.into_iter().map(|row| (row.starts_at, row.ends_at));
        times.collect()
    };
    Ok(blocks.into_iter().map(times).collect())
}

fn viewers<'a>(asks: &[Ask<'a>]) -> Vec<&'a Viewer> {
    asks.iter().map(|ask| ask.viewer).collect()
}

/// The earlier openings of an occasion's sign-up.
pub(super) async fn openings_of(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
) -> Result<Vec<Opening>> {
    let mut openings = openings_for_each(&[viewer], occasion).await?;
    Ok(openings.pop().unwrap_or_default())
}

/// The same for each of several viewers in one transaction.
pub(super) async fn openings_for_each(
    viewers: &[&Viewer],
    occasion: &training_occasion::Model,
) -> Result<Vec<Vec<Opening>>> {
    if !occasion.opens_stepwise {
        return Ok(viewers.iter().map(|_| Vec::new()).collect());
    }
    let query =
        sign_up_opening::Entity::find().filter(sign_up_opening::Column::OccasionId.eq(occasion.id));
    let rows = Viewer::all_for_each(viewers, query).await?;
    let openings = |rows: Vec<_>| rows.iter().map(opening).collect();
    Ok(rows.into_iter().map(openings).collect())
}

/// For each request, who is not a member of the viewer's organisation now, not in the target audience, or too early.
async fn not_eligible(
    occasion: &training_occasion::Model,
    asks: &[Ask<'_>],
) -> Result<Vec<Vec<Refused>>> {
    use membership::Column as M;
    let people: Vec<_> = asks
        .iter()
        .map(|ask| (ask.viewer, ask.people.clone()))
        .collect();
    let everybody = membership::Entity::find();
    let members = Viewer::among_each(M::PersonId, &everybody, &people).await?;
    let query = training_audience::Entity::find()
        .filter(training_audience::Column::TrainingId.eq(occasion.training_id));
    let audiences = Viewer::all_for_each(&viewers(asks), query).await?;
    let openings = openings_for_each(&viewers(asks), occasion).await?;
    let in_groups = in_target_groups(occasion, asks).await?;
    let mut refused = Vec::new();
    for ((((ask, members), audiences), openings), in_groups) in asks
        .iter()
        .zip(members)
        .zip(audiences)
        .zip(openings)
        .zip(in_groups)
    {
        let organisation = ask.viewer.signed_in()?.organisation;
        let members: HashMap<PersonId, membership::Model> = members
            .into_iter()
            .filter(|row| row.organisation_id == organisation)
            .filter(|row| in_force(Some(row.active_from), row.active_until, ask.viewer.now()))
            .map(|row| (row.person_id, row))
            .collect();
        let audiences: Vec<TargetAudience> = audiences.iter().map(|row| row.audience).collect();
        let refusal = |person: &PersonId| {
            let member = members.get(person);
            let in_group = in_groups.as_ref().map(|people| people.contains(person));
            let is_for = |somebody: &Participant| audience::is_for(&audiences, in_group, somebody);
            refusal_of(ask, occasion, member, is_for, &openings)
        };
        let own = ask.people.iter();
        refused.push(
            own.filter_map(|person| Some((*person, refusal(person)?)))
                .collect(),
        );
    }
    Ok(refused)
}

/// For each request, who of the people is today in one of the groups that the training is for, for the viewer's
/// organisation; none where the training is for no group in particular.
async fn in_target_groups(
    occasion: &training_occasion::Model,
    asks: &[Ask<'_>],
) -> Result<Vec<Option<BTreeSet<PersonId>>>> {
    use group_person::Column as P;
    let Some(first) = asks.iter().find(|ask| ask.training.for_groups) else {
        return Ok(asks.iter().map(|_| None).collect());
    };
    let query = training_target_group::Entity::find()
        .filter(training_target_group::Column::TrainingId.eq(occasion.training_id));
    let groups = first.viewer.all(query).await?;
    let groups = groups.into_iter().map(|row| row.group_id);
    // That a colleague is in a group is known in the own organisation, whoever else may know of the group.
    let members = group_person::Entity::find()
        .filter(P::GroupId.is_in(groups))
        .filter(in_it_today(first.viewer));
    let people: Vec<_> = asks
        .iter()
        .map(|ask| (ask.viewer, ask.people.clone()))
        .collect();
    let found = Viewer::among_each(P::PersonId, &members, &people).await?;
    let each = asks.iter().zip(found).map(|(ask, rows)| {
        let own = ask.viewer.signed_in()?.organisation;
        let own = rows.into_iter().filter(|row| row.organisation_id == own);
        Ok(Some(own.map(|row| row.person_id).collect()))
    });
    each.collect()
}

/// Why the member cannot be signed up now.
fn refusal_of(
    ask: &Ask<'_>,
    occasion: &training_occasion::Model,
    member: Option<&membership::Model>,
    is_for: impl Fn(&Participant) -> bool,
    openings: &[Opening],
) -> Option<UserErrorCode> {
    let Some(member) = member else {
        // Nobody signs up for another organisation: its people do not exist here.
        return Some(UserErrorCode::NotFound);
    };
    let fitting = participant(ask.viewer, ask.training, member.staff_category).filter(is_for);
    let Some(somebody) = fitting else {
        return Some(UserErrorCode::TargetAudienceMismatch);
    };
    let opened = has_opened(ask.viewer, occasion, openings, Some(&somebody));
    (!opened).then_some(UserErrorCode::SignUpNotOpen)
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

/// Whether the participant of a sign-up has been checked in already. Then the place is neither given back nor taken
/// over: a completion may hang on it.
pub(super) async fn is_checked_in(viewer: &Viewer, row: &sign_up::Model) -> Result<bool> {
    let marks = viewer
        .among::<attendance::Entity, _>(attendance::Column::SignUpId, [row.id])
        .await?;
    Ok(marks
        .iter()
        .any(|mark| Some(mark.person_id) == row.person_id && has_been_there(mark.grade)))
}
