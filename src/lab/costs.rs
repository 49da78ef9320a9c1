//! What one request costs as the number of replicas grows: carried out and counted, beside the formulas of the papers.

use crate::kernel::{
    Authenticators, Descriptor, Event, EventId, Growth, MS, MessageId, MessageRecord, NodeId, SECOND, Time, What,
};
use crate::protocols;
use crate::scenario::Session;

/// How many replicas are tried: one more than three times those that may fail, where a protocol bears liars.
pub const SIZES: [u64; 7] = [4, 7, 10, 16, 31, 64, 100];
/// How long a message takes.
const DELAY: Time = 10 * MS;
/// When the request is made: by then, whoever has to lead does.
const ASKED: Time = 3 * SECOND;
/// How long it may take.
const PATIENCE: Time = 2 * SECOND;

/// What was counted, or what a formula says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Messages between different replicas until the last one has decided.
    pub messages: u64,
    /// How many of them the busiest replica sends or receives.
    pub busiest: u64,
    /// What they carry to prove who said what.
    pub authenticators: Authenticators,
    /// Message delays from the first of them to the first replica's decision, and to the last one's.
    pub delays: (u64, u64),
    /// Message delays from the client's request to its answer.
    pub answer: u64,
}

/// How a replica proves that a statement is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A signature that anybody can check: 64 bytes (Ed25519; RFC 8032).
    Signature,
    /// A code for each other replica, which that one alone can check: 10 bytes (Castro, Liskov 1999, §5.2).
    Codes,
    /// A signature of which as many as a quorum can be put into one: 48 bytes (Boneh, Lynn, Shacham 2001, on BLS12-381).
    Threshold,
}

impl Proof {
    /// All ways.
    pub const ALL: [Proof; 3] = [Proof::Signature, Proof::Codes, Proof::Threshold];

    /// How many bytes proofs take among so many replicas.
    pub fn bytes(self, proofs: Authenticators, replicas: u64) -> u64 {
        let Authenticators { statements, certificates, certified } = proofs;
        match self {
            Proof::Signature => 64 * (statements + certified),
            Proof::Codes => 10 * (replicas - 1) * (statements + certified),
            Proof::Threshold => 48 * (statements + certificates),
        }
    }
}

/// A form of a protocol that can be measured.
#[derive(Clone, Copy)]
pub struct Course {
    /// Whose it is.
    pub about: &'static Descriptor,
    /// Which form, and what it should cost.
    pub growth: &'static Growth,
}

/// All of them.
pub fn courses() -> Vec<Course> {
    let of = |about: &'static Descriptor| about.growth.iter().map(move |growth| Course { about, growth });
    protocols::known().into_iter().flat_map(|entry| of(entry.descriptor)).collect()
}

impl Course {
    /// What it is called.
    pub fn name(&self) -> String {
        let (name, variant) = (self.about.name, self.growth.variant);
        if variant.is_empty() { name.into() } else { format!("{name}, {variant}") }
    }

    /// What it should cost with so many replicas.
    pub fn expected(&self, replicas: u64) -> Cost {
        let Growth { messages, busiest, authenticators, delays, answer, .. } = self.growth;
        Cost {
            messages: (messages.of)(replicas),
            busiest: (busiest.of)(replicas),
            authenticators: authenticators(replicas),
            delays: *delays,
            answer: *answer,
        }
    }

    /// The scenario that is carried out. All messages take the same time.
    fn scenario(&self, replicas: u64) -> Result<String, String> {
        let request = self.about.commands.first().ok_or("nothing can be asked for")?.example;
        let (id, lines) = (self.about.id, self.growth.lines);
        Ok(format!(
            "protocol {id}\nreplicas {replicas}\n{lines}\nnetwork latency 10ms..10ms loss 0%\nat 3s request {request}\nrun 2s\n"
        ))
    }

    /// Carries a request out with so many replicas, and counts. Errors: a sentence.
    pub fn measure(&self, replicas: u64) -> Result<Cost, String> {
        let mut session = Session::open(&self.scenario(replicas)?).map_err(|error| error.to_string())?;
        let mut count = Count::new(replicas as usize);
        while count.decided < replicas as usize || session.world().counts().completed == 0 {
            if session.world().now() > ASKED + PATIENCE || session.finished() {
                return Err(format!("{} of {replicas} replicas decided", count.decided));
            }
            let (events, messages) = (session.event(), session.world().counts().messages);
            session.step();
            if session.event() > events {
                count.look(&session, messages);
            }
        }
        Ok(count.cost(session.world().now()))
    }
}

