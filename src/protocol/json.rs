//! JSON as slices of its own text. A number is never turned into a float, so a 64-bit id keeps its digits; what is
//! only handed on is never copied apart and put together again.
//!
//! All of it is well formed: the shell has had it parsed by `JSON.parse`, which knows JSON better, but rounds ids. In what
//! is not, something may be found or nothing.
//!
//! Measured in the WebAssembly, brotli: `miniserde` weighs 6.2 KB more than a tree of our own, and a tree more than this.

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

    /// The field `name` of an object. The last of several counts.
    pub fn field(self, name: &str) -> Option<Self> {
        Some(self.fields()?.filter(|(key, _)| key.unquoted() == Some(name)).last()?.1)
    }

    /// The names and values of an object.
    pub fn fields(self) -> Option<impl Iterator<Item = (Self, Self)>> {
        Some(Items { rest: self.within('{', '}')?, named: true })
    }

    /// The same, where a `null` counts like no field at all.
    pub fn get(self, name: &str) -> Option<Self> {
        self.field(name).filter(|value| value.0 != "null")
    }

    /// The items of a list.
    pub fn items(self) -> Option<impl Iterator<Item = Self>> {
        Some(Items { rest: self.within('[', ']')?, named: false }.map(|(_, item)| item))
    }

    /// Whether the field `name` is written so.
    pub fn is(self, name: &str, written: &str) -> bool {
        self.field(name).is_some_and(|value| value.0 == written)
    }

    /// The text in the field `name`, escapes and all.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.get(name)?.unquoted()
    }

    /// The non-negative integer in the field `name`.
    pub fn integer(self, name: &str) -> Option<u64> {
        integer(self.get(name)?.0)
    }

    /// A non-negative number, times a thousand; what is finer is cut off.
    pub fn thousandths(self) -> Option<u64> {
        let (mut number, mut places) = (0_u64, None);
        for byte in self.0.bytes() {
            match (byte, places) {
                (b'.', None) => places = Some(0),
                (b'0'..=b'9', Some(3)) => {}
                (b'0'..=b'9', _) => {
                    number = number.saturating_mul(10).saturating_add((byte - b'0').into());
                    places = places.map(|places| places + 1);
                }
                _ => return None,
            }
        }
        Some((places.unwrap_or(0)..3).fold(number, |number, _| number.saturating_mul(10)))
    }

    /// A text, or a number as it was written: an id comes as either.
    pub fn digits(self) -> &'a str {
        self.unquoted().unwrap_or(self.0)
    }

    /// What stands between the quotes of a text, escapes and all.
    pub fn unquoted(self) -> Option<&'a str> {
        self.within('"', '"')
    }

    fn within(self, open: char, close: char) -> Option<&'a str> {
        self.0.strip_prefix(open)?.strip_suffix(close)
    }
}

/// A non-negative integer of a size that a body or header of X can mean.
pub fn integer(digits: &str) -> Option<u64> {
    parse(digits).filter(|&number| number <= MAX_INTEGER)
}

/// The number that these decimal digits are, where 64 bits hold it.
pub fn parse(digits: &str) -> Option<u64> {
    let add = |number: u64, byte: u8| match byte {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add((byte - b'0').into()),
        _ => None,
    };
    digits.bytes().try_fold(0, add).filter(|_| !digits.is_empty())
}

/// The decimal digits of a number. Together with `parse`, 280 bytes less than what Rust has for it (brotli).
pub fn decimal(number: u64) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
}

/// Steps through what is in an object or a list: names and values, or values alone.
struct Items<'a> {
    rest: &'a str,
    named: bool,
}

impl<'a> Items<'a> {
    /// The next name or value; whether there is one.
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
            self.part();
            self.0.push_str(&["\"", name, "\":", json].concat());
        }
    }

    /// A field with text that needs no escapes, or has them, where there is one.
    pub fn text(&mut self, name: &str, text: Option<&str>) {
        self.json(name, text.map(quoted).as_deref());
    }

    /// A field with a number, where there is one.
    pub fn number(&mut self, name: &str, number: Option<u64>) {
        self.json(name, number.map(decimal).as_deref());
    }

    /// A field that is true or false.
    pub fn bool(&mut self, name: &str, value: bool) {
        self.json(name, Some(if value { "true" } else { "false" }));
    }

    /// The fields of another object.
    pub fn append(&mut self, object: &str) {
        if let Some(fields) = Json(object).within('{', '}').filter(|fields| !fields.is_empty()) {
            self.part();
            self.0.push_str(fields);
        }
    }

    fn part(&mut self) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
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
        if !self.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(json);
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

/// A text that needs no escapes, or has them, as JSON.
pub fn quoted(text: &str) -> String {
    ["\"", text, "\""].concat()
}
