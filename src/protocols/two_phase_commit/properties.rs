//! AC1 to AC4 of atomic commitment (Bernstein, Hadzilacos, Goodman 1987, §7.3), watched in the replicas' logs. AC5, that
//! all decide once failures are repaired, is about progress, which no single event can break.
//!
//! The monitor reads each line of a log once, when it is written, and remembers it across crashes. So a line that a
//! crash wiped out still counts: what was decided was decided.

use super::message::Decision;
use super::replica::Note;
use super::{COORDINATOR, FAILURES, TwoPhaseCommit, participants};
use crate::kernel::{Cluster, Event, EventId, NodeId, PropertyInfo, Report, Table, What};

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

/// What is remembered of one transaction.
#[derive(Clone, Copy, Default)]
struct Memory {
    /// When the coordinator wrote its start.
    start: Option<EventId>,
    /// Whether somebody voted no.
    refused: bool,
    /// Who decided first, what, and when.
    first: Option<(NodeId, Decision, EventId)>,
}

/// What the properties must remember.
#[derive(Clone, Default)]
pub struct Monitor {
    /// How many lines of each replica's log were read; by place.
    read: Vec<usize>,
    transactions: Table<u64, Memory>,
    ayes: Table<(u64, NodeId), ()>,
    decisions: Table<(u64, NodeId), (Decision, EventId)>,
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
        for place in read..log.len() {
            if let Some(&(number, note)) = log.get(place) {
                self.take(number, note, node, event.id, cluster, report);
            }
        }
    }

    fn take(
        &mut self,
        number: u64,
        note: Note,
        node: NodeId,
        event: EventId,
        cluster: &Cluster<TwoPhaseCommit>,
        report: &mut Report,
    ) {
        let mut memory = self.transactions.get(&number).copied().unwrap_or_default();
        match note {
            Note::Start => memory.start = Some(event),
            Note::Yes => self.ayes.insert((number, node), ()),
            Note::No => memory.refused = true,
            Note::Commit | Note::Abort | Note::End => {}
        }
        let decision = match note {
            Note::Commit => Some(Decision::Commit),
            Note::Abort | Note::No => Some(Decision::Abort),
            _ => None,
        };
        if let Some(decision) = decision {
            self.compare(number, node, decision, event, &mut memory, report);
            match decision {
                Decision::Commit => self.check_commit(number, node, cluster, report),
                Decision::Abort => self.check_abort(number, node, &memory, cluster, report),
            }
        }
        self.transactions.insert(number, memory);
    }

    /// AC1 and AC2: against what others and what this replica decided before.
    fn compare(
        &mut self,
        number: u64,
        node: NodeId,
        decision: Decision,
        event: EventId,
        memory: &mut Memory,
        report: &mut Report,
    ) {
        let word = decision.done();
        if let Some(&(before, when)) = self.decisions.get(&(number, node))
            && before != decision
        {
            let text = format!("Replica {node} had {} transaction {number}, and now {word} it.", before.done());
            report.broken_since("ac2-no-reversal", text, &[node], &[when]);
        }
        self.decisions.insert((number, node), (decision, event));
        let &mut (first, before, when) = memory.first.get_or_insert((node, decision, event));
        if before != decision && first != node {
            let was = before.done();
            let text = format!("Replica {node} {word} transaction {number}, but replica {first} had {was} it.");
            report.broken_since("ac1-agreement", text, &[first, node], &[when]);
        }
    }

    /// AC3. What a Byzantine participant wrote in its log says nothing, so it is not asked for.
    fn check_commit(&self, number: u64, node: NodeId, cluster: &Cluster<TwoPhaseCommit>, report: &mut Report) {
        let missing = |&at: &NodeId| cluster.correct(at) && !self.ayes.contains_key(&(number, at));
        if let Some(other) = participants(cluster.config()).find(missing) {
            let text = format!("Replica {node} committed transaction {number}, but {other} did not vote yes.");
            report.broken("ac3-commit-validity", text, &[node, other]);
        }
    }

    /// AC4. A Byzantine replica is a failure too.
    fn check_abort(
        &self,
        number: u64,
        node: NodeId,
        memory: &Memory,
        cluster: &Cluster<TwoPhaseCommit>,
        report: &mut Report,
    ) {
        let calm = memory.start.is_some_and(|start| start > self.failure);
        if calm && !memory.refused && cluster.nodes().all(|at| cluster.correct(at)) {
            let text = format!("Replica {node} aborted transaction {number}, but nothing failed and nobody voted no.");
            report.broken("ac4-abort-validity", text, &[node, COORDINATOR]);
        }
    }
}
