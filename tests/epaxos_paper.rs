//! EPaxos, held to its paper: what a command costs, how conflicts change that, and what holds however the messages fall.
#![cfg(not(target_arch = "wasm32"))]

#[path = "walk/walk.rs"]
mod walk;

use consensus_playground::kernel::{Algorithm, HistoryEvent, NodeId, World};
use consensus_playground::protocols::epaxos::EPaxos;
use consensus_playground::scenario::Session;
use walk::seeds;

/// A run in which all links take 10 ms, stopped before the first line.
fn opened(replicas: usize, thrifty: &str, lines: &str) -> Session {
    let text = format!(
        "protocol epaxos\nreplicas {replicas}\nset thrifty {thrifty}\nset fast-timeout 20s\nset recovery-timeout 500s..600s\n\
         set retry 500s\nnetwork latency 10ms\n{lines}\n"
    );
    Session::open(&text).unwrap_or_else(|why| panic!("{text}: {why}"))
}

/// The same, carried out to its end, and all that is expected holds.
fn carried_out(replicas: usize, thrifty: &str, lines: &str) -> Session {
    let mut session = opened(replicas, thrifty, lines);
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{lines}: {:?}", session.outcomes());
    session
}

fn sent(session: &Session) -> usize {
    session.world().counts().between_replicas as usize
}

#[test]
fn a_command_without_conflicts_costs_what_the_paper_says() {
    for n in 3..=9 {
        for (thrifty, messages) in [("off", 3 * (n - 1)), ("on", 3 * n - 5)] {
            let session = carried_out(n, thrifty, "at 0s request put x 1 from c1 to 2\nrun 1s\nexpect 2.fast-path = 1");
            assert_eq!(sent(&session), messages, "{n} replicas, thrifty {thrifty}");
        }
    }
    let thrifty = [3, 5, 7].map(|n| 3 * n - 5);
    assert_eq!(thrifty, [4, 10, 16], "facts of the paper");
}

/// Two writes of one key, at replicas 1 and 2 at once: at least one takes the slow path.
fn slow(replicas: usize) -> Session {
    carried_out(
        replicas,
        "off",
        "at 0s request put x 1 from c1 to 1\nat 0s request put x 2 from c2 to 2\nrun 1s\nexpect same-order\nexpect all.executed = 2",
    )
}

#[test]
fn a_slow_command_costs_two_delays_and_a_majority_more() {
    for n in [3, 5, 7] {
        let session = slow(n);
        let slow = (1..=2).map(|replica| number(&session, replica, "slow-path")).sum::<u64>() as usize;
        assert!(slow > 0, "{n} replicas");
        assert_eq!(
            sent(&session),
            (2 - slow) * 3 * (n - 1) + slow * 5 * (n - 1),
            "{n} replicas: 5(n−1) for a slow one"
        );
    }
}

#[test]
fn delays_are_two_on_the_fast_path_and_four_on_the_slow_one() {
    // The request itself takes one.
    for n in [3, 5, 7] {
        let lines = "at 0s request put x 1 from c1 to 1\nat 29ms expect 1.committed = 0\nat 31ms expect 1.committed = 1\n\
                     expect 2.committed = 0\nat 39ms expect 2.committed = 0\nat 41ms expect all.committed = 1\nexpect completed 1";
        carried_out(n, "off", lines);
        carried_out(n, "on", lines);
    }
    // Each of three asks the next one only: a cycle.
    let cycle = "at 0s request put x 1 from c1 to 1\nat 0s request put x 2 from c2 to 2\nat 0s request put x 3 from c3 to 3\n\
                 at 49ms expect all.committed = 0\nat 51ms expect all.committed = 1\nat 59ms expect all.executed = 0\n\
                 at 61ms expect all.executed = 3\nexpect all.slow-path = 1\nexpect all.order = 1.1,2.1,3.1";
    let session = carried_out(3, "on", cycle);
    assert_eq!(sent(&session), 3 * (4 + 2), "4 on the fast path, and 2F more on the slow one");
}

