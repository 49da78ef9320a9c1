//! §5.1 and §5.2, §5.4.1, and what must be on disk; the thesis's pre-vote (§9.6), check-quorum (§6.2) and hand-over (§3.10).

use super::*;

const TIMEOUT: (Time, Time) = (150_000, 300_000);

#[test]
fn s5_1_a_server_starts_as_a_follower_and_waits_for_a_leader() {
    let server = Server::new(3, &[], "");
    assert!(server.follows() && server.disk().term == 0);
    assert_eq!((server.timer(Timer::Election), server.sent.len()), (Some(TIMEOUT), 0));
}

#[test]
fn s5_1_a_higher_term_is_adopted_whatever_message_carries_it() {
    let answers = [vote(7, false), conflict(7, 0, None, 1), matched(7, 0), request_vote(7, (0, 0))];
    for message in answers.into_iter().chain([append(7, (0, 0), &[], 0)]) {
        let mut server = Server::new(3, &[], "term=3 voted-for=2");
        server.hear(3, message.clone());
        assert_eq!(server.written().term, 7, "{message:?}");
    }
}

#[test]
fn s5_1_a_candidate_or_leader_that_meets_a_higher_term_becomes_a_follower() {
    let mut candidate = Server::new(3, &[], "");
    candidate.fire(Timer::Election);
    candidate.hear(2, vote(5, false));
    assert!(candidate.follows());
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.hear(2, conflict(5, 0, None, 1));
    assert!(leader.follows() && leader.timer(Timer::Election) == Some(TIMEOUT), "and it waits for a leader again");
}

#[test]
fn s5_1_a_new_term_brings_a_new_vote() {
    let mut server = Server::new(3, &[], "term=3 voted-for=2");
    server.hear(2, append(4, (0, 0), &[], 0));
    assert_eq!(server.written().voted_for, None);
    assert_eq!(server.hear(3, request_vote(4, (0, 0))), [vote(4, true)]);
}

#[test]
fn s5_1_a_call_for_votes_of_an_old_term_is_refused_and_told_the_new_one() {
    let mut server = Server::new(3, &[], "term=4");
    assert_eq!(server.hear(2, request_vote(3, (9, 3))), [vote(4, false)]);
    assert_eq!(server.disk().voted_for, None);
}

#[test]
fn s5_1_an_append_of_an_old_term_is_refused_and_told_the_new_one() {
    let mut server = Server::new(3, &[], "term=4");
    let sent = server.hear(2, append(3, (0, 0), &[3], 1));
    assert!(matches!(sent[..], [Message::Appended { term: 4, result: AppendResult::Conflict { .. }, .. }]));
    assert_eq!((server.terms(), server.state().commit, server.state().leader), (vec![], 0, None));
}

#[test]
fn s5_1_answers_of_an_old_term_are_ignored() {
    let mut server = Server::new(3, &[], "");
    server.fire(Timer::Election);
    server.fire(Timer::Election);
    server.hear(2, vote(1, true));
    assert!(server.stands());
    let mut leader = Server::new(3, &[], "term=1").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.hear(2, matched(1, 1));
    assert_eq!((leader.match_index(2), leader.state().commit), (0, 0));
}

#[test]
fn s5_1_the_term_is_on_disk_before_anybody_hears_of_it() {
    let mut server = Server::new(3, &[], "");
    server.fire(Timer::Election);
    assert!(server.sent.iter().all(|(_, _, disk)| disk.term == 1) && server.sent.len() == 2);
    server.hear(2, request_vote(5, (0, 0)));
    assert!(server.sent.iter().all(|(_, _, disk)| disk.term == 5) && server.sent.len() == 1);
}

#[test]
fn s5_2_a_follower_that_hears_no_leader_begins_a_term_and_stands() {
    let mut server = Server::new(3, &[], "term=4");
    server.fire(Timer::Election);
    assert!(server.stands() && server.disk().term == 5);
}

#[test]
fn s5_2_a_candidate_votes_for_itself_and_writes_that_down() {
    let mut server = Server::new(3, &[], "");
    server.fire(Timer::Election);
    assert_eq!(server.written().voted_for, Some(r(1)));
    assert!(server.sent.iter().all(|(_, _, disk)| disk.voted_for == Some(r(1))));
    assert_eq!(server.hear(2, request_vote(1, (0, 0))), [vote(1, false)]);
}

