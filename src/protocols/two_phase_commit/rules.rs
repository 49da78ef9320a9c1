//! The lines of the protocol that the code carries out, as pseudo-code and as sentences.

use std::fmt;

use super::COORDINATOR;
use super::message::Decision;
use crate::kernel::descriptor::rules::{Many, Say, Sentence};
use crate::kernel::prelude::*;

/// The coordinator or a participant.
pub(super) struct Agent(pub NodeId);

impl Say for Agent {
    fn say(self, to: &mut Sentence) {
        to.show(&self);
    }
}

impl fmt::Display for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.0 == COORDINATOR { "coordinator" } else { "participant" }, self.0)
    }
}

const SKEEN: &str = "Skeen 1981; Bernstein, Hadzilacos, Goodman §7.5";
const BHG: &str = "Bernstein, Hadzilacos, Goodman §7.4";

crate::rules! {
    "coordinator, on a request" {
        Begin { number: u64 } "begin" BHG
            "force start to the log; send prepare to all participants; start vote-timeout"
            => "Coordinator {me} writes the start of transaction {number} to its log, then asks all participants to vote.";
        KnownRequest { number: u64 } "known-request" BHG
            "if the request is known: reply if it is decided; begin nothing new"
            => "Coordinator {me} already knows this request: it is transaction {number}, which is not started twice.";
    }
    "coordinator, on a vote" {
        CountVote { number: u64, from: NodeId, have: u16, needed: u16 } "count-vote" BHG
            "if yes and undecided: count the voter, once"
            => "Coordinator {me} counts the yes vote of participant {from} on transaction {number}: it has {have} of {needed}.";
        #[milestone] Commit { number: u64, forced: bool } "commit" BHG
            "if all participants said yes: force commit to the log; tell all; reply"
            => "Coordinator {me} has a yes from every participant: it writes commit of transaction {number} to its log, then tells all participants."
               with { number },
               "Coordinator {me} has a yes from every participant: it commits transaction {number} without forcing that to its log, because a bug is switched on." if !forced;
        #[milestone] AlwaysAbort { number: u64 } "always-abort" "a bug switch: breaks AC4"
            "bug: abort although all participants said yes"
            => "Coordinator {me} has a yes from every participant and aborts transaction {number} all the same: a bug is switched on.";
        #[milestone] AbortOnNo { number: u64, from: NodeId } "abort-on-no" BHG
            "if no and undecided: force abort to the log; tell all others; reply"
            => "Coordinator {me} gets a no from participant {from}: it decides to abort transaction {number}.";
        LateVote { number: u64, from: NodeId } "late-vote" BHG
            "if decided: the vote changes nothing"
            => "Coordinator {me} ignores the vote of participant {from} on transaction {number}: it is not waiting for votes on that transaction.";
    }
    "coordinator, on vote-timeout" {
        #[milestone] AbortOnTimeout { number: u64, missing: u16 } "abort-on-timeout" BHG
            "if undecided: force abort to the log; tell all; reply"
            => "Coordinator {me} has waited too long for {votes} on transaction {number} and aborts it."
               so "nobody can have committed transaction {number} yet" by "ac1-agreement"
               with { number, votes: Many(missing.into(), "missing vote") };
    }
    "coordinator, until all know" {
        CountAck { number: u64, from: NodeId, have: u16, needed: u16 } "count-ack" BHG
            "on ack, or a late no: the participant knows the decision"
            => "Coordinator {me} counts participant {from} as informed about transaction {number}: {have} of {needed} are.";
        LateAck { number: u64, from: NodeId } "late-ack" BHG
            "on ack when none is missing: nothing"
            => "Coordinator {me} ignores the acknowledgement of participant {from}: it is not waiting for any on transaction {number}.";
        End { number: u64 } "end" BHG
            "if all know: write end to the log; stop resending"
            => "Coordinator {me} ends transaction {number}: every participant has acknowledged the decision, so it does not have to send it again.";
        Resend { number: u64, missing: u16 } "resend" BHG
            "on resend: send it again to all who have not acknowledged"
            => "Coordinator {me} sends the decision on transaction {number} again to {participants} without an acknowledgement."
               with { number, participants: Many(missing.into(), "participant") };
    }
    "coordinator, when asked" {
        AnswerAsked { number: u64, from: NodeId, decision: Decision } "answer-asked" BHG
            "if decided: answer with the decision"
            => "Coordinator {me} tells participant {from} the decision that it asked for: transaction {number} is {done}."
               with { number, from, done: decision.done() };
        NotYetDecided { number: u64, from: NodeId } "not-yet-decided" BHG
            "if undecided: no answer; the decision will be sent to all"
            => "Coordinator {me} has no answer for participant {from} yet: votes on transaction {number} are still missing.";
        #[milestone] AbortUnknown { number: u64, from: NodeId } "abort-unknown" BHG
            "if the log does not know the transaction: abort it"
            => "Coordinator {me} is asked by participant {from} about transaction {number}, which is not in its log, and aborts it.";
    }
    "coordinator, after a crash" {
        #[milestone] RecoverAbort { number: u64 } "recover-abort" BHG
            "for each start without a decision in the log: force abort; tell all"
            => "Coordinator {me} finds the start of transaction {number} in its log, but no decision, and aborts it."
               so "it has told nobody another decision, because it writes each decision to its log first" by "ac2-no-reversal";
        #[milestone] RecoverDecision { number: u64, decision: Decision } "recover-decision" BHG
            "for each decision without end in the log: tell all"
            => "Coordinator {me} finds the decision on transaction {number} in its log, {word}, and sends it to all participants again."
               with { number, word: decision.word() };
    }
    "participant, on prepare" {
        VoteYes { number: u64, forced: bool } "vote-yes" BHG
            "if it can commit: force yes to the log; vote yes; start decision-timeout"
            => "Participant {me} can carry out transaction {number}: it writes yes to its log and votes yes. From now on it must not abort on its own."
               with { number },
               "Participant {me} can carry out transaction {number}: it votes yes without forcing that to its log, because a bug is switched on." if !forced;
        #[milestone] VoteNo { number: u64 } "vote-no" BHG
            "else: force no to the log; abort; vote no"
            => "Participant {me} can't carry out transaction {number}: it aborts at once and votes no.";
        NoAgain { number: u64 } "no-again" BHG
            "if it aborted before it was asked: vote no"
            => "Participant {me} aborted transaction {number} before it was asked to vote, so it votes no.";
        KnownPrepare { number: u64 } "known-prepare" BHG
            "if it has already voted: nothing; it votes once"
            => "Participant {me} has already voted on transaction {number}, and it votes only once.";
    }
    "participant, on the outcome" {
        #[milestone] Obey { number: u64, from: NodeId, decision: Decision } "obey" BHG
            "force the decision to the log; decide; acknowledge"
            => "Participant {me} learns from {sender} that transaction {number} is {done}, and {does} it, too."
               with { number, sender: Agent(from), done: decision.done(), does: format!("{}s", decision.word()) };
        DecidedAlready { number: u64 } "decided-already" BHG
            "if decided: acknowledge again"
            => "Participant {me} already knows the decision on transaction {number}.";
    }
    "participant, on decision-timeout" {
        #[milestone] Blocked { number: u64 } "blocked" BHG
            "voted yes, no decision known: blocked; ask, and wait"
            => "Participant {me} voted yes on transaction {number} and has heard no decision. It is blocked: the others may have committed or aborted.";
        AskAgain { number: u64 } "ask-again" BHG
            "still blocked: ask again, and wait"
            => "Participant {me} is still blocked on transaction {number} and asks again.";
        #[milestone] DecideAlone { number: u64 } "decide-alone" "a bug switch: breaks AC1"
            "bug: abort without knowing what the others do"
            => "Participant {me} waits no longer and aborts transaction {number} on its own, although it voted yes: a bug is switched on.";
    }
    "participant, when asked" {
        Help { number: u64, from: NodeId, decision: Decision } "help" BHG
            "if decided: answer with the decision"
            => "Participant {me} can help participant {from}: it knows that transaction {number} is {done}."
               with { number, from, done: decision.done() };
        CannotHelp { number: u64, from: NodeId } "cannot-help" BHG
            "if in doubt itself: no answer"
            => "Participant {me} can't help participant {from}: it voted yes on transaction {number}, too, and knows no decision.";
        #[milestone] AbortUnvoted { number: u64, from: NodeId } "abort-unvoted" BHG
            "if not voted: force abort to the log; answer abort"
            => "Participant {me} has no vote on transaction {number} in its log: it aborts, and tells participant {from}."
               so "nobody can have committed transaction {number} without the yes of participant {me}" by "ac1-agreement";
    }
    "participant, after a crash" {
        #[milestone] RecoverUncertain { number: u64 } "recover-uncertain" BHG
            "for each yes without a decision in the log: ask, and wait"
            => "Participant {me} finds its yes on transaction {number} in its log, but no decision. It is bound by its vote, so it asks for the decision.";
    }
    "client" {
        PassOn "pass-on" BHG
            "a participant passes a client's request on to the coordinator"
            => "Participant {me} passes a client's request on to coordinator 1.";
        Ask { number: u32 } "ask" BHG
            "ask the coordinator for the transaction; start retry"
            => "Client {me} sends its request number {number}.";
        Retry { number: u32 } "retry" BHG
            "on retry: ask the coordinator again, under the same number"
            => "Client {me} has no answer yet and sends its request number {number} again.";
        Told { number: u32, decision: Decision } "told" BHG
            "on reply: done; ask for the next transaction, if there is one"
            => "Client {me} gets the answer to its request number {number}: the transaction is {done}."
               with { number, done: decision.done() };
    }
    "after the coordinator has lost its log" {
        NumberTaken { number: u64, latest: u64 } "number-taken" "beyond the paper, whose logs are never lost"
            "participant, on prepare: if the number is another transaction's: say so, with the highest number it knows"
            => "Participant {me} has another transaction under number {number} in its log, so the coordinator must have lost its own. It answers that the numbers up to {latest} are taken.";
        #[milestone] Renumber { number: u64, from: NodeId, next: u64 } "renumber" "beyond the paper, whose logs are never lost"
            "coordinator, on number-taken and undecided: withdraw the number; begin again under a free one"
            => "Coordinator {me} learns from participant {from} that number {number} is taken: it must have lost its log. It gives the transaction number {next} and starts over.";
        NotThisTransaction { number: u64, from: NodeId } "not-this-transaction" "beyond the paper, whose logs are never lost"
            "if the log knows the number as another transaction's: no answer"
            => "The transaction under number {number} in this log is not the one that {asker} asks about, so there is no answer."
               with { number, asker: Agent(from) };
        AnswerWithdrawn { number: u64, from: NodeId, latest: u64 } "answer-withdrawn" "beyond the paper, whose logs are never lost"
            "coordinator, when asked about a withdrawn number: say so"
            => "Coordinator {me} tells participant {from} that number {number} is withdrawn: the transaction has number {latest} now.";
        ReleaseVote { number: u64, latest: u64 } "release-vote" "beyond the paper, whose logs are never lost"
            "participant, on number-taken: nobody can commit under this number: forget the vote"
            => "Participant {me} forgets its yes on number {number}: the number is withdrawn, and nothing was decided under it. The transaction has number {latest} now.";
    }
    "three-phase commit: all have voted yes" {
        #[milestone] PreCommit { number: u64 } "pre-commit" SKEEN
            "coordinator, if all participants said yes: force pre-commit to the log; send it to all"
            => "Coordinator {me} has a yes from every participant. Before it commits transaction {number}, it sends all of them a pre-commit.";
        PreCommitted { number: u64, from: NodeId } "pre-committed" SKEEN
            "on pre-commit: force it to the log; acknowledge"
            => "Participant {me} knows from {sender} that all have voted yes on transaction {number}: it writes the pre-commit to its log."
               with { number, sender: Agent(from) };
        CountPreAck { number: u64, from: NodeId, missing: u16 } "count-pre-ack" SKEEN
            "on its acknowledgement: that one is in doubt no longer"
            => "Site {me} has the acknowledgement of {sender} for the pre-commit of transaction {number}. Still missing: {missing}."
               with { number, sender: Agent(from), missing };
        CommitWithout { number: u64, missing: u16 } "commit-without" SKEEN
            "on pre-commit-timeout: whoever is missing counts as crashed"
            => "Site {me} waits no longer for {acknowledgements} on transaction {number}: whoever is silent counts as crashed."
               with { number, acknowledgements: Many(missing.into(), "acknowledgement") };
        #[milestone] CommitAfterAcks { number: u64 } "commit-after-acks" SKEEN
            "if none is missing: force commit to the log; tell all"
            => "Everybody who is up has the pre-commit of transaction {number}: site {me} commits it and tells all."
               so "nobody who is up is in doubt about transaction {number}" by "ac1-agreement";
    }
    "three-phase commit: the coordinator is silent" {
        #[milestone] StandIn { number: u64 } "stand-in" SKEEN
            "on decision-timeout: ask all for their states"
            => "Participant {me} has waited long enough for the decision on transaction {number}: it asks all others how far they have come.";
        AskStates { number: u64 } "ask-states" SKEEN
            "after a crash: ask all for their states; decide nothing alone"
            => "Site {me} is back after a crash and asks all others about transaction {number}: they may have decided without it.";
        ReportState { number: u64, from: NodeId, committable: bool } "report-state" SKEEN
            "when asked: report the state; if the asker has a higher number, ask instead"
            => "Site {me} tells {asker} that it has no pre-commit of transaction {number}."
               with { number, asker: Agent(from) },
               "Site {me} tells {asker} that it has the pre-commit of transaction {number}." if committable;
        NoteState { number: u64, from: NodeId, committable: bool } "note-state" SKEEN
            "on a state: note it"
            => "Site {me} notes that {sender} has no pre-commit of transaction {number}."
               with { number, sender: Agent(from) },
               "Site {me} notes that {sender} has the pre-commit of transaction {number}." if committable;
        LeaveItTo { number: u64, from: NodeId } "leave-it-to" SKEEN
            "if somebody with a lower number is up: leave it to that one"
            => "Participant {me} leaves transaction {number} to {sender}, which is up and has a lower number."
               with { number, sender: Agent(from) };
        LateState { number: u64, from: NodeId } "late-state" SKEEN
            "if it does not wait for states: nothing"
            => "Site {me} does not need the report of {sender} on transaction {number} any more."
               with { number, sender: Agent(from) };
        #[milestone] TerminateAbort { number: u64 } "terminate-abort" SKEEN
            "TR3, if nobody has a pre-commit: abort; tell all"
            => "Site {me} decides for all: nobody who is up has a pre-commit of transaction {number}, so it aborts."
               so "nobody can have committed transaction {number}" by "ac1-agreement";
        #[milestone] TerminateCommit { number: u64 } "terminate-commit" SKEEN
            "TR4, if somebody has: send the pre-commit to those who have none; then commit"
            => "Site {me} decides for all: somebody has the pre-commit of transaction {number}, so all others get it first, and then it commits.";
        #[milestone] ByItsTimer { number: u64, committable: bool } "by-its-timer" "a bug switch: breaks AC1"
            "bug: commit after a pre-commit, abort without one, and ask nobody"
            => "Participant {me} has no pre-commit of transaction {number} and aborts without asking anybody: a bug is switched on."
               with { number },
               "Participant {me} has the pre-commit of transaction {number} and commits without asking anybody: a bug is switched on." if committable;
        #[milestone] CommitAtOnce { number: u64 } "commit-at-once" "a bug switch: breaks AC1"
            "bug: commit without forwarding the pre-commit"
            => "Site {me} decides for all and commits transaction {number} at once, although others have no pre-commit: a bug is switched on.";
    }
}
