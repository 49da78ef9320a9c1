//! How many states the shipped EPaxos has with three replicas and two commands that conflict, under bounds: messages are delivered
//! once, in any order, or never; leaders may stop waiting for a fast quorum; and each instance is recovered so often. None of them
//! breaks a property.
//!
//! What can make no difference any more is taken out of the network ([`is_void`]): worlds that differ in nothing else are one state.

use consensus_playground::kernel::{Action, Moves, NodeId, Options, Pick, Selector, Setup, Trace, World};
use consensus_playground::protocols::ballot::Ballot;
use consensus_playground::protocols::epaxos::{EPaxos, Instance, Message, Phase};

use crate::breadth_first::{Explored, explore};

/// The place of the recovery timer in the descriptor's list.
const RECOVERY: u8 = 1;

/// What is left of the bounds: how often leaders may stop waiting for a fast quorum, and how often the instances of replicas 1 and 2
/// may be recovered, by whomever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Left {
    fast: u8,
    recoveries: [u8; 2],
}

/// A world, and what is left of the bounds.
#[derive(Clone)]
struct Bounded {
    world: World<EPaxos>,
    left: Left,
}

impl Bounded {
    fn next(&self) -> Vec<Bounded> {
        let mut all = Vec::new();
        for action in self.world.enabled(&Moves::CALM) {
            let mut left = self.left;
            match action {
                Action::Fire { node: Selector::Node(node), .. } if node.is_client() => continue,
                Action::Fire { timer, about, .. } => {
                    let of_slot = about.and_then(|slot| left.recoveries.get_mut(slot as usize - 1));
                    let many = if timer == RECOVERY { of_slot } else { Some(&mut left.fast) };
                    let Some(many) = many.filter(|many| **many > 0) else { continue };
                    *many -= 1;
                }
                _ => {}
            }
            // EPaxos makes no choices: there is one branch.
            let mut world = self.world.clone();
            world.act(&action, &mut Trace::forgetful()).expect("what is enabled is possible");
            clear(&mut world);
            all.push(Bounded { world, left });
        }
        all
    }
}

/// Whether a message to a replica makes no difference, whenever it arrives.
///
/// Commits are lost here, and refusals: whoever needs to know must find it out. With one recovery of an instance at most, a refusal
/// shows nothing new: it ends a lead, as if no more answers came, and raises the ballot of a recovery that will not be. Then what
/// stands below the ballot that its receiver has joined, or is about what that one knows to be committed, moves nobody: neither
/// ever ends. And an answer counts in the ballot and the phase that it answers; a leader comes back to neither.
fn is_void(world: &World<EPaxos>, to: NodeId, message: &Message) -> bool {
    let cluster = world.cluster();
    let leads = |instance: &Instance, ballot: &Ballot| {
        let lead = cluster.state(to)?.leads.get(instance)?;
        (lead.ballot == *ballot).then_some(&lead.phase)
    };
    match message {
        Message::Request { .. } => false,
        Message::Reply { .. } | Message::Commit { .. } | Message::Nack { .. } => true,
        Message::PreAccept { instance, ballot, .. }
        | Message::Accept { instance, ballot, .. }
        | Message::Prepare { instance, ballot } => {
            let record = cluster.disk(to).records.get(instance);
            record.is_some_and(|record| record.joined > *ballot || record.committed().is_some())
        }
        Message::PrepareOk { instance, ballot, .. } => !matches!(leads(instance, ballot), Some(Phase::Preparing(_))),
        Message::PreAcceptOk { instance, ballot, .. } => {
            !matches!(leads(instance, ballot), Some(Phase::Preparing(_) | Phase::PreAccepting { .. }))
        }
        Message::AcceptOk { instance, ballot } => leads(instance, ballot).is_none(),
    }
}

/// Takes out of the network what makes no difference.
fn clear(world: &mut World<EPaxos>) {
    let void: Vec<_> =
        world.in_flight().filter(|(_, _, to, message)| is_void(world, *to, message)).map(|it| it.0).collect();
    for id in void {
        world.act(&Action::Drop(Pick::Id(id)), &mut Trace::forgetful()).expect("it is in flight");
    }
}

/// Replicas 1 and 2 have been asked for a write of x each.
fn begun(options: &[(&'static str, &'static str)]) -> World<EPaxos> {
    let options: Options = options.iter().copied().collect();
    let setup = Setup { replicas: 3, seed: 1, options, ..Setup::default() };
    let trace = &mut Trace::forgetful();
    let mut world = World::<EPaxos>::new(&setup, trace).expect("the set-up fits");
    world.act(&Action::Manual(true), trace).expect("a network can stand still");
    for place in [1, 2] {
        let words = ["put", "x", ["1", "2"][place - 1]].map(String::from).to_vec();
        let to = Some(Selector::Node(NodeId::replica(place)));
        world.act(&Action::Request { client: NodeId::client(place), to, words }, trace).expect("it can be asked");
    }
    world
}

#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn count(thrifty: &'static str, left: Left) -> Explored {
    let since = std::time::Instant::now();
    let found = explore(
        Bounded { world: begun(&[("thrifty", thrifty)]), left },
        |state| (state.world.fingerprint(), state.left),
        |state| {
            assert_eq!(state.world.violations(), [], "EPaxos is correct");
            state.next()
        },
    );
    let (states, depth, took) = (found.states, found.depth, since.elapsed());
    println!("EPaxos, thrifty {thrifty}, {left:?}: {states} states, {depth} levels, {took:.1?}");
    found
}

/// Whether leaders are thrifty, how often they stop waiting, how often each instance is recovered, and how many states there are.
type Counted = (&'static str, u8, [u8; 2], usize);

const QUICK: &[Counted] =
    &[("on", 0, [0, 0], 15), ("off", 0, [0, 0], 201), ("on", 2, [0, 0], 1_868), ("on", 0, [1, 0], 1_672)];
/// With `STATES=all`, as `cargo xtask bench` has it: some minutes, most of it for one recovery of each instance.
const LONG: &[Counted] = &[("off", 0, [1, 0], 16_086), ("on", 0, [1, 1], 250_994)];

#[test]
fn the_shipped_epaxos_has_as_many_states_as_it_had() {
    let long = if matches!(std::env::var("STATES").as_deref(), Ok("all" | "more")) { LONG } else { &[] };
    let mut wrong = Vec::new();
    for &(thrifty, fast, recoveries, states) in [QUICK, long].into_iter().flatten() {
        let found = count(thrifty, Left { fast, recoveries });
        if found.states != states {
            wrong.push((thrifty, fast, recoveries, found.states));
        }
    }
    assert_eq!(wrong, [], "other numbers than before");
}

/// What is taken out of the network hides none of these: the search finds them under the bounds that the correct one passes.
#[test]
fn bugs_are_found_where_the_correct_one_has_none() {
    for (bug, thrifty) in [("count-leader", "on"), ("agree-among-themselves", "off")] {
        let left = Left { fast: 0, recoveries: [1, 0] };
        let broken = std::cell::Cell::new(false);
        explore(
            Bounded { world: begun(&[("thrifty", thrifty), (bug, "on")]), left },
            |state| (state.world.fingerprint(), state.left),
            |state| {
                broken.set(broken.get() || !state.world.violations().is_empty());
                if broken.get() { Vec::new() } else { state.next() }
            },
        );
        assert!(broken.get(), "{bug} is not found");
    }
}
