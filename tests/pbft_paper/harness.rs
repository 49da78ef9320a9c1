//! One replica, driven by hand, and the signed statements of others.

use std::rc::Rc;

use consensus_playground::kernel::{
    Effect, Effects, Input, NodeId, Options, Protocol, ReadCommand, RequestId, Signed, Time,
};
use consensus_playground::protocols::kv::Command;
use consensus_playground::protocols::pbft::{
    Batch, Certificate, Config, Disk, Message, NewView, Pbft, Phase, Place, Proposal, Reply, Request, Stable, State,
    Timer, ViewChange, Vote, digest,
};
use consensus_playground::scenario::Session;

pub fn sign<T>(node: NodeId, body: T) -> Signed<T> {
    Effects::<Pbft>::new(node, 4, 0, 0).sign(body)
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

pub fn options(pairs: &[(&str, &str)]) -> Options {
    let mut options = Options::default();
    for (name, value) in pairs {
        options.set(name, 0, value);
    }
    options
}

pub fn config(pairs: &[(&str, &str)]) -> Config {
    Pbft::configure(4, &options(pairs)).unwrap()
}

/// Request `number` of a client, as it signed it.
pub fn request(client: usize, number: u32, words: &str) -> Rc<Signed<Request>> {
    let client = NodeId::client(client);
    let command = Command::read(&words.split(' ').collect::<Vec<_>>(), 4).unwrap();
    Rc::new(sign(client, Request { id: RequestId { client, number }, command, read_only: false }))
}

pub fn place(view: u64, sequence: u64, batch: &Batch) -> Place {
    Place { view, sequence, digest: digest(batch) }
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

pub fn vote(signer: usize, phase: Phase, place: Place) -> Message {
    Message::Vote(sign(one(signer), Vote { phase, place }))
}

pub fn votes(phase: Phase, place: Place, signers: &[usize]) -> Vec<Signed<Vote>> {
    signers.iter().map(|&signer| sign(one(signer), Vote { phase, place })).collect()
}

/// A prepared certificate with the prepares of these backups.
pub fn prepared(view: u64, sequence: u64, batch: &Batch, backups: &[usize]) -> Rc<Certificate> {
    let votes = votes(Phase::Prepare, place(view, sequence, batch), backups);
    Rc::new(Certificate { proposal: proposal(view, sequence, batch), votes })
}

pub fn stable(sequence: u64, digest: u64, signers: &[usize]) -> Rc<Stable> {
    let place = Place { view: 0, sequence, digest };
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
#[derive(Default)]
pub struct Said {
    /// Receivers (`None` for all others) and messages.
    pub sent: Vec<(Option<NodeId>, Message)>,
    pub rules: Vec<&'static str>,
    /// Slots with what was decided.
    pub decided: Vec<(u64, String)>,
    pub set: Vec<(Timer, Time)>,
    pub cancelled: Vec<Timer>,
}

impl Said {
    pub fn followed(&self, rule: &str) -> bool {
        assert!(Pbft::DESCRIPTOR.rules.iter().any(|info| info.name == rule), "no rule {rule}");
        self.rules.contains(&rule)
    }

    /// The places of the votes of a phase that were sent to all.
    pub fn votes(&self, wanted: Phase) -> Vec<Place> {
        let mut places = Vec::new();
        for (to, message) in &self.sent {
            if let (None, Message::Vote(vote)) = (to, message) {
                places.extend(Some(vote.body().place).filter(|_| vote.body().phase == wanted));
            }
        }
        places
    }

    pub fn pre_prepares(&self) -> Vec<(Place, Batch)> {
        let mut found = Vec::new();
        for (to, message) in &self.sent {
            if let (None, Message::PrePrepare(proposal)) = (to, message) {
                found.push((*proposal.place(), proposal.batch.clone()));
            }
        }
        found
    }

    pub fn replies(&self) -> Vec<Reply> {
        let mut found = Vec::new();
        for (to, message) in &self.sent {
            if let Message::Reply(reply) = message {
                assert_eq!(*to, Some(reply.body().id.client), "a reply goes to its client");
                found.push(reply.body().clone());
            }
        }
        found
    }

    pub fn view_change(&self) -> Option<Rc<Signed<ViewChange>>> {
        self.sent.iter().find_map(|(to, message)| match (to, message) {
            (None, Message::ViewChange(change)) => Some(change.clone()),
            _ => None,
        })
    }

    pub fn new_view(&self) -> Option<Rc<Signed<NewView>>> {
        self.sent.iter().find_map(|(to, message)| match (to, message) {
            (None, Message::NewView(new)) => Some(new.clone()),
            _ => None,
        })
    }
}

pub struct Replica {
    pub config: Config,
    pub me: NodeId,
    pub state: State,
    pub disk: Disk,
}

impl Replica {
    pub fn new(number: usize, pairs: &[(&str, &str)]) -> Self {
        Replica::from(number, pairs, Disk::default())
    }

    pub fn from(number: usize, pairs: &[(&str, &str)], mut disk: Disk) -> Self {
        let (config, me) = (config(pairs), one(number));
        let state = Pbft::boot(&config, me, &mut disk, &mut Effects::new(me, 4, 0, 0));
        Replica { config, me, state, disk }
    }

    pub fn take(&mut self, input: Input<Pbft>) -> Said {
        let mut out = Effects::new(self.me, 4, 0, 0);
        Pbft::step(&self.config, self.me, &mut self.state, &mut self.disk, input, &mut out);
        let mut said = Said::default();
        for effect in &out.list() {
            match effect {
                Effect::Send { to, message } => said.sent.push((Some(*to), message.clone())),
                Effect::Broadcast(message) => said.sent.push((None, message.clone())),
                Effect::SetTimer(timer, after) => said.set.push((*timer, *after.start())),
                Effect::CancelTimer(timer) => said.cancelled.push(*timer),
                Effect::Decide { slot, value } => said.decided.push((*slot, value.to_string())),
                Effect::Rule(rule, _) => said.rules.push(Pbft::DESCRIPTOR.rules[*rule as usize].name),
                Effect::Persist(_) | Effect::Complete { .. } | Effect::Ask { .. } => {}
            }
        }
        said
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
    pub fn hear_votes(&mut self, signers: &[usize], phase: Phase, place: Place) -> Said {
        let mut last = Said::default();
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
