//! Pages of `docs/` that tests write: `UPDATE_README=1 cargo test --test native` does, without it they must be what was written.

use std::{env, fs};

/// Holds `docs/{name}.md` to be `page`.
pub(crate) fn assert_is_written(name: &str, page: &str) {
    let path = format!("{}/docs/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let page = format!("{page}\n");
    if env::var_os("UPDATE_README").is_some() {
        fs::write(path, page).unwrap();
    } else {
        let written = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        let how = format!("UPDATE_README=1 cargo test --test native {name}");
        assert!(written == page, "docs/{name}.md is older than what it tells: {how}");
    }
}
