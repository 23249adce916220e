//! Senders that die, and files that are put together from what several of them sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::driver::{Client, ID, Run, Sent};

/// What X has of one media: of each segment that arrived, which bytes it holds.
#[derive(Default)]
struct Received(BTreeMap<u64, (u64, u64)>);

impl Received {
    fn take(&mut self, sent: &Sent) {
        let (index, start, end) = sent.segment();
        let earlier = self.0.insert(index, (start, end));
        assert!(earlier.is_none_or(|bytes| bytes == (start, end)), "{index}: {earlier:?}, then {start} to {end}");
    }

    /// X puts the segments together in the order of their indexes.
    fn check_whole(&self, bytes: u64) {
        let mut next = 0;
        for (place, (index, (start, end))) in self.0.iter().enumerate() {
            assert_eq!((*index, *start), (place as u64, next));
            assert!(start < end && *index < 1000);
            next = *end;
        }
        assert_eq!(next, bytes);
    }
}

/// The indexes of the segments that a session calls acknowledged.
fn acknowledged(session: &Value) -> BTreeSet<u64> {
    session["acknowledged"].as_array().unwrap().iter().map(|index| index.as_u64().unwrap()).collect()
}

/// What a sender that may die at any moment leaves behind: what X has received, and the session that was saved last.
fn send_until_it_dies(
    run: &mut Run,
    mut saved: Option<Value>,
    received: &mut Received,
    random: &mut fastrand::Rng,
) -> Option<Value> {
    run.saves_itself = false;
    let (mut in_flight, mut saving) = (Vec::new(), None);
    for _ in 0..random.usize(0..200) {
        for sent in run.requests() {
            match sent.command() {
                "APPEND" => {
                    let named: &Value = saved.as_ref().unwrap_or_else(|| panic!("{sent:?} leaves before any save"));
                    let index = sent.segment().0 as usize;
                    assert_eq!(named["segments"][index], sent.bytes(), "no saved session names {sent:?}");
                    assert!(!acknowledged(named).contains(&(index as u64)), "{sent:?} was acknowledged");
                }
                "FINALIZE" => return saved,
                _ => {}
            }
            in_flight.push(sent);
        }
        saving = saving.or_else(|| run.saves.pop());
        assert!(run.saves.is_empty(), "saves never overlap");
        if let Some(session) = saving.take_if(|_| in_flight.is_empty() || random.u8(0..3) == 0) {
            saved = Some(session);
            run.saved();
        } else if !in_flight.is_empty() {
            let sent = in_flight.swap_remove(random.usize(0..in_flight.len()));
            run.client.pass(random.u64(1..4000));
            match random.u8(0..6) {
                0 => run.answer(&sent, 503, ""),
                1 if sent.command() == "APPEND" => {
                    // It arrived, and the answer did not.
                    received.take(&sent);
                    run.lose(&sent);
                }
                _ => {
                    if sent.command() == "APPEND" {
                        received.take(&sent);
                    }
                    run.answer_well(&sent);
                }
            }
        } else if !run.has_ended() {
            run.client.pass(1000);
        }
    }
    // What is on its way may still arrive, and a save that is under way may still be done.
    for sent in in_flight.iter().filter(|sent| sent.command() == "APPEND" && random.bool()) {
        received.take(sent);
    }
    if random.bool() { saving.or(saved) } else { saved }
}

#[test]
fn however_often_its_sender_dies_a_file_is_put_together_as_it_was() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut deaths = 0;
    for _ in 0..150 {
        let bytes = random.u64(1..60_000_000);
        let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 1000 } }));
        let mut received = Received::default();
        let mut session: Option<Value> = None;
        for life in 0.. {
            let mut options = json!({ "saves": true, "concurrency": random.u8(1..=8) });
            if random.bool() {
                options["segmentSize"] = random.u64(65_536..=5_000_000).into();
            }
            match &session {
                Some(session) => options["session"] = session.clone(),
                None => received = Received::default(),
            }
            let mut run = client.upload(bytes, options);
            if life < 4 {
                session = send_until_it_dies(&mut run, session, &mut received, &mut random);
                deaths += 1;
                continue;
            }
            let before = session.as_ref().map(acknowledged).unwrap_or_default();
            for sent in run.finish().iter().filter(|sent| sent.command() == "APPEND") {
                received.take(sent);
                assert!(!before.contains(&sent.segment().0), "{sent:?} was acknowledged before");
            }
            received.check_whole(bytes);
            assert_eq!(run.media()["media_id_string"], ID);
            break;
        }
    }
    assert_eq!(deaths, 600);
}

#[test]
fn whatever_boundaries_a_session_has_the_rest_of_the_file_is_sent_exactly_once() {
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..150 {
        let bytes = 1 + (8e9 * random.f64().powi(5)) as u64;
        let largest = (8_000_000.0 * random.f64().powi(3)) as u64 + 1;
        let mut run = Client::v1().upload(bytes, json!({ "saves": true }));
        run.well("INIT");
        run.drain();
        let mut session = run.saves.pop().unwrap();
        let (mut sizes, mut end) = (Vec::new(), 0);
        while end < bytes && sizes.len() < 1000 && random.u8(0..50) > 0 {
            // So that the rest fits the indexes that are left, as in every session that was ever given.
            let least = (bytes - end).div_ceil(1000 - sizes.len() as u64);
            let size = random.u64(1..=largest).max(least).min(bytes - end);
            sizes.push(size);
            end += size;
        }
        let known: Vec<u64> = (0..sizes.len() as u64).filter(|_| random.bool()).collect();
        session["segments"] = json!(sizes);
        session["acknowledged"] = json!(known);
        let mut received = Received::default();
        let starts = sizes.iter().scan(0, |start, size| Some(std::mem::replace(start, *start + size)));
        for (index, (start, size)) in
            starts.zip(&sizes).enumerate().filter(|(index, _)| known.contains(&(*index as u64)))
        {
            received.0.insert(index as u64, (start, start + size));
        }
        let mut options = json!({ "session": session, "concurrency": random.u8(1..=8), "saves": random.u8(0..4) == 0 });
        if random.bool() {
            options["segmentSize"] = random.u64(65_536..=5_000_000).into();
        }
        let mut run = Client::v1().upload(bytes, options);
        for sent in run.finish().iter().filter(|sent| sent.command() == "APPEND") {
            let index = sent.segment().0;
            assert!(!received.0.contains_key(&index), "{index} is sent twice");
            assert!(sizes.get(index as usize).is_none_or(|size| *size == sent.bytes()), "{index} has other boundaries");
            received.take(sent);
        }
        received.check_whole(bytes);
    }
}
