//! What the page says of a step must be true of it: the reasons, and the numbers.

use super::*;

use consensus_playground::protocols::raft::NodeSet;

/// What a server said in its last step of the rule of this name.
fn said(server: &Server, name: &str) -> String {
    server.rules.iter().find(|rule| rule.0 == name).map(|rule| rule.1.clone()).unwrap_or_default()
}

/// Replica 1 of five, with the joint configuration 1-3+3-5 as the first entry of its log.
fn joint() -> Server {
    let mut server = Server::new(5, &[("members", "1-3")], "");
    let group = |text| NodeSet::parse(text, 5).expect("a group");
    let members = Members { voters: group("3-5"), old: group("1-3"), ..Members::default() };
    let entry = Entry::new(1, Payload::Members(members.into()), None);
    server.hear(2, append_these(1, (0, 0), vec![entry], 0));
    server
}

#[test]
fn copies_and_votes_are_counted_in_both_groups_while_the_configuration_is_joint() {
    let mut server = joint();
    server.fire(Timer::Election);
    server.hear(2, vote(2, true));
    assert_eq!(
        said(&server, "count-vote"),
        "Replica 1 gets the vote of replica 2 and now has 2 of 3 old members and 0 of 3 new ones."
    );
    server.hear(4, vote(2, true));
    server.hear(5, vote(2, true));
    let elected = "Replica 1 is elected leader of term 2 with the votes of 2 of 3 old members and 2 of 3 new ones.";
    assert_eq!(said(&server, "become-leader"), elected);
    server.hear(2, matched(2, 2));
    assert_eq!(
        said(&server, "lack-quorum"),
        "Replica 1 can't commit entry 2 yet: it has been confirmed by only 2 of 3 old members and 0 of 3 new ones."
    );
    server.hear(4, matched(2, 2));
    server.hear(5, matched(2, 2));
    assert!(said(&server, "commit").contains("confirmed by 2 of 3 old members and 2 of 3 new ones"));
}

#[test]
fn with_one_group_what_is_needed_is_said_while_it_lacks() {
    let mut server = Server::new(5, &[("check-quorum", "on")], "");
    server.fire(Timer::Election);
    server.hear(2, vote(1, true));
    assert_eq!(
        said(&server, "count-vote"),
        "Replica 1 gets the vote of replica 2 and now has 2 of the 3 replicas needed."
    );
    server.hear(3, vote(1, true));
    assert_eq!(
        said(&server, "become-leader"),
        "Replica 1 is elected leader of term 1 with the votes of 3 of 5 replicas."
    );
    server.ask(1, "put x 1");
    server.hear(2, matched(1, 1));
    assert_eq!(
        said(&server, "lack-quorum"),
        "Replica 1 can't commit entry 1 yet: it has been confirmed by only 2 of the 3 replicas needed."
    );
    server.hear(3, matched(1, 1));
    assert!(said(&server, "commit").contains("up to entry 1: it has been confirmed by 3 of 5 replicas"));
}

fn pre_vote(term: u64, granted: bool) -> Message {
    Message::Vote { pre: true, term, granted }
}

#[test]
fn why_a_server_stands_is_said() {
    let mut server = Server::new(3, &[], "term=3");
    server.fire(Timer::Election);
    assert!(said(&server, "start-election").contains("has heard from no leader for too long"));
    let mut server = Server::new(3, &[], "term=3");
    server.hear(2, append(3, (0, 0), &[], 0));
    server.hear(2, Message::TimeoutNow { term: 3 });
    assert_eq!(
        said(&server, "start-election"),
        "Replica 1 was told to by its leader: it stands for election in term 4 and votes for itself."
    );
    let mut server = Server::new(3, &[("pre-vote", "on")], "");
    server.fire(Timer::Election);
    server.hear(2, pre_vote(1, true));
    assert!(said(&server, "start-election").contains("Replica 1 has enough pre-votes: it stands"));
}

