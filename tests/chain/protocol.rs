use std::fmt;

use consensus_playground::kernel::Delay;
use consensus_playground::kernel::prelude::*;

/// Miners append blocks to the longest chain that they know (Nakamoto 2008, §5): the smallest protocol that builds a tree.
/// It stays a test's: nobody checks work here, nobody pays, nobody cheats.
pub struct Chain;

#[derive(Options, Hash)]
pub struct Config {
    #[option(replicas)]
    pub replicas: usize,
    /// How long it takes all miners together to find a block, on average.
    #[option(duration, default = "1s", at_least = "1ms", source = "§4")]
    pub block_time: Time,
    /// How many blocks must stand on a block before it counts as decided.
    #[option(number(1..=60), default = "3", source = "§11")]
    pub confirmations: u64,
}

/// A block. Its number says who found it and how high it stands, so that it is the same for all.
#[derive(ShowField, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Block {
    pub height: u64,
    pub miner: NodeId,
    pub parent: u64,
}

impl Block {
    const GENESIS: u64 = 0;

    pub fn id(&self) -> u64 {
        self.height << 16 | u64::from(self.miner.raw())
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}", self.height, self.miner)
    }
}

#[derive(Message, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// Somebody passes a block on.
    #[message(glyph = Box, label(block), epoch(block.height))]
    Found { block: Block },
}

#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Race {
    /// A block is found.
    Mine,
}

#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    pub blocks: PersistentMap<u64, Block>,
    pub tip: u64,
    /// Which block counts as decided, by height.
    pub decided: PersistentMap<u64, u64>,
}

impl State {
    /// The blocks from this one down to the first, as far as they are known.
    pub fn chain(&self, from: u64) -> impl Iterator<Item = &Block> {
        let next = |id: u64| self.blocks.get(&id);
        std::iter::successors(next(from), move |block| next(block.parent))
    }

    fn height(&self) -> u64 {
        self.blocks.get(&self.tip).map_or(0, |block| block.height)
    }

    /// Whether the whole chain below it is known.
    fn is_rooted(&self, id: u64) -> bool {
        self.chain(id).last().is_some_and(|first| first.parent == Block::GENESIS)
    }
}

consensus_playground::rules! {
    "when a block is found" {
        #[milestone] Mine { height: u64 } "mine" "§5" "append a block to the longest chain, and tell all neighbors"
            => "Replica {me} finds a block at height {height}.";
    }
    "on a block" {
        Extend { height: u64 } "extend" "§5" "if its chain is the longest: work on it"
            => "Replica {me} goes on from height {height}.";
        Keep { height: u64 } "keep" "§5" "else: keep it, in case its branch becomes longer"
            => "Replica {me} keeps the block at height {height} and stays on its own branch.";
    }
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "chain",
    name: "Longest chain",
    summary: "Miners append blocks to the longest chain that they know.",
    paper: "Nakamoto 2008",
    epoch: "height",
    agent: "miner",
    slot: "height",
    replicas: (1, 1_000),
    first_scenario: "# A fork, and how it ends\nprotocol chain\nreplicas 6\nnetwork topology ring\nnetwork latency 150ms..300ms\nseed 3\n\nrun 30s\n",
    structures: &[
        StructureInfo { kind: StructureKind::Tree, name: "Blocks", empty: "Nobody has found a block yet." },
        StructureInfo { kind: StructureKind::Value, name: "Tips", empty: "Nobody has a chain yet." },
    ],
    ..Descriptor::of::<Chain>()
};

impl Algorithm for Chain {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Never;
    type Value = Block;
    type Message = Message;
    type Timer = Race;
    type State = State;
    type Disk = ();
    type Client = ();
    type Rule = Rule;

    fn boot(cx: &mut Context<'_, Self>) {
        race(cx);
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        match input {
            Input::Fire(Race::Mine) => {
                let block = Block { height: cx.state.height() + 1, miner: cx.me, parent: cx.state.tip };
                cx.rule(Rule::Mine { height: block.height });
                learn(cx, block);
                race(cx);
            }
            Input::Deliver { message: Message::Found { block }, .. } => {
                if !cx.state.blocks.contains_key(&block.id()) {
                    learn(cx, *block);
                    let height = block.height;
                    cx.rule(if cx.state.height() == height { Rule::Extend { height } } else { Rule::Keep { height } });
                }
            }
            Input::Request { .. } | Input::Answer { .. } => {}
        }
    }
}

/// The next block of this miner is found after a time that nobody can foresee.
fn race(cx: &mut Context<'_, Chain>) {
    let mean = cx.config.block_time * cx.config.replicas as Time;
    cx.set_timer(Race::Mine, Delay::exponential(mean));
}

/// Keeps a new block, tells the neighbors, and goes on from the highest chain; of equal ones from the first that was seen.
fn learn(cx: &mut Context<'_, Chain>, block: Block) {
    cx.state.blocks.insert(block.id(), block);
    cx.broadcast(Message::Found { block });
    let higher = |block: &&Block| block.height > cx.state.height() && cx.state.is_rooted(block.id());
    let Some(tip) = cx.state.blocks.values().filter(higher).max_by_key(|block| block.height) else { return };
    cx.state.tip = tip.id();
    let deep = |block: &&Block| block.height + cx.config.confirmations <= cx.state.height();
    let new = |block: &&Block| cx.state.decided.get(&block.height) != Some(&block.id());
    let mut decided: Vec<Block> = cx.state.chain(cx.state.tip).filter(deep).take_while(new).copied().collect();
    while let Some(block) = decided.pop() {
        cx.state.decided.insert(block.height, block.id());
        cx.decide(block.height, block);
    }
}

impl Explain for Chain {
    type Role = ();
    type Shown = ();

    fn status(replica: Glance<'_, Self>) -> Status {
        Status::new(&(), replica.state.map_or(0, State::height))
    }

    fn view(replica: Glance<'_, Self>, view: &mut ReplicaView) {
        let Some(state) = replica.state else { return };
        let Some(tip) = state.blocks.get(&state.tip) else { return };
        for block in state.blocks.values().filter(|block| block.id() != state.tip).chain([tip]) {
            let decided = state.decided.get(&block.height) == Some(&block.id());
            let status = if decided { CellStatus::Committed } else { CellStatus::Pending };
            view.block(block.id(), &[block.parent], block.height, block, status);
        }
        view.value(tip.miner.raw().into(), tip.height, tip, CellStatus::Pending);
        view.badge(&tip.height);
    }
}

impl Check for Chain {
    type Monitor = ();

    fn valid(_: &Config, _: &Block, _: &Asked<'_, Never>) -> bool {
        true
    }

    fn agreement(config: &Config) -> Agreement {
        Agreement::ByPrefix { depth: config.confirmations }
    }
}

impl Lie for Chain {
    type Lie = Never;
}
