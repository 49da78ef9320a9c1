//! §4.4 and §4.5.2: timers, view-change, new-view.

use std::rc::Rc;

use consensus_playground::kernel::{CellStatus, MS, StructureKind};
use consensus_playground::protocols::pbft::{Batch, Message, Phase, Stable, Status, Timer};

use crate::harness::{
    Replica, new_view, one, place, prepared, proposal, proposal_of, request, run, stable, view_change, vote,
};

fn genesis() -> Rc<Stable> {
    Rc::default()
}

fn batch(client: usize) -> Batch {
    vec![request(client, 1, "put x 1")]
}

/// Replica 2 of view 1 has asked for it, with a prepared certificate for number 1.
fn primary_to_be() -> Replica {
    let mut replica = Replica::new(2, &[]);
    replica.propose(&proposal(0, 1, &batch(1)));
    replica.hear(one(3), vote(3, Phase::Prepare, place(0, 1, &batch(1))));
    replica.fire(Timer::ViewChange);
    replica
}

#[test]
fn s4_4_a_backups_timer_runs_while_it_waits_for_a_request() {
    let mut backup = Replica::new(2, &[]);
    let said = backup.ask(&batch(1)[0]);
    assert!(said.set().contains(&(Timer::ViewChange, 300 * MS)));
    // Another request does not start it again, nor does waiting end before the first one is executed.
    assert!(backup.ask(&batch(2)[0]).set().iter().all(|(timer, _)| *timer != Timer::ViewChange));
    let said = backup.commit(0, 1, &batch(2));
    assert!(said.followed("execute") && !said.cancelled().contains(&Timer::ViewChange));
    let said = backup.commit(0, 2, &batch(1));
    assert!(said.cancelled().contains(&Timer::ViewChange));
}

#[test]
fn s4_4_a_backups_timer_starts_again_for_the_next_request_it_waits_for() {
    let mut backup = Replica::new(2, &[]);
    backup.ask(&batch(1)[0]);
    backup.ask(&batch(2)[0]);
    assert!(backup.commit(0, 1, &batch(1)).set().contains(&(Timer::ViewChange, 300 * MS)));
}

#[test]
fn s4_4_a_primary_that_starves_a_client_is_left_although_it_serves_others() {
    let mut backup = Replica::new(2, &[]);
    backup.ask(&batch(2)[0]);
    for number in 1..=3 {
        let said = backup.commit(0, u64::from(number), &vec![request(1, number, "put x 1")]);
        assert!(said.cancelled().is_empty() && said.set().iter().all(|(timer, _)| *timer != Timer::ViewChange));
    }
    assert_eq!(backup.fire(Timer::ViewChange).view_change().unwrap().body().view, 1);
}

#[test]
fn s4_4_the_primary_has_no_timer() {
    let mut primary = Replica::new(1, &[]);
    assert!(primary.ask(&batch(1)[0]).set().iter().all(|(timer, _)| *timer != Timer::ViewChange));
}

#[test]
fn s4_4_when_it_expires_the_replica_asks_for_the_next_view_with_c_and_p() {
    let every = &[("checkpoint-every", "2"), ("log-size", "4")][..];
    let mut replica = Replica::new(2, every);
    (1..=3).for_each(|n| drop(replica.commit(0, u64::from(n), &vec![request(1, n, "put x 1")])));
    let twin = {
        let mut twin = Replica::new(3, every);
        (1..=2).for_each(|n| drop(twin.commit(0, u64::from(n), &vec![request(1, n, "put x 1")])));
        twin.disk().service.place(2)
    };
    replica.hear_votes(&[3, 4], Phase::Checkpoint, twin);
    // Number 4 is pre-prepared only, number 5 has prepared.
    replica.propose(&proposal(0, 4, &batch(4)));
    replica.propose(&proposal(0, 5, &batch(5)));
    replica.hear(one(3), vote(3, Phase::Prepare, place(0, 5, &batch(5))));
    let change = replica.fire(Timer::ViewChange).view_change().expect("it asks all");
    let body = change.body();
    assert_eq!((body.view, body.stable.place, body.stable.proof.len()), (1, twin, 3));
    let sequences: Vec<_> = body.prepared.iter().map(|cert| cert.proposal.place().sequence).collect();
    assert_eq!(sequences, [3, 5], "what was executed above the checkpoint is among it, what lies below is not");
}

