//! Tendermint (Buchman, Kwon, Milosevic: *The latest gossip on BFT consensus*, arXiv 1807.04938): replicas, of whose voting
//! power less than a third may lie, build a chain of blocks, one height after the other.
//!
//! Algorithm 1 stands in `rounds`, one function for each `upon`, named by its line. What replicas keep is in `replica`, the votes
//! they have heard and what counts as a quorum in `log`, gossip and the proof of what was decided in `gossip`, evidence against
//! liars in `evidence`, the blocks' execution in `execute`.
//!
//! A quorum is more than two thirds of the power, and more than one third is sure to hold a correct replica. What the paper
//! leaves open, or what is done otherwise:
//!
//! - The paper's gossip hands on what any correct replica has. Here whoever has waited for a while says how far it is, and
//!   the others send what it may lack: blocks with the precommits that decided them, proposals, votes of anybody.
//! - A height begins when there is something to decide: at a request, or at a proposal. So a cluster at rest says nothing.
//! - What a vote promises is durable before the vote is sent, and so are the prevotes behind a valid value: line 28 wants all
//!   to see them, and the paper, where no correct process stops, relies on gossip for that. Other votes of others, and timers,
//!   are lost in a crash.
//! - Proposers take turns by their power as in CometBFT: in each turn all priorities grow by the power, the highest
//!   proposes and pays the total. With equal powers they follow each other by number.
//! - With `accountable` on, prevotes carry validRound, line 36 wants a quorum with equal ones, and a lock gives way to a newer
//!   round alone. Then a fork always leaves signatures that contradict each other, by more than a third of the power
//!   (Buchman, Guerraoui, Komatovic, Milosevic, Seredinschi, Widder: *Revisiting Tendermint*, 2022).

mod client;
mod costs;
mod evidence;
mod execute;
mod gossip;
mod lies;
mod log;
mod message;
mod properties;
mod replica;
mod rounds;
mod rules;
mod terms;
#[cfg(test)]
mod tests;
mod view;

pub use evidence::Evidence;
pub use execute::Service;
pub use message::{Block, Commit, Kind, Message, Offer, Passed, Position, Proposal, Reply, Request, Vote, short};
pub use properties::Monitor;
pub use replica::{Disk, State, Step};
pub use rules::Rule;

use crate::kernel::prelude::*;
use crate::kernel::{self, Access, SECOND};
use crate::protocols::bft_client;
pub use crate::protocols::bft_client::Client;
use crate::services::kv::{self, Command};
use replica::Turn;

/// Tendermint.
pub struct Tendermint;

/// What breaks where votes don't prove what they should.
const COUNTS: &[&str] = &["one-polka", "lock-kept", "decision-proven", "agreement", "linearizability"];
/// What breaks where a replica forgets what it promised.
const FORGETS: &[&str] = &["one-vote", "lock-kept", "one-polka", "evidence-true", "agreement", "linearizability"];

