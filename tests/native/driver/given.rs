//! What callers give: JSON, and what JavaScript has besides.

use serde_json::Value;
use x_media_upload::protocol::{Given, Plain};

/// A value of JavaScript, as the core's readers find it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Js {
    Undefined,
    Json(Value),
    /// NaN or an infinity.
    Number(f64),
    /// A bigint, a function or a symbol.
    Odd,
    /// An object with fields of any kind.
    Object(Vec<(String, Js)>),
    /// A field whose getter throws this.
    Throws(&'static str),
}

impl Js {
    /// An object with these fields, and one more that may be of any kind.
    pub(crate) fn with(fields: &Value, name: &str, value: impl Into<Self>) -> Self {
        let others = fields.as_object().unwrap().iter().filter(|(other, _)| *other != name);
        let mut fields: Vec<(String, Self)> = others.map(|(name, value)| (name.clone(), value.into())).collect();
        fields.push((name.to_owned(), value.into()));
        Self::Object(fields)
    }
}

impl From<Value> for Js {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl From<&Value> for Js {
    fn from(value: &Value) -> Self {
        Self::Json(value.clone())
    }
}

impl Given for Js {
    fn get(&self, name: &str) -> Result<Self, Self> {
        let value = match self {
            Self::Json(value) => value.get(name).map(Self::from),
            Self::Object(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
            _ => None,
        };
        match value {
            Some(Self::Throws(thrown)) => Err(Self::Json(thrown.into())),
            Some(value) => Ok(value),
            None => Ok(Self::Undefined),
        }
    }

    fn plain(&self) -> Plain {
        match self {
            Self::Undefined => Plain::Undefined,
            Self::Number(number) => Plain::Number(*number),
            Self::Json(Value::Bool(value)) => Plain::Bool(*value),
            Self::Json(Value::Number(number)) => Plain::Number(number.as_f64().unwrap_or(f64::NAN)),
            Self::Json(Value::String(text)) => Plain::Text(text.clone()),
            Self::Json(Value::Null | Value::Array(_) | Value::Object(_))
            | Self::Odd
            | Self::Object(_)
            | Self::Throws(_) => Plain::Other,
        }
    }

    fn is_object(&self) -> bool {
        matches!(self, Self::Json(Value::Object(_)) | Self::Object(_))
    }

    fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::Json(Value::Array(items)) => Some(items.iter().map(Self::from).collect()),
            _ => None,
        }
    }

    /// As `JSON.stringify` does: what has no JSON is left out of an object, a number that is none is `null`.
    fn to_json(&self) -> Result<Option<String>, Self> {
        match self {
            Self::Undefined | Self::Odd => Ok(None),
            Self::Json(value) => Ok(Some(value.to_string())),
            Self::Number(_) => Ok(Some("null".to_owned())),
            Self::Throws(thrown) => Err(Self::Json((*thrown).into())),
            Self::Object(fields) => {
                let mut json = Vec::new();
                for (name, value) in fields {
                    json.extend(value.to_json()?.map(|value| format!("{}:{value}", Value::from(name.as_str()))));
                }
                Ok(Some(format!("{{{}}}", json.join(","))))
            }
        }
    }
}
