//! Organisations: the directory, with names, units and contact points.

mod directory;
mod unit;

pub use directory::OrganisationQuery;
pub(crate) use unit::UnitById;
pub(crate) use unit::manager_on;
pub use unit::{
    ManagerMutation, OrganisationUnit, ReorganisingMutation, UnitImportMutation, UnitMutation,
};

use super::{
    action::{Action, actions_of_organisation},
    appointment::{Appointment, AppointmentFilter, appointments_of},
    at_hand::{AtHand, Quick},
    connection::{Nodes, cost},
    context::{loaders, viewer},
    extract::{MinutesExtract, extracts_for},
    group::{GroupNotice, group_notices},
    initiative::{Initiative, initiatives_of},
    loader::{Loaders, load_many, load_one, load_pages},
    notice::{Notice, notices},
    person::{Membership, members_of},
    place::{County, CountyByCode, Municipality, MunicipalityByCode},
    practice::{
        MethodPractice, SupportCount, TrainingYear, methods_of, support_given_by, training_year_of,
    },
    role_type::{RoleHeadcount, headcounts_in},
    seat::{RepresentationsOf, Seat, WantedSeats},
    sign_up::{SignUpApprover, SignUpRequest, Whose, approvers_of, requests},
    user_error::UserErrorCode,
    visit::{
        OutreachOffer, OutreachVisit, VisitNotice, offer_of, visit_notices, visits_made_by,
        visits_requested_by,
    },
};
use crate::guard::list_complexity;
use crate::{
    domain::validity::in_force,
    error::{Error, Result},
    viewer::{
        Viewer,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{
    Context, ID, Object, SimpleObject, Value, dataloader::Loader, parser::types::Field,
    resolver_utils::enum_value,
};
use chrono::NaiveDate;
use entity::{
    contact_point, extract_recipient, group_notice,
    id::OrganisationId,
    kind::{
        ActionStatus, GroupNoticeKind, NoticeKind, OrganisationKind, Role, SeatCapacity,
        SignUpRequestStatus, SubjectArea, TrainingFormat, UnitKind, VisitNoticeKind, VisitStatus,
    },
    notice, organisation,
    organisation_number::OrganisationNumber,
    organisation_unit,
    partial_date::PartialDate,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use std::collections::HashMap;

/// Why an organisation can be asked nothing, if so: it must be there, and have an agreement today, to be able to answer.
pub(super) async fn no_partner(
    viewer: &Viewer,
    id: OrganisationId,
) -> Result<Option<UserErrorCode>> {
    let Some(asked) = viewer.one(organisation::Entity::find_by_id(id)).await? else {
        return Ok(Some(UserErrorCode::NotFound));
    };
    let partner = in_force(asked.partner_from, asked.partner_until, viewer.now());
    Ok((!partner).then_some(UserErrorCode::NotAPartner))
}

/// An organisation by its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OrganisationById(pub OrganisationId);

impl Loader<OrganisationById> for Loaders {
    type Value = organisation::Model;
    type Error = Error;

    /// Routers ask for a hundred at a time.
    async fn load(
        &self,
        keys: &[OrganisationById],
    ) -> Result<HashMap<OrganisationById, organisation::Model>> {
        let ids = keys.iter().map(|key| key.0);
        let rows = self
            .viewer
            .among_placed::<organisation::Entity, _>(organisation::Column::Id, ids)
            .await?;
        let keyed = rows.into_iter().map(|row| (OrganisationById(row.id), row));
        Ok(keyed.collect())
    }
}

load_one!(
    /// An organisation by its organisation number.
    OrganisationByNumber(OrganisationNumber) => organisation.OrganisationNumber (|row| row.organisation_number)
);
load_one!(
    /// The organisation that a municipality is.
    OrganisationOfMunicipality(String) => organisation.MunicipalityCode (|row| row.municipality_code.clone())
);
load_many!(
    /// The names of an organisation, oldest first.
    NamesOf(OrganisationId) => organisation_name.OrganisationId (organisation_id), order Id
);
load_many!(
    /// The contact points of an organisation.
    ContactPointsOf(OrganisationId) => contact_point.OrganisationId (organisation_id), order FunctionName, Id
);

load_pages!(
    /// A page of an organisation's units, perhaps of some kinds.
    UnitsOf(OrganisationId) => organisation_unit.OrganisationId (organisation_id),
    order Ordering {
        name: "unit",
        key: Expr::col((organisation_unit::Entity, organisation_unit::Column::SortName)),
        kind: KeyKind::Text,
        id: organisation_unit::Column::Id,
        descending: false,
    },
    filter |_viewer, query, kinds: Option<Vec<UnitKind>>| match kinds {
        Some(kinds) => query.filter(organisation_unit::Column::Kind.is_in(kinds)),
        None => query,
    }
);

/// The organisations of a county, perhaps of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OrganisationsOfCounty {
    pub(crate) county_code: String,
    pub(crate) kind: Option<OrganisationKind>,
}

impl Loader<OrganisationsOfCounty> for super::loader::Loaders {
    type Value = Vec<organisation::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OrganisationsOfCounty],
    ) -> Result<HashMap<OrganisationsOfCounty, Self::Value>> {
        let counties = keys.iter().map(|key| key.county_code.clone());
        let query = organisation::Entity::find()
            .filter(organisation::Column::CountyCode.is_in(counties))
            .order_by_asc(organisation::Column::SortName)
            .order_by_asc(organisation::Column::Id);
        let rows = self.viewer.all(query).await?;
        let fits = |key: &OrganisationsOfCounty, row: &organisation::Model| {
            row.county_code.as_ref() == Some(&key.county_code)
                && key.kind.is_none_or(|kind| kind == row.kind)
        };
        Ok(keys
            .iter()
            .map(|key| {
                let list = rows
                    .iter()
                    .filter(|row| fits(key, row))
                    .take(500)
                    .cloned()
                    .collect();
                (key.clone(), list)
            })
            .collect())
    }
}

