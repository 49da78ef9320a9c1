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

pub use consensus_playground_derive::{Choice, Command, Display, Lie, Message, Options, Role, ShowField, Timer, View};
pub use data::delay::{Delay, Shape};
pub use data::ids::{EventId, MS, MessageId, NodeId, RequestId, SECOND, Time, show_time};
pub use data::limits::{MOST_CLIENTS, MOST_REPLICAS};
pub use data::names::{ByName, Names, PerReplica};
pub use data::persistent_map::PersistentMap;
pub use data::persistent_vec::PersistentVec;
pub use data::script::{ChoiceMade, Script};
pub use data::short_word::ShortWord;
pub use data::signature::{Signed, Signer};
pub use data::topology::{Topology, TopologyKind};
pub use descriptor::agreement::Agreement;
pub use descriptor::assumptions::Assumption;
pub use descriptor::command_syntax::{ReadCommand, ReadError, ReadWord};
pub use descriptor::fields::{Field, Fields, ShowField, Value, ViewFields, enumerate, listed, yes_no};
pub use descriptor::growth::{Authenticators, Formula, Growth};
pub use descriptor::lists::{LieKind, MessageKinds, Never, RoleKind};
pub use descriptor::node_view::{DecisionView, FlightView, Health, NodeView, Status, TimerView};
pub use descriptor::options::{Choice, OptionValue, Options, ReadOptions, Setup};
pub use descriptor::population::{Population, Rest, WHOLE};
pub use descriptor::quorum::{Count, GridLine, Quorum, QuorumSystem};
pub use descriptor::rules::{Rule, Say, Sentence, Span, Told};
pub use descriptor::setup_error::SetupError;
pub use descriptor::terms::COMMON_TERMS;
pub use descriptor::timers::{Timer, TimerKey};
pub use descriptor::view::{Cell, CellStatus, ReplicaView, Structure, Tally, differences};
pub use descriptor::vocabulary::*;
pub use node::adversary::{Adversary, Alternative, Behaviour, Outgoing, Verdict};
pub use node::message::Message;
pub use node::nodes::Seen;
pub use protocol::algorithm::Algorithm;
pub use protocol::check::{Asked, Check};
pub use protocol::cluster::{Cluster, Members};
pub use protocol::context::{ClientContext, Context};
pub use protocol::described::Protocol;
pub use protocol::effects::Effects;
pub use protocol::explain::Explain;
pub use protocol::family::{Effect, Glance, Input};
pub use protocol::lies::{Lie, Lies};
pub use protocol::replica::{Client, Replica, view};
pub use record::applied_log::{AppliedCommand, AppliedEntry, AppliedLog, FoldedState};
pub use record::client_history::{
    Access, ClientHistory, FAULTS, HistoryEvent, HistoryObserver, HistoryRecord, RegisterOp, Review, Word,
};
pub use record::trace::{Contents, Deed, Detail, Event, Fate, MessageRecord, Trace, What};
pub use record::verdicts::{Decisions, Evidence, Report, Violation};
pub use simulation::action::{Action, Pick, Which, Whom};
pub use simulation::action_error::ActionError;
pub use simulation::byzantine::betrayal_key;
pub use simulation::enabled::Moves;
pub use simulation::network::{Link, LinkChange, Network};
pub use simulation::selector::Selector;
pub use simulation::state::{Counts, Question};
pub use world::dyn_world::DynWorld;
pub use world::outlines::{FlightKey, FlightOutline, TimerOutline};
pub use world::parts::{MessagePart, NodePart, RestPart};
pub use world::typed_world::World;

/// What a protocol needs, in one line. A protocol's own `Message`, `Command`, `Timer`, … hide the traits of these names,
/// whose methods are there all the same, and leave the derives to be seen.
pub mod prelude {
    pub use crate::kernel::data::in_order::InOrder;
    pub use crate::rules;

    pub use super::{
        Agreement, Algorithm, AppliedLog, Asked, Assumption, Authenticators, ByName, CellStatus, Check, Choice,
        ClientContext, Cluster, Command, Context, Count, Descriptor, Display, Effects, Event, EventId, Explain, Fields,
        Formula, Glance, Growth, Input, Lie, LieKind, Lies, Message, Message as _, MessageKinds, Names, Never, NodeId,
        OptionValue, Options, PerReplica, PersistentMap, PersistentVec, Population, PropertyInfo, Quorum, QuorumSystem,
        ReadCommand, ReadError, ReadOptions, ReadWord, ReplicaView, Report, RequestId, Role, RoleKind, SetupError,
        ShortWord, ShowField, Signed, Signer, Status, StructureInfo, StructureKind, Time, Timer, Timer as _, View,
        ViewFields, What, Word, WordInfo, listed, yes_no,
    };
}
