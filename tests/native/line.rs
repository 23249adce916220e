//! A line that all requests of a client share, in virtual time: what each takes depends on the others.

use super::driver::{Client, Run, Sent, http, ready};

/// A line as a network has it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// From which moment on it carries how many bits a millisecond: kbit/s.
    pub(crate) rates: Vec<(u64, f64)>,
    /// In milliseconds.
    pub(crate) round_trip: u64,
}

/// A request on its way.
struct Flow {
    run: usize,
    sent: Sent,
    /// When its first byte arrives.
    begins: f64,
    /// How many bits are still to arrive.
    left: f64,
}

impl Line {
    /// One that stays as it is.
    pub(crate) fn steady(kbits: f64, round_trip: u64) -> Self {
        Self { rates: vec![(0, kbits)], round_trip }
    }

    fn rate(&self, at: f64) -> f64 {
        self.rates.iter().rev().find(|(from, _)| *from as f64 <= at).map_or(0.0, |(_, rate)| *rate)
    }

    /// How long it needs for so many bytes at the least, in milliseconds.
    pub(crate) fn needs(&self, bytes: u64) -> u64 {
        let (mut left, mut at) = (bytes as f64 * 8.0, 0.0);
        for (until, _) in self.rates.iter().skip(1) {
            let carried = (*until as f64 - at) * self.rate(at);
            if carried >= left {
                break;
            }
            (left, at) = (left - carried, *until as f64);
        }
        (at + left / self.rate(at)) as u64
    }

    /// Carries what these uploads send until they have ended. A request takes a round trip and its share of the line, its answer
    /// half a round trip more. X is ready when FINALIZE is. How long it takes, in milliseconds.
    pub(crate) fn carry(&self, client: &Client, runs: &mut [Run]) -> u64 {
        let start = client.now();
        let (mut flows, mut answers): (Vec<Flow>, Vec<(f64, usize, Sent)>) = (Vec::new(), Vec::new());
        let mut at = 0.0;
        loop {
            for (run, upload) in runs.iter_mut().enumerate() {
                for sent in upload.requests() {
                    let bytes = if sent.command() == "APPEND" { sent.bytes() } else { 0 };
                    let begins = at + self.round_trip as f64;
                    flows.push(Flow { run, sent, begins, left: bytes as f64 * 8.0 });
                }
                for cancelled in std::mem::take(&mut upload.cancelled) {
                    flows.retain(|flow| (flow.run, flow.sent.id) != (run, cancelled));
                    answers.retain(|(_, other, sent)| (*other, sent.id) != (run, cancelled));
                }
            }
            if runs.iter_mut().all(Run::has_ended) {
                return client.now() - start;
            }
            let wakes = runs.iter().filter_map(Run::wakes_at).map(|moment| (moment - start) as f64);
            let arrivals = answers.iter().map(|(moment, ..)| moment.ceil());
            let wake = wakes.chain(arrivals).fold(f64::INFINITY, f64::min);
            at = self.move_bits(&mut flows, &mut answers, at, wake);
            if at < wake {
                continue;
            }
            client.pass(start + at as u64 - client.now());
            let (due, rest): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(moment, ..)| moment.ceil() <= at);
            answers = rest;
            for (_, run, sent) in due {
                match sent.command() {
                    "FINALIZE" => runs[run].answer_with(&sent, &http(201).body(ready())),
                    _ => runs[run].answer_well(&sent),
                }
            }
        }
    }

    /// Moves what is on its way, until the first of it has arrived or else until then. The moment at which it stops.
    fn move_bits(&self, flows: &mut Vec<Flow>, answers: &mut Vec<(f64, usize, Sent)>, mut at: f64, until: f64) -> f64 {
        const DUST: f64 = 1e-6;
        while at < until {
            let arriving = flows.iter().filter(|flow| flow.begins <= at).count();
            let share = self.rate(at) / arriving.max(1) as f64;
            let begins = flows.iter().map(|flow| flow.begins).filter(|begins| *begins > at);
            let changes = self.rates.iter().map(|(from, _)| *from as f64).filter(|from| *from > at);
            let ends = flows.iter().filter(|flow| flow.begins <= at).map(|flow| at + flow.left / share);
            let next = begins.chain(changes).chain(ends).fold(until, f64::min);
            for flow in flows.iter_mut().filter(|flow| flow.begins <= at) {
                flow.left -= (next - at) * share;
            }
            at = next;
            let here: Vec<usize> = (0..flows.len())
                .rev()
                .filter(|place| flows[*place].begins <= at && flows[*place].left <= DUST)
                .collect();
            for place in &here {
                let flow = flows.remove(*place);
                answers.push((at + self.round_trip as f64 / 2.0, flow.run, flow.sent));
            }
            if !here.is_empty() {
                return at;
            }
        }
        at
    }
}
