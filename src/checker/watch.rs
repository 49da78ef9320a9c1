//! Linearizability as a property that is checked with every answer. Of a key's past nothing is kept but the values that
//! it may hold: whenever no operation on it is under way, what came before is settled.
//!
//! The check has a budget, counted in steps, so that a crowd of clients can't bring a run to a halt. Where it gives a
//! question up, it says so, and asks afresh; who wants an answer all the same has the whole history reviewed.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::complaint::{SHOWN, complaint};
use super::history::History;
use super::operation::{NOTHING, Operation, State};
use super::search::{Verdict, finals, search};
use crate::kernel::data::in_order::InOrder;
use crate::kernel::record::client_history::Lookup;
use crate::kernel::{
    ClientHistory, DynWorld, EventId, HistoryObserver, LINEARIZABILITY, RegisterOp, Report, RequestId, Review, SECOND,
    Time, Word,
};

/// How many steps the search for an order may take for one answer.
const STEPS: u32 = 2_000_000;
/// How many steps it may take in one second of virtual time, for all answers together.
const STEPS_A_SECOND: u32 = 10_000_000;
/// How many steps a review of the whole history may take.
const STEPS_OF_A_REVIEW: u32 = 60_000_000;
/// How many operations a key's window may hold; where there are more, the question is given up and asked afresh.
const MOST_OPERATIONS: usize = 256;
/// How many keys are remembered.
const MOST_KEYS: usize = 1_000;

/// Sets the check on a world, where its protocol keeps a store. `preset` says that replicas began with something on their
/// disks: then nobody knows what the registers hold at first.
pub fn watch(world: &mut DynWorld, preset: bool) {
    if world.descriptor().properties.iter().any(|property| property.name == LINEARIZABILITY.name) {
        world.set_observer(Some(Box::new(Linearizability { preset, ..Linearizability::default() })));
    }
}

/// The check, as it stands at one moment of a run.
#[derive(Clone, Default)]
pub struct Linearizability {
    preset: bool,
    clients: Vec<Asking>,
    keys: BTreeMap<Word, Rc<Key>>,
    undecided: Option<EventId>,
    /// Whether keys had to be forgotten.
    forgot: bool,
    budget: Budget,
}

/// What the searches of one second of virtual time may still cost.
#[derive(Clone, Copy, Default)]
struct Budget {
    second: Time,
    spent: u32,
}

impl Budget {
    /// The steps that a search may take now.
    fn steps(&mut self, now: Time) -> u32 {
        let second = now / SECOND;
        if self.second != second {
            *self = Budget { second, spent: 0 };
        }
        STEPS.min(STEPS_A_SECOND.saturating_sub(self.spent))
    }
}

/// A client's requests: up to which it has its answers, and how many it was to make. They are made one after the other.
#[derive(Clone, Copy, Default)]
struct Asking {
    answered: u32,
    asked: u32,
}

/// A register since no operation on it was last under way.
#[derive(Clone)]
struct Key {
    from: Vec<State>,
    operations: Vec<Operation>,
    /// Whose each operation is.
    owners: Vec<RequestId>,
    /// How many are under way.
    open: u32,
    order: Order,
}

/// One order that explains all answers so far, as far as the next answer depends on it.
#[derive(Clone)]
struct Order {
    /// What the register holds at its end; `None` where no order is known.
    ends: Option<State>,
    /// The places of operations that are under way still, and have their place in it already.
    ahead: Vec<usize>,
}

impl Order {
    /// The empty order, in the first of these states.
    fn empty(from: &[State]) -> Self {
        Order { ends: from.first().cloned(), ahead: Vec::new() }
    }

    /// The order that a search has found; only of writes and reads it is told how it ends.
    fn found(order: &[usize], from: &[State], operations: &[Operation]) -> Self {
        let mut ends = Order::empty(from).ends;
        for &place in order {
            let Operation { touch, told, .. } = &operations[place];
            ends = match touch {
                RegisterOp::Write(value) => Some(Some(value.clone())),
                RegisterOp::Read if told.is_some() => Some(told.clone()),
                _ => return Order { ends: None, ahead: Vec::new() },
            };
        }
        let ahead = order.iter().copied().filter(|&place| operations[place].told.is_none()).collect();
        Order { ends, ahead }
    }

