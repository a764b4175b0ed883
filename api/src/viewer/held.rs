//! What is held about people: one row for each column of the database that refers to a person. The export, the
//! erasure and the retention job all go by this table, and a test holds it against the schema of both databases.

use super::Viewer;
use crate::{
    error::{Error, Result},
    policy::select,
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry, calendar_feed, council_issue,
    id::{MeetingId, OrganisationId, PersonId, SignUpId, SignUpRequestId},
    kind::Role,
    meeting_attendance, meeting_minutes, membership, requested_need, seat_movement, sign_up,
    sign_up_request, training_occasion, training_organiser,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, UnionType},
};
use std::collections::HashMap;

/// A column that refers to a person.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What the person is in the row.
    pub who: Who,
    /// Which rows an organisation may call its own: by any of these.
    pub own_by: &'static [Own],
    /// The column that holds the sign-up that the row hangs on: it loses the person together with it.
    pub sign_up: Option<&'static str>,
    /// Where it stands in the export of all that is held about a person.
    pub export: Export,
}

/// What a person is in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whom it is about.
    Subject,
    /// Who did it.
    Actor,
}

/// How a row tells whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// It names the organisation in this column.
    Organisation(&'static str),
    /// This column holds a sign-up, which names the organisation.
    SignUp(&'static str),
    /// This column holds an occasion, of whose training the organisation is an organiser.
    Occasion(&'static str),
}

/// Where something stands in the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// Under this name.
    Under(&'static str),
    /// As a number under `rowsMadeByThePerson`: the row itself is about somebody else.
    Counted,
    /// Nowhere, and why.
    Not(&'static str),
}

const ORGANISATION: &[Own] = &[Own::Organisation("organisation_id")];

const fn subject(table: &'static str, own_by: &'static [Own], section: &'static str) -> Held {
    Held {
        table,
        column: "person_id",
        who: Who::Subject,
        own_by,
        sign_up: None,
        export: Export::Under(section),
    }
}

const fn actor(table: &'static str, column: &'static str, own_by: &'static [Own]) -> Held {
    Held {
        table,
        column,
        who: Who::Actor,
        own_by,
        sign_up: None,
        export: Export::Counted,
    }
}

impl Held {
    const fn with_sign_up(mut self, column: &'static str) -> Self {
        self.sign_up = Some(column);
        self
    }
}

/// Every column that refers to a person. Whoever adds one to the database adds it here: an erasure hands it over
/// to the pseudonym, and an actor's column is counted in the export; what is about somebody is written into the
/// export's document by hand, in `graphql/personal_data/document.rs`.
pub const HELD: &[Held] = &[
    subject("membership", ORGANISATION, "memberships"),
    subject("sign_up", ORGANISATION, "signUps").with_sign_up("id"),
    actor("sign_up", "created_by", ORGANISATION).with_sign_up("id"),
    actor(
        "seat_movement",
        "actor_id",
        &[
            Own::Organisation("organisation_id"),
            Own::Occasion("occasion_id"),
        ],
    )
    .with_sign_up("sign_up_id"),
    subject("attendance", &[Own::SignUp("sign_up_id")], "signUps").with_sign_up("sign_up_id"),
    actor("attendance", "recorded_by", &[Own::Occasion("occasion_id")]).with_sign_up("sign_up_id"),
    subject("attendance_change", &[Own::SignUp("sign_up_id")], "signUps")
        .with_sign_up("sign_up_id"),
    actor(
        "attendance_change",
        "actor_id",
        &[Own::Organisation("actor_organisation_id")],
    )
    .with_sign_up("sign_up_id"),
    subject("check_in_right", ORGANISATION, "checkInRights"),
    actor("check_in_right", "granted_by", ORGANISATION),
    actor("check_in_right", "revoked_by", ORGANISATION),
    // A completion is valid for longer than the sign-up is kept; it has a retention rule of its own.
    subject("completion", ORGANISATION, "completions"),
    actor(
        "completion",
        "recorded_by",
        &[
            Own::Organisation("organisation_id"),
            Own::Occasion("occasion_id"),
        ],
    ),
    actor(
        "completion",
        "withdrawn_by",
        &[
            Own::Organisation("organisation_id"),
            Own::Occasion("occasion_id"),
        ],
    ),
    subject("certificate", ORGANISATION, "certificates"),
    subject("notice", ORGANISATION, "notices").with_sign_up("sign_up_id"),
    subject("sign_up_request", ORGANISATION, "signUpRequests").with_sign_up("sign_up_id"),
    actor("sign_up_request", "decided_by", ORGANISATION).with_sign_up("sign_up_id"),
    Held {
        export: Export::Under("approvesSignUps"),
        ..actor("sign_up_approver", "approver_id", ORGANISATION)
    },
    Held {
        export: Export::Under("approvesSignUps"),
        ..actor("sign_up_approver", "deputy_id", ORGANISATION)
    },
    subject("appointment", ORGANISATION, "appointments"),
    actor("appointment", "proposed_by", ORGANISATION),
    actor("appointment", "confirmed_by", ORGANISATION),
    subject("unit_manager", ORGANISATION, "unitsManaged"),
    actor("unit_manager", "recorded_by", ORGANISATION),
    actor("coverage_aim", "set_by", ORGANISATION),
    Held {
        own_by: &[Own::Organisation("appointed_by_organisation_id")],
        ..subject("seat_holder", ORGANISATION, "seatsHeld")
    },
    actor(
        "seat_holder",
        "appointed_by",
        &[Own::Organisation("appointed_by_organisation_id")],
    ),
    subject("group_member", ORGANISATION, "groupsJoined"),
    subject("group_notice", ORGANISATION, "groupNotices"),
    subject("meeting_absence", ORGANISATION, "absencesAnnounced"),
    subject("meeting_substitution", ORGANISATION, "substitutions"),
    subject("meeting_attendance", ORGANISATION, "meetingsAttended"),
    // The line that sealed minutes name the verifier by stays: they are a record of the public (decision 25).
    subject("minutes_verifier", ORGANISATION, "minutesVerified"),
    actor("minutes_version", "author_id", ORGANISATION),
    subject("council_issue", ORGANISATION, "issuesRaised"),
    subject("calendar_feed", ORGANISATION, "calendarFeeds"),
    actor("meeting_credit", "agreed_by", ORGANISATION),
    subject("initiative_contact", ORGANISATION, "initiativesContactFor"),
    actor("action_report", "author_id", ORGANISATION),
    actor("minutes_extract", "sent_by", ORGANISATION),
    actor(
        "extract_recipient",
        "received_by",
        &[Own::Organisation("receiving_organisation_id")],
    ),
    // Without what the document is called: that is for whoever may read the papers now.
    Held {
        export: Export::Under("documentsUploaded"),
        ..actor("document", "uploaded_by", ORGANISATION)
    },
    actor(
        "agenda_item",
        "proposed_by",
        &[Own::Organisation("proposed_by_organisation_id")],
    ),
    // Its entries about a sign-up stand in the logs of several organisations, and lose the person with it.
    subject("audit_entry", ORGANISATION, "logAboutThePerson"),
    Held {
        export: Export::Under("logOfThePerson"),
        ..actor("audit_entry", "actor_id", ORGANISATION)
    },
    Held {
        export: Export::Not("once it stands there, nobody can be found by the id"),
        ..subject("erasure", &[], "")
    },
];

/// Tables that are about a person through another row: where they stand in the export, which an erasure need not
/// touch, or touches by hand.
pub const HELD_THROUGH: &[(&str, &str)] = &[
    (
        "participant_need.sign_up_id",
        "under `signUps`; an erasure removes it",
    ),
    (
        "seat_movement.sign_up_id",
        "under `signUps`; it names nobody",
    ),
    ("attendance.sign_up_id", "under `signUps`"),
    ("attendance_change.sign_up_id", "under `signUps`"),
    ("completion.sign_up_id", "under `completions`"),
    ("certificate.completion_id", "under `certificates`"),
    ("notice.sign_up_id", "under `notices`"),
    ("notice.request_id", "under `notices`"),
    ("sign_up_request.sign_up_id", "under `signUpRequests`"),
    ("appointment_trained.appointment_id", "under `appointments`"),
    (
        "requested_need.request_id",
        "under `signUpRequests`, to the person only, and under `signUps` once the request is approved; an erasure removes it",
    ),
];

/// From when to when the logs are wanted: all of them, unless the document becomes too large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

impl Span {
    fn of(self, at: audit_entry::Column) -> Condition {
        Condition::all()
            .add_option(self.from.map(|from| at.gte(from)))
            .add_option(self.until.map(|until| at.lt(until)))
    }
}

/// A verified edition of a meeting's minutes.
#[derive(Clone, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Edition {
    /// The meeting.
    pub meeting_id: MeetingId,
    /// Its number.
    pub edition: i32,
    /// Since when it never changes.
    pub sealed_at: DateTime<Utc>,
}

/// How many rows of one kind a person made.
#[derive(Clone, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Made {
    /// The table and the column.
    pub what: String,
    /// How many rows.
    pub number: i64,
}

impl Held {
    /// The rows of the column that refer to the person and that the organisation may call its own.
    pub(super) fn rows(&self, person: PersonId, organisation: OrganisationId) -> Condition {
        let mut whose = Condition::any();
        for own in self.own_by {
            whose = match *own {
                Own::Organisation(column) => {
                    whose.add(Expr::col(Alias::new(column)).eq(organisation))
                }
                Own::SignUp(column) => {
                    let sign_ups = select::<sign_up::Entity>(
                        sign_up::Column::Id,
                        Condition::all().add(sign_up::Column::OrganisationId.eq(organisation)),
                    );
                    whose.add(Expr::col(Alias::new(column)).in_subquery(sign_ups))
                }
                Own::Occasion(column) => {
                    whose.add(Expr::col(Alias::new(column)).in_subquery(organised_by(organisation)))
                }
            };
        }
        Condition::all()
            .add(Expr::col(Alias::new(self.column)).eq(person))
            .add(whose)
    }
}

fn organised_by(organisation: OrganisationId) -> SelectStatement {
    let trainings = select::<training_organiser::Entity>(
        training_organiser::Column::TrainingId,
        Condition::all().add(training_organiser::Column::OrganisationId.eq(organisation)),
    );
    select::<training_occasion::Entity>(
        training_occasion::Column::Id,
        Condition::all().add(training_occasion::Column::TrainingId.in_subquery(trainings)),
    )
}

impl Viewer {
    /// Whether the viewer may have all that is held about a person: the person, and administrators for what
    /// their own organisation holds.
    pub fn may_export(&self, person: PersonId) -> Result<()> {
        let acting = self.signed_in()?;
        if acting.role >= Role::Administrator || acting.person == Some(person) {
            return Ok(());
        }
        Err(Error::Forbidden)
    }

    /// What the audit logs say about the person: the log of the viewer's organisation; and, to the person, those
    /// of other organisations, unless the person belongs to them, where the person asks them.
    pub async fn log_about(&self, person: PersonId, span: Span) -> Result<Vec<audit_entry::Model>> {
        use audit_entry::Column as A;
        self.may_export(person)?;
        let own = self.signed_in()?.organisation;
        let mut whose = Condition::any().add(A::OrganisationId.eq(own));
        if self.person() == Some(person) {
            let theirs = Condition::all().add(membership::Column::PersonId.eq(person));
            let theirs = select::<membership::Entity>(membership::Column::OrganisationId, theirs);
            whose = whose.add(A::OrganisationId.not_in_subquery(theirs));
        }
        Ok(audit_entry::Entity::find()
            .filter(A::PersonId.eq(person))
            .filter(whose)
            .filter(span.of(A::At))
            .order_by_asc(A::At)
            .order_by_asc(A::Id)
            .all(&self.db.reader())
            .await?)
    }

    /// What the log of the viewer's organisation says that the person did about anybody.
    pub async fn log_of(&self, person: PersonId, span: Span) -> Result<Vec<audit_entry::Model>> {
        use audit_entry::Column as A;
        self.may_export(person)?;
        Ok(audit_entry::Entity::find()
            .filter(A::ActorId.eq(person))
            .filter(A::OrganisationId.eq(self.signed_in()?.organisation))
            .filter(span.of(A::At))
            .order_by_asc(A::At)
            .order_by_asc(A::Id)
            .all(&self.db.reader())
            .await?)
    }

    /// The issues that the person raised to councils for the viewer's organisation. Nobody there sees them otherwise: an
    /// administrator is to be told that there are some, and not what they say.
    pub async fn issues_raised_by(&self, person: PersonId) -> Result<Vec<council_issue::Model>> {
        use council_issue::Column as I;
        self.may_export(person)?;
        Ok(council_issue::Entity::find()
            .filter(I::PersonId.eq(person))
            .filter(I::OrganisationId.eq(self.signed_in()?.organisation))
            .order_by_asc(I::RaisedAt)
            .order_by_asc(I::Id)
            .all(&self.db.reader())
            .await?)
    }

    /// What the viewer's own person has said that it will need, by the open request: nobody else is told before the request
    /// is approved, and then the organiser only.
    pub async fn own_requested_needs(
        &self,
        person: PersonId,
    ) -> Result<HashMap<SignUpRequestId, requested_need::Model>> {
        use sign_up_request::Column as R;
        if self.person() != Some(person) {
            return Ok(HashMap::new());
        }
        let own = Condition::all()
            .add(R::PersonId.eq(person))
            .add(R::OrganisationId.eq(self.signed_in()?.organisation));
        let own = select::<sign_up_request::Entity>(R::Id, own);
        let rows = requested_need::Entity::find()
            .filter(requested_need::Column::RequestId.in_subquery(own))
            .all(&self.db.reader())
            .await?;
        Ok(rows.into_iter().map(|row| (row.request_id, row)).collect())
    }

    /// The verified minutes of the meetings at which the viewer's organisation has the person's attendance: they keep the
    /// name, also from whoever may not read them.
    pub async fn sealed_editions_of(&self, person: PersonId) -> Result<Vec<Edition>> {
        use meeting_attendance::Column as A;
        use meeting_minutes::Column as M;
        self.may_export(person)?;
        let there = Condition::all()
            .add(A::PersonId.eq(person))
            .add(A::OrganisationId.eq(self.signed_in()?.organisation));
        Ok(meeting_minutes::Entity::find()
            .select_only()
            .columns([M::MeetingId, M::Edition, M::SealedAt])
            .filter(
                M::MeetingId.in_subquery(select::<meeting_attendance::Entity>(A::MeetingId, there)),
            )
            .filter(M::SealedAt.is_not_null())
            .order_by_asc(M::SealedAt)
            .order_by_asc(M::Id)
            .into_model()
            .all(&self.db.reader())
            .await?)
    }

    /// The calendar feeds that the person has for the viewer's organisation.
    pub async fn calendar_feeds_of(&self, person: PersonId) -> Result<Vec<calendar_feed::Model>> {
        use calendar_feed::Column as F;
        self.may_export(person)?;
        Ok(calendar_feed::Entity::find()
            .filter(F::PersonId.eq(person))
            .filter(F::OrganisationId.eq(self.signed_in()?.organisation))
            .order_by_asc(F::CreatedAt)
            .order_by_asc(F::Id)
            .all(&self.db.reader())
            .await?)
    }

    /// The ledger's rows of sign-ups that the viewer holds, in their order.
    pub async fn movements_of(
        &self,
        sign_ups: &[sign_up::Model],
    ) -> Result<Vec<seat_movement::Model>> {
        use seat_movement::Column as M;
        let ids: Vec<SignUpId> = sign_ups.iter().map(|row| row.id).collect();
        Ok(seat_movement::Entity::find()
            .filter(M::SignUpId.is_in(ids))
            .order_by_asc(M::OccasionId)
            .order_by_asc(M::Number)
            .all(&self.db.reader())
            .await?)
    }

    /// How many rows of each kind the person made for the viewer's organisation, in one statement.
    pub async fn rows_made_by(&self, person: PersonId) -> Result<Vec<Made>> {
        use sea_orm::FromQueryResult;
        self.may_export(person)?;
        let own = self.signed_in()?.organisation;
        let mut counts = HELD
            .iter()
            .filter(|held| held.export == Export::Counted)
            .map(|held| {
                Query::select()
                    .expr_as(
                        Expr::val(format!("{}.{}", held.table, held.column)).cast_as("text"),
                        "what",
                    )
                    .expr_as(Expr::col(Alias::new(held.column)).count(), "number")
                    .from(Alias::new(held.table))
                    .cond_where(held.rows(person, own))
                    .to_owned()
            });
        let Some(mut all) = counts.next() else {
            return Ok(Vec::new());
        };
        for count in counts {
            all.union(UnionType::All, count);
        }
        let rows = self.db.reader().query_all(&all).await?;
        let rows: Result<Vec<Made>, _> = rows
            .iter()
            .map(|row| Made::from_query_result(row, ""))
            .collect();
        Ok(rows?)
    }
}
