//! The state machine as a fold over what is committed of the log (§2, §5.3, §7, §8).

use crate::kernel::AppliedLog;
use crate::services::fold::{Does, Fold, Logged};
use crate::services::kv;

use super::log::{Entry, Payload};
use super::state::{Disk, State};

/// The entries between the snapshot and lastApplied. Which are committed is not on the disk: a server that is crashed has
/// applied none.
pub fn applied(state: &State, disk: &Disk) -> AppliedLog {
    let snapshot = disk.snapshot.as_ref().filter(|snapshot| snapshot.index <= state.applied);
    let mut fold = match snapshot {
        Some(snapshot) => Fold::behind(snapshot.index, &snapshot.store, &snapshot.sessions),
        None => Fold::new(),
    };
    let behind = snapshot.map_or(0, |snapshot| snapshot.index);
    // A log that begins later than the fold does has a hole at its beginning.
    for entry in disk.log.between(behind, state.applied).take_while(|_| disk.log.base() <= behind) {
        fold.take([logged(entry)]);
    }
    fold.beside(state.applied, &state.store, &state.sessions)
}

fn logged(entry: &Entry) -> Logged<'_> {
    let does = match &entry.payload {
        Payload::Command(command) => Does::Applies(command),
        Payload::Members(members) if !members.is_joint() => Does::Tells(kv::ok()),
        Payload::Members(_) | Payload::NoOp => Does::Nothing,
    };
    Logged { request: entry.request, does, what: entry.label() }
}
