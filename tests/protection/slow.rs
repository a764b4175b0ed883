//! Whoever holds a connection without using it is cut, and nobody holds all of them.

use super::sending::{assert_well, how_are_you};
use crate::harness::{Server, Setup, on_both_databases};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

/// A second for headers and body, and a few connections.
fn strict() -> Setup {
    Setup {
        settings: vec![
            ("SAMVERKAN_HTTP_READ_TIMEOUT_SECONDS", "1".to_owned()),
            ("SAMVERKAN_HTTP_CONNECTIONS_PER_ADDRESS", "5".to_owned()),
        ],
        ..Setup::default()
    }
}

/// How long a cut may take: the second that is allowed, and what the watch needs to see it.
const SOON: Duration = Duration::from_secs(4);

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address)
        .await
        .expect("a connection")
}

/// Writes a byte every tenth of a second until the other end closes; returns what it said and how long it took.
async fn drip(stream: &mut TcpStream, head: &str) -> (String, Duration) {
    let start = Instant::now();
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the beginning is taken");
    let mut said = Vec::new();
    while start.elapsed() < SOON * 2 {
        let _ = stream.write_all(b"x").await;
        let mut some = [0; 1024];
        match timeout(Duration::from_millis(100), stream.read(&mut some)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(length)) => said.extend_from_slice(&some[..length]),
            Err(_) => {}
        }
    }
    (String::from_utf8_lossy(&said).into_owned(), start.elapsed())
}

on_both_databases! {
    async fn headers_that_trickle_in_are_cut(backend: Backend) {
        let server = Server::start_with(backend, strict()).await;

        let (said, took) = drip(&mut connect(&server).await, "POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ").await;

        assert!(took < SOON, "a slow head was held for {took:?}");
        assert_eq!(said, "", "nothing is answered to half a request");
        assert_well(&how_are_you(&server).await, "slow headers");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_connection_that_says_nothing_is_cut(backend: Backend) {
        let server = Server::start_with(backend, strict()).await;
        let mut silent = connect(&server).await;

        let start = Instant::now();
        let ended = timeout(SOON, silent.read(&mut [0; 16])).await;

        assert!(ended.is_ok(), "a silent connection was held for {:?}", start.elapsed());
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_body_that_trickles_in_is_cut(backend: Backend) {
        let server = Server::start_with(backend, strict()).await;
        let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{";

        let (said, took) = drip(&mut connect(&server).await, head).await;

        assert!(took < SOON, "a slow body was held for {took:?}; http.read_timeout_seconds is 1");
        assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
        assert!(said.contains("REQUEST_TIMEOUT"), "{said}");
        assert_well(&how_are_you(&server).await, "a slow body");
        server.stop().await;
    }
}

on_both_databases! {
    async fn one_address_cannot_take_all_connections(backend: Backend) {
        let server = Server::start_with(backend, strict()).await;
        let mut held = Vec::new();
        for _ in 0..5 {
            held.push(connect(&server).await);
        }
        sleep(Duration::from_millis(100)).await;

        let mut sixth = connect(&server).await;
        let closed = timeout(Duration::from_millis(500), sixth.read(&mut [0; 16])).await;

        assert!(matches!(closed, Ok(Ok(0) | Err(_))), "the sixth connection must be closed at once");
        drop(held);
        sleep(Duration::from_millis(200)).await;
        assert_well(&how_are_you(&server).await, "too many connections");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_is_no_http_is_closed(backend: Backend) {
        let server = Server::start(backend).await;
        let garbage = [
            "\0\0\0\0\r\n\r\n".to_owned(),
            "GET / HTTP/9.9\r\n\r\n".to_owned(),
            format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(200_000)),
            format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-many: 1\r\n".repeat(200)),
            format!("GET /graphql?query={} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(200_000)),
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /graphql HTTP/1.1\r\n\r\n".to_owned(),
        ];

        for request in garbage {
            let mut stream = connect(&server).await;
            let _ = stream.write_all(request.as_bytes()).await;
            let _ = stream.shutdown().await;
            let mut said = Vec::new();
            let ended = timeout(Duration::from_secs(2), stream.read_to_end(&mut said)).await;

            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(ended.is_ok(), "{request:.40?}: the connection must be closed");
            assert!(!said.contains(" 200 "), "{request:.40?}: {said}");
            assert_well(&how_are_you(&server).await, "garbage");
        }
        server.stop().await;
    }
}
