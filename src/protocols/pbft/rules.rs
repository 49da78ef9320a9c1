//! The paper's lines that this code carries out, with the sentences that tell them.

use crate::kernel::{NodeId, RequestId, Rule as Describe, RuleInfo, Time, show_time};

macro_rules! rules {
    ($me:ident; $($block:literal { $(
        $rule:ident ( $($field:ident : $type:ty),* ) $name:literal $source:literal $($milestone:ident)? :
        $code:literal => $sentence:literal;
    )* })*) => {
        /// A line of the paper, with what its sentence needs.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)] // each variant carries its line of pseudo-code; fields are named by the sentence
        pub enum Rule { $($( #[doc = $code] $rule { $($field: $type),* }, )*)* }

        #[derive(Clone, Copy)]
        enum Index { $($( $rule, )*)* }

        /// All rules, for the descriptor, in the order in which the pseudo-code shows them.
        pub const RULES: &[RuleInfo] = &[$($( RuleInfo {
            name: $name, block: $block, code: $code, source: $source, milestone: rules!(@ $($milestone)?),
        }, )*)*];

        impl Describe for Rule {
            fn index(&self) -> u8 {
                (match self { $($( Rule::$rule { .. } => Index::$rule, )*)* }) as u8
            }
            fn sentence(&self, $me: NodeId) -> String {
                match *self { $($( Rule::$rule { $($field),* } => format!($sentence), )*)* }
            }
        }
    };
    (@ milestone) => { true };
    (@) => { false };
}

/// A duration that shows itself as a person would write it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span(pub Time);

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&show_time(self.0))
    }
}

