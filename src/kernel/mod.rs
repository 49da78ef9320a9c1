//! The deterministic world that every protocol lives in. It knows no protocol, no clock and no chance but the seed's.

pub mod act;
mod acts;
pub mod agents;
pub mod any;
mod betray;
pub mod calls;
mod cluster;
pub mod describe;
pub mod effects;
pub mod hash;
pub mod history;
pub mod ids;
pub mod log;
mod mail;
pub mod network;
pub mod order;
pub mod properties;
pub mod protocol;
mod queue;
pub mod quorum;
pub mod records;
pub mod rules;
pub mod run;
mod stage;
pub mod table;
pub mod time_text;
pub mod timers;
pub mod trace;
mod twins;
mod typed;
pub mod view;
pub mod world;

pub use act::{Act, Adversary, Behaviour, Lie, Outgoing, Pick, Selector, Verdict, Which};
pub use acts::{MOST_CLIENTS, MOST_REPLICAS};
pub use any::{AnyWorld, DecisionView, FlightView, open};
pub use betray::betrayal_key;
pub use calls::{Access, Call, FAULTS, Heard, Touch, Watch, Word};
pub use cluster::Cluster;
pub use describe::*;
pub use effects::{Effect, Effects, Signed, Signer};
pub use ids::{EventId, MS, MessageId, NodeId, RequestId, SECOND, Time, show_time};
pub use log::Log;
pub use mail::Lies;
pub use network::{Link, LinkChange, Network, Shape};
pub use properties::{Decisions, Report, Violation};
pub use protocol::{ClientInput, Input, Message, Options, Protocol, Rule, Status};
pub use rules::{Say, Sentence, Span};
pub use run::{Counts, Question, Setup};
pub use table::Table;
pub use timers::{Alarm, Timer};
pub use trace::{Detail, Event, Fate, MessageRecord, Trace, What};
pub use view::{
    Cell, CellState, Field, Fields, Health, NodeView, ReplicaView, Tally, TimerView, Value, differences, enumerate,
};
pub use world::World;
