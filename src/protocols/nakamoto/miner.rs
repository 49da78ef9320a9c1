//! A miner at work: it searches, takes in blocks, and tells others of them (Nakamoto 2008, §5).

use std::cmp::Ordering;
use std::rc::Rc;

use super::attack::Attack;
use super::block::{Block, Message, Payment};
use super::config::{ForkChoice, Tie};
use super::rules::Rule;
use super::tree::{TICKS, height, height as height_of};
use super::{Nakamoto, Timer, Turn};
use crate::kernel::data::delay::Delay;
use crate::kernel::prelude::*;

/// The most blocks that one answer carries.
const MOST_BLOCKS: usize = 64;

/// What is lost in a crash. The tree of blocks is not: it is the disk.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// Blocks whose parent is not known yet: by the parent's number and their own.
    pub orphans: PersistentMap<(u64, u64), Rc<Block>>,
    /// All blocks in the order in which this replica heard of them.
    pub seen: PersistentVec<u64>,
    /// Payments that are heard of and in no decided block.
    pub payments: PersistentMap<RequestId, Payment>,
    /// The highest block that counts as decided.
    pub settled: u64,
    /// In which block a payment was that this merchant has handed something over for.
    pub sold: PersistentMap<RequestId, u64>,
    /// The most blocks of the head's chain that were ever replaced at once.
    pub deepest: u64,
    /// What it keeps back, unless it is honest.
    pub attack: Attack,
    /// Difficulty and parent of the search that is on.
    pub search: (u64, u64),
    /// Its clock, in ticks.
    pub clock: u64,
    /// Whether it has a link to everybody, so that whoever finds a block tells all.
    pub mesh: bool,
}