/// The five regions of the gallery, with its links.
fn regions() -> String {
    let text = include_str!("scenarios/epaxos-five-regions.scenario");
    let head = text.lines().filter(|line| line.starts_with("network") || line.starts_with("set"));
    format!("protocol epaxos\nreplicas 5\nseed 1\n{}\n", head.collect::<Vec<_>>().join("\n"))
}

#[test]
fn how_often_the_fast_path_is_taken_depends_on_conflicts() {
    const ROUNDS: u64 = 40;
    let mut shares = Vec::new();
    for percent in [0, 2, 25, 100] {
        let mut text = regions();
        for round in 0..ROUNDS {
            for region in 1..=5 {
                // So many of a hundred are about one key; the dice are the test's own.
                let die = (round * 5 + region).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
                let key = if die % 100 < percent { "hot".into() } else { format!("k{region}") };
                let at = 1_000 * (round + 1);
                text += &format!("at {at}ms request put {key} {round} from c{region} to {region}\n");
            }
        }
        text += "run 5s\nexpect all\n";
        let mut session = Session::open(&text).expect("it can be read");
        session.finish();
        assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{percent} %: {:?}", session.outcomes());
        let count = |name: &str| (1..=5).map(|replica| number(&session, replica, name)).sum::<u64>();
        let (fast, slow) = (count("fast-path"), count("slow-path"));
        assert_eq!(fast + slow, 5 * ROUNDS, "{percent} %");
        let delays: Vec<_> = (1..=5).map(|region| mean_delay(&session, region)).collect();
        let share = 100 * fast / (5 * ROUNDS);
        println!(
            "{percent} % conflicts: {share} % on the fast path; a client waits for {delays:?} ms, region by region"
        );
        shares.push(fast);
    }
    assert_eq!(shares[0], 5 * ROUNDS, "without conflicts all are fast");
    assert!(shares.windows(2).all(|pair| pair[0] >= pair[1]) && shares[3] < shares[0] / 2, "{shares:?}");
}

fn number(session: &Session, replica: usize, name: &str) -> u64 {
    let view = session.world().node(NodeId::replica(replica)).expect("it is there");
    view.field(name).expect("it has the field").to_string().parse().expect("it is a number")
}

/// How long a client waits for an answer on average, in milliseconds.
fn mean_delay(session: &Session, client: usize) -> u64 {
    let (mut asked, mut waited, mut answers) = (0, 0, 0);
    for record in session.world().history().iter().filter(|record| record.node == Some(NodeId::client(client))) {
        let at = session.trace().event(record.event).expect("it is kept").at;
        match record.what {
            HistoryEvent::Asked(_) => asked = at,
            HistoryEvent::Told(..) => (waited, answers) = (waited + at - asked, answers + 1),
            HistoryEvent::Faults(_) => {}
        }
    }
    waited / answers / 1_000
}

/// Three clients ask for one thing each.
fn walked(replicas: usize, set: &[(&str, &str)], seed: u64) -> World<EPaxos> {
    walk::walk(replicas, set, &["put x 1", "add x 1", "get x"], 200, seed)
}

#[test]
fn each_instance_is_committed_in_one_way_however_the_messages_fall() {
    let mut decided = 0;
    for seed in 0..seeds() {
        let thrifty = ["off", "on"][(seed % 2) as usize];
        let told = ["after-execution", "at-commit"][(seed / 2 % 2) as usize];
        let world = walked(3 + (seed % 4) as usize, &[("thrifty", thrifty), ("told", told)], seed);
        assert_eq!(world.violations(), [], "seed {seed}");
        decided += world.decided_slots();
    }
    assert!(decided as u64 > seeds() / 4, "a walk that decides nothing shows nothing: {decided}");
}

#[test]
fn every_bug_names_what_it_breaks_and_where_it_comes_from() {
    let bugs: Vec<_> = EPaxos::DESCRIPTOR.options.iter().filter(|option| option.bug).collect();
    assert_eq!(bugs.len(), 7);
    assert!(bugs.iter().all(|bug| !bug.breaks.is_empty() && !bug.source.is_empty()));
}
