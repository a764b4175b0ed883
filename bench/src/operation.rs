//! The documented operations that are measured, and who asks them with which variables.

use crate::{
    Result,
    bulk::openly,
    fill::{ROLE, VIEWERS},
    instant, side, while_doing,
};
use api::demo::issuer::DEMO_ISSUER_URL;
use entity::{
    group,
    id::{GroupId, OccasionId, OrganisationId},
    kind::{OccasionStatus, OrganisationKind, SharingLevel, TrainingStatus},
    membership, organisation, training, training_occasion,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Query,
};
use serde_json::{Value, json};
use std::{collections::HashMap, path::Path};

/// One operation, on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// What it is called in reports.
    pub name: &'static str,
    /// What the product is asked.
    pub document: &'static str,
    /// Where the limit answers the same.
    pub path: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Catalogue,
    Entities,
    Search,
    Occasion,
    Mine,
    Statistics,
    Group,
    Coverage,
}

/// All of them.
pub const OPERATIONS: [Operation; 8] = [
    Operation {
        name: "catalogue page",
        document: "query Catalogue($first: Int!) { trainings(first: $first) { nodes { \
            id title format status organisers { id name } \
            occasions(upcoming: true, first: 3) { nodes { \
            id startsAt endsAt venue { name } seats { capacity taken free freeForViewer waiting } } } } \
            pageInfo { endCursor hasNextPage } } }",
        path: "/catalogue",
        kind: Kind::Catalogue,
    },
    Operation {
        name: "_entities × 100",
        document: "query Router($r: [_Any!]!) { _entities(representations: $r) { \
            ... on Organisation { id name kind } } }",
        path: "/entities",
        kind: Kind::Entities,
    },
    Operation {
        name: "text search",
        document: "query Search($text: String!) { trainings(first: 20, filter: { text: $text }) { nodes { \
            id title format status organisers { id name } } pageInfo { hasNextPage } } }",
        path: "/search",
        kind: Kind::Search,
    },
    Operation {
        name: "sign-up page",
        document: "query Occasion($id: ID!) { occasion(id: $id) { \
            id status startsAt endsAt timeZone venue { name } timeBlocks { startsAt endsAt } \
            seats { capacity taken free freeForViewer waiting } \
            training { id title description format organisers { id name } } \
            signUps(first: 20) { nodes { id status position createdAt } pageInfo { hasNextPage } } } }",
        path: "/occasion",
        kind: Kind::Occasion,
    },
    Operation {
        name: "my sign-ups",
        document: "query Mine { viewer { signUps(first: 20) { nodes { id status position createdAt \
            occasion { id startsAt training { id title } } } pageInfo { hasNextPage } } } }",
        path: "/mine",
        kind: Kind::Mine,
    },
    Operation {
        name: "statistics",
        document: "query Statistics($id: ID!) { occasion(id: $id) { id seats { capacity taken waiting } \
            participantsByOrganisationKind { kind confirmed waiting } } }",
        path: "/statistics",
        kind: Kind::Statistics,
    },
    Operation {
        name: "first page of a group",
        document: "query Group($id: ID!) { group(id: $id) { name kind level \
            seats(first: 50) { nodes { capacity role organisation { name } unit { name } \
            holder { fromDay person { name } } } } \
            meetings(statuses: [PLANNED, NOTICED], first: 3) { nodes { id title startsAt status \
            agenda { number title kind children { number title } } } } \
            actions(statuses: [ASSIGNED, ACCEPTED], first: 50) { nodes { id title dueOn status organisation { name } } } \
            decisions(first: 5) { nodes { id reference title decidedAt } } } }",
        path: "/group",
        kind: Kind::Group,
    },
    Operation {
        name: "coverage",
        document: "query Coverage($roleType: String!, $organisationId: ID!) { \
            coverage(roleType: $roleType, organisationId: $organisationId, by: UNIT) { total covered percent } }",
        path: "/coverage",
        kind: Kind::Coverage,
    },
];

/// What people look for: words of many titles, of few, and of none.
const TEXTS: [&str; 10] = [
    "barnkonventionen",
    "socialtjänsten",
    "workshop 12",
    "prövning av barnets bästa för chefer",
    "samtal med barn i förskolan: grundkurs",
    "hörslinga",
    "fordjupning 7",
    "nationella minoriteters barn i kulturen",
    "orosanmalan",
    "finns inte",
];

/// One question of one viewer.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The viewer's token.
    pub token: String,
    /// The variables.
    pub variables: Value,
}

/// Somebody who asks.
struct Viewer {
    token: String,
    organisation: OrganisationId,
    /// The number of the person, from which it follows in which groups the viewer sits.
    number: usize,
    is_of_region: bool,
}

/// What the viewers of a database ask about.
pub struct Asks {
    viewers: Vec<Viewer>,
    organisations: Vec<OrganisationId>,
    occasions: Vec<OccasionId>,
    given: HashMap<OrganisationId, Vec<OccasionId>>,
    groups: Vec<GroupId>,
}

