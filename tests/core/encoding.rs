//! What replicas send and store can be encoded, and comes back as it was: so they can be put behind somebody else's network
//! and disks.

use std::any::Any;
use std::fmt::Debug;

use consensus_playground::kernel::data::hash::stable_hash;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{
    Action, Algorithm as _, NodeId, PersistentMap, PersistentVec, Protocol, RequestId, Selector, Setup, Signed, Trace,
    World,
};
use consensus_playground::protocols::pbft::Pbft;
use consensus_playground::protocols::raft::Raft;
use consensus_playground::protocols::two_phase_commit::TwoPhaseCommit;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Encodes a thing and reads it back. Gives the text.
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug + std::hash::Hash>(thing: &T) -> String {
    let text = serde_json::to_string(thing).expect("it can be encoded");
    let back: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!((&back, stable_hash(&back)), (thing, stable_hash(thing)), "{text}");
    assert_eq!(serde_json::to_string(&back).expect("it can be encoded"), text, "nothing is left out of a comparison");
    text
}

/// How often each was seen: kinds of messages that travelled, disks that were not blank, values that were decided.
#[derive(Debug, Default)]
struct Seen {
    kinds: Vec<&'static str>,
    disks: usize,
    values: usize,
}

/// A random run under faults; all that it sends, stores, decides and asks for is encoded and read back.
fn run<P>(seed: u64, set: &[(&str, &str)], requests: &[&str], seen: &mut Seen)
where
    P: Protocol,
    P::Message: Serialize + DeserializeOwned,
    P::Disk: Serialize + DeserializeOwned + PartialEq + Debug,
    P::Value: Serialize + DeserializeOwned,
    P::Command: Serialize + DeserializeOwned,
{
    let setup = Setup { replicas: 4, seed, options: set.iter().copied().collect(), ..Setup::default() };
    let trace = &mut Trace::forgetful();
    let mut world = World::<P>::new(&setup, trace).expect("the options fit");
    for turn in 0..30 {
        let chance = |what, of| below(draw(seed, what, turn), of);
        let replica = Selector::Node(NodeId::replica(1 + chance(1, 4) as usize));
        let words = requests[chance(2, requests.len() as u64) as usize].split(' ').map(String::from).collect();
        let action = match chance(3, 8) {
            0 => Action::Crash(replica),
            1 => Action::Restart { replica: Selector::All, disk_lost: false },
            2 => Action::Partition(vec![vec![NodeId::replica(1 + chance(4, 4) as usize).into()]]),
            3 => Action::Heal,
            _ => Action::Request { client: NodeId::client(1 + chance(5, 2) as usize), to: None, words },
        };
        let _ = world.act(&action, trace); // not all that is drawn is possible
        for _ in 0..20 {
            if world.step(trace).is_none() {
                break;
            }
            for (.., message) in world.in_flight() {
                round_trip(message);
                let kind = P::DESCRIPTOR.messages[usize::from(consensus_playground::kernel::Message::kind(message))];
                if !seen.kinds.contains(&kind.name) {
                    seen.kinds.push(kind.name);
                }
            }
        }
        let cluster = world.cluster();
        for node in cluster.nodes() {
            round_trip(cluster.disk(node));
            round_trip(cluster.durable(node));
            seen.disks += usize::from(*cluster.durable(node) != P::Disk::default());
        }
        for (_, decision) in cluster.decisions().iter() {
            let value = (&*decision.value as &dyn Any).downcast_ref::<P::Value>().expect("its own protocol's");
            round_trip(value);
            seen.values += 1;
        }
        for client in NodeId::clients(2) {
            let asked = (1..).map_while(|number| cluster.asked(RequestId { client, number }));
            asked.for_each(|command| drop(round_trip(command)));
        }
    }
}

const STORE: &[&str] = &["put x 1", "put y 2", "add x 3", "get x"];
const MEMBERS: &[&str] =
    &["put x 1", "add x 3", "get x", "members 1-3", "add 4", "remove 4", "learner 4", "transfer 2"];

#[test]
fn what_random_runs_send_and_store_comes_back_as_it_was() {
    let seen = &mut Seen::default();
    for seed in 0..24 {
        run::<Raft>(seed, &[("no-op", "on"), ("snapshot-every", "2"), ("pre-vote", "on")], MEMBERS, seen);
        run::<Raft>(seed, &[("check-quorum", "on"), ("reads", "read-index")], STORE, seen);
        run::<Pbft>(seed, &[("checkpoint-every", "2"), ("log-size", "4")], STORE, seen);
        run::<TwoPhaseCommit>(seed, &[], &["transaction trip", "transaction trip refused-by 2"], seen);
    }
    // Of all runs together: one alone may be unlucky, and crash before it decides anything.
    assert!(seen.kinds.len() > 22 && seen.disks > 8_000 && seen.values > 10_000, "{seen:?}");
}

#[test]
fn every_kind_of_message_was_seen() {
    let mut seen = Seen::default();
    for seed in 0..40 {
        run::<Raft>(seed, &[("no-op", "on"), ("snapshot-every", "2"), ("pre-vote", "on")], MEMBERS, &mut seen);
    }
    let all = Raft::DESCRIPTOR.messages.iter().map(|kind| kind.name);
    let missing: Vec<_> = all.filter(|name| !seen.kinds.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_can_not_be_is_refused() {
    let refused = |text: &str| serde_json::from_str::<RequestId>(text).unwrap_err().to_string();
    assert!(refused(r#"{"client":"2","number":1}"#).starts_with("replica 2 makes no requests"));
    assert!(refused(r#"{"client":"c0","number":1}"#).starts_with("`c0` names no replica and no client"));
    for pairs in ["[[2,0],[1,0]]", "[[1,0],[1,1]]"] {
        let why = serde_json::from_str::<PersistentMap<u8, u8>>(pairs).unwrap_err();
        assert!(why.to_string().starts_with("the keys of a map are out of order"), "{why}");
    }
}

#[test]
fn long_lists_come_back_whole() {
    round_trip(&(0..1_000).collect::<PersistentVec<u32>>());
    let mut map = PersistentMap::new();
    (0..1_000).rev().for_each(|key| map.insert(NodeId::client(key + 1), key));
    let text = round_trip(&map);
    assert!(text.starts_with(r#"[["c1",0],["c2",1],"#), "{text}");
    let signed = Signed::verified(NodeId::replica(2), 7);
    assert_eq!(round_trip(&signed), r#"{"signer":"2","body":7}"#);
}
