//! What the page shows of a replica.

use std::hash::{Hash, Hasher};

use super::message::Value;
use super::replica::{Phase, State};
use super::{Ballot, Client, Config, Paxos, Role, Vote};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::descriptor::quorum::QuorumSystem;
use crate::kernel::prelude::*;
use crate::protocols::availability;
use crate::protocols::flexible::{Phases, tally};

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// The highest ballot that it has promised, maxBal.
    promised: Option<Ballot>,
    /// The value that it has accepted in the highest ballot, maxVal.
    accepted: Option<Value>,
    /// In which ballot, maxVBal.
    accepted_in: Option<Ballot>,
    /// The ballot that it proposes in.
    proposes_in: Option<Ballot>,
    /// The value that it was asked to propose.
    own_value: Option<Value>,
    /// The chosen value, where it has learned it.
    learned: Option<Value>,
    /// How many ballots it has started.
    attempts: u32,
    /// How likely it is that no quorum of phase 1 is up, by `downtime`.
    #[field(if_some)]
    phase_1_down: Option<String>,
    /// How likely it is that no quorum of phase 2 is up.
    #[field(if_some)]
    phase_2_down: Option<String>,
}

impl Explain for Paxos {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { state, disk, .. }: Glance<'_, Self>) -> Status {
        let role = match state {
            Some(State { learned: Some(_), .. }) => Role::Learner,
            Some(State { ballot: Some((_, Phase::Preparing { .. })), .. }) => Role::Preparing,
            Some(State { ballot: Some((_, Phase::Proposing(_))), .. }) => Role::Proposer,
            _ => Role::Acceptor,
        };
        Status::new(&role, disk.promised.map_or(0, Ballot::epoch))
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        let learned = state.and_then(|state| state.learned);
        let ballot = state.and_then(|state| state.ballot.as_ref());
        view.committed = learned.is_some().into();
        match (learned, disk.vote) {
            (Some(value), _) => view.badge(&value),
            (None, Some(vote)) => view.badge(&vote.value),
            (None, None) => view.badge(&disk.promised.map(|promised| promised.to_string()).unwrap_or_default()),
        }
        view.add(&Shown {
            promised: disk.promised,
            accepted: disk.vote.map(|vote| vote.value),
            accepted_in: disk.vote.map(|vote| vote.ballot),
            proposes_in: ballot.map(|(ballot, _)| *ballot),
            own_value: state.and_then(|state| state.own),
            learned,
            attempts: state.map_or(0, |state| state.attempts),
            phase_1_down: config.quorums.unavailable().map(|[first, _]| availability::show(first)),
            phase_2_down: config.quorums.unavailable().map(|[_, second]| availability::show(second)),
        });
        if let Some(value) = learned {
            view.value(number(value), view.epoch, &value, CellStatus::Committed);
        } else if let Some(Vote { ballot, value }) = disk.vote {
            view.value(number(value), ballot.epoch(), &value, CellStatus::Prepared);
        }
        let Phases { first, second } = config.quorums.phases();
        if let QuorumSystem::Simple { need, .. } = second {
            view.column((*need).into());
        }
        for (ballot, accepted) in disk.past.0.iter() {
            match accepted {
                Some(value) => view.mark(ballot.epoch(), ballot, value, CellStatus::Prepared),
                None => view.mark(ballot.epoch(), ballot, &"promised", CellStatus::Pending),
            }
        }
        match ballot {
            Some((ballot, Phase::Preparing { promises, .. })) => {
                tally(view, &format_args!("promises for {ballot}"), first);
                promises.iter().for_each(|&node| view.vote(node));
            }
            Some((ballot, Phase::Proposing(value))) => {
                tally(view, &format_args!("{value} in {ballot}"), second);
                let heard = state.and_then(|state| state.accepted.get(&(*ballot, *value)));
                heard.into_iter().flatten().for_each(|&node| view.vote(node));
            }
            None => {}
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        match client.wanted.foremost() {
            Some((_, command, to)) => format!("waits for {} from {to}", command.value),
            None => "idle".into(),
        }
    }
}

/// A number that is the same for the same value everywhere, for its color.
fn number(value: Value) -> u64 {
    let mut hasher = StableHasher::default();
    value.hash(&mut hasher);
    1 + hasher.finish() % (1 << 32)
}
