//! Where requests may go: credentials are sent there.

/// What the API's paths are appended to; `None` where credentials would not be safe there, or paths can't be appended.
/// `href` and `origin` are those of the browser's own parser, `own_origin` is that of the page or worker.
pub fn base_url(href: &str, origin: &str, own_origin: Option<&str>) -> Option<String> {
    // An origin has neither user nor password.
    let path = href.strip_prefix(origin)?;
    let plain = !path.contains(['?', '#']);
    let safe = origin.starts_with("https://") || own_origin == Some(origin) || is_loopback(origin);
    (plain && safe).then(|| href.trim_end_matches('/').to_owned())
}

/// Names and addresses that never leave the machine (RFC 6761, §6.3; RFC 1122, §3.2.1.3; RFC 4291, §2.5.3).
fn is_loopback(origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("http://") else { return false };
    let without_port = host.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix(':').unwrap_or(host);
    match without_port {
        "localhost" | "[::1]" => true,
        // A host of digits and dots alone is an address: the parser leaves no other.
        address if address.starts_with("127.") => address.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.')),
        name => name.ends_with(".localhost"),
    }
}
