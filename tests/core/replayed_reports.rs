//! Bug reports of consensus systems in the field, replayed here as scenarios that once failed. Each says what must hold.

use consensus_playground::scenario::Session;

/// Carries a scenario out to its end; every line with `expect` must hold.
fn holds(text: &str) -> Session {
    let mut session = Session::open(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    let failed: Vec<_> = session.outcomes().iter().filter(|outcome| !outcome.ok).map(|outcome| &outcome.text).collect();
    assert!(failed.is_empty(), "{failed:#?}\n{text}");
    session
}

/// §4.2: 2f prepares of backups. One that lost its disk gets its own order back from a backup that has it.
#[test]
fn a_pbft_primary_that_lost_its_disk_prepares_nothing_and_gives_no_number_twice() {
    holds(
        "protocol pbft\nreplicas 4\nnetwork latency 10ms\npartition 1 2 | 3 4\nrequest put x 1 from c1\nrun 25ms\n\
         crash 1\nrestart 1 disk lost\nrun 200ms\nexpect 1.prepared = 0\nheal\nrequest put y 2 from c2 to 1\n\
         run 100ms\nexpect prepared-unique\nexpect completed 2 within 20s\nexpect all\n",
    );
}

/// The same in a later view, whose pre-prepares come early: before the primary knows again that it began that view.
#[test]
fn a_pbft_primary_of_a_later_view_that_lost_its_disk_prepares_nothing() {
    holds(
        "protocol pbft\nreplicas 4\nseed 1\nset view-change-timeout 2s\nnetwork latency 10ms\ncrash 1\n\
         request put x 1 from c1\nrun 5s\nexpect 2.view = 1\nexpect completed 1\npartition 2 3 | 1 4\n\
         request put y 1 from c2 to 2\nrun 25ms\ncrash 2\nrestart 2 disk lost\nrun 1s\nexpect 2.view = 1\nheal\n\
         request put z 2 from c3 to 2\nrun 100ms\nexpect prepared-unique\nexpect completed 3 within 20s\nexpect all\n",
    );
}

/// The request came to a primary that the others had left. In their view it is a backup, and the only one that knows of it.
#[test]
fn a_pbft_backup_tells_the_primary_of_the_new_view_what_it_alone_was_asked() {
    holds(
        "protocol pbft\nreplicas 4\nseed 1\nnetwork latency 10ms\npartition 1 | 2 3 4\nrequest put x 1 from c1\nrun 3s\n\
         expect 2.view = 1\nheal\nrequest put z 1 from c9 to 1\nrun 10s\nexpect completed 2\nexpect 1.view = 1\n\
         expect 2.view = 1\nexpect all\n",
    );
}

/// The same kind: the backup relays the request at once, but the relay is lost.
#[test]
fn a_relay_that_is_lost_costs_pbft_no_view() {
    holds(
        "protocol pbft\nreplicas 4\nseed 1\nset client-retry 5s\nnetwork latency 10ms\nrequest put x 1 from c1 to 3\n\
         run 15ms\ndrop request from 3 to 1\nrun 2s\nexpect completed 1\nexpect 3.view = 0\nexpect all\n",
    );
}

/// AC1 compares with everybody's decision, not with that of the first who decided: that one is who reverses here.
#[test]
fn who_reverses_the_first_decision_breaks_agreement_with_the_others_too() {
    holds(
        "protocol two-phase-commit\nreplicas 3\nset decision-not-durable on\nnetwork latency 10ms\n\
         request transaction trip\nrun 300ms\nexpect 2.state = committed\ncrash 1\nrestart 1\nrun 1s\n\
         expect 1.state = aborted\nexpect 2.state = committed\nexpect violation ac2-no-reversal\n\
         expect violation ac1-agreement\n",
    );
}

/// A coordinator without its log counts from 1 again: the participants know better, and the next number is free.
#[test]
fn a_two_phase_commit_coordinator_that_lost_its_log_takes_no_transaction_for_another() {
    let text = "protocol two-phase-commit\nreplicas 3\nseed 1\nnetwork latency 10ms\nrequest transaction trip from c1\n\
                run 300ms\nexpect 2.state = committed\ncrash 1\nrestart 1 disk lost\n\
                request transaction hotel WHO from c2\nrun 1s\nexpect completed 2\nexpect 2.state = END\n\
                expect 2.transaction = 2\nexpect all\n";
    holds(&text.replace("WHO", "refused-by 2").replace("END", "aborted"));
    let session = holds(&text.replace(" WHO", "").replace("END", "committed"));
    assert_eq!(session.world().decisions().len(), 2, "two transactions, two numbers");
}

/// A participant that was not there when the number was first used may vote under it. Its yes is taken back.
#[test]
fn a_yes_to_a_number_that_is_withdrawn_binds_nobody() {
    holds(
        "protocol two-phase-commit\nreplicas 4\nseed 1\nnetwork latency 10ms\ncut 1 -> 4\nrequest transaction trip from c1\n\
         run 130ms\nexpect 2.state = aborted\nexpect 4.state = working\ncrash 1\nrestart 1 disk lost\nheal\n\
         request transaction hotel from c2\nrun 2s\nexpect completed 2\nexpect 4.state = committed\n\
         expect 4.blocked-on = 0\nexpect 4.transaction = 2\nexpect all\n",
    );
}

/// Thesis §4.2.1: the leader gives the change up where a new server is unavailable. These two had the log once.
#[test]
fn raft_learners_that_are_gone_do_not_become_voters() {
    holds(
        "protocol raft\nreplicas 5\nseed 2\nset members 1-3\nnetwork latency 5ms..15ms\nrun 800ms\nrequest learner 4\n\
         request learner 5\nrun 300ms\ncrash 4\ncrash 5\nrun 2s\nrequest members 3-5\nrun 10s\n\
         request put x 1 from c2\nexpect completed 4 within 5s\nexpect all\n",
    );
}

/// The follower refuses what overtook the entry before it, then takes both; the refusal reaches the leader last.
#[test]
fn a_refusal_that_comes_late_leaves_raft_indices_as_they_are() {
    holds(
        "protocol raft\nreplicas 2\nseed 1\nset no-op on\nset pipeline 4\nnetwork manual\nfire election-timeout of 1\n\
         deliver request-vote\ndeliver vote\nrequest put x 1 to 1\ndeliver 2nd append-entries\n\
         deliver 1st append-entries\ndeliver 2nd appended\nexpect 1.match-index = 2:1\nexpect 1.next-index = 2:2\n\
         deliver 1st appended\nexpect 1.match-index = 2:1\nexpect 1.next-index = 2:2\nexpect all\n",
    );
}

/// A refusal of what was sent after the acknowledgement means that the disk is gone: whoever ignores it fills it never again.
#[test]
fn a_raft_follower_that_lost_its_disk_is_filled_again_by_the_same_leader() {
    for snapshots in ["", "set snapshot-every 1\n"] {
        holds(&format!(
            "protocol raft\nreplicas 2\nseed 1\nset no-op on\n{snapshots}network latency 5ms\nfire election-timeout of 1\n\
             run 100ms\nrequest put x 1\nrequest put x 2\nrun 500ms\nexpect 1.role = leader\n\
             expect 1.match-index = 2:3\ncrash 2\nrestart 2 disk lost\nrun 60ms\nexpect 1.role = leader\n\
             expect 2.last-index = 3 within 5s\nexpect 1.match-index = 2:3 within 1s\nexpect 1.role = leader\n"
        ));
    }
}

/// RPCs that overtake each other are refused; the leader goes back at once and does not wait for its next heartbeat.
#[test]
fn raft_catches_up_with_a_pipeline_under_jitter_as_well() {
    for pipeline in [1, 4, 32] {
        holds(&format!(
            "protocol raft\nreplicas 3\nseed 1\nset no-op on\nset batch 1\nset pipeline {pipeline}\n\
             network latency 1ms..9ms loss 0%\nat 0s request put x 1\nat 1s crash 3\n\
             at 1s workload clients 10 rate 200/s keys 3\nat 3s workload clients 10 rate 1/s keys 3\nat 3.2s restart 3\n\
             expect 3.last-applied >= 390 within 4s\nexpect all\n"
        ));
    }
}

/// `pipeline 1`: no second AppendEntries with entries is sent to a server while one is under way, not by a heartbeat either.
/// What is older than a heartbeat counts as lost, so that no message here takes longer.
#[test]
fn without_a_pipeline_one_append_entries_is_under_way_to_a_server() {
    for seed in 0..20 {
        let mut session = Session::open(&format!(
            "protocol raft\nreplicas 3\nseed {seed}\nset no-op on\nnetwork latency 1ms..50ms loss 0%\n\
             at 1s workload clients 5 rate 60/s keys 3\nat 2s crash 3\nat 3s restart 3\nrun 6s\n"
        ))
        .expect("it can be read");
        let mut seen = 0;
        while !session.finished() {
            session.step();
            let flights = session.world().flights();
            let entries = flights.iter().filter(|flight| flight.label.starts_with("append"));
            let mut links: Vec<_> = entries.map(|flight| (flight.from, flight.to)).collect();
            seen += links.len();
            links.sort_unstable();
            assert!(links.is_sorted_by(|a, b| a < b), "seed {seed}, {} us: {links:?}", session.world().now());
        }
        assert!(seen > 1_000, "seed {seed}: {seen}");
    }
}
