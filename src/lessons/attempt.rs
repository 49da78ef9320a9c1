//! How a task stands: its goals, its budgets, and whether it is solved. In a run that goes on live, what counts is what was
//! done by hand up to this moment, so going back and taking back count as well.

use super::code::words;
use super::task::{Budget, GoalLine, Rules, does};
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
    /// Each sign by which a wrong attempt is known: whether it holds now.
    pub signs: Vec<bool>,
    /// Whether all goals and budgets are met.
    pub solved: bool,
}

impl TaskStatus {
    /// The demands that are not met, budgets before goals.
    pub fn missed(&self) -> Vec<Demand> {
        let open = |standing: Standing| standing != Standing::Met;
        let budgets = self.budgets.iter().enumerate().filter(|(_, budget)| open(budget.0));
        let goals = self.goals.iter().enumerate().filter(|(_, goal)| open(goal.0));
        budgets.map(|(place, _)| Demand::Budget(place)).chain(goals.map(|(place, _)| Demand::Goal(place))).collect()
    }
}

/// What a task asks for, followed in a run.
#[derive(Clone, Debug)]
pub struct TaskGoals {
    allow: Vec<String>,
    budgets: Vec<Budget>,
    /// How many of the goals that the session follows are the task's; behind them stand the signs of wrong attempts.
    goals: usize,
    /// What was set before the run began.
    done: Vec<String>,
    /// Lines that are no newer than this one were there before the task.
    since: u32,
}

impl TaskGoals {
    /// Begins to follow what these lines of a task ask for (`goal …`, `at most …`, `at least …`, `allow …`) from this
    /// moment of the run on. A line `set …` among them is an act of the person's: one that started the scene again; a line
    /// `sign …` a condition that is looked at and not asked for. Errors: a line can't be read.
    pub fn read(session: &mut Session, rules: &str) -> Result<Self, ScenarioError> {
        let Rules { allow, budgets, goals, signs, done } = Rules::read(rules)?;
        let (entry, size) = (session.scenario().entry, session.world().size());
        let goal = |line: &GoalLine| parse_goal(entry, size, &line.condition).map_err(|error| line.place.within(error));
        let followed = goals.iter().chain(&signs).map(goal).collect::<Result<Vec<_>, _>>()?;
        session.set_goals(followed);
        let since = session.scenario().lines.iter().map(|line| line.uid).max().unwrap_or_default();
        Ok(TaskGoals { allow, budgets, goals: goals.len(), done, since })
    }

    /// Whether this line may be done in the task.
    pub fn allows(&self, line: &str) -> bool {
        allows(&self.allow, line)
    }

    /// How the task stands at this moment of the run.
    pub fn status(&self, session: &Session) -> TaskStatus {
        self.after(session, &self.acts(session))
    }

    /// How the task stands, where these are the acts.
    pub(super) fn after(&self, session: &Session, acts: &[String]) -> TaskStatus {
        status(session, self.goals, &self.budgets, acts)
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

/// How the first `asked` goals that the session follows and these budgets stand, after these acts; the other goals are signs.
pub(super) fn status(session: &Session, asked: usize, budgets: &[Budget], acts: &[String]) -> TaskStatus {
    let mut goals: Vec<_> = session.goals().into_iter().map(|goal| (standing(goal.state), goal.saw)).collect();
    let signs = goals.drain(asked.min(goals.len())..).map(|sign| sign.0 == Standing::Met).collect();
    let budgets: Vec<_> = budgets.iter().map(|budget| spent(budget, acts)).collect();
    let met =
        goals.iter().all(|goal| goal.0 == Standing::Met) && budgets.iter().all(|budget| budget.0 == Standing::Met);
    TaskStatus { solved: met, goals, budgets, signs }
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
