//! X, as small as it can be: it takes segments, processes what it was given whole, and remembers everything.

use std::collections::{BTreeMap, HashMap};

use super::weather::window;
use super::wire::{Answer, Request, Said};
use super::{Command, EPOCH, Micros, SECOND};

pub(super) struct X {
    pub(super) v2: bool,
    /// The only token it takes.
    pub(super) token: u32,
    pub(super) medias: HashMap<String, Media>,
    /// Whether nothing it does is more than what a client has to cope with.
    pub(super) fair: bool,
    /// STATUS of what was never finalized says that there is such an id, as X's own playground does.
    pub(super) is_playground: bool,
    /// It takes minutes to process anything.
    pub(super) is_slow: bool,
    /// How many pictures it may have of which a second FINALIZE is refused.
    pub(super) hard_pictures: u32,
    /// It finds larger segments too large.
    pub(super) max_segment: u64,
    pub(super) random: fastrand::Rng,
}

/// What X has of a media.
pub(super) struct Media {
    pub(super) total: u64,
    /// Whether it is processed after FINALIZE, and has a STATUS.
    pub(super) processed: bool,
    segments: BTreeMap<u64, (u64, u64)>,
    /// It was sent different stretches of the file with one index.
    pub(super) is_mixed: bool,
    /// X has forgotten it.
    pub(super) is_forgotten: bool,
    pub(super) alt_text: Option<String>,
    finalized_at: Option<Micros>,
    /// How long processing takes, and how it ends.
    takes: Micros,
    pub(super) fails: bool,
    lifetime_secs: u64,
    /// Whether a second FINALIZE is answered like the first.
    pub(super) forgives: bool,
    /// How long after FINALIZE a STATUS may still reach a machine that has not heard of it; and until when.
    lag: Micros,
    lags_until: Micros,
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

    /// Takes a segment. X puts together whatever it was sent, so one index must always mean the same bytes.
    fn keep(&mut self, request: &Request) {
        let (start, end) = request.bytes;
        assert!(request.index < 1000 && start < end && end <= self.total, "{request:?}");
        let earlier = self.segments.insert(request.index, request.bytes);
        self.is_mixed |= earlier.is_some_and(|bytes| bytes != request.bytes);
    }

    /// Every machine has heard of it.
    pub(super) fn knows(&mut self) {
        (self.lag, self.lags_until) = (0, 0);
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
            alt_text: None,
            token: self.token,
            is_silent: false,
        };
        let id = self.initialize(&request);
        if let Some(media) = self.medias.get_mut(&id) {
            media.segments.insert(0, (0, 10));
            media.finalized_at = finalized.then_some(now);
            // Who knows no more than an id asks once.
            media.processed = true;
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
        let known = request.id.as_ref().and_then(|id| Some((id.clone(), self.medias.get_mut(id)?)));
        let Some((id, media)) = known.filter(|(_, media)| !media.is_forgotten) else {
            return self.unknown();
        };
        match request.command {
            Command::Append if media.is_finalized() => self.refuse(400, "The media is finalized."),
            Command::Append if request.weight() > self.max_segment => self.refuse(413, "Segment too large."),
            Command::Append => {
                media.keep(request);
                let (status, body) = match self.random.u8(0..4) {
                    0 => (200, r#"{"data":{"expires_at":1800086400}}"#),
                    1 => (200, " \n"),
                    _ => (204, ""),
                };
                Answer { status, body: body.to_owned(), said: Said::Taken, ..self.answer() }
            }
            Command::Metadata => {
                media.alt_text.clone_from(&request.alt_text);
                Answer { status: 200, said: Said::Taken, ..self.answer() }
            }
            Command::Finalize if media.is_finalized() && !media.forgives => {
                // Who hears this asks STATUS, which had better know it.
                media.knows();
                self.unknown()
            }
            Command::Finalize if !media.is_whole() => {
                self.refuse(400, "Segments do not add up to provided total file size.")
            }
            Command::Finalize => {
                if !media.is_finalized() {
                    media.finalized_at = Some(now);
                    media.lags_until = now + media.lag;
                }
                if request.is_silent {
                    media.knows();
                    let body = ["", "{}", r#"{"data":{}}"#][self.random.usize(0..3)].to_owned();
                    return Answer { status: 200, body, said: Said::Empty, ..self.answer() };
                }
                let said = self.judge(&id, now);
                self.describe(&id, said, if self.v2 { 200 } else { 201 }, now)
            }
            _ if media.is_finalized() && now < media.lags_until => self.unknown(),
            _ if (!media.processed || !media.is_finalized()) && self.is_playground => {
                self.describe(&id, Said::Bare, 200, now)
            }
            _ if !media.processed || !media.is_finalized() => self.unknown(),
            _ => {
                media.knows();
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
        let longest = [10, 10, 10, 10, 10, 60, 60, if self.fair { 300 } else { 4000 }][random.usize(0..8)];
        let media = Media {
            total: request.total,
            processed: request.processed && random.u8(0..8) > 0,
            segments: BTreeMap::new(),
            is_mixed: false,
            is_forgotten: false,
            alt_text: None,
            finalized_at: None,
            takes: if self.is_slow { random.u64(60..600) * SECOND } else { random.u64(0..longest * SECOND) },
            fails: random.u8(0..6) == 0,
            lifetime_secs: if self.fair || random.u8(0..10) > 0 { 10_000_000 } else { random.u64(1..2000) },
            forgives: random.bool(),
            lag: if random.u8(0..4) > 0 { 0 } else { random.u64(0..if self.fair { 200 } else { 600 } * SECOND) },
            lags_until: 0,
            asked: 0,
        };
        // A picture has no STATUS: nobody can settle whether its FINALIZE was done, and an upload starts over only once for it.
        let is_hard = !media.forgives && !media.processed && self.fair;
        let forgives = media.forgives || (is_hard && self.hard_pictures == 0);
        self.hard_pictures = self.hard_pictures.saturating_sub(u32::from(is_hard));
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
            Said::Ready if media.processed && (media.asked > 0 || random.bool()) && random.u8(0..8) > 0 => {
                r#"{"progress_percent":100,"state":"succeeded"}"#.to_owned()
            }
            _ => String::new(),
        };
        let info = match &said {
            // That it has a size says that it was finalized.
            Said::Ready if info.is_empty() && (media.asked > 0 || random.bool()) => {
                r#","size":10,"video":{"video_type":"video/mp4"}"#.to_owned()
            }
            _ if info.is_empty() => info,
            _ => format!(r#","processing_info":{info}"#),
        };
        // It has left out of which media it speaks.
        if !info.is_empty() && random.u8(0..8) == 0 {
            let info = info.trim_start_matches(',');
            let body = if self.v2 { format!(r#"{{"data":{{{info}}}}}"#) } else { format!("{{{info}}}") };
            return Answer { status, body, said, ..answer };
        }
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
        let headers = if self.random.bool() { window(600, EPOCH / SECOND + 100_000) } else { Vec::new() };
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
