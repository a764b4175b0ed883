//! The visits of the demonstration: that Barnrättsforum Skåne is invited to municipalities, and some invented requests.

use super::{
    calendar::Calendar,
    groups::Known,
    table::{Words, insert, read},
};
use entity::{
    id::OutreachVisitId,
    kind::{VisitPurpose, VisitStatus},
    outreach_offer, outreach_offer_purpose, outreach_visit, outreach_visit_purpose,
    partial_date::PartialDate,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;

const VISITS: &str = include_str!("outreach_visits.csv");

/// Who convenes Barnrättsforum Skåne.
const FORUM: &str = "KFSK";

#[derive(Deserialize)]
struct Row {
    organisation: String,
    requested_by: String,
    purposes: Words<VisitPurpose>,
    status: VisitStatus,
    wishes: String,
    preferred_from: Option<PartialDate>,
    agreed_days: Option<i64>,
    place: Option<String>,
    held_days: Option<i64>,
    days: i64,
}

/// Writes all of it.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
) -> Result<(), DbErr> {
    let forum = known.organisations.get(FORUM)?.id;
    let offer = outreach_offer::Model {
        organisation_id: forum,
        description:
            "Barnrättsforum Skåne kommer till kommunerna för att informera, inspirera och utmana."
                .to_owned(),
        is_open: true,
        since: None,
        visits_made: None,
        visits_note: Some("ett flertal tillfällen".to_owned()),
        updated_at: calendar.days(-200),
        version: 1,
    };
    insert::<outreach_offer::Entity>(connection, [offer]).await?;
    let purposes = [
        VisitPurpose::Inform,
        VisitPurpose::Inspire,
        VisitPurpose::Challenge,
    ];
    let purposes = purposes.map(|purpose| outreach_offer_purpose::Model {
        organisation_id: forum,
        purpose,
    });
    insert::<outreach_offer_purpose::Entity>(connection, purposes).await?;
    let (mut visits, mut wanted) = (Vec::new(), Vec::new());
    for row in read::<Row>("outreach_visits.csv", VISITS)? {
        let id = OutreachVisitId::new();
        let day = |days: i64| calendar.days(days).date_naive();
        wanted.extend(
            row.purposes
                .0
                .iter()
                .map(|purpose| outreach_visit_purpose::Model {
                    visit_id: id,
                    purpose: *purpose,
                }),
        );
        visits.push(outreach_visit::Model {
            id,
            organisation_id: known.organisations.get(&row.organisation)?.id,
            requested_by_organisation_id: known.organisations.get(&row.requested_by)?.id,
            status: row.status,
            wishes: row.wishes,
            preferred_from: row.preferred_from,
            preferred_to: None,
            agreed_day: row.agreed_days.map(day),
            starts_at: None,
            place: row.place,
            held_on: row.held_days.map(day),
            reason: None,
            cancelled_by_organisation_id: None,
            created_at: calendar.days(row.days),
            updated_at: calendar.days(row.days),
        });
    }
    insert::<outreach_visit::Entity>(connection, visits).await?;
    insert::<outreach_visit_purpose::Entity>(connection, wanted).await
}
