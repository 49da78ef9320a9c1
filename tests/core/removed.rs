//! Servers that were removed from a Raft cluster and run on (§6; thesis §4.2.3): none of them is told, so that they stand
//! for election for ever.

use consensus_playground::scenario::Session;

/// Replica 1 leads four servers and removes replica 4, which is not there just then and comes back; then `rest` happens.
fn run(seed: u64, set: &str, rest: &str) -> Session {
    let text = format!(
        "protocol raft\nreplicas 4\nseed {seed}\n{set}\nnetwork latency 10ms..20ms\n\
         at 0s fire election-timeout of 1\nat 500ms partition 1 2 3 | 4\nrequest remove 4\nrun 300ms\nexpect 1.role = leader\n\
         expect 1.members = 1-3\nexpect 4.members = 1-4\nheal\n{rest}\nexpect all\n"
    );
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    session
}

fn failed(session: &Session) -> Vec<&str> {
    session.outcomes().iter().filter(|outcome| !outcome.ok).map(|outcome| &*outcome.text).collect()
}

#[test]
fn a_removed_server_deposes_leader_after_leader() {
    for seed in 0..30 {
        let session = run(seed, "", "run 10s\nexpect 4.term > 10\nexpect 2.term > 10\nexpect 1.members = 1-3");
        assert!(failed(&session).is_empty(), "seed {seed}: {:?}", failed(&session));
    }
}

#[test]
fn with_check_quorum_it_disturbs_nobody() {
    for seed in 0..30 {
        let rest = "run 10s\nexpect 4.term > 10\nexpect 1.role = leader\nexpect 1.term = 1\nexpect 2.term = 1";
        let session = run(seed, "set check-quorum on", rest);
        assert!(failed(&session).is_empty(), "seed {seed}: {:?}", failed(&session));
    }
}

#[test]
fn shut_down_it_disturbs_nobody() {
    for seed in 0..30 {
        let session = run(seed, "", "crash 4\nrun 10s\nexpect 1.term <= 3\nexpect leader within 1s");
        assert!(failed(&session).is_empty(), "seed {seed}: {:?}", failed(&session));
    }
}

/// Its term is ahead by then, so that it deposes the leader that is to take it in again: once, and not each time that the
/// client asks.
#[test]
fn added_again_it_becomes_a_member() {
    for seed in 0..30 {
        let rest = "run 2s\nexpect 4.term > 3\nrequest add 4\nrun 3s\nexpect leader.members = 1-4\nexpect 4.members = 1-4\n\
                    request put x 1\nrun 2s\nexpect 4.store = x=1";
        let session = run(seed, "set check-quorum on", rest);
        assert!(failed(&session).is_empty(), "seed {seed}: {:?}", failed(&session));
    }
}
