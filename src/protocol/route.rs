//! The way of a request to X: whom it reaches first, and from where. Who may have refused one depends on it.

use super::json::cut;

/// The way of every request of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Whether requests are to be signed, by OAuth 1.0a: API 1.1 takes no others.
    pub is_signed: bool,
    /// Who is at the base URL.
    pub host: Host,
    /// Where the client runs.
    pub place: Place,
}

/// Who is at a base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// X itself.
    X,
    /// The page's own server, with a relay on it.
    Own,
    /// Another server: a relay, a proxy, an emulator.
    Other,
}

impl Host {
    /// The hosts of X's API, by the names of both brands.
    const OF_X: [&str; 4] = ["api.x.com", "upload.x.com", "api.twitter.com", "upload.twitter.com"];

    /// Who is at the host of that name.
    pub(super) fn named(name: &str, is_own: bool) -> Self {
        match is_own {
            true => Self::Own,
            false if Self::OF_X.contains(&name) => Self::X,
            false => Self::Other,
        }
    }
}

/// Where a client runs, and so whose answers it may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A page or a worker of a website: answers of other origins that allow it (CORS).
    Page,
    /// An extension: answers of the hosts that its manifest names.
    Extension,
    /// No browser: all answers.
    Server,
}

impl Place {
    /// The place of this `origin`; a server has none.
    pub fn of(origin: Option<&str>) -> Self {
        // chrome-extension:, moz-extension:, safari-web-extension:
        match origin {
            Some(origin) if cut(origin, b':').0.ends_with("-extension") => Self::Extension,
            Some(_) => Self::Page,
            None => Self::Server,
        }
    }
}

/// Who wrote an answer, as far as its body tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Responder {
    /// X's API.
    X,
    /// The relay of this package, by a problem of its own.
    Relay,
    /// Someone before X's API, where that was asked itself: X's own front, a firewall or a proxy.
    Front,
    /// The server at the base URL, or someone before it.
    Server,
    /// Nobody that could be told: the body is empty. X answers 413 so.
    #[default]
    Unknown,
}
