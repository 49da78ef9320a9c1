//! Our Raft, driven by hand: inputs in, effects out, the disk apart. All that knows how a replica is driven is in
//! [`Server`].

use std::collections::VecDeque;

use std::rc::Rc;

use consensus_playground::kernel::{Algorithm as _, Check as _, Effect, Input, NodeId, Options, Replica, RequestId};
use consensus_playground::services::kv;
use consensus_playground::protocols::raft::{Command, Message, Raft, Role, Timer};

use crate::{Contender, SERVERS};

/// One server, and how many entries it has applied.
struct Server {
    replica: Replica<Raft>,
    applied: usize,
}

impl Server {
    /// One input. What it sends is put into the mail; timers are nobody's business here.
    fn input(&mut self, input: Input<'_, Raft>, mail: &mut VecDeque<Letter>) {
        self.replica.handle(input);
        self.settle(mail);
    }

    fn settle(&mut self, mail: &mut VecDeque<Letter>) {
        let from = self.replica.me();
        while let Some(effect) = self.replica.next_effect() {
            match effect {
                Effect::Send { to, message } => mail.push_back(Letter { from, to, message }),
                Effect::Broadcast(message) => {
                    for to in NodeId::replicas(SERVERS).filter(|to| *to != from) {
                        mail.push_back(Letter { from, to, message: message.clone() });
                    }
                }
                Effect::Persist(disk) => self.replica.persisted(disk),
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
    servers: Vec<Server>,
    mail: VecDeque<Letter>,
    batch: usize,
    proposed: u64,
    answered: usize,
}

impl Cluster {
    /// A cluster whose first server leads.
    pub fn new(batch: usize) -> Self {
        let config = Rc::new(Raft::configure(SERVERS, &Options::default()).expect("the options are sound"));
        let mut cluster = Cluster { servers: Vec::new(), mail: VecDeque::new(), batch, proposed: 0, answered: 0 };
        for me in NodeId::replicas(SERVERS) {
            let replica = Replica::new(config.clone(), me, SERVERS, 1, Default::default()).unwrap();
            let mut server = Server { replica, applied: 0 };
            server.replica.boot();
            server.settle(&mut cluster.mail);
            cluster.servers.push(server);
        }
        cluster.servers[0].input(Input::Fire(Timer::Election), &mut cluster.mail);
        cluster.settle();
        let state = cluster.servers[0].replica.state().expect("it runs");
        assert!(matches!(state.role, Role::Leader(_)));
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
            self.servers[to.index()].input(input, &mut self.mail);
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
                self.servers[0].input(input, &mut self.mail);
            }
            self.settle();
        }
        let least = self.servers.iter().map(|server| server.applied).min().unwrap_or_default();
        assert!(self.servers[0].applied - least <= self.batch, "the followers apply, too");
        assert_eq!(self.answered, self.servers[0].applied, "each client has its answer");
        let replicas = self.servers.iter().map(|server| &server.replica);
        assert!({ replicas }.all(|it| it.durable().log.last_index() == it.disk().log.last_index()));
        self.servers[0].applied - before
    }
}
