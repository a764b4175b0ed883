//! Which trainings an organisation wants of whoever has a role in it.

use super::{RoleType, RoleTypeByCode};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Viewer, coverage::Touched},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    appointment,
    id::{OrganisationId, RoleTrainingId, RoleTypeId, TrainingId, UnitId},
    kind::{Role, TrainingStatus},
    role_training, training,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};
use std::collections::BTreeSet;

/// A role needs at most so many trainings in an organisation.
const MOST: usize = 20;

/// The trainings one of which a role needs in your own organisation.
#[derive(InputObject)]
pub struct SetRoleTrainingsInput {
    /// The role's code: `CHILD_RIGHTS_STRATEGIST`.
    role_type: String,
    /// The trainings, published and visible to you, up to 20; none: the role needs none of its own.
    training_ids: Vec<TrainingId>,
}

/// The role as it stands now.
#[derive(SimpleObject)]
pub struct SetRoleTrainingsPayload {
    /// The role; null when nothing was changed.
    role_type: Option<RoleType>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with the trainings of roles.
#[derive(Default)]
pub struct RoleTrainingMutation;

#[Object]
impl RoleTrainingMutation {
    /// Sets of which trainings a role needs one in your own organisation, besides one of those that it needs in the whole
    /// county. Whoever is appointed counts as trained while they are completed and valid. For coordinators; `FORBIDDEN`
    /// for others. User errors: `NOT_FOUND`, `TRAINING_NOT_PUBLISHED`, `INVALID_VALUE`.
    async fn set_role_trainings(
        &self,
        ctx: &Context<'_>,
        input: SetRoleTrainingsInput,
    ) -> Result<SetRoleTrainingsPayload> {
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let refused = |user_errors| SetRoleTrainingsPayload {
            role_type: None,
            user_errors,
        };
        let key = RoleTypeByCode(input.role_type);
        let Some(role) = loaders(ctx).load_one(key).await? else {
            let error = UserError::new(UserErrorCode::NotFound, &["roleType"]);
            return Ok(refused(vec![error]));
        };
        let trainings: BTreeSet<TrainingId> = input.training_ids.iter().copied().collect();
        let errors = check(viewer, &input.training_ids).await?;
        if !errors.is_empty() {
            return Ok(refused(errors));
        }
        let (id, trainings) = (role.id, &trainings);
        viewer
            .transaction(|viewer| async move { set(&viewer, own, id, trainings).await })
            .await?;
        Ok(SetRoleTrainingsPayload {
            role_type: Some(RoleType(role)),
            user_errors: Vec::new(),
        })
    }
}

async fn check(viewer: &Viewer, ids: &[TrainingId]) -> Result<Vec<UserError>> {
    if ids.len() > MOST {
        let error = UserError::new(UserErrorCode::InvalidValue, &["trainingIds"]);
        return Ok(vec![error]);
    }
    let query = training::Entity::find().filter(training::Column::Id.is_in(ids.iter().copied()));
    let found = viewer.all(query).await?;
    let mut errors = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let code = match found.iter().find(|row| row.id == *id) {
            None => UserErrorCode::NotFound,
            Some(row) if row.status == TrainingStatus::Draft => UserErrorCode::TrainingNotPublished,
            Some(_) => continue,
        };
        errors.push(UserError::new(code, &["trainingIds", &index.to_string()]));
    }
    Ok(errors)
}

async fn set(
    viewer: &Viewer,
    own: OrganisationId,
    role: RoleTypeId,
    trainings: &BTreeSet<TrainingId>,
) -> Result<()> {
    use appointment::Column as A;
    use role_training::Column as R;
    let theirs = Condition::all()
        .add(A::OrganisationId.eq(own))
        .add(A::RoleTypeId.eq(role));
    let query = appointment::Entity::find().filter(theirs.clone());
    let units: BTreeSet<UnitId> = viewer
        .all(query)
        .await?
        .into_iter()
        .filter_map(|row| row.unit_id)
        .collect();
    let touched = Touched {
        organisation: own,
        roles: vec![role],
        units: units.into_iter().collect(),
    };
    let rows: Vec<_> = trainings
        .iter()
        .map(|training| role_training::ActiveModel {
            id: Set(RoleTrainingId::new()),
            role_type_id: Set(role),
            training_id: Set(*training),
            organisation_id: Set(Some(own)),
            county_code: Set(None),
        })
        .collect();
    let before = Condition::all()
        .add(R::OrganisationId.eq(own))
        .add(R::RoleTypeId.eq(role));
    let work = async {
        viewer.remove::<role_training::Entity>(before).await?;
        if !rows.is_empty() {
            viewer.insert_all(rows).await?;
        }
        viewer.qualify(theirs).await
    };
    viewer.counted(&touched, work).await
}
