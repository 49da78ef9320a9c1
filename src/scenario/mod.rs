//! Scenarios: one text for a test, a lesson and a link. Parsed, printed, and carried out from top to bottom.

mod branches;
mod check;
mod compare;
mod condition;
mod expect;
pub mod export;
pub mod gallery;
mod goal;
mod json;
mod looks;
mod moment;
mod monitor;
mod ndjson;
mod notes;
mod parse;
mod parse_act;
mod parse_expect;
mod parse_network;
mod print;
mod session;
mod since;
mod slices;
pub mod text;
mod trials;
mod trigger;

pub use branches::Branch;
pub use condition::{Claim, Condition, Effort, Miss, Operator, Whose, properties};
pub use expect::{Expect, Mode, Seeds};
pub use goal::{Goal, GoalState, GoalStatus};
pub use notes::{Mark, Offer, Role};
pub use parse::{MOST_ERRORS, Offers, Reading, offers, parse, parse_act_line, read};
pub use parse_act::{expectations, usages};
pub use parse_expect::parse_goal;
pub use print::{print, print_act};
pub use session::{Explanation, Outcome, Problem, Session, Tick};
pub use text::{LONGEST_TEXT, ScenarioError};
pub use trigger::Trigger;

use crate::kernel::{Action, EventId, NodeId, Setup, Time, TopologyKind};
use crate::protocols::Entry;

/// A scenario: its lines, in order, and the protocol they are about.
#[derive(Clone)]
pub struct Scenario {
    /// The protocol.
    pub entry: &'static Entry,
    /// The lines, header included.
    pub lines: Vec<Line>,
    /// Comments behind the last line.
    pub tail: Vec<String>,
}

/// One line and the comments around it.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Where it stands in the text, from 1; 0 for one that was added by hand.
    pub number: u32,
    /// Tells it from every other line that the run has had, those of other branches included.
    pub uid: u32,
    /// The comment lines above it; an empty one is an empty line.
    pub above: Vec<String>,
    /// The comment behind it.
    pub beside: Option<String>,
    /// When it is carried out.
    pub when: When,
    /// What it says.
    pub statement: Statement,
}

/// When a line is carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// As soon as it is reached.
    Now,
    /// When everything up to and including this time has happened.
    At(Time),
    /// Right after this event.
    After(EventId),
}

/// What a line says.
#[derive(Clone, PartialEq, Debug)]
pub enum Statement {
    /// `protocol raft`
    Protocol(&'static str),
    /// `replicas 5`
    Replicas(u16),
    /// `seed 7`
    Seed(u64),
    /// `set pre-vote off`, `set vote 3 no`
    Set {
        /// The option.
        name: &'static str,
        /// For this replica, or 0 for all.
        replica: u16,
        /// The value, as written.
        value: String,
    },
    /// `disk 1 term=6 log=1,1,4`
    Disk {
        /// Whose.
        replica: NodeId,
        /// What is on it.
        pairs: Vec<(String, String)>,
    },
    /// Anything that is done to the run.
    Action(Action),
    /// `run 5s`
    Run(Time),
    /// `settle`, or `settle 3` for at most so many deliveries
    Settle(Option<u32>),
    /// `when leader crash leader`
    Trigger(Trigger),
    /// `expect …`
    Expect(Expect),
}

impl Statement {
    /// Whether it does something when it is carried out; lines of the header have done it already.
    fn acts(&self) -> bool {
        matches!(
            self,
            Statement::Action(_)
                | Statement::Trigger(_)
                | Statement::Run(_)
                | Statement::Settle(_)
                | Statement::Expect(_)
        )
    }
}

impl Scenario {
    /// What the world is made from.
    pub fn setup(&self) -> Setup {
        let mut setup = Setup { replicas: self.entry.descriptor.replicas.0.max(5) as usize, ..Setup::default() };
        setup.replicas = setup.replicas.min(self.entry.descriptor.replicas.1 as usize);
        for line in &self.lines {
            match &line.statement {
                Statement::Replicas(count) => setup.replicas = *count as usize,
                Statement::Seed(seed) => setup.seed = *seed,
                Statement::Set { name, replica, value } => setup.options.set(name, *replica, value),
                Statement::Disk { replica, pairs } => setup.disks.push((*replica, pairs.clone())),
                _ => {}
            }
        }
        setup.topology = self.topology().unwrap_or_default();
        setup
    }

    /// How the replicas are linked when they start.
    fn topology(&self) -> Option<TopologyKind> {
        let opening = &self.lines[..self.opening()];
        opening.iter().rev().find_map(|line| match line.statement {
            Statement::Action(Action::Topology(kind)) => Some(kind),
            _ => None,
        })
    }

    /// How many lines stand before anything else happens than what is said of the network: that holds from the start.
    fn opening(&self) -> usize {
        let opens = |line: &&Line| match line.statement {
            Statement::Action(Action::Network { .. } | Action::Topology(_) | Action::Manual(_)) => {
                line.when == When::Now
            }
            ref other => !other.acts(),
        };
        self.lines.iter().take_while(opens).count()
    }

    /// The first comment line: what the scenario is called.
    pub fn title(&self) -> &str {
        self.comments().find(|text| !text.is_empty()).unwrap_or("Untitled")
    }

    /// The comment lines after the title, up to the first line that is none.
    pub fn about(&self) -> String {
        let lines: Vec<_> = self.comments().skip_while(|text| text.is_empty()).skip(1).collect();
        lines.join(" ").trim().to_string()
    }

    fn comments(&self) -> impl Iterator<Item = &str> {
        let first = self.lines.first().map_or(&self.tail, |line| &line.above);
        first.iter().map(String::as_str)
    }

    /// When the script is at its end, as far as its own lines say: the last `at`, and what runs after it.
    pub fn end(&self) -> Time {
        self.lines.iter().fold(0, |now, line| {
            let start = match line.when {
                When::At(at) => now.max(at),
                _ => now,
            };
            start + if let Statement::Run(span) = line.statement { span } else { 0 }
        })
    }
}
