//! Who is told what the seat book has done: whatever came upon a sign-up that its own people did not do.

use super::SeatBook;
use crate::{error::Result, viewer::notice::New};
use entity::{
    id::SignUpId,
    kind::{MovementCause, NoticeKind},
    sign_up,
};
use std::collections::BTreeMap;

/// What those whom a movement concerns are told; none for what they, or their own organisation, did themselves.
const fn tells(cause: MovementCause) -> Option<NoticeKind> {
    match cause {
        MovementCause::Promotion => Some(NoticeKind::Promoted),
        MovementCause::Removal => Some(NoticeKind::Removed),
        MovementCause::Cancellation => Some(NoticeKind::Cancelled),
        MovementCause::HoldExpired => Some(NoticeKind::HoldExpired),
        MovementCause::Offer => Some(NoticeKind::Offered),
        MovementCause::OfferExpired => Some(NoticeKind::OfferExpired),
        MovementCause::SignUp
        | MovementCause::Withdrawal
        | MovementCause::Replacement
        | MovementCause::OfferAccepted
        | MovementCause::OfferDeclined
        // The place in line stands: why others came first is read from the ledger by whoever asks.
        | MovementCause::PassedOver
        | MovementCause::KeptInLine => None,
    }
}

impl SeatBook<'_> {
    /// Writes the notices of this book's movements into the outbox, in one statement.
    pub(super) async fn write_notices(&self) -> Result<()> {
        // Only those that were there before: who has just been signed up sees the outcome in the answer.
        let rows: BTreeMap<SignUpId, &sign_up::Model> =
            self.book.changed().map(|row| (row.id, row)).collect();
        let notices = self.book.movements().iter().filter_map(|movement| {
            let kind = tells(movement.cause)?;
            Some(New::about(kind, rows.get(&movement.sign_up_id)?))
        });
        self.viewer.notify(notices.collect()).await
    }
}
