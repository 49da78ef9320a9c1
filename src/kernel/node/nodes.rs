//! The nodes of a run.

use std::cell::Cell;
use std::hash::Hash;
use std::rc::{Rc, Weak};

use super::actor::Actor;
use super::adversary::Behaviour;
use super::sent_letters::SentLetters;
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{EventId, NodeId, RequestId, Time};
use crate::kernel::data::persistent_vec::PersistentVec;
use crate::kernel::descriptor::node_view::Health;
use crate::kernel::descriptor::timers::TimerKey;
use crate::kernel::record::verdicts::{Decisions, Shown};

/// One node: a replica or a client.
#[derive(Clone)]
pub struct Node {
    /// What is at work in it.
    pub incarnation: Incarnation,
    /// Its other incarnation, while a Byzantine replica has two.
    pub other: Option<Box<Incarnation>>,
    /// Whether the second incarnation is at work; never between events.
    pub second: bool,
    /// Whether it runs.
    pub health: Health,
    /// How many keys were given to its timers.
    pub timer_keys: u32,
    /// How many draws it has made.
    pub draws: u32,
    /// How fast its clock runs, as a fraction.
    pub rate: (u32, u32),
    /// After how many more sends it crashes.
    pub crash_after: Option<u32>,
    /// How it misbehaves at present.
    pub byzantine: Option<Behaviour>,
    /// Whether it ever was Byzantine.
    pub traitor: bool,
    /// Whether it has ever lost its disk. A run with the same past has it alike, so no hash needs it.
    pub lost_disk: bool,
    /// How many requests of a client have no answer yet. They are counted in its state.
    pub waiting: u32,
    /// All that a client ever asked for.
    pub asked: PersistentVec<Rc<dyn Shown>>,
    /// Its part of the run's fingerprint, while nobody has changed it since that was made. Copies know it, too.
    pub print: Cell<Option<u64>>,
}

/// One incarnation of a node. All but Byzantine replicas have one only.
#[derive(Clone)]
pub struct Incarnation {
    /// Its state and its handlers.
    pub actor: Box<dyn Actor>,
    /// The timers that run, in the order in which they were first set.
    pub timers: Vec<RunningTimer>,
    /// What it sent since it turned Byzantine.
    pub sent: SentLetters,
}

/// A timer that runs. It has at most one live entry in the queue, at `queued`, which may lie before `due`: a timer that is
/// set again and again (a follower's election timer) then costs one entry, not one each time.
#[derive(Clone, Copy, Debug)]
pub struct RunningTimer {
    /// Which of the protocol's timers.
    pub timer: TimerKey,
    /// What the queue knows it by.
    pub key: u32,
    /// When it was set, in virtual microseconds.
    pub set: Time,
    /// When it fires.
    pub due: Time,
    /// Its place among what is due at the same time.
    pub order: u64,
    /// The event in which it was set.
    pub cause: EventId,
    /// When its entry in the queue comes up; [`Time::MAX`] where it has none.
    pub queued: Time,
}

impl Node {
    /// A node that has not started yet.
    pub fn new(actor: Box<dyn Actor>) -> Self {
        Node {
            incarnation: Incarnation { actor, timers: Vec::new(), sent: SentLetters::default() },
            other: None,
            second: false,
            health: Health::Up,
            timer_keys: 0,
            draws: 0,
            rate: (1, 1),
            crash_after: None,
            byzantine: None,
            traitor: false,
            lost_disk: false,
            waiting: 0,
            asked: PersistentVec::new(),
            print: Cell::new(None),
        }
    }

    /// The timer with this key, of either incarnation.
    pub fn timer(&self, key: u32) -> Option<&RunningTimer> {
        let other = self.other.iter().flat_map(|other| &other.timers);
        self.incarnation.timers.iter().chain(other).find(|running| running.key == key)
    }

    /// The timers of both incarnations.
    pub fn all_timers(&mut self) -> impl Iterator<Item = &mut RunningTimer> {
        let other = self.other.iter_mut().flat_map(|other| &mut other.timers);
        self.incarnation.timers.iter_mut().chain(other)
    }

    /// What is volatile is lost, and what was not persisted; with `blank` all of the disk. Both incarnations crash as one.
    pub fn crash(&mut self, blank: bool) {
        for incarnation in std::iter::once(&mut self.incarnation).chain(self.other.as_deref_mut()) {
            incarnation.actor.crash(blank);
            incarnation.timers.clear();
        }
    }

    /// The other incarnation is at work from here on.
    pub fn swap(&mut self) {
        if let Some(other) = &mut self.other {
            std::mem::swap(&mut self.incarnation, other);
            self.second = !self.second;
        }
    }

    /// Takes it into a hash, with all that it will ever act upon. What is added to a node must be thought of here.
    pub fn take_into(&self, me: NodeId, hasher: &mut StableHasher) {
        let Node {
            incarnation,
            other,
            second: _,
            health,
            timer_keys: _,
            draws,
            rate,
            crash_after,
            byzantine,
            traitor,
            lost_disk: _,
            waiting: _,
            asked,
            print: _,
        } = self;
        if me.is_client() {
            incarnation.actor.take_into(hasher);
            asked.len().hash(hasher);
        } else {
            for incarnation in std::iter::once(incarnation).chain(other.as_deref()) {
                let Incarnation { actor, timers: _, sent } = incarnation;
                me.index().hash(hasher);
                actor.take_into(hasher);
                sent.take_into(hasher);
                if let Some(other) = other.as_deref().filter(|other| !std::ptr::eq(*other, incarnation)) {
                    other.timers.len().hash(hasher);
                    other.timers.iter().for_each(|running| running.timer.hash(hasher));
                }
            }
        }
        (health, draws, rate, crash_after, traitor).hash(hasher);
        let behaviour = byzantine.as_ref().map(|Behaviour { way, peers, others }| (way.name(), peers, others));
        behaviour.map(|(name, ..)| name).hash(hasher);
        if let Some((_, peers, _)) = behaviour.filter(|(_, peers, _)| !peers.is_empty()) {
            peers.hash(hasher);
        }
        if let Some(other) = other {
            behaviour.map(|(.., others)| others).hash(hasher);
            other.timers.iter().for_each(|running| (running.due, running.order).hash(hasher));
        }
        for running in &incarnation.timers {
            running.timer.hash(hasher);
            (running.due, running.order).hash(hasher);
        }
    }
}

