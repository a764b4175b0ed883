//! Certificates: what somebody who has completed a training passes on, and what anybody with the code learns.

mod issuing;
mod keeping;

pub use issuing::IssueMutation;
pub use keeping::KeepingMutation;

use super::{
    connection::{Nodes, connect, cost},
    context::{loaders, viewer},
    loader::{Loaders, load_one},
    organisation::{Organisation, OrganisationById},
    person::{Person, PersonById},
};
use crate::{
    certificate::{Certificates, Facts, Organiser},
    disclosure,
    domain::certificate::{CertificateStatus, Code, Revocation, naming, status},
    error::{Error, Result},
    viewer::{
        certificate::{Checked, Standing, validity},
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, ID, Object, dataloader::Loader};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    certificate,
    id::{CertificateId, CompletionId, TrainingId},
    kind::{RevocationReason, Role},
};
use futures_util::future::try_join;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::{collections::HashMap, sync::Arc};

load_one!(
    /// A certificate by its id.
    CertificateById(CertificateId) => certificate.Id (|row| Some(row.id))
);

load_one!(
    /// The certificate of a completion that has not been taken back.
    CertificateOf(CompletionId) => certificate.CompletionId (|row| row.revoked_at.is_none().then_some(row.completion_id))
);

/// How a certificate stands by what is decided elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct StandingOf(CertificateId);

impl Loader<StandingOf> for Loaders {
    type Value = Standing;
    type Error = Error;

    async fn load(&self, keys: &[StandingOf]) -> Result<HashMap<StandingOf, Standing>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let standings = self.viewer.certificate_standings(&ids).await?;
        Ok(standings
            .into_iter()
            .map(|(id, standing)| (StandingOf(id), standing))
            .collect())
    }
}

/// The order of every list of certificates.
pub(super) fn latest_first(name: &'static str) -> Ordering<certificate::Entity> {
    Ordering {
        name,
        key: Expr::col((certificate::Entity, certificate::Column::IssuedAt)),
        kind: KeyKind::Instant,
        id: certificate::Column::Id,
        descending: true,
    }
}

fn certificates<'a>(ctx: &Context<'a>) -> &'a Certificates {
    ctx.data_unchecked::<Arc<Certificates>>()
}

/// A certificate of a completed training.
#[derive(Clone)]
pub struct Certificate(pub certificate::Model);

impl Certificate {
    async fn standing(&self, ctx: &Context<'_>) -> Result<Standing> {
        let found = loaders(ctx).load_one(StandingOf(self.0.id)).await?;
        found.ok_or_else(|| Error::internal("a certificate has no holder"))
    }

    fn code(&self) -> Code {
        Code::from_stored(&self.0.code)
    }
}

/// A certificate of a completed training. You see your own; coordinators of the organisation that issued it see it
/// too. Everybody else learns with the code what `certificate` answers.
#[Object]
impl Certificate {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The code by which anybody can check it, in groups of four characters. Whoever has it sees the training, the
    /// organiser, the dates, and the holder as far as `showsName` says.
    #[graphql(name = "code")]
    async fn shown_code(&self) -> String {
        self.code().to_string()
    }

    /// The page on the web where anybody can check it: what the holder passes on.
    async fn url(&self, ctx: &Context<'_>) -> String {
        certificates(ctx).address(&self.code())
    }

    /// Whether it holds now. It is revoked too when the completion behind it was withdrawn.
    async fn status(&self, ctx: &Context<'_>) -> Result<CertificateStatus> {
        let revocation = self.standing(ctx).await?.revocation(&self.0);
        let (from, until) = validity(&self.0);
        Ok(status(from, until, revocation, viewer(ctx).now()))
    }

