//! OAuth 1.0a (RFC 5849), with HMAC-SHA1: the header that lets a request in.
//!
//! Signed are the method, the URL, and the parameters in the query and in a form; other bodies are not (§3.4.1.3.1).

use std::fmt;

use super::json::{decimal, push_hex};
use super::request::Parameters;
use super::time::UnixTime;

/// The app's and the user's credentials.
#[derive(Clone)]
pub struct OAuth1Credentials {
    /// X's developer portal calls the first two API key and secret.
    pub consumer_key: Secret,
    /// See `consumer_key`.
    pub consumer_secret: Secret,
    /// The portal calls the last two access token and secret.
    pub token: Secret,
    /// See `token`.
    pub token_secret: Secret,
}

/// One of the texts that requests are signed with.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// `None` where the text has others than visible ASCII characters in it, or quotes or backslashes: such a one was copied wrongly.
    pub fn new(text: String) -> Option<Self> {
        let is_secret = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        (!text.is_empty() && text.bytes().all(is_secret)).then_some(Self(text))
    }
}

/// Not the text: no message and no log is to have it.
impl fmt::Debug for OAuth1Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("OAuth1Credentials")
    }
}

impl OAuth1Credentials {
    /// The value of the header `authorization` for a request with this `method`, `url` (without query) and `parameters` (of
    /// query and form). `server_time` is the time at the server, `random` is spread over 0 ≤ `random` < 1.
    pub fn sign(&self, method: &str, url: &str, parameters: &Parameters, server_time: UnixTime, random: f64) -> String {
        // As many as a random number of JavaScript can tell apart.
        let nonce = (random * (1_u64 << 53) as f64) as u64;
        let (nonce, timestamp) = (decimal(nonce), decimal(server_time.0 / 1000));
        let mut protocol = Parameters::default();
        for (name, value) in [
            ("oauth_consumer_key", self.consumer_key.0.as_str()),
            ("oauth_nonce", &nonce),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", &timestamp),
            ("oauth_token", &self.token.0),
            ("oauth_version", "1.0"),
        ] {
            protocol.add(name, value);
        }
        let base = signature_base(method, url, &[&protocol, parameters]);
        let mut key = encoded(&self.consumer_secret.0);
        key.push('&');
        push_encoded(&mut key, &self.token_secret.0);
        protocol.add("oauth_signature", &base64(&hmac_sha1_compact::HMAC::mac(base.as_bytes(), key.as_bytes())));
        let mut header = String::from("OAuth ");
        for (place, (name, value)) in protocol.0.iter().enumerate() {
            header.push_str(if place == 0 { "" } else { ", " });
            header.push_str(name);
            header.push_str("=\"");
            push_encoded(&mut header, value);
            header.push('"');
        }
        header
    }
}

/// The signature base string (§3.4.1) of parameters in whatever order.
pub fn signature_base(method: &str, url: &str, parameters: &[&Parameters]) -> String {
    // Sorted by what they are encoded as; there are few.
    let mut sorted: Vec<(String, String)> = Vec::new();
    for (name, value) in parameters.iter().flat_map(|parameters| &parameters.0) {
        let pair = (encoded(name), encoded(value));
        let place = sorted.iter().take_while(|other| **other < pair).count();
        sorted.insert(place, pair);
    }
    let mut base = [method, "&"].concat();
    push_encoded(&mut base, url);
    base.push('&');
    for (place, (name, value)) in sorted.iter().enumerate() {
        // Of `&`, the pair, and `=` in it, what they are encoded as.
        base.push_str(if place == 0 { "" } else { "%26" });
        push_encoded(&mut base, name);
        base.push_str("%3D");
        push_encoded(&mut base, value);
    }
    base
}

/// Percent-encoded: only the unreserved characters of RFC 3986, §2.3 stand for themselves.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    push_encoded(&mut encoded, text);
    encoded
}

/// Adds a text, percent-encoded.
pub(super) fn push_encoded(encoded: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(byte.into());
        } else {
            encoded.push('%');
            push_hex(encoded, byte);
        }
    }
}

/// With padding (RFC 4648, §4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, place| bits << 8 | usize::from(three.get(place).copied().unwrap_or(0)));
        for place in 0..4 {
            let letter = ALPHABET.get(bits >> (18 - 6 * place) & 63).copied().unwrap_or(b'=');
            text.push(if place <= three.len() { letter.into() } else { '=' });
        }
    }
    text
}
