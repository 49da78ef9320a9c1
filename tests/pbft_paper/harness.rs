//! One replica, driven by hand, and the signed statements of others.

use std::rc::Rc;

use consensus_playground::kernel::protocol::bench::{ReplicaBench, Wanted};
use consensus_playground::kernel::{Effects, Input, NodeId, ReadCommand, RequestId, Signed, Time};
use consensus_playground::protocols::pbft::{
    Batch, Certificate, Disk, Message, NewView, Pbft, Phase, Proposal, Reply, Request, SequencedDigest, Stable, Timer,
    ViewChange, Vote, digest,
};
use consensus_playground::scenario::Session;
use consensus_playground::services::kv::Command;

pub fn sign<T>(node: NodeId, body: T) -> Signed<T> {
    Effects::<Pbft>::new(node, 4, 0).sign(body)
}

/// A scenario's run, to its end.
pub fn run(text: &str) -> Session {
    let mut session = Session::open(text).expect("a scenario");
    session.finish();
    session
}

pub fn one(number: usize) -> NodeId {
    NodeId::replica(number)
}

/// Request `number` of a client, as it signed it.
pub fn request(client: usize, number: u32, words: &str) -> Rc<Signed<Request>> {
    let client = NodeId::client(client);
    let command = Command::read(&words.split(' ').collect::<Vec<_>>(), 4).unwrap();
    Rc::new(sign(client, Request { id: RequestId { client, number }, command, read_only: false }))
}

pub fn place(view: u64, sequence: u64, batch: &Batch) -> SequencedDigest {
    SequencedDigest { view, sequence, digest: digest(batch) }
}

/// A pre-prepare that this replica signed.
pub fn proposal_of(signer: usize, view: u64, sequence: u64, batch: &Batch) -> Rc<Proposal> {
    let order = sign(one(signer), Vote { phase: Phase::PrePrepare, place: place(view, sequence, batch) });
    Rc::new(Proposal { order, batch: batch.clone() })
}

/// A pre-prepare of the view's primary among four.
pub fn proposal(view: u64, sequence: u64, batch: &Batch) -> Rc<Proposal> {
    proposal_of((view % 4) as usize + 1, view, sequence, batch)
}

pub fn vote(signer: usize, phase: Phase, place: SequencedDigest) -> Message {
    Message::Vote(sign(one(signer), Vote { phase, place }))
}

pub fn votes(phase: Phase, place: SequencedDigest, signers: &[usize]) -> Vec<Signed<Vote>> {
    signers.iter().map(|&signer| sign(one(signer), Vote { phase, place })).collect()
}

/// A prepared certificate with the prepares of these backups.
pub fn prepared(view: u64, sequence: u64, batch: &Batch, backups: &[usize]) -> Rc<Certificate> {
    let votes = votes(Phase::Prepare, place(view, sequence, batch), backups);
    Rc::new(Certificate { proposal: proposal(view, sequence, batch), votes })
}

pub fn stable(sequence: u64, digest: u64, signers: &[usize]) -> Rc<Stable> {
    let place = SequencedDigest { view: 0, sequence, digest };
    Rc::new(Stable { place, proof: votes(Phase::Checkpoint, place, signers) })
}

pub fn view_change(
    signer: usize,
    view: u64,
    stable: &Rc<Stable>,
    prepared: &[Rc<Certificate>],
) -> Rc<Signed<ViewChange>> {
    let body = ViewChange { view, stable: stable.clone(), prepared: prepared.to_vec() };
    Rc::new(sign(one(signer), body))
}

pub fn new_view(view: u64, proofs: &[Rc<Signed<ViewChange>>], proposals: &[Rc<Proposal>]) -> Message {
    let body = NewView { view, proofs: proofs.to_vec(), proposals: proposals.to_vec() };
    Message::NewView(Rc::new(sign(one((view % 4) as usize + 1), body)))
}

/// What a step brought about.
pub struct Said(Wanted<Pbft>);

impl Said {
    pub fn followed(&self, rule: &str) -> bool {
        self.0.followed(rule)
    }

    /// Receivers (`None` for all others) and messages.
    pub fn sent(&self) -> Vec<(Option<NodeId>, Message)> {
        self.0.sent.iter().map(|(to, message, _)| (*to, message.clone())).collect()
    }

