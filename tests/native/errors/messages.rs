//! All messages of each code: of every combination of facts that they are made of.

use serde_json::{Value, json};
use x_media_upload::protocol::{
    ApiError, Callback, Cause, Code, Command, Error, Host, Met, Millis, Place, ProcessingError, ProcessingInfo,
    Responder, Route,
};

use super::super::driver::{Client, merged};

/// A message, and when it is said.
#[derive(PartialEq)]
pub(crate) struct Message {
    pub(crate) when: String,
    pub(crate) words: String,
}

/// What the relay itself refuses with, of the statuses here.
const RELAYS: [u16; 6] = [400, 403, 404, 408, 413, 504];

const COMMANDS: [Command; 7] = [
    Command::Init,
    Command::Append,
    Command::Finalize,
    Command::Status,
    Command::Metadata,
    Command::AddSubtitles,
    Command::RemoveSubtitles,
];

/// The messages of that code.
pub(crate) fn of(code: Code) -> Vec<Message> {
    let mut messages = Messages::default();
    match code {
        Code::InvalidArgument => return files(),
        Code::Network => messages.network(),
        Code::Timeout => messages.timeout(),
        Code::InvalidResponse => messages.invalid_response(),
        Code::ProcessingFailed => messages.processing_failed(),
        Code::ProcessingTimeout => {
            for (when, met) in [
                ("as far as is known, X is at it", Met::Processing),
                ("STATUS was answered, and said nothing of it", Met::Nothing),
                ("a proxy or a cache mixes up answers", Met::AnotherMedia),
            ] {
                messages.add_once(when, code, |error| error.met = met);
            }
        }
        Code::Expired | Code::FileChanged => {
            messages.add_once("", code, |_| {});
            messages.add_once("with a `session` that was given", code, |error| error.is_of_given_session = true);
        }
        Code::CallbackFailed => {
            for callback in [Callback::AccessToken, Callback::Headers, Callback::OnSession, Callback::KeepAlive] {
                messages.add_once("", code, |error| error.cause = Some(Cause::Callback(callback)));
            }
        }
        Code::Internal => messages.add_once("", code, |_| {}),
        _ => messages.refusals(code),
    }
    messages.0
}

#[derive(Default)]
struct Messages(Vec<Message>);

