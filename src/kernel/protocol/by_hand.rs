//! Replicas and clients of one protocol that somebody drives by hand, and the check of its properties over them: for those
//! who put a protocol into a loop, a network and a storage of their own.

use std::any::Any;
use std::rc::Rc;

use super::algorithm::Algorithm;
use super::check::{Asked, Check, contradict};
use super::cluster::{Cluster, Members};
use super::explain::Explain;
use super::family::{Effect, Input};
use super::replica::{Client, Replica};
use crate::kernel::data::ids::{EventId, MessageId, NodeId, RequestId};
use crate::kernel::descriptor::options::Options;
use crate::kernel::descriptor::setup_error::SetupError;
use crate::kernel::descriptor::timers::Timer as _;
use crate::kernel::node::message::{Message as _, recorded_epoch};
use crate::kernel::record::trace::{Event, What};
use crate::kernel::record::verdicts::{Decides, Decision, Decisions, Report, Variant, Violation};

/// The replicas and clients of one protocol. A step is one call of [`boot`](Group::boot), [`restart`](Group::restart),
/// [`handle`](Group::handle), [`ask`](Group::ask) or [`crash`](Group::crash); what it wants done is then taken off with
/// [`next_effect`](Group::next_effect), and a [`PropertyCheck`] has a look.
///
/// ```
/// use consensus_playground::kernel::protocol::by_hand::{Group, PropertyCheck};
/// use consensus_playground::kernel::{Effect, Input, NodeId, Options};
/// use consensus_playground::protocols::raft::{Raft, Timer};
///
/// let mut group = Group::<Raft>::new(&Options::default(), 7, vec![Default::default(); 3])?;
/// let mut check = PropertyCheck::new();
/// let candidate = NodeId::replica(2);
/// group.boot(candidate);
/// group.handle(candidate, Input::Fire(Timer::Election));
/// while let Some(effect) = group.next_effect(candidate) {
///     match effect {
///         Effect::Persist(disk) => group.persisted(candidate, disk), // once it is in the file
///         Effect::Send { .. } | Effect::Broadcast(_) => {}           // to the network
///         _ => {}
///     }
/// }
/// assert_eq!(check.observe(&mut group), []);
/// assert_eq!(group.replica(candidate).durable().voted_for, Some(candidate));
/// # Ok::<(), consensus_playground::kernel::SetupError>(())
/// ```
pub struct Group<P: Algorithm> {
    config: Rc<P::Config>,
    seed: u64,
    replicas: Vec<Replica<P>>,
    clients: Vec<Client<P>>,
    /// What each client ever asked for.
    asked: Vec<Vec<P::Command>>,
    traitors: Vec<NodeId>,
    decisions: Decisions,
    step: Option<Step>,
    /// What was decided since a check last had a look.
    decided: Vec<(NodeId, u64, P::Value)>,
}

/// What was done last.
#[derive(Clone, Copy)]
struct Step {
    node: NodeId,
    what: What,
    /// The kind of message or timer.
    kind: u8,
}

impl<P: Algorithm> Group<P> {
    /// As many replicas as there are disks, none of them started; `seed` keys the choices that they make. Errors: where
    /// there can't be so many, or the options don't fit.
    pub fn new(options: &Options, seed: u64, disks: Vec<P::Disk>) -> Result<Self, SetupError> {
        let size = disks.len();
        let config = Rc::new(P::configure(size, options)?);
        let replica = |(me, disk)| Replica::new(config.clone(), me, size, seed, disk);
        let replicas = NodeId::replicas(size).zip(disks).map(replica).collect::<Result<_, _>>()?;
        Ok(Group {
            config,
            seed,
            replicas,
            clients: Vec::new(),
            asked: Vec::new(),
            traitors: Vec::new(),
            decisions: Decisions::default(),
            step: None,
            decided: Vec::new(),
        })
    }

    /// The configuration.
    pub fn config(&self) -> &Rc<P::Config> {
        &self.config
    }

