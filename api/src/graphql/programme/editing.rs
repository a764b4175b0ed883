//! Making programmes.

use super::{ProgrammeById, TrainingProgramme};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::Viewer,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{OrganisationId, ProgrammeId},
    kind::{Role, SharingLevel},
    partial_date::PartialDate,
    programme_organiser,
    search_text::swedish_sort_key,
    training_programme,
};
use sea_orm::{EntityTrait, Set};

/// A new programme that your own organisation gives.
#[derive(InputObject)]
pub struct CreateTrainingProgrammeInput {
    /// Its title, 1 to 200 characters.
    title: String,
    /// What it is about, in plain text, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// Its number in a row of programmes, 1 to 9999.
    number: Option<i32>,
    /// The county that it is for: two digits as text.
    county: Option<String>,
    /// When it is given, as precisely as it is known.
    period: Option<PartialDate>,
    /// How far it is shared. `COUNTY` needs `county`; `SELECTED` is for trainings only.
    sharing: SharingLevel,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// The programme that was made.
#[derive(SimpleObject)]
pub struct CreateTrainingProgrammePayload {
    /// The programme; null when nothing was changed.
    programme: Option<TrainingProgramme>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with programmes.
#[derive(Default)]
pub struct ProgrammeMutation;

#[Object]
impl ProgrammeMutation {
    /// Makes a programme that your organisation gives; put trainings into it with `createTraining`. For
    /// coordinators; `FORBIDDEN` for others. User errors: `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn create_training_programme(
        &self,
        ctx: &Context<'_>,
        input: CreateTrainingProgrammeInput,
    ) -> Result<CreateTrainingProgrammePayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let once = &Once::new(
            "createTrainingProgramme",
            input.idempotency_key.as_ref(),
            input,
        );
        let mut errors = check(viewer, input).await?;
        once.check(&mut errors);
        let refused = |user_errors| CreateTrainingProgrammePayload {
            programme: None,
            user_errors,
        };
        if !errors.is_empty() {
            return Ok(refused(errors));
        }
        let outcome = viewer
            .transaction(
                |viewer| async move { once.make(&viewer, create(&viewer, own, input)).await },
            )
            .await?;
        let id = match outcome {
            Ok(id) => id,
            Err(errors) => return Ok(refused(errors)),
        };
        let row = loaders(ctx).load_one(ProgrammeById(id)).await?;
        Ok(CreateTrainingProgrammePayload {
            programme: row.map(TrainingProgramme),
            user_errors: Vec::new(),
        })
    }
}

async fn check(viewer: &Viewer, input: &CreateTrainingProgrammeInput) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.title, &["title"], &mut errors);
    let description = &input.description;
    check_text(
        Checked::Description,
        description,
        &["description"],
        &mut errors,
    );
    if input
        .number
        .is_some_and(|number| !(1..=9999).contains(&number))
    {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["number"]));
    }
    let known = match &input.county {
        Some(code) => viewer
            .one(entity::county::Entity::find_by_id(code))
            .await?
            .is_some(),
        None => input.sharing != SharingLevel::County,
    };
    if !known {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["county"]));
    }
    if input.sharing == SharingLevel::Selected {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["sharing"]));
    }
    Ok(errors)
}

async fn create(
    viewer: &Viewer,
    own: OrganisationId,
    input: &CreateTrainingProgrammeInput,
) -> Result<Result<ProgrammeId, Vec<UserError>>> {
    // Numbered programmes come in their order, before those without a number.
    let number = input.number.unwrap_or(9999);
    let made = viewer
        .insert(training_programme::ActiveModel {
            id: Set(ProgrammeId::new()),
            title: Set(input.title.trim().to_owned()),
            description: Set(input.description.trim().to_owned()),
            number: Set(input.number),
            county_code: Set(input.county.clone()),
            period: Set(input.period),
            sharing: Set(input.sharing),
            sort_key: Set(swedish_sort_key(&format!("{number:04} {}", input.title))),
            effects: Set(None),
        })
        .await?;
    let organiser = programme_organiser::ActiveModel {
        programme_id: Set(made.id),
        organisation_id: Set(own),
    };
    viewer.insert(organiser).await?;
    Ok(Ok(made.id))
}
