//! §4.3: checkpoints, watermarks, garbage collection; the transfer of a state (§4.4).

use consensus_playground::protocols::pbft::{Message, Phase, SequencedDigest, Service, Stable, Timer};

use crate::harness::{Replica, Said, one, place, proposal, request, stable, vote, votes};

const EVERY_TWO: &[(&str, &str)] = &[("checkpoint-every", "2"), ("log-size", "4")];

/// Replica 2 after number 2, of which it has taken a checkpoint that is not stable yet.
fn at_two() -> (Replica, Said) {
    let mut replica = Replica::new(2, EVERY_TWO);
    replica.commit(0, 1, &vec![request(1, 1, "put x 1")]);
    let said = replica.commit(0, 2, &vec![request(1, 2, "put y 2")]);
    (replica, said)
}

#[test]
fn s4_3_a_checkpoint_is_taken_after_every_kth_number_and_its_digest_told_to_all() {
    let mut replica = Replica::new(2, EVERY_TWO);
    let said = replica.commit(0, 1, &vec![request(1, 1, "put x 1")]);
    assert!(said.votes(Phase::Checkpoint).is_empty());
    let (replica, said) = at_two();
    assert_eq!(said.votes(Phase::Checkpoint), [replica.disk().service.place(2)]);
}

#[test]
fn s4_3_equal_states_have_equal_digests_and_different_ones_different() {
    let (mut replica, _) = at_two();
    let two = replica.disk().service.place(2);
    assert_eq!(at_two().0.disk().service.place(2), two);
    replica.commit(0, 3, &vec![request(1, 3, "put x 3")]);
    assert_ne!(replica.disk().service.place(2), two, "another store");
    let (mut replica, _) = at_two();
    replica.commit(0, 3, &vec![request(1, 3, "get x")]);
    assert_ne!(replica.disk().service.place(2), two, "the last replies belong to the state");
}

#[test]
fn s4_3_a_checkpoint_is_stable_with_2f_plus_1_equal_messages_of_different_replicas() {
    let (mut replica, _) = at_two();
    let own = replica.disk().service.place(2);
    // Its own counts; another digest, another number, and the same replica twice don't.
    replica.hear(one(3), vote(3, Phase::Checkpoint, SequencedDigest { digest: 7, ..own }));
    replica.hear(one(4), vote(4, Phase::Checkpoint, SequencedDigest { sequence: 4, ..own }));
    replica.hear_votes(&[1, 1], Phase::Checkpoint, own);
    assert_eq!(replica.disk().low(), 0);
    let said = replica.hear(one(4), vote(4, Phase::Checkpoint, own));
    assert!(said.followed("stable"));
    assert_eq!((replica.disk().low(), replica.disk().stable.place), (2, own));
    let signers: Vec<_> = replica.disk().stable.proof.iter().map(|vote| vote.signer().number()).collect();
    assert_eq!(signers, [2, 1, 4]);
}

#[test]
fn s4_3_the_log_up_to_a_stable_checkpoint_is_discarded_and_no_more() {
    let (mut replica, _) = at_two();
    let three = vec![request(2, 1, "put z 3")];
    replica.propose(&proposal(0, 3, &three));
    assert_eq!(replica.disk().slots.keys().copied().collect::<Vec<_>>(), [1, 2, 3]);
    let own = replica.disk().service.place(2);
    replica.hear_votes(&[1, 3], Phase::Checkpoint, own);
    assert_eq!(replica.disk().slots.keys().copied().collect::<Vec<_>>(), [3]);
    assert_eq!(replica.disk().snapshot.as_ref().unwrap().place(2), own, "its state is kept");
    assert_eq!(replica.disk().accepted(3).unwrap().batch, three);
}

#[test]
fn s4_3_votes_of_a_collected_number_are_forgotten() {
    let (mut replica, _) = at_two();
    let own = replica.disk().service.place(2);
    replica.hear_votes(&[1, 3], Phase::Checkpoint, own);
    let said = replica.hear(one(4), vote(4, Phase::Checkpoint, own));
    assert!(said.followed("below-watermark"));
    let said = replica.hear(one(4), vote(4, Phase::Prepare, place(0, 2, &vec![request(1, 2, "put y 2")])));
    assert!(said.followed("below-watermark"));
}