    /// The group as its properties see it.
    pub fn cluster(&self) -> Cluster<'_, P> {
        Cluster::new(&*self.config, self)
    }

    /// A replica. Panics where there is none of this name.
    pub fn replica(&self, node: NodeId) -> &Replica<P> {
        &self.replicas[node.index()]
    }

    /// How many draws a node has made, and how many it is to count from: who keeps them can take the node up again later.
    pub fn draws_mut(&mut self, node: NodeId) -> &mut u32 {
        if node.is_client() { self.client_mut(node).draws_mut() } else { self.replica_mut(node).draws_mut() }
    }

    /// A replica is not to be trusted from here on: properties speak of the others only.
    pub fn distrust(&mut self, node: NodeId) {
        self.traitors.push(node);
    }

    /// A replica starts, from what is durable.
    pub fn boot(&mut self, node: NodeId) {
        self.begin(node, What::Boot, 0);
        self.replica_mut(node).boot();
    }

    /// A replica starts again, from what was read back from its disk.
    pub fn restart(&mut self, node: NodeId, disk: P::Disk) {
        self.begin(node, What::Restart, 0);
        let replica = self.replica_mut(node);
        replica.persisted(disk);
        replica.boot();
    }

    /// A replica crashes: what it has in memory is lost, and what was not persisted; with `blank` its disk, too.
    pub fn crash(&mut self, node: NodeId, blank: bool) {
        self.begin(node, What::Crash, 0);
        self.replica_mut(node).crash(blank);
    }

    /// One input to a replica or a client. A client is asked with [`Group::ask`].
    pub fn handle(&mut self, node: NodeId, input: Input<'_, P>) {
        let (what, kind) = match &input {
            Input::<P>::Deliver { message, .. } => (What::Deliver, message.kind()),
            Input::<P>::Fire(timer) => (What::Fire, timer.key().kind),
            Input::<P>::Request { .. } => (What::Request, 0),
            Input::<P>::Answer { .. } => (What::Answer, 0),
        };
        self.begin(node, what, kind);
        if node.is_client() { self.client_mut(node).handle(input) } else { self.replica_mut(node).handle(input) }
    }

    /// A client is to ask for something, `to` the replica that it should try first. Gives the request its name.
    pub fn ask(&mut self, client: NodeId, command: P::Command, to: Option<NodeId>) -> RequestId {
        self.client_mut(client);
        let id = RequestId { client, number: self.asked[client.index()].len() as u32 + 1 };
        self.handle(client, Input::<P>::Request { id, command: &command, to });
        self.asked[client.index()].push(command);
        id
    }

    /// The next thing that a node wants done, taken off its list. Decisions are taken down here.
    pub fn next_effect(&mut self, node: NodeId) -> Option<Effect<P>> {
        let effect = match node.is_client() {
            true => self.client_mut(node).next_effect(),
            false => self.replica_mut(node).next_effect(),
        };
        if let Some(Effect::<P>::Decide { slot, value }) = &effect
            && self.correct(node)
        {
            self.decided.push((node, *slot, value.clone()));
        }
        effect
    }

    /// A node has crashed on the way: what it still wanted never happens.
    pub fn cut(&mut self, node: NodeId) {
        if node.is_client() { self.client_mut(node).cut() } else { self.replica_mut(node).cut() }
    }

    /// This is durable from here on: what [`Effect::Persist`](crate::kernel::node::effect::Effect) asked for is done.
    pub fn persisted(&mut self, node: NodeId, disk: P::Disk) {
        self.replica_mut(node).persisted(disk);
    }

    fn begin(&mut self, node: NodeId, what: What, kind: u8) {
        self.step = Some(Step { node, what, kind });
    }

    fn replica_mut(&mut self, node: NodeId) -> &mut Replica<P> {
        &mut self.replicas[node.index()]
    }

    /// A client, made where it was never heard of.
    fn client_mut(&mut self, node: NodeId) -> &mut Client<P> {
        while self.clients.len() < node.number() {
            let (me, size) = (NodeId::client(self.clients.len() + 1), self.replicas.len());
            let client = Client::new(self.config.clone(), me, size, self.seed);
            self.clients.push(client.expect("it is a client's name"));
            self.asked.push(Vec::new());
        }
        &mut self.clients[node.index()]
    }
}

