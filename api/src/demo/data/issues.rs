//! The issues of the demonstration: what child rights representatives have raised to their council.

use super::{
    calendar::Calendar,
    groups::{Groups, Known},
    table::{Index, insert, read},
};
use chrono::TimeDelta;
use entity::{
    council_issue,
    id::{AgendaItemId, CouncilIssueId},
    kind::CouncilIssueStatus,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;

const ISSUES: &str = include_str!("council_issues.csv");

/// How long after an issue was raised the council, or whoever raised it, did something about it.
const DEALT_WITH: TimeDelta = TimeDelta::days(3);

#[derive(Deserialize)]
struct Row {
    group: String,
    person: String,
    unit: Option<String>,
    status: CouncilIssueStatus,
    title: String,
    description: String,
    item: Option<String>,
    answer: Option<String>,
    days: i64,
}

/// Writes all of it.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    groups: &Groups,
    items: &Index<AgendaItemId>,
) -> Result<(), DbErr> {
    let mut issues = Vec::new();
    for row in read::<Row>("council_issues.csv", ISSUES)? {
        let raised_at = calendar.days(row.days);
        let dealt_with = Some(raised_at + DEALT_WITH);
        let is_open = matches!(
            row.status,
            CouncilIssueStatus::Raised | CouncilIssueStatus::TakenUp
        );
        let is_taken_up = row.status == CouncilIssueStatus::TakenUp;
        let by = known.people.get(&row.person)?;
        let unit = row.unit.map(|key| known.units.get(&key).copied());
        let item = row.item.map(|key| items.get(&key).copied());
        issues.push(council_issue::Model {
            id: CouncilIssueId::new(),
            group_id: *groups.groups.get(&row.group)?,
            organisation_id: by.organisation,
            person_id: by.person,
            unit_id: unit.transpose()?,
            status: row.status,
            title: row.title,
            description: row.description,
            item_id: item.transpose()?,
            answer: row.answer,
            decline_reason: None,
            raised_at,
            taken_up_at: dealt_with.filter(|_| is_taken_up),
            closed_at: dealt_with.filter(|_| !is_open),
        });
    }
    insert::<council_issue::Entity>(connection, issues).await
}
