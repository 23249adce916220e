//! What outlives a process: the sessions in a store that may be slow, may fail and may hang.

use std::collections::HashMap;

use super::{MILLI, Micros, SECOND};

/// A store that takes longer is left alone by the shell.
const LONGEST_STORING: Micros = 10 * SECOND;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mood {
    Works,
    Fails,
    /// It is done, or it is not, but nobody is told.
    Hangs {
        done: bool,
    },
}

pub(super) struct Store {
    /// The sessions, by their keys.
    pub(super) sessions: HashMap<String, String>,
    /// Of a hundred calls, how many fail, and how many hang.
    fail: u8,
    hang: u8,
    slowness: Micros,
    random: fastrand::Rng,
}

impl Store {
    pub(super) fn new(mut random: fastrand::Rng) -> Self {
        let (fail, hang) = [(0, 0), (0, 0), (0, 0), (30, 0), (5, 5), (100, 0)][random.usize(0..6)];
        let slowness = [MILLI, 20 * MILLI, 3 * SECOND][random.usize(0..3)];
        Self { sessions: HashMap::new(), fail, hang, slowness, random }
    }

    /// What becomes of one call, and after how long the shell goes on.
    pub(super) fn mood(&mut self) -> (Mood, Micros) {
        let after = self.random.u64(0..=self.slowness);
        match self.random.u8(0..100) {
            dice if dice < self.fail => (Mood::Fails, after),
            dice if dice < self.fail + self.hang => (Mood::Hangs { done: self.random.bool() }, LONGEST_STORING),
            _ => (Mood::Works, after),
        }
    }
}

impl Mood {
    /// Its name in the tally.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Works => "store: works",
            Self::Fails => "store: fails",
            Self::Hangs { .. } => "store: hangs",
        }
    }
}
