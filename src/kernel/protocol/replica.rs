//! One replica or client of a protocol, to be driven by hand: inputs go in, effects come out. A simulation drives the same.

use std::hash::Hash;
use std::rc::Rc;

use super::algorithm::Algorithm;
use super::context::{ClientContext, Context};
use super::effects::Effects;
use super::explain::Explain;
use super::family::{Effect, Glance, Input};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::NodeId;
use crate::kernel::data::script::Script;
use crate::kernel::data::topology::Topology;
use crate::kernel::descriptor::setup_error::SetupError;
use crate::kernel::descriptor::view::ReplicaView;

/// A replica: its memory, its disk, and what of that is durable.
///
/// ```
/// use std::rc::Rc;
/// use consensus_playground::kernel::{Algorithm as _, Effect, Input, NodeId, Options, Replica};
/// use consensus_playground::protocols::raft::{Message, Raft, Timer};
///
/// let config = Rc::new(Raft::configure(3, &Options::default()).unwrap());
/// let mut replica = Replica::<Raft>::new(config, NodeId::replica(1), 3, 7, Default::default()).unwrap();
/// replica.boot();
/// replica.cut(); // what it wanted, a timer, is not needed here
/// // Nobody leads: its election timeout fires.
/// replica.handle(Input::Fire(Timer::Election));
/// let mut asked = Vec::new();
/// while let Some(effect) = replica.next_effect() {
///     match effect {
///         // In order: what is to be durable comes before the messages that rely on it.
///         Effect::Persist(disk) => replica.persisted(disk),
///         Effect::Send { to, message: Message::RequestVote { term: 1, .. } } => asked.push(to.number()),
///         _ => {}
///     }
/// }
/// assert_eq!((asked, replica.durable().term), (vec![2, 3], 1));
/// ```
pub struct Replica<P: Algorithm> {
    config: Rc<P::Config>,
    state: Option<Box<P::State>>,
    disk: Box<P::Disk>,
    durable: Box<P::Disk>,
    out: Effects<P>,
}

impl<P: Algorithm> Clone for Replica<P> {
    /// What it wanted and nobody has taken yet is left behind.
    fn clone(&self) -> Self {
        let (state, disk, durable) = (self.state.clone(), self.disk.clone(), self.durable.clone());
        Replica { config: self.config.clone(), state, disk, durable, out: self.out.emptied() }
    }
}

impl<P: Algorithm> Replica<P> {
    /// One of `replicas` replicas that has not started yet, with this on its disk; `seed` keys its choices. Errors: where it
    /// is none of them.
    pub fn new(
        config: Rc<P::Config>,
        me: NodeId,
        replicas: usize,
        seed: u64,
        disk: P::Disk,
    ) -> Result<Self, SetupError> {
        if me.is_client() {
            return Err(SetupError::Kind { node: me });
        } else if me.number() > replicas {
            return Err(SetupError::Node { node: me, replicas });
        }
        let disk = Box::new(disk);
        Ok(Replica { config, state: None, durable: disk.clone(), disk, out: Effects::new(me, replicas, seed) })
    }

    /// The configuration.
    pub fn config(&self) -> &P::Config {
        &self.config
    }

    /// Which replica it is.
    pub fn me(&self) -> NodeId {
        self.out.me()
    }

    /// What it has in memory; `None` while it is crashed.
    pub fn state(&self) -> Option<&P::State> {
        self.state.as_deref()
    }

    /// What its disk holds, written but not yet persisted things included.
    pub fn disk(&self) -> &P::Disk {
        &self.disk
    }

    /// What would be left of its disk after a crash.
    pub fn durable(&self) -> &P::Disk {
        &self.durable
    }

    /// The script that answers its choices; where there is none, the seed does.
    pub fn script_mut(&mut self) -> &mut Option<Box<Script>> {
        &mut self.out.script
    }

    /// How many draws it has made, and how many it is to count from.
    pub fn draws_mut(&mut self) -> &mut u32 {
        &mut self.out.draws
    }

    /// Which replicas it has a link to, where that is not all others.
    pub fn set_topology(&mut self, topology: &Topology) {
        self.out.set_topology(topology);
    }

