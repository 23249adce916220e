//! Where credentials go: to https, to the page's own origin and to loopback, and nowhere else.

use x_media_upload::protocol::{BaseUrl, UrlParts};

/// The origin of the page on which these URLs are given.
const PAGE: &str = "http://app.test:3000";

/// A URL that a browser has parsed: all of it, its origin and its host.
type Parsed = (&'static str, &'static str, &'static str);

fn base_url((href, origin, hostname): Parsed, own_origin: Option<&str>) -> Option<BaseUrl> {
    let (protocol, _) = href.split_once(':').unwrap();
    let [href, origin, hostname] = [href, origin, hostname].map(str::to_owned);
    BaseUrl::new(&UrlParts { protocol: format!("{protocol}:"), href, origin, hostname }, own_origin)
}

#[test]
fn a_safe_url_is_taken_without_the_slash_at_its_end() {
    let safe: [(Parsed, &str); 12] = [
        (("https://x.test/", "https://x.test", "x.test"), "https://x.test"),
        (("https://x.test:8443/", "https://x.test:8443", "x.test"), "https://x.test:8443"),
        (("https://x.test/relay//", "https://x.test", "x.test"), "https://x.test/relay"),
        (
            ("https://xn--bcher-kva.test/a/b", "https://xn--bcher-kva.test", "xn--bcher-kva.test"),
            "https://xn--bcher-kva.test/a/b",
        ),
        (("http://app.test:3000/x", PAGE, "app.test"), "http://app.test:3000/x"),
        (("http://localhost:8080/x", "http://localhost:8080", "localhost"), "http://localhost:8080/x"),
        (("http://a.localhost:8080/", "http://a.localhost:8080", "a.localhost"), "http://a.localhost:8080"),
        (("http://a.b.localhost/", "http://a.b.localhost", "a.b.localhost"), "http://a.b.localhost"),
        (("http://127.0.0.1:9/", "http://127.0.0.1:9", "127.0.0.1"), "http://127.0.0.1:9"),
        (("http://127.8.7.6:65535/", "http://127.8.7.6:65535", "127.8.7.6"), "http://127.8.7.6:65535"),
        (("http://127.255.255.254/", "http://127.255.255.254", "127.255.255.254"), "http://127.255.255.254"),
        (("http://[::1]:8080/", "http://[::1]:8080", "[::1]"), "http://[::1]:8080"),
    ];
    for (parsed, expected) in safe {
        let taken = base_url(parsed, Some(PAGE));
        assert_eq!(taken.as_ref().map(BaseUrl::as_str), Some(expected), "{parsed:?}");
    }
}

#[test]
fn all_others_are_refused() {
    let refused: [Parsed; 32] = [
        // Neither of https, nor of the own origin, nor of loopback.
        ("http://x.test/", "http://x.test", "x.test"),
        ("http://app.test/", "http://app.test", "app.test"),
        ("http://app.test:3001/", "http://app.test:3001", "app.test"),
        ("http://app.test.evil.example/", "http://app.test.evil.example", "app.test.evil.example"),
        ("http://127.evil.example/", "http://127.evil.example", "127.evil.example"),
        ("http://127.0.0.1.evil.example/", "http://127.0.0.1.evil.example", "127.0.0.1.evil.example"),
        ("http://127.0.0.evil/", "http://127.0.0.evil", "127.0.0.evil"),
        ("http://127.0.0.1.1/", "http://127.0.0.1.1", "127.0.0.1.1"),
        ("http://127.0.0./", "http://127.0.0.", "127.0.0."),
        ("http://localhost.evil.example/", "http://localhost.evil.example", "localhost.evil.example"),
        ("http://evillocalhost/", "http://evillocalhost", "evillocalhost"),
        ("http://.localhost/", "http://.localhost", ".localhost"),
        ("http://128.0.0.1/", "http://128.0.0.1", "128.0.0.1"),
        ("http://0.0.0.0/", "http://0.0.0.0", "0.0.0.0"),
        ("http://[::2]/", "http://[::2]", "[::2]"),
        ("http://[::ffff:7f00:1]/", "http://[::ffff:7f00:1]", "[::ffff:7f00:1]"),
        ("http://192.168.0.1/", "http://192.168.0.1", "192.168.0.1"),
        // With a user, a password, a query or a hash.
        ("https://user@x.test/", "https://x.test", "x.test"),
        ("https://user:password@x.test/", "https://x.test", "x.test"),
        ("http://user@localhost/", "http://localhost", "localhost"),
        ("http://app.test:3000/x?a=b", PAGE, "app.test"),
        ("http://app.test:3000/x#hash", PAGE, "app.test"),
        ("http://app.test:3000/x?", PAGE, "app.test"),
        ("https://x.test/?", "https://x.test", "x.test"),
        // Of other schemes.
        ("ftp://localhost/", "ftp://localhost", "localhost"),
        ("ws://localhost/", "ws://localhost", "localhost"),
        ("file:///tmp/x", "null", ""),
        ("data:text/plain,x", "null", ""),
        ("javascript:1", "null", ""),
        ("blob:https://x.test/1", "https://x.test", ""),
        ("blob:http://app.test:3000/1", PAGE, ""),
        ("chrome-extension://abc/", "null", "abc"),
    ];
    for parsed in refused {
        assert_eq!(base_url(parsed, Some(PAGE)), None, "{parsed:?}");
        // Where everything is of an opaque origin, no other is the own one.
        assert_eq!(base_url(parsed, Some("null")), None, "{parsed:?}");
    }
}

#[test]
fn where_there_is_no_page_there_is_no_own_origin() {
    assert_eq!(base_url(("http://app.test:3000/x", PAGE, "app.test"), None), None);
    assert!(base_url(("https://x.test/", "https://x.test", "x.test"), None).is_some());
}
