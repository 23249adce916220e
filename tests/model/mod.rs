//! A small model of everything around the core, in virtual time: X, a network that means no good, and the shell between.
//!
//! A world is made of a seed, and goes the same way each time. See [`world::World`] for what is checked in it.

mod task;
mod weather;
pub(crate) mod world;
mod x;

/// Microseconds since the world began: finer than the core's milliseconds, as a browser's clock is.
type Micros = u64;

const MILLI: Micros = 1000;
const SECOND: Micros = 1000 * MILLI;

/// X's clock, in microseconds since the epoch, when the world begins.
const EPOCH: u64 = 1_800_000_000_123_456;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Command {
    Init,
    Append,
    Finalize,
    Status,
}
