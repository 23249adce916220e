//! What is said of arguments that are not what they must be.

use x_media_upload::protocol::{AccessToken, BaseUrl, Error, FromPlain, must};

use super::super::options;
use super::messages::Message;

/// The messages for all arguments, each once, with the methods that say it.
pub(crate) fn all() -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let core = options::wrong().into_iter().map(|(method, field, must, _)| (method, field, must));
    for (method, field, must) in core.chain(shell()) {
        let words = Error::invalid(field, must).to_string();
        let method = if method == "retry" { "client" } else { method };
        match messages.iter_mut().find(|message| message.words == words) {
            Some(message) if message.when.split(", ").all(|known| known != method) => {
                message.when = [&message.when, method].join(", ");
            }
            Some(_) => {}
            None => messages.push(Message { when: method.to_owned(), words }),
        }
    }
    messages
}

/// What only the platform can read.
fn shell() -> [(&'static str, &'static str, &'static str); 18] {
    [
        ("client", "baseUrl", BaseUrl::MUST),
        ("client", "baseUrl", BaseUrl::MUST_NOT_REPEAT),
        ("client", "accessToken", AccessToken::MUST),
        ("client", "oauth1", must::ALONE),
        ("client", "headers", must::HEADERS),
        ("client", "fetch", must::FUNCTION),
        ("client", "credentials", must::REQUEST_CREDENTIALS),
        ("client", "keepAlive", must::KEEP_ALIVE),
        ("append", "segment", must::SEGMENT),
        ("append", "segment", must::BYTES),
        ("upload", "file", must::BYTES),
        ("upload", "store", must::STORE),
        ("upload", "onProgress", must::FUNCTION),
        ("upload", "signal", must::SIGNAL),
        ("upload", "altText", must::READABLE),
        ("upload", "options", must::OBJECT),
        ("initialize", "params", must::OBJECT),
        ("setMetadata", "metadata", must::JSON),
    ]
}
