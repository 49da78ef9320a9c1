//! What §5 to §8 of the Raft paper (Ongaro, Ousterhout 2014, extended version) ask of a server, statement by statement:
//! one test each, named by its section. A server alone is fed by hand, so that each rule is seen at work by itself; two tests
//! run a whole cluster over many seeds, for what an operator does and what pipelining is worth.
//! Where the thesis adds a rule, its section stands in the name (`t9_6` is §9.6 of the thesis).
#![cfg(not(target_arch = "wasm32"))]

#[path = "raft_paper/elections.rs"]
mod elections;
#[path = "raft_paper/members.rs"]
mod members;
#[path = "raft_paper/operator.rs"]
mod operator;
#[path = "raft_paper/pipelining.rs"]
mod pipelining;
#[path = "raft_paper/reads_and_clients.rs"]
mod reads_and_clients;
#[path = "raft_paper/replication.rs"]
mod replication;
#[path = "raft_paper/sentences.rs"]
mod sentences;
#[path = "raft_paper/snapshots.rs"]
mod snapshots;
#[path = "raft_paper/switches.rs"]
mod switches;
#[path = "swarm/threads.rs"]
mod threads;

use consensus_playground::kernel::protocol::bench::{self, ReplicaBench};
use consensus_playground::kernel::{Algorithm, Input, NodeId, ReadCommand, RequestId, Time};
use consensus_playground::protocols::raft::{
    Answer, AppendResult, Ballot, Batch, Command, Config, Disk, Entry, Members, Message, Payload, Raft, Role, State,
    Timer,
};
use consensus_playground::services::kv;

/// One server, replica 1, fed by hand; keeps what it wanted done in its last step.
struct Server {
    bench: ReplicaBench<Raft>,
    /// What it sent in its last step, and what was on disk then.
    sent: Vec<(NodeId, Message, Disk)>,
    /// The timers that it started in its last step.
    timers: Vec<(Timer, (Time, Time))>,
    /// The rules that it carried out in its last step, and their sentences.
    rules: Vec<(&'static str, String)>,
}

fn r(number: usize) -> NodeId {
    NodeId::replica(number)
}

fn request(number: u32) -> RequestId {
    RequestId { client: NodeId::client(1), number }
}

fn config(replicas: usize, set: &[(&str, &str)]) -> Config {
    bench::config::<Raft>(replicas, set)
}

impl Server {
    /// It has just started.
    fn new(replicas: usize, set: &[(&str, &str)], disk: &str) -> Server {
        let pairs = |pair: &str| pair.split_once('=').map(|(key, value)| (key.to_string(), value.to_string()));
        let disk: Vec<_> = disk.split(' ').filter_map(pairs).collect();
        let disk = Raft::preset(&config(replicas, set), &disk).expect("the disk fits");
        let bench = ReplicaBench::start(r(1), replicas, set, disk);
        let (sent, timers, rules) = (Vec::new(), Vec::new(), Vec::new());
        let mut server = Server { bench, sent, timers, rules };
        server.take();
        server
    }

    fn restart(&mut self) {
        self.bench.boot();
        self.take();
    }

    fn take(&mut self) {
        let last = std::mem::take(&mut self.bench.last);
        let to_one = |(to, message, disk): (Option<NodeId>, _, _)| to.map(|to| (to, message, disk));
        self.sent = last.sent.into_iter().filter_map(to_one).collect();
        self.timers = last.set.into_iter().map(|(timer, after)| (timer, after.range())).collect();
        self.rules = last.rules;
    }

    fn state(&self) -> &State {
        self.bench.state()
    }

    fn disk(&self) -> &Disk {
        self.bench.disk()
    }

    /// What is on disk for certain.
    fn written(&self) -> &Disk {
        self.bench.replica().durable()
    }

    fn config(&self) -> &Config {
        self.bench.config()
    }

    fn input(&mut self, input: Input<Raft>) -> Vec<Message> {
        self.bench.input(input);
        self.take();
        self.sent.iter().map(|(_, message, _)| message.clone()).collect()
    }

    fn hear(&mut self, from: usize, message: Message) -> Vec<Message> {
        self.input(Input::Deliver { from: r(from), message: &message })
    }

    fn fire(&mut self, timer: Timer) -> Vec<Message> {
        self.input(Input::Fire(timer))
    }

    /// A client asks; client 1 with this serial number.
    fn ask(&mut self, number: u32, words: &str) -> Vec<Message> {
        let words: Vec<_> = words.split(' ').collect();
        let command = Command::read(&words, self.config().replicas).expect("a command");
        let (id, from) = (request(number), NodeId::client(1));
        self.input(Input::Deliver { from, message: &Message::Request { id, command } })
    }

