//! What a replica keeps, and its part of the protocol. Versions A and B differ in their thresholds only.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::message::{Bit, Message, Outcome};
use super::rules::Rule;
use super::{BenOr, Client, Config, DEALER, DESCRIPTOR, client};
use crate::kernel::data::names::hash_by_name;
use crate::kernel::prelude::*;

/// What a replica says in a round. It never says anything else there, not even after a crash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Said {
    /// Its value at the beginning of the round, x in the paper.
    pub report: Bit,
    /// What it proposes, once it has come that far; `Some(None)` is ?.
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

// Hashed by hand: what is heard lies in the order of names.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let State { heard, awaits_coin, open } = self;
        hash_by_name(heard.len(), heard.iter(), hasher);
        (awaits_coin, open).hash(hasher);
    }
}

/// What is lost in a crash.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What it has heard, its own words included, by round, step (1 reports, 2 proposals) and sender; `None` is ?.
    pub heard: PersistentMap<(u64, u8, NodeId), Option<Bit>>,
    /// Whether it waits for the dealer's coin.
    pub awaits_coin: bool,
    /// What clients have asked and not been told.
    pub open: Vec<RequestId>,
}

impl State {
    /// What it has heard in a step of a round, and from whom.
    pub fn heard_in(&self, round: u64, step: u8) -> impl Iterator<Item = (NodeId, Option<Bit>)> {
        let from = self.heard.from(&(round, step, NodeId::replica(1)));
        let here = from.take_while(move |(key, _)| (key.0, key.1) == (round, step));
        here.map(|(key, value)| (key.2, *value))
    }

    /// The value that stands there most often, and how often; of two that are even, 0.
    fn leading(&self, round: u64, step: u8) -> (Bit, usize) {
        let count = |bit| self.heard_in(round, step).filter(|(_, value)| *value == Some(bit)).count();
        let (zeros, ones) = (count(0), count(1));
        if ones > zeros { (1, ones) } else { (0, zeros) }
    }
}

impl Algorithm for BenOr {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Outcome;
    type Value = Bit;
    type Message = Message;
    type Timer = Never;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    /// Step 0: round 1 with its input. After a crash: the round that it was in.
    fn boot(cx: &mut Context<'_, Self>) {
        let Some(&said) = cx.disk.rounds.last() else {
            let value = cx.config.inputs[cx.me.index()];
            cx.rule(Rule::Start { value });
            return cx.begin_round(value);
        };
        let round = cx.disk.round();
        cx.rule(Rule::Resume { round });
        cx.say(round, said);
        match cx.disk.decided {
            Some((_, value)) => cx.decide(1, value),
            None => cx.broadcast(Message::Resume { round }),
        }
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        let Input::Deliver { from, message } = input else { return };
        match *message {
            Message::Report { round, value } => cx.hear(from, round, 1, Some(value)),
            Message::Proposal { round, value } => cx.hear(from, round, 2, value),
            Message::Coin { round, value } => cx.on_coin(round, value),
            Message::Resume { round } => cx.on_resume(from, round),
            Message::Ask { request } => cx.on_ask(request),
            Message::CoinRequest { .. } | Message::Reply { .. } => {}
        }
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        client::step(cx, input);
    }
}

