//! §8: clients, exactly once, and reads; with the thesis's two ways of reading without the log (§6.4).

use super::*;

use consensus_playground::kernel::Input;
use consensus_playground::kernel::protocol::bench::ClientBench;

const READ_INDEX: &[(&str, &str)] = &[("reads", "read-index")];

fn not_leader(number: u32, leader: Option<usize>) -> Message {
    Message::Reply { id: request(number), answer: Answer::NotLeader(leader.map(r)) }
}

#[test]
fn s8_a_server_that_does_not_lead_names_the_leader_or_nobody() {
    let mut server = Server::new(3, &[], "");
    assert_eq!(server.ask(1, "put x 1"), [not_leader(1, None)]);
    server.hear(3, append(1, (0, 0), &[], 0));
    assert_eq!(server.ask(1, "put x 1"), [not_leader(1, Some(3))]);
    assert!(server.terms().is_empty());
}

#[test]
fn s8_a_command_is_carried_out_once_however_often_it_is_asked_for() {
    let mut leader = Server::new(3, &[], "").elect(&[2]);
    leader.ask(1, "add x 5");
    leader.ask(1, "add x 5");
    assert_eq!(leader.terms(), [1], "it is in the log already");
    leader.matched(&[2]);
    assert_eq!(told(&leader.ask(1, "add x 5")), ["5"], "the same answer again, at once");
    assert_eq!((leader.terms(), leader.state().store.show()), (vec![1], "x=5".into()));
}

#[test]
fn s8_a_command_that_is_in_the_log_twice_is_applied_once() {
    let mut server = Server::new(3, &[], "");
    let twice = Entry::new(1, Payload::Command(kv::Command::Add("x".into(), 5)), Some(request(1)));
    server.hear(2, append_these(1, (0, 0), vec![twice.clone(), twice], 2));
    assert_eq!((server.state().applied, server.state().store.show()), (2, "x=5".into()));
}

#[test]
fn s8_a_new_leader_may_begin_its_term_with_a_no_op() {
    let mut leader = Server::new(3, &[("no-op", "on")], "term=2 log=1,2").elect(&[2]);
    assert_eq!((leader.terms(), leader.state().commit), (vec![1, 2, 3], 0));
    leader.matched(&[2]);
    assert_eq!(leader.state().commit, 3, "so it knows what is committed");
}

#[test]
fn s8_a_read_waits_for_a_round_of_heartbeats_and_takes_no_entry() {
    let mut leader = Server::new(5, READ_INDEX, "").elect(&[2, 3]);
    leader.ask(1, "put x 1");
    leader.matched(&[2, 3]);
    let sent = leader.ask(2, "get x");
    assert_eq!((told(&sent), appends(&sent).len()), (vec![], 4), "it asks all");
    leader.hear(2, answer(1, 1, AppendResult::Matched(1), 2));
    assert_eq!(told(&leader.hear(3, answer(1, 1, AppendResult::Matched(1), 2))), ["1"]);
    assert_eq!(leader.terms(), [1]);
}

#[test]
fn s8_a_read_waits_for_an_entry_of_the_leaders_own_term() {
    let mut leader = Server::new(3, READ_INDEX, "term=1 log=1").elect(&[2]);
    leader.ask(1, "get e1");
    assert_eq!(leader.terms(), [1, 2], "for which it appends a no-op");
    assert_eq!(told(&leader.hear(2, answer(2, 1, AppendResult::Matched(1), 1))), [""; 0]);
    leader.hear(2, answer(2, 1, AppendResult::Matched(2), 1));
    assert_eq!(leader.state().commit, 2);
    assert_eq!(told(&leader.hear(2, answer(2, 2, AppendResult::Matched(2), 2))), ["1"]);
}

