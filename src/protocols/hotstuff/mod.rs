//! HotStuff (Yin, Malkhi, Reiter, Golan Gueta, Abraham: *HotStuff: BFT Consensus in the Lens of Blockchain*, arXiv 1803.05069):
//! replicas, of whom less than a third may lie, agree on a growing branch of a tree, and every message goes to or from a leader.
//!
//! Algorithm 1 (whether to vote) and what a certificate means for the nodes below it stand in `voting`, the leader's half in
//! `leader`, both for the basic form (Algorithm 2, a node is decided in three votes of one view) and for the chained one
//! (Algorithms 3 and 4, each view has one vote, which counts for three nodes at once). The pacemaker is apart, in
//! `pacemaker`; nothing there can break safety. `tree` holds the nodes and checks certificates, `catch_up` fetches what is
//! missing, `execute` carries commands out.
//!
//! What the paper leaves open, or what is done otherwise:
//!
//! - In the paper a node's height is its view, and a leader fills skipped views with blank nodes. Here the blanks are
//!   drawn, and "parent" in the commit rule means: parent, and of the view before.
//! - A certificate is the list of its votes, as in the authors' own prototype (§8.3), unless `certificates` says that it is
//!   one threshold signature, as in the paper (§3).
//! - QC and lock follow Algorithm 4: they may skip views. A replica votes in no view below its last vote, nor below one
//!   that it has given up with a new-view message (nextView interrupt).
//! - A view that fails costs n(n − 1) new-view messages: they go to all and not to the next leader alone, so that those who
//!   are behind catch up. The paper leaves bringing replicas into one view to the pacemaker.
//! - A leader has `leader-views` views in a row. With one, as the authors' figures have it, the chained form needs four
//!   correct leaders one after the other, so that one silent replica of four stops it for good.
//! - Views begin while there is something to execute. So a cluster at rest says nothing.

mod catch_up;
mod client;
mod costs;
mod execute;
mod leader;
mod lies;
mod message;
mod pacemaker;
mod properties;
mod replica;
mod rules;
mod terms;
#[cfg(test)]
mod tests;
mod tree;
mod view;
mod voting;

pub use execute::Service;
pub use message::{Certificate, GENESIS, Message, NewView, Node, Phase, Proof, Reply, Request, Vote};
pub use properties::Monitor;
pub use replica::{Disk, State};
pub use rules::Rule;
pub use tree::Tree;

use std::rc::Rc;

use crate::kernel::prelude::*;
use crate::kernel::{self, Access, SECOND};
use crate::protocols::bft_client;
pub use crate::protocols::bft_client::Client;
use crate::protocols::turns::Turns;
use crate::services::kv::{self, Command};
use replica::Turn;

/// HotStuff.
pub struct HotStuff;

/// How many views around the present one votes and proposals are kept for.
const HORIZON: u64 = 256;

/// How many votes it takes to execute a node, and where they are cast.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Variant {
    /// Three votes in one view (Algorithm 2).
    Basic,
    /// One vote a view; three nodes of views that follow each other commit the first (Algorithm 3).
    Chained,
    /// One vote a view; two such nodes are enough, since leaders wait Δ before they build on an older certificate.
    TwoChain,
}

/// What breaks where two branches can be executed.
const FORKS: &[&str] = &["agreement", "linearizability"];

