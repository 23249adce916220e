//! The file of an upload: what INIT says of it, and by what it is known again.

use super::error::Error;
use super::json::{Json, decimal, integer};
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
use super::request::Initialize;
use super::value::{ToValue, Value};

/// How many of a file's first and of its last bytes are looked at: enough for every signature, and for a film that
/// was cut anew to look like another one.
pub const SAMPLE_BYTES: u32 = 4096;

/// What the platform says of a file.
#[derive(Clone, Debug)]
pub struct FileInfo {
    /// Its size, which is not 0.
    pub total_bytes: u64,
    /// The type that its Blob carries.
    pub blob_type: String,
    /// Its name; a Blob has none.
    pub name: Option<String>,
    /// When it was changed last, in milliseconds since the epoch; a Blob has no such time.
    pub last_modified: Option<u64>,
}

/// What the caller says of a file.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// Its type; otherwise it is told from its first bytes, or else its Blob's.
    pub media_type: Option<MediaType>,
    /// Its category; otherwise it follows from the type.
    pub media_category: Option<Category>,
    /// See [`Initialize`].
    pub additional_owners: Vec<MediaId>,
    /// See [`Initialize`].
    pub shared: Option<bool>,
}

impl FileInfo {
    /// The most bytes that X's 1000 segments hold.
    pub const MAX_BYTES: u64 = 8_000_000_000;

    /// What INIT says of a file with these first and last bytes. The type decides how X treats it.
    pub fn describe(&self, sample: &[u8], described: &Description) -> Result<Initialize, Box<Error>> {
        let Description { media_type, media_category, additional_owners, shared } = described.clone();
        let media_type = media_type.or_else(|| MediaType::detect(sample)).or_else(|| MediaType::parse(&self.blob_type));
        let Some(media_type) = media_type else {
            return Err(Error::invalid("mediaType", "given for a file whose type can't be told from its bytes"));
        };
        let media_category = media_category.or_else(|| media_type.category());
        if let Some(category) = media_category
            && let Some(most) = category.most_mebibytes()
            && self.total_bytes > most << 20
        {
            let must = ["at most ", &decimal(most), " MB, X's limit for ", category.as_str()].concat();
            return Err(Error::invalid("file", &must));
        }
        Ok(Initialize { total_bytes: self.total_bytes, media_type, media_category, additional_owners, shared })
    }

    /// What tells this file, with these first and last bytes, from any other.
    pub fn fingerprint(&self, sample: &[u8]) -> Fingerprint {
        // FNV-1a: nobody gains by a file that is taken for another of his own.
        let digest = sample
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        Fingerprint {
            total_bytes: self.total_bytes,
            blob_type: self.blob_type.clone(),
            name: self.name.clone(),
            last_modified: self.last_modified,
            digest: decimal(digest),
        }
    }
}

/// What a file is known again by. It serialises to a list: size, type, name, time of the last change, digest.
#[derive(Clone, Debug, PartialEq)]
pub struct Fingerprint {
    total_bytes: u64,
    blob_type: String,
    name: Option<String>,
    last_modified: Option<u64>,
    /// Of the first and last bytes, in decimal: JavaScript would round it.
    digest: String,
}

impl Fingerprint {
    /// The file's size.
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    /// Reads what was serialised.
    pub fn read(json: Json) -> Option<Self> {
        let mut items = json.items()?;
        let (total_bytes, blob_type, name) = (items.next()?, items.next()?, items.next()?);
        let (last_modified, digest) = (items.next()?, items.next()?);
        Some(Self {
            total_bytes: integer(total_bytes.as_str())?,
            blob_type: blob_type.to_text()?,
            name: name.to_text(),
            last_modified: integer(last_modified.as_str()),
            digest: digest.to_text()?,
        })
    }

    /// As a part of the key under which a store has the file's session.
    pub fn to_key(&self) -> String {
        let Self { total_bytes, blob_type, name, last_modified, digest } = self;
        let name = name.as_deref().unwrap_or_default();
        let last_modified = last_modified.map(decimal).unwrap_or_default();
        [&decimal(*total_bytes), blob_type, &last_modified, digest, name].join(" ")
    }
}

impl ToValue for Fingerprint {
    fn to_value(&self) -> Value<'_> {
        let Fingerprint { total_bytes, blob_type, name, last_modified, digest } = self;
        let items: [&dyn ToValue; 5] = [total_bytes, blob_type, name, last_modified, digest];
        Value::List(items.into_iter().map(ToValue::to_value).collect())
    }
}
