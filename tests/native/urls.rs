//! Where credentials go: to https, to the page's own origin and to loopback, and nowhere else.

use x_media_upload::protocol::{ApiVersion, BaseUrl, Host, Place, UrlParts};

/// The origin of the page on which these URLs are given.
const PAGE: &str = "http://app.test:3000";

/// A URL that a browser has parsed: all of it, its origin and its host.
type Parsed = (&'static str, &'static str, &'static str);

fn base_url((href, origin, hostname): Parsed, own_origin: Option<&str>) -> Result<BaseUrl, &'static str> {
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
        assert_eq!(taken.as_ref().map(BaseUrl::as_str), Ok(expected), "{parsed:?}");
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
        assert_eq!(base_url(parsed, Some(PAGE)), Err(BaseUrl::MUST), "{parsed:?}");
        // Where everything is of an opaque origin, no other is the own one.
        assert_eq!(base_url(parsed, Some("null")), Err(BaseUrl::MUST), "{parsed:?}");
    }
}

#[test]
fn where_there_is_no_page_there_is_no_own_origin() {
    assert_eq!(base_url(("http://app.test:3000/x", PAGE, "app.test"), None), Err(BaseUrl::MUST));
    assert!(base_url(("https://x.test/", "https://x.test", "x.test"), None).is_ok());
}

#[test]
fn one_that_ends_in_the_version_of_an_api_is_refused_and_the_words_say_why() {
    let must = "a URL without /2 or /1.1 at its end: the paths that are appended to it begin with X's version";
    let refused: [Parsed; 5] = [
        ("https://api.x.com/2", "https://api.x.com", "api.x.com"),
        ("https://api.x.com/2//", "https://api.x.com", "api.x.com"),
        ("https://upload.twitter.com/1.1/", "https://upload.twitter.com", "upload.twitter.com"),
        ("http://app.test:3000/x/2", PAGE, "app.test"),
        ("http://app.test:3000/1.1", PAGE, "app.test"),
    ];
    for parsed in refused {
        assert_eq!(base_url(parsed, Some(PAGE)), Err(must), "{parsed:?}");
    }
    for path in ["x2", "x/12", "v1.1", "2/x", "1.1.0"] {
        let href = format!("{PAGE}/{path}").leak();
        assert!(base_url((href, PAGE, "app.test"), Some(PAGE)).is_ok(), "{path}");
    }
}

#[test]
fn it_is_known_whether_x_the_own_server_or_another_one_is_there() {
    let host = |parsed| base_url(parsed, Some(PAGE)).unwrap().host();
    for api in [ApiVersion::V1, ApiVersion::V2] {
        assert_eq!(BaseUrl::of(api).host(), Host::X);
    }
    for name in ["api.x.com", "upload.x.com", "api.twitter.com", "upload.twitter.com"] {
        let origin: &str = format!("https://{name}").leak();
        assert_eq!(host((format!("{origin}/").leak(), origin, name)), Host::X);
    }
    assert_eq!(host(("http://app.test:3000/x", PAGE, "app.test")), Host::Own);
    assert_eq!(host(("https://x.com.test/", "https://x.com.test", "x.com.test")), Host::Other);
    assert_eq!(host(("http://localhost:8080/x", "http://localhost:8080", "localhost")), Host::Other);
}

#[test]
fn an_extension_is_told_by_its_origin_and_a_server_by_having_none() {
    for origin in ["chrome-extension://abc", "moz-extension://abc", "safari-web-extension://abc"] {
        assert_eq!(Place::of(Some(origin)), Place::Extension);
    }
    // What is sandboxed, or of a file, has an opaque origin.
    for origin in [PAGE, "null", "https://chrome-extension.test"] {
        assert_eq!(Place::of(Some(origin)), Place::Page);
    }
    assert_eq!(Place::of(None), Place::Server);
}
