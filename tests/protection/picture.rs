//! A request that only reads reads one picture of the database: what it is permitted by, what it is shown and how many there
//! are belong together, whatever is written meanwhile.

use crate::{
    harness::{Server, on_both_databases},
    personal_data::world::connections,
};
use api::{
    language::Language,
    viewer::{Database, RequestContext, Viewer},
};
use entity::organisation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

const WEBSITE: &str = "https://meanwhile.example";

async fn with_website(viewer: &Viewer) -> u64 {
    let query = organisation::Entity::find().filter(organisation::Column::Website.eq(WEBSITE));
    viewer.count(query).await.expect("organisations are public")
}

async fn set_website(server: &Server, website: Option<&str>) {
    let changed = organisation::Entity::update_many()
        .col_expr(organisation::Column::Website, Expr::value(website))
        .filter(organisation::Column::Name.eq("Växjö kommun"))
        .exec(&server.database)
        .await
        .expect("an organisation can be changed behind the door");
    assert_eq!(changed.rows_affected, 1);
}

fn somebody(server: &Server, database: &Database) -> Viewer {
    let context = RequestContext {
        request_id: "picture-1".to_owned(),
        language: Language::default(),
        now: server.clock.now(),
    };
    Viewer::anonymous(database, context)
}

on_both_databases! {
    async fn what_is_written_meanwhile_shows_in_the_next_picture_only(backend: Backend) {
        let server = Server::start(backend).await;
        set_website(&server, None).await;
        let database = connections(&server).await;
        let reads = somebody(&server, &database);
        let writes_too = somebody(&server, &database);
        reads.reads_one_picture();
        let before = [with_website(&reads).await, with_website(&writes_too).await];

        set_website(&server, Some(WEBSITE)).await;
        let meanwhile = [with_website(&reads).await, with_website(&writes_too).await];
        reads.end_picture().await;
        let after = with_website(&reads).await;

        assert_eq!(before, [0, 0]);
        assert_eq!(meanwhile, [0, 1], "who may write sees what is written, the other one picture");
        assert_eq!(after, 1);
        database.close().await;
        server.stop().await;
    }
}