#[test]
fn s4_4_between_views_nothing_but_checkpoints_and_view_changes_is_accepted() {
    let mut replica = Replica::new(4, &[]);
    replica.propose(&proposal(0, 1, &batch(1)));
    replica.fire(Timer::ViewChange);
    let said = replica.propose(&proposal(0, 2, &batch(2)));
    assert!(said.votes(Phase::Prepare).is_empty() && replica.disk().slots.get(&2).is_none());
    replica.hear_votes(&[2, 3], Phase::Prepare, place(0, 1, &batch(1)));
    assert!(replica.disk().slots.get(&1).unwrap().prepared.is_none());
    assert!(replica.propose(&proposal(1, 1, &batch(2))).votes(Phase::Prepare).is_empty(), "view 1 has not begun");
    let far = consensus_playground::protocols::pbft::Service::default().place(16);
    replica.hear_votes(&[1, 2, 3], Phase::Checkpoint, far);
    assert!(replica.fire(Timer::Resend).followed("stable"));
}

#[test]
fn s4_4_the_new_primary_begins_with_2f_plus_1_view_changes_its_own_included() {
    let mut replica = primary_to_be();
    let change = view_change(3, 1, &genesis(), &[]);
    assert!(replica.hear(one(3), Message::ViewChange(change.clone())).new_view().is_none());
    assert!(replica.hear(one(3), Message::ViewChange(change)).new_view().is_none(), "the same one again");
    let later = view_change(4, 2, &genesis(), &[]);
    assert!(replica.hear(one(4), Message::ViewChange(later)).new_view().is_none(), "for another view");
    let mut replica = primary_to_be();
    replica.hear(one(3), Message::ViewChange(view_change(3, 1, &genesis(), &[])));
    let said = replica.hear(one(4), Message::ViewChange(view_change(4, 1, &genesis(), &[])));
    let new = said.new_view().expect("it begins");
    assert_eq!((new.body().view, new.body().proofs.len()), (1, 3));
    // Its own certificate is among them and treated like those of others (fabric#1111).
    assert_eq!(new.body().proposals.len(), 1);
    assert_eq!(*new.body().proposals[0].place(), place(1, 1, &batch(1)));
    assert!(replica.disk().accepted(1).is_some() && !replica.disk().changing);
    assert!(said.votes(Phase::Prepare).is_empty(), "its pre-prepare speaks for it");
}

#[test]
fn s4_4_a_view_change_whose_certificates_do_not_hold_does_not_count() {
    let one_of = |backups: &[usize]| vec![prepared(0, 1, &batch(1), backups)];
    let wrong = [
        ("one prepare", view_change(3, 1, &genesis(), &one_of(&[3]))),
        ("one backup's twice", view_change(3, 1, &genesis(), &one_of(&[3, 3]))),
        ("the primary's prepare", view_change(3, 1, &genesis(), &one_of(&[1, 3]))),
        ("a client's prepare", view_change(3, 1, &genesis(), &one_of(&[3, 9]))),
        ("of this very view", view_change(3, 1, &genesis(), &[prepared(1, 1, &batch(1), &[3, 4])])),
        ("a number twice", view_change(3, 1, &genesis(), &[one_of(&[3, 4]), one_of(&[3, 4])].concat())),
        ("above H", view_change(3, 1, &genesis(), &[prepared(0, 33, &batch(1), &[3, 4])])),
        ("C of two", view_change(3, 1, &stable(16, 5, &[3, 4]), &[])),
        ("below n", view_change(3, 1, &stable(16, 5, &[1, 3, 4]), &[prepared(0, 16, &batch(1), &[3, 4])])),
        ("signed by another", view_change(4, 1, &genesis(), &[])),
    ];
    for (why, change) in wrong {
        let mut replica = primary_to_be();
        replica.hear(one(1), Message::ViewChange(view_change(1, 1, &genesis(), &[])));
        let said = replica.hear(one(3), Message::ViewChange(change));
        assert!(said.followed("bad-view-change") && said.new_view().is_none(), "{why}");
    }
}

