//! OAuth 1.0a: what is signed, by published examples; and what is done about a clock that is wrong. That servers accept it:
//! `tests/oauth1.test.js`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use hmac_sha1_compact::HMAC;
use serde_json::json;
use shell::{Client, EPOCH, ID, MIB, Run, Sent, parse, ready};
use x_media_upload::protocol::json::Json;
use x_media_upload::protocol::oauth1::{self, encoded};

/// An example as it was published: both secrets, the request, and the signature of it.
struct Example {
    secrets: &'static str,
    request: [&'static str; 2],
    parameters: &'static [(&'static str, &'static str)],
    signature: [u8; 20],
}

const EXAMPLES: [Example; 2] = [
    // RFC 5849, §1.2
    Example {
        secrets: "kd94hf93k423kf44&pfkkdhi9sl3r4s00",
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
        // MdpQcU8iPSUjWoN/UDMsK2sui9I= in base64
        signature: [
            0x31, 0xDA, 0x50, 0x71, 0x4F, 0x22, 0x3D, 0x25, 0x23, 0x5A, 0x83, 0x7F, 0x50, 0x33, 0x2C, 0x2B, 0x6B, 0x2E,
            0x8B, 0xD2,
        ],
    },
    // "Creating a signature", https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature, with the host
    // that it had when the signature was published.
    Example {
        secrets: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw&LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
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
        // hCtSmYh+iHYCEqBWrE7C7hYmtUk= in base64
        signature: [
            0x84, 0x2B, 0x52, 0x99, 0x88, 0x7E, 0x88, 0x76, 0x02, 0x12, 0xA0, 0x56, 0xAC, 0x4E, 0xC2, 0xEE, 0x16, 0x26,
            0xB5, 0x49,
        ],
    },
];

/// Parameters as they are signed.
fn joined(parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| [&encoded(name), "=", &encoded(value)].concat()).collect();
    pairs.join("&")
}

#[test]
fn the_published_examples_have_their_published_signatures_in_whatever_order() {
    for Example { secrets, request: [method, url], parameters, signature } in EXAMPLES {
        let mut parameters = parameters.to_vec();
        for _ in 0..parameters.len() {
            parameters.rotate_left(1);
            let base = oauth1::signature_base(method, url, &joined(&parameters));
            let mac = HMAC::mac(base.as_bytes(), secrets.as_bytes());
            assert_eq!(mac, signature);
        }
    }
}

/// RFC 5849, §3.4.1.1: names twice, names and values that are empty or have to be encoded.
#[test]
fn the_example_of_a_base_string_is_put_together_as_it_was_published() {
    let parameters = [
        ("b5", "=%3D"),
        ("a3", "a"),
        ("c@", ""),
        ("a2", "r b"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
        ("c2", ""),
        ("a3", "2 q"),
    ];
    assert_eq!(
        oauth1::signature_base("POST", "http://example.com/request", &joined(&parameters)),
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D\
         %26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1\
         %26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
    );
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

#[test]
fn each_request_has_the_protocols_parameters_with_a_nonce_of_its_own() {
    let prepare = |random| {
        let request = json!({
            "consumerKey": "a&b", "consumerSecret": "c&d", "token": "e/f", "tokenSecret": "g+h",
            "method": "GET", "url": "https://x.test/1.1/media/upload.json", "parameters": "command=STATUS&media_id=1",
        });
        parse(&oauth1::prepare(Json::of(&request.to_string()), 1_800_000_000_999, random))
    };
    let first = prepare(0.0);
    let own = "oauth_consumer_key=a%26b&oauth_nonce=0&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1800000000\
               &oauth_token=e%2Ff&oauth_version=1.0";
    let all = format!("command=STATUS&media_id=1&{own}");
    assert_eq!(
        first,
        json!({
            "parameters": own,
            "base": format!("GET&https%3A%2F%2Fx.test%2F1.1%2Fmedia%2Fupload.json&{}", encoded(&all)),
            "key": "c%26d&g%2Bh",
        }),
    );
    let next = prepare(1.0 / (1_u64 << 53) as f64);
    assert_eq!(next["parameters"], own.replace("nonce=0", "nonce=1"));
}

fn client() -> Client {
    Client::with(json!({ "api": "1.1", "retry": { "attempts": 3 } }), "signs")
}

/// How far the clock is set ahead, in milliseconds, by which a request is signed.
fn skew(sent: &Sent) -> i64 {
    sent.epoch as i64 - (EPOCH + sent.at) as i64
}

/// Refuses a request at a server whose clock is so many milliseconds ahead.
fn refuse(run: &mut Run, sent: &Sent, ahead: i64) {
    let date = (EPOCH + run.client.now()).strict_add_signed(ahead);
    run.answer_with(sent, json!({ "status": 401, "date": date / 1000 * 1000, "body": "" }));
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
        assert!((skew(&second) - ahead).abs() < 1000, "{ahead}: {}", skew(&second));
        client.pass(5000);
        run.answer(&second, 200, ready());
        assert_eq!(run.media(), ready());
        // What is sent later is right from the start.
        let later = client.start("finalize", json!({ "mediaId": ID })).next("FINALIZE");
        assert!((skew(&later) - ahead).abs() < 1000);
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
    assert_eq!(again.iter().map(skew).collect::<Vec<_>>(), [3_600_000; 4]);
    for segment in &again {
        run.answer(segment, 204, "");
    }
    assert!(skew(&run.next("FINALIZE")) == 3_600_000);
}
