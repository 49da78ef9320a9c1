//! What a replica signs: a view, a sequence number, and the digest of what is to stand there.

use serde::{Deserialize, Serialize};

use crate::kernel::prelude::*;

/// View, sequence number and digest: what votes speak of. A checkpoint's view is 0, and its digest that of the state.
#[derive(ShowField, Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct SequencedDigest {
    /// v.
    #[field(skip)]
    pub view: u64,
    /// n, from 1.
    #[field(name = "n")]
    pub sequence: u64,
    /// d.
    #[field(name = "d", value = short(*digest))]
    pub digest: u64,
}

/// A digest in a few characters.
pub fn short(digest: u64) -> String {
    format!("{:08x}", digest >> 32)
}
