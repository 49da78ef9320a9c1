//! §5.3, §5.4.2, §5.5: AppendEntries, the commit rule, and messages that are lost or come twice.

use super::*;

#[test]
fn s5_3_a_leader_appends_a_command_and_sends_it_to_all() {
    let mut leader = Server::new(3, &[], "term=4 log=1,4").elect(&[2]);
    let sent = leader.ask(1, "put x 1");
    assert_eq!(leader.written().log.last_index(), 3);
    assert_eq!((leader.terms(), leader.receivers()), (vec![1, 4, 5], vec![2, 3]));
    assert_eq!(appends(&sent), [(2, 4, vec![5], 0), (2, 4, vec![5], 0)]);
}

#[test]
fn s5_3_an_entry_is_on_the_leaders_disk_before_it_is_sent() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.ask(1, "put x 1");
    assert!(leader.sent.iter().all(|(_, _, disk)| disk.log.last_index() == 1) && leader.sent.len() == 2);
}

#[test]
fn s5_3_an_entry_is_on_the_followers_disk_before_it_answers() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, append(1, (0, 0), &[1, 1], 0));
    assert_eq!((server.sent.len(), server.sent[0].2.log.last_index()), (1, 2));
}

#[test]
fn s5_3_an_entry_is_committed_on_a_majority_and_only_then_applied_and_answered() {
    let mut leader = Server::new(5, &[], "").elect(&[2, 3]);
    leader.ask(1, "add x 5");
    assert_eq!(told(&leader.hear(2, matched(1, 1))), [""; 0], "on two of five");
    assert_eq!((leader.state().commit, leader.state().store.show()), (0, String::new()));
    assert_eq!(told(&leader.hear(3, matched(1, 1))), ["5"], "on three of five");
    assert_eq!((leader.state().commit, leader.state().applied, leader.state().store.show()), (1, 1, "x=5".into()));
}

#[test]
fn s5_3_half_of_an_even_number_is_no_majority() {
    let mut leader = Server::new(4, &[], "").elect(&[2, 3]);
    leader.ask(1, "put x 1");
    leader.hear(2, matched(1, 1));
    assert_eq!(leader.state().commit, 0);
    leader.hear(3, matched(1, 1));
    assert_eq!(leader.state().commit, 1);
}

#[test]
fn s5_3_a_commit_covers_everything_before_it() {
    let mut leader = Server::new(3, &[], "term=2 log=1,2").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.hear(2, matched(3, 3));
    assert_eq!((leader.state().commit, leader.state().applied), (3, 3));
}

#[test]
fn s5_3_the_commit_index_goes_out_with_the_next_append() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.hear(2, matched(1, 1));
    assert!(appends(&leader.fire(Timer::Heartbeat)).iter().all(|(.., commit)| *commit == 1));
}

#[test]
fn s5_3_a_follower_applies_what_it_learns_to_be_committed_in_order() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, append(2, (0, 0), &[1, 2], 0));
    assert_eq!(server.state().applied, 0);
    server.hear(2, append(2, (2, 2), &[], 1));
    assert_eq!((server.state().applied, server.state().store.show()), (1, "x=1".into()));
    server.hear(2, append(2, (2, 2), &[], 2));
    assert_eq!((server.state().applied, server.state().store.show()), (2, "x=2".into()));
}

#[test]
fn s5_3_a_follower_tells_no_client() {
    let mut server = Server::new(3, &[], "");
    let entry = Entry::new(1, put("x", 1), Some(request(1)));
    let sent = server.hear(2, append_these(1, (0, 0), vec![entry], 1));
    assert_eq!((server.state().applied, told(&sent)), (1, vec![]));
}

#[test]
fn s5_3_a_follower_commits_no_further_than_the_last_entry_it_was_just_sent() {
    let mut server = Server::new(3, &[], "term=1 log=1,1,1");
    server.hear(2, append(2, (1, 1), &[], 3));
    assert_eq!(server.state().commit, 1);
}

#[test]
fn s5_3_the_commit_index_never_falls() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, append(1, (0, 0), &[1, 1], 2));
    server.hear(2, append(1, (0, 0), &[1], 1));
    assert_eq!((server.state().commit, server.state().applied), (2, 2));
}

#[test]
fn s5_3_an_append_is_refused_where_the_entry_before_it_is_missing() {
    let mut server = Server::new(3, &[], "term=1 log=1");
    let sent = server.hear(2, append(1, (2, 1), &[1], 0));
    assert_eq!(sent, [conflict(1, 2, None, 2)]);
    assert_eq!(server.terms(), [1]);
}

