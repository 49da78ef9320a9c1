//! The specification of two-phase commit as a model of stateright's.

use std::collections::BTreeSet;

use stateright::{Checker, Model, Property};

/// In which order states are gone on from.
#[derive(Clone, Copy)]
pub enum Order {
    /// Those first that were met first.
    Breadth,
    /// Those first that were met last.
    Depth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Manager {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Message {
    Prepared(usize),
    Commit,
    Abort,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    managers: Vec<Manager>,
    /// What the transaction manager has decided.
    outcome: Option<bool>,
    prepared: Vec<bool>,
    messages: BTreeSet<Message>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Hear(usize),
    Decide(bool),
    Prepare(usize),
    Abort(usize),
    Obey(usize, bool),
}

struct TwoPhase(usize);

impl Model for TwoPhase {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let managers = vec![Manager::Working; self.0];
        vec![State { managers, outcome: None, prepared: vec![false; self.0], messages: BTreeSet::new() }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let undecided = state.outcome.is_none();
        if undecided && state.prepared.iter().all(|prepared| *prepared) {
            actions.push(Action::Decide(true));
        }
        if undecided {
            actions.push(Action::Decide(false));
        }
        for manager in 0..self.0 {
            if undecided && state.messages.contains(&Message::Prepared(manager)) {
                actions.push(Action::Hear(manager));
            }
            if state.managers[manager] == Manager::Working {
                actions.extend([Action::Prepare(manager), Action::Abort(manager)]);
            }
            for (message, commits) in [(Message::Commit, true), (Message::Abort, false)] {
                if state.messages.contains(&message) {
                    actions.push(Action::Obey(manager, commits));
                }
            }
        }
    }

    fn next_state(&self, before: &State, action: Action) -> Option<State> {
        let mut state = before.clone();
        match action {
            Action::Hear(manager) => state.prepared[manager] = true,
            Action::Decide(commits) => {
                state.outcome = Some(commits);
                state.messages.insert(if commits { Message::Commit } else { Message::Abort });
            }
            Action::Prepare(manager) => {
                state.managers[manager] = Manager::Prepared;
                state.messages.insert(Message::Prepared(manager));
            }
            Action::Abort(manager) => state.managers[manager] = Manager::Aborted,
            Action::Obey(manager, commits) => {
                state.managers[manager] = if commits { Manager::Committed } else { Manager::Aborted };
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("consistent", |_, state: &State| {
            !(state.managers.contains(&Manager::Committed) && state.managers.contains(&Manager::Aborted))
        })]
    }
}

/// How many states there are.
pub fn count(managers: usize, order: Order) -> u64 {
    let checker = TwoPhase(managers).checker();
    match order {
        Order::Breadth => checker.spawn_bfs().join().unique_state_count() as u64,
        Order::Depth => checker.spawn_dfs().join().unique_state_count() as u64,
    }
}
