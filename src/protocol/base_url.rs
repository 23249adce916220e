//! Where requests may go: credentials are sent there.

use super::request::ApiVersion;
use super::route::Host;

/// What the paths of the API are appended to: an origin with an optional path prefix, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: String,
    host: Host,
}

/// A URL as the platform's parser takes it apart.
#[derive(Clone, Debug, Default)]
pub struct UrlParts {
    /// All of it.
    pub href: String,
    /// `null` where it has none.
    pub origin: String,
    /// With the colon.
    pub protocol: String,
    /// Without the port; an address of IPv6 in brackets.
    pub hostname: String,
}

impl BaseUrl {
    /// What a base URL must be.
    pub const MUST: &'static str =
        "a URL of https:, of the page's own origin or of loopback, without user, password, query and hash";

    /// What it must be where it ends in the version of an API.
    pub const MUST_NOT_REPEAT: &'static str =
        "a URL without /2 or /1.1 at its end: the paths that are appended to it begin with X's version";

    /// Where the API is.
    pub fn of(api: ApiVersion) -> Self {
        Self { url: api.default_url().to_owned(), host: Host::X }
    }

    /// A base URL that the caller gave, on a page of `own_origin`; the error is what it must be.
    pub fn new(url: &UrlParts, own_origin: Option<&str>) -> Result<Self, &'static str> {
        let UrlParts { href, origin, protocol, hostname } = url;
        let is_own = own_origin == Some(origin);
        let is_safe = protocol == "https:" || is_own || protocol == "http:" && url.is_loopback();
        // An origin has neither user nor password, and an opaque one is no beginning of a URL.
        let path = href.strip_prefix(origin.as_str()).filter(|path| path.starts_with("/")).ok_or(Self::MUST)?;
        if !is_safe || path.bytes().any(|byte| matches!(byte, b'?' | b'#')) {
            return Err(Self::MUST);
        }
        let slashes = path.bytes().rev().take_while(|byte| *byte == b'/').count();
        let url = href.get(..href.len() - slashes).unwrap_or_default();
        if url.ends_with("/2") || url.ends_with("/1.1") {
            return Err(Self::MUST_NOT_REPEAT);
        }
        Ok(Self { url: url.to_owned(), host: Host::named(hostname, is_own) })
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Who is there.
    pub fn host(&self) -> Host {
        self.host
    }
}

impl UrlParts {
    /// Whether the host never leaves the machine (RFC 6761, §6.3; RFC 1122, §3.2.1.3; RFC 4291, §2.5.3).
    fn is_loopback(&self) -> bool {
        let host = self.hostname.as_str();
        let is_below_localhost = host.strip_suffix(".localhost").is_some_and(|name| !name.is_empty());
        // The platform has written an address of IPv4 as four numbers.
        let is_ipv4 = host.strip_prefix("127.").is_some_and(|rest| {
            let is_written_so = rest.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()) && !rest.ends_with(".");
            is_written_so && rest.bytes().filter(|byte| *byte == b'.').count() == 2
        });
        host == "localhost" || host == "[::1]" || is_below_localhost || is_ipv4
    }
}
