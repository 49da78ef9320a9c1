//! A store as a fold over a log: begun from nothing or from a snapshot, it is computed entry by entry, and what is lost in a
//! crash is computed again (Schneider, *Implementing Fault-Tolerant Services Using the State Machine Approach*, 1990).
//! Everything here is a function of the log alone: it asks no replica what it did.

use super::kv::{Command, Store};
use crate::kernel::{AppliedCommand, AppliedEntry, AppliedLog, FoldedState, NodeId, PersistentMap, RequestId, Word};

/// Of each client the number of the last request that was carried out, and the answer to it.
pub type Answers = PersistentMap<NodeId, (u32, Word)>;

/// What a logged command does.
#[derive(Clone, Debug)]
pub enum Does<'a> {
    /// Nothing.
    Nothing,
    /// Nothing to the store, but its client is told this.
    Tells(Word),
    /// This to the store.
    Applies(&'a Command),
}

/// A command as it stands in a log.
#[derive(Clone, Debug)]
pub struct Logged<'a> {
    /// Whose request it is; `None` where nobody asked for it.
    pub request: Option<RequestId>,
    /// What it does.
    pub does: Does<'a>,
    /// In words.
    pub what: String,
}

impl<'a> Logged<'a> {
    /// A client's command for the store.
    pub fn command(request: RequestId, command: &'a Command) -> Self {
        Logged { request: Some(request), does: Does::Applies(command), what: command.to_string() }
    }

    /// A client's command that changes nothing in the store; the client is told this.
    pub fn told(request: RequestId, told: Word, what: String) -> Self {
        Logged { request: Some(request), does: Does::Tells(told), what }
    }

    /// An entry that does nothing.
    pub fn nothing(what: &str) -> Self {
        Logged { request: None, does: Does::Nothing, what: what.into() }
    }
}

/// A fold that is under way.
pub struct Fold {
    base: u64,
    start: FoldedState,
    store: Store,
    answers: Answers,
    entries: Vec<AppliedEntry>,
}

impl Fold {
    /// One that begins behind an index, with what a snapshot says of it.
    pub fn behind(base: u64, store: &Store, answers: &Answers) -> Self {
        let start = state(store, answers);
        Fold { base, start, store: store.clone(), answers: answers.clone(), entries: Vec::new() }
    }

    /// One that begins with nothing.
    pub fn new() -> Self {
        Fold::behind(0, &Store::default(), &Answers::default())
    }

    /// Takes the next entry. A request that was carried out before, or a later one of its client, does nothing.
    pub fn take<'a>(&mut self, entry: impl IntoIterator<Item = Logged<'a>>) {
        let commands = entry.into_iter().map(|logged| self.carry_out(logged)).collect();
        self.entries.push(AppliedEntry { commands, after: state(&self.store, &self.answers) });
    }

    fn carry_out(&mut self, Logged { request, does, what }: Logged<'_>) -> AppliedCommand {
        let done = |id: &RequestId| self.answers.get(&id.client).is_some_and(|(last, _)| *last >= id.number);
        let again = request.as_ref().is_some_and(done);
        let told = match does {
            _ if again => None,
            Does::Nothing => None,
            Does::Tells(word) => Some(word),
            Does::Applies(command) => Some(self.store.apply(command)),
        };
        if let (Some(id), Some(told)) = (request, told) {
            self.answers.insert(id.client, (id.number, told));
        }
        AppliedCommand { what, request, again }
    }

    /// The fold, beside what a replica has applied by its own account and holds.
    pub fn beside(self, applied: u64, store: &Store, answers: &Answers) -> AppliedLog {
        let Fold { base, start, entries, .. } = self;
        AppliedLog { base, start, entries, applied, own: state(store, answers) }
    }
}

impl Default for Fold {
    fn default() -> Self {
        Fold::new()
    }
}

fn state(store: &Store, answers: &Answers) -> FoldedState {
    FoldedState { values: store.values().clone(), answers: answers.clone() }
}

