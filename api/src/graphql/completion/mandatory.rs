//! What an organisation wants its staff to have completed, and who lacks it.

use crate::{
    domain::completion::today,
    error::{Error, Result},
    graphql::{
        connection::{Nodes, connect, cost},
        context::{loaders, viewer},
        loader::{load_many, load_one},
        payload::payloads,
        person::{Membership, by_name},
        training::{Training, TrainingById},
        user_error::{UserError, UserErrorCode},
    },
    policy::{person::is_member, select},
    viewer::{
        Access, Viewer,
        page::{KeyKind, Ordering, PageArguments},
        qualification::holders,
    },
};
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{
    id::{MandatoryTrainingId, TrainingId},
    kind::{Role, StaffCategory, TrainingStatus},
    mandatory_training, mandatory_training_category, membership, training,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, SelectStatement},
};
use std::collections::HashSet;

load_one!(
    /// A mandatory training by its id.
    MandatoryTrainingById(MandatoryTrainingId) => mandatory_training.Id (|row| Some(row.id))
);
load_many!(
    /// For which staff a training is mandatory.
    CategoriesOf(MandatoryTrainingId) => mandatory_training_category.MandatoryTrainingId (mandatory_training_id), order StaffCategory
);

/// A training that an organisation wants its staff to have.
pub struct MandatoryTraining(pub mandatory_training::Model);

/// That an organisation wants its staff to have completed a training. Seen by everybody who works for it.
#[Object]
impl MandatoryTraining {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The training; null if you may no longer see it.
    async fn training(&self, ctx: &Context<'_>) -> Result<Option<Training>> {
        let key = TrainingById(self.0.training_id);
        Ok(loaders(ctx).load_one(key).await?.map(Training))
    }

    /// For which of its staff; empty: for all.
    async fn staff_categories(&self, ctx: &Context<'_>) -> Result<Vec<StaffCategory>> {
        let rows = loaders(ctx).load_one(CategoriesOf(self.0.id)).await?;
        let rows = rows.unwrap_or_default().into_iter();
        Ok(rows.map(|row| row.staff_category).collect())
    }

    /// When it was made mandatory.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// What is to be mandatory for whom.
#[derive(InputObject)]
pub struct SetMandatoryTrainingInput {
    /// The training.
    training_id: TrainingId,
    /// For which of your own organisation's staff; replaces what was said before. Empty: for all.
    #[graphql(default)]
    staff_categories: Vec<StaffCategory>,
}

/// What is no longer to be mandatory.
#[derive(InputObject)]
pub struct EndMandatoryTrainingInput {
    /// What `mandatoryTrainings` lists.
    mandatory_training_id: MandatoryTrainingId,
}

/// What came of a mutation on a mandatory training.
struct MandatoryOutcome {
    mandatory_training: Option<MandatoryTraining>,
    user_errors: Vec<UserError>,
}

payloads! {
    MandatoryOutcome {
        /// The mandatory training as it is, or was before it ended; null when nothing was changed.
        mandatory_training: MandatoryTraining
    }:
    /// The training that is mandatory now.
    SetMandatoryTrainingPayload,
    /// The training that is no longer mandatory.
    EndMandatoryTrainingPayload,
}

impl From<Result<mandatory_training::Model, UserError>> for MandatoryOutcome {
    fn from(outcome: Result<mandatory_training::Model, UserError>) -> Self {
        match outcome {
            Ok(row) => Self {
                mandatory_training: Some(MandatoryTraining(row)),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                mandatory_training: None,
                user_errors: vec![error],
            },
        }
    }
}

/// Those who belong to the viewer's organisation now and fit a further condition.
fn in_force_now(viewer: &Viewer) -> Condition {
    use membership::Column as M;
    let own = viewer.organisation(Role::Member);
    Condition::all()
        // Nobody's organisation has no members.
        .add(Condition::any().add_option(own.map(|own| M::OrganisationId.eq(own))))
        .add(is_member(viewer.now()))
}

/// The people who belong to the viewer's organisation now.
pub(super) fn members_now(viewer: &Viewer) -> SelectStatement {
    select::<membership::Entity>(membership::Column::PersonId, in_force_now(viewer))
}

/// Where to begin with mandatory trainings.
#[derive(Default)]
pub struct MandatoryQuery;

#[Object]
impl MandatoryQuery {
    /// What your own organisation wants its staff to have completed, in the order in which it said so. Empty for those
    /// who are not signed in.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn mandatory_trainings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<MandatoryTraining>> {
        use mandatory_training::{Column, Entity};
        let order = Ordering {
            name: "mandatory",
            key: Expr::col((Entity, Column::CreatedAt)),
            kind: KeyKind::Instant,
            id: Column::Id,
            descending: false,
        };
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, Entity::find(), &order, &arguments, MandatoryTraining).await
    }

    /// Who in your own organisation lacks a mandatory training: belongs to it now, is of the staff that it is
    /// mandatory for, and has no completion that is valid today, for whichever organisation it was taken. In Swedish
    /// alphabetical order. Null if there is no such mandatory training of your own organisation. For coordinators;
    /// `FORBIDDEN` for others, `UNAUTHENTICATED` without a token.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn members_lacking_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `mandatoryTrainings` lists.")]
        mandatory_training_id: MandatoryTrainingId,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<Membership>>> {
        use membership::Column as M;
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let key = MandatoryTrainingById(mandatory_training_id);
        let Some(mandatory) = loaders(ctx).load_one(key).await? else {
            return Ok(None);
        };
        let categories = loaders(ctx).load_one(CategoriesOf(mandatory.id)).await?;
        let mut query = membership::Entity::find()
            .filter(in_force_now(viewer))
            .filter(
                M::PersonId.not_in_subquery(holders(mandatory.training_id, today(viewer.now()))),
            );
        if let Some(categories) = categories.filter(|categories| !categories.is_empty()) {
            let wanted = categories.into_iter().map(|row| row.staff_category);
            query = query.filter(M::StaffCategory.is_in(wanted));
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = connect(ctx, query, &by_name(), &arguments, Membership).await?;
        Ok(Some(page))
    }
}

