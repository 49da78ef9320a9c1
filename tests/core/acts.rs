//! Everything that can be done, to everybody: done or refused with a place and a reason, never a panic; and what was done
//! by hand can be written down and read again.

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{Action, Behaviour, LinkChange, NodeId, Pick, Selector, Trace, Which};
use consensus_playground::protocols;
use consensus_playground::scenario::{Session, parse, parse_act_line};

use crate::act_lines::{SELECTORS, line, templates};

/// A run in the middle of things, with two clients that have asked for something.
fn busy(entry: &protocols::Entry, seed: u64) -> Session {
    let example = entry.descriptor.commands[0].example;
    let text = format!(
        "protocol {}\nreplicas 4\nseed {seed}\nat 250ms request {example}\nrequest {example} from c2\nrun 30ms\n",
        entry.descriptor.id
    );
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    session
}

/// All ways to put somebody in the places of a template.
fn filled(template: &str) -> Vec<String> {
    let Some((before, after)) = template.split_once("{}") else { return vec![template.to_string()] };
    let tails = filled(after);
    let with = |name: &&str| tails.iter().map(|tail| format!("{before}{name}{tail}")).collect::<Vec<_>>();
    SELECTORS.iter().flat_map(with).collect()
}

#[test]
fn every_selector_in_every_place_is_done_or_refused() {
    for entry in protocols::ALL {
        let session = busy(entry, 1);
        for template in templates(entry.descriptor) {
            for line in filled(&template) {
                match parse_act_line(entry, 4, &line) {
                    Err(error) => assert!(error.column > 0 && !error.message.is_empty(), "{line}: {error}"),
                    Ok(act) => {
                        assert_eq!(act.check(), Ok(()), "{line}: the reader and the kernel differ");
                        let mut world = session.world().clone();
                        let done = world.act(&act, &mut Trace::forgetful());
                        assert!(done.is_ok_or(|why| !why.to_string().is_empty()), "{line}");
                        let end = world.now() + 30_000;
                        while world.step_until(end, &mut Trace::forgetful()).is_some() {}
                    }
                }
            }
        }
    }
}

/// So that what a refusal says can be looked at in passing.
trait OkOr<E> {
    fn is_ok_or(&self, fine: impl Fn(&E) -> bool) -> bool;
}

impl<T, E> OkOr<E> for Result<T, E> {
    fn is_ok_or(&self, fine: impl Fn(&E) -> bool) -> bool {
        self.as_ref().err().is_none_or(fine)
    }
}

/// The kernel refuses by itself what the reader lets nobody write, and is then as it was.
#[test]
fn the_kernel_trusts_nobody() {
    let node = Selector::Node;
    let who: Vec<Selector> = [NodeId::replica(1), NodeId::replica(4), NodeId::replica(5), NodeId::client(1)]
        .into_iter()
        .chain([NodeId::client(9), NodeId::client(64), NodeId::client(65)])
        .map(node)
        .chain([Selector::Leader, Selector::Followers, Selector::All])
        .collect();
    let one = |selector: Selector| if let Selector::Node(node) = selector { node } else { NodeId::replica(2) };
    for entry in protocols::ALL {
        let session = busy(entry, 2);
        let words: Vec<_> = entry.descriptor.commands[0].example.split(' ').map(str::to_string).collect();
        for (&a, &b) in who.iter().flat_map(|a| who.iter().map(move |b| (a, b))) {
            let pick = Pick::Matching { which: Which::All, kind: None, from: Some(a), to: Some(b) };
            let behaviour = |way| Behaviour { way, peers: vec![one(a)], others: vec![one(b)] };
            let link = Some((a, b));
            let acts = [
                Action::Request { client: one(a), to: Some(b), words: words.clone() },
                Action::Crash(a),
                Action::CrashAfter { replica: a, sends: 1 },
                Action::Restart { replica: a, disk_lost: true },
                Action::Pause(a),
                Action::Resume(a),
                Action::Clock { replica: a, rate: (3, 2) },
                Action::Partition(vec![vec![a], vec![b]]),
                Action::Cut { from: a, to: b },
                Action::Mend { from: a, to: b },
                Action::Network { link, change: LinkChange { loss: Some(9), ..LinkChange::default() } },
                Action::Fire { timer: 0, about: None, node: a },
                Action::Deliver(pick.clone()),
                Action::Drop(pick.clone()),
                Action::Duplicate(pick.clone()),
                Action::Delay { pick, by: 7 },
                Action::Byzantine { replica: b, behaviour: behaviour(byzantine::ALL[0]) },
                Action::Honest(a),
                Action::Answer { replica: one(a), text: "Pizza".into() },
            ];
            for act in acts {
                let mut world = session.world().clone();
                let refused = world.act(&act, &mut Trace::forgetful()).is_err();
                assert!(!refused || world.trace_hash() == session.trace_hash(), "{act:?}: a refusal changes something");
                assert!(act.check().is_ok() || refused, "{act:?}");
                let end = world.now() + 20_000;
                while world.step_until(end, &mut Trace::forgetful()).is_some() {}
            }
        }
    }
}

