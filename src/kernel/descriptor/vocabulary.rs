//! A protocol's vocabulary as data: the scenario grammar, the page and the help all read it from here, so that
//! none of them names a protocol.

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use super::growth::Growth;
use crate::kernel::data::ids::NodeId;

/// Everything that a protocol says about itself.
#[derive(Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The word after `protocol` in a scenario: `raft`.
    pub id: &'static str,
    /// The name as people write it: `Raft`.
    pub name: &'static str,
    /// One sentence for somebody who has never heard of it.
    pub summary: &'static str,
    /// The paper, with authors and year.
    pub paper: &'static str,
    /// What the epoch is called: `term`, `view`, `ballot`, `round`.
    pub epoch: &'static str,
    /// What one agent is called: `replica`, `participant`, `agent`.
    pub agent: &'static str,
    /// What the first is called, where it always has a part of its own: `coordinator`. Else empty.
    pub first_agent: &'static str,
    /// What a slot is called in which a value is decided: `entry`, `transaction`. Empty where nothing is ever decided; then
    /// there is nothing to agree on.
    pub slot: &'static str,
    /// The fewest and the most replicas that make sense.
    pub replicas: (u16, u16),
    /// A scenario that shows something at once; the page opens it first.
    pub first_scenario: &'static str,
    /// What a client can ask for.
    pub commands: &'static [CommandInfo],
    /// `set NAME VALUE`.
    pub options: &'static [OptionInfo],
    /// The keys that `disk N KEY=VALUE` takes.
    pub disk: &'static [WordInfo],
    /// Kinds of messages; `Message::kind` is a place in this list.
    pub messages: &'static [MessageInfo],
    /// Timers; see [`Timer`](trait@crate::kernel::Timer).
    pub timers: &'static [TimerInfo],
    /// Roles; `ReplicaView::role` is one of them, `Status::role` a place in this list.
    pub roles: &'static [RoleInfo],
    /// What the cells of a replica's view build, in the order in which the page shows it.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "StructureInfo[]"))]
    pub structures: &'static [StructureInfo],
    /// Whether its replicas keep a state by applying a log, and show both to be compared.
    pub folds: bool,
    /// The fields of a replica's view.
    pub fields: &'static [WordInfo],
    /// The protocol's own properties, besides agreement and validity.
    pub properties: &'static [PropertyInfo],
    /// The paper's lines that the code carries out; `Rule::index` is a place in this list.
    pub rules: &'static [RuleInfo],
    /// What a Byzantine replica of this protocol can claim by `lies`; a place in this list goes with each lie.
    pub lies: &'static [LieInfo],
    /// Known message counts and delays per decision.
    pub costs: &'static [WordInfo],
    /// The same as formulas, for each form of the protocol that the lab can measure.
    #[serde(skip)]
    pub growth: &'static [Growth],
    /// Words of the field that its sentences use, each with one sentence for somebody who meets it for the first time. Those
    /// of [`COMMON_TERMS`](super::terms::COMMON_TERMS) need not be said again.
    pub terms: &'static [WordInfo],
}

impl Descriptor {
    /// What a node is called within a sentence: `replica 3`, `coordinator 1`, `client c2`.
    pub fn called(&self, node: NodeId) -> String {
        let first = node == NodeId::replica(1) && !self.first_agent.is_empty();
        let kind = if node.is_client() { "client" } else { self.agent };
        format!("{} {node}", if first { self.first_agent } else { kind })
    }

    /// The same at the beginning of a sentence.
    pub fn named(&self, node: NodeId) -> String {
        capital(self.called(node))
    }

    /// The properties that it is held to: the common ones, where anything is decided, and its own.
    pub fn all_properties(&self) -> impl Iterator<Item = &'static PropertyInfo> + use<> {
        let common: &[PropertyInfo] = if self.slot.is_empty() { &[] } else { &COMMON_PROPERTIES };
        common.iter().chain(self.properties)
    }

    /// What several agents are called, the first among them: `replicas`.
    pub fn agents(&self) -> String {
        let one = if self.first_agent.is_empty() { self.agent } else { "node" };
        format!("{one}s")
    }
}

