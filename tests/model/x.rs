//! X, as small as it can be: it takes segments, processes what it was given whole, and remembers everything.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{Command, EPOCH, Micros, SECOND};

/// A request as it reaches X.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) command: Command,
    /// The media it is about; INIT makes one.
    pub(super) id: Option<String>,
    /// INIT: bytes of the file, and whether a category asks for processing.
    pub(super) total: u64,
    pub(super) processed: bool,
    /// APPEND: `segment_index`, and the bytes of the file that are sent.
    pub(super) index: u64,
    pub(super) bytes: (u64, u64),
    /// The number of the token that lets it in.
    pub(super) token: u32,
}

impl Request {
    /// The request that the shell was given, as X understands it.
    pub(super) fn read(value: &Value, v2: bool, token: u32) -> Self {
        let fields = &value["fields"];
        let url = value["url"].as_str().unwrap_or_default();
        let (command, id) = if v2 {
            let path = url.strip_prefix("/2/media/upload").unwrap_or_default();
            match path.trim_start_matches('/').split_once('/') {
                None if path == "/initialize" => (Command::Init, None),
                Some((id, "append")) => (Command::Append, Some(id)),
                Some((id, "finalize")) => (Command::Finalize, Some(id)),
                _ => (Command::Status, path.strip_prefix("?command=STATUS&media_id=")),
            }
        } else {
            let id = fields["media_id"].as_str();
            match fields["command"].as_str() {
                Some("INIT") => (Command::Init, None),
                Some("APPEND") => (Command::Append, id),
                Some("FINALIZE") => (Command::Finalize, id),
                _ => (Command::Status, url.strip_prefix("/1.1/media/upload.json?command=STATUS&media_id=")),
            }
        };
        assert!(id.is_some() || command == Command::Init, "{value}");
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        Self {
            command,
            id: id.map(str::to_owned),
            total: number(&fields["total_bytes"]),
            processed: fields["media_category"] == "tweet_video",
            index: number(&fields["segment_index"]),
            bytes: (number(&value["start"]), number(&value["end"])),
            token,
        }
    }
}

/// X's answer, and what it means.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    /// The headers, as fields of an outcome.
    pub(super) headers: String,
    pub(super) said: Said,
    /// The moment before which it must not be asked again.
    pub(super) rests_until: Micros,
    /// The longest that a client may rest for it, from its arrival on.
    pub(super) longest_rest: Micros,
}

/// What an answer says of a media, where it says anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Said {
    #[default]
    Nothing,
    /// What INIT and APPEND say.
    Taken,
    /// Not ready yet; `check_after_secs`, where it is a time to wait.
    Later(Option<u64>),
    Ready,
    Failed,
}

pub(super) struct X {
    pub(super) v2: bool,
    /// The only token it takes.
    pub(super) token: u32,
    pub(super) medias: HashMap<String, Media>,
    /// Whether nothing it does is more than what a client has to cope with.
    pub(super) fair: bool,
    pub(super) random: fastrand::Rng,
}

/// What X has of a media.
pub(super) struct Media {
    pub(super) total: u64,
    /// Whether it is processed after FINALIZE, and has a STATUS.
    pub(super) processed: bool,
    segments: BTreeMap<u64, (u64, u64)>,
    finalized_at: Option<Micros>,
    /// How long processing takes, and how it ends.
    takes: Micros,
    pub(super) fails: bool,
    lifetime_secs: u64,
    /// Whether a second FINALIZE is answered like the first.
    pub(super) forgives: bool,
    /// How many STATUS requests still reach a machine that has not heard of it.
    lag: u32,
    asked: u64,
}

impl Media {
    /// Whether the segments, one after the other, are the file: no byte is missing, doubled or in another's place.
    pub(super) fn is_whole(&self) -> bool {
        let mut next = 0;
        for (place, (index, (start, end))) in self.segments.iter().enumerate() {
            if *index != place as u64 || *start != next {
                return false;
            }
            next = *end;
        }
        next == self.total
    }

