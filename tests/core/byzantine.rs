//! Byzantine behaviours: each does what it says, in every protocol, and none forges.

use std::collections::{BTreeMap, BTreeSet};

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::{FlightView, LieSort, MessageId, NodeId, OptionKind, Time, Trace};
use consensus_playground::protocols;
use consensus_playground::scenario::{Session, Tick, parse, print};

/// A run of a protocol in which things are asked for, messages are lost, and who leads crashes.
fn text(id: &str, seed: u64, acts: &str) -> String {
    let about = protocols::find(id).expect("it is registered").descriptor;
    // Some must dissent, or there is nothing to agree to, and some must not, or there is nothing to conceal.
    let votes = about.options.iter().filter(|option| matches!(option.kind, OptionKind::YesNo) && option.per_replica);
    let options: String = votes.filter(|_| seed % 2 == 1).map(|option| format!("set {} 3 no\n", option.name)).collect();
    format!(
        "protocol {id}\nreplicas 4\nseed {seed}\n{options}network latency 5ms..15ms loss 2% duplicate 2%\n{acts}\n\
         workload clients 2 rate 10/s keys 2\nat 1s crash leader\nat 2s restart all\nrun 1s\n"
    )
}

fn open(text: &str) -> Session {
    Session::open(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// All that a message carries, if somebody signed it.
fn signed(flight: &FlightView) -> Option<(String, String)> {
    let signer = flight.fields.iter().find(|field| field.name == "signed-by")?;
    let all: Vec<_> = flight.fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect();
    Some((signer.value.to_string(), format!("{} {}", flight.kind, all.join(" "))))
}

/// Whoever sends what another signed, has it from that other: it was sent by its signer before.
fn check_signatures(session: &mut Session, about: &str) -> usize {
    let mut genuine = BTreeSet::new();
    let mut looked_at = 0;
    let mut last = 0;
    while !session.finished() && session.step() != Tick::Idle {
        for flight in session.world().flights().iter().filter(|flight| flight.id.0 > last) {
            let Some((signer, content)) = signed(flight) else { continue };
            looked_at += 1;
            if signer == flight.from.to_string() {
                genuine.insert(content);
            } else {
                assert!(genuine.contains(&content), "{about}: {} forges {content}", flight.from);
            }
        }
        last = session.world().counts().messages;
    }
    looked_at
}

#[test]
fn no_behaviour_forges_or_panics_in_any_protocol() {
    let mut signatures = 0;
    for entry in protocols::ALL {
        let id = entry.descriptor.id;
        for way in byzantine::ALL {
            for (seed, liars) in [(1, "1"), (2, "2"), (3, "1 2"), (4, "all")] {
                let lines: Vec<_> = liars.split(' ').map(|liar| format!("byzantine {liar} {}", way.name())).collect();
                let about = format!("{id}, {} of {liars}, seed {seed}", way.name());
                let mut session = open(&text(id, seed, &lines.join("\n")));
                signatures += check_signatures(&mut session, &about);
                assert!(session.finished(), "{about}");
            }
        }
    }
    assert!(signatures > 1_000, "only {signatures} signatures were looked at");
}

/// A sort that no message of a protocol can show would leave a behaviour without anything to say.
#[test]
fn every_protocol_has_lies_of_every_sort() {
    for entry in protocols::ALL {
        for sort in [LieSort::Grant, LieSort::Contradict, LieSort::Omit, LieSort::Invent] {
            let lies = entry.descriptor.lies;
            assert!(lies.iter().any(|lie| lie.sort == sort), "{}: no lie to {}", entry.descriptor.id, sort.word());
        }
    }
}

/// Each behaviour changes the course of each protocol, or it would be none.
#[test]
fn every_behaviour_makes_a_difference_in_every_protocol() {
    for entry in protocols::ALL {
        let id = entry.descriptor.id;
        let trace = |seed: u64, acts: &str| {
            let flights = flights(&mut open(&text(id, seed, acts)));
            flights.into_values().map(|flight| (flight.from, flight.to, flight.due, flight.label)).collect::<Vec<_>>()
        };
        let honest = [5, 6].map(|seed| (seed, trace(seed, "")));
        for way in byzantine::ALL {
            let differs = |liar: &&str| {
                honest.iter().any(|(seed, run)| trace(*seed, &format!("byzantine {liar} {}", way.name())) != *run)
            };
            let changed = ["1", "2", "3", "4"].iter().any(differs);
            assert!(changed, "{id}: {} changes nothing", way.name());
        }
    }
}

/// Runs to the end and gives every message that was on its way, in the order of their numbers.
fn flights(session: &mut Session) -> BTreeMap<MessageId, FlightView> {
    let mut all = BTreeMap::new();
    while !session.finished() && session.step() != Tick::Idle {
        all.extend(session.world().flights().into_iter().map(|flight| (flight.id, flight)));
    }
    all
}

/// What replica 1 says first to 2, 3, 4 and 5 when it gives a request its number, with the time that it takes.
fn first_words(acts: &str) -> Vec<(String, Time)> {
    let text = format!("protocol pbft\nreplicas 5\nnetwork latency 10ms\n{acts}\nrequest put x 1\nrun 300ms\n");
    let flights = flights(&mut open(&text));
    let orders = |to| flights.values().find(|f| (f.from, f.to, f.kind) == (NodeId::replica(1), NodeId::replica(to), 1));
    let words =
        |to| orders(to).map_or(("nothing".into(), 0), |flight| (flight.label.clone(), flight.due - flight.sent));
    (2..=5).map(words).collect()
}

fn labels(acts: &str) -> Vec<String> {
    first_words(acts).into_iter().map(|words| words.0).collect()
}

#[test]
fn behaviours_choose_by_receiver() {
    let (put, null) = ("#1 x=1", "#1 null");
    assert_eq!(labels(""), [put; 4]);
    assert_eq!(labels("byzantine 1 silent"), ["nothing"; 4]);
    assert_eq!(labels("byzantine 1 silent 3"), [put, "nothing", put, put]);
    assert_eq!(labels("byzantine 1 withhold"), ["nothing", put, "nothing", put]);
    assert_eq!(labels("byzantine 1 withhold 3 4"), [put, "nothing", "nothing", put]);
    assert_eq!(labels("byzantine 1 equivocate"), [null, put, null, put]);
    assert_eq!(labels("byzantine 1 equivocate 5"), [put, put, put, null]);
    assert_eq!(labels("byzantine 1 collude"), [null, put, null, put]);
    assert_eq!(labels("byzantine 1 collude\nbyzantine 2 collude"), [put, put, null, put]);
    assert_eq!(labels("byzantine 1 collude\nbyzantine 2 silent\nbyzantine 4 slow\nhonest 4"), [put, put, null, put]);
    assert_eq!(labels("byzantine 1 silent\nhonest 1"), [put; 4]);
}

#[test]
fn slow_ones_are_late_and_say_everything() {
    let (slow, prompt) = (first_words("byzantine 1 slow 3"), first_words(""));
    assert_eq!((slow[0].1, prompt[1].1), (10_000, 10_000));
    assert!((60_000..210_000).contains(&slow[1].1), "{slow:?}");
    assert_eq!(slow[1].0, prompt[1].0);
}

#[test]
fn agreeable_backups_commit_with_their_prepare() {
    let mut session =
        open("protocol pbft\nreplicas 4\nnetwork latency 10ms\nbyzantine 2 agree\nrequest put x 1\nrun 25ms\n");
    session.finish();
    let of_2 = session.world().flights().into_iter().filter(|flight| flight.from == NodeId::replica(2));
    let mut labels: Vec<_> = of_2.filter(|flight| !flight.to.is_client()).map(|flight| flight.label).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["commit #1", "commit #1", "commit #1", "prepare #1", "prepare #1", "prepare #1"]);
}

/// What a replayer sends, it said before to some replica, word for word; honest ones speak of their own term only.
#[test]
fn replays_are_old_messages_of_ones_own() {
    let mut replayed = 0;
    for seed in 1..=4 {
        let text = format!("protocol raft\nreplicas 3\nseed {seed}\nbyzantine 3 replay\n");
        let fire = |at: u64| format!("at {at}ms fire election-timeout of followers\n");
        let flights = flights(&mut open(&(text + &(1..=10).map(|count| fire(300 * count)).collect::<String>())));
        let mut said = BTreeSet::new();
        let mut term = 0;
        for flight in flights.values().filter(|flight| flight.from == NodeId::replica(3)) {
            let now = flight.epoch.unwrap_or_default();
            let known = !said.insert((flight.kind, format!("{:?}", flight.fields)));
            if now < term {
                assert!(known, "seed {seed}: {} of term {now} is no replay", flight.label);
                replayed += 1;
            }
            term = term.max(now);
        }
    }
    assert!(replayed > 20, "{replayed}");
}

#[test]
fn peers_are_written_down_as_they_were_read() {
    for line in [
        "byzantine 1 withhold 3 4",
        "byzantine leader equivocate 2",
        "byzantine 2 slow",
        "byzantine 3 silent c1",
        "byzantine 1 twins 2 c1 | 3 4 c2",
        "byzantine 1 twins 2 3",
    ] {
        let text = format!("protocol raft\nreplicas 5\n{line}\nrun 1s\n");
        let printed = print(&parse(&text).expect("it can be read"));
        assert!(printed.lines().any(|printed| printed == line), "{printed}");
    }
    for (line, why) in [
        ("byzantine 1 withhold 6", "there is no replica `6`"),
        ("byzantine 1 withhold 1", "1 can't misbehave towards itself"),
        ("byzantine 1 withhold 3 3", "3 is named twice"),
        ("byzantine 1 withhold everybody", "a replica's number or a client (c1) was expected"),
        ("byzantine 1 withhold leader", "`leader` can't stand here: who is meant is named by number"),
        ("byzantine 1 twins 2 | 2", "2 is named twice"),
        ("byzantine 1 twins | 2", "one `|` parts those who see two twins"),
        ("byzantine 1 twins 2 | 3 | 4", "one `|` parts those who see two twins"),
        ("byzantine 1 twins 2 |", "who sees the second twin is missing"),
        ("byzantine 1 silent 2 | 3", "one `|` parts those who see two twins"),
        ("byzantine 1 equivokate", "did you mean `equivocate`?"),
    ] {
        let error = parse(&format!("protocol raft\nreplicas 5\n{line}\n")).err().expect(line).to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn clients_are_always_honest() {
    for line in ["byzantine c1 silent", "honest c1"] {
        let mut session = open("protocol raft\nrun 1s\n");
        assert!(session.act(line).is_err(), "{line}");
    }
}

/// A world with a Byzantine replica's memory goes on from a copy as from the original.
#[test]
fn a_copy_remembers_what_was_said() {
    let mut session =
        open("protocol raft\nreplicas 3\nbyzantine all replay\nworkload clients 1 rate 20/s keys 1\nrun 3s\n");
    session.run(1_000_000);
    let mut copy = session.world().clone();
    let mut trace = Trace::forgetful();
    while copy.peek().is_some_and(|due| due <= 3_000_000) {
        copy.step(&mut trace);
    }
    copy.advance(3_000_000);
    session.finish();
    assert_eq!(copy.state_hash(), session.world().state_hash());
}

/// What replica 1 says to whom in answer to a request, in two parts of the network.
fn twins(acts: &str) -> (Vec<String>, Session) {
    let text = format!(
        "protocol pbft\nreplicas 5\nnetwork latency 10ms\n{acts}\nrequest put x 1 from c1\nrequest put x 2 from c2\nrun 300ms\n"
    );
    let mut session = open(&text);
    let flights = flights(&mut session);
    let said = |to: usize| {
        let ours = flights.values().filter(|f| (f.from, f.to, f.kind) == (NodeId::replica(1), NodeId::replica(to), 1));
        // What it repeats counts once.
        ours.map(|flight| flight.label.clone()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
    };
    ((2..=5).map(said).collect(), session)
}

#[test]
fn each_twin_is_shown_to_its_part_of_the_network() {
    let (one, two) = ("#1 x=1", "#1 x=2");
    assert_eq!(twins("byzantine 1 twins 2 3 c1 | 4 5 c2").0, [one, one, two, two]);
    assert_eq!(twins("byzantine 1 twins 5 c2").0, [one, one, one, two]);
    assert_eq!(twins("byzantine 1 twins 5 c2 | 2 c1").0, [one, two, two, two], "who is not named sees the first");
    // By default those with even numbers see the second, and clients see the first.
    let (said, session) = twins("byzantine 1 twins");
    assert!(said[1].starts_with(one) && said[3].starts_with(one) && !said[0].starts_with(one), "{said:?}");
    let node = session.world().node(NodeId::replica(1)).expect("it is there");
    let second = node.second.expect("it is two");
    assert_eq!((second.shown_to, node.byzantine), (vec!["2".to_string(), "4".into()], Some("twins")));
    assert_ne!(Some(second.replica), node.replica, "they live different lives");
}

#[test]
fn honesty_and_other_ways_end_the_second_twin() {
    for end in ["honest 1", "byzantine 1 slow"] {
        let (_, mut session) = twins("byzantine 1 twins 2 3 c1 | 4 5 c2");
        session.act(end).unwrap();
        assert!(session.world().node(NodeId::replica(1)).unwrap().second.is_none(), "{end}");
        session.run(3_000_000);
        // It speaks to both parts again, with one voice.
        let before = session.trace().messages.len();
        session.act("request put y 1 from c1").unwrap();
        session.run(2_000_000);
        let flows = session.trace().messages.iter().skip(before);
        let heard: BTreeSet<_> = flows.filter(|m| m.from == NodeId::replica(1)).map(|m| m.to.raw()).collect();
        assert!([2, 3, 4, 5].iter().all(|to| heard.contains(to)), "{end}: {heard:?}");
    }
}

/// Two incarnations are two through copies, crashes, pauses, other clocks and the way back, and nothing of it is chance.
#[test]
fn twins_survive_whatever_one_replica_does() {
    for entry in protocols::ALL {
        let id = entry.descriptor.id;
        let acts = "byzantine 1 twins\nat 400ms pause 1\nat 700ms resume 1\nat 900ms clock 1 0.5x";
        let text = text(id, 9, acts) + "run 1s\n";
        let mut session = open(&text);
        let mut copied = 0;
        while !session.finished() && session.step() != Tick::Idle {
            if session.event().is_multiple_of(97) {
                let (mut copy, mut trace) = (session.world().clone(), Trace::forgetful());
                assert_eq!(copy.state_hash(), session.world().state_hash());
                copied += usize::from(copy.step(&mut trace).is_some());
            }
        }
        assert!(copied > 0, "{id}");
        assert!(session.world().node(NodeId::replica(1)).unwrap().second.is_some(), "{id}: a restart brings both back");
        let end = session.trace_hash();
        let middle = session.event() / 2;
        session.seek(middle);
        session.finish();
        assert_eq!(session.trace_hash(), end, "{id}");
        let mut again = open(&session.script());
        again.finish();
        assert_eq!(again.trace_hash(), end, "{id}");
    }
}

#[test]
fn two_replicas_that_are_two_each_speak_first_to_first_and_second_to_second() {
    let text = "protocol raft\nreplicas 3\nnetwork manual\nbyzantine 1 twins 3\nbyzantine 2 twins 3\n\
                fire election-timeout of 1\ndeliver all request-vote from 1 to 2\n";
    let mut session = open(text);
    session.finish();
    let epochs = |number: usize| {
        let node = session.world().node(NodeId::replica(number)).unwrap();
        (node.replica.unwrap().epoch, node.second.unwrap().replica.epoch)
    };
    assert_eq!((epochs(1), epochs(2)), ((1, 0), (1, 0)), "the seconds know nothing of the term of the firsts");
}
