//! Acts that are written down give the same run again: whatever is done by hand, at any moment between two events, in a
//! scenario of any protocol and size, with any options and with any lines of its own.

use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{Descriptor, OptionInfo, OptionKind};
use consensus_playground::protocols;
use consensus_playground::scenario::Session;

use crate::act_lines::{line, templates};

/// Numbers drawn one after the other from a seed.
struct Draws {
    seed: u64,
    count: u64,
}

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.count += 1;
        below(draw(self.seed, 0x0ac7, self.count), bound as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// A value that an option may take; none where only the protocol knows one.
fn value(kind: OptionKind, draws: &mut Draws) -> Option<String> {
    Some(match kind {
        OptionKind::Switch => draws.one_of(&["on", "off"]).to_string(),
        OptionKind::YesNo => draws.one_of(&["yes", "no"]).to_string(),
        OptionKind::Number { lo, hi } => (lo + draws.below((hi - lo).min(9) as usize + 1) as u64).to_string(),
        OptionKind::Duration => format!("{}ms", 1 + draws.below(300)),
        OptionKind::DurationRange => {
            let least = 1 + draws.below(300);
            format!("{least}ms..{}ms", least + draws.below(300))
        }
        OptionKind::Choice(words) => draws.one_of(words).to_string(),
        OptionKind::Word => return None,
    })
}

/// The head of a scenario: protocol, size, seed and some options. An option that does not fit the others is left out.
fn head(about: &'static Descriptor, draws: &mut Draws) -> String {
    let (least, most) = (about.replicas.0 as usize, about.replicas.1.min(7) as usize);
    let size = if draws.below(4) == 0 { least } else { least + draws.below(most - least + 1) };
    let mut head = format!("protocol {}\nreplicas {size}\nseed {}\n", about.id, draws.below(1_000));
    let options: Vec<&OptionInfo> = about.options.iter().filter(|_| draws.below(4) == 0).collect();
    for option in options {
        let Some(value) = value(option.kind, draws) else { continue };
        let whose = if option.per_replica { format!(" {}", 1 + draws.below(size)) } else { String::new() };
        let longer = format!("{head}set {}{whose} {value}\n", option.name);
        if Session::open(&longer).is_ok() {
            head = longer;
        }
    }
    head
}

/// Lines of the scenario's own: acts at once, at a time or after an event, waiting, settling, expecting. A line that
/// can't be read is left out.
fn body(head: String, templates: &[String], draws: &mut Draws) -> String {
    let (mut text, mut now) = (head, 0);
    for _ in 0..draws.below(9) {
        let act = line(templates, &mut |bound| draws.below(bound));
        let written = match draws.below(12) {
            0..5 => act,
            5..8 => {
                now += draws.below(400);
                format!("at {now}ms {act}")
            }
            8 => format!("after #{} {act}", draws.below(60)),
            9 => format!("run {}ms", draws.below(400)),
            10 => draws.one_of(&["settle", "settle 3"]).to_string(),
            _ => draws.one_of(&["expect all", "expect completed 2 within 300ms", "at 200ms expect leader"]).to_string(),
        };
        let longer = format!("{text}{written}\n");
        if Session::open(&longer).is_ok() {
            text = longer;
        }
    }
    text
}

/// Goes on a little: by hand, by a step, by some time, to the very moment of the next event; or back.
fn go_on(session: &mut Session, draws: &mut Draws) {
    match draws.below(8) {
        0 => drop(session.step()),
        1 => drop(session.run(draws.below(3) as u64)),
        2 | 3 => drop(session.run(draws.below(400_000) as u64)),
        4 => {
            let next = session.next_event();
            session.run_until(next.unwrap_or_default().max(session.world().now()));
        }
        5 => session.seek(draws.below(session.last() as usize + 1) as u32),
        6 => drop(if draws.below(2) == 0 { session.undo() } else { session.redo() }),
        _ => {}
    }
}

/// Plays a scenario with acts by hand in between, and holds the text of it to the same run.
fn by_hand(entry: &'static protocols::Entry, seed: u64) {
    let mut draws = Draws { seed, count: 0 };
    let templates = templates(entry.descriptor);
    let text = body(head(entry.descriptor, &mut draws), &templates, &mut draws);
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    for _ in 0..1 + draws.below(8) {
        go_on(&mut session, &mut draws);
        let line = line(&templates, &mut |bound| draws.below(bound));
        let _ = session.act(&line);
        if session.world().flights().len() > 2_000 || session.event() > 20_000 {
            break;
        }
    }
    go_on(&mut session, &mut draws);
    session.seek(session.last());
    let (script, event) = (session.script(), session.event());
    let why =
        |what: &str| format!("{} seed {seed}: {what}\n--- from\n{text}--- by hand\n{script}", entry.descriptor.id);
    let mut again = Session::open(&script).unwrap_or_else(|error| panic!("{}", why(&error.to_string())));
    assert_eq!(again.script(), script, "{}", why("reads back as another"));
    // Only at one and the same time are both the same: a person may have stopped before the script's end, or after it.
    session.finish();
    again.finish();
    let end = session.world().now().max(again.world().now()) + draws.below(300_000) as u64;
    session.run_until(end);
    again.run_until(end);
    assert_eq!(again.trace().events, session.trace().events, "{}", why("another trace"));
    assert_eq!(again.trace_hash(), session.trace_hash(), "{}", why("another hash"));
    session.seek(event);
    again.seek(event);
    assert_eq!(again.world().state_hash(), session.world().state_hash(), "{}", why("another state where it was left"));
}

/// `ACTS` says how many runs of each protocol, from seed `FIRST` on.
#[test]
fn acts_written_down_give_the_same_run() {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let few = if cfg!(debug_assertions) { 60 } else { 2_000 };
    let (first, runs) = (setting("FIRST").unwrap_or(0), setting("ACTS").unwrap_or(few));
    for entry in protocols::ALL {
        (first..first + runs).for_each(|seed| by_hand(entry, seed));
    }
}
