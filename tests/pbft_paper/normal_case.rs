//! §4.1 and §4.2: requests, pre-prepare, prepare, commit, execution and reply, as a replica sees them.

use std::rc::Rc;

use consensus_playground::kernel::NodeId;
use consensus_playground::protocols::pbft::{Message, Phase, Proposal, Request, SequencedDigest};

use crate::harness::{Replica, one, place, proposal, proposal_of, request, sign, vote};

#[test]
fn s4_1_what_was_executed_is_answered_from_memory_and_not_executed_again() {
    let mut replica = Replica::new(2, &[]);
    let add = request(1, 1, "add x 1");
    assert_eq!(replica.commit(0, 1, &vec![add.clone()]).replies()[0].result, "1".into());
    let said = replica.ask(&add);
    assert_eq!((&*said.replies()[0].result, said.sent().len()), ("1", 1));
    assert_eq!(replica.disk().service.store.show(), "x=1");
    // A primary that gives it another number changes nothing.
    let said = replica.commit(0, 2, &vec![add]);
    assert!(said.followed("executed-before") && said.replies().is_empty());
    assert_eq!(replica.disk().service.store.show(), "x=1");
}

#[test]
fn s4_1_a_request_older_than_the_clients_last_is_neither_executed_nor_answered() {
    let mut replica = Replica::new(2, &[]);
    replica.commit(0, 1, &vec![request(1, 2, "put x 2")]);
    let old = request(1, 1, "put x 1");
    let said = replica.ask(&old);
    assert!(said.sent().is_empty() && said.followed("old-request"));
    assert!(replica.commit(0, 2, &vec![old]).replies().is_empty());
    assert_eq!(replica.disk().service.store.show(), "x=2");
}

#[test]
fn s4_1_a_reply_carries_view_timestamp_client_and_result() {
    let mut replica = Replica::new(3, &[]);
    let reply = replica.commit(0, 1, &vec![request(2, 7, "add x 5")]).replies().remove(0);
    assert_eq!((reply.view, reply.id.number, reply.id.client), (0, 7, NodeId::client(2)));
    assert_eq!((&*reply.result, reply.tentative), ("5", false));
}

#[test]
fn s4_2_the_primary_gives_requests_numbers_in_a_row_and_tells_all_backups() {
    let mut primary = Replica::new(1, &[]);
    for number in 1..=3 {
        let request = request(number, 1, "put x 1");
        let batch = vec![request.clone()];
        assert_eq!(primary.ask(&request).pre_prepares(), [(place(0, number as u64, &batch), batch)]);
    }
}

#[test]
fn s4_2_the_primary_gives_a_request_one_number_in_a_view() {
    let mut primary = Replica::new(1, &[]);
    let asked = request(1, 1, "put x 1");
    assert_eq!(primary.ask(&asked).pre_prepares().len(), 1);
    let said = primary.ask(&asked);
    assert!(said.pre_prepares().is_empty() && said.followed("already-ordered"));
}

#[test]
fn s4_2_a_primary_with_enough_under_way_buffers_and_sends_what_it_buffered_as_a_group() {
    let mut primary = Replica::new(1, &[("window", "1"), ("batch", "8")]);
    let asked: Vec<_> = (1..=3).map(|client| request(client, 1, "put x 1")).collect();
    assert_eq!(primary.ask(&asked[0]).pre_prepares().len(), 1);
    assert!(primary.ask(&asked[1]).followed("queued"));
    assert!(primary.ask(&asked[2]).pre_prepares().is_empty());
    let first = place(0, 1, &asked[..1].to_vec());
    primary.hear_votes(&[2, 3, 4], Phase::Prepare, first);
    let said = primary.hear_votes(&[2, 3], Phase::Commit, first);
    assert_eq!(said.decided().len(), 1);
    assert_eq!(said.pre_prepares(), [(place(0, 2, &asked[1..].to_vec()), asked[1..].to_vec())]);
}

#[test]
fn s4_2_only_a_primary_gives_numbers_and_a_backup_relays_to_it() {
    let mut backup = Replica::new(2, &[]);
    let asked = request(1, 1, "put x 1");
    let said = backup.ask(&asked);
    assert!(said.pre_prepares().is_empty());
    assert!(matches!(&said.sent()[..], [(Some(to), Message::Request(relayed))] if *to == one(1) && *relayed == asked));
}

#[test]
fn s4_2_a_request_that_its_client_did_not_sign_is_ignored() {
    let mut primary = Replica::new(1, &[]);
    let body = request(1, 1, "put x 1").body().clone();
    for forger in [one(2), NodeId::client(2)] {
        let forged: Rc<_> = sign(forger, Request { ..body.clone() }).into();
        assert!(primary.hear(forger, Message::Request(forged)).followed("bad-request"));
    }
    assert!(primary.disk().slots.is_empty());
    // Nor is it accepted from a primary.
    let mut backup = Replica::new(2, &[]);
    let said = backup.propose(&proposal(0, 1, &vec![sign(one(1), body).into()]));
    assert!(said.followed("wrong-digest") && backup.disk().slots.is_empty());
}

