//! Counties and municipalities, and the secrets of this installation.

use super::no_way_back;
use entity::search_text::{fold, swedish_sort_key};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, EntityTrait, Set},
};
use serde::Deserialize;

const COUNTIES: &str = include_str!("../data/counties.csv");
const MUNICIPALITIES: &str = include_str!("../data/municipalities.csv");

/// The step that fills the reference tables.
pub(super) struct Data;

impl MigrationName for Data {
    fn name(&self) -> &'static str {
        "m0001_reference_data"
    }
}

#[derive(Deserialize)]
struct CountyRow {
    lan_kod: String,
    lan_namn: String,
    lan_kort: String,
    iso_3166_2: String,
    residensstad: String,
}

#[derive(Deserialize)]
struct MunicipalityRow {
    kommun_kod: String,
    kommun_namn: String,
    kommun_kort: String,
    lan_kod: String,
    label_lat: f64,
    label_lon: f64,
}

#[async_trait::async_trait]
impl MigrationTrait for Data {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        insert_counties(connection).await?;
        insert_municipalities(connection).await?;
        let secret = Query::insert()
            .into_table("installation_secret")
            .columns(["name", "value"])
            .values_panic(["cursor".into(), new_secret().into()])
            .to_owned();
        connection.execute(&secret).await?;
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(no_way_back())
    }
}

async fn insert_counties(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    let rows = read::<CountyRow>(COUNTIES)?
        .into_iter()
        .map(|row| entity::county::ActiveModel {
            search_name: Set(fold(&row.lan_namn)),
            code: Set(row.lan_kod),
            name: Set(row.lan_namn),
            short_name: Set(row.lan_kort),
            seat: Set(row.residensstad),
            iso_code: Set(row.iso_3166_2),
        });
    entity::county::Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

async fn insert_municipalities(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    let rows = read::<MunicipalityRow>(MUNICIPALITIES)?
        .into_iter()
        .map(|row| entity::municipality::ActiveModel {
            search_name: Set(fold(&row.kommun_namn)),
            sort_name: Set(swedish_sort_key(&row.kommun_kort)),
            code: Set(row.kommun_kod),
            county_code: Set(row.lan_kod),
            name: Set(row.kommun_namn),
            short_name: Set(row.kommun_kort),
            latitude: Set(row.label_lat),
            longitude: Set(row.label_lon),
        });
    entity::municipality::Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

fn read<T: for<'a> Deserialize<'a>>(text: &str) -> Result<Vec<T>, DbErr> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| DbErr::Migration(error.to_string()))
}

/// 256 random bits as text.
fn new_secret() -> String {
    use std::fmt::Write;
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the machine gives random bytes");
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes what is written to it");
        text
    })
}
