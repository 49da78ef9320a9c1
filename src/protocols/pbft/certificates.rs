//! What a certificate must show to be believed, and the computation of O that new primary and backups do alike.

use std::rc::Rc;

use super::Config;
use super::message::{Decided, NewView, Order, Place, Prepared, Proposal, ViewChange, Vote, authentic, digest};
use crate::kernel::{NodeId, Signed, Table, order};

/// Whether a vote speaks for this place. The switch `digest-not-compared` looks at view and number only.
pub fn fits(config: &Config, vote: &Place, place: &Place) -> bool {
    vote.view == place.view
        && vote.sequence == place.sequence
        && (config.bugs.digest_not_compared || vote.digest == place.digest)
}

/// How many different replicas other than `except` vote for this place.
fn voters<T: Vote>(config: &Config, votes: &[Signed<T>], place: &Place, except: Option<NodeId>) -> usize {
    let counts = |vote: &&Signed<T>| {
        config.is_replica(vote.signer()) && Some(vote.signer()) != except && fits(config, vote.body().place(), place)
    };
    let mut signers: Vec<_> = votes.iter().filter(counts).map(Signed::signer).collect();
    order::sort(&mut signers);
    signers.dedup();
    signers.len()
}

/// Whether the primary of its view signed it, and the request is the one that the digest speaks of, made by its client.
pub fn sound_proposal(config: &Config, proposal: &Proposal) -> bool {
    let place = proposal.place();
    proposal.order.signer() == config.primary(place.view) && fits_request(config, place, &proposal.request)
}

/// Whether the request is the one that the digest speaks of, made by its client.
pub fn fits_request(config: &Config, place: &Place, request: &Order) -> bool {
    authentic(request) && (config.bugs.digest_not_compared || digest(request) == place.digest)
}

/// A prepared certificate holds: a sound pre-prepare, and enough matching prepares of different backups (§4.2).
pub fn sound_prepared(config: &Config, prepared: &Prepared) -> bool {
    let place = prepared.proposal.place();
    sound_proposal(config, &prepared.proposal)
        && voters(config, &prepared.prepares, place, Some(config.primary(place.view))) >= config.prepares
}

/// A commit certificate holds: enough matching commits of different replicas (§4.2). Any two sets of Q commits share a
/// correct replica, and f + 1 correct ones hold a prepared certificate, so no view commits anything else there.
pub fn sound_decided(config: &Config, decided: &Decided) -> bool {
    let proven =
        config.bugs.no_commit_phase || voters(config, &decided.commits, &decided.place, None) >= config.commits;
    proven && fits_request(config, &decided.place, &decided.request)
}

/// A view-change holds: C proves each number up to n, P has sound certificates of earlier views above n, each number
/// once (§4.4). What C says of the first `known` numbers is not looked at: the reader has their proofs itself.
pub fn sound_view_change(config: &Config, change: &Signed<ViewChange>, known: u64) -> bool {
    let body = change.body();
    let mut last = body.decided.len() as u64;
    for sequence in known + 1..=last {
        let sound = |decided: &Rc<Decided>| decided.place.sequence == sequence && sound_decided(config, decided);
        if !body.decided.get(sequence as usize - 1).is_some_and(sound) {
            return false;
        }
    }
    for prepared in &body.prepared {
        let place = prepared.proposal.place();
        if place.sequence <= last || place.view >= body.view || !sound_prepared(config, prepared) {
            return false;
        }
        last = place.sequence;
    }
    config.is_replica(change.signer())
}

/// What V demands: min-s, and for each number up to max-s the digest and request of O.
pub struct Demands {
    /// min-s: all up to here is settled by some C of V.
    pub low: u64,
    /// For the numbers from min-s + 1 to max-s: the view it prepared in (`None` for a hole), and the request.
    pub orders: Vec<(Option<u64>, Order)>,
}

/// The computation of §4.4: for each number between min-s and max-s the request with the prepared certificate of the
/// highest view, or else the null request.
pub fn demands(config: &Config, proofs: &[Rc<Signed<ViewChange>>]) -> Demands {
    let low = proofs.iter().map(|proof| proof.body().decided.len() as u64).max().unwrap_or(0);
    let mut best: Table<u64, &Prepared> = Table::new();
    for prepared in proofs.iter().flat_map(|proof| &proof.body().prepared) {
        let place = prepared.proposal.place();
        let known = best.get(&place.sequence).map(|other| other.proposal.place().view);
        if place.sequence > low && known.is_none_or(|view| view < place.view) {
            best.insert(place.sequence, prepared);
        }
    }
    if config.bugs.no_re_proposal {
        best = Table::new();
    }
    let high = best.last().map_or(low, |(&sequence, _)| sequence);
    let order = |sequence| match best.get(&sequence) {
        Some(prepared) => (Some(prepared.proposal.place().view), prepared.proposal.request.clone()),
        None => (None, None),
    };
    Demands { low, orders: (low + 1..=high).map(order).collect() }
}

/// A new-view holds: its view's primary signed it, V has Q sound view-changes for this view of different replicas, and O
/// is just what they demand (§4.4).
pub fn sound_new_view(config: &Config, new: &Signed<NewView>, known: u64) -> bool {
    let body = new.body();
    if new.signer() != config.primary(body.view) {
        return false;
    }
    if config.bugs.new_view_without_proof {
        return true;
    }
    let mut signers: Vec<_> = body.proofs.iter().map(|proof| proof.signer()).collect();
    order::sort(&mut signers);
    signers.dedup();
    let sound =
        |proof: &Rc<Signed<ViewChange>>| proof.body().view == body.view && sound_view_change(config, proof, known);
    if signers.len() < config.quorum || signers.len() < body.proofs.len() || !body.proofs.iter().all(sound) {
        return false;
    }
    let demanded = demands(config, &body.proofs);
    body.proposals.len() == demanded.orders.len()
        && (demanded.low + 1..).zip(&demanded.orders).zip(&body.proposals).all(|((sequence, order), proposal)| {
            let place = Place { view: body.view, sequence, digest: digest(&order.1) };
            *proposal.place() == place && sound_proposal(config, proposal)
        })
}
