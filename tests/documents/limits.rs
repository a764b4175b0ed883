//! Each limit, from both sides.

use super::world::{PDF, Sent, fetch, pdf, send, taken};
use crate::{
    harness::{Server, Setup, on_both_databases},
    meetings::world::{SECRETARY, network},
};
use serde_json::json;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

async fn small(backend: crate::harness::Backend) -> Server {
    let setup = Setup {
        settings: vec![
            ("SAMVERKAN_DOCUMENTS_MAX_MEGABYTES", "1".to_owned()),
            ("SAMVERKAN_HTTP_READ_TIMEOUT_SECONDS", "1".to_owned()),
        ],
        ..Setup::default()
    };
    Server::start_with(backend, setup).await
}

on_both_databases! {
    async fn a_document_of_exactly_the_size_is_taken_and_one_byte_more_is_not(backend: Backend) {
        let server = small(backend).await;
        let group = network(&server, json!({})).await.group;
        let secretary = server.by(SECRETARY);
        let mut bytes = PDF.to_vec();
        bytes.resize(1_048_576, b'x');

        let whole = taken(&send(&server, &secretary, pdf(&group, &bytes)).await);
        assert!(fetch(&server, &secretary, &whole).await.bytes == bytes, "the same bytes come back");
        bytes.push(b'x');
        let refused = send(&server, &secretary, pdf(&group, &bytes)).await;

        assert_eq!(refused.status, 413);
        assert_eq!(refused.codes(), ["PAYLOAD_TOO_LARGE"]);
        assert!(refused.text.contains("1048576"), "it tells the limit: {}", refused.text);
        let empty = send(&server, &secretary, pdf(&group, b"")).await;
        assert_eq!((empty.status, empty.codes()), (411, vec!["LENGTH_REQUIRED".to_owned()]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn name_declared_type_and_first_bytes_must_agree(backend: Backend) {
        let server = small(backend).await;
        let group = network(&server, json!({})).await.group;
        let secretary = server.by(SECRETARY);

        for (file_name, media_type, bytes, status) in [
            ("a.pdf", "application/pdf", PDF, 201),
            ("a.txt", "application/pdf", PDF, 415),
            ("a.pdf", "text/plain", PDF, 415),
            ("a.pdf", "application/pdf", b"<html>".as_slice(), 415),
            ("a.html", "text/html", b"<html>", 415),
            ("a.svg", "image/svg+xml", b"<svg>", 415),
            ("a.txt", "text/plain; charset=utf-8", b"\xc3\x85r 2026\n", 201),
            ("a.txt", "text/plain", b"MZ\0\0", 415),
            ("a.png", "image/png", b"\x89PNG\r\n\x1a\n", 201),
            ("a.png", "image/png", b"\xff\xd8\xff", 415),
            ("../a.pdf", "application/pdf", PDF, 422),
            ("a\r\nX-Evil: 1.pdf", "application/pdf", PDF, 422),
            ("19121212-1212.pdf", "application/pdf", PDF, 422),
        ] {
            let sent = Sent { place: &group, file_name, media_type, bytes: bytes.to_vec(), key: None };
            let answer = send(&server, &secretary, sent).await;
            assert_eq!(answer.status, status, "{file_name:?} {media_type}: {}", answer.text);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_sends_nothing_for_long_or_does_not_say_how_much_is_refused(backend: Backend) {
        let server = small(backend).await;
        let group = network(&server, json!({})).await.group;
        let token = server.by(SECRETARY).token().expect("a token");
        let head = |more: &str| format!(
            "POST /documents?place={group}&title=a&fileName=a.pdf HTTP/1.1\r\nHost: a\r\nContent-Type: application/pdf\r\n{more}\r\n"
        );
        let signed_in = format!("Authorization: Bearer {token}\r\n");

        for (more, status) in [
            // Before a byte of the body has come.
            ("Content-Length: 1000\r\n".to_owned(), " 401 "),
            (format!("{signed_in}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n"), " 411 "),
            (format!("{signed_in}Content-Length: 9999999\r\nExpect: 100-continue\r\n"), " 413 "),
            (format!("{signed_in}Content-Length: 1000\r\n"), " 408 "),
        ] {
            let mut stream = TcpStream::connect(server.address).await.expect("a connection");
            stream.write_all(head(&more).as_bytes()).await.expect("it is sent");
            let mut answer = vec![0; 12];
            let read = stream.read_exact(&mut answer);
            tokio::time::timeout(Duration::from_secs(8), read).await.expect("an answer in time").expect("an answer");
            let answer = String::from_utf8_lossy(&answer);
            assert!(format!("{answer} ").contains(status), "{more}: {answer}");
        }
        server.stop().await;
    }
}
