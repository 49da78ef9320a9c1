//! Where a Byzantine replica's behaviour meets what it sends. Whatever is sent was made by the protocol: by its handlers,
//! now or earlier, or by its `lies`, which can sign in the liar's own name only.

use super::action_error::ActionError;
use super::flights::Flight;
use super::step::Execution;
use crate::kernel::data::ids::{EventId, NodeId};
use crate::kernel::data::random::{draw_key, drawn, stream_of};
use crate::kernel::data::signature::Signer;
use crate::kernel::descriptor::node_view::Health;
use crate::kernel::node::adversary::{Alternative, Behaviour, Outgoing, Verdict};
use crate::kernel::node::message::{Envelope, Letter};
use crate::kernel::record::trace::{Fate, What};

/// What a Byzantine node's lies are drawn from, with [`drawn`], 64 random bits for each message. Its
/// timers and what it says count in one row, from 1.
pub fn betrayal_key(seed: u64, from: NodeId) -> u64 {
    draw_key(seed, stream_of(from) | 1 << 40)
}

impl Execution<'_> {
    /// Carries out what the behaviour makes of a message.
    pub(crate) fn betray(
        &mut self,
        behaviour: &Behaviour,
        from: NodeId,
        to: NodeId,
        envelope: &Envelope,
        cause: EventId,
    ) {
        let (verdict, lies) = self.judge(behaviour, from, to, &envelope.letter);
        let (truth, late, other) = match verdict {
            Verdict::Pass => (true, 0, None),
            Verdict::Withhold => (false, 0, None),
            Verdict::Late(by) => (true, by, None),
            Verdict::Lie(place) => (false, 0, Some(Substitute::Lie(place))),
            Verdict::Both(place) => (true, 0, Some(Substitute::Lie(place))),
            Verdict::Replay(place) => (false, 0, Some(Substitute::Again(place))),
            Verdict::Again(place) => (true, 0, Some(Substitute::Again(place))),
        };
        if truth {
            self.hand_on(from, to, envelope, late, cause);
        }
        let other = other.and_then(|substitute| match substitute {
            Substitute::Lie(place) => lies.get(place).cloned(),
            Substitute::Again(place) => self.run.nodes.at(from).incarnation.sent.to(to).nth(place).cloned(),
        });
        match other {
            Some(other) => self.hand_on(from, to, &Envelope::new(other, envelope.stamp.second), 0, cause),
            None if !truth => self.launch(from, to, envelope, (self.run.now, Fate::Dropped, false), cause),
            None => {}
        }
        if truth {
            // Only now, so that what was said before is counted as the behaviour saw it.
            self.run.node_mut(from).incarnation.sent.remember(to, &envelope.letter);
        }
    }

    /// What it does, and the lies among which it has chosen.
    fn judge(&mut self, behaviour: &Behaviour, from: NodeId, to: NodeId, letter: &Letter) -> (Verdict, Vec<Letter>) {
        let accomplice = !to.is_client() && self.run.nodes.at(to).byzantine.is_some();
        let key = betrayal_key(self.run.seed, from);
        let node = self.run.node_mut(from);
        node.draws += 1;
        let draw = if behaviour.way.by_chance() { drawn(key, u64::from(node.draws)) } else { 0 };
        let (past, chosen) = (node.incarnation.sent.to(to).count(), behaviour.chosen(to));
        let made_up = node.incarnation.actor.lies(Signer::of(from), to, letter);
        let sort = |lie: u8| self.run.descriptor.lies[lie as usize].sort;
        let made_up =
            made_up.into_iter().map(|(lie, letter)| (Alternative { sort: sort(lie), kind: letter.kind() }, letter));
        let (lies, letters): (Vec<_>, Vec<_>) = made_up.unzip();
        let kind = letter.kind();
        (behaviour.way.judge(&Outgoing { from, to, kind, lies: &lies, past, chosen, accomplice, draw }), letters)
    }
}

impl Execution<'_> {
    /// Beside a message in flight its sender tells a lie about it, as it stands now.
    pub(super) fn lie(&mut self, place: u32, lie: u8, nth: u32) -> Result<(), ActionError> {
        let Some(Flight { id, from, to, envelope, cause, .. }) = self.run.flights.get(place).cloned() else {
            return Ok(());
        };
        let name = self.run.descriptor.lies.get(lie as usize).map_or("such", |lie| lie.name);
        let missing = ActionError::NoLie { lie: name, replica: from, message: id };
        if from.is_client() || self.run.health(from) != Health::Up {
            return Err(missing);
        }
        let made_up = self.run.nodes.at(from).incarnation.actor.lies(Signer::of(from), to, &envelope.letter);
        let mut alike = made_up.into_iter().filter(|(other, _)| *other == lie).map(|(_, letter)| letter);
        let letter = (nth as usize).checked_sub(1).and_then(|before| alike.nth(before)).ok_or(missing)?;
        self.run.node_mut(from).traitor = true;
        self.mark(What::Tamper, Some(to), id);
        self.hand_on(from, to, &Envelope::new(letter, envelope.stamp.second), 0, cause);
        Ok(())
    }
}

/// What is said besides the truth or instead of it, by its place.
enum Substitute {
    Lie(usize),
    Again(usize),
}
