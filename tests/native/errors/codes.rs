//! Every code: when it comes, and what to do.

use x_media_upload::protocol::Code;

pub(crate) const CODES: [(Code, &str, &str); 18] = [
    (
        Code::InvalidArgument,
        "An argument, an option or a file is not what it must be. Nothing was sent, but for a value that your `headers` or `accessToken` gave later.",
        "Mend the call: the message names the field. Messages about files are fit to be shown to those who chose them. A type that X does not \
         name passes where `mediaType` names it.",
    ),
    (
        Code::Network,
        "No answer came: no connection, or the browser hides the answer, as it does across origins without CORS, to an extension without \
         `host_permissions`, and where Content-Security-Policy's `connect-src` forbids the request.",
        "See the browser's console for what it forbade. Otherwise try again later; an upload goes on from `session`.",
    ),
    (
        Code::Timeout,
        "The answer took longer than `requestTimeoutMs`, or the function `accessToken` did.",
        "Try again later; an upload goes on from `session`.",
    ),
    (
        Code::Unauthorized,
        "HTTP 401. Where `accessToken` is a function, it was asked for a new one first.",
        "Let the user sign in anew. With OAuth 1.0a check all four credentials.",
    ),
    (
        Code::PaymentRequired,
        "HTTP 402. It may come at FINALIZE, after INIT and APPEND went well.",
        "Add credits, then go on from `session`.",
    ),
    (
        Code::Forbidden,
        "HTTP 403: the credentials are known and do not allow it.",
        "API 2 takes a user's token with the scope `media.write`; one that was given before the scope was asked for lacks it. API 1.1 takes \
         OAuth 1.0a of a user alone.",
    ),
    (
        Code::NotFound,
        "HTTP 404: X knows no such media, or has nothing to say of its processing; or there is no such path at `baseUrl`.",
        "Upload again. A picture is ready when FINALIZE has answered: X has no STATUS of it.",
    ),
    (
        Code::TooLarge,
        "HTTP 413. `upload()` has tried smaller segments before.",
        "Set a smaller `segmentSize`, or raise the limit of the relay or of what stands before it.",
    ),
    (
        Code::RateLimited,
        "HTTP 429, and the limit lasts longer than `maxRateLimitWaitMs` or the deadline allow.",
        "Try again after `rateLimit.resetsAt`; an upload goes on from `session`. A usage cap lasts for the billing period.",
    ),
    (
        Code::Rejected,
        "Any other 4xx, or a 2xx that holds nothing but errors. API 2 answers 400 where 1.1 answers 404.",
        "Read `apiErrors`.",
    ),
    (Code::Server, "HTTP 5xx, again and again.", "Try again later; an upload goes on from `session`."),
    (
        Code::InvalidResponse,
        "A 2xx that is not one of X's, or a redirect, which is not followed: the credentials would go with it.",
        "Check `baseUrl`: a web app that answers every path with its own page does so here too.",
    ),
    (
        Code::ProcessingFailed,
        "X can't use the file: the state `failed`, or an `error` in whatever state.",
        "Send another file, or encode it anew. What X takes: <https://docs.x.com/x-api/media/quickstart/best-practices>.",
    ),
    (
        Code::ProcessingTimeout,
        "X was not done when `timeoutSecs` had passed.",
        "Wait again: `waitUntilReady(error.media_id_string)`, or a new upload with `session`.",
    ),
    (Code::Expired, "X has dropped the media: it was not posted in time.", "Upload again."),
    (
        Code::FileChanged,
        "The file was changed, moved or deleted while it was read, or is not the one that a session is of.",
        "Let the user choose it again.",
    ),
    (
        Code::CallbackFailed,
        "Your `accessToken`, `headers`, `onSession` or `keepAlive` threw, or its promise rejected.",
        "See `cause`.",
    ),
    (
        Code::Internal,
        "A defect of this package, or of the platform.",
        "Please report it, with `cause`. Other clients go on; make a new one.",
    ),
];
