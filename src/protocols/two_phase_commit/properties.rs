//! AC1 to AC4 of atomic commitment (Bernstein, Hadzilacos, Goodman 1987, §7.3), watched in the replicas' logs. AC5, that
//! all decide once failures are repaired, is about progress, which no single event can break.
//!
//! The monitor reads each line of a log once, when it is written, and remembers it across crashes. So a line that a
//! crash wiped out still counts: what was decided was decided.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::message::Decision;
use super::replica::{Disk, Note};
use super::rules::Agent;
use super::{COORDINATOR, Command, Config, FAILURES, TwoPhaseCommit, Value, participants};
use crate::kernel::prelude::*;
use crate::kernel::{Asked, MS};

// Hashed by hand: how the logs' lines lie between each other means nothing.
impl Hash for Monitor {
    /// Over the lines of each log in their order: how the logs' lines lie between each other means nothing, nor do the
    /// numbers of events, but for what AC4 asks: whether a failure has come since a start.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Monitor { read, transactions, failure } = self;
        read.hash(hasher);
        transactions.len().hash(hasher);
        for lines in transactions {
            let mut logs = PerReplica::from(vec![Vec::new(); read.len()]);
            for Line { by, request, note, when } in lines.iter() {
                logs[by.index()].push((request, note, *note == Note::Start && when > failure));
            }
            logs.hash(hasher);
        }
    }
}

/// A line about a transaction in somebody's log.
#[derive(Clone, Copy)]
struct Line {
    by: NodeId,
    /// Whose request the transaction is. A coordinator that lost its log may give a number to two of them.
    request: RequestId,
    note: Note,
    /// The event that wrote it.
    when: EventId,
}

/// What the properties must remember.
#[derive(Clone, Default)]
pub struct Monitor {
    /// How many lines of each replica's log were read; by place.
    read: PerReplica<usize>,
    /// The lines of all logs about each transaction in the order in which they were written; by number, from 1.
    transactions: Vec<Rc<Vec<Line>>>,
    /// The last timeout, crash or restart.
    failure: EventId,
}

impl Monitor {
    /// Looks at what an event may have changed: the lines that were added to one log.
    pub(super) fn observe(&mut self, event: &Event, cluster: &Cluster<TwoPhaseCommit>, report: &mut Report) {
        let Some(by) = event.node.filter(|node| !node.is_client()) else { return };
        match event.what {
            What::Crash | What::Restart => self.failure = event.id,
            What::Fire if FAILURES.iter().any(|timer| timer.key().kind == event.kind) => self.failure = event.id,
            _ => {}
        }
        if self.read.is_empty() {
            self.read.resize(cluster.size(), 0);
        }
        let Some(read) = self.read.get_mut(by.index()) else { return };
        let disk = cluster.disk(by);
        let log = &disk.log;
        let read = std::mem::replace(read, log.len());
        for &(number, note) in log.from(read) {
            let Some(request) = disk.entries.get(&number).map(|entry| entry.what.request) else { continue };
            while (self.transactions.len() as u64) < number {
                self.transactions.push(Rc::default());
            }
            let Some(lines) = self.transactions.get_mut(number.wrapping_sub(1) as usize) else { continue };
            let lines = Rc::make_mut(lines);
            let check = NewDecision { number, request, by, all: lines, cluster };
            match note {
                Note::Commit => check.commit(report),
                Note::Abort => check.abort(self.failure, report),
                Note::No => check.compare(Decision::Abort, report),
                _ => {}
            }
            lines.push(Line { by, request, note, when: event.id });
        }
    }
}

