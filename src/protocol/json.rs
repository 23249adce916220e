//! JSON as slices of its own text. A number is never turned into a float, so a 64-bit id keeps its digits; what is
//! only handed on is never copied apart and put together again.
//!
//! Measured in the WebAssembly, brotli: `miniserde` weighs 6.2 KB more than a tree of our own, and a tree more than this.

/// How deep lists and objects may nest. X's bodies need 5; the bound keeps a hostile one from using up the stack.
const MAX_DEPTH: u32 = 32;

/// The largest integer that is read: exact in JavaScript also when it is seconds and becomes milliseconds since the epoch.
const MAX_INTEGER: u64 = (1 << 52) / 1000;

/// The text of one JSON value, known to be well formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// `None` where `text` is no JSON or nests too deep.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (value, rest) = split_value(text, MAX_DEPTH)?;
        skip_space(rest).is_empty().then_some(value)
    }

    /// The text as it was written.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// The field `name` of an object. The last of several counts.
    pub fn field(self, name: &str) -> Option<Self> {
        Some(self.fields()?.filter(|(key, _)| *key == name).last()?.1)
    }

    /// The same, where a `null` counts like no field at all.
    pub fn get(self, name: &str) -> Option<Self> {
        self.field(name).filter(|value| value.0 != "null")
    }

    /// The fields of an object, in their order. A name stands as it was written, between its quotes.
    pub fn fields(self) -> Option<impl Iterator<Item = (&'a str, Self)>> {
        let items = Items::of(self.0, MAX_DEPTH).filter(|items| items.named)?;
        Some(items.filter_map(|(name, value)| Some((name.unquoted()?, value))))
    }

    /// The items of a list.
    pub fn items(self) -> Option<impl Iterator<Item = Self>> {
        let items = Items::of(self.0, MAX_DEPTH).filter(|items| !items.named)?;
        Some(items.map(|(_, item)| item))
    }

    /// The text in the field `name`.
    pub fn text(self, name: &str) -> Option<String> {
        self.get(name)?.to_text()
    }

    /// The non-negative integer in the field `name`.
    pub fn integer(self, name: &str) -> Option<u64> {
        integer(self.get(name)?.0)
    }

    /// A non-negative number, times a thousand; what is finer is cut off.
    pub fn thousandths(self) -> Option<u64> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((self.0, ""));
        let fraction = [fraction, "000"].concat();
        let whole: u64 = whole.parse().ok()?;
        Some(whole.saturating_mul(1000).saturating_add(integer(fraction.get(..3)?)?))
    }

    /// A text, or a number as it was written: an id comes as either.
    pub fn digits(self) -> &'a str {
        self.unquoted().unwrap_or(self.0)
    }

    /// What a text says.
    pub fn to_text(self) -> Option<String> {
        let mut rest = self.unquoted()?;
        let mut text = String::new();
        while let Some((plain, escaped)) = rest.split_once('\\') {
            text.push_str(plain);
            let mut chars = escaped.chars();
            text.push(match chars.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => unescape_utf16(&mut chars),
                itself => itself,
            });
            rest = chars.as_str();
        }
        text.push_str(rest);
        Some(text)
    }

    /// What stands between the quotes of a text, escapes and all.
    pub fn unquoted(self) -> Option<&'a str> {
        self.0.strip_prefix('"')?.strip_suffix('"')
    }
}

/// A non-negative integer of a size that a body or header of X can mean.
pub fn integer(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|&number| number <= MAX_INTEGER)
}