#[test]
fn s5_2_a_candidate_asks_all_others_in_parallel() {
    let mut server = Server::new(5, &[], "term=2 log=1,2");
    let sent = server.fire(Timer::Election);
    assert_eq!(server.receivers(), [2, 3, 4, 5]);
    assert!(sent.iter().all(|message| *message == request_vote(3, (2, 2))));
}

#[test]
fn s5_2_a_majority_of_all_servers_elects() {
    for (servers, need) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4)] {
        let mut server = Server::new(servers, &[], "");
        server.fire(Timer::Election);
        let mut votes = 1;
        while !server.leads() {
            votes += 1;
            server.hear(votes, vote(1, true));
        }
        assert_eq!(votes, need, "of {servers}");
    }
}

#[test]
fn s5_2_each_server_votes_once_a_term_first_come_first_served() {
    let mut server = Server::new(3, &[], "");
    assert_eq!(server.hear(3, request_vote(1, (0, 0))), [vote(1, true)]);
    assert_eq!(server.hear(2, request_vote(1, (5, 1))), [vote(1, false)], "however good the other is");
    assert_eq!(server.hear(3, request_vote(1, (0, 0))), [vote(1, true)], "the same again, its answer may be lost");
}

#[test]
fn s5_2_a_vote_counts_once_and_a_no_is_none() {
    let mut server = Server::new(5, &[], "");
    server.fire(Timer::Election);
    (0..3).for_each(|_| drop(server.hear(2, vote(1, true))));
    server.hear(3, vote(1, false));
    assert!(server.stands());
    server.hear(4, vote(1, true));
    assert!(server.leads());
}

#[test]
fn s5_2_a_vote_is_on_disk_before_the_answer_goes_out() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, request_vote(1, (0, 0)));
    assert_eq!(server.sent[0].2.voted_for, Some(r(2)));
    server.restart();
    assert_eq!(server.hear(3, request_vote(1, (0, 0))), [vote(1, false)], "nor is it forgotten");
}

#[test]
fn s5_2_a_new_leader_sends_heartbeats_to_all_at_once() {
    let mut server = Server::new(5, &[], "");
    server.fire(Timer::Election);
    server.hear(2, vote(1, true));
    let sent = server.hear(3, vote(1, true));
    assert_eq!((server.receivers(), appends(&sent).len()), (vec![2, 3, 4, 5], 4));
    assert_eq!(server.timer(Timer::Heartbeat), Some((50_000, 50_000)));
}

#[test]
fn s5_2_a_leader_sends_heartbeats_again_and_again() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    for _ in 0..3 {
        assert_eq!(appends(&leader.fire(Timer::Heartbeat)), [(0, 0, vec![], 0), (0, 0, vec![], 0)]);
        assert!(leader.timer(Timer::Heartbeat).is_some());
    }
}

#[test]
fn s5_2_a_candidate_that_hears_the_terms_leader_follows_it() {
    let mut server = Server::new(3, &[], "");
    server.fire(Timer::Election);
    server.hear(2, append(1, (0, 0), &[], 0));
    assert!(server.follows() && server.state().leader == Some(r(2)));
    server.hear(3, vote(1, true));
    assert!(server.follows(), "a vote that comes now is too late");
}

#[test]
fn s5_2_a_candidate_that_hears_a_leader_of_an_older_term_goes_on() {
    let mut server = Server::new(3, &[], "term=3");
    server.fire(Timer::Election);
    server.hear(2, append(3, (0, 0), &[], 0));
    assert!(server.stands());
}

#[test]
fn s5_2_a_candidate_whose_time_is_up_begins_another_election() {
    let mut server = Server::new(3, &[], "");
    server.fire(Timer::Election);
    server.hear(2, vote(1, false));
    let sent = server.fire(Timer::Election);
    assert_eq!((server.disk().term, sent.len(), server.timer(Timer::Election)), (2, 2, Some(TIMEOUT)));
    server.hear(2, vote(2, true));
    assert!(server.leads());
}

#[test]
fn s5_2_the_wait_is_drawn_anew_from_the_whole_range_each_time() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, request_vote(1, (0, 0)));
    assert_eq!(server.timer(Timer::Election), Some(TIMEOUT), "after a vote");
    server.hear(2, append(1, (0, 0), &[], 0));
    assert_eq!(server.timer(Timer::Election), Some(TIMEOUT), "after a word of the leader");
    server.fire(Timer::Election);
    assert_eq!(server.timer(Timer::Election), Some(TIMEOUT), "after it stood");
}

