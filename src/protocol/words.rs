//! What errors say to people: what happened and who refused, and then what to do next. `docs/errors.md` shows every message.
//! What others say stands in quotation marks, as they wrote it.

use super::error::{Callback, Cause, Code, Error, Met};
use super::json::decimal;
use super::request::Command;
use super::route::{Host, Place, Responder, Route};

/// How much is quoted of what others say, in characters.
const MOST_QUOTED: usize = 200;

/// A limit that lasts for more hours may be a mistake.
const MOST_HOURS: u64 = 48;

impl Error {
    /// What happened, and what to do next, in words for a person.
    pub fn message(&self) -> String {
        match &self.detail {
            Some(detail) => detail.clone(),
            None => {
                let happened = self.what_happened();
                // What is quoted may end a sentence.
                let end = if happened.ends_with(".\"") { " " } else { ". " };
                [&happened, end, self.what_to_do(), "."].concat()
            }
        }
    }

    fn what_happened(&self) -> String {
        let command = self.command.map_or("the request", Command::as_str);
        let http = &self.status.map(|status| [" (HTTP ", &decimal(status.into()), ")"].concat()).unwrap_or_default();
        let answer = |what: &str| ["The answer to ", command, what, http].concat();
        let no_answer = |how: &str| ["No answer came to ", command, how].concat();
        match self.code {
            Code::Network if self.is_offline => no_answer(": the browser is offline"),
            Code::Network => no_answer(""),
            Code::Timeout if self.cause == Some(Cause::Refresh) => "accessToken gave no new token in time".into(),
            Code::Timeout => no_answer(" in time"),
            Code::InvalidResponse if !self.is_2xx() => answer(" is a redirect, which is not followed"),
            Code::InvalidResponse if self.names_another => answer(" is about another media"),
            Code::InvalidResponse if self.is_of_page() => answer(" is a page, not one of X's API"),
            Code::InvalidResponse => answer(" is not one of X's"),
            Code::ProcessingFailed => self.processing_refusal(),
            Code::ProcessingTimeout => match self.met {
                Met::Processing => "X was still processing the media when timeoutSecs had passed",
                Met::Nothing => {
                    "STATUS never spoke of this media: was it finalized? X was asked until timeoutSecs had passed"
                }
                Met::AnotherMedia => "Until timeoutSecs had passed, the answers named another media",
            }
            .into(),
            Code::Expired => "The media has expired at X".into(),
            Code::FileChanged if self.is_of_given_session => "The file is not the one that the session is of".into(),
            Code::FileChanged => "The file can no longer be read as it was".into(),
            Code::CallbackFailed => ["Your function ", self.callback(), " failed"].concat(),
            Code::InvalidArgument | Code::Internal => "A defect of x-media-upload".into(),
            _ => self.refusal(command, http),
        }
    }

