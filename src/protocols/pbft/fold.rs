//! The service's state as a fold over the committed batches above the last stable checkpoint (§4.2, §4.3).

use super::message::Request;
use super::replica::Disk;
use crate::kernel::AppliedLog;
use crate::services::fold::{Fold, Logged};

/// What is committed between the checkpoint whose state is there and the last number that was executed. A replica that
/// fetches a state has deleted the log before it, so its fold begins where it stands.
pub fn applied(disk: &Disk) -> AppliedLog {
    let (low, executed, own) = (disk.low(), disk.executed, &disk.service);
    let mut fold = match &disk.snapshot {
        Some(snapshot) if low <= executed => Fold::behind(low, &snapshot.store, &snapshot.replies),
        None if low == 0 => Fold::new(),
        _ => return Fold::behind(executed, &own.store, &own.replies).beside(executed, &own.store, &own.replies),
    };
    for sequence in low + 1..=executed {
        let slot = disk.slots.get(&sequence);
        let Some(certificate) = slot.and_then(|slot| slot.committed.as_ref()) else { break };
        fold.take(certificate.proposal.batch.iter().map(|request| {
            let Request { id, command, .. } = request.body();
            Logged::command(*id, command)
        }));
    }
    fold.beside(executed, &own.store, &own.replies)
}