impl<P: Algorithm> Members<P> for Group<P> {
    fn size(&self) -> usize {
        self.replicas.len()
    }

    fn replica(&self, node: NodeId) -> &Replica<P> {
        Group::replica(self, node)
    }

    fn client(&self, node: NodeId) -> Option<&Client<P>> {
        self.clients.get(node.index())
    }

    fn correct(&self, node: NodeId) -> bool {
        !self.traitors.contains(&node)
    }

    fn asked(&self, id: RequestId) -> Option<&P::Command> {
        self.asked.get(id.client.index())?.get((id.number as usize).checked_sub(1)?)
    }

    fn decisions(&self) -> &Decisions {
        &self.decisions
    }
}

/// Checks a protocol's properties, agreement and validity among them, over a [`Group`].
pub struct PropertyCheck<P: Check> {
    monitor: P::Monitor,
    steps: u32,
}

impl<P: Check> Default for PropertyCheck<P> {
    fn default() -> Self {
        PropertyCheck { monitor: P::Monitor::default(), steps: 0 }
    }
}

impl<P: Check + Explain> PropertyCheck<P> {
    /// A check that has seen nothing yet. It must see every step.
    pub fn new() -> Self {
        PropertyCheck::default()
    }

    /// Looks at what the last step has changed, once all that it wanted is taken off its list. Gives what is broken by it;
    /// steps are counted as events, and nobody's clock is known, so that times are 0.
    pub fn observe(&mut self, group: &mut Group<P>) -> Vec<Violation> {
        let Some(Step { node, what, kind }) = group.step.take() else { return Vec::new() };
        self.steps += 1;
        let (id, mut report) = (EventId(self.steps), Report::default());
        let decided = std::mem::take(&mut group.decided);
        let count = decided.len().min(u8::MAX.into()) as u8;
        for (by, slot, value) in decided {
            decide(group, (by, id), slot, value, &mut report);
        }
        let status = match node.is_client() {
            true => Default::default(),
            false => P::status(group.replica(node).glance()),
        };
        let event = Event {
            at: 0,
            id,
            cause: EventId(0),
            message: MessageId(0),
            epoch: recorded_epoch(status.epoch),
            node: Some(node),
            what,
            kind,
            role: status.role,
            rule: 0,
            decided: count,
            violation: false,
        };
        if group.correct(node) {
            P::observe(&mut self.monitor, &event, &group.cluster(), &mut report);
        }
        report.take(id, 0)
    }
}

/// Takes a decision down. It breaks validity where nobody asked for it, agreement where another came before.
fn decide<P: Check>(
    group: &mut Group<P>,
    (by, event): (NodeId, EventId),
    slot: u64,
    value: P::Value,
    report: &mut Report,
) {
    let value = Rc::new(value);
    let decides = Decides { about: P::DESCRIPTOR, by, slot, value: &value };
    let valid = P::valid(&group.config, &value, &Asked::new(&|id| Members::<P>::asked(group, id)));
    if !valid {
        decides.unasked(report);
    }
    match group.decisions.get(slot) {
        None => {
            let commands = P::commands_in(&value);
            group.decisions.add(slot, Decision { value, by, event, at: 0, valid, beside: Vec::new() }, commands);
        }
        Some(first) => {
            let contradicts = |before: &Variant| {
                let before = (&*before.value as &dyn Any).downcast_ref::<P::Value>();
                before.is_none_or(|before| contradict::<P>(&group.config, before, &value))
            };
            let contradicted = first.variants().find(contradicts);
            match contradicted {
                // A disk that was lost is known to whoever drives the replicas, and not here.
                Some(before) => decides.contradicts(&before, P::agreement(&group.config), false, report),
                None => group.decisions.add_beside(slot, Variant { value, by, event }),
            }
        }
    }
}
