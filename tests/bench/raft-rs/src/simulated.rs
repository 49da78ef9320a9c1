//! Our Raft as it runs in the playground: clients, a network with delays, timers, every property checked after every
//! event, the clients' histories checked for linearizability.

use consensus_playground::kernel::LINEARIZABILITY;
use consensus_playground::scenario::{Session, parse};

use crate::{Contender, SERVERS};

/// A run without a record.
pub struct Simulation {
    session: Session,
}

impl Simulation {
    /// As many clients as entries are to be on their way at a time; each has its next request ready when the last is
    /// answered.
    pub fn new(batch: usize) -> Self {
        let text = format!(
            "protocol raft\nreplicas {SERVERS}\nseed 1\nnetwork latency 1ms..1ms\n\
             at 0s fire election-timeout of 1\nat 100ms workload clients {batch} rate {} keys 100\n",
            rate(batch),
        );
        let mut session = Session::open_forgetful(parse(&text).expect("the scenario is sound")).expect("it opens");
        session.run_until(1_000_000);
        Simulation { session }
    }
}

/// Requests a virtual second: a few more than can be answered.
fn rate(batch: usize) -> String {
    format!("{}/s", 260 * batch)
}

impl Contender for Simulation {
    fn replicate(&mut self, entries: usize) -> usize {
        let committed = |session: &Session| session.world().committed() as usize;
        let before = committed(&self.session);
        while committed(&self.session) - before < entries {
            self.session.run(1_000_000);
        }
        let world = self.session.world();
        assert!(world.violations().is_empty() && world.undecided(LINEARIZABILITY.name).is_none());
        committed(&self.session) - before
    }
}
