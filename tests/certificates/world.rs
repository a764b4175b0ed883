//! Completions to certify, and what is asked about certificates.

use crate::harness::{Answer, Caller, Server};
use api::demo::data::PERSONAS;
use chrono::NaiveDate;
use entity::{
    completion,
    id::{CompletionId, OccasionId, OrganisationId, PersonId},
    kind::{CompletionSource, SignUpStatus},
    membership, sign_up, training, training_occasion,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

/// The training that is certified, of which Region Kronoberg is the accountable organiser.
pub const TITLE: &str = "Barnets rättigheter i vardagen";

/// Who has completed it: a member of Alvesta, by name.
pub const HOLDER: &str = "alvesta-member";

/// A coordinator of the accountable organiser.
pub const ORGANISER: &str = "region-kronoberg-coordinator";

/// Who is neither.
pub const STRANGERS: [&str; 2] = ["region-blekinge-coordinator", "vaxjo-coordinator"];

/// What is asked of a certificate.
pub const CERTIFICATE: &str = "certificate { id code url status title completedOn validUntil showsName credential \
     revocationReason revocationNote viewerCanRevoke viewerCanShowName issuer { name } }";

/// A day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// The person of a persona, and the organisation that the persona acts for.
pub async fn person(server: &Server, persona: &str) -> (PersonId, OrganisationId) {
    let found = PERSONAS.iter().find(|known| known.name == persona);
    let subject = found.expect("a persona").subject;
    let row = membership::Entity::find()
        .filter(membership::Column::Subject.eq(subject))
        .one(&server.database)
        .await;
    let row = row.expect("memberships can be read").expect("a membership");
    (row.person_id, row.organisation_id)
}

/// An occasion of the training.
async fn occasion(server: &Server) -> training_occasion::Model {
    let training = training::Entity::find()
        .filter(training::Column::Title.eq(TITLE))
        .one(&server.database)
        .await;
    let training = training
        .expect("trainings can be read")
        .expect("the training");
    let occasion = training_occasion::Entity::find()
        .filter(training_occasion::Column::TrainingId.eq(training.id))
        .one(&server.database)
        .await;
    occasion
        .expect("occasions can be read")
        .expect("an occasion")
}

/// That somebody has completed the training by attendance, as of 20 February 2026, valid for two years.
pub async fn completed(server: &Server, persona: &str) -> CompletionId {
    let (person, organisation) = person(server, persona).await;
    let occasion = occasion(server).await;
    let place = place(server, occasion.id, person, organisation).await;
    let row = completion::Model {
        id: CompletionId::new(),
        person_id: person,
        organisation_id: organisation,
        training_id: occasion.training_id,
        occasion_id: Some(occasion.id),
        sign_up_id: Some(place.id),
        meeting_id: None,
        source: CompletionSource::Attendance,
        completed_on: day("2026-02-20"),
        valid_until: Some(day("2028-02-20")),
        recorded_at: server.clock.now(),
        recorded_by: None,
        withdrawn_at: None,
        withdrawn_by: None,
    };
    let id = row.id;
    insert(server, row).await;
    id
}

/// The person's place at the occasion; a new one with a number beyond all others if there is none.
async fn place(
    server: &Server,
    occasion: OccasionId,
    person: PersonId,
    organisation: OrganisationId,
) -> sign_up::Model {
    let known = sign_up::Entity::find()
        .filter(sign_up::Column::OccasionId.eq(occasion))
        .filter(sign_up::Column::PersonId.eq(person))
        .filter(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
        .one(&server.database)
        .await;
    if let Some(known) = known.expect("sign-ups can be read") {
        return known;
    }
    let all = sign_up::Entity::find().all(&server.database).await;
    let all = all.expect("sign-ups can be read");
    let number = 900 + i32::try_from(all.len()).expect("not so many");
    let pattern = all.into_iter().next().expect("a sign-up");
    let row = sign_up::Model {
        id: entity::id::SignUpId::new(),
        occasion_id: occasion,
        organisation_id: organisation,
        person_id: Some(person),
        party_id: None,
        status: SignUpStatus::Confirmed,
        number,
        ..pattern
    };
    insert(server, row.clone()).await;
    row
}

async fn insert<M, A>(server: &Server, row: M)
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + sea_orm::ActiveModelBehavior + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let done = row
        .into_active_model()
        .reset_all()
        .insert(&server.database)
        .await;
    done.expect("the row can be written");
}

/// The completion with something changed.
pub async fn change(server: &Server, id: CompletionId, assignments: &str) {
    let id = crate::access::behind::literal(server, id.uuid());
    server
        .sql(&format!(
            "UPDATE completion SET {assignments} WHERE id = {id}"
        ))
        .await;
}

/// Protects somebody's identity from now on, or no longer.
pub async fn protect(server: &Server, persona: &str, protected: bool) {
    let (person, _) = person(server, persona).await;
    let id = crate::access::behind::literal(server, person.uuid());
    server
        .sql(&format!(
            "UPDATE person SET protected_identity = {protected} WHERE id = {id}"
        ))
        .await;
}

/// Asks for a certificate.
pub async fn ask(caller: &Caller<'_>, completion: CompletionId) -> Answer {
    let input = json!({ "completionId": completion.to_string() });
    caller.mutate("issueCertificate", input, CERTIFICATE).await
}

/// The certificate that somebody gets.
pub async fn issued(caller: &Caller<'_>, completion: CompletionId) -> Value {
    let answer = ask(caller, completion).await;
    assert_eq!(
        answer.user_errors("issueCertificate"),
        [""; 0],
        "{}",
        answer.text
    );
    answer.at("issueCertificate/certificate").clone()
}

/// A text in a certificate.
#[track_caller]
pub fn text<'c>(certificate: &'c Value, field: &str) -> &'c str {
    certificate[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {certificate}"))
}