/// What has been counted so far. A message counts that the request led to, by deliveries alone: heartbeats do not.
struct Count {
    /// Events that the request led to.
    reached: Vec<bool>,
    /// Messages between replicas that it led to, by their numbers.
    counted: Vec<bool>,
    messages: u64,
    authenticators: Authenticators,
    /// Of each replica, how many it sent or received.
    work: Vec<u64>,
    /// Which replicas have decided.
    by: Vec<bool>,
    decided: usize,
    /// When the first message was sent.
    begun: Option<Time>,
    /// When the first and the last replica decided.
    first: Option<Time>,
    last: Time,
}

impl Count {
    fn new(replicas: usize) -> Self {
        Count {
            reached: Vec::new(),
            counted: Vec::new(),
            messages: 0,
            authenticators: Authenticators::default(),
            work: vec![0; replicas],
            by: vec![false; replicas],
            decided: 0,
            begun: None,
            first: None,
            last: 0,
        }
    }

    /// Looks at the event that has just happened; there were so many messages before it.
    fn look(&mut self, session: &Session, before: u32) {
        let trace = session.trace();
        let Some(event) = trace.events.last() else { return };
        let message = (event.what == What::Deliver).then(|| trace.messages.get(event.message.0 as usize - 1)).flatten();
        let led = match message {
            Some(message) => self.is_counted(event.message) || message.from.is_client(),
            None => event.what == What::Request,
        };
        set(&mut self.reached, event.id.0, led);
        if !led {
            return;
        }
        self.decide(event);
        let done = self.decided == self.by.len() && event.at > self.last;
        for (id, proofs) in session.world().authenticators(MessageId(before)) {
            let Some(sent) = trace.messages.get(id.0 as usize - 1).filter(|_| !done) else { continue };
            if self.is_reached(sent.cause) && is_between(sent) {
                self.add(id, sent, proofs);
            }
        }
    }

    fn decide(&mut self, event: &Event) {
        let Some(node) = event.node.filter(|node| !node.is_client() && event.decided > 0) else { return };
        if !std::mem::replace(&mut self.by[node.number() - 1], true) {
            self.decided += 1;
            self.first.get_or_insert(event.at);
            self.last = event.at;
        }
    }

    fn add(&mut self, id: MessageId, sent: &MessageRecord, proofs: Authenticators) {
        set(&mut self.counted, id.0, true);
        self.messages += 1;
        self.authenticators = self.authenticators.and(proofs);
        self.begun.get_or_insert(sent.sent);
        for node in [sent.from, sent.to] {
            self.work[node.number() - 1] += 1;
        }
    }

    fn is_counted(&self, id: MessageId) -> bool {
        self.counted.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn is_reached(&self, id: EventId) -> bool {
        self.reached.get(id.0 as usize).copied().unwrap_or_default()
    }

    /// What it comes to where the client has its answer now.
    fn cost(&self, answered: Time) -> Cost {
        let begun = self.begun.unwrap_or_default();
        let delays = |time: Time| time.saturating_sub(begun) / DELAY;
        Cost {
            messages: self.messages,
            busiest: self.work.iter().copied().max().unwrap_or_default(),
            authenticators: self.authenticators,
            delays: (delays(self.first.unwrap_or_default()), delays(self.last)),
            answer: (answered - ASKED) / DELAY,
        }
    }
}

fn is_between(message: &MessageRecord) -> bool {
    let is_replica = |node: NodeId| !node.is_client();
    message.from != message.to && is_replica(message.from) && is_replica(message.to)
}

fn set(list: &mut Vec<bool>, place: u32, value: bool) {
    if list.len() <= place as usize {
        list.resize(place as usize + 1, false);
    }
    list[place as usize] = value;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every form of every protocol that says what it costs, up to a hundred replicas.
    #[test]
    fn what_is_measured_is_what_the_formulas_say() {
        let all = courses();
        assert!(!all.is_empty());
        for course in all {
            for replicas in SIZES {
                let measured = course.measure(replicas);
                assert_eq!(measured, Ok(course.expected(replicas)), "{} with {replicas}", course.name());
            }
        }
    }

    #[test]
    fn proofs_weigh_what_their_sources_say() {
        let proofs = Authenticators { statements: 2, certificates: 1, certified: 3 };
        assert_eq!(Proof::ALL.map(|proof| proof.bytes(proofs, 4)), [5 * 64, 5 * 30, 3 * 48]);
    }
}
