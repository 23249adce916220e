//! Where the sessions of an upload are kept: the caller's store, and the caller's `onSession`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::js::{function, then};
use crate::protocol::{Given, Saving, Session, take_first};

/// A store that takes longer is left alone.
const LONGEST_STORING_MS: u32 = 10_000;

/// What is told of a save: the error is what `onSession` threw.
pub(crate) type Saved = Box<dyn FnOnce(Result<JsValue, JsValue>)>;

/// See the module's documentation.
#[derive(Default)]
pub(crate) struct Sessions {
    store: Option<JsValue>,
    on_session: Option<Function>,
    /// Under what the store has the session of this upload. `None` before it was asked for it, and where it is left alone.
    key: RefCell<Option<JsValue>>,
    /// What is to be saved, the first of it just now.
    saves: RefCell<Vec<(JsValue, Saved)>>,
    /// What the store was asked last, and how long that may take.
    storing: RefCell<JsValue>,
    timer: Cell<Option<Timeout>>,
}

impl Sessions {
    pub(crate) fn new(store: Option<JsValue>, on_session: Option<Function>) -> Self {
        Self { store, on_session, ..Self::default() }
    }

    /// Where sessions are saved.
    pub(crate) fn saving(&self) -> Saving {
        match (&self.store, &self.on_session) {
            (Some(_), _) => Saving::Store,
            (None, Some(_)) => Saving::Callback,
            (None, None) => Saving::Nowhere,
        }
    }

    /// Tells the session that the store has under `key`, if it is one of ours.
    pub(crate) fn load(self: &Rc<Self>, key: String, loaded: Box<dyn FnOnce(Option<Box<Session>>)>) {
        self.key.replace(Some(key.into()));
        let found = |found: Result<JsValue, JsValue>| {
            let json = found.and_then(|session| session.to_json()).ok().flatten();
            loaded(json.and_then(|json| Session::read(&json)));
        };
        then(self.stored("get", None), Box::new(found));
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

    /// A promise of what the store gives. One that fails does not fail the upload, and one that takes too long is not asked again.
    fn stored(self: &Rc<Self>, method: &str, session: Option<&JsValue>) -> Result<JsValue, JsValue> {
        let (Some(key), Some(store)) = (self.key.borrow().clone(), &self.store) else { return Ok(JsValue::UNDEFINED) };
        let Some(method) = function(store, method) else { return Ok(JsValue::UNDEFINED) };
        let arguments: Array = [&key].into_iter().chain(session).collect();
        let work = method.apply(store, &arguments)?;
        let late = Promise::new(&mut |resolve, _| {
            let this = self.clone();
            self.timer.set(Some(Timeout::new(LONGEST_STORING_MS, move || {
                this.key.take();
                drop(resolve.call0(&JsValue::UNDEFINED));
            })));
        });
        let storing: JsValue = Promise::race(&[work, late.into()].into_iter().collect::<Array>()).into();
        self.storing.replace(storing.clone());
        let this = self.clone();
        then(Ok(storing.clone()), Box::new(move |_| drop(this.timer.take())));
        Ok(storing)
    }
}
