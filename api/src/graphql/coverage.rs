//! Coverage: how many units, workplaces or municipalities have somebody in a role, on any day, and which have not.

mod aim;
mod gaps;
mod numbers;

pub use aim::{AimMutation, CoverageAim};

use super::{
    connection::{Nodes, cost},
    context::{loaders, viewer},
    organisation::{OrganisationById, OrganisationUnit},
    place::{Municipality, MunicipalityByCode},
    role_type::{RoleType, RoleTypeByCode},
};
use crate::{
    domain::coverage::percent,
    error::{Error, Result},
    guard::list_complexity,
    language::Text,
    policy::coverage::{Sight, Whose, sight},
    viewer::page::PageArguments,
};
use aim::{Aims, aims_of};
use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::NaiveDate;
use entity::{
    id::OrganisationId,
    kind::{CoverageBy, UnitKind},
    municipality, role_type,
};
use numbers::{Numbers, numbers};

/// Whose coverage is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    /// An organisation, and its county.
    Organisation(OrganisationId, Option<String>),
    /// A county.
    County(String),
    /// A municipality, and its county.
    Municipality(String, String),
}

impl Asked {
    /// Whose it is, for the rules.
    fn whose(&self) -> Whose<'_> {
        match self {
            Self::Organisation(organisation, county) => {
                Whose::Organisation(*organisation, county.as_deref())
            }
            Self::County(county) | Self::Municipality(_, county) => Whose::County(county),
        }
    }
}

/// What is counted, of whom and when.
struct Question {
    role: role_type::Model,
    asked: Asked,
    by: CoverageBy,
    /// Units of these kinds; none: of all.
    kinds: Option<Vec<UnitKind>>,
    day: NaiveDate,
    trained_only: bool,
}

/// How much of a coverage you are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CoverageSight {
    /// Numbers and gaps: your own organisation's, your county's, or that of an organisation in your county that shares
    /// an aim with it.
    Everything,
    /// The percentage only: what is published beyond the county.
    Percentage,
}

/// How far units of one kind are covered.
#[derive(SimpleObject)]
pub struct KindCoverage {
    /// The kind.
    kind: UnitKind,
    /// How many there are.
    total: i32,
    /// How many have somebody.
    covered: i32,
    /// How many of a hundred, rounded down.
    percent: Option<i32>,
}

/// Whether a municipality is covered: a row of a table, or an area of a map.
#[derive(SimpleObject)]
pub struct MunicipalityCoverage {
    /// The municipality, with its code, its name and, for the map, its outline.
    municipality: Municipality,
    /// Whether somebody has the role: anywhere in the municipality as an organisation; or, of one organisation's
    /// coverage, in one of its units there.
    covered: bool,
}

/// How far places are covered.
pub struct Coverage {
    question: Question,
    sight: Sight,
    numbers: Numbers,
    aims: Aims,
}

impl Coverage {
    fn whole(&self) -> bool {
        self.sight == Sight::Everything
    }

    fn told<T>(&self, value: T) -> Option<T> {
        self.whole().then_some(value)
    }
}

/// How many units, workplaces or municipalities have somebody in a role, on a day. Counted are confirmed appointments in
/// force on that day; people with protected identity too, and nobody is named.
#[Object]
impl Coverage {
    /// The role.
    async fn role_type(&self) -> RoleType {
        RoleType(self.question.role.clone())
    }

    /// What is counted.
    async fn by(&self) -> CoverageBy {
        self.question.by
    }

    /// The day.
    async fn as_of(&self) -> NaiveDate {
        self.question.day
    }

    /// Whether only those count who have the trainings that the role needs, valid on that day.
    async fn trained_only(&self) -> bool {
        self.question.trained_only
    }

    /// The kinds of units that are counted; null: all of them, or no units.
    async fn unit_kinds(&self) -> Option<&[UnitKind]> {
        self.question.kinds.as_deref()
    }

    /// How much of it you are told.
    async fn sight(&self) -> CoverageSight {
        match self.sight {
            Sight::Everything => CoverageSight::Everything,
            Sight::Percentage => CoverageSight::Percentage,
        }
    }

    /// How many places there are on that day, whatever the aim says. Null where you are told the percentage only.
    async fn total(&self) -> Option<i32> {
        self.told(self.numbers.total)
    }

    /// How many of them have somebody. Null where you are told the percentage only.
    async fn covered(&self) -> Option<i32> {
        self.told(self.numbers.covered)
    }

    /// How many of a hundred have somebody, rounded down: 100 only where every one has. Null where there are none.
    async fn percent(&self) -> Option<i32> {
        percent(
            i64::from(self.numbers.covered),
            i64::from(self.numbers.total),
        )
    }

    /// What was aimed at on that day, as far as you may see it; null where there was no aim. Its target may differ from
    /// the number that there are: both are true.
    async fn aim(&self) -> Option<CoverageAim> {
        self.aims.on(self.question.day)
    }

    /// How many of a hundred that the aim's target asks for have somebody; null without a target, and where you are
    /// told the percentage only.
    async fn percent_of_target(&self) -> Option<i32> {
        let target = self.aims.on(self.question.day)?.target?;
        self.told(percent(i64::from(self.numbers.covered), i64::from(target)))?
    }