/// The same for all replicas. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// n.
    #[option(replicas)]
    pub replicas: usize,
    /// A replica's voting power.
    #[option(number(1..=20), per_replica, default = "1", source = "§3.1; Kwon 2014")]
    pub power: Vec<u16>,
    /// How long a replica waits for the proposal of round 0.
    #[option(duration, default = "100ms", at_least = "1ms", source = "line 21")]
    pub timeout_propose: Time,
    /// How long a replica waits for a clear majority after a quorum of mixed prevotes in round 0.
    #[option(duration, default = "50ms", at_least = "1ms", source = "line 35")]
    pub timeout_prevote: Time,
    /// How long a replica waits to decide after a quorum of mixed precommits in round 0.
    #[option(duration, default = "50ms", at_least = "1ms", source = "line 48")]
    pub timeout_precommit: Time,
    /// How much longer each round's timeouts are than those of the round before.
    #[option(duration, default = "50ms", at_least = "1ms", source = "§3, timeoutX(round)")]
    pub timeout_delta: Time,
    /// How long a replica waits before it says how far it is.
    #[option(duration, default = "150ms", at_least = "1ms", source = "§2.1, gossip communication")]
    pub gossip: Time,
    /// How long a client waits for an answer before it asks all replicas again.
    #[option(duration, default = "400ms", at_least = "1ms", source = "beyond the paper, which has no clients")]
    pub client_retry: Time,
    /// How many requests a block holds at most.
    #[option(number(1..=64), default = "8", source = "§3: values are blocks")]
    pub block_size: usize,
    /// Prevotes say which quorum allows them, so that who breaks a lock can be convicted.
    #[option(source = "Buchman et al. 2022")]
    pub accountable: bool,
    /// A replica never locks: it may prevote for another block right after it precommitted one.
    #[option(breaks("lock-kept", "agreement", "linearizability"), source = "lines 23, 29, 38")]
    pub no_lock: bool,
    /// A proposer proposes again what it is locked on, and remembers no valid block beside that.
    #[option(breaks("valid-value"), source = "lines 15, 42; tendermint #1047")]
    pub lock_without_valid: bool,
    /// Line 22 takes proposals with a validRound as well, so that a replica answers before it has seen the quorum of line 28.
    #[option(breaks("valid-round-shown"), source = "lines 22, 28; tendermint/spec #37")]
    pub rule_22_any_vr: bool,
    /// All rounds have the timeouts of round 0.
    #[option(breaks("timeouts-grow"), source = "§3, timeoutX(round)")]
    pub fixed_timeouts: bool,
    /// A replica counts the prevotes for a block of all rounds together.
    #[option(breaks = COUNTS, source = "line 36")]
    pub prevotes_across_rounds: bool,
    /// A quorum is two thirds of the power, rounded down, and not more than that.
    #[option(breaks = COUNTS, source = "§2.1, n > 3f")]
    pub quorum_floor: bool,
    /// A replica sends its votes before they are on its disk.
    #[option(breaks = FORGETS, source = "malachite #864")]
    pub vote_not_durable: bool,
    /// Messages of a later round count one by one, whoever sent them, so that one liar can make a replica skip rounds.
    #[option(breaks("justified-skip"), source = "line 55; tendermint/spec #46")]
    pub skip_by_messages: bool,
    /// The power of all.
    #[option(computed = power.iter().map(|&power| usize::from(power)).sum())]
    pub total: usize,
    /// 2f + 1: more than two thirds of the power.
    #[option(computed = 2 * total / 3 + usize::from(!quorum_floor))]
    pub quorum: usize,
    /// f + 1: more than a third of the power.
    #[option(computed = total / 3 + 1)]
    pub one_correct: usize,
    /// Who proposes, turn after turn; then all over again.
    #[option(computed = turns(&power))]
    pub turns: Vec<NodeId>,
}

/// Whose turn it is, until all priorities are as at the beginning: as many turns as there is power.
fn turns(powers: &[u16]) -> Vec<NodeId> {
    let total: i32 = powers.iter().map(|&power| i32::from(power)).sum();
    let mut priorities = vec![0; powers.len()];
    let turn = |_| {
        priorities.iter_mut().zip(powers).for_each(|(priority, &power)| *priority += i32::from(power));
        let highest = (0..powers.len()).rev().max_by_key(|&place| priorities[place]).unwrap_or(0);
        priorities[highest] -= total;
        NodeId::replica(highest + 1)
    };
    (0..total).map(turn).collect()
}

impl Config {
    /// proposer(h, round).
    pub fn proposer(&self, height: u64, round: u64) -> NodeId {
        let turn = (height - 1).wrapping_add(round) % self.turns.len() as u64;
        self.turns[turn as usize]
    }

    /// The power of a replica; nothing for anybody else.
    pub fn power_of(&self, node: NodeId) -> usize {
        if node.is_client() { 0 } else { self.power.get(node.index()).copied().unwrap_or(0).into() }
    }

    /// The power of these together.
    pub fn power_of_all(&self, nodes: impl IntoIterator<Item = NodeId>) -> usize {
        nodes.into_iter().map(|node| self.power_of(node)).sum()
    }

    /// timeoutX(round): each round's is longer than the last.
    pub fn timeout(&self, first: Time, round: u64) -> Time {
        if self.fixed_timeouts { first } else { first.saturating_add(round.saturating_mul(self.timeout_delta)) }
    }

    /// Which sets of replicas are a quorum.
    pub fn quorums(&self) -> QuorumSystem {
        let members = NodeId::replicas(self.replicas);
        if self.power.iter().all(|&power| power == 1) {
            return QuorumSystem::simple(members, self.quorum);
        }
        QuorumSystem::Weighted {
            members: members.map(NodeId::raw).collect(),
            weights: self.power.clone(),
            need: self.quorum as u16,
        }
    }
}

