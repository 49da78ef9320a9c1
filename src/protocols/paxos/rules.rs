//! The lines of Paxos Made Simple (Lamport 2001) that the code carries out, as pseudo-code and as sentences.

use super::message::{Ballot, Value};
use crate::kernel::prelude::*;

const PMS1: &str = "Paxos Made Simple §2.2, phase 1";
const PMS2: &str = "Paxos Made Simple §2.2, phase 2";
const LEARN: &str = "Paxos Made Simple §2.3";
const RETRY: &str = "Paxos Made Simple §2.4";

crate::rules! {
    "proposer, on a request" {
        Want { value: Value } "want" PMS1
            "if it proposes nothing yet: this is the value to propose"
            => "Replica {me} is asked to propose {value}.";
        Queue { value: Value } "queue" PMS1
            "else: the client waits for what is chosen"
            => "Replica {me} already proposes a value other than {value}: the client waits until one is chosen.";
        KnownRequest { value: Value } "known-request" LEARN
            "if a value is learned: reply with it"
            => "Replica {me} answers at once: {value} has been chosen.";
    }
    "proposer, phase 1a" {
        #[milestone] Prepare { ballot: Ballot } "prepare" PMS1
            "ballot ← a number higher than any it has seen; send prepare to all"
            => "Replica {me} starts ballot {ballot}: it asks all acceptors to promise that they ignore every lower ballot.";
        ReuseBallot { ballot: Ballot } "reuse-ballot" "a bug switch; phxpaxos #145"
            "bug: forget after a crash which ballots it has used"
            => "Replica {me} has forgotten which ballots it has used and starts {ballot}: a bug is switched on.";
    }
    "acceptor, phase 1b" {
        Promise { ballot: Ballot } "promise" PMS1
            "if ballot > promised: promised ← ballot, on disk; reply with promise and its last vote"
            => "Replica {me} promises ballot {ballot}: it will accept nothing in a lower one.";
        RefusePrepare { ballot: Ballot, promised: Ballot } "refuse-prepare" RETRY
            "else: reply with the ballot that it has promised"
            => "Replica {me} refuses ballot {ballot}: it has already promised ballot {promised}.";
    }
    "proposer, phase 2a" {
        CountPromise { from: NodeId, ballot: Ballot, have: u16, need: u16 } "count-promise" PMS1
            "on a promise for its ballot: count the acceptor, once"
            => "Replica {me} has a promise from replica {from} for ballot {ballot}: {have} of {need}.";
        LatePromise { from: NodeId, ballot: Ballot } "late-promise" PMS1
            "if it waits for no promise of this ballot: nothing"
            => "Replica {me} no longer waits for promises of ballot {ballot}.";
        StalePromise { from: NodeId, ballot: Ballot } "stale-promise" "a bug switch"
            "bug: count a promise that was made for another ballot"
            => "Replica {me} counts the promise from replica {from}, although it is for ballot {ballot}: a bug is switched on.";
        #[milestone] ProposeOwn { ballot: Ballot, value: Value } "propose-own" PMS2
            "if enough have promised and none has accepted anything: send accept with its own value"
            => "Replica {me} may propose its own value in ballot {ballot}, {value}: none of those who promised has accepted anything.";
        #[milestone] ProposeFound { ballot: Ballot, value: Value, found: Ballot } "propose-found" PMS2
            "if one has: send accept with the value accepted in the highest ballot"
            => "Replica {me} must propose {value} in ballot {ballot}, whatever its own value is: among those who promised, it was accepted in the highest ballot, {found}."
               so "if a value was chosen in a lower ballot, it is this one" by "one-chosen-value";
        ProposeWrong { ballot: Ballot, value: Value } "propose-wrong" "a bug switch"
            "bug: propose another value than the one accepted in the highest ballot"
            => "Replica {me} proposes {value} in ballot {ballot} no matter what was accepted in the highest ballot: a bug is switched on.";
    }
    "acceptor, phase 2b" {
        Accept { ballot: Ballot, value: Value } "accept" PMS2
            "if ballot ≥ promised: vote ← (ballot, value), promised ← ballot, on disk; reply with accepted"
            => "Replica {me} accepts {value} in ballot {ballot}.";
        RefuseAccept { ballot: Ballot, promised: Ballot } "refuse-accept" PMS2
            "else: reply with the ballot that it has promised"
            => "Replica {me} does not accept anything in ballot {ballot}: it has promised ballot {promised}.";
    }
    "learner" {
        CountAccepted { from: NodeId, value: Value, have: u16, need: u16 } "count-accepted" LEARN
            "on accepted: count the acceptor for this ballot, once"
            => "Replica {me} knows that replica {from} has accepted {value}: {have} of {need}.";
        #[milestone] Learn { value: Value } "learn" LEARN
            "if enough have accepted in one ballot: the value is chosen; tell whoever asks"
            => "Replica {me} learns that {value} is chosen."
               so "no other value can be chosen any more" by "one-chosen-value";
        #[milestone] Told { from: NodeId, value: Value } "told" LEARN
            "on decided: the value is chosen"
            => "Replica {me} is told by replica {from} that {value} is chosen.";
        AlreadyLearned { value: Value } "already-learned" LEARN
            "if it knows: nothing"
            => "Replica {me} already knows that {value} is chosen.";
    }
    "proposer, on no" {
        HigherBallot { from: NodeId, promised: Ballot } "higher-ballot" RETRY
            "remember the higher ballot; try again after a while"
            => "Replica {me} hears from replica {from} that ballot {promised} is under way: its own can no longer win.";
        TryAgain { attempt: u32 } "try-again" RETRY
            "on ballot-timeout: start a higher ballot"
            => "Replica {me} has waited long enough and tries again. This is its attempt number {attempt}.";
    }
    "client" {
        Ask "ask" LEARN
            "ask a replica; ask the next one if no answer comes"
            => "Client {me} asks for a value to be chosen.";
        AskNext { to: NodeId } "ask-next" LEARN
            "on retry: ask the next replica"
            => "Client {me} has no answer and asks replica {to}.";
        Answered { value: Value } "answered" LEARN
            "on a reply: done"
            => "Client {me} is told that {value} was chosen.";
    }
    "replica, with weights of its own" {
        CountOwnWeights "count-own-weights" "a bug switch"
            "bug: weigh votes by how often their senders were heard"
            => "Replica {me} takes them for a quorum, by weights of its own that nobody else knows: a bug is switched on.";
    }
}
