//! What the page and the scenarios see of a node, of a message on its way and of a decision, in one form for every protocol.

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use super::fields::{Field, Value};
use super::lists::RoleKind;
use super::view::ReplicaView;
use crate::kernel::data::ids::{EventId, MessageId, NodeId, Time};

/// Role and epoch of a replica.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// The place in the descriptor's list of roles.
    pub role: u8,
    /// Term, view, ballot or round.
    pub epoch: u64,
}

impl Status {
    /// A role, and an epoch.
    pub fn new(role: &impl RoleKind, epoch: u64) -> Self {
        Status { role: role.place(), epoch }
    }
}

/// A message in flight, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlightView {
    /// Its number.
    pub id: MessageId,
    /// The event in which it was sent.
    pub cause: EventId,
    /// Its kind, a place in the descriptor's list.
    pub kind: u8,
    /// From whom.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// When it was sent, in virtual microseconds.
    pub sent: Time,
    /// When it arrives; [`Time::MAX`] while nobody knows.
    pub due: Time,
    /// The term, view or ballot that it belongs to.
    pub epoch: Option<u64>,
    /// A few characters.
    pub label: String,
    /// All that it carries.
    pub fields: Vec<Field>,
}

/// What has been decided on a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecisionView {
    /// Which slot.
    pub slot: u64,
    /// What, in words.
    pub value: String,
    /// By whom first.
    pub by: NodeId,
    /// In which event.
    pub event: EventId,
    /// When, in virtual microseconds.
    pub at: Time,
}

/// Whether a node runs.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// It runs.
    Up,
    /// It has lost its volatile state and hears nothing.
    Crashed,
    /// It stands still; what reaches it waits.
    Paused,
}

impl Health {
    /// The word for it in a scenario.
    pub fn word(self) -> &'static str {
        match self {
            Health::Up => "up",
            Health::Crashed => "crashed",
            Health::Paused => "paused",
        }
    }
}

/// A timer that is running.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct TimerView {
    /// One of the protocol's timers.
    pub name: &'static str,
    /// When it was set, in virtual microseconds.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub set: Time,
    /// When it will fire, in virtual microseconds.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub due: Time,
}

/// The second of two incarnations of one identity.
#[derive(Serialize, Clone, PartialEq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "camelCase")]
pub struct SecondView {
    /// The nodes that see it and not the first.
    pub shown_to: Vec<String>,
    /// What the protocol shows of it.
    pub replica: ReplicaView,
}

/// A replica or client as the world shows it.
#[derive(Serialize, Clone, PartialEq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct NodeView {
    /// `1`, `2`, … or `c1`, `c2`, ….
    pub id: String,
    /// Whether it runs.
    pub health: Health,
    /// The kind of lie, while it is Byzantine.
    pub byzantine: Option<&'static str>,
    /// Whom its second incarnation is shown to, and what that one shows, while it is two.
    pub second: Option<SecondView>,
    /// How fast its clock runs, over true time: 1.5 gains half an hour in an hour.
    pub rate: f64,
    /// Whether it ever was Byzantine, so that properties don't hold it to anything.
    pub traitor: bool,
    /// Its timers, the next to fire first.
    pub timers: Vec<TimerView>,
    /// What the protocol shows of it. A crashed replica shows what its disk holds; a client has none.
    pub replica: Option<ReplicaView>,
    /// What a client is up to, in a few words; empty for a replica.
    pub doing: String,
}

impl NodeView {
    /// The field of this name: those of the protocol's view, and `status`.
    pub fn field(&self, name: &str) -> Option<Value> {
        if name == "status" {
            return Some(if self.byzantine.is_some() { "byzantine".into() } else { self.health.word().into() });
        }
        self.replica.as_ref()?.field(name)
    }
}
