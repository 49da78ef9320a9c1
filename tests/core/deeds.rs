//! What people do is told: every act has its sentences, in every protocol, and they say what follows from it.

use std::collections::BTreeSet;

use consensus_playground::kernel::{Action, Deed, Detail, DynWorld, MS, SECOND, Setup, Time, Trace};
use consensus_playground::protocols::{ALL, Entry};
use consensus_playground::scenario::{Session, parse_act_line};
use consensus_playground::web::show;

/// One line for each kind of act; `T` stands for a timer that runs.
const ACTS: &[&str] = &[
    "crash 1",
    "crash 2 after 1 sends",
    "restart 1",
    "crash 2",
    "restart 2 disk lost",
    "pause 3",
    "resume 3",
    "clock 2 1.5x",
    "partition 1 2 | 3 4 5",
    "partition 1 | 2 | 3 4 5",
    "heal",
    "cut 1 -> 2",
    "heal 1 -> 2",
    "network latency 5ms..20ms loss 10%",
    "network 1 -> 2 loss 1%",
    "network topology ring",
    "network topology full",
    "byzantine 4 equivocate",
    "honest 4",
    "workload clients 2 rate 10/s keys 3",
    "network manual",
    "network automatic",
    "drop MESSAGE",
    "duplicate MESSAGE",
    "delay MESSAGE by 50ms",
    "deliver MESSAGE",
];

fn world(entry: &'static Entry) -> DynWorld {
    let setup = Setup { replicas: 5, ..Setup::default() };
    let mut world = (entry.open)(&setup, &mut Trace::forgetful()).expect("a world");
    run(&mut world, SECOND);
    world
}

fn run(world: &mut DynWorld, span: Time) {
    let until = world.now() + span;
    while world.peek().is_some_and(|due| due <= until) {
        world.step(&mut Trace::forgetful());
    }
    world.advance(until);
}

/// Carries an act out, and gives its words; `None` where it does not fit.
fn deed(entry: &'static Entry, world: &mut DynWorld, line: &str) -> Option<Deed> {
    let act = parse_act_line(entry, world.size(), line).ok()?;
    told(world, &act)
}

fn told(world: &mut DynWorld, act: &Action) -> Option<Deed> {
    let mut trace = Trace { detail: Some(Box::default()), ..Trace::forgetful() };
    world.act(act, &mut trace).ok()?;
    let Detail { deeds, .. } = *trace.detail?;
    let [(_, deed)] = <[_; 1]>::try_from(deeds).expect("one act, told once");
    Some(deed)
}

fn is_sentence(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit());
    first && text.ends_with('.') && !text.contains("  ") && !text.contains(" ,") && !text.contains("..")
}

#[test]
fn every_act_has_its_sentences_in_every_protocol() {
    let mut told = BTreeSet::new();
    for entry in ALL {
        let mut world = world(entry);
        let id = entry.descriptor.id;
        let timers = entry.descriptor.timers.iter().map(|timer| format!("fire {} of 3", timer.name));
        let asks = entry.descriptor.commands.iter().take(1).map(|command| format!("request {}", command.example));
        for line in ACTS.iter().map(|line| line.to_string()).chain(timers).chain(asks) {
            let mut line = line;
            if line.contains("MESSAGE") {
                while world.flights().is_empty() && world.step(&mut Trace::forgetful()).is_some() {}
                let Some(flight) = world.flights().into_iter().next() else { continue };
                line = line.replace("MESSAGE", &format!("m{}", flight.id.0));
            }
            let Some(deed) = deed(entry, &mut world, &line) else { continue };
            told.insert(line.split(' ').next().unwrap_or_default().to_string());
            for sentence in deed.means.iter().chain([&deed.by_you]) {
                assert!(is_sentence(sentence), "{id}: {line}: {sentence:?}");
            }
            // What the event itself says in its title, rules and notes is not said twice.
            let speaks_for_itself = ["deliver", "request", "answer"].iter().any(|word| line.starts_with(word));
            assert!(speaks_for_itself || is_sentence(&deed.done), "{id}: {line}: {:?}", deed.done);
            if std::env::var_os("ALOUD").is_some() {
                println!("{id}: {line}\n    {}\n    {}\n    {}", deed.done, deed.by_you, deed.means.join("\n    "));
            }
            run(&mut world, 20 * MS);
        }
    }
    let acts =
        ["byzantine", "clock", "crash", "cut", "delay", "deliver", "drop", "duplicate", "fire", "heal", "honest"];
    for act in acts.iter().chain(&["network", "partition", "pause", "request", "restart", "resume", "workload"]) {
        assert!(told.contains(*act), "no protocol took `{act}`");
    }
}

fn raft() -> (&'static Entry, DynWorld) {
    let entry = ALL.iter().find(|entry| entry.descriptor.id == "raft").expect("it is there");
    (entry, world(entry))
}

#[test]
fn a_partition_says_who_can_still_decide() {
    let (entry, mut world) = raft();
    let leader = world.leader().expect("a leader");
    let others: Vec<_> = (1..=5).filter(|node| node.to_string() != leader.to_string()).collect();
    let (near, far) = (others[0], &others[1..]);
    let off = format!("partition {leader} {near} | {} {} {}", far[0], far[1], far[2]);
    let deed = deed(entry, &mut world, &off).expect("it fits");
    let mut pair = [leader.to_string(), near.to_string()];
    pair.sort();
    assert_eq!(deed.by_you, format!("You cut replicas {} and {} off from the others.", pair[0], pair[1]));
    assert_eq!(
        deed.means,
        [
            format!(
                "Only replicas {}, {} and {} can still form a majority (3 of 5) to elect a leader or to commit.",
                far[0], far[1], far[2]
            ),
            format!("Replica {leader}, the leader, is not among them."),
        ]
    );
}

