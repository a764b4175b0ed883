//! Initiatives: what organisations do together beside groups and trainings, kept by one of them.

mod check;
mod editing;
mod finding;
mod working;

pub use editing::InitiativeMutation;
pub use finding::InitiativeQuery;
pub use working::InitiativeActivityMutation;

use super::{
    connection::{Nodes, cost},
    context::{loaders, viewer},
    group::{Group, GroupById},
    loader::{Loaders, load_editable, load_many, load_one, load_pages},
    organisation::{Organisation, OrganisationById},
    person::{Person, PersonById},
    place::{County, CountyByCode},
    programme::{ProgrammeById, TrainingProgramme},
    role_type::{RoleType, RoleTypeById},
};
use crate::{
    error::{Error, Result},
    guard::list_complexity,
    policy::initiative::{keeps, leaves, party_today, works_in},
    viewer::{
        Viewer,
        joined::with_joined,
        page::{KeyKind, Ordering, PageArguments, PageRow},
        rounded,
    },
};
use async_graphql::{Context, ID, Object, dataloader::Loader};
use chrono::{DateTime, Utc};
use entity::{
    id::{InitiativeActivityId, InitiativeId, OrganisationId, PersonId},
    initiative, initiative_activity, initiative_contact, initiative_organisation, initiative_part,
    initiative_party,
    kind::{
        GroupLevel, InitiativeActivityStatus, InitiativeKind, InitiativePartKind, InitiativeStatus,
        SharingLevel,
    },
    organisation,
    partial_date::PartialDate,
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryResult, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait, Query},
};
use std::collections::HashMap;

load_one!(
    /// An initiative by its id.
    InitiativeById(InitiativeId) => initiative.Id (|row| Some(row.id))
);
load_one!(
    /// An activity by its id.
    ActivityById(InitiativeActivityId) => initiative_activity.Id (|row| Some(row.id))
);
load_one!(
    /// Who of its keeper answers for an initiative.
    ContactOf(InitiativeId) => initiative_contact.InitiativeId (|row| Some(row.initiative_id))
);
load_many!(
    /// The parties of an initiative.
    PartiesOf(InitiativeId) => initiative_party.InitiativeId (initiative_id), order Position
);
load_many!(
    /// What an initiative is made of.
    PartsOf(InitiativeId) => initiative_part.InitiativeId (initiative_id), order Position
);
load_many!(
    /// With whom an initiative is shared by name.
    InitiativeSharesOf(InitiativeId) => initiative_share.InitiativeId (initiative_id), order OrganisationId
);
load_editable!(
    /// Whether the viewer may change an activity.
    EditableActivity(InitiativeActivityId) => initiative_activity.Id (id)
);
load_pages!(
    /// A page of an initiative's activities, by when they begin.
    ActivitiesOf(InitiativeId) => initiative_activity.InitiativeId (initiative_id),
    order Ordering {
        name: "activity",
        key: Expr::col((initiative_activity::Entity, initiative_activity::Column::SortKey)),
        kind: KeyKind::Text,
        id: initiative_activity::Column::Id,
        descending: false,
    },
    filter |_viewer, query, statuses: Option<Vec<InitiativeActivityStatus>>| match statuses {
        Some(list) => query.filter(initiative_activity::Column::Status.is_in(list)),
        None => query,
    }
);
load_pages!(
    /// A page of the initiatives that an organisation keeps or is a party to today, by name.
    InitiativesOf(OrganisationId) => initiative_organisation.OrganisationId (organisation_id) as Involved,
    order Ordering {
        name: "initiative of an organisation",
        key: Expr::col((initiative_organisation::Entity, initiative_organisation::Column::SortName)),
        kind: KeyKind::Text,
        id: initiative_organisation::Column::Id,
        descending: false,
    },
    filter |viewer, query, _filter: ()| of_today(viewer, query)
);
load_pages!(
    /// A page of the initiatives that somebody answers for, perhaps only for one organisation, by name.
    InitiativesOfContact(PersonId) => initiative_contact.PersonId (person_id) as Answered,
    order Ordering {
        name: "initiative of a contact",
        key: name_for_contact(),
        kind: KeyKind::Text,
        id: initiative_contact::Column::InitiativeId,
        descending: false,
    },
    filter |viewer, query, organisation: Option<OrganisationId>| {
        answered_for(viewer, query, organisation)
    }
);

/// That an initiative is of an organisation, with the initiative.
#[derive(Clone)]
pub(crate) struct Involved {
    organisation_id: OrganisationId,
    entry: initiative::Model,
}

