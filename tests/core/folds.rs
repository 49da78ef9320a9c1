//! A replica's state is a fold over the log that it has applied: in every scenario, at every event, but for the switches and
//! the liars that break just that.

use std::collections::BTreeMap;

use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{AppliedLog, NodeId};
use consensus_playground::protocols;
use consensus_playground::scenario::gallery::gallery;
use consensus_playground::scenario::{Session, Tick};
use consensus_playground::services::fold::first_difference;
use consensus_playground::web::folds;

/// The protocols whose replicas keep a store by applying a log.
const FOLDING: &[&str] = &["raft", "multi-paxos", "pbft", "tendermint", "hotstuff"];

/// Where a replica holds something else than its log says. Two have switches that break the fold itself. In the others a number
/// was decided again after it was executed, so that the log changed behind the state.
const STRAYING: &[&str] =
    &["multi-paxos-bug-apply-twice", "multi-paxos-bug-skip-holes", "pbft-bug-new-view-without-proof"];

fn logs(session: &Session) -> Vec<(NodeId, AppliedLog)> {
    let replicas = (1..=session.world().size()).map(NodeId::replica);
    replicas.filter_map(|id| Some((id, session.world().applied(id)?))).collect()
}

/// Replicas that stray from their own logs: of each the first event, and the index at which it stands there.
fn strays(text: &str) -> (Session, BTreeMap<NodeId, (u32, u64)>, usize) {
    let (mut found, mut compared) = (BTreeMap::new(), 0);
    let mut session = Session::open(text).expect("it is one of ours");
    while !session.finished() {
        let tick = session.step();
        for id in (1..=session.world().size()).map(NodeId::replica) {
            let Some(log) = session.world().applied(id) else { continue };
            compared += usize::from(log.applied > 0);
            if log.strays() {
                found.entry(id).or_insert((session.event(), log.applied));
            }
        }
        if matches!(tick, Tick::Idle | Tick::Question) {
            break;
        }
    }
    (session, found, compared)
}

#[test]
fn every_replica_holds_what_its_log_says_at_every_event() {
    let (mut counts, mut straying) = (BTreeMap::new(), Vec::new());
    for exhibit in gallery() {
        let (session, found, compared) = strays(exhibit.text);
        let id = session.scenario().entry.descriptor.id;
        *counts.entry(id).or_insert(0) += compared;
        if !found.is_empty() {
            straying.push(exhibit.file);
        }
        // Where nothing is broken, all that are correct agree at every index.
        if session.world().violations().is_empty() {
            let correct = |id: &NodeId| session.world().outline(*id).is_some_and(|node| !node.traitor);
            let logs = logs(&session);
            let logs: Vec<_> = logs.iter().filter(|(id, _)| correct(id)).map(|(_, log)| log).collect();
            assert_eq!(first_difference(&logs), None, "{}", exhibit.file);
        }
    }
    assert_eq!(straying, STRAYING);
    for entry in protocols::ALL {
        let id = entry.descriptor.id;
        let compared = counts.get(id).copied().unwrap_or(0);
        assert_eq!(compared > 100, FOLDING.contains(&id), "{id}: {compared}");
    }
}

fn scenario(file: &str) -> &'static str {
    gallery().into_iter().find(|exhibit| exhibit.file == file).expect("it is in the gallery").text
}

/// Multi-Paxos with the switch: replica 1 executes slot 2 and has no slot 1.
#[test]
fn a_hole_that_was_not_waited_for_is_found() {
    let (session, found, _) = strays(scenario("multi-paxos-bug-skip-holes"));
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), [NodeId::replica(1)]);
    assert_eq!(found[&NodeId::replica(1)].1, 2);
    let log = session.world().applied(NodeId::replica(1)).expect("it runs");
    assert_eq!((log.last(), log.applied, log.own.values.len()), (0, 2, 1));
}

/// The same request in slots 1 and 3: the log counts it once, the replica twice.
#[test]
fn a_command_that_was_carried_out_twice_is_found_at_its_second_place() {
    let (session, found, _) = strays(scenario("multi-paxos-bug-apply-twice"));
    let log = session.world().applied(NodeId::replica(1)).expect("it runs");
    let again: Vec<_> = (1..=log.last()).filter(|&index| log.entry(index).unwrap().commands[0].again).collect();
    assert_eq!(found.get(&NodeId::replica(1)).map(|at| at.1), Some(again[0]), "{log:?}");
    let x = |state: &consensus_playground::kernel::FoldedState| state.values.get(&"x".into()).map(|x| x.to_string());
    assert_eq!((x(&log.own), log.at(again[0]).and_then(x)), (Some("2".into()), Some("1".into())));
}

