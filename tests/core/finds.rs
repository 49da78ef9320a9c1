//! What checks over random input found, each mended and kept: the input, and what must hold of it.

use consensus_playground::scenario::Session;

/// Found by doing things and taking them back by chance, as in `branches.rs`: a wait went on from where it was done again, not from
/// where it had begun, and redoing took for shared what had happened since.
#[test]
fn a_wait_that_was_undone_and_done_again_ends_when_it_should() {
    let mut session = Session::open("protocol raft\nreplicas 3\nseed 3\nrun 2s\nexpect leader\n").unwrap();
    session.run(1_190);
    session.act("pause 2").unwrap();
    assert!(session.undo());
    session.run(3_000);
    session.act("network loss 1%").unwrap();
    assert!(session.undo() && session.redo());
    session.finish();
    assert_eq!(session.world().now(), 2_000_000, "{}", session.script());
    let mut again = Session::open(&session.script()).unwrap();
    again.finish();
    assert_eq!(again.trace_hash(), session.trace_hash(), "{}", session.script());
}
