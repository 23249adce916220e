//! What callers give, field by field: each is read through a type that knows what it has to be, and says so where it is not.

use super::error::Error;
use super::must;

/// A value that a caller gave: of JavaScript in the browser, of JSON in tests.
pub trait Given: Sized {
    /// The field `name` of an object, or what its getter threw.
    fn get(&self, name: &str) -> Result<Self, Self>;

    /// The value, as far as it is plain.
    fn plain(&self) -> Plain;

    /// Whether it has fields: it is an object, and no list.
    fn is_object(&self) -> bool;

    /// The items of a list.
    fn items(&self) -> Option<Vec<Self>>;

    /// The value as JSON, as far as JSON can say it; or what was thrown in it.
    fn to_json(&self) -> Result<Option<String>, Self>;
}

/// A value without parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    /// Nothing was given.
    Undefined,
    /// True or false.
    Bool(bool),
    /// A number, which may be none (NaN).
    Number(f64),
    /// A text.
    Text(String),
    /// Anything else: null, an object, a list, a function, a bigint, a symbol.
    Other,
}

/// A type that one plain value may be.
pub trait FromPlain: Sized {
    /// What a value must be to be one, for a person.
    const MUST: &'static str;

    /// `None` where the value is not what it must be.
    fn from_plain(value: Plain) -> Option<Self>;
}

/// What a caller gave is not what it must be.
#[derive(Debug)]
pub struct Refusal<G> {
    /// Which field, and what it must be.
    pub error: Box<Error>,
    /// What the caller's own code threw when it was read.
    pub thrown: Option<G>,
}

/// What was read, or what is wrong with what was given.
pub type Read<T, G> = Result<T, Box<Refusal<G>>>;

impl<G> Refusal<G> {
    /// `field` is not what it `must` be.
    pub fn new(field: &str, must: &str) -> Box<Self> {
        Error::invalid(field, must).into()
    }

    /// The caller's own code has `thrown` where `field` was read.
    fn thrown(field: &str, must: &str, thrown: G) -> Box<Self> {
        Box::new(Self { error: Error::invalid(field, must), thrown: Some(thrown) })
    }
}

impl<G> From<Box<Error>> for Box<Refusal<G>> {
    fn from(error: Box<Error>) -> Self {
        Self::new(Refusal { error, thrown: None })
    }
}

/// The fields of an object of the caller's.
#[derive(Debug)]
pub struct Fields<'a, G> {
    /// `None` where none was given: each field is absent then.
    object: Option<&'a G>,
}

impl<'a, G: Given> Fields<'a, G> {
    /// The fields of `object`, which messages call `name`.
    pub fn of(object: &'a G, name: &str) -> Read<Self, G> {
        match object.plain() {
            Plain::Undefined => Ok(Self { object: None }),
            Plain::Other if object.is_object() => Ok(Self { object: Some(object) }),
            _ => Err(Refusal::new(name, must::OBJECT)),
        }
    }

    /// The field `name` as it was given; `None` where it is undefined.
    pub fn get(&self, name: &str) -> Read<Option<G>, G> {
        let Some(object) = self.object else { return Ok(None) };
        let value = object.get(name).map_err(|thrown| Refusal::thrown(name, must::READABLE, thrown))?;
        Ok((value.plain() != Plain::Undefined).then_some(value))
    }

    /// The field `name`, as far as it is plain.
    fn plain(&self, name: &str) -> Read<Plain, G> {
        Ok(self.get(name)?.map_or(Plain::Undefined, |value| value.plain()))
    }

    /// The field `name`, which may be left out.
    pub fn optional<T: FromPlain>(&self, name: &str) -> Read<Option<T>, G> {
        match self.plain(name)? {
            Plain::Undefined => Ok(None),
            value => T::from_plain(value).map(Some).ok_or_else(|| Refusal::new(name, T::MUST)),
        }
    }

    /// The field `name`, which may not be left out.
    pub fn required<T: FromPlain>(&self, name: &str) -> Read<T, G> {
        T::from_plain(self.plain(name)?).ok_or_else(|| Refusal::new(name, T::MUST))
    }
}

/// An argument that messages call `name`.
pub(super) fn read<T: FromPlain, G: Given>(value: &G, name: &str) -> Read<T, G> {
    T::from_plain(value.plain()).ok_or_else(|| Refusal::new(name, T::MUST))
}

/// The items of a list; `None` where it is none, or where `read_item` gives `None` for one of them.
pub(super) fn read_list<T, G: Given>(value: &G, read_item: &dyn Fn(&G) -> Option<T>) -> Option<Vec<T>> {
    let mut items = Vec::new();
    for item in value.items()? {
        items.push(read_item(&item)?);
    }
    Some(items)
}

/// An object as JSON.
pub(super) fn read_json<G: Given>(value: &G, name: &str, must: &str) -> Read<String, G> {
    let json = if value.is_object() { to_json(value, name)? } else { None };
    json.ok_or_else(|| Refusal::new(name, must))
}

/// A value as JSON; `None` where JSON has nothing for it.
pub(super) fn to_json<G: Given>(value: &G, name: &str) -> Read<Option<String>, G> {
    value.to_json().map_err(|thrown| Refusal::thrown(name, must::JSON, thrown))
}