    /// Stands for election and gets the votes of these.
    fn elect(mut self, voters: &[usize]) -> Server {
        self.fire(Timer::Election);
        let term = self.disk().term;
        voters.iter().for_each(|&voter| drop(self.hear(voter, vote(term, true))));
        assert!(self.leads());
        self
    }

    /// These have everything that it has.
    fn matched(&mut self, followers: &[usize]) {
        let (term, last) = (self.disk().term, self.disk().log.last_index());
        followers.iter().for_each(|&follower| drop(self.hear(follower, matched(term, last))));
    }

    fn leads(&self) -> bool {
        matches!(self.state().role, Role::Leader(_))
    }

    fn follows(&self) -> bool {
        matches!(self.state().role, Role::Follower)
    }

    fn stands(&self) -> bool {
        matches!(self.state().role, Role::Candidate(_))
    }

    fn receivers(&self) -> Vec<usize> {
        self.sent.iter().map(|(to, ..)| to.number()).collect()
    }

    /// The range of a timer that was started in the last step.
    fn timer(&self, timer: Timer) -> Option<(Time, Time)> {
        self.timers.iter().rev().find(|(it, _)| *it == timer).map(|(_, range)| *range)
    }

    fn terms(&self) -> Vec<u64> {
        (1..=self.disk().log.last_index()).filter_map(|index| Some(self.disk().log.get(index)?.term)).collect()
    }

    fn members(&self) -> Members {
        self.disk().log.configuration_entry().map_or(self.config().members, |latest| latest.members)
    }

    fn next_index(&self, of: usize) -> u64 {
        match &self.state().role {
            Role::Leader(lead) => lead.peers[of - 1].next,
            _ => 0,
        }
    }

    fn match_index(&self, of: usize) -> u64 {
        match &self.state().role {
            Role::Leader(lead) => lead.matched(r(of)),
            _ => 0,
        }
    }
}

fn call(ballot: Ballot, term: u64, last: (u64, u64)) -> Message {
    Message::RequestVote { ballot, term, last_index: last.0, last_term: last.1 }
}

/// A call for votes of a candidate whose log ends with this index and term.
fn request_vote(term: u64, last: (u64, u64)) -> Message {
    call(Ballot::Real, term, last)
}

fn vote(term: u64, granted: bool) -> Message {
    Message::Vote { pre: false, term, granted }
}

fn put(key: &str, value: u64) -> Payload {
    Payload::Command(kv::Command::Put(key.into(), value.to_string().into()))
}

/// AppendEntries with entries of these terms.
fn append(term: u64, prev: (u64, u64), terms: &[u64], commit: u64) -> Message {
    let entries = terms.iter().map(|&term| Entry::new(term, put("x", term), None)).collect();
    append_these(term, prev, entries, commit)
}

fn append_these(term: u64, prev: (u64, u64), entries: Vec<Entry>, commit: u64) -> Message {
    let batch = Batch::new(entries);
    Message::AppendEntries { term, prev_index: prev.0, prev_term: prev.1, batch, commit, round: 1 }
}

/// An answer to the latest heartbeat, whichever that is.
fn matched(term: u64, index: u64) -> Message {
    answer(term, 0, AppendResult::Matched(index), u64::MAX)
}

fn answer(term: u64, prev_index: u64, result: AppendResult, round: u64) -> Message {
    Message::Appended { term, prev_index, result, round }
}

fn conflict(term: u64, prev_index: u64, theirs: Option<u64>, first: u64) -> Message {
    answer(term, prev_index, AppendResult::Conflict { term: theirs, first }, 1)
}

/// What clients are told, of what was sent.
fn told(sent: &[Message]) -> Vec<String> {
    let told = |message: &Message| match message {
        Message::Reply { answer: Answer::Done(outcome), .. } => Some(outcome.to_string()),
        _ => None,
    };
    sent.iter().filter_map(told).collect()
}

/// `(prev_index, prev_term, terms of the entries, commit)` of each AppendEntries that was sent.
fn appends(sent: &[Message]) -> Vec<(u64, u64, Vec<u64>, u64)> {
    let parts = |message: &Message| match message {
        Message::AppendEntries { prev_index, prev_term, batch, commit, .. } => {
            let terms = batch.entries().iter().map(|entry| entry.term).collect();
            Some((*prev_index, *prev_term, terms, *commit))
        }
        _ => None,
    };
    sent.iter().filter_map(parts).collect()
}