#[test]
fn s5_3_an_append_is_refused_where_the_entry_before_it_is_of_another_term() {
    let mut server = Server::new(3, &[], "term=3 log=1,2,2,3");
    let sent = server.hear(2, append(4, (3, 3), &[4], 0));
    assert_eq!(sent, [conflict(4, 3, Some(2), 2)], "it names the term in conflict and where that begins");
    assert_eq!(server.terms(), [1, 2, 2, 3], "nothing is deleted yet");
}

#[test]
fn s5_3_an_entry_in_conflict_is_deleted_with_all_that_follow() {
    let mut server = Server::new(3, &[], "term=3 log=1,2,2,2");
    assert_eq!(server.hear(2, append(4, (1, 1), &[3], 0)), [answer(4, 1, AppendResult::Matched(2), 1)]);
    assert_eq!((server.terms(), server.written().log.last_index()), (vec![1, 3], 2));
}

#[test]
fn s5_3_an_append_that_was_delayed_cuts_nothing() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, append(1, (0, 0), &[1, 1, 1], 0));
    assert_eq!(server.hear(2, append(1, (0, 0), &[1], 0)), [answer(1, 0, AppendResult::Matched(1), 1)]);
    server.hear(2, append(1, (1, 1), &[], 0));
    assert_eq!(server.terms(), [1, 1, 1]);
}

#[test]
fn s5_3_a_leader_never_changes_its_own_log() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.hear(3, append(1, (0, 0), &[], 0));
    leader.hear(3, append(1, (0, 0), &[1, 1], 2));
    assert_eq!((leader.terms(), leader.leads(), leader.state().commit), (vec![1], true, 0));
}

#[test]
fn s5_3_next_index_begins_behind_the_leaders_last_entry_and_match_index_at_zero() {
    let leader = Server::new(3, &[], "term=2 log=1,1,2").elect(&[2]);
    assert_eq!((leader.next_index(2), leader.match_index(2), leader.match_index(1)), (4, 0, 3));
}

#[test]
fn s5_3_a_refusal_makes_the_leader_step_back_and_try_again() {
    let mut leader = Server::new(3, &[], "term=2 log=1,1,2").elect(&[2]);
    let sent = leader.hear(3, conflict(3, 3, None, 2));
    assert_eq!((appends(&sent), leader.next_index(3)), (vec![(1, 1, vec![1, 2], 0)], 2));
}

#[test]
fn s5_3_a_leader_steps_back_over_a_whole_term_at_once() {
    let leader = || Server::new(3, &[], "term=7 log=1,1,1,4,4,5,5,6,6,6").elect(&[2]);
    let prev = |sent: Vec<Message>| appends(&sent).first().map(|(index, term, ..)| (*index, *term));
    assert_eq!(prev(leader().hear(3, conflict(8, 10, None, 5))), Some((4, 4)), "too short: to its end");
    assert_eq!(prev(leader().hear(3, conflict(8, 10, Some(2), 4))), Some((3, 1)), "an unknown term: before it");
    assert_eq!(prev(leader().hear(3, conflict(8, 10, Some(4), 2))), Some((5, 4)), "a known term: to its end here");
}

#[test]
fn s5_3_a_success_moves_next_index_and_match_index() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.hear(3, matched(1, 1));
    assert_eq!((leader.next_index(3), leader.match_index(3)), (2, 1));
}

#[test]
fn s5_3_an_outdated_answer_moves_nothing_back() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.hear(3, matched(1, 1));
    leader.hear(3, matched(1, 0));
    leader.hear(3, conflict(1, 0, None, 1));
    assert_eq!((leader.next_index(3), leader.match_index(3)), (2, 1));
}

#[test]
fn s5_3_a_leader_sends_again_for_ever_what_is_not_acknowledged() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.hear(2, matched(1, 1));
    assert_eq!(leader.state().commit, 1);
    let sent = leader.fire(Timer::Heartbeat);
    assert_eq!(appends(&sent), [(1, 1, vec![], 1), (0, 0, vec![], 1)], "it may be on its way still");
    for _ in 0..5 {
        let sent = leader.fire(Timer::Heartbeat);
        assert_eq!(appends(&sent), [(1, 1, vec![], 1), (0, 0, vec![1], 1)], "even after it has answered the client");
    }
}

