//! The sheet to sign: a page for each time block, with names and nothing else.

use super::world::{LISTS, fetch, fetch_as, main_occasion, person_named};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{ORGANISER, block, day, occasion_of, sign_up, training},
};
use serde_json::json;

on_both_databases! {
    async fn the_sheet_has_a_page_for_each_time_block_in_the_occasions_zone(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "title": "Två <dagar> & en kväll" })).await;
        // The day after these is the first of summer time.
        let blocks = json!([block(day(26), 3), block(day(27), 2)]);
        let occasion = occasion_of(&server, &training, &json!({ "timeBlocks": blocks })).await;
        let person = person_named(&server, ORGANISER, "Åsa <b>Öberg</b>").await;
        sign_up(&server.by(ORGANISER), &occasion, &[person]).await;

        let page = fetch(&server, ORGANISER, &occasion, LISTS[2]).await;

        let text = page.text();
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.header("content-disposition").starts_with("attachment; filename=\"narvarolista-tva-dagar"));
        assert_eq!(text.matches("<section>").count(), 2);
        assert!(text.contains("<html lang=\"sv\">"));
        assert!(text.contains("<h1>Två &lt;dagar&gt; &amp; en kväll</h1>"), "{text}");
        assert!(text.contains("2026-03-28 09:00–12:00 (pass 1 av 2)"), "{text}");
        assert!(text.contains("2026-03-29 10:00–12:00 (pass 2 av 2)"), "{text}");
        assert_eq!(text.matches("Åsa &lt;b&gt;Öberg&lt;/b&gt;").count(), 2);
        assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_sheet_holds_names_of_those_with_a_seat_and_nothing_else_about_them(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let path = format!("/occasions/{occasion}/sign-in-sheet.html");

        let sheet = fetch_as(&server, &server.by(ORGANISER), &path, "en").await;

        let text = sheet.text();
        assert!(text.contains("<html lang=\"en\">") && text.contains("Signature"), "{text}");
        assert!(text.contains("2026-03-31 08:30–12:00"), "{text}");
        assert_eq!(text.matches("<tr><td class=\"number\">").count(), 10, "ten have a seat");
        assert!(text.contains("<td>Hodan Abdi</td>"));
        assert_eq!(text.matches("<td></td>").count(), 1, "one may not be named: an empty line");
        for never in ["Alvesta", ".example", "Glutenfri", "Ola Granberg"] {
            assert!(!text.contains(never), "{never} stands on the sheet");
        }
        server.stop().await;
    }
}
