//! What participants need, as counts: never who, never in somebody's own words.

use super::world::{LISTS, fetch, main_occasion, reads, sign_up_with_needs};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{ORGANISER, occasion},
};
use chrono::TimeDelta;

on_both_databases! {
    async fn needs_are_counted_whoever_has_them_and_however_they_are_written(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 20).await;
        let alvesta = ["Glutenfri kost", "vegan, nötallergi"];
        sign_up_with_needs(&server, "alvesta-coordinator", &occasion, &alvesta).await;
        let vaxjo = ["GLUTENFRITT", "Nötter och vegansk mat", "vegan"];
        sign_up_with_needs(&server, "vaxjo-coordinator", &occasion, &vaxjo).await;

        let file = fetch(&server, ORGANISER, &occasion, LISTS[3]).await;

        let expected = ["Behov;Antal", "veganskt;1", "veganskt, nötfritt;2", "glutenfritt;2"];
        assert_eq!(file.lines(), expected);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_need_in_somebodys_own_words_is_counted_and_not_told(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 20).await;
        let needs = ["Glutenfritt, samma som jag Karin hade i fjol", "vegan"];
        sign_up_with_needs(&server, "alvesta-coordinator", &occasion, &needs).await;

        let file = fetch(&server, ORGANISER, &occasion, LISTS[3]).await;

        assert_eq!(file.lines(), ["Behov;Antal", "veganskt;1", "Annat (läs i anmälningarna);1"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn counting_needs_is_written_down_as_reading_them(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;

        let file = fetch(&server, ORGANISER, &occasion, LISTS[3]).await;

        let expected = [
            "Behov;Antal",
            "glutenfritt;1",
            "teckenspråkstolk;1",
            "Annat (läs i anmälningarna);1",
        ];
        assert_eq!(file.lines(), expected);
        let id = file.header("x-request-id").to_owned();
        let reads = reads(&server, ORGANISER).await;
        assert_eq!(reads.iter().filter(|(request, _)| *request == id).count(), 3);
        server.stop().await;
    }
}

on_both_databases! {
    async fn thirty_days_after_there_is_nothing_left_to_count(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 20).await;
        sign_up_with_needs(&server, "alvesta-coordinator", &occasion, &["vegan"]).await;
        // The occasion is in thirty days and takes three hours.
        let end = TimeDelta::days(60) + TimeDelta::hours(3);

        server.travel(end);
        let last = fetch(&server, ORGANISER, &occasion, LISTS[3]).await;
        server.travel(TimeDelta::seconds(1));
        let after = fetch(&server, ORGANISER, &occasion, LISTS[3]).await;

        assert_eq!(last.lines(), ["Behov;Antal", "veganskt;1"]);
        assert_eq!(after.lines(), ["Behov;Antal"]);
        server.stop().await;
    }
}
