//! What is told to JavaScript: whatever it is, it becomes one tree of plain values, so that there is one way to serialise it.

use serde::{Serialize, Serializer};

use super::error::{Code, Error};
use super::media::Media;
use super::media_id::MediaId;
use super::processing::ProcessingInfo;
use super::progress::{Phase, Progress};
use super::request::Command;
use super::session::Session;

/// The largest integer that is exact in JavaScript.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A value as JSON has it.
#[derive(Debug)]
#[expect(missing_docs, reason = "the types of JSON")]
pub enum Value<'a> {
    /// Nothing: a field that is left out, or `null` in a list.
    Absent,
    Bool(bool),
    Integer(u64),
    Number(f64),
    Text(&'a str),
    List(Vec<Value<'a>>),
    Object(Object<'a>),
}

impl Value<'_> {
    /// A list of numbers.
    pub(super) fn numbers(numbers: &[u64]) -> Self {
        Self::List(numbers.iter().map(|number| Self::Integer(*number)).collect())
    }
}

/// What JavaScript can be told.
pub trait ToValue {
    /// As a plain value.
    fn to_value(&self) -> Value<'_>;
}

/// The fields of an object.
#[derive(Debug, Default)]
pub struct Object<'a>(Vec<(&'static str, Value<'a>)>);

impl<'a> Object<'a> {
    /// Adds a field, unless its value is absent.
    pub fn add(&mut self, name: &'static str, value: &'a dyn ToValue) {
        self.set(name, value.to_value());
    }

    /// Adds a field with this value, unless that is absent.
    pub fn set(&mut self, name: &'static str, value: Value<'a>) {
        if !matches!(value, Value::Absent) {
            self.0.push((name, value));
        }
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            // None of the core's is larger; the serializer for JavaScript would have to say what is wrong with one.
            Self::Integer(number) => serializer.serialize_u64(*number.min(&MAX_SAFE_INTEGER)),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(Object(fields)) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
        }
    }
}

macro_rules! to_value {
    ($($type:ty: $self:ident => $value:expr;)*) => {
        $(impl ToValue for $type {
            fn to_value(&$self) -> Value<'_> {
                $value
            }
        })*
    };
}

to_value! {
    bool: self => Value::Bool(*self);
    u16: self => Value::Integer((*self).into());
    u32: self => Value::Integer((*self).into());
    u64: self => Value::Integer(*self);
    f64: self => Value::Number(*self);
    String: self => Value::Text(self);
    &str: self => Value::Text(self);
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Absent, T::to_value)
    }
}

impl<T: ToValue> ToValue for Box<T> {
    fn to_value(&self) -> Value<'_> {
        T::to_value(self)
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value<'_> {
        Value::List(self.iter().map(T::to_value).collect())
    }
}

macro_rules! serialize {
    ($($type:ty)*) => {
        $(impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.to_value().serialize(serializer)
            }
        })*
    };
}

serialize! { Code Command Error Media MediaId Phase ProcessingInfo Progress Session }
