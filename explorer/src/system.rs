//! What is searched: nodes that exchange messages. All parts have numbers, from 0; a node's number tells its place as well.

/// No number: of a node that is not there yet.
pub const NONE: u32 = u32::MAX;

/// A state, by the numbers of its parts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    /// All that is neither a node nor a message: the network, what was decided, what properties remember.
    pub rest: u32,
    /// What was spent of the bounds.
    pub spent: u32,
    /// The nodes, by place.
    pub nodes: Vec<u32>,
    /// The messages in flight, in the order of their numbers; equal ones several times.
    pub messages: Vec<u32>,
}

/// What can happen to a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Input {
    /// This message arrives.
    Deliver(u32),
    /// Its sender tells lies about this message, one in each outcome.
    Lie(u32),
    /// This timer fires.
    Fire(u32),
    /// It crashes, and comes back at once.
    Crash,
    /// The same, and its disk is lost.
    LoseDisk,
    /// It asks this of the node in that place.
    Ask(u16, u16),
}

impl Input {
    /// Different for different inputs.
    pub(crate) fn code(self) -> u64 {
        match self {
            Input::Deliver(message) => u64::from(message),
            Input::Lie(message) => 1 << 32 | u64::from(message),
            Input::Fire(timer) => 2 << 32 | u64::from(timer),
            Input::Crash => 3 << 32,
            Input::LoseDisk => 4 << 32,
            Input::Ask(request, to) => 5 << 32 | u64::from(request) << 16 | u64::from(to),
        }
    }
}

/// What something costs within the bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spending {
    /// A message arrives and stays in flight.
    Duplicate,
    /// A lie is told.
    Lie,
    /// A replica crashes.
    Crash,
    /// A replica crashes and loses its disk.
    LoseDisk,
    /// A client asks.
    Ask,
    /// A timer of this kind fires.
    Fire(u8),
}

impl Spending {
    /// Different for different ones, from 0.
    pub(crate) fn code(self) -> usize {
        match self {
            Spending::Duplicate => 0,
            Spending::Lie => 1,
            Spending::Crash => 2,
            Spending::LoseDisk => 3,
            Spending::Ask => 4,
            Spending::Fire(kind) => 5 + usize::from(kind),
        }
    }
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct MessageInfo {
    /// Its part of a fingerprint.
    pub print: u64,
    /// The place of its receiver.
    pub to: u32,
    /// The place of its sender, where that one may lie about it.
    pub liar: Option<u32>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct NodeInfo {
    /// Its part of a fingerprint.
    pub print: u64,
    /// The timers that run: number and kind of each.
    pub timers: Box<[(u32, u8)]>,
    /// Whether it lies at a bound, so that the search does not go on beyond it.
    pub bound: bool,
}

/// All the rest.
#[derive(Clone, Copy, Debug)]
pub struct RestInfo {
    /// Its part of a fingerprint.
    pub print: u64,
    /// Whether it is what is looked for.
    pub found: bool,
}

/// What the search must know of the parts, each by its number.
#[derive(Default)]
pub struct Tables {
    /// The nodes, in all states.
    pub nodes: Vec<NodeInfo>,
    /// The messages.
    pub messages: Vec<MessageInfo>,
    /// All the rest.
    pub rests: Vec<RestInfo>,
    /// The fingerprints of what was spent.
    pub spent: Vec<u64>,
    /// Where nodes can be exchanged for one another: how many names they could all have, and what parts add under each of these.
    pub names: Names,
}

/// What parts add to a fingerprint under other names: for each part, in the order of their numbers, one for all names after another.
/// The least fingerprint of all is the same for all states that differ in nothing but names.
#[derive(Default)]
pub struct Names {
    /// How many; 0 where nodes are not exchanged.
    pub count: usize,
    /// What nodes add.
    pub nodes: Vec<u64>,
    /// What messages add.
    pub messages: Vec<u64>,
    /// What the rest adds.
    pub rests: Vec<u64>,
}

impl Names {
    /// Of one part.
    fn of(&self, all: &[u64], number: u32) -> impl Iterator<Item = u64> {
        let first = number as usize * self.count;
        all[first..first + self.count].iter().copied()
    }

    /// Makes the sums for a state, one for all names each, without what was spent.
    pub(crate) fn sum(&self, state: &State, sums: &mut Vec<u64>) {
        sums.clear();
        sums.extend(self.of(&self.rests, state.rest));
        let nodes = state.nodes.iter().map(|&node| (&self.nodes, node));
        let messages = state.messages.iter().map(|&message| (&self.messages, message));
        for (all, number) in nodes.chain(messages) {
            sums.iter_mut().zip(self.of(all, number)).for_each(|(sum, print)| *sum = sum.wrapping_add(print));
        }
    }
}

/// One way in which an input turns out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// The rest afterwards.
    pub rest: u32,
    /// The nodes that are others now: place and number. Those that are new have the places behind the last.
    pub nodes: Vec<(u32, u32)>,
    /// The messages that were sent.
    pub sent: Vec<u32>,
}

/// What comes of an input at a node, wherever the rest and the nodes that were looked at are the same.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Call {
    /// The places of the nodes that it depends on, besides the one whom it concerns.
    pub looked_at: Vec<u32>,
    /// All ways in which it can turn out.
    pub outcomes: Vec<Outcome>,
}

/// A system.
pub trait System {
    /// Carries an input out at the node in a place. New parts are entered in the tables.
    fn call(&mut self, state: &State, place: u32, input: Input, tables: &mut Tables) -> Call;
    /// What is spent afterwards; `None` where the bounds don't allow it.
    fn spend(&mut self, spent: u32, what: Spending, tables: &mut Tables) -> Option<u32>;
    /// Who may ask next: the request, the place of the client, the place of who is asked.
    fn requests(&self, spent: u32) -> Vec<(u16, u32, u16)>;
    /// How many of the places are replicas: these can crash.
    fn replicas(&self) -> u32;
    /// Whether a state is what is looked for, where its rest alone does not tell.
    fn holds(&mut self, state: &State) -> bool;
    /// About how many bytes it takes.
    fn bytes(&self) -> usize;
}
