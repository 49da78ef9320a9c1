//! The lines of protocols A and B, as pseudo-code and as sentences.

use super::message::{Bit, mark};
use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;

rules! {
    "at the start" {
        Start { value: Bit } "start" "A, B: steps 0, 1"
            "r ← 1; x ← input; report x to all"
            => "Replica {me} starts with {value} and reports it to all.";
    }
    "on a report or a proposal" {
        Count { round: u64, step: &'static str, from: NodeId, value: Option<Bit>, have: u16, need: u16, early: bool } "count" "A, B: steps 2, 3"
            "wait for n − f reports, or proposals, of round r, one of each replica"
            => "Replica {me} counts the {step} from replica {from} in round {round}: {what}. It has {have} of the {need} that it waits for."
               with { step, from, round, what: mark(value), have, need },
               "Replica {me} keeps the {step} from replica {from} for later, when it reaches round {round}: {what}." if early;
        Ignore { round: u64, from: NodeId } "ignore" "A, B: steps 2, 3"
            "after n − f, after deciding, or a second time: nothing"
            => "The message from replica {from} for round {round} changes nothing for replica {me}: it came too late, or for a second time.";
    }
    "with n − f reports" {
        #[milestone] Propose { round: u64, value: Bit, have: u16, heard: u16 } "propose" "A, B: step 2"
            "if more than n/2 (liars: (n + f)/2) report v: propose v to all"
            => "Replica {me} proposes {value} in round {round}: {have} of the {heard} reports it has say {value}."
               so "nobody proposes another value in round {round}" by "one-proposal-value";
        ProposeNone { round: u64, need: u16, heard: u16 } "propose-none" "A, B: step 2"
            "else: propose ? to all"
            => "Replica {me} proposes ? in round {round}: no value appears in {need} of the {heard} reports it has.";
    }
    "with n − f proposals" {
        #[milestone] Decide { round: u64, value: Bit, have: u16, stops: bool } "decide" "A, B: steps 3, 4"
            "if f + 1 (liars: more than (n + f)/2) propose v: decide v; report v and propose v in round r + 1; stop"
            => "Replica {me} decides {value} in round {round}: it has {proposals} of it. It repeats {value} in the next round and then stops."
               so "all others decide there at the latest" by "decision-carries"
               with { round, value, proposals: Many(have.into(), "proposal") },
               "Replica {me} decides {value} in round {round} and stops at once, although others may still need its messages: a bug is switched on." if stops;
        Adopt { round: u64, value: Bit, have: u16, need: u16 } "adopt" "A, B: steps 3, 4"
            "else if 1 (liars: f + 1) proposes v: x ← v; r ← r + 1; report x"
            => "Replica {me} adopts {value} after round {round}: it has {have} of the {need} proposals needed to decide, so another replica may have decided {value}.";
        #[milestone] Toss { round: u64, value: Bit, over: bool } "toss" "A, B: steps 3, 4"
            "else: x ← 0 or 1, with probability ½ each; r ← r + 1; report x"
            => "Replica {me} has seen too few proposals of a value in round {round}, tosses its coin and goes on with {value}."
               with { round, value },
               "Replica {me} has seen enough proposals to adopt a value in round {round}, but tosses its coin and goes on with {value}: a bug is switched on." if over;
    }
    "common coin" {
        AwaitCoin { round: u64 } "await-coin" "Rabin 1983"
            "in place of a toss: wait for the coin of round r"
            => "Replica {me} has seen too few proposals of a value in round {round} and waits for the common coin.";
        #[milestone] Deal { round: u64, value: Bit } "deal" "Rabin 1983"
            "dealer, once f + 1 have the proposals of round r: toss the coin of round r, tell all who ask"
            => "Dealer {me} tosses the coin of round {round}: {value}. At least one correct replica already has its proposals: it is too late to choose them to fit this coin.";
        TakeCoin { round: u64, value: Bit } "take-coin" "Rabin 1983"
            "x ← the coin; r ← r + 1; report x"
            => "Replica {me} goes on with {value}, the common coin of round {round}.";
    }
    "after a crash" {
        Resume { round: u64 } "resume" "beyond the paper, where nobody comes back"
            "from disk: r, x, what was said in round r; say it again; ask for the messages from r on"
            => "Replica {me} is back in round {round}. It repeats what it has said in this round and asks for what it missed.";
        Repeat { from: NodeId, round: u64 } "repeat" "beyond the paper, where nobody comes back"
            "if asked: send the reports and proposals from round r on again"
            => "Replica {me} repeats for replica {from} what it has said from round {round} on.";
    }
    "client" {
        Ask { to: NodeId } "ask" "beyond the paper, which has no clients"
            "ask a replica for the outcome"
            => "Client {me} asks replica {to} for the outcome.";
        Told { value: Bit } "told" "beyond the paper, which has no clients"
            "on reply: done"
            => "Client {me} learns that {value} was decided.";
    }
}
