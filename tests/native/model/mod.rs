//! A small model of everything around the core, in virtual time: X, a network that means no good, callers who pause, give up
//! and come back, processes that die, and the shell between.
//!
//! A world is made of a seed, and goes the same way each time. See [`world::World`] for what is checked in it, and
//!
//! - `wire` for what requests and answers say, `x` for what X makes of them, `weather` for what becomes of them on their way;
//! - `errand` for what callers want, `store` for what outlives a process, `client` for what does not;
//! - `task` for one job and what it may do, `tries` for when it may do it again, `ledger` for its segments;
//! - `world` for what happens, `shell` for how jobs are run, `endings` for how they may end.

mod client;
mod endings;
mod errand;
mod ledger;
mod shell;
mod store;
mod task;
mod tries;
mod weather;
mod wire;
pub(crate) mod world;
mod x;

use serde::Serialize;

/// Microseconds since the world began: finer than the core's milliseconds, as a browser's clock is.
type Micros = u64;

const MILLI: Micros = 1000;
const SECOND: Micros = 1000 * MILLI;

/// X's clock, in microseconds since the epoch, when the world begins.
const EPOCH: u64 = 1_800_000_000_123_456;

/// Rate limits are per command.
const COMMANDS: usize = 5;

/// What JavaScript calls a code or a phase.
fn name_of(named: impl Serialize) -> String {
    serde_json::to_value(named).ok().and_then(|name| Some(name.as_str()?.to_owned())).unwrap_or_default()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Command {
    Init,
    Append,
    Finalize,
    Status,
    Metadata,
}
