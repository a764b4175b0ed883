//! National support, and what visitors answer about a page.

use super::{
    context::{loaders, viewer},
    organisation::{Organisation, OrganisationById},
    text::{Checked, check_text},
    user_error::{UserError, UserErrorCode},
};
use crate::guard::list_complexity;
use crate::{error::Result, language::Text, viewer::Viewer};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::{
    id::{OrganisationId, PageFeedbackId},
    kind::Role,
    organisation, page_feedback, support_resource,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};

/// National support for the work for children's rights, with its address. Public.
pub struct SupportResource(support_resource::Model);

/// National support for the work for children's rights, with its address. Public.
#[Object]
impl SupportResource {
    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The organisation that gives it.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let Some(id) = self.0.organisation_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(OrganisationById(id))
            .await?
            .map(Organisation))
    }

    /// Its address on the web.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// What the source says about it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When somebody last saw the address answer; null: never. Show it beside the address.
    async fn last_checked_on(&self) -> Option<NaiveDate> {
        self.0.last_checked_on
    }
}

/// What visitors have answered about one page.
#[derive(SimpleObject, FromQueryResult)]
pub struct PageFeedbackCount {
    /// The page, as its path.
    page: String,
    /// How many found what they were looking for.
    helpful: i64,
    /// How many did not.
    not_helpful: i64,
}

/// An answer to "did you find what you were looking for?".
#[derive(InputObject)]
pub struct SendPageFeedbackInput {
    /// The organisation whose page it is.
    organisation_id: OrganisationId,
    /// The page, as its path: `/stodstruktur/blekinge`; 1 to 200 characters.
    page: String,
    /// Yes or no.
    helpful: bool,
    /// What the visitor wants to add, up to 500 characters. No personal identity numbers.
    comment: Option<String>,
}

/// The thanks for an answer.
#[derive(SimpleObject)]
pub struct SendPageFeedbackPayload {
    /// Thanks to show to the visitor, in the language of `Accept-Language`; null when nothing was kept.
    message: Option<String>,
    /// What you can mend; nothing was kept if there is one.
    user_errors: Vec<UserError>,
}

/// Where to begin with support.
#[derive(Default)]
pub struct SupportQuery;

#[Object]
impl SupportQuery {
    /// National support for the work for children's rights, in Swedish alphabetical order. Public.
    #[graphql(complexity = "list_complexity(10, child_complexity)")]
    async fn support_resources(&self, ctx: &Context<'_>) -> Result<Vec<SupportResource>> {
        let query =
            support_resource::Entity::find().order_by_asc(support_resource::Column::SortName);
        Ok(viewer(ctx)
            .all(query)
            .await?
            .into_iter()
            .map(SupportResource)
            .collect())
    }

    /// What visitors have answered about your own organisation's pages, page by page. Empty for everybody else.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn page_feedback(&self, ctx: &Context<'_>) -> Result<Vec<PageFeedbackCount>> {
        use page_feedback::Column as F;
        let viewer = viewer(ctx);
        if viewer.organisation(Role::Member).is_none() {
            return Ok(Vec::new());
        }
        let of = |helpful: bool| Expr::case(F::Helpful.eq(helpful), 1).finally(0);
        let query = page_feedback::Entity::find()
            .select_only()
            .column(F::Page)
            .column_as(Expr::expr(of(true)).sum(), "helpful")
            .column_as(Expr::expr(of(false)).sum(), "not_helpful")
            .group_by(F::Page)
            .order_by_asc(F::Page)
            .limit(500);
        viewer.all_as(query).await
    }
}

/// What visitors can do.
#[derive(Default)]
pub struct SupportMutation;

#[Object]
impl SupportMutation {
    /// Sends an anonymous answer about a page to the organisation that owns it. No token is needed; nothing about
    /// the visitor is kept. Limited by rate. User errors: `NOT_FOUND`, `INVALID_VALUE`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn send_page_feedback(
        &self,
        ctx: &Context<'_>,
        input: SendPageFeedbackInput,
    ) -> Result<SendPageFeedbackPayload> {
        let viewer = viewer(ctx);
        let errors = check(viewer, &input).await?;
        if !errors.is_empty() {
            return Ok(SendPageFeedbackPayload {
                message: None,
                user_errors: errors,
            });
        }
        let row = page_feedback::ActiveModel {
            id: Set(PageFeedbackId::new()),
            organisation_id: Set(input.organisation_id),
            page: Set(input.page),
            helpful: Set(input.helpful),
            comment: Set(input.comment.filter(|comment| !comment.trim().is_empty())),
            created_at: Set(viewer.now()),
        };
        viewer.insert(row).await?;
        let thanks = Text::fixed("Tack för att du hjälper oss!", "Thank you for helping us!");
        Ok(SendPageFeedbackPayload {
            message: Some(thanks.in_language(viewer.language()).to_owned()),
            user_errors: Vec::new(),
        })
    }
}

async fn check(viewer: &Viewer, input: &SendPageFeedbackInput) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.page, &["page"], &mut errors);
    if let Some(comment) = &input.comment {
        check_text(Checked::Remark, comment, &["comment"], &mut errors);
    }
    let known = viewer
        .one(organisation::Entity::find_by_id(input.organisation_id))
        .await?;
    if known.is_none() {
        errors.push(UserError::new(UserErrorCode::NotFound, &["organisationId"]));
    }
    Ok(errors)
}
