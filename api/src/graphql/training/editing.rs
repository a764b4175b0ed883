//! Making and changing trainings.

use super::{Training, TrainingById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        text::{Checked, check_text, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{
    id::{OrganisationId, ProgrammeId, TrainingId},
    kind::{Role, SharingLevel, SubjectArea, TargetAudience, TrainingFormat, TrainingStatus},
    organisation,
    search_text::{fold, swedish_sort_key},
    training, training_audience, training_organiser, training_programme, training_share,
    training_subject,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged};
use std::collections::BTreeSet;

/// A new training, as a draft.
#[derive(InputObject)]
pub struct CreateTrainingInput {
    /// Its title, 1 to 200 characters.
    title: String,
    /// What it is about, in plain text, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// How it is given.
    format: TrainingFormat,
    /// How far it is shared once it is published. `COUNTY` needs `county`, `SELECTED` needs `sharedWithIds`.
    sharing: SharingLevel,
    /// The county that it is for: two digits as text.
    county: Option<String>,
    /// Who gives it besides your own organisation, which is always an organiser.
    #[graphql(default)]
    co_organiser_ids: Vec<OrganisationId>,
    /// The one organiser that is the controller of the list of participants; your own if nothing is said.
    accountable_organiser_id: Option<OrganisationId>,
    /// Whether the other organisers' coordinators also see the participants, as you have agreed.
    #[graphql(default)]
    co_organisers_see_participants: bool,
    /// What it is about.
    #[graphql(default)]
    subject_areas: Vec<SubjectArea>,
    /// For whom it is; empty: for everybody who may see it.
    #[graphql(default)]
    target_audiences: Vec<TargetAudience>,
    /// The organisations that it is shared with by name, for `SELECTED`.
    #[graphql(default)]
    shared_with_ids: Vec<OrganisationId>,
    /// The programme that it belongs to; your organisation must be one of its organisers.
    programme_id: Option<ProgrammeId>,
    /// What it qualifies for, in words, up to 500 characters.
    qualifies_for: Option<String>,
    /// Where more can be read: an address that begins with https:// or http://.
    url: Option<String>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of a training. What is left out stays as it is; null empties, where there may be nothing.
#[derive(InputObject)]
pub struct UpdateTrainingInput {
    /// The training.
    training_id: TrainingId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// Its title, 1 to 200 characters; null is `INVALID_VALUE`.
    title: MaybeUndefined<String>,
    /// What it is about, in plain text, up to 10,000 characters.
    description: MaybeUndefined<String>,
    /// How it is given; null is `INVALID_VALUE`.
    format: MaybeUndefined<TrainingFormat>,
    /// How far it is shared; null is `INVALID_VALUE`. `COUNTY` needs `county`, `SELECTED` needs `sharedWithIds`.
    sharing: MaybeUndefined<SharingLevel>,
    /// The county that it is for: two digits as text.
    county: MaybeUndefined<String>,
    /// What it is about: replaces all.
    subject_areas: MaybeUndefined<Vec<SubjectArea>>,
    /// For whom it is: replaces all. Who has signed up stays.
    target_audiences: MaybeUndefined<Vec<TargetAudience>>,
    /// The organisations that it is shared with by name: replaces all.
    shared_with_ids: MaybeUndefined<Vec<OrganisationId>>,
    /// What it qualifies for, in words, up to 500 characters.
    qualifies_for: MaybeUndefined<String>,
    /// Where more can be read: an address that begins with https:// or http://.
    url: MaybeUndefined<String>,
}

/// A training that was made or changed.
#[derive(SimpleObject)]
pub struct TrainingPayload {
    /// The training; null when nothing was changed.
    training: Option<Training>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

impl TrainingPayload {
    /// The training as it is now, or what is wrong.
    pub(super) async fn of(
        ctx: &Context<'_>,
        outcome: Result<TrainingId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => {
                let row = loaders(ctx).load_one(TrainingById(id)).await?;
                Ok(Self {
                    training: row.map(Training),
                    user_errors: Vec::new(),
                })
            }
            Err(user_errors) => Ok(Self {
                training: None,
                user_errors,
            }),
        }
    }
}

/// The training with the permission to edit it, or what to answer.
pub(super) async fn editable(
    viewer: &Viewer,
    id: TrainingId,
) -> Result<Result<Permitted<training::Model>, Vec<UserError>>> {
    match viewer.edit(training::Entity::find_by_id(id)).await? {
        Access::Granted(permitted) => Ok(Ok(permitted)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(vec![UserError::new(
            UserErrorCode::NotFound,
            &["trainingId"],
        )])),
    }
}

/// What can be done with trainings.
#[derive(Default)]
pub struct TrainingMutation;

#[Object]
impl TrainingMutation {
    /// Makes a training as a draft that your organisation gives, alone or with others. For coordinators;
    /// `FORBIDDEN` for others. User errors: `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`, `NOT_FOUND` for an
    /// organisation or a programme.
    async fn create_training(
        &self,
        ctx: &Context<'_>,
        input: CreateTrainingInput,
    ) -> Result<TrainingPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let once = &Once::new("createTraining", input.idempotency_key.as_ref(), input);
        let mut errors = check_new(viewer, own, input).await?;
        once.check(&mut errors);
        if !errors.is_empty() {
            return TrainingPayload::of(ctx, Err(errors)).await;
        }
        let outcome = viewer
            .transaction(
                |viewer| async move { once.make(&viewer, create(&viewer, own, input)).await },
            )
            .await?;
        TrainingPayload::of(ctx, outcome).await
    }

    /// Changes a training. Changing a draft takes back the other organisers' confirmations: they confirm what they
    /// have seen. For coordinators of its organisers; `FORBIDDEN` for others who see it. User errors:
    /// `NOT_FOUND`, `CONFLICT`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn update_training(
        &self,
        ctx: &Context<'_>,
        input: UpdateTrainingInput,
    ) -> Result<TrainingPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        TrainingPayload::of(ctx, outcome).await
    }
}

