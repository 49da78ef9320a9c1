//! A replica's state and what it does in the normal case: request, pre-prepare, prepare, commit, reply (§4.1, §4.2).

use std::rc::Rc;

use super::certificates::{fits, fits_request};
use super::message::{
    Commit, Decided, Message, NewView, Place, PrePrepare, Prepare, Prepared, Proposal, Request, ViewChange, Vote,
    authentic, digest,
};
use super::rules::Rule;
use super::{Config, Decree, Pbft};
use crate::kernel::{Effects, Log, NodeId, RequestId, Signed, Table};
use crate::protocols::kv::{Store, Word};

/// How far above the last executed number messages are taken: it bounds the log, as the high watermark will.
pub const WINDOW: u64 = 256;
/// How many pre-prepares of later views are kept.
const MOST_EARLY: usize = 64;

/// What a replica knows of one sequence number that has not been executed, or is done again in a new view.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Slot {
    /// The pre-prepare that it accepted in its present view.
    pub accepted: Option<Rc<Proposal>>,
    /// Its prepared certificate of the highest view.
    pub prepared: Option<Rc<Prepared>>,
    /// Its commit certificate.
    pub committed: Option<Rc<Decided>>,
}

/// Survives a crash. The paper's replicas don't forget; here whatever a promise rests on is durable before it is sent:
/// the view, what was accepted, prepared and committed, and the service's state with the last reply to each client.
#[derive(Clone, Hash, Default)]
pub struct Disk {
    /// Whether it has run before: a replica that comes back asks what it missed.
    pub born: bool,
    /// v.
    pub view: u64,
    /// Whether it has left the view before and v has not begun here.
    pub changing: bool,
    /// What is under way, by sequence number.
    pub slots: Table<u64, Slot>,
    /// What is executed, number 1 first, each with its commit certificate.
    pub decided: Log<Rc<Decided>>,
    /// The last reply to each client: t and r (§4.1).
    pub replies: Table<NodeId, (u32, Word)>,
    /// The service's state.
    pub store: Store,
    /// Its own view-change for v, while v has not begun.
    pub view_change: Option<Rc<Signed<ViewChange>>>,
    /// The new-view with which v began.
    pub new_view: Option<Rc<Signed<NewView>>>,
}

impl Disk {
    /// The last executed number.
    pub fn executed(&self) -> u64 {
        self.decided.len() as u64
    }

    /// The pre-prepare that was accepted for a number in the present view.
    pub fn accepted(&self, sequence: u64) -> Option<&Rc<Proposal>> {
        self.slots.get(&sequence)?.accepted.as_ref().filter(|proposal| proposal.place().view == self.view)
    }

    /// The certificate of a number that prepared in the present view.
    pub fn prepared(&self, sequence: u64) -> Option<&Rc<Prepared>> {
        self.slots.get(&sequence)?.prepared.as_ref().filter(|cert| cert.proposal.place().view == self.view)
    }
}

/// Votes on one number: of each replica the one of the highest view that came first.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Votes {
    pub(super) prepares: Vec<Signed<Prepare>>,
    pub(super) commits: Vec<Signed<Commit>>,
}

/// What a backup's timer runs for (§4.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Awaited {
    /// A request that it received and has not executed.
    Request(RequestId),
    /// A number that it accepted and has not executed.
    Number(u64),
}

/// What one step brought about, for the properties.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct News {
    pub(super) prepared: Vec<Place>,
    pub(super) executed: Vec<(RequestId, Word)>,
}

/// Lost in a crash: timers, and what others send again.
#[derive(Clone, Hash, Default)]
pub struct State {
    /// Requests received and not executed, oldest first, one of each client.
    pub(super) waiting: Vec<Rc<Signed<Request>>>,
    pub(super) votes: Table<u64, Votes>,
    /// Pre-prepares of views that have not begun here.
    pub(super) early: Vec<Rc<Proposal>>,
    /// The newest view-change of each replica.
    pub(super) view_changes: Table<NodeId, Rc<Signed<ViewChange>>>,
    /// The primary's next number.
    pub(super) next: u64,
    /// View changes since the last progress: the time-out doubles with each.
    pub(super) attempts: u32,
    pub(super) awaited: Option<Awaited>,
    /// Between views: Q view-changes are known and the timer runs.
    pub(super) quorum_known: bool,
    pub(super) resending: bool,
    /// A message showed that others are ahead.
    pub(super) behind: bool,
    pub(super) news: News,
}