#[test]
fn s4_3_a_replica_that_is_a_little_behind_waits_before_it_gives_up_its_log() {
    let mut replica = Replica::new(2, EVERY_TWO);
    replica.commit(0, 1, &vec![request(1, 1, "put x 1")]);
    let two = at_two().0.disk().service.place(2);
    let said = replica.hear_votes(&[1, 3, 4], Phase::Checkpoint, two);
    assert!(said.followed("stable-ahead") && replica.disk().low() == 0);
    // What it lacked was on its way.
    assert!(replica.commit(0, 2, &vec![request(1, 2, "put y 2")]).followed("stable"));
    assert_eq!((replica.disk().low(), replica.disk().lags()), (2, false));
}

fn lagging() -> (Replica, Said) {
    let mut replica = Replica::new(2, EVERY_TWO);
    replica.hear_votes(&[1, 3, 4], Phase::Checkpoint, at_two().0.disk().service.place(2));
    let said = replica.fire(Timer::Resend);
    (replica, said)
}

#[test]
fn s4_4_a_replica_that_lacks_a_stable_checkpoints_state_fetches_it_from_one_that_signed_it() {
    let (mut replica, said) = lagging();
    assert!(said.followed("stable") && replica.disk().lags());
    let asked = |said: &Said| {
        let fetch = said.sent().into_iter().find(|(_, message)| *message == Message::Fetch(2));
        fetch.and_then(|(to, _)| to).expect("it fetches")
    };
    let first = asked(&said);
    let second = asked(&replica.fire(Timer::Resend));
    assert!(first != second && ![first, second].contains(&one(2)), "each time another one: {first}, {second}");
}

#[test]
fn s4_4_who_has_the_state_sends_it_with_its_proof() {
    let (mut replica, _) = at_two();
    assert!(replica.hear(one(3), Message::Fetch(2)).followed("nothing-missing"));
    let own = replica.disk().service.place(2);
    replica.hear_votes(&[1, 3], Phase::Checkpoint, own);
    replica.commit(0, 3, &vec![request(1, 3, "put x 9")]);
    let said = replica.hear(one(3), Message::Fetch(2));
    let [(Some(to), Message::State(proof, state))] = &said.sent()[..] else { panic!("{:?}", said.sent()) };
    assert_eq!((*to, proof.place, state.place(2)), (one(3), own, own), "the state at 2, not at 3");
}

#[test]
fn s4_4_a_fetched_state_must_have_the_digest_that_a_quorum_signed() {
    let (mut replica, _) = lagging();
    let good = at_two().0.disk().service.clone();
    let proof = replica.disk().stable.clone();
    let wrong = Service::default();
    assert!(replica.hear(one(4), Message::State(proof.clone(), wrong.clone())).followed("bad-proof"));
    // A proof that fits the wrong state has too few signatures, or one replica's thrice.
    for signers in [&[4][..], &[3, 4], &[4, 4, 4]] {
        let forged = stable(2, wrong.place(2).digest, signers);
        assert!(replica.hear(one(4), Message::State(forged, wrong.clone())).followed("bad-proof"));
    }
    // Commits are no checkpoint messages.
    let commits = Stable { place: wrong.place(2), proof: votes(Phase::Commit, wrong.place(2), &[1, 3, 4]) };
    assert!(replica.hear(one(4), Message::State(commits.into(), wrong)).followed("bad-proof"));
    assert_eq!(replica.disk().executed, 0);
    assert!(replica.hear(one(4), Message::State(proof, good.clone())).followed("take-state"));
    assert_eq!((replica.disk().executed, &replica.disk().service), (2, &good));
    // It goes on from there.
    assert_eq!(replica.commit(0, 3, &vec![request(1, 3, "add x 4")]).replies()[0].result, "5".into());
}

#[test]
fn s4_3_a_checkpoint_far_above_the_log_is_believed_with_a_proof_only() {
    let mut replica = Replica::new(2, EVERY_TWO);
    let far = Service::default().place(100);
    assert!(replica.hear(one(3), Message::Stable(stable(100, far.digest, &[3, 4]))).followed("bad-proof"));
    assert_eq!(replica.disk().low(), 0);
    assert!(replica.hear(one(3), Message::Stable(stable(100, far.digest, &[1, 3, 4]))).followed("fetch"));
    assert_eq!((replica.disk().low(), replica.disk().executed), (100, 0));
}