#[test]
fn s4_4_o_starts_from_the_latest_stable_checkpoint_and_fills_holes_with_null_requests() {
    let mut replica = primary_to_be();
    let proof = stable(16, 5, &[1, 3, 4]);
    let high = [prepared(0, 17, &batch(3), &[3, 4]), prepared(0, 20, &batch(4), &[3, 4])];
    replica.hear(one(3), Message::ViewChange(view_change(3, 1, &proof, &high)));
    let said = replica.hear(one(4), Message::ViewChange(view_change(4, 1, &genesis(), &[])));
    let new = said.new_view().unwrap();
    let orders: Vec<_> = new.body().proposals.iter().map(|p| (p.place().sequence, p.batch.len())).collect();
    assert_eq!(orders, [(17, 1), (18, 0), (19, 0), (20, 1)], "number 1 lies below min-s");
    assert_eq!(new.body().proposals[1].place().digest, 0);
    assert_eq!(
        (replica.disk().low(), replica.disk().lags()),
        (16, true),
        "the primary itself takes over the checkpoint"
    );
    assert!(said.followed("fetch"));
    // What waits for a number gets the next one above O.
    assert_eq!(said.pre_prepares(), [(place(1, 21, &batch(1)), batch(1))]);
}

#[test]
fn s4_4_backups_verify_the_new_view_by_the_same_computation() {
    let cert = [prepared(0, 1, &batch(1), &[2, 3])];
    let (with, without) = (view_change(3, 1, &genesis(), &cert), |of| view_change(of, 1, &genesis(), &[]));
    let v = [without(1), without(2), with.clone()];
    let (right, null) = ([proposal(1, 1, &batch(1))], [proposal(1, 1, &vec![])]);
    let wrong = [
        ("two view-changes", new_view(1, &v[1..], &right)),
        ("one replica's twice", new_view(1, &[with.clone(), with.clone(), v[0].clone()], &right)),
        ("of another view", new_view(1, &[v[0].clone(), with.clone(), view_change(2, 2, &genesis(), &[])], &right)),
        ("null for what prepared", new_view(1, &v, &null)),
        ("another request", new_view(1, &v, &[proposal(1, 1, &batch(2))])),
        ("nothing", new_view(1, &v, &[])),
        ("one too many", new_view(1, &v, &[right[0].clone(), proposal(1, 2, &batch(2))])),
        ("not signed by the primary", new_view(1, &v, &[proposal_of(3, 1, 1, &batch(1))])),
        ("of the old view", new_view(1, &v, &[proposal(0, 1, &batch(1))])),
        (
            "a bad certificate",
            new_view(
                1,
                &[v[0].clone(), v[1].clone(), view_change(3, 1, &genesis(), &[prepared(0, 1, &batch(1), &[3])])],
                &right,
            ),
        ),
    ];
    for (why, message) in wrong {
        let mut backup = Replica::new(4, &[]);
        let said = backup.hear(one(2), message);
        assert!(said.followed("bad-new-view") && backup.disk().view == 0, "{why}");
    }
    let mut backup = Replica::new(4, &[]);
    let said = backup.hear(one(2), new_view(1, &v, &right));
    assert_eq!((backup.disk().view, backup.disk().changing), (1, false));
    assert_eq!(said.votes(Phase::Prepare), [place(1, 1, &batch(1))], "it prepares each of O");
    // Another one than the primary can't begin the view.
    let mut backup = Replica::new(4, &[]);
    let stolen = consensus_playground::protocols::pbft::NewView {
        view: 1,
        proofs: (1..=3).map(without).collect(),
        proposals: Vec::new(),
    };
    let stolen = Message::NewView(Rc::new(crate::harness::sign(one(3), stolen)));
    assert!(backup.hear(one(3), stolen).followed("bad-new-view"));
}

#[test]
fn s4_4_what_was_executed_is_agreed_on_again_but_not_executed_again() {
    let mut backup = Replica::new(4, &[]);
    let add = vec![request(1, 1, "add x 1")];
    backup.commit(0, 1, &add);
    let cert = [prepared(0, 1, &add, &[2, 3])];
    let v: Vec<_> = (1..=3).map(|of| view_change(of, 1, &genesis(), &cert)).collect();
    backup.hear(one(2), new_view(1, &v, &[proposal(1, 1, &add)]));
    backup.hear(one(3), vote(3, Phase::Prepare, place(1, 1, &add)));
    let said = backup.hear_votes(&[2, 3], Phase::Commit, place(1, 1, &add));
    assert!(said.followed("redone") && said.decided().is_empty() && said.replies().is_empty());
    assert_eq!(backup.disk().service.store.show(), "x=1");
}

