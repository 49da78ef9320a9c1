//! A world of whatever protocol, behind one table: history, scenarios, faults and the web hold it as this.

use crate::kernel::data::ids::{EventId, MessageId, NodeId, RequestId, Time};
use crate::kernel::data::limits::Limit;
use crate::kernel::data::persistent_vec::PersistentVec;
use crate::kernel::descriptor::view::{Field, Health, NodeView, SecondView, TimerView};
use crate::kernel::descriptor::vocabulary::{Descriptor, LINEARIZABILITY};
use crate::kernel::node::nodes::Agents;
use crate::kernel::protocol::adapter::{Host, Hosting};
use crate::kernel::protocol::algorithm::Protocol;
use crate::kernel::protocol::quorum::Count;
use crate::kernel::record::client_history::{Access, HistoryObserver, HistoryRecord};
use crate::kernel::record::trace::Trace;
use crate::kernel::record::verdicts::Violation;
use crate::kernel::simulation::action::{Action, Behaviour, Selector};
use crate::kernel::simulation::network::{Link, Network};
use crate::kernel::simulation::state::{Counts, Question, Run, Setup};
use crate::kernel::simulation::step::Execution;

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

/// What a world offers whatever its protocol. All of it rests on the two parts that a world consists of, so that the
/// code for it is there once.
pub trait DynWorld {
    /// A copy.
    fn clone_box(&self) -> Box<dyn DynWorld>;
    /// What is the same for every protocol, and what has the protocol's types.
    fn parts(&self) -> (&Run, &Agents);
    /// The same, to be changed.
    fn parts_mut(&mut self) -> (&mut Run, &mut Agents);

    /// The protocol's vocabulary.
    fn descriptor(&self) -> &'static Descriptor {
        self.parts().1.descriptor()
    }
    /// Virtual microseconds since the start.
    fn now(&self) -> Time {
        self.parts().0.now
    }
    /// Moves the clock forward without an event; never backwards, never past an event that is due.
    fn advance(&mut self, to: Time) {
        let run = self.parts_mut().0;
        let limit = run.peek().unwrap_or(Time::MAX);
        run.now = run.now.max(to.min(limit));
    }
    /// When the next event is due; `None` where nothing moves by itself or a question is open.
    fn peek(&mut self) -> Option<Time> {
        self.parts_mut().0.peek()
    }
    /// Carries out the next event and gives its number; `None` where there is none.
    fn step(&mut self, trace: &mut Trace) -> Option<EventId> {
        self.step_until(Time::MAX, trace)
    }
    /// The same, where the next event is due by then.
    fn step_until(&mut self, limit: Time, trace: &mut Trace) -> Option<EventId> {
        let (run, agents) = self.parts_mut();
        Execution { run, agents, trace }.step(limit)
    }
    /// Carries out an act now. Errors: a sentence for the person who asked; the world is then as it was.
    fn act(&mut self, act: &Action, trace: &mut Trace) -> Result<(), String> {
        let (run, agents) = self.parts_mut();
        Execution { run, agents, trace }.act(act)
    }
    /// The acts on one node or one message each, in order, that an act on several consists of; empty where it is one.
    /// Carried out one after the other they do the same, those left out that it does not fit.
    fn parts_of(&self, act: &Action) -> Vec<Action> {
        let (run, agents) = self.parts();
        run.parts(agents, act)
    }
    /// Whether a command can be read. Errors: a sentence.
    fn check_command(&self, words: &[&str]) -> Result<(), String> {
        self.parts().1.check(words)
    }
    /// The nodes that a selector means now. Errors: a sentence, where there is none.
    fn select(&self, selector: Selector) -> Result<Vec<NodeId>, String> {
        let (run, agents) = self.parts();
        run.select(agents, selector)
    }
    /// The live replica that leads: of the highest epoch, the lowest id of several.
    fn leader(&self) -> Option<NodeId> {
        let (run, agents) = self.parts();
        run.leader(agents)
    }
    /// How many replicas there are.
    fn size(&self) -> usize {
        self.parts().0.replicas.len()
    }
    /// How many clients there are.
    fn clients(&self) -> usize {
        self.parts().0.clients.len()
    }
    /// What a replica or client shows; `None` where there is no such node.
    fn node(&self, id: NodeId) -> Option<NodeView> {
        let (run, agents) = self.parts();
        node_view(run, agents, id)
    }
    /// The messages in flight, the next to arrive first.
    fn flights(&self) -> Vec<FlightView> {
        let (run, agents) = self.parts();
        flights(run, agents)
    }
    /// The oldest message in flight that can arrive somewhere, for settling.
    fn oldest(&self) -> Option<MessageId> {
        self.parts().0.oldest()
    }
    /// The network.
    fn network(&self) -> &Network {
        &self.parts().0.network
    }
    /// The link from one node to another.
    fn link(&self, from: NodeId, to: NodeId) -> Link {
        self.parts().0.network.link(from, to)
    }
    /// The counts.
    fn counts(&self) -> Counts {
        self.parts().0.counts
    }
    /// How many clients' commands are decided by correct replicas.
    fn committed(&self) -> u64 {
        self.parts().1.decided().0
    }
    /// What is decided, by slot.
    fn decisions(&self) -> Vec<DecisionView> {
        self.parts().1.decisions()
    }
    /// On how many slots something is decided.
    fn decided_slots(&self) -> usize {
        self.parts().1.decided().1
    }
    /// Whether a replica runs; `None` where there is no such replica.
    fn health(&self, id: NodeId) -> Option<Health> {
        self.parts().0.body(id).filter(|_| !id.is_client()).map(|body| body.health)
    }
    /// Broken properties, in the order in which they broke.
    fn violations(&self) -> &[Violation] {
        &self.parts().0.violations
    }
    /// What clients asked and were told, and what was wrong meanwhile.
    fn calls(&self) -> &PersistentVec<HistoryRecord> {
        &self.parts().0.calls
    }
    /// The command of a request as an operation on a register, where it is one.
    fn access(&self, id: RequestId) -> Option<Access> {
        self.parts().1.access(id)
    }
    /// The command of a request, in words.
    fn command(&self, id: RequestId) -> String {
        self.parts().1.command(id)
    }
    /// Sets somebody on the clients' operations, from here on, or nobody.
    fn set_watch(&mut self, watch: Option<Box<dyn HistoryObserver>>) {
        self.parts_mut().0.watch = watch;
    }
    /// Who follows the clients' operations.
    fn watch(&self) -> Option<&dyn HistoryObserver> {
        self.parts().0.watch.as_deref()
    }
    /// Since which event nobody knows whether a property holds: it was not broken, but the check of the clients' histories
    /// had to give something up. `None` where it is known.
    fn undecided(&self, property: &str) -> Option<EventId> {
        let broken = || self.violations().iter().any(|found| found.property == property);
        self.watch().filter(|_| property == LINEARIZABILITY.name && !broken())?.undecided()
    }
    /// The bound that the run has come to, if it goes on no further.
    fn limit(&self) -> Option<Limit> {
        self.parts().0.limit
    }
    /// About how many bytes a copy takes.
    fn weight(&self) -> usize {
        self.parts().0.weight()
    }
    /// The questions that wait for an answer.
    fn questions(&self) -> &[Question] {
        &self.parts().0.questions
    }
    /// How many of those that a decision needs are among these, as far as a replica knows.
    fn count(&self, replica: NodeId, among: &dyn Fn(NodeId) -> bool) -> Count {
        self.parts().1.count(replica, among)
    }
    /// A hash over everything that happened so far and everything that is: equal runs have equal hashes.
    fn trace_hash(&self) -> u64 {
        let (run, agents) = self.parts();
        run.trace_hash(agents)
    }
    /// A hash over everything that is now, ids and times included.
    fn state_hash(&self) -> u64 {
        let (run, agents) = self.parts();
        run.state_hash(agents)
    }
}

