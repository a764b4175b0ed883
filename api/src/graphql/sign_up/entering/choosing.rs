//! A second and a third choice: a seat elsewhere rather than a place in line.

use super::{
    super::eligibility::{open_training, openings_of, refusals},
    Entered, SignUpInput, SignUpMode, entrants, party,
};
use crate::{
    domain::book::Party,
    error::{Error, Result},
    graphql::{
        idempotency::Once,
        occasion::has_opened,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{
        Viewer,
        seat::{Entrant, SeatBook},
    },
};
use entity::{
    id::{OccasionId, OrganisationId, PersonId, SignUpId},
    kind::AuditAction,
    training, training_occasion,
};
use sea_orm::EntityTrait;
use std::collections::{BTreeSet, HashMap};

/// One of the occasions that are wanted, in the order of the wishes.
struct Choice<'v> {
    book: SeatBook<'v>,
    /// Who cannot take part there.
    out: BTreeSet<PersonId>,
    /// Whether seats can be held there without names.
    takes_nameless: bool,
}

/// Signs up at the first of the occasions that has seats; who finds none waits at the first choice.
pub(super) async fn enter(
    viewer: &Viewer,
    input: &SignUpInput,
) -> Result<Result<Entered, Vec<UserError>>> {
    let books = match open_books(viewer, input).await? {
        Ok(books) => books,
        Err(error) => return Ok(Err(vec![error])),
    };
    let once = Once::new("signUp", input.idempotency_key.as_ref(), input);
    if let Some(earlier) = once.earlier(viewer).await? {
        return Ok(earlier.map(|words: Vec<String>| Entered::recalled(&words)));
    }
    let people: Vec<PersonId> = input.participants.iter().map(|row| row.person_id).collect();
    let mut against = Vec::new();
    let mut choices: Vec<Choice<'_>> = Vec::new();
    for (wish, book) in books.into_iter().enumerate() {
        let training = match open_training(viewer, book.occasion()).await? {
            Ok(training) => training,
            Err(code) => return Ok(Err(vec![at_wish(code, wish)])),
        };
        let mut out = BTreeSet::new();
        if wish == 0 {
            match admission(viewer, &book, &training, input).await? {
                Ok(refused) => against = refused,
                Err(errors) => return Ok(Err(errors)),
            }
        } else {
            if choices
                .iter()
                .any(|choice| choice.book.occasion().training_id != book.occasion().training_id)
            {
                return Ok(Err(vec![at_wish(UserErrorCode::InvalidValue, wish)]));
            }
            let refused = refusals(viewer, &book, &training, &people).await?;
            out.extend(refused.into_iter().map(|(person, _)| person));
        }
        let openings = openings_of(viewer, book.occasion()).await?;
        choices.push(Choice {
            out,
            takes_nameless: has_opened(viewer, book.occasion(), &openings, None),
            book,
        });
    }
    if against.is_empty() && viewer.needs_approval() {
        return Ok(Err(vec![at_wish(UserErrorCode::ApprovalRequired, 0)]));
    }
    let organisation = viewer.signed_in()?.organisation;
    let mut ids = Vec::new();
    let everybody = entrants(input, &against);
    match party(input.mode) {
        Party::Together => ids.extend(take(&mut choices, organisation, everybody)?),
        Party::Separate => {
            for entrant in everybody {
                ids.extend(take(&mut choices, organisation, vec![entrant])?);
            }
        }
    }
    for choice in choices {
        if choice.book.has_moved() {
            let entered = choice.book.entered();
            let occasion = choice.book.occasion().id;
            choice.book.close(AuditAction::SignUp, entered).await?;
            viewer.requests_met(occasion, &people).await?;
        }
    }
    let entered = Entered {
        ids,
        rows: None,
        refused: against,
    };
    once.keep(viewer, &entered.to_keep()).await?;
    Ok(Ok(entered))
}

/// What speaks against any of the rows; errors if that speaks against the whole request.
async fn admission(
    viewer: &Viewer,
    book: &SeatBook<'_>,
    training: &training::Model,
    input: &SignUpInput,
) -> Result<Result<Vec<(usize, UserErrorCode)>, Vec<UserError>>> {
    if input.held_seats > 0 {
        let openings = openings_of(viewer, book.occasion()).await?;
        if !has_opened(viewer, book.occasion(), &openings, None) {
            let field = &["heldSeats"];
            return Ok(Err(vec![UserError::new(
                UserErrorCode::SignUpNotOpen,
                field,
            )]));
        }
    }
    let people: Vec<PersonId> = input.participants.iter().map(|row| row.person_id).collect();
    let against: HashMap<_, _> = refusals(viewer, book, training, &people)
        .await?
        .into_iter()
        .collect();
    let rows = people.iter().enumerate();
    let against: Vec<(usize, UserErrorCode)> = rows
        .filter_map(|(index, person)| Some((index, *against.get(person)?)))
        .collect();
    if input.mode == SignUpMode::RowByRow || against.is_empty() {
        return Ok(Ok(against));
    }
    let errors = against.into_iter();
    let errors = errors.map(|(index, code)| UserError::at(code, "participants", index, "personId"));
    Ok(Err(errors.collect()))
}

/// The books of all occasions that are wanted, in the order of the wishes. They are locked in the order of their
/// ids, so that two requests cannot lock crosswise.
async fn open_books<'v>(
    viewer: &'v Viewer,
    input: &SignUpInput,
) -> Result<Result<Vec<SeatBook<'v>>, UserError>> {
    let wishes: Vec<OccasionId> = [input.occasion_id]
        .into_iter()
        .chain(input.alternative_occasion_ids.iter().copied())
        .collect();
    for (wish, id) in wishes.iter().enumerate() {
        let query = training_occasion::Entity::find_by_id(*id);
        if viewer.one(query).await?.is_none() {
            return Ok(Err(at_wish(UserErrorCode::NotFound, wish)));
        }
    }
    let mut in_order: Vec<(usize, OccasionId)> = wishes.into_iter().enumerate().collect();
    in_order.sort_by_key(|(_, id)| *id);
    let mut books = Vec::new();
    for (wish, id) in in_order {
        books.push((wish, viewer.seat_book(id).await?));
    }
    books.sort_by_key(|(wish, _)| *wish);
    Ok(Ok(books.into_iter().map(|(_, book)| book).collect()))
}

/// Takes seats for a party where there are enough for all of it, or places in the first line.
fn take(
    choices: &mut [Choice<'_>],
    organisation: OrganisationId,
    party: Vec<Entrant>,
) -> Result<Vec<SignUpId>> {
    let fits = |choice: &Choice<'_>| {
        let takes_part = |entrant: &Entrant| {
            entrant.person.map_or(choice.takes_nameless, |person| {
                !choice.out.contains(&person)
            })
        };
        party.iter().all(takes_part) && choice.book.free_for(organisation) >= party.len()
    };
    let wish = choices.iter().position(fits).unwrap_or(0);
    let choice = choices
        .get_mut(wish)
        .ok_or_else(|| Error::internal("a sign-up without an occasion"))?;
    Ok(choice.book.sign_up(organisation, party, Party::Together))
}

/// An error about one of the occasions that are wanted.
fn at_wish(code: UserErrorCode, wish: usize) -> UserError {
    match wish.checked_sub(1) {
        None => UserError::new(code, &["occasionId"]),
        Some(alternative) => {
            UserError::new(code, &["alternativeOccasionIds", &alternative.to_string()])
        }
    }
}
