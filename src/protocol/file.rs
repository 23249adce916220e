//! The file of an upload: what INIT says of it, and by what it is known again.

use super::error::Error;
use super::json::decimal;
use super::media_type::{self, MOST_MEBIBYTES};
use super::request::Initialize;

/// How many of a file's first and of its last bytes are looked at: enough for every signature, and for a film that
/// was cut anew to look like another one.
pub const ENDS_BYTES: u64 = 4096;

/// A file, and what the caller says of it.
#[derive(Debug)]
pub struct File {
    /// Its size.
    pub total_bytes: u64,
    /// The type the caller named.
    pub media_type: Option<String>,
    /// The type the Blob carries, for files whose first bytes tell nothing.
    pub blob_type: Option<String>,
    /// The category the caller named.
    pub media_category: Option<String>,
    /// See [`Initialize`].
    pub additional_owners: Option<String>,
    /// See [`Initialize`].
    pub shared: Option<String>,
    /// Size, type, name and time of the last change, as items of a JSON list.
    pub label: String,
}

impl File {
    /// What INIT says of the file whose first and last bytes these are. The type decides how X treats it.
    pub fn describe(&self, ends: &[u8]) -> Result<Initialize, Box<Error>> {
        let told = self.media_type.as_deref().or_else(|| media_type::detect(ends)).or(self.blob_type.as_deref());
        let Some(media_type) = told else {
            return Err(Error::invalid("mediaType", "given for a file whose type can't be told from its bytes"));
        };
        let media_category = self.media_category.as_deref().or_else(|| media_type::category(media_type));
        for (category, most) in MOST_MEBIBYTES {
            if media_category == Some(category) && self.total_bytes > most << 20 {
                let must = ["at most ", &decimal(most), " MB, X's limit for ", category].concat();
                return Err(Error::invalid("file", &must));
            }
        }
        Ok(Initialize {
            total_bytes: self.total_bytes,
            media_type: media_type.to_owned(),
            media_category: media_category.map(str::to_owned),
            additional_owners: self.additional_owners.clone(),
            shared: self.shared.clone(),
        })
    }

    /// What tells the file whose first and last bytes these are from any other, as JSON.
    pub fn fingerprint(&self, ends: &[u8]) -> String {
        // FNV-1a: nobody gains by a file that is taken for another of his own.
        let digest = ends
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        ["[", &self.label, ",\"", &decimal(digest), "\"]"].concat()
    }
}
