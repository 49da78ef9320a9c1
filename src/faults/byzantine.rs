//! Ways in which a replica can misbehave. Each judges outgoing messages, at the one place where messages leave a node,
//! and can send only what the protocol's `lies` could say in the liar's own name.

use crate::kernel::hash::below;
use crate::kernel::{Adversary, MS, Outgoing, Verdict};

struct Silent;
struct Slow;
struct Random;
struct Withhold;

impl Adversary for Silent {
    fn name(&self) -> &'static str {
        "silent"
    }
    fn about(&self) -> &'static str {
        "Sends nothing at all, though it runs."
    }
    fn judge(&self, _: &Outgoing) -> Verdict {
        Verdict::Withhold
    }
}

impl Adversary for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }
    fn about(&self) -> &'static str {
        "Sends everything, 50 to 200 ms late."
    }
    fn judge(&self, message: &Outgoing) -> Verdict {
        Verdict::Late(50 * MS + below(message.draw, 150 * MS))
    }
}

impl Adversary for Random {
    fn name(&self) -> &'static str {
        "random"
    }
    fn about(&self) -> &'static str {
        "Tells everybody something else, at random: now the truth, now a lie."
    }
    fn judge(&self, message: &Outgoing) -> Verdict {
        match below(message.draw, message.lies.len() as u64 + 1) as usize {
            0 => Verdict::Pass,
            lie => Verdict::Lie(lie - 1),
        }
    }
}

impl Adversary for Withhold {
    fn name(&self) -> &'static str {
        "withhold"
    }
    fn about(&self) -> &'static str {
        "Talks to the replicas with odd numbers only."
    }
    fn judge(&self, message: &Outgoing) -> Verdict {
        if message.to.is_client() || message.to.number() % 2 == 1 { Verdict::Pass } else { Verdict::Withhold }
    }
}

/// All ways to misbehave.
pub const ALL: [&dyn Adversary; 4] = [&Silent, &Slow, &Random, &Withhold];

/// The way of this name.
pub fn find(name: &str) -> Option<&'static dyn Adversary> {
    ALL.into_iter().find(|adversary| adversary.name() == name)
}
