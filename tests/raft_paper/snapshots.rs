//! §7: snapshots and InstallSnapshot (Figures 12 and 13).

use std::rc::Rc;

use super::*;

use consensus_playground::protocols::raft::Snapshot;

/// A leader of three that has applied `add x 1` so often, with a snapshot every two entries.
fn compacted(times: u32) -> Server {
    let mut leader = Server::new(3, &[("snapshot-every", "2")], "").elect(&[2]);
    for number in 1..=times {
        leader.ask(number, "add x 1");
        leader.matched(&[2]);
    }
    leader.fire(Timer::Heartbeat);
    leader
}

fn snapshot_of(server: &Server) -> Rc<Snapshot> {
    server.disk().snapshot.clone().expect("it has one")
}

fn install(term: u64, snapshot: &Rc<Snapshot>) -> Message {
    Message::InstallSnapshot { term, snapshot: snapshot.clone(), round: 1 }
}

#[test]
fn s7_a_snapshot_stands_for_what_is_applied_and_the_log_begins_behind_it() {
    let mut leader = compacted(3);
    leader.ask(4, "add x 1");
    leader.fire(Timer::Heartbeat);
    let snapshot = snapshot_of(&leader);
    assert_eq!((snapshot.index, snapshot.term, snapshot.store.show()), (2, 1, "x=2".into()));
    assert_eq!((leader.disk().log.base(), leader.disk().log.last_index(), leader.terms()), (2, 4, vec![1, 1]));
    assert_eq!((leader.written().log.base(), leader.written().snapshot.is_some()), (2, true), "both are on disk");
}

#[test]
fn s7_what_is_not_committed_is_in_no_snapshot() {
    let mut leader = Server::new(3, &[("snapshot-every", "2")], "").elect(&[2]);
    (1..=5).for_each(|number| drop(leader.ask(number, "add x 1")));
    leader.fire(Timer::Heartbeat);
    assert!(leader.disk().snapshot.is_none());
}

#[test]
fn s7_the_entry_before_the_log_is_still_checked() {
    let snapshot = snapshot_of(&compacted(2));
    let mut server = Server::new(3, &[], "");
    server.hear(2, install(1, &snapshot));
    assert_eq!(server.hear(2, append(1, (2, 1), &[1], 0)), [answer(1, 2, AppendResult::Matched(3), 1)]);
    let mut server = Server::new(3, &[], "");
    server.hear(2, install(1, &snapshot));
    let refused = server.hear(2, append(9, (2, 7), &[9], 0));
    assert!(matches!(refused[..], [Message::Appended { result: AppendResult::Conflict { .. }, .. }]));
}

#[test]
fn s7_entries_that_a_snapshot_stands_for_are_not_appended_again() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, install(1, &snapshot_of(&compacted(2))));
    assert_eq!(server.hear(2, append(1, (0, 0), &[1, 1, 1], 3)), [answer(1, 0, AppendResult::Matched(3), 1)]);
    assert_eq!((server.disk().log.last_index(), server.terms(), server.state().applied), (3, vec![1], 3));
}

#[test]
fn s7_a_leader_sends_its_snapshot_in_place_of_what_it_has_deleted() {
    let mut leader = compacted(2);
    leader.fire(Timer::Heartbeat); // What was sent before it was deleted may be on its way still.
    let sent = leader.fire(Timer::Heartbeat);
    assert_eq!(leader.receivers(), [2, 3]);
    assert_eq!(sent[1], Message::InstallSnapshot { term: 1, snapshot: snapshot_of(&leader), round: 4 });
    leader.ask(3, "add x 1");
    let sent = leader.hear(3, Message::Installed { term: 1, index: 2, round: 4 });
    assert_eq!((appends(&sent), leader.match_index(3)), (vec![(2, 1, vec![1], 2)], 2), "and goes on behind it");
}

#[test]
fn s7_a_snapshot_of_an_old_term_is_refused() {
    let mut server = Server::new(3, &[], "term=5");
    let sent = server.hear(2, install(1, &snapshot_of(&compacted(2))));
    assert_eq!(sent, [Message::Installed { term: 5, index: 0, round: 1 }]);
    assert!(server.disk().snapshot.is_none() && server.state().leader.is_none());
}

#[test]
fn s7_a_snapshot_is_a_word_of_the_leader() {
    let mut server = Server::new(3, &[], "");
    server.fire(Timer::Election);
    server.hear(2, install(1, &snapshot_of(&compacted(2))));
    assert!(server.follows() && server.state().leader == Some(r(2)) && server.timer(Timer::Election).is_some());
}

#[test]
fn s7_a_log_that_conflicts_is_deleted_whole_and_the_state_machine_begins_anew() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, append(1, (0, 0), &[1], 1));
    assert_eq!(server.state().store.show(), "x=1");
    let mut server = Server::new(3, &[], "term=1 log=1,1,1,1");
    let snapshot = Snapshot { term: 3, ..(*snapshot_of(&compacted(2))).clone() };
    let sent = server.hear(2, install(4, &Rc::new(snapshot)));
    assert_eq!(sent, [Message::Installed { term: 4, index: 2, round: 1 }]);
    assert_eq!((server.disk().log.last_index(), server.disk().log.last_term(), server.terms()), (2, 3, vec![]));
    assert_eq!((server.state().commit, server.state().applied, server.state().store.show()), (2, 2, "x=2".into()));
    assert_eq!((server.sent[0].2.log.base(), server.written().snapshot.is_some()), (2, true), "on disk, then answered");
}

#[test]
fn s7_what_follows_a_snapshots_last_entry_is_kept() {
    let mut server = Server::new(3, &[], "term=1 log=1,1,1,1");
    server.hear(2, install(1, &snapshot_of(&compacted(2))));
    assert_eq!((server.disk().log.base(), server.disk().log.last_index(), server.state().applied), (2, 4, 2));
}

#[test]
fn s7_a_snapshot_of_what_is_known_changes_nothing() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, append(1, (0, 0), &[1, 1, 1], 3));
    let sent = server.hear(2, install(1, &snapshot_of(&compacted(2))));
    assert_eq!(sent, [Message::Installed { term: 1, index: 2, round: 1 }]);
    assert_eq!((server.terms(), server.state().applied, server.state().store.show()), (vec![1, 1, 1], 3, "x=1".into()));
}

#[test]
fn s7_a_restarted_server_begins_with_its_snapshot() {
    let mut server = compacted(3);
    server.restart();
    assert_eq!((server.state().commit, server.state().applied, server.state().store.show()), (2, 2, "x=2".into()));
    assert_eq!(server.disk().log.last_index(), 3);
}

#[test]
fn s7_a_snapshot_carries_the_clients_sessions() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, install(1, &snapshot_of(&compacted(2))));
    let again = Entry::new(1, Payload::Command(kv::Command::Add("x".into(), 1)), Some(request(2)));
    server.hear(2, append_these(1, (2, 1), vec![again], 3));
    assert_eq!((server.state().applied, server.state().store.show()), (3, "x=2".into()));
}

#[test]
fn s7_a_snapshot_carries_the_latest_configuration() {
    let mut leader = Server::new(3, &[("snapshot-every", "2")], "").elect(&[2]);
    leader.ask(1, "add x 1");
    leader.matched(&[2]);
    leader.ask(2, "remove 3");
    leader.matched(&[2]);
    leader.fire(Timer::Heartbeat);
    let mut server = Server::new(3, &[], "");
    server.hear(2, install(1, &snapshot_of(&leader)));
    assert_eq!(server.members().to_string(), "1,2");
}