/// The same for all replicas. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// n.
    #[option(replicas)]
    pub replicas: usize,
    /// Three votes in one view, or one vote a view, where three or two nodes in a row commit the first.
    #[option(default = "chained", source = "Algorithms 2, 3; Malkhi, Nayak 2023")]
    pub variant: Variant,
    /// How many views in a row a leader has; a timeout ends them all.
    #[option(number(1..=64), default = "4", source = "§4.4, the pacemaker elects leaders")]
    pub leader_views: u64,
    /// Who leads, in turns: `all`, or some by number, as `1,2,3`; the first of them leads again after the last.
    #[option(word, default = "all", source = "§4.4, the pacemaker elects leaders", with = Turns::read)]
    pub leaders: Turns,
    /// Whether a certificate is a list of signatures, or one threshold signature that is as long for any n.
    #[option(default = "list", source = "§3; §8.3")]
    pub certificates: Proof,
    /// How long a view may take at first. Each timeout doubles it, until something is executed.
    #[option(duration, default = "150ms", at_least = "1ms", source = "§4.4")]
    pub view_timeout: Time,
    /// How long a view may take at most, however often it was doubled.
    #[option(duration, default = "3s", at_least = "1ms", source = "beyond the paper")]
    pub longest_timeout: Time,
    /// Δ: how long a leader of the two-chain form waits for everybody's certificates, unless it holds that of the view before.
    #[option(duration, default = "60ms", at_least = "1ms", source = "Malkhi, Nayak 2023: HotStuff-2")]
    pub wait: Time,
    /// How long a client waits for an answer before it asks all replicas again.
    #[option(duration, default = "500ms", at_least = "1ms", source = "beyond the paper")]
    pub client_retry: Time,
    /// How many commands a node holds at most.
    #[option(number(1..=64), default = "8", source = "§4.2: cmd may be a batch")]
    pub block_size: usize,
    /// The commit rule takes nodes whose views do not follow each other.
    #[option(
        breaks("commit-rule", "agreement", "linearizability"),
        source = "Algorithm 3, parent links; relab/hotstuff #249"
    )]
    pub no_parent_check: bool,
    /// A replica never locks.
    #[option(breaks = FORKS, source = "Algorithm 2, line 25")]
    pub no_lock: bool,
    /// A replica votes for a node that does not build on the node of its certificate.
    #[option(breaks("justify-is-ancestor", "agreement", "linearizability"), source = "Algorithm 2, line 9")]
    pub justify_not_ancestor: bool,
    /// A replica votes once in each view, and also in one below its last vote.
    #[option(breaks("votes-rise", "agreement", "linearizability"), source = "Algorithm 4, vheight; App. B.1")]
    pub vote_once_per_height: bool,
    /// The middle one of three votes is left out, and the leader does not wait in its place.
    #[option(breaks("good-view"), source = "§4.4")]
    pub two_phases: bool,
    /// A locked replica votes for nothing but what builds on its lock, however new the certificate.
    #[option(breaks("good-view"), source = "Algorithm 1, line 27")]
    pub lock_for_ever: bool,
    /// A certificate's view is believed, and not compared with what was signed.
    #[option(
        breaks("certificate-proven", "one-certificate", "locks-rise", "agreement", "linearizability"),
        source = "Algorithm 1, matchingQC"
    )]
    pub view_not_checked: bool,
    /// All views get the same time.
    #[option(breaks("timeouts-double"), source = "§4.4")]
    pub fixed_timeout: bool,
    /// f: how many may lie.
    #[option(computed = (replicas - 1) / 3)]
    pub liars: usize,
    /// n − f.
    #[option(computed = replicas - liars)]
    pub quorum: usize,
    /// f + 1: one of them is correct.
    #[option(computed = liars + 1)]
    pub one_correct: usize,
}

impl Config {
    /// leader(view).
    pub fn leader(&self, view: u64) -> NodeId {
        self.leaders.leader(view.saturating_sub(1) / self.leader_views)
    }

    /// The first view of the next leader.
    pub fn after_failure(&self, view: u64) -> u64 {
        (view.saturating_sub(1) / self.leader_views + 1) * self.leader_views + 1
    }

    /// Who gathers the votes of a view: its leader; in the chained form the next view's.
    pub fn gathers(&self, view: u64) -> NodeId {
        self.leader(if self.is_basic() { view } else { view.saturating_add(1) })
    }

    /// Whether a node is decided within one view.
    pub fn is_basic(&self) -> bool {
        self.variant == Variant::Basic
    }

    /// Whether two certificates in a row commit, and not three.
    pub fn commits_after_two(&self) -> bool {
        self.variant == Variant::TwoChain || self.two_phases
    }

    /// Whether a leader waits Δ before it builds on an older certificate.
    pub fn waits(&self) -> bool {
        self.variant == Variant::TwoChain && !self.two_phases
    }

