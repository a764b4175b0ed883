//! The loop, over real connections.

use super::*;
use axum::{Extension, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    task::JoinHandle,
};

const SHORT: Duration = Duration::from_millis(100);

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

async fn served(router: Router, limits: Connections) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async { drop(stopped.await) };
    let task = tokio::spawn(serve_with(listener, router, limits, shutdown));
    Served {
        address,
        stop,
        task,
    }
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

fn slow() -> Router {
    let handler = || async {
        sleep(SHORT * 5).await;
        "finished"
    };
    Router::new().route("/", get(handler))
}

/// Sends these bytes and reads until the other end closes.
async fn conversation(address: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The other end may close first: that is what some of these tests are about.
    let _ = stream.write_all(bytes.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const REQUEST: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_is_answered() {
    let served = served(hello(), Connections::default()).await;

    let answer = conversation(served.address, REQUEST).await;

    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let limits = Connections {
        head_time: SHORT,
        ..Connections::default()
    };
    let served = served(hello(), limits).await;

    for part in ["", "GET / HTTP/1.1\r\nhost: "] {
        let end = timeout(SHORT * 20, conversation(served.address, part)).await;
        assert_eq!(end.as_deref(), Ok(""), "the connection must be cut");
    }
}

#[tokio::test]
async fn one_connection_too_many_is_closed() {
    let limits = Connections {
        per_address: 1,
        ..Connections::default()
    };
    let served = served(hello(), limits).await;
    let _first = TcpStream::connect(served.address).await.unwrap();
    sleep(SHORT).await;

    assert_eq!(conversation(served.address, REQUEST).await, "");
}

#[tokio::test]
async fn a_shutdown_finishes_what_was_begun() {
    let served = served(slow(), Connections::default()).await;
    let client = tokio::spawn(conversation(served.address, REQUEST));
    sleep(SHORT * 2).await;

    served.stop.send(()).unwrap();

    assert!(client.await.unwrap().ends_with("finished"));
    assert!(served.task.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_shutdown_waits_for_work_whose_client_is_gone() {
    let (done, mut finished) = mpsc::channel(1);
    let handler = async move |Extension(connection): Extension<Connection>| {
        let in_flight = connection.in_flight();
        tokio::spawn(async move {
            sleep(SHORT * 5).await;
            done.send(()).await.unwrap();
            drop(in_flight);
        });
        "begun"
    };
    let router = Router::new().route("/", get(handler));
    let served = served(router, Connections::default()).await;
    conversation(served.address, REQUEST).await;

    served.stop.send(()).unwrap();
    served.task.await.unwrap().unwrap();

    assert!(finished.try_recv().is_ok(), "the work must have been done");
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let limits = Connections {
        shutdown_time: SHORT,
        ..Connections::default()
    };
    let served = served(slow(), limits).await;
    let _client = tokio::spawn(conversation(served.address, REQUEST));
    sleep(SHORT).await;

    served.stop.send(()).unwrap();

    let end = timeout(SHORT * 4, served.task).await;
    assert!(end.is_ok(), "stop at the time limit");
}
