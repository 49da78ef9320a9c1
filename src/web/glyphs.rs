//! Messages as the stage draws them: numbers, many of them, in every frame.

use std::collections::BTreeSet;

use super::types::number;
use crate::kernel::{Fate, MessageId, MessageRecord, Time};
use crate::scenario::Session;

/// How far back a frame looks for messages that died.
const MOST_DEAD: usize = 600;

/// A message as the stage needs it: numbers only, for typed arrays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// Its number.
    pub id: u32,
    /// From whom; clients have bit 15 set.
    pub from: u16,
    /// To whom.
    pub to: u16,
    /// Its kind, a place in the descriptor's list.
    pub kind: u8,
    /// Its epoch; -1 for none.
    pub epoch: f64,
    /// When it was sent.
    pub sent: f64,
    /// When it arrives or dies; infinite while nobody knows.
    pub due: f64,
    /// What becomes of it, as in [`MessageView`].
    pub fate: u8,
    /// Whether it is the second copy of another.
    pub twin: bool,
}

/// The messages in flight, and those that died a moment ago; and labels for those above number `labelled`, which had none yet.
pub fn glyphs(session: &Session, labelled: &mut u32) -> (Vec<Glyph>, Vec<(u32, String)>) {
    let world = session.world();
    let trace = session.trace();
    let now = world.now();
    let (mut glyphs, mut labels, mut flying) = (Vec::new(), Vec::new(), BTreeSet::new());
    for flight in world.flights_in_outline(MessageId(*labelled)) {
        flying.insert(flight.id);
        if flight.id.0 > *labelled {
            labels.push((flight.id.0, flight.label));
        }
        glyphs.push(Glyph {
            id: flight.id.0,
            from: flight.from.raw(),
            to: flight.to.raw(),
            kind: flight.kind,
            epoch: flight.epoch.map_or(-1.0, |epoch| epoch as f64),
            sent: number(flight.sent),
            due: number(flight.due),
            fate: Fate::Flying as u8,
            twin: trace.message(flight.id).is_some_and(|record| record.twin),
        });
    }
    let sent = (world.counts().messages as usize).min(trace.messages.len());
    for (place, record) in trace.messages.range(sent.saturating_sub(MOST_DEAD)..sent) {
        let id = MessageId(place as u32 + 1);
        if !died(record, now) || flying.contains(&id) {
            continue;
        }
        if id.0 > *labelled {
            labels.push((id.0, world.descriptor().messages[record.kind as usize].name.to_string()));
        }
        glyphs.push(Glyph {
            id: id.0,
            from: record.from.raw(),
            to: record.to.raw(),
            kind: record.kind,
            epoch: if record.epoch == u32::MAX { -1.0 } else { f64::from(record.epoch) },
            sent: number(record.sent),
            due: number(record.due),
            fate: record.fate as u8,
            twin: record.twin,
        });
    }
    *labelled = (*labelled).max(world.counts().messages);
    (glyphs, labels)
}

/// Whether a message is lost and its end can still be seen: for half its time of flight after it.
fn died(record: &MessageRecord, now: Time) -> bool {
    let lost = !matches!(record.fate, Fate::Flying | Fate::Delivered) && record.due != Time::MAX;
    lost && now < record.due + (record.due - record.sent) / 2
}