    /// The training's title when it was issued.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Who stands behind it: the accountable organiser when it was issued.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.issuer_organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Whose it is; null if you may not see the person. Reading the name is written to the audit log.
    async fn holder(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// The day on which the training was completed.
    async fn completed_on(&self) -> NaiveDate {
        self.0.completed_on
    }

    /// The last day on which it holds; null: for good.
    async fn valid_until(&self) -> Option<NaiveDate> {
        self.0.valid_until
    }

    /// When it was issued.
    async fn issued_at(&self) -> DateTime<Utc> {
        self.0.issued_at
    }

    /// Whether whoever has the code, and the signed file, is shown the holder's whole name; else it is initials on
    /// the page and a salted hash in the file. The holder decides. Of a person with protected identity nothing is
    /// shown in either case.
    async fn shows_name(&self) -> bool {
        self.0.shows_name
    }

    /// When it was taken back; null while it stands, also when the completion was withdrawn.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }

    /// Why it was taken back. Never shown to those who only have the code.
    async fn revocation_reason(&self) -> Option<RevocationReason> {
        self.0.revocation_reason
    }

    /// What was said about that. Never shown to those who only have the code.
    async fn revocation_note(&self) -> Option<&str> {
        self.0.revocation_note.as_deref()
    }

    /// The certificate as a file to keep: an Open Badges 3.0 credential, signed as a JWT (ES256) by a key that is
    /// published at `/.well-known/certificate-keys.json`. It can be checked without asking this service, except
    /// whether it has been revoked. Null for a revoked one, and where the operator has named no key.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let row = &self.0;
        let key = OrganisationById(row.issuer_organisation_id);
        // Both at once, so that each is loaded together with what other fields ask for.
        let (standing, issuer) = try_join(self.standing(ctx), loaders(ctx).load_one(key)).await?;
        if standing.revocation(row) == Revocation::Revoked {
            return Ok(None);
        }
        let naming = naming(row.shows_name, standing.protected_identity);
        let (valid_from, valid_until) = validity(row);
        let facts = Facts {
            code: &self.code(),
            organiser: Organiser {
                id: row.issuer_organisation_id,
                name: &row.issuer_name,
                website: issuer.as_ref().and_then(|issuer| issuer.website.as_deref()),
            },
            training: row.training_id,
            title: &row.title,
            description: &row.description,
            criteria: &row.criteria,
            valid_from,
            valid_until,
            issued_at: row.issued_at,
            holder: disclosure::in_certificate(viewer(ctx), row, naming),
        };
        Ok(certificates(ctx).sign(&facts))
    }

    /// Whether you may revoke it now: nobody has, and it is your own or of an organisation that you are a coordinator
    /// of. Also where the completion was withdrawn, which revokes it anyhow.
    async fn viewer_can_revoke(&self) -> bool {
        // Who sees a certificate is one of the two.
        self.0.revoked_at.is_none()
    }

    /// Whether you may have the whole name shown on it: nobody has revoked it, it is your own, and you do not have
    /// protected identity.
    async fn viewer_can_show_name(&self, ctx: &Context<'_>) -> Result<bool> {
        if viewer(ctx).person() != Some(self.0.person_id) || self.0.revoked_at.is_some() {
            return Ok(false);
        }
        Ok(!self.standing(ctx).await?.protected_identity)
    }
}

/// What anybody learns who has the code of a certificate.
pub struct CertificateCheck(Checked);

/// What anybody learns who has the code of a certificate: that it is genuine and whether it holds, and no more of
/// its holder than the holder wants.
#[Object]
impl CertificateCheck {
    /// Whether it holds now.
    async fn status(&self) -> CertificateStatus {
        self.0.status
    }

    /// The training's title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The name of the organisation that stands behind it.
    async fn issuer_name(&self) -> &str {
        &self.0.issuer_name
    }

    /// The day on which the training was completed.
    async fn completed_on(&self) -> NaiveDate {
        self.0.completed_on
    }

    /// The last day on which it holds; null: for good.
    async fn valid_until(&self) -> Option<NaiveDate> {
        self.0.valid_until
    }

    /// The holder's initials, or the name if the holder has chosen so. Null for a person with protected identity, for
    /// somebody whose data has been erased, and for a revoked certificate.
    async fn holder(&self) -> Option<&str> {
        self.0.holder.as_deref()
    }
}

/// Where to begin with certificates.
#[derive(Default)]
pub struct CertificateQuery;

#[Object]
impl CertificateQuery {
    /// Checks a certificate by its code, as it is written on it; hyphens, spaces and small letters do not matter. For
    /// everybody, without a token. Null if there is none with this code.
    async fn certificate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code.")] code: String,
    ) -> Result<Option<CertificateCheck>> {
        let Some(code) = Code::parse(&code) else {
            return Ok(None);
        };
        let checked = viewer(ctx).check_certificate(&code).await?;
        Ok(checked.map(CertificateCheck))
    }

    /// The certificates that your own organisation has issued, latest first. For its coordinators; `FORBIDDEN` for
    /// others, `UNAUTHENTICATED` without a token.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn issued_certificates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those for this training.")] training_id: Option<TrainingId>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Certificate>> {
        use certificate::Column as C;
        let acting = viewer(ctx).signed_in()?;
        if acting.role < Role::Coordinator {
            return Err(Error::Forbidden);
        }
        let mut query =
            certificate::Entity::find().filter(C::IssuerOrganisationId.eq(acting.organisation));
        if let Some(training) = training_id {
            query = query.filter(C::TrainingId.eq(training));
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let order = latest_first("issued certificate");
        connect(ctx, query, &order, &arguments, Certificate).await
    }
}
