//! Making and changing initiatives.

use super::{
    Initiative, InitiativeById,
    check::{check_changes, check_new},
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        group::{changed, each_once, replacement},
        idempotency::Once,
        meeting::{locked_away, refusal},
        payload::payloads,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use chrono::NaiveDate;
use entity::{
    id::{
        GroupId, InitiativeId, InitiativePartyId, OrganisationId, PersonId, ProgrammeId, RoleTypeId,
    },
    initiative, initiative_contact, initiative_part, initiative_party, initiative_share,
    kind::{GroupLevel, InitiativeKind, InitiativePartKind, InitiativeStatus, Role, SharingLevel},
    partial_date::PartialDate,
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{Condition, EntityTrait, Set, Unchanged};

/// Who takes part: an organisation of the directory, or words.
#[derive(Clone, InputObject)]
pub struct InitiativePartyInput {
    /// The organisation of the directory. Each stands once.
    pub(super) organisation_id: Option<OrganisationId>,
    /// The party in words, 1 to 200 characters, where no organisation is named. One of the two must be given.
    pub(super) name: Option<String>,
    /// How many organisations the words stand for, at least 1; null where that is not known. Only with `name`.
    pub(super) number: Option<i32>,
    /// What the source says besides, up to 200 characters.
    pub(super) note: Option<String>,
    /// Since when it takes part.
    pub(super) since: Option<PartialDate>,
    /// Until when; after that it sees the initiative only as far as it is shared.
    pub(super) until: Option<PartialDate>,
}

/// What an initiative is made of.
#[derive(Clone, InputObject)]
pub struct InitiativePartInput {
    /// What kind of part it is.
    pub(super) kind: InitiativePartKind,
    /// What it is called, 1 to 200 characters.
    pub(super) name: String,
    /// The group that it is, one that you may see. Only for a `GROUP`.
    pub(super) group_id: Option<GroupId>,
    /// The type of role that it is. Only for a `ROLE_TYPE`.
    pub(super) role_type_id: Option<RoleTypeId>,
    /// The training programme that it is, one that you may see. Only for a `TRAINING_PROGRAMME`.
    pub(super) programme_id: Option<ProgrammeId>,
}

/// Who of the keeper answers for an initiative.
#[derive(Clone, InputObject)]
pub struct InitiativeContactInput {
    /// A member of the keeper. The person may then change the initiative as a coordinator does.
    pub(super) person_id: PersonId,
    /// Whether the name is shown to everybody who sees the initiative; else to the keeper's people.
    #[graphql(default)]
    pub(super) name_published: bool,
}

/// A new initiative, which your own organisation keeps.
#[derive(InputObject)]
pub struct CreateInitiativeInput {
    /// What kind of work it is. It stays.
    kind: InitiativeKind,
    /// For how large a part of the country it is.
    level: GroupLevel,
    /// Its name, 1 to 200 characters.
    pub(super) name: String,
    /// A short name by which others refer to it: 1 to 50 capital letters, digits and underscores, unique among those of your
    /// organisation.
    pub(super) code: Option<String>,
    /// What it is, in plain text, up to 10,000 characters. Nothing about individual children.
    #[graphql(default)]
    pub(super) description: String,
    /// The county that it is for: two digits as text.
    pub(super) county: Option<String>,
    /// How far it has come.
    status: InitiativeStatus,
    /// Since when, as precisely as it is known; null where it is not.
    pub(super) valid_from: Option<PartialDate>,
    /// Until when; null: until further notice.
    pub(super) valid_to: Option<PartialDate>,
    /// The number of the agreement in your register, up to 200 characters.
    pub(super) registration_number: Option<String>,
    /// How far it is shared. `COUNTY` needs `county`, `SELECTED` needs `sharedWithIds`; its parties see it in any case.
    pub(super) sharing: SharingLevel,
    /// The organisations that it is shared with by name, for `SELECTED`, at most 100.
    #[graphql(default)]
    pub(super) shared_with_ids: Vec<OrganisationId>,
    /// Who takes part, at most 400.
    #[graphql(default)]
    pub(super) parties: Vec<InitiativePartyInput>,
    /// What it is made of, at most 20.
    #[graphql(default)]
    pub(super) parts: Vec<InitiativePartInput>,
    /// The function that answers questions, up to 200 characters.
    pub(super) contact_function: Option<String>,
    /// Who of your organisation answers for it.
    pub(super) contact: Option<InitiativeContactInput>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of an initiative. What is left out stays as it is; null empties, where there may be nothing.
#[derive(InputObject)]
pub struct UpdateInitiativeInput {
    /// The initiative.
    initiative_id: InitiativeId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost. A party that takes
    /// itself out changes it too.
    expected_version: i32,
    /// For how large a part of the country it is; null is `INVALID_VALUE`.
    pub(super) level: MaybeUndefined<GroupLevel>,
    /// Its name, 1 to 200 characters; null is `INVALID_VALUE`.
    pub(super) name: MaybeUndefined<String>,
    /// A short name by which others refer to it: 1 to 50 capital letters, digits and underscores, unique among the keeper's.
    pub(super) code: MaybeUndefined<String>,
    /// What it is, in plain text, up to 10,000 characters.
    pub(super) description: MaybeUndefined<String>,
    /// The county that it is for: two digits as text.
    pub(super) county: MaybeUndefined<String>,
    /// How far it has come; null is `INVALID_VALUE`.
    pub(super) status: MaybeUndefined<InitiativeStatus>,
    /// Since when, as precisely as it is known; null where it is not.
    pub(super) valid_from: MaybeUndefined<PartialDate>,
    /// Until when; null: until further notice.
    pub(super) valid_to: MaybeUndefined<PartialDate>,
    /// The number of the agreement in the keeper's register, up to 200 characters.
    pub(super) registration_number: MaybeUndefined<String>,
    /// How far it is shared; null is `INVALID_VALUE`.
    pub(super) sharing: MaybeUndefined<SharingLevel>,
    /// The organisations that it is shared with by name: replaces all.
    pub(super) shared_with_ids: MaybeUndefined<Vec<OrganisationId>>,
    /// Who takes part: replaces all, those who are parties no more too.
    pub(super) parties: MaybeUndefined<Vec<InitiativePartyInput>>,
    /// What it is made of: replaces all.
    pub(super) parts: MaybeUndefined<Vec<InitiativePartInput>>,
    /// The function that answers questions, up to 200 characters.
    pub(super) contact_function: MaybeUndefined<String>,
    /// Who of the keeper answers for it; null: nobody.
    pub(super) contact: MaybeUndefined<InitiativeContactInput>,
}

/// What came of a mutation on an initiative.
pub(super) struct InitiativeOutcome {
    initiative: Option<Initiative>,
    user_errors: Vec<UserError>,
}

payloads! {
    InitiativeOutcome {
        /// The initiative; null when nothing was changed, or when you no longer see it.
        initiative: Initiative
    }:
    /// The initiative that was made.
    CreateInitiativePayload,
    /// The initiative as it was changed.
    UpdateInitiativePayload,
    /// The initiative that your organisation has left.
    LeaveInitiativePayload,
}

impl InitiativeOutcome {
    /// The initiative as it is now, or what is wrong.
    pub(super) async fn of(
        ctx: &Context<'_>,
        outcome: Result<InitiativeId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                initiative: loaders(ctx)
                    .load_one(InitiativeById(id))
                    .await?
                    .map(Initiative),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                initiative: None,
                user_errors,
            }),
        }
    }
}

