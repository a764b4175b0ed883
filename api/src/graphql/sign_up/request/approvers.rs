//! Who approves members' own sign-ups.

use super::super::UserError;
use crate::{
    domain::validity::in_force,
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        organisation::{Organisation, OrganisationById, OrganisationUnit, UnitById},
        person::{Person, PersonById},
        user_error::UserErrorCode,
    },
    language::Text,
    viewer::{Access, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{OrganisationId, PersonId, SignUpApproverId, UnitId},
    kind::{AuditAction, Role},
    membership, organisation, organisation_unit, sign_up_approver,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Set, Unchanged};
use std::collections::{BTreeSet, HashMap};

/// The most rows that an organisation has.
const MOST: usize = 100;

/// Who approves for a unit, or for the whole organisation.
pub struct SignUpApprover(sign_up_approver::Model);

/// Who approves members' own sign-ups, for a unit and those below it, or for the whole organisation. Seen by the
/// organisation's coordinators and by the two persons.
#[Object]
impl SignUpApprover {
    /// The unit; null for everybody for whom no unit's approver stands nearer.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<OrganisationUnit>> {
        let Some(unit) = self.0.unit_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(UnitById(unit))
            .await?
            .map(OrganisationUnit))
    }

    /// Who approves; null if you may not see the person.
    async fn approver(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.approver_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// Who may do so as well, always: when the approver is away, and when it is the approver who asks. Null if you
    /// may not see the person.
    async fn deputy(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.deputy_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }
}

/// The rows of an organisation that the viewer may see, the whole organisation's first.
pub async fn approvers_of(
    ctx: &Context<'_>,
    organisation: OrganisationId,
) -> Result<Vec<SignUpApprover>> {
    use sign_up_approver::Column as A;
    let query = sign_up_approver::Entity::find()
        .filter(A::OrganisationId.eq(organisation))
        .order_by_asc(A::Id);
    let mut rows = viewer(ctx).all(query).await?;
    rows.sort_by_key(|row| row.unit_id.is_some());
    Ok(rows.into_iter().map(SignUpApprover).collect())
}

/// Who is to approve for a unit, or for the whole organisation.
#[derive(InputObject)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields of the API end in Id wherever they hold one"
)]
pub struct SignUpApproverInput {
    /// The unit, of your own organisation, with those below it; nothing for the whole organisation.
    unit_id: Option<UnitId>,
    /// Who approves: a member of your organisation who can sign in.
    approver_id: PersonId,
    /// Who may do so as well: another such member.
    deputy_id: PersonId,
}

/// Who is to approve.
#[derive(InputObject)]
pub struct SetSignUpApprovalInput {
    /// All rows, at most 100: exactly one without a unit, and one for each unit that has an approver of its own. None
    /// at all: members sign up without approval from now on, and requests that are open run out.
    approvers: Vec<SignUpApproverInput>,
}

/// Who approves now.
#[derive(SimpleObject)]
pub struct SetSignUpApprovalPayload {
    /// The organisation; null when nothing was changed.
    organisation: Option<Organisation>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done about approval.
#[derive(Default)]
pub struct ApproverMutation;

#[Object]
impl ApproverMutation {
    /// Says who approves your own organisation's members' sign-ups, or that nobody needs to. Open requests stay with
    /// the row that they were sent to, whoever stands in it, and go to the organisation's when it is gone.
    /// Coordinators need no approval. For administrators; `FORBIDDEN` for others. Written to the audit log. User
    /// errors: `NOT_FOUND` for a unit or a person, `INVALID_VALUE`.
    async fn set_sign_up_approval(
        &self,
        ctx: &Context<'_>,
        input: SetSignUpApprovalInput,
    ) -> Result<SetSignUpApprovalPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Administrator, own) {
            return Err(Error::Forbidden);
        }
        let user_errors = viewer
            .transaction(|viewer| async move { set(&viewer, input).await })
            .await?;
        let organisation = if user_errors.is_empty() {
            loaders(ctx).load_one(OrganisationById(own)).await?
        } else {
            None
        };
        Ok(SetSignUpApprovalPayload {
            organisation: organisation.map(Organisation),
            user_errors,
        })
    }
}

async fn set(viewer: &Viewer, input: &SetSignUpApprovalInput) -> Result<Vec<UserError>> {
    use sign_up_approver::Column as A;
    let own = viewer.signed_in()?.organisation;
    // Two administrators do not set it at once.
    let organisation = organisation::Entity::find_by_id(own);
    let Access::Granted(_) = viewer.edit(organisation).await? else {
        return Err(Error::Forbidden);
    };
    let mut errors = check_shape(&input.approvers);
    errors.extend(check_units(viewer, own, &input.approvers).await?);
    errors.extend(check_people(viewer, own, &input.approvers).await?);
    if !errors.is_empty() {
        return Ok(errors);
    }
    let known = sign_up_approver::Entity::find().filter(A::OrganisationId.eq(own));
    let known = viewer.all(known).await?;
    let mut kept = BTreeSet::new();
    let mut whole = None;
    for row in &input.approvers {
        let same = known.iter().find(|known| known.unit_id == row.unit_id);
        let id = write(viewer, own, same, row).await?;
        kept.insert(id);
        if row.unit_id.is_none() {
            whole = Some(id);
        }
    }
    let gone: Vec<SignUpApproverId> = known.iter().map(|row| row.id).collect();
    let gone: Vec<_> = gone.into_iter().filter(|id| !kept.contains(id)).collect();
    match whole {
        Some(whole) => viewer.pass_requests_on(&gone, whole).await?,
        None => {
            viewer.end_own_requests().await?;
        }
    }
    viewer
        .remove::<sign_up_approver::Entity>(Condition::all().add(A::Id.is_in(gone)))
        .await?;
    let people: BTreeSet<PersonId> = input
        .approvers
        .iter()
        .flat_map(|row| [row.approver_id, row.deputy_id])
        .collect();
    let concern = |person| Concern::person(own, person);
    let concerned = people.into_iter().map(concern).collect();
    viewer
        .audit(AuditAction::AppointApprover, concerned)
        .await?;
    Ok(Vec::new())
}

