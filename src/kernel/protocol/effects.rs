//! What a handler wants done, in the order in which it wants it.

use std::collections::VecDeque;

use super::family::Effect;
use crate::kernel::data::delay::Delay;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::data::random::{below, draw, stream_of};
use crate::kernel::data::script::Script;
use crate::kernel::data::signature::{Signed, Signer};
use crate::kernel::data::topology::Topology;
use crate::kernel::node::types::Types;
use crate::kernel::record::client_history::Word;

/// Where a handler puts what it wants done. The simulation carries the list out in order, and a crash may cut it anywhere:
/// what stands after the cut, durable writes included, never happens.
pub struct Effects<P: Types> {
    me: NodeId,
    replicas: usize,
    seed: u64,
    /// How many draws its node has made; the next one is keyed with it.
    pub(crate) draws: u32,
    /// What answers its choices in place of the seed.
    pub(crate) script: Option<Box<Script>>,
    list: VecDeque<Effect<P>>,
    /// Which replicas it has a link to; `None` where that is all others.
    topology: Option<Topology>,
}

impl<P: Types> Effects<P> {
    /// An empty list for one node; `seed` keys the choices that its handlers may make.
    pub fn new(me: NodeId, replicas: usize, seed: u64) -> Self {
        Effects { me, replicas, seed, draws: 0, script: None, list: VecDeque::new(), topology: None }
    }

    /// One for the same node, with nothing on it.
    pub(crate) fn emptied(&self) -> Self {
        let (script, topology) = (self.script.clone(), self.topology.clone());
        Effects { script, list: VecDeque::new(), topology, ..*self }
    }

    /// The node that the handler runs for.
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// How many replicas there are.
    pub fn replicas(&self) -> usize {
        self.replicas
    }

    /// The replicas that its node has a link to, in the order of their numbers: all others, unless the network is sparse.
    pub fn neighbors(&self) -> Vec<NodeId> {
        match &self.topology {
            Some(topology) => topology.neighbours(self.me).to_vec(),
            None => NodeId::replicas(self.replicas).filter(|other| *other != self.me).collect(),
        }
    }

    /// One of them, by chance; `None` where there is none.
    pub fn any_neighbor(&mut self) -> Option<NodeId> {
        if let Some(topology) = self.topology.clone() {
            let all = topology.neighbours(self.me);
            return (!all.is_empty()).then(|| all[self.choose(all.len() as u64) as usize]);
        }
        if self.replicas < 2 {
            return None;
        }
        let other = self.choose(self.replicas as u64 - 1) as usize + 1;
        Some(NodeId::replica(other + usize::from(other >= self.me.number())))
    }

    pub(crate) fn set_topology(&mut self, topology: &Topology) {
        self.topology = (!topology.is_full()).then(|| topology.clone());
    }

    /// How many draws its node has made, so that a run can be taken up again.
    pub fn draws(&self) -> u32 {
        self.draws
    }

    /// What is on the list.
    pub fn iter(&self) -> impl Iterator<Item = &Effect<P>> {
        self.list.iter()
    }

    /// Takes all that is on the list off it, in order.
    pub fn drain(&mut self) -> impl Iterator<Item = Effect<P>> + '_ {
        self.list.drain(..)
    }

    pub(crate) fn pop(&mut self) -> Option<Effect<P>> {
        self.list.pop_front()
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// Sends a message to one node.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.list.push_back(Effect::Send { to, message });
    }

    /// Sends a message to every other replica.
    pub fn broadcast(&mut self, message: P::Message) {
        self.list.push_back(Effect::Broadcast(message));
    }

    /// Starts a timer, or starts it again, to fire after so long: a time, a range to draw from (virtual microseconds), or any
    /// other [`Delay`].
    pub fn set_timer(&mut self, timer: P::Timer, after: impl Into<Delay>) {
        self.list.push_back(Effect::SetTimer(timer, after.into()));
    }

    /// Stops a timer.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.list.push_back(Effect::CancelTimer(timer));
    }

    /// Makes durable what `disk` holds now. What is written to the disk and not persisted is gone after a crash.
    pub fn persist(&mut self, disk: &P::Disk)
    where
        P::Disk: Clone,
    {
        self.list.push_back(Effect::Persist(disk.clone()));
    }

    /// Decides a slot; slots count from 1. Deciding the same again (after a restart) is harmless.
    pub fn decide(&mut self, slot: u64, value: P::Value) {
        self.list.push_back(Effect::Decide { slot, value });
    }

    /// Tells the world that a client has its answer, and how that reads.
    pub fn complete(&mut self, request: RequestId, outcome: impl Into<Word>) {
        self.list.push_back(Effect::Complete { request, outcome: outcome.into() });
    }

    /// Asks the world outside.
    pub fn ask(&mut self, question: String) {
        self.list.push_back(Effect::Ask { question });
    }

    /// Says which line of the paper was carried out.
    pub fn rule(&mut self, rule: P::Rule) {
        self.list.push_back(Effect::Rule(rule));
    }

    /// A small choice, `0..n`, answered from the seed, or by a script; `n` is at least 1.
    pub fn choose(&mut self, n: u64) -> u64 {
        self.draws += 1;
        if let Some(script) = &mut self.script {
            return script.choose(n);
        }
        below(draw(self.seed, stream_of(self.me), u64::from(self.draws)), n)
    }

    /// Signs a statement. Nobody else can sign in this node's name.
    pub fn sign<T>(&self, body: T) -> Signed<T> {
        self.signer().sign(body)
    }

    /// A signer for what this node might claim.
    pub fn signer(&self) -> Signer {
        Signer::of(self.me)
    }
}
