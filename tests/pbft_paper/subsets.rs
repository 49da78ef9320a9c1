//! §4.4: view change with every subset of prepared certificates, for n = 4.

use std::rc::Rc;

use consensus_playground::protocols::pbft::{Batch, Certificate, Disk, Message, Proposal, Slot, Stable, Timer};

use crate::harness::{Replica, new_view, one, place, prepared, proposal, request, view_change};

/// What a replica may hold for a number: nothing, the certificate of view 0, or that of view 1.
const KINDS: usize = 3;

fn batch(view: u64, sequence: u64) -> Batch {
    vec![request(view as usize + 1, sequence as u32, "put x 1")]
}

fn certificate(kind: usize, sequence: u64) -> Option<Rc<Certificate>> {
    let view = kind.checked_sub(1)? as u64;
    let backups: Vec<_> = (1..=4).filter(|&backup| backup != view as usize + 1).take(2).collect();
    Some(prepared(view, sequence, &batch(view, sequence), &backups))
}

/// The certificates that a replica holds for the numbers 1 and 2.
fn held(code: usize) -> Vec<Rc<Certificate>> {
    [certificate(code % KINDS, 1), certificate(code / KINDS, 2)].into_iter().flatten().collect()
}

/// What §4.4 demands, said over again: the request of the highest view for each number up to the highest that prepared
/// anywhere, else the null request.
fn demanded(codes: [usize; 3]) -> Vec<Rc<Proposal>> {
    let kind_at = |sequence: u32| codes.map(|code| code / KINDS.pow(sequence - 1) % KINDS);
    let best = [1, 2].map(|sequence| kind_at(sequence).into_iter().max().unwrap_or(0));
    let high = best.iter().rposition(|&kind| kind > 0).map_or(0, |place| place + 1);
    let propose = |sequence: u64| {
        let request = match best[sequence as usize - 1] {
            0 => Batch::new(),
            kind => batch(kind as u64 - 1, sequence),
        };
        proposal(2, sequence, &request)
    };
    (1..=high as u64).map(propose).collect()
}

/// Replica 3, which will lead view 2, with these certificates on its disk; it has asked for that view.
fn primary(code: usize) -> Replica {
    let mut disk = Disk { view: 1, ..Disk::default() };
    for certificate in held(code) {
        let sequence = certificate.proposal.place().sequence;
        disk.slots.insert(sequence, Slot { prepared: Some(certificate), ..Slot::default() });
    }
    let mut replica = Replica::from(3, &[], disk);
    let own = replica.fire(Timer::ViewChange).view_change().expect("it asks for view 2");
    assert_eq!(own.body().prepared, held(code));
    replica
}

#[test]
fn s4_4_every_subset_of_prepared_certificates_leads_to_what_the_paper_demands() {
    let genesis = Rc::<Stable>::default();
    let (mut runs, mut refused) = (0, 0);
    for others in [[1, 2], [1, 4], [2, 4]] {
        for code in 0..9usize.pow(3) {
            let codes = [code % 9, code / 9 % 9, code / 81];
            let mut replica = primary(codes[0]);
            let mut last = None;
            for (&other, &code) in others.iter().zip(&codes[1..]) {
                let change = view_change(other, 2, &genesis, &held(code));
                last = replica.hear(one(other), Message::ViewChange(change)).new_view();
            }
            let new = last.expect("three calls are a quorum");
            let demanded = demanded(codes);
            assert_eq!(new.body().proposals, demanded, "{others:?} {codes:?}");
            let mut backup = Replica::new(others[1], &[]);
            let said = backup.hear(one(3), Message::NewView(new.clone()));
            assert!(said.followed("enter-view"), "{others:?} {codes:?}");
            for proposal in &demanded {
                let here = *proposal.place();
                assert_eq!(backup.disk().accepted(here.sequence).unwrap().place(), &here);
            }
            // Any one proposal taken out or turned to null is seen.
            for at in 0..demanded.len() {
                let sequence = at as u64 + 1;
                let other = if demanded[at].batch.is_empty() { batch(0, sequence) } else { Batch::new() };
                let mut lie = demanded.clone();
                lie[at] = proposal(2, sequence, &other);
                assert_ne!(*lie[at].place(), place(2, sequence, &demanded[at].batch));
                let mut backup = Replica::new(others[1], &[]);
                assert!(backup.hear(one(3), new_view(2, &new.body().proofs, &lie)).followed("bad-new-view"));
                lie.remove(at);
                assert!(backup.hear(one(3), new_view(2, &new.body().proofs, &lie)).followed("bad-new-view"));
                refused += 2;
            }
            runs += 1;
        }
    }
    assert_eq!((runs, refused), (2187, 8580));
}
