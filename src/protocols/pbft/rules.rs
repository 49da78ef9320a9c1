//! The paper's lines that this code carries out, with the sentences that tell them.

use crate::kernel::descriptor::rules::{Many, Say, Sentence};
use crate::kernel::{NodeId, RequestId, Span};

/// So many messages that say the same.
struct Matching(u16, &'static str, &'static str);

impl Say for Matching {
    fn say(self, to: &mut Sentence) {
        let Matching(count, one, several) = self;
        to.show(&format_args!("{count} matching {}", if count == 1 { one } else { several }));
    }
}

/// Whoever sent something: a client or a replica.
struct Sender(NodeId);

impl Say for Sender {
    fn say(self, to: &mut Sentence) {
        to.show(&format_args!("{} {}", if self.0.is_client() { "client" } else { "replica" }, self.0));
    }
}

crate::rules! {
    "client c" {
        ClientAsks { id: RequestId, to: NodeId } "client-asks" "§4.1"
            "send ⟨REQUEST, o, t, c⟩ to the primary"
            => "Client {me} sends request {id} to replica {to}, which it believes is the primary.";
        ClientReads { id: RequestId } "client-reads" "§5.1"
            "read-only: send the request to all replicas at once"
            => "Client {me} sends read {id} to all replicas at once: a read needs no sequence number.";
        ClientFallsBack { id: RequestId } "client-falls-back" "§5.1"
            "no Q equal results to a read: send it as an ordinary request"
            => "Client {me} gets no quorum of equal results for read {id} and sends it as an ordinary request.";
        ClientQueues { id: RequestId } "client-queues" "§4.1"
            "keep a further request until the one before it is answered"
            => "Client {me} keeps request {id} until the one before it is answered.";
        ClientRetries { id: RequestId } "client-retries" "§4.1"
            "no result in time: send the request to all replicas"
            => "Client {me} has no result for request {id} in time, so it sends the request to all replicas.";
        ClientCounts { id: RequestId, have: u16, need: u16 } "client-counts" "§4.1"
            "count replies with valid signatures and equal t and r; tentative ones with equal v and n, too, those to a read with equal n"
            => "Client {me} has {have} of the {need} matching replies to request {id} that it needs.";
        ClientAccepts { id: RequestId, have: u16 } "client-accepts" "§4.1"
            "f + 1 of them (Q where they are tentative, or reads go without an order): accept r"
            => "Client {me} accepts the result of request {id}: it has {replies}."
               so "at least one correct replica computed this result" by "reply-integrity"
               with { id, replies: Matching(have, "reply", "replies") };
        ClientIgnores { from: NodeId } "client-ignores" "§4.1"
            "ignore any other reply"
            => "Client {me} ignores a reply from replica {from}: it is not waiting for that answer, or replica {from} did not sign it.";
    }
    "on REQUEST" {
        BadRequest { from: NodeId } "bad-request" "§4.2"
            "not signed by its client: ignore"
            => "Replica {me} ignores a request that came from {sender}: its client did not sign it."
               with { sender: Sender(from) };
        ReplyAgain { id: RequestId } "reply-again" "§4.1"
            "executed already: send the stored reply again"
            => "Replica {me} has already executed request {id} and sends the stored reply again.";
        OldRequest { id: RequestId } "old-request" "§4.1"
            "older than the client's last request: ignore"
            => "Replica {me} ignores request {id}: it has executed a later request of the same client.";
        AlreadyOrdered { id: RequestId } "already-ordered" "§4.2"
            "primary: has a number in this view already: wait"
            => "Primary {me} has already given request {id} a number in this view.";
        Queued { id: RequestId, under_way: u64, high: u64 } "queued" "§4.2"
            "primary: too many numbers in progress, or H reached: buffer it"
            => "Primary {me} buffers request {id}: {numbers} in progress, and the high watermark is {high}."
               with { id, numbers: format!("{} {}", Many(under_way, "number"), if under_way == 1 { "is" } else { "are" }), high };
        Assign { id: RequestId, view: u64, sequence: u64 } "assign" "§4.2"
            "primary: give it the next number n; multicast ⟨⟨PRE-PREPARE, v, n, d⟩, m⟩"
            => "Primary {me} gives request {id} number {sequence} in view {view} and tells all backups.";
        AssignBatch { count: u16, view: u64, sequence: u64 } "assign-batch" "§4.2"
            "primary: buffered requests go as a batch: one n for all of them"
            => "Primary {me} gives a batch of {requests} number {sequence} in view {view} and tells all backups."
               with { requests: Many(count.into(), "request"), view, sequence };
        Relay { id: RequestId, primary: NodeId } "relay" "§4.1, §4.4"
            "backup: relay it to the primary; start the timer if it is not running"
            => "Backup {me} passes request {id} on to primary {primary} and watches that it is executed in time.";
        Watch { id: RequestId } "watch" "§4.4"
            "backup: another replica relayed it: start the timer if it is not running"
            => "Backup {me} keeps request {id}, which another replica passed on, and watches that it is executed in time.";
        Keep { id: RequestId, view: u64 } "keep" "§4.4"
            "between views: keep it for later"
            => "Replica {me} keeps request {id} until view {view} has begun.";
    }
    "on PRE-PREPARE" {
        PrePrepareAccepted { view: u64, sequence: u64 } "accept-pre-prepare" "§4.2"
            "v is the view, d fits m, h < n ≤ H, nothing else accepted for v and n: accept; multicast ⟨PREPARE, v, n, d, i⟩"
            => "Backup {me} accepts the request for number {sequence} in view {view}: the digest is right, and it has accepted no other request there. It sends a prepare to all.";
        NotThePrimary { from: NodeId, view: u64 } "not-the-primary" "§4.2"
            "not signed by the primary of v: ignore"
            => "Replica {me} ignores a pre-prepare from replica {from}: the primary of view {view} did not sign it.";
        WrongDigest { sequence: u64, from: NodeId } "wrong-digest" "§4.2"
            "d does not fit m, or m is not its client's: ignore"
            => "Replica {me} ignores the pre-prepare for number {sequence} from replica {from}: the request does not have this digest, or no client signed it.";
        SecondPrePrepare { view: u64, sequence: u64 } "second-pre-prepare" "§4.2"
            "another digest was accepted for v and n: ignore"
            => "Replica {me} refuses the pre-prepare: it has already accepted another request for number {sequence} in view {view}. A correct primary does not give a number twice.";
        Repeated { sequence: u64 } "repeated" "§4.2"
            "already accepted or executed: nothing to do"
            => "Replica {me} already has the request for number {sequence}.";
        OtherView { view: u64, mine: u64 } "other-view" "§4.2"
            "of another view: ignore"
            => "Replica {me} ignores a message of view {view}: it has moved on to view {mine}.",
               "Replica {me} ignores the new-view message: it is in view {view} already." if view == mine;
        TooEarly { view: u64 } "too-early" "§4.4"
            "of a later view: keep it until that view begins"
            => "Replica {me} keeps a message of view {view} for later: that view has not begun here yet.";
        BelowWatermark { sequence: u64, low: u64 } "below-watermark" "§4.2, §4.3"
            "n ≤ h: ignore, the log up to h is discarded"
            => "Replica {me} ignores a message for number {sequence}: its stable checkpoint already covers everything up to number {low}.";
        AboveWatermark { sequence: u64, high: u64 } "above-watermark" "§4.2"
            "n > H: ignore; ask the others"
            => "Replica {me} ignores a message for number {sequence}: its high watermark is {high}. It will ask the others for what it missed.";
    }
    "on PREPARE" {
        PrepareOfPrimary { from: NodeId } "prepare-of-primary" "§4.2"
            "of the primary: ignore, its pre-prepare counts instead"
            => "Replica {me} ignores a prepare from replica {from}, the primary: its pre-prepare counts instead.";
        PreparesCounted { sequence: u64, have: u16, need: u16 } "count-prepares" "§4.2"
            "fewer than Q − 1 matching prepares of different backups: wait"
            => "Replica {me} has {have} of the {need} matching prepares that it needs for number {sequence}.";
        PreparedNow { view: u64, sequence: u64, have: u16 } "prepared" "§4.2"
            "prepared(m, v, n): multicast ⟨COMMIT, v, n, d, i⟩"
            => "Replica {me} has the pre-prepare and {prepares} for number {sequence} in view {view}: the request has prepared. It sends a commit to all."
               so "no other request can prepare with number {sequence} in view {view}" by "prepared-unique"
               with { view, sequence, prepares: Matching(have, "prepare", "prepares") };
        NoPrePrepare { sequence: u64 } "no-pre-prepare" "§4.2"
            "no pre-prepare for it yet: keep the vote"
            => "Replica {me} keeps a vote for number {sequence}, for which it has no pre-prepare yet.";
    }
    "on COMMIT" {
        NotPrepared { sequence: u64 } "not-prepared" "§4.2"
            "not prepared here yet: keep the commit"
            => "Replica {me} keeps a commit for number {sequence}: the request has not prepared here yet.";
        CommitsCounted { sequence: u64, have: u16, need: u16 } "count-commits" "§4.2"
            "fewer than Q matching commits: wait"
            => "Replica {me} has {have} of the {need} matching commits that it needs for number {sequence}.";
        #[milestone] Committed { view: u64, sequence: u64, have: u16 } "committed" "§4.2"
            "committed-local(m, v, n)"
            => "Replica {me} commits the request with number {sequence} in view {view}: it has {commits}."
               so "the request keeps number {sequence} in all later views" by "same-request-at-sequence"
               with { view, sequence, commits: Matching(have, "commit", "commits") };
        Late { sequence: u64 } "late" "§4.2"
            "already executed: nothing to do"
            => "Replica {me} learns nothing new about number {sequence} from this message.",
               "Replica {me} learns nothing new from this message." if sequence == 0;
    }
    "execute" {
        WaitsForLower { sequence: u64, lower: u64 } "waits-for-lower" "§4.2"
            "a lower number has not been executed: wait"
            => "Replica {me} can't execute number {sequence} yet: number {lower} comes first.";
        Executed { sequence: u64, id: RequestId } "execute" "§4.2"
            "in the order of n: execute o; send ⟨REPLY, v, t, c, i, r⟩ to the client"
            => "Replica {me} executes request {id} as number {sequence} and answers the client.";
        ExecutedTentatively { sequence: u64, id: RequestId } "execute-tentatively" "§5.1"
            "tentative: prepared, and all below n is committed and executed: execute o; send a tentative reply"
            => "Replica {me} executes request {id} tentatively as number {sequence}, which has prepared, and tells the client so.";
        ExecutedBefore { sequence: u64, id: RequestId } "executed-before" "§4.1"
            "t is not above the client's last: exactly once, do nothing"
            => "Replica {me} does nothing for number {sequence}: request {id} was executed before with a lower number.";
        ExecutedNull { sequence: u64 } "execute-null" "§4.4"
            "the null request: do nothing"
            => "Replica {me} skips number {sequence}, which is a null request.";
        RolledBack { sequence: u64 } "roll-back" "§5.1"
            "tentative: the new view has another request at n: go back to the state before it"
            => "Replica {me} undoes what it executed tentatively as number {sequence}: the new view has another request there.";
        Redone { sequence: u64 } "redone" "§4.4"
            "committed again in a new view: do not execute again"
            => "Replica {me} commits number {sequence} again, in the new view, and does not execute it again.";
    }
    "on a read-only REQUEST" {
        ReadNow { id: RequestId } "read" "§5.1"
            "the state is committed: answer from it at once"
            => "Replica {me} answers read {id} at once from its current state.";
        ReadWaits { id: RequestId, sequence: u64 } "read-waits" "§5.1"
            "the state is tentative: answer when it is committed"
            => "Replica {me} has carried out read {id} on a state that number {sequence} changed, and answers when that number is committed.";
        NoReadYet { id: RequestId } "no-read-yet" "§5.1"
            "the state is older than the stable checkpoint: no answer"
            => "Replica {me} does not answer read {id}: it lacks the state of its stable checkpoint.";
    }
    "checkpoint" {
        Checkpoint { sequence: u64 } "checkpoint" "§4.3"
            "n is a multiple of K: keep the state; multicast ⟨CHECKPOINT, n, d, i⟩"
            => "Replica {me} takes a checkpoint after number {sequence} and sends the digest of its state to all.";
        CheckpointsCounted { sequence: u64, have: u16, need: u16 } "count-checkpoints" "§4.3"
            "fewer than Q with equal n and d: wait"
            => "Replica {me} has {have} of the {need} matching checkpoint messages that it needs for number {sequence}.";
        StableAhead { sequence: u64, executed: u64 } "stable-ahead" "§4.3"
            "Q of them, n not executed yet: wait a while for the missing messages"
            => "Replica {me} learns that checkpoint {sequence} is stable. It has executed only up to number {executed} and waits a while for the rest.";
        #[milestone] Stable { sequence: u64, high: u64 } "stable" "§4.3"
            "Q of them: n is stable, with them as proof; h ← n, H ← n + L; discard the log up to n"
            => "Replica {me} has a stable checkpoint at number {sequence}: it discards its log up to there and accepts numbers up to {high} from now on.";
    }
    "state transfer" {
        Fetches { sequence: u64, from: NodeId } "fetch" "§4.4"
            "the state of a stable checkpoint is missing: ask one that signed it, then the next"
            => "Replica {me} lacks the state at checkpoint {sequence} and asks replica {from} for it, which signed that checkpoint.";
        SendsState { to: NodeId, sequence: u64 } "send-state" "§4.4"
            "when asked: send the last stable checkpoint's state with its proof"
            => "Replica {me} sends replica {to} the state at checkpoint {sequence} with its proof.";
        #[milestone] TakesState { sequence: u64, from: NodeId } "take-state" "§4.4"
            "the state has the digest in the proof: take it over"
            => "Replica {me} takes over the state at checkpoint {sequence} from replica {from}: it has the digest that a quorum signed.";
        BadProof { from: NodeId } "bad-proof" "§4.3, §4.4"
            "the proof is not valid, or the state has another digest: ignore"
            => "Replica {me} ignores the checkpoint from replica {from}: its proof is not valid, or the state has another digest.";
    }
    "view change" {
        #[milestone] TimedOut { view: u64, next: u64 } "timed-out" "§4.4"
            "the timer expires in v: stop accepting; multicast ⟨VIEW-CHANGE, v + 1, n, C, P, i⟩"
            => "Replica {me} has waited too long in view {view} and asks for view {next}.";
        #[milestone] Joins { next: u64, have: u16 } "joins" "§4.5.2"
            "f + 1 replicas want views above v: ask for the smallest of these at once"
            => "Replica {me} asks for view {next}, too: {others}."
               so "at least one correct replica wants to leave the view" by ""
               with { next, others: if have == 1 { "1 other replica wants to leave its view".into() } else { format!("{have} other replicas want to leave its view") } };
        BadViewChange { from: NodeId } "bad-view-change" "§4.4"
            "a certificate is not valid: ignore"
            => "Replica {me} ignores a view-change from replica {from}: it has no valid signature, or its certificates are not valid.";
        OldViewChange { view: u64, mine: u64, begun: bool } "old-view-change" "§4.4"
            "for a view that is past: ignore"
            => "Replica {me} ignores a view-change for view {view}: it has moved on to view {mine}."
               with { view, mine },
               "Replica {me} ignores a view-change for view {view}: it already has this one or a later one from the same replica." if view >= mine,
               "Replica {me} ignores a view-change for view {view}: that view has already begun." if begun;
        ViewChangesCounted { view: u64, have: u16, need: u16 } "count-view-changes" "§4.4"
            "fewer than Q view-changes for v: wait"
            => "Replica {me} knows of {have} of the {need} replicas that must ask for view {view}.";
        LaterViewsCounted { view: u64, have: u16, need: u16 } "count-later-views" "§4.5.2"
            "fewer than f + 1 replicas want views above v: stay"
            => "Replica {me} knows of {have} of the {need} other replicas that must ask for views above {view} before it joins them.";
        WaitsForNewView { view: u64, primary: NodeId, wait: Span } "wait-for-new-view" "§4.5.2"
            "Q of them: wait for the new primary until the timer expires; twice as long for each view change in which no request was executed"
            => "Replica {me} has enough view-changes for view {view} and gives its primary, replica {primary}, {wait} to start it.";
    }
    "on NEW-VIEW" {
        #[milestone] Begins { view: u64, low: u64, high: u64 } "new-view" "§4.4"
            "primary of v: has Q view-changes V: compute O; multicast ⟨NEW-VIEW, v, V, O⟩"
            => "Replica {me} is the primary of view {view} and begins it: after its stable checkpoint at number {low} it proposes again every request that may have committed, up to number {high}.",
               "Replica {me} is the primary of view {view} and begins it: no view-change shows a request that prepared after the stable checkpoint at number {low}." if high <= low;
        Reproposes { sequence: u64, view: u64 } "re-propose" "§4.4"
            "O: for n with a prepared certificate in V, the request of the highest view"
            => "Primary {me} proposes again, for number {sequence}, the request that prepared in view {view}: it may have committed somewhere.";
        FillsHole { sequence: u64 } "fill-hole" "§4.4"
            "O: for any other n in between, the null request"
            => "Primary {me} fills number {sequence} with a null request: no view-change shows a request that prepared there."
               so "no request can have committed with number {sequence}" by "same-request-at-sequence";
        Enters { view: u64, low: u64, high: u64 } "enter-view" "§4.4"
            "backup: V is valid and O is what it computes itself: enter v; multicast a prepare for each of O"
            => "Replica {me} enters view {view}: the new-view proves that checkpoint {low} is stable, and the replica itself computes the same proposals, up to number {high}.",
               "Replica {me} enters view {view}: the new-view proves that checkpoint {low} is stable and proposes nothing again, as the replica itself computes." if high <= low;
        BadNewView { from: NodeId, view: u64 } "bad-new-view" "§4.4"
            "V or O is wrong: ignore"
            => "Replica {me} refuses the new-view for view {view} from replica {from}: its proof is not valid, or the replica itself computes other proposals.";
    }
    "retransmission" {
        AsksForMissing { executed: u64, view: u64 } "ask" "§3 (messages that are retransmitted arrive in the end)"
            "something is missing for a while: tell all what this replica has"
            => "Replica {me} is missing messages and tells all replicas that it is in view {view} and has executed up to number {executed}.";
        SendsMissing { to: NodeId } "send-missing" "§4.4"
            "on such a message: send again what the sender lacks"
            => "Replica {me} sends replica {to} again what it lacks.";
        Learns { last: u64, from: NodeId } "learn" "§4.2"
            "committed requests with Q commits: take them over"
            => "Replica {me} learns from replica {from} what was committed up to number {last}: a quorum signed the commits.";
        BadCommits { from: NodeId } "bad-commits" "§4.2"
            "the commits do not prove it: ignore"
            => "Replica {me} ignores what replica {from} says was committed: the commits do not prove it.";
        NothingMissing { to: NodeId } "nothing-missing" "§4.4"
            "has nothing that the sender lacks: nothing to do"
            => "Replica {me} has nothing that replica {to} lacks.";
    }
    "a replica that lost its disk" {
        OwnPrePrepareReturned { view: u64, sequence: u64 } "own-pre-prepare-returned" "§4.2"
            "primary: a pre-prepare of its own that it has lost: accept it, send no prepare, use n for nothing else"
            => "Primary {me} gets back its own pre-prepare for number {sequence} in view {view}, which it had lost with its disk. It accepts it, but sends no prepare: only backups do.";
    }
    "a request that the primary may not have" {
        RelayAgain { id: RequestId, primary: NodeId } "relay-again" "§4.4"
            "backup: a request it waits for has no number for a while: relay it to the primary again"
            => "Backup {me} has waited for {id} for a while, and the request has no number yet. It sends it to primary {primary} once more.";
    }
}