    /// Whether an operation that is answered now is explained, too: at the end of the order, for none began after it, or
    /// because it has its place already.
    fn takes(&mut self, place: usize, operation: &Operation) -> bool {
        if !operation.needed {
            return true;
        }
        if let Some(ahead) = self.ahead.iter().position(|&ahead| ahead == place) {
            self.ahead.swap_remove(ahead);
            return true;
        }
        let explained = match (&operation.touch, &mut self.ends) {
            // That fits behind every order, known or not.
            (RegisterOp::Write(_), None) => return true,
            (RegisterOp::Write(value), Some(ends)) => {
                *ends = Some(value.clone());
                true
            }
            (RegisterOp::Read, Some(ends)) if ends.is_none() => {
                ends.clone_from(&operation.told);
                true
            }
            (RegisterOp::Read, Some(ends)) => *ends == operation.told,
            _ => false,
        };
        if !explained {
            *self = Order { ends: None, ahead: Vec::new() };
        }
        explained
    }
}

impl HistoryObserver for Linearizability {
    fn clone_box(&self) -> Box<dyn HistoryObserver> {
        Box::new(self.clone())
    }

    fn asked(&mut self, id: RequestId, event: EventId, access: Lookup<'_>) {
        while self.clients.len() <= id.client.index() {
            self.clients.push(Asking::default());
        }
        let asking = &mut self.clients[id.client.index()];
        asking.asked = id.number;
        if asking.answered + 1 == id.number {
            self.begin(id, event, access);
        }
    }

    fn told(
        &mut self,
        id: RequestId,
        told: &Word,
        (event, now): (EventId, Time),
        access: Lookup<'_>,
        report: &mut Report,
    ) {
        let Some(asking) = self.clients.get_mut(id.client.index()).filter(|asking| asking.answered + 1 == id.number)
        else {
            return;
        };
        asking.answered = id.number;
        let more = asking.asked > id.number;
        if let Some(access) = access(id) {
            self.end(id, &access.key, told, (event, now), report);
        }
        if more {
            self.begin(RequestId { number: id.number + 1, ..id }, event, access);
        }
    }

    fn undecided(&self) -> Option<EventId> {
        self.undecided
    }

    fn review(&self, history: &dyn ClientHistory) -> Review {
        History::of(history).review(self.preset, STEPS_OF_A_REVIEW)
    }
}

impl Linearizability {
    fn begin(&mut self, id: RequestId, event: EventId, access: Lookup<'_>) {
        let Some(access) = access(id) else { return };
        if self.keys.len() > MOST_KEYS {
            self.keys.retain(|_, key| key.open > 0);
            // What a key held that was forgotten, a later read of it may contradict unseen.
            self.forgot = true;
            self.undecided = self.undecided.or(Some(event));
        }
        let known = !self.preset && !self.forgot;
        let key = self.keys.entry(access.key).or_insert_with(|| Rc::new(Key::new(known)));
        let key = Rc::make_mut(key);
        key.operations.push(Operation::pending(event.0, access.touch));
        key.owners.push(id);
        key.open += 1;
    }

    fn end(&mut self, id: RequestId, name: &Word, told: &Word, (event, now): (EventId, Time), report: &mut Report) {
        let Some(key) = self.keys.get_mut(name).map(Rc::make_mut) else { return };
        let Some(place) = key.owners.iter().rposition(|owner| *owner == id) else { return };
        let operation = &mut key.operations[place];
        operation.told = Some(told.clone());
        key.open -= 1;
        // One from before the question was asked afresh may have happened before, too.
        if operation.end == 0 {
            operation.end = u32::MAX;
        } else {
            (operation.end, operation.needed) = (event.0, true);
        }
        let allowed = self.budget.steps(now);
        let mut steps = allowed;
        let verdict = key.judge(place, &mut steps);
        self.budget.spent += allowed - steps;
        match verdict {
            Verdict::Linearizable(_) => {}
            Verdict::Broken { longest, stuck } => {
                key.complain(name, &longest, stuck, report);
                key.afresh();
            }
            Verdict::Undecided => {
                key.afresh();
                self.undecided = self.undecided.or(Some(event));
            }
        }
    }
}

