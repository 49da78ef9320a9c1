//! How a task stands: its goals, its budgets, and whether it is solved. In a run that goes on live, what counts is what was
//! done by hand up to this moment, so going back and taking back count as well.

use super::code::{Place, words};
use super::task::{Budget, Rules, does};
use crate::scenario::{GoalState, Scenario, ScenarioError, Session, Statement, parse_goal, print};

/// How something that a task demands stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is met.
    Met,
    /// It is not met yet.
    Open,
    /// Nothing that is still done can meet it; going back can.
    Lost,
}

impl Standing {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Met => "met",
            Standing::Open => "open",
            Standing::Lost => "lost",
        }
    }
}

/// Something that a task demands, by its place in the list of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Demand {
    /// A budget.
    Budget(usize),
    /// A goal.
    Goal(usize),
}

/// How a task stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskStatus {
    /// Each goal, and what was seen of it.
    pub goals: Vec<(Standing, String)>,
    /// Each budget, and how often its act was done.
    pub budgets: Vec<(Standing, u32)>,
    /// Whether all are met.
    pub solved: bool,
}

impl TaskStatus {
    /// The first demand that is not met, budgets before goals.
    pub fn missed(&self) -> Option<Demand> {
        let open = |standing: Standing| standing != Standing::Met;
        let budget = self.budgets.iter().position(|budget| open(budget.0)).map(Demand::Budget);
        budget.or_else(|| self.goals.iter().position(|goal| open(goal.0)).map(Demand::Goal))
    }
}

/// What a task asks for, followed in a run.
#[derive(Clone, Debug)]
pub struct TaskGoals {
    allow: Vec<String>,
    budgets: Vec<Budget>,
    /// What was set before the run began.
    done: Vec<String>,
    /// Lines that are no newer than this one were there before the task.
    since: u32,
}

impl TaskGoals {
    /// Begins to follow what these lines of a task ask for (`goal …`, `at most …`, `at least …`, `allow …`) from this
    /// moment of the run on. A line `set …` among them is an act of the person's: one that started the scene again. Errors:
    /// a line can't be read.
    pub fn read(session: &mut Session, rules: &str) -> Result<Self, ScenarioError> {
        let Rules { allow, budgets, goals, done } = Rules::read(rules)?;
        let (entry, size) = (session.scenario().entry, session.world().size());
        let goal = |(text, place): &(String, Place)| parse_goal(entry, size, text).map_err(|error| place.within(error));
        let goals = goals.iter().map(goal).collect::<Result<Vec<_>, _>>()?;
        session.set_goals(goals);
        let since = session.scenario().lines.iter().map(|line| line.uid).max().unwrap_or_default();
        Ok(TaskGoals { allow, budgets, done, since })
    }

    /// Whether this line may be done in the task.
    pub fn allows(&self, line: &str) -> bool {
        allows(&self.allow, line)
    }

    /// How the task stands at this moment of the run.
    pub fn status(&self, session: &Session) -> TaskStatus {
        status(session, &self.budgets, &self.acts(session))
    }

    /// What was set, and done by hand up to now, without its times.
    fn acts(&self, session: &Session) -> Vec<String> {
        let scenario = session.scenario();
        let next = session.next_line().map(|line| line.uid);
        let done = scenario.lines.iter().take_while(|line| Some(line.uid) != next);
        let by_hand = |line: &&crate::scenario::Line| {
            let act = matches!(line.statement, Statement::Action(_) | Statement::Trigger(_));
            line.number == 0 && line.uid > self.since && act
        };
        let lines = done.filter(by_hand).cloned().collect();
        let script = print(&Scenario { entry: scenario.entry, lines, tail: Vec::new() });
        let lines = script.lines().map(untimed).filter(|line| !line.is_empty());
        self.done.iter().cloned().chain(lines).collect()
    }
}

/// A line without the time at which it is carried out.
pub(super) fn untimed(line: &str) -> String {
    match words(line)[..] {
        ["at" | "after", _, ref act @ ..] => act.join(" "),
        ref act => act.join(" "),
    }
}

/// Whether a task that allows these acts allows this line.
pub(super) fn allows(allow: &[String], line: &str) -> bool {
    allow.is_empty() || allow.iter().any(|act| does(line, act))
}

/// How goals that the session follows and these budgets stand, after these acts.
pub(super) fn status(session: &Session, budgets: &[Budget], acts: &[String]) -> TaskStatus {
    let goals: Vec<_> = session.goals().into_iter().map(|goal| (standing(goal.state), goal.saw)).collect();
    let budgets: Vec<_> = budgets.iter().map(|budget| spent(budget, acts)).collect();
    let met =
        goals.iter().all(|goal| goal.0 == Standing::Met) && budgets.iter().all(|budget| budget.0 == Standing::Met);
    TaskStatus { solved: met, goals, budgets }
}

fn standing(state: GoalState) -> Standing {
    match state {
        GoalState::Holds => Standing::Met,
        GoalState::NotYet => Standing::Open,
        GoalState::Broken => Standing::Lost,
    }
}

fn spent(budget: &Budget, acts: &[String]) -> (Standing, u32) {
    let used = acts.iter().filter(|line| does(line, &budget.act)).count() as u32;
    let standing = match (budget.least, used >= budget.count, used <= budget.count) {
        (true, true, _) | (false, _, true) => Standing::Met,
        (true, false, _) => Standing::Open,
        (false, _, false) => Standing::Lost,
    };
    (standing, used)
}
