//! Uploads by the thousand, each in a small world of its own with whatever a network, X and a browser can do to it.
//!
//! `SIMULATIONS=1000000 cargo test simulation` for more of them; `SEED=7 cargo test simulation -- --nocapture`
//! for that one again, and everything that happens in it.

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
    let (seeds, done) = (AtomicU64::new(0), AtomicU64::new(0));
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
        for what in SEEN {
            assert!(tally.contains_key(what), "{what}: nothing of the kind has happened");
        }
    }
}

/// What has to happen in so many worlds, or they are too kind.
const SEEN: [&str; 52] = [
    "a request of the dead",
    "clock jumps",
    "death",
    "death during a save",
    "end: abort",
    "end: abort, in fair weather",
    "end: callback_failed",
    "end: expired",
    "end: file_changed",
    "end: forbidden",
    "end: invalid_response",
    "end: network",
    "end: not_found",
    "end: payment_required",
    "end: processing_failed",
    "end: processing_failed, in fair weather",
    "end: processing_timeout",
    "end: rate_limited",
    "end: rejected",
    "end: resolve",
    "end: resolve, in fair weather",
    "end: server",
    "end: timeout",
    "end: too_large",
    "end: unauthorized",
    "fate: 408 or 425",
    "fate: 429",
    "fate: 5xx",
    "fate: a page with 200",
    "fate: a redirect",
    "fate: file not readable",
    "fate: lost after the effect",
    "fate: lost before the effect",
    "fate: offline",
    "fate: refused for good",
    "fate: sent twice by the browser",
    "fate: stalled",
    "fate: well",
    "pause",
    "resumed by the caller: append",
    "resumed by the caller: finalize",
    "resumed by the caller: metadata",
    "resumed by the caller: processing",
    "resumed by the store: append",
    "resumed by the store: metadata",
    "resumed by the store: processing",
    "started over: forgotten",
    "started over: too large",
    "store: fails",
    "store: hangs",
    "store: works",
    "taken up again",
];
