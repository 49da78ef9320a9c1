//! What atomic commitment decides. It is no protocol; several share it.

use serde::{Deserialize, Serialize};

use crate::kernel::prelude::*;

/// What becomes of a transaction; the words for it are orders.
#[derive(Choice, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Decision {
    /// It takes place everywhere.
    Commit,
    /// It takes place nowhere.
    Abort,
}

impl Decision {
    /// The word for it as a fact: `committed`, `aborted`.
    pub fn done(self) -> &'static str {
        ["committed", "aborted"][self as usize]
    }

    /// The other one.
    pub fn opposite(self) -> Self {
        if self == Decision::Commit { Decision::Abort } else { Decision::Commit }
    }
}