#[test]
fn s5_2_what_is_refused_does_not_begin_the_wait_anew() {
    let mut server = Server::new(3, &[], "term=4 log=1,4 voted-for=2");
    for refused in
        [request_vote(4, (9, 4)), request_vote(5, (0, 0)), request_vote(3, (0, 0)), append(3, (0, 0), &[], 0)]
    {
        server.hear(3, refused.clone());
        assert_eq!(server.timer(Timer::Election), None, "{refused:?}");
    }
}

#[test]
fn s5_4_1_a_vote_goes_only_to_a_log_that_is_at_least_as_up_to_date() {
    let cases = [(2, 4, true), (3, 3, true), (4, 3, true), (2, 3, false), (9, 2, false), (0, 0, false)];
    for (index, term, granted) in cases {
        let mut server = Server::new(3, &[], "term=4 log=1,1,3");
        assert_eq!(server.hear(2, request_vote(5, (index, term))), [vote(5, granted)], "{index} of term {term}");
    }
}

#[test]
fn s5_term_vote_and_log_survive_a_crash_and_nothing_else() {
    let mut server = Server::new(3, &[], "");
    server.hear(2, append(2, (0, 0), &[1, 2], 2));
    server.hear(3, request_vote(3, (2, 2)));
    server.restart();
    assert_eq!((server.disk().term, server.disk().voted_for, server.terms()), (3, Some(r(3)), vec![1, 2]));
    assert_eq!((server.state().commit, server.state().applied, server.state().leader), (0, 0, None));
    assert!(server.follows() && server.state().store.show().is_empty());
}

#[test]
fn t9_6_a_pre_candidate_neither_begins_a_term_nor_votes() {
    let mut server = Server::new(3, &[("pre-vote", "on")], "term=3");
    let sent = server.fire(Timer::Election);
    assert_eq!(sent, [call(Ballot::Pre, 4, (0, 0)), call(Ballot::Pre, 4, (0, 0))]);
    assert_eq!((server.disk().term, server.disk().voted_for), (3, None));
    assert!(matches!(server.state().role, Role::PreCandidate(_)));
}

#[test]
fn t9_6_a_majority_of_pre_votes_makes_a_candidate() {
    let mut server = Server::new(5, &[("pre-vote", "on")], "");
    server.fire(Timer::Election);
    server.hear(2, Message::Vote { pre: true, term: 1, granted: true });
    assert_eq!(server.disk().term, 0);
    let sent = server.hear(3, Message::Vote { pre: true, term: 1, granted: true });
    assert!(server.stands() && server.disk().term == 1);
    assert!(sent.iter().all(|message| *message == request_vote(1, (0, 0))));
    server.hear(4, Message::Vote { pre: true, term: 1, granted: true });
    assert!(server.stands(), "a pre-vote is no vote");
    server.hear(5, Message::Vote { pre: true, term: 1, granted: true });
    assert!(server.stands() && server.disk().term == 1);
}

#[test]
fn t9_6_who_answers_a_pre_vote_adopts_no_term_and_is_not_bound() {
    let mut server = Server::new(3, &[("pre-vote", "on")], "term=3");
    let yes = Message::Vote { pre: true, term: 4, granted: true };
    assert_eq!(server.hear(2, call(Ballot::Pre, 4, (0, 0))), std::slice::from_ref(&yes));
    assert_eq!((server.disk().term, server.disk().voted_for, server.timer(Timer::Election)), (3, None, None));
    assert_eq!(server.hear(3, call(Ballot::Pre, 4, (0, 0))), [yes]);
}

#[test]
fn t9_6_a_pre_vote_is_refused_to_a_log_that_is_behind_and_while_a_leader_is_heard() {
    let no = |term| Message::Vote { pre: true, term, granted: false };
    let mut server = Server::new(3, &[("pre-vote", "on")], "term=3 log=3");
    assert_eq!(server.hear(2, call(Ballot::Pre, 4, (0, 0))), [no(3)], "its log is behind");
    server.hear(3, append(3, (1, 3), &[], 0));
    assert_eq!(server.timer(Timer::Minimum), Some((150_000, 150_000)));
    assert_eq!(server.hear(2, call(Ballot::Pre, 4, (1, 3))), [no(3)], "the leader was heard just now");
    server.fire(Timer::Minimum);
    assert_eq!(server.hear(2, call(Ballot::Pre, 4, (1, 3))), [Message::Vote { pre: true, term: 4, granted: true }]);
}