/// What can be done with initiatives.
#[derive(Default)]
pub struct InitiativeMutation;

#[Object]
impl InitiativeMutation {
    /// Makes an initiative that your organisation keeps. For coordinators; `FORBIDDEN` for others. User errors:
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`, `INVALID_TIMES` for an end before the beginning, `CODE_TAKEN`,
    /// `NOT_FOUND` for an organisation, a part, or a contact person who is no member of your organisation.
    async fn create_initiative(
        &self,
        ctx: &Context<'_>,
        input: CreateInitiativeInput,
    ) -> Result<CreateInitiativePayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let once = &Once::new("createInitiative", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        if !errors.is_empty() {
            return Ok(InitiativeOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, Box::pin(create(&viewer, own, input)))
                    .await
            })
            .await?;
        Ok(InitiativeOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes an initiative. For coordinators of its keeper and for the contact person; `FORBIDDEN` for others who see
    /// it. User errors: `NOT_FOUND`, `CONFLICT`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`, `INVALID_TIMES`,
    /// `CODE_TAKEN`.
    async fn update_initiative(
        &self,
        ctx: &Context<'_>,
        input: UpdateInitiativeInput,
    ) -> Result<UpdateInitiativePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { Box::pin(update(&viewer, input)).await })
            .await?;
        Ok(InitiativeOutcome::of(ctx, outcome).await?.into())
    }
}

