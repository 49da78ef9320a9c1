//! Paxos as Lamport specifies it (`PaxosHowToWinATuringAward/Paxos.tla` in TLA+ Examples): a leader for each ballot, which
//! begins and proposes when it likes, acceptors, and messages that stay in the network once they are sent. A leader looks at
//! all answers that were sent, so here they reach it at once; what goes to acceptors comes when it comes, again and again.

use consensus_playground::kernel::prelude::*;
use consensus_playground::kernel::{Action, DynWorld, Moves, Pick, Trace};

use crate::breadth_first::{Explored, explore};
use crate::two_phase::still;

/// How many acceptors there are: replicas 1 to 3.
const ACCEPTORS: usize = 3;

/// How many are a quorum.
const QUORUM: usize = 2;

/// What can be proposed: TLC's model has two values.
const VALUES: u64 = 2;

/// The protocol of the specification.
pub struct Specified;

#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    #[option(replicas)]
    pub replicas: usize,
}

/// A value that can be chosen, by its number.
type Value = u64;

/// A vote: a ballot, and the value in it.
type Vote = Option<(u64, Value)>;

#[derive(Message, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// Begins a ballot.
    #[message(glyph = Disc, label = "1a")]
    Phase1a { ballot: u64 },
    /// Joins a ballot, and tells the highest vote so far.
    #[message(glyph = Disc, label = "1b")]
    Phase1b { voted: Option<u64>, value: Option<Value> },
    /// Asks for votes.
    #[message(glyph = Box, label = "2a")]
    Phase2a { ballot: u64, value: Value },
    /// A vote.
    #[message(glyph = Box, label = "2b")]
    Phase2b { value: Value },
}

/// Runs as long as a leader may still do something of its own accord.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A leader does what it chooses.
    Choose,
}

#[derive(Role, Clone, Copy, Hash, Debug)]
pub enum Part {
    /// Answers.
    #[role(Follow)]
    Acceptor,
    /// Leads one ballot.
    #[role(Lead)]
    Leader,
}

#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// An acceptor's: maxBal, maxVBal and maxVal.
    ballot: Option<u64>,
    vote: Vote,
    /// A leader's: whether it has begun its ballot, whether it has proposed in it, who joined with which vote, who voted.
    begun: bool,
    proposed: bool,
    joined: Vec<(NodeId, Vote)>,
    voted: Vec<NodeId>,
}

#[derive(View)]
pub struct Shown {
    /// How many have joined.
    joined: u64,
}

consensus_playground::rules! {
    "anybody" {
        Phase1a "phase-1a" "Phase1a" "begin the ballot" => "Leader {me} begins its ballot.";
        Phase2a "phase-2a" "Phase2a" "propose a value that is safe" => "Leader {me} proposes a value.";
        Answer "answer" "Phase1b, Phase2b" "answer, unless a higher ballot was joined" => "Acceptor {me} answers.";
    }
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "paxos-spec",
    name: "Paxos",
    summary: "The specification.",
    paper: "Lamport 2019",
    slot: "decision",
    replicas: (4, 6),
    ..Descriptor::of::<Specified>()
};

impl Algorithm for Specified {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Never;
    type Value = Value;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = ();
    type Client = ();
    type Rule = Rule;

    fn boot(cx: &mut Context<'_, Self>) {
        if ballot_of(cx.me).is_some() {
            cx.set_timer(Timer::Choose, 1);
        }
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        match input {
            Input::Fire(Timer::Choose) => lead(cx),
            Input::Deliver { message: Message::Phase1a { ballot }, .. } => phase_1b(cx, *ballot),
            Input::Deliver { message: Message::Phase2a { ballot, value }, .. } => phase_2b(cx, *ballot, *value),
            Input::Deliver { from, message: Message::Phase1b { voted, value } } => {
                let joined = &mut cx.state.joined;
                if let Err(place) = joined.binary_search_by_key(&from, |(acceptor, _)| *acceptor) {
                    joined.insert(place, (from, voted.zip(*value)));
                }
            }
            Input::Deliver { from, message: Message::Phase2b { value } } => {
                if let Err(place) = cx.state.voted.binary_search(&from) {
                    cx.state.voted.insert(place, from);
                    if cx.state.voted.len() == QUORUM {
                        cx.decide(1, *value);
                    }
                }
            }
            Input::Request { .. } | Input::Answer { .. } => {}
        }
    }
}

/// The ballot that a node leads: 0 for the first after the acceptors.
fn ballot_of(node: NodeId) -> Option<u64> {
    u64::from(node.raw()).checked_sub(ACCEPTORS as u64 + 1)
}

fn leader(ballot: u64) -> NodeId {
    NodeId::replica(ballot as usize + ACCEPTORS + 1)
}

