//! Counties and municipalities, counted through the API.

use crate::harness::{Server, on_both_databases};
use serde_json::json;

/// How many municipalities each county has, by the county's code (Statistics Sweden).
const MUNICIPALITIES: [(&str, usize); 21] = [
    ("01", 26),
    ("03", 8),
    ("04", 9),
    ("05", 13),
    ("06", 13),
    ("07", 8),
    ("08", 12),
    ("09", 1),
    ("10", 5),
    ("12", 33),
    ("13", 6),
    ("14", 49),
    ("17", 16),
    ("18", 12),
    ("19", 10),
    ("20", 15),
    ("21", 10),
    ("22", 7),
    ("23", 8),
    ("24", 15),
    ("25", 14),
];

on_both_databases! {
    async fn all_21_counties_and_290_municipalities_are_there(backend: Backend) {
        let server = Server::start(backend).await;

        let answer = server
            .anonymous()
            .query("{ counties { code name municipalities { code county { code } } } }")
            .await;

        let counties = answer.at("counties").as_array().expect("a list");
        let mut all = Vec::new();
        for (county, (code, number)) in counties.iter().zip(MUNICIPALITIES) {
            let municipalities = county["municipalities"].as_array().expect("a list");
            assert_eq!((county["code"].as_str(), municipalities.len()), (Some(code), number));
            for municipality in municipalities {
                assert_eq!(municipality["county"]["code"], code);
                let own = municipality["code"].as_str().expect("a text");
                assert!(own.len() == 4 && own.starts_with(code), "{own} is of county {code}");
                all.push(own);
            }
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!((counties.len(), all.len()), (21, 290));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_municipality_is_found_by_its_code_and_leads_to_its_organisation(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "query($code: String!) {
          municipality(code: $code) {
            name shortName county { shortName } latitude longitude organisation { name organisationNumber }
          }
        }";

        let found = server.anonymous().ask(query, json!({ "code": "0780" })).await;
        let unknown = server.anonymous().ask(query, json!({ "code": "9999" })).await;

        let vaxjo = found.at("municipality");
        assert_eq!(vaxjo["name"], "Växjö kommun");
        assert_eq!(vaxjo["shortName"], "Växjö");
        assert_eq!(vaxjo["county"]["shortName"], "Kronoberg");
        assert_eq!(vaxjo["organisation"]["organisationNumber"], "2120000662");
        let (north, east) = (vaxjo["latitude"].as_f64(), vaxjo["longitude"].as_f64());
        assert!(north.is_some_and(|degrees| (55.0..70.0).contains(&degrees)));
        assert!(east.is_some_and(|degrees| (10.0..25.0).contains(&degrees)));
        assert!(unknown.at("municipality").is_null());
        server.stop().await;
    }
}
