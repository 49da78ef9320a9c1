//! Puts together the replicas' states as folds over their logs.

use super::types::*;
use crate::kernel::{AppliedCommand, AppliedEntry, AppliedLog, FoldedState, NodeId, Word};
use crate::scenario::Session;
use crate::services::fold::first_difference;

/// How many entries are listed before the index that is looked at, and how many from it on, at most.
const AROUND: u64 = 100;

/// A replica, whether it may lie, and its log.
type Replica = (NodeId, bool, Option<AppliedLog>);

/// The states of all replicas at an index, or at the nearest that there is.
pub fn fold(session: &Session, at: u64) -> FoldView {
    let world = session.world();
    let replicas: Vec<Replica> = (1..=world.size())
        .map(NodeId::replica)
        .map(|id| (id, world.outline(id).is_some_and(|node| node.traitor), world.applied(id)))
        .collect();
    let all = || replicas.iter().filter_map(|(_, _, log)| log.as_ref());
    let honest: Vec<_> = replicas.iter().filter(|(_, liar, _)| !liar).filter_map(|(_, _, log)| log.as_ref()).collect();
    let first = all().map(|log| log.base).min().unwrap_or(0);
    let last = all().map(AppliedLog::last).max().unwrap_or(0);
    let at = at.clamp(first, last);
    let from = at.saturating_sub(AROUND).max(first) + 1;
    FoldView {
        first: first as f64,
        last: last as f64,
        at: at as f64,
        entries: (from..=last.min(at + AROUND)).filter_map(|index| entry(&replicas, &honest, index)).collect(),
        replicas: replicas.iter().map(|replica| shown(replica, &honest, at)).collect(),
        differs: first_difference(&honest).map(|index| index as f64),
    }
}

/// The event in which a replica came to have applied an index, or since which it strays from its log; 0 for none.
pub fn event(session: &Session, replica: NodeId, index: Option<u64>) -> u32 {
    let found = session.since(|world| {
        world.applied(replica).is_some_and(|log| index.map_or_else(|| log.strays(), |index| log.applied >= index))
    });
    found.unwrap_or(0)
}

/// What stands at an index: of a replica that is correct, if one has it.
fn entry(replicas: &[Replica], honest: &[&AppliedLog], index: u64) -> Option<FoldEntry> {
    let has = |(_, _, log): &&Replica| log.as_ref().is_some_and(|log| log.entry(index).is_some());
    let found = agreed(honest, index).or_else(|| replicas.iter().find_map(|(_, _, log)| log.as_ref()?.entry(index)))?;
    Some(FoldEntry {
        index: index as f64,
        commands: commands(&found.commands),
        by: replicas.iter().filter(has).map(|(id, ..)| id.to_string()).collect(),
        differs: honest.iter().any(|log| differs(log, honest, index)),
    })
}

fn agreed<'a>(honest: &[&'a AppliedLog], index: u64) -> Option<&'a AppliedEntry> {
    honest.iter().find_map(|log| log.entry(index))
}

/// Whether a replica's entry or state at an index is another than the first one's that has it.
fn differs(log: &AppliedLog, honest: &[&AppliedLog], index: u64) -> bool {
    let state = honest.iter().find_map(|log| log.at(index));
    log.at(index).is_some_and(|own| state.is_some_and(|state| own != state)) || other(log, honest, index).is_some()
}

fn other<'a>(log: &'a AppliedLog, honest: &[&AppliedLog], index: u64) -> Option<&'a AppliedEntry> {
    let first = agreed(honest, index)?;
    log.entry(index).filter(|own| own.commands != first.commands)
}

fn shown((id, liar, log): &Replica, honest: &[&AppliedLog], at: u64) -> FoldReplica {
    let strays = log.as_ref().is_some_and(AppliedLog::strays);
    let number = |index: fn(&AppliedLog) -> u64| log.as_ref().map_or(0.0, |log| index(log) as f64);
    FoldReplica {
        node: id.to_string(),
        liar: *liar,
        knows: log.is_some(),
        base: number(|log| log.base),
        applied: number(|log| log.applied),
        last: number(AppliedLog::last),
        strays,
        own: log.as_ref().filter(|_| strays).map(|log| state(&log.own, log.at(log.last()))),
        state: log.as_ref().and_then(|log| Some(state(log.at(at)?, at.checked_sub(1).and_then(|at| log.at(at))))),
        other: log.as_ref().and_then(|log| other(log, honest, at)).map(|entry| commands(&entry.commands)),
        differs: log.as_ref().is_some_and(|log| differs(log, honest, at)),
    }
}

fn commands(commands: &[AppliedCommand]) -> Vec<FoldCommand> {
    let command = |AppliedCommand { what, request, again }: &AppliedCommand| FoldCommand {
        what: what.clone(),
        client: request.map(|id| id.client.to_string()),
        again: *again,
    };
    commands.iter().map(command).collect()
}

/// A state, and what an entry changed in it, where the state before is known.
fn state(state: &FoldedState, before: Option<&FoldedState>) -> FoldState {
    let value = |(key, value): (&Word, &Word)| {
        let was = before.and_then(|before| before.values.get(key));
        FoldValue {
            key: key.to_string(),
            value: value.to_string(),
            changed: before.is_some() && was != Some(value),
            was: was.filter(|was| *was != value).map(|was| was.to_string()),
        }
    };
    let answer = |(client, (number, told)): (&NodeId, &(u32, Word))| FoldAnswer {
        client: client.to_string(),
        number: *number,
        told: told.to_string(),
    };
    FoldState { values: state.values.iter().map(value).collect(), answers: state.answers.iter().map(answer).collect() }
}
