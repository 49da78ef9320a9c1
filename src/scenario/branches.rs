//! Other futures: what came after an act in the past is kept as a branch, and what a person did can be taken back.

use super::{Line, Session};
use crate::kernel::Time;
use crate::kernel::data::limits::BRANCHES;

/// A future that was left. It can be returned to.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its number, from 1; never used again.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// The last event that it shares with the run that left it.
    pub fork: u32,
    /// When that was, in virtual microseconds.
    pub fork_at: Time,
    /// Its last event.
    pub last: u32,
    /// When that was, in virtual microseconds.
    pub last_at: Time,
    lines: Vec<Line>,
}

/// Where an act was done, and the script before it.
#[derive(Clone)]
struct Step {
    lines: Vec<Line>,
    event: u32,
    cursor: usize,
    time: Time,
    /// Since when the line at the cursor waited.
    waiting: Option<(u32, Time)>,
    /// The last event before the act that it differs by from its neighbour; the person may have gone on from there.
    shared: u32,
}

/// The branches of a session and what can be taken back.
pub(super) struct Branches {
    uids: u32,
    ids: u32,
    name: String,
    kept: Vec<Branch>,
    done: Vec<Step>,
    undone: Vec<Step>,
}

impl Branches {
    pub fn new(lines: u32) -> Self {
        let name = "as written".to_string();
        Branches { uids: lines, ids: 0, name, kept: Vec::new(), done: Vec::new(), undone: Vec::new() }
    }

    /// The present run is another one after this event: no branch shares more with it.
    fn fork_at_most(&mut self, event: u32) {
        for branch in &mut self.kept {
            branch.fork = branch.fork.min(event);
        }
    }

    /// A number for a new line.
    pub fn uid(&mut self) -> u32 {
        self.uids += 1;
        self.uids
    }
}

impl Session {
    /// The futures that were left, the oldest first.
    pub fn branches(&self) -> &[Branch] {
        &self.branches.kept
    }

    /// What the present run is called.
    pub fn branch_name(&self) -> &str {
        &self.branches.name
    }

    /// How many acts can be taken back, and how many done again.
    pub fn undoable(&self) -> (usize, usize) {
        (self.branches.done.len(), self.branches.undone.len())
    }

    fn here(&self) -> Step {
        let (event, cursor, time) = (self.event(), self.moment.cursor, self.world().now());
        Step { lines: self.scenario.lines.clone(), event, cursor, time, waiting: self.moment.waiting, shared: event }
    }

    /// Before something is done by hand: it can be taken back, and a future that it ends is kept.
    pub(super) fn remember(&mut self, what: &str) {
        let here = self.here();
        push(&mut self.branches.done, here);
        self.branches.undone.clear();
        if self.last() > self.event() {
            self.keep_future();
            self.branches.name = what.to_string();
        }
        self.branches.fork_at_most(self.event());
    }

    /// Keeps what lies ahead as a branch.
    fn keep_future(&mut self) {
        self.branches.ids += 1;
        let at = |event: u32| self.trace.event(crate::kernel::EventId(event)).map_or(0, |event| event.at);
        let branch = Branch {
            id: self.branches.ids,
            name: self.branches.name.clone(),
            fork: self.event(),
            fork_at: at(self.event()),
            last: self.last(),
            last_at: at(self.last()),
            lines: self.scenario.lines.clone(),
        };
        push(&mut self.branches.kept, branch);
    }

    /// Returns to a branch, at its last event; the present run is kept in its place. `false` where there is none of that number.
    pub fn switch(&mut self, id: u32) -> bool {
        let Some(place) = self.branches.kept.iter().position(|branch| branch.id == id) else { return false };
        let branch = self.branches.kept.remove(place);
        // Both share all that came before the earlier of the two forks.
        let fork = branch.fork.min(self.last());
        let target = self.last();
        self.seek(fork);
        if target > fork {
            self.keep_future();
        }
        self.branches.fork_at_most(fork);
        self.branches.name = branch.name;
        self.take_up(branch.lines, fork);
        self.play_to(branch.last);
        self.branches.done.clear();
        self.branches.undone.clear();
        true
    }

    /// Calls a branch something else; 0 means the present run. `false` where there is none of that number.
    pub fn rename(&mut self, id: u32, name: &str) -> bool {
        let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        if id == 0 {
            self.branches.name = name;
            return true;
        }
        let found = self.branches.kept.iter_mut().find(|branch| branch.id == id);
        found.map(|branch| branch.name = name).is_some()
    }

    /// Gives a branch up. `false` where there is none of that number.
    pub fn discard(&mut self, id: u32) -> bool {
        let before = self.branches.kept.len();
        self.branches.kept.retain(|branch| branch.id != id);
        self.branches.kept.len() < before
    }

    /// Takes back what was done by hand last, and goes to where it was done. `false` where there is nothing to take back.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.branches.done.pop() else { return false };
        let here = self.here();
        self.branches.undone.push(Step { shared: step.shared, ..here });
        self.go_to(step);
        true
    }

    /// Does again what was taken back last. `false` where nothing was.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.branches.undone.pop() else { return false };
        let here = self.here();
        self.branches.done.push(Step { shared: step.shared, ..here });
        self.go_to(step);
        true
    }

    /// Goes to a place in a run with other lines. They differ from the present ones only after the place or after the last event shared.
    fn go_to(&mut self, step: Step) {
        let shared = step.shared.min(step.event).min(self.event());
        self.seek(shared);
        self.branches.fork_at_most(shared);
        self.take_up(step.lines, shared);
        self.play_to(step.event);
        // Lines that make no event had been carried out, too.
        while self.event() == step.event && self.moment.cursor < step.cursor && self.tick(step.time).is_some() {}
        self.moment.waiting = step.waiting;
        self.moment.world.advance(step.time);
    }

    /// Goes on with other lines from here: from the last moment kept, so that the script's place is right.
    fn take_up(&mut self, lines: Vec<Line>, event: u32) {
        self.forget_future();
        let both = self.scenario.lines.iter().zip(&lines);
        let same = both.take_while(|(ours, theirs)| ours.uid == theirs.uid).count();
        let next = lines.get(same).map(|line| line.uid);
        // A moment past the first line that differs, or amid it, is none of the other script's.
        self.frames.retain(|moment| {
            moment.cursor < same || moment.cursor == same && next.is_some() && moment.waiting.map(|wait| wait.0) == next
        });
        let Some(moment) = self.frames.before(event.saturating_sub(1)) else { return };
        self.moment = moment.clone();
        self.take_goals();
        (self.scenario.lines, self.length) = (lines, None);
        self.play_to(event);
    }

    /// Plays, and records what is new, up to an event.
    fn play_to(&mut self, event: u32) {
        while self.event() < event && self.tick(Time::MAX).is_some() {}
    }
}

fn push<T>(list: &mut Vec<T>, thing: T) {
    if list.len() >= BRANCHES {
        list.remove(0);
    }
    list.push(thing);
}
