//! The search is held to a checker that tries every order, and its pieces to what they say.

use proptest::prelude::*;

use super::watch::Linearizability;
use super::*;
use crate::kernel::{Access, EventId, HistoryObserver, NodeId, RegisterOp, Report, RequestId, Word};
use crate::services::kv::{Command, Store};

/// What a register tells and holds next, by the store that protocols use.
fn store(touch: &RegisterOp, state: &str) -> Option<(Word, Word)> {
    let mut store = Store::default();
    let key = Word::from("x");
    if state != NOTHING {
        store.apply(&Command::Put(key.clone(), state.into()));
    }
    let command = match touch {
        RegisterOp::Read => Command::Get(key.clone()),
        RegisterOp::Write(value) => Command::Put(key.clone(), value.clone()),
        RegisterOp::Add(amount) => Command::Add(key.clone(), i32::try_from(*amount).ok()?),
        RegisterOp::Swap(..) => return None,
    };
    let told = store.apply(&command);
    Some((told, store.apply(&Command::Get(key))))
}

/// Whether any order at all explains the operations: every permutation, pending ones in or out. Gives all last states.
fn brute(state: &str, operations: &[Operation], done: u32) -> Vec<Word> {
    let left = |place: usize| done >> place & 1 == 0;
    let mut found = Vec::new();
    if operations.iter().enumerate().all(|(place, operation)| !left(place) || !operation.needed) {
        found.push(Word::from(state));
    }
    for (place, operation) in operations.iter().enumerate().filter(|(place, _)| left(*place)) {
        let before = |(other, earlier): (usize, &Operation)| {
            left(other) && other != place && earlier.needed && earlier.end <= operation.start
        };
        if operations.iter().enumerate().any(before) {
            continue;
        }
        let Some((told, next)) = store(&operation.touch, state) else { continue };
        let fits = match (&operation.touch, &operation.told) {
            (RegisterOp::Write(_), _) | (_, None) => true,
            (_, Some(heard)) => *heard == told,
        };
        if fits {
            found.extend(brute(&next, operations, done | 1 << place));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn touches() -> impl Strategy<Value = RegisterOp> {
    prop_oneof![
        4 => Just(RegisterOp::Read),
        4 => (1..4u8).prop_map(|value| RegisterOp::Write(value.to_string().into())),
        1 => (1..3i64).prop_map(RegisterOp::Add),
    ]
}

/// A history of up to five operations; whether it makes sense is left to chance, with a tendency to.
fn histories() -> impl Strategy<Value = Vec<Operation>> {
    let one = (0..12u32, 1..8u32, touches(), 0..5u8, 0..6u8);
    prop::collection::vec(one, 0..6).prop_map(|list| {
        list.into_iter()
            .map(|(start, length, touch, told, pending)| {
                let told = if told == 0 { NOTHING.to_string() } else { told.to_string() };
                match pending {
                    0 => Operation::pending(start, touch),
                    _ => Operation::done(start, start + length, touch, &told),
                }
            })
            .collect()
    })
}

/// An order that is claimed must be one: real time is kept, every answer fits.
fn holds(operations: &[Operation], order: &[usize], whole: bool) -> bool {
    let mut state = Word::from(NOTHING);
    for (at, &place) in order.iter().enumerate() {
        let operation = &operations[place];
        let late = |later: &&usize| operations[**later].needed && operations[**later].end <= operation.start;
        let Some((told, next)) = store(&operation.touch, &state) else { return false };
        let wrong =
            !matches!(operation.touch, RegisterOp::Write(_)) && operation.told.as_ref().is_some_and(|t| *t != told);
        if wrong || order[at + 1..].iter().any(|later| late(&later)) {
            return false;
        }
        state = next;
    }
    let placed = |place: &usize| order.contains(place);
    !whole || (0..operations.len()).filter(|place| operations[*place].needed).all(|place| placed(&place))
}

proptest! {
    #![proptest_config(crate::random_cases(3_000))]
    #[test]
    fn it_agrees_with_trying_every_order(operations in histories()) {
        let every = brute(NOTHING, &operations, 0);
        let from = [Some(Word::from(NOTHING))];
        match search(&from, &operations, &mut 1_000_000) {
            Verdict::Linearizable(order) => {
                prop_assert!(!every.is_empty(), "{operations:?}");
                prop_assert!(holds(&operations, &order, true), "{operations:?} {order:?}");
            }
            Verdict::Broken { longest, stuck } => {
                prop_assert!(every.is_empty(), "{operations:?} has the ends {every:?}");
                prop_assert!(holds(&operations, &longest, false), "{operations:?} {longest:?}");
                prop_assert!(operations[stuck].needed && !longest.contains(&stuck));
            }
            Verdict::Undecided => prop_assert!(false, "a million steps are enough for five operations"),
        }
    }

    #[test]
    fn the_last_states_are_those_of_every_order(operations in histories()) {
        let from = [Some(Word::from(NOTHING))];
        let mut every = brute(NOTHING, &operations, 0);
        // Where there is no order, or something is under way, the end is not asked for.
        if !every.is_empty() && operations.iter().all(|operation| operation.needed) {
            let found = finals(&from, &operations, None, &mut 1_000_000).unwrap();
            let mut found: Vec<_> = found.into_iter().flatten().collect();
            found.sort();
            every.dedup();
            prop_assert_eq!(found, every);
        }
    }

    #[test]
    fn the_watch_says_at_each_answer_whether_there_is_an_order(operations in histories()) {
        for (so_far, broken) in watched(&operations) {
            prop_assert_eq!(brute(NOTHING, &so_far, 0).is_empty(), broken, "{:?}", so_far);
        }
    }
}

/// What the watch makes of operations as they come in: after each answer, what it has heard by then and whether it says
/// that there is no order; until it first says so.
fn watched(operations: &[Operation]) -> Vec<(Vec<Operation>, bool)> {
    let owner = |place: usize| RequestId { client: NodeId::client(place + 1), number: 1 };
    let access = |id: RequestId| {
        let touch = operations[id.client.index()].touch.clone();
        Some(Access { key: "x".into(), touch })
    };
    // What begins at the moment in which something else ends begins after it.
    let begins = operations.iter().enumerate().map(|(place, operation)| (2 * operation.start + 2, place));
    let done = operations.iter().enumerate().filter(|(_, operation)| operation.needed);
    let ends = done.map(|(place, operation)| (2 * operation.end + 1, place));
    let mut moments: Vec<_> = begins.chain(ends).collect();
    moments.sort_unstable();
    let (mut watch, mut so_far, mut found) = (Linearizability::default(), Vec::new(), Vec::new());
    let mut places = Vec::new();
    for (at, place) in moments {
        let Operation { touch, told, .. } = &operations[place];
        if at % 2 == 0 {
            watch.asked(owner(place), EventId(at), &access);
            so_far.push(Operation::pending(at, touch.clone()));
            places.push(place);
            continue;
        }
        let (told, mut report) = (told.clone().unwrap(), Report::default());
        watch.told(owner(place), &told, (EventId(at), 0), &access, &mut report);
        let operation = &mut so_far[places.iter().position(|begun| *begun == place).unwrap()];
        (operation.end, operation.told, operation.needed) = (at, Some(told), true);
        let broken = !report.found.is_empty();
        found.push((so_far.clone(), broken));
        if broken {
            break;
        }
    }
    found
}

#[test]
fn a_write_that_was_read_before_its_answer_stays_in_its_place() {
    let read = |start, end, told: &str| Operation::done(start, end, RegisterOp::Read, told);
    // What stays under way keeps the past from being settled.
    let open = || Operation::pending(0, RegisterOp::Write("3".into()));
    let operations = |last: &str| [open(), write(1, 7, "1"), read(2, 3, "1"), write(4, 5, "2"), read(8, 9, last)];
    for (last, stale) in [("2", false), ("1", true)] {
        let broken: Vec<_> = watched(&operations(last)).iter().map(|(_, broken)| *broken).collect();
        assert_eq!(broken, [false, false, false, stale], "{last}");
    }
}

fn write(start: u32, end: u32, value: &str) -> Operation {
    Operation::done(start, end, RegisterOp::Write(value.into()), "ok")
}

#[test]
fn fourteen_writes_at_once_and_an_impossible_read_are_decided() {
    for told in ["15", "0"] {
        let mut operations = vec![write(1, 2, "0")];
        operations.extend((1..15).map(|number| write(3 + number, 100 + number, &number.to_string())));
        operations.push(Operation::done(200, 201, RegisterOp::Read, told));
        let verdict = search(&[None], &operations, &mut 1_000);
        assert_eq!(verdict, Verdict::Broken { longest: (0..15).collect(), stuck: 15 }, "{told}");
    }
}

#[test]
fn ten_additions_at_once_and_an_impossible_sum_are_decided() {
    // Nothing can be left out here: every addition matters.
    let mut operations: Vec<_> = (0..10u32)
        .map(|number| Operation {
            needed: true,
            end: 100 + number,
            ..Operation::pending(number, RegisterOp::Add(1 << number))
        })
        .collect();
    operations.push(Operation::done(200, 201, RegisterOp::Read, "5"));
    let steps = &mut 2_000_000;
    assert!(
        matches!(search(&[None], &operations, steps), Verdict::Linearizable(_)),
        "an unknown beginning explains it"
    );
    assert!(matches!(search(&[Some(NOTHING.into())], &operations, steps), Verdict::Broken { stuck: 10, .. }));
}

#[test]
fn swaps_are_told_whether_they_did() {
    let swap = |start, end, from: &str, to: &str, told| {
        Operation::done(start, end, RegisterOp::Swap(from.into(), to.into()), told)
    };
    let from = [Some(Word::from("1"))];
    let one = [swap(1, 4, "1", "2", "ok"), swap(2, 5, "1", "3", "2")];
    assert_eq!(search(&from, &one, &mut 100), Verdict::Linearizable(vec![0, 1]));
    let both = [swap(1, 4, "1", "2", "ok"), swap(2, 5, "1", "3", "ok")];
    assert!(matches!(search(&from, &both, &mut 100), Verdict::Broken { .. }));
    assert_eq!(Access { key: "x".into(), touch: both[0].touch.clone() }.to_string(), "swap x 1 2");
}

#[test]
fn steps_are_a_bound() {
    let add = |n| Operation { needed: true, end: 100 + n, ..Operation::pending(n, RegisterOp::Add(1)) };
    let mut operations: Vec<_> = (0..12u32).map(add).collect();
    operations.push(Operation::done(200, 201, RegisterOp::Read, "13"));
    let from = [Some("0".into())];
    assert_eq!(search(&from, &operations, &mut 100), Verdict::Undecided);
    assert!(matches!(search(&from, &operations, &mut 1_000_000), Verdict::Broken { stuck: 12, .. }));
}