/// A clause as it begins a sentence.
pub fn capital(mut clause: String) -> String {
    if let Some(first) = clause.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    clause
}

/// A word and what it means.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct WordInfo {
    /// The word as it stands in a scenario, kebab-cased.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
}

/// What can be waited for, in a form that fits into sentences.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct TimerInfo {
    /// The word as it stands in a scenario, kebab-cased.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// What its owner waits for meanwhile, behind `waits`: `to hear from a leader`. Empty where it only measures time.
    pub waits: &'static str,
    /// What its owner does when it runs out, behind a name: `stands for election`.
    pub then: &'static str,
    /// Whether the two hold of one who leads as well.
    pub leads: bool,
}

impl TimerInfo {
    /// What it is called in a sentence, behind `the`: `election timeout`, `heartbeat timer`.
    #[must_use]
    pub fn called(&self) -> String {
        let name = self.name.replace('-', " ");
        if name.ends_with("timeout") || name.ends_with("timer") { name } else { format!("{name} timer") }
    }
}

/// What replicas build of cells.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct StructureInfo {
    /// Its shape.
    pub kind: StructureKind,
    /// What it is called, as a heading: `Logs`.
    pub name: &'static str,
    /// What is said while there is nothing in it.
    pub empty: &'static str,
}

impl StructureInfo {
    /// A log on each replica, as most protocols keep.
    pub const LOGS: StructureInfo =
        StructureInfo { kind: StructureKind::Log, name: "Logs", empty: "Nothing is in any log yet." };
}

/// The shapes of structures; the page has a panel for each.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum StructureKind {
    /// Lanes of slots in a row.
    Log,
    /// Blocks and their parents: chains with forks.
    Tree,
    /// One value, which is decided in the end.
    Value,
    /// What each replica did in each epoch: a column for each, and a row for each epoch.
    Grid,
    /// Where each replica stands, on a line or in the plane, and where it stood before.
    Points,
    /// Cells in rows, with arrows between any of them: cycles are possible.
    Graph,
    /// How many replicas are in each group now and before, by their epochs, beside the equations of a large population.
    Population,
}

impl StructureKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        ["log", "tree", "value", "grid", "points", "graph", "population"][self as usize]
    }
}

/// A lie that a Byzantine replica can tell.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct LieInfo {
    /// Its name, kebab-cased.
    pub name: &'static str,
    /// Of which sort it is: behaviours choose by it, so that none names a protocol.
    pub sort: LieSort,
    /// One sentence.
    pub about: &'static str,
}

/// What a lie does with the truth.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum LieSort {
    /// Says yes where the truth is no, or sooner than it may.
    Grant,
    /// Tells another story than the true one.
    Contradict,
    /// Leaves out what the liar has.
    Omit,
    /// Claims what the liar does not have.
    Invent,
}

impl LieSort {
    /// The word for it.
    pub fn word(self) -> &'static str {
        ["grant", "contradict", "omit", "invent"][self as usize]
    }
}

/// Something that a client can ask for.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct CommandInfo {
    /// How it is written: `put KEY VALUE`.
    pub usage: &'static str,
    /// A complete example that parses: `put x 1`.
    pub example: &'static str,
    /// What a second client may ask for at the same time, so that the two compete: the same, unless it is said.
    #[serde(skip)]
    pub another: &'static str,
    /// One sentence.
    pub about: &'static str,
}

/// An option or bug switch: `set NAME VALUE`, or `set NAME REPLICA VALUE` where it is per replica.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "camelCase")]
pub struct OptionInfo {
    /// The word after `set`.
    pub name: &'static str,
    /// What values it takes.
    pub kind: OptionKind,
    /// Its value where nothing is set, as it would be written.
    pub default: &'static str,
    /// Whether it is set for each replica apart.
    pub per_replica: bool,
    /// Whether replica 1 plays another part and does not have it.
    #[serde(skip)]
    pub not_first: bool,
    /// Whether it is a known bug of the literature.
    pub bug: bool,
    /// The properties that a bug can break, by name.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string[]"))]
    pub breaks: &'static [&'static str],
    /// One sentence.
    pub about: &'static str,
    /// Where it comes from: `thesis §9.6`.
    pub source: &'static str,
}

