//! What kind of file it is, told from its first bytes, and the category that X files it under.

/// How many of a file's first bytes [`MediaType::detect`] looks at.
pub const HEAD_BYTES: u32 = 64;

/// A `type/subtype`, in lower case and without parameters. Which of them it takes is X's to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaType(String);

impl MediaType {
    /// Parameters (`video/webm;codecs=vp9`, as a recorder names its Blobs) are left off. `None` where it is no media type.
    pub fn parse(text: &str) -> Option<Self> {
        let essence = text.split(';').next()?.trim_ascii().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        (is_token(kind) && is_token(subtype)).then_some(Self(essence))
    }

    /// The type whose signature a file begins with, of the types that X's documents name.
    pub fn detect(head: &[u8]) -> Option<Self> {
        let known = match head {
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4)? {
                b"qt  " => "video/quicktime",
                // Pictures come in the same container, and are none that X takes.
                b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" => return None,
                _ => "video/mp4",
            },
            [0x1a, 0x45, 0xdf, 0xa3, ..] if head.windows(4).any(|word| word == b"webm") => "video/webm",
            _ => return None,
        };
        Some(Self(known.to_owned()))
    }

    /// `type/subtype`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The category for a post with this media; `None` leaves it to X. Without one, X processes a video
    /// while FINALIZE waits, and refuses large ones.
    pub fn category(&self) -> Option<Category> {
        match self.0.split_once('/')? {
            ("image", "gif") => Some(Category::TweetGif),
            ("image", _) => Some(Category::TweetImage),
            ("video", _) => Some(Category::TweetVideo),
            ("text", "srt" | "vtt") => Some(Category::Subtitles),
            _ => None,
        }
    }
}

/// A token of RFC 9110, §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// X's `media_category`.
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
}
