//! Tells whoever waits how far the work has come, how fast it goes and how long it will take.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

/// How often a line is written.
const PAUSE: Duration = Duration::from_secs(1);

/// One kind of thing that is being made.
pub struct Progress {
    what: &'static str,
    all: usize,
    done: usize,
    began: Instant,
    said: Instant,
}

impl Progress {
    /// Begins to count towards `all`.
    #[must_use]
    pub fn of(what: &'static str, all: usize) -> Self {
        let now = Instant::now();
        Self {
            what,
            all,
            done: 0,
            began: now,
            said: now,
        }
    }

    /// So many more are done.
    pub fn add(&mut self, more: usize) {
        self.done += more;
        if self.said.elapsed() >= PAUSE {
            self.said = Instant::now();
            self.say(false);
        }
    }

    /// All are done.
    pub fn end(self) {
        self.say(true);
    }

    fn say(&self, last: bool) {
        let line = line(self.what, self.done, self.all, self.began.elapsed());
        // On a terminal the line is written over; in a file each stands by itself.
        let (before, after) = match (io::stderr().is_terminal(), last) {
            (true, false) => ("\r\x1b[K", ""),
            (true, true) => ("\r\x1b[K", "\n"),
            (false, _) => ("", "\n"),
        };
        let mut out = io::stderr().lock();
        // Who cannot be told is not told; the work goes on.
        let _ = write!(out, "{before}{line}{after}").and_then(|()| out.flush());
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
fn line(what: &str, done: usize, all: usize, time: Duration) -> String {
    let seconds = time.as_secs_f64().max(0.001);
    let rate = done as f64 / seconds;
    let share = done as f64 / all.max(1) as f64 * 100.0;
    if done >= all {
        return format!("{what}: {done} in {seconds:.1} s, {rate:.0} a second");
    }
    let left = (all - done) as f64 / rate.max(0.001);
    format!("{what}: {done} of {all} ({share:.0} %), {rate:.0} a second, {left:.0} s left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        assert_eq!(
            line("sign-ups", 500, 2000, Duration::from_secs(5)),
            "sign-ups: 500 of 2000 (25 %), 100 a second, 15 s left"
        );
        assert_eq!(
            line("sign-ups", 2000, 2000, Duration::from_secs(20)),
            "sign-ups: 2000 in 20.0 s, 100 a second"
        );
    }
}
