//! The id of a media: 64 bits of which JavaScript can hold 53.

/// 1 to 19 decimal digits, kept as they came in, so that none can change on the way.
///
/// 19 digits always fit 64 bits, and X's schema allows no more (`^[0-9]{1,19}$`). User ids are of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaId {
    digits: [u8; 19],
    length: u8,
}

impl MediaId {
    /// The id whose digits `text` is, or `None` where it is anything else: empty, signed, too long, a path.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = [0; 19];
        digits.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(Self { digits, length: text.len() as u8 })
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        let digits = self.digits.get(..self.length.into()).unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }
}
