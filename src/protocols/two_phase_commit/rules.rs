//! The lines of the protocol that the code carries out, as pseudo-code and as sentences.

use super::message::Decision;
use crate::kernel::{NodeId, Rule as AnyRule, RuleInfo};

/// A line, with what its sentence needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // The table RULES says of each what it is, in the same order.
pub enum Rule {
    Begin { number: u64 },
    KnownRequest { number: u64 },
    CountVote { number: u64, from: NodeId, have: u16, needed: u16 },
    Commit { number: u64 },
    AlwaysAbort { number: u64 },
    AbortOnNo { number: u64, from: NodeId },
    LateVote { number: u64, from: NodeId },
    AbortOnTimeout { number: u64, missing: u16 },
    CountAck { number: u64, from: NodeId, have: u16, needed: u16 },
    LateAck { number: u64, from: NodeId },
    End { number: u64 },
    Resend { number: u64, missing: u16 },
    AnswerAsked { number: u64, from: NodeId, decision: Decision },
    NotYetDecided { number: u64, from: NodeId },
    AbortUnknown { number: u64, from: NodeId },
    RecoverAbort { number: u64 },
    RecoverDecision { number: u64, decision: Decision },
    VoteYes { number: u64 },
    VoteNo { number: u64 },
    NoAgain { number: u64 },
    KnownPrepare { number: u64 },
    Obey { number: u64, from: NodeId, decision: Decision },
    DecidedAlready { number: u64 },
    Blocked { number: u64 },
    AskAgain { number: u64 },
    DecideAlone { number: u64 },
    Help { number: u64, from: NodeId, decision: Decision },
    CannotHelp { number: u64, from: NodeId },
    AbortUnvoted { number: u64, from: NodeId },
    RecoverUncertain { number: u64 },
    PassOn,
    Ask { number: u32 },
    Retry { number: u32 },
    Told { number: u32, decision: Decision },
}

const BHG: &str = "Bernstein, Hadzilacos, Goodman §7.4";
const REQUEST: &str = "coordinator, on a request";
const VOTES: &str = "coordinator, on a vote";
const VOTE_TIMEOUT: &str = "coordinator, on vote-timeout";
const ACKS: &str = "coordinator, until all know";
const C_ASKED: &str = "coordinator, when asked";
const C_RECOVERY: &str = "coordinator, after a crash";
const PREPARE: &str = "participant, on prepare";
const OUTCOME: &str = "participant, on the outcome";
const TIMEOUT: &str = "participant, on decision-timeout";
const P_ASKED: &str = "participant, when asked";
const P_RECOVERY: &str = "participant, after a crash";
const CLIENT: &str = "client";

const fn line(name: &'static str, block: &'static str, code: &'static str) -> RuleInfo {
    RuleInfo { name, block, code, source: BHG, milestone: false }
}

const fn mark(name: &'static str, block: &'static str, code: &'static str) -> RuleInfo {
    RuleInfo { name, block, code, source: BHG, milestone: true }
}