/// Phase1a, then Phase2a with any value that some quorum shows to be safe.
fn lead(cx: &mut Context<'_, Specified>) {
    let Some(ballot) = ballot_of(cx.me) else { return };
    let acceptors = (1..=ACCEPTORS).map(NodeId::replica);
    if !cx.state.begun {
        cx.rule(Rule::Phase1a);
        cx.state.begun = true;
        acceptors.for_each(|acceptor| cx.send(acceptor, Message::Phase1a { ballot }));
    } else {
        let safe = safe_values(&cx.state.joined);
        if !safe.is_empty() {
            cx.rule(Rule::Phase2a);
            let value = safe[cx.choose(safe.len() as u64) as usize];
            cx.state.proposed = true;
            acceptors.for_each(|acceptor| cx.send(acceptor, Message::Phase2a { ballot, value }));
        }
    }
    if !cx.state.proposed {
        cx.set_timer(Timer::Choose, 1);
    }
}

/// In each quorum of those who joined: the value of the highest vote, or any where nobody voted.
fn safe_values(joined: &[(NodeId, Vote)]) -> Vec<Value> {
    let pairs =
        joined.iter().enumerate().flat_map(|(at, one)| joined[at + 1..].iter().map(move |other| (one.1, other.1)));
    let shown = pairs.flat_map(|(one, other)| match one.max(other) {
        Some((_, value)) => vec![value],
        None => (0..VALUES).collect(),
    });
    let mut safe: Vec<Value> = shown.collect();
    safe.sort_unstable();
    safe.dedup();
    safe
}

fn phase_1b(cx: &mut Context<'_, Specified>, ballot: u64) {
    if cx.state.ballot < Some(ballot) {
        cx.rule(Rule::Answer);
        cx.state.ballot = Some(ballot);
        let (voted, value) = cx.state.vote.unzip();
        cx.send(leader(ballot), Message::Phase1b { voted, value });
    }
}

fn phase_2b(cx: &mut Context<'_, Specified>, ballot: u64, value: Value) {
    if cx.state.ballot <= Some(ballot) {
        cx.rule(Rule::Answer);
        cx.state.ballot = Some(ballot);
        cx.state.vote = Some((ballot, value));
        cx.send(leader(ballot), Message::Phase2b { value });
    }
}

impl Explain for Specified {
    type Role = Part;
    type Shown = Shown;

    fn status(replica: Glance<'_, Self>) -> Status {
        Status::new(&ballot_of(replica.me).map_or(Part::Acceptor, |_| Part::Leader), 0)
    }

    fn view(replica: Glance<'_, Self>, view: &mut ReplicaView) {
        view.add(&Shown { joined: replica.state.map_or(0, |state| state.joined.len() as u64) });
    }
}

impl Check for Specified {
    type Monitor = ();

    fn valid(_: &Config, _: &Value, _: &Asked<'_, Never>) -> bool {
        true
    }
}

impl Lie for Specified {
    type Lie = Never;
}

/// What can come next. What goes to acceptors stays in the network, so it is doubled first; answers reach their leader.
fn successors(world: &DynWorld) -> Vec<DynWorld> {
    let mut all = Vec::new();
    for action in world.enabled(&Moves::CALM) {
        let mut before = world.clone();
        if let Action::Deliver(pick) = &action {
            before.act(&Action::Duplicate(pick.clone()), &mut Trace::forgetful()).expect("it is in flight");
        }
        let branches = before.branches(&action).expect("what is enabled is possible");
        all.extend(branches.into_iter().map(|(_, world)| with_answers_delivered(world)));
    }
    all
}

fn with_answers_delivered(mut world: DynWorld) -> DynWorld {
    let answers = world.flights().into_iter().filter(|flight| ballot_of(flight.to).is_some());
    for answer in answers.map(|flight| flight.id).collect::<Vec<_>>() {
        let deliver = Action::Deliver(Pick::Id(answer));
        world.act(&deliver, &mut Trace::forgetful()).expect("it is in flight");
    }
    world
}

fn count(ballots: usize) -> Explored {
    let root = DynWorld::clone(&still::<Specified>(ACCEPTORS + ballots, 1));
    explore(root, DynWorld::fingerprint, |world| {
        assert_eq!(world.violations(), [], "one value is chosen");
        successors(world)
    })
}

#[test]
fn the_specification_has_the_published_number_of_states() {
    let found = count(2);
    println!("Paxos with 3 acceptors, 2 values, 2 ballots: {} states, {} levels", found.states, found.depth);
    // MCPaxosTiny.cfg.
    assert_eq!(found, Explored { states: 3_921, depth: 17 });
}
