//! The leader (Paxos Made Moderately Complex, §2.4 and §3): a scout gets promises once, for all slots; from then on a commander
//! for each slot gets its entry accepted. It leads until it hears of a higher ballot.

use super::message::{Entry, Message, Pvalue, Pvalues};
use super::replica::{Commander, Leading, Part, Scout, Turn};
use super::rules::Rule;
use super::{Reads, Timer};
use crate::kernel::prelude::*;
use crate::protocols::ballot::{Ballot, include};
use crate::services::kv::Command;

impl Turn<'_> {
    /// A client asks, or a replica passes that on.
    pub(super) fn on_request(&mut self, from: NodeId, id: RequestId, command: &Command) {
        match self.state.outcomes.get(&id.client).cloned() {
            Some((number, outcome)) if number == id.number => {
                self.rule(Rule::AnswerAgain { id });
                return self.send(id.client, Message::Reply { id, outcome });
            }
            Some((number, _)) if number > id.number => return self.rule(Rule::OldRequest { id }),
            _ => {}
        }
        if self.state.requests.get(&id.client).is_some_and(|(last, _)| last.number > id.number) {
            return self.rule(Rule::OldRequest { id });
        }
        if self.config.local_reads && matches!(command, Command::Get(_)) {
            self.rule(Rule::ReadLocally { id });
            return self.answer_read(id, command);
        }
        self.state.requests.insert(id.client, (id, command.clone()));
        if matches!(self.state.part, Part::Leading(_)) {
            return self.take_up(id, command);
        }
        match self.state.leader.map(|leader| leader.proposer).filter(|leader| *leader != self.me && from.is_client()) {
            Some(leader) => self.forward(leader, id, command),
            None => self.rule(Rule::NoLeader { id }),
        }
    }

    fn forward(&mut self, leader: NodeId, id: RequestId, command: &Command) {
        self.rule(Rule::Forward { id, leader });
        self.send(leader, Message::Request { id, command: command.clone() });
    }

    /// The leader has a request.
    fn take_up(&mut self, id: RequestId, command: &Command) {
        let Part::Leading(lead) = &self.state.part else { return };
        if self.config.reads != Reads::Log && matches!(command, Command::Get(_)) {
            return self.read(id, command);
        }
        if lead.open.values().any(|open| open.entry.request() == Some(id)) {
            return self.rule(Rule::AlreadyProposed);
        }
        // What is learned behind a hole is on its way, too.
        let behind = self.state.learned.from(&(self.state.executed + 1));
        if behind.into_iter().any(|(_, known)| known.entry.request() == Some(id)) {
            return self.rule(Rule::AlreadyProposed);
        }
        let slot = lead.next;
        if slot > self.state.executed + self.config.window {
            return self.rule(Rule::WindowFull { slot });
        }
        let entry = Entry::Command(id, command.clone());
        self.rule(Rule::Propose { slot, what: entry.label(), ballot: lead.ballot });
        self.command(slot, entry);
    }

    /// A commander for a slot: phase 2a.
    fn command(&mut self, slot: u64, entry: Entry) {
        let Part::Leading(lead) = &mut self.state.part else { return };
        let ballot = lead.ballot;
        lead.next = lead.next.max(slot + 1);
        lead.open.insert(slot, Commander { entry: entry.clone(), accepted: Vec::new(), late: false });
        self.tell_all(Message::Accept { ballot, slot, entry });
    }

    /// What waits, once there is room or somebody leads.
    pub(super) fn take_up_waiting(&mut self) {
        let Part::Leading(lead) = &self.state.part else { return };
        let open = |id| lead.open.values().any(|open| open.entry.request() == Some(id));
        let waiting = self.state.requests.values().filter(|(id, _)| !open(*id));
        let reads = |id: &RequestId| lead.reads.iter().any(|read| read.id == *id);
        let room = (self.state.executed + self.config.window + 1).saturating_sub(lead.next) as usize;
        let waiting: Vec<_> = waiting.filter(|(id, _)| !reads(id)).take(room).cloned().collect();
        for (id, command) in waiting {
            self.take_up(id, &command);
        }
    }

    /// It waits for a sign of a leader. Waits grow with each ballot of its own, so that one of several is left in peace (§3).
    pub(super) fn await_leader(&mut self) {
        let (lo, hi) = self.config.leader_timeout;
        self.set_timer(Timer::Leader, (lo, hi << self.state.attempts.min(5)));
    }

    /// No leader was heard of for too long: phase 1a, with a ballot that is higher than any it has seen.
    pub(super) fn on_silence(&mut self) {
        let promised = self.disk.promised.map_or(0, |ballot| ballot.round);
        let round = 1 + self.state.highest.max(promised);
        let (ballot, slot) = (Ballot { round, proposer: self.me }, self.state.executed + 1);
        self.state.highest = round;
        self.state.attempts += 1;
        self.state.leader = None;
        self.state.part = Part::Preparing(Scout { ballot, slot, promises: Vec::new(), found: PersistentMap::new() });
        self.await_leader();
        self.rule(Rule::Prepare { ballot, slot });
        // On disk before anybody hears of it, so that a crash does not make it use the ballot again.
        self.promise(ballot);
        self.tell_all(Message::Prepare { ballot, slot });
    }

    /// A promise; with enough of them it leads.
    pub(super) fn on_promise(&mut self, from: NodeId, ballot: Ballot, accepted: &Pvalues) {
        let need = self.config.phase_1_quorum;
        let Part::Preparing(scout) = &mut self.state.part else { return self.rule(Rule::LatePromise { from, ballot }) };
        if scout.ballot != ballot {
            return self.rule(Rule::LatePromise { from, ballot });
        }
        include(&mut scout.promises, from);
        for pvalue in accepted.iter() {
            if scout.found.get(&pvalue.slot).is_none_or(|before| before.ballot < pvalue.ballot) {
                scout.found.insert(pvalue.slot, pvalue.clone());
            }
        }
        let have = scout.promises.len();
        let scout = scout.clone();
        if from != self.me {
            self.rule(Rule::CountPromise { from, ballot, have: have as u16, need: need as u16 });
        }
        if have >= need {
            self.adopted(scout);
        }
    }

    /// Its ballot is adopted: it leads, and takes up what may have been chosen, in its own ballot.
    fn adopted(&mut self, scout: Scout) {
        let Scout { ballot, slot: first, found, .. } = scout;
        let known = self.state.learned.last().map_or(0, |(slot, _)| *slot);
        let last = found.last().map_or(0, |(slot, _)| *slot).max(known).max(first - 1);
        let heard = vec![0; self.config.replicas];
        let (open, reads) = (PersistentMap::new(), Vec::new());
        let lead = Leading { ballot, next: last + 1, open, found: last, round: 0, heard, expired: 0, reads };
        self.state.part = Part::Leading(lead);
        self.state.leader = Some(ballot);
        self.state.attempts = 0;
        self.cancel_timer(Timer::Leader);
        self.rule(Rule::Lead { ballot, next: last + 1 });
        for slot in first..=last {
            if self.state.learned.contains_key(&slot) {
                continue;
            }
            let entry = self.chosen_perhaps(slot, found.get(&slot));
            self.command(slot, entry);
        }
        self.take_up_waiting();
        if matches!(&self.state.part, Part::Leading(lead) if lead.round == 0) {
            self.beat();
        }
    }

    /// What must be proposed in a slot of which it does not know what is chosen: what was accepted there in the highest ballot,
    /// or, in a hole, nothing. The bug takes every such slot for a hole.
    fn chosen_perhaps(&mut self, slot: u64, found: Option<&Pvalue>) -> Entry {
        let Some(Pvalue { ballot: of, entry, .. }) = found else {
            self.rule(Rule::FillHole { slot });
            return Entry::NoOp;
        };
        let what = entry.label();
        if self.config.no_op_over_accepted {
            self.rule(Rule::NoOpOver { slot, what, found: *of });
            return Entry::NoOp;
        }
        self.rule(Rule::ProposeFound { slot, what, found: *of });
        entry.clone()
    }

    /// Somebody has accepted; with enough of them the entry is chosen.
    pub(super) fn on_accepted(&mut self, from: NodeId, ballot: Ballot, slot: u64) {
        let need = self.config.phase_2_quorum;
        let open = match &mut self.state.part {
            Part::Leading(lead) if lead.ballot == ballot => lead.open.get_mut(&slot),
            _ => None,
        };
        let Some(commander) = open else { return self.rule(Rule::LateAccepted { from, slot }) };
        include(&mut commander.accepted, from);
        let (have, entry) = (commander.accepted.len(), commander.entry.clone());
        if from != self.me {
            self.rule(Rule::CountAccepted { from, slot, have: have as u16, need: need as u16 });
        }
        if have >= need {
            if let Part::Leading(lead) = &mut self.state.part {
                lead.open.remove(&slot);
            }
            self.rule(Rule::Chosen { slot, what: entry.label(), ballot });
            let pvalue = Pvalue { ballot, slot, entry };
            self.broadcast(Message::Decided { ballot, decided: Pvalues::new(vec![pvalue.clone()]) });
            self.learn(pvalue);
            self.take_up_waiting();
        }
    }

    /// An acceptor has promised a higher ballot.
    pub(super) fn on_nack(&mut self, from: NodeId, ballot: Ballot, promised: Ballot) {
        self.state.highest = self.state.highest.max(promised.round);
        match self.own_ballot() {
            Some(own) if own == ballot => self.preempted_by(promised),
            _ => self.rule(Rule::LateNack { from, promised }),
        }
    }

    /// The ballot in which it leads or wants to.
    pub(super) fn own_ballot(&self) -> Option<Ballot> {
        match &self.state.part {
            Part::Passive => None,
            Part::Preparing(scout) => Some(scout.ballot),
            Part::Leading(lead) => Some(lead.ballot),
        }
    }

    /// A higher ballot than its own is under way: it follows, and tries again where nobody leads after a while.
    pub(super) fn preempted_by(&mut self, higher: Ballot) {
        let Some(ballot) = self.own_ballot().filter(|&own| own < higher) else { return };
        self.rule(Rule::Preempted { ballot, higher });
        self.state.part = Part::Passive;
        self.state.leader = None;
        self.cancel_timer(Timer::Heartbeat);
        self.await_leader();
    }

    /// The heartbeat timer: a new round; and what has been open for a while may have been lost, so it is sent again.
    pub(super) fn on_heartbeat_due(&mut self) {
        let Part::Leading(lead) = &mut self.state.part else { return };
        let (ballot, mut again) = (lead.ballot, Vec::new());
        let slots: Vec<_> = lead.open.keys().copied().collect();
        for slot in slots {
            let Some(commander) = lead.open.get_mut(&slot) else { continue };
            if std::mem::replace(&mut commander.late, true) {
                again.push((slot, commander.clone()));
            }
        }
        self.beat();
        for (slot, Commander { entry, accepted, .. }) in again {
            self.rule(Rule::SendAgain { slot, what: entry.label() });
            let missing = NodeId::replicas(self.config.replicas).filter(|node| !accepted.contains(node));
            for to in missing.collect::<Vec<_>>() {
                self.tell(to, Message::Accept { ballot, slot, entry: entry.clone() });
            }
        }
    }
}
