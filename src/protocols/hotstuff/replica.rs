//! A replica's state, and the shape of a step: what changed becomes durable before anything is said.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::execute::Service;
use super::message::{Certificate, Message, NewView, Node, Phase, Request, Vote};
use super::rules::Rule;
use super::tree::{Tree, justifying};
use super::{Config, HotStuff, Timer};
use crate::kernel::prelude::*;

/// Survives a crash.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Disk {
    /// Whether it has run before.
    pub born: bool,
    /// curView.
    pub view: u64,
    /// The view that it wants to be in; it votes in none below. Where this is curView, it waits for nothing.
    pub wish: u64,
    /// How it has voted, by view and type; the last one is vheight.
    pub voted: PersistentMap<(u64, Phase), u64>,
    /// The last view in which it has proposed.
    pub proposed: u64,
    /// The nodes that it knows.
    pub tree: Tree,
    /// prepareQC, genericQC in the chained form: the highest certificate that it knows.
    pub generic: Rc<Certificate>,
    /// lockedQC.
    pub locked: Rc<Certificate>,
    /// The certificate by which the last node was committed.
    pub decided: Rc<Certificate>,
    /// The nodes that were executed, in their order.
    pub chain: PersistentVec<(u64, Rc<Node>)>,
    /// The store after the last of them.
    pub service: Service,
}

/// What one step brought about, for those who watch.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct News {
    /// Votes that it signed.
    pub votes: Vec<Vote>,
    /// Nodes that it turned down for its lock: view and who proposed them.
    pub refused: Vec<(u64, NodeId)>,
    /// Nodes on which a commit rule was carried out, with the certificates at hand.
    pub commits: Vec<(u64, Rc<Certificate>)>,
    /// The timer of a view that it started: after how many timeouts, how long.
    pub waits: Option<(u32, Time)>,
}

/// Lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// Requests received and not executed, oldest first.
    pub waiting: Vec<Rc<Signed<Request>>>,
    /// Votes that it gathers as a leader.
    pub votes: PersistentMap<(Vote, NodeId), Signed<Vote>>,
    /// The last new-view message of each replica, its own included.
    pub new_views: PersistentMap<NodeId, NewView>,
    /// Proposals of views that it is not in yet.
    pub early: PersistentMap<u64, Rc<Node>>,
    /// Nodes that can't be put into the tree yet, and certificates for nodes that it lacks, with who sent them.
    pub orphans: PersistentMap<u64, (NodeId, Rc<Node>)>,
    pub(super) unlearned: Vec<(NodeId, Rc<Certificate>)>,
    /// Whom it has asked for which node since the last timeout.
    pub(super) asked: PersistentMap<(NodeId, u64), ()>,
    /// Basic HotStuff: of which type its last certificate as the leader was, and in which view.
    pub(super) certified: (u64, Phase),
    /// The view in which it has a certificate to show that others wait for.
    pub(super) owes: u64,
    /// How many timeouts there were since the last commit.
    pub failures: u32,
    /// The view for which its timer runs.
    pub(super) timer: Option<u64>,
    /// The view for which it told the leader that it has come.
    pub(super) told: u64,
    /// The view for which it has begun to wait Δ, and the one for which it has waited.
    pub(super) waits: u64,
    pub(super) waited: u64,
    pub(super) news: News,
}

/// One step of a replica. What is sent waits until the disk is safe.
pub struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) me: NodeId,
    pub(super) state: &'a mut State,
    pub(super) disk: &'a mut Disk,
    pub(super) out: &'a mut Effects<HotStuff>,
    pub(super) dirty: bool,
    pub(super) decisions: Vec<(u64, Rc<Node>)>,
    pub(super) sends: Vec<(Option<NodeId>, Message)>,
}

impl<'a> Turn<'a> {
    /// Begins a step.
    pub fn new(cx: &'a mut Context<'_, HotStuff>) -> Self {
        cx.state.news = News::default();
        Turn {
            config: cx.config,
            me: cx.me,
            state: cx.state,
            disk: cx.disk,
            out: cx.out,
            dirty: false,
            decisions: Vec::new(),
            sends: Vec::new(),
        }
    }

    /// Starts from the disk. Whoever comes back wants to know what it has missed.
    pub fn recover(&mut self) {
        for (_, node) in self.disk.chain.iter() {
            self.decisions.push((node.height, node.clone()));
        }
        if self.disk.born {
            self.out.rule(Rule::Resume { view: self.disk.view });
            return self.wish(self.disk.wish, true);
        }
        let genesis = Rc::new(Certificate { phase: justifying(self.config), ..Certificate::default() });
        self.disk.generic = genesis.clone();
        self.disk.locked = genesis.clone();
        self.disk.decided = genesis;
        self.disk.born = true;
        self.disk.view = 1;
        self.disk.wish = 1;
        self.dirty = true;
    }

    /// One message.
    pub fn deliver(&mut self, from: NodeId, message: &Message) {
        match message {
            Message::Request(request) => self.on_request(request.clone()),
            Message::Proposal(node) => self.on_proposal(from, node),
            Message::Vote(vote) => self.on_vote(from, *vote),
            Message::Certified(certificate) => self.on_certified(from, certificate),
            Message::NewView(new_view) => self.on_new_view(from, new_view),
            Message::Fetch { node, above } => self.on_fetch(from, *node, *above),
            Message::Branch(nodes) => self.on_branch(from, nodes),
            Message::Newest(certificates) => self.on_newest(from, certificates),
            Message::Reply(_) => {}
        }
    }

    /// A timer has fired.
    pub fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::View => self.on_timeout(),
            Timer::Wait => {
                self.state.waited = self.state.waits;
                self.out.rule(Rule::WaitedLong { view: self.state.waits });
            }
            Timer::Retry => {}
        }
    }

    /// Ends a step: does what has become possible; then what changed becomes durable, and is told.
    pub fn finish(mut self) {
        while self.certify() || self.propose() || self.take_early() || self.tell_leader() {}
        self.run_timer();
        if self.dirty {
            self.out.persist(self.disk);
        }
        for (height, node) in self.decisions.drain(..) {
            self.out.decide(height, node);
        }
        for (to, message) in self.sends.drain(..) {
            match to {
                Some(to) => self.out.send(to, message),
                None => self.out.broadcast(message),
            }
        }
    }

    pub(super) fn broadcast(&mut self, message: Message) {
        self.sends.push((None, message));
    }

    /// Sends a message; nothing where that is to itself.
    pub(super) fn send(&mut self, to: NodeId, message: Message) {
        if to != self.me {
            self.sends.push((Some(to), message));
        }
    }
}
