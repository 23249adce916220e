//! A request that left.

use std::rc::Rc;

use serde_json::Value;
use x_media_upload::protocol::{Body, Parameters, Request, RequestId};

#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) id: RequestId,
    pub(crate) request: Rc<Request>,
    /// Whether it takes the token that the last refresh brought.
    pub(crate) refreshed: bool,
    /// The time at the server, as far as it is known, by which it is signed.
    pub(crate) server_time: u64,
    /// When it left, and how long that was after the last thing that the job was told.
    pub(crate) at: u64,
    pub(crate) waited: u64,
}

impl Sent {
    pub(crate) fn command(&self) -> &'static str {
        self.request.command.as_str()
    }

    /// A field of its query, form, JSON or multipart body; `null` where there is none.
    pub(crate) fn field(&self, name: &str) -> Value {
        self.fields()[name].take()
    }

    /// All of them.
    pub(crate) fn fields(&self) -> Value {
        fields(&self.request)
    }

    /// Of an APPEND: the segment's index, its first byte, and the one after its last.
    pub(crate) fn segment(&self) -> (u64, u64, u64) {
        match self.request.body {
            Body::Multipart(_, segment) => (segment.index.into(), segment.start, segment.end),
            _ => panic!("no segment: {self:?}"),
        }
    }

    /// Of an APPEND: how many bytes it takes along.
    pub(crate) fn bytes(&self) -> u64 {
        let (_, start, end) = self.segment();
        end - start
    }
}

/// The fields of a request's query, form, JSON or multipart body. Those of JSON are of any type, the others are texts.
pub(crate) fn fields(request: &Request) -> Value {
    let texts = |Parameters(pairs): &Parameters| -> Value {
        pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
    };
    match &request.body {
        Body::None => texts(&request.query),
        Body::Form(parameters) | Body::Multipart(parameters, _) => texts(parameters),
        Body::Json(json) => serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}")),
    }
}
