//! A world of whatever protocol, behind one table: history, scenarios, faults and the web hold it as this.

use super::act::{Act, Behaviour, Selector};
use super::describe::Descriptor;
use super::ids::{EventId, MessageId, NodeId, Time};
use super::network::{Link, Network};
use super::properties::Violation;
use super::protocol::{Message, Protocol};
use super::trace::Trace;
use super::view::{Field, Health, NodeView, TimerView};
use super::world::{Body, Counts, Question, World};

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

/// What [`World`] offers whatever its protocol. See there for what each does.
#[allow(missing_docs)] // each is documented where it is implemented
pub trait AnyWorld {
    fn descriptor(&self) -> &'static Descriptor;
    fn clone_box(&self) -> Box<dyn AnyWorld>;
    fn now(&self) -> Time;
    /// Moves the clock forward without an event; never backwards, never past an event that is due.
    fn advance(&mut self, to: Time);
    fn peek(&mut self) -> Option<Time>;
    fn step(&mut self, trace: &mut Trace) -> Option<EventId>;
    fn act(&mut self, act: &Act, trace: &mut Trace) -> Result<(), String>;
    /// Whether a command can be read. Errors: a sentence.
    fn check_command(&self, words: &[&str]) -> Result<(), String>;
    fn select(&self, selector: Selector) -> Result<Vec<NodeId>, String>;
    fn leader(&self) -> Option<NodeId>;
    fn size(&self) -> usize;
    fn clients(&self) -> usize;
    fn node(&self, id: NodeId) -> Option<NodeView>;
    fn flights(&self) -> Vec<FlightView>;
    fn oldest(&self) -> Option<MessageId>;
    fn network(&self) -> &Network;
    fn link(&self, from: NodeId, to: NodeId) -> Link;
    fn counts(&self) -> Counts;
    /// How many clients' commands are decided by correct replicas.
    fn committed(&self) -> u64;
    fn decisions(&self) -> Vec<DecisionView>;
    fn decided_slots(&self) -> usize;
    /// Whether a replica runs; `None` where there is no such replica.
    fn health(&self, id: NodeId) -> Option<Health>;
    fn violations(&self) -> &[Violation];
    fn questions(&self) -> &[Question];
    /// How many replicas a decision needs.
    fn quorum(&self) -> usize;
    fn trace_hash(&self) -> u64;
    fn state_hash(&self) -> u64;
}

impl Clone for Box<dyn AnyWorld> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}

impl<P: Protocol> AnyWorld for World<P> {
    fn descriptor(&self) -> &'static Descriptor {
        P::DESCRIPTOR
    }
    fn clone_box(&self) -> Box<dyn AnyWorld> {
        Box::new(self.clone())
    }
    fn now(&self) -> Time {
        self.now
    }
    fn advance(&mut self, to: Time) {
        let limit = World::peek(self).unwrap_or(Time::MAX);
        self.now = self.now.max(to.min(limit));
    }
    fn peek(&mut self) -> Option<Time> {
        World::peek(self)
    }
    fn step(&mut self, trace: &mut Trace) -> Option<EventId> {
        World::step(self, trace)
    }
    fn act(&mut self, act: &Act, trace: &mut Trace) -> Result<(), String> {
        World::act(self, act, trace)
    }
    fn check_command(&self, words: &[&str]) -> Result<(), String> {
        P::parse_command(&self.cluster.config, words).map(drop)
    }
    fn select(&self, selector: Selector) -> Result<Vec<NodeId>, String> {
        World::select(self, selector)
    }
    fn leader(&self) -> Option<NodeId> {
        World::leader(self)
    }
    fn size(&self) -> usize {
        self.cluster.size()
    }
    fn clients(&self) -> usize {
        self.cluster.clients.len()
    }
    fn node(&self, id: NodeId) -> Option<NodeView> {
        if id.is_client() {
            let node = self.cluster.clients.get(id.index())?;
            let doing = P::view_client(&self.cluster.config, &node.client);
            return Some(node_view::<P>(id, &node.body, None, doing));
        }
        let replica = self.cluster.replicas.get(id.number().checked_sub(1)?)?;
        let config = &self.cluster.config;
        let view = match &replica.state {
            Some(state) => P::view(config, id, state, &replica.disk),
            None => P::view_disk(config, id, &replica.disk),
        };
        Some(node_view::<P>(id, &replica.body, Some(view), String::new()))
    }
    fn flights(&self) -> Vec<FlightView> {
        let mut list: Vec<_> = self
            .flights
            .iter()
            .map(|(_, flight)| FlightView {
                id: flight.id,
                cause: flight.cause,
                kind: flight.message.kind(),
                from: flight.from,
                to: flight.to,
                sent: flight.sent,
                due: flight.due,
                epoch: flight.message.epoch(),
                label: flight.message.label(),
                fields: flight.message.fields(),
            })
            .collect();
        list.sort_unstable_by_key(|flight| (flight.due, flight.id));
        list
    }
    fn oldest(&self) -> Option<MessageId> {
        World::oldest(self)
    }
    fn network(&self) -> &Network {
        &self.network
    }
    fn link(&self, from: NodeId, to: NodeId) -> Link {
        self.network.link(from, to)
    }
    fn counts(&self) -> Counts {
        self.counts
    }
    fn committed(&self) -> u64 {
        self.cluster.decisions.commands()
    }
    fn decisions(&self) -> Vec<DecisionView> {
        let all = self.cluster.decisions.iter();
        all.map(|(&slot, decision)| DecisionView {
            slot,
            value: decision.value.to_string(),
            by: decision.by,
            event: decision.event,
            at: decision.at,
        })
        .collect()
    }
    fn decided_slots(&self) -> usize {
        self.cluster.decisions.slots()
    }
    fn health(&self, id: NodeId) -> Option<Health> {
        if id.is_client() {
            return None;
        }
        self.cluster.replicas.get(id.number().checked_sub(1)?).map(|replica| replica.body.health)
    }
    fn violations(&self) -> &[Violation] {
        &self.violations
    }
    fn questions(&self) -> &[Question] {
        &self.questions
    }
    fn quorum(&self) -> usize {
        P::quorum(&self.cluster.config)
    }
    fn trace_hash(&self) -> u64 {
        World::trace_hash(self)
    }
    fn state_hash(&self) -> u64 {
        World::state_hash(self)
    }
}

fn node_view<P: Protocol>(
    id: NodeId,
    body: &Body<P::Timer>,
    replica: Option<super::view::ReplicaView>,
    doing: String,
) -> NodeView {
    let name = |timer| P::DESCRIPTOR.timers[P::timer_kind(timer) as usize].name;
    let mut timers: Vec<_> =
        body.timers.iter().map(|slot| TimerView { name: name(slot.timer), set: slot.set, due: slot.due }).collect();
    timers.sort_by_key(|timer| timer.due);
    let health: Health = body.health;
    let byzantine = body.byzantine.as_ref().map(Behaviour::name);
    NodeView { id: id.to_string(), health, byzantine, traitor: body.traitor, timers, replica, doing }
}