impl PageRow for Involved {
    fn read(row: &QueryResult, place: &mut usize) -> std::result::Result<Self, DbErr> {
        Ok(Self {
            organisation_id: initiative_organisation::Model::read(row, place)?.organisation_id,
            entry: PageRow::read(row, place)?,
        })
    }
}

/// That somebody answers for an initiative, with the initiative.
#[derive(Clone)]
pub(crate) struct Answered {
    person_id: PersonId,
    entry: initiative::Model,
}

impl PageRow for Answered {
    fn read(row: &QueryResult, place: &mut usize) -> std::result::Result<Self, DbErr> {
        Ok(Self {
            person_id: initiative_contact::Model::read(row, place)?.person_id,
            entry: PageRow::read(row, place)?,
        })
    }
}

fn of_today(
    viewer: &Viewer,
    query: Select<initiative_organisation::Entity>,
) -> Select<initiative_organisation::Entity> {
    use initiative_organisation::Column as O;
    let on = Expr::col((initiative::Entity, initiative::Column::Id))
        .equals((initiative_organisation::Entity, O::InitiativeId));
    let stands = O::EndsOn.is_null().or(O::EndsOn.gt(viewer.today()));
    with_joined::<_, initiative::Entity>(viewer, query.filter(stands), on)
}

fn answered_for(
    viewer: &Viewer,
    query: Select<initiative_contact::Entity>,
    organisation: Option<OrganisationId>,
) -> Select<initiative_contact::Entity> {
    use initiative_contact::Column as N;
    let on = Expr::col((initiative::Entity, initiative::Column::Id))
        .equals((initiative_contact::Entity, N::InitiativeId));
    let query = match organisation {
        Some(organisation) => query.filter(N::OrganisationId.eq(organisation)),
        None => query,
    };
    with_joined::<_, initiative::Entity>(viewer, query, on)
}

/// The name of the initiative, as what those that somebody answers for are sorted by.
fn name_for_contact() -> Expr {
    let name = Query::select()
        .column((initiative::Entity, initiative::Column::SortName))
        .from(initiative::Entity)
        .and_where(
            Expr::col((initiative::Entity, initiative::Column::Id)).equals((
                initiative_contact::Entity,
                initiative_contact::Column::InitiativeId,
            )),
        )
        .to_owned();
    Expr::from(name)
}

/// A page of the initiatives that an organisation keeps or is a party to today.
pub(super) async fn initiatives_of(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    arguments: PageArguments,
) -> Result<Nodes<Initiative>> {
    InitiativesOf::of(ctx, organisation, (), arguments, |row| {
        Initiative(row.entry)
    })
    .await
}

/// A page of the initiatives that somebody answers for, perhaps only for one organisation.
pub(super) async fn initiatives_answered_by(
    ctx: &Context<'_>,
    person: PersonId,
    organisation: Option<OrganisationId>,
    arguments: PageArguments,
) -> Result<Nodes<Initiative>> {
    InitiativesOfContact::of(ctx, person, organisation, arguments, |row| {
        Initiative(row.entry)
    })
    .await
}

/// What the viewer may do with an initiative.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct InitiativePowersIn(InitiativeId);

/// What a viewer may do with one initiative.
#[derive(Clone, Copy, Debug, FromQueryResult)]
struct InitiativePowers {
    id: InitiativeId,
    /// Whether the viewer may change it.
    keeps: bool,
    /// Whether the viewer enters activities of its organisation.
    works: bool,
    /// Whether the viewer may take its organisation out.
    leaves: bool,
}

impl Loader<InitiativePowersIn> for Loaders {
    type Value = InitiativePowers;
    type Error = Error;

    /// One statement for all that initiatives say of what the viewer may do: the conditions of the policies themselves.
    async fn load(
        &self,
        keys: &[InitiativePowersIn],
    ) -> Result<HashMap<InitiativePowersIn, InitiativePowers>> {
        let (viewer, id) = (&self.viewer, initiative::Column::Id);
        let query = initiative::Entity::find()
            .filter(id.is_in(rounded(keys.iter().map(|key| key.0))))
            .select_only()
            .column(id)
            .expr_as(Expr::from(keeps(id, viewer)), "keeps")
            .expr_as(Expr::from(works_in(id, viewer)), "works")
            .expr_as(Expr::from(leaves(id, viewer)), "leaves");
        let rows: Vec<InitiativePowers> = viewer.all_as(query).await?;
        let each = rows
            .into_iter()
            .map(|row| (InitiativePowersIn(row.id), row));
        Ok(each.collect())
    }
}

/// Standing work that organisations do together.
#[derive(Clone)]
pub struct Initiative(pub initiative::Model);