    /// It as somebody from outside sees it.
    pub fn glance(&self) -> Glance<'_, P> {
        Glance { config: &self.config, me: self.out.me(), state: self.state.as_deref(), disk: &self.disk }
    }

    /// Starts it, or starts it again, from what is durable.
    pub fn boot(&mut self) {
        self.disk.clone_from(&self.durable);
        let mut state = Box::<P::State>::default();
        let (config, me, disk) = (&*self.config, self.out.me(), &mut *self.disk);
        P::boot(&mut Context { config, me, state: &mut state, disk, out: &mut self.out });
        self.state = Some(state);
    }

    /// One input; a crashed replica does nothing.
    pub fn handle(&mut self, input: Input<'_, P>) {
        let Some(state) = &mut self.state else { return };
        let (config, me, disk) = (&*self.config, self.out.me(), &mut *self.disk);
        P::step(&mut Context { config, me, state, disk, out: &mut self.out }, input);
    }

    /// The next thing that it wants done, taken off the list.
    pub fn next_effect(&mut self) -> Option<Effect<P>> {
        self.out.pop()
    }

    /// Forgets what it wants done: it has crashed on the way.
    pub fn cut(&mut self) {
        self.out.clear();
    }

    /// This is durable from here on: what [`Effect::Persist`] asked for is done.
    pub fn persisted(&mut self, disk: P::Disk) {
        *self.durable = disk;
    }

    /// It crashes: what is in memory is lost, and what was not persisted. With `blank` its disk is lost, too.
    pub fn crash(&mut self, blank: bool) {
        if blank {
            *self.durable = P::Disk::default();
        }
        self.state = None;
        self.disk.clone_from(&self.durable);
        self.cut();
    }
}

impl<P: Algorithm> Replica<P> {
    /// Takes into a hash all that tells it from others of its run. What is added to it must be thought of here.
    pub(crate) fn take_into(&self, hasher: &mut StableHasher) {
        let Replica { config: _, state, disk, durable, out: _ } = self;
        (state, disk, durable).hash(hasher);
    }
}

impl<P: Explain> Replica<P> {
    /// What the page shows of it.
    pub fn view(&self) -> ReplicaView {
        view(self.glance())
    }

    /// The same with nothing but its fields.
    pub fn fields(&self) -> ReplicaView {
        shown(self.glance(), true)
    }
}

/// What the page shows of a replica.
pub fn view<P: Explain>(replica: Glance<'_, P>) -> ReplicaView {
    shown(replica, false)
}

fn shown<P: Explain>(replica: Glance<'_, P>, fields_only: bool) -> ReplicaView {
    let status = P::status(replica);
    let role = P::DESCRIPTOR.roles.get(status.role as usize).map_or("", |role| role.name);
    let mut view = ReplicaView { fields_only, ..ReplicaView::new(role, status.epoch) };
    P::view(replica, &mut view);
    view.finish();
    view
}

/// A client, driven like a replica.
pub struct Client<P: Algorithm> {
    config: Rc<P::Config>,
    state: Box<P::Client>,
    out: Effects<P>,
}

impl<P: Algorithm> Clone for Client<P> {
    fn clone(&self) -> Self {
        Client { config: self.config.clone(), state: self.state.clone(), out: self.out.emptied() }
    }
}

impl<P: Algorithm> Client<P> {
    /// A client of `replicas` replicas that has asked for nothing yet; `seed` keys its choices. Errors: where a replica is
    /// named.
    pub fn new(config: Rc<P::Config>, me: NodeId, replicas: usize, seed: u64) -> Result<Self, SetupError> {
        if !me.is_client() {
            return Err(SetupError::Kind { node: me });
        }
        Ok(Client { config, state: Box::default(), out: Effects::new(me, replicas, seed) })
    }

    /// The configuration.
    pub fn config(&self) -> &P::Config {
        &self.config
    }

    /// Which client it is.
    pub fn me(&self) -> NodeId {
        self.out.me()
    }

    /// What it remembers.
    pub fn state(&self) -> &P::Client {
        &self.state
    }

    /// The script that answers its choices; where there is none, the seed does.
    pub fn script_mut(&mut self) -> &mut Option<Box<Script>> {
        &mut self.out.script
    }

    /// How many draws it has made, and how many it is to count from.
    pub fn draws_mut(&mut self) -> &mut u32 {
        &mut self.out.draws
    }

    /// One input.
    pub fn handle(&mut self, input: Input<'_, P>) {
        let (config, me) = (&*self.config, self.out.me());
        P::client(&mut ClientContext { config, me, client: &mut self.state, out: &mut self.out }, input);
    }

    /// The next thing that it wants done, taken off the list.
    pub fn next_effect(&mut self) -> Option<Effect<P>> {
        self.out.pop()
    }

    /// Forgets what it wants done.
    pub fn cut(&mut self) {
        self.out.clear();
    }

    /// Takes into a hash what it remembers: see [`Replica`].
    pub(crate) fn take_into(&self, hasher: &mut StableHasher) {
        let Client { config: _, state, out: _ } = self;
        state.hash(hasher);
    }
}
