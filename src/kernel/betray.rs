//! Where a Byzantine replica's behaviour meets what it sends.

use super::act::{Behaviour, Lie, Outgoing, Verdict};
use super::effects::{Signer, stream_of};
use super::hash::draw;
use super::ids::{EventId, NodeId};
use super::protocol::{Message, Protocol};
use super::trace::{Fate, Trace};
use super::world::World;

/// How many of its own messages a Byzantine replica remembers.
const MOST_SAID: usize = 32;

impl<P: Protocol> World<P> {
    /// Carries out what the behaviour makes of a message. Whatever is sent was made by the protocol: by its handlers now
    /// or earlier, or by its `lies`, which can sign in the liar's own name only.
    pub(super) fn betray(&mut self, from: NodeId, to: NodeId, message: P::Message, cause: EventId, trace: &mut Trace) {
        let mut lies = P::lies(&self.cluster.config, Signer(from), to, &message);
        let verdict = self.judge(from, to, &message, &lies);
        let mut lie = |place: usize| (place < lies.len()).then(|| lies.swap_remove(place).1);
        let (truth, late, other) = match verdict {
            Verdict::Pass => (true, 0, None),
            Verdict::Withhold => (false, 0, None),
            Verdict::Late(by) => (true, by, None),
            Verdict::Lie(place) => (false, 0, lie(place)),
            Verdict::Both(place) => (true, 0, lie(place)),
            Verdict::Replay(place) => (false, 0, self.past(from, to).nth(place).cloned()),
            Verdict::Again(place) => (true, 0, self.past(from, to).nth(place).cloned()),
        };
        if truth {
            self.remember(from, to, &message);
            self.hand_on(from, to, message, late, cause, trace);
        } else if other.is_none() {
            self.launch(from, to, message, (self.now, Fate::Dropped, false), cause, trace);
        }
        if let Some(other) = other {
            self.hand_on(from, to, other, 0, cause, trace);
        }
    }

    fn judge(&mut self, from: NodeId, to: NodeId, message: &P::Message, lies: &[(u8, P::Message)]) -> Verdict {
        let past = self.past(from, to).count();
        let of_whom = |node: NodeId| self.cluster.replicas.get(node.index()).filter(|_| !node.is_client());
        let accomplice = of_whom(to).is_some_and(|replica| replica.body.byzantine.is_some());
        let body = &mut self.cluster.replicas[from.index()].body;
        body.draws += 1;
        let draw = draw(self.seed, stream_of(from) | 1 << 40, u64::from(body.draws));
        let sorted = |lie: &(u8, P::Message)| Lie { sort: P::DESCRIPTOR.lies[lie.0 as usize].sort, kind: lie.1.kind() };
        let lies: Vec<_> = lies.iter().map(sorted).collect();
        let Some(behaviour) = &body.byzantine else { return Verdict::Pass };
        let chosen = Behaviour::chosen(behaviour, to);
        let outgoing = Outgoing { from, to, kind: message.kind(), lies: &lies, past, chosen, accomplice, draw };
        behaviour.way.judge(&outgoing)
    }

    /// What it could send again: to replicas what it sent to any replica, to a client what it sent to that one.
    fn past(&self, from: NodeId, to: NodeId) -> impl Iterator<Item = &P::Message> {
        let fits = move |old: NodeId| if to.is_client() { old == to } else { !old.is_client() };
        self.cluster.replicas[from.index()].said.iter().filter(move |said| fits(said.0)).map(|said| &said.1)
    }

    fn remember(&mut self, from: NodeId, to: NodeId, message: &P::Message) {
        let said = &mut self.cluster.replicas[from.index()].said;
        // A broadcast is one thing to remember, not one for each receiver.
        if said.last().is_some_and(|last| last.0.is_client() == to.is_client() && last.1 == *message) {
            return;
        }
        if said.len() == MOST_SAID {
            said.remove(0);
        }
        said.push((to, message.clone()));
    }
}
