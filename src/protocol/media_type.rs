//! What kind of file it is, told by its name or its first bytes, and the category that X files it under.

use std::borrow::Cow;

/// A `type/subtype` in lower case, without parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType(Cow<'static, str>);

impl MediaType {
    /// The essence of a type as a recorder names its Blobs (`video/webm;codecs=vp9`); `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let place_of = |text: &str, wanted: u8| text.bytes().position(|byte| byte == wanted);
        let essence = text.get(..place_of(text, b';').unwrap_or(text.len()))?.trim_ascii().to_ascii_lowercase();
        let slash = place_of(&essence, b'/')?;
        let is_type = is_token(essence.get(..slash)?) && is_token(essence.get(slash + 1..)?);
        is_type.then_some(Self(essence.into()))
    }

    /// The type whose signature a file begins with, of the types that X's documents name.
    pub fn detect(head: &[u8]) -> Option<Self> {
        if is_srt(head) {
            return Some(Self("text/srt".into()));
        }
        let stands = |place: usize, word: &[u8]| head.get(place..).is_some_and(|rest| rest.starts_with(word));
        let (.., name) =
            SIGNATURES.iter().find(|(first, place, second, _)| stands(0, first) && stands(*place, second))?;
        (!name.is_empty()).then_some(Self((*name).into()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The category for a post with media of this type; `None` leaves it to X. Without one, X processes a video
    /// while FINALIZE waits, and refuses large ones.
    pub fn category(&self) -> Option<Category> {
        match self.as_str() {
            "image/gif" => Some(Category::TweetGif),
            "text/srt" | "text/vtt" => Some(Category::Subtitles),
            media_type if media_type.starts_with("image/") => Some(Category::TweetImage),
            media_type if media_type.starts_with("video/") => Some(Category::TweetVideo),
            _ => None,
        }
    }
}

/// As RFC 9110, §5.6.2 has a token.
fn is_token(text: &str) -> bool {
    let is_in_token = |byte: u8| match byte {
        b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~' => true,
        _ => byte.is_ascii_alphanumeric(),
    };
    !text.is_empty() && text.bytes().all(is_in_token)
}

/// X's categories of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "X's own names")]
pub enum Category {
    TweetImage,
    TweetGif,
    TweetVideo,
    AmplifyVideo,
    DmImage,
    DmGif,
    DmVideo,
    Subtitles,
}

impl Category {
    const ALL: [Self; 8] = [
        Self::TweetImage,
        Self::TweetGif,
        Self::TweetVideo,
        Self::AmplifyVideo,
        Self::DmImage,
        Self::DmGif,
        Self::DmVideo,
        Self::Subtitles,
    ];

    /// The category of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }

    /// X's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TweetImage => "tweet_image",
            Self::TweetGif => "tweet_gif",
            Self::TweetVideo => "tweet_video",
            Self::AmplifyVideo => "amplify_video",
            Self::DmImage => "dm_image",
            Self::DmGif => "dm_gif",
            Self::DmVideo => "dm_video",
            Self::Subtitles => "subtitles",
        }
    }

    /// X's limit of a file's size, in units of 2^20 bytes: X says MB. The higher one, where it has one for premium accounts
    /// (<https://docs.x.com/x-api/media/quickstart/best-practices>, September 2026). `None` where it is more than 1000
    /// segments hold.
    pub fn most_mebibytes(self) -> Option<u64> {
        match self {
            Self::TweetImage | Self::DmImage => Some(5),
            Self::TweetGif | Self::DmGif => Some(15),
            Self::DmVideo => Some(1024),
            Self::Subtitles => Some(1),
            Self::TweetVideo | Self::AmplifyVideo => None,
        }
    }
}

/// What a file begins with, what stands at a place in it, and what it is then.
const SIGNATURES: [(&[u8], usize, &[u8], &str); 20] = [
    (b"\xff\xd8\xff", 0, b"", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, b"", "image/png"),
    (b"GIF87a", 0, b"", "image/gif"),
    (b"GIF89a", 0, b"", "image/gif"),
    (b"RIFF", 8, b"WEBP", "image/webp"),
    // Two letters are no signature: the four bytes are reserved, and zero.
    (b"BM", 6, b"\0\0\0\0", "image/bmp"),
    (b"II*\0", 0, b"", "image/tiff"),
    (b"MM\0*", 0, b"", "image/tiff"),
    (b"WEBVTT", 0, b"", "text/vtt"),
    (BYTE_ORDER_MARK, 3, b"WEBVTT", "text/vtt"),
    (b"glTF", 0, b"", "model/gltf-binary"),
    // Packets of 188 bytes, each of which begins so.
    (b"G", 188, b"G", "video/mp2t"),
    // An EBML header of the usual length names its document type here; Matroska's is another.
    (b"\x1a\x45\xdf\xa3", 24, b"webm", "video/webm"),
    (b"\x1a\x45\xdf\xa3", 31, b"webm", "video/webm"),
    (b"", 4, b"ftypqt  ", "video/quicktime"),
    // Pictures come in the same container as MP4, and are none that X takes.
    (b"", 4, b"ftyphei", ""),
    (b"", 4, b"ftypmif1", ""),
    (b"", 4, b"ftypmsf1", ""),
    (b"", 4, b"ftypavif", ""),
    (b"", 4, b"ftyp", "video/mp4"),
];

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// SubRip has no signature, but each of its subtitles begins with a line for its number and one for its times.
fn is_srt(head: &[u8]) -> bool {
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let number = lines.next().is_some_and(|line| !line.is_empty() && line.iter().all(u8::is_ascii_digit));
    number && lines.next().is_some_and(|line| line.windows(5).any(|word| word == b" --> "))
}