#[test]
fn a_crashed_leader_says_what_to_watch() {
    let (entry, mut world) = raft();
    let leader = world.leader().expect("a leader");
    let deed = deed(entry, &mut world, "crash leader").expect("it fits");
    assert_eq!(deed.by_you, format!("You crashed replica {leader}, the leader."));
    assert_eq!(deed.means[0], "The other 4 can still form a majority (3 of 5) to elect a leader or to commit.");
    assert_eq!(deed.means[1], format!("Nothing more comes from replica {leader}: there is no leader now."));
    assert!(deed.means[2].starts_with("Watch the timers: that of replica "), "{}", deed.means[2]);
    assert!(deed.means[2].ends_with("Then it stands for election."), "{}", deed.means[2]);
    // What it said comes true: that one is the next to be a candidate.
    let named = deed.means[2].split(' ').nth(6).expect("a number").parse().expect("a number");
    let named = consensus_playground::kernel::NodeId::replica(named);
    let role = |world: &DynWorld| world.node(named).and_then(|node| node.replica).map(|replica| replica.role);
    for _ in 0..100 {
        if role(&world) == Some("candidate") {
            return;
        }
        world.step(&mut Trace::forgetful());
    }
    panic!("replica {named} has not stood for election");
}

#[test]
fn the_present_names_who_waits_and_what_comes_next() {
    let (_, mut world) = raft();
    while !world.flights().is_empty() {
        world.step(&mut Trace::forgetful());
    }
    let present = world.present().expect("it goes on");
    assert!(present.contains(" wait to hear from a leader; replica "), "{present}");
    assert!(present.contains(" sends heartbeats in "), "{present}");
    assert!(is_sentence(&present), "{present}");
    for entry in ALL {
        let mut world = self::world(entry);
        for _ in 0..200 {
            if let Some(present) = world.present() {
                assert!(is_sentence(&present), "{}: {present}", entry.descriptor.id);
                if std::env::var_os("ALOUD").is_some() {
                    println!("{}: {present}", entry.descriptor.id);
                }
            }
            world.step(&mut Trace::forgetful());
        }
    }
}

/// By hand it is `you`, in a scenario it is not; the trace says the same as the page.
#[test]
fn who_did_it_is_told() {
    let mut session = Session::open("protocol raft\nseed 2\nat 1s crash 1\nrun 500ms\n").expect("it opens");
    session.finish();
    session.act("restart 1").expect("it is down");
    let title = |session: &Session, what: &str| {
        let event = session.trace().events.iter().find(|event| event.what.word() == what).expect("it happened").id.0;
        show::explanation(session, event, session.explain(event).expect("it is there")).title
    };
    assert!(title(&session, "crash").starts_with("Replica 1"), "{}", title(&session, "crash"));
    assert_eq!(title(&session, "restart"), "You restarted replica 1 with what it has on disk.");
    let lines = consensus_playground::scenario::export::Ndjson::new(&session).piece(&session, u32::MAX);
    assert!(lines.contains("Replica 1 restarts with what it has on disk."));
}

#[test]
fn terms_stand_in_sentences_and_every_protocol_has_some() {
    for entry in ALL {
        let about = entry.descriptor;
        let mut said = about.rules.iter().map(|rule| format!("{} {}", rule.sentence, rule.claim)).collect::<Vec<_>>();
        said.extend(about.timers.iter().map(|timer| format!("{} {}", timer.waits, timer.then)));
        said.push(about.summary.into());
        let said = said.join(" ").to_lowercase();
        assert!(about.terms.len() >= 4, "{} has {} terms", about.id, about.terms.len());
        for term in about.terms {
            let name = term.name.to_lowercase();
            let stem = name.strip_suffix(['e', 'y']).unwrap_or(&name);
            let stands =
                said.match_indices(stem).any(|(at, _)| !said[..at].ends_with(|letter: char| letter.is_alphabetic()));
            assert!(stands, "{}: no sentence says {:?}", about.id, term.name);
            assert!(is_sentence(term.about), "{}: {}", about.id, term.about);
        }
    }
}

/// A reader who meets two names for one thing looks for two things.
#[test]
fn a_protocol_calls_its_agents_by_one_name() {
    const NAMES: &[&str] = &["server", "replica", "participant", "miner", "agent", "process", "processes"];
    for entry in ALL {
        let about = entry.descriptor;
        let rules = about.rules.iter().flat_map(|rule| [rule.sentence, rule.claim, rule.code]);
        let kinds = about.messages.iter().map(|kind| kind.about).chain(about.roles.iter().map(|role| role.about));
        let words = [about.fields, about.terms, about.disk].into_iter().flatten().map(|word| word.about);
        let timers = about.timers.iter().flat_map(|timer| [timer.about, timer.waits, timer.then]);
        let asks = about.commands.iter().map(|command| command.about);
        let said = rules.chain(kinds).chain(words).chain(timers).chain(asks).chain([about.summary]);
        for text in said {
            let mut words = text.split(|letter: char| !letter.is_alphabetic()).map(|word| word.to_lowercase());
            let other = words.find(|word| {
                let one = word.strip_suffix('s').unwrap_or(word);
                NAMES.iter().any(|name| *name == one || name == word) && one != about.agent
            });
            assert_eq!(other, None, "{}: {text}", about.id);
        }
    }
}
