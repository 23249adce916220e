//! OAuth 1.0a (RFC 5849): what of a request is signed, and with what. The method, the URL, and the parameters in its query and
//! its form are; other bodies are not (§3.4.1.3.1). The shell has a platform that computes HMAC-SHA1: in the WebAssembly, that
//! would be 800 bytes more.

use super::json::{Json, Writer, decimal};
use super::time::Millis;

/// What a request has to be signed with, as JSON: the protocol's `parameters` but for the signature, the `base` that is signed,
/// and the `key`.
///
/// `request` has the credentials, `consumerKey`, `consumerSecret`, `token` and `tokenSecret`; its `method`; its `url`, without
/// query; and the `parameters` in its query and its form, of which no name is the beginning of another. `epoch` is the time at
/// the server. Parameters are `name=value&name=value`, with names and values [`encoded`].
pub fn prepare(request: Json, epoch: Millis, random: f64) -> String {
    let text = |name| request.text(name).unwrap_or_default();
    // As many as a random number of JavaScript can tell apart.
    let nonce = decimal((random * (1_u64 << 53) as f64) as u64);
    let parameters = [
        "oauth_consumer_key=",
        &encoded(text("consumerKey")),
        "&oauth_nonce=",
        &nonce,
        "&oauth_signature_method=HMAC-SHA1&oauth_timestamp=",
        &decimal(epoch / 1000),
        "&oauth_token=",
        &encoded(text("token")),
        "&oauth_version=1.0",
    ]
    .concat();
    let base = signature_base(text("method"), text("url"), &[&parameters, "&", text("parameters")].concat());
    let key = [&encoded(text("consumerSecret")), "&", &encoded(text("tokenSecret"))].concat();
    let mut json = Writer::object();
    json.text("parameters", Some(&parameters));
    json.text("base", Some(&base));
    json.text("key", Some(&key));
    json.end()
}

/// The signature base string (§3.4.1), of all parameters in whatever order.
pub fn signature_base(method: &str, url: &str, parameters: &str) -> String {
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
    base
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