fn trimmed(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

async fn create(
    viewer: &Viewer,
    own: OrganisationId,
    input: &CreateInitiativeInput,
) -> Result<Result<InitiativeId, Vec<UserError>>> {
    let errors = check_new(viewer, own, input).await?;
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let name = input.name.trim().to_owned();
    let made = viewer
        .make(initiative::ActiveModel {
            id: Set(InitiativeId::new()),
            code: Set(input.code.clone()),
            kind: Set(input.kind),
            level: Set(input.level),
            county_code: Set(input.county.clone()),
            search_text: Set(fold(&format!("{name} {}", input.description))),
            sort_name: Set(swedish_sort_key(&name)),
            name: Set(name),
            description: Set(input.description.trim().to_owned()),
            organisation_id: Set(own),
            status: Set(input.status),
            valid_from: Set(input.valid_from),
            valid_to: Set(input.valid_to),
            registration_number: Set(trimmed(input.registration_number.clone())),
            contact_function: Set(trimmed(input.contact_function.clone())),
            sharing: Set(input.sharing),
            created_at: Set(viewer.now()),
            updated_at: Set(viewer.now()),
            version: Set(1),
        })
        .await?;
    replace_shares(viewer, &made, &input.shared_with_ids).await?;
    replace_parties(viewer, &made, &input.parties).await?;
    replace_parts(viewer, &made, &input.parts).await?;
    replace_contact(viewer, &made, input.contact.as_ref()).await?;
    Ok(Ok(made.id))
}

async fn update(
    viewer: &Viewer,
    input: &UpdateInitiativeInput,
) -> Result<Result<InitiativeId, Vec<UserError>>> {
    let query = initiative::Entity::find_by_id(input.initiative_id);
    let row = match viewer.edit(query).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "initiativeId"))),
    };
    if row.version != input.expected_version {
        return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
    }
    let errors = check_changes(viewer, &row, input).await?;
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let change = changes(viewer, &row, input);
    viewer.update(change).await?.ok_or_else(locked_away)?;
    if let Some(shares) = replacement(&input.shared_with_ids) {
        replace_shares(viewer, &row, shares).await?;
    }
    if let Some(parties) = replacement(&input.parties) {
        replace_parties(viewer, &row, parties).await?;
    }
    if let Some(parts) = replacement(&input.parts) {
        replace_parts(viewer, &row, parts).await?;
    }
    if !input.contact.is_undefined() {
        replace_contact(viewer, &row, input.contact.value()).await?;
    }
    Ok(Ok(row.id))
}