impl Clone for Box<dyn DynWorld> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}

/// A world that has forgotten its protocol's types.
struct Erased {
    run: Run,
    agents: Agents,
}

impl DynWorld for Erased {
    fn clone_box(&self) -> Box<dyn DynWorld> {
        Box::new(Erased { run: self.run.clone(), agents: self.agents.clone() })
    }
    fn parts(&self) -> (&Run, &Agents) {
        (&self.run, &self.agents)
    }
    fn parts_mut(&mut self) -> (&mut Run, &mut Agents) {
        (&mut self.run, &mut self.agents)
    }
}

/// A world at time 0 of a protocol, with every replica booted. Errors: a sentence, where the set-up does not fit.
pub fn open<P: Protocol>(setup: &Setup, trace: &mut Trace) -> Result<Box<dyn DynWorld>, String> {
    start(P::DESCRIPTOR, Box::new(Hosting::<P>::new(setup)?), setup, trace)
}

fn start(
    descriptor: &'static Descriptor,
    host: Box<dyn Host>,
    setup: &Setup,
    trace: &mut Trace,
) -> Result<Box<dyn DynWorld>, String> {
    let (mut run, mut agents) = (Run::new(setup)?, Agents::new(descriptor, host, setup)?);
    Execution { run: &mut run, agents: &mut agents, trace }.boot_all();
    Ok(Box::new(Erased { run, agents }))
}

fn flights(run: &Run, agents: &Agents) -> Vec<FlightView> {
    let mut order: Vec<_> = run.flights.iter().map(|(place, flight)| (flight.due, flight.id, place)).collect();
    order.sort_unstable();
    let view = |(_, _, place)| {
        let flight = run.flights.get(place)?;
        let (epoch, label, fields) = agents.message(place);
        Some(FlightView {
            id: flight.id,
            cause: flight.cause,
            kind: flight.stamp.kind,
            from: flight.from,
            to: flight.to,
            sent: flight.sent,
            due: flight.due,
            epoch,
            label,
            fields,
        })
    };
    order.into_iter().filter_map(view).collect()
}

fn node_view(run: &Run, agents: &Agents, id: NodeId) -> Option<NodeView> {
    let body = run.body(id)?;
    let name = |place| agents.descriptor().timers[agents.timer_kind(id, place) as usize].name;
    let timers = body.timers.iter().enumerate();
    let mut timers: Vec<_> =
        timers.map(|(place, slot)| TimerView { name: name(place), set: slot.set, due: slot.due }).collect();
    timers.sort_by_key(|timer| (timer.due, timer.set, timer.name));
    Some(NodeView {
        id: id.to_string(),
        health: body.health,
        byzantine: body.byzantine.as_ref().map(Behaviour::name),
        second: second_view(run, agents, id),
        rate: f64::from(body.rate.0) / f64::from(body.rate.1),
        traitor: body.traitor,
        timers,
        replica: (!id.is_client()).then(|| agents.view(id)),
        doing: if id.is_client() { agents.doing(id) } else { String::new() },
    })
}

fn second_view(run: &Run, agents: &Agents, id: NodeId) -> Option<SecondView> {
    run.body(id)?.other.as_ref()?;
    let clients = NodeId::clients(run.clients.len());
    let all = run.nodes().chain(clients).filter(|&node| node != id && run.second_at(id, node, true));
    let shown_to = all.map(|node| node.to_string()).collect();
    Some(SecondView { shown_to, replica: agents.other(id)? })
}
