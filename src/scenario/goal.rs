//! Goals: what somebody should bring about in a run that goes on live, such as the task of a lesson.

use super::Session;
use super::condition::{Claim, Effort};
use super::expect::Expect;
use super::monitor::Sighting;
use crate::kernel::{DynWorld, Time};

/// What should be brought about.
#[derive(Clone, PartialEq, Debug)]
pub struct Goal {
    /// What, as a scenario would expect it: `ever` and `never` are about the run since the goal was set; `within` counts
    /// from what was done last; `always for D` asks for a stretch of that length.
    pub expect: Expect,
    /// It as it was written, without the word `goal`.
    pub text: String,
}

/// How far a goal is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GoalState {
    /// It is reached. What is about now, or says `never`, may be lost again.
    Holds,
    /// It is not reached yet.
    NotYet,
    /// It can't be reached any more in this run: what should never hold has held, or the time to wait is over. Going
    /// back takes that back; what was to come within some time is waited for anew once something is done.
    Broken,
}

/// How a goal stands, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GoalStatus {
    /// How far it is.
    pub state: GoalState,
    /// What was seen, as a sentence without its full stop.
    pub saw: String,
    /// The event after which that was seen; `None` where it is about now.
    pub event: Option<u32>,
    /// When that was, in virtual microseconds.
    pub at: Option<Time>,
}

impl GoalStatus {
    pub(super) fn now(claim: &Claim, world: &DynWorld) -> Self {
        let (holds, saw) = claim.look(world, Effort::Quick);
        let state = if holds == Some(true) { GoalState::Holds } else { GoalState::NotYet };
        GoalStatus { state, saw, event: None, at: None }
    }

    pub(super) fn seen(state: GoalState, seen: &Sighting) -> Self {
        GoalStatus { state, saw: seen.saw.to_string(), event: Some(seen.event), at: Some(seen.at) }
    }
}

impl Session {
    /// Sets the goals that are followed from here on, in the place of those before: after each event and each line, also
    /// after going back and on again, and after what is done by hand. What happened before this moment does not count.
    pub fn set_goals(&mut self, goals: Vec<Goal>) {
        self.goals = goals;
        (self.goals_from, self.goal_sets) = (self.event(), self.goal_sets + 1);
        // Moments that are kept and lie ahead have not followed these goals.
        self.frames.truncate(self.goals_from);
        self.take_goals();
    }

    /// The goals that were set, in their order.
    pub fn goals_set(&self) -> &[Goal] {
        &self.goals
    }

    /// How each of the goals stands now.
    pub fn goals(&self) -> Vec<GoalStatus> {
        let moment = &self.moment;
        let status = |(place, goal)| moment.monitors.status(place, goal, &moment.world);
        self.goals.iter().enumerate().map(status).collect()
    }

    /// Whether every goal holds. Without goals none is missed.
    pub fn goals_hold(&self) -> bool {
        self.goals().iter().all(|status| status.state == GoalState::Holds)
    }

    /// A moment of before the goals were set has not heard of them.
    pub(super) fn take_goals(&mut self) {
        if self.moment.monitors.set != self.goal_sets {
            self.moment.monitors.set_goals(&self.goals, self.goals_from, self.goal_sets);
            self.moment.monitors.look(&self.moment.world);
        }
    }
}
