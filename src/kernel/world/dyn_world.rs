//! A world of whatever protocol: history, scenarios, faults and the web hold it as this.

use super::narration;
use crate::kernel::data::ids::{EventId, MessageId, NodeId, RequestId, Time};
use crate::kernel::data::in_order::InOrder;
use crate::kernel::data::limits::Limit;
use crate::kernel::data::persistent_vec::PersistentVec;
use crate::kernel::data::script::Script;
use crate::kernel::descriptor::agreement::Agreement;
use crate::kernel::descriptor::assumptions::Assumption;
use crate::kernel::descriptor::command_syntax::ReadError;
use crate::kernel::descriptor::growth::Authenticators;
use crate::kernel::descriptor::node_view::{DecisionView, FlightView, Health, NodeView, SecondView, Status, TimerView};
use crate::kernel::descriptor::options::Setup;
use crate::kernel::descriptor::population::Population;
use crate::kernel::descriptor::quorum::Quorum;
use crate::kernel::descriptor::setup_error::SetupError;
use crate::kernel::descriptor::view::{Fields, ReplicaView};
use crate::kernel::descriptor::vocabulary::{Descriptor, LINEARIZABILITY};
use crate::kernel::node::adversary::Behaviour;
use crate::kernel::node::any_protocol::AnyProtocol;
use crate::kernel::node::nodes::{Node, Seen};
use crate::kernel::protocol::adapter::RunAdapter;
use crate::kernel::protocol::described::Protocol;
use crate::kernel::record::applied_log::AppliedLog;
use crate::kernel::record::client_history::{Access, ClientHistory, HistoryObserver, HistoryRecord};
use crate::kernel::record::trace::Trace;
use crate::kernel::record::verdicts::{Decision, Violation};
use crate::kernel::simulation::action::Action;
use crate::kernel::simulation::action_error::ActionError;
use crate::kernel::simulation::enabled::Moves;
use crate::kernel::simulation::flights::Flight;
use crate::kernel::simulation::network::{Link, Network};
use crate::kernel::simulation::selector::Selector;
use crate::kernel::simulation::state::{Counts, Question, Run};
use crate::kernel::simulation::step::Execution;

/// A world: everything that a run is at one moment. Copies are cheap: they share what did not change.
#[derive(Clone)]
pub struct DynWorld {
    run: Run,
}

impl DynWorld {
    /// A world at time 0 of a protocol, with every replica booted in the order of their numbers. Errors: where the
    /// set-up does not fit.
    pub fn open<P: Protocol>(setup: &Setup, trace: &mut Trace) -> Result<Self, SetupError> {
        DynWorld::of(P::DESCRIPTOR, Box::new(RunAdapter::<P>::new(setup)?), setup, trace)
    }

    pub(crate) fn of(
        descriptor: &'static Descriptor,
        protocol: Box<dyn AnyProtocol>,
        setup: &Setup,
        trace: &mut Trace,
    ) -> Result<Self, SetupError> {
        let mut run = Run::new(descriptor, protocol, setup)?;
        Execution { run: &mut run, trace }.boot_all();
        Ok(DynWorld { run })
    }

    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    pub(super) fn of_run(run: Run) -> Self {
        DynWorld { run }
    }

    pub(super) fn into_run(self) -> Run {
        self.run
    }

