//! What the groups of the demonstration have on record: minutes, decisions, actions, extracts.

use super::{
    calendar::{Calendar, ZONE},
    groups::{Groups, Known},
    table::{Index, insert, read, wrong},
};
use crate::domain::minutes::{Sealed, SealedDecision, Verifier, seal};
use chrono::{Datelike, TimeDelta};
use entity::{
    action_report, decision, extract_recipient, group_action,
    id::{
        ActionId, ActionReportId, DecisionId, ExtractId, ExtractRecipientId, MinutesId,
        MinutesVerifierId, MinutesVersionId,
    },
    kind::{ActionStatus, MinutesStatus},
    meeting, meeting_minutes, minutes_extract, minutes_verifier, minutes_version,
    search_text::fold,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;

const DECISIONS: &str = include_str!("decisions.csv");
const ACTIONS: &str = include_str!("actions.csv");
/// The text of the minutes of the meeting that has been held.
const MINUTES: &str = "§ 1 Mötet öppnas\nTobias Hedlind hälsar välkommen.\n\n§ 2 Barns röster\nNätverket följer upp i vår.";
/// The passage of it that an extract holds.
const PASSAGE: &str = "§ 2 Barns röster\nNätverket följer upp i vår.";
/// How long after a meeting its minutes have been verified.
const VERIFICATION: TimeDelta = TimeDelta::days(2);

#[derive(Deserialize)]
struct DecisionRow {
    key: String,
    title: String,
    text: String,
    /// Whether it stands in the minutes that have been verified; otherwise it was entered with their correction.
    verified: bool,
}

#[derive(Deserialize)]
struct ActionRow {
    decision: Option<String>,
    organisation: String,
    title: String,
    due: Option<i64>,
    status: ActionStatus,
    /// Who has said how it goes, and what.
    reporter: Option<String>,
    report: Option<String>,
}

/// Writes all of it: it belongs to the meeting that has been held.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    groups: &Groups,
    meetings: &Index<meeting::Model>,
) -> Result<(), DbErr> {
    let meeting = meetings.get("LST_LAST")?;
    let (decisions, sealed) = decisions(meeting)?;
    let minutes = write_minutes(connection, known, meeting, sealed).await?;
    write_actions(connection, calendar, known, meeting, &decisions).await?;
    write_extract(connection, known, groups, &minutes).await
}

/// A meeting's decisions with their keys, and as its verified minutes hold them.
type Decided = (Vec<(String, decision::Model)>, Vec<SealedDecision>);

fn decisions(meeting: &meeting::Model) -> Result<Decided, DbErr> {
    let year = meeting.starts_at.with_timezone(&ZONE).year();
    let (mut decisions, mut sealed) = (Vec::new(), Vec::new());
    for (number, row) in (1..).zip(read::<DecisionRow>("decisions.csv", DECISIONS)?) {
        if row.verified {
            sealed.push(SealedDecision {
                number: format!("{year}:{number}"),
                title: row.title.clone(),
                text: row.text.clone(),
            });
        }
        let decided = decision::Model {
            id: DecisionId::new(),
            group_id: meeting.group_id,
            meeting_id: meeting.id,
            item_id: None,
            year,
            number,
            search_text: fold(&format!("{} {}", row.title, row.text)),
            title: row.title,
            body: row.text,
            decided_at: meeting.starts_at,
            verified_at: row.verified.then_some(meeting.ends_at + VERIFICATION),
            created_at: meeting.ends_at,
            updated_at: meeting.ends_at,
            version: 1,
        };
        decisions.push((row.key, decided));
    }
    Ok((decisions, sealed))
}

async fn write_actions(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    meeting: &meeting::Model,
    decisions: &[(String, decision::Model)],
) -> Result<(), DbErr> {
    let (mut actions, mut reports) = (Vec::new(), Vec::new());
    for row in read::<ActionRow>("actions.csv", ACTIONS)? {
        let carries_out = decisions
            .iter()
            .find(|(key, _)| Some(key) == row.decision.as_ref());
        let accepted = row.status == ActionStatus::Accepted;
        let action = group_action::Model {
            id: ActionId::new(),
            group_id: meeting.group_id,
            meeting_id: Some(meeting.id),
            decision_id: carries_out.map(|(_, decision)| decision.id),
            organisation_id: known.organisations.get(&row.organisation)?.id,
            title: row.title,
            description: String::new(),
            due_on: row
                .due
                .map(|days| calendar.days(days).with_timezone(&ZONE).date_naive()),
            status: row.status,
            reason: None,
            assigned_at: meeting.ends_at,
            answered_at: accepted.then_some(meeting.ends_at + VERIFICATION),
            ended_at: None,
            reminded_at: None,
            updated_at: meeting.ends_at,
            version: 1,
        };
        if let (Some(reporter), Some(report)) = (row.reporter, row.report) {
            let by = known.people.get(&reporter)?;
            reports.push(action_report::Model {
                id: ActionReportId::new(),
                action_id: action.id,
                organisation_id: by.organisation,
                author_id: Some(by.person),
                body: report,
                reported_at: meeting.ends_at + VERIFICATION,
            });
        }
        actions.push(action);
    }
    // After the decisions that they carry out.
    let carried_out = decisions.iter().map(|(_, row)| row.clone());
    insert::<decision::Entity>(connection, carried_out).await?;
    insert::<group_action::Entity>(connection, actions).await?;
    insert::<action_report::Entity>(connection, reports).await
}