fn check_texts(
    title: Option<&str>,
    description: Option<&str>,
    qualifies_for: Option<&str>,
    url: Option<&str>,
    errors: &mut Vec<UserError>,
) {
    if let Some(title) = title {
        check_text(Checked::Line, title, &["title"], errors);
    }
    if let Some(description) = description {
        check_text(Checked::Description, description, &["description"], errors);
    }
    if let Some(text) = qualifies_for {
        check_text(Checked::Remark, text, &["qualifiesFor"], errors);
    }
    if let Some(url) = url {
        check_url(url, &["url"], errors);
    }
}

/// An address that a person can follow and that runs nothing.
pub(in crate::graphql) fn check_url(url: &str, field: &[&str], errors: &mut Vec<UserError>) {
    check_text(Checked::Remark, url, field, errors);
    if !(url.starts_with("https://") || url.starts_with("http://"))
        || url.chars().any(char::is_whitespace)
    {
        errors.push(UserError::new(UserErrorCode::InvalidValue, field));
    }
}

/// `COUNTY` says which county, `SELECTED` with whom.
fn check_sharing(sharing: SharingLevel, county: bool, shares: bool, errors: &mut Vec<UserError>) {
    if sharing == SharingLevel::County && !county {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["county"]));
    }
    if sharing == SharingLevel::Selected && !shares {
        errors.push(UserError::new(
            UserErrorCode::InvalidValue,
            &["sharedWithIds"],
        ));
    }
}

async fn check_county(
    viewer: &Viewer,
    county: Option<&str>,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if let Some(code) = county {
        let known = viewer.one(entity::county::Entity::find_by_id(code)).await?;
        if known.is_none() {
            errors.push(UserError::new(UserErrorCode::InvalidValue, &["county"]));
        }
    }
    Ok(())
}

async fn check_organisations(
    viewer: &Viewer,
    ids: &[OrganisationId],
    field: &str,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if ids.len() > 100 {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &[field]));
        return Ok(());
    }
    let known = viewer
        .among::<organisation::Entity, _>(organisation::Column::Id, ids.iter().copied())
        .await?;
    for (index, id) in ids.iter().enumerate() {
        if known.iter().all(|row| row.id != *id) {
            errors.push(UserError::new(
                UserErrorCode::NotFound,
                &[field, &index.to_string()],
            ));
        }
    }
    Ok(())
}

/// Only who takes part can confirm; an organiser that cannot would keep the training a draft for ever.
async fn check_partners(
    viewer: &Viewer,
    ids: &[OrganisationId],
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let now = viewer.now();
    let rows = viewer
        .among::<organisation::Entity, _>(organisation::Column::Id, ids.iter().copied())
        .await?;
    for row in rows {
        let takes_part = row.partner_from.is_some_and(|from| from <= now)
            && row.partner_until.is_none_or(|until| until > now);
        if !takes_part && let Some(index) = ids.iter().position(|id| *id == row.id) {
            let field = ["coOrganiserIds", &index.to_string()];
            errors.push(UserError::new(UserErrorCode::NotAPartner, &field));
        }
    }
    Ok(())
}

