//! What a process has cost so far, as Linux tells it.

use crate::{Result, while_doing};
use std::{fs, time::Duration};

/// How many ticks the kernel counts in a second: the same on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

/// The CPU time of a process, its threads and the children that it has waited for.
pub fn cpu(pid: u32) -> Result<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))
        .map_err(while_doing("a process that is measured"))?;
    ticks(&text)
        .map(|ticks| Duration::from_secs_f64(ticks / TICKS))
        .ok_or_else(|| api::run::Fault::new(format!("/proc/{pid}/stat cannot be read: {text}")))
}

/// User and system time of the process and its children.
fn ticks(stat: &str) -> Option<f64> {
    // The name stands in brackets and may hold anything; the numbers follow it.
    let (_, numbers) = stat.rsplit_once(") ")?;
    let times: Vec<f64> = numbers
        .split_ascii_whitespace()
        .skip(11)
        .take(4)
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()
        .ok()?;
    (times.len() == 4).then(|| times.iter().sum())
}

/// The most memory that a process has held, in bytes.
pub fn peak_memory(pid: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))
        .map_err(while_doing("a process that is measured"))?;
    text.lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok())
        .map(|kilobytes| kilobytes * 1024)
        .ok_or_else(|| api::run::Fault::new(format!("/proc/{pid}/status names no VmHWM")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 5 6 7";

        assert_eq!(ticks(stat), Some(100.0));
        assert_eq!(ticks("7 (short) S 1 2"), None);
    }

    #[test]
    fn this_process_has_cost_something_and_holds_memory() {
        let pid = std::process::id();

        assert!(cpu(pid).is_ok());
        assert!(peak_memory(pid).expect("a figure") > 1_000_000);
    }
}
