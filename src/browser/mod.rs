//! The shell: does what a [`Job`](crate::protocol::Job) says, with the browser's means. No rule of behaviour is here.

pub(crate) mod arguments;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod driver;
pub(crate) mod file;
pub(crate) mod js;
pub(crate) mod sessions;

mod credentials;
mod events;
mod fetch;
mod keep_alive;
mod lock;