    /// The aims that there have been and are, oldest first, as far as you may see them.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn aims(&self) -> Vec<CoverageAim> {
        self.aims.all()
    }

    /// The same by kind of unit; empty for municipalities. Null where you are told the percentage only.
    #[graphql(complexity = "list_complexity(10, child_complexity)")]
    async fn by_kind(&self) -> Option<Vec<KindCoverage>> {
        let kinds = self.numbers.kinds.iter();
        self.told(
            kinds
                .map(|row| KindCoverage {
                    kind: row.kind,
                    total: row.total,
                    covered: row.covered,
                    percent: percent(i64::from(row.covered), i64::from(row.total)),
                })
                .collect(),
        )
    }

    /// The units without anybody, in Swedish alphabetical order; none for municipalities. Null where you are told the
    /// percentage only.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn gaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Nodes<OrganisationUnit>>> {
        if !self.whole() {
            return Ok(None);
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        gaps::page(ctx, &self.question, &arguments).await.map(Some)
    }

    /// Each municipality, covered or not, in Swedish alphabetical order: the map's data, and the same as a table. Only
    /// where municipalities are counted; empty otherwise. Null where you are told the percentage only.
    #[graphql(complexity = "list_complexity(30, child_complexity)")]
    async fn municipalities(&self) -> Option<Vec<MunicipalityCoverage>> {
        let rows = self.numbers.municipalities.iter();
        self.told(
            rows.map(|(row, covered)| MunicipalityCoverage {
                municipality: Municipality(row.clone()),
                covered: *covered,
            })
            .collect(),
        )
    }

    /// The municipalities without anybody. Null where you are told the percentage only.
    #[graphql(complexity = "list_complexity(30, child_complexity)")]
    async fn municipality_gaps(&self) -> Option<Vec<Municipality>> {
        let rows = self.numbers.municipalities.iter();
        self.told(
            rows.filter(|(_, covered)| !covered)
                .map(|(row, _)| Municipality(row.clone()))
                .collect(),
        )
    }
}

/// Where to begin with coverage.
#[derive(Default)]
pub struct CoverageQuery;

#[Object]
impl CoverageQuery {
    /// How far an organisation, a county or a municipality is covered by a role, on any day: give one of the three.
    /// Null where you may see nothing of it: an organisation's own people see its coverage, partners in the county the
    /// county's and, of other organisations, what is shared with them; others the percentage of what is published, for the
    /// aim's own scope only: null of a municipality, and of chosen kinds of units. Of a county or a municipality, only
    /// appointments that are shared with the county count. `BAD_USER_INPUT` for none or several.
    #[expect(clippy::too_many_arguments, reason = "what one asks of a coverage")]
    async fn coverage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role's code: `CHILD_RIGHTS_STRATEGIST`.")] role_type: String,
        #[graphql(desc = "Of this organisation.")] organisation_id: Option<OrganisationId>,
        #[graphql(desc = "Of this county: two digits as text, `12`.")] county: Option<String>,
        #[graphql(desc = "Of this municipality: four digits as text, `1275`.")]
        municipality: Option<String>,
        #[graphql(desc = "What is counted.")] by: CoverageBy,
        #[graphql(
            desc = "Only units of these kinds; those that the aim is about, if nothing is said."
        )]
        unit_kinds: Option<Vec<UnitKind>>,
        #[graphql(desc = "On this day; today, if nothing is said.")] as_of: Option<NaiveDate>,
        #[graphql(
            desc = "Whether only those count who have the trainings that the role needs, valid on that day.",
            default
        )]
        trained_only: bool,
    ) -> Result<Option<Coverage>> {
        let place = (organisation_id, county, municipality);
        let Some(asked) = asked(ctx, place).await? else {
            return Ok(None);
        };
        let Some(role) = loaders(ctx).load_one(RoleTypeByCode(role_type)).await? else {
            return Ok(None);
        };
        let viewer = viewer(ctx);
        let aims = aims_of(viewer, role.id, &asked, by).await?;
        let Some(sight) = sight(viewer, &asked.whose(), aims.row_on(viewer.today())) else {
            return Ok(None);
        };
        // A percentage of a part is the whole answer where the part is small: nothing but the aim's own scope is told.
        let part = matches!(asked, Asked::Municipality(..)) || unit_kinds.is_some();
        if part && sight == Sight::Percentage {
            return Ok(None);
        }
        let day = as_of.unwrap_or_else(|| viewer.today());
        let kinds = match by {
            CoverageBy::Workplace => Some(vec![UnitKind::Workplace]),
            CoverageBy::Unit => unit_kinds.or_else(|| aims.kinds_on(day)),
            CoverageBy::Municipality => None,
        };
        let question = Question {
            role,
            asked,
            by,
            kinds,
            day,
            trained_only,
        };
        let numbers = numbers(ctx, &question).await?;
        Ok(Some(Coverage {
            question,
            sight,
            numbers,
            aims,
        }))
    }
}

/// Which one of the three is meant; none where there is no such place.
async fn asked(
    ctx: &Context<'_>,
    place: (Option<OrganisationId>, Option<String>, Option<String>),
) -> Result<Option<Asked>> {
    Ok(match place {
        (Some(id), None, None) => loaders(ctx)
            .load_one(OrganisationById(id))
            .await?
            .map(|row| Asked::Organisation(id, row.county_code)),
        (None, Some(code), None) => Some(Asked::County(code)),
        (None, None, Some(code)) => {
            let row: Option<municipality::Model> =
                loaders(ctx).load_one(MunicipalityByCode(code)).await?;
            row.map(|row| Asked::Municipality(row.code, row.county_code))
        }
        _ => {
            return Err(Error::BadInput(Text::fixed(
                "Ange organisationId, county eller municipality, ett av dem.",
                "Give organisationId, county or municipality, one of the three.",
            )));
        }
    })
}
