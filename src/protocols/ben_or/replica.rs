//! What a replica keeps, and its part of the protocol (Ben-Or 1983, protocols A and B; they differ in their thresholds).

use serde::{Deserialize, Serialize};

use super::message::{Bit, Message};
use super::rules::Rule;
use super::{BenOr, Coin, DEALER};
use crate::kernel::prelude::*;

/// What a replica has said in a round. It never says anything else in that round, not even after a crash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Said {
    /// Its value at the beginning of the round, x in the paper.
    pub report: Bit,
    /// What it proposed, if it has come that far; `Some(None)` is ?.
    pub proposal: Option<Option<Bit>>,
}

/// What survives a crash.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// By round, from 1; the last one is the round that it is in.
    pub rounds: PersistentVec<Said>,
    /// In which round it decided, and on what.
    pub decided: Option<(u64, Bit)>,
}

impl Disk {
    /// The round that it is in; 0 before it starts.
    pub fn round(&self) -> u64 {
        self.rounds.len() as u64
    }
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// The reports that it has, its own included, of this round and of rounds to come.
    pub reports: PersistentMap<(u64, NodeId), Bit>,
    /// The proposals, likewise.
    pub proposals: PersistentMap<(u64, NodeId), Option<Bit>>,
    /// Whether it waits for the dealer's coin.
    pub awaits_coin: bool,
    /// What clients have asked and not been told.
    pub open: Vec<RequestId>,
}

/// The messages of one round, with their senders.
pub(super) fn of_round<V>(all: &PersistentMap<(u64, NodeId), V>, round: u64) -> impl Iterator<Item = (NodeId, &V)> {
    let here = all.from(&(round, NodeId::replica(1))).take_while(move |((of, _), _)| *of == round);
    here.map(|((_, from), value)| (*from, value))
}

/// The value that stands there most often, and how often; of two that are even, 0.
fn leading(values: impl Iterator<Item = Bit>) -> (Bit, usize) {
    let mut counts = [0, 0];
    values.for_each(|value| counts[value as usize] += 1);
    if counts[1] > counts[0] { (Bit::One, counts[1]) } else { (Bit::Zero, counts[0]) }
}

/// A replica at work on one input.
pub(super) type Turn<'a> = Context<'a, BenOr>;

