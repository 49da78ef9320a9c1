//! How many states the shipped EPaxos has with three replicas and two commands that conflict, under bounds: messages are delivered
//! once, in any order, or never; leaders may stop waiting for a fast quorum; and each instance is recovered so often. None of them
//! breaks a property.

use consensus_playground::kernel::{Action, MessageId, Moves, NodeId, Options, Pick, Selector, Setup, Trace, World};
use consensus_playground::protocols::epaxos::EPaxos;

use crate::breadth_first::{Explored, explore};

/// The places in the descriptor's lists of the recovery timer and of the message that tells of a commit.
const RECOVERY: u8 = 1;
const COMMIT: u8 = 5;

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
        let flights = self.world.flights_in_outline(MessageId(u32::MAX));
        let idle = flights.iter().filter(|flight| flight.to.is_client() || flight.kind == COMMIT);
        let idle: Vec<_> = idle.map(|flight| flight.id).collect();
        let mut all = Vec::new();
        for action in self.world.enabled(&Moves::CALM) {
            let mut left = self.left;
            match action {
                // What clients hear changes nothing here, and commits are lost: whoever needs one must find it out.
                Action::Deliver(Pick::Id(id)) if idle.contains(&id) => continue,
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
            all.push(Bounded { world, left });
        }
        all
    }
}

/// Replicas 1 and 2 have been asked for a write of x each.
fn begun(thrifty: &str) -> World<EPaxos> {
    let options: Options = [("thrifty", thrifty)].into_iter().collect();
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
fn count(thrifty: &str, left: Left) -> Explored {
    let since = std::time::Instant::now();
    let found = explore(
        Bounded { world: begun(thrifty), left },
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

const QUICK: &[Counted] = &[("on", 0, [0, 0], 15), ("off", 0, [0, 0], 285), ("on", 2, [0, 0], 7_692)];
/// With `STATES=all`, as `cargo xtask bench` has it.
const LONG: &[Counted] = &[("on", 0, [1, 0], 57_784)];

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
