//! Choices come from the seed or from a script, in a world and by hand; and what a step does not touch is shared.

use std::rc::Rc;

use consensus_playground::kernel::{
    Action, Algorithm, DynWorld, Input, Moves, NodeId, Options, Pick, Replica, Script, Selector, Trace,
};
use consensus_playground::protocols::raft::Raft;
use consensus_playground::scenario::Session;

use crate::two_phase::specification::{State, Timer, TwoPhase};
use crate::two_phase::still;

fn fire(node: usize) -> Action {
    Action::Fire { timer: 0, about: None, node: Selector::Node(NodeId::replica(node)) }
}

#[test]
fn a_step_with_a_choice_has_a_branch_for_each_answer() {
    let world = DynWorld::clone(&still::<TwoPhase>(3, 1));
    let branches = world.branches(&fire(2)).expect("its timer runs");
    let taken: Vec<_> = branches.iter().map(|(script, _)| script.made()[0].taken).collect();
    assert_eq!(taken, [0, 1]);
    let [prepared, aborted] = [&branches[0].1, &branches[1].1];
    assert_eq!((prepared.flights().len(), prepared.decided_slots()), (1, 0));
    assert_eq!((aborted.flights().len(), aborted.decided_slots()), (0, 1));
    // The manager may only abort yet: that is no choice.
    assert_eq!(world.branches(&fire(1)).expect("its timer runs").len(), 1);
    assert!(world.branches(&Action::Deliver(Pick::Id(Default::default()))).is_err(), "there is no such message");
}

#[test]
fn a_script_answers_several_steps_and_says_what_it_was_asked() {
    let mut world = DynWorld::clone(&still::<TwoPhase>(4, 1));
    world.set_script(Some(Script::new(vec![0, 9])));
    for node in [2, 3, 4] {
        world.act(&fire(node), &mut Trace::forgetful()).expect("its timer runs");
    }
    let script = world.set_script(None).expect("it was set");
    // Too high an answer is the highest; where the script is used up the answer is 0.
    let made: Vec<_> = script.made().iter().map(|choice| (choice.taken, choice.of)).collect();
    assert_eq!(made, [(0, 2), (1, 2), (0, 2)]);
    assert_eq!(script.next_branch(), Some(Script::new(vec![0, 1, 1])));
}

#[test]
fn without_a_script_the_seed_chooses_as_it_did() {
    let prepared = |seed| {
        let mut world = DynWorld::clone(&still::<TwoPhase>(9, seed));
        let nodes = 2..=9;
        nodes.clone().for_each(|node| world.act(&fire(node), &mut Trace::forgetful()).expect("its timer runs"));
        let mut ready: Vec<_> = world.flights().into_iter().map(|flight| flight.from.number()).collect();
        ready.sort_unstable();
        ready
    };
    assert_eq!(prepared(1), prepared(1));
    assert_ne!(prepared(1), prepared(2));
}

#[test]
fn a_replica_that_is_driven_by_hand_follows_a_script_too() {
    let states: Vec<State> = [0, 1]
        .map(|answer| {
            let config = Rc::new(TwoPhase::configure(3, &Options::default()).expect("there are no options"));
            let mut replica =
                Replica::<TwoPhase>::new(config, NodeId::replica(2), 3, 1, ()).expect("it is one of them");
            replica.boot();
            *replica.script_mut() = Some(Box::new(Script::new(vec![answer])));
            replica.handle(Input::Fire(Timer::Choose));
            let made = replica.script_mut().take().expect("it was set");
            assert_eq!(made.made().len(), 1);
            replica.state().cloned().expect("it runs")
        })
        .into();
    assert_ne!(format!("{:?}", states[0]), format!("{:?}", states[1]));
}

#[test]
fn a_copy_shares_what_a_delivery_does_not_change() {
    let mut before = DynWorld::clone(&still::<Raft>(5, 1));
    before.act(&fire(1), &mut Trace::forgetful()).expect("its timer runs");
    let deliveries = before.enabled(&Moves { deliver: true, ..Moves::default() });
    assert_eq!(deliveries.len(), 4, "a candidate has asked all others");
    let mut after = before.clone();
    assert!(NodeId::replicas(5).all(|node| after.shares(&before, node)));
    after.act(&deliveries[2], &mut Trace::forgetful()).expect("it is in flight");
    let copied: Vec<_> = NodeId::replicas(5).filter(|node| !after.shares(&before, *node)).collect();
    assert_eq!(copied, [NodeId::replica(4)], "only the receiver was copied");
}

#[test]
fn the_moves_are_those_that_were_asked_for_in_an_order_of_their_own() {
    let world = |first, second| {
        let mut world = DynWorld::clone(&still::<TwoPhase>(4, 1));
        for node in [first, second] {
            let (_, next) = world.branches(&fire(node)).expect("its timer runs").swap_remove(0);
            world = next;
        }
        world
    };
    let shown = |world: &DynWorld, moves: &Moves| {
        let flights = world.flights();
        let show = |action: &Action| match action {
            Action::Deliver(Pick::Id(id)) | Action::Drop(Pick::Id(id)) | Action::Duplicate(Pick::Id(id)) => {
                let flight = flights.iter().find(|flight| flight.id == *id).expect("it is in flight");
                format!("{} {}", flight.from, flight.to)
            }
            other => format!("{other:?}"),
        };
        world.enabled(moves).iter().map(show).collect::<Vec<_>>()
    };
    let (there, back) = (world(2, 3), world(3, 2));
    assert_eq!(shown(&there, &Moves { deliver: true, ..Moves::default() }), ["2 1", "3 1"]);
    assert_eq!(shown(&there, &Moves::ALL), shown(&back, &Moves::ALL));
    assert_eq!(there.enabled(&Moves::ALL).len(), 3 * 2 + 2 + 4, "three moves a message, two timers, four crashes");
    let none = there.enabled(&Moves { restart: true, ..Moves::default() });
    assert_eq!(none, [], "nobody is down");
}

#[test]
fn timers_about_different_things_are_told_apart() {
    let text = "protocol two-phase-commit\nreplicas 3\nnetwork manual\nrequest transaction trip\n\
        request transaction hotel from c2\nfire vote-timeout 2 of 1\n";
    let mut session = Session::open(text).expect("it can be read");
    session.finish();
    let world = session.world();
    let decided: Vec<_> = world.decisions().into_iter().map(|decision| (decision.slot, decision.value)).collect();
    assert_eq!(decided, [(2, "abort hotel".into())], "the first is due first, but the second was meant");
    assert!(session.script().contains("\nfire vote-timeout 2 of 1\n"), "{}", session.script());
    let fires = world.enabled(&Moves { fire: true, ..Moves::default() });
    let coordinator: Vec<_> = fires
        .iter()
        .filter_map(|action| match action {
            Action::Fire { timer, about, node } if *node == Selector::Node(NodeId::replica(1)) => {
                Some((*timer, *about))
            }
            _ => None,
        })
        .collect();
    assert_eq!(coordinator, [(0, Some(1)), (2, Some(2))], "it waits for votes on 1, and for those who know of 2");
    let why = session.act("fire vote-timeout 2 of 1").expect_err("it has fired").message;
    assert_eq!(why, "no vote-timeout timer about 2 runs at 1");
}
