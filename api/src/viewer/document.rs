//! The files of documents beside their rows: files without a row are cleared away, rows without a file are told.

use super::{Database, database::Db};
use crate::{
    document_store::DocumentStore,
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use entity::{document, id::DocumentId};
use futures_util::TryStreamExt;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};

impl Database {
    /// Removes the files that no document has: of documents that were removed, and of uploads whose row was never made.
    /// Younger ones are left alone, since their row may be on its way. Tells how many there were.
    pub async fn sweep_documents(
        &self,
        store: &DocumentStore,
        before: DateTime<Utc>,
    ) -> Result<usize> {
        let db = Db::Pools(self.clone());
        let mut removed = store
            .clear_unfinished(before)
            .await
            .map_err(Error::internal)?;
        let mut pages = store.all();
        while let Some(files) = pages.try_next().await? {
            let old = files.into_iter().filter(|file| file.written_at < before);
            let old: Vec<String> = old.map(|file| file.name).collect();
            let known: Vec<String> = document::Entity::find()
                .select_only()
                .column(document::Column::Blob)
                .filter(document::Column::Blob.is_in(old.iter().map(String::as_str)))
                .into_tuple()
                .all(&db.reader())
                .await?;
            let known: HashSet<String> = known.into_iter().collect();
            for name in old.iter().filter(|name| !known.contains(*name)) {
                store.remove(name).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Whether there are documents at all.
    pub async fn has_documents(&self) -> Result<bool> {
        let db = Db::Pools(self.clone());
        let one = document::Entity::find().one(&db.reader()).await?;
        Ok(one.is_some())
    }

    /// The documents whose file is missing or has another size, for the operator.
    pub async fn check_documents(&self, store: &DocumentStore) -> Result<Vec<String>> {
        let db = Db::Pools(self.clone());
        // The rows first: a document that is uploaded meanwhile has its file before its row.
        let rows: Vec<(DocumentId, String, i64)> = document::Entity::find()
            .select_only()
            .columns([
                document::Column::Id,
                document::Column::Blob,
                document::Column::Size,
            ])
            .order_by_asc(document::Column::Id)
            .into_tuple()
            .all(&db.reader())
            .await?;
        let mut sizes = HashMap::new();
        let mut pages = store.all();
        while let Some(files) = pages.try_next().await? {
            sizes.extend(files.into_iter().map(|file| (file.name, file.size)));
        }
        let mut found = Vec::new();
        for (id, blob, size) in rows {
            let is = sizes.get(&blob).map(|size| i64::try_from(*size));
            if is != Some(Ok(size)) {
                let what = match is {
                    None => "the document's file is missing",
                    Some(_) => "the document's file has another size",
                };
                // Whoever has removed it meanwhile has removed its file, too.
                let row = document::Entity::find_by_id(id).one(&db.reader()).await?;
                if row.is_some() {
                    found.push(format!("{id}: {what} ({blob})"));
                }
            }
        }
        Ok(found)
    }
}
