//! The one place that opens confidential columns: it asks who reads, and the audit log hears of it.

#![expect(
    clippy::disallowed_methods,
    reason = "this file is the one that may open a confidential column"
)]

use crate::{
    certificate::Holder,
    domain::certificate::{Naming, shown},
    viewer::Viewer,
};
use entity::{
    appointment, certificate, confidential::Confidential, expected_person, id::PersonId,
    kind::Role, membership, participant_need, person, requested_need, sign_up, sign_up_request,
};

/// How the viewer stands to a person that it may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Oneself, or somebody of the own organisation.
    Colleague,
    /// A participant of another organisation.
    Participant,
}

impl Relation {
    /// How the viewer stands to a person, given the membership that it sees of that person in its own organisation.
    #[must_use]
    pub fn of(viewer: &Viewer, person: PersonId, membership: Option<&membership::Model>) -> Self {
        if viewer.person() == Some(person) {
            return Self::Colleague;
        }
        // Somebody who has left is a stranger again.
        let works_here = |row: &membership::Model| {
            row.person_id == person && row.active_until.is_none_or(|until| until > viewer.now())
        };
        if membership.is_some_and(works_here) {
            Self::Colleague
        } else {
            Self::Participant
        }
    }
}

/// The person's name; none where a person with protected identity would be named outside the own
/// organisation.
pub fn name<'p>(viewer: &Viewer, person: &'p person::Model, relation: Relation) -> Option<&'p str> {
    if person.protected_identity && relation == Relation::Participant {
        return None;
    }
    viewer.note_read(person.id);
    Some(person.name.disclose())
}

/// The person's address at work: for the own organisation only; none for somebody who has been erased.
pub fn email<'p>(
    viewer: &Viewer,
    person: &'p person::Model,
    relation: Relation,
) -> Option<&'p str> {
    if relation == Relation::Participant {
        return None;
    }
    viewer.note_read(person.id);
    // Who has been erased has no address.
    Some(person.email.disclose().as_str()).filter(|email| !email.is_empty())
}

/// The name of somebody who is expected, for whoever checks in: with the rule for participants' names.
pub fn expected_name<'p>(
    viewer: &Viewer,
    person: &'p expected_person::Model,
    relation: Relation,
) -> Option<&'p str> {
    if person.protected_identity && relation == Relation::Participant {
        return None;
    }
    viewer.note_read(person.id);
    Some(person.name.disclose())
}

/// Whether a colleague has this address, given in lower case. Whoever is found by an address has been named.
pub fn has_email(viewer: &Viewer, colleague: &person::Model, address: &str) -> bool {
    let has = colleague.email.disclose().to_lowercase() == address;
    if has {
        viewer.note_read(colleague.id);
    }
    has
}

/// Whether the person has protected identity: for the own organisation only.
pub fn protected_identity(
    viewer: &Viewer,
    person: &person::Model,
    relation: Relation,
) -> Option<bool> {
    if relation == Relation::Participant {
        return None;
    }
    viewer.note_read(person.id);
    Some(person.protected_identity)
}

/// A text about an appointment that its organisation keeps to itself: the decision that it rests on, why it was
/// declined.
pub fn kept_by_organisation<'a>(
    viewer: &Viewer,
    appointment: &appointment::Model,
    text: &'a Confidential<Option<String>>,
) -> Option<&'a str> {
    if !viewer.has_role(Role::Member, appointment.organisation_id) {
        return None;
    }
    text.disclose().as_deref()
}

/// What a participant needs. That the viewer holds the row proves that it may see the need.
pub fn need<'n>(
    viewer: &Viewer,
    sign_up: &sign_up::Model,
    need: &'n participant_need::Model,
) -> Option<&'n str> {
    if sign_up.id != need.sign_up_id {
        return None;
    }
    if let Some(person) = sign_up.person_id {
        viewer.note_read(person);
    }
    Some(need.need.disclose())
}

/// What the viewer's own person has said that it will need, if the place is approved.
pub fn own_requested_need<'n>(
    viewer: &Viewer,
    request: &sign_up_request::Model,
    need: &'n requested_need::Model,
) -> Option<&'n str> {
    (viewer.person() == Some(request.person_id)).then(|| need.need.disclose().as_str())
}

/// The name that a certificate keeps, still under cover: none of a person with protected identity.
pub fn for_certificate(person: &person::Model) -> Confidential<Option<String>> {
    let name = (!person.protected_identity).then(|| person.name.disclose().trim().to_owned());
    Confidential::new(name)
}

/// What a certificate shows of its holder to whoever has the code: no more than the holder has chosen, so that it
/// is no reading of somebody's data that the audit log should hear of.
pub fn shown_on_certificate(certificate: &certificate::Model, naming: Naming) -> Option<String> {
    shown(certificate.holder_name.disclose().as_deref(), naming)
}

/// What the signed file says of its holder: the name if the holder has chosen so, else its hash.
pub fn in_certificate<'c>(
    viewer: &Viewer,
    certificate: &'c certificate::Model,
    naming: Naming,
) -> Holder<'c> {
    match (certificate.holder_name.disclose().as_deref(), naming) {
        (None, _) | (_, Naming::Nothing) => Holder::Unnamed,
        (Some(name), Naming::Initials) => Holder::Hashed {
            name,
            salt: &certificate.salt,
        },
        (Some(name), Naming::Whole) => {
            viewer.note_read(certificate.person_id);
            Holder::Named(name)
        }
    }
}

/// The name on a certificate as it is stored, for the export of all that is held about its holder; none where the holder
/// has protected identity by now and is no colleague.
pub fn name_on_certificate<'c>(
    viewer: &Viewer,
    holder: &person::Model,
    certificate: &'c certificate::Model,
    relation: Relation,
) -> Option<&'c str> {
    if holder.protected_identity && relation != Relation::Colleague {
        return None;
    }
    viewer.note_read(certificate.person_id);
    certificate.holder_name.disclose().as_deref()
}
