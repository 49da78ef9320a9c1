//! Our Raft, driven by hand: inputs in, effects out, the disk apart. All that knows how a replica is driven is in
//! [`Server`].

use std::collections::VecDeque;

use consensus_playground::kernel::{Effect, Effects, Input, NodeId, Options, Protocol, RequestId};
use consensus_playground::protocols::kv;
use consensus_playground::protocols::raft::{Command, DESCRIPTOR, Disk, Message, Raft, Role, State, Timer};

use crate::{Contender, SERVERS};

type Config = <Raft as Protocol>::Config;

/// One server: what it knows, what it has written, and what is safe on its disk.
struct Server {
    me: NodeId,
    state: State,
    disk: Disk,
    safe: Disk,
    applied: usize,
}

impl Server {
    fn new(config: &Config, me: NodeId) -> Self {
        let mut disk = Disk::default();
        let state = Raft::boot(config, me, &mut disk, &mut Effects::new(me, SERVERS, 1, 0));
        Server { me, state, safe: disk.clone(), disk, applied: 0 }
    }

    /// One input. What it sends is put into the mail; timers are nobody's business here.
    fn input(&mut self, config: &Config, input: Input<'_, Raft>, mail: &mut VecDeque<Letter>) {
        let mut out = Effects::new(self.me, SERVERS, 1, 0);
        Raft::step(config, self.me, &mut self.state, &mut self.disk, input, &mut out);
        for effect in out.list() {
            match effect {
                Effect::Send { to, message } => mail.push_back(Letter { from: self.me, to, message }),
                Effect::Broadcast(message) => {
                    for to in NodeId::replicas(SERVERS).filter(|to| *to != self.me) {
                        mail.push_back(Letter { from: self.me, to, message: message.clone() });
                    }
                }
                Effect::Persist(disk) => self.safe = disk,
                Effect::Decide { value, .. } => self.applied += Raft::commands_in(&value),
                _ => {}
            }
        }
    }
}

/// A message with its address.
struct Letter {
    from: NodeId,
    to: NodeId,
    message: Message,
}

/// Three servers and the messages between them. Each of the clients asks for one thing at a time, as clients must.
pub struct Cluster {
    config: Config,
    servers: Vec<Server>,
    mail: VecDeque<Letter>,
    batch: usize,
    proposed: u64,
    answered: usize,
}

impl Cluster {
    /// A cluster whose first server leads.
    pub fn new(batch: usize) -> Self {
        let config = Raft::configure(SERVERS, &Options::default().over(&DESCRIPTOR)).expect("the options are sound");
        let servers: Vec<_> = NodeId::replicas(SERVERS).map(|me| Server::new(&config, me)).collect();
        let mut cluster = Cluster { config, servers, mail: VecDeque::new(), batch, proposed: 0, answered: 0 };
        cluster.servers[0].input(&cluster.config, Input::Fire(Timer::Election), &mut cluster.mail);
        cluster.settle();
        assert!(matches!(cluster.servers[0].state.role, Role::Leader(_)));
        cluster
    }

    /// Delivers messages until there are none.
    fn settle(&mut self) {
        while let Some(Letter { from, to, message }) = self.mail.pop_front() {
            if to.is_client() {
                self.answered += 1;
                continue;
            }
            let input = Input::Deliver { from, message: &message };
            self.servers[to.index()].input(&self.config, input, &mut self.mail);
        }
    }
}

impl Contender for Cluster {
    fn replicate(&mut self, entries: usize) -> usize {
        let before = self.servers[0].applied;
        while self.servers[0].applied - before < entries {
            for client in NodeId::clients(self.batch) {
                self.proposed += 1;
                let number = (self.proposed as usize).div_ceil(self.batch) as u32;
                let (key, value) = (format!("k{}", self.proposed % 5 + 1), self.proposed.to_string());
                let command = Command::Store(kv::Command::Put(key.into(), value.into()));
                let message = Message::Request { id: RequestId { client, number }, command };
                let input = Input::Deliver { from: client, message: &message };
                self.servers[0].input(&self.config, input, &mut self.mail);
            }
            self.settle();
        }
        let least = self.servers.iter().map(|server| server.applied).min().unwrap_or_default();
        assert!(self.servers[0].applied - least <= self.batch, "the followers apply, too");
        assert_eq!(self.answered, self.servers[0].applied, "each client has its answer");
        assert!(self.servers.iter().all(|server| server.safe.log.last_index() == server.disk.log.last_index()));
        self.servers[0].applied - before
    }
}