impl Turn<'_> {
    /// Starts from the blocks on its disk.
    pub fn boot(&mut self) {
        self.state.mesh = self.neighbors().len() + 1 >= self.config.replicas;
        self.choose_again();
        self.state.clock = self.disk.get(self.disk.head).map_or(0, |block| block.time);
        self.search();
        self.tick();
        self.settle();
    }

    /// It may have crashed between writing a block down and choosing its head.
    fn choose_again(&mut self) {
        let known: Vec<_> = self.disk.blocks.keys().copied().collect();
        let better = |head, id| if self.disk.compare(self.config, id, head).is_gt() { id } else { head };
        let head = match self.config.fork_choice {
            ForkChoice::MostWork => known.into_iter().fold(self.disk.head, better),
            ForkChoice::Ghost => self.disk.heaviest(&[], &|_| 0),
        };
        if head != self.disk.head {
            self.disk.head = head;
            self.out.persist(self.disk);
        }
    }

    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, Nakamoto>) {
        match input {
            Input::Fire(Timer::Mine) => self.mine(),
            Input::Fire(Timer::Tick) => {
                self.state.clock += 1;
                self.tick();
            }
            Input::Deliver { from, message: Message::Pay(payment) } => self.on_payment(from, payment),
            Input::Deliver { from, message: Message::Found(block) } => self.on_block(from, block),
            Input::Deliver { from, message: &Message::Ask { missing } } => self.on_ask(from, missing),
            Input::Deliver { from, message: Message::Branch(blocks) } => {
                let new: Vec<_> = blocks.iter().filter(|block| !self.knows(block.id)).collect();
                new.into_iter().for_each(|block| self.on_block(from, block));
            }
            Input::Deliver { .. } | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn tick(&mut self) {
        if self.config.retarget > 0 {
            self.set_timer(Timer::Tick, self.config.block_time.div_ceil(TICKS));
        }
    }

    /// Begins to search. The time that it takes has no memory, so a new head is no reason to begin anew.
    fn search(&mut self) {
        let parent = self.state.attack.tip.unwrap_or(self.disk.head);
        let difficulty = self.disk.next_difficulty(self.config, parent);
        self.state.search = (difficulty, parent);
        if let Some(mean) = self.config.search(self.me, difficulty) {
            let uniform = self.config.uniform_timer;
            self.set_timer(Timer::Mine, if uniform { Delay::uniform(0, 2 * mean) } else { Delay::exponential(mean) });
        }
    }

    /// Begins anew where what it mines on now has another difficulty.
    fn search_on(&mut self) {
        let parent = self.state.attack.tip.unwrap_or(self.disk.head);
        if self.config.retarget > 0 && self.disk.next_difficulty(self.config, parent) != self.state.search.0 {
            self.search();
        }
    }

    /// The parent of what was just found.
    fn parent(&self) -> u64 {
        let now = self.state.attack.tip.unwrap_or(self.disk.head);
        if self.config.stale_parent { self.state.search.1 } else { now }
    }

    /// It has found a block.
    fn mine(&mut self) {
        let parent = self.parent();
        let time = self.state.clock.max(self.disk.get(parent).map_or(0, |block| block.time));
        let (difficulty, payments) = (self.disk.next_difficulty(self.config, parent), self.fitting_payments(parent));
        let (height, miner) = (height(parent) + 1, self.me);
        let mut block = Block { id: 0, height, miner, parent, difficulty, time, proof: 0, payments };
        block.proof = block.fitting_proof();
        let block = Rc::new(block.numbered());
        if self.knows(block.id) {
            return self.search();
        }
        self.state.seen.push(block.id);
        self.disk.insert(self.config, &block);
        self.out.persist(self.disk);
        if self.config.is_honest(self.me) || !self.keep_back(&block) {
            self.rule(Rule::Mine { height });
            self.publish(&block);
        }
        self.search();
    }

    /// The payments that are not in the chain yet which ends here.
    fn fitting_payments(&self, parent: u64) -> Vec<Payment> {
        let spent = |request| self.disk.chain(parent).any(|block| block.spends(request));
        let own = self.state.attack.payment().filter(|_| self.state.attack.tip.is_some());
        // A thief keeps the coin in its own chain; whoever feeds a merchant pays in it.
        let back = own.map(|payment| Payment { back: !self.is_eclipsing(), ..payment.clone() });
        let others = self.state.payments.values().filter(|other| own.is_none_or(|own| own.request != other.request));
        back.iter().chain(others).filter(|payment| !spent(payment.request)).cloned().collect()
    }

    /// Tells all neighbors of an own block, and judges it as they do.
    pub(super) fn publish(&mut self, block: &Rc<Block>) {
        self.broadcast(Message::Found(block.clone()));
        self.choose_head(block.id);
    }

    fn knows(&self, id: u64) -> bool {
        self.disk.blocks.contains_key(&id)
    }

    fn on_block(&mut self, from: NodeId, block: &Rc<Block>) {
        let height = block.height;
        if self.knows(block.id) || self.state.orphans.contains_key(&(block.parent, block.id)) {
            return self.rule(Rule::KnownBlock { height });
        }
        if !self.config.work_not_checked && !block.is_proved() {
            return self.rule(Rule::NoProof { height, miner: block.miner });
        }
        self.state.seen.push(block.id);
        if !self.disk.reaches(block.parent) {
            self.rule(Rule::Orphan { height, from });
            self.keep_orphan(block);
            return self.ask_for_parents(from, block.parent);
        }
        self.join(Some(from), block);
        let mut joined = vec![block.id];
        while let Some(parent) = joined.pop() {
            let after = |((below, _), _): &(&(u64, u64), &Rc<Block>)| *below == parent;
            let orphans = self.state.orphans.clone();
            for (key, orphan) in orphans.from(&(parent, 0)).take_while(after) {
                self.state.orphans.remove(key);
                self.rule(Rule::OrphanJoins { height: orphan.height });
                self.join(None, orphan);
                joined.push(orphan.id);
            }
        }
        self.follow_public_chain();
        self.search_on();
    }

    fn keep_orphan(&mut self, block: &Rc<Block>) {
        if !self.config.drop_orphans {
            self.state.orphans.insert((block.parent, block.id), block.clone());
        }
    }

    /// Asks for the lowest block that is missing.
    fn ask_for_parents(&mut self, from: NodeId, parent: u64) {
        let mut missing = parent;
        while let Some(orphan) = self.state.orphans.values().find(|orphan| orphan.id == missing) {
            missing = orphan.parent;
        }
        self.send(from, Message::Ask { missing });
    }

    /// Answers with the block and those below it, down to the last ones that both may have.
    fn on_ask(&mut self, from: NodeId, missing: u64) {
        if self.state.attack.secret.contains(&missing) || !self.knows(missing) {
            return self.rule(Rule::CannotHelp { from, height: height(missing) });
        }
        let mut blocks: Vec<_> = self.disk.chain(missing).take(MOST_BLOCKS).cloned().collect();
        blocks.reverse();
        self.rule(Rule::Help { from, count: blocks.len() as u64 });
        self.send(from, Message::Branch(blocks.into()));
    }

    /// A block whose parent is there becomes part of the tree.
    fn join(&mut self, from: Option<NodeId>, block: &Rc<Block>) {
        if block.difficulty != self.disk.next_difficulty(self.config, block.parent) {
            return self.rule(Rule::WrongDifficulty { height: block.height, miner: block.miner });
        }
        self.disk.insert(self.config, block);
        self.out.persist(self.disk);
        self.pass_on(from, || Message::Found(block.clone()));
        self.choose_head(block.id);
    }

    /// Tells the neighbors, but for the one that it has it from. In a full mesh, who found it has told everybody.
    fn pass_on(&mut self, from: Option<NodeId>, message: impl Fn() -> Message) {
        if !self.state.mesh {
            let others = self.neighbors().into_iter().filter(|other| Some(*other) != from);
            others.for_each(|other| self.send(other, message()));
        }
    }

    /// Whether a block is to be the head, now that it can be.
    fn choose_head(&mut self, id: u64) {
        let (old, height) = (self.disk.head, height(id));
        let head = self.best(old, id);
        if head == old {
            return self.rule(Rule::KeepBranch { height });
        }
        let (fork, height) = (self.disk.fork(old, head), height_of(head));
        let depth = height_of(old) - height_of(fork);
        self.rule(match self.config.fork_choice {
            _ if depth == 0 => Rule::Extend { height },
            ForkChoice::MostWork => Rule::Reorganize { height, depth },
            ForkChoice::Ghost => Rule::HeavierSubtree { height, depth },
        });
        self.state.deepest = self.state.deepest.max(depth);
        self.disk.head = head;
        self.out.persist(self.disk);
        self.settle();
    }

    fn best(&mut self, old: u64, id: u64) -> u64 {
        if self.config.fork_choice == ForkChoice::Ghost {
            let seen = |id| self.state.seen.iter().position(|seen| *seen == id).unwrap_or(usize::MAX);
            return self.disk.heaviest(&self.state.attack.secret, &seen);
        }
        let wins = match self.disk.compare(self.config, id, old) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => self.favours(id) || self.config.tie == Tie::Random && self.choose(2) == 0,
        };
        if wins { id } else { old }
    }

    /// Whether a selfish miner's block reaches it before the one that it races with: the option gamma stands for the network.
    fn favours(&self, id: u64) -> bool {
        let selfish = |block: &Rc<Block>| !self.config.is_honest(block.miner);
        self.config.favours[self.me.index()] && self.disk.get(id).is_some_and(selfish)
    }

    /// Blocks that are deep enough count as decided; a merchant relies on them.
    fn settle(&mut self) {
        let (tree, top) = (self.disk.clone(), height(self.disk.head) + 1);
        let Some(deep) = tree.at(tree.head, top.saturating_sub(self.config.confirmations)).map(|block| block.id) else {
            return;
        };
        let fork = tree.fork(std::mem::replace(&mut self.state.settled, deep), deep);
        let decided: Vec<_> = tree.chain(deep).take_while(|block| block.id != fork).collect();
        for block in decided.into_iter().rev() {
            self.decide(block.height, block.clone());
            for payment in &block.payments {
                self.state.payments.remove(&payment.request);
                self.sell(block, payment);
            }
        }
    }

    fn sell(&mut self, block: &Block, Payment { request, what, back }: &Payment) {
        if *back || what.merchant != self.me || self.state.sold.contains_key(request) {
            return;
        }
        let height = block.height;
        self.state.sold.insert(*request, block.id);
        self.rule(Rule::Sell { height });
        self.send(request.client, Message::Sold { request: *request, height });
    }

    /// A payment: a thief's own is the beginning of its attack.
    fn on_payment(&mut self, from: NodeId, payment: &Payment) {
        let request = payment.request;
        if self.state.payments.contains_key(&request) || self.state.attack.is_about(request) {
            return self.rule(Rule::KnownPayment);
        }
        if from.is_client() && self.prepare_theft(payment) {
            return;
        }
        self.rule(Rule::PassOnPayment);
        self.spread_payment(from, payment);
    }

    pub(super) fn spread_payment(&mut self, from: NodeId, payment: &Payment) {
        self.state.payments.insert(payment.request, payment.clone());
        if from.is_client() {
            self.broadcast(Message::Pay(payment.clone()));
        } else {
            self.pass_on(Some(from), || Message::Pay(payment.clone()));
        }
    }
}
