//! Who is told what the seat book has done: whatever came upon a sign-up that its own people did not do.

use super::SeatBook;
use crate::{error::Result, viewer::notice::New};
use entity::{
    id::SignUpId,
    kind::{MovementCause, NoticeKind},
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
        // Told by the transfer, which knows where to, or why not.
        | MovementCause::MovedAway
        | MovementCause::MovedHere
        | MovementCause::Released
        // The place in line stands: why others came first is read from the ledger by whoever asks.
        | MovementCause::PassedOver
        | MovementCause::KeptInLine => None,
    }
}

impl SeatBook<'_> {
    /// Writes the notices of this book's movements into the outbox, in one statement.
    pub(super) async fn write_notices(&self) -> Result<()> {
        // The last movement of each decides: who moves up and is taken out at once has nothing to be glad of.
        let movements = self.book.movements().iter();
        let last: BTreeMap<SignUpId, MovementCause> = movements
            .map(|movement| (movement.sign_up_id, movement.cause))
            .collect();
        // Only those that were there before: who has just been signed up sees the outcome in the answer.
        let notices = self.book.changed().filter_map(|row| {
            let kind = tells(*last.get(&row.id)?)?;
            Some(New::about(kind, row))
        });
        self.viewer.notify(notices.collect()).await
    }
}
