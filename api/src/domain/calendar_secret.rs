//! The secret in the address of a calendar feed. Whoever has the address reads the feed: a calendar program cannot sign in.

use super::hexadecimal::hexadecimal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// How many random bytes a secret is made of.
pub const LENGTH: usize = 32;

/// A secret: as the address tells it, or as it is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; LENGTH]);

impl Secret {
    /// The secret of these random bytes.
    #[must_use]
    pub const fn from_random(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// The secret that an address tells; none if it cannot be one.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// As an address tells it: 43 letters, digits, hyphens and underscores.
    #[must_use]
    pub fn tell(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// As it is kept: whoever reads the database cannot read the feed with it.
    #[must_use]
    pub fn digest(&self) -> String {
        hexadecimal(digest(&SHA256, &self.0).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_as_it_was_told_and_kept_as_something_else() {
        let secret = Secret::from_random([7; LENGTH]);
        assert!(Secret::read(&secret.tell()) == Some(secret));
        assert_eq!(secret.tell().len(), 43);
        assert!(!secret.digest().contains(&secret.tell()));
        for wrong in ["", "kort", &format!("{}A", secret.tell()), &secret.digest()] {
            assert!(Secret::read(wrong).is_none(), "{wrong}");
        }
    }
}