async fn check_new(
    viewer: &Viewer,
    own: OrganisationId,
    input: &CreateTrainingInput,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    check_texts(
        Some(&input.title),
        Some(&input.description),
        input.qualifies_for.as_deref(),
        input.url.as_deref(),
        &mut errors,
    );
    check_sharing(
        input.sharing,
        input.county.is_some(),
        !input.shared_with_ids.is_empty(),
        &mut errors,
    );
    check_county(viewer, input.county.as_deref(), &mut errors).await?;
    check_organisations(
        viewer,
        &input.co_organiser_ids,
        "coOrganiserIds",
        &mut errors,
    )
    .await?;
    check_organisations(viewer, &input.shared_with_ids, "sharedWithIds", &mut errors).await?;
    check_partners(viewer, &input.co_organiser_ids, &mut errors).await?;
    if let Some(accountable) = input.accountable_organiser_id
        && accountable != own
        && !input.co_organiser_ids.contains(&accountable)
    {
        errors.push(UserError::new(
            UserErrorCode::InvalidValue,
            &["accountableOrganiserId"],
        ));
    }
    if let Some(programme) = input.programme_id {
        let query = training_programme::Entity::find_by_id(programme);
        if !matches!(viewer.edit(query).await?, Access::Granted(_)) {
            errors.push(UserError::new(UserErrorCode::NotFound, &["programmeId"]));
        }
    }
    Ok(errors)
}

async fn create(
    viewer: &Viewer,
    own: OrganisationId,
    input: &CreateTrainingInput,
) -> Result<Result<TrainingId, Vec<UserError>>> {
    let accountable = input.accountable_organiser_id.unwrap_or(own);
    let title = input.title.trim().to_owned();
    let made = viewer
        .make(training::ActiveModel {
            id: Set(TrainingId::new()),
            search_text: Set(fold(&format!("{title} {}", input.description))),
            sort_title: Set(swedish_sort_key(&title)),
            title: Set(title),
            description: Set(input.description.trim().to_owned()),
            format: Set(input.format),
            status: Set(TrainingStatus::Draft),
            sharing: Set(input.sharing),
            county_code: Set(input.county.clone()),
            accountable_organisation_id: Set(accountable),
            programme_id: Set(input.programme_id),
            qualifies_for: Set(input.qualifies_for.clone()),
            url: Set(input.url.clone()),
            period: Set(None),
            published_at: Set(None),
            created_at: Set(viewer.now()),
            updated_at: Set(viewer.now()),
            version: Set(1),
        })
        .await?;
    let organisers: BTreeSet<_> = input
        .co_organiser_ids
        .iter()
        .copied()
        .chain([own])
        .collect();
    let organisers = organisers
        .into_iter()
        .map(|organisation| training_organiser::ActiveModel {
            training_id: Set(made.id),
            organisation_id: Set(organisation),
            confirmed_at: Set((organisation == own).then(|| viewer.now())),
            sees_participants: Set(
                organisation == accountable || input.co_organisers_see_participants
            ),
        });
    viewer
        .add_parts::<training_organiser::Entity>(&made, organisers.collect())
        .await?;
    replace_lists(
        viewer,
        &made,
        Some(&input.subject_areas),
        Some(&input.target_audiences),
        Some(&input.shared_with_ids),
    )
    .await?;
    Ok(Ok(made.id))
}

