//! Random walks through the moves that are possible, faults and requests among them, where nothing moves by itself.

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{
    Action, Moves, NodeId, OptionKind, Options, Protocol, Selector, Setup, Trace, World,
};

/// A walk: its world, and where it gets its chance from.
pub struct Walk<P: Protocol> {
    pub world: World<P>,
    seed: u64,
    draws: u64,
}

impl<P: Protocol> Walk<P> {
    /// A world of so many replicas in which nothing moves by itself; half of them with options drawn at random.
    pub fn new(replicas: usize, seed: u64) -> Self {
        let mut options = Options::default();
        let switches = P::DESCRIPTOR.options.iter().filter(|option| matches!(option.kind, OptionKind::Switch));
        for (place, option) in switches.enumerate().filter(|_| seed.is_multiple_of(2)) {
            if draw(seed, 2, place as u64).is_multiple_of(4) {
                options.set(option.name, 0, "on");
            }
        }
        let setup = |options| Setup { replicas, seed, options, ..Setup::default() };
        let trace = &mut Trace::forgetful();
        // Options that contradict each other are left out.
        let world = World::new(&setup(options), trace).or_else(|_| World::new(&setup(Options::default()), trace));
        let mut walk = Walk { world: world.expect("it is a set-up"), seed, draws: 0 };
        walk.act(&Action::Manual(true));
        walk
    }

    /// A number below `n`.
    pub fn pick(&mut self, n: usize) -> usize {
        self.draws += 1;
        below(draw(self.seed, 1, self.draws), n as u64) as usize
    }

    /// Does something, if it is possible.
    pub fn act(&mut self, action: &Action) {
        let _ = self.world.act(action, &mut Trace::forgetful());
    }

    /// One step: mostly a message that arrives, now and then something else.
    pub fn step(&mut self) {
        // Of every two walks one is mostly quiet, so that something comes about.
        let chance = if self.seed % 4 < 2 && self.pick(20) > 0 { 40 + self.pick(60) } else { self.pick(100) };
        let node = NodeId::replica(self.pick(self.world.size()) + 1);
        let replica = Selector::Node(node);
        match chance {
            0..6 => self.request(),
            6 => self.act(&Action::CrashAfter { replica, sends: 2 }),
            7 => self.act(&Action::Pause(replica)),
            8..10 => self.act(&Action::Resume(replica)),
            10 if self.seed.is_multiple_of(3) => {
                let way = byzantine::ALL[self.pick(byzantine::ALL.len())];
                self.act(&Action::Byzantine { replica, behaviour: way.into() });
            }
            _ => {
                let moves = match chance {
                    11..20 => Moves::ALL,
                    20..35 => Moves { deliver: false, ..Moves::CALM },
                    35..40 => Moves { restart: true, ..Moves::default() },
                    _ => Moves { deliver: true, ..Moves::default() },
                };
                let enabled = self.world.enabled(&moves);
                if !enabled.is_empty() {
                    let place = self.pick(enabled.len());
                    self.act(&enabled[place]);
                }
            }
        }
    }

    /// A client asks for something that the protocol names as an example.
    pub fn request(&mut self) {
        let commands = P::DESCRIPTOR.commands;
        let example = commands[self.pick(commands.len())].example;
        let client = NodeId::client(self.pick(2) + 1);
        let words = example.split_whitespace().map(String::from).collect();
        self.act(&Action::Request { client, to: None, words });
    }
}

/// How many walks a test takes.
pub fn walks() -> u64 {
    let few = if cfg!(debug_assertions) { 12 } else { 40 };
    std::env::var("WALKS").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// How many replicas a check takes: few, but so many that one of them may lie where a protocol can bear it.
pub fn few<P: Protocol>() -> usize {
    let config = |replicas| P::configure(replicas, &Options::default()).expect("it is a size");
    if P::tolerated(&config(4)) > 0 { 4 } else { 3 }
}

/// A check of all protocols, each with a few replicas.
macro_rules! all_protocols {
    ($check:ident) => {{
        struct Each;
        impl consensus_playground::protocols::Visit for Each {
            fn visit<P: consensus_playground::kernel::Protocol>(&mut self) {
                $check::<P>($crate::walk::few::<P>());
            }
        }
        consensus_playground::protocols::each(&mut Each);
    }};
}
pub(crate) use all_protocols;