impl Key {
    fn new(known: bool) -> Self {
        let from = vec![known.then(|| Word::from(NOTHING))];
        let order = Order::empty(&from);
        Key { from, operations: Vec::new(), owners: Vec::new(), open: 0, order }
    }

    /// Judges what has been answered so far: what there was had an order when the operation at this place was answered just
    /// now. Where nothing is under way, the past is settled.
    fn judge(&mut self, answered: usize, steps: &mut u32) -> Verdict {
        if self.settles_alone() {
            return Verdict::Linearizable(Vec::new());
        }
        if !self.order.takes(answered, &self.operations[answered]) {
            if *steps == 0 {
                return Verdict::Undecided;
            }
            match search(&self.from, &self.operations, steps) {
                Verdict::Linearizable(order) => self.order = Order::found(&order, &self.from, &self.operations),
                verdict => return verdict,
            }
        }
        if self.open == 0
            && let Some(from) = finals(&self.from, &self.operations, self.order.ends.as_ref(), steps)
        {
            self.settle(from);
        }
        if self.operations.len() > MOST_OPERATIONS {
            return Verdict::Undecided;
        }
        Verdict::Linearizable(Vec::new())
    }

    /// All is over, and left the register in one of these states.
    fn settle(&mut self, from: Vec<State>) {
        self.order = Order::empty(&from);
        self.from = from;
        self.operations.clear();
        self.owners.clear();
    }

    /// What needs no search, and is what mostly happens: one operation by itself, a write, or a read that was told what the
    /// register may hold. Takes it for settled; says `false` where it is no such thing.
    fn settles_alone(&mut self) -> bool {
        let [only] = &self.operations[..] else { return false };
        let value = match (&only.touch, &only.told) {
            (RegisterOp::Write(value), _) => value,
            (RegisterOp::Read, Some(told))
                if self.from.iter().any(|from| from.is_none() || from.as_ref() == Some(told)) =>
            {
                told
            }
            _ => return false,
        };
        if self.open > 0 || !only.needed {
            return false;
        }
        let value = Some(value.clone());
        self.settle(vec![value]);
        true
    }

    /// Forgets everything but what is under way; that may have happened already, or may yet.
    fn afresh(&mut self) {
        self.from = vec![None];
        self.order = Order::empty(&self.from);
        let open: Vec<_> = self.operations.iter().map(|operation| operation.told.is_none()).collect();
        let mut flags = open.iter();
        self.operations.retain(|_| flags.next() == Some(&true));
        let mut flags = open.iter();
        self.owners.retain(|_| flags.next() == Some(&true));
        self.operations.iter_mut().for_each(|operation| (operation.start, operation.end) = (0, 0));
    }

    fn complain(&self, name: &Word, longest: &[usize], stuck: usize, report: &mut Report) {
        let owned = |place: &usize| (&self.operations[*place], self.owners[*place]);
        let text = complaint(name, &self.from, longest, stuck, &owned);
        let ends = |place: &usize| [self.operations[*place].start, self.operations[*place].end];
        let events = longest[longest.len().saturating_sub(SHOWN)..].iter().chain([&stuck]).flat_map(ends);
        let mut evidence: Vec<_> = events.filter(|&event| event != 0 && event != u32::MAX).map(EventId).collect();
        evidence.put_in_order();
        evidence.dedup();
        report.broken_since(LINEARIZABILITY.name, format_args!("{text}"), &[], &evidence);
    }
}