/// What can be done about mandatory trainings.
#[derive(Default)]
pub struct MandatoryMutation;

#[Object]
impl MandatoryMutation {
    /// Makes a training mandatory for your own organisation's staff, or changes for whom it is. For coordinators;
    /// `FORBIDDEN` for others. User errors: `NOT_FOUND`, `TRAINING_NOT_PUBLISHED` for a draft.
    async fn set_mandatory_training(
        &self,
        ctx: &Context<'_>,
        input: SetMandatoryTrainingInput,
    ) -> Result<SetMandatoryTrainingPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let outcome = viewer
            .transaction(|viewer| async move { set(&viewer, input).await })
            .await?;
        Ok(MandatoryOutcome::from(outcome).into())
    }

    /// Makes a training no longer mandatory for your own organisation's staff. What was completed stays. For
    /// coordinators; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`.
    async fn end_mandatory_training(
        &self,
        ctx: &Context<'_>,
        input: EndMandatoryTrainingInput,
    ) -> Result<EndMandatoryTrainingPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let id = input.mandatory_training_id;
        let outcome = viewer
            .transaction(|viewer| async move { end(&viewer, id).await })
            .await?;
        Ok(MandatoryOutcome::from(outcome).into())
    }
}

async fn set(
    viewer: &Viewer,
    input: &SetMandatoryTrainingInput,
) -> Result<Result<mandatory_training::Model, UserError>> {
    use mandatory_training::Column as X;
    let refused = |code| Ok(Err(UserError::new(code, &["trainingId"])));
    let query = training::Entity::find_by_id(input.training_id);
    match viewer.one(query).await? {
        None => return refused(UserErrorCode::NotFound),
        Some(row) if row.status == TrainingStatus::Draft => {
            return refused(UserErrorCode::TrainingNotPublished);
        }
        Some(_) => {}
    }
    let own = viewer.signed_in()?.organisation;
    let query = mandatory_training::Entity::find()
        .filter(X::OrganisationId.eq(own))
        .filter(X::TrainingId.eq(input.training_id));
    let row = match viewer.edit(query).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => {
            let new = mandatory_training::ActiveModel {
                id: Set(MandatoryTrainingId::new()),
                organisation_id: Set(own),
                training_id: Set(input.training_id),
                created_at: Set(viewer.now()),
            };
            viewer.make(new).await?
        }
    };
    let categories: HashSet<StaffCategory> = input.staff_categories.iter().copied().collect();
    let parts = categories
        .into_iter()
        .map(|category| mandatory_training_category::ActiveModel {
            mandatory_training_id: Set(row.id),
            staff_category: Set(category),
        });
    viewer
        .replace_parts::<mandatory_training_category::Entity>(&row, parts.collect())
        .await?;
    Ok(Ok(row.into_row()))
}

async fn end(
    viewer: &Viewer,
    id: MandatoryTrainingId,
) -> Result<Result<mandatory_training::Model, UserError>> {
    let query = mandatory_training::Entity::find_by_id(id);
    let row = match viewer.edit(query).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => {
            let code = UserErrorCode::NotFound;
            return Ok(Err(UserError::new(code, &["mandatoryTrainingId"])));
        }
    };
    let which = Condition::all().add(mandatory_training::Column::Id.eq(row.id));
    viewer.remove::<mandatory_training::Entity>(which).await?;
    Ok(Ok(row.into_row()))
}
