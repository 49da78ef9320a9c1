//! The deterministic world that every protocol lives in. It knows no protocol, no clock and no chance but the seed's.

pub mod act;
mod acts;
pub mod any;
mod betray;
pub mod describe;
pub mod effects;
pub mod hash;
pub mod history;
pub mod ids;
pub mod network;
pub mod properties;
pub mod protocol;
mod queue;
pub mod quorum;
pub mod time_text;
pub mod trace;
pub mod view;
pub mod world;

pub use act::{Act, Adversary, Behaviour, Lie, Outgoing, Pick, Selector, Verdict, Which};
pub use acts::{MOST_CLIENTS, MOST_REPLICAS};
pub use any::{AnyWorld, DecisionView, FlightView};
pub use describe::*;
pub use effects::{Effect, Effects, Signed, Signer};
pub use ids::{EventId, MS, MessageId, NodeId, RequestId, SECOND, Time, show_time};
pub use network::{Link, LinkChange, Network, Shape};
pub use properties::{Decisions, Report, Violation};
pub use protocol::{ClientInput, Input, Message, Options, Protocol, Rule, Status};
pub use trace::{Detail, Event, Fate, MessageRecord, Trace, What};
pub use view::{Cell, CellState, Field, Health, NodeView, ReplicaView, Tally, TimerView, Value, differences};
pub use world::{Cluster, Counts, Question, Setup, World};