/// One step of a replica. What is sent waits until the disk is safe.
pub struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) me: NodeId,
    pub(super) state: &'a mut State,
    pub(super) disk: &'a mut Disk,
    pub(super) out: &'a mut Effects<Pbft>,
    pub(super) dirty: bool,
    pub(super) decisions: Vec<(u64, Decree)>,
    pub(super) sends: Vec<(Option<NodeId>, Message)>,
}

impl<'a> Turn<'a> {
    /// Begins a step.
    pub fn new(
        config: &'a Config,
        me: NodeId,
        state: &'a mut State,
        disk: &'a mut Disk,
        out: &'a mut Effects<Pbft>,
    ) -> Self {
        state.news.prepared.clear();
        state.news.executed.clear();
        Turn { config, me, state, disk, out, dirty: false, decisions: Vec::new(), sends: Vec::new() }
    }

    /// Ends a step: what changed becomes durable, then it is told, then the timers follow.
    pub fn finish(mut self) {
        if self.dirty {
            self.out.persist(self.disk);
        }
        for (sequence, decree) in self.decisions.drain(..) {
            self.out.decide(sequence, decree);
        }
        for (to, message) in self.sends.drain(..) {
            match to {
                Some(to) => self.out.send(to, message),
                None => self.out.broadcast(message),
            }
        }
        self.update_timers();
    }

    /// One message.
    pub fn deliver(&mut self, from: NodeId, message: Message) {
        match message {
            Message::Request(request) => self.on_request(from, request),
            Message::PrePrepare(proposal) => self.on_pre_prepare(from, proposal),
            Message::Prepare(vote) => self.on_prepare(vote),
            Message::Commit(vote) => self.on_commit(vote),
            Message::ViewChange(change) => self.on_view_change(from, change),
            Message::NewView(new) => self.on_new_view(from, new),
            Message::Status { view, changing, executed } => self.on_status(from, view, changing, executed),
            Message::Decided(list) => self.on_decided(from, &list),
            Message::Reply(_) => {}
        }
    }

    pub(super) fn leads(&self) -> bool {
        !self.disk.changing && self.config.primary(self.disk.view) == self.me
    }

    pub(super) fn broadcast(&mut self, message: Message) {
        self.sends.push((None, message));
    }

    pub(super) fn send(&mut self, to: NodeId, message: Message) {
        self.sends.push((Some(to), message));
    }

    /// §4.2: the primary gives a request a number; §4.4: a backup relays it and starts its timer.
    fn on_request(&mut self, from: NodeId, request: Rc<Signed<Request>>) {
        let id = request.body().id;
        if !authentic(&Some(request.clone())) {
            return self.out.rule(Rule::BadRequest { from });
        }
        match self.disk.replies.get(&id.client) {
            Some((last, result)) if *last == id.number => {
                let result = result.clone();
                self.out.rule(Rule::ReplyAgain { id });
                return self.reply(id, result);
            }
            Some((last, _)) if *last > id.number => return self.out.rule(Rule::OldRequest { id }),
            _ => {}
        }
        self.wait_for(&request);
        if self.leads() {
            if self.ordered(&request) {
                return self.out.rule(Rule::AlreadyOrdered { id });
            }
            return self.order_waiting();
        }
        if self.disk.changing {
            return self.out.rule(Rule::Keep { id, view: self.disk.view });
        }
        let primary = self.config.primary(self.disk.view);
        self.out.rule(Rule::Relay { id, primary });
        if from.is_client() {
            self.send(primary, Message::Request(request));
        }
    }

    /// Remembers a request that is to be executed; a client's later request takes the place of an earlier one.
    fn wait_for(&mut self, request: &Rc<Signed<Request>>) {
        let id = request.body().id;
        let done = self.disk.replies.get(&id.client).is_some_and(|(last, _)| *last >= id.number);
        let newer = |old: &Rc<Signed<Request>>| old.body().id.client == id.client && old.body().id.number >= id.number;
        if done || self.state.waiting.iter().any(newer) {
            return;
        }
        self.state.waiting.retain(|old| old.body().id.client != id.client);
        self.state.waiting.push(request.clone());
    }

    /// Whether a request has a number in the present view and is under way with it.
    fn ordered(&self, request: &Rc<Signed<Request>>) -> bool {
        let same = |proposal: &Rc<Proposal>| {
            proposal.place().view == self.disk.view && proposal.request.as_ref() == Some(request)
        };
        self.disk.slots.values().any(|slot| slot.accepted.as_ref().is_some_and(same))
    }

