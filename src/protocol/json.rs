//! JSON as slices of its own text: no number is turned into a float, so a 64-bit id keeps its digits.
//!
//! It is well formed: the shell has had it parsed by `JSON.parse`, which knows JSON better, but rounds ids. In what is not,
//! something may be found or nothing.
//!
//! It is our own because of its weight, measured in the WebAssembly with brotli -11: `serde_json::Value` in its place is
//! 11 KB more.

use std::str::Chars;

/// The largest integer that is read: exact in JavaScript also when it is seconds and becomes milliseconds since the epoch.
const MAX_INTEGER: u64 = (1 << 52) / 1000;

/// The text of one JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// `null`
impl Default for Json<'_> {
    fn default() -> Self {
        Self("null")
    }
}

impl<'a> Json<'a> {
    /// The value that is written so.
    pub fn of(text: &'a str) -> Self {
        Self(text.trim_ascii())
    }

    /// The text as it was written.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// The field `name` of an object, where it is not `null`. The last of several counts, as in JavaScript.
    pub fn get(self, name: &str) -> Option<Self> {
        let (_, value) = self.fields()?.filter(|(key, _)| key.unquoted() == Some(name)).last()?;
        (value.0 != "null").then_some(value)
    }

    /// The names and values of an object.
    pub fn fields(self) -> Option<impl Iterator<Item = (Self, Self)>> {
        Some(Items { rest: self.within(b'{', b'}')?, named: true })
    }

    /// The items of a list.
    pub fn items(self) -> Option<impl Iterator<Item = Self>> {
        Some(Items { rest: self.within(b'[', b']')?, named: false }.map(|(_, item)| item))
    }

    /// The text in the field `name`.
    pub fn text(self, name: &str) -> Option<String> {
        self.get(name)?.to_text()
    }

    /// The non-negative integer in the field `name`.
    pub fn integer(self, name: &str) -> Option<u64> {
        integer(self.get(name)?.0)
    }

    /// The value where it is a text, without escapes.
    pub fn to_text(self) -> Option<String> {
        self.unquoted().map(unescaped)
    }

    /// A text as it was written, or a number: an id comes as either.
    pub fn digits(self) -> &'a str {
        self.unquoted().unwrap_or(self.0)
    }

    /// A non-negative number, times a thousand, also where a text holds it; what is finer is cut off.
    pub fn thousandths(self) -> Option<u64> {
        let (number, exponent) = cut(self.digits().trim_ascii(), b'e');
        let (whole, fraction) = cut(number, b'.');
        let exponent = match exponent.map(str::as_bytes) {
            None => 0,
            Some([b'-', ..]) => -integer_of(exponent?.get(1..)?)?,
            Some([b'+', ..]) => integer_of(exponent?.get(1..)?)?,
            Some(_) => integer_of(exponent?)?,
        };
        let mut thousandths = 0_u64;
        let mut places = whole.len() as i64 + exponent + 3;
        for digit in whole.bytes().chain(fraction.unwrap_or_default().bytes()) {
            let digit = char::from(digit).to_digit(10)?;
            if places > 0 {
                thousandths = thousandths.saturating_mul(10).saturating_add(digit.into());
                places -= 1;
            }
        }
        // Twenty more would not fit.
        (0..places.min(20)).for_each(|_| thousandths = thousandths.saturating_mul(10));
        (!whole.is_empty()).then_some(thousandths)
    }

    /// What stands between the quotes of a text, escapes and all.
    pub fn unquoted(self) -> Option<&'a str> {
        self.within(b'"', b'"')
    }

    fn within(self, open: u8, close: u8) -> Option<&'a str> {
        match self.0.as_bytes() {
            [first, .., last] if (*first, *last) == (open, close) => self.0.get(1..self.0.len() - 1),
            _ => None,
        }
    }
}

/// A non-negative integer of a size that a body or header of X can mean.
pub(super) fn integer(digits: &str) -> Option<u64> {
    parse(digits).filter(|&number| number <= MAX_INTEGER)
}

