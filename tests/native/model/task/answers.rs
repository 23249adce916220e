//! What a job may make of answers, and of tries that have none: the rules, as they are written, not as the core has them.

use serde_json::Value;
use x_media_upload::protocol::Code;

use super::super::errand::Kind;
use super::super::ledger::Scale;
use super::super::tries::Rules;
use super::super::wire::{Answer, Request, Said};
use super::super::{Command, MILLI, Micros, SECOND};
use super::{Doubt, Fault, LAG, LONGEST_OFFLINE, Task};

impl Task {
    /// How a try has failed that is not a refusal for good: it may end the work only where there was no other try left.
    pub(in super::super) fn fails(
        &mut self,
        request: &Request,
        fault: Fault,
        now: Micros,
        rules: &Rules,
        online: bool,
    ) {
        let Fault { code, retry_after, is_final } = fault;
        let command = request.command;
        self.meets(code);
        // One that is taken back at the deadline may not have timed out.
        self.was_foreign = self.is_foreign && code == Code::Timeout;
        self.is_foreign &= command != Command::Status;
        let leaves_open = matches!(code, Code::Network | Code::Timeout | Code::Server | Code::InvalidResponse);
        self.lost_finalize |= command == Command::Finalize && leaves_open;
        let is_patient = command == Command::Status && self.doubt.is_none();
        let may_wait = match (command, self.kind) {
            (Command::Init, _) => now < self.init_since + LONGEST_OFFLINE,
            (Command::Finalize, Kind::FinalizeAndWait) => now < self.begun_at + self.timeout,
            (_, kind) => kind == Kind::Upload && !is_patient,
        };
        let is_first = command == Command::Init || (command == Command::Finalize && self.kind != Kind::Upload);
        let tries = self.tries.of(command, request.index);
        if code != Code::Network {
            tries.hears();
        }
        let is_offline = matches!(code, Code::Network | Code::Timeout) && !online;
        match is_offline {
            true => tries.fails_offline(now, !may_wait),
            false => tries.fails(retry_after, now, rules),
        }
        let is_unheard = is_first && !rules.is_given && code == Code::Network && tries.is_unheard();
        let most = if is_unheard { rules.attempts / 2 } else { rules.attempts };
        let is_last = (tries.counted() >= most || (is_offline && is_first)) && !(is_offline && may_wait);
        if is_final.unwrap_or(is_last && !is_patient) {
            self.may_end.push(code);
        }
    }

    /// A refusal that stands, whatever else may be tried.
    fn stands(&mut self, code: Code) {
        self.meets(code);
        self.may_end.push(code);
        self.must_end = Some(code);
    }

    /// An answer arrives.
    pub(in super::super) fn learns(
        &mut self,
        request: &Request,
        answer: &Answer,
        now: Micros,
        rules: &Rules,
        scale: Scale,
    ) {
        let (command, code) = (request.command, answer.code());
        let fault = |is_final| Fault { code, retry_after: answer.retry_after, is_final };
        self.last_refusal = None;
        match (command, answer.status) {
            (Command::Append, 200..300) if answer.said == Said::Taken => {
                self.ledger.acknowledges(request.index, request.bytes);
            }
            (Command::Metadata, 200..300) if answer.said == Said::Taken => self.is_described = true,
            (Command::Init | Command::Finalize | Command::Status, 200..300) if answer.tells() => {
                self.tries.is_answered(command, request.index);
                self.learns_of_media(command, answer, now);
            }
            (_, 401) => {
                self.fails(request, fault(None), now, rules, true);
                self.tries.of(command, request.index).waits(false);
            }
            (_, 429) => self.is_limited(request, answer, now, rules),
            (_, 408 | 425 | 500..) => {
                self.fails(request, fault(None), now, rules, true);
                self.lost_finalize |= command == Command::Finalize && answer.status == 408;
            }
            (Command::Finalize, _) if self.is_doubtful(answer) => {
                let was_lost = self.lost_finalize;
                let is_refused_by_x = answer.is_unknown() && answer.is_json();
                self.meets(code);
                self.doubt = Some(Doubt { code, is_refused_by_x, was_lost, left: if was_lost { 3 } else { 1 } });
            }
            (Command::Status, status) => match self.doubt {
                Some(_) if answer.is_unknown() || matches!(answer.said, Said::Bare | Said::Errors) => {
                    self.fails(request, fault(Some(false)), now, rules, true);
                    self.tries.of(command, 0).begins_anew();
                    self.hears_nothing(answer);
                }
                None if answer.is_unknown() => self.is_told_unknown(request, answer, now, rules),
                // The ladder goes on.
                None if answer.said == Said::Bare => {
                    self.tries.is_answered(command, 0);
                    self.is_foreign = false;
                    self.note_expiry(answer, now);
                    self.polls += 1;
                    self.waits_for_status(None, now);
                }
                _ if (200..300).contains(&status) => {
                    self.fails(request, fault(None), now, rules, true);
                    self.is_foreign = answer.said == Said::Foreign;
                }
                _ => self.stands(code),
            },
            (Command::Append, 413) => {
                let proven = self.sizes.proven(request.weight(), self.total, scale);
                self.stands(code);
                if proven.is_some() || self.starts.halvings < 2 {
                    self.starts.too_large = Some((request.weight(), proven));
                }
            }
            // What can't be read is as good as no answer; and proxies and lagging machines refuse, too.
            (Command::Append | Command::Finalize, 200..300) if answer.said != Said::Errors => {
                self.fails(request, fault(None), now, rules, true);
            }
            (Command::Append, status) if !matches!(status, 402 | 403) && code != Code::InvalidResponse => {
                let is_last = self.tries.of(command, request.index).counted() >= rules.attempts.min(3);
                // In fair weather that is as good as a fault.
                *self.faults_of(request) += 1;
                self.fails(request, fault(Some(is_last)), now, rules, true);
                self.starts.unknown = is_last && answer.is_unknown() && answer.is_json();
            }
            // A store may have given the session of a media that X has forgotten: it has to say so three times.
            (Command::Metadata, 404) if self.starts.was_found && self.tries.of(command, 0).counted() < 3 => {
                self.fails(request, fault(Some(false)), now, rules, true);
            }
            (_, _) => {
                self.stands(code);
                self.last_refusal = (command == Command::Finalize).then(|| answer.is_unknown() && answer.is_json());
                self.starts.unknown = command != Command::Init && answer.is_unknown() && answer.is_json();
            }
        }
    }