impl Check for TwoPhaseCommit {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        monitor.observe(event, cluster, report);
    }

    /// Participants are alike, where they vote alike; when they end a transaction among themselves, the one with the lowest number
    /// decides.
    fn alike(config: &Config, names: Names, _: &dyn Fn(u8) -> bool) -> bool {
        let vote = |node: NodeId| config.votes.get(node.index());
        let same = participants(config).all(|node| vote(node) == vote(names.name(node)));
        same && names.keep(COORDINATOR) && !config.pre_commit
    }

    fn valid(_: &Config, value: &Value, asked: &Asked<'_, Command>) -> bool {
        asked.command(value.what.request) == Some(&value.what.command)
    }

    /// All: every participant must vote, and the coordinator must decide.
    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        vec![Quorum::simple(config.replicas, config.replicas, "to commit a transaction")]
    }

    /// Three-phase commit takes whoever is silent for crashed: where that is wrong, two sides decide each for itself.
    fn assumes(config: &Config, property: &str) -> Option<&'static [Assumption]> {
        let agrees = ["agreement", "ac1-agreement", "ac2-no-reversal"].contains(&property);
        Some(if config.pre_commit && agrees { &[Assumption::Clocks, Assumption::Synchrony] } else { &[] })
    }

    /// The client asks again, the votes' and the decision's timers run their course once, and messages arrive.
    fn recovers_within(cluster: &Cluster<'_, Self>, _: Time) -> Option<Time> {
        let config = cluster.config();
        let rounds = if config.pre_commit { 2 * (config.decision_timeout + config.state_timeout) } else { 0 };
        Some(rounds + config.retry + config.vote_timeout + config.resend + 100 * MS)
    }

    /// AC5: once failures are repaired, everybody decides.
    fn settled(cluster: &Cluster<'_, Self>) -> bool {
        let transactions = 1..=cluster.disk(COORDINATOR).entries.len() as u64;
        cluster.nodes().all(|node| transactions.clone().all(|number| cluster.disk(node).decision(number).is_some()))
    }
}

/// Of a decision that was just written to a log.
struct NewDecision<'a> {
    number: u64,
    request: RequestId,
    by: NodeId,
    /// The lines before it that have the same number.
    all: &'a [Line],
    cluster: &'a Cluster<'a, TwoPhaseCommit>,
}

impl NewDecision<'_> {
    /// The lines before it that are about the same transaction.
    fn before(&self) -> impl Iterator<Item = &Line> + Clone {
        self.all.iter().filter(|line| line.request == self.request)
    }

    /// AC1 and AC2: against all that others and that this replica decided before. Whoever reverses its decision may
    /// contradict not the first who decided, but one after it.
    fn compare(&self, decision: Decision, report: &mut Report) {
        let mut opposed = self.before().filter(|line| line.note.decision().is_some_and(|was| was != decision));
        let own = opposed.clone().filter(|line| line.by == self.by).last();
        self.clash("ac2-no-reversal", own, decision, report);
        self.clash("ac1-agreement", opposed.find(|line| line.by != self.by), decision, report);
    }

    fn clash(&self, property: &'static str, earlier: Option<&Line>, decision: Decision, report: &mut Report) {
        let (number, node, word) = (self.number, self.by, decision.done());
        let Some(line) = earlier else { return };
        let Some(was) = line.note.decision().filter(|was| *was != decision) else { return };
        let (by, was) = (line.by, was.done());
        let who = Agent(node);
        let other = if by == node { "it".to_string() } else { Agent(by).to_string() };
        let text = format_args!("On transaction {number}, {who} has {word}, but {other} had {was}.");
        let nodes = if by == node { &[node][..] } else { &[by, node] };
        report.broken_since(property, text, nodes, &[line.when]);
    }

    /// AC3. What a Byzantine participant wrote in its log says nothing, so it is not asked for.
    fn commit(&self, report: &mut Report) {
        self.compare(Decision::Commit, report);
        let (number, node) = (self.number, self.by);
        for other in participants(self.cluster.config()) {
            let said_yes = self.before().any(|line| line.by == other && line.note == Note::Yes);
            if !said_yes && self.cluster.correct(other) {
                let text = format_args!(
                    "On transaction {number}, {} has committed, but {} did not vote yes.",
                    Agent(node),
                    Agent(other)
                );
                return report.broken("ac3-commit-validity", text, &[node, other]);
            }
        }
    }

    /// AC4. A Byzantine replica is a failure too.
    fn abort(&self, failure: EventId, report: &mut Report) {
        self.compare(Decision::Abort, report);
        let mut calm = false;
        for line in self.before() {
            match line.note {
                Note::Start => calm = line.when > failure,
                Note::No => return,
                _ => {}
            }
        }
        if calm && self.cluster.nodes().all(|at| self.cluster.correct(at)) {
            let (number, node) = (self.number, self.by);
            let text = format_args!(
                "On transaction {number}, {} has aborted, but nothing failed and nobody voted no.",
                Agent(node)
            );
            report.broken("ac4-abort-validity", text, &[node, COORDINATOR]);
        }
    }
}
