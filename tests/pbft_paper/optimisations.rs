//! §5.1: tentative execution and read-only requests, at a replica.

use std::rc::Rc;

use consensus_playground::kernel::Signed;
use consensus_playground::protocols::pbft::{Batch, Certificate, Message, Phase, Request, Stable, Tentative};

use crate::harness::{Replica, new_view, one, place, proposal, request, sign, view_change, vote};

const TENTATIVE: &[(&str, &str)] = &[("tentative", "on"), ("read-only", "on")];

fn batch() -> Batch {
    vec![request(1, 1, "put x 1")]
}

/// Replica 4, with number 1 prepared and not committed.
fn prepared() -> Replica {
    let mut replica = Replica::new(4, TENTATIVE);
    replica.propose(&proposal(0, 1, &batch()));
    let said = replica.hear(one(3), vote(3, Phase::Prepare, place(0, 1, &batch())));
    assert!(said.followed("execute-tentatively") && said.decided().is_empty());
    assert_eq!(said.replies().iter().map(|reply| reply.tentative).collect::<Vec<_>>(), [true]);
    replica
}

fn read(client: usize, words: &str) -> Rc<Signed<Request>> {
    let request = request(client, 1, words);
    Rc::new(sign(request.signer(), Request { read_only: true, ..request.body().clone() }))
}

#[test]
fn s5_1_what_has_prepared_is_executed_tentatively_once_all_below_has_committed() {
    let mut replica = Replica::new(4, TENTATIVE);
    let two = vec![request(2, 1, "put y 2")];
    replica.propose(&proposal(0, 1, &batch()));
    replica.propose(&proposal(0, 2, &two));
    assert!(replica.hear(one(3), vote(3, Phase::Prepare, place(0, 2, &two))).replies().is_empty());
    let said = replica.hear(one(3), vote(3, Phase::Prepare, place(0, 1, &batch())));
    assert_eq!(said.replies().len(), 1, "number 1 only: it is not known to be committed");
    let said = replica.hear_votes(&[1, 3], Phase::Commit, place(0, 1, &batch()));
    assert_eq!(said.decided(), [(1, "x=1".into())]);
    assert_eq!(
        said.replies().iter().map(|reply| (reply.id.client.number(), reply.tentative)).collect::<Vec<_>>(),
        [(2, true)]
    );
}

#[test]
fn s5_1_a_tentative_execution_is_made_good_by_the_commit_and_not_answered_twice() {
    let mut replica = prepared();
    assert_eq!(replica.disk().service.store.show(), "", "the committed state has it not");
    // Nor is it executed tentatively twice, when something else commits meanwhile.
    assert!(replica.commit(0, 2, &vec![request(2, 1, "put y 2")]).replies().is_empty());
    let said = replica.hear_votes(&[1, 3], Phase::Commit, place(0, 1, &batch()));
    assert_eq!(said.replies().iter().map(|reply| reply.id.client.number()).collect::<Vec<_>>(), [2]);
    assert_eq!((replica.disk().service.store.show(), replica.disk().tentative.is_none()), ("x=1 y=2".into(), true));
    // Asked again, it answers for good.
    assert!(!replica.ask(&batch()[0]).replies()[0].tentative);
}

#[test]
fn s5_1_a_tentative_execution_is_taken_back_where_the_new_view_has_something_else() {
    let mut replica = prepared();
    let calls = |prepared| (1..=3).map(|of| view_change(of, 1, &Rc::<Stable>::default(), prepared)).collect::<Vec<_>>();
    let said = replica.hear(one(2), new_view(1, &calls(&[]), &[]));
    assert!(said.followed("roll-back") && replica.disk().tentative.is_none());
    // Where it is proposed again, it stays.
    let mut replica = prepared();
    let certificate = [crate::harness::prepared(0, 1, &batch(), &[2, 3])];
    let said = replica.hear(one(2), new_view(1, &calls(&certificate), &[proposal(1, 1, &batch())]));
    assert!(!said.followed("roll-back"));
    assert!(matches!(&replica.disk().tentative, Some(Tentative { service, .. }) if service.store.show() == "x=1"));
}

/// Where, and whether tentatively, each of the replies to client 1 speaks of.
fn places(said: &crate::harness::Said) -> Vec<(u64, u64, bool)> {
    let replies = said.replies().into_iter().filter(|reply| reply.id.client.number() == 1);
    replies.map(|reply| (reply.view, reply.sequence, reply.tentative)).collect()
}

/// Replica 4 after `prepared`, in view 1, which has the same at number 1.
fn proposed_again() -> Replica {
    let mut replica = prepared();
    let certificate = [crate::harness::prepared(0, 1, &batch(), &[2, 3])];
    let calls: Vec<_> = (1..=3).map(|of| view_change(of, 1, &Rc::<Stable>::default(), &certificate)).collect();
    let said = replica.hear(one(2), new_view(1, &calls, &[proposal(1, 1, &batch())]));
    assert!(said.replies().is_empty());
    replica
}

#[test]
fn s5_1_a_tentative_reply_speaks_of_the_view_in_which_the_request_prepared() {
    let mut replica = proposed_again();
    assert_eq!(places(&replica.ask(&batch()[0])), [(0, 1, true)], "it has not prepared in view 1 yet");
    let said = replica.hear(one(3), vote(3, Phase::Prepare, place(1, 1, &batch())));
    assert_eq!(places(&said), [(1, 1, true)], "prepared in view 1, it is answered again");
    assert_eq!(places(&replica.ask(&batch()[0])), [(1, 1, true)]);
    let said = replica.hear_votes(&[2, 3], Phase::Commit, place(1, 1, &batch()));
    assert_eq!((said.decided().len(), places(&said)), (1, vec![]));
}