    /// The primary gives numbers to the requests that wait for one, as long as there is room.
    pub(super) fn order_waiting(&mut self) {
        for request in self.state.waiting.clone() {
            let id = request.body().id;
            if self.ordered(&request) {
                continue;
            }
            if self.state.next > self.disk.executed() + self.config.max_in_flight {
                self.out.rule(Rule::Queued { id, limit: self.config.max_in_flight as u16 });
                return;
            }
            let (view, sequence) = (self.disk.view, self.state.next);
            self.state.next += 1;
            let order = Some(request);
            let signed = self.out.sign(PrePrepare(Place { view, sequence, digest: digest(&order) }));
            let proposal = Rc::new(Proposal { order: signed, request: order });
            self.out.rule(Rule::Assign { id, view, sequence });
            self.broadcast(Message::PrePrepare(proposal.clone()));
            self.accept(proposal);
            self.advance(sequence);
        }
    }

    /// §4.2: a backup accepts a pre-prepare once for each view and number.
    pub(super) fn on_pre_prepare(&mut self, from: NodeId, proposal: Rc<Proposal>) {
        let Place { view, sequence, .. } = *proposal.place();
        if proposal.order.signer() != self.config.primary(view) {
            return self.out.rule(Rule::NotThePrimary { from, view });
        }
        if !fits_request(self.config, proposal.place(), &proposal.request) {
            return self.out.rule(Rule::WrongDigest { sequence, from });
        }
        if view > self.disk.view || (view == self.disk.view && self.disk.changing) {
            self.state.behind = true;
            if self.state.early.len() < MOST_EARLY {
                self.state.early.push(proposal);
            }
            return self.out.rule(Rule::TooEarly { view });
        }
        if view < self.disk.view {
            return self.out.rule(Rule::OtherView { view, mine: self.disk.view });
        }
        if sequence <= self.disk.executed() {
            return self.out.rule(Rule::Repeated { sequence });
        }
        if sequence > self.disk.executed() + WINDOW {
            self.state.behind = true;
            return self.out.rule(Rule::OutOfRange { sequence });
        }
        if let Some(old) = self.disk.accepted(sequence) {
            let same = old.place().digest == proposal.place().digest;
            return self.out.rule(if same {
                Rule::Repeated { sequence }
            } else {
                Rule::SecondPrePrepare { view, sequence }
            });
        }
        self.out.rule(Rule::PrePrepareAccepted { view, sequence });
        if let Some(request) = &proposal.request {
            self.wait_for(request);
        }
        self.accept(proposal);
        self.prepare(sequence);
        self.advance(sequence);
    }

    /// Writes down what is accepted for a number.
    pub(super) fn accept(&mut self, proposal: Rc<Proposal>) {
        let sequence = proposal.place().sequence;
        let slot = self.disk.slots.get(&sequence).cloned().unwrap_or_default();
        self.disk.slots.insert(sequence, Slot { accepted: Some(proposal), committed: None, ..slot });
        self.dirty = true;
    }

    /// A backup's prepare for what it accepted.
    pub(super) fn prepare(&mut self, sequence: u64) {
        let Some(proposal) = self.disk.accepted(sequence) else { return };
        let vote = self.out.sign(Prepare(*proposal.place()));
        keep(&mut self.state.votes.get_or_insert(sequence, Votes::default()).prepares, vote);
        self.broadcast(Message::Prepare(vote));
    }

    /// After a crash: this replica's own votes are on its disk, in what it accepted and prepared.
    pub(super) fn recall_votes(&mut self, sequence: u64) {
        let Some(place) = self.disk.accepted(sequence).map(|proposal| *proposal.place()) else { return };
        let votes = self.state.votes.get_or_insert(sequence, Votes::default());
        if self.config.primary(place.view) != self.me {
            keep(&mut votes.prepares, self.out.sign(Prepare(place)));
        }
        if self.disk.prepared(sequence).is_some() {
            keep(&mut votes.commits, self.out.sign(Commit(place)));
        }
    }

    fn on_prepare(&mut self, vote: Signed<Prepare>) {
        if vote.signer() == self.config.primary(vote.body().0.view) {
            return self.out.rule(Rule::PrepareOfPrimary { from: vote.signer() });
        }
        if self.wants(vote.body()) {
            let sequence = vote.body().0.sequence;
            keep(&mut self.state.votes.get_or_insert(sequence, Votes::default()).prepares, vote);
            self.advance(sequence);
        }
    }

    fn on_commit(&mut self, vote: Signed<Commit>) {
        if self.wants(vote.body()) {
            let sequence = vote.body().0.sequence;
            keep(&mut self.state.votes.get_or_insert(sequence, Votes::default()).commits, vote);
            self.advance(sequence);
        }
    }

