//! One process of the caller's, with its client. What it knows dies with it.

use std::rc::Rc;

use x_media_upload::protocol::{ClientState, Settings};

use super::ledger::Scale;
use super::{COMMANDS, Command, MILLI, Micros};

pub(super) struct Client {
    /// How many there were before.
    pub(super) life: u32,
    /// Its monotonic clock begins at 0.
    pub(super) born: Micros,
    pub(super) settings: Rc<Settings>,
    pub(super) state: ClientState,
    /// The number of the token that it has.
    pub(super) token: u32,
    pub(super) refreshing_since: Option<Micros>,
    /// Until when each command has to rest, as it was told, and until when it may.
    rests_until: [Micros; COMMANDS],
    pub(super) may_rest_until: [Micros; COMMANDS],
    /// What it knows of how large segments may be.
    pub(super) scale: Scale,
    /// The longest that an APPEND may take which leaves now, in milliseconds, where the caller has not said.
    pub(super) patience: u64,
}

/// How long an APPEND may take at first, and at the most, in milliseconds.
pub(super) const PATIENCE: (u64, u64) = (60_000, 3_600_000);

impl Client {
    pub(super) fn new(life: u32, born: Micros, settings: Rc<Settings>, token: u32) -> Self {
        Self {
            life,
            born,
            settings,
            state: ClientState::default(),
            token,
            refreshing_since: None,
            rests_until: [0; COMMANDS],
            may_rest_until: [0; COMMANDS],
            scale: Scale::default(),
            patience: PATIENCE.0,
        }
    }

    /// Its clock.
    pub(super) fn at(&self, now: Micros) -> u64 {
        (now - self.born) / MILLI
    }

    /// X has said that a command has to rest.
    pub(super) fn rests(&mut self, command: Command, until: Micros, at_most_until: Micros) {
        let (least, most) = (&mut self.rests_until[command as usize], &mut self.may_rest_until[command as usize]);
        *least = until.max(*least);
        *most = at_most_until.max(*most);
    }

    /// Checks that a command may leave, as far as its rate limit goes.
    pub(super) fn may_send(&self, command: Command, now: Micros) {
        let rest = self.rests_until[command as usize];
        // The clock of the core counts whole milliseconds.
        assert!(now + MILLI > rest, "{command:?} leaves {} µs before the end of its rate limit", rest - now);
    }

    /// An APPEND has timed out that might have taken so many milliseconds at the most: others may take twice as long.
    pub(super) fn append_times_out(&mut self, at_most: u64) {
        self.patience = self.patience.max(PATIENCE.1.min(2 * at_most));
    }

    /// A refresh begins; one that takes longer than a request may is given up.
    pub(super) fn refreshes(&mut self, now: Micros, timeout: Micros) {
        let is_hung = |since| now - since + MILLI >= timeout;
        assert!(self.refreshing_since.is_none_or(is_hung), "two refreshes at once");
        self.refreshing_since = Some(now);
    }
}
