//! The lines of the algorithms, as pseudo-code and as sentences.

use super::point::Point;
use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;

const PAPER: &str = "Dolev et al. 1986";
const PLANE: &str = "Mendes, Herlihy 2013; Függer, Nowak 2018";

rules! {
    "at the start" {
        Start { value: Point } "start" PAPER
            "x ← input; r ← 1; tell x to all"
            => "Replica {me} starts with {value} and tells it to all.";
    }
    "on a value" {
        Count { round: u64, from: NodeId, value: Point, have: u16, need: u16, early: bool } "count" PAPER
            "V ← V ∪ {value}, one of each replica"
            => "Replica {me} is told {value} by replica {from} in round {round}. It has {have} of {need} values."
               with { from, value, round, have, need },
               "Replica {me} keeps {value} from replica {from} for later, when it reaches round {round}." if early;
        Ignore { round: u64, from: NodeId } "ignore" PAPER
            "of a round that is over, or a second time: nothing"
            => "The value from replica {from} for round {round} changes nothing for replica {me}: it came too late, or for a second time.";
    }
    "at the end of a round" {
        Missing { round: u64, missing: u16, zero: bool } "missing" "Dolev et al. 1986, synchronous algorithm"
            "whoever has told no value: take x in its place"
            => "Replica {me} was not told {values} in time in round {round}, and takes its own value instead."
               with { values: Many(missing.into(), "value"), round },
               "Replica {me} was not told {values} in time in round {round}, and takes 0 instead: a bug is switched on." if zero;
        #[milestone] Average { round: u64, of: u16, f: u16, step: u16, value: Point } "average" PAPER
            "x ← mean(select(drop f lowest and f highest of V)); r ← r + 1; tell x to all"
            => "Replica {me} has {of} values in round {round}. It drops the {f} lowest and the {f} highest and averages the rest: {value}."
               so "its value stays between values of correct replicas" by "range"
               with { of, round, f, value, step },
               "Replica {me} has {of} values in round {round}. It drops the {f} lowest and the {f} highest, takes one in every {step} of the rest, and averages those: {value}." if step > 1,
               "Replica {me} has {of} values in round {round} and averages them: {value}." if f == 0;
        #[milestone] Middle { round: u64, of: u16, f: u16, value: Point } "middle" PLANE
            "S ← what every hull of n − f of V has in common; x ← the middle of its two farthest corners; r ← r + 1; tell x to all"
            => "Replica {me} has {of} points in round {round}. It finds the area that is inside the others whichever {f} of them are lies, and goes to its middle: {value}."
               so "its point stays inside the area of the correct ones" by "range";
        PlainMean { round: u64, of: u16, value: Point } "plain-mean" "a bug switch"
            "bug: x ← mean(V)"
            => "Replica {me} averages all {of} values of round {round}, lies included: {value}. A bug is switched on.";
    }
    "after the last round" {
        #[milestone] Decide { rounds: u64, value: Point, early: bool } "decide" PAPER
            "if r rounds are enough for ε: decide x"
            => "Replica {me} decides {value} after {rounds}."
               so "all correct replicas decide values that are close together" by "agreement"
               with { value, rounds: Many(rounds, "round") },
               "Replica {me} decides {value} after {rounds}, one round too early: a bug is switched on." if early;
    }
    "after a crash" {
        Resume { round: u64 } "resume" "beyond the paper, where nobody comes back"
            "from disk: x, r; tell x again; ask for the values from round r on"
            => "Replica {me} is back in round {round}. It tells its value again and asks for those that it missed.";
        Repeat { from: NodeId, round: u64 } "repeat" "beyond the paper, where nobody comes back"
            "if asked: tell the values from round r on again"
            => "Replica {me} repeats for replica {from} the values that it told from round {round} on.";
    }
    "client" {
        Ask { to: NodeId } "ask" "beyond the paper, which has no clients"
            "ask a replica for the outcome"
            => "Client {me} asks replica {to} for the outcome.";
        AskAll "ask-all" "beyond the paper, which has no clients"
            "ask all replicas for the outcome"
            => "Client {me} asks all replicas for the outcome: one of them alone may lie.";
        AskAgain "ask-again" "beyond the paper, which has no clients"
            "without enough answers after a while: ask again"
            => "Client {me} has waited long enough and asks again.";
        Told { value: Point } "told" "beyond the paper, which has no clients"
            "of n − f replies: drop f at each end, average"
            => "Client {me} takes {value} as the outcome.";
    }
}
