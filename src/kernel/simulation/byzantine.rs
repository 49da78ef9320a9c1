//! Where a Byzantine replica's behaviour meets what it sends. Whatever is sent was made by the protocol: by its handlers,
//! now or earlier, or by its `lies`, which can sign in the liar's own name only.

use super::action::{Behaviour, Outgoing, Verdict};
use super::step::Execution;
use crate::kernel::data::ids::{EventId, NodeId};
use crate::kernel::data::random::{draw_key, drawn};
use crate::kernel::node::mailbox::{Envelope, Letter};
use crate::kernel::protocol::effects::stream_of;
use crate::kernel::record::trace::Fate;

/// What a Byzantine node's lies are drawn from, with [`drawn`](crate::kernel::data::random::drawn), 64 random bits for each message. Its
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
            Verdict::Lie(place) => (false, 0, Some(Said::Lie(place))),
            Verdict::Both(place) => (true, 0, Some(Said::Lie(place))),
            Verdict::Replay(place) => (false, 0, Some(Said::Again(place))),
            Verdict::Again(place) => (true, 0, Some(Said::Again(place))),
        };
        if truth {
            self.hand_on(from, to, envelope, late, cause);
        }
        let other = other.and_then(|said| match said {
            Said::Lie(place) => lies.get(place).cloned(),
            Said::Again(place) => self.agents.repeat(from, to, place),
        });
        match other {
            Some(other) => self.hand_on(from, to, &Envelope::new(other, envelope.stamp.second), 0, cause),
            None if !truth => self.launch(from, to, envelope, (self.run.now, Fate::Dropped, false), cause),
            None => {}
        }
        if truth {
            // Only now, so that what was said before is counted as the behaviour saw it.
            self.agents.remember(from, to, &envelope.letter);
        }
    }

    /// What it does, and the lies among which it has chosen.
    fn judge(&mut self, behaviour: &Behaviour, from: NodeId, to: NodeId, letter: &Letter) -> (Verdict, Vec<Letter>) {
        let seed = self.run.seed;
        let accomplice = !to.is_client() && self.run.body_mut(to).byzantine.is_some();
        let body = self.run.body_mut(from);
        body.draws += 1;
        let draw = drawn(betrayal_key(seed, from), u64::from(body.draws));
        let (past, chosen) = (self.agents.past(from, to), behaviour.chosen(to));
        let (lies, letters) = self.agents.lies(from, to, letter);
        let kind = letter.kind();
        (behaviour.way.judge(&Outgoing { from, to, kind, lies: &lies, past, chosen, accomplice, draw }), letters)
    }
}

/// What is said besides the truth or instead of it, by its place.
enum Said {
    Lie(usize),
    Again(usize),
}
