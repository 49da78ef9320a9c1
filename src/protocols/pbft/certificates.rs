//! What a certificate must show to be believed, and the computation of O that new primary and backups do alike.

use std::rc::Rc;

use super::Config;
use super::message::{Batch, Certificate, NewView, Phase, Proposal, Stable, ViewChange, Vote, authentic, digest};
use super::sequenced_digest::SequencedDigest;
use crate::kernel::data::in_order::InOrder;
use crate::kernel::{NodeId, PersistentMap, Signed};

/// Whether a vote says this of this place. The switch `digest-not-compared` looks at view and number only.
pub fn fits(config: &Config, vote: &Vote, phase: Phase, place: &SequencedDigest) -> bool {
    vote.phase == phase
        && vote.place.view == place.view
        && vote.place.sequence == place.sequence
        && (config.bugs.digest_not_compared || vote.place.digest == place.digest)
}

/// The matching votes on a place.
pub fn matching(config: &Config, votes: &[Signed<Vote>], phase: Phase, place: &SequencedDigest) -> Vec<Signed<Vote>> {
    votes.iter().filter(|vote| fits(config, vote.body(), phase, place)).copied().collect()
}

/// How many different ones there are.
fn different(mut nodes: Vec<NodeId>) -> usize {
    nodes.put_in_order();
    nodes.dedup();
    nodes.len()
}

/// How many different replicas other than `except` say this of this place.
fn voters(
    config: &Config,
    votes: &[Signed<Vote>],
    phase: Phase,
    place: &SequencedDigest,
    except: Option<NodeId>,
) -> usize {
    let votes = matching(config, votes, phase, place);
    let counts = |node: &NodeId| config.is_replica(*node) && Some(*node) != except;
    different(votes.iter().map(Signed::signer).filter(counts).collect())
}

/// Whether the primary of its view signed it, and the requests are those that the digest speaks of, made by their clients.
pub fn is_valid_proposal(config: &Config, proposal: &Proposal) -> bool {
    let place = proposal.place();
    proposal.order.signer() == config.primary(place.view)
        && proposal.order.body().phase == Phase::PrePrepare
        && fits_batch(config, place, &proposal.batch)
}

/// Whether the requests are those that the digest speaks of, made by their clients.
pub fn fits_batch(config: &Config, place: &SequencedDigest, batch: &Batch) -> bool {
    authentic(batch) && (config.bugs.digest_not_compared || digest(batch) == place.digest)
}

/// A prepared certificate holds: a sound pre-prepare, and enough matching prepares of different backups (§4.2).
pub fn is_valid_prepared(config: &Config, prepared: &Certificate) -> bool {
    let place = prepared.proposal.place();
    let primary = Some(config.primary(place.view));
    is_valid_proposal(config, &prepared.proposal)
        && voters(config, &prepared.votes, Phase::Prepare, place, primary) >= config.prepares
}

/// A committed certificate holds: a sound pre-prepare, and enough matching commits of different replicas (§4.2). Any two
/// sets of Q commits share a correct replica, and f + 1 correct ones hold a prepared certificate, so no view commits
/// anything else there.
pub fn is_valid_committed(config: &Config, committed: &Certificate) -> bool {
    let place = committed.proposal.place();
    is_valid_proposal(config, &committed.proposal)
        && voters(config, &committed.votes, Phase::Commit, place, None) >= config.commits
}

/// A stable checkpoint's proof holds: a quorum of matching checkpoint messages of different replicas (§4.3).
pub fn is_valid_stable(config: &Config, stable: &Stable) -> bool {
    match stable.place.sequence {
        0 => *stable == Stable::default(),
        _ => voters(config, &stable.proof, Phase::Checkpoint, &stable.place, None) >= config.quorum,
    }
}

/// A view-change holds: C proves n, and P has sound certificates of earlier views for numbers from n + 1 to n + L, each
/// number once (§4.4).
pub fn is_valid_view_change(config: &Config, change: &Signed<ViewChange>) -> bool {
    let body = change.body();
    let low = body.stable.place.sequence;
    let mut last = low;
    for prepared in &body.prepared {
        let place = prepared.proposal.place();
        let in_range =
            place.sequence > last && (place.sequence <= low + config.log_size || config.bugs.no_high_watermark);
        if !in_range || place.view >= body.view || !is_valid_prepared(config, prepared) {
            return false;
        }
        last = place.sequence;
    }
    config.is_replica(change.signer()) && is_valid_stable(config, &body.stable)
}

/// What V demands: min-s, and for each number up to max-s the digest and requests of O.
pub struct Demands {
    /// min-s with its proof: the latest stable checkpoint in V.
    pub stable: Rc<Stable>,
    /// For the numbers from min-s + 1 to max-s: the view it prepared in (`None` for a hole), and the requests.
    pub orders: Vec<(Option<u64>, Batch)>,
}

/// The computation of §4.4: for each number between min-s and max-s the requests with the prepared certificate of the
/// highest view, or else the null request.
pub fn demands(config: &Config, proofs: &[Rc<Signed<ViewChange>>]) -> Demands {
    let mut stable = Rc::<Stable>::default();
    for proof in proofs {
        if proof.body().stable.place.sequence > stable.place.sequence {
            stable = proof.body().stable.clone();
        }
    }
    let low = stable.place.sequence;
    let mut best: PersistentMap<u64, &Certificate> = PersistentMap::new();
    for prepared in proofs.iter().flat_map(|proof| &proof.body().prepared) {
        let place = prepared.proposal.place();
        let known = best.get(&place.sequence).map(|other| other.proposal.place().view);
        if place.sequence > low && known.is_none_or(|view| view < place.view) {
            best.insert(place.sequence, prepared);
        }
    }
    if config.bugs.no_re_proposal {
        best = PersistentMap::new();
    }
    let high = best.last().map_or(low, |(&sequence, _)| sequence);
    let order = |sequence| match best.get(&sequence) {
        Some(prepared) => (Some(prepared.proposal.place().view), prepared.proposal.batch.clone()),
        None => (None, Batch::new()),
    };
    Demands { orders: (low + 1..=high).map(order).collect(), stable }
}

/// A new-view holds: its view's primary signed it, V has Q sound view-changes for this view of different replicas, and O
/// is just what they demand (§4.4).
pub fn is_valid_new_view(config: &Config, new: &Signed<NewView>) -> bool {
    let body = new.body();
    if new.signer() != config.primary(body.view) {
        return false;
    }
    if config.bugs.new_view_without_proof {
        return true;
    }
    let signers = different(body.proofs.iter().map(|proof| proof.signer()).collect());
    let sound = |proof: &Rc<Signed<ViewChange>>| proof.body().view == body.view && is_valid_view_change(config, proof);
    if signers < config.quorum || signers < body.proofs.len() || !body.proofs.iter().all(sound) {
        return false;
    }
    let demanded = demands(config, &body.proofs);
    let low = demanded.stable.place.sequence;
    body.proposals.len() == demanded.orders.len()
        && (low + 1..).zip(&demanded.orders).zip(&body.proposals).all(|((sequence, order), proposal)| {
            let place = SequencedDigest { view: body.view, sequence, digest: digest(&order.1) };
            *proposal.place() == place && is_valid_proposal(config, proposal)
        })
}
