//! The head of a scenario: how many replicas, and options of every kind, with values that fit.

use std::sync::OnceLock;

use consensus_playground::kernel::data::duration::{parse_duration, parse_range};
use consensus_playground::kernel::{Action, DynWorld, OptionInfo, OptionKind, Time, Trace, show_time};
use consensus_playground::protocols::Entry;
use consensus_playground::scenario::gallery::gallery;
use consensus_playground::scenario::{Statement, parse};

use super::draws::Draws;

/// The most replicas of a run: more are slower, and find nothing that these don't.
const MOST_REPLICAS: usize = 7;
/// Numbers that are set where an option takes them: small ones, for what comes round often is often at fault.
const NUMBERS: [u64; 8] = [0, 1, 2, 3, 4, 8, 16, 64];

/// How the durations of a run relate to their defaults.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Times {
    /// All are so many halves as long, so that they fit each other.
    Halves(u64),
    /// Each is as long as it happens to be: nobody need be answered then.
    Wild,
}

/// The head of a scenario.
pub struct Head {
    /// Its lines.
    pub lines: Vec<String>,
    /// How many replicas.
    pub replicas: usize,
    /// Whether the durations fit each other.
    pub timely: bool,
}

impl Head {
    /// Draws one, with a bug switched on or none, and with so many replicas, or as many as are drawn.
    pub fn draw(entry: &'static Entry, seed: u64, bug: Option<&OptionInfo>, size: Option<usize>) -> Head {
        let about = entry.descriptor;
        let draws = &mut Draws::of(seed, "size");
        let few = draws.one_in(8);
        let (lo, hi) = (about.replicas.0.into(), about.replicas.1.into());
        let replicas = if few { draws.between(1, 3) } else { draws.between(3, MOST_REPLICAS) };
        let replicas = size.unwrap_or(replicas).clamp(lo, hi);
        let mut lines = vec![format!("protocol {}", about.id), format!("replicas {replicas}"), format!("seed {seed}")];
        lines.extend(bug.map(bug_line));
        let times = *[Times::Halves(2), Times::Halves(1), Times::Halves(4), Times::Wild]
            .get(draws.below(8))
            .unwrap_or(&Times::Halves(2));
        if !draws.one_in(4) {
            let options = about.options.iter().filter(|option| !option.bug);
            let wanted: Vec<_> = options.flat_map(|option| values(option, about.id, seed, replicas, times)).collect();
            add_what_fits(entry, &mut lines, wanted);
        }
        Head { lines, replicas, timely: times != Times::Wild }
    }

    /// The world that it opens.
    pub fn open(&self) -> DynWorld {
        open(&self.lines).unwrap_or_else(|why| panic!("{why}\n{}", self.lines.join("\n")))
    }
}

/// The line that switches a bug on.
pub fn bug_line(bug: &OptionInfo) -> String {
    format!("set {} on", bug.name)
}

/// The world that these lines open. Errors: why they don't.
pub fn open(lines: &[String]) -> Result<DynWorld, String> {
    let scenario = parse(&lines.join("\n")).map_err(|error| error.to_string())?;
    (scenario.entry.open)(&scenario.setup(), &mut Trace::forgetful()).map_err(|error| error.to_string())
}

/// Options may contradict each other, and then the later one is left out.
fn add_what_fits(entry: &Entry, lines: &mut Vec<String>, wanted: Vec<String>) {
    let bare = lines.len();
    lines.extend(wanted);
    if open(lines).is_ok() {
        return;
    }
    for line in lines.split_off(bare) {
        lines.push(line);
        if open(lines).is_err() {
            lines.pop();
        }
    }
    assert!(open(lines).is_ok(), "{} does not open as it is", entry.descriptor.id);
}

/// The lines that set an option, in half of the runs.
fn values(option: &OptionInfo, protocol: &str, seed: u64, replicas: usize, times: Times) -> Vec<String> {
    let draws = &mut Draws::of(seed, option.name);
    let set = draws.one_in(2);
    let mut value = || value(option, protocol, draws, times);
    let name = option.name;
    if !set {
        let timed = matches!(option.kind, OptionKind::Duration | OptionKind::DurationRange);
        let changed = (timed && times != Times::Halves(2)).then(|| format!("set {name} {}", value()));
        return changed.into_iter().collect();
    }
    if !option.per_replica {
        return vec![format!("set {name} {}", value())];
    }
    let each: Vec<_> = (1..=replicas).map(|replica| format!("set {name} {replica} {}", value())).collect();
    each.into_iter().filter(|_| draws.one_in(4)).collect()
}

fn value(option: &OptionInfo, protocol: &str, draws: &mut Draws, times: Times) -> String {
    match option.kind {
        OptionKind::Switch => other_than(option.default, &["on", "off"], draws),
        OptionKind::YesNo => draws.pick(&["yes", "no"]).into(),
        OptionKind::Choice(words) => other_than(option.default, words, draws),
        OptionKind::Number { lo, hi } => draws.pick(&NUMBERS).clamp(lo, hi).to_string(),
        OptionKind::Duration => {
            let default = parse_duration(option.default).expect("defaults are tested");
            show_time(scaled(default, draws, times))
        }
        OptionKind::DurationRange => {
            let (lo, hi) = parse_range(option.default).expect("defaults are tested");
            let lo = scaled(lo, draws, times);
            format!("{}..{}", show_time(lo), show_time(lo.max(scaled(hi, draws, times))))
        }
        OptionKind::Word => {
            let known = words_for(option, protocol);
            known[draws.below(known.len())].clone()
        }
    }
}

/// What is set is worth to be set to something else than it is by itself.
fn other_than(default: &str, words: &[&'static str], draws: &mut Draws) -> String {
    let others: Vec<_> = words.iter().copied().filter(|word| *word != default).collect();
    draws.pick(if others.is_empty() { words } else { &others }).into()
}

fn scaled(default: Time, draws: &mut Draws, times: Times) -> Time {
    let halves = match times {
        Times::Halves(halves) => halves,
        Times::Wild => draws.between(1, 8) as u64,
    };
    (default * halves / 2).max(1_000)
}

/// Any word may be set; those that make sense stand in the protocol's own scenarios.
fn words_for(option: &OptionInfo, protocol: &str) -> Vec<String> {
    let mut known = vec![option.default.to_string()];
    for (of, statement) in written() {
        if let Statement::Set { name, value, .. } = statement
            && (*of, *name) == (protocol, option.name)
        {
            known.push(value.clone());
        }
    }
    known.sort_unstable();
    known.dedup();
    known
}

/// What is set and answered in the scenarios that come with the playground, each with its protocol.
pub fn written() -> &'static [(&'static str, Statement)] {
    static ALL: OnceLock<Vec<(&str, Statement)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lines = gallery().into_iter().flat_map(|exhibit| {
            let lines = parse(exhibit.text).expect("the gallery's scenarios can be read").lines;
            lines.into_iter().map(move |line| (exhibit.protocol, line.statement))
        });
        let kept = |statement: &Statement| {
            matches!(statement, Statement::Set { .. } | Statement::Action(Action::Answer { .. }))
        };
        lines.filter(|(_, statement)| kept(statement)).collect()
    })
}
