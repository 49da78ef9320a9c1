//! Space and chance as a scenario says them: who is linked to whom, and how long messages are on their way.

use consensus_playground::kernel::data::regions::distance;
use consensus_playground::kernel::{Delay, Fate, MOST_REPLICAS, MS, MessageRecord, NodeId, TopologyKind};
use consensus_playground::protocols::ALL;
use consensus_playground::scenario::export::ndjson;
use consensus_playground::scenario::{Scenario, Session, parse, print};

fn open(text: &str) -> Session {
    Session::open(text).unwrap_or_else(|error| panic!("{error}"))
}

fn scenario(text: &str) -> Scenario {
    parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// Twelve replicas and this line.
fn with(line: &str) -> String {
    format!("protocol two-phase-commit\nreplicas 12\n{line}\n")
}

fn links(session: &Session) -> Vec<(usize, usize)> {
    session.world().network().topology().links().map(|(from, to)| (from.number(), to.number())).collect()
}

/// Whom the messages between replicas reached, and whom the network kept from them for want of a link.
type Pairs = Vec<(usize, usize)>;

fn reached(session: &Session) -> (Pairs, Pairs) {
    let all: Vec<_> = session.trace().messages.iter().copied().collect();
    let all = all.iter().filter(|one| !one.from.is_client() && !one.to.is_client());
    let ends = |fate| {
        let of_fate = all.clone().filter(move |one| one.fate == fate).map(|one| (one.from.number(), one.to.number()));
        let mut ends: Vec<_> = of_fate.collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    };
    (ends(Fate::Delivered), ends(Fate::Unlinked))
}

#[test]
fn what_is_read_is_written_again() {
    for line in [
        "network topology full",
        "network topology ring",
        "network topology star",
        "network topology grid 4x3",
        "network topology random 4",
        "network topology small-world 4 2.5%",
        "at 1s network topology ring",
        "network latency exponential 12s",
        "network 1 -> 2 latency exponential 1.5ms loss 1%",
        "network latency 5ms..15ms shape tail",
        "network latency 5ms",
    ] {
        let text = with(line);
        assert_eq!(print(&scenario(&text)), text);
    }
}

#[test]
fn what_can_not_be_is_told_where_it_stands() {
    for (line, column, why) in [
        ("network topology", 17, "full, ring, star, grid, random, small-world or world is missing"),
        ("network topology rign", 18, "ring"),
        ("network topolgy ring", 9, "topology"),
        ("network topology grid 5x4", 23, "a grid of 5x4 has room for 20 replicas, and there are 12: 4x3 fits"),
        ("network topology grid 12", 23, "as in 5x4"),
        ("network topology grid 0x12", 23, "as in 5x4"),
        ("network topology grid", 22, "columns and rows, as in 5x4, is missing"),
        ("network topology world", 18, "the world has 9 regions, and there are 12 replicas"),
        ("network topology random", 24, "how many neighbours"),
        ("network topology random 12", 25, "each of 12 replicas can have 2 to 11 neighbours, not 12"),
        ("network topology small-world 3 10%", 30, "an even number of neighbours, from 2 to 10, and not 3"),
        ("network topology small-world 4 10", 32, "a chance is a number and a percent sign"),
        ("network topology ring 4", 23, "nothing more"),
        ("network loss 1% topology ring", 17, "`network topology` stands in a line of its own"),
        ("network loss 1% manual", 17, "`network manual` stands in a line of its own"),
        ("network latency exponential 12", 29, "a duration needs a unit"),
        ("network latency exponential 5ms..9ms", 29, "a duration is a number and a unit"),
        ("network latency exponential 601s", 29, "at most 600s"),
        ("network latency exponential 5ms shape tail", 33, "an exponential latency has no other shape"),
        ("network shape tail latency exponential 5ms", 20, "an exponential latency has no other shape"),
        ("network latency exponentail 5ms", 17, "exponential"),
    ] {
        let error = parse(&with(line)).err().unwrap_or_else(|| panic!("{line}"));
        assert_eq!((error.line, error.column), (3, column), "{line}: {}", error.message);
        assert!(error.message.contains(why), "{line}: {}", error.message);
    }
}

#[test]
fn in_the_world_distances_add_to_latencies_and_clients_live_with_replicas() {
    let text = "protocol two-phase-commit\nreplicas 5\nnetwork topology world\nnetwork latency 1ms..2ms\n\
                at 0s request transaction a from c3\nrun 1s\n";
    assert_eq!(print(&scenario(text)), text);
    let mut session = open(text);
    session.finish();
    let messages: Vec<_> = session.trace().messages.iter().copied().collect();
    let mut ways = messages.iter().filter(|one| one.fate == Fate::Delivered);
    let way = |one: &MessageRecord| one.due - one.sent;
    assert!(ways.clone().count() > 10);
    for one in ways.by_ref() {
        let far = distance(one.from.index() % 5, one.to.index() % 5);
        assert!((far + MS..=far + 2 * MS).contains(&way(one)), "{} to {}: {}", one.from, one.to, way(one));
    }
    // The client in Frankfurt, the coordinator in New York: 47 ms.
    let first = messages.iter().find(|one| one.from.is_client()).expect("it asks");
    assert_eq!(way(first) / MS, 48);
    session.act("network topology full").expect("it can change");
    assert_eq!(session.world().network().topology().kind(), TopologyKind::Full);
}

#[test]
fn messages_go_to_neighbours_only_and_say_so_where_there_is_no_link() {
    let text = "protocol pbft\nreplicas 4\nnetwork topology ring\nat 0s request put x 1\nrun 100ms\n";
    let mut session = open(text);
    session.finish();
    let (delivered, unlinked) = reached(&session);
    // What goes to all goes to the neighbours; nothing is even tried towards the others.
    assert_eq!(delivered, [(1, 2), (1, 4), (2, 1), (2, 3), (4, 1), (4, 3)]);
    assert_eq!(unlinked, []);

    // A backup hands a request on to the primary, and has no link to it.
    let text = "protocol pbft\nreplicas 4\nnetwork topology ring\nat 0s request put x 1 to 3\nrun 100ms\n";
    let mut session = open(text);
    session.finish();
    assert_eq!(reached(&session), (vec![], vec![(3, 1)]));
}

#[test]
fn a_topology_that_stands_first_holds_from_the_start_and_can_change() {
    let text = "protocol raft\nreplicas 5\nnetwork loss 0%\nnetwork topology star\nat 1s network topology ring\n\
                at 2s network topology full\nrun 3s\n";
    assert_eq!(scenario(text).setup().topology, TopologyKind::Star);
    let mut session = open(text);
    assert_eq!(links(&session), [(1, 2), (1, 3), (1, 4), (1, 5)]);
    session.run(1_500_000);
    assert_eq!(links(&session), [(1, 2), (1, 5), (2, 3), (3, 4), (4, 5)]);
    let event = session.event();
    session.finish();
    assert_eq!(links(&session).len(), 10);
    // Back in time the links are those of that time, and an act can be taken back.
    session.seek(event);
    assert_eq!(session.world().network().topology().kind(), TopologyKind::Ring);
    session.act("network topology random 2").expect("it fits");
    assert_eq!(session.world().network().topology().kind(), TopologyKind::Random { degree: 2 });
    session.undo();
    assert_eq!(session.world().network().topology().kind(), TopologyKind::Ring);
    let why = session.act("network topology grid 2x2").expect_err("five have no place in it").message;
    assert!(why.contains("room for 4 replicas, and there are 5: 5x1 fits"), "{why}");

    for text in
        ["protocol raft\nreplicas 5\nrun 1s\nnetwork topology star\n", "protocol raft\nat 0s network topology star\n"]
    {
        assert_eq!(scenario(text).setup().topology, TopologyKind::Full, "{text}");
    }
}

#[test]
fn what_is_on_its_way_when_its_link_goes_is_lost_for_want_of_it() {
    let text = "protocol raft\nreplicas 5\nnetwork latency 50ms\nnetwork manual\nfire election-timeout of 3\n\
                network topology star\ndeliver all\n";
    let mut session = open(text);
    session.finish();
    assert_eq!(reached(&session), (vec![(3, 1)], vec![(3, 2), (3, 4), (3, 5)]));
    let lines = ndjson(&session);
    assert_eq!(lines.matches(r#""lost":"no link""#).count(), 3);
}

#[test]
fn a_topology_changes_the_hash_and_full_changes_none() {
    let hash = |line: &str| {
        let mut session = open(&format!("protocol raft\nreplicas 5\nseed 4\n{line}\nrun 1s\n"));
        session.finish();
        session.world().state_hash()
    };
    assert_ne!(hash("network topology random 4"), hash("network topology full"), "both link each to each");
    assert_eq!(hash("network loss 0%"), hash("network topology full"));
    assert_ne!(hash("network topology ring"), hash("network topology star"));
}

#[test]
fn latencies_are_exponential_where_a_scenario_says_so() {
    let session =
        open("protocol raft\nreplicas 5\nnetwork latency exponential 12s\nnetwork 1 -> 2 latency exponential 3ms\n");
    let mut session = session;
    session.finish();
    let network = session.world().network();
    assert_eq!(network.default_link().latency, Delay::exponential(12_000_000));
    assert_eq!(network.link(NodeId::replica(1), NodeId::replica(2)).latency, Delay::exponential(3_000));
}

#[test]
fn no_protocol_asks_for_more_replicas_than_the_kernel_takes() {
    for entry in ALL {
        assert!(usize::from(entry.descriptor.replicas.1) <= MOST_REPLICAS, "{}", entry.descriptor.id);
    }
}
