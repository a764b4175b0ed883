//! Which units have nobody in a role.

use super::{Asked, Question};
use crate::{
    error::Result,
    graphql::{
        connection::{Nodes, connect},
        organisation::OrganisationUnit,
    },
    policy::{appointment::active_on, nobody, select},
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::Context;
use chrono::NaiveDate;
use entity::{
    appointment, appointment_trained,
    kind::{CoverageBy, SharingLevel},
    organisation, organisation_unit,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, SelectStatement},
};

/// A page of the units that nobody is in. The question has passed the rule of who may see gaps.
pub(super) async fn page(
    ctx: &Context<'_>,
    question: &Question,
    arguments: &PageArguments,
) -> Result<Nodes<OrganisationUnit>> {
    use organisation_unit::Column as U;
    let mut query = organisation_unit::Entity::find()
        .filter(here(&question.asked))
        .filter(valid_on(question.day))
        .filter(U::Id.not_in_subquery(appointed(question)));
    if let Some(kinds) = &question.kinds {
        query = query.filter(U::Kind.is_in(kinds.iter().copied()));
    }
    if question.by == CoverageBy::Municipality {
        query = query.filter(nobody());
    }
    let order = Ordering {
        name: "unit",
        key: Expr::col((organisation_unit::Entity, U::SortName)),
        kind: KeyKind::Text,
        id: U::Id,
        descending: false,
    };
    connect(ctx, query, &order, arguments, OrganisationUnit).await
}

/// The units that there are on a day.
fn valid_on(day: NaiveDate) -> Condition {
    use organisation_unit::Column as U;
    let begun = Condition::any()
        .add(U::FromDay.is_null())
        .add(U::FromDay.lte(day));
    let not_over = Condition::any()
        .add(U::UntilDay.is_null())
        .add(U::UntilDay.gt(day));
    Condition::all().add(begun).add(not_over)
}

/// The units of the place that is asked for.
fn here(asked: &Asked) -> Condition {
    use organisation::Column as O;
    use organisation_unit::Column as U;
    let of_organisations = |which: Condition| {
        U::OrganisationId.in_subquery(select::<organisation::Entity>(O::Id, which))
    };
    match asked {
        Asked::Organisation(organisation, _) => {
            Condition::all().add(U::OrganisationId.eq(*organisation))
        }
        Asked::County(county) => {
            let which = Condition::all().add(O::CountyCode.eq(county));
            Condition::all().add(of_organisations(which))
        }
        Asked::Municipality(code, _) => {
            let which = Condition::all().add(O::MunicipalityCode.eq(code));
            Condition::any().add(U::MunicipalityCode.eq(code)).add(
                Condition::all()
                    .add(U::MunicipalityCode.is_null())
                    .add(of_organisations(which)),
            )
        }
    }
}

/// The appointments that cover the unit, looked up for each unit.
fn appointed(question: &Question) -> SelectStatement {
    use appointment::Column as A;
    use appointment_trained::Column as T;
    let in_the_unit = Expr::col((appointment::Entity, A::UnitId))
        .equals((organisation_unit::Entity, organisation_unit::Column::Id));
    let mut which = active_on(question.day)
        .add(in_the_unit)
        .add(A::RoleTypeId.eq(question.role.id));
    if !matches!(question.asked, Asked::Organisation(..)) {
        let shared = [
            SharingLevel::County,
            SharingLevel::Partners,
            SharingLevel::Public,
        ];
        which = which.add(A::Sharing.is_in(shared));
    }
    if question.trained_only {
        let of_it = Expr::col((appointment_trained::Entity, T::AppointmentId))
            .equals((appointment::Entity, A::Id));
        let valid = Condition::all()
            .add(of_it)
            .add(T::FromDay.lte(question.day))
            .add(
                Condition::any()
                    .add(T::UntilDay.is_null())
                    .add(T::UntilDay.gt(question.day)),
            );
        which = which.add(A::Id.in_subquery(select::<appointment_trained::Entity>(
            T::AppointmentId,
            valid,
        )));
    }
    select::<appointment::Entity>(A::UnitId, which)
}
