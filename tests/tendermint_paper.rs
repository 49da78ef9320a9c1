//! Algorithm 1 of Tendermint, one `upon` after the other: replica 3 of four is fed by hand. Replica 1 proposes in round 0.
#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use consensus_playground::kernel::protocol::bench::{ReplicaBench, Wanted};
use consensus_playground::kernel::{Delay, Effects, MS, NodeId, ReadCommand, RequestId, Signed};
use consensus_playground::protocols::tendermint::{
    Block, Disk, Kind, Message, Offer, Position, Proposal, Request, Tendermint, Timer, Vote,
};
use consensus_playground::services::kv::Command;

type Bench = ReplicaBench<Tendermint>;

fn one(number: usize) -> NodeId {
    NodeId::replica(number)
}

fn sign<T>(node: NodeId, body: T) -> Signed<T> {
    Effects::<Tendermint>::new(node, 4, 0).sign(body)
}

/// The first block, with a request of this client.
fn block(client: usize) -> Rc<Block> {
    let client = NodeId::client(client);
    let command = Command::read(&["put", "x", "1"], 4).unwrap();
    let request = Rc::new(sign(client, Request { id: RequestId { client, number: 1 }, command }));
    Rc::new(Block { parent: 0, requests: vec![request] })
}

fn bench() -> Bench {
    Bench::start(one(3), 4, &[], Disk::default())
}

fn propose(bench: &mut Bench, round: u64, block: &Rc<Block>, valid_round: Option<u64>) {
    let proposer = bench.config().proposer(1, round);
    let offer = sign(proposer, Offer { height: 1, round, id: block.id(), valid_round });
    bench.hear(proposer, &Message::Proposal(Rc::new(Proposal { offer, block: block.clone() })));
}

fn vote(signer: usize, kind: Kind, round: u64, block: Option<&Rc<Block>>) -> Signed<Vote> {
    let id = block.map(|block| block.id());
    sign(one(signer), Vote { height: 1, round, kind, id, valid_round: None })
}

fn hear(bench: &mut Bench, signers: &[usize], kind: Kind, round: u64, block: Option<&Rc<Block>>) {
    for &signer in signers {
        bench.hear(one(signer), &Message::Vote(vote(signer, kind, round, block)));
    }
}

/// The votes that it cast in its last step: kind, round, for which block.
fn votes(wanted: &Wanted<Tendermint>) -> Vec<(Kind, u64, Option<u64>)> {
    let all = wanted.sent.iter().filter_map(|(to, message, _)| match message {
        Message::Vote(vote) if to.is_none() => Some(*vote.body()),
        _ => None,
    });
    all.map(|vote| (vote.kind, vote.round, vote.id)).collect()
}

/// Replica 3, locked on a block since round 0.
fn locked(block: &Rc<Block>) -> Bench {
    let mut bench = bench();
    propose(&mut bench, 0, block, None);
    hear(&mut bench, &[1, 2], Kind::Prevote, 0, Some(block));
    bench
}

/// On to the next round: three precommits of nil or of its own, and the timeout.
fn next_round(bench: &mut Bench, round: u64) {
    hear(bench, &[1, 2, 4], Kind::Precommit, round, None);
    bench.fire(Timer::Precommit);
}

#[test]
fn line_22_a_new_block_is_prevoted_if_it_is_valid() {
    let (good, mut bench) = (block(1), bench());
    propose(&mut bench, 0, &good, None);
    assert_eq!(votes(&bench.last), [(Kind::Prevote, 0, Some(good.id()))]);
    let wrong = Rc::new(Block { parent: 7, requests: Vec::new() });
    let mut bench = self::bench();
    propose(&mut bench, 0, &wrong, None);
    assert_eq!(votes(&bench.last), [(Kind::Prevote, 0, None)]);
}

#[test]
fn line_28_a_block_that_is_proposed_again_waits_for_its_quorum() {
    let (good, mut bench) = (block(1), bench());
    hear(&mut bench, &[2, 4], Kind::Prevote, 1, None);
    propose(&mut bench, 1, &good, Some(0));
    assert_eq!(votes(&bench.last), []);
    hear(&mut bench, &[1, 2], Kind::Prevote, 0, Some(&good));
    assert_eq!(votes(&bench.last), []);
    hear(&mut bench, &[4], Kind::Prevote, 0, Some(&good));
    assert_eq!(votes(&bench.last), [(Kind::Prevote, 1, Some(good.id()))]);
}

#[test]
fn line_34_mixed_prevotes_start_a_timeout_and_61_ends_it_with_nil() {
    let (good, mut bench) = (block(1), bench());
    propose(&mut bench, 0, &good, None);
    hear(&mut bench, &[1], Kind::Prevote, 0, Some(&good));
    hear(&mut bench, &[2], Kind::Prevote, 0, None);
    assert!(bench.last.set.contains(&(Timer::Prevote, Delay::from(50 * MS))), "{:?}", bench.last.set);
    bench.fire(Timer::Prevote);
    assert_eq!(votes(&bench.last), [(Kind::Precommit, 0, None)]);
}

