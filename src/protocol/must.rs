//! What arguments must be that are not read through a type which says it: the platform's own objects, and what JSON has to hold.

/// A callback, or the `fetch` of a client.
pub const FUNCTION: &str = "a function";
/// `signal`
pub const SIGNAL: &str = "an AbortSignal";
/// `store`
pub const STORE: &str = "an object with the functions get, set and delete";
/// `file` and `segment`
pub const BYTES: &str = "a Blob, an ArrayBuffer or a view of one";
/// `credentials`
pub const REQUEST_CREDENTIALS: &str = "\"omit\", \"same-origin\" or \"include\"";
/// `keepAlive`
pub const KEEP_ALIVE: &str = "\"auto\", false or a function";
/// What has fields
pub const OBJECT: &str = "an object";
/// A field that can't be had
pub const READABLE: &str = "readable: its getter threw";
/// What is written as JSON
pub const JSON: &str = "what JSON can say";
/// The size of a `segment`
pub const SEGMENT: &str = "of 1 to 8 000 000 bytes";
/// `oauth1` beside `accessToken`
pub const ALONE: &str = "without accessToken beside it";
/// `headers`
pub const HEADERS: &str =
    "headers of HTTP, without content-type, and without authorization beside accessToken or oauth1";