/// The lines, in the order of [`Rule`].
pub const RULES: &[RuleInfo] = &[
    line("begin", REQUEST, "force start to the log; send prepare to all participants; start vote-timeout"),
    line("known-request", REQUEST, "if the request is known: reply if it is decided, and begin nothing"),
    line("count-vote", VOTES, "if yes and undecided: count the voter, once"),
    mark("commit", VOTES, "if all participants said yes: force commit to the log; tell all; reply"),
    RuleInfo {
        name: "always-abort",
        block: VOTES,
        code: "bug: abort although all participants said yes",
        source: "a bug switch: breaks AC4",
        milestone: true,
    },
    mark("abort-on-no", VOTES, "if no and undecided: force abort to the log; tell all others; reply"),
    line("late-vote", VOTES, "if decided: the vote changes nothing"),
    mark("abort-on-timeout", VOTE_TIMEOUT, "if undecided: force abort to the log; tell all; reply"),
    line("count-ack", ACKS, "on ack, or a late no: the participant knows the decision"),
    line("late-ack", ACKS, "on ack after the end: nothing"),
    line("end", ACKS, "if all know: write end to the log; stop resending"),
    line("resend", ACKS, "on resend: tell those who have not acknowledged once more"),
    line("answer-asked", C_ASKED, "if decided: answer with the decision"),
    line("not-yet-decided", C_ASKED, "if undecided: no answer; the decision will be sent to all"),
    mark("abort-unknown", C_ASKED, "if the log does not know the transaction: abort it"),
    mark("recover-abort", C_RECOVERY, "for each start without a decision in the log: force abort; tell all"),
    mark("recover-decision", C_RECOVERY, "for each decision without end in the log: tell all"),
    line("vote-yes", PREPARE, "if it can commit: force yes to the log; vote yes; start decision-timeout"),
    mark("vote-no", PREPARE, "else: force no to the log; abort; vote no"),
    line("no-again", PREPARE, "if it has aborted before it was asked: vote no"),
    line("known-prepare", PREPARE, "if it has voted: a vote is cast once"),
    mark("obey", OUTCOME, "force the decision to the log; decide; acknowledge"),
    line("decided-already", OUTCOME, "if decided: acknowledge again"),
    mark("blocked", TIMEOUT, "voted yes, no decision known: blocked; ask, and wait"),
    line("ask-again", TIMEOUT, "still blocked: ask again, and wait"),
    RuleInfo {
        name: "decide-alone",
        block: TIMEOUT,
        code: "bug: abort without knowing what the others do",
        source: "a bug switch: breaks AC1",
        milestone: true,
    },
    line("help", P_ASKED, "if decided: answer with the decision"),
    line("cannot-help", P_ASKED, "if in doubt oneself: no answer"),
    mark("abort-unvoted", P_ASKED, "if not voted: force abort to the log; answer abort"),
    mark("recover-uncertain", P_RECOVERY, "for each yes without a decision in the log: ask, and wait"),
    line("pass-on", CLIENT, "a participant passes a client's request on to the coordinator"),
    line("ask", CLIENT, "ask the coordinator for the transaction; start retry"),
    line("retry", CLIENT, "on retry: ask the coordinator again, under the same number"),
    line("told", CLIENT, "on reply: done; ask for the next transaction, if there is one"),
];

impl AnyRule for Rule {
    fn index(&self) -> u8 {
        match self {
            Rule::Begin { .. } => 0,
            Rule::KnownRequest { .. } => 1,
            Rule::CountVote { .. } => 2,
            Rule::Commit { .. } => 3,
            Rule::AlwaysAbort { .. } => 4,
            Rule::AbortOnNo { .. } => 5,
            Rule::LateVote { .. } => 6,
            Rule::AbortOnTimeout { .. } => 7,
            Rule::CountAck { .. } => 8,
            Rule::LateAck { .. } => 9,
            Rule::End { .. } => 10,
            Rule::Resend { .. } => 11,
            Rule::AnswerAsked { .. } => 12,
            Rule::NotYetDecided { .. } => 13,
            Rule::AbortUnknown { .. } => 14,
            Rule::RecoverAbort { .. } => 15,
            Rule::RecoverDecision { .. } => 16,
            Rule::VoteYes { .. } => 17,
            Rule::VoteNo { .. } => 18,
            Rule::NoAgain { .. } => 19,
            Rule::KnownPrepare { .. } => 20,
            Rule::Obey { .. } => 21,
            Rule::DecidedAlready { .. } => 22,
            Rule::Blocked { .. } => 23,
            Rule::AskAgain { .. } => 24,
            Rule::DecideAlone { .. } => 25,
            Rule::Help { .. } => 26,
            Rule::CannotHelp { .. } => 27,
            Rule::AbortUnvoted { .. } => 28,
            Rule::RecoverUncertain { .. } => 29,
            Rule::PassOn => 30,
            Rule::Ask { .. } => 31,
            Rule::Retry { .. } => 32,
            Rule::Told { .. } => 33,
        }
    }

    fn sentence(&self, me: NodeId) -> String {
        match *self {
            Rule::PassOn => format!("Replica {me} is not the coordinator and passes the request on to replica 1."),
            Rule::Ask { number } => format!("Client {me} asks for its transaction {number}."),
            Rule::Retry { number } => {
                format!(
                    "Client {me} has no answer yet and asks again; the number {number} says it is the same request."
                )
            }
            Rule::Told { number, decision } => {
                format!("Client {me} is told: its transaction {number} is {}.", decision.done())
            }
            _ if self.index() < 17 => self.of_coordinator(me),
            _ => self.of_participant(me),
        }
    }
}

