//! Signed statements that are no access tokens, such as certificates: read as strictly as tokens are, and kept
//! apart from them by the keys, which no issuer of tokens has.

use super::token::{Header, Members, Parts};
use super::{Algorithm, KeySet, Rejection, verify};

/// What was signed, and by which key.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The id of the key.
    pub key_id: String,
    /// The members of the payload.
    pub payload: Members,
}

/// The statement in a compact JWS, if its signature is by a key of the set and with this algorithm. `typ` must be
/// `JWT`; what the header carries or points to is never looked at.
pub fn statement(text: &str, keys: &KeySet, algorithm: Algorithm) -> Result<Statement, Rejection> {
    let parts = Parts::split(text)?;
    let header = Header::read(parts.header)?;
    if header.algorithm != algorithm {
        return Err(Rejection::AlgorithmNotAllowed);
    }
    if header.typ != "jwt" {
        return Err(Rejection::TypeWrong);
    }
    let key = keys.key(&header.key_id, algorithm)?;
    verify::check_signature(&parts, key, &header)?;
    Ok(Statement {
        payload: parts.payload()?,
        key_id: header.key_id,
    })
}
