//! Values and ballots. What is said of runs stands in `tests/paxos_paper.rs`.

use super::{Ballot, Value};
use crate::kernel::NodeId;

fn value(word: &str) -> Value {
    Value::try_from(word.to_string()).expect("it is short")
}

#[test]
fn a_value_is_a_short_word() {
    assert_eq!(value("red").to_string(), "red");
    assert_eq!(value("sixteen-letters-").word().len(), 16);
    assert!(Value::try_from("seventeen-letters".to_string()).is_err());
    assert!(Value::try_from("a\0b".to_string()).is_err(), "what is padded with must not be in it");
}

#[test]
fn ballots_are_ordered_by_round_first() {
    let ballot = |round, proposer| Ballot { round, proposer: NodeId::replica(proposer) };
    assert!(ballot(1, 9) < ballot(2, 1) && ballot(2, 1) < ballot(2, 2));
    assert_eq!((ballot(2, 1).epoch(), ballot(2, 1).to_string()), (2_001, "2.1".into()));
}