async fn write(
    viewer: &Viewer,
    own: OrganisationId,
    known: Option<&sign_up_approver::Model>,
    row: &SignUpApproverInput,
) -> Result<SignUpApproverId> {
    let (approver, deputy) = (Set(row.approver_id), Set(row.deputy_id));
    if let Some(known) = known {
        let change = sign_up_approver::ActiveModel {
            id: Unchanged(known.id),
            approver_id: approver,
            deputy_id: deputy,
            ..Default::default()
        };
        viewer.update(change).await?;
        return Ok(known.id);
    }
    let new = sign_up_approver::ActiveModel {
        id: Set(SignUpApproverId::new()),
        organisation_id: Set(own),
        unit_id: Set(row.unit_id),
        approver_id: approver,
        deputy_id: deputy,
    };
    Ok(viewer.insert(new).await?.id)
}

fn check_shape(rows: &[SignUpApproverInput]) -> Vec<UserError> {
    let mut errors = Vec::new();
    let units: BTreeSet<_> = rows.iter().map(|row| row.unit_id).collect();
    let whole = rows.iter().filter(|row| row.unit_id.is_none()).count();
    if rows.len() > MOST || units.len() < rows.len() || (!rows.is_empty() && whole != 1) {
        let text = Text::fixed(
            "Ange högst 100 rader: en utan enhet, för hela organisationen, och högst en per enhet.",
            "Give at most 100 rows: one without a unit, for the whole organisation, and at most one a unit.",
        );
        let code = UserErrorCode::InvalidValue;
        errors.push(UserError::with_text(code, &["approvers"], text));
    }
    for (index, row) in rows.iter().enumerate() {
        if row.approver_id == row.deputy_id {
            let text = Text::fixed(
                "Ersättaren måste vara en annan person. Ingen godkänner sin egen begäran.",
                "The deputy must be another person. Nobody approves the own request.",
            );
            let field = ["approvers", &index.to_string(), "deputyId"];
            let code = UserErrorCode::InvalidValue;
            errors.push(UserError::with_text(code, &field, text));
        }
    }
    errors
}

async fn check_units(
    viewer: &Viewer,
    own: OrganisationId,
    rows: &[SignUpApproverInput],
) -> Result<Vec<UserError>> {
    use organisation_unit::Column as U;
    let query = organisation_unit::Entity::find()
        .filter(U::OrganisationId.eq(own))
        .filter(U::Id.is_in(rows.iter().filter_map(|row| row.unit_id)));
    let known = viewer.all(query).await?.into_iter();
    let known: BTreeSet<UnitId> = known.map(|row| row.id).collect();
    let unknown =
        |row: &SignUpApproverInput| row.unit_id.is_some_and(|unit| !known.contains(&unit));
    let rows = rows.iter().enumerate().filter(|(_, row)| unknown(row));
    let error = |index| UserError::at(UserErrorCode::NotFound, "approvers", index, "unitId");
    Ok(rows.map(|(index, _)| error(index)).collect())
}

/// Each must be a member now, and able to sign in: a request that nobody can decide helps nobody.
async fn check_people(
    viewer: &Viewer,
    own: OrganisationId,
    rows: &[SignUpApproverInput],
) -> Result<Vec<UserError>> {
    use membership::Column as M;
    let people = rows.iter().flat_map(|row| [row.approver_id, row.deputy_id]);
    let query = membership::Entity::find()
        .filter(M::OrganisationId.eq(own))
        .filter(M::PersonId.is_in(people));
    let members = viewer.all(query).await?.into_iter();
    let members: HashMap<PersonId, membership::Model> = members
        .filter(|row| in_force(Some(row.active_from), row.active_until, viewer.now()))
        .map(|row| (row.person_id, row))
        .collect();
    let mut errors = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        for (person, field) in [(row.approver_id, "approverId"), (row.deputy_id, "deputyId")] {
            let field = ["approvers", &index.to_string(), field];
            match members.get(&person) {
                None => errors.push(UserError::new(UserErrorCode::NotFound, &field)),
                Some(member) if member.subject.is_none() => {
                    let text = Text::fixed(
                        "Personen kan inte logga in, och så inte godkänna. Koppla en inloggning först.",
                        "The person cannot sign in, and so cannot approve. Connect a sign-in first.",
                    );
                    let code = UserErrorCode::InvalidValue;
                    errors.push(UserError::with_text(code, &field, text));
                }
                Some(_) => {}
            }
        }
    }
    Ok(errors)
}
