//! The terms that decide who gets a seat, noted in the ledger whenever they have changed: with them the order in
//! line can be explained from the ledger alone.

use super::{Act, Book};
use crate::domain::seats::{self, Capacity, KindQuota, OrganisationKey, Quota};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use entity::kind::{OccasionStatus, OrganisationKind};
use serde::{Deserialize, Serialize};

/// What was agreed about an occasion's seats at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// How many seats there are.
    pub capacity: i32,
    /// When the occasion begins: nobody moves up from then on.
    pub starts_at: DateTime<Utc>,
    /// Whether it is cancelled: nobody moves up.
    pub cancelled: bool,
    /// The agreed quotas of organisations; those without are left out.
    pub quotas: Vec<Share>,
    /// The agreed quotas of kinds of organisations.
    pub kinds: Vec<KindShare>,
    /// Organisations whose agreement has ended, of those that have a quota or stand in line.
    pub ended: Vec<OrganisationKey>,
}

/// What one organisation is promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// The organisation.
    pub organisation: OrganisationKey,
    /// Its kind.
    pub kind: Option<OrganisationKind>,
    /// The seats kept for it until the release.
    pub guaranteed: u32,
    /// The seats that it may have at most.
    pub maximum: Option<u32>,
    /// When its unused guarantee is released.
    pub release_at: Option<DateTime<Utc>>,
}

/// What the organisations of one kind are promised together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindShare {
    /// The kind.
    pub kind: OrganisationKind,
    /// The seats kept for them until the release.
    pub guaranteed: u32,
    /// The seats that they may have at most.
    pub maximum: Option<u32>,
    /// When their unused guarantee is released.
    pub release_at: Option<DateTime<Utc>>,
}

/// Terms, and from which movement on they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotedTerms {
    /// The number of the latest movement before.
    pub number: i32,
    /// When they were noted.
    pub at: DateTime<Utc>,
    /// The terms as JSON.
    pub terms: String,
}

impl Terms {
    /// The seats under these terms, with what is taken by each organisation in `before`.
    #[must_use]
    pub fn apply(&self, before: &seats::Occasion) -> seats::Occasion {
        let mut quotas: Vec<Quota> = before
            .quotas
            .iter()
            .map(|quota| Quota {
                taken: quota.taken,
                ..Quota::open(quota.organisation)
            })
            .collect();
        let mut kind_of = before.kind_of.clone();
        for share in &self.quotas {
            kind_of.extend(share.kind.map(|kind| (share.organisation, kind)));
            let taken = quotas
                .iter()
                .find(|quota| quota.organisation == share.organisation)
                .map_or(0, |quota| quota.taken);
            quotas.retain(|quota| quota.organisation != share.organisation);
            quotas.push(Quota {
                organisation: share.organisation,
                guaranteed: share.guaranteed,
                maximum: share.maximum,
                release_at: share.release_at,
                taken,
            });
        }
        seats::Occasion {
            // A capacity that was stored has been one.
            capacity: Capacity::try_from(self.capacity).unwrap_or_default(),
            quotas,
            kinds: self
                .kinds
                .iter()
                .map(|share| KindQuota {
                    kind: share.kind,
                    guaranteed: share.guaranteed,
                    maximum: share.maximum,
                    release_at: share.release_at,
                })
                .collect(),
            kind_of,
            ended: self.ended.iter().copied().collect(),
        }
    }
}

impl Book {
    /// Notes the terms before something happens under them, if the ledger does not know them yet.
    pub(super) fn note_terms(&mut self, act: Act) {
        let terms = serde_json::to_string(&self.terms())
            .expect("terms hold numbers, names and times, which JSON can always write");
        let fingerprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, terms.as_bytes()));
        if self.occasion.terms.as_ref() == Some(&fingerprint) {
            return;
        }
        self.occasion.terms = Some(fingerprint);
        let number = self.occasion.movements;
        // Terms under which nothing happened need no explanation.
        self.noted.retain(|noted| noted.number != number);
        self.noted.push(NotedTerms {
            number,
            at: act.at,
            terms,
        });
    }

    fn terms(&self) -> Terms {
        let agreed = self
            .seats
            .quotas
            .iter()
            .filter(|quota| quota.guaranteed > 0 || quota.maximum.is_some());
        let mut quotas: Vec<Share> = agreed
            .map(|quota| Share {
                organisation: quota.organisation,
                kind: self.seats.kind_of.get(&quota.organisation).copied(),
                guaranteed: quota.guaranteed,
                maximum: quota.maximum,
                release_at: quota.release_at,
            })
            .collect();
        quotas.sort_by_key(|share| share.organisation);
        let mut kinds: Vec<KindShare> = self
            .seats
            .kinds
            .iter()
            .map(|quota| KindShare {
                kind: quota.kind,
                guaranteed: quota.guaranteed,
                maximum: quota.maximum,
                release_at: quota.release_at,
            })
            .collect();
        kinds.sort_by_key(|share| share.kind);
        Terms {
            capacity: self.occasion.capacity,
            starts_at: self.occasion.starts_at,
            cancelled: self.occasion.status == OccasionStatus::Cancelled,
            quotas,
            kinds,
            ended: self.seats.ended.iter().copied().collect(),
        }
    }
}
