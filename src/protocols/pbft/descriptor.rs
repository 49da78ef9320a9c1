//! PBFT's vocabulary.

use super::{Pbft, properties};
use crate::kernel::prelude::*;

/// All of it.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "pbft",
    name: "PBFT",
    summary: "Replicas agree on one order of requests even if fewer than a third of them, possibly the primary, lie.",
    paper: "Miguel Castro, Barbara Liskov: Practical Byzantine Fault Tolerance, OSDI 1999",
    epoch: "view",
    slot: "number",
    replicas: (1, 100),
    first_scenario: include_str!("first.scenario"),
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "2n(n - 1) between replicas for a batch: 24, 84, 180 for n = 4, 7, 10; n(n - 1) more for a checkpoint.",
        },
        WordInfo {
            name: "delays",
            about: "3 from the primary to the decision, 5 from the client's request to its answer; 4 if tentative, 2 if read-only.",
        },
    ],
    growth: super::costs::GROWTH,
    terms: super::terms::TERMS,
    ..Descriptor::of::<Pbft>()
};
