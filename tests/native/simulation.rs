//! Uploads by the thousand, each in a small world of its own with whatever a network, X and a browser can do to it.
//!
//! `SIMULATIONS=1000000 cargo test simulation` for more of them, `SEED_START=5000` for others;
//! `SEED=7 cargo test simulation -- --nocapture` for that one again, and everything that happens in it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::model::world::{Tally, World};

/// In the ordinary test run.
const UPLOADS: u64 = 100_000;

/// Names the seed of a world that came to grief, and ends the search for another.
struct Grief<'a> {
    seed: u64,
    done: &'a AtomicU64,
}

impl Drop for Grief<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.done.store(u64::MAX / 2, Ordering::Relaxed);
            eprintln!("\nto see it again: SEED={} cargo test simulation -- --nocapture\n", self.seed);
        }
    }
}

fn run(seed: u64, done: &AtomicU64, trace: bool) -> Tally {
    let _grief = Grief { seed, done };
    let tally = World::new(seed, trace).run();
    done.fetch_add(tally["uploads"], Ordering::Relaxed);
    tally
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn no_fault_makes_an_upload_hang_or_lose_a_byte_or_fail_without_a_cause() {
    if let Some(seed) = number("SEED") {
        eprintln!("{:#?}", run(seed, &AtomicU64::new(0), true));
        return;
    }
    let wanted = number("SIMULATIONS").unwrap_or(UPLOADS);
    let (seeds, done) = (AtomicU64::new(number("SEED_START").unwrap_or(0)), AtomicU64::new(0));
    let tally = Mutex::new(Tally::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut mine = Tally::new();
                while done.load(Ordering::Relaxed) < wanted {
                    let one = run(seeds.fetch_add(1, Ordering::Relaxed), &done, false);
                    one.into_iter().for_each(|(what, times)| *mine.entry(what).or_default() += times);
                }
                let mut all = tally.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                mine.into_iter().for_each(|(what, times)| *all.entry(what).or_default() += times);
            });
        }
    });
    let tally = tally.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    println!("{tally:#?}");
    if wanted >= UPLOADS {
        for (what, least) in SEEN {
            let times = tally.get(*what).copied().unwrap_or_default();
            assert!(times >= *least, "{what}: only {times} times");
        }
    }
}

/// What has to happen in so many worlds, and how often at least, or they are too kind.
const SEEN: &[(&str, u64)] = &[
    ("a lag forgiven more than once", 300),
    ("a line that requests share", 2000),
    ("a request of the dead", 1000),
    ("clock jumps", 500),
    ("clock jumps under way", 1000),
    ("death", 10_000),
    ("death during a save", 1000),
    ("disowned", 300),
    ("disowned for good", 100),
    ("doubt: STATUS is bare", 300),
    ("doubt: STATUS knows nothing", 300),
    ("end: abort", 1000),
    ("end: abort, in fair weather", 1000),
    ("end: callback_failed", 300),
    ("end: expired", 50),
    ("end: file_changed", 500),
    ("end: forbidden", 200),
    ("end: invalid_response", 500),
    ("end: network", 500),
    ("end: not_found", 300),
    ("end: payment_required", 100),
    ("end: processing_failed", 200),
    ("end: processing_failed, in fair weather", 1000),
    ("end: processing_timeout", 1000),
    ("end: rate_limited", 1000),
    ("end: rejected", 1000),
    ("end: resolve", 3000),
    ("end: resolve, in fair weather", 30_000),
    ("end: server", 200),
    ("end: timeout", 500),
    ("end: too_large", 500),
    ("end: unauthorized", 200),
    ("fate: 2xx of another media", 3000),
    ("fate: 2xx that says nothing", 1000),
    ("fate: 2xx with errors alone", 1000),
    ("fate: 408 or 425", 3000),
    ("fate: 429", 10_000),
    ("fate: 429, absurd or of a day", 1000),
    ("fate: 429, usage cap", 500),
    ("fate: 5xx", 10_000),
    ("fate: a page with 200", 3000),
    ("fate: a redirect", 500),
    ("fate: file not readable", 500),
    ("fate: lost after the effect", 10_000),
    ("fate: lost before the effect", 10_000),
    ("fate: offline", 10_000),
    ("fate: refused by X", 3000),
    ("fate: refused by a page", 3000),
    ("fate: refused in silence", 1000),
    ("fate: sent twice by the browser", 10_000),
    ("fate: stalled", 10_000),
    ("fate: well", 500_000),
    ("goes unstored", 500),
    ("offline for hours", 200),
    ("outage", 500),
    ("outage of hours", 200),
    ("pause", 10_000),
    ("resumed by the caller: append", 3000),
    ("resumed by the caller: finalize", 300),
    ("resumed by the caller: metadata", 30),
    ("resumed by the caller: processing", 1000),
    ("resumed by the store: append", 1000),
    ("resumed by the store: metadata", 20),
    ("resumed by the store: processing", 500),
    ("started over: FINALIZE was lost", 200),
    ("started over: forgotten", 200),
    ("started over: too large", 1000),
    ("started over: too large, with what was taken", 50),
    ("store: fails", 10_000),
    ("store: hangs", 1000),
    ("store: works", 100_000),
    ("taken up again", 5000),
    ("two owners of one media", 50),
];