impl Turn<'_> {
    /// Step 0: round 1 with its input. After a crash: the round that it was in.
    pub(super) fn boot(&mut self) {
        self.forget();
        let Some(&said) = self.disk.rounds.last() else {
            let value = self.config.inputs[self.me.index()];
            self.rule(Rule::Start { value });
            return self.begin_round(value);
        };
        let round = self.disk.round();
        self.rule(Rule::Resume { round });
        self.say(round, said);
        match self.disk.decided {
            Some((_, value)) => self.decide(1, value),
            None => self.broadcast(Message::Resume { round }),
        }
    }

    /// A bug switch: it starts as if it had never run.
    fn forget(&mut self) {
        if self.config.forget_on_restart {
            *self.disk = Disk::default();
        }
    }

    /// One input.
    pub(super) fn step(&mut self, input: Input<'_, BenOr>) {
        let Input::Deliver { from, message } = input else { return };
        match *message {
            Message::Report { round, value } => self.on_report(from, round, value),
            Message::Proposal { round, value } => self.on_proposal(from, round, value),
            Message::Coin { round, value } => self.on_coin(round, value),
            Message::Resume { round } => self.on_resume(from, round),
            Message::Ask { request } => self.on_ask(request),
            Message::CoinRequest { .. } | Message::Reply { .. } => {}
        }
    }

    /// Step 1: report the value.
    fn begin_round(&mut self, value: Bit) {
        let said = Said { report: value, proposal: None };
        self.disk.rounds.push(said);
        self.persist();
        let round = self.disk.round();
        self.state.reports.retain(|(of, _), _| *of >= round);
        self.state.proposals.retain(|(of, _), _| *of >= round);
        self.say(round, said);
    }

    /// Sends what it has to say in a round to all, itself included.
    fn say(&mut self, round: u64, Said { report, proposal }: Said) {
        self.state.reports.insert((round, self.me), report);
        self.broadcast(Message::Report { round, value: report });
        if let Some(value) = proposal {
            self.propose(round, value);
        }
    }

    fn propose(&mut self, round: u64, value: Option<Bit>) {
        self.state.proposals.insert((round, self.me), value);
        self.broadcast(Message::Proposal { round, value });
    }

    fn on_report(&mut self, from: NodeId, round: u64, value: Bit) {
        let round = self.counted_in(round);
        let proposed = self.disk.rounds.last().is_some_and(|said| said.proposal.is_some());
        let late = round < self.disk.round() || round == self.disk.round() && proposed;
        if self.has_no_use(late, self.state.reports.contains_key(&(round, from)), from, round) {
            return;
        }
        self.state.reports.insert((round, from), value);
        let have = of_round(&self.state.reports, round).count() as u16;
        self.rule(Rule::CountReport { round, from, value, have, need: self.config.awaited() as u16 });
        self.advance();
    }

    fn on_proposal(&mut self, from: NodeId, round: u64, value: Option<Bit>) {
        let round = self.counted_in(round);
        let late = round < self.disk.round() || self.state.awaits_coin && round == self.disk.round();
        if self.has_no_use(late, self.state.proposals.contains_key(&(round, from)), from, round) {
            return;
        }
        self.state.proposals.insert((round, from), value);
        let have = of_round(&self.state.proposals, round).count() as u16;
        self.rule(Rule::CountProposal { round, from, value, have, need: self.config.awaited() as u16 });
        self.advance();
    }

    /// A bug switch: messages of any round count in the round at hand.
    fn counted_in(&self, round: u64) -> u64 {
        if self.config.any_round { self.disk.round() } else { round }
    }

    /// What comes after its step, twice, or to one that has decided, changes nothing.
    fn has_no_use(&mut self, late: bool, known: bool, from: NodeId, round: u64) -> bool {
        if late || self.disk.decided.is_some() {
            self.rule(Rule::Late { round, from });
        } else if known {
            self.rule(Rule::Known { round, from });
        }
        late || known || self.disk.decided.is_some()
    }

    /// Goes on as far as the messages at hand allow; those of the next step may be here already.
    fn advance(&mut self) {
        while self.disk.decided.is_none() && !self.state.awaits_coin {
            let (round, awaited) = (self.disk.round(), self.config.awaited());
            let Some(&said) = self.disk.rounds.last() else { return };
            if said.proposal.is_none() {
                let heard = of_round(&self.state.reports, round).count();
                if heard < awaited {
                    return;
                }
                self.end_reports(round, said, heard);
            } else {
                if of_round(&self.state.proposals, round).count() < awaited {
                    return;
                }
                self.end_proposals(round);
            }
        }
    }

    /// Step 2: enough reports are in; propose the value that enough of them agree on.
    fn end_reports(&mut self, round: u64, said: Said, heard: usize) {
        let (value, have) = leading(of_round(&self.state.reports, round).map(|(_, value)| *value));
        let need = self.config.to_propose(heard);
        let proposal = (have >= need).then_some(value);
        self.disk.rounds.truncate(round as usize - 1);
        self.disk.rounds.push(Said { proposal: Some(proposal), ..said });
        self.persist();
        let (have, need, heard) = (have as u16, need as u16, heard as u16);
        match proposal {
            Some(value) => self.rule(Rule::Propose { round, value, have, heard }),
            None => self.rule(Rule::ProposeNone { round, need, heard }),
        }
        self.propose(round, proposal);
    }

    /// Step 3: enough proposals are in; decide, adopt, or toss a coin.
    fn end_proposals(&mut self, round: u64) {
        let (value, count) = leading(of_round(&self.state.proposals, round).filter_map(|(_, value)| *value));
        if self.config.coin == Coin::Common {
            self.send(DEALER, Message::CoinRequest { round });
        }
        let (have, need) = (count as u16, self.config.to_decide() as u16);
        if count >= self.config.to_decide() {
            self.settle(round, value, have);
        } else if count >= self.config.to_adopt() && !self.config.coin_over_proposal {
            self.rule(Rule::Adopt { round, value, have, need });
            self.begin_round(value);
        } else if self.config.coin == Coin::Common {
            self.state.awaits_coin = true;
            self.rule(Rule::AwaitCoin { round });
        } else {
            let value = Bit::of_coin(self.choose(2));
            self.rule(Rule::Toss { round, value, over: count >= self.config.to_adopt() });
            self.begin_round(value);
        }
    }

    fn on_coin(&mut self, round: u64, value: Bit) {
        if self.state.awaits_coin && round == self.disk.round() {
            self.state.awaits_coin = false;
            self.rule(Rule::TakeCoin { round, value });
            self.begin_round(value);
            self.advance();
        }
    }

    /// All others end this round with the same value, so what it has to say in the next one is known: it says so at once.
    fn settle(&mut self, round: u64, value: Bit, have: u16) {
        self.disk.decided = Some((round, value));
        let last = (!self.config.stop_on_decide).then_some(Said { report: value, proposal: Some(Some(value)) });
        last.into_iter().for_each(|said| self.disk.rounds.push(said));
        self.persist();
        self.rule(Rule::Decide { round, value, have });
        self.decide(1, value);
        match last {
            Some(said) => {
                self.rule(Rule::OneMoreRound { next: round + 1, value });
                self.say(round + 1, said);
            }
            None => self.rule(Rule::StopAtOnce { round }),
        }
        for request in std::mem::take(&mut self.state.open) {
            self.send(request.client, Message::Reply { request, value });
        }
    }

    /// Somebody was down and may have missed messages.
    fn on_resume(&mut self, from: NodeId, round: u64) {
        self.rule(Rule::Repeat { from, round });
        let missed = self.disk.rounds.clone();
        for (&Said { report, proposal }, round) in missed.from((round as usize).saturating_sub(1)).zip(round..) {
            self.send(from, Message::Report { round, value: report });
            if let Some(value) = proposal {
                self.send(from, Message::Proposal { round, value });
            }
            if self.config.coin == Coin::Common && round < self.disk.round() {
                self.send(DEALER, Message::CoinRequest { round });
            }
        }
    }

    fn on_ask(&mut self, request: RequestId) {
        match self.disk.decided {
            Some((_, value)) => self.send(request.client, Message::Reply { request, value }),
            None if self.state.open.contains(&request) => {}
            None => self.state.open.push(request),
        }
    }
}
