//! The job of a call of `MediaClient`, and how it is driven.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use x_media_upload::protocol::{
    Authorization, BaseUrl, ClientState, Fields, FileInfo, Given, Input, Job, Now, Operation, Output, Place, Plain,
    Read, Refusal, Saving, Settings, UrlParts, read_media, read_media_id, read_timeout, read_upload,
};

use super::Js;

/// The origin of the page that the client is in.
pub(crate) const PAGE: &str = "https://app.test";

/// Reads the options of a client.
pub(crate) fn settings(options: &Js, authorization: Authorization) -> Read<Settings, Js> {
    let fields = Fields::of(options, "options")?;
    let base_url = fields.optional("baseUrl")?.map(|url: String| BaseUrl::new(&parts(&url), Some(PAGE)));
    let base_url = base_url.transpose().map_err(|must| Refusal::new("baseUrl", must))?;
    Settings::read(&fields, base_url, Place::Page, authorization)
}

/// An URL of https, taken apart.
fn parts(url: &str) -> UrlParts {
    let (_, rest) = url.split_once("://").unwrap();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let origin = format!("https://{host}");
    UrlParts { href: format!("{origin}/{path}"), origin, protocol: "https:".to_owned(), hostname: host.to_owned() }
}

/// Reads what a `method` is given, and makes a job of it. Arguments and options are fields of one object here, named as in
/// `index.d.ts`; the rest says what the shell finds out:
///
/// | method | fields besides |
/// |---|---|
/// | `append` | `segment`: its bytes |
/// | `upload` | `file`: its bytes; `type`, `name`, `lastModified` of its Blob; whether it `saves` sessions and `hasStore` |
pub(crate) fn job(settings: &Rc<Settings>, method: &str, given: &Js) -> Read<Box<Job>, Js> {
    let argument = |name| given.get(name).unwrap_or(Js::Undefined);
    let media_id = || read_media_id(&argument("mediaId"));
    let settings = settings.clone();
    let api = settings.api;
    let options = &Fields::of(given, "options")?;
    let operations = match method {
        "upload" => {
            let (plan, goal) = read_upload(options, file_info(given), saving(given))?;
            return Ok(Job::upload(settings, plan, goal));
        }
        "waitUntilReady" => {
            let (id, media) = read_media(&argument("media"))?;
            return Ok(Job::wait(settings, id, media, read_timeout(options)?));
        }
        "finalizeAndWait" => return Ok(Job::finalize_and_wait(settings, media_id()?, read_timeout(options)?)),
        "initialize" => vec![Operation::read_initialize(given)?],
        "append" => {
            let bytes = integer(&argument("segment")).unwrap_or_default();
            vec![Operation::read_append(&argument("mediaId"), &argument("segmentIndex"), bytes)?]
        }
        "finalize" => vec![Operation::Finalize { id: media_id()? }],
        "status" => vec![Operation::Status { id: media_id()? }],
        "setMetadata" => vec![Operation::read_set_metadata(&argument("mediaId"), &argument("metadata"))?],
        "addSubtitles" => {
            let (id, category) = (argument("mediaId"), argument("mediaCategory"));
            Operation::read_add_subtitles(api, &id, &category, &argument("subtitles"))?
        }
        "removeSubtitles" => {
            let (id, category) = (argument("mediaId"), argument("mediaCategory"));
            Operation::read_remove_subtitles(api, &id, &category, &argument("languageCodes"))?
        }
        other => panic!("no method is called {other}"),
    };
    Ok(Job::command(settings, operations))
}

fn file_info(given: &Js) -> FileInfo {
    let argument = |name| given.get(name).unwrap_or(Js::Undefined);
    FileInfo {
        total_bytes: integer(&argument("file")).unwrap_or_default(),
        blob_type: text(&argument("type")).unwrap_or_default(),
        name: text(&argument("name")),
        last_modified: integer(&argument("lastModified")),
    }
}

fn saving(given: &Js) -> Saving {
    let is = |name| given.get(name).is_ok_and(|value| value.plain() == Plain::Bool(true));
    Saving { in_store: is("hasStore"), by_callback: is("saves") }
}

fn integer(value: &Js) -> Option<u64> {
    match value.plain() {
        Plain::Number(number) => Some(number as u64),
        _ => None,
    }
}

fn text(value: &Js) -> Option<String> {
    match value.plain() {
        Plain::Text(text) => Some(text),
        _ => None,
    }
}

/// A job with the client and the clocks that it is driven by.
pub(crate) struct Driven {
    pub(crate) job: Box<Job>,
    pub(crate) state: Rc<RefCell<ClientState>>,
    pub(crate) now: Rc<Cell<Now>>,
}

impl Driven {
    pub(crate) fn tell(&mut self, input: Input) {
        self.job.handle(input, self.now.get(), &mut self.state.borrow_mut());
    }

    pub(crate) fn next(&mut self) -> Output {
        self.job.poll(self.now.get(), &mut self.state.borrow_mut())
    }
}