impl Initiative {
    async fn powers(&self, ctx: &Context<'_>) -> Result<Option<InitiativePowers>> {
        loaders(ctx).load_one(InitiativePowersIn(self.0.id)).await
    }
}

/// Standing work that organisations do together beside groups and trainings: development work, a working model, a
/// collaboration agreement. One organisation keeps the entry, others are parties to it. Seen by everybody in the keeper
/// and in organisations that are parties today, and as far as it is shared. It holds nothing about individual children.
#[Object]
impl Initiative {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// A short name by which others refer to it, such as `KRONOBARNSMODELLEN`; unique among those of its keeper. Null
    /// where it has none.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What kind of work it is.
    async fn kind(&self) -> InitiativeKind {
        self.0.kind
    }

    /// For how large a part of the country it is.
    async fn level(&self) -> GroupLevel {
        self.0.level
    }

    /// The county that it is for; null if for none or several.
    async fn county(&self, ctx: &Context<'_>) -> Result<Option<County>> {
        let Some(code) = self.0.county_code.clone() else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(CountyByCode(code)).await?.map(County))
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is, in plain text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Who keeps the entry: its coordinators, and the contact person, change it.
    async fn keeper(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// How far it has come.
    async fn status(&self) -> InitiativeStatus {
        self.0.status
    }

    /// Since when, as precisely as it is known; null where it is not.
    async fn valid_from(&self) -> Option<PartialDate> {
        self.0.valid_from
    }

    /// Until when; null: until further notice, or not known.
    async fn valid_to(&self) -> Option<PartialDate> {
        self.0.valid_to
    }

    /// The number of the agreement in the keeper's register (diarienummer); null where there is none.
    async fn registration_number(&self) -> Option<&str> {
        self.0.registration_number.as_deref()
    }

    /// How far it is shared. `ORGANISATION`: with its keeper and its parties, who see it in any case.
    async fn sharing(&self) -> SharingLevel {
        self.0.sharing
    }

    /// The organisations that it is shared with by name, by name. Only for those who may change it; null for everybody
    /// else.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn shared_with(&self, ctx: &Context<'_>) -> Result<Option<Vec<Organisation>>> {
        if !self.powers(ctx).await?.is_some_and(|powers| powers.keeps) {
            return Ok(None);
        }
        let rows = loaders(ctx).load_one(InitiativeSharesOf(self.0.id)).await?;
        let keys = rows.unwrap_or_default().into_iter();
        let keys: Vec<_> = keys
            .map(|row| OrganisationById(row.organisation_id))
            .collect();
        let found = loaders(ctx).load_many(keys).await?;
        let mut rows: Vec<organisation::Model> = found.into_values().collect();
        rows.sort_by(|one, other| {
            (&one.sort_name, one.id.uuid()).cmp(&(&other.sort_name, other.id.uuid()))
        });
        Ok(Some(rows.into_iter().map(Organisation).collect()))
    }

    /// Who takes part, in the order in which the keeper has put them; those who are parties no more are among them if you
    /// ask for them.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn parties(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Whether those who are parties no more are among them.",
            default
        )]
        include_former: bool,
    ) -> Result<Vec<InitiativeParty>> {
        let today = viewer(ctx).today();
        let rows = loaders(ctx).load_one(PartiesOf(self.0.id)).await?;
        let stands = |row: &initiative_party::Model| row.ends_on.is_none_or(|day| day > today);
        let rows = rows.into_iter().flatten();
        let wanted = rows.filter(|row| include_former || stands(row));
        Ok(wanted.map(InitiativeParty).collect())
    }

    /// What it is made of, in the order in which the keeper has put it.
    #[graphql(complexity = "list_complexity(3, child_complexity)")]
    async fn parts(&self, ctx: &Context<'_>) -> Result<Vec<InitiativePart>> {
        let rows = loaders(ctx).load_one(PartsOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(InitiativePart).collect())
    }

    /// The function that answers questions; null where none is named.
    async fn contact_function(&self) -> Option<&str> {
        self.0.contact_function.as_deref()
    }

    /// Who of the keeper answers for it, and changes it as the keeper's coordinators do. Null where nobody is named, and
    /// if you may not know: the keeper's people know, others where the name is published.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<InitiativeContact>> {
        let row = loaders(ctx).load_one(ContactOf(self.0.id)).await?;
        Ok(row.map(InitiativeContact))
    }

    /// What the keeper and the parties do in it, by when it begins; what has no time comes last.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only activities in one of these states.")] statuses: Option<
            Vec<InitiativeActivityStatus>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<InitiativeActivity>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        ActivitiesOf::of(ctx, self.0.id, statuses, arguments, InitiativeActivity).await
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed, its activities apart.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// Counts the changes: `updateInitiative` asks for it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whether you can change it with `updateInitiative`: you are a coordinator of its keeper, or the contact person.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.powers(ctx).await?.is_some_and(|powers| powers.keeps))
    }

    /// Whether you can enter activities of your organisation with `setInitiativeActivity`: you keep it, or are a
    /// coordinator of a party.
    async fn viewer_can_add_activity(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.powers(ctx).await?.is_some_and(|powers| powers.works))
    }

    /// Whether you can take your organisation out with `leaveInitiative`: it is a party today, and you are one of its
    /// coordinators.
    async fn viewer_can_leave(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.powers(ctx).await?.is_some_and(|powers| powers.leaves))
    }
}

