//! What the page shows of a replica: a row of slots, each in the color of its ballot; a hole is an empty place.

use super::fold;
use super::generation::{phases_from, together};
use super::message::Pvalue;
use super::replica::{Leading, Part, State};
use super::{Client, Config, MultiPaxos, Reads, Role};
use crate::kernel::prelude::*;
use crate::protocols::availability;
use crate::protocols::ballot::Ballot;
use crate::protocols::flexible::tally;

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// The highest ballot that it has promised, for all slots (ballot_num, on disk).
    promised: Option<Ballot>,
    /// In how many slots it has accepted something (on disk).
    accepted: u64,
    #[field(flatten)]
    running: Option<Running>,
    /// How likely it is that no quorum of phase 1 is up, by `downtime`.
    #[field(if_some)]
    phase_1_down: Option<String>,
    /// How likely it is that no quorum of phase 2 is up.
    #[field(if_some)]
    phase_2_down: Option<String>,
}

/// What it has in memory.
#[derive(View)]
struct Running {
    /// Who leads as far as it knows, or none.
    leader: Option<NodeId>,
    /// The next slot to execute.
    slot_out: u64,
    /// The slots below the last one in sight of which it does not know what is chosen.
    undecided: String,
    /// What its store holds: x=1 y=2.
    store: String,
    /// How many requests wait at it.
    waiting: u64,
    /// What the votes weigh, as the log has it last: 3,1,1.
    #[field(if_some)]
    weights: Option<String>,
    /// From which slot on they count.
    #[field(if_some)]
    weights_from: Option<u64>,
    #[field(flatten)]
    leading: Option<Lead>,
}

/// What it has in memory as a leader.
#[derive(View)]
struct Lead {
    /// Of a leader: the next slot that it gives to a command.
    slot_in: u64,
    /// Of a leader that reads by lease: whether its lease holds or is over.
    #[field(if_some)]
    lease: Option<&'static str>,
}

impl Explain for MultiPaxos {
    type Role = Role;
    type Shown = Shown;
    const FOLDS: bool = true;

    fn status(Glance { state, disk, .. }: Glance<'_, Self>) -> Status {
        let role = match state.map(|state| &state.part) {
            Some(Part::Preparing(_)) => Role::Preparing,
            Some(Part::Leading(_)) => Role::Leader,
            _ => Role::Follower,
        };
        Status::new(&role, disk.promised.map_or(0, Ballot::epoch))
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        view.badge(&disk.promised.map(|promised| promised.to_string()).unwrap_or_default());
        view.committed = state.map_or(0, |state| state.executed);
        let learned = |slot| state.and_then(|state| state.learned.get(&slot));
        let last = disk.accepted.last().map_or(0, |(slot, _)| *slot);
        let last = last.max(state.and_then(|state| state.learned.last()).map_or(0, |(slot, _)| *slot));
        for slot in last.saturating_sub(ReplicaView::CELLS as u64) + 1..=last {
            let shown = |view: &mut ReplicaView, pvalue: &Pvalue, status| {
                view.entry(slot, pvalue.ballot.epoch(), &pvalue.entry, status);
            };
            match (learned(slot), disk.accepted.get(&slot)) {
                (Some(known), _) => shown(view, known, CellStatus::Committed),
                (None, Some(accepted)) => shown(view, accepted, CellStatus::Pending),
                (None, None) => {}
            }
        }
        view.add(&Shown {
            promised: disk.promised,
            accepted: disk.accepted.len() as u64,
            running: state.map(|state| running(config, state, last)),
            phase_1_down: config.quorums.unavailable().map(|[first, _]| availability::show(first)),
            phase_2_down: config.quorums.unavailable().map(|[_, second]| availability::show(second)),
        });
        if let Some(state) = state {
            tallies(config, state, view);
        }
    }

    fn applied(Glance { state, config, .. }: Glance<'_, Self>) -> Option<AppliedLog> {
        Some(fold::applied(state?, config))
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.wanted.show()
    }
}

fn running(config: &Config, state: &State, last: u64) -> Running {
    let holes = (state.executed + 1..=last).filter(|slot| !state.learned.contains_key(slot));
    let lead = |lead: &Leading| Lead {
        slot_in: lead.next,
        lease: (config.reads == Reads::Lease)
            .then(|| if lead.has_lease(config, &state.generations.0, state.executed + 1) { "holds" } else { "over" }),
    };
    Running {
        leader: state.leader.map(|leader| leader.proposer),
        slot_out: state.executed + 1,
        undecided: listed(holes.take(ReplicaView::CELLS).map(|slot| slot.to_string()), " "),
        store: state.store.show(),
        waiting: state.requests.len() as u64,
        weights: state.generations.0.last().map(|last| last.weights.to_string()),
        weights_from: state.generations.0.last().map(|last| last.from),
        leading: if let Part::Leading(leading) = &state.part { Some(lead(leading)) } else { None },
    }
}

fn tallies(config: &Config, state: &State, view: &mut ReplicaView) {
    match &state.part {
        Part::Passive => {}
        Part::Preparing(scout) => {
            let systems: Vec<_> = phases_from(&state.generations.0, config, state.executed + 1).collect();
            tally(view, &format_args!("promises for {}", scout.ballot), &together(&systems));
            view.votes(scout.promises.iter().copied());
        }
        Part::Leading(lead) => {
            for (slot, commander) in lead.open.iter() {
                tally(view, &format_args!("#{slot} {}", commander.entry), &state.phases(config, *slot).second);
                view.votes(commander.accepted.iter().copied());
            }
        }
    }
}
