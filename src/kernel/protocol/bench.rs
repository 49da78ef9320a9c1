//! One replica or client on a bench: fed by hand, one input at a time, so that each rule is seen at work by itself.

use std::rc::Rc;

use super::algorithm::Algorithm;
use super::family::{Effect, Input};
use super::replica::{Client, Replica};
use crate::kernel::data::delay::Delay;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::descriptor::options::Options;
use crate::kernel::descriptor::rules::Rule;
use crate::kernel::record::client_history::Word;

/// What a handler wanted done in its last step.
pub struct Wanted<P: Algorithm> {
    /// Receivers (`None` for all others), messages, and what was on disk for certain as each was sent.
    pub sent: Vec<(Option<NodeId>, P::Message, P::Disk)>,
    /// The timers that it started, and after how long they are to fire.
    pub set: Vec<(P::Timer, Delay)>,
    /// The timers that it stopped.
    pub cancelled: Vec<P::Timer>,
    /// What it decided, by slot.
    pub decided: Vec<(u64, P::Value)>,
    /// The requests whose client has its answer, and what it was told.
    pub completed: Vec<(RequestId, Word)>,
    /// The questions that it asked the world outside.
    pub asked: Vec<String>,
    /// The lines of the paper that it carried out, by name, with their sentences.
    pub rules: Vec<(&'static str, String)>,
}

impl<P: Algorithm> Default for Wanted<P> {
    fn default() -> Self {
        Wanted {
            sent: Vec::new(),
            set: Vec::new(),
            cancelled: Vec::new(),
            decided: Vec::new(),
            completed: Vec::new(),
            asked: Vec::new(),
            rules: Vec::new(),
        }
    }
}

impl<P: Algorithm> Wanted<P> {
    /// Takes an effect down; gives back a disk that is to be made durable.
    fn note(&mut self, me: NodeId, effect: Effect<P>, durable: &P::Disk) -> Option<P::Disk> {
        match effect {
            Effect::<P>::Send { to, message } => self.sent.push((Some(to), message, durable.clone())),
            Effect::<P>::Broadcast(message) => self.sent.push((None, message, durable.clone())),
            Effect::<P>::SetTimer(timer, after) => self.set.push((timer, after)),
            Effect::<P>::CancelTimer(timer) => self.cancelled.push(timer),
            Effect::<P>::Persist(disk) => return Some(disk),
            Effect::<P>::Decide { slot, value } => self.decided.push((slot, value)),
            Effect::<P>::Complete { request, outcome } => self.completed.push((request, outcome)),
            Effect::<P>::Ask { question } => self.asked.push(question),
            Effect::<P>::Rule(rule) => {
                let lines = P::DESCRIPTOR.rules;
                self.rules.push((lines[rule.index() as usize].name, rule.sentence(lines, me)));
            }
        }
        None
    }

    /// The messages alone.
    pub fn messages(&self) -> Vec<P::Message> {
        self.sent.iter().map(|(_, message, _)| message.clone()).collect()
    }

    /// Whether a line of the paper was carried out. Panics where there is no such line.
    pub fn followed(&self, rule: &str) -> bool {
        assert!(P::DESCRIPTOR.rules.iter().any(|info| info.name == rule), "no rule is called {rule}");
        self.rules.iter().any(|(name, _)| *name == rule)
    }
}

/// The configuration of `replicas` replicas with these options. Panics where they don't fit: a bench is for tests.
pub fn config<P: Algorithm>(replicas: usize, set: &[(&str, &str)]) -> P::Config {
    let options: Options = set.iter().copied().collect();
    match P::configure(replicas, &options) {
        Ok(config) => config,
        Err(why) => panic!("the options don't fit: {why}"),
    }
}

/// A replica on the bench. What it wants made durable is durable at once.
pub struct ReplicaBench<P: Algorithm> {
    replica: Replica<P>,
    /// What it wanted in its last step.
    pub last: Wanted<P>,
}

impl<P: Algorithm> ReplicaBench<P> {
    /// A replica of `replicas` that has just started, with these options and this on its disk.
    pub fn start(me: NodeId, replicas: usize, set: &[(&str, &str)], disk: P::Disk) -> Self {
        let mut bench = ReplicaBench::idle(me, replicas, set, disk);
        bench.boot();
        bench
    }

    /// The same with a state that a boot has not touched.
    pub fn idle(me: NodeId, replicas: usize, set: &[(&str, &str)], disk: P::Disk) -> Self {
        let config = Rc::new(config::<P>(replicas, set));
        let replica = Replica::new(config, me, replicas, 1, disk).expect("it is one of the replicas");
        ReplicaBench { replica, last: Wanted::default() }
    }

    /// It starts, or starts again, from what is durable.
    pub fn boot(&mut self) -> &Wanted<P> {
        self.replica.boot();
        self.settle()
    }

    /// One input.
    pub fn input(&mut self, input: Input<'_, P>) -> &Wanted<P> {
        self.replica.handle(input);
        self.settle()
    }

    /// A message from another node.
    pub fn hear(&mut self, from: NodeId, message: &P::Message) -> &Wanted<P> {
        self.input(Input::<P>::Deliver { from, message })
    }

    /// A timer fires.
    pub fn fire(&mut self, timer: P::Timer) -> &Wanted<P> {
        self.input(Input::<P>::Fire(timer))
    }

    fn settle(&mut self) -> &Wanted<P> {
        self.last = Wanted::default();
        let me = self.replica.me();
        while let Some(effect) = self.replica.next_effect() {
            if let Some(disk) = self.last.note(me, effect, self.replica.durable()) {
                self.replica.persisted(disk);
            }
        }
        &self.last
    }

    /// The replica.
    pub fn replica(&self) -> &Replica<P> {
        &self.replica
    }

    /// The configuration.
    pub fn config(&self) -> &P::Config {
        self.replica.config()
    }

    /// Its memory. Panics before it has started.
    pub fn state(&self) -> &P::State {
        self.replica.state().expect("the replica runs")
    }

    /// Its disk.
    pub fn disk(&self) -> &P::Disk {
        self.replica.disk()
    }
}

/// A client on the bench.
pub struct ClientBench<P: Algorithm> {
    client: Client<P>,
    /// What it wanted in its last step.
    pub last: Wanted<P>,
}

impl<P: Algorithm> ClientBench<P> {
    /// A client of `replicas` replicas with these options.
    pub fn new(me: NodeId, replicas: usize, set: &[(&str, &str)]) -> Self {
        let config = Rc::new(config::<P>(replicas, set));
        let client = Client::new(config, me, replicas, 1).expect("it is a client");
        ClientBench { client, last: Wanted::default() }
    }

    /// One input.
    pub fn input(&mut self, input: Input<'_, P>) -> &Wanted<P> {
        self.client.handle(input);
        self.last = Wanted::default();
        let (me, disk) = (self.client.me(), P::Disk::default());
        while let Some(effect) = self.client.next_effect() {
            self.last.note(me, effect, &disk);
        }
        &self.last
    }

    /// A request under the client's next number.
    pub fn ask(&mut self, number: u32, command: &P::Command) -> &Wanted<P> {
        let id = RequestId { client: self.client.me(), number };
        self.input(Input::<P>::Request { id, command, to: None })
    }

    /// The client.
    pub fn client(&self) -> &Client<P> {
        &self.client
    }
}
