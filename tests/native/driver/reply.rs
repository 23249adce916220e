//! How requests end.

use serde::de::IgnoredAny;
use x_media_upload::protocol::{Answer, AnswerBody, Code, Error, Headers, RequestEnd, UnixTime};

/// How one request ends, as a table of tests has it.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// HTTP status, 0 for a redirect that the browser hides; or why there is no answer.
    status: Result<u16, Code>,
    headers: Vec<(&'static str, String)>,
    /// `None` where it is no text, or longer than any of X's.
    body: Option<String>,
}

/// An answer without a body.
pub(crate) fn http(status: u16) -> Reply {
    Reply { status: Ok(status), headers: Vec::new(), body: Some(String::new()) }
}

/// No answer.
pub(crate) fn failed(code: Code) -> Reply {
    Reply { status: Err(code), headers: Vec::new(), body: None }
}

impl Reply {
    pub(crate) fn body(self, body: impl ToString) -> Self {
        Self { body: Some(body.to_string()), ..self }
    }

    pub(crate) fn unreadable(self) -> Self {
        Self { body: None, ..self }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.status.ok()
    }

    /// The same in the core's terms.
    pub(crate) fn to_end(&self) -> RequestEnd {
        match self.status {
            Ok(status) => RequestEnd::Answered(answer_of(status, &self.headers, self.body.as_deref())),
            Err(Code::InvalidArgument) => RequestEnd::Failed(Error::invalid("headers", "an object")),
            Err(code) => RequestEnd::failed(code),
        }
    }
}

/// An answer as the shell reads it.
pub(crate) fn answer_of(status: u16, headers: &[(&'static str, String)], body: Option<&str>) -> Answer {
    let get = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    Answer {
        status: (status != 0).then_some(status),
        headers: Headers::read(&get, &|date| date.strip_prefix('@')?.parse().ok().map(UnixTime)),
        body: match body {
            Some(body) if serde_json::from_str::<IgnoredAny>(body).is_ok() => AnswerBody::Json(body.to_owned()),
            Some(body) => AnswerBody::Text(body.to_owned()),
            None => AnswerBody::Unreadable,
        },
    }
}

/// The value of a header that is a date: it is for the platform to know how HTTP writes one.
pub(crate) fn date(moment: u64) -> String {
    format!("@{moment}")
}