/// The number that these decimal digits are, where 64 bits hold it.
pub(super) fn parse(digits: &str) -> Option<u64> {
    let add = |number: u64, byte: u8| match byte {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add((byte - b'0').into()),
        _ => None,
    };
    digits.bytes().try_fold(0, add).filter(|_| !digits.is_empty())
}

/// The exponent that these decimal digits are.
fn integer_of(digits: &str) -> Option<i64> {
    parse(digits).map(|number| number.min(1000) as i64)
}

/// What stands before the first `mark`, an ASCII letter in whichever case or a sign, and what stands behind it.
pub(super) fn cut(text: &str, mark: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte.eq_ignore_ascii_case(&mark)) {
        Some(place) => (text.get(..place).unwrap_or_default(), text.get(place + 1..)),
        None => (text, None),
    }
}

/// The decimal digits of a number. What std does for it can pad and align too, and weighs a kilobyte.
pub(super) fn decimal(number: u64) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push((b'0' + (number % 10) as u8).into());
    digits
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.push('\\'),
            '\0'..' ' => {
                quoted.push_str("\\u00");
                push_hex(&mut quoted, char as u8);
                continue;
            }
            _ => {}
        }
        quoted.push(char);
    }
    quoted.push('"');
    quoted
}

/// Adds the two hexadecimal digits of a byte.
pub(super) fn push_hex(text: &mut String, byte: u8) {
    for digit in [byte >> 4, byte & 15] {
        text.push((if digit < 10 { b'0' + digit } else { b'A' - 10 + digit }).into());
    }
}

/// An object as it is written, field by field.
pub(super) struct ObjectWriter(String);

impl ObjectWriter {
    pub(super) fn new() -> Self {
        Self(String::from("{"))
    }

    /// Adds a field whose value is JSON.
    pub(super) fn add(&mut self, name: &str, json: &str) {
        self.0.push_str(if self.0.len() > 1 { ",\"" } else { "\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
        self.0.push_str(json);
    }

    /// Adds a field whose value is a text.
    pub(super) fn add_text(&mut self, name: &str, text: &str) {
        self.add(name, &quoted(text));
    }

    /// The object.
    pub(super) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A list of items of JSON.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    let mut list = String::from("[");
    for item in items {
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(&item);
    }
    list.push(']');
    list
}

/// A text between its quotes, with each escape replaced by what it stands for. Half of a surrogate pair stands for U+FFFD.
fn unescaped(escaped: &str) -> String {
    let mut text = String::new();
    let mut chars = escaped.chars();
    while let Some(mut char) = chars.next() {
        if char == '\\' {
            char = match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some('u') => code_point(&mut chars),
                Some(other) => other,
                None => break,
            };
        }
        text.push(char);
    }
    text
}

/// The character behind a `\u`: one unit of UTF-16, or two.
fn code_point(chars: &mut Chars) -> char {
    let first = code_unit(chars);
    if let Some(high @ 0xd800..0xdc00) = first {
        let mut after = chars.clone();
        if (after.next(), after.next()) == (Some('\\'), Some('u'))
            && let Some(low @ 0xdc00..0xe000) = code_unit(&mut after)
        {
            *chars = after;
            return char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).unwrap_or('\u{fffd}');
        }
    }
    first.and_then(char::from_u32).unwrap_or('\u{fffd}')
}

/// Four hexadecimal digits.
fn code_unit(chars: &mut Chars) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit << 4 | chars.next()?.to_digit(16)?))
}

/// Steps through what is in an object or a list: names and values, or values alone.
struct Items<'a> {
    rest: &'a str,
    named: bool,
}

impl<'a> Items<'a> {
    fn take(&mut self) -> Option<Json<'a>> {
        let end = end_of_value(self.rest);
        let value = Json::of(self.rest.get(..end)?);
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        (!value.0.is_empty()).then_some(value)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = (Json<'a>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let name = if self.named { self.take()? } else { Json::default() };
        Some((name, self.take()?))
    }
}

/// Where the value or name ends that `text` begins with: before a comma or colon that is of neither a text nor an inner list.
fn end_of_value(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    let end = text.bytes().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' | b':' => return depth == 0,
            _ => {}
        }
        false
    });
    end.unwrap_or(text.len())
}