    /// How many views one correct leader needs to have a node executed.
    pub fn views_to_commit(&self) -> u64 {
        match () {
            () if self.is_basic() => 1,
            () if self.commits_after_two() => 3,
            () => 4,
        }
    }
}

/// What a replica or a client waits for.
#[derive(kernel::Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// How long a view may take.
    #[timer(waits = "for the view to get on", then = "wants the next leader's view", leads)]
    View,
    /// Δ: how long a leader waits for certificates that others hold.
    #[timer(waits = "for everybody's certificates", then = "proposes", leads)]
    Wait,
    /// How long a client waits before it asks again.
    #[timer(waits = "for an answer", then = "asks all replicas")]
    Retry,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "hotstuff",
    name: "HotStuff",
    summary: "A leader gathers votes into certificates and shows them to all: messages grow with n and not with its square, even if less than a third lies.",
    paper: "Maofan Yin, Dahlia Malkhi, Michael K. Reiter, Guy Golan Gueta, Ittai Abraham: HotStuff, arXiv 1803.05069, PODC 2019",
    epoch: "view",
    slot: "height",
    replicas: (1, 100),
    first_scenario: include_str!("first.scenario"),
    structures: &[
        StructureInfo { kind: StructureKind::Tree, name: "Tree of nodes", empty: "No leader has proposed a node yet." },
        StructureInfo {
            kind: StructureKind::Value,
            name: "Highest certificates",
            empty: "Nobody has a certificate yet.",
        },
    ],
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "8(n - 1) for a decision of the basic form, new-view messages included; 2(n - 1) a view of the chained one, which needs four for a lone request.",
        },
        WordInfo {
            name: "delays",
            about: "6 from the leader's proposal to its decision and 7 to the others', 4 and 5 with two-chain; three in PBFT.",
        },
    ],
    growth: costs::GROWTH,
    terms: terms::TERMS,
    ..Descriptor::of::<HotStuff>()
};

impl Algorithm for HotStuff {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    type Config = Config;
    type Command = Command;
    type Value = Rc<Node>;
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

impl Check for HotStuff {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        properties::observe(monitor, event, cluster, report);
    }

    fn valid(_: &Config, value: &Rc<Node>, asked: &Asked<'_, Command>) -> bool {
        let meant = |request: &Request| asked.command(request.id) == Some(&request.command);
        value.requests.iter().all(|request| meant(request.body()))
    }

    fn commands_in(value: &Rc<Node>) -> usize {
        value.requests.len()
    }

    fn access(_: &Config, command: &Command) -> Option<Access> {
        Some(command.access())
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        let system = QuorumSystem::simple(NodeId::replicas(config.replicas), config.quorum);
        vec![Quorum { purpose: "to make a certificate", system }]
    }

    fn tolerated(config: &Config) -> usize {
        config.liars
    }

    /// A leader that waits Δ has everybody's certificates only if messages take less.
    fn assumes(config: &Config, property: &str) -> Option<&'static [Assumption]> {
        let timely = property == "good-view" && config.waits();
        Some(if timely { &[Assumption::Synchrony, Assumption::Clocks, Assumption::NoCrashes] } else { &[] })
    }

    /// All want one view within the longest timeout, and then each leader that does nothing costs as much again; the first
    /// correct one has a node executed, if it has views enough for it. What others wait for may come before the fresh request.
    fn recovers_within(cluster: &Cluster<Self>, _: Time) -> Option<Time> {
        let config = cluster.config();
        let all_correct = cluster.nodes().all(|node| cluster.correct(node));
        let turns = config.leader_views >= config.views_to_commit() || all_correct;
        let enough = turns && config.leaders.different() > config.liars;
        let leaders = (2 * config.liars + config.leaders.again()) as u64 + 4;
        enough.then_some(leaders * (config.longest_timeout + config.wait) + 4 * config.client_retry + SECOND)
    }

    fn settled(cluster: &Cluster<Self>) -> bool {
        let open = |node| cluster.state(node).is_some_and(|state| !state.waiting.is_empty()) && cluster.correct(node);
        !cluster.nodes().any(open)
    }
}