    fn what_to_do(&self) -> &'static str {
        match self.code {
            Code::Network => self.next_without_answer(),
            Code::Timeout if self.cause == Some(Cause::Refresh) => "See to it that the function settles",
            Code::Timeout => "Try again, or raise requestTimeoutMs",
            Code::InvalidResponse if !self.is_2xx() => "Check baseUrl, and whether the server there wants a sign-in",
            Code::InvalidResponse if self.names_another => "Check baseUrl, and the caches and proxies on the way",
            Code::InvalidResponse if self.is_of_page() => self.next_after_page(),
            Code::InvalidResponse => "Try again later, and check baseUrl",
            Code::ProcessingFailed if self.is_too_long() => "Cut it to the length that X takes",
            Code::ProcessingFailed => "Encode it anew, a video as MP4 with H.264 and AAC, or send another file",
            Code::ProcessingTimeout => match self.met {
                Met::Processing => "Wait for the same id again",
                Met::Nothing => "Send FINALIZE, or upload the file again",
                Met::AnotherMedia => "Check baseUrl, and the caches and proxies on the way",
            },
            Code::Expired if self.is_of_given_session => "Upload the file again, without the session",
            Code::Expired => "Upload the file again",
            Code::FileChanged if self.is_of_given_session => "Choose that file, or upload this one without the session",
            Code::FileChanged => "Choose it again",
            Code::CallbackFailed => "See cause for what it threw, and mend it",
            Code::InvalidArgument | Code::Internal => "Report it, with its cause",
            _ => match self.responder {
                Responder::X | Responder::Unknown => self.next_after_x(),
                Responder::Relay => self.next_after_relay(),
                Responder::Front | Responder::Server => self.next_after_page(),
            },
        }
    }

    fn next_without_answer(&self) -> &'static str {
        match self.route {
            _ if self.is_offline => "Try again once there is a network",
            Some(Route { place: Place::Page, host: Host::X, .. }) => {
                "X answers no cross-origin page: send through a relay on your own origin (baseUrl), or from an extension"
            }
            Some(Route { place: Place::Page, host: Host::Other, .. }) => {
                "Check the connection, and that the server at baseUrl answers pages of other origins (CORS)"
            }
            Some(Route { place: Place::Extension, .. }) => {
                "Check the connection, and that the extension's host_permissions name the host that is asked"
            }
            Some(Route { host: Host::X, .. }) | None => "Check the connection",
            Some(_) => "Check the connection, and the server at baseUrl",
        }
    }

    fn next_after_x(&self) -> &'static str {
        let is_signed = self.route.is_some_and(|route| route.is_signed);
        match self.code {
            Code::Unauthorized if is_signed => "Check the four credentials of OAuth 1.0a",
            Code::Unauthorized => "Get a new access token: this one is expired, revoked, or no user's",
            Code::PaymentRequired => "Add credits to the developer account",
            Code::Forbidden if is_signed => {
                "Sign with OAuth 1.0a of a user (API 1.1 takes no other), whose account is not locked and whose app may write"
            }
            Code::Forbidden => "The token must be a user's, with the scope media.write: let the user sign in anew",
            Code::TooLarge => "Set a smaller segmentSize",
            Code::RateLimited if !self.retryable => "Wait for the next billing period, or raise the cap",
            Code::RateLimited if self.resets_in().is_some() => "Try again then",
            Code::RateLimited => "Try again later",
            Code::Server => "Try again later: X has trouble of its own",
            _ if self.retryable => "Try again",
            _ => match self.command {
                Some(Command::Init) if self.code == Code::NotFound => "Check api and baseUrl, or try again later",
                Some(Command::Init) => "Check the type, size and category of the file",
                Some(Command::Append | Command::Finalize) => "Upload the file again",
                Some(Command::Status) => {
                    "Upload the file again, unless it is a picture: of those that FINALIZE took X says no more"
                }
                Some(Command::Metadata) => "Check the id and the metadata: only pictures and GIFs take an alt_text",
                _ => "Check ids, category and language codes",
            },
        }
    }

    fn next_after_relay(&self) -> &'static str {
        match self.code {
            Code::TooLarge => "Set a smaller segmentSize, or raise the relay's maxBodyBytes",
            Code::Forbidden => "Name the page's origin in the relay's allowedOrigins",
            Code::Server => "Try again later, and look after the relay",
            _ if self.retryable => "Try again",
            _ => "Check baseUrl, and that the page and the relay have the same version of x-media-upload",
        }
    }

    fn next_after_page(&self) -> &'static str {
        match (self.responder, self.code) {
            (_, Code::TooLarge) => "Set a smaller segmentSize",
            (Responder::Front, _) => "Try again later, and check the firewalls and proxies on the way",
            (_, Code::Unauthorized) => "Sign in there, or see why it refuses",
            (_, Code::RateLimited | Code::Server) => "Try again later, and look after that server",
            _ => "Check baseUrl, that a relay is there, and the firewalls and proxies on the way",
        }
    }

    /// Whether the answer was a page, or another text that is none of X's.
    fn is_of_page(&self) -> bool {
        matches!(self.responder, Responder::Front | Responder::Server)
    }

    /// Who refused, and why.
    fn refusal(&self, command: &str, http: &str) -> String {
        let reason = match self.api_errors.first() {
            Some(said) => &quoted(&said.message),
            None if self.is_of_page() => " with a page",
            None => " without a reason",
        };
        let reset = &self.resets_in().map(|wait| ["; the limit resets in ", &wait].concat()).unwrap_or_default();
        let refused = if self.code == Code::Server { " failed at " } else { " refused " };
        let who = match self.responder {
            _ if self.code == Code::RateLimited && self.status.is_none() => {
                return [command, " was not sent, because X had had too many", reset].concat();
            }
            Responder::X => "X",
            Responder::Relay => "The relay",
            Responder::Front => "Not X's API but its front or a firewall",
            Responder::Server => "Not X but the server at baseUrl",
            Responder::Unknown => {
                let refused = if self.code == Code::Server { " failed" } else { " was refused" };
                return [command, refused, http, reason, reset].concat();
            }
        };
        [who, refused, command, http, reason, reset].concat()
    }

    /// How long the limit lasts, rounded up.
    fn resets_in(&self) -> Option<String> {
        let secs = self.retry_after.filter(|_| self.code == Code::RateLimited)?.0.div_ceil(1000);
        let (number, unit) = match secs {
            0..=120 => (secs, " s"),
            121..=7200 => (secs.div_ceil(60), " min"),
            _ => (secs.div_ceil(3600), " h"),
        };
        (secs <= MOST_HOURS * 3600).then(|| [&decimal(number), unit].concat())
    }

    /// The caller's function that failed.
    fn callback(&self) -> &'static str {
        match self.cause {
            Some(Cause::Callback(callback)) => callback.as_str(),
            Some(Cause::Refresh) => Callback::AccessToken.as_str(),
            _ => "for a callback",
        }
    }

    /// What X said was wrong with the media, as far as it did.
    fn processing_refusal(&self) -> String {
        let error = self.processing_info.as_ref().and_then(|info| info.error.as_ref());
        let reason = match error.and_then(|error| error.message.as_deref()) {
            Some(message) => &quoted(message),
            None => " without a reason",
        };
        let name = error.and_then(|error| error.name.as_deref());
        let code = error.and_then(|error| error.code).map(|code| ["code ", &decimal(code)].concat());
        let known = match (name, code.as_deref()) {
            (Some(name), Some(code)) => &[" (", name, ", ", code, ")"].concat(),
            (Some(known), None) | (None, Some(known)) => &[" (", known, ")"].concat(),
            (None, None) => "",
        };
        ["X refused the media", reason, known].concat()
    }

    /// Whether X says that the media lasts too long.
    fn is_too_long(&self) -> bool {
        let error = self.processing_info.as_ref().and_then(|info| info.error.as_ref());
        let message = error.and_then(|error| error.message.as_deref());
        message.is_some_and(|message| message.starts_with("Duration "))
    }
}

/// What somebody said.
fn quoted(text: &str) -> String {
    let cut = text.char_indices().nth(MOST_QUOTED).and_then(|(end, _)| text.get(..end));
    match cut {
        Some(beginning) => [": \"", beginning, "…\""].concat(),
        None => [": \"", text, "\""].concat(),
    }
}