/// What values an option takes.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum OptionKind {
    /// `on` or `off`.
    Switch,
    /// `yes` or `no`.
    YesNo,
    /// A whole number in a range.
    Number {
        /// The smallest.
        lo: u64,
        /// The largest.
        hi: u64,
    },
    /// A duration, at most ten hours.
    Duration,
    /// A range of durations, `150ms..300ms`.
    DurationRange,
    /// One of these words.
    Choice(#[cfg_attr(target_arch = "wasm32", tsify(type = "string[]"))] &'static [&'static str]),
    /// Any one word.
    Word,
}

/// A kind of message.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct MessageInfo {
    /// The word for it: `request-vote`.
    pub name: &'static str,
    /// Whether it answers another; replies are drawn hollow.
    pub reply: bool,
    /// The shape it is drawn in.
    pub glyph: Glyph,
    /// One sentence.
    pub about: &'static str,
}

/// The shapes that messages are drawn in. A shape means the same in every protocol.
#[derive(Serialize, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Glyph {
    /// A client's request or the answer to it.
    Envelope,
    /// A call for votes: an arrow-headed tag.
    Tag,
    /// A proposal, an order of entries: a rounded box.
    Box,
    /// A vote, an acknowledgement: a disc.
    Disc,
    /// A second round of votes: a diamond.
    Diamond,
    /// A change of leader or view: a hexagon.
    Hexagon,
}

/// A role that a replica can have.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct RoleInfo {
    /// The word for it: `leader`.
    pub name: &'static str,
    /// How it is drawn.
    pub look: Look,
    /// One sentence.
    pub about: &'static str,
}

/// How a role is drawn. Never by colour alone.
#[derive(Serialize, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Solid, with a crown: leads.
    Lead,
    /// Dashed: wants to lead, or is between views.
    Contend,
    /// Outlined: follows.
    Follow,
    /// Outlined, with a padlock: can't go on by itself.
    Blocked,
    /// Outlined twice: has decided.
    Done,
}

/// A property that is checked after every event.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct PropertyInfo {
    /// The word after `expect`: `election-safety`.
    pub name: &'static str,
    /// What it says, in one sentence.
    pub about: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// A line of the paper that the code carries out.
#[derive(Serialize, Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct RuleInfo {
    /// A short name, unique in the protocol: `grant-vote`.
    pub name: &'static str,
    /// The block of pseudo-code that it stands in: `on RequestVote`.
    pub block: &'static str,
    /// The pseudo-code of the line, in our words.
    pub code: &'static str,
    /// Where it comes from: `§5.4.1`.
    pub source: &'static str,
    /// Whether it is worth a mark on the timeline and an announcement.
    pub milestone: bool,
    /// Its sentence for a person, with the names of values in braces: `Replica {me} waits for {from}.`
    #[serde(skip)]
    pub sentence: &'static str,
    /// What stands in braces there, in the order in which values are given.
    #[serde(skip)]
    pub names: &'static [&'static str],
    /// What follows from it, as a clause with such names; empty where nothing more is claimed.
    #[serde(skip)]
    pub claim: &'static str,
    /// The property that this rests on; empty where it is only on the faults being few.
    #[serde(skip)]
    pub rests_on: &'static str,
}

/// For protocols that keep a store: checked over what clients asked and were told, whoever is correct.
pub const LINEARIZABILITY: PropertyInfo = PropertyInfo {
    name: "linearizability",
    about: "Each operation seems to happen at one moment between its request and its answer.",
    source: "Herlihy, Wing 1990",
};

/// Agreement and validity: every protocol has them that decides anything, and the kernel checks them.
pub const COMMON_PROPERTIES: [PropertyInfo; 2] = [
    PropertyInfo { name: "agreement", about: super::agreement::EXACT, source: "Pease, Shostak, Lamport 1980" },
    PropertyInfo {
        name: "validity",
        about: "Every decided value was asked for or proposed by somebody.",
        source: "Fischer, Lynch, Paterson 1985",
    },
];