#[test]
fn line_36_a_quorum_of_prevotes_locks_and_the_lock_is_on_disk_before_the_precommit() {
    let good = block(1);
    let bench = locked(&good);
    assert_eq!(votes(&bench.last), [(Kind::Precommit, 0, Some(good.id()))]);
    let (_, _, disk) = bench.last.sent.iter().find(|(_, message, _)| matches!(message, Message::Vote(_))).unwrap();
    assert_eq!((&disk.locked, &disk.valid), (&Some((good.clone(), 0)), &Some((good, 0))));
    assert_eq!(disk.polka.len(), 3);
}

#[test]
fn line_42_a_quorum_that_comes_late_changes_the_valid_value_and_not_the_lock() {
    let (good, mut bench) = (block(1), bench());
    propose(&mut bench, 0, &good, None);
    hear(&mut bench, &[1], Kind::Prevote, 0, Some(&good));
    hear(&mut bench, &[2], Kind::Prevote, 0, None);
    bench.fire(Timer::Prevote);
    hear(&mut bench, &[4], Kind::Prevote, 0, Some(&good));
    assert!(bench.last.followed("remember-valid"));
    let disk = bench.replica().durable();
    assert_eq!((&disk.locked, &disk.valid), (&None, &Some((good, 0))));
}

#[test]
fn lines_23_and_29_a_lock_gives_way_to_a_quorum_of_its_own_round_or_a_later_one_alone() {
    let (good, other) = (block(1), block(2));
    let mut bench = locked(&good);
    next_round(&mut bench, 0);
    propose(&mut bench, 1, &other, None);
    assert_eq!(votes(&bench.last), [(Kind::Prevote, 1, None)]);
    // A quorum prevoted the other block in round 1, although this replica did not.
    hear(&mut bench, &[1, 2, 4], Kind::Prevote, 1, Some(&other));
    assert_eq!(bench.replica().durable().locked, Some((other, 1)));
}

#[test]
fn line_44_a_quorum_of_nil_is_answered_at_once() {
    let mut bench = bench();
    hear(&mut bench, &[1, 2], Kind::Prevote, 0, None);
    bench.fire(Timer::Propose);
    assert_eq!(votes(&bench.last), [(Kind::Prevote, 0, None), (Kind::Precommit, 0, None)]);
}

#[test]
fn line_47_mixed_precommits_start_a_timeout_and_65_ends_it_with_a_longer_round() {
    let good = block(1);
    let mut bench = locked(&good);
    hear(&mut bench, &[1], Kind::Precommit, 0, Some(&good));
    hear(&mut bench, &[2], Kind::Precommit, 0, None);
    assert!(bench.last.set.contains(&(Timer::Precommit, Delay::from(50 * MS))), "{:?}", bench.last.set);
    bench.fire(Timer::Precommit);
    assert_eq!(bench.replica().durable().round, Some(1));
    assert!(bench.last.set.contains(&(Timer::Propose, Delay::from(150 * MS))), "{:?}", bench.last.set);
}

#[test]
fn line_49_precommits_of_a_past_round_decide() {
    let good = block(1);
    let mut bench = locked(&good);
    next_round(&mut bench, 0);
    assert_eq!(bench.replica().durable().round, Some(1));
    // Replica 2 said nil as well: what contradicts itself counts for both.
    hear(&mut bench, &[1, 2], Kind::Precommit, 0, Some(&good));
    assert_eq!(bench.last.decided, [(1, Block::clone(&good))]);
    assert_eq!(bench.replica().durable().height(), 2);
}

#[test]
fn line_55_more_than_a_third_is_ahead_and_one_who_speaks_twice_is_not() {
    let mut bench = bench();
    hear(&mut bench, &[4], Kind::Prevote, 5, None);
    hear(&mut bench, &[4], Kind::Precommit, 5, None);
    assert_eq!(bench.replica().durable().round, None);
    hear(&mut bench, &[2], Kind::Prevote, 5, None);
    assert_eq!(bench.replica().durable().round, Some(5));
}

#[test]
fn line_57_no_proposal_in_time_is_a_vote_for_nil() {
    let mut bench = bench();
    hear(&mut bench, &[1, 2], Kind::Precommit, 0, None);
    bench.fire(Timer::Propose);
    assert_eq!(votes(&bench.last), [(Kind::Prevote, 0, None)]);
}

/// Where all have crashed, a liar's vote in this quorum is nowhere else, and line 28 wants to see it.
#[test]
fn whoever_comes_back_still_shows_the_quorum_behind_its_valid_value() {
    let good = block(1);
    let mut disk = locked(&good).replica().durable().clone();
    disk.voted.clear();
    let mut bench = Bench::start(one(3), 4, &[], disk);
    bench.hear(one(1), &Message::Status(Position { height: 1, round: Some(4), last: 0 }));
    let shown = bench.last.messages().into_iter().find_map(|message| match message {
        Message::Passed(passed) => Some(passed.votes.iter().map(Signed::signer).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(shown, Some([1, 2, 3].map(one).to_vec()));
}
