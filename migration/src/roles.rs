//! The types of roles, with the same ids in every installation; and from when to when units count.

use super::no_way_back;
use entity::{id::RoleTypeId, partial_date::PartialDate, search_text::swedish_sort_key};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{
        ConnectionTrait, EntityTrait, Set,
        prelude::{ChronoDate, Uuid},
    },
};
use serde::Deserialize;

const ROLE_TYPES: &str = include_str!("../data/role_types.csv");

/// The step that fills the reference table of roles and gives the units that there are their days.
pub(super) struct Data;

impl MigrationName for Data {
    fn name(&self) -> &'static str {
        "m0014_role_types"
    }
}

#[derive(Deserialize)]
struct Row {
    number: u128,
    code: String,
    name_sv: String,
    name_en: String,
    description: String,
    source_spelling: Option<String>,
    one_at_a_time: bool,
}

#[async_trait::async_trait]
impl MigrationTrait for Data {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        insert_role_types(connection).await?;
        set_days(connection).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(no_way_back())
    }
}

/// Ids of version 7 and of no time: older than every other, and the same everywhere.
const FIRST_ID: u128 = 0x0000_0000_0000_7000_8000_0000_0000_0000;

async fn insert_role_types(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    let rows: Vec<Row> = csv::Reader::from_reader(ROLE_TYPES.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| DbErr::Migration(error.to_string()))?;
    let rows = rows.into_iter().map(|row| entity::role_type::ActiveModel {
        id: Set(RoleTypeId::from_uuid(Uuid::from_u128(
            FIRST_ID + row.number,
        ))),
        code: Set(row.code),
        sort_name: Set(swedish_sort_key(&row.name_sv)),
        name_sv: Set(row.name_sv),
        name_en: Set(row.name_en),
        description: Set(row.description),
        source_spelling: Set(row.source_spelling),
        one_at_a_time: Set(row.one_at_a_time),
    });
    entity::role_type::Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// What was known of a unit's validity as a year or a month becomes days to count by.
async fn set_days(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    let dated = Query::select()
        .columns(["id", "valid_from", "valid_to"])
        .from("organisation_unit")
        .cond_where(
            Condition::any()
                .add(Expr::col("valid_from").is_not_null())
                .add(Expr::col("valid_to").is_not_null()),
        )
        .to_owned();
    for row in connection.query_all(&dated).await? {
        let id: Uuid = row.try_get("", "id")?;
        let from: Option<PartialDate> = row.try_get("", "valid_from")?;
        let to: Option<PartialDate> = row.try_get("", "valid_to")?;
        let until: Option<ChronoDate> = to.and_then(|to| to.last_day().succ_opt());
        let update = Query::update()
            .table("organisation_unit")
            .value("from_day", from.map(|from| from.first_day()))
            .value("until_day", until)
            .cond_where(Expr::col("id").eq(id))
            .to_owned();
        connection.execute(&update).await?;
    }
    Ok(())
}