/// What a replica or a client waits for.
#[derive(kernel::Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// How long a replica waits for the proposal.
    #[timer(waits = "for the proposal", then = "prevotes nil")]
    Propose,
    /// How long a replica waits for prevotes that agree.
    #[timer(waits = "for prevotes that agree", then = "precommits nil", leads)]
    Prevote,
    /// How long a replica waits for precommits that agree.
    #[timer(waits = "for precommits that agree", then = "begins the next round", leads)]
    Precommit,
    /// When a replica says how far it is.
    #[timer(then = "asks for what it may lack", leads)]
    Gossip,
    /// How long a client waits before it asks again.
    #[timer(waits = "for an answer", then = "asks all replicas")]
    Retry,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "tendermint",
    name: "Tendermint",
    summary: "Replicas vote twice on each block of a chain, and a lock keeps what may be decided, even if less than a third of the voting power lies.",
    paper: "Ethan Buchman, Jae Kwon, Zarko Milosevic: The latest gossip on BFT consensus, arXiv 1807.04938, 2018",
    epoch: "round",
    slot: "height",
    replicas: (1, 100),
    first_scenario: include_str!("first.scenario"),
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "(n - 1)(2n + 1) between replicas for a block: 27, 90, 189 for n = 4, 7, 10.",
        },
        WordInfo {
            name: "delays",
            about: "3 from the proposer to the decision, 5 from the client's request to its answer; a silent proposer adds two timeouts.",
        },
    ],
    growth: costs::GROWTH,
    terms: terms::TERMS,
    ..Descriptor::of::<Tendermint>()
};

impl Algorithm for Tendermint {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    type Config = Config;
    type Command = Command;
    type Value = Block;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Option<Command> {
        Some(kv::workload(count, draw, keys))
    }

    fn boot(cx: &mut Context<'_, Self>) {
        let mut turn = Turn::new(cx);
        turn.recover();
        turn.finish();
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        let mut turn = Turn::new(cx);
        match input {
            Input::Deliver { from, message } => turn.deliver(from, message),
            Input::Fire(timer) => turn.fire(timer),
            Input::Request { .. } | Input::Answer { .. } => {}
        }
        turn.finish();
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        bft_client::step(cx, input);
    }
}

impl Check for Tendermint {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        properties::observe(monitor, event, cluster, report);
    }

    fn valid(_: &Config, value: &Block, asked: &Asked<'_, Command>) -> bool {
        let meant = |request: &Request| asked.command(request.id) == Some(&request.command);
        value.requests.iter().all(|request| meant(request.body()))
    }

    fn commands_in(value: &Block) -> usize {
        value.requests.len()
    }

    fn access(_: &Config, command: &Command) -> Option<Access> {
        Some(command.access())
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        vec![Quorum { purpose: "to decide a block", system: config.quorums() }]
    }

    /// As many as have less than a third of the power together, whichever they are.
    fn tolerated(config: &Config) -> usize {
        let mut powers = config.power.clone();
        powers.put_in_order_by(|one, other| other.cmp(one));
        let mut sum = 0;
        let heaviest = powers.iter().map(|&power| usize::from(power));
        heaviest.take_while(|power| (sum += power, 3 * sum < config.total).1).count()
    }

    /// A round ends only where a quorum's precommits were seen and its timeout is over, so during the faults at most R of them
    /// did, where R rounds take that long. From then on each replica proposes in every cycle of turns; the first correct
    /// one with the newest valid block decides, and a fresh request may wait for some blocks before it.
    fn recovers_within(cluster: &Cluster<Self>, faults: Time) -> Option<Time> {
        let config = cluster.config();
        let longest = |round| {
            let first = config.timeout_propose + config.timeout_prevote + config.timeout_precommit;
            first + 3 * round * config.timeout_delta + 2 * config.gossip + SECOND / 10
        };
        let begun = (0..).find(|&round| round * round * config.timeout_delta > 4 * faults)?;
        let cycle = config.turns.len() as u64;
        Some(2 * cycle * longest(begun + cycle) + 8 * cycle * longest(cycle) + 2 * config.client_retry)
    }

    fn settled(cluster: &Cluster<Self>) -> bool {
        let open = |node| cluster.disk(node).round.is_some() && cluster.correct(node);
        !cluster.nodes().any(open)
    }
}
