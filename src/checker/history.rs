//! A run's client histories as a whole: each client's lane, the faults meanwhile, and for each key an order of its
//! operations, or why there is none.

use std::collections::BTreeMap;

use super::complaint::complaint;
use super::operation::{NOTHING, Operation, State};
use super::search::{Verdict, search};
use crate::kernel::{Access, ClientHistory, FAULTS, HistoryEvent, NodeId, RequestId, Review, Word};

/// One operation in a client's lane. Events are numbers; 0 means none.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Whose it is, and which of their requests.
    pub id: RequestId,
    /// The command as its protocol writes it.
    pub command: String,
    /// The event in which it began: when the client was free to ask.
    pub start: u32,
    /// The event in which its client had the answer; 0 while it is pending.
    pub end: u32,
    /// What the client was told.
    pub told: Option<Word>,
    /// What it does to which register, where it is such an operation.
    pub access: Option<Access>,
}

/// How long something was wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// With which replica; `None` for the network.
    pub node: Option<NodeId>,
    /// What was wrong.
    pub fault: &'static str,
    /// The event in which it began.
    pub start: u32,
    /// The event in which it ended; 0 while it lasts.
    pub end: u32,
}

/// What is known of the operations on one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Which key.
    pub key: Word,
    /// `linearizable`, `broken` or `undecided`.
    pub verdict: &'static str,
    /// Places in the list of operations: an order that explains them, or the longest that could be begun.
    pub order: Vec<usize>,
    /// The place of the operation that has no place in the order.
    pub stuck: Option<usize>,
}

/// What clients asked and were told in a run so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The operations, in the order in which they began.
    pub operations: Vec<Lane>,
    /// The faults, in the order in which they began.
    pub spans: Vec<Span>,
    /// The event from which on everything is here; 0 where nothing is left out. What began before it and is here all the
    /// same was under way then, and may have happened before.
    pub cut: u32,
}

impl History {
    /// The history of a run up to now.
    pub fn of(run: &dyn ClientHistory) -> History {
        let mut history = History::default();
        // For each client: what it was to ask and has not asked yet, and the place of what it asks now.
        let mut clients: BTreeMap<NodeId, (u32, u32, usize)> = BTreeMap::new();
        let mut faults: BTreeMap<Option<NodeId>, u8> = BTreeMap::new();
        for call in run.records().iter() {
            match (&call.what, call.node) {
                (HistoryEvent::Faults(now), node) => {
                    history.fault(node, faults.entry(node).or_default(), *now, call.event.0)
                }
                (HistoryEvent::Asked(number), Some(client)) => {
                    let (answered, asked, place) = clients.entry(client).or_default();
                    *asked = *number;
                    if *answered + 1 == *number {
                        *place = history.begin(run, RequestId { client, number: *number }, call.event.0);
                    }
                }
                (HistoryEvent::Told(number, told), Some(client)) => {
                    let (answered, asked, place) = clients.entry(client).or_default();
                    if *answered + 1 != *number {
                        continue;
                    }
                    *answered = *number;
                    (history.operations[*place].end, history.operations[*place].told) =
                        (call.event.0, Some(told.clone()));
                    if *asked > *number {
                        *place = history.begin(run, RequestId { client, number: *number + 1 }, call.event.0);
                    }
                }
                _ => {}
            }
        }
        history
    }

    /// Leaves out what was over before the last `most` operations began.
    pub fn keep_last(&mut self, most: usize) {
        let Some(first) = self.operations.len().checked_sub(most).filter(|&first| first > 0) else { return };
        let cut = self.operations[first].start;
        self.operations.retain(|lane| lane.start >= cut || lane.end == 0 || lane.end > cut);
        self.spans.retain(|span| span.end == 0 || span.end > cut);
        self.cut = cut;
    }

    fn begin(&mut self, run: &dyn ClientHistory, id: RequestId, start: u32) -> usize {
        let (command, access) = (run.command(id), run.access(id));
        self.operations.push(Lane { id, command, start, end: 0, told: None, access });
        self.operations.len() - 1
    }

