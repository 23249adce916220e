//! OAuth 1.0a (RFC 5849): what a request is signed with, HMAC-SHA1 over its method, its URL, and the parameters in its query
//! and its form. Other bodies are not signed (§3.4.1.3.1).

use hmac_sha1_compact::HMAC;

use super::json::{Json, decimal};
use super::time::Millis;

/// The app's and the user's, as they are used: encoded. They can't be printed.
pub struct Credentials {
    consumer_key: String,
    token: String,
    /// Both secrets.
    key: String,
}

impl Credentials {
    /// Reads `consumerKey`, `consumerSecret`, `token` and `tokenSecret`.
    pub fn read(json: Json) -> Self {
        let text = |name| encoded(json.text(name).unwrap_or_default());
        Self {
            consumer_key: text("consumerKey"),
            token: text("token"),
            key: [&text("consumerSecret"), "&", &text("tokenSecret")].concat(),
        }
    }

    /// What goes into the header `authorization` of one request: the protocol's parameters, the signature with them.
    ///
    /// All parameters here are texts `name=value&name=value` with names and values [`encoded`]. Of the request's own, which are
    /// those in its query and in its form, no name is the beginning of another. `url` is without query; `epoch` is the time at
    /// the server.
    pub fn sign(&self, method: &str, url: &str, parameters: &str, epoch: Millis, random: f64) -> String {
        // As many as a random number of JavaScript can tell apart.
        let nonce = decimal((random * (1_u64 << 53) as f64) as u64);
        let timestamp = decimal(epoch / 1000);
        let own = [
            "oauth_consumer_key=",
            &self.consumer_key,
            "&oauth_nonce=",
            &nonce,
            "&oauth_signature_method=HMAC-SHA1&oauth_timestamp=",
            &timestamp,
            "&oauth_token=",
            &self.token,
            "&oauth_version=1.0",
        ]
        .concat();
        let signature = self.signature(method, url, &[&own, "&", parameters].concat());
        [&own, "&oauth_signature=", &encoded(&signature)].concat()
    }

    /// The signature over all parameters, whatever their order (§3.4).
    pub fn signature(&self, method: &str, url: &str, parameters: &str) -> String {
        let mut base = [method, "&", &encoded(url), "&"].concat();
        let mut last: &[u8] = b"";
        // Sorted, one after the other; no two are the same.
        while let Some(pair) = parameters.as_bytes().split(|byte| *byte == b'&').filter(|pair| *pair > last).min() {
            if !last.is_empty() {
                push_encoded(&mut base, b'&');
            }
            for byte in pair {
                push_encoded(&mut base, *byte);
            }
            last = pair;
        }
        base64(HMAC::mac(base.as_bytes(), self.key.as_bytes()))
    }
}

/// Percent-encoded: only the unreserved characters of RFC 3986, §2.3 stand for themselves.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        push_encoded(&mut encoded, byte);
    }
    encoded
}

/// Appends one byte of a text, encoded so.
pub fn push_encoded(text: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        text.push(byte.into());
        return;
    }
    text.push('%');
    for digit in [byte >> 4, byte & 15] {
        text.push((digit + if digit < 10 { b'0' } else { b'A' - 10 }).into());
    }
}

/// RFC 4648, §4, of the 160 bits of a signature.
fn base64(bytes: [u8; 20]) -> String {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for start in (0..160).step_by(6) {
        let at = |byte: usize| bytes.get(byte).map_or(0, |byte| usize::from(*byte));
        let digit = (at(start / 8) << 8 | at(start / 8 + 1)) >> (10 - start % 8) & 63;
        text.push_str(DIGITS.get(digit..=digit).unwrap_or_default());
    }
    text.push('=');
    text
}