    /// Whether a vote can still matter.
    fn wants(&mut self, vote: &impl Vote) -> bool {
        let Place { view, sequence, .. } = *vote.place();
        let (mine, executed) = (self.disk.view, self.disk.executed());
        if view < mine {
            self.out.rule(Rule::OtherView { view, mine });
        } else if sequence > executed + WINDOW || sequence == 0 {
            self.state.behind = true;
            self.out.rule(Rule::OutOfRange { sequence });
        } else if view == mine && !self.disk.changing && sequence <= executed && self.disk.accepted(sequence).is_none()
        {
            self.out.rule(Rule::Late { sequence });
        } else {
            return true;
        }
        false
    }

    /// Looks whether a number has prepared or committed by now.
    pub(super) fn advance(&mut self, sequence: u64) {
        if self.disk.changing {
            return self.out.rule(Rule::TooEarly { view: self.disk.view });
        }
        let Some(proposal) = self.disk.accepted(sequence).cloned() else {
            return self.out.rule(Rule::NoPrePrepare { sequence });
        };
        if self.disk.prepared(sequence).is_none() && !self.prepares(sequence, &proposal) {
            return;
        }
        if self.disk.slots.get(&sequence).is_some_and(|slot| slot.committed.is_none()) {
            self.commits(sequence, &proposal);
        }
    }

    /// prepared(m, v, n, i): the pre-prepare and Q − 1 matching prepares of different backups.
    fn prepares(&mut self, sequence: u64, proposal: &Rc<Proposal>) -> bool {
        let votes = self.state.votes.get_or_insert(sequence, Votes::default());
        let place = *proposal.place();
        let matching = votes.prepares.iter().filter(|vote| fits(self.config, &vote.body().0, &place));
        let prepares: Vec<_> = matching.copied().collect();
        let (have, need) = (prepares.len() as u16, self.config.prepares as u16);
        if have < need {
            let rule = match votes.commits.is_empty() {
                true => Rule::PreparesCounted { sequence, have, need },
                false => Rule::NotPrepared { sequence },
            };
            self.out.rule(rule);
            return false;
        }
        self.out.rule(Rule::PreparedNow { view: place.view, sequence, have });
        let slot = self.disk.slots.get(&sequence).cloned().unwrap_or_default();
        let prepared = Some(Rc::new(Prepared { proposal: proposal.clone(), prepares }));
        self.disk.slots.insert(sequence, Slot { prepared, ..slot });
        self.state.news.prepared.push(place);
        self.dirty = true;
        if !self.config.bugs.no_commit_phase {
            let vote = self.out.sign(Commit(place));
            keep(&mut self.state.votes.get_or_insert(sequence, Votes::default()).commits, vote);
            self.broadcast(Message::Commit(vote));
        }
        true
    }

    /// committed-local(m, v, n, i): prepared, and Q matching commits.
    fn commits(&mut self, sequence: u64, proposal: &Rc<Proposal>) {
        let votes = self.state.votes.get_or_insert(sequence, Votes::default());
        let place = *proposal.place();
        let matching = votes.commits.iter().filter(|vote| fits(self.config, &vote.body().0, &place));
        let commits: Vec<_> = matching.copied().collect();
        let (have, need) = (commits.len() as u16, self.config.commits as u16);
        if have < need {
            return self.out.rule(Rule::CommitsCounted { sequence, have, need });
        }
        self.out.rule(Rule::Committed { view: place.view, sequence, have });
        self.dirty = true;
        if sequence <= self.disk.executed() {
            self.out.rule(Rule::Redone { sequence });
            return self.settle(sequence);
        }
        let slot = self.disk.slots.get(&sequence).cloned().unwrap_or_default();
        let committed = Some(Rc::new(Decided { place, request: proposal.request.clone(), commits }));
        self.disk.slots.insert(sequence, Slot { committed, ..slot });
        self.execute_committed();
        if self.disk.executed() < sequence {
            self.out.rule(Rule::WaitsForLower { sequence, lower: self.disk.executed() + 1 });
        }
    }
}

/// Keeps a vote: of each signer the one of the highest view, and of one view the first.
fn keep<T: Vote + Copy>(votes: &mut Vec<Signed<T>>, vote: Signed<T>) {
    match votes.iter_mut().find(|old| old.signer() == vote.signer()) {
        None => votes.push(vote),
        Some(old) if old.body().place().view < vote.body().place().view => *old = vote,
        Some(_) => {}
    }
}