#[test]
fn who_is_meant_is_told_where_it_is_written() {
    let head = "protocol raft\nreplicas 5\n";
    for (line, told) in [
        ("request put h 8 to c8", "line 3, column 20: a replica is meant here, and c8 is a client"),
        ("request put h 8 from 2", "line 3, column 22: a client is meant here, as in c1, and 2 is a replica"),
        (
            "request put h 8 from leader",
            "line 3, column 22: `leader` can't stand here: who is meant is named by number",
        ),
        ("request put h 8 to followers", "line 3, column 20: one node is meant here, and `followers` may be several"),
        ("request put h 8 to 1 to 2", "line 3, column 20: `to` stands here twice"),
        ("crash c1", "line 3, column 7: a replica is meant here, and c1 is a client"),
        ("at 1s restart c1 disk lost", "line 3, column 15: a replica is meant here"),
        ("byzantine c1 silent", "line 3, column 11: a replica is meant here"),
        ("answer c1 yes", "line 3, column 8: a replica is meant here"),
        ("cut 1 -> 1", "line 3, column 10: there is no link from 1 to itself"),
        ("network c1 -> c1 loss 1%", "line 3, column 15: there is no link from c1 to itself"),
        ("network loss 1% loss 2%", "line 3, column 17: `loss` stands here twice"),
        (
            "byzantine 1 withhold leader",
            "line 3, column 22: `leader` can't stand here: who is meant is named by number",
        ),
        (
            "expect c1.role = leader",
            "line 3, column 11: `role` is not known here: what there is of the client c1 (status, answer, answers) was",
        ),
    ] {
        let error = parse(&format!("{head}{line}\n")).err().unwrap_or_else(|| panic!("{line} was read"));
        assert!(error.to_string().starts_with(told), "{line}\nsays: {error}\nnot:  {told}");
    }
}

/// Does things at random by hand, back and forth, and reads the script again.
fn by_hand(entry: &'static protocols::Entry, seed: u64) {
    let (mut count, templates) = (0, templates(entry.descriptor));
    let mut drawn = |of: usize| {
        count += 1;
        below(draw(seed, 0xac7, count), of as u64) as usize
    };
    let mut session = busy(entry, seed);
    for _ in 0..24 {
        match drawn(12) {
            0..7 => {
                let line = line(&templates, &mut drawn);
                let hash = session.trace_hash();
                if session.act(&line).is_err() {
                    assert_eq!(session.trace_hash(), hash, "{line}: a refusal changes something");
                }
            }
            7 | 8 => drop(session.run(drawn(120_000) as u64)),
            9 => drop(session.step()),
            10 => session.seek(drawn(session.last() as usize + 1) as u32),
            _ => drop(if drawn(2) == 0 { session.undo() } else { session.redo() }),
        }
        if session.world().flights().len() > 2_000 {
            break;
        }
    }
    session.seek(session.last());
    let script = session.script();
    let mut again = Session::open(&script).unwrap_or_else(|error| panic!("{error}\n{script}"));
    assert_eq!(again.script(), script, "it reads back as another");
    session.finish();
    again.finish();
    let end = session.world().now().max(again.world().now()) + 1;
    session.run_until(end);
    again.run_until(end);
    assert_eq!(again.trace_hash(), session.trace_hash(), "seed {seed} leads elsewhere\n{script}");
    // Lines that were added by hand had no number before.
    let outcomes = |session: &Session| -> Vec<_> {
        session.outcomes().iter().map(|outcome| (outcome.text.clone(), outcome.ok, outcome.why.clone())).collect()
    };
    assert_eq!(outcomes(&again), outcomes(&session), "seed {seed}\n{script}");
}

/// `ACTS` says how many runs of each protocol.
#[test]
fn what_was_done_by_hand_can_be_read_again() {
    let few = if cfg!(debug_assertions) { 20 } else { 400 };
    let runs = std::env::var("ACTS").ok().and_then(|text| text.parse().ok()).unwrap_or(few);
    let first = std::env::var("FIRST").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    for entry in protocols::ALL {
        (first..first + runs).for_each(|seed| by_hand(entry, seed));
    }
}

/// A traitor named among those towards whom all misbehave can't misbehave towards itself: it is passed over.
#[test]
fn all_misbehave_towards_one() {
    for steps in 0..6 {
        let mut session =
            Session::open("protocol pbft\nreplicas 4\nbyzantine all equivocate 2\nrun 1s\n").expect("it is read");
        for _ in 0..steps {
            session.step();
        }
        session.act("crash 3").expect("it runs");
        let mut again =
            Session::open(&session.script()).unwrap_or_else(|error| panic!("{error}\n{}", session.script()));
        session.finish();
        again.finish();
        assert_eq!(again.trace_hash(), session.trace_hash(), "{}", session.script());
        let lies = |number| session.world().node(NodeId::replica(number)).is_some_and(|view| view.byzantine.is_some());
        assert_eq!([1, 2, 3, 4].map(lies), [true, false, true, true]);
    }
}

/// What is done late in a long run is written with a time that can be read.
#[test]
fn a_late_act_can_be_read_again() {
    let text = "protocol two-phase-commit\nreplicas 3\nrun 36000s\nrun 36000s\n";
    let mut session = Session::open(text).expect("it is read");
    session.run_until(40_000_000_000);
    session.act("crash 2").expect("it runs");
    assert!(
        session.script().contains("at 40000s crash 2") || session.script().contains("after #"),
        "{}",
        session.script()
    );
    assert!(parse(&session.script()).is_ok(), "{}", session.script());
}

/// No more is done by hand than a script may hold.
#[test]
fn a_script_that_is_full_takes_no_more() {
    let most = 20_000 - 4;
    let text = format!("protocol raft\nreplicas 3\n{}", "heal\n".repeat(most));
    let mut session = Session::open(&text).expect("it is read");
    session.act("crash 2").expect("there is room for one");
    let told = session.act("crash 3").expect_err("there is no room").message;
    assert_eq!(told, "the script is full: it may have 20000 lines");
    assert!(parse(&session.script()).is_ok());
}