    /// Slots with what was decided.
    pub fn decided(&self) -> Vec<(u64, String)> {
        self.0.decided.iter().map(|(slot, value)| (*slot, value.to_string())).collect()
    }

    pub fn set(&self) -> Vec<(Timer, Time)> {
        self.0.set.iter().map(|(timer, after)| (*timer, after.range().0)).collect()
    }

    pub fn cancelled(&self) -> &[Timer] {
        &self.0.cancelled
    }

    /// The places of the votes of a phase that were sent to all.
    pub fn votes(&self, wanted: Phase) -> Vec<SequencedDigest> {
        let mut places = Vec::new();
        for (to, message) in &self.sent() {
            if let (None, Message::Vote(vote)) = (to, message) {
                places.extend(Some(vote.body().place).filter(|_| vote.body().phase == wanted));
            }
        }
        places
    }

    pub fn pre_prepares(&self) -> Vec<(SequencedDigest, Batch)> {
        let mut found = Vec::new();
        for (to, message) in &self.sent() {
            if let (None, Message::PrePrepare(proposal)) = (to, message) {
                found.push((*proposal.place(), proposal.batch.clone()));
            }
        }
        found
    }

    pub fn replies(&self) -> Vec<Reply> {
        let mut found = Vec::new();
        for (to, message) in &self.sent() {
            if let Message::Reply(reply) = message {
                assert_eq!(*to, Some(reply.body().id.client), "a reply goes to its client");
                found.push(reply.body().clone());
            }
        }
        found
    }

    pub fn view_change(&self) -> Option<Rc<Signed<ViewChange>>> {
        self.sent().iter().find_map(|(to, message)| match (to, message) {
            (None, Message::ViewChange(change)) => Some(change.clone()),
            _ => None,
        })
    }

    pub fn new_view(&self) -> Option<Rc<Signed<NewView>>> {
        self.sent().iter().find_map(|(to, message)| match (to, message) {
            (None, Message::NewView(new)) => Some(new.clone()),
            _ => None,
        })
    }
}

pub struct Replica {
    pub bench: ReplicaBench<Pbft>,
    pub me: NodeId,
}

impl Replica {
    pub fn new(number: usize, pairs: &[(&str, &str)]) -> Self {
        Replica::from(number, pairs, Disk::default())
    }

    pub fn from(number: usize, pairs: &[(&str, &str)], disk: Disk) -> Self {
        let me = one(number);
        Replica { bench: ReplicaBench::start(me, 4, pairs, disk), me }
    }

    pub fn disk(&self) -> &Disk {
        self.bench.disk()
    }

    pub fn take(&mut self, input: Input<Pbft>) -> Said {
        self.bench.input(input);
        Said(std::mem::take(&mut self.bench.last))
    }

    pub fn hear(&mut self, from: NodeId, message: Message) -> Said {
        self.take(Input::Deliver { from, message: &message })
    }

    pub fn fire(&mut self, timer: Timer) -> Said {
        self.take(Input::Fire(timer))
    }

    pub fn ask(&mut self, request: &Rc<Signed<Request>>) -> Said {
        self.hear(request.signer(), Message::Request(request.clone()))
    }

    pub fn propose(&mut self, proposal: &Rc<Proposal>) -> Said {
        self.hear(proposal.order.signer(), Message::PrePrepare(proposal.clone()))
    }

    /// Hears the same vote of these.
    pub fn hear_votes(&mut self, signers: &[usize], phase: Phase, place: SequencedDigest) -> Said {
        let mut last = Said(Wanted::default());
        for &signer in signers {
            last = self.hear(one(signer), vote(signer, phase, place));
        }
        last
    }

    /// Takes a number through the three phases with all others' votes; this replica is a backup in that view.
    pub fn commit(&mut self, view: u64, sequence: u64, batch: &Batch) -> Said {
        let place = place(view, sequence, batch);
        self.propose(&proposal(view, sequence, batch));
        let primary = (view % 4) as usize + 1;
        let others: Vec<_> = (1..=4).filter(|&other| one(other) != self.me && other != primary).collect();
        self.hear_votes(&others, Phase::Prepare, place);
        self.hear_votes(&[primary, others[0]], Phase::Commit, place)
    }
}