    /// Whether an answer to FINALIZE that is no success leaves open whether it was done.
    fn is_doubtful(&self, answer: &Answer) -> bool {
        let is_refused = answer.is_unknown() || answer.said == Said::Errors;
        answer.said == Said::Empty || (is_refused && (self.kind == Kind::Upload || self.lost_finalize))
    }

    /// STATUS has nothing to say of a media whose FINALIZE is in doubt.
    fn hears_nothing(&mut self, answer: &Answer) {
        let Some(doubt) = &mut self.doubt else { return };
        doubt.left -= 1;
        if doubt.left > 0 {
            return;
        }
        let Doubt { code, is_refused_by_x, was_lost, .. } = *doubt;
        self.doubt = None;
        self.note_doubt = Some(answer.said == Said::Bare);
        if was_lost && self.kind == Kind::Upload && self.starts.lost == 0 {
            self.starts.was_lost = true;
        } else {
            self.stands(code);
            self.last_refusal = Some(is_refused_by_x);
            self.starts.unknown = is_refused_by_x;
        }
    }

    /// STATUS says that there is no such media, in a wait: for five minutes after an answer that spoke of it that is no verdict.
    fn is_told_unknown(&mut self, request: &Request, answer: &Answer, now: Micros, rules: &Rules) {
        self.unknown += 1;
        // Of an upload in processing its session says that it was spoken of.
        let is_known = self.heard.is_some() || self.kind == Kind::Upload;
        let is_late = |margin: Micros| self.heard.is_none_or(|heard| now + MILLI >= heard + LAG + margin);
        let is_not_over = is_known && (!is_late(0) || (self.heard.is_none() && self.unknown < 3));
        let is_over = !is_known || (is_late(2 * MILLI) && self.unknown >= 3);
        let fault = Fault { code: answer.code(), retry_after: None, is_final: Some(!is_not_over) };
        self.fails(request, fault, now, rules, true);
        if is_over {
            self.stands(answer.code());
        }
        self.starts.unknown = !is_not_over && answer.is_json();
        self.forgiven = self.forgiven.max(if is_not_over { self.unknown } else { 0 });
    }

    /// X says that there are too many requests.
    fn is_limited(&mut self, request: &Request, answer: &Answer, now: Micros, rules: &Rules) {
        let fault = Fault { code: Code::RateLimited, retry_after: None, is_final: None };
        self.fails(request, fault, now, rules, true);
        // What the server names goes before the ordinary pause.
        self.tries.of(request.command, request.index).waits(true);
        let is_wait = request.command == Command::Status && self.doubt.is_none();
        let left = match self.waits_since {
            Some(since) if is_wait => (since + self.timeout + self.paused_for).saturating_sub(now),
            _ => u64::MAX,
        };
        let most = rules.longest_limit.min(left);
        if answer.longest_rest > most {
            self.may_end.push(Code::RateLimited);
        }
        if answer.is_cap
            || (self.reads_clock && answer.rests_until.saturating_sub(now) > most.saturating_add(10 * MILLI))
        {
            self.stands(Code::RateLimited);
        }
    }

    fn note_expiry(&mut self, answer: &Answer, now: Micros) {
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let body = body.get("data").unwrap_or(&body);
        self.expires = body["expires_after_secs"].as_u64().map(|secs| now + secs * SECOND).or(self.expires);
    }

    fn learns_of_media(&mut self, command: Command, answer: &Answer, now: Micros) {
        self.note_expiry(answer, now);
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let body = body.get("data").unwrap_or(&body);
        self.is_foreign = false;
        match command {
            Command::Init => {
                let id = ["media_id_string", "id", "media_id"].iter().find_map(|name| body.get(name));
                self.media = id.map(|id| id.to_string().trim_matches('"').to_owned());
            }
            _ if self.doubt.take().is_some() => self.begins_to_wait(now),
            Command::Status => self.polls += 1,
            _ => self.begins_to_wait(now),
        }
        if command != Command::Init {
            (self.heard, self.unknown) = (Some(now), 0);
        }
        if let Said::Later(check_after) = answer.said {
            self.waits_for_status(check_after, now);
        }
    }

    /// X wants to be asked again: after so long, or by the ladder.
    fn waits_for_status(&mut self, check_after: Option<u64>, now: Micros) {
        let rung = [1, 2, 4, 8].get(self.polls).copied().unwrap_or(15) * SECOND;
        let (least, most) = match check_after {
            Some(secs) => (secs.min(300) * SECOND, secs.min(300) * SECOND),
            None => (rung, rung + rung / 10),
        };
        self.status_from = now + least;
        self.status_by = Some(now + most + 300 * MILLI);
    }
}
