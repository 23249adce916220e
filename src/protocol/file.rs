//! The file of an upload: what INIT says of it, and by what it is known again.

use super::error::Error;
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
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
    pub media_type: Option<MediaType>,
    /// The type the Blob carries, for files whose first bytes tell nothing.
    pub blob_type: Option<MediaType>,
    /// The category the caller named.
    pub media_category: Option<Category>,
    /// See [`Initialize`].
    pub additional_owners: Vec<MediaId>,
    /// See [`Initialize`].
    pub shared: Option<bool>,
    /// Size, type, name and time of the last change, as items of a JSON list.
    pub label: String,
}

impl File {
    /// What INIT says of the file whose first and last bytes these are. The type decides how X treats it.
    pub fn describe(&self, ends: &[u8]) -> Result<Initialize, Box<Error>> {
        let told = self.media_type.clone();
        let Some(media_type) = told.or_else(|| MediaType::detect(ends)).or_else(|| self.blob_type.clone()) else {
            return Err(Error::invalid("mediaType", "given for a file whose type can't be told from its bytes"));
        };
        let media_category = self.media_category.or_else(|| media_type.category());
        if let Some(category) = media_category
            && self.total_bytes > category.most_mebibytes() << 20
        {
            let most = category.most_mebibytes().to_string();
            return Err(Error::invalid(
                "file",
                &["at most ", &most, " MB, X's limit for ", category.as_str()].concat(),
            ));
        }
        Ok(Initialize {
            total_bytes: self.total_bytes,
            media_type,
            media_category,
            additional_owners: self.additional_owners.clone(),
            shared: self.shared,
        })
    }

    /// What tells the file whose first and last bytes these are from any other, as JSON.
    pub fn fingerprint(&self, ends: &[u8]) -> String {
        // FNV-1a: nobody gains by a file that is taken for another of his own.
        let digest = ends
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        ["[", &self.label, ",\"", &digest.to_string(), "\"]"].concat()
    }
}