#[test]
fn s5_4_2_a_leader_counts_no_copies_of_an_entry_of_an_earlier_term() {
    let mut leader = Server::new(5, &[], "term=3 log=1,2").elect(&[2, 3]);
    leader.matched(&[2, 3, 4, 5]);
    assert_eq!((leader.state().commit, leader.state().applied), (0, 0), "on all five, and not committed");
}

#[test]
fn s5_4_2_an_entry_of_an_earlier_term_is_committed_beneath_one_of_its_own() {
    let mut leader = Server::new(5, &[], "term=3 log=1,2").elect(&[2, 3]);
    leader.ask(1, "put x 1");
    leader.matched(&[2, 3]);
    assert_eq!((leader.state().commit, leader.state().applied), (3, 3));
}

#[test]
fn s5_5_a_message_that_comes_twice_does_no_more_than_once() {
    let mut server = Server::new(3, &[], "");
    let first = server.hear(2, append(1, (0, 0), &[1, 1], 1));
    let state = (server.terms(), server.state().commit, server.state().store.show());
    assert_eq!(server.hear(2, append(1, (0, 0), &[1, 1], 1)), first);
    assert_eq!((server.terms(), server.state().commit, server.state().store.show()), state);
    let mut leader = Server::new(5, &[], "").elect(&[2, 3]);
    leader.ask(1, "put x 1");
    leader.hear(2, matched(1, 1));
    leader.hear(2, matched(1, 1));
    assert_eq!(leader.state().commit, 0, "an acknowledgement counts once");
}

#[test]
fn s5_5_what_was_lost_is_asked_for_again() {
    let mut server = Server::new(3, &[], "");
    let first = server.fire(Timer::Election);
    server.fire(Timer::Election);
    assert_eq!((first.len(), server.sent.len()), (2, 2), "votes, in the next term");
}

#[test]
fn t10_2_2_batches_and_the_pipeline_hold_their_bounds() {
    let mut leader = Server::new(2, &[("pipeline", "2"), ("batch", "2")], "").elect(&[2]);
    let sent: Vec<_> = (1..=5).flat_map(|number| appends(&leader.ask(number, "add x 1"))).collect();
    assert_eq!(sent, [(0, 0, vec![1], 0), (1, 1, vec![1], 0)], "two messages are on their way, so the rest waits");
    assert_eq!(appends(&leader.hear(2, matched(1, 1))), [(2, 1, vec![1, 1], 1)], "two entries a message");
}

#[test]
fn s5_3_a_refusal_that_comes_late_moves_no_index_below_what_is_acknowledged() {
    let mut leader = Server::new(3, &[("pipeline", "4")], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.ask(2, "put x 2");
    leader.hear(3, answer(1, 0, AppendResult::Matched(1), 1));
    leader.hear(3, conflict(1, 1, None, 1));
    assert_eq!((leader.match_index(3), leader.next_index(3)), (1, 2), "it was sent before that was known");
    leader.fire(Timer::Heartbeat);
    let sent = leader.hear(3, answer(1, 1, AppendResult::Conflict { term: None, first: 1 }, 2));
    assert_eq!((leader.match_index(3), leader.next_index(3)), (0, 1), "it was sent afterwards: the disk is lost");
    assert_eq!(appends(&sent), [(0, 0, vec![1, 1], 1)]);
}

#[test]
fn t10_2_1_a_batch_that_overtook_another_makes_the_leader_go_back_at_once() {
    let mut leader = Server::new(3, &[("pipeline", "4"), ("batch", "1")], "").elect(&[2]);
    for client in 1..=4 {
        leader.ask(client, "put x 1");
    }
    let sent = leader.hear(3, conflict(1, 2, None, 1));
    assert_eq!(appends(&sent), [(0, 0, vec![1], 0)], "one batch, from nextIndex on, without waiting for a heartbeat");
    assert_eq!(appends(&leader.hear(3, conflict(1, 3, None, 1))), [], "the rest of the pipeline is refused as well");
    let sent = leader.hear(3, answer(1, 0, AppendResult::Matched(1), 1));
    assert_eq!(appends(&sent).len(), 2, "and two once one has come in order");
    let sent = leader.hear(3, answer(1, 1, AppendResult::Matched(2), 1));
    assert_eq!(appends(&sent).len(), 1, "entry 4; entry 3 is under way");
}