/// What stands behind `\u`. Half a surrogate pair becomes U+FFFD, as in a decoder.
fn unescape_utf16(chars: &mut std::str::Chars) -> char {
    let high = code_unit(chars);
    let behind = chars.as_str();
    if (0xd800..0xdc00).contains(&high)
        && let Some(low) = behind.strip_prefix("\\u")
    {
        let mut low_chars = low.chars();
        let low = code_unit(&mut low_chars);
        if (0xdc00..0xe000).contains(&low) {
            *chars = low_chars;
            let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
    }
    char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn code_unit(chars: &mut std::str::Chars) -> u32 {
    chars.take(4).fold(0, |unit, digit| unit * 16 + digit.to_digit(16).unwrap_or(0))
}

/// JSON's own white space, which is less than Rust's or JavaScript's.
fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

/// The value that `text` begins with, and what follows it.
fn split_value(text: &str, depth: u32) -> Option<(Json<'_>, &str)> {
    let text = skip_space(text);
    let rest = match text.as_bytes().first()? {
        b'"' => after_text(text)?,
        b'{' | b'[' => Items::of(text, depth)?.after()?,
        _ => {
            let end = text.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(text.len());
            let (word, rest) = text.split_at_checked(end)?;
            (matches!(word, "null" | "true" | "false") || is_number(word)).then_some(rest)?
        }
    };
    Some((Json(text.get(..text.len() - rest.len())?), rest))
}

/// Steps through an object or a list: names and values, or values alone.
struct Items<'a> {
    /// Behind the last item, at the comma or the closing bracket. Empty where an item was no JSON.
    rest: &'a str,
    named: bool,
    first: bool,
    depth: u32,
}

impl<'a> Items<'a> {
    /// The items of the object or list that `text` begins with.
    fn of(text: &'a str, depth: u32) -> Option<Self> {
        let named = text.starts_with('{');
        let rest = text.strip_prefix(['{', '['])?;
        Some(Self { rest, named, first: true, depth: depth.checked_sub(1)? })
    }

    /// What follows the closing bracket, once all items were stepped through.
    fn after(mut self) -> Option<&'a str> {
        self.by_ref().for_each(drop);
        self.rest.strip_prefix(if self.named { '}' } else { ']' })
    }

    fn item(&self, text: &'a str) -> Option<(Json<'a>, Json<'a>, &'a str)> {
        let (name, rest) = split_value(text, self.depth)?;
        if !self.named {
            return Some((name, name, rest));
        }
        name.unquoted()?;
        let (value, rest) = split_value(skip_space(rest).strip_prefix(':')?, self.depth)?;
        Some((name, value, rest))
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = (Json<'a>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.rest = skip_space(self.rest);
        let text = match (self.first, self.rest.strip_prefix(',')) {
            (true, _) if self.rest.starts_with(['}', ']']) => return None,
            (true, _) => self.rest,
            (false, Some(text)) => text,
            (false, None) => return None,
        };
        self.first = false;
        let item = self.item(text);
        self.rest = item.map_or("", |(_, _, rest)| rest);
        item.map(|(name, value, _)| (name, value))
    }
}

/// What follows the text that `text` begins with.
fn after_text(text: &str) -> Option<&str> {
    let mut bytes = text.bytes().enumerate().skip(1);
    loop {
        match bytes.next()? {
            (end, b'"') => return text.get(end + 1..),
            (_, 0..=0x1f) => return None,
            (_, b'\\') => match bytes.next()?.1 {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                b'u' => {
                    let hex = bytes.by_ref().take(4).filter(|(_, byte)| byte.is_ascii_hexdigit()).count();
                    (hex == 4).then_some(())?;
                }
                _ => return None,
            },
            _ => {}
        }
    }
}

fn is_number(word: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = word.split_once(['e', 'E']).unwrap_or((word, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let no_leading_zero = integer == "0" || !integer.starts_with('0');
    no_leading_zero && is_digits(integer) && is_digits(fraction) && is_digits(exponent)
}

/// An object being written, one field after the other.
#[derive(Debug)]
pub struct Writer(String);

impl Writer {
    /// With no field yet.
    pub fn object() -> Self {
        Self("{".to_owned())
    }

    /// A field whose value is JSON already, where there is one.
    pub fn json(&mut self, name: &str, json: Option<&str>) {
        if let Some(json) = json {
            self.0.push_str(if self.0.len() > 1 { ",\"" } else { "\"" });
            self.0.push_str(name);
            self.0.push_str("\":");
            self.0.push_str(json);
        }
    }

    /// A field with text, where there is one.
    pub fn text(&mut self, name: &str, text: Option<&str>) {
        self.json(name, text.map(quoted).as_deref());
    }

    /// A field with a number, where there is one.
    pub fn number(&mut self, name: &str, number: Option<u64>) {
        self.json(name, number.map(|number| number.to_string()).as_deref());
    }

    /// A field that is true or false, where it is either.
    pub fn bool(&mut self, name: &str, value: Option<bool>) {
        self.json(name, value.map(|value| if value { "true" } else { "false" }));
    }

    /// The object.
    pub fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A list being written, one item after the other.
#[derive(Debug)]
pub struct List(String);

impl List {
    /// With no item yet.
    pub fn begin() -> Self {
        Self("[".to_owned())
    }

    /// An item that is JSON already.
    pub fn json(&mut self, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(json);
    }

    /// An item that is text.
    pub fn text(&mut self, text: &str) {
        self.json(&quoted(text));
    }

    /// Whether there is no item yet.
    pub fn is_empty(&self) -> bool {
        self.0.len() == 1
    }

    /// The list.
    pub fn end(mut self) -> String {
        self.0.push(']');
        self.0
    }
}

fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            // JSON forbids control characters, and in a message a space serves as well.
            '\0'..=' ' => out.push(' '),
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}