/// What anybody learns with a code.
pub async fn check(caller: &Caller<'_>, code: &str) -> Value {
    let query = "query($code: String!) {
        certificate(code: $code) { status title issuerName completedOn validUntil holder }
    }";
    let answer = caller.ask(query, json!({ "code": code })).await;
    answer.at("certificate").clone()
}

/// Takes a certificate back.
pub async fn revoke(caller: &Caller<'_>, certificate: &Value, reason: &str) -> Answer {
    let input = json!({
        "certificateId": certificate["id"], "reason": reason, "note": "Fel person stod på listan",
    });
    caller.mutate("revokeCertificate", input, CERTIFICATE).await
}

/// Decides on the name.
pub async fn show_name(caller: &Caller<'_>, certificate: &Value, shown: bool) -> Answer {
    let input = json!({ "certificateId": certificate["id"], "shown": shown });
    caller
        .mutate("showNameOnCertificate", input, CERTIFICATE)
        .await
}

/// The name that somebody has.
pub async fn name_of(server: &Server, persona: &str) -> String {
    let answer = server
        .by(persona)
        .query("{ viewer { person { name } } }")
        .await;
    answer
        .at("viewer/person/name")
        .as_str()
        .expect("a name")
        .to_owned()
}

/// A certificate of a completion from when there was a key; its code.
pub async fn certified_before(server: &Server, completion: CompletionId) -> &'static str {
    let id = crate::access::behind::literal(server, completion.uuid());
    server
        .sql(&format!(
            "INSERT INTO certificate (id, completion_id, person_id, organisation_id, issuer_organisation_id, \
             training_id, code, salt, holder_name, shows_name, issuer_name, title, description, criteria, \
             completed_on, issued_at) \
             SELECT c.id, c.id, c.person_id, c.organisation_id, t.accountable_organisation_id, t.id, \
             '3333333333333333333333333333', 'salt', NULL, false, 'Region Kronoberg', t.title, '', 'Närvaro', \
             c.completed_on, c.recorded_at \
             FROM completion c JOIN training t ON t.id = c.training_id WHERE c.id = {id}"
        ))
        .await;
    "3333-3333-3333-3333-3333-3333-3333"
}
