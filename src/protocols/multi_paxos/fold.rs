//! The store as a fold over the decided slots (§2.1).

use super::message::Entry;
use super::replica::State;
use super::weights::told;
use super::{Command, Config};
use crate::kernel::AppliedLog;
use crate::services::fold::{Fold, Logged};

/// The slots in their order as far as they are decided and executed; a hole ends them.
pub fn applied(state: &State, config: &Config) -> AppliedLog {
    let mut fold = Fold::new();
    let slots = (1..).zip(state.learned.values()).take_while(|(slot, pvalue)| pvalue.slot == *slot);
    for (_, pvalue) in slots.take_while(|(slot, _)| *slot <= state.executed) {
        fold.take([match &pvalue.entry {
            Entry::NoOp => Logged::nothing("no-op"),
            Entry::Command(id, Command::Store(command)) => Logged::command(*id, command),
            Entry::Command(id, weights) => Logged::told(*id, told(config).into(), weights.to_string()),
        }]);
    }
    fold.beside(state.executed, &state.store, &state.outcomes)
}