#[test]
fn s5_1_what_commits_in_another_view_than_it_was_answered_in_is_answered_for_good() {
    let mut replica = proposed_again();
    let votes = crate::harness::votes(Phase::Commit, place(1, 1, &batch()), &[1, 2, 3]);
    let certificate = Certificate { proposal: proposal(1, 1, &batch()), votes };
    let said = replica.hear(one(1), Message::Committed(vec![Rc::new(certificate)]));
    assert_eq!((said.decided().len(), places(&said)), (1, vec![(1, 1, false)]));
    assert_eq!(places(&replica.ask(&batch()[0])), [(1, 0, false)], "answered from memory, it says no number");
}

#[test]
fn s5_1_a_checkpoint_holds_what_is_committed_only() {
    let mut replica = Replica::new(4, &[("tentative", "on"), ("checkpoint-every", "1"), ("log-size", "4")]);
    let two = vec![request(2, 1, "put y 2")];
    replica.commit(0, 1, &batch());
    replica.propose(&proposal(0, 2, &two));
    replica.hear(one(3), vote(3, Phase::Prepare, place(0, 2, &two)));
    assert!(replica.disk().tentative.is_some());
    assert_eq!(replica.disk().slots.get(&1).unwrap().snapshot.as_ref().unwrap().store.show(), "x=1");
    assert!(replica.disk().slots.get(&2).unwrap().snapshot.is_none());
}

#[test]
fn s5_1_a_read_is_answered_at_once_and_takes_no_number() {
    let mut replica = Replica::new(1, TENTATIVE);
    let said = replica.ask(&read(2, "get x"));
    assert_eq!((&*said.replies()[0].result, said.sent().len()), ("nothing", 1));
    assert!(replica.disk().slots.is_empty());
    // It says which state it read: that after the last number executed.
    let mut replica = Replica::new(4, TENTATIVE);
    replica.commit(0, 1, &batch());
    assert_eq!(replica.ask(&read(2, "get x")).replies()[0].sequence, 1);
}

#[test]
fn s5_1_a_read_of_a_tentative_state_is_answered_when_that_is_committed() {
    let mut replica = prepared();
    let said = replica.ask(&read(2, "get x"));
    assert!(said.followed("read-waits") && said.sent().is_empty());
    let said = replica.hear_votes(&[1, 3], Phase::Commit, place(0, 1, &batch()));
    assert_eq!(
        said.replies().iter().map(|reply| (&*reply.result, reply.sequence, reply.tentative)).collect::<Vec<_>>(),
        [("1", 1, false)]
    );
    // Taken back, it is not answered at all.
    let mut replica = prepared();
    replica.ask(&read(2, "get x"));
    let calls: Vec<_> = (1..=3).map(|of| view_change(of, 1, &Rc::<Stable>::default(), &[])).collect();
    replica.hear(one(2), new_view(1, &calls, &[]));
    let other = vec![request(3, 1, "put x 3")];
    assert!(replica.commit(1, 1, &other).replies().iter().all(|reply| reply.id.client.number() == 3));
}

#[test]
fn s5_1_a_read_of_a_state_that_never_commits_is_not_answered() {
    let mut replica = prepared();
    replica.ask(&read(2, "get x"));
    let other = vec![request(3, 1, "put x 3")];
    let votes = crate::harness::votes(Phase::Commit, place(1, 1, &other), &[1, 2, 3]);
    let certificate = Certificate { proposal: proposal(1, 1, &other), votes };
    let said = replica.hear(one(1), Message::Committed(vec![Rc::new(certificate)]));
    assert_eq!(said.decided(), [(1, "x=3".into())]);
    assert_eq!(said.replies().iter().map(|reply| reply.id.client.number()).collect::<Vec<_>>(), [3]);
}

/// Three liars say what the fourth replica has read and told nobody, for it waits to see that committed.
#[test]
fn s5_1_a_result_that_no_correct_replica_told_breaks_reply_integrity() {
    let text = "protocol pbft\nreplicas 4\nset tentative on\nset read-only on\nnetwork manual\nrequest put x ok from c1\n\
                deliver pre-prepare from 1 to 3\ndeliver pre-prepare from 1 to 4\ndeliver prepare from 3 to 4\n\
                byzantine 1 contrarian\nbyzantine 2 contrarian\nbyzantine 3 contrarian\nrequest get x from c2\n\
                deliver all request\ndeliver all reply to c2";
    let session = crate::harness::run(text);
    assert!(session.world().violations().iter().any(|broken| broken.property == "reply-integrity"));
}

#[test]
fn s5_1_only_a_read_may_go_without_an_order() {
    let mut replica = Replica::new(1, TENTATIVE);
    assert!(replica.ask(&read(2, "put x 1")).followed("bad-request"));
    let forged = Rc::new(sign(one(3), read(2, "get x").body().clone()));
    assert!(replica.hear(one(3), Message::Request(forged)).followed("bad-request"));
    assert_eq!(replica.disk().service.store.show(), "");
}

#[test]
fn s5_1_who_lacks_the_stable_checkpoints_state_answers_no_read() {
    let mut replica = Replica::new(4, TENTATIVE);
    let far = consensus_playground::protocols::pbft::Service::default().place(32);
    let stable = crate::harness::stable(32, far.digest, &[1, 2, 3]);
    replica.hear(one(1), Message::Stable(stable));
    assert!(replica.ask(&read(2, "get x")).followed("no-read-yet"));
}