/// The first index at which the logs of several replicas differ in an entry or in the state after it; only those are
/// compared that have the index.
pub fn first_difference(logs: &[&AppliedLog]) -> Option<u64> {
    let first = logs.iter().map(|log| log.base).min()?;
    let last = logs.iter().map(|log| log.last()).max()?;
    (first..=last).find(|&index| {
        let there = || logs.iter().filter_map(move |log| Some((log.at(index)?, log.entry(index))));
        there().any(|(state, entry)| {
            let commands = |entry: Option<&AppliedEntry>| entry.map(|entry| entry.commands.clone());
            there().take(1).any(|first| first.0 != state)
                || there()
                    .find_map(|first| commands(first.1))
                    .is_some_and(|first| commands(entry).is_some_and(|other| other != first))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(number: u32) -> RequestId {
        RequestId { client: NodeId::client(1), number }
    }

    fn add(amount: i32) -> Command {
        Command::Add("x".into(), amount)
    }

    fn folded(amounts: &[(u32, i32)]) -> Fold {
        let mut fold = Fold::new();
        for &(number, amount) in amounts {
            fold.take([Logged::command(asked(number), &add(amount))]);
        }
        fold
    }

    fn beside_its_own(fold: Fold) -> AppliedLog {
        let (last, store, answers) = (fold.entries.len() as u64 + fold.base, fold.store.clone(), fold.answers.clone());
        fold.beside(last, &store, &answers)
    }

    #[test]
    fn a_request_in_two_places_counts_once() {
        let log = beside_its_own(folded(&[(1, 2), (1, 2), (2, 3)]));
        let x = |index| log.at(index).and_then(|state| state.values.get(&"x".into())).map(|word| word.to_string());
        assert_eq!([x(0), x(1), x(2), x(3)], [None, Some("2".into()), Some("2".into()), Some("5".into())]);
        assert!(log.entry(2).is_some_and(|entry| entry.commands[0].again));
        assert_eq!(log.at(4), None);
        assert!(!log.strays());
    }

    #[test]
    fn it_goes_on_from_a_snapshot_as_if_it_had_seen_all() {
        let whole = folded(&[(1, 2), (2, 3)]);
        let (store, answers) = (whole.store.clone(), whole.answers.clone());
        let mut rest = Fold::behind(2, &store, &answers);
        rest.take([Logged::command(asked(2), &add(3))]);
        rest.take([Logged::command(asked(3), &add(4))]);
        let (whole, rest) = (beside_its_own(folded(&[(1, 2), (2, 3), (2, 3), (3, 4)])), beside_its_own(rest));
        assert_eq!((rest.at(1), rest.at(2), rest.at(4)), (None, whole.at(2), whole.at(4)));
        assert_eq!(first_difference(&[&whole, &rest]), None);
    }

    #[test]
    fn the_first_difference_is_found_in_states_and_in_entries() {
        let one = beside_its_own(folded(&[(1, 2), (2, 3), (3, 1)]));
        let other = beside_its_own(folded(&[(1, 2), (2, 4), (3, 0)]));
        let short = beside_its_own(folded(&[(1, 2)]));
        assert_eq!(first_difference(&[&one, &short, &other]), Some(2));
        assert_eq!(first_difference(&[&one, &short]), None);
        // Two reads leave the same values, but another command was agreed on.
        let read = |key: &str| {
            let mut fold = Fold::new();
            fold.take([Logged::command(asked(1), &Command::Get(key.into()))]);
            beside_its_own(fold)
        };
        assert_eq!(first_difference(&[&read("x"), &read("y")]), Some(1));
        assert_eq!(first_difference(&[]), None);
    }

    #[test]
    fn a_store_that_is_not_what_the_log_says_strays() {
        let fold = folded(&[(1, 2)]);
        let (mut store, answers) = (fold.store.clone(), fold.answers.clone());
        store.apply(&add(2));
        assert!(folded(&[(1, 2)]).beside(1, &store, &answers).strays());
        // It has applied more than its log has: there is a hole.
        assert!(fold.beside(3, &folded(&[(1, 2)]).store, &answers).strays());
    }
}
