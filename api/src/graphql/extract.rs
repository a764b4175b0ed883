//! Extracts of verified minutes ("Utdrag till"): sent to named recipients, who confirm the receipt.

mod sending;

pub use sending::ExtractMutation;

use super::{
    connection::{Nodes, connect},
    context::{loaders, viewer},
    group::{Group, GroupById},
    loader::{load_editable, load_many, load_one},
    meeting::{Meeting, MeetingById},
    minutes::{MinutedDecision, Minutes, MinutesById, minuted},
    organisation::{Organisation, OrganisationById},
    payload::payloads,
    person::{Person, PersonById},
    user_error::UserError,
};
use crate::{
    error::Result,
    guard::list_complexity,
    policy::{Policy, select},
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    extract_recipient,
    id::{ExtractId, MinutesId},
    minutes_extract,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};

load_one!(
    /// An extract by its id.
    ExtractById(ExtractId) => minutes_extract.Id (|row| Some(row.id))
);
load_many!(
    /// The extracts of an edition of minutes.
    ExtractsOf(MinutesId) => minutes_extract.MinutesId (minutes_id), order SentAt, Id
);
load_many!(
    /// For whom an extract is.
    RecipientsOf(ExtractId) => extract_recipient.ExtractId (extract_id), order Id
);

load_editable!(
    /// Whether the viewer may confirm the receipt of an extract.
    Confirmable(ExtractId) => extract_recipient.ExtractId (extract_id)
);

/// An extract of verified minutes.
pub struct MinutesExtract(pub minutes_extract::Model);

/// An extract of verified minutes (utdrag): what stands in it stood in them, word for word. Seen by the members of the group
/// whose minutes they are, and by those it was sent to: coordinators of an organisation, members of another group.
#[Object]
impl MinutesExtract {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The name of the group whose minutes they are, as it was when the extract was sent.
    async fn group_name(&self) -> &str {
        &self.0.group_name
    }

    /// The group; null if you do not see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.0.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// The meeting; null if you do not see it.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let key = MeetingById(self.0.meeting_id);
        Ok(loaders(ctx).load_one(key).await?.map(Meeting))
    }

    /// The minutes; null if you do not see them.
    async fn minutes(&self, ctx: &Context<'_>) -> Result<Option<Minutes>> {
        let key = MinutesById(self.0.minutes_id);
        Ok(loaders(ctx).load_one(key).await?.map(Minutes))
    }

    /// When the meeting began.
    async fn held_at(&self) -> DateTime<Utc> {
        self.0.held_at
    }

    /// The passage of the text, plain; empty where it holds decisions only.
    async fn text(&self) -> &str {
        &self.0.body
    }

    /// The decisions in it, by number.
    #[graphql(complexity = "list_complexity(3, child_complexity)")]
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn decisions(&self) -> Result<Vec<MinutedDecision>> {
        minuted(Some(&self.0.decisions))
    }

    /// For whom it is, with the receipts. For members of the group whose minutes they are all; a recipient sees itself.
    #[graphql(complexity = "list_complexity(3, child_complexity)")]
    async fn recipients(&self, ctx: &Context<'_>) -> Result<Vec<ExtractRecipient>> {
        let rows = loaders(ctx).load_one(RecipientsOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(ExtractRecipient).collect())
    }

    /// For which organisation it was sent.
    async fn sent_by_organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Who sent it; null for a service, and if you may not see the person. Reading somebody else's name is written to the
    /// audit log.
    async fn sent_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(sent_by) = self.0.sent_by else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(PersonById(sent_by))
            .await?
            .map(Person))
    }

    /// When it was sent.
    async fn sent_at(&self) -> DateTime<Utc> {
        self.0.sent_at
    }

    /// Whether you can confirm the receipt with `confirmExtract`: coordinators of an organisation that it is for, those who keep
    /// the papers of a group that it is for; once.
    async fn viewer_can_confirm(&self, ctx: &Context<'_>) -> Result<bool> {
        let found = loaders(ctx).load_one(Confirmable(self.0.id)).await?;
        Ok(found.is_some())
    }
}

/// For whom an extract is.
pub struct ExtractRecipient(extract_recipient::Model);

/// For whom an extract is, an organisation or a group such as a board, and the receipt. Seen by the members of the group
/// whose minutes they are, and by the recipient.
#[Object]
impl ExtractRecipient {
    /// The organisation; null where it is for a group.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let Some(organisation) = self.0.organisation_id else {
            return Ok(None);
        };
        let key = OrganisationById(organisation);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The group; null where it is for an organisation, and if you do not see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let Some(group) = self.0.group_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(GroupById(group)).await?.map(Group))
    }

    /// When the receipt was confirmed; null as long as it is not.
    async fn received_at(&self) -> Option<DateTime<Utc>> {
        self.0.received_at
    }

    /// Who confirmed it; null before that, for a service, and if you may not see the person. Reading somebody else's name is
    /// written to the audit log.
    async fn received_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(received_by) = self.0.received_by else {
            return Ok(None);
        };
        let key = PersonById(received_by);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }
}

/// The extracts that were sent to an organisation or a group, latest first.
pub(super) async fn extracts_for(
    ctx: &Context<'_>,
    recipient: Condition,
    confirmed: Option<bool>,
    arguments: &PageArguments,
) -> Result<Nodes<MinutesExtract>> {
    use extract_recipient::Column as R;
    use minutes_extract::Column as E;
    let confirmed = confirmed.map(|confirmed| {
        if confirmed {
            R::ReceivedAt.is_not_null()
        } else {
            R::ReceivedAt.is_null()
        }
    });
    // Among the recipients that the viewer may know: to whom else an extract went is not told by what is found.
    let which = Condition::all()
        .add(extract_recipient::Entity::visible(viewer(ctx)))
        .add(recipient)
        .add_option(confirmed);
    let query =
        minutes_extract::Entity::find()
            .filter(E::Id.in_subquery(select::<extract_recipient::Entity>(R::ExtractId, which)));
    let order = Ordering {
        name: "extract",
        key: Expr::col((minutes_extract::Entity, E::SentAt)),
        kind: KeyKind::Instant,
        id: E::Id,
        descending: true,
    };
    connect(ctx, query, &order, arguments, MinutesExtract).await
}

/// What came of a mutation on an extract.
pub(super) struct ExtractOutcome {
    extract: Option<MinutesExtract>,
    user_errors: Vec<UserError>,
}

payloads! {
    ExtractOutcome {
        /// The extract; null when nothing was changed.
        extract: MinutesExtract
    }:
    /// The extract that was sent.
    SendExtractPayload,
    /// The extract whose receipt was confirmed.
    ConfirmExtractPayload,
}

impl ExtractOutcome {
    async fn of(ctx: &Context<'_>, outcome: Result<ExtractId, Vec<UserError>>) -> Result<Self> {
        Ok(match outcome {
            Ok(id) => Self {
                extract: loaders(ctx)
                    .load_one(ExtractById(id))
                    .await?
                    .map(MinutesExtract),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self {
                extract: None,
                user_errors,
            },
        })
    }
}