fn changes(
    viewer: &Viewer,
    row: &initiative::Model,
    input: &UpdateInitiativeInput,
) -> initiative::ActiveModel {
    let name = input.name.value().unwrap_or(&row.name).trim().to_owned();
    let description = changed(&input.description, Some(&row.description)).unwrap_or_default();
    let description = description.trim().to_owned();
    let registered = row.registration_number.as_ref();
    let function = row.contact_function.as_ref();
    initiative::ActiveModel {
        id: Unchanged(row.id),
        code: Set(changed(&input.code, row.code.as_ref())),
        level: Set(*input.level.value().unwrap_or(&row.level)),
        county_code: Set(changed(&input.county, row.county_code.as_ref())),
        search_text: Set(fold(&format!("{name} {description}"))),
        sort_name: Set(swedish_sort_key(&name)),
        name: Set(name),
        description: Set(description),
        status: Set(*input.status.value().unwrap_or(&row.status)),
        valid_from: Set(changed(&input.valid_from, row.valid_from.as_ref())),
        valid_to: Set(changed(&input.valid_to, row.valid_to.as_ref())),
        registration_number: Set(trimmed(changed(&input.registration_number, registered))),
        contact_function: Set(trimmed(changed(&input.contact_function, function))),
        sharing: Set(*input.sharing.value().unwrap_or(&row.sharing)),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    }
}

async fn replace_shares(
    viewer: &Viewer,
    whole: &Permitted<initiative::Model>,
    shares: &[OrganisationId],
) -> Result<()> {
    let rows = shares
        .iter()
        .map(|organisation| initiative_share::ActiveModel {
            initiative_id: Set(whole.id),
            organisation_id: Set(*organisation),
        });
    viewer
        .replace_parts::<initiative_share::Entity>(whole, each_once(rows))
        .await
}

fn place(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

/// The first day on which a party that is one until then is none any more.
fn end_of(until: Option<PartialDate>) -> Option<NaiveDate> {
    until.and_then(|until| until.last_day().succ_opt())
}

async fn replace_parties(
    viewer: &Viewer,
    whole: &Permitted<initiative::Model>,
    parties: &[InitiativePartyInput],
) -> Result<()> {
    let present = viewer
        .parts::<initiative_party::Entity>(whole, Condition::all())
        .await?;
    // Who has left in the course of a day is not back for the rest of it because the list is sent again.
    let ends_on = |party: &InitiativePartyInput| {
        let same = present.iter().find(|row| {
            row.organisation_id.is_some()
                && row.organisation_id == party.organisation_id
                && row.until == party.until
        });
        same.map_or_else(|| end_of(party.until), |row| row.ends_on)
    };
    let rows = parties.iter().enumerate();
    let rows = rows.map(|(index, party)| initiative_party::ActiveModel {
        id: Set(InitiativePartyId::new()),
        initiative_id: Set(whole.id),
        position: Set(place(index)),
        organisation_id: Set(party.organisation_id),
        name: Set(trimmed(party.name.clone())),
        number: Set(party.number),
        note: Set(trimmed(party.note.clone())),
        since: Set(party.since),
        until: Set(party.until),
        ends_on: Set(ends_on(party)),
    });
    let rows = rows.collect();
    viewer
        .replace_parts::<initiative_party::Entity>(whole, rows)
        .await
}

async fn replace_parts(
    viewer: &Viewer,
    whole: &Permitted<initiative::Model>,
    parts: &[InitiativePartInput],
) -> Result<()> {
    let rows = parts.iter().enumerate();
    let rows = rows.map(|(index, part)| initiative_part::ActiveModel {
        initiative_id: Set(whole.id),
        position: Set(place(index)),
        kind: Set(part.kind),
        name: Set(part.name.trim().to_owned()),
        group_id: Set(part.group_id),
        role_type_id: Set(part.role_type_id),
        programme_id: Set(part.programme_id),
    });
    let rows = rows.collect();
    viewer
        .replace_parts::<initiative_part::Entity>(whole, rows)
        .await
}

async fn replace_contact(
    viewer: &Viewer,
    whole: &Permitted<initiative::Model>,
    contact: Option<&InitiativeContactInput>,
) -> Result<()> {
    let row = contact.map(|contact| initiative_contact::ActiveModel {
        initiative_id: Set(whole.id),
        organisation_id: Set(whole.organisation_id),
        person_id: Set(contact.person_id),
        name_published: Set(contact.name_published),
    });
    viewer
        .replace_parts::<initiative_contact::Entity>(whole, row.into_iter().collect())
        .await
}
