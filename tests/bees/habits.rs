//! What shifts a share, and breaks no rule: each beside the swarm as it should be.

use super::swarms::{Found, Swarm, setting};