/// All nodes of a run, and what correct replicas have decided. Copies share the nodes that did not change since.
#[derive(Clone, Default)]
pub struct Nodes {
    /// The replicas, by place.
    pub replicas: Vec<Rc<Node>>,
    /// The clients that have asked for something or were written to, by place.
    pub clients: Vec<Rc<Node>>,
    /// What correct replicas have decided.
    pub decisions: Decisions,
    /// Whom handlers, properties and those who judge have looked at since somebody asked.
    pub looked_at: LookedAt,
}

/// Whom was looked at: on whom it depends what comes of something. That they are correct or not is no look.
#[derive(Clone, Default)]
pub struct LookedAt(Cell<u64>);

impl LookedAt {
    /// How many replicas and how many clients can be told apart; of more than that all were looked at.
    const SOME: (usize, usize) = (40, 23);
    const ALL: u64 = 1 << 63;

    /// Takes down that a node is looked at.
    #[inline(always)]
    pub fn add(&self, node: NodeId) {
        let place = node.index();
        let bit = match node.is_client() {
            true if place < Self::SOME.1 => 1 << (Self::SOME.0 + place),
            false if place < Self::SOME.0 => 1 << place,
            _ => Self::ALL,
        };
        self.0.set(self.0.get() | bit);
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.0.set(0);
    }

    /// Whether a node was looked at.
    pub fn has(&self, node: NodeId) -> bool {
        let asked = LookedAt::default();
        asked.add(node);
        self.0.get() & (asked.0.get() | Self::ALL) != 0
    }
}

/// Where a node was in memory at some moment: tells whether it has changed since, and keeps nothing of it. Two of them are
/// equal where nobody has changed the node in between.
#[derive(Clone)]
pub struct Seen(Weak<Node>);

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

impl Seen {
    /// Whether this is where it was.
    fn is(&self, node: &Rc<Node>) -> bool {
        self.0.as_ptr() == Rc::as_ptr(node)
    }
}

impl Nodes {
    /// A node; `None` where there is none of this name.
    #[inline(always)]
    pub fn get(&self, node: NodeId) -> Option<&Node> {
        let list = if node.is_client() { &self.clients } else { &self.replicas };
        list.get(node.number().checked_sub(1)?).map(|node| &**node)
    }

    /// A node that is known to be there.
    #[inline(always)]
    pub fn at(&self, node: NodeId) -> &Node {
        let list = if node.is_client() { &self.clients } else { &self.replicas };
        &list[node.index()]
    }

    /// The same, to be changed.
    #[inline(always)]
    pub fn at_mut(&mut self, node: NodeId) -> &mut Node {
        let list = if node.is_client() { &mut self.clients } else { &mut self.replicas };
        let node = Rc::make_mut(&mut list[node.index()]);
        node.print.set(None);
        node
    }

    /// A node that is known to be there, at work, and what was decided so far.
    #[inline(always)]
    pub fn at_work(&mut self, node: NodeId) -> (&mut Node, &Decisions) {
        let list = if node.is_client() { &mut self.clients } else { &mut self.replicas };
        let node = Rc::make_mut(&mut list[node.index()]);
        node.print.set(None);
        (node, &self.decisions)
    }

    /// Whether a node is the same in memory in both.
    pub fn shares(&self, other: &Nodes, node: NodeId) -> bool {
        let in_memory = |nodes: &Nodes| {
            let list = if node.is_client() { &nodes.clients } else { &nodes.replicas };
            list.get(node.index()).map(Rc::as_ptr)
        };
        in_memory(self).is_some() && in_memory(self) == in_memory(other)
    }

    /// Where a node is in memory now; `None` where there is none of this name.
    pub fn seen(&self, node: NodeId) -> Option<Seen> {
        let list = if node.is_client() { &self.clients } else { &self.replicas };
        list.get(node.index()).map(|node| Seen(Rc::downgrade(node)))
    }

    /// Whether nobody has changed a node since it was seen.
    pub fn unchanged(&self, node: NodeId, since: &Seen) -> bool {
        let list = if node.is_client() { &self.clients } else { &self.replicas };
        list.get(node.index()).is_some_and(|node| since.is(node))
    }

    /// All names: the replicas' in order, then the clients'.
    pub fn names(&self) -> impl Iterator<Item = NodeId> + use<> {
        NodeId::replicas(self.replicas.len()).chain(NodeId::clients(self.clients.len()))
    }

    /// The command of a request, if it was made.
    pub fn asked(&self, id: RequestId) -> Option<&dyn Shown> {
        self.looked_at.add(id.client);
        let client = self.clients.get(id.client.index())?;
        client.asked.get((id.number as usize).checked_sub(1)?).map(|command| &**command)
    }
}
