//! The lines of the algorithm, as pseudo-code and as sentences.

use super::vector::Vector;
use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;

const LEARNING: &str = "Blanchard et al. 2017, §2";
const ALONE: &str = "He, Karimireddy, Jaggi 2022";
const BEYOND: &str = "beyond the papers, where nobody comes back";
const CLIENTS: &str = "beyond the papers, which have no clients";

/// What a rule is about.
fn what(shared: bool) -> &'static str {
    if shared { "models" } else { "gradients" }
}

rules! {
    "at the start" {
        Start "start" LEARNING
            "w ← 0; r ← 1; tell w to all workers"
            => "Replica {me} starts from the model 0,0 and tells it to all workers.";
        StartAlone "start-alone" ALONE
            "w ← 0; r ← 1; tell w − ¼ own gradient to the neighbors"
            => "Replica {me} starts from the model 0,0, takes a step by its own gradient, and tells its neighbors where that leads.";
    }
    "on a model" {
        Compute { model: Vector, vector: Vector } "compute" LEARNING
            "tell replica 1 ∇w on the own data"
            => "Replica {me} is told the model {model}. On its own data it finds the gradient {vector}, and tells replica 1.";
        Learned { model: Vector } "learned" LEARNING
            "after the last round: keep w"
            => "Replica {me} is told what was learned: the model {model}.";
    }
    "on a vector" {
        Count { round: u64, from: NodeId, vector: Vector, have: u16, need: u16, early: bool } "count" LEARNING
            "V ← V ∪ {vector}, one of each worker"
            => "Replica {me} is told {vector} by replica {from} in round {round}. It has {have} of {need}."
               with { from, vector, round, have, need },
               "Replica {me} keeps {vector} from replica {from} for later, when it comes to round {round}." if early;
        Ignore { round: u64, from: NodeId } "ignore" LEARNING
            "of a round that is over, or a second time: nothing"
            => "What replica {from} says of round {round} changes nothing for replica {me}: it comes too late, or for a second time.";
    }
    "at the end of a round" {
        Missing { round: u64, missing: u16 } "missing" LEARNING
            "whoever is not heard in time is left out"
            => "Replica {me} goes on without {workers} in round {round}."
               with { workers: Many(missing.into(), "worker"), round };
        Again { round: u64, missing: u16 } "again" BEYOND
            "if more than f are not heard: tell w again"
            => "Replica {me} does not hear {workers} in round {round}. That is more than it can bear, and it tells its model again."
               with { workers: Many(missing.into(), "worker"), round };
        #[milestone] Mean { round: u64, of: u16, vector: Vector, shared: bool } "mean" "McMahan et al. 2017, federated averaging"
            "g ← mean(V); w ← w − ¼ g"
            => "Replica {me} averages all {of} {what} of round {round}: {vector}."
               so "without a liar, that is the best choice" by "resilience"
               with { of, what: what(shared), round, vector };
        #[milestone] Median { round: u64, of: u16, vector: Vector, shared: bool } "median" "Yin et al. 2018, option I"
            "g ← the median of V, coordinate by coordinate; w ← w − ¼ g"
            => "Replica {me} takes the median of {of} {what} in round {round}, coordinate by coordinate: {vector}."
               so "it lies between honest ones" by "honest-range"
               with { of, what: what(shared), round, vector };
        #[milestone] Trim { round: u64, of: u16, f: u16, vector: Vector, shared: bool, wrong: bool } "trim" "Yin et al. 2018, option II"
            "g ← mean(V without the f lowest and f highest), coordinate by coordinate; w ← w − ¼ g"
            => "Replica {me} trims the {f} lowest and the {f} highest of {of} {what} in round {round}, coordinate by coordinate, and averages the rest: {vector}."
               so "it lies between honest ones" by "honest-range"
               with { of, what: what(shared), f, round, vector },
               "Replica {me} trims {f} of {of} {what} in all in round {round}, and averages the rest: {vector}. A bug is switched on." if wrong;
        #[milestone] Krum { round: u64, of: u16, from: NodeId, vector: Vector, shared: bool, wrong: bool } "krum" "Blanchard et al. 2017, §4"
            "g ← the v of V with the least sum of its n − f − 2 smallest ‖v − u‖², u another of V; w ← w − ¼ g"
            => "Replica {me} uses Krum on {of} {what} in round {round}. The one whose nearest others are nearest is that of replica {from}: {vector}."
               so "it is near the honest ones" by "resilience"
               with { of, what: what(shared), round, from, vector },
               "Replica {me} uses Krum on {of} {what} in round {round} and takes that of replica {from}: {vector}. A bug is switched on." if wrong;
        #[milestone] MultiKrum { round: u64, of: u16, f: u16, vector: Vector, shared: bool, wrong: bool } "multi-krum" "Blanchard et al. 2017, §4"
            "g ← the mean of the n − f best of V by Krum; w ← w − ¼ g"
            => "Replica {me} uses Krum on {of} {what} in round {round}, leaves the {f} worst out and averages the rest: {vector}."
               so "it is near the honest ones" by "resilience"
               with { of, what: what(shared), f, round, vector },
               "Replica {me} uses Krum on {of} {what} in round {round}, leaves {f} out and averages the rest: {vector}. A bug is switched on." if wrong;
        #[milestone] Geometric { round: u64, of: u16, vector: Vector, shared: bool } "geometric" "Pillutla, Kakade, Harchaoui 2019"
            "g ← the point whose distances from V add up to the least, by 16 of Weiszfeld's steps; w ← w − ¼ g"
            => "Replica {me} looks for the point from which {of} {what} of round {round} are nearest in sum: {vector}."
               with { of, what: what(shared), round, vector };
        #[milestone] Bulyan { round: u64, of: u16, f: u16, vector: Vector, shared: bool, wrong: bool } "bulyan" "El Mhamdi et al. 2018"
            "S ← the n − 2f best of V by Krum, one after the other; g ← the mean of the n − 4f of S nearest its median, coordinate by coordinate; w ← w − ¼ g"
            => "Replica {me} takes the best of {of} {what} in round {round} by Krum, all but twice {f}, and averages what is nearest their median: {vector}."
               so "it is near the honest ones in each coordinate" by "resilience"
               with { of, what: what(shared), f, round, vector },
               "Replica {me} takes the best of {of} {what} in round {round} by Krum, all but twice {f}, and averages what is nearest their median: {vector}. A bug is switched on." if wrong;
        #[milestone] Clip { round: u64, of: u16, vector: Vector, shared: bool } "clip" "Karimireddy, He, Jaggi 2021"
            "v ← v + mean((u − v) · min(1, 1/‖u − v‖)) over V, three times; g ← v; w ← w − ¼ g"
            => "Replica {me} starts from what it chose last. Each of {of} {what} of round {round} pulls by one unit at most: {vector}."
               with { of, what: what(shared), round, vector };
        #[milestone] Trust { round: u64, of: u16, vector: Vector, shared: bool } "trust" "weights by learned reliability"
            "g ← mean(V, weighted by trust); trust += (near the median? − trust)/8; w ← w − ¼ g"
            => "Replica {me} averages {of} {what} of round {round}, each weighted by the trust that it has earned: {vector}."
               with { of, what: what(shared), round, vector };
    }
    "after the last round" {
        #[milestone] Decide { rounds: u64, model: Vector } "decide" LEARNING
            "after the last round: w is learned; tell it to all"
            => "Replica {me} has learned the model {model} in {rounds}."
               with { model, rounds: Many(rounds, "round") };
    }
    "after a crash" {
        Resume { round: u64 } "resume" BEYOND
            "from disk: r, w; go on with round r"
            => "Replica {me} is back in round {round}.";
        Repeat { from: NodeId } "repeat" BEYOND
            "if asked: tell r, w again"
            => "Replica {me} tells replica {from} its model again.";
    }
    "client" {
        Ask { to: NodeId } "ask" CLIENTS
            "ask for the outcome"
            => "Client {me} asks replica {to} what was learned.";
        AskAll "ask-all" CLIENTS
            "where each has a model of its own: ask all"
            => "Client {me} asks all replicas what was learned: one of them alone may lie.";
        AskAgain "ask-again" CLIENTS
            "without enough answers after a while: ask again"
            => "Client {me} has waited long enough and asks again.";
        Told { model: Vector } "told" CLIENTS
            "of n − f replies: the median"
            => "Client {me} takes the model {model} as the outcome.";
    }
}