impl Asks {
    /// Looks up who can ask and what there is to ask about.
    pub async fn read(url: &str, keys: &Path) -> Result<Self> {
        let failed = while_doing("what is asked about");
        let database = openly(url).await?;
        let issuer = side::issuer(keys)?;
        let organisations = organisation::Entity::find()
            .order_by_asc(organisation::Column::Id)
            .all(&database)
            .await
            .map_err(&failed)?;
        let members = membership::Entity::find()
            .filter(membership::Column::Issuer.eq(DEMO_ISSUER_URL))
            .order_by_asc(membership::Column::Id)
            .limit(VIEWERS as u64)
            .all(&database)
            .await
            .map_err(&failed)?;
        let viewers = members
            .iter()
            .filter_map(|member| {
                let organisation = organisations
                    .iter()
                    .find(|row| row.id == member.organisation_id)?;
                let number = organisation.organisation_number?.digits();
                let name = member.subject.as_deref()?;
                Some(Viewer {
                    token: side::token(&issuer, name, &number),
                    organisation: organisation.id,
                    number: (0..VIEWERS).find(|number| side::subject(*number) == name)?,
                    is_of_region: organisation.kind == OrganisationKind::Region,
                })
            })
            .collect();
        let occasions = occasions_to_come(&database).await.map_err(&failed)?;
        let given = occasions_given(&database, &members)
            .await
            .map_err(&failed)?;
        let mut groups: Vec<(String, GroupId)> = group::Entity::find()
            .select_only()
            .columns([group::Column::Name, group::Column::Id])
            .into_tuple()
            .all(&database)
            .await
            .map_err(&failed)?;
        // By their numbers, so that each viewer asks about a group that it sits in.
        groups.sort_by_key(|(name, _)| (name.len(), name.clone()));
        database.close().await.map_err(&failed)?;
        Ok(Self {
            viewers,
            organisations: organisations.iter().map(|row| row.id).collect(),
            occasions,
            given,
            groups: groups.into_iter().map(|(_, id)| id).collect(),
        })
    }

    /// What each viewer asks when it asks for this operation.
    #[must_use]
    pub fn of(&self, operation: &Operation) -> Vec<Ask> {
        self.viewers
            .iter()
            .enumerate()
            .map(|(place, viewer)| {
                // The coverage of one region with many units: of its own people there are few.
                let of_region = self.viewers.iter().find(|one| one.is_of_region);
                let viewer = match operation.kind {
                    Kind::Coverage => of_region.unwrap_or(viewer),
                    _ => viewer,
                };
                Ask {
                    token: viewer.token.clone(),
                    variables: self.variables(operation.kind, place, viewer),
                }
            })
            .collect()
    }

    fn variables(&self, kind: Kind, number: usize, viewer: &Viewer) -> Value {
        let organisation = viewer.organisation;
        let occasion = |from: &[OccasionId]| from.get(number % from.len().max(1)).copied();
        match kind {
            Kind::Catalogue => json!({ "first": 20 }),
            Kind::Mine => json!({}),
            Kind::Search => json!({ "text": TEXTS[number % TEXTS.len()] }),
            Kind::Entities => {
                let number = number * 7;
                let wanted = self.organisations.iter().cycle().skip(number).take(100);
                let one = |id: &OrganisationId| json!({ "__typename": "Organisation", "id": id.to_string() });
                json!({ "r": wanted.map(one).collect::<Vec<_>>() })
            }
            Kind::Occasion => json!({ "id": occasion(&self.occasions).map(|id| id.to_string()) }),
            Kind::Group => {
                let group = self.groups.get(viewer.number % self.groups.len().max(1));
                json!({ "id": group.map(ToString::to_string) })
            }
            Kind::Coverage => {
                json!({ "roleType": ROLE, "organisationId": organisation.to_string() })
            }
            Kind::Statistics => {
                let own = self.given.get(&organisation).and_then(|own| occasion(own));
                let id = own.or_else(|| occasion(&self.occasions));
                json!({ "id": id.map(|id| id.to_string()) })
            }
        }
    }
}

/// Occasions that everybody may see, whoever asks.
async fn occasions_to_come(
    database: &impl ConnectionTrait,
) -> std::result::Result<Vec<OccasionId>, sea_orm::DbErr> {
    use training_occasion::Column as O;
    let trainings = Query::select()
        .column(training::Column::Id)
        .from(training::Entity)
        .and_where(training::Column::Status.eq(TrainingStatus::Published))
        .and_where(training::Column::Sharing.is_in([SharingLevel::Partners, SharingLevel::Public]))
        .to_owned();
    training_occasion::Entity::find()
        .select_only()
        .column(O::Id)
        .filter(O::Status.eq(OccasionStatus::Scheduled))
        .filter(O::StartsAt.gt(instant()))
        .filter(O::TrainingId.in_subquery(trainings))
        .order_by_asc(O::StartsAt)
        .order_by_asc(O::Id)
        .limit(2 * VIEWERS as u64)
        .into_tuple()
        .all(database)
        .await
}

/// The occasions of what the members' organisations are accountable for.
async fn occasions_given(
    database: &impl ConnectionTrait,
    members: &[membership::Model],
) -> std::result::Result<HashMap<OrganisationId, Vec<OccasionId>>, sea_orm::DbErr> {
    use training::Column as T;
    let trainings = training::Entity::find()
        .filter(
            T::AccountableOrganisationId.is_in(members.iter().map(|member| member.organisation_id)),
        )
        .order_by_asc(T::Id)
        .all(database)
        .await?;
    let occasions = training_occasion::Entity::find()
        .filter(
            training_occasion::Column::TrainingId
                .is_in(trainings.iter().map(|training| training.id)),
        )
        .order_by_asc(training_occasion::Column::Id)
        .all(database)
        .await?;
    let by: HashMap<_, _> = trainings
        .iter()
        .map(|training| (training.id, training.accountable_organisation_id))
        .collect();
    let mut given: HashMap<OrganisationId, Vec<OccasionId>> = HashMap::new();
    for occasion in occasions {
        if let Some(organisation) = by.get(&occasion.training_id) {
            given.entry(*organisation).or_default().push(occasion.id);
        }
    }
    Ok(given)
}
