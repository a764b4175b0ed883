//! Why a token was not accepted: for the log and the metric, never for the client.

use std::fmt;

/// What the client is told. Two answers only, so that nobody can probe the rules one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The token is not accepted: 401.
    Unauthenticated,
    /// The token is good, but says for no organisation, or for several, that its bearer acts: 403.
    Forbidden,
}

macro_rules! rejections {
    ($($(#[doc = $doc:literal])+ $name:ident => $text:literal,)+) => {
        /// The reason behind a refusal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rejection {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rejection {
            /// Every reason there is, so that a metric can start each of them at zero.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The reason's name in log and metric.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

rejections! {
    /// More than one `Authorization` header.
    AuthorizationRepeated => "authorization_repeated",
    /// The header is longer than 16 KiB.
    AuthorizationTooLong => "authorization_too_long",
    /// The header holds bytes that are not visible ASCII.
    AuthorizationUnreadable => "authorization_unreadable",
    /// The scheme is not `Bearer`.
    SchemeNotBearer => "scheme_not_bearer",
    /// The scheme stands alone, or the header is empty.
    TokenMissing => "token_missing",
    /// Five parts: an encrypted token.
    Encrypted => "encrypted",
    /// Not three parts.
    NotThreeParts => "not_three_parts",
    /// The header is not base64url without padding.
    HeaderEncoding => "header_encoding",
    /// The header is not a JSON object.
    HeaderNotObject => "header_not_object",
    /// A member stands twice in the header.
    HeaderDuplicateMember => "header_duplicate_member",
    /// No `alg`, or not a string.
    AlgorithmMissing => "algorithm_missing",
    /// `alg` is `none`, however spelled.
    AlgorithmNone => "algorithm_none",
    /// `alg` is a shared-secret algorithm.
    AlgorithmHmac => "algorithm_hmac",
    /// `alg` is unknown here.
    AlgorithmUnknown => "algorithm_unknown",
    /// No `typ`, or not a string.
    TypeMissing => "type_missing",
    /// `crit` is there; we understand no extension.
    CriticalExtension => "critical_extension",
    /// No usable `kid`.
    KeyIdMissing => "key_id_missing",
    /// The payload is not base64url without padding.
    PayloadEncoding => "payload_encoding",
    /// The payload is not a JSON object.
    PayloadNotObject => "payload_not_object",
    /// A member stands twice in the payload.
    PayloadDuplicateMember => "payload_duplicate_member",
    /// No `iss`, or not a string.
    IssuerMissing => "issuer_missing",
    /// `iss` is not a registered issuer.
    IssuerUnknown => "issuer_unknown",
    /// `alg` is not in the issuer's list.
    AlgorithmNotAllowed => "algorithm_not_allowed",
    /// `typ` is not one that the issuer's row accepts.
    TypeWrong => "type_wrong",
    /// The issuer's set has no such key.
    KeyUnknown => "key_unknown",
    /// The key is too short, or longer than anyone needs.
    KeySizeUnsafe => "key_size_unsafe",
    /// The key is not for signatures.
    KeyNotForSignatures => "key_not_for_signatures",
    /// The key's values make no sense.
    KeyMalformed => "key_malformed",
    /// The key is of another kind, or for another algorithm.
    KeyForOtherAlgorithm => "key_for_other_algorithm",
    /// The signature is not base64url without padding.
    SignatureEncoding => "signature_encoding",
    /// The signature does not fit.
    SignatureWrong => "signature_wrong",
    /// No `exp`.
    ExpiryMissing => "expiry_missing",
    /// `exp` is no whole number of seconds within reason.
    ExpiryMalformed => "expiry_malformed",
    /// `exp` has passed.
    Expired => "expired",
    /// `nbf` is no whole number of seconds within reason.
    NotBeforeMalformed => "not_before_malformed",
    /// `nbf` is still to come.
    NotYetValid => "not_yet_valid",
    /// No `iat`.
    IssuedAtMissing => "issued_at_missing",
    /// `iat` is no whole number of seconds within reason.
    IssuedAtMalformed => "issued_at_malformed",
    /// `iat` is still to come.
    IssuedInFuture => "issued_in_future",
    /// `exp` is not after `iat`.
    ExpiresBeforeIssued => "expires_before_issued",
    /// `exp` is further from `iat` than the row allows.
    LivesTooLong => "lives_too_long",
    /// It carries the claims of an identity or logout token.
    NotAnAccessToken => "not_an_access_token",
    /// No `aud`.
    AudienceMissing => "audience_missing",
    /// `aud` is neither a string nor a list of strings.
    AudienceMalformed => "audience_malformed",
    /// `aud` does not contain us.
    AudienceWrong => "audience_wrong",
    /// The row lists clients, and the token names none.
    ClientMissing => "client_missing",
    /// `client_id` or `azp` is no usable string.
    ClientMalformed => "client_malformed",
    /// `client_id` and `azp` differ.
    ClientAmbiguous => "client_ambiguous",
    /// The client is not in the row's list.
    ClientNotAllowed => "client_not_allowed",
    /// A claim that names an organisation cannot be read.
    OrganisationMalformed => "organisation_malformed",
    /// A claim names another organisation than the row, or two claims disagree.
    OrganisationDisagrees => "organisation_disagrees",
    /// No organisation of the row's is named: 403.
    OrganisationNone => "organisation_none",
    /// Several organisations of the row's are named: 403.
    OrganisationSeveral => "organisation_several",
    /// No `sub`.
    SubjectMissing => "subject_missing",
    /// `sub` is no usable string.
    SubjectMalformed => "subject_malformed",
    /// `scope` is no string.
    ScopeMalformed => "scope_malformed",
}

impl Rejection {
    /// What the client is told.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::OrganisationNone | Self::OrganisationSeveral => Refusal::Forbidden,
            _ => Refusal::Unauthenticated,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::error::Error for Rejection {}