#[test]
fn t6_2_a_leader_that_no_majority_answers_steps_down() {
    let mut leader = Server::new(5, &[("check-quorum", "on")], "").elect(&[2, 3]);
    leader.fire(Timer::Election);
    leader.hear(2, matched(1, 0));
    leader.hear(3, matched(1, 0));
    leader.fire(Timer::Election);
    assert!(leader.leads(), "two have answered, and itself is the third");
    leader.hear(2, matched(1, 0));
    leader.fire(Timer::Election);
    assert!(leader.follows() && leader.disk().term == 1);
}

#[test]
fn t6_2_a_new_leader_has_been_answered_by_those_who_voted_for_it() {
    let mut leader = Server::new(5, &[("check-quorum", "on")], "").elect(&[2, 3]);
    leader.fire(Timer::Election);
    assert!(leader.leads(), "the answers to its first heartbeats may take longer than that");
    leader.fire(Timer::Election);
    assert!(leader.follows(), "and by now they don't come");
}

#[test]
fn s6_a_server_that_hears_a_leader_disregards_candidates() {
    let mut server = Server::new(3, &[("check-quorum", "on")], "term=3");
    server.hear(2, append(3, (0, 0), &[], 0));
    assert_eq!(server.hear(3, request_vote(9, (9, 3))), []);
    assert_eq!(server.disk().term, 3, "not even its term");
    server.fire(Timer::Minimum);
    assert_eq!(server.hear(3, request_vote(9, (9, 3))), [vote(9, true)]);
}

#[test]
fn s6_a_server_that_restarts_may_have_heard_a_leader() {
    let mut server = Server::new(3, &[("check-quorum", "on")], "term=3");
    assert_eq!(server.hear(3, request_vote(9, (9, 3))), []);
    assert_eq!(server.disk().term, 3);
}

#[test]
fn t3_10_a_leader_hands_over_once_the_other_has_its_whole_log() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.ask(1, "put x 1");
    let now = Message::TimeoutNow { term: 1 };
    assert!(!leader.ask(2, "transfer 3").contains(&now), "3 lacks an entry");
    leader.ask(3, "put y 1");
    assert_eq!(leader.terms(), [1], "nothing is taken meanwhile");
    assert!(leader.hear(3, matched(1, 1)).contains(&now));
    leader.fire(Timer::Transfer);
    leader.ask(4, "put y 1");
    assert_eq!(leader.terms(), [1, 1], "it gives up after a while, and leads on");
}

#[test]
fn t3_10_a_leader_hands_over_once_for_each_request_however_often_it_comes() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.matched(&[2]);
    assert!(leader.ask(1, "transfer 2").contains(&Message::TimeoutNow { term: 1 }));
    leader.hear(2, call(Ballot::Handover, 2, (0, 0)));
    let mut leader = leader.elect(&[3]);
    leader.matched(&[2]);
    assert_eq!(told(&leader.ask(1, "transfer 2")), ["ok"], "it did that in term 1");
    leader.ask(2, "transfer 3");
    leader.fire(Timer::Transfer);
    assert_eq!(told(&leader.ask(2, "transfer 3")), ["refused: it was not elected in time"], "the same answer again");
}

#[test]
fn t3_10_the_successor_stands_at_once_and_is_heard_by_those_who_hear_the_leader() {
    let mut server = Server::new(3, &[("pre-vote", "on"), ("check-quorum", "on")], "term=3");
    server.hear(2, append(3, (0, 0), &[], 0));
    assert_eq!(server.hear(2, Message::TimeoutNow { term: 3 })[0], call(Ballot::Handover, 4, (0, 0)));
    let mut voter = Server::new(3, &[("pre-vote", "on"), ("check-quorum", "on")], "term=3");
    voter.hear(2, append(3, (0, 0), &[], 0));
    assert_eq!(voter.hear(3, call(Ballot::Handover, 4, (0, 0))), [vote(4, true)]);
}
