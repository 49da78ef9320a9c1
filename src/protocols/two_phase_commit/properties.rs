//! AC1 to AC4 of atomic commitment (Bernstein, Hadzilacos, Goodman 1987, §7.3), watched in the replicas' logs. AC5, that
//! all decide once failures are repaired, is about progress, which no single event can break.
//!
//! The monitor reads each line of a log once, when it is written, and remembers it across crashes. So a line that a
//! crash wiped out still counts: what was decided was decided.

use std::rc::Rc;

use super::message::Decision;
use super::replica::Note;
use super::{COORDINATOR, FAILURES, TwoPhaseCommit, participants};
use crate::kernel::{Cluster, Event, EventId, NodeId, PropertyInfo, Report, What};

const SOURCE: &str = "Bernstein, Hadzilacos, Goodman 1987, §7.3";

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "ac1-agreement",
        about: "All replicas that decide on a transaction decide alike.",
        source: SOURCE,
    },
    PropertyInfo {
        name: "ac2-no-reversal",
        about: "A replica never reverses its decision, not even after a crash.",
        source: SOURCE,
    },
    PropertyInfo {
        name: "ac3-commit-validity",
        about: "A transaction commits only if every participant has voted yes.",
        source: SOURCE,
    },
    PropertyInfo {
        name: "ac4-abort-validity",
        about: "If nothing fails (a timeout is a failure) and nobody votes no, no replica aborts.",
        source: SOURCE,
    },
];

/// The lines about one transaction that were written to any log, in this order: by whom, which, and in which event.
type Lines = Vec<(NodeId, Note, EventId)>;

/// What the properties must remember.
#[derive(Clone, Default)]
pub struct Monitor {
    /// How many lines of each replica's log were read; by place.
    read: Vec<usize>,
    /// By number, from 1.
    transactions: Vec<Rc<Lines>>,
    /// The last timeout, crash or restart.
    failure: EventId,
}

impl Monitor {
    /// Looks at what an event may have changed: the lines that were added to one log.
    pub(super) fn observe(&mut self, event: &Event, cluster: &Cluster<TwoPhaseCommit>, report: &mut Report) {
        let Some(node) = event.node.filter(|node| !node.is_client()) else { return };
        match event.what {
            What::Crash | What::Restart => self.failure = event.id,
            What::Fire if FAILURES.contains(&event.kind) => self.failure = event.id,
            _ => {}
        }
        if self.read.is_empty() {
            self.read.resize(cluster.size(), 0);
        }
        let log = &cluster.disk(node).log;
        let read = std::mem::replace(&mut self.read[node.index()], log.len());
        for &(number, note) in log.from(read) {
            while (self.transactions.len() as u64) < number {
                self.transactions.push(Rc::default());
            }
            let Some(lines) = self.transactions.get_mut(number.wrapping_sub(1) as usize) else { continue };
            let lines = Rc::make_mut(lines);
            let new = Line { number, node, lines, failure: self.failure };
            if let Some(decision) = note.decision() {
                new.check(decision, note == Note::No, cluster, report);
            }
            lines.push((node, note, event.id));
        }
    }
}

/// A decision that was just written to a log.
struct Line<'a> {
    number: u64,
    node: NodeId,
    /// The lines before it.
    lines: &'a Lines,
    failure: EventId,
}

impl Line<'_> {
    fn check(&self, decision: Decision, refused: bool, cluster: &Cluster<TwoPhaseCommit>, report: &mut Report) {
        self.compare(decision, report);
        match decision {
            Decision::Commit => self.check_commit(cluster, report),
            Decision::Abort if !refused => self.check_abort(cluster, report),
            Decision::Abort => {}
        }
    }

    /// AC1 and AC2: against what others and what this replica decided before.
    fn compare(&self, decision: Decision, report: &mut Report) {
        let (number, node, word) = (self.number, self.node, decision.done());
        let (mut first, mut own) = (None, None);
        for &(by, note, when) in self.lines {
            let Some(before) = note.decision() else { continue };
            first = first.or(Some((by, before, when)));
            if by == node {
                own = Some((by, before, when));
            }
        }
        let other = first.filter(|first| first.0 != node);
        for (property, earlier) in [("ac2-no-reversal", own), ("ac1-agreement", other)] {
            if let Some((by, before, when)) = earlier.filter(|earlier| earlier.1 != decision) {
                let was = before.done();
                let text = format_args!("Replica {node} {word} transaction {number}, but replica {by} had {was} it.");
                let nodes = if by == node { &[node][..] } else { &[by, node] };
                report.broken_since(property, text, nodes, &[when]);
            }
        }
    }

    /// AC3. What a Byzantine participant wrote in its log says nothing, so it is not asked for.
    fn check_commit(&self, cluster: &Cluster<TwoPhaseCommit>, report: &mut Report) {
        let (number, node) = (self.number, self.node);
        for other in participants(cluster.config()) {
            let said_yes = self.lines.iter().any(|&(by, note, _)| by == other && note == Note::Yes);
            if cluster.correct(other) && !said_yes {
                let text = format_args!("Replica {node} committed transaction {number}, but {other} did not vote yes.");
                return report.broken("ac3-commit-validity", text, &[node, other]);
            }
        }
    }

    /// AC4. A Byzantine replica is a failure too.
    fn check_abort(&self, cluster: &Cluster<TwoPhaseCommit>, report: &mut Report) {
        let mut calm = false;
        for &(_, note, when) in self.lines {
            match note {
                Note::Start => calm = when > self.failure,
                Note::No => return,
                _ => {}
            }
        }
        if calm && cluster.nodes().all(|at| cluster.correct(at)) {
            let (number, node) = (self.number, self.node);
            let text =
                format_args!("Replica {node} aborted transaction {number}, but nothing failed and nobody voted no.");
            report.broken("ac4-abort-validity", text, &[node, COORDINATOR]);
        }
    }
}
