//! Watches a connection for signs of life, so that one which only holds its place is cut.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::sleep,
};

/// How often a connection is looked at.
const INTERVAL: Duration = Duration::from_millis(500);

/// The signs of life of one connection.
#[derive(Debug)]
pub(super) struct Pulse {
    head_time: Duration,
    idle_time: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Requests that are being answered.
    busy: usize,
    /// Since when a request's head has been arriving.
    head_since: Option<Instant>,
    last_byte: Instant,
}

/// While this lives, a request is being answered.
pub(super) struct Busy<'a>(&'a Pulse);

impl Pulse {
    /// A connection that has just been made: its first head is due from now.
    pub(super) fn new(head_time: Duration, idle_time: Duration) -> Self {
        let now = Instant::now();
        Self {
            head_time,
            idle_time,
            state: Mutex::new(State {
                busy: 0,
                head_since: Some(now),
                last_byte: now,
            }),
        }
    }

    /// A head has arrived whole, and its request is being answered.
    pub(super) fn busy(&self) -> Busy<'_> {
        let mut state = self.state();
        state.busy += 1;
        state.head_since = None;
        Busy(self)
    }

    /// Comes back when the connection shows no life.
    pub(super) async fn stalled(&self) {
        while !self.is_stalled(Instant::now()) {
            sleep(INTERVAL).await;
        }
    }

    fn is_stalled(&self, now: Instant) -> bool {
        let state = self.state();
        let slow_head = state
            .head_since
            .is_some_and(|since| now.saturating_duration_since(since) > self.head_time);
        slow_head || now.saturating_duration_since(state.last_byte) > self.idle_time
    }

    fn read(&self, now: Instant) {
        let mut state = self.state();
        state.last_byte = now;
        if state.busy == 0 {
            state.head_since.get_or_insert(now);
        }
    }

    fn wrote(&self, now: Instant) {
        self.state().last_byte = now;
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.busy -= 1;
        state.last_byte = Instant::now();
    }
}

/// A stream whose bytes are signs of life.
pub(super) struct Watched {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }

    fn wrote(&self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(result, Poll::Ready(Ok(1..))) {
            self.pulse.wrote(Instant::now());
        }
        result
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.pulse.read(Instant::now());
        }
        result
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.wrote(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Duration = Duration::from_secs(5);
    const IDLE: Duration = Duration::from_secs(75);
    const TICK: Duration = Duration::from_millis(1);

    fn pulse() -> (Pulse, Instant) {
        let pulse = Pulse::new(HEAD, IDLE);
        let start = pulse.state().last_byte;
        (pulse, start)
    }

    #[test]
    fn a_new_connection_must_send_a_head_in_time() {
        let (pulse, start) = pulse();

        assert!(!pulse.is_stalled(start + HEAD));
        assert!(pulse.is_stalled(start + HEAD + TICK));
    }

    #[test]
    fn a_head_that_trickles_in_is_not_given_more_time() {
        let (pulse, start) = pulse();

        for second in 0..=5 {
            pulse.read(start + Duration::from_secs(second));
        }

        assert!(pulse.is_stalled(start + HEAD + TICK));
    }

    #[test]
    fn between_requests_a_connection_may_stand_idle_but_not_for_ever() {
        let (pulse, _) = pulse();
        drop(pulse.busy());
        let answered = pulse.state().last_byte;

        assert!(!pulse.is_stalled(answered + IDLE));
        assert!(pulse.is_stalled(answered + IDLE + TICK));
    }

    #[test]
    fn the_next_head_has_its_own_time() {
        let (pulse, _) = pulse();
        drop(pulse.busy());
        let next = pulse.state().last_byte + Duration::from_secs(30);

        pulse.read(next);

        assert!(!pulse.is_stalled(next + HEAD));
        assert!(pulse.is_stalled(next + HEAD + TICK));
    }

    #[test]
    fn a_body_that_arrives_is_not_taken_for_a_head() {
        let (pulse, start) = pulse();
        let _busy = pulse.busy();

        pulse.read(start + TICK);

        assert!(!pulse.is_stalled(start + Duration::from_mins(1)));
    }
}
