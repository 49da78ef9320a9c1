//! TwoPhase as Gray and Lamport specify it (*Consensus on Transaction Commit*, 2006) and TLA+ Examples has it: resource
//! managers prepare or abort when they like, the transaction manager decides when it likes, nothing times out, and a
//! message that was sent can be received again and again.

use std::fmt;

use consensus_playground::kernel::prelude::*;

/// The transaction manager.
const MANAGER: NodeId = NodeId::replica(1);

/// The protocol of the specification.
pub struct TwoPhase;

#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    #[option(replicas)]
    pub replicas: usize,
    /// Whether properties remember what came of each resource manager: that follows from the state, and makes no state more.
    #[option(default = "off", source = "Gray, Lamport 2006")]
    pub watched: bool,
}

/// What becomes of the transaction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// It takes place.
    Commit,
    /// It does not.
    Abort,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Outcome::Commit { "commit" } else { "abort" })
    }
}

#[derive(Message, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// A resource manager has prepared.
    #[message(glyph = Disc, label = "prepared")]
    Prepared,
    /// The transaction manager has decided to commit.
    #[message(glyph = Box, label = "commit")]
    Commit,
    /// The transaction manager has decided to abort.
    #[message(glyph = Box, label = "abort")]
    Abort,
}

/// Runs as long as its node may still do something of its own accord.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// Somebody does what it chooses.
    Choose,
}

#[derive(Role, Clone, Hash, Debug, Default)]
pub enum Part {
    /// Has neither prepared nor heard of a decision; of the transaction manager: has not decided.
    #[default]
    #[role(Follow)]
    Working,
    /// Has prepared.
    #[role(Blocked)]
    Prepared,
    /// Knows the outcome; of the transaction manager: has decided.
    #[role(Done)]
    Done(Option<bool>),
}

#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    part: Part,
    /// The transaction manager's: who has prepared, in the order of the numbers.
    prepared: ByName<NodeId>,
}

#[derive(View)]
pub struct Shown {
    /// How many are known to have prepared.
    prepared: u64,
}

consensus_playground::rules! {
    "anybody" {
        Choose "choose" "Gray, Lamport 2006" "do what is chosen" => "Node {me} does what it chooses.";
        Obey "obey" "Gray, Lamport 2006" "do what was decided" => "Node {me} does what was decided.";
    }
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "two-phase",
    name: "TwoPhase",
    summary: "The specification.",
    paper: "Gray, Lamport 2006",
    slot: "transaction",
    replicas: (2, 20),
    ..Descriptor::of::<TwoPhase>()
};

impl Algorithm for TwoPhase {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Never;
    type Value = Outcome;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = ();
    type Client = ();
    type Rule = Rule;

    fn boot(cx: &mut Context<'_, Self>) {
        cx.set_timer(Timer::Choose, 1);
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        match input {
            Input::Fire(Timer::Choose) if cx.me == MANAGER => decide(cx),
            Input::Fire(Timer::Choose) => prepare_or_abort(cx),
            // TMRcvPrepared; once it has decided it counts no more.
            Input::Deliver { from, message: Message::Prepared } => {
                if matches!(cx.state.part, Part::Working)
                    && let Err(place) = cx.state.prepared.binary_search(&from)
                {
                    cx.state.prepared.insert(place, from);
                }
            }
            // RMRcvCommitMsg and RMRcvAbortMsg, whatever the state.
            Input::Deliver { message: Message::Commit, .. } => finish(cx, Outcome::Commit),
            Input::Deliver { message: Message::Abort, .. } => finish(cx, Outcome::Abort),
            Input::Request { .. } | Input::Answer { .. } => {}
        }
    }
}

/// TMCommit, where everybody has prepared, or TMAbort.
fn decide(cx: &mut Context<'_, TwoPhase>) {
    cx.rule(Rule::Choose);
    let all = cx.state.prepared.len() == cx.config.replicas - 1;
    let commits = all && cx.choose(2) == 1;
    cx.state.part = Part::Done(None);
    cx.broadcast(if commits { Message::Commit } else { Message::Abort });
}

/// RMPrepare or RMChooseToAbort.
fn prepare_or_abort(cx: &mut Context<'_, TwoPhase>) {
    cx.rule(Rule::Choose);
    if cx.choose(2) == 0 {
        cx.state.part = Part::Prepared;
        cx.send(MANAGER, Message::Prepared);
    } else {
        finish(cx, Outcome::Abort);
    }
}

fn finish(cx: &mut Context<'_, TwoPhase>, outcome: Outcome) {
    cx.rule(Rule::Obey);
    cx.cancel_timer(Timer::Choose);
    cx.state.part = Part::Done(Some(outcome == Outcome::Commit));
    cx.decide(1, outcome);
}

impl Explain for TwoPhase {
    type Role = Part;
    type Shown = Shown;

    fn status(replica: Glance<'_, Self>) -> Status {
        Status::new(&replica.state.map_or(Part::Working, |state| state.part.clone()), 0)
    }

    fn view(replica: Glance<'_, Self>, view: &mut ReplicaView) {
        view.add(&Shown { prepared: replica.state.map_or(0, |state| state.prepared.len() as u64) });
    }
}

impl Check for TwoPhase {
    /// TCConsistent is the kernel's agreement, on one slot. Besides, if that is wanted: who has done what was decided, and what.
    type Monitor = ByName<(NodeId, bool)>;

    fn observe(seen: &mut Self::Monitor, event: &Event, cluster: &Cluster<'_, Self>, _: &mut Report) {
        let Some(node) = event.node.filter(|_| cluster.config().watched) else { return };
        let Some(Part::Done(Some(commits))) = cluster.state(node).map(|state| &state.part) else { return };
        if let Err(place) = seen.binary_search(&(node, *commits)) {
            seen.insert(place, (node, *commits));
        }
    }

    fn alike(_: &Config, names: Names, _: &dyn Fn(u8) -> bool) -> bool {
        names.keep(MANAGER)
    }

    fn valid(_: &Config, _: &Outcome, _: &Asked<'_, Never>) -> bool {
        true
    }
}

impl Lie for TwoPhase {
    type Lie = Never;
}