    /// The protocol's vocabulary.
    pub fn descriptor(&self) -> &'static Descriptor {
        self.run.descriptor
    }

    /// Virtual microseconds since the start.
    pub fn now(&self) -> Time {
        self.run.now
    }

    /// Moves the clock forward without an event; never backwards, never past an event that is due.
    pub fn advance(&mut self, to: Time) {
        let limit = self.run.peek().unwrap_or(Time::MAX);
        self.run.now = self.run.now.max(to.min(limit));
    }

    /// When the next event is due; `None` where nothing moves by itself or a question is open.
    pub fn peek(&mut self) -> Option<Time> {
        self.run.peek()
    }

    /// Carries out the next event and gives its number; `None` where there is none.
    pub fn step(&mut self, trace: &mut Trace) -> Option<EventId> {
        self.step_until(Time::MAX, trace)
    }

    /// The same, where the next event is due by then.
    pub fn step_until(&mut self, limit: Time, trace: &mut Trace) -> Option<EventId> {
        Execution { run: &mut self.run, trace }.step(limit)
    }

    /// Carries out an action now. Errors: the world is then as it was.
    pub fn act(&mut self, action: &Action, trace: &mut Trace) -> Result<(), ActionError> {
        let before = trace.detail.is_some().then(|| self.clone());
        Execution { run: &mut self.run, trace }.act(action)?;
        if let (Some(before), Some(detail)) = (before, &mut trace.detail) {
            let event = EventId(before.counts().events + 1);
            detail.deeds.push((event, narration::deed(&before, self, action)));
        }
        Ok(())
    }

    /// What is going on at this moment, stated as present: who waits for what, and what comes next. `None` where nothing moves
    /// by itself and nobody waits, and while a question is open.
    pub fn present(&self) -> Option<String> {
        narration::present(self)
    }

    /// The moves of these kinds that are possible now, for whoever explores: each is an action, and nothing moves by itself
    /// in between where the network is manual.
    pub fn enabled(&self, moves: &Moves) -> Vec<Action> {
        self.run.enabled(moves)
    }

    /// The worlds that an action can lead to: one for each way in which the choices of its handlers can fall, with the
    /// script that made them. This world stays as it is. Errors: a sentence, where the action is not possible.
    pub fn branches(&self, action: &Action) -> Result<Vec<(Script, DynWorld)>, String> {
        let (mut branches, mut next) = (Vec::new(), Some(Script::default()));
        while let Some(script) = next {
            let mut world = self.clone();
            world.set_script(Some(script));
            world.act(action, &mut Trace::forgetful())?;
            let made = world.set_script(None).unwrap_or_default();
            next = made.next_branch();
            branches.push((made, world));
        }
        Ok(branches)
    }

    /// From here on the choices of handlers come from this script, or from the seed. Gives back the script before, with what
    /// was asked of it.
    pub fn set_script(&mut self, script: Option<Script>) -> Option<Script> {
        std::mem::replace(&mut self.run.script, script.map(Box::new)).map(|script| *script)
    }

    /// A hash over what is now, and nothing that only tells how it came about: no times, no numbers of events and messages,
    /// no order of what is in flight. Where nothing moves by itself, equal fingerprints mean equal futures.
    pub fn fingerprint(&self) -> u64 {
        self.run.fingerprint()
    }

    /// Whether this world and another hold the same node in common, because neither has changed it since it was copied.
    pub fn shares(&self, other: &DynWorld, node: NodeId) -> bool {
        self.run.nodes.shares(&other.run.nodes, node)
    }

    /// The actions on one node or one message each, in order, that an action on several consists of; empty where it is one.
    /// Carried out one after the other they do the same, those left out that it does not fit.
    pub fn parts_of(&self, action: &Action) -> Vec<Action> {
        self.run.parts(action)
    }

    /// Whether a command can be read. Errors: why not.
    pub fn check_command(&self, words: &[&str]) -> Result<(), ReadError> {
        self.run.protocol.command(words).map(drop)
    }

    /// The nodes that a selector means now. Errors: where there is none.
    pub fn select(&self, selector: Selector) -> Result<Vec<NodeId>, ActionError> {
        self.run.select(selector)
    }

    /// The live replica that leads: of the highest epoch, the lowest id of several.
    pub fn leader(&self) -> Option<NodeId> {
        self.run.leader()
    }

    /// How many replicas there are.
    pub fn size(&self) -> usize {
        self.run.nodes.replicas.len()
    }

    /// How many clients there are.
    pub fn clients(&self) -> usize {
        self.run.nodes.clients.len()
    }

    /// What a replica or client shows; `None` where there is no such node.
    pub fn node(&self, id: NodeId) -> Option<NodeView> {
        let node = self.run.node(id)?;
        let name = |kind: u8| self.run.descriptor.timers[kind as usize].name;
        let timers = node.incarnation.timers.iter();
        let mut timers: Vec<_> = timers
            .map(|running| TimerView { name: name(running.timer.kind), set: running.set, due: running.due })
            .collect();
        timers.put_in_order_by_key(|timer| (timer.due, timer.set, timer.name));
        Some(NodeView { timers, replica: node.incarnation.actor.view(), ..self.about(id, node) })
    }

    /// The same in outline: what there is of it for every protocol, and of a live replica its role and epoch. That costs
    /// little even for a thousand.
    pub fn outline(&self, id: NodeId) -> Option<NodeView> {
        let node = self.run.node(id)?;
        let actor = &node.incarnation.actor;
        let status =
            actor.status().map(|Status { role, epoch }| (self.run.descriptor.roles[role as usize].name, epoch));
        let replica = status.map(|(role, epoch)| ReplicaView::new(role, epoch)).or_else(|| actor.view());
        Some(NodeView { replica, ..self.about(id, node) })
    }

    /// What there is of a node for every protocol.
    fn about(&self, id: NodeId, node: &Node) -> NodeView {
        NodeView {
            id: id.to_string(),
            health: node.health,
            byzantine: node.byzantine.as_ref().map(Behaviour::name),
            second: self.second(id),
            rate: f64::from(node.rate.0) / f64::from(node.rate.1),
            traitor: node.traitor,
            timers: Vec::new(),
            replica: None,
            doing: node.incarnation.actor.doing(),
        }
    }

    /// The role of a live replica.
    pub fn role(&self, replica: NodeId) -> Option<&'static str> {
        Some(self.run.descriptor.roles[self.run.status(replica)?.role as usize].name)
    }

    /// The term, view, ballot or round of a replica; of one that is crashed, what its disk says.
    pub fn epoch(&self, replica: NodeId) -> Option<u64> {
        match self.run.status(replica) {
            Some(status) => Some(status.epoch),
            None => Some(self.fields(replica)?.epoch),
        }
    }

    /// Whether a node runs, in a word, or that it is Byzantine; `None` where there is no such node.
    pub fn status(&self, id: NodeId) -> Option<&'static str> {
        let node = self.run.node(id)?;
        Some(if node.byzantine.is_some() { "byzantine" } else { node.health.word() })
    }

    /// What a replica shows, but nothing of what it has built or waits for; of a crashed one what its disk holds. That costs
    /// little.
    pub fn fields(&self, replica: NodeId) -> Option<ReplicaView> {
        self.run.node(replica)?.incarnation.actor.fields()
    }

    /// The log that a replica has applied, and the state after each of its entries; `None` where the protocol keeps no log of
    /// commands, or the replica has lost what it applied.
    pub fn applied(&self, replica: NodeId) -> Option<AppliedLog> {
        self.run.node(replica)?.incarnation.actor.applied()
    }

    /// Whether nobody has changed a node since it was seen.
    pub fn unchanged(&self, id: NodeId, since: &Seen) -> bool {
        self.run.nodes.unchanged(id, since)
    }

    /// Where a node is in memory now, to be compared later; `None` where there is no such node.
    pub fn seen(&self, id: NodeId) -> Option<Seen> {
        self.run.nodes.seen(id)
    }

    fn second(&self, id: NodeId) -> Option<SecondView> {
        let other = self.run.node(id)?.other.as_ref()?;
        let all = self.run.nodes.names().filter(|&node| node != id && self.run.second_at(id, node, true));
        let shown_to = all.map(|node| node.to_string()).collect();
        Some(SecondView { shown_to, replica: other.actor.view()? })
    }

    /// The messages in flight, the next to arrive first.
    pub fn flights(&self) -> Vec<FlightView> {
        self.flights_as(|flight| {
            let letter = &flight.envelope.letter;
            let mut fields = Fields::default();
            letter.fields(&mut fields);
            FlightView { label: letter.label(), fields: fields.0, ..flight.outline() }
        })
    }

    /// The same without what they carry, and with labels of those only that have a number above this one.
    pub fn flights_in_outline(&self, labelled: MessageId) -> Vec<FlightView> {
        self.flights_as(|flight| {
            let label = if flight.id > labelled { flight.envelope.letter.label() } else { String::new() };
            FlightView { label, ..flight.outline() }
        })
    }

    fn flights_as(&self, view: impl Fn(&Flight) -> FlightView) -> Vec<FlightView> {
        let mut all: Vec<_> = self.run.flights.iter().map(|(_, flight)| flight).collect();
        all.put_in_order_by_key(|flight| (flight.due, flight.id));
        all.into_iter().map(view).collect()
    }

    /// What the messages in flight with numbers above this one carry to prove who said what.
    pub fn authenticators(&self, since: MessageId) -> Vec<(MessageId, Authenticators)> {
        let newer = self.run.flights.iter().map(|(_, flight)| flight).filter(|flight| flight.id > since);
        newer.map(|flight| (flight.id, self.run.protocol.authenticators(&flight.envelope.letter))).collect()
    }

    /// The oldest message in flight that can arrive somewhere, for settling.
    pub fn oldest(&self) -> Option<MessageId> {
        self.run.oldest()
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.run.network
    }

    /// The link from one node to another.
    pub fn link(&self, from: NodeId, to: NodeId) -> Link {
        self.run.network.link(from, to)
    }

    /// The counts.
    pub fn counts(&self) -> Counts {
        self.run.counts
    }

    /// How many clients' commands are decided by correct replicas.
    pub fn committed(&self) -> u64 {
        self.run.nodes.decisions.commands()
    }

    /// What is decided, by slot.
    pub fn decisions(&self) -> Vec<DecisionView> {
        let view = |(&slot, decision): (&u64, &Decision)| DecisionView {
            slot,
            value: decision.value.to_string(),
            by: decision.by,
            event: decision.event,
            at: decision.at,
        };
        self.run.nodes.decisions.iter().map(view).collect()
    }

    /// On how many slots something is decided.
    pub fn decided_slots(&self) -> usize {
        self.run.nodes.decisions.slots()
    }

    /// Whether a replica runs; `None` where there is no such replica.
    pub fn health(&self, id: NodeId) -> Option<Health> {
        self.run.node(id).filter(|_| !id.is_client()).map(|node| node.health)
    }

    /// Broken properties, in the order in which they broke.
    pub fn violations(&self) -> &[Violation] {
        &self.run.violations
    }

    /// What clients asked and were told, and what was wrong meanwhile.
    pub fn history(&self) -> &PersistentVec<HistoryRecord> {
        &self.run.history
    }

    /// The command of a request as an operation on a register, where it is one.
    pub fn access(&self, id: RequestId) -> Option<Access> {
        self.run.access(id)
    }

    /// The command of a request, in words.
    pub fn command(&self, id: RequestId) -> String {
        self.run.command(id)
    }

    /// Sets somebody on the clients' operations, from here on, or nobody.
    pub fn set_observer(&mut self, observer: Option<Box<dyn HistoryObserver>>) {
        self.run.observer = observer;
    }

    /// Who follows the clients' operations.
    pub fn observer(&self) -> Option<&dyn HistoryObserver> {
        self.run.observer.as_deref()
    }

    /// Since which event nobody knows whether a property holds: it was not broken, but the check of the clients' histories
    /// had to give something up. `None` where it is known.
    pub fn undecided(&self, property: &str) -> Option<EventId> {
        let broken = || self.violations().iter().any(|found| found.property == property);
        self.observer().filter(|_| property == LINEARIZABILITY.name && !broken())?.undecided()
    }

    /// How many replicas may lie or lose their disk, and the properties hold all the same.
    pub fn tolerated(&self) -> usize {
        self.run.protocol.tolerated()
    }

    /// What a property relies on with the options of this run; `None` where they don't promise it at all.
    pub fn assumes(&self, property: &str) -> Option<&'static [Assumption]> {
        self.run.protocol.assumes(property)
    }

    /// How soon a fresh request is answered at the latest, in virtual microseconds, once everything works again after faults
    /// that went on for so long; `None` where nothing is promised.
    pub fn recovers_within(&self, faults: Time) -> Option<Time> {
        self.run.protocol.recovers_within(&self.run.nodes, faults)
    }

    /// Whether nothing that was begun is open.
    pub fn settled(&self) -> bool {
        self.run.protocol.settled(&self.run.nodes)
    }

    /// The groups that replicas fall into, and the equations of a large population; `None` where the protocol has none.
    pub fn population(&self) -> Option<Population> {
        self.run.protocol.population(&self.run.nodes)
    }

    /// The bound that the run has come to, if it goes on no further.
    pub fn limit(&self) -> Option<Limit> {
        self.run.limit
    }

    /// About how many bytes a copy takes.
    pub fn weight(&self) -> usize {
        self.run.weight()
    }

    /// The questions that wait for an answer.
    pub fn questions(&self) -> &[Question] {
        &self.run.questions
    }

    /// The quorums that decisions need, as far as a replica knows.
    pub fn quorums(&self, replica: NodeId) -> Vec<Quorum> {
        self.run.nodes.at(replica).incarnation.actor.quorums()
    }

    /// In which sense correct replicas agree.
    pub fn agreement(&self) -> Agreement {
        self.run.protocol.agreement()
    }

    /// A hash over everything that happened so far and everything that is: equal runs have equal hashes.
    pub fn trace_hash(&self) -> u64 {
        self.run.trace_hash()
    }

    /// A hash over everything that is now, ids and times included.
    pub fn state_hash(&self) -> u64 {
        self.run.state_hash()
    }
}

impl ClientHistory for DynWorld {
    fn records(&self) -> &PersistentVec<HistoryRecord> {
        &self.run.history
    }

    fn access(&self, id: RequestId) -> Option<Access> {
        self.run.access(id)
    }

    fn command(&self, id: RequestId) -> String {
        self.run.command(id)
    }
}