/// A replica of Raft that is crashed has applied nothing, and comes back to the same state; one of PBFT keeps its state on
/// its disk.
#[test]
fn what_a_crash_takes_is_computed_again() {
    let raft = "protocol raft\nreplicas 3\nseed 2\nset snapshot-every 2\nrun 700ms\nrequest put x 1\nrun 300ms\n\
                request add x 2\nrun 300ms\nrequest add x 4\nrun 300ms\n";
    let mut session = Session::open(raft).expect("a scenario");
    session.finish();
    let before = logs(&session);
    assert_eq!(before.len(), 3);
    assert!(before.iter().all(|(_, log)| log.base == 2 && log.applied == 3), "{before:?}");
    session.act("crash all").expect("they run");
    assert_eq!(logs(&session), []);
    session.act("restart all").expect("they are crashed");
    assert!(logs(&session).iter().all(|(_, log)| log.applied == 2 && !log.strays()), "from the snapshot alone");
    session.run(1_000_000);
    session.act("request get x").expect("it runs");
    session.run(600_000);
    let after = logs(&session);
    assert_eq!(after.len(), 3);
    for ((_, before), (_, after)) in before.iter().zip(&after) {
        assert!(after.applied > before.applied);
        assert_eq!(after.own.values, before.own.values);
        assert!(!after.strays());
    }
}

/// The event in which a replica applied an entry is the one after which it has, and not the one before.
#[test]
fn the_event_of_an_entry_is_found() {
    let mut session = Session::open(scenario("raft-snapshot")).expect("it is one of ours");
    session.finish();
    let applied = |session: &Session, id| session.world().applied(id).map_or(0, |log| log.applied);
    for id in (1..=5).map(NodeId::replica) {
        for index in 1..=applied(&session, id) {
            let event = folds::event(&session, id, Some(index));
            let mut then = Session::open(scenario("raft-snapshot")).expect("it is one of ours");
            then.finish();
            then.seek(event);
            assert!(applied(&then, id) >= index, "{id} {index}: event {event}");
            then.seek(event - 1);
            assert!(applied(&then, id) < index, "{id} {index}: before event {event}");
        }
        assert_eq!(folds::event(&session, id, Some(99)), 0);
        assert_eq!(folds::event(&session, id, None), 0, "it never strayed");
    }
}

/// What the page is told of the bug: at which event replica 1 began to stray, what its log says there and what it holds.
#[test]
fn the_page_is_told_where_a_replica_strays() {
    let text = scenario("multi-paxos-bug-apply-twice");
    let (session, found, _) = strays(text);
    let one = NodeId::replica(1);
    assert_eq!(folds::event(&session, one, None), found[&one].0);
    let view = folds::fold(&session, u64::MAX);
    assert_eq!((view.first, view.last, view.at), (0.0, 3.0, 3.0));
    let replica = &view.replicas[0];
    let x = |state: &Option<consensus_playground::web::types::FoldState>| {
        state.iter().flat_map(|state| &state.values).find(|value| value.key == "x").map(|value| value.value.clone())
    };
    assert!(replica.strays);
    assert_eq!((x(&replica.own), x(&replica.state)), (Some("2".into()), Some("1".into())));
    assert_eq!(view.differs, None, "the logs are the same: only what came of them is not");
    assert!(!view.replicas[1].knows, "replica 2 has crashed");
    assert_eq!(view.entries.iter().filter(|entry| entry.commands.iter().any(|one| one.again)).count(), 1);
}

/// Whatever was done by hand, taken back and done again: what is found is an event of this run, with it the entry is applied,
/// and not with the one before, even where the replica was down for a while.
#[test]
fn the_event_of_an_entry_is_found_in_runs_by_hand() {
    let mut found = 0;
    for seed in 0..if cfg!(debug_assertions) { 3 } else { 60 } {
        let mut session =
            Session::open("protocol raft\nreplicas 5\nseed 7\nat 0s request put x 1\nrun 2s\n").expect("a scenario");
        for step in 0..60 {
            let chance = |what, of| below(draw(seed, what, step), of);
            by_hand(&mut session, chance);
            let (id, index) = (NodeId::replica(1 + chance(0, 5) as usize), chance(1, 3));
            let holds = |session: &Session| session.world().applied(id).is_some_and(|log| log.applied >= index);
            let event = folds::event(&session, id, Some(index));
            assert!(event <= session.event(), "seed {seed}: event {event} of {}", session.event());
            if event > 0 {
                found += 1;
                let mut then = Session::open(&session.script()).expect("what was done is a scenario");
                while then.event() < event {
                    then.step();
                }
                assert!(holds(&then), "seed {seed}: {id} {index} at event {event}");
            }
        }
    }
    assert!(found > 20, "{found}");
}

/// One thing that a person may do on the page.
fn by_hand(session: &mut Session, chance: impl Fn(u64, u64) -> u64) {
    let acts = ["crash 2", "crash leader", "restart all", "partition 1 2 | 3 4 5", "heal", "byzantine 1 equivocate"];
    match chance(2, 8) {
        0 => drop(session.act(acts[chance(3, acts.len() as u64) as usize])),
        1 => drop(session.undo()),
        2 => drop(session.redo()),
        3 => session.seek(chance(4, u64::from(session.last()) + 1) as u32),
        4 => drop(session.finish()),
        5 => drop(session.run(300_000)),
        _ => drop(session.step()),
    }
}