#[test]
fn s8_answers_to_an_earlier_round_confirm_no_read() {
    let mut leader = Server::new(3, READ_INDEX, "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.matched(&[2]);
    leader.ask(2, "get x");
    assert_eq!(told(&leader.hear(2, answer(1, 1, AppendResult::Matched(1), 1))), [""; 0]);
    assert_eq!(told(&leader.hear(2, answer(1, 1, AppendResult::Matched(1), 2))), ["1"]);
}

#[test]
fn s8_a_refusal_of_the_term_confirms_that_the_leader_leads_but_one_of_a_later_term_does_not() {
    let mut leader = Server::new(3, READ_INDEX, "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.matched(&[2]);
    leader.ask(2, "get x");
    let refusal = AppendResult::Conflict { term: None, first: 1 };
    assert_eq!(told(&leader.hear(3, answer(1, 1, refusal, 2))), ["1"]);
    leader.ask(3, "get x");
    assert_eq!(told(&leader.hear(3, answer(2, 1, refusal, 3))), [""; 0]);
    assert!(leader.follows());
}

#[test]
fn t6_4_reads_that_come_while_a_round_is_under_way_share_the_next() {
    let mut leader = Server::new(3, READ_INDEX, "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.matched(&[2]);
    assert_eq!(appends(&leader.ask(2, "get x")).len(), 2);
    assert_eq!(leader.ask(3, "get x"), []);
    assert_eq!(leader.ask(4, "get x"), []);
    let sent = leader.hear(2, answer(1, 1, AppendResult::Matched(1), 2));
    assert_eq!(
        (told(&sent), appends(&sent).len()),
        (vec!["1".into()], 2),
        "the first is answered, the next round begins"
    );
    assert_eq!(told(&leader.hear(2, answer(1, 1, AppendResult::Matched(1), 3))), ["1", "1"]);
}

#[test]
fn t6_4_1_a_lease_answers_at_once_until_it_is_over() {
    let mut leader = Server::new(3, &[("reads", "lease"), ("lease", "100ms")], "").elect(&[2]);
    assert_eq!(leader.timer(Timer::Lease(1)), Some((100_000, 100_000)), "from when the round began");
    leader.ask(1, "put x 1");
    leader.matched(&[2]);
    assert_eq!(told(&leader.ask(2, "get x")), ["1"]);
    leader.fire(Timer::Lease(1));
    let sent = leader.ask(3, "get x");
    assert_eq!((told(&sent), appends(&sent).len()), (vec![], 2), "then it must ask again");
}

#[test]
fn t6_4_1_a_leader_that_told_another_to_stand_has_no_lease() {
    let mut leader = Server::new(3, &[("reads", "lease")], "").elect(&[2]);
    leader.ask(1, "put x 1");
    leader.matched(&[2, 3]);
    leader.ask(2, "transfer 3");
    leader.fire(Timer::Transfer);
    assert!(leader.leads());
    assert_eq!(told(&leader.ask(3, "get x")), [""; 0]);
}

/// A client takes a step; what it sends, and whether it was satisfied.
fn client_step(client: &mut ClientBench<Raft>, input: Input<'_, Raft>) -> (Vec<(usize, u32)>, bool) {
    let wanted = client.input(input);
    let sent = |(to, message, _): &(Option<NodeId>, Message, Disk)| match (to, message) {
        (Some(to), Message::Request { id, .. }) => Some((to.number(), id.number)),
        _ => None,
    };
    (wanted.sent.iter().filter_map(sent).collect(), !wanted.completed.is_empty())
}

fn want(client: &mut ClientBench<Raft>, number: u32) -> (Vec<(usize, u32)>, bool) {
    let command = &Command::Store(kv::Command::Get("x".into()));
    client_step(client, Input::Request { id: request(number), command, to: None })
}

fn tell(client: &mut ClientBench<Raft>, from: usize, message: &Message) -> (Vec<(usize, u32)>, bool) {
    client_step(client, Input::Deliver { from: r(from), message })
}

#[test]
fn s8_a_client_follows_redirects_and_remembers_the_leader() {
    let client = &mut ClientBench::new(NodeId::client(1), 3, &[]);
    assert_eq!(want(client, 1), (vec![(1, 1)], false));
    let message = not_leader(1, Some(3));
    assert_eq!(tell(client, 1, &message), (vec![(3, 1)], false));
    let message = Message::Reply { id: request(1), answer: Answer::Done("1".into()) };
    assert_eq!(tell(client, 3, &message), (vec![], true));
    assert_eq!(want(client, 2), (vec![(3, 2)], false));
}

#[test]
fn s8_a_client_without_an_answer_asks_another_with_the_same_serial_number() {
    let client = &mut ClientBench::new(NodeId::client(1), 3, &[]);
    want(client, 1);
    assert_eq!(client_step(client, Input::Fire(Timer::Retry)), (vec![(2, 1)], false));
    assert_eq!(client_step(client, Input::Fire(Timer::Retry)), (vec![(3, 1)], false));
}

#[test]
fn s8_a_client_makes_one_request_after_the_other() {
    let client = &mut ClientBench::new(NodeId::client(1), 3, &[]);
    want(client, 1);
    assert_eq!(want(client, 2), (vec![], false));
    let answer = |number| Message::Reply { id: request(number), answer: Answer::Done("1".into()) };
    assert_eq!(tell(client, 1, &answer(9)), (vec![], false));
    assert_eq!(tell(client, 1, &answer(1)), (vec![(1, 2)], true));
}
