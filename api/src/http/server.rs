//! The loop that accepts connections. It cuts what arrives slowly or stands idle, caps how many
//! there are, and on shutdown finishes what it began.

mod census;
mod pulse;

use axum::{Router, body::Body};
use census::Census;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown, service::TowerToHyperService};
use pulse::{Pulse, Watched};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, timeout},
};
use tower::{ServiceExt, service_fn};

/// How many connections are held, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Connections in all.
    pub total: usize,
    /// Connections from one address.
    pub per_address: usize,
    /// Addresses that stand for many clients, such as a reverse proxy, and share only the total.
    pub uncapped: Vec<IpAddr>,
    /// How long a request's head may take, from its first byte; on a new connection, from the
    /// connection.
    pub head_time: Duration,
    /// How long a connection may stand without a byte in either direction.
    pub idle_time: Duration,
    /// How long a shutdown waits for what is under way.
    pub shutdown_time: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            total: 2_000,
            per_address: 100,
            uncapped: Vec::new(),
            head_time: Duration::from_secs(5),
            idle_time: Duration::from_secs(75),
            shutdown_time: Duration::from_secs(10),
        }
    }
}

/// What a request knows of the connection that it came by: an extension of the HTTP request.
#[derive(Clone, Debug)]
pub struct Connection {
    peer: SocketAddr,
    in_flight: InFlight,
}

impl Connection {
    /// The other end's address.
    #[must_use]
    pub fn peer(&self) -> IpAddr {
        self.peer.ip().to_canonical()
    }

    /// To be held by work that a shutdown must wait for although its client may be gone.
    #[must_use]
    pub fn in_flight(&self) -> InFlight {
        self.in_flight.clone()
    }
}

/// While one of these lives, a shutdown waits.
#[derive(Clone, Debug)]
pub struct InFlight {
    _open: mpsc::Sender<()>,
}

/// Serves the router with the default limits on connections until `shutdown` is done.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    serve_with(listener, router, Connections::default(), shutdown).await
}

/// Serves the router until `shutdown` is done, then finishes what it began.
pub async fn serve_with(
    listener: TcpListener,
    router: Router,
    limits: Connections,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (open, mut all_done) = mpsc::channel::<()>(1);
    let in_flight = InFlight { _open: open };
    let graceful = GracefulShutdown::new();
    let census = Census::new(&limits);
    let mut shutdown = pin!(shutdown);

    loop {
        let (stream, peer) = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    cannot_accept(&error).await;
                    continue;
                }
            },
        };
        // One too many is closed without a word: an answer would cost what the cap saves.
        let Some(place) = census.admit(peer.ip().to_canonical()) else {
            continue;
        };
        let connection = Connection {
            peer,
            in_flight: in_flight.clone(),
        };
        let served = converse(stream, router.clone(), connection, &limits, &graceful);
        tokio::spawn(async move {
            served.await;
            drop(place);
        });
    }

    drop(listener);
    drop(in_flight);
    let finished = async {
        graceful.shutdown().await;
        // Nothing is ever sent: this ends when the last holder is gone.
        all_done.recv().await;
    };
    if timeout(limits.shutdown_time, finished).await.is_err() {
        tracing::warn!("shutdown: some requests did not finish in time");
    }
    Ok(())
}

/// A client that went away is nothing; a shortage, as of file descriptors, needs a pause.
async fn cannot_accept(error: &io::Error) {
    let gone = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    );
    if !gone {
        tracing::error!(%error, "cannot accept a connection");
        sleep(Duration::from_secs(1)).await;
    }
}

/// One connection, from its first request to its end.
fn converse(
    stream: TcpStream,
    router: Router,
    connection: Connection,
    limits: &Connections,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    let pulse = Arc::new(Pulse::new(limits.head_time, limits.idle_time));
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&pulse)));
    let beat = Arc::clone(&pulse);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let (router, beat) = (router.clone(), Arc::clone(&beat));
        request.extensions_mut().insert(connection.clone());
        async move {
            let _busy = beat.busy();
            router.oneshot(request.map(Body::new)).await
        }
    });
    let served = http1::Builder::new()
        .max_headers(64)
        .max_buf_size(128 * 1024)
        .serve_connection(io, TowerToHyperService::new(service));
    let served = graceful.watch(served);
    async move {
        tokio::select! {
            // Errors of a connection are its client's: it broke off, or spoke no HTTP.
            _ = served => {}
            () = pulse.stalled() => {}
        }
    }
}

#[cfg(test)]
mod tests;
