//! What is decided in a slot of the log.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::RequestId;

use super::log::Payload;

/// A committed entry, as it was applied.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Value {
    /// What it is for.
    pub payload: Payload,
    /// Whose request it is; `None` for a no-op and for entries that a scenario put on the disk.
    pub request: Option<RequestId>,
    /// Whether the request was applied at an earlier index already, so that this entry changes nothing (§8).
    pub repeat: bool,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.payload, if self.repeat { " (again)" } else { "" })
    }
}
