//! What organisations and counties aim at: set from a day on, with what was aimed at before.

use super::Asked;
use crate::{
    domain::coverage::Span,
    error::{Error, Result},
    graphql::{
        context::viewer,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    language::Text,
    policy::coverage::COUNTY_WIDE,
    viewer::Viewer,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::{
    coverage_aim, coverage_aim_kind,
    id::{CoverageAimId, RoleTypeId},
    kind::{CoverageBy, Role, SharingLevel, UnitKind},
    role_type,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set, Unchanged};

/// What is aimed at, from when to when.
#[derive(Clone, Debug, SimpleObject)]
pub struct CoverageAim {
    /// What is counted.
    by: CoverageBy,
    /// How many are to have somebody; null: all of them.
    pub(super) target: Option<i32>,
    /// Which kinds of units are to have somebody; empty: all kinds.
    unit_kinds: Vec<UnitKind>,
    /// The aim as its source has it.
    statement: Option<String>,
    /// How far the coverage is shared.
    sharing: SharingLevel,
    /// The first day; null where it is not known.
    from: Option<NaiveDate>,
    /// The first day on which it no longer held; null while it does.
    until: Option<NaiveDate>,
}

/// The aims of one place that the viewer sees, oldest first.
pub(super) struct Aims(Vec<(coverage_aim::Model, Vec<UnitKind>)>);

impl Aims {
    fn find(&self, day: NaiveDate) -> Option<&(coverage_aim::Model, Vec<UnitKind>)> {
        let holds = |(row, _): &&(coverage_aim::Model, Vec<UnitKind>)| {
            Span::new(row.from_day, row.until_day).holds(day)
        };
        self.0.iter().rfind(holds)
    }

    pub(super) fn row_on(&self, day: NaiveDate) -> Option<&coverage_aim::Model> {
        self.find(day).map(|(row, _)| row)
    }

    pub(super) fn on(&self, day: NaiveDate) -> Option<CoverageAim> {
        self.find(day).map(shown)
    }

    pub(super) fn kinds_on(&self, day: NaiveDate) -> Option<Vec<UnitKind>> {
        let (_, kinds) = self.find(day)?;
        (!kinds.is_empty()).then(|| kinds.clone())
    }

    pub(super) fn all(&self) -> Vec<CoverageAim> {
        self.0.iter().map(shown).collect()
    }
}

fn shown((row, kinds): &(coverage_aim::Model, Vec<UnitKind>)) -> CoverageAim {
    CoverageAim {
        by: row.counted_by,
        target: row.target,
        unit_kinds: kinds.clone(),
        statement: row.statement.clone(),
        sharing: row.sharing,
        from: row.from_day,
        until: row.until_day,
    }
}

/// The aims of a place, in two statements.
pub(super) async fn aims_of(
    viewer: &Viewer,
    role: RoleTypeId,
    asked: &Asked,
    by: CoverageBy,
) -> Result<Aims> {
    use coverage_aim::Column as A;
    let query = coverage_aim::Entity::find()
        .filter(A::RoleTypeId.eq(role))
        .filter(A::CountedBy.eq(by))
        .order_by_asc(A::SetAt)
        .order_by_asc(A::Id);
    let query = match asked {
        Asked::Organisation(organisation, _) => query
            .filter(A::OrganisationId.eq(*organisation))
            .filter(A::ForCounty.eq(false)),
        Asked::County(county) | Asked::Municipality(_, county) => query
            .filter(A::CountyCode.eq(county))
            .filter(A::ForCounty.eq(true)),
    };
    let rows = viewer.all(query).await?;
    let ids = rows.iter().map(|row| row.id);
    let query = coverage_aim_kind::Entity::find()
        .filter(coverage_aim_kind::Column::AimId.is_in(ids))
        .order_by_asc(coverage_aim_kind::Column::UnitKind);
    let kinds = viewer.all(query).await?;
    let of = |id: CoverageAimId| {
        let own = kinds.iter().filter(|row| row.aim_id == id);
        own.map(|row| row.unit_kind).collect()
    };
    let with_kinds = rows.into_iter().map(|row| {
        let kinds = of(row.id);
        (row, kinds)
    });
    Ok(Aims(with_kinds.collect()))
}

/// What your organisation aims at.
#[derive(InputObject)]
pub struct SetCoverageAimInput {
    /// The role's code: `CHILD_REPRESENTATIVE`.
    role_type: String,
    /// What is counted.
    by: CoverageBy,
    /// Whether it is for your whole county: for regions, county administrative boards and associations of
    /// municipalities.
    #[graphql(default)]
    for_county: bool,
    /// How many are to have somebody, 1 to 1,000,000; none: all of them.
    target: Option<i32>,
    /// Which kinds of units are to have somebody, where units are counted; none: all kinds.
    #[graphql(default)]
    unit_kinds: Vec<UnitKind>,
    /// The aim in words, up to 500 characters.
    statement: Option<String>,
    /// How far the coverage is shared: with your county's partners its numbers and gaps, beyond the county its
    /// percentage. `ORGANISATION`, `COUNTY`, `PARTNERS` or `PUBLIC`.
    #[graphql(default_with = "SharingLevel::Organisation")]
    sharing: SharingLevel,
    /// The first day; today, if nothing is said.
    from: Option<NaiveDate>,
}

/// The aim as it stands now.
#[derive(SimpleObject)]
pub struct SetCoverageAimPayload {
    /// The aim; null when nothing was changed.
    aim: Option<CoverageAim>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with aims.
#[derive(Default)]
pub struct AimMutation;

#[Object]
impl AimMutation {
    /// Sets what your organisation aims at from a day on, and how far its coverage is shared. What it aimed at before
    /// stays in the history. For coordinators; `FORBIDDEN` for others, and for an aim for the county by organisations
    /// that do not work for the whole of it. User errors: `NOT_FOUND`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn set_coverage_aim(
        &self,
        ctx: &Context<'_>,
        input: SetCoverageAimInput,
    ) -> Result<SetCoverageAimPayload> {
        let viewer = viewer(ctx);
        let acting = viewer.signed_in()?;
        let may = viewer.has_role(Role::Coordinator, acting.organisation)
            && (!input.for_county || COUNTY_WIDE.contains(&acting.kind));
        if !may {
            return Err(Error::Forbidden);
        }
        let mut user_errors = check(viewer, &input);
        let query = role_type::Entity::find().filter(role_type::Column::Code.eq(&input.role_type));
        let role = viewer.one(query).await?;
        if role.is_none() {
            user_errors.push(UserError::new(UserErrorCode::NotFound, &["roleType"]));
        }
        let (Some(role), true) = (role, user_errors.is_empty()) else {
            return Ok(SetCoverageAimPayload {
                aim: None,
                user_errors,
            });
        };
        let (role, input) = (role.id, &input);
        let outcome = viewer
            .transaction(|viewer| async move { set(&viewer, role, input).await })
            .await?;
        Ok(match outcome {
            Ok(aim) => SetCoverageAimPayload {
                aim: Some(aim),
                user_errors,
            },
            Err(error) => SetCoverageAimPayload {
                aim: None,
                user_errors: vec![error],
            },
        })
    }
}

fn check(viewer: &Viewer, input: &SetCoverageAimInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    if let Some(statement) = &input.statement {
        check_text(Checked::Remark, statement, &["statement"], &mut errors);
    }
    let mut refuse = |wrong: bool, field: &str| {
        if wrong {
            errors.push(UserError::new(UserErrorCode::InvalidValue, &[field]));
        }
    };
    let possible = |number: i32| (1..=1_000_000).contains(&number);
    refuse(!input.target.is_none_or(possible), "target");
    refuse(input.sharing == SharingLevel::Selected, "sharing");
    let kinds_fit = input.by == CoverageBy::Unit || input.unit_kinds.is_empty();
    refuse(!kinds_fit || input.unit_kinds.len() > 20, "unitKinds");
    let no_county = viewer
        .acting()
        .is_some_and(|acting| acting.county_code.is_none());
    let to_county = input.for_county || input.sharing == SharingLevel::County;
    refuse(no_county && to_county, "sharing");
    errors
}

async fn set(
    viewer: &Viewer,
    role: RoleTypeId,
    input: &SetCoverageAimInput,
) -> Result<std::result::Result<CoverageAim, UserError>> {
    use coverage_aim::Column as A;
    let acting = viewer.signed_in()?;
    let from = input.from.unwrap_or_else(|| viewer.today());
    let query = coverage_aim::Entity::find()
        .filter(A::OrganisationId.eq(acting.organisation))
        .filter(A::RoleTypeId.eq(role))
        .filter(A::ForCounty.eq(input.for_county))
        .filter(A::CountedBy.eq(input.by))
        .filter(A::UntilDay.is_null());
    if let Some(before) = viewer.one(query).await? {
        if before.from_day.is_some_and(|began| began > from) {
            let text = Text::fixed(
                "Det nuvarande målet börjar senare. Ange den dagen eller en senare.",
                "The present aim begins later. Give that day or a later one.",
            );
            let code = UserErrorCode::InvalidValue;
            return Ok(Err(UserError::with_text(code, &["from"], text)));
        }
        let change = coverage_aim::ActiveModel {
            id: Unchanged(before.id),
            until_day: Set(Some(from)),
            ..Default::default()
        };
        viewer.update(change).await?;
    }
    let made = viewer
        .make(coverage_aim::ActiveModel {
            id: Set(CoverageAimId::new()),
            role_type_id: Set(role),
            organisation_id: Set(acting.organisation),
            county_code: Set(acting.county_code.clone()),
            for_county: Set(input.for_county),
            counted_by: Set(input.by),
            target: Set(input.target),
            statement: Set(input.statement.clone()),
            sharing: Set(input.sharing),
            from_day: Set(Some(from)),
            until_day: Set(None),
            set_at: Set(viewer.now()),
            set_by: Set(viewer.person()),
        })
        .await?;
    let mut kinds = Vec::new();
    for kind in &input.unit_kinds {
        if !kinds.contains(kind) {
            kinds.push(*kind);
        }
    }
    let rows = kinds.iter().map(|kind| coverage_aim_kind::ActiveModel {
        aim_id: Set(made.id),
        unit_kind: Set(*kind),
    });
    viewer
        .add_parts::<coverage_aim_kind::Entity>(&made, rows.collect())
        .await?;
    Ok(Ok(shown(&(made.into_row(), kinds))))
}
