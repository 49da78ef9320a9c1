//! The lines of Paxos Commit (Gray, Lamport 2006) that the code carries out, as pseudo-code and as sentences.

use super::message::{Ballot, Decision};
use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;

const GL: &str = "Gray, Lamport 2006, §4.1";
const PMS: &str = "Gray, Lamport 2006, §4.1; Paxos Made Simple §2.2";

crate::rules! {
    "on a request" {
        Begin "begin" GL
            "leader: send prepare to all participants; vote itself"
            => "Leader {me} asks all participants to prepare the new transaction, and votes itself.";
        PassOn { number: u64 } "pass-on" GL
            "anybody else: pass it on to the leader, and wait for the outcome"
            => "Participant {me} passes the request for transaction {number} on to participant 1, which leads.";
        UnderWay { number: u64 } "under-way" GL
            "if the transaction is under way: answer later"
            => "Participant {me} knows transaction {number}: it is under way, and the client will be told.";
        KnownRequest { number: u64, decision: Decision } "known-request" GL
            "if it is decided: reply"
            => "Participant {me} answers at once: transaction {number} is {done}."
               with { number, done: decision.done() };
    }
    "participant: phase 2a of ballot 0" {
        VotePrepared { number: u64 } "vote-prepared" GL
            "if it can commit: vote ← prepared, on disk; send it to acceptors"
            => "Participant {me} can carry out transaction {number}: it writes its vote to its disk and sends it to acceptors.";
        #[milestone] VoteAborted { number: u64 } "vote-aborted" GL
            "else: vote ← aborted, on disk; send it to acceptors"
            => "Participant {me} can't carry out transaction {number}: it votes to abort.";
        VotedAlready { number: u64 } "voted-already" GL
            "if it has voted: nothing; there is one vote in ballot 0"
            => "Participant {me} has already voted on transaction {number}, and it votes only once.";
    }
    "acceptor: phase 2b of ballot 0" {
        AcceptVote { number: u64, from: NodeId, have: u16, all: u16 } "accept-vote" GL
            "if no higher ballot is promised and it has none of this participant: accept the vote, on disk"
            => "Acceptor {me} keeps the vote of participant {from} on transaction {number}: it has {have} of {all}.";
        KeepFirst { number: u64, from: NodeId } "keep-first" GL
            "if it has one: the first counts"
            => "Acceptor {me} has a vote of participant {from} on transaction {number}, and the first one counts.";
        #[milestone] LateVote { number: u64, from: NodeId, promised: Ballot } "late-vote" PMS
            "if a higher ballot is promised: the vote comes too late"
            => "The vote of participant {from} on transaction {number} comes too late: acceptor {me} has promised ballot {promised}."
               so "whoever leads that ballot settles this vote" by "one-value-per-instance";
        Bundle { number: u64, have: u16 } "bundle" "Gray, Lamport 2006, §4.2"
            "if it has all votes, or one to abort: tell the leader, in one message"
            => "Acceptor {me} reports on transaction {number}: one message for {votes}."
               with { number, votes: Many(have.into(), "vote") };
    }
    "whoever is told what acceptors have accepted" {
        CountAccepted { number: u64, from: NodeId, have: u16, all: u16 } "count-accepted" GL
            "a vote is chosen once F+1 acceptors have accepted it in one ballot"
            => "Participant {me} hears from acceptor {from}: of the votes on transaction {number}, {have} of {all} have been chosen as prepared.";
        #[milestone] Commit { number: u64 } "commit" GL
            "if all instances have chosen prepared: commit; tell all"
            => "All votes on transaction {number} have been chosen, and all say prepared: participant {me} commits it."
               so "no later leader can find anything else" by "one-value-per-instance";
        #[milestone] Abort { number: u64 } "abort" GL
            "if one instance has chosen aborted: abort; tell all"
            => "One vote on transaction {number} has been chosen as aborted: participant {me} aborts it.";
        #[milestone] Obey { number: u64, from: NodeId, decision: Decision } "obey" GL
            "on the outcome: decide, on disk"
            => "Participant {me} learns from participant {from} that transaction {number} is {done}."
               with { number, from, done: decision.done() };
        KnownOutcome { number: u64 } "known-outcome" GL
            "if it is decided: nothing"
            => "Participant {me} already knows the outcome of transaction {number}.";
    }
    "a later leader: phase 1a" {
        #[milestone] StartBallot { number: u64, ballot: Ballot } "start-ballot" PMS
            "on takeover-timeout: ballot ← a number higher than any it has seen; ask all acceptors"
            => "Participant {me} has waited long enough for the outcome of transaction {number}. It takes over and starts ballot {ballot}.";
    }
    "acceptor: phase 1b" {
        Promise { number: u64, ballot: Ballot } "promise" PMS
            "if ballot > promised: promised ← ballot, on disk; tell all votes that it has"
            => "Acceptor {me} promises ballot {ballot} and tells which votes on transaction {number} it has.";
        Refuse { number: u64, ballot: Ballot, promised: Ballot } "refuse" PMS
            "else: tell the ballot that it has promised"
            => "Acceptor {me} refuses ballot {ballot} of transaction {number}: it has promised ballot {promised}.";
        TellOutcome { number: u64, to: NodeId, decision: Decision } "tell-outcome" GL
            "if it is decided: tell that instead"
            => "Participant {me} tells participant {to} that transaction {number} is {done}: there is nothing left to settle."
               with { number, to, done: decision.done() };
    }
    "a later leader: phase 2a" {
        CountPromise { number: u64, from: NodeId, have: u16, need: u16 } "count-promise" PMS
            "on a promise for its ballot: count the acceptor, once"
            => "Participant {me} has a promise from acceptor {from} for transaction {number}: {have} of {need}.";
        LatePromise { number: u64, from: NodeId, ballot: Ballot } "late-promise" PMS
            "if it waits for no promise of this ballot: nothing"
            => "Participant {me} no longer waits for promises of ballot {ballot}.";
        #[milestone] ProposeFound { number: u64, ballot: Ballot } "propose-found" PMS
            "with a majority: propose in each instance what was accepted in the highest ballot"
            => "Participant {me} has found every vote on transaction {number} with the acceptors, and proposes them again in ballot {ballot}."
               so "what was chosen in a lower ballot is among them" by "one-value-per-instance";
        #[milestone] ProposeFree { number: u64, ballot: Ballot, free: u16 } "propose-free" GL
            "where nothing was accepted: propose aborted"
            => "Participant {me} finds no acceptor that has {votes} on transaction {number}. It proposes aborted in their place, in ballot {ballot}."
               so "nobody can have counted a vote that no majority has" by "one-value-per-instance"
               with { number, ballot, votes: Many(free.into(), "missing vote") };
        ProposeWrong { number: u64, ballot: Ballot } "propose-wrong" "a bug switch"
            "bug: propose something else"
            => "Participant {me} does not propose what it should in ballot {ballot} of transaction {number}: a bug is switched on.";
        HigherBallot { number: u64, from: NodeId, promised: Ballot } "higher-ballot" "Paxos Made Simple §2.4"
            "on no: remember the higher ballot; try again after a while"
            => "Participant {me} hears from acceptor {from} that ballot {promised} of transaction {number} is under way: a lower one can no longer win.";
    }
    "acceptor: phase 2b" {
        Accept { number: u64, ballot: Ballot } "accept" PMS
            "if ballot ≥ promised: accept in all instances, on disk; tell the leader, in one message"
            => "Acceptor {me} accepts the votes on transaction {number} as ballot {ballot} has them.";
    }
    "bugs" {
        #[milestone] DecideAlone { number: u64 } "decide-alone" "a bug switch: breaks AC1"
            "bug: abort without a ballot"
            => "Participant {me} waits no longer and aborts transaction {number} on its own: a bug is switched on.";
        #[milestone] SecondVote { number: u64 } "second-vote" "a bug switch: breaks AC1"
            "bug: vote again in ballot 0"
            => "Participant {me} takes its vote on transaction {number} back and votes to abort, in ballot 0 once more: a bug is switched on.";
    }
    "client" {
        Ask { number: u32, to: NodeId } "ask" GL
            "ask the leader; ask the next participant if no answer comes"
            => "Client {me} sends its request number {number} to participant {to}.";
        Told { number: u32, decision: Decision } "told" GL
            "on reply: done; ask for the next transaction, if there is one"
            => "Client {me} gets the answer to its request number {number}: the transaction is {done}."
               with { number, done: decision.done() };
    }
}