    fn fault(&mut self, node: Option<NodeId>, before: &mut u8, now: u8, event: u32) {
        for (number, fault) in FAULTS {
            match (*before & number, now & number) {
                (0, 1..) => self.spans.push(Span { node, fault, start: event, end: 0 }),
                (1.., 0) => {
                    let same = |span: &&mut Span| span.node == node && span.fault == fault && span.end == 0;
                    self.spans.iter_mut().rev().find(same).into_iter().for_each(|span| span.end = event);
                }
                _ => {}
            }
        }
        *before = now;
    }

    /// Judges each key, by its own share of `steps`. What the registers held at first is known unless replicas began
    /// with something on their disks (`preset`).
    pub fn judge(&self, preset: bool, steps: u32) -> Vec<Judgement> {
        let from = [self.first(preset)];
        let judge = |(key, places): (&Word, Vec<usize>)| {
            let (operations, back) = self.of_key(&places);
            let (verdict, order, stuck) = match search(&from, &operations, &mut { steps }) {
                Verdict::Linearizable(order) => ("linearizable", back(order), None),
                Verdict::Broken { longest, stuck } => ("broken", back(longest), Some(places[stuck])),
                Verdict::Undecided => ("undecided", Vec::new(), None),
            };
            Judgement { key: key.clone(), verdict, order, stuck }
        };
        self.keys().into_iter().map(judge).collect()
    }

    /// Judges all keys together, by `steps` in all. One key may take half of what is left, so that others have their turn.
    pub(super) fn review(&self, preset: bool, steps: u32) -> Review {
        let mut left = steps;
        let from = [self.first(preset)];
        let mut open = Vec::new();
        for (key, places) in self.keys() {
            let (operations, _) = self.of_key(&places);
            let owned = |place: &usize| (&operations[*place], self.operations[places[*place]].id);
            let share = left.div_ceil(2);
            let mut steps = share;
            let verdict = search(&from, &operations, &mut steps);
            left -= share - steps;
            match verdict {
                Verdict::Linearizable(_) => {}
                Verdict::Broken { longest, stuck } => {
                    return Review::Broken(complaint(key, &from, &longest, stuck, &owned));
                }
                Verdict::Undecided => open.push(&**key),
            }
        }
        match open[..] {
            [] => Review::Holds,
            [key] => Review::Undecided(format!("the operations on {key} have too many orders to try them all")),
            [key, ..] => Review::Undecided(format!(
                "the operations on {key}, and on {} more of the keys, have too many orders to try them all",
                open.len() - 1
            )),
        }
    }

    /// What a register holds at first; `None` where nobody knows.
    fn first(&self, preset: bool) -> State {
        (!preset && self.cut == 0).then(|| Word::from(NOTHING))
    }

    /// The places of each key's operations.
    fn keys(&self) -> BTreeMap<&Word, Vec<usize>> {
        let mut keys: BTreeMap<&Word, Vec<usize>> = BTreeMap::new();
        for (place, lane) in self.operations.iter().enumerate() {
            if let Some(access) = &lane.access {
                keys.entry(&access.key).or_default().push(place);
            }
        }
        keys
    }

    /// One key's operations, and the way back from their places to those in the whole list.
    fn of_key<'a>(&self, places: &'a [usize]) -> (Vec<Operation>, impl Fn(Vec<usize>) -> Vec<usize> + use<'a>) {
        let operations = places.iter().map(|&place| self.operation(place)).collect();
        (operations, |order| order.into_iter().map(|place| places[place]).collect())
    }

    fn operation(&self, place: usize) -> Operation {
        let lane = &self.operations[place];
        let touch = lane.access.as_ref().map_or(crate::kernel::RegisterOp::Read, |access| access.touch.clone());
        match &lane.told {
            Some(told) if lane.start < self.cut => {
                Operation { needed: false, end: u32::MAX, ..Operation::done(lane.start, lane.end, touch, told) }
            }
            Some(told) => Operation::done(lane.start, lane.end, touch, told),
            None => Operation::pending(lane.start, touch),
        }
    }
}
