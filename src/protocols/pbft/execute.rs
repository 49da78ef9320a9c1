//! Execution in the order of the numbers, and the replies (§4.1, §4.2); tentative execution and reads without an order
//! (§5.1).

use std::rc::Rc;

use super::Decree;
use super::message::{Message, Proposal, Reply, Request, authentic};
use super::replica::{Disk, Turn};
use super::rules::Rule;
use super::sequenced_digest::SequencedDigest;
use super::service::{Service, Tentative};
use crate::kernel::{NodeId, RequestId, Signed};
use crate::services::kv::{Command, Word};

impl Service {
    /// The stored reply, if this is the client's last request.
    fn reply(&self, id: RequestId) -> Option<Word> {
        let (last, result) = self.replies.get(&id.client)?;
        (*last == id.number).then(|| result.clone())
    }

    /// Executes a request, unless it was executed before: t must be above that of the client's last (§4.1).
    fn execute(&mut self, request: &Request) -> Option<Word> {
        if self.done(request.id) {
            return None;
        }
        let result = self.store.apply(&request.command);
        self.replies.insert(request.id.client, (request.id.number, result.clone()));
        Some(result)
    }
}

impl Turn<'_> {
    /// Executes, in the order of their numbers, what is committed.
    pub(super) fn execute_committed(&mut self) {
        while let Some(slot) = self.disk.slots.get(&(self.disk.executed + 1)) {
            let Some(certificate) = slot.committed.clone() else { break };
            self.execute(&certificate.proposal);
        }
        self.execute_tentatively();
        if self.leads() {
            self.order_waiting();
        }
    }

    /// Executes the next number. Each request is executed once, whatever numbers it was given (§4.1).
    fn execute(&mut self, proposal: &Proposal) {
        let SequencedDigest { view, sequence, digest } = *proposal.place();
        if !proposal.batch.is_empty() {
            self.state.attempts = 0;
        } else {
            self.out.rule(Rule::ExecutedNull { sequence });
        }
        let tentative = self.disk.tentative.take().filter(|old| old.digest == digest);
        let told = tentative.as_ref().is_some_and(|old| old.view == view);
        // Where it has committed in another view than the replica's, its number there says nothing to the client.
        let place = (self.disk.view, if view == self.disk.view { sequence } else { 0 });
        self.disk.executed = sequence;
        self.dirty = true;
        self.state.next = self.state.next.max(sequence + 1);
        let mut entries = Vec::with_capacity(proposal.batch.len());
        for request in &proposal.batch {
            let id = request.body().id;
            let result = self.disk.service.execute(request.body());
            entries.push((request.body().clone(), result.is_none()));
            let Some(result) = result else {
                self.out.rule(Rule::ExecutedBefore { sequence, id });
                continue;
            };
            self.out.rule(Rule::Executed { sequence, id });
            self.state.news.results.push((id, result.clone(), true));
            if !told {
                self.reply(place, id, result, false);
            }
        }
        let Disk { service, .. } = &*self.disk;
        self.state.waiting.retain(|old| !service.done(old.body().id));
        self.state.news.executed.push((sequence, digest));
        self.decisions.push((sequence, Decree { entries }));
        // The tentative state that was read is the committed one now, or it never will be.
        let reads = std::mem::take(&mut self.state.reads);
        for (id, result) in reads.into_iter().filter(|_| tentative.is_some()) {
            self.state.news.results.push((id, result.clone(), false));
            self.reply((self.disk.view, sequence), id, result, false);
        }
        if sequence.is_multiple_of(self.config.checkpoint_every) {
            self.take_checkpoint(sequence);
        }
    }

    /// §5.1: what has prepared is executed at once, where all numbers below it have committed and been executed; once more
    /// in each view in which it prepares, for the client counts replies of one view.
    pub(super) fn execute_tentatively(&mut self) {
        let (view, sequence) = (self.disk.view, self.disk.executed + 1);
        let done = self.disk.tentative.as_ref().is_some_and(|tentative| tentative.view == view);
        if !self.config.tentative || done || self.disk.changing || self.disk.lags() {
            return;
        }
        let Some(prepared) = self.disk.prepared(sequence).cloned() else { return };
        let mut service = self.disk.service.clone();
        for request in &prepared.proposal.batch {
            let id = request.body().id;
            if let Some(result) = service.execute(request.body()) {
                self.out.rule(Rule::ExecutedTentatively { sequence, id });
                self.state.news.results.push((id, result.clone(), false));
                self.reply((view, sequence), id, result, true);
            }
        }
        self.disk.tentative = Some(Tentative { view, digest: prepared.proposal.place().digest, service });
        self.dirty = true;
    }

    /// §5.1: takes back what was executed tentatively, unless the view that begins has the same at that number.
    pub(super) fn roll_back(&mut self) {
        let sequence = self.disk.executed + 1;
        let now = self.disk.accepted(sequence).map(|proposal| proposal.place().digest);
        if self.disk.tentative.as_ref().is_some_and(|tentative| Some(tentative.digest) != now) {
            self.out.rule(Rule::RolledBack { sequence });
            self.disk.tentative = None;
            self.state.reads.clear();
            self.dirty = true;
        }
    }

    /// §4.1: a request that was executed is answered from memory, an older one not at all. Says whether it was one of these.
    pub(super) fn answer_again(&mut self, id: RequestId) -> bool {
        let tentative = self.disk.tentative.as_ref().and_then(|old| Some((old.view, old.service.reply(id)?)));
        match self.disk.service.reply(id) {
            Some(result) => {
                self.out.rule(Rule::ReplyAgain { id });
                self.reply((self.disk.view, 0), id, result, false);
                true
            }
            None if self.disk.service.done(id) => {
                self.out.rule(Rule::OldRequest { id });
                true
            }
            None => {
                if let Some((view, result)) = tentative {
                    self.reply((view, self.disk.executed + 1), id, result, true);
                }
                false
            }
        }
    }

    /// §5.1: a read is answered from the present state; where that is tentative, as soon as it is committed.
    pub(super) fn on_read(&mut self, from: NodeId, request: &Rc<Signed<Request>>) {
        let Request { id, command, .. } = request.body();
        let id = *id;
        if !authentic(&vec![request.clone()]) || !matches!(command, Command::Get(_)) {
            return self.out.rule(Rule::BadRequest { from });
        }
        if self.disk.lags() {
            return self.out.rule(Rule::NoReadYet { id });
        }
        let tentative = self.disk.tentative.as_ref().map(|tentative| tentative.service.clone());
        let waits = tentative.is_some();
        let result = tentative.unwrap_or_else(|| self.disk.service.clone()).store.apply(command);
        self.state.reads.retain(|old| old.0.client != id.client);
        if waits {
            self.out.rule(Rule::ReadWaits { id, sequence: self.disk.executed + 1 });
            return self.state.reads.push((id, result));
        }
        self.out.rule(Rule::ReadNow { id });
        self.state.news.results.push((id, result.clone(), false));
        self.reply((self.disk.view, self.disk.executed), id, result, false);
    }

    fn reply(&mut self, (view, sequence): (u64, u64), id: RequestId, result: Word, tentative: bool) {
        let reply = self.out.sign(Reply { view, id, sequence, result, tentative });
        self.send(id.client, Message::Reply(Rc::new(reply)));
    }
}
