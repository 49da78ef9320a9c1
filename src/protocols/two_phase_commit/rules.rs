//! The lines of the protocol that the code carries out, as pseudo-code and as sentences.

use super::message::Decision;
use crate::kernel::NodeId;

const BHG: &str = "Bernstein, Hadzilacos, Goodman §7.4";

crate::rules! {
    "coordinator, on a request" {
        Begin { number: u64 } "begin" BHG
            "force start to the log; send prepare to all participants; start vote-timeout"
            => "Coordinator {me} writes start of transaction {number} to its log, then asks all participants to vote.";
        KnownRequest { number: u64 } "known-request" BHG
            "if the request is known: reply if it is decided, and begin nothing"
            => "Coordinator {me} knows this request: it is transaction {number}, and is not begun again.";
    }
    "coordinator, on a vote" {
        CountVote { number: u64, from: NodeId, have: u16, needed: u16 } "count-vote" BHG
            "if yes and undecided: count the voter, once"
            => "Coordinator {me} counts the yes of {from} on transaction {number}: {have} of {needed}.";
        #[milestone] Commit { number: u64 } "commit" BHG
            "if all participants said yes: force commit to the log; tell all; reply"
            => "All participants said yes: coordinator {me} commits transaction {number}, in its log first.";
        #[milestone] AlwaysAbort { number: u64 } "always-abort" "a bug switch: breaks AC4"
            "bug: abort although all participants said yes"
            => "All participants said yes, and coordinator {me} aborts transaction {number} all the same.";
        #[milestone] AbortOnNo { number: u64, from: NodeId } "abort-on-no" BHG
            "if no and undecided: force abort to the log; tell all others; reply"
            => "Participant {from} said no: coordinator {me} aborts transaction {number}, in its log first.";
        LateVote { number: u64, from: NodeId } "late-vote" BHG
            "if decided: the vote changes nothing"
            => "The vote of {from} changes nothing: transaction {number} is decided, or unknown to {me}.";
    }
    "coordinator, on vote-timeout" {
        #[milestone] AbortOnTimeout { number: u64, missing: u16 } "abort-on-timeout" BHG
            "if undecided: force abort to the log; tell all; reply"
            => "Coordinator {me} waited in vain for {missing} votes on transaction {number} and aborts it: nobody can have committed yet.";
    }
    "coordinator, until all know" {
        CountAck { number: u64, from: NodeId, have: u16, needed: u16 } "count-ack" BHG
            "on ack, or a late no: the participant knows the decision"
            => "Participant {from} knows the decision on transaction {number}: {have} of {needed} do.";
        LateAck { number: u64, from: NodeId } "late-ack" BHG
            "on ack after the end: nothing"
            => "The acknowledgement of {from} comes late: transaction {number} has ended at {me}.";
        End { number: u64 } "end" BHG
            "if all know: write end to the log; stop resending"
            => "All participants know the decision: transaction {number} has ended, coordinator {me} may forget it.";
        Resend { number: u64, missing: u16 } "resend" BHG
            "on resend: tell those who have not acknowledged once more"
            => "{missing} participants have not acknowledged transaction {number}: coordinator {me} tells them again.";
    }
    "coordinator, when asked" {
        AnswerAsked { number: u64, from: NodeId, decision: Decision } "answer-asked" BHG
            "if decided: answer with the decision"
            => "Coordinator {me} tells {from} what it asked: {word} transaction {number}."
               with { number, from, word: decision.word() };
        NotYetDecided { number: u64, from: NodeId } "not-yet-decided" BHG
            "if undecided: no answer; the decision will be sent to all"
            => "Coordinator {me} has no answer for {from}: votes on transaction {number} are missing still.";
        #[milestone] AbortUnknown { number: u64, from: NodeId } "abort-unknown" BHG
            "if the log does not know the transaction: abort it"
            => "Coordinator {me} is asked by {from} for transaction {number}, which its log does not know, and aborts it.";
    }
    "coordinator, after a crash" {
        #[milestone] RecoverAbort { number: u64 } "recover-abort" BHG
            "for each start without a decision in the log: force abort; tell all"
            => "The log of coordinator {me} has a start but no decision of transaction {number}: it told nobody, so it may abort.";
        #[milestone] RecoverDecision { number: u64, decision: Decision } "recover-decision" BHG
            "for each decision without end in the log: tell all"
            => "The log of coordinator {me} says {word} for transaction {number}: it tells all participants again."
               with { number, word: decision.word() };
    }
    "participant, on prepare" {
        VoteYes { number: u64 } "vote-yes" BHG
            "if it can commit: force yes to the log; vote yes; start decision-timeout"
            => "Participant {me} can carry out transaction {number}: it writes yes to its log, votes yes, and may no longer abort by itself.";
        #[milestone] VoteNo { number: u64 } "vote-no" BHG
            "else: force no to the log; abort; vote no"
            => "Participant {me} can't carry out transaction {number}: it aborts at once and votes no.";
        NoAgain { number: u64 } "no-again" BHG
            "if it has aborted before it was asked: vote no"
            => "Participant {me} has aborted transaction {number} before it was asked to vote, so it votes no.";
        KnownPrepare { number: u64 } "known-prepare" BHG
            "if it has voted: a vote is cast once"
            => "Participant {me} has voted on transaction {number} already; a vote is cast once.";
    }
    "participant, on the outcome" {
        #[milestone] Obey { number: u64, from: NodeId, decision: Decision } "obey" BHG
            "force the decision to the log; decide; acknowledge"
            => "Participant {me} learns from {from} that transaction {number} is {done}, and writes that to its log."
               with { number, from, done: decision.done() };
        DecidedAlready { number: u64 } "decided-already" BHG
            "if decided: acknowledge again"
            => "Participant {me} knows the decision on transaction {number} already.";
    }
    "participant, on decision-timeout" {
        #[milestone] Blocked { number: u64 } "blocked" BHG
            "voted yes, no decision known: blocked; ask, and wait"
            => "Participant {me} voted yes on transaction {number} and hears no decision. It is blocked: the others may have committed or aborted.";
        AskAgain { number: u64 } "ask-again" BHG
            "still blocked: ask again, and wait"
            => "Participant {me} is still blocked on transaction {number} and asks again.";
        #[milestone] DecideAlone { number: u64 } "decide-alone" "a bug switch: breaks AC1"
            "bug: abort without knowing what the others do"
            => "Participant {me} is tired of waiting and aborts transaction {number} alone, though it voted yes.";
    }
    "participant, when asked" {
        Help { number: u64, from: NodeId, decision: Decision } "help" BHG
            "if decided: answer with the decision"
            => "Participant {me} can help {from}: transaction {number} is {done}."
               with { number, from, done: decision.done() };
        CannotHelp { number: u64, from: NodeId } "cannot-help" BHG
            "if in doubt oneself: no answer"
            => "Participant {me} can't help {from}: it voted yes on transaction {number} and is in doubt as well.";
        #[milestone] AbortUnvoted { number: u64, from: NodeId } "abort-unvoted" BHG
            "if not voted: force abort to the log; answer abort"
            => "Participant {me} has not voted on transaction {number}, so nobody can have committed: it aborts, and tells {from}.";
    }
    "participant, after a crash" {
        #[milestone] RecoverUncertain { number: u64 } "recover-uncertain" BHG
            "for each yes without a decision in the log: ask, and wait"
            => "The log of participant {me} has its yes to transaction {number} but no decision: its vote binds it, so it asks.";
    }
    "client" {
        PassOn "pass-on" BHG
            "a participant passes a client's request on to the coordinator"
            => "Replica {me} is not the coordinator and passes the request on to replica 1.";
        Ask { number: u32 } "ask" BHG
            "ask the coordinator for the transaction; start retry"
            => "Client {me} asks for its transaction {number}.";
        Retry { number: u32 } "retry" BHG
            "on retry: ask the coordinator again, under the same number"
            => "Client {me} has no answer yet and asks again; the number {number} says it is the same request.";
        Told { number: u32, decision: Decision } "told" BHG
            "on reply: done; ask for the next transaction, if there is one"
            => "Client {me} is told: its transaction {number} is {done}."
               with { number, done: decision.done() };
    }
    "after the coordinator has lost its log" {
        NumberTaken { number: u64, latest: u64 } "number-taken" "beyond the paper, whose logs are never lost"
            "participant, on prepare: if the number is another transaction's: say so, with the highest number it knows"
            => "Participant {me} knows number {number} as another transaction's: the coordinator must have lost its log. It answers that numbers up to {latest} are taken.";
        #[milestone] Renumber { number: u64, from: NodeId, next: u64 } "renumber" "beyond the paper, whose logs are never lost"
            "coordinator, on number-taken and undecided: withdraw the number; begin again under a free one"
            => "Coordinator {me} hears from {from} that number {number} is another transaction's: it has lost its log. It starts over with number {next}.";
        NotThisTransaction { number: u64, from: NodeId } "not-this-transaction" "beyond the paper, whose logs are never lost"
            "if the log knows the number as another transaction's: no answer"
            => "Replica {me} knows number {number} as another transaction than {from} means, so it can say nothing about that one.";
        AnswerWithdrawn { number: u64, from: NodeId, latest: u64 } "answer-withdrawn" "beyond the paper, whose logs are never lost"
            "coordinator, when asked about a withdrawn number: say so"
            => "Coordinator {me} tells {from} that number {number} is withdrawn: that transaction is number {latest} now.";
        ReleaseVote { number: u64, latest: u64 } "release-vote" "beyond the paper, whose logs are never lost"
            "participant, on number-taken: nobody can commit under this number: forget the vote"
            => "Participant {me} takes back its yes to number {number}: it is withdrawn, so nobody can have committed it. The transaction is number {latest} now.";
    }
}
