//! What kind of file it is, told from its first bytes, and the category that X files it under.

/// The type whose signature a file begins with, of the types that X's documents name.
pub fn detect(head: &[u8]) -> Option<&'static str> {
    if is_srt(head) {
        return Some("text/srt");
    }
    let stands = |place: usize, word: &[u8]| head.get(place..).is_some_and(|rest| rest.starts_with(word));
    let known = SIGNATURES.iter().find(|(first, place, second, _)| stands(0, first) && stands(*place, second));
    known.map(|(.., name)| *name).filter(|name| !name.is_empty())
}

/// The category for a post with media of this type; `None` leaves it to X. Without one, X processes a video
/// while FINALIZE waits, and refuses large ones.
pub fn category(media_type: &str) -> Option<&'static str> {
    match media_type {
        "image/gif" => Some("tweet_gif"),
        "text/srt" | "text/vtt" => Some("subtitles"),
        _ if media_type.starts_with("image/") => Some("tweet_image"),
        _ if media_type.starts_with("video/") => Some("tweet_video"),
        _ => None,
    }
}

/// X's limits of a file's size by category, in units of 2^20 bytes: X says MB. The higher one, where it has one for
/// premium accounts (<https://docs.x.com/x-api/media/quickstart/best-practices>, September 2026). Of other categories
/// it is more than 1000 segments hold.
pub const MOST_MEBIBYTES: [(&str, u64); 6] =
    [("tweet_image", 5), ("dm_image", 5), ("tweet_gif", 15), ("dm_gif", 15), ("dm_video", 1024), ("subtitles", 1)];

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