/// A name that an organisation has or has had. Public.
#[derive(SimpleObject)]
pub struct OrganisationName {
    /// The name as it was written.
    name: String,
    /// Since when, as precisely as the source has it; null where it is not known.
    valid_from: Option<PartialDate>,
    /// Until when; null for the present name, and where it is not known.
    valid_to: Option<PartialDate>,
}

/// A way to reach an organisation: a function, never a person. Public.
#[derive(SimpleObject)]
pub struct ContactPoint {
    /// The function: `Människorätts- och barnrättsstrateg`.
    function_name: String,
    /// The subject that it answers for; null for all.
    subject_area: Option<SubjectArea>,
    /// The function's e-mail address.
    email: Option<String>,
    /// The function's telephone number.
    phone: Option<String>,
}

impl From<contact_point::Model> for ContactPoint {
    fn from(row: contact_point::Model) -> Self {
        Self {
            function_name: row.function_name,
            subject_area: row.subject_area,
            email: row.email,
            phone: row.phone,
        }
    }
}

/// An organisation.
#[derive(Clone)]
pub struct Organisation(pub organisation::Model);

/// What is at hand of an organisation's row.
pub(super) fn organisation_at_hand(row: &organisation::Model, field: &Field) -> Option<Value> {
    Some(match field.name.node.as_str() {
        "id" => Value::String(row.id.to_string()),
        "kind" => enum_value(row.kind),
        "name" => row.name.as_str().into(),
        _ => return None,
    })
}

/// What is at hand of the row of an organisation's unit.
pub(super) fn unit_at_hand(row: &organisation_unit::Model, field: &Field) -> Option<Value> {
    Some(match field.name.node.as_str() {
        "id" => Value::String(row.id.to_string()),
        "name" => row.name.as_str().into(),
        _ => return None,
    })
}

impl AtHand for Organisation {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        organisation_at_hand(&self.0, field)
    }
}

/// An organisation: a partner, or one that takes part in what partners do. Public, but for its members.
#[Object]
impl Organisation {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What kind of organisation it is.
    async fn kind(&self) -> OrganisationKind {
        self.0.kind
    }