impl Rule {
    fn of_coordinator(self, me: NodeId) -> String {
        match self {
            Rule::Begin { number } => format!(
                "Coordinator {me} writes start of transaction {number} to its log, then asks all participants to vote."
            ),
            Rule::KnownRequest { number } => {
                format!("Coordinator {me} knows this request: it is transaction {number}, and is not begun again.")
            }
            Rule::CountVote { number, from, have, needed } => {
                format!("Coordinator {me} counts the yes of {from} on transaction {number}: {have} of {needed}.")
            }
            Rule::Commit { number } => {
                format!("All participants said yes: coordinator {me} commits transaction {number}, in its log first.")
            }
            Rule::AlwaysAbort { number } => {
                format!("All participants said yes, and coordinator {me} aborts transaction {number} all the same.")
            }
            Rule::AbortOnNo { number, from } => {
                format!("Participant {from} said no: coordinator {me} aborts transaction {number}, in its log first.")
            }
            Rule::LateVote { number, from } => {
                format!("The vote of {from} changes nothing: transaction {number} is decided, or unknown to {me}.")
            }
            Rule::AbortOnTimeout { number, missing } => format!(
                "Coordinator {me} waited in vain for {missing} votes on transaction {number} and aborts it: nobody can have committed yet."
            ),
            Rule::CountAck { number, from, have, needed } => {
                format!("Participant {from} knows the decision on transaction {number}: {have} of {needed} do.")
            }
            Rule::LateAck { number, from } => {
                format!("The acknowledgement of {from} comes late: transaction {number} has ended at {me}.")
            }
            Rule::End { number } => {
                format!(
                    "All participants know the decision: transaction {number} has ended, coordinator {me} may forget it."
                )
            }
            Rule::Resend { number, missing } => format!(
                "{missing} participants have not acknowledged transaction {number}: coordinator {me} tells them again."
            ),
            Rule::AnswerAsked { number, from, decision } => {
                format!("Coordinator {me} tells {from} what it asked: {} transaction {number}.", decision.word())
            }
            Rule::NotYetDecided { number, from } => {
                format!("Coordinator {me} has no answer for {from}: votes on transaction {number} are missing still.")
            }
            Rule::AbortUnknown { number, from } => format!(
                "Coordinator {me} is asked by {from} for transaction {number}, which its log does not know, and aborts it."
            ),
            Rule::RecoverAbort { number } => format!(
                "The log of coordinator {me} has a start but no decision of transaction {number}: it told nobody, so it may abort."
            ),
            Rule::RecoverDecision { number, decision } => format!(
                "The log of coordinator {me} says {} for transaction {number}: it tells all participants again.",
                decision.word()
            ),
            _ => String::new(),
        }
    }

    fn of_participant(self, me: NodeId) -> String {
        match self {
            Rule::VoteYes { number } => format!(
                "Participant {me} can carry out transaction {number}: it writes yes to its log, votes yes, and may no longer abort by itself."
            ),
            Rule::VoteNo { number } => {
                format!("Participant {me} can't carry out transaction {number}: it aborts at once and votes no.")
            }
            Rule::NoAgain { number } => {
                format!(
                    "Participant {me} has aborted transaction {number} before it was asked to vote, so it votes no."
                )
            }
            Rule::KnownPrepare { number } => {
                format!("Participant {me} has voted on transaction {number} already; a vote is cast once.")
            }
            Rule::Obey { number, from, decision } => format!(
                "Participant {me} learns from {from} that transaction {number} is {}, and writes that to its log.",
                decision.done()
            ),
            Rule::DecidedAlready { number } => {
                format!("Participant {me} knows the decision on transaction {number} already.")
            }
            Rule::Blocked { number } => format!(
                "Participant {me} voted yes on transaction {number} and hears no decision. It is blocked: the others may have committed or aborted."
            ),
            Rule::AskAgain { number } => {
                format!("Participant {me} is still blocked on transaction {number} and asks again.")
            }
            Rule::DecideAlone { number } => {
                format!(
                    "Participant {me} is tired of waiting and aborts transaction {number} alone, though it voted yes."
                )
            }
            Rule::Help { number, from, decision } => {
                format!("Participant {me} can help {from}: transaction {number} is {}.", decision.done())
            }
            Rule::CannotHelp { number, from } => {
                format!(
                    "Participant {me} can't help {from}: it voted yes on transaction {number} and is in doubt as well."
                )
            }
            Rule::AbortUnvoted { number, from } => format!(
                "Participant {me} has not voted on transaction {number}, so nobody can have committed: it aborts, and tells {from}."
            ),
            Rule::RecoverUncertain { number } => format!(
                "The log of participant {me} has its yes to transaction {number} but no decision: its vote binds it, so it asks."
            ),
            _ => String::new(),
        }
    }
}
