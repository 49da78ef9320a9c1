//! Miners who keep blocks back: the selfish one (Eyal, Sirer 2014, Algorithm 1) and the thief (Nakamoto 2008, §11).

use std::rc::Rc;

use super::Turn;
use super::block::{Block, Message, Payment, UNIT};
use super::config::{ForkChoice, Strategy};
use super::rules::Rule;
use super::tree::height;
use crate::kernel::prelude::*;

/// What a miner keeps back.
#[derive(Clone, Hash, Debug, Default)]
pub struct Attack {
    /// The end of its own branch, while it works on one.
    pub tip: Option<u64>,
    /// The blocks of that branch that nobody else knows, the lowest first.
    pub secret: Vec<u64>,
    /// Of a thief: what it has paid, or is going to pay.
    pub theft: Option<Theft>,
}

/// A theft that is on.
#[derive(Clone, Hash, Debug)]
pub struct Theft {
    /// What it will have been paid for, and not paid.
    pub payment: Payment,
    /// The height of the public chain when it paid; `None` while it works on its head start.
    pub paid_at: Option<u64>,
}

impl Attack {
    /// The payment that is to be undone.
    pub fn payment(&self) -> Option<&Payment> {
        self.theft.as_ref().map(|theft| &theft.payment)
    }

    /// Whether it is to undo this payment.
    pub fn is_about(&self, request: RequestId) -> bool {
        self.payment().is_some_and(|payment| payment.request == request)
    }
}

impl Turn<'_> {
    /// A block of its own: whether it is kept back, or published in the course of a plan.
    pub(super) fn keep_back(&mut self, block: &Rc<Block>) -> bool {
        if self.is_eclipsing() {
            return self.feed(block);
        }
        let selfish = self.config.strategy[self.me.index()] == Strategy::Selfish;
        if !selfish && self.state.attack.theft.is_none() {
            return false;
        }
        // Its branch is out already and as long as the public one: this block decides the race.
        let race = selfish && self.state.attack.tip.is_some() && self.state.attack.secret.is_empty();
        self.state.attack.secret.push(block.id);
        self.state.attack.tip = Some(block.id);
        let (height, lead) = (block.height, block.height.saturating_sub(height(self.disk.head)));
        if race {
            self.rule(Rule::WinRace { height });
            self.release(u64::MAX);
            self.state.attack.tip = None;
            return true;
        }
        self.rule(Rule::KeepSecret { height, lead });
        if !selfish {
            self.pay_when_ready();
            self.steal_when_ready();
        }
        true
    }

    /// Publishes the secret blocks up to a height.
    fn release(&mut self, up_to: u64) {
        let secret = std::mem::take(&mut self.state.attack.secret);
        let (out, kept) = secret.into_iter().partition(|id| height(*id) <= up_to);
        self.state.attack.secret = kept;
        let out: Vec<u64> = out;
        for id in out {
            if let Some(block) = self.disk.get(id).cloned() {
                self.publish(&block);
            }
        }
    }

    /// The public chain may have grown.
    pub(super) fn follow_public_chain(&mut self) {
        match self.config.strategy[self.me.index()] {
            Strategy::Honest | Strategy::Eclipse => {}
            Strategy::Selfish => self.race(),
            Strategy::Thief => self.follow_as_thief(),
        }
    }

    /// The lead that is left decides, as in Algorithm 1: behind, adopt; equal, race; one ahead, publish all and win; more,
    /// publish as much as the others have.
    fn race(&mut self) {
        let Some(tip) = self.state.attack.tip else { return };
        let public = height(self.disk.head);
        let next = self.state.attack.secret.first().map_or(u64::MAX, |id| height(*id));
        if public > height(tip) {
            self.rule(Rule::Adopt { height: public });
            (self.state.attack.tip, self.state.attack.secret) = (None, Vec::new());
        } else if next <= public {
            let lead = height(tip) - public;
            match lead {
                0 => self.rule(Rule::Race { height: public }),
                1 => self.rule(Rule::PublishAll { height: height(tip) }),
                _ => self.rule(Rule::PublishOne { height: public, lead }),
            }
            self.release(if lead < 2 { u64::MAX } else { public });
            if lead == 1 {
                self.state.attack.tip = None;
            }
        }
    }

    /// A client's payment through a thief: whether it will try to have it undone.
    pub(super) fn prepare_theft(&mut self, payment: &Payment) -> bool {
        let way = self.config.strategy[self.me.index()];
        if way == Strategy::Eclipse {
            return self.eclipse(payment);
        }
        if way != Strategy::Thief || self.state.attack.theft.is_some() {
            return false;
        }
        self.state.attack.theft = Some(Theft { payment: payment.clone(), paid_at: None });
        self.state.attack.tip = Some(self.disk.head);
        self.rule(Rule::PlanTheft { ahead: self.config.head_start });
        self.pay_when_ready();
        true
    }

    fn pay_when_ready(&mut self) {
        let (ready, public) = (self.state.attack.secret.len() as u64 >= self.config.head_start, height(self.disk.head));
        let Some(theft) = self.state.attack.theft.as_mut().filter(|theft| ready && theft.paid_at.is_none()) else {
            return;
        };
        theft.paid_at = Some(public);
        let payment = theft.payment.clone();
        self.rule(Rule::PayAndMineOn { height: public });
        self.broadcast(Message::Pay(payment));
    }

    /// Publishes once the merchant has handed over, and the secret branch is longer.
    fn steal_when_ready(&mut self) {
        let (Some(theft), Some(tip)) = (&self.state.attack.theft, self.state.attack.tip) else { return };
        let (head, request) = (self.disk.head, theft.payment.request);
        let (public, own) = self.standing(tip);
        let (Some(paid_at), true) = (theft.paid_at, public < own) else { return };
        let public = self.disk.chain(head).take_while(|block| block.height > paid_at);
        let Some(block) = public.into_iter().find(|block| block.spends(request)) else { return };
        if height(head) + 1 >= block.height + self.config.confirmations {
            let blocks = self.state.attack.secret.len() as u64;
            self.rule(Rule::Steal { blocks, depth: height(head) - paid_at });
            self.release(u64::MAX);
            self.state.attack = Attack::default();
        }
    }

    /// How far the public side and its own have come, as the others count: the height of their ends, or with GHOST the work in
    /// all branches since they parted, in blocks.
    fn standing(&self, tip: u64) -> (u64, u64) {
        let (tree, head) = (&*self.disk, self.disk.head);
        if self.config.fork_choice == ForkChoice::MostWork {
            return (height(head), height(tip));
        }
        let fork = tree.fork(tip, head);
        let (own, public) = (tree.work(tip) - tree.work(fork), tree.subtrees(&self.state.attack.secret));
        let against = public.get(&tree.next_above(head, fork)).filter(|_| fork != head);
        (against.map_or(0, |work| work / UNIT), own / UNIT)
    }

    fn follow_as_thief(&mut self) {
        let (Some(theft), Some(tip)) = (&self.state.attack.theft, self.state.attack.tip) else { return };
        let (public, own) = (height(self.disk.head), height(tip));
        match theft.paid_at {
            // Its head start is gone: it begins anew on the new head.
            None if public >= own.max(1) && self.disk.head != tip => {
                (self.state.attack.tip, self.state.attack.secret) = (Some(self.disk.head), Vec::new());
            }
            Some(_) => match self.standing(tip) {
                (public, own) if public >= own + self.config.give_up => {
                    self.rule(Rule::GiveUp { behind: public - own });
                    self.state.attack = Attack::default();
                }
                _ => self.steal_when_ready(),
            },
            None => {}
        }
    }
}