    /// The name that it has now.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its present and former names, oldest first. Search finds it by all of them.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn names(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationName>> {
        let rows = loaders(ctx)
            .load_one(NamesOf(self.0.id))
            .await?
            .unwrap_or_default();
        Ok(rows
            .into_iter()
            .map(|row| OrganisationName {
                name: row.name,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
            })
            .collect())
    }

    /// Ten digits without hyphen; null for a body that is not a legal person, and where no verified source
    /// gives it.
    pub(crate) async fn organisation_number(&self) -> Option<&OrganisationNumber> {
        self.0.organisation_number.as_ref()
    }

    /// The county that it belongs to; null for a national organisation.
    async fn county(&self, ctx: &Context<'_>) -> Result<Option<County>> {
        let Some(code) = self.0.county_code.clone() else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(CountyByCode(code)).await?.map(County))
    }

    /// The municipality that it is; null for other kinds.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>> {
        let Some(code) = self.0.municipality_code.clone() else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(MunicipalityByCode(code))
            .await?
            .map(Municipality))
    }

    /// Its address on the web.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// Whether it takes part now: it has an agreement that has begun and not ended.
    async fn is_partner(&self, ctx: &Context<'_>) -> bool {
        in_force(self.0.partner_from, self.0.partner_until, viewer(ctx).now())
    }

    /// Its contact points: functions, not persons.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn contact_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that answer for this subject, or for all subjects.")]
        subject_area: Option<SubjectArea>,
    ) -> Result<Vec<ContactPoint>> {
        let rows = loaders(ctx)
            .load_one(ContactPointsOf(self.0.id))
            .await?
            .unwrap_or_default();
        let answers = |row: &contact_point::Model| {
            subject_area.is_none() || row.subject_area.is_none() || row.subject_area == subject_area
        };
        Ok(rows
            .into_iter()
            .filter(answers)
            .map(ContactPoint::from)
            .collect())
    }

    /// A year of its trainings: how many occasions were held, and which subjects they cover together.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn training_year(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, 1900 to 2199.")] year: i32,
        #[graphql(desc = "Only trainings of this format.")] format: Option<TrainingFormat>,
    ) -> Result<TrainingYear> {
        training_year_of(ctx, self.0.id, year, format).await
    }

    /// The support that it has given to the work in its units, by subject and unit, the first 500 pairs. Only for
    /// everybody in the organisation itself; null for others.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn support_given(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From this day on.")] from: NaiveDate,
        #[graphql(desc = "Until this day, itself included.")] until: NaiveDate,
    ) -> Result<Option<Vec<SupportCount>>> {
        support_given_by(ctx, self.0.id, from, until).await
    }

    /// The methods that it works by, by their codes.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn methods(&self, ctx: &Context<'_>) -> Result<Vec<MethodPractice>> {
        methods_of(ctx, self.0.id).await
    }

    /// Where it is represented today: its seats in groups that are open and that you may see, by the group's name. Each
    /// tells by whom, as far as you may know, in what capacity and since when. In its own bodies, those of the level
    /// `ORGANISATION` or `UNIT` that it convenes itself, it is not represented. Seats that nobody holds are left out
    /// unless you ask for them.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn representations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only seats in one of these capacities.")] capacities: Option<
            Vec<SeatCapacity>,
        >,
        #[graphql(desc = "Whether vacant seats are among them.", default)] include_vacant: bool,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Quick<Seat>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let wanted = WantedSeats {
            capacities,
            vacant: (!include_vacant).then_some(false),
            ended: false,
        };
        RepresentationsOf::of(ctx, self.0.id, wanted, arguments, |row| {
            Quick(Seat::placed(row))
        })
        .await
    }

    /// Its units, in Swedish alphabetical order. Each names the unit above it, so that a tree can be built.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only units of these kinds.")] kinds: Option<Vec<UnitKind>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<OrganisationUnit>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        UnitsOf::of(ctx, self.0.id, kinds, arguments, OrganisationUnit).await
    }

    /// The people that the organisation has registered, in Swedish alphabetical order. Only for coordinators
    /// and administrators of the organisation itself; null for everybody else. Reading names is written to
    /// the audit log.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only people whose name holds this text, whatever the accents.")]
        text: Option<String>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<Membership>>> {
        if !viewer(ctx).has_role(Role::Coordinator, self.0.id) {
            return Ok(None);
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        members_of(ctx, self.0.id, text, &arguments).await.map(Some)
    }

    /// The requests of the organisation's members to be signed up, latest first. Only for coordinators and
    /// administrators of the organisation itself; null for everybody else.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn sign_up_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only requests in one of these states.")] statuses: Option<
            Vec<SignUpRequestStatus>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<SignUpRequest>>> {
        if !viewer(ctx).has_role(Role::Coordinator, self.0.id) {
            return Ok(None);
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        requests(ctx, Whose::OfOrganisation, statuses, &arguments)
            .await
            .map(Some)
    }

    /// Who approves members' own sign-ups, as far as you may see it: all rows for coordinators of the organisation
    /// itself, your own for whoever approves; empty for everybody else, and where nobody needs to approve.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn sign_up_approvers(&self, ctx: &Context<'_>) -> Result<Vec<SignUpApprover>> {
        approvers_of(ctx, self.0.id).await
    }

    /// What the organisation's people, and its coordinators, are told about their places, latest first. Only for
    /// coordinators and administrators of the organisation itself; null for everybody else.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only notices of these kinds.")] kinds: Option<Vec<NoticeKind>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<Notice>>> {
        if !viewer(ctx).has_role(Role::Coordinator, self.0.id) {
            return Ok(None);
        }
        let own = Condition::all().add(notice::Column::OrganisationId.eq(self.0.id));
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        notices(ctx, own, kinds, &arguments).await.map(Some)
    }

    /// Its appointments that you may see, oldest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn appointments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which appointments; all, if nothing is said.")] filter: Option<
            AppointmentFilter,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Appointment>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        appointments_of(ctx, self.0.id, filter, arguments).await
    }

    /// How many of its people have which roles, where a source tells no more than that, or not even the number.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn role_headcounts(&self, ctx: &Context<'_>) -> Result<Vec<RoleHeadcount>> {
        headcounts_in(ctx, self.0.id).await
    }

    /// What the organisation's people, and its coordinators, are told about groups, latest first. Only for coordinators
    /// and administrators of the organisation itself; null for everybody else.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn group_notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only notices of these kinds.")] kinds: Option<Vec<GroupNoticeKind>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<GroupNotice>>> {
        if !viewer(ctx).has_role(Role::Coordinator, self.0.id) {
            return Ok(None);
        }
        let own = Condition::all().add(group_notice::Column::OrganisationId.eq(self.0.id));
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        group_notices(ctx, own, kinds, &arguments).await.map(Some)
    }

    /// What groups have asked the organisation to do, by when they did. Only for coordinators and administrators of the
    /// organisation itself; null for everybody else.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn actions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those in one of these states; open ones are `[ASSIGNED, ACCEPTED]`."
        )]
        statuses: Option<Vec<ActionStatus>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<Quick<Action>>>> {
        if !viewer(ctx).has_role(Role::Coordinator, self.0.id) {
            return Ok(None);
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        actions_of_organisation(ctx, self.0.id, statuses, &arguments)
            .await
            .map(Some)
    }

    /// The extracts of groups' minutes that were sent to the organisation, latest first. Only for coordinators and
    /// administrators of the organisation itself; null for everybody else.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn extracts_received(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those whose receipt is confirmed, or only those whose is not.")]
        confirmed: Option<bool>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<MinutesExtract>>> {
        if !viewer(ctx).has_role(Role::Coordinator, self.0.id) {
            return Ok(None);
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let here = extract_recipient::Column::OrganisationId.eq(self.0.id);
        extracts_for(ctx, Condition::all().add(here), confirmed, &arguments)
            .await
            .map(Some)
    }

    /// The initiatives that it keeps or is a party to today, by name, as far as you may see them.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn initiatives(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Initiative>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        initiatives_of(ctx, self.0.id, arguments).await
    }

    /// That it makes visits to inform, inspire and challenge; null if it does not say so. Public.
    async fn outreach_offer(&self, ctx: &Context<'_>) -> Result<Option<OutreachOffer>> {
        offer_of(ctx, self.0.id).await
    }

    /// The visits that it has been asked for, latest first: all for everybody in it; for another organisation those that it
    /// has asked for itself; none for everybody else.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn outreach_visits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only visits in one of these states; `[HELD]`: those that it has made.")]
        statuses: Option<Vec<VisitStatus>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<OutreachVisit>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        visits_made_by(ctx, self.0.id, statuses, arguments).await
    }

    /// The visits that it has asked others for, latest first: all for everybody in it; for another organisation those that
    /// it was asked for itself; none for everybody else.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn visits_requested(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only visits in one of these states.")] statuses: Option<Vec<VisitStatus>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<OutreachVisit>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        visits_requested_by(ctx, self.0.id, statuses, arguments).await
    }

    /// What the organisation's coordinators are told of visits, latest first. Only for coordinators and administrators of
    /// the organisation itself; null for everybody else.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn visit_notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only notices of these kinds.")] kinds: Option<Vec<VisitNoticeKind>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<VisitNotice>>> {
        if !viewer(ctx).has_role(Role::Coordinator, self.0.id) {
            return Ok(None);
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        visit_notices(ctx, self.0.id, kinds, &arguments)
            .await
            .map(Some)
    }

    /// Whether you may change the organisation's units and members.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> bool {
        viewer(ctx).has_role(Role::Administrator, self.0.id)
    }
}
