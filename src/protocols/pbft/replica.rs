//! A replica's state, and the shape of a step: what changed becomes durable before anything is said.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::message::{Certificate, Message, NewView, Phase, Proposal, Request, Stable, ViewChange, Vote};
use super::sequenced_digest::SequencedDigest;
use super::service::{Service, Tentative};
use super::{Config, Decree, Pbft, Timer};
use crate::kernel::{Context, Effects, NodeId, PersistentMap, RequestId, Signed};
use crate::services::kv::Word;

/// What a replica's log holds of one number above its last stable checkpoint.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Slot {
    /// The pre-prepare that it accepted in its present view.
    pub accepted: Option<Rc<Proposal>>,
    /// Its prepared certificate of the highest view.
    pub prepared: Option<Rc<Certificate>>,
    /// Its committed certificate of the highest view.
    pub committed: Option<Rc<Certificate>>,
    /// The state after this number, where a checkpoint was taken that is not stable yet (§4.3).
    pub snapshot: Option<Service>,
}

/// Survives a crash. The paper's replicas don't forget; here whatever a promise rests on is durable before it is sent:
/// the view, the log above the last stable checkpoint, and the service's state with the last reply to each client.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Disk {
    /// Whether it has run before: a replica that comes back asks what it missed.
    pub born: bool,
    /// v.
    pub view: u64,
    /// Whether it has left the view before and v has not begun here.
    pub changing: bool,
    /// The log, by sequence number: h < n ≤ H.
    pub slots: PersistentMap<u64, Slot>,
    /// The last number whose execution the state reflects.
    pub executed: u64,
    /// That state.
    pub service: Service,
    /// The state after one number more, which has prepared (§5.1).
    pub tentative: Option<Tentative>,
    /// The last stable checkpoint with its proof; its number is h (§4.3).
    pub stable: Rc<Stable>,
    /// The state at it; `None` while it is to be fetched from others.
    pub snapshot: Option<Service>,
    /// Its own view-change for v, while v has not begun.
    pub view_change: Option<Rc<Signed<ViewChange>>>,
    /// The new-view with which v began.
    pub new_view: Option<Rc<Signed<NewView>>>,
}

impl Disk {
    /// h, the low watermark: the number of the last stable checkpoint (§4.3).
    pub fn low(&self) -> u64 {
        self.stable.place.sequence
    }

    /// Whether it knows of a stable checkpoint beyond what it has executed, so that it must fetch that state.
    pub fn lags(&self) -> bool {
        self.executed < self.low()
    }

    /// The pre-prepare that was accepted for a number in the present view.
    pub fn accepted(&self, sequence: u64) -> Option<&Rc<Proposal>> {
        self.slots.get(&sequence)?.accepted.as_ref().filter(|proposal| proposal.place().view == self.view)
    }

    /// The certificate of a number that prepared in the present view.
    pub fn prepared(&self, sequence: u64) -> Option<&Rc<Certificate>> {
        self.slots.get(&sequence)?.prepared.as_ref().filter(|cert| cert.proposal.place().view == self.view)
    }

    /// Whether a number is committed-local in the present view.
    pub fn committed(&self, sequence: u64) -> bool {
        let certificate = self.slots.get(&sequence).and_then(|slot| slot.committed.as_ref());
        certificate.is_some_and(|cert| cert.proposal.place().view == self.view)
    }

    /// Changes what the log holds of a number.
    pub(super) fn slot(&mut self, sequence: u64) -> &mut Slot {
        self.slots.get_or_insert(sequence, Slot::default())
    }
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
    /// What has prepared, and which checkpoints have become stable (in view 0).
    pub(super) certified: Vec<(Phase, SequencedDigest)>,
    /// What was executed for good: number and digest of the batch.
    pub(super) executed: Vec<(u64, u64)>,
    /// What was computed for good, or told the client without that.
    pub(super) results: Vec<(RequestId, Word, bool)>,
}

/// Lost in a crash: timers, and what others send again.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// Requests received and not executed, oldest first, one of each client.
    pub(super) waiting: Vec<Rc<Signed<Request>>>,
    /// Prepares, commits and checkpoints by number: of each replica and phase the one of the highest view that came first.
    pub(super) votes: PersistentMap<u64, Vec<Signed<Vote>>>,
    /// Pre-prepares of views that have not begun here.
    pub(super) early: Vec<Rc<Proposal>>,
    /// The newest view-change of each replica.
    pub(super) view_changes: PersistentMap<NodeId, Rc<Signed<ViewChange>>>,
    /// Results of read-only requests that wait until the state they were read in is committed (§5.1).
    pub(super) reads: Vec<(RequestId, Word)>,
    /// The primary's next number.
    pub(super) next: u64,
    /// View changes since the last progress: the time-out doubles with each.
    pub(super) attempts: u32,
    /// How many times it asked for a state: each time another one is asked.
    pub(super) fetches: u32,
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
    pub fn new(cx: &'a mut Context<'_, Pbft>) -> Self {
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
    pub fn deliver(&mut self, from: NodeId, message: &Message) {
        match message {
            Message::Request(request) if request.body().read_only => self.on_read(from, request),
            Message::Request(request) => self.on_request(from, request.clone()),
            Message::PrePrepare(proposal) => self.on_pre_prepare(from, proposal.clone()),
            Message::Vote(vote) => self.on_vote(*vote),
            Message::ViewChange(change) => self.on_view_change(from, change.clone()),
            Message::NewView(new) => self.on_new_view(from, new.clone()),
            Message::Status(status) => self.on_status(from, *status),
            Message::Committed(list) => self.on_committed(from, list),
            Message::Stable(stable) => self.on_stable(from, stable.clone()),
            Message::Fetch(sequence) => self.on_fetch(from, *sequence),
            Message::State(stable, service) => self.on_state(from, stable.clone(), service.clone()),
            Message::Reply(_) => {}
        }
    }

    /// A timer has fired.
    pub fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::ViewChange => {
                self.state.awaited = None;
                self.on_timeout();
            }
            Timer::Resend => self.on_resend(),
            Timer::Retry => {}
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

    /// H, the high watermark (§4.2).
    pub(super) fn high(&self) -> u64 {
        self.disk.low() + self.config.log_size
    }
}