rules! { me;
    "client c" {
        ClientAsks(id: RequestId, to: NodeId) "client-asks" "§4.1":
            "send ⟨REQUEST, o, t, c⟩ to the primary"
            => "Client {me} sends its request {id} to {to}, which it believes to be the primary.";
        ClientQueues(id: RequestId) "client-queues" "§4.1":
            "keep a further request until the one before it is answered"
            => "Client {me} keeps request {id} until the one before it is answered.";
        ClientRetries(id: RequestId) "client-retries" "§4.1":
            "no result in time: send the request to all replicas"
            => "Client {me} has no result for {id} in time, so it sends the request to all replicas.";
        ClientCounts(id: RequestId, have: u16, need: u16) "client-counts" "§4.1":
            "count replies with valid signatures and equal t and r"
            => "Client {me} has {have} of {need} matching replies to {id}: not yet enough to know that one comes from a correct replica.";
        ClientAccepts(id: RequestId, have: u16) "client-accepts" "§4.1":
            "f + 1 of them: accept r"
            => "Client {me} accepts the result of {id}: of {have} matching replies at least one comes from a correct replica.";
        ClientIgnores(from: NodeId) "client-ignores" "§4.1":
            "ignore any other reply"
            => "Client {me} ignores the reply of {from}: it waits for no such answer, or {from} did not sign it.";
    }
    "on REQUEST" {
        BadRequest(from: NodeId) "bad-request" "§4.2":
            "not signed by its client: ignore"
            => "Replica {me} ignores a request that {from} passed on: its client did not sign it.";
        ReplyAgain(id: RequestId) "reply-again" "§4.1":
            "executed already: send the stored reply again"
            => "Replica {me} has executed {id} already and sends the stored reply again.";
        OldRequest(id: RequestId) "old-request" "§4.1":
            "older than the client's last request: ignore"
            => "Replica {me} ignores {id}: it has executed a later request of that client.";
        AlreadyOrdered(id: RequestId) "already-ordered" "§4.2":
            "primary: has a number in this view already: wait"
            => "Primary {me} has given {id} a number in this view already.";
        Queued(id: RequestId, limit: u16) "queued" "§4.2":
            "primary: too many requests under way: buffer it"
            => "Primary {me} buffers {id}: {limit} requests are under way already.";
        Assign(id: RequestId, view: u64, sequence: u64) "assign" "§4.2":
            "primary: give it the next number n; multicast ⟨⟨PRE-PREPARE, v, n, d⟩, m⟩"
            => "Primary {me} gives {id} the number {sequence} in view {view} and tells all backups.";
        Relay(id: RequestId, primary: NodeId) "relay" "§4.1, §4.4":
            "backup: relay it to the primary; start the timer if it does not run"
            => "Backup {me} sees to it that the primary, {primary}, has {id}, and watches that it gets executed in time.";
        Keep(id: RequestId, view: u64) "keep" "§4.4":
            "between views: keep it for later"
            => "Replica {me} keeps {id} until view {view} has begun.";
    }
    "on PRE-PREPARE" {
        PrePrepareAccepted(view: u64, sequence: u64) "accept-pre-prepare" "§4.2":
            "v is the view, d fits m, n is in range and new in v: accept; multicast ⟨PREPARE, v, n, d, i⟩"
            => "Backup {me} accepts number {sequence} in view {view}: the digest fits, and it has accepted no other request there. It tells all that it is ready to follow.";
        NotThePrimary(from: NodeId, view: u64) "not-the-primary" "§4.2":
            "not signed by the primary of v: ignore"
            => "Replica {me} ignores a pre-prepare that came from {from}: the primary of view {view} did not sign it.";
        WrongDigest(sequence: u64, from: NodeId) "wrong-digest" "§4.2":
            "d does not fit m, or m is not its client's: ignore"
            => "Replica {me} ignores the pre-prepare for number {sequence} from {from}: the request is not the one that the digest speaks of, or no client signed it.";
        SecondPrePrepare(view: u64, sequence: u64) "second-pre-prepare" "§4.2":
            "another digest was accepted for v and n: ignore"
            => "Replica {me} refuses the pre-prepare: it has accepted another request for number {sequence} in view {view}. The primary lies.";
        Repeated(sequence: u64) "repeated" "§4.2":
            "accepted or executed already: nothing to do"
            => "Replica {me} has number {sequence} already.";
        OtherView(view: u64, mine: u64) "other-view" "§4.2":
            "of a view that is not the replica's: ignore"
            => "Replica {me} ignores a message of view {view}: it is in view {mine} or on its way there.";
        TooEarly(view: u64) "too-early" "§4.4":
            "of a later view: keep it until that view begins"
            => "Replica {me} keeps a message of view {view}, which has not begun here.";
        OutOfRange(sequence: u64) "out-of-range" "§4.2":
            "n is too far ahead: ignore; ask the others"
            => "Replica {me} takes no message for number {sequence}, too far ahead of what it has executed; it will ask for what it missed.";
    }
    "on PREPARE" {
        PrepareOfPrimary(from: NodeId) "prepare-of-primary" "§4.2":
            "of the primary: ignore, its pre-prepare speaks for it"
            => "Replica {me} ignores a prepare of {from}: its pre-prepare speaks for the primary.";
        PreparesCounted(sequence: u64, have: u16, need: u16) "count-prepares" "§4.2":
            "fewer than Q − 1 matching prepares of different backups: wait"
            => "Replica {me} has {have} of {need} matching prepares for number {sequence}.";
        PreparedNow(view: u64, sequence: u64, have: u16) "prepared" "§4.2":
            "prepared(m, v, n): multicast ⟨COMMIT, v, n, d, i⟩"
            => "Replica {me} has prepared number {sequence} in view {view}: with the pre-prepare and {have} prepares no other request can prepare there. It tells all that it is ready to commit.";
        NoPrePrepare(sequence: u64) "no-pre-prepare" "§4.2":
            "no pre-prepare for it yet: keep the vote"
            => "Replica {me} keeps a vote on number {sequence}, for which it has no pre-prepare yet.";
    }
    "on COMMIT" {
        NotPrepared(sequence: u64) "not-prepared" "§4.2":
            "not prepared here yet: keep the commit"
            => "Replica {me} keeps a commit for number {sequence}, which has not prepared here yet.";
        CommitsCounted(sequence: u64, have: u16, need: u16) "count-commits" "§4.2":
            "fewer than Q matching commits: wait"
            => "Replica {me} has {have} of {need} matching commits for number {sequence}.";
        Committed(view: u64, sequence: u64, have: u16) "committed" "§4.2" milestone:
            "committed-local(m, v, n)"
            => "Replica {me} has committed number {sequence} in view {view}: {have} replicas are ready, so the request keeps its number through every view change.";
        Late(sequence: u64) "late" "§4.2":
            "executed already: nothing to do"
            => "Replica {me} needs no more votes on number {sequence}.";
    }
    "execute" {
        WaitsForLower(sequence: u64, lower: u64) "waits-for-lower" "§4.2":
            "a lower number has not been executed: wait"
            => "Replica {me} can't execute number {sequence} yet: number {lower} comes first.";
        Executed(sequence: u64, id: RequestId) "execute" "§4.2":
            "in the order of n: execute o; send ⟨REPLY, v, t, c, i, r⟩ to the client"
            => "Replica {me} executes {id} as number {sequence} and answers its client.";
        ExecutedBefore(sequence: u64, id: RequestId) "executed-before" "§4.1":
            "t is not above the client's last: exactly once, do nothing"
            => "Replica {me} does nothing for number {sequence}: {id} was executed before, under a lower number.";
        ExecutedNull(sequence: u64) "execute-null" "§4.4":
            "the null request: do nothing"
            => "Number {sequence} is a null request; replica {me} passes over it.";
        Redone(sequence: u64) "redone" "§4.4":
            "committed again in a new view: do not execute again"
            => "Number {sequence} has committed again in the new view; replica {me} had executed it before.";
    }
    "view change" {
        TimedOut(view: u64, next: u64, wait: Span) "timed-out" "§4.4" milestone:
            "the timer expires in v: stop accepting; multicast ⟨VIEW-CHANGE, v + 1, n, C, P, i⟩"
            => "Replica {me} has waited {wait} in view {view} and asks for view {next}.";
        Joins(next: u64, have: u16) "joins" "§4.5.2" milestone:
            "f + 1 replicas want views above v: ask for the smallest of these at once"
            => "Replica {me} asks for view {next} too: {have} others want to leave its view, so a correct one does.";
        BadViewChange(from: NodeId) "bad-view-change" "§4.4":
            "a certificate does not hold: ignore"
            => "Replica {me} ignores the view-change of {from}: it is not signed by {from}, or its certificates do not hold.";
        OldViewChange(view: u64, mine: u64) "old-view-change" "§4.4":
            "for a view that is past: ignore"
            => "Replica {me} ignores a call for view {view}: it is in view {mine} or has a newer call of that replica.";
        ViewChangesCounted(view: u64, have: u16, need: u16) "count-view-changes" "§4.4":
            "fewer than Q view-changes for v: wait"
            => "Replica {me} knows of {have} replicas that ask for view {view}; {need} are needed.";
        WaitsForNewView(view: u64, primary: NodeId, wait: Span) "wait-for-new-view" "§4.5.2":
            "Q of them: give the new primary until the timer expires, twice as long as for the view before"
            => "Replica {me} knows of enough calls for view {view} and gives {primary} {wait} to begin it.";
    }
    "on NEW-VIEW" {
        Begins(view: u64, low: u64, high: u64) "new-view" "§4.4" milestone:
            "primary of v: has Q view-changes V: compute O; multicast ⟨NEW-VIEW, v, V, O⟩"
            => "Replica {me} is the primary of view {view} and begins it: up to number {low} all is settled, up to {high} it proposes again what may have committed.";
        Reproposes(sequence: u64, view: u64) "re-propose" "§4.4":
            "O: for n with a prepared certificate in V, the request of the highest view"
            => "Primary {me} proposes again, for number {sequence}, the request that prepared in view {view}: it may have committed somewhere.";
        FillsHole(sequence: u64) "fill-hole" "§4.4":
            "O: for any other n in between, the null request"
            => "Primary {me} fills number {sequence} with a null request: nothing can have committed there.";
        Enters(view: u64, low: u64, high: u64) "enter-view" "§4.4":
            "backup: V is valid and O is what it computes itself: enter v; multicast a prepare for each of O"
            => "Replica {me} enters view {view}: the new-view proves {low} settled, and its own computation gives the same proposals up to {high}.";
        BadNewView(from: NodeId, view: u64) "bad-new-view" "§4.4":
            "V or O is wrong: ignore"
            => "Replica {me} refuses the new-view for view {view} that came from {from}: the proof does not hold, or its own computation gives other proposals.";
    }
    "retransmission" {
        AsksForMissing(executed: u64, view: u64) "ask" "§3 (messages that are retransmitted arrive in the end)":
            "something is missing for a while: tell all what this replica has"
            => "Replica {me} waits for something and tells all that it is in view {view} and has executed up to number {executed}.";
        SendsMissing(to: NodeId) "send-missing" "§4.4":
            "on such a message: send again what the sender lacks"
            => "Replica {me} sends {to} again what it lacks.";
        NothingMissing(to: NodeId) "nothing-missing" "§4.4":
            "nothing it lacks is here: nothing to do"
            => "Replica {me} has nothing that {to} lacks.";
        Learns(last: u64, from: NodeId) "learn" "§4.2":
            "a committed request with Q commits: take it over"
            => "Replica {me} learns from {from} what was committed up to number {last}; the signed commits prove it.";
        BadProof(from: NodeId) "bad-proof" "§4.2":
            "the commits do not prove it: ignore"
            => "Replica {me} ignores what {from} says was committed: the commits do not prove it.";
    }
}
