//! Agendas: proposed by members, kept by the secretary, opened to a guest, closed to everybody else.

use super::world::{
    CONVENER, MEMBER, MEMBERS_COORDINATOR, SECRETARY, agenda, item, meeting_on, network, notice,
    propose, told,
};
use crate::{
    groups::world::organisation_of,
    harness::{Server, on_both_databases},
    seats::world::id,
};
use serde_json::{Value, json};

const GUEST: &str = "barnens-ratt-kronoberg-coordinator";

on_both_databases! {
    async fn a_member_proposes_and_the_secretary_decides_what_stands_on_the_agenda(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({ "sharing": "COUNTY", "county": "07", "meetingsSharing": "COUNTY" })).await;
        let (convener, secretary, member) = (server.by(CONVENER), server.by(SECRETARY), server.by(MEMBER));
        let meeting = meeting_on(&convener, &world.group, 12).await;
        let here = json!({ "meetingId": meeting });

        let opened = item(&secretary, &world.group, "Mötet öppnas", here.clone()).await;
        let answer = propose(&member, &world.group, "Barns röster", here.clone()).await;
        assert_eq!(answer.at("proposeAgendaItem/item/status"), "PROPOSED", "{}", answer.text);
        let proposed = id(&answer, "proposeAgendaItem/item/id");
        assert_eq!(agenda(&member, &meeting).await["agenda"].as_array().map(Vec::len), Some(1), "not before it is answered");

        let accept = json!({ "itemId": proposed, "accept": true });
        let refused = member.mutate("answerAgendaItem", accept.clone(), "item { id }").await;
        assert_eq!(refused.codes(), ["FORBIDDEN"], "who proposes does not decide");
        let answer = secretary.mutate("answerAgendaItem", accept.clone(), "item { status number }").await;
        assert_eq!(answer.at("answerAgendaItem/item"), &json!({ "status": "ACCEPTED", "number": "2" }), "{}", answer.text);
        let again = secretary.mutate("answerAgendaItem", accept, "item { id }").await;
        assert_eq!(again.user_errors("answerAgendaItem"), ["ITEM_ANSWERED"]);
        assert!(told(&member).await.contains(&"ITEM_DECIDED".to_owned()));

        let places = json!([{ "itemId": proposed }, { "itemId": opened, "parentId": proposed }]);
        let arranged = json!({ "meetingId": meeting, "items": places });
        let answer = secretary.mutate("arrangeAgenda", arranged, "meeting { id }").await;
        assert_eq!(answer.at("arrangeAgenda/userErrors"), &json!([]), "{}", answer.text);
        assert_eq!(agenda(&member, &meeting).await["agenda"], json!([
            { "number": "1", "title": "Barns röster", "children": [{ "number": "1.1", "title": "Mötet öppnas" }] }]));
        for (places, code) in [
            (json!([{ "itemId": proposed }]), "CONFLICT"),
            (json!([{ "itemId": opened, "parentId": proposed }, { "itemId": proposed }]), "ITEM_NESTED"),
            (json!([{ "itemId": proposed }, { "itemId": opened }, { "itemId": opened }]), "CONFLICT"),
        ] {
            let answer = secretary.mutate("arrangeAgenda", json!({ "meetingId": meeting, "items": places }), "meeting { id }").await;
            assert_eq!(answer.user_errors("arrangeAgenda"), [code]);
        }

        // The convening coordinator calls meetings and reads no papers; the county sees when it is; others nothing.
        assert_eq!(agenda(&convener, &meeting).await, json!({ "agenda": [] }));
        assert_eq!(propose(&convener, &world.group, "Nej", here).await.codes(), ["FORBIDDEN"]);
        assert_eq!(agenda(&server.by("alvesta-coordinator"), &meeting).await, json!({ "agenda": [] }));
        assert_eq!(agenda(&server.by("region-skane-coordinator"), &meeting).await, Value::Null);
        assert_eq!(agenda(&server.anonymous(), &meeting).await, Value::Null);
        let link = "query($id: ID!) { meeting(id: $id) { venue { name url } noticeText } }";
        let seen = server.by("alvesta-coordinator").ask(link, json!({ "id": meeting })).await;
        assert_eq!(seen.at("meeting"), &json!({ "venue": { "name": "Residenset", "url": null }, "noticeText": null }));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_guest_sees_the_item_that_it_is_invited_to_and_nothing_else_of_the_meeting(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({})).await;
        let (convener, secretary, guest) = (server.by(CONVENER), server.by(SECRETARY), server.by(GUEST));
        let meeting = meeting_on(&convener, &world.group, 12).await;
        let here = json!({ "meetingId": meeting });
        item(&secretary, &world.group, "Hemligt", here.clone()).await;
        let open = item(&secretary, &world.group, "Föreningslivet", here).await;
        notice(&convener, &meeting).await;
        assert_eq!(agenda(&guest, &meeting).await, Value::Null);

        let organisation = organisation_of(&guest).await;
        let invitation = json!({ "itemId": open, "organisationId": organisation });
        let answer = secretary.mutate("inviteToAgendaItem", invitation.clone(), "item { guests { organisation { name } } }").await;
        assert_eq!(answer.at("inviteToAgendaItem/userErrors"), &json!([]), "{}", answer.text);

        let query = "query($id: ID!) { meeting(id: $id) { title noticeText venue { url } attendance { status } absences { announcedAt }
            viewerCanReadPapers group { name } agenda { number title guests { organisation { name } } } } }";
        let seen = guest.ask(query, json!({ "id": meeting })).await;
        assert_eq!(seen.at("meeting"), &json!({ "title": "Möte", "noticeText": null, "venue": { "url": "https://moten.example/1" },
            "attendance": [], "absences": [], "viewerCanReadPapers": false, "group": null,
            "agenda": [{ "number": null, "title": "Föreningslivet",
                "guests": [{ "organisation": { "name": "Barnens Rätt i Kronoberg (demo)" } }] }] }), "{}", seen.text);
        let volunteer = server.by("barnens-ratt-kronoberg-volunteer");
        assert_eq!(agenda(&volunteer, &meeting).await, Value::Null, "its coordinators are invited");
        assert!(told(&guest).await.contains(&"ITEM_OPENED".to_owned()));
        let again = secretary.mutate("inviteToAgendaItem", invitation.clone(), "item { id }").await;
        assert_eq!(again.user_errors("inviteToAgendaItem"), ["ALREADY_INVITED"]);

        let answer = secretary.mutate("withdrawItemInvitation", invitation, "item { guests { organisation { name } } }").await;
        assert_eq!(answer.at("withdrawItemInvitation/item/guests"), &json!([]), "{}", answer.text);
        assert_eq!(agenda(&guest, &meeting).await, Value::Null, "from that moment");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_is_not_dealt_with_moves_on_with_all_that_stands_below_it(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({})).await;
        let (convener, secretary) = (server.by(CONVENER), server.by(SECRETARY));
        let (first, next) = (meeting_on(&convener, &world.group, 12).await, meeting_on(&convener, &world.group, 19).await);
        let here = json!({ "meetingId": first });
        let above = item(&secretary, &world.group, "Plan", here.clone()).await;
        item(&secretary, &world.group, "Bilaga", json!({ "meetingId": first, "parentId": above })).await;
        let left = item(&secretary, &world.group, "Lokaler", here).await;

        let moved = json!({ "itemId": above, "meetingId": next });
        let answer = secretary.mutate("moveAgendaItem", moved, "item { movedFrom { id } meeting { id } }").await;
        assert_eq!(answer.at("moveAgendaItem/item"), &json!({ "movedFrom": { "id": first }, "meeting": { "id": next } }), "{}", answer.text);
        assert_eq!(agenda(&secretary, &next).await["agenda"], json!([
            { "number": "1", "title": "Plan", "children": [{ "number": "1.1", "title": "Bilaga" }] }]));

        notice(&convener, &first).await;
        let cancel = json!({ "meetingId": first, "reason": "Sjukdom" });
        let answer = convener.mutate("cancelMeeting", cancel.clone(), "meeting { status cancellationReason }").await;
        assert_eq!(answer.at("cancelMeeting/meeting"), &json!({ "status": "CANCELLED", "cancellationReason": "Sjukdom" }));
        assert!(told(&server.by(MEMBER)).await.contains(&"MEETING_CANCELLED".to_owned()));
        let backlog = "query($id: ID!) { group(id: $id) { agendaItems(inBacklog: true) { nodes { id title number meeting { id } } } } }";
        let waits = secretary.ask(backlog, json!({ "id": world.group })).await;
        assert_eq!(waits.at("group/agendaItems/nodes"), &json!([{ "id": left, "title": "Lokaler", "number": null, "meeting": null }]));

        let again = convener.mutate("cancelMeeting", cancel, "meeting { id }").await;
        assert_eq!(again.user_errors("cancelMeeting"), ["MEETING_CANCELLED"]);
        let there = json!({ "itemId": left, "meetingId": first });
        let answer = secretary.mutate("moveAgendaItem", there, "item { id }").await;
        assert_eq!(answer.user_errors("moveAgendaItem"), ["MEETING_CANCELLED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn organisations_that_meet_together_have_a_registration_number_each(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({ "sharing": "COUNTY", "county": "07", "meetingsSharing": "COUNTY" })).await;
        let convener = server.by(CONVENER);
        let meeting = meeting_on(&convener, &world.group, 12).await;
        let register = async |persona: &str, number: Value| {
            let input = json!({ "meetingId": meeting, "registrationNumber": number });
            server.by(persona).mutate("registerMeeting", input, "meeting { registrations { registrationNumber } }").await
        };

        register(CONVENER, json!("26RGK77")).await;
        register(MEMBERS_COORDINATOR, json!("KS 2026/12")).await;
        let answer = register(MEMBERS_COORDINATOR, json!("KS 2026/13")).await;
        assert_eq!(answer.at("registerMeeting/meeting/registrations"), &json!([{ "registrationNumber": "KS 2026/13" }]), "{}", answer.text);

        let query = "query($id: ID!) { meeting(id: $id) { registrations { organisation { name } registrationNumber } } }";
        let seen = server.by(MEMBER).ask(query, json!({ "id": meeting })).await;
        assert_eq!(seen.at("meeting/registrations"), &json!([
            { "organisation": { "name": "Region Kronoberg" }, "registrationNumber": "26RGK77" },
            { "organisation": { "name": "Växjö kommun" }, "registrationNumber": "KS 2026/13" }]), "{}", seen.text);
        for stranger in ["alvesta-coordinator", MEMBER] {
            assert_eq!(register(stranger, json!("X 1")).await.codes(), ["FORBIDDEN"], "{stranger}");
        }
        let seen = server.by("alvesta-coordinator").ask(query, json!({ "id": meeting })).await;
        assert_eq!(seen.at("meeting/registrations"), &json!([]));
        register(CONVENER, Value::Null).await;
        let seen = server.by(MEMBER).ask(query, json!({ "id": meeting })).await;
        assert_eq!(seen.at("meeting/registrations").as_array().map(Vec::len), Some(1));
        server.stop().await;
    }
}

