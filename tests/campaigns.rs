//! Campaigns: everything at once for many rounds, clients that repeat themselves, processes that are killed and
//! databases that are restarted in the middle. Each test here is a short one; `tests/campaign` runs it as long as one
//! wants and prints its figures.

mod checker;
mod controls;
mod explain;
mod gate;
mod history;
mod hot;
mod kill;
mod load;
mod model;
mod offers;
mod random;
mod restart;
mod same_key;
mod storm;

use std::time::Duration;

/// How many rounds: so many in the suite, as many as are asked for in a campaign.
fn rounds(short: usize) -> usize {
    number("SAMVERKAN_CAMPAIGN_ROUNDS").unwrap_or(short)
}

/// Where chance begins: the same for the same seed, as far as the machine's own timing lets it.
fn seed() -> u64 {
    number("SAMVERKAN_CAMPAIGN_SEED").unwrap_or(1)
}

fn number<N: std::str::FromStr>(variable: &str) -> Option<N> {
    let said = std::env::var(variable).ok()?;
    let number = said.parse().ok();
    assert!(number.is_some(), "{variable} is no number: {said}");
    number
}

/// The middle and the worst of some durations, for people to read.
fn spread(durations: &[Duration]) -> String {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let millis = |duration: Option<&Duration>| duration.map_or(0, Duration::as_millis);
    let (middle, worst) = (sorted.get(sorted.len() / 2), sorted.last());
    format!("median {} ms, worst {} ms", millis(middle), millis(worst))
}
