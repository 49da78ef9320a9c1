//! What the page shows of a replica: the instances that it knows, a row for each replica's, with arrows to what they depend on.

use super::message::{Instance, Stage, Taken};
use super::replica::{Phase, State};
use super::{Client, Config, EPaxos, Role};
use crate::kernel::prelude::*;

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// How many instances it has heard of.
    known: u64,
    /// The instances that it has heard of and that are not committed here.
    open: String,
    /// The sequence number in the last of its own instances.
    own_seq: Option<u64>,
    /// What that depends on.
    own_deps: String,
    #[field(flatten)]
    running: Option<Running>,
}

/// What it has in memory.
#[derive(View)]
struct Running {
    /// How many instances it has executed.
    executed: u64,
    /// The last ones of them, in that order.
    order: String,
    /// What its store holds: x=1 y=2.
    store: String,
    /// How many commands it has committed on the fast path.
    fast_path: u64,
    /// How many on the slow path.
    slow_path: u64,
    /// How many clients wait for it.
    waiting: u64,
}

impl Explain for EPaxos {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { state, .. }: Glance<'_, Self>) -> Status {
        let leads = |state: &State| state.leads.values().map(|lead| lead.ballot).max();
        match state.and_then(leads) {
            None => Status::new(&Role::Replica, 0),
            Some(ballot) if ballot.round == 0 => Status::new(&Role::Leader, 0),
            Some(ballot) => Status::new(&Role::Recovering, ballot.epoch()),
        }
    }

    fn view(Glance { config, me, state, disk }: Glance<'_, Self>, view: &mut ReplicaView) {
        let records = &disk.records;
        let open = records.iter().filter(|(_, record)| record.committed().is_none()).map(|(instance, _)| *instance);
        let open: Vec<_> = open.collect();
        view.committed = (records.len() - open.len()) as u64;
        let own = records.from(&Instance { leader: me, number: 1 }).take_while(|(instance, _)| instance.leader == me);
        let own = own.last().and_then(|(_, record)| record.taken.as_ref());
        view.badge(&state.map_or(0, |state| state.order.len()));
        view.add(&Shown {
            known: records.len() as u64,
            open: one_word(open.iter().take(ReplicaView::CELLS)),
            own_seq: own.map(|taken| taken.value.seq.into()),
            own_deps: one_word(own.iter().flat_map(|taken| taken.value.deps.all())),
            running: state.map(running),
        });
        for (&instance, record) in records.iter() {
            if let Some(taken) = &record.taken {
                vertex(config, instance, taken, state, view);
            }
        }
        if let Some(state) = state {
            tallies(config, state, view);
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.wanted.show()
    }
}

/// Instances as one word, `1.1,2.1`, so that an expectation can name them.
fn one_word<'a>(all: impl Iterator<Item = &'a Instance>) -> String {
    Some(listed(all, ",")).filter(|all| !all.is_empty()).unwrap_or_else(|| "none".into())
}

fn running(state: &State) -> Running {
    let skipped = state.order.len().saturating_sub(ReplicaView::CELLS);
    Running {
        executed: state.order.len() as u64,
        order: one_word(state.order.from(skipped)),
        store: state.store.show(),
        fast_path: state.paths.0,
        slow_path: state.paths.1,
        waiting: state.asked.len() as u64,
    }
}

/// An instance, in the row of its replica.
fn vertex(config: &Config, instance: Instance, taken: &Taken, state: Option<&State>, view: &mut ReplicaView) {
    let status = match taken.stage {
        Stage::PreAccepted { .. } => CellStatus::Pending,
        Stage::Accepted => CellStatus::Prepared,
        Stage::Committed => CellStatus::Committed,
    };
    let slot = |instance: &Instance| instance.slot(config.replicas);
    let after: Vec<_> = taken.value.deps.all().iter().map(slot).collect();
    let place = (instance.leader.number() as u64, instance.number.into());
    view.vertex(slot(&instance), place, &after, &instance, &taken.value.entry, status);
    if state.is_some_and(|state| state.executed.contains_key(&instance)) {
        view.mark_vertex("done");
    }
}

fn tallies(config: &Config, state: &State, view: &mut ReplicaView) {
    for (instance, lead) in state.leads.iter() {
        match &lead.phase {
            Phase::Preparing(heard) => {
                view.tally(&format_args!("joined {} for {instance}", lead.ballot), config.majority());
                view.votes(heard.keys().copied());
            }
            Phase::PreAccepting { replies, .. } => {
                let need = if lead.ballot.round == 0 { config.fast_quorum() } else { config.majority() };
                view.tally(&format_args!("noted {instance}"), need - 1);
                view.votes(replies.keys().copied());
            }
            Phase::Accepting(votes) => {
                view.tally(&format_args!("accepted {instance}"), config.majority());
                view.votes(votes.iter().copied());
            }
        }
    }
}