#[test]
fn s4_4_a_certificate_outlives_the_views_after_it() {
    let mut replica = primary_to_be();
    // View 1 never begins; view 2 begins with O made from others' calls and a null request at number 1 does not prepare.
    let change = replica.fire(Timer::ViewChange).view_change().unwrap();
    assert_eq!((change.body().view, change.body().prepared.len()), (2, 1));
    let v: Vec<_> = [1, 3, 4].into_iter().map(|of| view_change(of, 2, &genesis(), &[])).collect();
    replica.hear(one(3), new_view(2, &v, &[]));
    let change = replica.fire(Timer::ViewChange).view_change().unwrap();
    assert_eq!((change.body().view, change.body().prepared.len()), (3, 1));
}

#[test]
fn s4_4_what_is_proposed_again_is_not_drawn_as_prepared_before_it_is() {
    let mut replica = Replica::new(4, &[]);
    let drawn = |replica: &Replica| {
        let view = replica.bench.replica().view();
        view.cells(StructureKind::Log).iter().map(|cell| (cell.epoch, cell.status)).collect::<Vec<_>>()
    };
    replica.propose(&proposal(0, 1, &batch(1)));
    replica.hear(one(3), vote(3, Phase::Prepare, place(0, 1, &batch(1))));
    assert_eq!(drawn(&replica), [(0, CellStatus::Prepared)]);
    replica.fire(Timer::ViewChange);
    assert_eq!(drawn(&replica), [(0, CellStatus::Prepared)], "between views");
    let cert = [prepared(0, 1, &batch(1), &[2, 3])];
    let v: Vec<_> = (1..=3).map(|of| view_change(of, 1, &genesis(), &cert)).collect();
    replica.hear(one(2), new_view(1, &v, &[proposal(1, 1, &batch(1))]));
    assert_eq!(drawn(&replica), [(1, CellStatus::Pending)]);
    replica.hear(one(3), vote(3, Phase::Prepare, place(1, 1, &batch(1))));
    assert_eq!(drawn(&replica), [(1, CellStatus::Prepared)]);
}

#[test]
fn s4_5_2_f_plus_1_calls_for_later_views_make_a_replica_join_the_smallest_at_once() {
    let mut replica = Replica::new(2, &[]);
    assert!(replica.hear(one(3), Message::ViewChange(view_change(3, 7, &genesis(), &[]))).view_change().is_none());
    assert!(replica.hear(one(3), Message::ViewChange(view_change(3, 8, &genesis(), &[]))).view_change().is_none());
    let said = replica.hear(one(4), Message::ViewChange(view_change(4, 5, &genesis(), &[])));
    assert_eq!(said.view_change().unwrap().body().view, 5);
}

/// A call for any later view counts, and f + 1 of them are enough: the sentences say no more than that.
#[test]
fn s4_5_2_calls_for_later_views_are_told_as_such() {
    let mut replica = Replica::new(2, &[]);
    let said = replica.hear(one(3), Message::ViewChange(view_change(3, 7, &genesis(), &[])));
    assert!(said.followed("count-later-views") && !said.followed("count-view-changes"));
}

#[test]
fn s4_4_a_request_that_another_replica_relayed_is_watched_and_sent_nowhere() {
    let mut replica = Replica::new(2, &[]);
    let said = replica.hear(one(3), Message::Request(batch(1)[0].clone()));
    assert!(said.followed("watch") && said.sent().is_empty() && !said.followed("relay"));
    let said = replica.ask(&batch(2)[0]);
    assert!(said.followed("relay") && said.sent().len() == 1);
}

