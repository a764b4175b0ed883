//! The first thread: a joint sign-up, and what each organisation sees at each step.

use crate::harness::{Server, on_both_databases};

on_both_databases! {
    async fn a_coordinator_sees_the_catalogue(backend: Backend) {
        let server = Server::start(backend).await;

        let answer = server.by("vaxjo-coordinator").query("{ viewer { organisation { name } role } }").await;

        assert_eq!(answer.at("viewer/organisation/name"), "Växjö kommun");
        server.stop().await;
    }
}
