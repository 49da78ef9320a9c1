//! A miner that has all the links of a merchant to itself (Heilman, Kendler, Zohar, Goldberg: *Eclipse Attacks on Bitcoin's
//! Peer-to-Peer Network*, USENIX Security 2015). The merchant sees only the branch that this miner mines for it. How the miner
//! got the links is not its affair: a scenario cuts the others.

use std::rc::Rc;

use super::Turn;
use super::attack::{Attack, Theft};
use super::block::{Block, Message, Payment};
use super::config::Strategy;
use super::rules::Rule;
use super::tree::height;

impl Turn<'_> {
    /// Whether it mines a branch for one merchant alone.
    pub(super) fn is_eclipsing(&self) -> bool {
        self.config.strategy[self.me.index()] == Strategy::Eclipse && self.state.attack.theft.is_some()
    }

    /// A client's payment through it: whether it pays it to the merchant alone.
    pub(super) fn eclipse(&mut self, payment: &Payment) -> bool {
        let merchant = payment.what.merchant;
        if self.state.attack.theft.is_some() || merchant == self.me {
            return false;
        }
        let paid_at = Some(height(self.disk.head));
        self.state.attack.theft = Some(Theft { payment: payment.clone(), paid_at });
        self.state.attack.tip = Some(self.disk.head);
        self.rule(Rule::PayTwice { merchant });
        let back = Payment { back: true, ..payment.clone() };
        for other in self.neighbors() {
            let told = if other == merchant { payment } else { &back };
            self.send(other, Message::Pay(told.clone()));
        }
        true
    }

    /// A block of its own: only the merchant gets it. With the last one that the merchant waits for, the work is done.
    pub(super) fn feed(&mut self, block: &Rc<Block>) -> bool {
        let Some(payment) = self.state.attack.payment() else { return false };
        let (merchant, request) = (payment.what.merchant, payment.request);
        self.state.attack.tip = Some(block.id);
        self.rule(Rule::Feed { height: block.height, merchant });
        self.send(merchant, Message::Found(block.clone()));
        let paid = self.disk.chain(block.id).find(|below| below.spends(request)).map(|first| first.height);
        if paid.is_some_and(|first| block.height + 1 >= first + self.config.confirmations) {
            self.rule(Rule::LetGo { merchant });
            self.state.attack = Attack::default();
        }
        true
    }
}