#[test]
fn s4_2_a_backup_accepts_a_pre_prepare_and_tells_all_that_it_prepares() {
    let mut backup = Replica::new(2, &[]);
    let batch = vec![request(1, 1, "put x 1")];
    let said = backup.propose(&proposal(0, 1, &batch));
    assert_eq!(said.votes(Phase::Prepare), [place(0, 1, &batch)]);
    assert_eq!(backup.disk().accepted(1).unwrap().batch, batch);
    // The promise is on the disk before it is given.
    let survivor = Replica::from(2, &[], backup.disk().clone());
    assert!(survivor.disk().accepted(1).is_some());
}

#[test]
fn s4_2_a_pre_prepare_must_be_signed_by_the_primary_of_its_view() {
    let mut backup = Replica::new(2, &[]);
    let batch = vec![request(1, 1, "put x 1")];
    for signer in [2, 3, 4] {
        assert!(backup.propose(&proposal_of(signer, 0, 1, &batch)).followed("not-the-primary"));
    }
    // A prepare of the primary, passed off as its pre-prepare, is none.
    let order =
        sign(one(1), consensus_playground::protocols::pbft::Vote { phase: Phase::Prepare, place: place(0, 1, &batch) });
    assert!(backup.propose(&Rc::new(Proposal { order, batch })).followed("not-the-primary"));
    assert!(backup.disk().slots.is_empty());
}

#[test]
fn s4_2_the_digest_must_be_that_of_the_request() {
    let mut backup = Replica::new(2, &[]);
    let order = proposal(0, 1, &vec![request(1, 1, "put x 1")]).order;
    let swapped = Rc::new(Proposal { order, batch: vec![request(1, 1, "put x 2")] });
    let said = backup.propose(&swapped);
    assert!(said.followed("wrong-digest") && said.votes(Phase::Prepare).is_empty());
}

#[test]
fn s4_2_a_pre_prepare_of_another_view_is_not_accepted() {
    let mut backup = Replica::new(4, &[]);
    let batch = vec![request(1, 1, "put x 1")];
    let said = backup.propose(&proposal(1, 1, &batch));
    assert!(said.followed("too-early") && said.votes(Phase::Prepare).is_empty() && backup.disk().slots.is_empty());
    let mut backup =
        Replica::from(4, &[], consensus_playground::protocols::pbft::Disk { view: 2, ..Default::default() });
    assert!(backup.propose(&proposal(1, 1, &batch)).followed("other-view"));
}

#[test]
fn s4_2_no_other_pre_prepare_is_accepted_for_the_same_view_and_number() {
    let mut backup = Replica::new(2, &[]);
    let (first, second) = (vec![request(1, 1, "put x 1")], vec![request(2, 1, "put x 2")]);
    backup.propose(&proposal(0, 1, &first));
    let said = backup.propose(&proposal(0, 1, &second));
    assert!(said.followed("second-pre-prepare") && said.votes(Phase::Prepare).is_empty());
    assert_eq!(backup.disk().accepted(1).unwrap().batch, first);
}

#[test]
fn s4_2_numbers_must_lie_between_the_watermarks() {
    let mut backup = Replica::new(2, &[("checkpoint-every", "2"), ("log-size", "4")]);
    let batch = |number| vec![request(1, number, "put x 1")];
    for (sequence, accepted) in [(0, false), (5, false), (4, true)] {
        let said = backup.propose(&proposal(0, sequence, &batch(9)));
        assert_eq!(said.votes(Phase::Prepare).len(), usize::from(accepted), "number {sequence}");
    }
    backup.commit(0, 1, &batch(1));
    backup.commit(0, 2, &batch(2));
    let own = backup.disk().service.place(2);
    backup.hear_votes(&[1, 3], Phase::Checkpoint, own);
    assert_eq!(backup.disk().low(), 2);
    for (sequence, accepted) in [(1, false), (2, false), (3, true), (6, true), (7, false)] {
        let said = backup.propose(&proposal(0, sequence, &batch(9)));
        assert_eq!(said.votes(Phase::Prepare).len(), usize::from(accepted), "number {sequence}");
        let said = backup.hear(one(3), vote(3, Phase::Commit, place(0, sequence, &batch(9))));
        let refused = said.followed("below-watermark") || said.followed("above-watermark");
        assert_eq!(refused, !accepted, "number {sequence}");
    }
}

