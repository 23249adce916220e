//! OAuth 1.0a: what is signed, and with what, by published examples. That servers accept it: `tests/oauth1.test.js`.

use hmac_sha1_compact::HMAC;
use serde_json::{Value, json};
use x_media_upload::protocol::{OAuth1Credentials, Parameters, UnixTime, encoded, signature_base};

use super::driver::Js;

/// An example as it was published: both secrets, the request, and the signature of it.
struct Example {
    secrets: &'static str,
    method: &'static str,
    url: &'static str,
    parameters: &'static [(&'static str, &'static str)],
    signature: &'static str,
}

const EXAMPLES: [Example; 2] = [
    // RFC 5849, §1.2
    Example {
        secrets: "kd94hf93k423kf44&pfkkdhi9sl3r4s00",
        method: "GET",
        url: "http://photos.example.net/photos",
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
        secrets: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw&LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
        method: "POST",
        url: "https://api.twitter.com/1.1/statuses/update.json",
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

fn named(pairs: &[(&str, &str)]) -> Parameters {
    Parameters(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// What base64 (RFC 4648, §4) stands for.
fn from_base64(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => panic!("{text}"),
        };
        (bits, count) = (bits << 6 | u32::from(value), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

#[test]
fn the_published_examples_have_their_published_signatures_in_whatever_order() {
    for Example { secrets, method, url, parameters, signature } in EXAMPLES {
        let mut pairs = parameters.to_vec();
        for _ in 0..pairs.len() {
            pairs.rotate_left(1);
            // Those of the request and those of the protocol may come apart.
            let (some, others) = pairs.split_at(3);
            let base = signature_base(method, url, &[&named(some), &named(others)]);
            assert_eq!(HMAC::mac(base.as_bytes(), secrets.as_bytes()).as_slice(), from_base64(signature));
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
        signature_base("POST", "http://example.com/request", &[&named(&parameters)]),
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

fn credentials() -> OAuth1Credentials {
    let given = json!({ "consumerKey": "a&b", "consumerSecret": "c&d", "token": "e/f", "tokenSecret": "g+h" });
    OAuth1Credentials::read(&Js::from(given)).unwrap_or_else(|refusal| panic!("{}", refusal.error))
}

/// The header of a request that was sent at a moment, in milliseconds since the epoch.
fn header(method: &str, path: &str, parameters: &[(&str, &str)], moment: u64, random: f64) -> String {
    let url = format!("https://x.test{path}");
    credentials().sign(method, &url, &named(parameters), UnixTime(moment), random)
}

/// Each signature is the one that `createHmac` of Node computes of a base string that was put together apart.
#[test]
fn a_request_is_signed_by_its_method_url_and_parameters_with_a_nonce_of_its_own() {
    let upload = "/1.1/media/upload.json";
    let status = [("command", "STATUS"), ("media_id", "1")];
    // As OAuth sorts them, and one name twice.
    let initialize = [
        ("command", "INIT"),
        ("total_bytes", "5"),
        ("media_type", "video/mp4"),
        ("additional_owners", "1,2"),
        ("total_bytes", "10"),
    ];
    let table: [(String, &str, &str); 3] = [
        (header("GET", upload, &status, 1_800_000_000_999, 0.0), "0", "aO2As1zeqIcNqN94GwQam1B%2ByRI%3D"),
        (
            header("POST", upload, &initialize, 1_800_000_000_000, 0.5),
            "4503599627370496",
            "uFULDMLTOs9caVEZMf3%2F3H9oxno%3D",
        ),
        (
            header("POST", "/2/media/upload/1/finalize", &[], 1_800_000_000_000, 1.0 / (1_u64 << 53) as f64),
            "1",
            "PbbV5y%2BxXxp6XfzRnt71DINWwR4%3D",
        ),
    ];
    for (header, nonce, signature) in table {
        let expected = format!(
            "OAuth oauth_consumer_key=\"a%26b\", oauth_nonce=\"{nonce}\", oauth_signature_method=\"HMAC-SHA1\", \
             oauth_timestamp=\"1800000000\", oauth_token=\"e%2Ff\", oauth_version=\"1.0\", oauth_signature=\"{signature}\""
        );
        assert_eq!(header, expected);
    }
}

/// Over so many signatures, each letter of base64 comes up at each place.
#[test]
fn each_signature_is_that_of_its_own_header() {
    for moment in 0..500 {
        let header = header("GET", "/", &[("a", "b")], moment * 1000, 0.25);
        let fields = header.strip_prefix("OAuth ").unwrap().split(", ").map(|field| field.split_once('=').unwrap());
        let own = fields.map(|(name, value)| (name.to_owned(), decoded(value.trim_matches('"'))));
        let mut own = Parameters(own.collect());
        let (name, signature) = own.0.pop().unwrap();
        assert_eq!((name.as_str(), signature.len()), ("oauth_signature", 28));
        let base = signature_base("GET", "https://x.test/", &[&named(&[("a", "b")]), &own]);
        assert_eq!(HMAC::mac(base.as_bytes(), b"c%26d&g%2Bh").as_slice(), from_base64(&signature));
    }
}

/// What [`encoded`] has made of a text.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |decoded, part| {
        let (digits, rest) = part.split_at(2);
        let byte = u8::from_str_radix(digits, 16).unwrap();
        format!("{decoded}{}{rest}", char::from(byte))
    })
}

#[test]
fn credentials_are_not_shown_where_they_are_debugged() {
    assert_eq!(format!("{:?}", credentials()), "OAuth1Credentials");
}

#[test]
fn what_can_not_sign_is_refused_by_its_name_and_not_quoted() {
    const NAMES: [&str; 4] = ["consumerKey", "consumerSecret", "token", "tokenSecret"];
    let right = json!({ "consumerKey": "a", "consumerSecret": "b", "token": "c", "tokenSecret": "d" });
    let refusal = |given: &Value| OAuth1Credentials::read(&Js::from(given)).unwrap_err().error.to_string();
    for name in NAMES {
        for wrong in ["", "se cret", "se\ncret", "se\"cret", "se\\cret", "sécret", "secret\u{7f}"].map(Value::from) {
            let mut given = right.clone();
            given[name] = wrong;
            let must = "a text of visible ASCII characters, without quotes and backslashes";
            assert_eq!(refusal(&given), format!("{name} must be {must}"));
        }
        for wrong in [json!(7), json!(null), json!(["secret"])] {
            let mut given = right.clone();
            given[name] = wrong;
            assert!(refusal(&given).starts_with(&format!("{name} must be a text ")), "{given}");
        }
    }
    assert!(refusal(&json!({})).starts_with("consumerKey must be "));
    for wrong in [json!(null), json!("secret"), json!([])] {
        assert_eq!(refusal(&wrong), "oauth1 must be an object");
    }
}
