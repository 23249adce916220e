//! What lets requests in: a token, a signature, and the headers that the caller adds.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Headers;

use super::arguments::Refused;
use super::fetch::Failure;
use super::js::settled;
use crate::error::plain;
use crate::protocol::{
    AccessToken, Authorization, Callback, Cause, Code, Error, Fields, FromPlain, Given, OAuth1Credentials, Object,
    Refusal, Request, UnixTime, Value, must,
};

/// What a client was given to be let in with.
pub(crate) struct Credentials {
    kind: Kind,
    headers: GivenHeaders,
    /// What the last refresh brought.
    refreshed: RefCell<Option<AccessToken>>,
    /// What the last refresh threw.
    refresh_threw: RefCell<JsValue>,
}

/// What makes a signature one of its own.
#[derive(Clone, Copy)]
pub(crate) struct Signing {
    /// The time at the server, which dates it.
    pub(crate) server_time: UnixTime,
    /// Of which its nonce is made.
    pub(crate) random: f64,
}

enum Kind {
    None,
    Token(AccessToken),
    Function(Function),
    OAuth1(OAuth1Credentials),
}

enum GivenHeaders {
    /// A HeadersInit, or undefined.
    Fixed(JsValue),
    Function(Function),
}

impl Credentials {
    /// Reads the options of a client that are about credentials.
    pub(crate) fn read(options: &Fields<JsValue>) -> Result<Self, Refused> {
        let (token, oauth1) = (options.get("accessToken")?, options.get("oauth1")?);
        let kind = match (token, oauth1) {
            (Some(_), Some(_)) => return Err(Refusal::new("oauth1", must::ALONE)),
            (None, Some(oauth1)) => Kind::OAuth1(OAuth1Credentials::read(&oauth1)?),
            (None, None) => Kind::None,
            (Some(token), None) => match token.dyn_into::<Function>() {
                Ok(function) => Kind::Function(function),
                Err(token) => Kind::Token(token_of(&token)?),
            },
        };
        let headers = options.get("headers")?.unwrap_or_default();
        let headers = match headers.dyn_into::<Function>() {
            Ok(function) => GivenHeaders::Function(function),
            Err(headers) => GivenHeaders::Fixed(headers),
        };
        let credentials = Self { kind, headers, refreshed: RefCell::default(), refresh_threw: RefCell::default() };
        if let GivenHeaders::Fixed(headers) = &credentials.headers
            && !headers.is_undefined()
        {
            credentials.copy_of(headers).map_err(|failure| failure.error)?;
        }
        Ok(credentials)
    }

    /// How requests are authorised.
    pub(crate) fn authorization(&self) -> Authorization {
        match self.kind {
            Kind::None | Kind::Token(_) => Authorization::Fixed,
            Kind::Function(_) => Authorization::Refreshes,
            Kind::OAuth1(_) => Authorization::Signs,
        }
    }

    /// Asks for a new token.
    pub(crate) fn ask_anew(&self) -> Result<JsValue, JsValue> {
        self.refresh_threw.take();
        match &self.kind {
            Kind::Function(function) => ask_for_token(function, true),
            Kind::None | Kind::Token(_) | Kind::OAuth1(_) => Ok(JsValue::UNDEFINED),
        }
    }

    /// Keeps what came of it for the requests that the old token was refused to. Whether it is a token.
    pub(crate) fn refreshed(&self, given: Result<JsValue, JsValue>) -> bool {
        match read_token(given) {
            Ok(token) => {
                self.refreshed.replace(Some(token));
                true
            }
            Err(failure) => {
                self.refresh_threw.replace(failure.into_cause());
                false
            }
        }
    }

    /// What the last refresh threw.
    pub(crate) fn refresh_threw(&self) -> JsValue {
        self.refresh_threw.borrow().clone()
    }

    /// The headers of a request. `refreshed` is whether to use the token of the last refresh.
    pub(crate) async fn headers_of(
        &self,
        request: &Request,
        refreshed: bool,
        signing: Signing,
    ) -> Result<Headers, Failure> {
        let headers = match &self.headers {
            GivenHeaders::Fixed(headers) => self.copy_of(headers)?,
            GivenHeaders::Function(function) => {
                let asked = function.call1(&JsValue::UNDEFINED, &headers_asked(request));
                self.copy_of(&settled(asked).await.map_err(|thrown| callback_threw(Callback::Headers, thrown))?)?
            }
        };
        let authorization = match &self.kind {
            Kind::None => return Ok(headers),
            Kind::OAuth1(credentials) => {
                let (method, url, signed) = (request.method(), &request.address, request.signed());
                credentials.sign(method, url, signed, signing.server_time, signing.random)
            }
            Kind::Token(token) => token.bearer(),
            Kind::Function(function) => {
                let known = self.refreshed.borrow().as_ref().filter(|_| refreshed).map(AccessToken::bearer);
                match known {
                    Some(known) => known,
                    None => read_token(settled(ask_for_token(function, false)).await)?.bearer(),
                }
            }
        };
        headers.set("authorization", &authorization).map_err(|thrown| Failure::new(Code::Internal, thrown))?;
        Ok(headers)
    }

    /// A copy of the caller's headers, which may be added to.
    fn copy_of(&self, given: &JsValue) -> Result<Headers, Failure> {
        let refused = || Failure { error: Error::invalid("headers", must::HEADERS), thrown: JsValue::UNDEFINED };
        // Without what was thrown: it quotes the value.
        let headers = Headers::new_with_headers(given.unchecked_ref())
            .map_err(|thrown| if given.is_undefined() { Failure::new(Code::Internal, thrown) } else { refused() })?;
        let has = |name| headers.has(name).unwrap_or(true);
        let authorizes = !matches!(self.kind, Kind::None);
        if has("content-type") || authorizes && has("authorization") {
            return Err(refused());
        }
        Ok(headers)
    }
}

/// What the caller's function for headers is told of a request.
fn headers_asked(request: &Request) -> JsValue {
    let url = request.url();
    let mut asked = Object::default();
    asked.add("command", &request.command);
    asked.set("method", Value::Text(request.method()));
    asked.add("url", &url);
    plain(&Value::Object(asked))
}

/// Calls the caller's function for tokens.
fn ask_for_token(function: &Function, refresh: bool) -> Result<JsValue, JsValue> {
    let mut asked = Object::default();
    asked.add("refresh", &refresh);
    function.call1(&JsValue::UNDEFINED, &plain(&Value::Object(asked)))
}

/// The token that the caller's function gave.
fn read_token(given: Result<JsValue, JsValue>) -> Result<AccessToken, Failure> {
    let token = given.map_err(|thrown| callback_threw(Callback::AccessToken, thrown))?;
    token_of(&token).map_err(|refusal| Failure { error: refusal.error, thrown: JsValue::UNDEFINED })
}

fn callback_threw(callback: Callback, thrown: JsValue) -> Failure {
    Failure { error: Error::caused(Code::CallbackFailed, Cause::Callback(callback)), thrown }
}

fn token_of(token: &JsValue) -> Result<AccessToken, Refused> {
    AccessToken::from_plain(token.plain()).ok_or_else(|| Refusal::new("accessToken", AccessToken::MUST))
}
