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
