//! The id of a media: 64 bits of which JavaScript can hold 53.

use super::json::{decimal, parse};

/// 1 to 19 decimal digits in, the same digits out.
///
/// 19 digits always fit 64 bits, and X's schema allows no more (`^[0-9]{1,19}$`). User ids are of the same kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaId {
    number: u64,
    /// Zeros in front are digits too.
    length: usize,
}

impl MediaId {
    /// The id whose digits `text` is, or `None` where it is anything else: empty, signed, too long, a path.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self { number: parse(text).filter(|_| text.len() <= 19)?, length: text.len() })
    }

    /// The digits.
    pub fn to_text(self) -> String {
        let mut text = decimal(self.number);
        while text.len() < self.length {
            text.insert(0, '0');
        }
        text
    }
}
