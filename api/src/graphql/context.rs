//! What every resolver finds in its request.

use super::loader::Loaders;
use crate::{
    error::{Error, Result},
    language::Text,
    viewer::Viewer,
};
use async_graphql::{
    Context,
    dataloader::{DataLoader, Loader},
};
use std::{hash::Hash, str::FromStr};

/// Who is asking.
pub(crate) fn viewer<'a>(ctx: &Context<'a>) -> &'a Viewer {
    ctx.data_unchecked::<Viewer>()
}

/// The loaders of this request.
pub(crate) fn loaders<'a>(ctx: &Context<'a>) -> &'a DataLoader<Loaders> {
    ctx.data_unchecked::<DataLoader<Loaders>>()
}

/// What a router names by a key.
///
/// The key is read here and not by the library: there, one that cannot be a key would take the answers to all
/// the others with it.
pub(crate) async fn load_by_key<K, L>(
    ctx: &Context<'_>,
    key: &str,
    lookup: impl FnOnce(K) -> L,
) -> Result<Option<<Loaders as Loader<L>>::Value>>
where
    K: FromStr,
    L: Send + Sync + Hash + Eq + Clone + 'static,
    Loaders: Loader<L, Error = Error>,
{
    let Ok(key) = key.parse() else {
        return Err(Error::BadInput(Text::fixed(
            "Detta kan inte vara en nyckel till typen. Skicka nyckeln som API:et gav den.",
            "This cannot be a key of the type. Send the key as the API gave it.",
        )));
    };
    loaders(ctx).load_one(lookup(key)).await
}
