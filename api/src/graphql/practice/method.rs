//! Methods that organisations work by, such as BRA-samtal, and how many can train others in them.

use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        loader::load_many,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::Viewer,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{MethodPracticeId, OrganisationId},
    kind::Role,
    method_practice,
    partial_date::PartialDate,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
};

load_many!(
    /// The methods that an organisation works by.
    MethodsOf(OrganisationId) => method_practice.OrganisationId (organisation_id), order Code
);

/// An organisation works by at most so many methods.
const MOST_METHODS: u64 = 100;

/// A method that an organisation works by. Public.
#[derive(SimpleObject)]
pub struct MethodPractice {
    /// The method's short name, by which others know it too: `BRA`.
    code: String,
    /// Its full name: `BRA-samtal, Barns rätt som anhöriga`.
    name: String,
    /// Since when, as precisely as it is known: `2020`.
    since: Option<PartialDate>,
    /// How many people of the organisation are qualified to train others in it; null where it is not known.
    own_trainers: Option<i32>,
    /// What the source says, where it says more.
    note: Option<String>,
}

impl From<method_practice::Model> for MethodPractice {
    fn from(row: method_practice::Model) -> Self {
        Self {
            code: row.code,
            name: row.name,
            since: row.since,
            own_trainers: row.own_trainers,
            note: row.note,
        }
    }
}

/// The methods that an organisation works by, by their codes.
pub(in crate::graphql) async fn methods_of(
    ctx: &Context<'_>,
    organisation: OrganisationId,
) -> Result<Vec<MethodPractice>> {
    let rows = loaders(ctx).load_one(MethodsOf(organisation)).await?;
    let rows = rows.unwrap_or_default().into_iter();
    Ok(rows.map(MethodPractice::from).collect())
}

/// A method that your own organisation works by.
#[derive(InputObject)]
pub struct SetMethodPracticeInput {
    /// The method's short name, 1 to 200 characters. What your organisation said of it before is replaced.
    code: String,
    /// Its full name, 1 to 200 characters.
    name: String,
    /// Since when, as precisely as it is known.
    since: Option<PartialDate>,
    /// How many people of your organisation are qualified to train others in it, 0 to 100,000.
    own_trainers: Option<i32>,
    /// What there is to add, up to 500 characters.
    note: Option<String>,
}

/// The method as it stands now.
#[derive(SimpleObject)]
pub struct SetMethodPracticePayload {
    /// The method; null when nothing was changed.
    method_practice: Option<MethodPractice>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with methods.
#[derive(Default)]
pub struct MethodMutation;

#[Object]
impl MethodMutation {
    /// Tells by which method your organisation works, since when, and how many can train others in it. At most 100
    /// methods. For coordinators; `FORBIDDEN` for others. User errors: `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn set_method_practice(
        &self,
        ctx: &Context<'_>,
        input: SetMethodPracticeInput,
    ) -> Result<SetMethodPracticePayload> {
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let mut user_errors = check(&input);
        let row = method_practice::Model {
            id: MethodPracticeId::new(),
            organisation_id: own,
            code: input.code.trim().to_owned(),
            name: input.name.trim().to_owned(),
            since: input.since,
            own_trainers: input.own_trainers,
            note: input.note,
        };
        if user_errors.is_empty() {
            let row = &row;
            let outcome = viewer
                .transaction(|viewer| async move { replace(&viewer, row).await })
                .await?;
            user_errors.extend(outcome.err());
        }
        let made = user_errors.is_empty().then(|| MethodPractice::from(row));
        Ok(SetMethodPracticePayload {
            method_practice: made,
            user_errors,
        })
    }
}

fn check(input: &SetMethodPracticeInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.code, &["code"], &mut errors);
    check_text(Checked::Line, &input.name, &["name"], &mut errors);
    if let Some(note) = &input.note {
        check_text(Checked::Remark, note, &["note"], &mut errors);
    }
    let possible = |number: i32| (0..=100_000).contains(&number);
    if !input.own_trainers.is_none_or(possible) {
        let field = &["ownTrainers"];
        errors.push(UserError::new(UserErrorCode::InvalidValue, field));
    }
    errors
}

async fn replace(viewer: &Viewer, row: &method_practice::Model) -> Result<Result<(), UserError>> {
    use method_practice::Column as M;
    let own = || M::OrganisationId.eq(row.organisation_id);
    let same = Condition::all().add(own()).add(M::Code.eq(&row.code));
    viewer.remove::<method_practice::Entity>(same).await?;
    let others = method_practice::Entity::find().filter(own());
    if viewer.count(others).await? >= MOST_METHODS {
        return Ok(Err(UserError::new(UserErrorCode::InvalidValue, &["code"])));
    }
    viewer
        .insert(row.clone().into_active_model().reset_all())
        .await?;
    Ok(Ok(()))
}
