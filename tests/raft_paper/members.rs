//! §6: joint consensus; and the thesis's changes by single servers (chapter 4), with what was mended in 2015.

use super::*;

use consensus_playground::protocols::raft::NodeSet;

fn group(text: &str) -> NodeSet {
    NodeSet::parse(text, 9).expect("a group")
}

/// `old` is left out where the configuration is not joint.
fn entry(term: u64, old: Option<&str>, voters: &str) -> Entry {
    let old = old.map(group).unwrap_or_default();
    Entry::new(term, Payload::Members(Members { voters: group(voters), old, ..Members::default() }.into()), None)
}

/// Replica 1 leads 1-3 of five servers, has an entry of its term committed, and is asked for other members.
fn asked(words: &str) -> Server {
    let mut leader = Server::new(5, &[("members", "1-3")], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.matched(&[2, 3]);
    leader.ask(2, words);
    leader
}

#[test]
fn s6_a_configuration_is_in_force_as_soon_as_it_is_in_the_log() {
    let mut server = Server::new(5, &[("members", "1-3")], "");
    server.hear(2, append_these(1, (0, 0), vec![entry(1, Some("1-3"), "3-5")], 0));
    assert_eq!((server.state().commit, server.members().to_string()), (0, "1-3+3-5".into()));
    server.fire(Timer::Election);
    assert_eq!(server.receivers(), [2, 3, 4, 5], "so a candidate asks the new ones, too");
}

#[test]
fn s6_a_configuration_that_is_cut_off_gives_way_to_the_one_before() {
    let mut server = Server::new(5, &[("members", "1-3")], "");
    server.hear(2, append_these(1, (0, 0), vec![entry(1, Some("1-3"), "3-5"), entry(1, None, "3-5")], 0));
    assert_eq!(server.members().to_string(), "3-5");
    server.hear(3, append(2, (1, 1), &[2], 0));
    assert_eq!(server.members().to_string(), "1-3+3-5");
    server.hear(3, append(3, (0, 0), &[3], 0));
    assert_eq!(server.members().to_string(), "1-3");
}

#[test]
fn s6_a_joint_configuration_elects_with_both_majorities() {
    let joint = || {
        let mut server = Server::new(5, &[("members", "1-3")], "");
        server.hear(2, append_these(1, (0, 0), vec![entry(1, Some("1-3"), "3-5")], 0));
        server.fire(Timer::Election);
        server
    };
    let votes = |voters: &[usize]| {
        let mut server = joint();
        voters.iter().for_each(|&voter| drop(server.hear(voter, vote(2, true))));
        server.leads()
    };
    assert!(!votes(&[2]) && !votes(&[2, 3]), "the old majority alone");
    assert!(!votes(&[4, 5]), "the new majority, and one of the old");
    assert!(votes(&[2, 4, 5]) && votes(&[3, 4]));
}

#[test]
fn s6_a_joint_configuration_commits_with_both_majorities() {
    let mut leader = asked("members 3-5");
    leader.matched(&[4, 5]);
    assert_eq!(leader.members().to_string(), "1-3+3-5");
    leader.matched(&[4, 5]);
    assert_eq!(leader.state().commit, 1, "the new ones alone");
    leader.matched(&[2]);
    assert!(leader.state().commit >= 2);
}

#[test]
fn s6_the_new_configuration_follows_once_the_joint_one_is_committed() {
    let mut leader = asked("members 1,4,5");
    leader.matched(&[4, 5]);
    assert_eq!((leader.disk().log.last_index(), leader.members().is_joint()), (2, true));
    leader.matched(&[2]);
    assert!(leader.members().is_joint(), "not before");
    leader.matched(&[4]);
    assert_eq!((leader.disk().log.last_index(), leader.members().to_string()), (3, "1,4,5".into()));
    assert_eq!(told(&leader.hear(5, matched(1, 3))), ["ok"], "and the client hears when that is committed");
}

#[test]
fn s6_what_is_committed_before_the_joint_configuration_does_not_bring_the_new_one() {
    let mut leader = Server::new(5, &[("members", "1-3")], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.matched(&[2, 3, 4, 5]);
    leader.ask(2, "put x 2");
    leader.ask(3, "members 1,4,5");
    [4, 5].into_iter().for_each(|new| drop(leader.hear(new, matched(1, 1))));
    assert_eq!((leader.disk().log.last_index(), leader.members().is_joint()), (3, true));
    [2, 4, 5].into_iter().for_each(|follower| drop(leader.hear(follower, matched(1, 2))));
    assert_eq!((leader.state().commit, leader.disk().log.last_index()), (2, 3));
}

#[test]
fn s6_the_commit_index_does_not_fall_where_fewer_of_the_new_members_have_an_entry() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    (1..=3).for_each(|number| drop(leader.ask(number, "add x 1")));
    leader.hear(3, matched(1, 1));
    leader.matched(&[2]);
    assert_eq!(leader.state().commit, 3);
    leader.ask(4, "remove 2");
    leader.hear(3, matched(1, 2));
    assert_eq!((leader.members().to_string(), leader.state().commit), ("1,3".into(), 3));
}

#[test]
fn s6_a_new_leader_goes_on_with_a_joint_configuration() {
    let mut server = Server::new(5, &[("members", "1-3")], "");
    server.hear(2, append_these(1, (0, 0), vec![entry(1, Some("1-3"), "1,4,5")], 0));
    let mut leader = server.elect(&[2, 4]);
    leader.matched(&[2, 4]);
    assert_eq!(leader.members().to_string(), "1,4,5");
}

#[test]
fn s6_a_leader_that_is_no_member_leads_until_the_new_configuration_is_committed() {
    let mut leader = asked("members 2-4");
    leader.matched(&[4]);
    leader.matched(&[2, 4]);
    assert_eq!((leader.members().to_string(), leader.leads()), ("2-4".into(), true));
    leader.hear(2, matched(1, 3));
    assert!(leader.leads() && leader.state().commit == 2, "it does not count itself");
    leader.hear(3, matched(1, 3));
    assert!(leader.follows() && leader.state().commit == 3);
}

#[test]
fn s6_a_new_member_has_no_vote_before_it_has_caught_up() {
    let mut leader = asked("members 1-5");
    leader.fire(Timer::Heartbeat);
    assert_eq!(leader.receivers(), [2, 3, 4, 5], "it gets the log already");
    leader.matched(&[4]);
    assert_eq!(leader.members().to_string(), "1-3");
    leader.matched(&[5]);
    assert_eq!(leader.members().to_string(), "1-3+1-5");
}

#[test]
fn s6_a_server_without_a_vote_does_not_stand() {
    let mut server = Server::new(5, &[("members", "2-4")], "");
    assert_eq!(server.fire(Timer::Election), []);
    assert!(server.follows() && server.disk().term == 0 && server.timer(Timer::Election).is_some());
}

#[test]
fn s6_servers_answer_candidates_and_leaders_that_they_do_not_know_as_members() {
    let mut server = Server::new(5, &[("members", "1-3")], "");
    assert_eq!(server.hear(5, request_vote(1, (0, 0))), [vote(1, true)]);
    server.hear(5, append(1, (0, 0), &[1], 0));
    assert_eq!((server.state().leader, server.terms()), (Some(r(5)), vec![1]));
}

#[test]
fn s6_one_change_at_a_time() {
    let mut leader = asked("add 4");
    leader.matched(&[4]);
    assert_eq!(leader.members().to_string(), "1-4");
    leader.ask(3, "add 5");
    leader.matched(&[5]);
    assert_eq!(leader.members().to_string(), "1-4", "the first is not committed");
    leader.matched(&[2, 3]);
    leader.matched(&[5]);
    assert_eq!(leader.members().to_string(), "1-5");
}

#[test]
fn t4_1_a_change_waits_for_an_entry_of_the_leaders_own_term() {
    let mut leader = Server::new(4, &[], "term=1 log=1").elect(&[2, 3]);
    leader.matched(&[2, 3, 4]);
    leader.ask(1, "remove 4");
    assert_eq!((leader.members().to_string(), leader.terms()), ("1-4".into(), vec![1, 2]), "it appends a no-op");
    leader.matched(&[2, 3]);
    assert_eq!(leader.members().to_string(), "1-3");
}

#[test]
fn t4_1_one_server_is_added_or_removed_with_one_entry() {
    let mut leader = asked("add 4");
    leader.matched(&[4]);
    assert_eq!((leader.members().to_string(), leader.disk().log.last_index()), ("1-4".into(), 2));
    let leader = asked("remove 3");
    assert_eq!((leader.members().to_string(), leader.disk().log.last_index()), ("1,2".into(), 2));
}

#[test]
fn t4_2_1_a_learner_gets_the_log_and_counts_for_nothing() {
    let mut leader = asked("learner 4");
    leader.matched(&[2, 3, 4]);
    assert_eq!((leader.members().learners, leader.members().voters), (group("4"), group("1-3")));
    leader.ask(3, "put x 2");
    assert!(leader.receivers().contains(&4));
    leader.matched(&[4]);
    assert_eq!(leader.state().commit, 2, "two of three voters are needed");
    leader.matched(&[2]);
    assert_eq!(leader.state().commit, 3);
}

#[test]
fn t4_2_1_a_leader_deposed_by_a_new_member_goes_on_with_the_change_once_it_is_elected_again() {
    let mut leader = asked("add 4");
    // Nobody talked to 4, so it stood for election again and again.
    leader.hear(
        4,
        Message::Appended { term: 7, prev_index: 1, result: AppendResult::Conflict { term: None, first: 1 }, round: 2 },
    );
    assert!(leader.follows() && leader.disk().term == 7);
    let mut leader = leader.elect(&[2]);
    assert_eq!((leader.receivers(), leader.terms()), (vec![2, 3, 4], vec![1, 8]), "4 hears of term 8, not of 7");
    leader.matched(&[2]);
    leader.matched(&[4]);
    assert_eq!((leader.members().to_string(), leader.state().change.is_none()), ("1-4".into(), true));
}

#[test]
fn t4_2_1_a_change_is_dropped_once_another_leader_is_heard() {
    let mut server = asked("add 4");
    server.hear(2, append(2, (1, 1), &[], 0));
    let mut leader = server.elect(&[3]);
    leader.fire(Timer::Heartbeat);
    assert_eq!(leader.receivers(), [2, 3]);
    leader.matched(&[2, 3, 4]);
    assert_eq!(leader.members().to_string(), "1-3");
}

#[test]
fn t4_2_1_a_learner_that_is_gone_gets_no_vote_for_what_it_once_acknowledged() {
    let mut leader = asked("learner 4");
    leader.matched(&[2, 3, 4]);
    leader.matched(&[2, 3, 4]);
    assert_eq!(leader.members().to_string(), "1-3 learners 4");
    leader.ask(3, "add 4");
    let behind = answer(1, 0, AppendResult::Matched(leader.disk().log.last_index()), 1);
    leader.hear(4, behind.clone());
    leader.hear(3, behind);
    assert_eq!(leader.members().electors().len(), 3, "an answer to an earlier round");
    leader.matched(&[4]);
    assert_eq!(leader.members().electors().len(), 4, "one to the round with which the change began");
}

/// It waits so many election timeouts; what clients are told meanwhile.
fn wait(leader: &mut Server, timeouts: usize) -> Vec<String> {
    (0..timeouts).flat_map(|_| told(&leader.fire(Timer::CatchUp))).collect()
}

#[test]
fn t4_2_1_a_change_is_given_up_after_ten_election_timeouts_however_many_heartbeats_there_are() {
    let mut leader = asked("add 4");
    assert_eq!(leader.timer(Timer::CatchUp), Some((300_000, 300_000)));
    (0..100).for_each(|_| drop(leader.fire(Timer::Heartbeat)));
    assert_eq!(wait(&mut leader, 9), [""; 0]);
    assert_eq!(wait(&mut leader, 1), ["refused: a new member does not answer"]);
    leader.matched(&[4]);
    assert_eq!((leader.members().to_string(), leader.timer(Timer::CatchUp)), ("1-3".into(), None));
}

#[test]
fn t4_2_1_a_new_member_that_keeps_pace_is_admitted_though_it_is_never_level() {
    let mut leader = asked("add 4");
    wait(&mut leader, 1);
    let mut put = |number, follower| {
        let (client, command) = (NodeId::client(2), Command::read(&["put", "x", "1"], 5));
        let message = Message::Request { id: RequestId { client, number }, command: command.expect("a command") };
        leader.input(Input::Deliver { from: client, message: &message });
        leader.matched(&[2, 3]);
        leader.hear(4, matched(1, follower));
        (leader.state().commit, leader.members().to_string())
    };
    assert_eq!(put(1, 1), (2, "1-3".into()), "the first round took too long, the second begins");
    assert_eq!(put(2, 2), (3, "1-4".into()), "it is one entry behind");
}

#[test]
fn t4_2_1_why_a_change_is_given_up_is_said() {
    let mut leader = Server::new(5, &[], "").elect(&[2, 3]);
    leader.ask(1, "remove 5");
    assert_eq!(wait(&mut leader, 10), ["refused: no entry of its own term is committed"]);
    let mut leader = asked("add 4");
    leader.matched(&[4]);
    leader.ask(3, "remove 3");
    assert_eq!(wait(&mut leader, 10), ["refused: the change before it is not committed"]);
}

#[test]
fn t6_3_a_change_of_members_is_carried_out_once_however_often_it_is_asked_for() {
    let mut leader = asked("remove 3");
    leader.matched(&[2]);
    leader.ask(3, "add 3");
    leader.matched(&[3]);
    leader.matched(&[2, 3]);
    assert_eq!((leader.members().to_string(), leader.state().commit), ("1-3".into(), 3));
    assert_eq!(told(&leader.ask(2, "remove 3")), ["ok"], "the answer again, and nothing else");
    assert_eq!((leader.members().to_string(), leader.disk().log.last_index()), ("1-3".into(), 3));
    let mut follower = Server::new(5, &[], "");
    let by = |request, voters| Entry { request: Some(request), ..entry(1, None, voters) };
    follower.hear(2, append_these(1, (0, 0), vec![by(request(7), "1-4"), by(request(8), "1-5")], 2));
    let mut leader = follower.elect(&[2, 3]);
    assert_eq!(told(&leader.ask(7, "remove 5")), ["ok"], "every server knows what was carried out");
    assert_eq!(leader.members().to_string(), "1-5");
}

#[test]
fn t6_3_a_new_leader_finds_out_what_was_carried_out_before_it_changes_the_members() {
    let mut server = Server::new(5, &[], "");
    let by = |request, voters| Entry { request: Some(request), ..entry(1, None, voters) };
    server.hear(2, append_these(1, (0, 0), vec![by(request(7), "1-4"), by(request(8), "1-5")], 0));
    let mut leader = server.elect(&[2, 3]);
    assert_eq!(told(&leader.ask(7, "remove 5")), [""; 0], "it does not know yet");
    leader.hear(2, matched(2, 3));
    assert!(told(&leader.hear(3, matched(2, 3))).contains(&"ok".to_string()));
    leader.matched(&[2, 3, 4, 5]);
    assert_eq!((leader.members().to_string(), leader.disk().log.last_index()), ("1-5".into(), 3));
}

#[test]
fn t6_3_a_change_that_changes_nothing_is_answered_when_it_is_committed() {
    let mut leader = asked("members 1-3");
    assert_eq!(leader.disk().log.last_index(), 2, "else one that comes late could be carried out after others");
    assert_eq!(told(&leader.hear(2, matched(1, 2))), ["ok"]);
    assert_eq!((leader.members().to_string(), leader.disk().log.last_index()), ("1-3".into(), 2), "by one entry");
}

#[test]
fn t4_2_3_a_removed_server_gets_nothing_of_the_log_any_more_whatever_it_answers() {
    let mut leader = asked("remove 3");
    leader.hear(2, matched(1, 1));
    assert_eq!(leader.hear(3, matched(1, 1)), [], "so it never holds the configuration without it");
    assert_eq!(leader.hear(3, conflict(1, 1, None, 1)), []);
    leader.fire(Timer::Heartbeat);
    assert_eq!(leader.receivers(), [2]);
}

#[test]
fn t4_2_2_a_leader_that_removed_itself_and_forgot_the_commit_may_stand_once_more() {
    let mut leader = asked("remove 1");
    [2, 3].into_iter().for_each(|follower| drop(leader.hear(follower, matched(1, 2))));
    assert!(leader.follows() && leader.state().commit == 2);
    leader.restart();
    leader.fire(Timer::Election);
    assert_eq!((leader.stands(), leader.receivers()), (true, vec![2, 3]), "the entry may not be committed yet");
}

#[test]
fn t4_2_2_the_last_voter_stays() {
    let mut leader = Server::new(1, &[], "").elect(&[]);
    assert!(told(&leader.ask(1, "remove 1"))[0].starts_with("refused"));
    assert_eq!(leader.members().to_string(), "1");
}
