//! The deterministic world that every protocol lives in. It knows no protocol, no clock and no chance but the seed's.
//!
//! Its rooms stand on each other: what is further down the list uses only what is above it.
//!
//! | room | what is in it |
//! |---|---|
//! | [`data`] | ids, hashes, random draws, persistent maps and vectors, durations |
//! | [`descriptor`] | what a protocol says of itself: words, options, rules, views |
//! | [`record`] | the trace, the clients' history, verdicts |
//! | [`node`] | one node: its state, health, timers, faults |
//! | [`protocol`] | the trait, its effects, quorums, and the adapter to a world without types |
//! | [`simulation`] | network, queue, steps, actions, Byzantine behaviour |
//! | [`world`] | a run at one moment |

pub mod data;
pub mod descriptor;
pub mod node;
pub mod protocol;
pub mod record;
pub mod simulation;
pub mod world;

pub use data::delay::{Delay, Shape};
pub use data::ids::{EventId, MS, MessageId, NodeId, RequestId, SECOND, Time, show_time};
pub use data::limits::{MOST_CLIENTS, MOST_REPLICAS};
pub use data::persistent_map::PersistentMap;
pub use data::persistent_vec::PersistentVec;
pub use descriptor::options::{Options, Settings};
pub use descriptor::rules::{Say, Sentence, Span, Told};
pub use descriptor::timers::{Timer, TimerKey};
pub use descriptor::view::{
    Cell, CellState, Field, Fields, Health, NodeView, ReplicaView, Tally, TimerView, Value, differences, enumerate,
};
pub use descriptor::vocabulary::*;
pub use node::mailbox::Lies;
pub use protocol::adapter::{command, view};
pub use protocol::algorithm::{ClientInput, Input, Message, Protocol, Rule, Status};
pub use protocol::cluster::Cluster;
pub use protocol::effects::{Effect, Effects, Signed, Signer};
pub use record::client_history::{
    Access, FAULTS, HistoryEvent, HistoryObserver, HistoryRecord, RegisterOp, Review, Word,
};
pub use record::trace::{Contents, Detail, Event, Fate, MessageRecord, Trace, What};
pub use record::verdicts::{Decisions, Report, Violation};
pub use simulation::action::{Action, Adversary, Behaviour, Lie, Outgoing, Pick, Selector, Verdict, Which, Whom};
pub use simulation::byzantine::betrayal_key;
pub use simulation::network::{Link, LinkChange, Network};
pub use simulation::state::{Counts, Question, Setup};
pub use simulation::topology::{Topology, TopologyKind};
pub use world::dyn_world::{DecisionView, DynWorld, FlightView, open};
pub use world::typed_world::World;
