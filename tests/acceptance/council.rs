//! Issues raised to Region Blekinge's council, as its page describes the representatives' task.

use super::groups::group;
use crate::{
    access::behind::execute,
    harness::{Server, on_both_databases},
};
use serde_json::{Value, json};

const COUNCIL: &str = "Barnkonventionsrådet";
const QUEUE: &str = "issues(statuses: [RAISED], first: 100) { nodes { title raisedBy { name } } }";

on_both_databases! {
    async fn bl_11_any_representative_raises_issues_and_the_council_alone_sees_the_queue(backend: Backend) {
        let server = Server::start(backend).await;
        // A representative who does not sit in the council.
        execute(&server, "UPDATE seat_holder SET until_day = from_day WHERE person_id = (SELECT id FROM person WHERE name = 'Helena Lyckebo')").await;
        let (representative, council) = (server.by("region-blekinge-member"), server.by("region-blekinge-coordinator"));
        let seen = group(&representative, COUNCIL, "id viewerCanReadPapers viewerCanRaiseIssue").await;
        assert_eq!((&seen["viewerCanReadPapers"], &seen["viewerCanRaiseIssue"]), (&json!(false), &json!(true)));

        let input = json!({ "groupId": seen["id"], "title": "Kösystemet möter inte barn" });
        let raised = representative.mutate("raiseIssue", input, "issue { status }").await;

        assert_eq!(raised.at("raiseIssue/issue/status"), "RAISED", "{}", raised.text);
        let queue = group(&council, COUNCIL, QUEUE).await;
        let of_the_queue = |title: &str| json!({ "title": title, "raisedBy": { "name": "Helena Lyckebo" } });
        assert_eq!(queue["issues"]["nodes"], json!([
            of_the_queue("Barns rätt till information på eget språk"), of_the_queue("Kösystemet möter inte barn"),
        ]));
        // Also where others see the council itself.
        execute(&server, "UPDATE collaboration_group SET sharing = 'PUBLIC' WHERE kind = 'COUNCIL'").await;
        for who in ["region-kronoberg-coordinator", "alvesta-coordinator", "region-skane-coordinator"] {
            let outside = group(&server.by(who), COUNCIL, QUEUE).await;
            assert_eq!(outside["issues"]["nodes"], Value::Array(Vec::new()), "{who}");
        }
        server.stop().await;
    }
}
