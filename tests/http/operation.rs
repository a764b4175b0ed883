//! What an operator's machinery asks for: health, readiness, meters.

use crate::harness::{Server, on_both_databases};

on_both_databases! {
    async fn a_server_whose_database_lacks_a_migration_is_healthy_but_not_ready(backend: Backend) {
        let server = Server::start(backend).await;
        let (health, ready) = (server.get("/healthz").await, server.get("/readyz").await);
        assert_eq!((health.status, ready.status), (200, 200));

        server.sql("CREATE TABLE put_aside AS SELECT * FROM seaql_migrations").await;
        server.sql("DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)").await;
        let (health, ready) = (server.get("/healthz").await, server.get("/readyz").await);
        server.sql("INSERT INTO seaql_migrations SELECT * FROM put_aside WHERE version NOT IN (SELECT version FROM seaql_migrations)").await;

        assert_eq!(health.status, 200, "the process runs");
        assert_eq!((ready.status, ready.text.as_str()), (503, "not ready\n"));
        assert!(ready.header("retry-after").is_some());
        assert_eq!(server.get("/readyz").await.status, 200, "and again ready when it is there");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_meters_count_requests_by_kind_and_outcome(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-coordinator");

        caller.query("query Named { __typename }").await;
        caller.query("{").await;
        caller.query("{ nothing }").await;
        let meters = server.get("/metrics").await;

        assert!(meters.header("content-type").is_some_and(|kind| kind.starts_with("application/openmetrics-text")));
        for line in [
            r#"samverkan_requests_total{operation="query",code="OK"} 1"#,
            r#"samverkan_requests_total{operation="unknown",code="GRAPHQL_PARSE_FAILED"} 1"#,
            r#"samverkan_requests_total{operation="query",code="GRAPHQL_VALIDATION_FAILED"} 1"#,
        ] {
            assert!(meters.text.contains(line), "{line} is missing in:\n{}", meters.text);
        }
        assert!(meters.text.ends_with("# EOF\n"));
        assert!(!meters.text.contains("Named"), "no label may take a value of the client's choice");
        server.stop().await;
    }
}

on_both_databases! {
    async fn other_paths_are_not_found_and_say_nothing(backend: Backend) {
        let server = Server::start(backend).await;

        for path in ["/", "/graphql/", "/graphiql", "/admin", "/.git/config", "/../../etc/passwd", "/%00", "/metrics/x"] {
            let answer = server.get(path).await;

            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.text, "", "{path}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        }
        server.stop().await;
    }
}
