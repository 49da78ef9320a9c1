//! What the page shows of a replica.

use super::message::{Block, Kind, Message, signers};
use super::replica::{Disk, State, Step};
use super::{Client, Config, Tendermint, costs};
use crate::kernel::prelude::*;
use crate::services::fold::{Fold, Logged};

/// The roles.
#[derive(Role, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Proposes a block in this round.
    #[role(Lead)]
    Proposer,
    /// Votes on what is proposed.
    #[role(Follow)]
    Validator,
}

/// The fields.
#[derive(View)]
pub struct Shown {
    /// h: the height that it is deciding.
    height: u64,
    /// The round that it is in, or none between two heights.
    round: Option<u64>,
    /// What it has done in this round: propose (not voted yet), prevote or precommit.
    step: &'static str,
    /// Who proposes in that round.
    proposer: NodeId,
    /// Its voting power.
    power: u64,
    /// The block that it is locked on, or none.
    locked_value: String,
    /// The round in which it locked, or none.
    locked_round: Option<u64>,
    /// The last block for which it saw a quorum of prevotes, or none.
    valid_value: String,
    /// The round of those prevotes, or none.
    valid_round: Option<u64>,
    /// Requests that it has received and that are not in a block.
    waiting_for: String,
    /// Replicas against which it holds evidence, or none.
    evidence: String,
    /// Whether another block than its own was seen to be decided: none, or how much power evidence names.
    fork: String,
    /// What its store holds: x=1 y=2.
    store: String,
}

fn block(value: &Option<(std::rc::Rc<Block>, u64)>) -> String {
    value.as_ref().map_or_else(|| "none".into(), |(block, _)| block.to_string())
}

impl Explain for Tendermint {
    type Role = Role;
    type Shown = Shown;
    const FOLDS: bool = true;

    fn status(Glance { config, me, disk, .. }: Glance<'_, Self>) -> Status {
        let round = disk.round.unwrap_or(0);
        let proposes = config.proposer(disk.height(), round) == me;
        Status::new(if proposes { &Role::Proposer } else { &Role::Validator }, round)
    }

    fn view(Glance { config, me, state, disk }: Glance<'_, Self>, view: &mut ReplicaView) {
        let waiting = state.iter().flat_map(|state| &state.waiting);
        let guilty = signers(disk.evidence.iter().map(|evidence| evidence.names().0));
        let fork = state.and_then(|state| state.fork);
        let named = config.power_of_all(guilty.iter().copied());
        view.committed = disk.chain.len() as u64;
        view.badge(&format_args!("#{}", disk.height()));
        view.add(&Shown {
            height: disk.height(),
            round: disk.round,
            step: ["propose", "prevote", "precommit"][disk.step as usize],
            proposer: config.proposer(disk.height(), disk.round.unwrap_or(0)),
            power: config.power_of(me) as u64,
            locked_value: block(&disk.locked),
            locked_round: disk.locked.as_ref().map(|(_, round)| *round),
            valid_value: block(&disk.valid),
            valid_round: disk.valid.as_ref().map(|(_, round)| *round),
            waiting_for: listed(waiting.map(|request| &request.body().command), " "),
            evidence: if guilty.is_empty() { "none".into() } else { listed(&guilty, ",") },
            fork: fork.map_or_else(
                || "none".into(),
                |(height, _)| format!("height {height}, power {named} of {} named", config.one_correct),
            ),
            store: disk.service.store.show(),
        });
        chain(config, state, disk, view);
    }

    fn applied(Glance { disk, .. }: Glance<'_, Self>) -> Option<AppliedLog> {
        let mut fold = Fold::new();
        for requests in disk.chain.iter().map(|commit| &commit.block.requests) {
            fold.take(requests.iter().map(|request| Logged::command(request.body().id, &request.body().command)));
        }
        Some(fold.beside(disk.chain.len() as u64, &disk.service.store, &disk.service.replies))
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.doing()
    }

    fn authenticators(message: &Message) -> Authenticators {
        costs::authenticators(message)
    }
}

/// The decided blocks, and what is proposed or locked at the height at hand, with its votes.
fn chain(config: &Config, state: Option<&State>, disk: &Disk, view: &mut ReplicaView) {
    let before = disk.chain.len().saturating_sub(ReplicaView::CELLS);
    for commit in disk.chain.from(before) {
        view.entry(commit.height, commit.round, &commit.block, CellStatus::Committed);
    }
    let (height, Some(round)) = (disk.height(), disk.round) else { return };
    let proposed = state.and_then(|state| state.log.proposed(height, round).next());
    if let Some((block, round)) = disk.locked.as_ref() {
        view.entry(height, *round, block, CellStatus::Prepared);
    } else if let Some(proposal) = proposed {
        view.entry(height, round, &proposal.block, CellStatus::Pending);
    }
    let Some(state) = state else { return };
    for kind in [Kind::Prevote, Kind::Precommit] {
        let mut ids: Vec<_> = state.log.step(height, round, kind).map(|vote| vote.body().id).collect();
        ids.dedup();
        if ids.is_empty() && disk.step == (if kind == Kind::Prevote { Step::Prevote } else { Step::Precommit }) {
            ids.push(None);
        }
        for id in ids {
            let block = state.log.proposed(height, round).find(|proposal| Some(proposal.offer.body().id) == id);
            let what = match (id, block) {
                (None, _) => "nil".into(),
                (Some(_), Some(proposal)) => proposal.block.to_string(),
                (id, None) => super::message::short(id),
            };
            view.tally_of(&format_args!("{} {what} r{round}", kind.word()), &config.quorums());
            let voters = super::log::distinct(state.log.votes_for(height, round, kind, id));
            view.votes(voters);
        }
    }
}
