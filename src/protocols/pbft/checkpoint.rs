//! Checkpoints, the collection of the log below them (§4.3), and the transfer of a checkpoint's state to those who lack it (§4.4).

use std::rc::Rc;

use super::certificates::{is_valid_stable, matching};
use super::message::{Message, Phase, Stable, Vote};
use super::replica::Turn;
use super::rules::Rule;
use super::sequenced_digest::SequencedDigest;
use super::service::Service;
use crate::kernel::{NodeId, Signed};

impl Turn<'_> {
    /// §4.3: the state after every K-th number is kept and its digest told to all.
    pub(super) fn take_checkpoint(&mut self, sequence: u64) {
        let state = self.disk.service.clone();
        let place = state.place(sequence);
        self.disk.slot(sequence).snapshot = Some(state);
        self.out.rule(Rule::Checkpoint { sequence });
        self.vote(Phase::Checkpoint, place);
        self.count_checkpoints(place);
    }

    pub(super) fn on_checkpoint(&mut self, vote: Signed<Vote>) {
        let (place, signer) = (vote.body().place, vote.signer());
        let (sequence, high) = (place.sequence, self.high());
        if sequence <= self.disk.low() || place.view != 0 {
            return self.out.rule(Rule::BelowWatermark { sequence, low: self.disk.low() });
        }
        if sequence > high {
            // Beyond the log one of each replica is enough to learn that others are ahead.
            self.state.behind = true;
            self.state.votes.retain(|&old, votes| {
                votes.retain(|vote| old <= high || vote.signer() != signer);
                !votes.is_empty()
            });
        }
        self.keep(vote);
        self.count_checkpoints(place);
    }

    /// The proof that a checkpoint is stable, where its votes are there.
    fn proof(&self, place: SequencedDigest) -> Option<Rc<Stable>> {
        let votes = self.state.votes.get(&place.sequence)?;
        let proof = matching(self.config, votes, Phase::Checkpoint, &place);
        (proof.len() >= self.config.quorum).then(|| Rc::new(Stable { place, proof }))
    }

    /// A quorum makes a checkpoint stable. A replica that has yet to execute up to it goes on for a while: what it lacks
    /// is mostly on its way.
    fn count_checkpoints(&mut self, place: SequencedDigest) {
        let sequence = place.sequence;
        match self.proof(place) {
            Some(stable) if self.disk.executed >= sequence || sequence > self.high() => self.stabilise(stable),
            Some(_) => self.out.rule(Rule::StableAhead { sequence, executed: self.disk.executed }),
            None => {
                let votes = self
                    .state
                    .votes
                    .get(&sequence)
                    .map_or(0, |votes| matching(self.config, votes, Phase::Checkpoint, &place).len());
                let (have, need) = (votes as u16, self.config.quorum as u16);
                self.out.rule(Rule::CheckpointsCounted { sequence, have, need });
            }
        }
    }

    /// After a while of waiting: the latest checkpoint that is proven to be stable is taken, though its state is missing.
    pub(super) fn catch_up(&mut self) {
        let open = self.state.votes.from(&(self.disk.executed.max(self.disk.low()) + 1));
        let votes = open.flat_map(|(_, votes)| votes.iter()).filter(|vote| vote.body().phase == Phase::Checkpoint);
        let places: Vec<_> = votes.map(|vote| vote.body().place).collect();
        if let Some(stable) = places.into_iter().rev().find_map(|place| self.proof(place)) {
            self.stabilise(stable);
        } else if self.disk.lags() {
            self.fetch();
        }
    }

    /// §4.3: a checkpoint is stable: the log up to it goes, and the watermarks rise.
    pub(super) fn stabilise(&mut self, stable: Rc<Stable>) {
        let SequencedDigest { sequence, .. } = stable.place;
        let own = self.disk.slots.get(&sequence).and_then(|slot| slot.snapshot.clone());
        self.disk.snapshot = own.filter(|_| self.disk.executed >= sequence);
        self.state.news.certified.push((Phase::Checkpoint, stable.place));
        self.disk.stable = stable;
        self.out.rule(Rule::Stable { sequence, high: self.high() });
        self.disk.slots.retain(|&number, _| number > sequence);
        self.state.votes.retain(|&number, _| number > sequence);
        self.state.next = self.state.next.max(sequence + 1);
        self.dirty = true;
        if self.disk.lags() {
            // What was executed tentatively lies below the checkpoint, and reads must not go back behind it.
            self.disk.tentative = None;
            self.state.reads.clear();
            self.fetch();
        }
    }

    /// Asks one of those who signed the checkpoint for its state; the next time another one.
    fn fetch(&mut self) {
        let signers = self.disk.stable.proof.iter().map(Signed::signer).filter(|&signer| signer != self.me);
        let signers: Vec<_> = signers.collect();
        let Some(&from) = signers.get(self.state.fetches as usize % signers.len().max(1)) else { return };
        self.state.fetches += 1;
        let sequence = self.disk.low();
        self.out.rule(Rule::Fetches { sequence, from });
        self.send(from, Message::Fetch(sequence));
    }

    pub(super) fn on_fetch(&mut self, to: NodeId, sequence: u64) {
        match self.disk.snapshot.clone().filter(|_| self.disk.low() >= sequence) {
            Some(service) => {
                self.out.rule(Rule::SendsState { to, sequence: self.disk.low() });
                self.send(to, Message::State(self.disk.stable.clone(), service));
            }
            None => self.out.rule(Rule::NothingMissing { to }),
        }
    }

    /// Another replica's proof of a stable checkpoint.
    pub(super) fn on_stable(&mut self, from: NodeId, stable: Rc<Stable>) {
        let sequence = stable.place.sequence;
        if sequence <= self.disk.low() {
            return self.out.rule(Rule::BelowWatermark { sequence, low: self.disk.low() });
        }
        if !is_valid_stable(self.config, &stable) {
            return self.out.rule(Rule::BadProof { from });
        }
        self.stabilise(stable);
        self.execute_committed();
    }

    /// §4.4: a state is believed if it has the digest that a stable checkpoint's proof speaks of, whoever sends it.
    pub(super) fn on_state(&mut self, from: NodeId, stable: Rc<Stable>, service: Service) {
        let sequence = stable.place.sequence;
        if sequence <= self.disk.executed || sequence < self.disk.low() {
            return self.out.rule(Rule::Late { sequence });
        }
        if !is_valid_stable(self.config, &stable) || service.place(sequence) != stable.place {
            return self.out.rule(Rule::BadProof { from });
        }
        self.out.rule(Rule::TakesState { sequence, from });
        self.disk.executed = sequence;
        self.disk.service = service.clone();
        self.disk.tentative = None;
        self.state.reads.clear();
        if sequence > self.disk.low() {
            self.stabilise(stable);
        }
        self.disk.snapshot = Some(service);
        self.dirty = true;
        // There may be more above it.
        self.state.behind = true;
        let Turn { state, disk, .. } = self;
        state.waiting.retain(|old| !disk.service.done(old.body().id));
        self.execute_committed();
    }
}
