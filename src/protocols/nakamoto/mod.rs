//! Nakamoto's chain: whoever finds a proof of work appends a block, and the branch with the most work counts.
//!
//! As in Nakamoto, *Bitcoin: A Peer-to-Peer Electronic Cash System* (2008); each function says which section it carries out.
//! Nobody searches for hashes here. Finding a block is a race of exponential times: a miner with a share `s` of the power
//! finds one after T/s on average (T is the block time), whatever it has searched before. That is what the search for a
//! hash looks like from outside, and all that the protocol rests on.
//!
//! - Blocks and messages (block.rs), the tree and the choice of its head (tree.rs), a miner at work (miner.rs).
//! - Selfish mining and double spending are strategies of replicas (attack.rs): their blocks are valid, so nobody can tell.
//!   What a liar can claim besides is little, for work can't be claimed (lies.rs).
//! - What is decided is likely and never certain: a merchant chooses for how many blocks it waits (odds.rs).
//!
//! With a link to everybody, a block costs n−1 messages, because who finds it tells all. On a sparse network each replica
//! passes it on: 2E−n+1 messages, where E is the number of links.

mod attack;
mod block;
mod client;
mod config;
mod eclipse;
mod lies;
mod miner;
mod odds;
mod properties;
mod rules;
mod terms;
#[cfg(test)]
mod tests;
mod tree;
mod view;

use std::rc::Rc;

pub use attack::{Attack, Theft};
pub use block::{Block, Command, Message, Payment, UNIT};
pub use client::Client;
pub use config::{Config, ForkChoice, Strategy, Tie};
pub use miner::State;
pub use odds::double_spend;
pub use properties::Monitor;
pub use rules::Rule;
pub use tree::{Known, Tree};

use crate::kernel::prelude::*;

/// Nakamoto's chain.
pub struct Nakamoto;

/// A replica at work on one input.
type Turn<'a> = Context<'a, Nakamoto>;

/// What can be waited for.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A miner searches for a block.
    #[timer(then = "finds a block")]
    Mine,
    /// A clock goes on, by which blocks are dated; only where the difficulty is set anew.
    #[timer(then = "reads its clock")]
    Tick,
}

const FIRST: &str = "\
# Buy it twice
# A thief with 30 % of the power pays for a coffee, and mines in secret a chain in which it has not paid.
protocol nakamoto
replicas 4
seed 10
set block-time 200ms
set confirmations 2
set power 1 30
set power 2 30
set power 3 20
set power 4 20
set strategy 1 thief
network latency 1ms..4ms

at 600ms   request pay coffee at 2 to 1
run 3.2s
expect completed 1
expect violation finality   # predict: Miner 1 has 30 % of the power and mines a chain in which it has not paid. Can it get its coffee and keep its money? | Yes, with some luck | No, the others have more power
";

static DESCRIPTOR: Descriptor = Descriptor {
    id: "nakamoto",
    name: "Nakamoto's chain",
    summary: "Anybody may append a block who has done the work for it. The chain with the most work in it counts.",
    paper: "Nakamoto 2008; Eyal, Sirer 2014; Rosenfeld 2014; Sompolinsky, Zohar 2015",
    epoch: "height",
    agent: "miner",
    slot: "height",
    replicas: (1, 1_000),
    first_scenario: FIRST,
    structures: &[
        StructureInfo { kind: StructureKind::Tree, name: "Blocks", empty: "Nobody has found a block yet." },
        StructureInfo { kind: StructureKind::Value, name: "Heads", empty: "Nobody has a chain yet." },
    ],
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    costs: &[
        WordInfo {
            name: "messages", about: "n−1 a block where all are linked; flooding over E links takes 2E−n+1."
        },
        WordInfo {
            name: "delays",
            about: "z block times until a merchant hands over: work takes the time, not messages.",
        },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<Nakamoto>()
};

impl Algorithm for Nakamoto {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Command;
    type Value = Rc<Block>;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Tree;
    type Client = Client;
    type Rule = Rule;

    fn reconcile(config: &mut Config, _: &Options) -> Result<(), SetupError> {
        if config.power.iter().all(|power| *power == 0) {
            let sentence = "nobody has any power, so no block would ever be found".into();
            return Err(SetupError::Option { option: "power", sentence });
        }
        Ok(())
    }

    /// Small purchases, one after the other, at the last replica's shop. `keys` means nothing here.
    fn workload(config: &Config, count: u64, _: u64, _: u32) -> Option<Command> {
        Some(Command { what: format!("p{}", count + 1).into(), merchant: NodeId::replica(config.replicas) })
    }

    fn boot(cx: &mut Context<'_, Self>) {
        cx.boot();
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        cx.step(input);
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        client::step(cx, input);
    }
}
