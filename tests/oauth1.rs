//! OAuth 1.0a: what is signed, by published examples; and what is done about a clock that is wrong. That servers accept it:
//! `tests/oauth1.test.js`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, EPOCH, ID, MIB, Run, Sent, ready};
use x_media_upload::protocol::json::Json;
use x_media_upload::protocol::oauth1::{Credentials, encoded};

/// An example as it was published: the consumer's and the token's key and secret, the request, and the signature of it.
struct Example {
    credentials: [&'static str; 4],
    request: [&'static str; 2],
    parameters: &'static [(&'static str, &'static str)],
    signature: &'static str,
}

const EXAMPLES: [Example; 2] = [
    // RFC 5849, §1.2
    Example {
        credentials: ["dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"],
        request: ["GET", "http://photos.example.net/photos"],
        parameters: &[
            ("file", "vacation.jpg"),
            ("size", "original"),
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ],
        signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
    },
    // "Creating a signature", https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature, with the host
    // that it had when the signature was published.
    Example {
        credentials: [
            "xvz1evFS4wEEPTGEFPHBog",
            "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
            "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
            "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
        ],
        request: ["POST", "https://api.twitter.com/1.1/statuses/update.json"],
        parameters: &[
            ("status", "Hello Ladies + Gentlemen, a signed OAuth request!"),
            ("include_entities", "true"),
            ("oauth_consumer_key", "xvz1evFS4wEEPTGEFPHBog"),
            ("oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "1318622958"),
            ("oauth_token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"),
            ("oauth_version", "1.0"),
        ],
        signature: "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
    },
];

fn credentials([consumer_key, consumer_secret, token, token_secret]: [&str; 4]) -> Value {
    json!({
        "consumerKey": consumer_key, "consumerSecret": consumer_secret, "token": token, "tokenSecret": token_secret,
    })
}

#[test]
fn the_published_examples_have_their_published_signatures_in_whatever_order() {
    for Example { credentials: given, request: [method, url], parameters, signature } in EXAMPLES {
        let credentials = Credentials::read(Json::of(&credentials(given).to_string()));
        let mut pairs: Vec<String> =
            parameters.iter().map(|(name, value)| [&encoded(name), "=", &encoded(value)].concat()).collect();
        for _ in 0..pairs.len() {
            pairs.rotate_left(1);
            assert_eq!(credentials.signature(method, url, &pairs.join("&")), signature);
        }
    }
}

/// The examples of RFC 5849, §3.4.1.3.2, and of X's page on percent encoding.
#[test]
fn everything_but_the_unreserved_characters_is_encoded_byte_by_byte() {
    for (text, expected) in [
        ("=%3D", "%3D%253D"),
        ("c@", "c%40"),
        ("2 q", "2%20q"),
        ("An encoded string!", "An%20encoded%20string%21"),
        ("Dogs, Cats & Mice", "Dogs%2C%20Cats%20%26%20Mice"),
        ("☃", "%E2%98%83"),
        ("azAZ09-._~", "azAZ09-._~"),
        ("!'()*/+\n\u{7f}", "%21%27%28%29%2A%2F%2B%0A%7F"),
    ] {
        assert_eq!(encoded(text), expected);
    }
}

fn client() -> Client {
    let oauth1 = credentials(EXAMPLES[1].credentials);
    Client::with(json!({ "api": "1.1", "retry": { "attempts": 3 }, "oauth1": oauth1 }), false)
}

/// One parameter of what a request is signed with.
fn signed(sent: &Sent, name: &str) -> String {
    let text = sent.request["oauth1"].as_str().unwrap();
    let mut pairs = text.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs.find(|(key, _)| *key == name).unwrap().1.to_owned()
}

/// How far the time is off, in seconds, that a request is signed with.
fn skew(sent: &Sent) -> i64 {
    signed(sent, "oauth_timestamp").parse::<i64>().unwrap() - ((EPOCH + sent.at) / 1000) as i64
}

/// Refuses a request at a server whose clock is so many milliseconds ahead.
fn refuse(run: &mut Run, sent: &Sent, ahead: i64) {
    let date = (EPOCH + run.client.now()).strict_add_signed(ahead);
    run.answer_with(sent, json!({ "status": 401, "date": date / 1000 * 1000, "body": "" }));
}

#[test]
fn each_try_has_a_nonce_and_a_time_of_its_own() {
    let client = client();
    let mut run = client.start("finalize", json!({ "mediaId": ID }));
    let mut seen = Vec::new();
    for random in [0.0, 0.25, 0.999_999_999_999_999_9] {
        client.random.set(random);
        let sent = run.next("FINALIZE");
        assert_eq!(skew(&sent), 0);
        seen.push(["oauth_nonce", "oauth_timestamp", "oauth_signature"].map(|name| signed(&sent, name)));
        run.lose(&sent);
    }
    let [first, second, third] = &seen[..] else { panic!("{seen:?}") };
    for ((first, second), third) in first.iter().zip(second).zip(third) {
        assert!(first != second && second != third && third != first, "{seen:?}");
    }
}

#[test]
fn a_clock_that_is_wrong_is_corrected_once_a_401_tells_the_servers_time() {
    for ahead in [3_600_000, -3_600_000, 31_000, -86_400_000 * 365] {
        let client = client();
        let mut run = client.start("status", json!({ "mediaId": ID }));
        let first = run.next("STATUS");
        assert_eq!(skew(&first), 0);
        refuse(&mut run, &first, ahead);
        let second = run.next("STATUS");
        assert_eq!((second.waited, second.at), (0, 0));
        assert!((skew(&second) - ahead / 1000).abs() <= 1, "{ahead}: {}", skew(&second));
        client.pass(5000);
        run.answer(&second, 200, ready());
        assert_eq!(run.media(), ready());
        // What is sent later is right from the start.
        let later = client.start("finalize", json!({ "mediaId": ID })).next("FINALIZE");
        assert!((skew(&later) - ahead / 1000).abs() <= 1);
    }
}

#[test]
fn a_401_that_no_clock_explains_is_final() {
    for (ahead, answers) in [(0, 1), (29_000, 1), (-29_000, 1), (60_000, 2)] {
        let mut run = client().start("status", json!({ "mediaId": ID }));
        for _ in 0..answers {
            let sent = run.next("STATUS");
            refuse(&mut run, &sent, ahead);
        }
        let error = run.error();
        assert_eq!((&error["code"], &error["attempts"]), (&json!("unauthorized"), &json!(1)), "{ahead}");
    }
    let mut run = client().start("status", json!({ "mediaId": ID }));
    let sent = run.next("STATUS");
    run.answer(&sent, 401, "");
    assert_eq!(run.code(), "unauthorized", "a Date that can't be read tells nothing");
}

#[test]
fn a_server_whose_clock_jumps_is_not_followed_for_ever() {
    let mut run = client().start("status", json!({ "mediaId": ID }));
    for ahead in [3_600_000, 7_200_000] {
        let sent = run.next("STATUS");
        refuse(&mut run, &sent, ahead);
    }
    assert_eq!(run.code(), "unauthorized");
}

#[test]
fn segments_in_flight_when_the_clock_was_wrong_are_all_sent_again() {
    let client = client();
    let mut run = client.upload(4 * MIB, json!({}));
    let init = run.next("INIT");
    run.answer(&init, 202, ready());
    let segments = run.requests();
    assert_eq!(segments.len(), 4);
    for segment in &segments {
        refuse(&mut run, segment, 3_600_000);
    }
    let again = run.requests();
    assert_eq!(again.iter().map(skew).collect::<Vec<_>>(), [3600; 4]);
    for segment in &again {
        run.answer(segment, 204, "");
    }
    assert!((skew(&run.next("FINALIZE")) - 3600).abs() <= 1);
}

#[test]
fn with_a_token_nothing_is_signed() {
    let sent = Client::v1().start("status", json!({ "mediaId": ID })).next("STATUS");
    assert_eq!(sent.request.get("oauth1"), None);
}
