//! Our part of a supergraph: it composes with a partner's, answers for its keys to whom they are meant for, and
//! does so behind a router.

mod composing;
mod entities;
mod router;
