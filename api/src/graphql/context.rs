//! What every resolver finds in its request.

use super::loader::Loaders;
use crate::viewer::Viewer;
use async_graphql::{Context, dataloader::DataLoader};

/// Who is asking.
pub(crate) fn viewer<'a>(ctx: &Context<'a>) -> &'a Viewer {
    ctx.data_unchecked::<Viewer>()
}

/// The loaders of this request.
pub(crate) fn loaders<'a>(ctx: &Context<'a>) -> &'a DataLoader<Loaders> {
    ctx.data_unchecked::<DataLoader<Loaders>>()
}
