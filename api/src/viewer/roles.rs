//! What an erasure does about roles: whoever has no name any more has no role from that day on, and manages nothing.

use super::{Viewer, coverage::Touched};
use crate::error::Result;
use chrono::NaiveDate;
use entity::{
    appointment,
    id::{OrganisationId, PersonId},
    unit_manager,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{CaseStatement, Expr},
};

impl Viewer {
    /// Ends what somebody has been appointed to and manages in an organisation. What was stays, for the counts.
    pub(super) async fn end_roles(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<()> {
        use appointment::Column as A;
        let theirs = Condition::all()
            .add(A::OrganisationId.eq(organisation))
            .add(A::PersonId.eq(person));
        let rows = appointment::Entity::find()
            .filter(theirs.clone())
            .all(&self.db.writer())
            .await?;
        if !rows.is_empty() {
            let touched = Touched {
                organisation,
                roles: rows.iter().map(|row| row.role_type_id).collect(),
                units: rows.iter().filter_map(|row| row.unit_id).collect(),
            };
            self.counted(&touched, self.end_appointments(theirs))
                .await?;
        }
        self.end_managing(organisation, person).await
    }

    async fn end_appointments(&self, theirs: Condition) -> Result<()> {
        use appointment::Column as A;
        let today = self.today();
        // The reason may speak of the person; the name is published no more.
        appointment::Entity::update_many()
            .col_expr(A::NamePublished, Expr::value(false))
            .col_expr(A::DeclineReason, Expr::value(Option::<String>::None))
            .filter(theirs.clone())
            .exec(&self.db.writer())
            .await?;
        let going_on = Condition::any()
            .add(A::UntilDay.is_null())
            .add(A::UntilDay.gt(today));
        appointment::Entity::update_many()
            .col_expr(A::UntilDay, later_of(A::FromDay, today))
            .filter(theirs)
            .filter(going_on)
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }

    async fn end_managing(&self, organisation: OrganisationId, person: PersonId) -> Result<()> {
        use unit_manager::Column as M;
        let today = self.today();
        let going_on = Condition::any()
            .add(M::UntilDay.is_null())
            .add(M::UntilDay.gt(today));
        unit_manager::Entity::update_many()
            .col_expr(M::UntilDay, later_of(M::FromDay, today))
            .filter(M::OrganisationId.eq(organisation))
            .filter(M::PersonId.eq(person))
            .filter(going_on)
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }
}

/// That day, or the row's first where it has not begun: then it has been on no day.
pub(super) fn later_of<C: ColumnTrait>(from: C, day: NaiveDate) -> Expr {
    let begun = from.lte(day);
    CaseStatement::new()
        .case(begun, Expr::value(day))
        .finally(Expr::col(from))
        .into()
}