impl Context<'_, BenOr> {
    /// Step 1: report the value.
    fn begin_round(&mut self, value: Bit) {
        let said = Said { report: value, proposal: None };
        self.disk.rounds.push(said);
        self.persist();
        let round = self.disk.round();
        self.state.heard.retain(|key, _| key.0 >= round);
        self.say(round, said);
    }

    /// Sends what it has to say in a round to all, itself included.
    fn say(&mut self, round: u64, Said { report, proposal }: Said) {
        self.state.heard.insert((round, 1, self.me), Some(report));
        self.broadcast(Message::Report { round, value: report });
        proposal.into_iter().for_each(|value| self.say_proposal(round, value));
    }

    fn say_proposal(&mut self, round: u64, value: Option<Bit>) {
        self.state.heard.insert((round, 2, self.me), value);
        self.broadcast(Message::Proposal { round, value });
    }

    /// Round and step that it waits in; step 3 is for the coin.
    fn now(&self) -> (u64, u8) {
        let proposed = self.disk.rounds.last().is_some_and(|said| said.proposal.is_some());
        (self.disk.round(), 1 + u8::from(proposed) + u8::from(self.state.awaits_coin))
    }

    /// A report or a proposal: counts once, in its own round and step.
    fn hear(&mut self, from: NodeId, round: u64, step: u8, value: Option<Bit>) {
        let key = (self.counted_in(round), step, from);
        if (key.0, step) < self.now() || self.disk.decided.is_some() || self.state.heard.contains_key(&key) {
            return self.rule(Rule::Ignore { round, from });
        }
        self.state.heard.insert(key, value);
        let (have, need) = (self.state.heard_in(key.0, step).count() as u16, self.config.awaited as u16);
        let early = (key.0, step) > self.now();
        let step = if step == 1 { "report" } else { "proposal" };
        self.rule(Rule::Count { round: key.0, step, from, value, have, need, early });
        self.advance();
    }

    /// A bug switch: messages of any round count in the round at hand.
    fn counted_in(&self, round: u64) -> u64 {
        if self.config.any_round { self.disk.round() } else { round }
    }

    /// Goes on as far as the messages at hand allow; those of the next step may be here already.
    fn advance(&mut self) {
        while self.disk.decided.is_none() {
            let (round, step) = self.now();
            let heard = self.state.heard_in(round, step).count();
            match step {
                _ if heard < self.config.awaited => return,
                1 => self.propose(round, heard),
                _ => self.end_round(round),
            }
        }
    }

    /// Step 2: propose the value that enough reports agree on.
    fn propose(&mut self, round: u64, heard: usize) {
        let (value, have) = self.state.leading(round, 1);
        let need = self.config.to_propose(heard);
        let proposal = (have >= need).then_some(value);
        let Some(&said) = self.disk.rounds.last() else { return };
        self.disk.rounds.truncate(round as usize - 1);
        self.disk.rounds.push(Said { proposal: Some(proposal), ..said });
        self.persist();
        let (have, need, heard) = (have as u16, need as u16, heard as u16);
        match proposal {
            Some(value) => self.rule(Rule::Propose { round, value, have, heard }),
            None => self.rule(Rule::ProposeNone { round, need, heard }),
        }
        self.say_proposal(round, proposal);
    }

    /// Step 3: decide, adopt, or toss a coin.
    fn end_round(&mut self, round: u64) {
        let (value, have) = self.state.leading(round, 2);
        let (need, to_adopt) = (self.config.to_decide, self.config.to_adopt);
        if self.config.common_coin {
            self.send(DEALER, Message::CoinRequest { round });
        }
        if have >= need {
            self.settle(round, value, have as u16);
        } else if have >= to_adopt && !self.config.coin_over_proposal {
            self.rule(Rule::Adopt { round, value, have: have as u16, need: need as u16 });
            self.begin_round(value);
        } else if self.config.common_coin {
            self.state.awaits_coin = true;
            self.rule(Rule::AwaitCoin { round });
        } else {
            let value = self.choose(2) as Bit;
            self.rule(Rule::Toss { round, value, over: have >= to_adopt });
            self.begin_round(value);
        }
    }

    fn on_coin(&mut self, round: u64, value: Bit) {
        if self.now() == (round, 3) {
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
        self.rule(Rule::Decide { round, value, have, stops: last.is_none() });
        self.decide(1, value);
        last.into_iter().for_each(|said| self.say(round + 1, said));
        for request in std::mem::take(&mut self.state.open) {
            self.send(request.client, Message::Reply { request, value });
        }
    }

    /// Somebody was down and may have missed messages.
    fn on_resume(&mut self, from: NodeId, round: u64) {
        self.rule(Rule::Repeat { from, round });
        let missed = self.disk.rounds.clone();
        for (said, round) in missed.from((round as usize).saturating_sub(1)).zip(round..) {
            self.send(from, Message::Report { round, value: said.report });
            said.proposal.into_iter().for_each(|value| self.send(from, Message::Proposal { round, value }));
            if self.config.common_coin && round < self.disk.round() {
                self.send(DEALER, Message::CoinRequest { round });
            }
        }
    }

    fn on_ask(&mut self, request: RequestId) {
        match self.disk.decided {
            Some((_, value)) => self.send(request.client, Message::Reply { request, value }),
            None => self.state.open.push(request),
        }
    }
}
