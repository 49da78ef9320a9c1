//! What is decided in a slot of the log.

use serde::{Deserialize, Serialize};

use crate::kernel::{Display, RequestId};

use super::log::Payload;

/// A committed entry, as it was applied.
#[derive(Display, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[display("{payload}{}", if *repeat { " (again)" } else { "" })]
pub struct Value {
    /// What it is for.
    pub payload: Payload,
    /// Whose request it is; `None` for a no-op and for entries that a scenario put on the disk.
    pub request: Option<RequestId>,
    /// Whether the request was applied at an earlier index already, so that this entry changes nothing (§8).
    pub repeat: bool,
}
