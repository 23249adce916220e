//! What X said when it happened to others, and where that is on record.

use std::fmt::Write;

use x_media_upload::protocol::{Code, Error};

/// What others heard: HTTP status, whether of 1.1 or 2, in which situation, X's words, and where they are on record.
/// A status of 0 is of `processing_info.error`.
const HEARD: [(u16, &str, &str, &str, &str); 42] = [
    (
        401,
        "1.1",
        "often parameters of a multipart body that were signed",
        "Could not authenticate you (code 32)",
        "X's list of codes",
    ),
    (401, "1.1", "", "Invalid or expired token (code 89)", "X's list of codes"),
    (401, "2", "", "Unauthorized", "recorded"),
    (402, "2", "since July 2026", "credits depleted", "recorded"),
    (402, "2", "before", "Your enrolled account [..] does not have any credits to fulfill this request.", "reported"),
    (
        403,
        "1.1",
        "a token of an app alone",
        "Your credentials do not allow access to this resource. (code 220)",
        "codebird-js #138",
    ),
    (403, "2", "no `media.write`, or another kind of token", "Forbidden", "node-twitter-api-v2 #588"),
    (
        403,
        "2",
        "at the post, not at the upload",
        "This user is not allowed to post a video longer than 20 minutes.",
        "X's documents",
    ),
    (404, "1.1", "STATUS of a picture", "Sorry, that page does not exist (code 34)", "LinqToTwitter #180"),
    (413, "1.1", "a segment", "an empty body", "twitter-ruby PR #783"),
    (413, "2", "a segment of 5 MB", "an empty body", "trypost PR #31"),
    (429, "1.1, 2", "", "Rate limit exceeded (code 88)", "X's documents"),
    (429, "2", "", "Too Many Requests", "a library's test"),
    (
        429,
        "2",
        "while `x-rate-limit-remaining` is high: a usage cap",
        "Usage cap exceeded: Monthly product cap",
        "xdk #25",
    ),
    (
        400,
        "1.1",
        "FINALIZE, where segments are missing",
        "Segments do not add up to provided total file size.",
        "Penicillin #14, recorded",
    ),
    (
        400,
        "1.1",
        "FINALIZE of a large video without a category",
        "Large file can not be finalized synchronously",
        "python-twitter #635",
    ),
    (400, "1.1", "APPEND", "SegmentIndex must be between 0 and 999.", "pipedream #5066"),
    (
        400,
        "1.1",
        "INIT or FINALIZE of a type that X does not take",
        "media type unrecognized.",
        "twitter-lite #124, recorded",
    ),
    (400, "2", "FINALIZE of some JPEG and GIF files", "media type unrecognized", "x-ruby #54"),
    (400, "1.1", "STATUS sent as a POST", "media parameter is missing. (code 38)", "twitter-lite #125"),
    (400, "1.1", "at the post: no such media", "A media id was not found. (code 325)", "X's list of codes"),
    (
        400,
        "1.1",
        "at the post: not processed yet, or another user's",
        "The validation of media ids failed. (code 324)",
        "X's list of codes",
    ),
    (400, "2", "at the post: not processed yet, expired, or another user's", "Your media IDs are invalid.", "reported"),
    (400, "2", "STATUS of a picture, or of no such media", "BadRequest: Not found", "xurl #18, recorded"),
    (
        400,
        "2",
        "INIT with a `media_type` of another kind",
        "One or more parameters to your request was invalid.",
        "x-ruby #56",
    ),
    (400, "2", "parameters in the query", "query parameter [total_bytes] is not one of []", "seen in August 2026"),
    (400, "2", "`command=INIT`, the old form", "Missing media field in JSON", "seen from July to September 2026"),
    (400, "2", "FINALIZE with a body that is no object", "Request body must be a JSON object.", "trypost PR #202"),
    (400, "2", "", "Request body is not valid JSON.", "x-ruby #71"),
    (
        400,
        "2",
        "a body of another type, in June 2025",
        "Requests with bodies must have content-type of application/json.",
        "x-ruby #62",
    ),
    (500, "1.1", "", "Internal error (code 131)", "X's list of codes"),
    (500, "2", "May 2025", "internal server error", "node-twitter-api-v2 #587, recorded"),
    (503, "1.1", "", "Over capacity (code 130)", "X's list of codes"),
    (404, "2", "incidents, the one of 2026-01-29 for 45 minutes", "not on record", "X's list of incidents"),
    (431, "2", "a segment of 5 MB, in February 2025", "not on record", "twitteroauth #1257"),
    (0, "1.1", "", "Unsupported video format (InvalidMedia, code 1)", "X's documents"),
    (0, "1.1", "", "file is invalid (InvalidMedia, code 1)", "twython #549, recorded"),
    (0, "1.1", "", "InvalidMedia, code 1, without a message", "node-twitter-api-v2 #483"),
    (
        0,
        "1.1",
        "",
        "Duration 2.minutes+29.seconds+350.milliseconds exceeds max duration of 2.minutes+20.seconds (UnsupportedMedia, code 3)",
        "node-twitter-api-v2 #243",
    ),
    (0, "1.1", "", "file is currently unsupported (UnsupportedMedia, code 3)", "TwitterAPIKit #96"),
    (0, "2", "a picture sent as a video fails only here", "not on record", "xurl #29, recorded"),
    (0, "2", "its encoding", "no `error` at all", "x-ruby #52, recorded"),
];

/// What X said with this code, as a table; empty where nothing is on record.
pub(crate) fn by(code: Code) -> String {
    let mut table = String::new();
    for (status, api, when, words, source) in HEARD {
        let of = if status == 0 { Code::ProcessingFailed } else { Error::of_status(Some(status)).code };
        if of == code {
            let status = if status == 0 { "200".to_owned() } else { status.to_string() };
            let _ = writeln!(table, "| {words} | {status} | {api} | {when} | {source} |");
        }
    }
    match table.is_empty() {
        true => table,
        false => ["| X said | HTTP | API | when | on record |\n|---|---|---|---|---|\n", table.trim_end()].concat(),
    }
}
