//! The SQL of every policy for somebody without a token: a condition that lets everybody in, where one
//! meant nobody, is seen in a review.

use crate::harness::{Backend, Server};
use api::{
    config::Config,
    language::Language,
    metrics::Metrics,
    policy::Policy,
    viewer::{Database, RequestContext, Viewer},
};
use sea_orm::{Condition, DbBackend, EntityTrait, QueryFilter, QueryTrait};
use std::{collections::BTreeSet, path::Path, sync::Arc};

const SNAPSHOT: &str = include_str!("policies.md");

fn condition<E: EntityTrait>(condition: Condition) -> String {
    let statement = E::find()
        .filter(condition)
        .build(DbBackend::Sqlite)
        .to_string();
    let (_, condition) = statement.split_once(" WHERE ").unwrap_or(("", "everybody"));
    match condition {
        "FALSE" => "nobody".to_owned(),
        "TRUE" => "everybody".to_owned(),
        condition => format!("`{condition}`"),
    }
}

fn row<E: Policy>(name: &str, viewer: &Viewer) -> String
where
    E::ActiveModel: Default,
{
    let makes = if E::creatable(viewer, &E::ActiveModel::default()) {
        "yes"
    } else {
        "no"
    };
    format!(
        "| {name} | {} | {} | {makes} |",
        condition::<E>(E::visible(viewer)),
        condition::<E>(E::editable(viewer)),
    )
}

macro_rules! rows_of {
    ($viewer:expr, $($table:ident),+ $(,)?) => {
        [$((stringify!($table), row::<entity::$table::Entity>(stringify!($table), $viewer))),+]
    };
}

async fn anonymous(server: &Server) -> Viewer {
    let environment = [
        ("SAMVERKAN_DATABASE_URL", server.database_url.as_str()),
        ("SAMVERKAN_PUBLIC_URL", "https://api.test"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(None, environment).expect("a good configuration");
    let database = Database::connect(&config.database, &Arc::new(Metrics::default())).await;
    let context = RequestContext {
        request_id: "request".to_owned(),
        language: Language::English,
        now: server.clock.now(),
    };
    Viewer::anonymous(&database.expect("a connection"), context)
}

/// The tables that have a policy, from the source.
fn tables_with_a_policy() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src/policy");
    let mut tables = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("the policies") {
        let source = std::fs::read_to_string(file.expect("a file").path()).expect("a source");
        for line in source.lines() {
            let line = line.trim_start();
            let table = line
                .strip_prefix("impl Policy for ")
                .or_else(|| line.strip_prefix("part_of_training!("))
                .or_else(|| line.strip_prefix("part_of_occasion!("))
                .or_else(|| line.strip_prefix("reference!("))
                .or_else(|| line.strip_prefix("part_of_group!("))
                .or_else(|| line.strip_prefix("group_as!("))
                .or_else(|| line.strip_prefix("part_of_initiative!("))
                .or_else(|| line.strip_prefix("meeting_as!("))
                .or_else(|| line.strip_prefix("written_as_part!("))
                .map(|rest| {
                    let end = rest.find([':', ',', ')', ' ']).unwrap_or(rest.len());
                    rest[..end].to_owned()
                });
            tables.extend(table.filter(|table| !table.starts_with('$')));
        }
    }
    tables
}

/// What each table's policy says, by the table's name.
#[expect(clippy::too_many_lines, reason = "a line for each table")]
fn rows(viewer: &Viewer) -> Vec<(&'static str, String)> {
    rows_of!(
        viewer,
        action_report,
        action_task,
        agenda_item,
        agenda_item_guest,
        appointee,
        appointment,
        appointment_answer,
        appointment_trained,
        attendance,
        attendance_change,
        attendance_sheet,
        audit_entry,
        calendar_feed,
        certificate,
        check_in_right,
        completion,
        contact_point,
        council_issue,
        council_queue,
        county,
        coverage_aim,
        coverage_aim_kind,
        decision,
        decision_seal,
        document,
        document_upload,
        erasure,
        expected_participant,
        expected_person,
        extract_recipient,
        group,
        group_action,
        group_convener,
        group_desk,
        group_letterbox,
        group_member,
        group_notice,
        group_office,
        group_person,
        group_purpose,
        group_responsible_role,
        group_room,
        group_seat,
        group_share,
        group_subject,
        group_task,
        initiative,
        initiative_activity,
        initiative_contact,
        initiative_organisation,
        initiative_part,
        initiative_party,
        initiative_room,
        initiative_share,
        kind_quota,
        mandatory_training,
        mandatory_training_category,
        meeting,
        meeting_absence,
        meeting_action,
        meeting_attendance,
        meeting_completion,
        meeting_credit,
        meeting_desk,
        meeting_minutes,
        meeting_purpose,
        meeting_registration,
        meeting_room,
        meeting_series,
        meeting_series_rule,
        meeting_substitution,
        membership,
        method_practice,
        minutes_extract,
        minutes_review,
        minutes_verifier,
        minutes_version,
        municipality,
        notice,
        occasion_move,
        organisation,
        organisation_name,
        organisation_unit,
        outreach_answer,
        outreach_offer,
        outreach_offer_purpose,
        outreach_visit,
        outreach_visit_purpose,
        page_feedback,
        participant_need,
        person,
        programme_follow_up,
        programme_organiser,
        reported_completion,
        requested_need,
        retention_action,
        retention_rule,
        role_headcount,
        role_introduction,
        role_training,
        role_type,
        seat_holder,
        seat_mandate,
        seat_occupancy,
        seat_quota,
        seat_terms,
        sign_up,
        sign_up_approver,
        sign_up_opening,
        sign_up_request,
        support_given,
        support_resource,
        time_block,
        training,
        training_audience,
        training_occasion,
        training_organiser,
        training_participant_organisation,
        training_programme,
        training_requirement,
        training_share,
        training_subject,
        training_target_group,
        unit_manager,
        unit_succession,
        visit_notice,
    )
    .to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_every_policy_says_to_somebody_without_a_token_is_known() {
    let server = Server::start(Backend::Sqlite).await;
    let viewer = anonymous(&server).await;

    let rows = rows(&viewer);

    let known: BTreeSet<String> = rows.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(
        tables_with_a_policy(),
        known,
        "add each new table to `rows` in policies.rs and to policies.md"
    );
    let wanted: Vec<&str> = rows.iter().map(|(_, row)| row.as_str()).collect();
    let table = SNAPSHOT
        .lines()
        .skip_while(|line| !line.starts_with("|--"))
        .skip(1);
    let snapshot: Vec<&str> = table.collect();
    assert!(
        snapshot == wanted,
        "a policy says something else to somebody without a token. If that is meant, put this in policies.md:\n{}",
        wanted.join("\n")
    );
    server.stop().await;
}