/// An extract for an association, which has not confirmed it yet, and for the region's board, which has.
async fn write_extract(
    connection: &impl ConnectionTrait,
    known: &Known<'_>,
    groups: &Groups,
    minutes: &meeting_minutes::Model,
) -> Result<(), DbErr> {
    let (sender, receiver) = (
        known.people.get("tobias-hedlind")?,
        known.people.get("lars-erik-manberg")?,
    );
    let sent_at = minutes.updated_at + VERIFICATION;
    let extract = minutes_extract::Model {
        id: ExtractId::new(),
        minutes_id: minutes.id,
        meeting_id: minutes.meeting_id,
        group_id: minutes.group_id,
        group_name: "Länsstyrelsens barnrättsnätverk i Kronoberg".to_owned(),
        held_at: minutes.held_at,
        body: PASSAGE.to_owned(),
        decisions: minutes.decisions.clone().unwrap_or_default(),
        organisation_id: sender.organisation,
        sent_by: Some(sender.person),
        sent_at,
    };
    let recipient = |organisation_id, group_id| extract_recipient::Model {
        id: ExtractRecipientId::new(),
        extract_id: extract.id,
        organisation_id,
        group_id,
        sent_at,
        received_at: None,
        received_by: None,
        receiving_organisation_id: None,
    };
    let association = known.organisations.get("BARNENS_RATT_KRONOBERG")?.id;
    let board = *groups.groups.get("KR_STYRELSE")?;
    let confirmed = extract_recipient::Model {
        received_at: Some(sent_at + VERIFICATION),
        received_by: Some(receiver.person),
        receiving_organisation_id: Some(receiver.organisation),
        ..recipient(None, Some(board))
    };
    let recipients = [recipient(Some(association), None), confirmed];
    insert::<minutes_extract::Entity>(connection, [extract]).await?;
    insert::<extract_recipient::Entity>(connection, recipients).await
}

/// Verified minutes of the meeting that has been held, and a correction that is being written.
async fn write_minutes(
    connection: &impl ConnectionTrait,
    known: &Known<'_>,
    meeting: &meeting::Model,
    decisions: Vec<SealedDecision>,
) -> Result<meeting_minutes::Model, DbErr> {
    let (author, written_at) = (known.people.get("tobias-hedlind")?, meeting.ends_at);
    let verified_at = written_at + VERIFICATION;
    let edition = |edition: i32, body: &str| meeting_minutes::Model {
        id: MinutesId::new(),
        meeting_id: meeting.id,
        group_id: meeting.group_id,
        edition,
        held_at: meeting.starts_at,
        status: MinutesStatus::Draft,
        body: body.to_owned(),
        version: 1,
        attendance: String::new(),
        decisions: None,
        seal: None,
        sealed_at: None,
        created_at: written_at,
        updated_at: written_at,
    };
    let mut verified = edition(1, MINUTES);
    let mut verifiers = Vec::new();
    let mut lines = vec!["Tobias Hedlind (Länsstyrelsen i Kronobergs län)"];
    for (key, line) in [
        ("maria-ekendahl", "Maria Ekendahl (Region Kronoberg)"),
        ("petra-soderlind", "Petra Söderlind (Alvesta kommun)"),
    ] {
        lines.push(line);
        verifiers.push(minutes_verifier::Model {
            id: MinutesVerifierId::new(),
            minutes_id: verified.id,
            organisation_id: known.people.get(key)?.organisation,
            person_id: known.people.get(key)?.person,
            line: line.to_owned(),
            named_at: written_at,
            verified_at: Some(verified_at),
        });
    }
    verified.attendance = lines.join("\n");
    let by = verifiers.iter().map(|row| Verifier {
        line: row.line.clone(),
        verified_at,
    });
    let form = Sealed::new(
        meeting.id.to_string(),
        (1, 1),
        meeting.starts_at,
        MINUTES.to_owned(),
        &verified.attendance,
        Some(decisions.clone()),
        by.collect(),
    );
    verified.decisions = Some(serde_json::to_string(&decisions).map_err(wrong)?);
    verified.status = MinutesStatus::Verified;
    verified.seal = Some(seal(&form.canonical().map_err(wrong)?));
    verified.sealed_at = Some(verified_at);
    let correction = edition(2, &format!("{MINUTES}\n\nRättelse: i vår, inte i höst."));
    let editions = vec![verified.clone(), correction];
    let versions = editions.iter().map(|row| minutes_version::Model {
        id: MinutesVersionId::new(),
        minutes_id: row.id,
        number: 1,
        body: row.body.clone(),
        organisation_id: author.organisation,
        author_id: Some(author.person),
        written_at,
    });
    let versions: Vec<_> = versions.collect();
    insert::<meeting_minutes::Entity>(connection, editions).await?;
    insert::<minutes_version::Entity>(connection, versions).await?;
    insert::<minutes_verifier::Entity>(connection, verifiers).await?;
    Ok(verified)
}
