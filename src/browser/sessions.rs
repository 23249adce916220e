//! Where the sessions of an upload are kept: the caller's store, and the caller's `onSession`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::js::{field, function, in_time, then};
use super::lock::{Lock, lock};
use crate::protocol::{Given, Input, Millis, Saving, Session, take_first};

/// A store that takes longer is left alone.
const LONGEST_STORING: Millis = Millis::from_secs(10);

/// What is told of a save: the error is what `onSession` threw.
pub(crate) type Saved = Box<dyn FnOnce(Result<JsValue, JsValue>)>;

/// See the module's documentation.
#[derive(Default)]
pub(crate) struct Sessions {
    store: Option<JsValue>,
    on_session: Option<Function>,
    /// Under what the store has the session of this upload. `None` while that is not owned, and where the store is left alone.
    key: RefCell<Option<JsValue>>,
    /// What keeps other uploads from the session.
    lock: Cell<Option<Lock>>,
    /// What is to be saved, the first of it just now.
    saves: RefCell<Vec<(JsValue, Saved)>>,
    /// What the store was asked last.
    storing: RefCell<JsValue>,
    /// Whether the upload has ended; if so, how long what is still to be saved may take.
    is_closed: Cell<bool>,
    closing: Cell<Option<Timeout>>,
}

impl Sessions {
    pub(crate) fn new(store: Option<JsValue>, on_session: Option<Function>) -> Self {
        Self { store, on_session, ..Self::default() }
    }

    /// Where sessions are saved.
    pub(crate) fn saving(&self) -> Saving {
        Saving { in_store: self.store.is_some(), by_callback: self.on_session.is_some() }
    }

    /// Owns what the store has under `key`, and tells the session, if it is one of ours. Also tells when it is owned no more.
    pub(crate) fn load(self: Rc<Self>, key: String, patience: Millis, tell: Rc<dyn Fn(Input)>) {
        let (this, told) = (self.clone(), tell.clone());
        let lost = move || {
            this.key.take();
            told(Input::Disowned);
        };
        let name = self.lock_name(&key);
        let got = move |lock| {
            if self.is_closed.get() {
                return;
            }
            let Some(lock) = lock else { return tell(Input::Unowned) };
            self.lock.set(Some(lock));
            self.key.replace(Some(key.into()));
            let found = move |found: Result<JsValue, JsValue>| {
                let json = found.and_then(|session| session.to_json()).ok().flatten();
                tell(Input::Loaded(json.and_then(|json| Session::read(&json))));
            };
            then(self.stored("get", None), Box::new(found));
        };
        lock(&name, patience, Box::new(lost), Box::new(got));
    }

    /// What pages and workers call the session among each other. A store that has no name may be any.
    fn lock_name(&self, key: &str) -> String {
        let name = self.store.as_ref().and_then(|store| field(store, "name").as_string());
        ["x-media-upload ", &name.unwrap_or_default(), "\n", key].concat()
    }

    /// Saves a session, after all that are being saved: first the store has it, then the callback. Calls of that never overlap.
    pub(crate) fn save(self: &Rc<Self>, session: JsValue, saved: Saved) {
        self.saves.borrow_mut().push((session, saved));
        if self.saves.borrow().len() == 1 {
            self.save_next();
        }
    }

    fn save_next(self: &Rc<Self>) {
        let Some(session) = self.saves.borrow().first().map(|(session, _)| session.clone()) else { return };
        let storing = self.stored("set", Some(&session));
        let this = self.clone();
        let stored = move |_| {
            let told = match &this.on_session {
                Some(on_session) => on_session.call1(&JsValue::UNDEFINED, &session),
                None => Ok(JsValue::UNDEFINED),
            };
            then(told, Box::new(move |told| this.saved(told)));
        };
        then(storing, Box::new(stored));
    }

    fn saved(self: &Rc<Self>, told: Result<JsValue, JsValue>) {
        let saved = take_first(&mut self.saves.borrow_mut());
        self.save_next();
        if self.is_closed.get() {
            self.close();
        }
        if let Some((_, saved)) = saved {
            saved(told);
        }
    }

    /// Whether there is anything that could be forgotten.
    pub(crate) fn is_storing(&self) -> bool {
        self.key.borrow().is_some()
    }

    /// Deletes the session from the store, after what is being stored.
    pub(crate) fn forget(self: &Rc<Self>, forgotten: Box<dyn FnOnce(Result<JsValue, JsValue>)>) {
        let this = self.clone();
        let storing = self.storing.borrow().clone();
        then(Ok(storing), Box::new(move |_| then(this.stored("delete", None), forgotten)));
    }

    /// Lets others own the session, once the last of it is saved. An `onSession` that takes too long is not waited for.
    pub(crate) fn close(self: &Rc<Self>) {
        self.is_closed.set(true);
        if self.saves.borrow().is_empty() {
            self.lock.take();
            self.closing.take();
        } else {
            let this = self.clone();
            let late = move || drop(this.lock.take());
            self.closing.set(Some(Timeout::new(LONGEST_STORING.0 as u32, late)));
        }
    }

    /// A promise of what the store gives. One that fails does not fail the upload, and one that takes too long is not asked again.
    fn stored(self: &Rc<Self>, method: &str, session: Option<&JsValue>) -> Result<JsValue, JsValue> {
        let (Some(key), Some(store)) = (self.key.borrow().clone(), &self.store) else { return Ok(JsValue::UNDEFINED) };
        let Some(method) = function(store, method) else { return Ok(JsValue::UNDEFINED) };
        let arguments: Array = [&key].into_iter().chain(session).collect();
        let work = method.apply(store, &arguments)?;
        let this = self.clone();
        let storing: JsValue = in_time(&work, LONGEST_STORING, Box::new(move || drop(this.key.take()))).into();
        self.storing.replace(storing.clone());
        Ok(storing)
    }
}
