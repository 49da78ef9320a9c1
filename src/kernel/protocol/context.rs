//! What a handler is given: what it knows, what it may change, and where it writes down what it wants done.

use super::effects::Effects;
use super::family::Family;
use crate::kernel::data::delay::Delay;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::data::signature::{Signed, Signer};
use crate::kernel::record::client_history::Word;

/// A replica at work on one input.
pub struct Context<'a, P: Family> {
    /// The configuration.
    pub config: &'a P::Config,
    /// Which replica it is.
    pub me: NodeId,
    /// What it has in memory.
    pub state: &'a mut P::State,
    /// What it has on its disk. What is written is durable once it is persisted.
    pub disk: &'a mut P::Disk,
    /// What it wants done.
    pub out: &'a mut Effects<P>,
}

impl<P: Family> Context<'_, P>
where
    P::Disk: Clone,
{
    /// Makes durable what the disk holds now. What is written to the disk and not persisted is gone after a crash.
    pub fn persist(&mut self) {
        self.out.persist(self.disk);
    }
}

/// A client at work on one input.
pub struct ClientContext<'a, P: Family> {
    /// The configuration.
    pub config: &'a P::Config,
    /// Which client it is.
    pub me: NodeId,
    /// What it remembers.
    pub client: &'a mut P::Client,
    /// What it wants done.
    pub out: &'a mut Effects<P>,
}

/// What replicas and clients can want alike.
macro_rules! wants {
    ($context:ident) => {
        impl<P: Family> $context<'_, P> {
            /// How many replicas there are.
            pub fn replicas(&self) -> usize {
                self.out.replicas()
            }

            /// Sends a message to one node.
            pub fn send(&mut self, to: NodeId, message: P::Message) {
                self.out.send(to, message);
            }

            /// Sends a message to every other replica; where the network is sparse, to every neighbor.
            pub fn broadcast(&mut self, message: P::Message) {
                self.out.broadcast(message);
            }

            /// The replicas that this node has a link to, in the order of their numbers: all others, unless the network is
            /// sparse.
            pub fn neighbors(&self) -> Vec<NodeId> {
                self.out.neighbors()
            }

            /// One of them, by chance; `None` where there is none.
            pub fn any_neighbor(&mut self) -> Option<NodeId> {
                self.out.any_neighbor()
            }

            /// Starts a timer, or starts it again, to fire after so long: a time, a range to draw from (virtual
            /// microseconds), or any other [`Delay`].
            pub fn set_timer(&mut self, timer: P::Timer, after: impl Into<Delay>) {
                self.out.set_timer(timer, after);
            }

            /// Stops a timer.
            pub fn cancel_timer(&mut self, timer: P::Timer) {
                self.out.cancel_timer(timer);
            }

            /// Says which line of the paper was carried out.
            pub fn rule(&mut self, rule: P::Rule) {
                self.out.rule(rule);
            }

            /// Decides a slot; slots count from 1. Deciding the same again (after a restart) is harmless.
            pub fn decide(&mut self, slot: u64, value: P::Value) {
                self.out.decide(slot, value);
            }

            /// Tells the world that a client has its answer, and how that reads.
            pub fn complete(&mut self, request: RequestId, outcome: impl Into<Word>) {
                self.out.complete(request, outcome);
            }

            /// A small choice, `0..n`, answered from the seed, or by a script; `n` is at least 1.
            pub fn choose(&mut self, n: u64) -> u64 {
                self.out.choose(n)
            }

            /// Signs a statement. Nobody else can sign in this node's name.
            pub fn sign<T>(&self, body: T) -> Signed<T> {
                self.out.sign(body)
            }

            /// A signer for what this node might claim.
            pub fn signer(&self) -> Signer {
                self.out.signer()
            }
        }
    };
}

wants! { Context }
wants! { ClientContext }
