//! The paper's lines that this code carries out, with the sentences that tell them.

use crate::kernel::{NodeId, RequestId, Span};

crate::rules! {
    "client c" {
        ClientAsks { id: RequestId, to: NodeId } "client-asks" "§4.1"
            "send ⟨REQUEST, o, t, c⟩ to the primary"
            => "Client {me} sends its request {id} to {to}, which it believes to be the primary.";
        ClientReads { id: RequestId } "client-reads" "§5.1"
            "read-only: send the request to all replicas at once"
            => "Client {me} asks all replicas at once for the read {id}: it needs no order.";
        ClientFallsBack { id: RequestId } "client-falls-back" "§5.1"
            "no Q equal results to a read: send it as an ordinary request"
            => "Client {me} gets no quorum of equal results for the read {id}, and asks for it in the ordinary way.";
        ClientQueues { id: RequestId } "client-queues" "§4.1"
            "keep a further request until the one before it is answered"
            => "Client {me} keeps request {id} until the one before it is answered.";
        ClientRetries { id: RequestId } "client-retries" "§4.1"
            "no result in time: send the request to all replicas"
            => "Client {me} has no result for {id} in time, so it sends the request to all replicas.";
        ClientCounts { id: RequestId, have: u16, need: u16 } "client-counts" "§4.1"
            "count replies with valid signatures and equal t and r; tentative ones with equal v and n, too, those to a read with equal n"
            => "Client {me} has {have} of {need} matching replies to {id}: not yet enough to believe them.";
        ClientAccepts { id: RequestId, have: u16 } "client-accepts" "§4.1"
            "f + 1 of them (Q where they are tentative, or reads go without an order): accept r"
            => "Client {me} accepts the result of {id}: {have} replies match, so correct replicas stand behind it.";
        ClientIgnores { from: NodeId } "client-ignores" "§4.1"
            "ignore any other reply"
            => "Client {me} ignores the reply of {from}: it waits for no such answer, or {from} did not sign it.";
    }
    "on REQUEST" {
        BadRequest { from: NodeId } "bad-request" "§4.2"
            "not signed by its client: ignore"
            => "Replica {me} ignores a request that {from} passed on: its client did not sign it.";
        ReplyAgain { id: RequestId } "reply-again" "§4.1"
            "executed already: send the stored reply again"
            => "Replica {me} has executed {id} already and sends the stored reply again.";
        OldRequest { id: RequestId } "old-request" "§4.1"
            "older than the client's last request: ignore"
            => "Replica {me} ignores {id}: it has executed a later request of that client.";
        AlreadyOrdered { id: RequestId } "already-ordered" "§4.2"
            "primary: has a number in this view already: wait"
            => "Primary {me} has given {id} a number in this view already.";
        Queued { id: RequestId, under_way: u64, high: u64 } "queued" "§4.2"
            "primary: too many numbers under way, or H reached: buffer it"
            => "Primary {me} buffers {id}: {under_way} numbers are under way already, and the high watermark is {high}.";
        Assign { id: RequestId, view: u64, sequence: u64 } "assign" "§4.2"
            "primary: give it the next number n; multicast ⟨⟨PRE-PREPARE, v, n, d⟩, m⟩"
            => "Primary {me} gives {id} the number {sequence} in view {view} and tells all backups.";
        AssignBatch { count: u16, view: u64, sequence: u64 } "assign-batch" "§4.2"
            "primary: requests that were buffered go as a group: one n for all of them"
            => "Primary {me} gives {count} requests together the number {sequence} in view {view}, and tells all backups.";
        Relay { id: RequestId, primary: NodeId } "relay" "§4.1, §4.4"
            "backup: relay it to the primary; start the timer if it does not run"
            => "Backup {me} passes {id} on to the primary, {primary}, and watches that it gets executed in time.";
        Watch { id: RequestId } "watch" "§4.4"
            "backup: another replica relayed it: start the timer if it does not run"
            => "Backup {me} keeps {id}, which another replica passed on, and watches that it gets executed in time.";
        Keep { id: RequestId, view: u64 } "keep" "§4.4"
            "between views: keep it for later"
            => "Replica {me} keeps {id} until view {view} has begun.";
    }
    "on PRE-PREPARE" {
        PrePrepareAccepted { view: u64, sequence: u64 } "accept-pre-prepare" "§4.2"
            "v is the view, d fits m, h < n ≤ H, nothing else accepted for v and n: accept; multicast ⟨PREPARE, v, n, d, i⟩"
            => "Backup {me} accepts number {sequence} in view {view}: the digest fits, and it has accepted no other request there. It tells all that it is ready to follow.";
        NotThePrimary { from: NodeId, view: u64 } "not-the-primary" "§4.2"
            "not signed by the primary of v: ignore"
            => "Replica {me} ignores a pre-prepare that came from {from}: the primary of view {view} did not sign it.";
        WrongDigest { sequence: u64, from: NodeId } "wrong-digest" "§4.2"
            "d does not fit m, or m is not its client's: ignore"
            => "Replica {me} ignores the pre-prepare for number {sequence} from {from}: the request is not the one that the digest speaks of, or no client signed it.";
        SecondPrePrepare { view: u64, sequence: u64 } "second-pre-prepare" "§4.2"
            "another digest was accepted for v and n: ignore"
            => "Replica {me} refuses the pre-prepare: it has accepted another request for number {sequence} in view {view}. The primary lies.";
        Repeated { sequence: u64 } "repeated" "§4.2"
            "accepted or executed already: nothing to do"
            => "Replica {me} has number {sequence} already.";
        OtherView { view: u64, mine: u64 } "other-view" "§4.2"
            "of a view that is not the replica's: ignore"
            => "Replica {me} ignores a message of view {view}: it is in view {mine} or on its way there.";
        TooEarly { view: u64 } "too-early" "§4.4"
            "of a later view: keep it until that view begins"
            => "Replica {me} keeps a message of view {view}, which has not begun here.";
        BelowWatermark { sequence: u64, low: u64 } "below-watermark" "§4.2, §4.3"
            "n ≤ h: ignore, the log up to h is collected"
            => "Replica {me} takes no message for number {sequence}: its low watermark is {low}, and what lies below is settled.";
        AboveWatermark { sequence: u64, high: u64 } "above-watermark" "§4.2"
            "n > H: ignore; ask the others"
            => "Replica {me} takes no message for number {sequence}: its high watermark is {high}. It will ask for what it missed.";
    }
    "on PREPARE" {
        PrepareOfPrimary { from: NodeId } "prepare-of-primary" "§4.2"
            "of the primary: ignore, its pre-prepare speaks for it"
            => "Replica {me} ignores a prepare of {from}: its pre-prepare speaks for the primary.";
        PreparesCounted { sequence: u64, have: u16, need: u16 } "count-prepares" "§4.2"
            "fewer than Q − 1 matching prepares of different backups: wait"
            => "Replica {me} has {have} of {need} matching prepares for number {sequence}.";
        PreparedNow { view: u64, sequence: u64, have: u16 } "prepared" "§4.2"
            "prepared(m, v, n): multicast ⟨COMMIT, v, n, d, i⟩"
            => "Replica {me} has prepared number {sequence} in view {view}: with the pre-prepare and {have} prepares no other request can prepare there. It tells all that it is ready to commit.";
        NoPrePrepare { sequence: u64 } "no-pre-prepare" "§4.2"
            "no pre-prepare for it yet: keep the vote"
            => "Replica {me} keeps a vote on number {sequence}, for which it has no pre-prepare yet.";
    }
    "on COMMIT" {
        NotPrepared { sequence: u64 } "not-prepared" "§4.2"
            "not prepared here yet: keep the commit"
            => "Replica {me} keeps a commit for number {sequence}, which has not prepared here yet.";
        CommitsCounted { sequence: u64, have: u16, need: u16 } "count-commits" "§4.2"
            "fewer than Q matching commits: wait"
            => "Replica {me} has {have} of {need} matching commits for number {sequence}.";
        #[milestone] Committed { view: u64, sequence: u64, have: u16 } "committed" "§4.2"
            "committed-local(m, v, n)"
            => "Replica {me} has committed number {sequence} in view {view}: {have} replicas are ready, so the request keeps its number through every view change.";
        Late { sequence: u64 } "late" "§4.2"
            "executed already: nothing to do"
            => "Replica {me} needs no more votes on number {sequence}.";
    }
    "execute" {
        WaitsForLower { sequence: u64, lower: u64 } "waits-for-lower" "§4.2"
            "a lower number has not been executed: wait"
            => "Replica {me} can't execute number {sequence} yet: number {lower} comes first.";
        Executed { sequence: u64, id: RequestId } "execute" "§4.2"
            "in the order of n: execute o; send ⟨REPLY, v, t, c, i, r⟩ to the client"
            => "Replica {me} executes {id} as number {sequence} and answers its client.";
        ExecutedTentatively { sequence: u64, id: RequestId } "execute-tentatively" "§5.1"
            "tentative: prepared, and all below n is committed and executed: execute o; send a tentative reply"
            => "Replica {me} executes {id} tentatively as number {sequence}, which has prepared, and tells the client so.";
        ExecutedBefore { sequence: u64, id: RequestId } "executed-before" "§4.1"
            "t is not above the client's last: exactly once, do nothing"
            => "Replica {me} does nothing for number {sequence}: {id} was executed before, under a lower number.";
        ExecutedNull { sequence: u64 } "execute-null" "§4.4"
            "the null request: do nothing"
            => "Number {sequence} is a null request; replica {me} passes over it.";
        RolledBack { sequence: u64 } "roll-back" "§5.1"
            "tentative: the new view has another request at n: go back to the state before it"
            => "Replica {me} takes back what it had executed tentatively as number {sequence}: the new view does not have it there.";
        Redone { sequence: u64 } "redone" "§4.4"
            "committed again in a new view: do not execute again"
            => "Number {sequence} has committed again in the new view; replica {me} had executed it before.";
    }
    "on a read-only REQUEST" {
        ReadNow { id: RequestId } "read" "§5.1"
            "the state is committed: answer from it at once"
            => "Replica {me} answers the read {id} at once, from its present state.";
        ReadWaits { id: RequestId, sequence: u64 } "read-waits" "§5.1"
            "the state is tentative: answer when it is committed"
            => "Replica {me} has read for {id} what number {sequence} wrote, and answers when that is committed.";
        NoReadYet { id: RequestId } "no-read-yet" "§5.1"
            "the state is older than the stable checkpoint: no answer"
            => "Replica {me} does not answer the read {id}: it lacks the state of its stable checkpoint.";
    }
    "checkpoint" {
        Checkpoint { sequence: u64 } "checkpoint" "§4.3"
            "n is a multiple of K: keep the state; multicast ⟨CHECKPOINT, n, d, i⟩"
            => "Replica {me} takes a checkpoint after number {sequence} and tells all the digest of its state.";
        CheckpointsCounted { sequence: u64, have: u16, need: u16 } "count-checkpoints" "§4.3"
            "fewer than Q with equal n and d: wait"
            => "Replica {me} has {have} of {need} matching checkpoint messages for number {sequence}.";
        StableAhead { sequence: u64, executed: u64 } "stable-ahead" "§4.3"
            "Q of them, n not executed yet: wait a while for what is on its way"
            => "Checkpoint {sequence} is stable; replica {me} has executed up to {executed} only, and waits a while for the rest.";
        #[milestone] Stable { sequence: u64, high: u64 } "stable" "§4.3"
            "Q of them: n is stable, with them as proof; h ← n, H ← n + L; discard the log up to n"
            => "Checkpoint {sequence} is stable at replica {me}: it discards its log up to there, and takes numbers up to {high} from now on.";
    }
    "state transfer" {
        Fetches { sequence: u64, from: NodeId } "fetch" "§4.4"
            "the state of a stable checkpoint is missing: ask one that signed it, then another"
            => "Replica {me} lacks the state at checkpoint {sequence} and asks {from} for it, which signed the checkpoint.";
        SendsState { to: NodeId, sequence: u64 } "send-state" "§4.4"
            "when asked: send the last stable checkpoint's state with its proof"
            => "Replica {me} sends {to} the state at checkpoint {sequence} with its proof.";
        #[milestone] TakesState { sequence: u64, from: NodeId } "take-state" "§4.4"
            "the state has the digest that the proof speaks of: take it over"
            => "Replica {me} takes over the state at checkpoint {sequence} from {from}: it has the digest that a quorum signed.";
        BadProof { from: NodeId } "bad-proof" "§4.3, §4.4"
            "the proof does not hold, or the state has another digest: ignore"
            => "Replica {me} ignores the checkpoint from {from}: its proof does not hold, or the state has another digest.";
    }
    "view change" {
        #[milestone] TimedOut { view: u64, next: u64 } "timed-out" "§4.4"
            "the timer expires in v: stop accepting; multicast ⟨VIEW-CHANGE, v + 1, n, C, P, i⟩"
            => "The timer of replica {me} expires in view {view}: it asks for view {next}.";
        #[milestone] Joins { next: u64, have: u16 } "joins" "§4.5.2"
            "f + 1 replicas want views above v: ask for the smallest of these at once"
            => "Replica {me} asks for view {next} too: {have} others want to leave its view, so a correct one does.";
        BadViewChange { from: NodeId } "bad-view-change" "§4.4"
            "a certificate does not hold: ignore"
            => "Replica {me} ignores the view-change of {from}: it is not signed by {from}, or its certificates do not hold.";
        OldViewChange { view: u64, mine: u64 } "old-view-change" "§4.4"
            "for a view that is past: ignore"
            => "Replica {me} ignores a call for view {view}: it is in view {mine} or has a newer call of that replica.";
        ViewChangesCounted { view: u64, have: u16, need: u16 } "count-view-changes" "§4.4"
            "fewer than Q view-changes for v: wait"
            => "Replica {me} knows of {have} replicas that ask for view {view}; {need} are needed.";
        LaterViewsCounted { view: u64, have: u16, need: u16 } "count-later-views" "§4.5.2"
            "fewer than f + 1 replicas want views above v: stay"
            => "Replica {me} knows of {have} others that ask for views above {view}; {need} would make it join them.";
        WaitsForNewView { view: u64, primary: NodeId, wait: Span } "wait-for-new-view" "§4.5.2"
            "Q of them: give the new primary until the timer expires; with each view change before a request is executed twice as long"
            => "Replica {me} knows of enough calls for view {view} and gives {primary} {wait} to begin it.";
    }
    "on NEW-VIEW" {
        #[milestone] Begins { view: u64, low: u64, high: u64 } "new-view" "§4.4"
            "primary of v: has Q view-changes V: compute O; multicast ⟨NEW-VIEW, v, V, O⟩"
            => "Replica {me} is the primary of view {view} and begins it: up to number {low} a checkpoint is stable, up to {high} it proposes again what may have committed.";
        Reproposes { sequence: u64, view: u64 } "re-propose" "§4.4"
            "O: for n with a prepared certificate in V, the request of the highest view"
            => "Primary {me} proposes again, for number {sequence}, the request that prepared in view {view}: it may have committed somewhere.";
        FillsHole { sequence: u64 } "fill-hole" "§4.4"
            "O: for any other n in between, the null request"
            => "Primary {me} fills number {sequence} with a null request: nothing can have committed there.";
        Enters { view: u64, low: u64, high: u64 } "enter-view" "§4.4"
            "backup: V is valid and O is what it computes itself: enter v; multicast a prepare for each of O"
            => "Replica {me} enters view {view}: the new-view proves checkpoint {low} stable, and its own computation gives the same proposals up to {high}.";
        BadNewView { from: NodeId, view: u64 } "bad-new-view" "§4.4"
            "V or O is wrong: ignore"
            => "Replica {me} refuses the new-view for view {view} that came from {from}: the proof does not hold, or its own computation gives other proposals.";
    }
    "retransmission" {
        AsksForMissing { executed: u64, view: u64 } "ask" "§3 (messages that are retransmitted arrive in the end)"
            "something is missing for a while: tell all what this replica has"
            => "Replica {me} waits for something and tells all that it is in view {view} and has executed up to number {executed}.";
        SendsMissing { to: NodeId } "send-missing" "§4.4"
            "on such a message: send again what the sender lacks"
            => "Replica {me} sends {to} again what it lacks.";
        Learns { last: u64, from: NodeId } "learn" "§4.2"
            "committed requests with Q commits: take them over"
            => "Replica {me} learns from {from} what was committed up to number {last}; the signed commits prove it.";
        BadCommits { from: NodeId } "bad-commits" "§4.2"
            "the commits do not prove it: ignore"
            => "Replica {me} ignores what {from} says was committed: the commits do not prove it.";
        NothingMissing { to: NodeId } "nothing-missing" "§4.4"
            "nothing it lacks is here: nothing to do"
            => "Replica {me} has nothing that {to} lacks.";
    }
    "a replica that lost its disk" {
        OwnPrePrepareReturned { view: u64, sequence: u64 } "own-pre-prepare-returned" "§4.2"
            "primary: a pre-prepare of its own that it has lost: accept it, send no prepare, use n for nothing else"
            => "Primary {me} gets back its own order for number {sequence} in view {view}, which it had lost. It keeps the order but sends no prepare: only backups prepare.";
    }
    "a request that the primary may not have" {
        RelayAgain { id: RequestId, primary: NodeId } "relay-again" "§4.4"
            "backup: a request it waits for has no number for a while: relay it to the primary again"
            => "Backup {me} has waited for {id} for a while and sees no order for it. It sends the request to the primary, {primary}, once more.";
    }
}