/// Who takes part in an initiative.
pub struct InitiativeParty(initiative_party::Model);

/// Who takes part in an initiative: an organisation of the directory or, where a source names none, words. Seen with the
/// initiative.
#[Object]
impl InitiativeParty {
    /// The organisation; null where a source names none.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let Some(id) = self.0.organisation_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(OrganisationById(id)).await?;
        Ok(row.map(Organisation))
    }

    /// The party in words, such as `Idéburna organisationer`; null for an organisation of the directory.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// How many organisations the words stand for. Null where the source does not say: it is not known, and not zero.
    async fn number(&self) -> Option<i32> {
        self.0.number
    }

    /// What the source says besides, such as `ett antal`; null where it says nothing.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Since when it takes part, as precisely as it is known; null where it is not.
    async fn since(&self) -> Option<PartialDate> {
        self.0.since
    }

    /// Until when; null: until further notice.
    async fn until(&self) -> Option<PartialDate> {
        self.0.until
    }
}

/// What an initiative is made of.
pub struct InitiativePart(initiative_part::Model);

/// What an initiative is made of: a group, a type of role, a training programme, or something else. Seen with the
/// initiative; what it refers to is seen by its own rules.
#[Object]
impl InitiativePart {
    /// What kind of part it is.
    async fn kind(&self) -> InitiativePartKind {
        self.0.kind
    }

    /// What it is called in the initiative.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The group; null if it is none of the directory's, and if you may not see that one.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let Some(id) = self.0.group_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(GroupById(id)).await?.map(Group))
    }

    /// The type of role; null if it is none.
    async fn role_type(&self, ctx: &Context<'_>) -> Result<Option<RoleType>> {
        let Some(id) = self.0.role_type_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(RoleTypeById(id)).await?.map(RoleType))
    }

    /// The training programme; null if it is none, and if you may not see that one.
    async fn training_programme(&self, ctx: &Context<'_>) -> Result<Option<TrainingProgramme>> {
        let Some(id) = self.0.programme_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(ProgrammeById(id)).await?;
        Ok(row.map(TrainingProgramme))
    }
}

/// Who of the keeper answers for an initiative.
pub struct InitiativeContact(initiative_contact::Model);

/// Who of the keeper answers for an initiative. Seen by everybody in the keeper; where the name is published, by
/// whoever sees the initiative.
#[Object]
impl InitiativeContact {
    /// The person; null if you may not see that one. Reading somebody else's name is written to the audit log.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// Whether the name is shown to everybody who sees the initiative.
    async fn name_published(&self) -> bool {
        self.0.name_published
    }
}

/// What the keeper or a party of an initiative does in it.
pub struct InitiativeActivity(pub initiative_activity::Model);

/// What the keeper or a party of an initiative does in it. Seen with the initiative.
#[Object]
impl InitiativeActivity {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The initiative.
    async fn initiative(&self, ctx: &Context<'_>) -> Result<Option<Initiative>> {
        let key = InitiativeById(self.0.initiative_id);
        Ok(loaders(ctx).load_one(key).await?.map(Initiative))
    }

    /// Whose activity it is.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What is done, in plain text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// How far it has come.
    async fn status(&self) -> InitiativeActivityStatus {
        self.0.status
    }

    /// When it begins, as precisely as it is known; null where it is not.
    async fn begins(&self) -> Option<PartialDate> {
        self.0.begins
    }

    /// When it ends; null where that is not known.
    async fn ends(&self) -> Option<PartialDate> {
        self.0.ends
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// Counts the changes: `setInitiativeActivity` asks for it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whether you can change or remove it: it is your organisation's, and you may enter activities in the initiative.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        let found = loaders(ctx).load_one(EditableActivity(self.0.id)).await?;
        Ok(found.is_some())
    }
}