async fn replace_lists(
    viewer: &Viewer,
    whole: &Permitted<training::Model>,
    subjects: Option<&Vec<SubjectArea>>,
    audiences: Option<&Vec<TargetAudience>>,
    shares: Option<&Vec<OrganisationId>>,
) -> Result<()> {
    let training_id = Set(whole.id);
    if let Some(subjects) = subjects {
        let mut rows: Vec<training_subject::ActiveModel> = Vec::new();
        for subject in subjects {
            let row = training_subject::ActiveModel {
                training_id: training_id.clone(),
                subject_area: Set(*subject),
            };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        viewer
            .replace_parts::<training_subject::Entity>(whole, rows)
            .await?;
    }
    if let Some(audiences) = audiences {
        let mut rows: Vec<training_audience::ActiveModel> = Vec::new();
        for audience in audiences {
            let row = training_audience::ActiveModel {
                training_id: training_id.clone(),
                audience: Set(*audience),
            };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        viewer
            .replace_parts::<training_audience::Entity>(whole, rows)
            .await?;
    }
    if let Some(shares) = shares {
        let organisations: BTreeSet<_> = shares.iter().copied().collect();
        let rows = organisations
            .into_iter()
            .map(|organisation| training_share::ActiveModel {
                training_id: training_id.clone(),
                organisation_id: Set(organisation),
            });
        viewer
            .replace_parts::<training_share::Entity>(whole, rows.collect())
            .await?;
    }
    Ok(())
}

async fn update(
    viewer: &Viewer,
    input: &UpdateTrainingInput,
) -> Result<Result<TrainingId, Vec<UserError>>> {
    let permitted = match editable(viewer, input.training_id).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    if permitted.version != input.expected_version {
        return Ok(Err(vec![UserError::new(
            UserErrorCode::Conflict,
            &["expectedVersion"],
        )]));
    }
    let errors = check_changes(viewer, &permitted, input).await?;
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let title = input.title.value().unwrap_or(&permitted.title);
    let title = title.trim().to_owned();
    let description = match &input.description {
        MaybeUndefined::Undefined => permitted.description.clone(),
        MaybeUndefined::Null => String::new(),
        MaybeUndefined::Value(description) => description.trim().to_owned(),
    };
    let mut change = training::ActiveModel {
        id: Unchanged(permitted.id),
        search_text: Set(fold(&format!("{title} {description}"))),
        sort_title: Set(swedish_sort_key(&title)),
        title: Set(title),
        description: Set(description),
        updated_at: Set(viewer.now()),
        version: Set(permitted.version + 1),
        format: Set(*input.format.value().unwrap_or(&permitted.format)),
        sharing: Set(*input.sharing.value().unwrap_or(&permitted.sharing)),
        ..Default::default()
    };
    for (column, wanted) in [
        (&mut change.county_code, &input.county),
        (&mut change.qualifies_for, &input.qualifies_for),
        (&mut change.url, &input.url),
    ] {
        match wanted {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => *column = Set(None),
            MaybeUndefined::Value(value) => *column = Set(Some(value.clone())),
        }
    }
    if viewer.update(change).await?.is_none() {
        return Err(Error::internal(
            "a training that was locked could not be changed",
        ));
    }
    if permitted.status == TrainingStatus::Draft {
        take_back_confirmations(viewer, &permitted).await?;
    }
    replace_lists(
        viewer,
        &permitted,
        replacement(&input.subject_areas),
        replacement(&input.target_audiences),
        replacement(&input.shared_with_ids),
    )
    .await?;
    Ok(Ok(permitted.id))
}

/// The list that replaces the present one, if it is to be replaced: null empties it.
fn replacement<T>(wanted: &MaybeUndefined<Vec<T>>) -> Option<&Vec<T>> {
    match wanted {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(const { &Vec::new() }),
        MaybeUndefined::Value(list) => Some(list),
    }
}

/// The other organisers have confirmed something that is now another.
async fn take_back_confirmations(
    viewer: &Viewer,
    whole: &Permitted<training::Model>,
) -> Result<()> {
    let own = viewer.signed_in()?.organisation;
    let others = Condition::all().add(training_organiser::Column::OrganisationId.ne(own));
    let unconfirmed = training_organiser::ActiveModel {
        confirmed_at: Set(None),
        ..Default::default()
    };
    viewer
        .update_parts::<training_organiser::Entity>(whole, others, unconfirmed)
        .await?;
    Ok(())
}

async fn check_changes(
    viewer: &Viewer,
    row: &training::Model,
    input: &UpdateTrainingInput,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    for (null, field) in [
        (input.title.is_null(), "title"),
        (input.format.is_null(), "format"),
        (input.sharing.is_null(), "sharing"),
    ] {
        refuse_null(null, field, &mut errors);
    }
    check_texts(
        input.title.value().map(String::as_str),
        input.description.value().map(String::as_str),
        input.qualifies_for.value().map(String::as_str),
        input.url.value().map(String::as_str),
        &mut errors,
    );
    let has_county = match &input.county {
        MaybeUndefined::Undefined => row.county_code.is_some(),
        county => county.value().is_some(),
    };
    let sharing = *input.sharing.value().unwrap_or(&row.sharing);
    let has_shares = if let Some(ids) = replacement(&input.shared_with_ids) {
        !ids.is_empty()
    } else {
        let query =
            training_share::Entity::find().filter(training_share::Column::TrainingId.eq(row.id));
        viewer.count(query).await? > 0
    };
    check_sharing(sharing, has_county, has_shares, &mut errors);
    check_county(
        viewer,
        input.county.value().map(String::as_str),
        &mut errors,
    )
    .await?;
    if let Some(ids) = input.shared_with_ids.value() {
        check_organisations(viewer, ids, "sharedWithIds", &mut errors).await?;
    }
    Ok(errors)
}
