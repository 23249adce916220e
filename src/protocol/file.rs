//! The file of an upload: what INIT says of it, and by what it is known again.

use std::ops::Range;

use super::error::Error;
use super::json::{Json, decimal, integer, parse};
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
use super::refused_file::RefusedFile;
use super::request::Initialize;
use super::value::{ToValue, Value};

/// How many bytes a block has that is looked at. The first one is enough for every signature.
const BLOCK_BYTES: u64 = 4096;

/// How many blocks are looked at between the first and the last one, where neither name nor time tell a file from others.
const BLOCKS_BETWEEN: u64 = 16;

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

    /// Refuses a file that is empty, or too large for all of X's segments.
    pub(super) fn check_size(&self) -> Result<(), Box<Error>> {
        match self.total_bytes {
            0 => Err(RefusedFile::Empty.into()),
            1..=Self::MAX_BYTES => Ok(()),
            _ => Err(RefusedFile::TooLarge.into()),
        }
    }

    /// What is looked at of it, all told less than 80 KB: its first and its last bytes, enough for a film that was cut anew to
    /// look like another one. Where it has no name or no time, also blocks evenly spread between these: of two recordings
    /// of one camera both ends may be alike.
    pub fn sample(&self) -> Vec<Range<u64>> {
        const LAST: u64 = BLOCKS_BETWEEN + 1;
        let bytes = self.total_bytes.min(BLOCK_BYTES);
        let is_labelled = self.name.is_some() && self.last_modified.is_some();
        let blocks = (0..=LAST).filter(|block| !is_labelled || [0, LAST].contains(block));
        let starts = blocks.map(|block| (self.total_bytes - bytes) * block / LAST);
        starts.map(|start| start..start + bytes).collect()
    }

    /// What INIT says of a file of which this was looked at. The type decides how X treats it: what the caller says it is goes
    /// to X as it is.
    pub fn describe(&self, sample: &[u8], described: &Description) -> Result<Initialize, Box<Error>> {
        let Description { media_type, media_category, additional_owners, shared } = described.clone();
        let media_type = media_type.map_or_else(|| MediaType::of_file(sample, &self.blob_type), Ok)?;
        let media_category = media_category.or_else(|| media_type.category());
        if let Some(category) = media_category
            && let Some(most) = category.most_mebibytes()
            && self.total_bytes > most << 20
        {
            return Err(RefusedFile::TooLargeFor(category, most).into());
        }
        Ok(Initialize { total_bytes: self.total_bytes, media_type, media_category, additional_owners, shared })
    }

    /// What tells this file, of which this was looked at, from any other.
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
    /// Of the bytes that were looked at, in decimal: JavaScript would round it.
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
            last_modified: parse(last_modified.as_str()),
            digest: digest.to_text()?,
        })
    }

    /// As a part of the key under which a store has the file's session: lines, of which only the name, the last one, may have
    /// line breaks of its own, so that no two files have the same.
    pub fn to_key(&self) -> String {
        let Self { total_bytes, blob_type, name, last_modified, digest } = self;
        let last_modified = last_modified.map(decimal).unwrap_or_default();
        let name = name.as_ref().map(|name| ["\n", name].concat()).unwrap_or_default();
        [&decimal(*total_bytes), "\n", blob_type, "\n", &last_modified, "\n", digest, &name].concat()
    }
}

impl ToValue for Fingerprint {
    fn to_value(&self) -> Value<'_> {
        let Fingerprint { total_bytes, blob_type, name, last_modified, digest } = self;
        let items: [&dyn ToValue; 5] = [total_bytes, blob_type, name, last_modified, digest];
        Value::List(items.into_iter().map(ToValue::to_value).collect())
    }
}
