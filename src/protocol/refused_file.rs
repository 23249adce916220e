//! Files that are refused before anything is sent, in words that an app can show to its users: they chose the file.

use super::error::Error;
use super::json::decimal;
use super::media_type::{Category, MediaType};

/// Why a file is refused.
#[derive(Clone, Copy, Debug)]
pub(super) enum RefusedFile<'a> {
    /// It has no bytes.
    Empty,
    /// It has more bytes than all of X's segments hold.
    TooLarge,
    /// It has more mebibytes than X takes in this category.
    TooLargeFor(Category, u64),
    /// It is of a type that X does not take.
    NotTaken(&'a MediaType),
    /// Nothing tells of what type it is.
    Untold,
}

/// All that X takes, as people call it.
const TAKEN: &str = "X takes pictures (JPEG, PNG, GIF, WebP, BMP, TIFF), videos (MP4, MOV, WebM, MPEG-TS), subtitles (SRT, WebVTT) \
                     and models (GLB, USDZ). ";

impl From<RefusedFile<'_>> for Box<Error> {
    fn from(refused: RefusedFile) -> Self {
        match refused {
            RefusedFile::Empty => Error::refused(&["The file is empty. Choose another one."]),
            RefusedFile::TooLarge => {
                Error::refused(&["The file is too large: X takes at most 8 GB. Choose a smaller one."])
            }
            RefusedFile::TooLargeFor(category, most) => {
                let (most, unit) = if most < 1024 { (most, " MB for ") } else { (most / 1024, " GB for ") };
                let most = decimal(most);
                let words = ["The file is too large: X takes at most ", &most, unit, kind_of(category)];
                Error::refused(&[&words.concat(), ". Choose a smaller one, or compress it."])
            }
            RefusedFile::NotTaken(media_type) => Error::refused(&[
                "The file is of a type that X does not take: ",
                media_type.as_str(),
                ". ",
                TAKEN,
                advice(media_type),
            ]),
            RefusedFile::Untold => Error::refused(&[
                "The type of the file can't be told. ",
                TAKEN,
                "Choose another file, or name its type (mediaType).",
            ]),
        }
    }
}

/// What people call a media of this category.
fn kind_of(category: Category) -> &'static str {
    match category {
        Category::TweetImage | Category::DmImage => "a picture",
        Category::TweetGif | Category::DmGif => "a GIF",
        Category::TweetVideo | Category::AmplifyVideo => "a video",
        Category::DmVideo => "a video in a direct message",
        Category::Subtitles => "subtitles",
    }
}

/// What to do with a file of a type that X does not take.
fn advice(media_type: &MediaType) -> &'static str {
    match media_type.kind() {
        "image" => "Convert it to JPEG first.",
        "video" => "Convert it to MP4 first.",
        "audio" => "Put the sound into a video first.",
        _ => "Choose another file.",
    }
}