on_both_databases! {
    async fn two_who_change_a_meeting_at_once_do_not_overwrite_each_other(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({})).await;
        let convener = server.by(CONVENER);
        let meeting = meeting_on(&convener, &world.group, 12).await;
        let answer = notice(&convener, &meeting).await;
        assert_eq!(answer.at("sendMeetingNotice/meeting"), &json!({ "status": "NOTICED", "noticeText": "Välkomna", "version": 2 }));
        assert!(told(&server.by(MEMBER)).await.contains(&"MEETING_NOTICED".to_owned()));

        let change = |version: i32, title: &str| json!({ "meetingId": meeting, "expectedVersion": version, "title": title });
        let answer = convener.mutate("updateMeeting", change(2, "Vårmöte"), "meeting { title version }").await;
        assert_eq!(answer.at("updateMeeting/meeting"), &json!({ "title": "Vårmöte", "version": 3 }), "{}", answer.text);
        assert!(!told(&server.by(MEMBER)).await.contains(&"MEETING_MOVED".to_owned()), "time and place are as they were");
        let answer = convener.mutate("updateMeeting", change(2, "Höstmöte"), "meeting { id }").await;
        assert_eq!(answer.user_errors("updateMeeting"), ["CONFLICT"]);
        let later = json!({ "meetingId": meeting, "expectedVersion": 3, "startsAt": "2026-03-12T09:00:00Z" });
        convener.mutate("updateMeeting", later, "meeting { id }").await;
        assert!(told(&server.by(MEMBER)).await.contains(&"MEETING_MOVED".to_owned()));
        let backwards = json!({ "meetingId": meeting, "expectedVersion": 4, "endsAt": "2026-03-12T09:00:00Z" });
        let answer = convener.mutate("updateMeeting", backwards, "meeting { id }").await;
        assert_eq!(answer.user_errors("updateMeeting"), ["INVALID_TIMES"], "it would end when it begins");
        server.stop().await;
    }
}