impl Messages {
    /// Adds what an error of this code says, of which these facts are known: once for all commands, or for each that it says
    /// something else of.
    fn add(&mut self, when: &str, code: Code, known: impl Fn(&mut Error)) {
        let mut said: Vec<(String, Vec<&str>)> = Vec::new();
        for command in COMMANDS {
            let mut error = Error::new(code);
            error.command = Some(command);
            known(&mut error);
            let words = error.to_string().replace(command.as_str(), "COMMAND");
            match said.iter_mut().find(|(known, _)| *known == words) {
                Some((_, commands)) => commands.push(command.as_str()),
                None => said.push((words, vec![command.as_str()])),
            }
        }
        let is_one = said.len() == 1;
        for (words, mut commands) in said {
            commands.dedup();
            let to = if is_one { Vec::new() } else { commands };
            let when =
                [when, &to.join(", ")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
            let message = Message { when, words };
            if !self.0.contains(&message) {
                self.0.push(message);
            }
        }
    }

    /// Adds what an error of this code says, whatever was asked.
    fn add_once(&mut self, when: &str, code: Code, known: impl Fn(&mut Error)) {
        let mut error = Error::new(code);
        known(&mut error);
        self.0.push(Message { when: when.to_owned(), words: error.to_string() });
    }

    fn network(&mut self) {
        let code = Code::Network;
        self.add("the browser says that it is offline", code, |error| error.is_offline = true);
        for (when, host, place) in [
            ("in a page, asking X itself", Host::X, Place::Page),
            ("in a page, asking its own server", Host::Own, Place::Page),
            ("in a page, asking another server", Host::Other, Place::Page),
            ("in an extension", Host::X, Place::Extension),
            ("outside of browsers, asking X itself", Host::X, Place::Server),
            ("outside of browsers, asking another server", Host::Other, Place::Server),
        ] {
            self.add(when, code, |error| error.route = Some(Route { is_signed: false, host, place }));
        }
    }

    fn timeout(&mut self) {
        self.add("", Code::Timeout, |_| {});
        self.add("`accessToken({ refresh: true })` does not settle", Code::Timeout, |error| {
            error.cause = Some(Cause::Refresh)
        });
    }

    fn invalid_response(&mut self) {
        let code = Code::InvalidResponse;
        self.add("a redirect, which browsers hide", code, |_| {});
        self.add("a redirect, where it shows", code, |error| error.status = Some(302));
        for (when, responder) in [
            ("JSON in which there is no media", Responder::X),
            ("nothing", Responder::Unknown),
            ("a page, where X itself was asked", Responder::Front),
            ("a page of the server at `baseUrl`, or of something before it", Responder::Server),
        ] {
            self.add(when, code, |error| (error.status, error.responder) = (Some(200), responder));
        }
        self.add("the id of another media", code, |error| {
            (error.status, error.names_another) = (Some(200), true);
        });
    }

    fn processing_failed(&mut self) {
        for (when, name, message) in [
            ("X says why", Some("InvalidMedia"), Some("…")),
            ("it lasts too long", Some("UnsupportedMedia"), Some("Duration … exceeds max duration of …")),
            ("X gives a code alone", None, None),
        ] {
            let [name, message] = [name, message].map(|text| text.map(str::to_owned));
            let error = ProcessingError { code: Some(1), name, message };
            let info =
                ProcessingInfo { state: None, check_after_secs: None, progress_percent: None, error: Some(error) };
            self.add_once(when, Code::ProcessingFailed, |error| error.processing_info = Some(info.clone()));
        }
        self.add_once("X says nothing", Code::ProcessingFailed, |_| {});
    }

    /// What is said of an HTTP status, by who wrote the answer.
    fn refusals(&mut self, code: Code) {
        let statuses: &[u16] = match code {
            Code::Unauthorized => &[401],
            Code::PaymentRequired => &[402],
            Code::Forbidden => &[403],
            Code::NotFound => &[404],
            Code::TooLarge => &[413],
            Code::RateLimited => &[429],
            Code::Rejected => &[400, 408],
            _ => &[504],
        };
        for status in statuses {
            for (when, responder, is_signed) in [
                ("X's API, by OAuth 1.0a", Responder::X, true),
                ("X's API, by OAuth 2.0", Responder::X, false),
                ("an empty body, by OAuth 1.0a", Responder::Unknown, true),
                ("an empty body, by OAuth 2.0", Responder::Unknown, false),
                ("the relay", Responder::Relay, false),
                ("a page, where X itself was asked", Responder::Front, false),
                ("a page of the server at `baseUrl`, or of something before it", Responder::Server, false),
            ] {
                if responder != Responder::Relay || RELAYS.contains(status) {
                    self.refusal(when, code, *status, responder, is_signed);
                }
            }
        }
        self.merge_versions();
        if code == Code::RateLimited {
            self.add("X's API; it says when the limit resets", code, |error| {
                (error.status, error.responder, error.retry_after) = (Some(429), Responder::X, Some(Millis(900_000)));
                error.api_errors = vec![said()];
            });
            self.add("X's API; a usage cap", code, |error| {
                (error.status, error.responder, error.retryable) = (Some(429), Responder::X, false);
                error.api_errors = vec![said()];
            });
            self.add("held back by the client, because of an earlier answer", code, |error| {
                error.retry_after = Some(Millis(900_000));
            });
        }
    }

    fn refusal(&mut self, when: &str, code: Code, status: u16, responder: Responder, is_signed: bool) {
        self.add(when, code, |error| {
            let known = Error::of_status(Some(status));
            (error.status, error.retryable, error.responder) = (known.status, known.retryable, responder);
            error.route = Some(Route { is_signed, host: Host::Own, place: Place::Page });
            if matches!(responder, Responder::X | Responder::Relay) {
                error.api_errors = vec![said()];
            }
        });
    }

    /// What is said of both versions is one row.
    fn merge_versions(&mut self) {
        for (one, other, both) in [
            ("X's API, by OAuth 1.0a", "X's API, by OAuth 2.0", "X's API"),
            ("an empty body, by OAuth 1.0a", "an empty body, by OAuth 2.0", "an empty body"),
        ] {
            for place in 0..self.0.len() {
                let Some(when) = self.0[place].when.strip_prefix(one) else { continue };
                let twin = Message { when: format!("{other}{when}"), words: self.0[place].words.clone() };
                if self.0.contains(&twin) {
                    self.0[place].when = format!("{both}{when}");
                    self.0.iter_mut().filter(|message| **message == twin).for_each(|message| message.words.clear());
                }
            }
        }
        self.0.retain(|message| !message.words.is_empty());
    }
}

fn said() -> ApiError {
    ApiError { code: None, message: "…".to_owned(), title: None, kind: None }
}

/// What is said of files that are refused before INIT: fit for those who chose them.
fn files() -> Vec<Message> {
    let mut messages = Vec::new();
    let mut add = |when: &str, options: Value, head: &[u8]| {
        let given = merged(json!({ "file": 20 << 20 }), &options);
        let words = match Client::v2().call("upload", given) {
            Err(refusal) => refusal.error.to_string(),
            Ok(mut run) => {
                run.sample = Some(head.to_vec());
                assert_eq!(run.code(), "invalid_argument");
                run.message()
            }
        };
        messages.push(Message { when: when.to_owned(), words });
    };
    add("no bytes", json!({ "file": 0 }), b"");
    add("more than 1000 segments hold", json!({ "file": 8_000_000_001_u64 }), b"");
    for category in ["tweet_image", "tweet_gif", "dm_video", "subtitles"] {
        let options = json!({ "file": 2_u64 << 30, "mediaType": "video/mp4", "mediaCategory": category });
        add(&format!("`{category}`"), options, b"");
    }
    for (when, blob_type) in [
        ("a picture", "image/heic"),
        ("a video", "video/x-matroska"),
        ("sound", "audio/mpeg"),
        ("anything else", "application/zip"),
    ] {
        add(&format!("{when} of another type than X's"), json!({ "type": blob_type }), b"?");
    }
    add("neither the first bytes nor the Blob tell a type", json!({}), b"?");
    messages
}
