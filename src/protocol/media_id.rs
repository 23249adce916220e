//! The id of a media: 64 bits of which JavaScript can hold 53.

use std::fmt;

use super::value::{ToValue, Value};

/// X's schema allows no more digits (`^[0-9]{1,19}$`), and so many always fit 64 bits.
const MAX_DIGITS: usize = 19;

/// 1 to 19 decimal digits in, the same digits out. User ids are of the same kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MediaId {
    digits: [u8; MAX_DIGITS],
    /// How many of them there are.
    length: u8,
}

impl MediaId {
    /// The id whose digits `text` is; `None` where it is anything else: empty, signed, too long, a path.
    pub fn parse(text: &str) -> Option<Self> {
        let mut id = Self { digits: [0; MAX_DIGITS], length: text.len() as u8 };
        let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        id.digits.get_mut(..text.len()).filter(|_| is_id)?.copy_from_slice(text.as_bytes());
        Some(id)
    }

    /// Whether both are the same number: zeros in front count for nothing.
    pub fn is_same(&self, other: &Self) -> bool {
        let number = |id: Self| id.digits.into_iter().take(id.length.into()).skip_while(|digit| *digit == b'0');
        number(*self).eq(number(*other))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        let digits = self.digits.get(..self.length.into()).unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }
}

/// The digits.
impl fmt::Display for MediaId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The digits.
impl fmt::Debug for MediaId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// As text: a number of JavaScript would be another one.
impl ToValue for MediaId {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}
