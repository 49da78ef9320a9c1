//! Who is told what acceptors have accepted learns the outcome (Gray, Lamport 2006, §4.1): commit if all instances have
//! chosen prepared, abort if one has chosen aborted.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::AcceptorsTell;
use super::message::{Decision, Message, Transaction, Votes, number};
use super::replica::{Open, Turn};
use super::rules::Rule;
use crate::kernel::prelude::*;
use crate::protocols::ballot::include;

impl Turn<'_> {
    /// An acceptor has accepted.
    pub(super) fn on_accepted(&mut self, from: NodeId, what: &Rc<Transaction>, votes: &Votes) {
        let number = number(what);
        if self.decision(number).is_some() {
            return self.rule(Rule::KnownOutcome { number });
        }
        self.entry(what);
        let (replicas, need) = (self.config.replicas, self.needed());
        let Some(open) = self.open(number) else { return };
        for &vote in votes.iter() {
            include(open.accepted.get_or_insert(vote, Vec::new()), from);
        }
        let (prepared, aborted) = (chosen(open, need, true), chosen(open, need, false));
        self.rule(Rule::CountAccepted { number, from, have: prepared as u16, all: replicas as u16 });
        let decision = match (prepared, aborted) {
            (_, 1..) => Decision::Abort,
            (prepared, _) if prepared == replicas => Decision::Commit,
            _ => return,
        };
        self.rule(match decision {
            Decision::Commit => Rule::Commit { number },
            Decision::Abort => Rule::Abort { number },
        });
        let answers = self.conclude(what, decision);
        if self.config.acceptors_tell == AcceptorsTell::Leader {
            self.broadcast(Message::Outcome { what: what.clone(), decision });
        }
        if answers {
            self.reply(what, decision);
        }
    }

    /// How many acceptors choose; the bug is content with one less.
    fn needed(&self) -> usize {
        if self.config.quorum_of_f { self.config.failures.max(1) } else { self.config.majority() }
    }
}

/// How many instances have chosen prepared, or aborted, as far as it has heard.
fn chosen(open: &Open, need: usize, prepared: bool) -> usize {
    let enough = open.accepted.iter().filter(|((_, vote), nodes)| vote.prepared == prepared && nodes.len() >= need);
    enough.map(|((rm, _), _)| rm).collect::<BTreeSet<_>>().len()
}