#[test]
fn s4_2_the_primary_gives_no_number_above_the_high_watermark() {
    let mut primary = Replica::new(1, &[("checkpoint-every", "2"), ("log-size", "3")]);
    let given = |primary: &mut Replica, client| primary.ask(&request(client, 1, "put x 1")).pre_prepares().len();
    assert_eq!([1, 2, 3, 4].map(|client| given(&mut primary, client)), [1, 1, 1, 0]);
}

/// prepared(m, v, n, i): the pre-prepare and 2f prepares of different backups that match it.
#[test]
fn s4_2_prepared_needs_the_pre_prepare_and_2f_prepares_of_different_backups() {
    let batch = vec![request(1, 1, "put x 1")];
    let here = place(0, 1, &batch);
    let mut backup = Replica::new(2, &[]);
    backup.propose(&proposal(0, 1, &batch));
    // Its own counts; the same once more, the primary's, and those for another digest, number or view don't.
    let wrong = [
        (2, here),
        (1, here),
        (3, SequencedDigest { digest: 1, ..here }),
        (4, SequencedDigest { sequence: 2, ..here }),
        (4, SequencedDigest { view: 1, ..here }),
    ];
    for (signer, place) in wrong {
        let said = backup.hear(one(signer), vote(signer, Phase::Prepare, place));
        assert!(backup.disk().prepared(1).is_none() && said.votes(Phase::Commit).is_empty(), "{signer} {place:?}");
    }
    let mut backup = Replica::new(2, &[]);
    backup.propose(&proposal(0, 1, &batch));
    let said = backup.hear(one(3), vote(3, Phase::Prepare, here));
    assert_eq!(said.votes(Phase::Commit), [here]);
    let signers = |replica: &Replica| {
        replica.disk().prepared(1).unwrap().votes.iter().map(|vote| vote.signer()).collect::<Vec<_>>()
    };
    assert_eq!(signers(&backup), [one(2), one(3)]);
    // Prepares alone are nothing.
    let mut backup = Replica::new(2, &[]);
    let said = backup.hear_votes(&[3, 4], Phase::Prepare, here);
    assert!(said.followed("no-pre-prepare") && backup.disk().prepared(1).is_none());
    assert!(!backup.propose(&proposal(0, 1, &batch)).votes(Phase::Commit).is_empty(), "they are kept, though");
}

#[test]
fn s4_2_the_primary_prepares_with_2f_prepares_of_backups() {
    let mut primary = Replica::new(1, &[]);
    let asked = request(1, 1, "put x 1");
    primary.ask(&asked);
    let here = place(0, 1, &vec![asked]);
    assert!(primary.hear_votes(&[2], Phase::Prepare, here).votes(Phase::Commit).is_empty());
    assert_eq!(primary.hear_votes(&[3], Phase::Prepare, here).votes(Phase::Commit), [here]);
}

#[test]
fn s4_2_committed_local_needs_prepared_and_2f_plus_1_commits_its_own_included() {
    let batch = vec![request(1, 1, "put x 1")];
    let here = place(0, 1, &batch);
    let mut backup = Replica::new(2, &[]);
    // Three commits and no certificate: not committed-local, but the commits are kept.
    backup.propose(&proposal(0, 1, &batch));
    let said = backup.hear_votes(&[1, 3, 4], Phase::Commit, here);
    assert!(said.followed("not-prepared") && !backup.disk().committed(1));
    let said = backup.hear(one(3), vote(3, Phase::Prepare, here));
    assert!(said.followed("committed") && said.followed("execute"));
    // With a certificate, two of others and its own; one for another digest does not count.
    let mut backup = Replica::new(2, &[]);
    backup.propose(&proposal(0, 1, &batch));
    backup.hear(one(3), vote(3, Phase::Prepare, here));
    backup.hear(one(4), vote(4, Phase::Commit, SequencedDigest { digest: 1, ..here }));
    assert!(!backup.hear(one(3), vote(3, Phase::Commit, here)).followed("committed"));
    assert!(!backup.hear(one(3), vote(3, Phase::Commit, here)).followed("committed"), "the same one again");
    assert!(backup.hear(one(1), vote(1, Phase::Commit, here)).followed("committed"));
}

#[test]
fn s4_2_requests_are_executed_in_the_order_of_their_numbers() {
    let mut backup = Replica::new(2, &[]);
    let said = backup.commit(0, 2, &vec![request(2, 1, "put x 2")]);
    assert!(said.followed("waits-for-lower") && said.replies().is_empty() && said.decided().is_empty());
    let said = backup.commit(0, 1, &vec![request(1, 1, "put x 1")]);
    assert_eq!(said.decided(), [(1, "x=1".into()), (2, "x=2".into())]);
    assert_eq!((said.replies().len(), backup.disk().service.store.show()), (2, "x=2".into()));
}