#[test]
fn s4_5_2_the_wait_starts_with_2f_plus_1_calls_and_doubles() {
    let mut replica = Replica::new(4, &[]);
    let mut waits = Vec::new();
    for view in 1..=2 {
        let said = replica.fire(Timer::ViewChange);
        assert!(said.set().iter().all(|(timer, _)| *timer != Timer::ViewChange), "not before a quorum asks");
        replica.hear(one(1), Message::ViewChange(view_change(1, view, &genesis(), &[])));
        let said = replica.hear(one(3), Message::ViewChange(view_change(3, view, &genesis(), &[])));
        waits.extend(said.set().iter().filter(|(timer, _)| *timer == Timer::ViewChange).map(|(_, wait)| wait / MS));
    }
    assert_eq!(waits, [300, 600]);
    replica.fire(Timer::ViewChange);
    replica.hear(one(1), Message::ViewChange(view_change(1, 3, &genesis(), &[])));
    let said = replica.hear(one(3), Message::ViewChange(view_change(3, 3, &genesis(), &[])));
    assert!(said.followed("new-view") && !said.followed("wait-for-new-view"), "it waits for nobody in its own view");
    replica.hear(one(1), Message::ViewChange(view_change(1, 4, &genesis(), &[])));
    let said = replica.hear(one(3), Message::ViewChange(view_change(3, 4, &genesis(), &[])));
    assert!(said.set().contains(&(Timer::ViewChange, 2400 * MS)), "its own view counts among the doublings");
}

/// Whatever the delay, some view lasts long enough: the doubling goes on far beyond any delay that a run could have.
#[test]
fn s4_5_2_the_doubling_goes_on() {
    let mut replica = Replica::new(4, &[("view-change-timeout", "1ms")]);
    for view in 1..=18 {
        replica.fire(Timer::ViewChange);
        replica.hear(one(1), Message::ViewChange(view_change(1, view, &genesis(), &[])));
        let said = replica.hear(one(3), Message::ViewChange(view_change(3, view, &genesis(), &[])));
        // Of every fourth view it is the primary, and begins it.
        let waits = said.set().contains(&(Timer::ViewChange, MS << (view - 1)));
        assert_eq!(waits, view % 4 != 3, "view {view}");
    }
    let text =
        "protocol pbft\nreplicas 4\nset view-change-timeout 1ms\nnetwork latency 100ms\nrequest put x 1\nrun 300s";
    assert_eq!(run(text).world().counts().completed, 1);
}

/// Who lacks a call for a view asks for it; who has it lacks nothing, and has nothing to ask for.
#[test]
fn s4_4_who_is_between_views_makes_those_ask_who_lack_its_call() {
    let mut other = Replica::new(1, &[]);
    let status = |changing| Message::Status(Status { view: 1, changing, executed: 0, stable: 0 });
    assert_eq!(other.hear(one(4), status(true)).set(), [(Timer::Resend, 150 * MS)], "the call was lost");
    other.fire(Timer::Resend);
    other.hear(one(4), Message::ViewChange(view_change(4, 1, &genesis(), &[])));
    assert!(other.hear(one(4), status(true)).set().is_empty());
    assert_eq!(other.hear(one(4), status(false)).set(), [(Timer::Resend, 150 * MS)], "view 1 has begun: it lacks that");
    // One false suspicion, and three requests at the usual price.
    let text = "protocol pbft\nreplicas 4\nnetwork latency 10ms\nrequest put x 1\nat 25ms fire view-change of 2\n\
                run 2s\nrequest put x 2\nrun 2s\nrequest put x 3\nrun 5s";
    let session = run(text);
    let status = 7;
    let of = |number| {
        let sent = session.trace().messages.iter().filter(|sent| sent.from == one(number) && sent.kind == status);
        sent.count()
    };
    assert!(of(2) > 0, "it waits for a view that never begins");
    assert_eq!([of(1), of(3), of(4)], [0, 0, 0], "they lack nothing");
}

#[test]
fn s4_5_2_progress_brings_the_first_wait_back() {
    let mut replica = Replica::new(4, &[]);
    replica.fire(Timer::ViewChange);
    replica.fire(Timer::ViewChange);
    let v: Vec<_> = (1..=3).map(|of| view_change(of, 2, &genesis(), &[])).collect();
    replica.hear(one(3), new_view(2, &v, &[]));
    assert!(replica.ask(&batch(1)[0]).set().contains(&(Timer::ViewChange, 600 * MS)));
    replica.commit(2, 1, &batch(1));
    assert!(replica.ask(&batch(2)[0]).set().contains(&(Timer::ViewChange, 300 * MS)));
}