    pub(super) fn is_finalized(&self) -> bool {
        self.finalized_at.is_some()
    }

    /// Whether it can be used.
    pub(super) fn is_ready(&self, now: Micros) -> bool {
        self.is_finalized() && !self.fails && self.is_over(now)
    }

    fn is_over(&self, now: Micros) -> bool {
        !self.processed || self.finalized_at.is_some_and(|at| at + self.takes <= now)
    }
}

impl X {
    /// A media that somebody else has sent whole, and finalized or not.
    pub(super) fn put(&mut self, now: Micros, finalized: bool) -> String {
        let request = Request {
            command: Command::Init,
            id: None,
            total: 10,
            processed: true,
            index: 0,
            bytes: (0, 10),
            token: self.token,
        };
        let id = self.initialize(&request);
        if let Some(media) = self.medias.get_mut(&id) {
            media.segments.insert(0, (0, 10));
            media.finalized_at = finalized.then_some(now);
            // Who knows no more than an id asks once.
            media.processed = true;
            media.lag = if finalized { 0 } else { media.lag };
            media.forgives |= self.fair;
        }
        id
    }

    /// Does what is asked.
    pub(super) fn take(&mut self, request: &Request, now: Micros) -> Answer {
        if request.token != self.token {
            return self.refuse(401, "Could not authenticate you");
        }
        if request.command == Command::Init {
            let id = self.initialize(request);
            return self.describe(&id, Said::Taken, if self.v2 { 200 } else { 202 }, now);
        }
        let Some((id, media)) = request.id.as_ref().and_then(|id| Some((id.clone(), self.medias.get_mut(id)?))) else {
            return self.unknown();
        };
        match request.command {
            Command::Append if media.is_finalized() => self.refuse(400, "The media is finalized."),
            Command::Append => {
                let earlier = media.segments.insert(request.index, request.bytes);
                assert!(earlier.is_none_or(|bytes| bytes == request.bytes), "one index, two stretches of the file");
                assert!(request.index < 1000 && request.bytes.0 < request.bytes.1 && request.bytes.1 <= media.total);
                let (status, body) = match self.random.u8(0..4) {
                    0 => (200, r#"{"data":{"expires_at":1800086400}}"#),
                    1 => (200, "<html></html>"),
                    _ => (204, ""),
                };
                Answer { status, body: body.to_owned(), said: Said::Taken, ..self.answer() }
            }
            Command::Finalize if media.is_finalized() && !media.forgives => {
                // Who hears this asks STATUS, which had better know it.
                media.lag = 0;
                self.unknown()
            }
            Command::Finalize if !media.is_whole() => {
                self.refuse(400, "Segments do not add up to provided total file size.")
            }
            Command::Finalize => {
                media.finalized_at.get_or_insert(now);
                let said = self.judge(&id, now);
                self.describe(&id, said, if self.v2 { 200 } else { 201 }, now)
            }
            _ if media.lag > 0 && media.is_finalized() => {
                media.lag -= 1;
                self.unknown()
            }
            _ if !media.processed || !media.is_finalized() => self.unknown(),
            _ => {
                media.lag = 0;
                media.asked += 1;
                let said = self.judge(&id, now);
                self.describe(&id, said, 200, now)
            }
        }
    }

    fn initialize(&mut self, request: &Request) -> String {
        let random = &mut self.random;
        // Beyond what a float can hold, and odd.
        let id = (random.u64(1_000_000_000_000_000_000..9_000_000_000_000_000_000) | 1).to_string();
        let longest = if self.fair { 300 } else { 4000 };
        let media = Media {
            total: request.total,
            processed: request.processed && random.u8(0..8) > 0,
            segments: BTreeMap::new(),
            finalized_at: None,
            takes: if random.bool() { random.u64(0..10 * SECOND) } else { random.u64(0..longest * SECOND) },
            fails: random.u8(0..6) == 0,
            lifetime_secs: if self.fair || random.u8(0..10) > 0 { 10_000_000 } else { random.u64(1..2000) },
            forgives: random.bool(),
            lag: if random.u8(0..4) > 0 { 0 } else { random.u32(0..if self.fair { 4 } else { 7 }) },
            asked: 0,
        };
        // A picture has no STATUS: nobody could settle whether its FINALIZE was done.
        let forgives = media.forgives || (self.fair && !media.processed);
        let fails = media.fails && media.processed;
        self.medias.insert(id.clone(), Media { forgives, fails, ..media });
        id
    }

    fn judge(&mut self, id: &str, now: Micros) -> Said {
        let media = &self.medias[id];
        match (media.is_over(now), media.fails) {
            (true, true) => Said::Failed,
            (true, false) => Said::Ready,
            (false, _) => Said::Later(match self.random.u8(0..20) {
                0 => None,
                1 => Some(self.random.u64(1..=300)),
                2 => Some(self.random.u64(301..5000)),
                _ => Some(self.random.u64(1..=10)),
            }),
        }
    }

    /// The body that tells of a media.
    fn describe(&mut self, id: &str, said: Said, status: u16, now: Micros) -> Answer {
        let answer = self.answer();
        let random = &mut self.random;
        let media = &self.medias[id];
        let percent = random.u8(0..=100);
        let info = match &said {
            Said::Later(check_after) => {
                let state = ["pending", "in_progress", "in_progress", "uploading"][random.usize(0..4)];
                match check_after {
                    Some(secs) => format!(r#"{{"state":"{state}","check_after_secs":{secs}}}"#),
                    None if random.bool() => format!(r#"{{"state":"{state}","check_after_secs":0}}"#),
                    None => format!(r#"{{"state":"{state}","progress_percent":{percent}}}"#),
                }
            }
            Said::Failed => match random.u8(0..4) {
                0 => format!(r#"{{"progress_percent":{percent},"state":"failed"}}"#),
                1 => r#"{"state":"in_progress","progress_percent":100,"error":{"code":1,"name":"InvalidMedia"}}"#
                    .to_owned(),
                _ => r#"{"state":"failed","error":{"code":1,"name":"InvalidMedia","message":"no"}}"#.to_owned(),
            },
            Said::Ready if media.processed && (media.asked > 0 || random.bool()) => {
                r#"{"progress_percent":100,"state":"succeeded"}"#.to_owned()
            }
            _ => String::new(),
        };
        let info = if info.is_empty() { info } else { format!(r#","processing_info":{info}"#) };
        let expires = media.lifetime_secs.saturating_sub(now / SECOND);
        let body = match (self.v2, random.u8(0..8)) {
            (true, 0) => format!(r#"{{"id":"{id}","expires_after_secs":{expires}{info}}}"#),
            (true, _) => {
                format!(r#"{{"data":{{"id":"{id}","media_key":"7_{id}","expires_after_secs":{expires}{info}}}}}"#)
            }
            (false, 0) => format!(r#"{{"media_id":{id},"expires_after_secs":{expires}{info}}}"#),
            (false, _) => {
                format!(r#"{{"media_id":{id},"media_id_string":"{id}","expires_after_secs":{expires}{info}}}"#)
            }
        };
        Answer { status, body, said, ..answer }
    }

    /// X names the rate limit's window in every answer of 1.1, whatever it answers.
    fn answer(&mut self) -> Answer {
        let headers = match self.random.bool() {
            true => format!(r#","limit":"615","remaining":"600","reset":"{}""#, EPOCH / 1_000_000 + 100_000),
            false => String::new(),
        };
        Answer { headers, ..Answer::default() }
    }

    fn unknown(&mut self) -> Answer {
        let (status, text) =
            if self.v2 { (400, "BadRequest: Not found") } else { (404, "Sorry, that page does not exist") };
        self.refuse(status, text)
    }

    pub(super) fn refuse(&mut self, status: u16, text: &str) -> Answer {
        let body = format!(r#"{{"errors":[{{"code":1,"message":"{text}"}}]}}"#);
        Answer { status, body, ..self.answer() }
    }
}
