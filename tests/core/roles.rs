//! Roles in acts on the network: who leads or follows is looked up when the act is carried out.

use consensus_playground::kernel::{DynWorld, NodeId};
use consensus_playground::scenario::{Session, parse, print};

const RUN: &str = "protocol raft\nreplicas 5\nseed 1\nnetwork latency 10ms\nrun 1s\n";

fn after(acts: &str) -> Session {
    let mut session = Session::open(&format!("{RUN}{acts}\n")).unwrap_or_else(|error| panic!("{acts}: {error}"));
    session.finish();
    session
}

fn leader() -> usize {
    after("").world().leader().expect("one leads").number()
}

fn groups(world: &DynWorld) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<_>> =
        world.network().groups().iter().map(|group| group.iter().map(|node| node.number()).collect()).collect();
    groups.sort_unstable();
    groups
}

/// All replicas but some.
fn but(others: &[usize]) -> Vec<usize> {
    (1..=5).filter(|node| !others.contains(node)).collect()
}

fn sorted(mut groups: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.sort_unstable();
    groups
}

#[test]
fn a_partition_parts_roles_as_they_are_when_it_is_carried_out() {
    let first = leader();
    let other = but(&[first])[0];
    let cases = [
        ("partition leader | followers".to_string(), vec![vec![first], but(&[first])]),
        ("partition leader".to_string(), vec![vec![first], but(&[first])]),
        // Who is named by number stands there, and the role means the others.
        (format!("partition leader {other} | followers"), vec![vec![first, other], but(&[first, other])]),
        (format!("partition {other} | all"), vec![vec![other], but(&[other])]),
        (format!("partition all | {other}"), vec![vec![other], but(&[other])]),
        (format!("crash {other}\npartition followers | all"), vec![vec![first, other], but(&[first, other])]),
        (format!("crash {other}\npartition leader | followers"), vec![vec![first], vec![other], but(&[first, other])]),
    ];
    for (acts, parts) in cases {
        let session = after(&acts);
        assert!(session.outcomes().is_empty(), "{acts}: {:?}", session.outcomes());
        assert_eq!(groups(session.world()), sorted(parts), "{acts}");
    }
    // Another leader, another partition.
    let session = after("crash leader\nrun 2s\npartition leader | followers");
    let second = session.world().leader().expect("one leads").number();
    assert_ne!(first, second);
    assert_eq!(groups(session.world()), sorted(vec![vec![second], vec![first], but(&[first, second])]));
}

#[test]
fn a_group_that_nobody_is_left_for_is_told() {
    let first = leader();
    let session = after(&format!("partition {first} | leader"));
    let outcome = &session.outcomes()[0];
    assert!(!outcome.ok && &*outcome.why == "nobody is left for group 2 of the partition", "{outcome:?}");
    assert!(groups(session.world()).is_empty());
    let session = after("crash all\npartition leader | followers");
    assert_eq!(&*session.outcomes()[0].why, "nobody leads right now");
}

#[test]
fn links_are_cut_mended_and_slowed_for_several() {
    let first = NodeId::replica(leader());
    let cuts = |acts: &str| after(acts).world().network().cuts().collect::<Vec<_>>();
    let all = cuts("cut leader -> all");
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(|(from, to)| *from == first && *to != first), "{all:?}");
    assert_eq!(cuts("cut leader -> followers"), all);
    assert_eq!(cuts("cut followers -> leader").len(), 4);
    assert_eq!(cuts("cut all -> all").len(), 20);
    assert_eq!(cuts("cut c1 -> all").len(), 5);
    assert_eq!(cuts("cut leader -> all\nheal leader -> all").len(), 0);
    // Of several, those that are cut are mended.
    assert_eq!(cuts("cut leader -> followers\nheal all -> followers").len(), 0);
    let session = after("heal leader -> all");
    assert!(session.outcomes()[0].why.contains("is not cut"), "{:?}", session.outcomes());
    let slow = after("network followers -> leader latency 80ms");
    let links: Vec<_> = slow.world().network().links().collect();
    assert_eq!(links.len(), 4);
    assert!(links.iter().all(|((_, to), link)| *to == first && link.latency.range() == (80_000, 80_000)));
}

/// What is done by hand is written with the role, and is the same when it is carried out again.
#[test]
fn roles_are_written_down_and_replayed() {
    let mut session = after("");
    for act in ["partition leader | followers", "cut followers -> followers", "network leader -> all loss 5%", "heal"] {
        session.act(act).unwrap_or_else(|error| panic!("{act}: {error}"));
        session.run(300_000);
        assert!(session.script().contains(act), "{act}\n{}", session.script());
    }
    let script = format!("{}run 300ms\n", session.script());
    assert_eq!(print(&parse(&script).unwrap()), script);
    let mut again = Session::open(&script).unwrap();
    again.finish();
    again.run_until(session.world().now());
    assert_eq!(again.trace_hash(), session.trace_hash(), "{script}");
}

#[test]
fn mistakes_are_told_with_place_and_the_nearest_word() {
    for (act, told) in [
        ("partition leadr | followers", "line 6, column 11: `leadr` is not known here"),
        ("partition leadr | followers", "did you mean `leader`?"),
        ("partition leader | leader", "line 6, column 20: leader can't be in two groups"),
        ("partition leader | primary", "line 6, column 20: leader can't be in two groups"),
        ("partition leader |", "line 6, column 18: each side of `|` names"),
        ("cut leader -> leader", "line 6, column 15: there is no link from leader to itself"),
        ("cut 1 -> 1", "line 6, column 10: there is no link from 1 to itself"),
        ("cut 1 -> al", "did you mean `all`?"),
        ("network leader latency 3ms", "line 6, column 16: `latency` is not known here: `->` was expected"),
    ] {
        let error = parse(&format!("{RUN}{act}\n")).err().expect(act).to_string();
        assert!(error.contains(told), "{act}\nsays: {error}\nnot:  {told}");
    }
}
