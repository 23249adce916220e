//! What all work of one client shares in the shell: the core's state, credentials, and what is under way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob, RequestCredentials};

use super::arguments::{self, Refused};
use super::credentials::{Credentials, Signing};
use super::driver::Driver;
use super::fetch::{Failure, Fetch};
use super::file;
use super::js::{ignore, then};
use super::keep_alive::{KEEP_ALIVE_MS, KeepAlive};
use crate::protocol::{
    Answer, Body, Callback, ClientState, Code, Command, Fields, Place, Refusal, Request, Settings, must,
};

/// See the module's documentation.
pub(crate) struct Client {
    pub(crate) settings: Rc<Settings>,
    pub(crate) state: RefCell<ClientState>,
    pub(crate) credentials: Credentials,
    fetch: Fetch,
    keep_alive: KeepAlive,
    /// Runs while work is under way.
    keep_alive_timer: Cell<Option<Timeout>>,
    /// What is under way: it goes on when nobody holds its handle any more.
    drivers: RefCell<Vec<Rc<Driver>>>,
    /// What was thrown when the core of this client trapped. It is never entered again.
    trap: RefCell<Option<JsValue>>,
}

impl Client {
    /// Reads the options of a client.
    pub(crate) fn read(options: &JsValue) -> Result<Self, Refused> {
        let options = &Fields::of(options, "options")?;
        let base_url = arguments::base_url(options)?;
        let place = Place::of(arguments::own_origin().as_deref());
        let credentials = Credentials::read(options)?;
        Ok(Self {
            settings: Rc::new(Settings::read(options, base_url, place, credentials.authorization())?),
            state: RefCell::default(),
            credentials,
            fetch: Fetch {
                function: arguments::function(options, "fetch")?,
                credentials: read_request_credentials(options)?,
            },
            keep_alive: KeepAlive::read(options)?,
            keep_alive_timer: Cell::default(),
            drivers: RefCell::default(),
            trap: RefCell::default(),
        })
    }

    /// What was thrown when the core of this client trapped, if it has.
    pub(crate) fn trap(&self) -> Option<JsValue> {
        self.trap.borrow().clone()
    }

    /// Ends everything that is under way, and whatever comes later: the core of this client has trapped.
    pub(crate) fn trapped(&self, thrown: &JsValue) {
        self.trap.replace(Some(thrown.clone()));
        for driver in self.drivers.take() {
            driver.give_up(thrown);
        }
        self.keep_alive_timer.take();
    }

    /// Keeps `driver` until it ends.
    pub(crate) fn begin(self: &Rc<Self>, driver: Rc<Driver>) {
        self.drivers.borrow_mut().push(driver);
        let is_first = self.drivers.borrow().len() == 1;
        if is_first && !matches!(self.keep_alive, KeepAlive::Nothing) {
            self.stay_alive();
        }
    }

    /// Lets go of a driver that has ended.
    pub(crate) fn end(&self, driver: &Driver) {
        self.drivers.borrow_mut().retain(|known| !std::ptr::eq(&**known, driver));
        if self.drivers.borrow().is_empty() {
            self.keep_alive_timer.take();
        }
    }

    /// Calls what keeps the worker alive, once the caller's own code has returned, and again after a while.
    fn stay_alive(self: &Rc<Self>) {
        let this = self.clone();
        self.keep_alive_timer.set(Some(Timeout::new(KEEP_ALIVE_MS, move || this.stay_alive())));
        let this = self.clone();
        let call = move |_| match &this.keep_alive {
            KeepAlive::Nothing => {}
            KeepAlive::Extension(runtime, get_platform_info) => ignore(get_platform_info.call0(runtime)),
            KeepAlive::Function(function) => {
                let called = function.call0(&JsValue::UNDEFINED);
                let ended =
                    move |called: Result<JsValue, JsValue>| drop(called.map_err(|thrown| this.callback_threw(&thrown)));
                then(called, Box::new(ended));
            }
        };
        then(Ok(JsValue::UNDEFINED), Box::new(call));
    }

    /// Gets a new token, for all jobs of the client: those whose token was refused too wait for it.
    pub(crate) fn refresh(self: Rc<Self>) {
        let asked = self.credentials.ask_anew();
        let refreshed = move |given| {
            let is_refreshed = self.credentials.refreshed(given);
            if self.trap().is_none() {
                self.state.borrow_mut().refreshed(!is_refreshed);
                self.drivers().iter().for_each(Driver::wake);
            }
        };
        then(asked, Box::new(refreshed));
    }

    fn callback_threw(&self, thrown: &JsValue) {
        self.drivers().iter().for_each(|driver| driver.callback_threw(Callback::KeepAlive, thrown.clone()));
    }

    fn drivers(&self) -> Vec<Rc<Driver>> {
        self.drivers.borrow().clone()
    }

    /// Sends a request of the core, and reads its answer. `file` is that of an APPEND or of an upload's FINALIZE.
    pub(crate) async fn send(
        &self,
        request: &Request,
        refreshed: bool,
        signing: Signing,
        file: Option<&Blob>,
        signal: &AbortSignal,
    ) -> Result<Answer, Failure> {
        let headers = self.credentials.headers_of(request, refreshed, signing).await?;
        if signal.aborted() {
            // While others were asked, the request was cancelled.
            return Err(Failure::new(Code::Network, JsValue::UNDEFINED));
        }
        let gone = |thrown| Failure::new(Code::FileChanged, thrown);
        let segment = match (&request.body, file) {
            (Body::Multipart(_, segment), Some(file)) => Some(file::slice(file, *segment).map_err(gone)?),
            _ => None,
        };
        // WebKit sends an unreadable file as empty, without an error: before FINALIZE, it is looked whether it is still there.
        if request.command == Command::Finalize
            && let Some(file) = file
        {
            file::is_there(file).await.map_err(gone)?;
        }
        let init = self.fetch.init_of(request, &headers, segment.as_ref(), signal);
        let init = init.map_err(|thrown| Failure::new(Code::Internal, thrown))?;
        let answer = self.fetch.send(&request.url(), &init).await;
        let is_good =
            answer.as_ref().is_ok_and(|answer| answer.status.is_some_and(|status| (200..300).contains(&status)));
        if let Some(segment) = segment.filter(|_| !is_good) {
            file::is_there(&segment).await.map_err(gone)?;
        }
        answer.map_err(|thrown| Failure::new(Code::Network, thrown))
    }
}

/// Reads the option `credentials`: whether cookies go along.
fn read_request_credentials(options: &Fields<JsValue>) -> Result<RequestCredentials, Refused> {
    let Some(given) = options.get("credentials")? else { return Ok(RequestCredentials::SameOrigin) };
    RequestCredentials::from_js_value(&given).ok_or_else(|| Refusal::new("credentials", must::REQUEST_CREDENTIALS))
}