#[test]
fn votes_and_pre_votes_are_called_what_they_are() {
    let mut server = Server::new(5, &[("pre-vote", "on"), ("members", "1-4")], "");
    server.fire(Timer::Election);
    assert_eq!(said(&server, "ask-for-votes"), "", "it sends no RequestVote");
    server.hear(2, pre_vote(1, true));
    assert_eq!(
        said(&server, "count-vote"),
        "Replica 1 gets the pre-vote of replica 2 and now has 2 of the 3 replicas needed."
    );
    server.hear(4, pre_vote(0, false));
    assert_eq!(said(&server, "lose-vote"), "Replica 1 does not get the pre-vote of replica 4.");
    server.hear(3, pre_vote(1, true));
    assert!(server.stands());
    assert_eq!(said(&server, "ask-for-votes"), "Replica 1 asks the other voters for their votes. Its log is empty.");
    server.hear(4, pre_vote(1, true));
    assert_eq!(
        said(&server, "ignore-vote"),
        "Replica 1 ignores the pre-vote of replica 4: it is no longer asking for one."
    );
    assert!(server.stands(), "and yet it is a candidate");
}

#[test]
fn why_a_candidate_is_not_heard_is_said() {
    let options = &[("pre-vote", "on"), ("check-quorum", "on")];
    let why = |server: &mut Server| {
        server.hear(3, call(Ballot::Pre, 9, (9, 3)));
        let pre = said(server, "refuse-pre-vote");
        server.hear(3, request_vote(9, (9, 3)));
        let [pre, real] = [pre, said(server, "disregard")].map(|text| text.split(": ").nth(1).map(String::from));
        assert_eq!(pre, real);
        pre.unwrap_or_default()
    };
    let mut server = Server::new(3, options, "term=3");
    assert_eq!(why(&mut server), "it may have heard from a leader just now.", "before it crashed, that is");
    server.hear(2, append(3, (0, 0), &[], 0));
    assert_eq!(why(&mut server), "it has heard from a leader just now.");
    let mut server = Server::new(3, options, "");
    server.fire(Timer::Election);
    server.hear(2, pre_vote(1, true));
    server.hear(2, vote(1, true));
    assert_eq!((server.leads(), why(&mut server)), (true, "it leads itself.".to_string()));
}

/// What the page shows of the votes that are counted: what about, and by whom.
fn tallies(server: &Server) -> Vec<(String, Vec<u16>)> {
    let view = server.bench.replica().view();
    view.tallies.into_iter().map(|tally| (tally.about, tally.votes)).collect()
}

#[test]
fn copies_of_an_entry_of_an_earlier_term_are_not_shown_as_if_they_counted() {
    let mut leader = Server::new(5, &[], "term=3 log=1,2").elect(&[2, 3]);
    leader.matched(&[2, 3]);
    assert_eq!(tallies(&leader), [("waits for an entry of term 4".to_string(), vec![])], "Figure 8 (c)");
    leader.ask(1, "put x 1");
    leader.matched(&[2]);
    assert_eq!(tallies(&leader), [("commit #3".to_string(), vec![1, 2])], "which commits the two before it as well");
    leader.matched(&[3]);
    assert_eq!(tallies(&leader), []);
    let mut leader = Server::new(5, &[("commit-old-terms", "on")], "term=3 log=1,2").elect(&[2, 3]);
    leader.hear(2, matched(4, 2));
    assert_eq!(tallies(&leader), [("commit #1".to_string(), vec![1, 2])], "with the bug they count");
}

#[test]
fn what_a_restarted_server_says_of_its_log_fits_its_snapshot() {
    let mut server = Server::new(3, &[("snapshot-every", "2")], "");
    server.hear(2, append(1, (0, 0), &[1, 1, 1], 2));
    server.fire(Timer::Election);
    server.restart();
    assert_eq!(
        said(&server, "recover"),
        "Replica 1 starts as a follower in term 2. Its log ends with entry 3; \
         nothing after its snapshot is known to be committed."
    );
    assert_eq!(said(&server, "reload"), "Replica 1 loads its state, up to entry 2, from its snapshot.");
    let server = Server::new(3, &[], "term=1 log=1,1,1");
    assert!(said(&server, "recover").ends_with("Its log ends with entry 3; nothing is known to be committed."));
}

#[test]
fn a_snapshot_is_worth_a_mark_where_it_is_taken_over_and_not_each_time_it_is_sent() {
    let marked = |name: &str| Raft::DESCRIPTOR.rules.iter().any(|rule| rule.name == name && rule.milestone);
    assert!(marked("install-snapshot"));
    assert!(!marked("send-snapshot"), "a server that is down is sent one with each heartbeat");
}
