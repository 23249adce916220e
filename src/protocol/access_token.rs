//! The access token of OAuth 2.0.

use std::fmt;

use super::given::{FromPlain, Plain};

/// A token as RFC 6750, §2.1 lets one be written: visible ASCII.
#[derive(Clone)]
pub struct AccessToken(String);

impl AccessToken {
    /// The value of the header `authorization`.
    pub fn bearer(&self) -> String {
        ["Bearer ", &self.0].concat()
    }
}

/// Not the token: no message and no log is to have it.
impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("AccessToken")
    }
}

impl FromPlain for AccessToken {
    const MUST: &'static str = "a token of visible ASCII characters, or a function that gives one";

    fn from_plain(value: Plain) -> Option<Self> {
        let Plain::Text(token) = value else { return None };
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then_some(Self(token))
    }
}
