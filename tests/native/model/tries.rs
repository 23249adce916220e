//! When an operation may be tried again, and by when it has to be.

use std::collections::HashMap;

use super::{Command, MILLI, Micros, SECOND};

/// The client's settings.
pub(super) struct Rules {
    pub(super) attempts: u64,
    /// Whether the caller has said how many: else, what nothing answers at all is tried less often.
    pub(super) is_given: bool,
    /// A rate limit that lasts longer ends the work.
    pub(super) longest_limit: Micros,
    pub(super) min_delay: Micros,
    pub(super) max_delay: Micros,
    /// How long a request may take.
    pub(super) timeout: Micros,
    /// Whether the caller said so: then an APPEND may take no longer.
    pub(super) is_timeout_given: bool,
}

/// Without a network, a request that failed is tried again after so long at the latest.
const OFFLINE_PAUSE: Micros = 30 * SECOND;

/// The clock of the core counts whole milliseconds, and what is to be done at one moment takes none.
const SLACK: Micros = 10 * MILLI;

/// The tries of one operation: a segment's, or those until STATUS tells something.
#[derive(Default)]
pub(super) struct Tries {
    count: u64,
    /// Those of them that don't count.
    uncounted: u64,
    /// Those that met a fault.
    pub(super) faults: u64,
    /// Those that were answered, or of which it is not the network's fault that they were not.
    heard: u64,
    not_before: Micros,
    not_after: Option<Micros>,
    /// Waits for the network, since when.
    offline_since: Option<Micros>,
    /// How often it has timed out.
    pub(super) time_outs: u32,
}

impl Tries {
    pub(super) fn counted(&self) -> u64 {
        self.count - self.uncounted
    }

    /// One leaves, neither too early nor too late. `excused` is until when something else held it back.
    fn begins(&mut self, command: Command, now: Micros, lateness: Micros, excused: Micros) {
        self.count += 1;
        self.offline_since = None;
        assert!(now >= self.not_before, "{command:?} is tried again {} µs early", self.not_before - now);
        if let Some(latest) = self.not_after.take() {
            let latest = (latest + lateness).max(excused.saturating_add(lateness + SLACK));
            assert!(now <= latest, "{command:?} is tried again {} µs late", now - latest);
        }
    }

    /// One has failed in a way that may pass. What a 503 asks for counts up to the longest pause.
    pub(super) fn fails(&mut self, retry_after: Option<Micros>, now: Micros, rules: &Rules) {
        let asked = retry_after.map(|wait| wait.min(rules.max_delay));
        self.not_before = (now + asked.unwrap_or(rules.min_delay)).saturating_sub(MILLI);
        self.not_after = Some(now + rules.max_delay.max(rules.min_delay) + SLACK);
    }

    /// Something was heard of it, if no more than that it was too late.
    pub(super) fn hears(&mut self) {
        self.heard += 1;
    }

    /// Whether nothing but the network has failed yet.
    pub(super) fn is_unheard(&self) -> bool {
        self.heard == 0
    }

    /// What comes next is another operation, after the pause that there would have been.
    pub(super) fn begins_anew(&mut self) {
        (self.count, self.uncounted, self.faults, self.heard) = (0, 0, 0, 0);
    }

    /// One has failed for want of a network.
    pub(super) fn fails_offline(&mut self, now: Micros, is_counted: bool) {
        self.uncounted += u64::from(!is_counted);
        self.offline_since = Some(now);
        (self.not_before, self.not_after) = (0, Some(now + OFFLINE_PAUSE + SLACK));
    }

    /// One has failed, and when the next one leaves is not the operation's own affair.
    pub(super) fn waits(&mut self, is_counted: bool) {
        self.uncounted += u64::from(!is_counted);
        (self.not_before, self.not_after) = (0, None);
    }
}

/// The tries of all operations of a job.
#[derive(Default)]
pub(super) struct AllTries(HashMap<(Command, u64), Tries>);

impl AllTries {
    pub(super) fn of(&mut self, command: Command, index: u64) -> &mut Tries {
        self.0.entry((command, index)).or_default()
    }

    pub(super) fn begins(&mut self, command: Command, index: u64, now: Micros, lateness: Micros, excused: Micros) {
        self.of(command, index).begins(command, now, lateness, excused);
    }

    /// It has its answer: what comes next of the kind is another operation.
    pub(super) fn is_answered(&mut self, command: Command, index: u64) {
        self.0.remove(&(command, index));
    }

    /// There is a network again, for which nothing has to wait any more; or there is none, again.
    pub(super) fn go_online(&mut self, online: bool, now: Micros) {
        for tries in self.0.values_mut() {
            if let Some(since) = tries.offline_since {
                let latest = if online { now } else { now.max(since + OFFLINE_PAUSE) };
                tries.not_after = Some(latest + SLACK);
            }
        }
    }
}
