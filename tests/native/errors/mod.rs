//! `docs/errors.md`: every code, when it comes, what to do, every message, and what X said when it happened to others.

mod arguments;
mod codes;
mod heard;
mod messages;

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::json;
use x_media_upload::protocol::{Code, Error};

use super::codes::declared;
use super::pages::assert_is_written;
use codes::CODES;
use messages::Message;

const INTRODUCTION: &str = "\
# Errors

An abort rejects with the signal's own reason. Everything else is a `MediaUploadError`: by its `code` a program knows what to do, by its
`message` a person. A message says what happened and who refused, then what to do next. What stands in quotation marks is X's, or the
server's that refused, as it was written; \"…\" is such words here, and COMMAND is INIT, APPEND, FINALIZE, STATUS, METADATA or SUBTITLES.
All that is known stands in fields too: `command`, `media_id_string`, `status`, `apiErrors`, `rateLimit`, `processing_info`, `session`,
`attempts`, `retryable`, `cause`.

Who refused is told by the answer. X's API answers in JSON, and an answer that is a page, or a text, is somebody else's: of X's own
front, of a firewall or a proxy on the way, or of the server at `baseUrl`. The relay's refusals are problems of a type of their own. An
empty body accuses nobody: X answers some 413 so.

`init()` and `initSync()` reject and throw a plain `Error`, which names the address that was asked, and says what to do.

";

#[test]
fn every_code_says_when_it_comes_what_to_do_and_all_that_it_may_say() {
    let mut page = INTRODUCTION.to_owned();
    page += "| code | when | tried again later? |\n|---|---|---|\n";
    for (code, when, ..) in CODES {
        let name = code.as_str();
        let _ = writeln!(page, "| [`{name}`](#{name}) | {when} | {} |", again(code));
    }
    for (code, when, next) in CODES {
        let name = code.as_str();
        let _ = writeln!(page, "\n## `{name}`\n\n**When.** {when}\n\n**What to do.** {next}");
        let _ = writeln!(page, "\n**`retryable`** {}.", again(code));
        let _ = writeln!(page, "\n{}", table(&messages::of(code)));
        if code == Code::InvalidArgument {
            let _ =
                writeln!(page, "\nAnd for arguments, whose values are never quoted:\n\n{}", table(&arguments::all()));
        }
        let said = heard::by(code);
        if !said.is_empty() {
            let _ = writeln!(page, "\nWhat X said when it happened to others:\n\n{said}");
        }
    }
    assert_is_written("errors", page.trim_end());
}

/// Whether the same call may succeed later.
fn again(code: Code) -> &'static str {
    match code {
        Code::RateLimited => "yes; a usage cap is not",
        Code::Rejected => "no; 408 and 425 are",
        _ if Error::new(code).retryable => "yes",
        _ => "no",
    }
}

fn table(messages: &[Message]) -> String {
    let mut table = "| when | message |\n|---|---|\n".to_owned();
    for Message { when, words } in messages {
        let _ = writeln!(table, "| {when} | {words} |");
    }
    table.trim_end().to_owned()
}

#[test]
fn every_code_is_on_the_page() {
    let named: BTreeSet<String> = CODES.iter().map(|(code, ..)| json!(code).as_str().unwrap().to_owned()).collect();
    assert_eq!((named.len(), named), (CODES.len(), declared()));
}

/// What a sentence begins with that says what to do.
const TO_DO: [&str; 19] = [
    "Add", "Check", "Choose", "Convert", "Cut", "Encode", "Get", "Let", "Look", "Name", "Put", "Report", "See", "Send",
    "Set", "Sign", "Try", "Upload", "Wait",
];

#[test]
fn every_message_says_what_happened_and_then_what_to_do() {
    for (code, ..) in CODES {
        let messages = messages::of(code);
        assert!(!messages.is_empty(), "{code:?}");
        for Message { words, .. } in messages {
            let (happened, next) = words.trim_end_matches('.').rsplit_once(". ").or(words.rsplit_once(".\" ")).unwrap();
            let says = next.split(": ").any(|part| TO_DO.iter().any(|verb| starts_with(part, verb)));
            assert!(says && happened.len() > 10 && words.ends_with('.'), "{words}");
        }
    }
    for Message { words, .. } in arguments::all() {
        assert!(words.contains(" must be "), "{words}");
    }
}

fn starts_with(sentence: &str, verb: &str) -> bool {
    sentence.split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case(verb))
}
