//! The lines of the paper that the handlers carry out: where each comes from, and one sentence a person can read.

use crate::kernel::{NodeId, RequestId};

use super::members::Share;

crate::rules! {
    "on any message" {
        AdoptTerm { term: u64, old: u64, from: NodeId } "adopt-term" "§5.1"
            "if its term > currentTerm: currentTerm ← term, votedFor ← none, write, become follower"
            => "Replica {me} goes from term {old} to {term}: {from} is there already.";
        StepDown { term: u64 } "step-down" "§5.1"
            "  if it was leader or candidate: give that up"
            => "Replica {me} gives up what it was: term {term} is newer than its own.";
        IgnoreOldReply { term: u64, now: u64, from: NodeId } "ignore-old-reply" "§5.1"
            "if an answer is of an older term: ignore it"
            => "Replica {me} ignores the answer of {from}: it is of term {term}, and now is term {now}.";
    }
    "on election timeout, with pre-vote" {
        StartPreVote { term: u64 } "start-pre-vote" "thesis §9.6"
            "become pre-candidate; ask all others that vote whether they would vote for me in currentTerm + 1"
            => "Replica {me} has heard from no leader for too long: it asks whether it would be elected in term {term}, and stays in its own till then.";
        GrantPreVote { from: NodeId, term: u64 } "grant-pre-vote" "thesis §9.6"
            "answer yes if I would vote so and hear no leader; nothing is written, no term adopted"
            => "Replica {me} would vote for {from} in term {term}.";
        RefusePreVote { from: NodeId, term: u64, why: &'static str } "refuse-pre-vote" "thesis §9.6"
            "answer no if I lead, or have heard from a leader within the least election timeout"
            => "Replica {me} would not vote for {from} in term {term}: it {why}.";
    }
    "on election timeout" {
        NotMember "not-member" "§6; thesis §4.2.2"
            "if not a voting member: wait on"
            => "Replica {me} hears from no leader, but has no vote and does not stand.";
        #[milestone] StartElection { term: u64, why: &'static str } "start-election" "§5.2"
            "currentTerm ← currentTerm + 1, votedFor ← me, write; become candidate"
            => "Replica {me} {why}: it stands for election in term {term} and votes for itself.";
        AskForVotes { index: u64, term: u64 } "ask-for-votes" "§5.2"
            "restart the timer with a new draw; send RequestVote to all others that vote"
            => "Replica {me} asks the other voters for their votes; its log ends with entry {index} of term {term}.";
    }
    "on RequestVote" {
        Disregard { from: NodeId, term: u64, why: &'static str } "disregard" "§6; thesis §4.2.3"
            "(with check-quorum) if I lead, or have heard from a leader within the least election timeout: disregard it"
            => "Replica {me} disregards that {from} stands in term {term}: it {why}.";
        RefuseOldTerm { term: u64, now: u64, from: NodeId } "refuse-old-term" "§5.1"
            "if term < currentTerm: answer no"
            => "Replica {me} refuses its vote to {from}: term {term} is over, now is term {now}.";
        RefuseVoted { term: u64, vote: NodeId, from: NodeId } "refuse-voted" "§5.2"
            "if votedFor is somebody else: answer no"
            => "Replica {me} refuses its vote to {from}: it has voted for {vote} in term {term}, and has one vote a term.";
        RefuseStaleLog { from: NodeId, index: u64, term: u64, my_index: u64, my_term: u64 } "refuse-stale-log" "§5.4.1"
            "if the candidate's log is less up to date than mine: answer no"
            => "Replica {me} refuses its vote to {from}: that log ends with entry {index} of term {term}, its own with entry {my_index} of term {my_term}.";
        GrantVote { from: NodeId, term: u64 } "grant-vote" "§5.2, §5.4.1"
            "votedFor ← candidate, write; answer yes; restart the timer"
            => "Replica {me} votes for {from} in term {term}: it has not voted for another, and the log of {from} is at least as up to date as its own.";
    }
    "on a vote" {
        IgnoreVote { from: NodeId, kind: &'static str } "ignore-vote" "§5.2"
            "if I ask for it no longer: ignore it"
            => "Replica {me} has no use for the {kind} of {from} any more.";
        LoseVote { from: NodeId, kind: &'static str } "lose-vote" "§5.2"
            "if it is a no: go on without it"
            => "Replica {me} does not get the {kind} of {from}.";
        CountVote { from: NodeId, kind: &'static str, votes: Share } "count-vote" "§5.2"
            "votes ← votes ∪ voter (each counts once)"
            => "Replica {me} has the {kind} of {from}: {votes} by now.";
        #[milestone] BecomeLeader { term: u64, votes: Share } "become-leader" "§5.2"
            "if votes ≥ majority: become leader; nextIndex ← last + 1, matchIndex ← 0 for all"
            => "Replica {me} is elected leader of term {term}: {votes} have voted for it.";
        AppendNoOp { index: u64, term: u64 } "append-no-op" "§8"
            "  (with no-op) append an empty entry of this term"
            => "Replica {me} appends a no-op as entry {index}: once that is committed, so is everything before it.";
    }
    "on election timeout, leader with check-quorum" {
        #[milestone] LoseQuorum { heard: Share } "lose-quorum" "thesis §6.2"
            "if no majority has answered since the last time: become follower"
            => "Replica {me} leads no more: only {heard} have answered it within an election timeout, itself among them.";
    }
    "when asked to hand over" {
        RefuseTransfer { to: NodeId } "refuse-transfer" "thesis §3.10"
            "if the successor has no vote: refuse"
            => "Replica {me} can't hand over to {to}: it has no vote.";
        #[milestone] BeginTransfer { to: NodeId } "begin-transfer" "thesis §3.10"
            "take no more requests; bring the successor's log up to mine"
            => "Replica {me} is to hand over to {to}, and takes no more requests.";
        HoldRequest { id: RequestId, to: NodeId } "hold-request" "thesis §3.10"
            "  (a request that comes meanwhile must wait)"
            => "Replica {me} takes no request while it hands over to {to}: {id} must try again.";
        HandOver { to: NodeId, index: u64 } "hand-over" "thesis §3.10"
            "if its matchIndex is my last: send TimeoutNow"
            => "Replica {me} tells {to} to stand at once: it has the whole log, up to entry {index}.";
        TimeoutNow { from: NodeId } "timeout-now" "thesis §3.10"
            "on TimeoutNow: start an election at once, without a pre-vote"
            => "Replica {me} is told by its leader {from} to stand at once.";
        IgnoreTimeoutNow { from: NodeId } "ignore-timeout-now" "thesis §3.10"
            "  (unless the term is over, or I have no vote)"
            => "Replica {me} does not do as {from} says: it leads itself, has no vote, or the term is over.";
        GiveUpTransfer { to: NodeId } "give-up-transfer" "thesis §3.10"
            "if it is not elected within an election timeout: go on leading"
            => "Replica {me} leads on: {to} was not elected in time.";
    }
    "when asked for other members" {
        BeginChange { id: RequestId } "begin-change" "§6; thesis §4.1; raft-dev 2015"
            "wait until an entry of my term and the change before are committed, and new voters keep pace: have all of a round within an election timeout"
            => "Replica {me} is asked by {id} to change the members.";
        RefuseChange { id: RequestId } "refuse-change" "§6; thesis §4.1"
            "if another change is under way, or nobody would be left: refuse"
            => "Replica {me} refuses {id}: one change at a time, and somebody must have a vote.";
        ResumeChange { id: RequestId } "resume-change" "§6; thesis §4.2.1"
            "if elected again before another leader was heard: go on with the change"
            => "Replica {me} goes on with {id}, which it was asked for before it was deposed.";
        GiveUpChange { id: RequestId, why: &'static str } "give-up-change" "thesis §4.2.1"
            "if that takes ten election timeouts: give up"
            => "Replica {me} gives up {id}: {why}.";
        #[milestone] AppendJoint { index: u64, old: usize, new: usize } "append-joint" "§6"
            "append C_old,new; from here on both majorities are needed"
            => "Replica {me} appends the joint configuration as entry {index}: from now on it needs a majority of the {old} old members and one of the {new} new ones.";
        #[milestone] AppendMembers { index: u64, new: usize } "append-members" "§6; thesis §4.1"
            "append C_new (after C_old,new, when that is committed); it is in force at once"
            => "Replica {me} appends the new configuration as entry {index}: from now on a majority of these {new} decides.";
        #[milestone] LeaveCluster "leave-cluster" "§6; thesis §4.2.2"
            "once C_new is committed, if I am not in it: become follower"
            => "Replica {me} leads no more: the configuration without it is committed.";
    }
    "on heartbeat timeout, leader" {
        SendHeartbeats { term: u64 } "send-heartbeats" "§5.2"
            "send AppendEntries to all others, with what they lack, else empty"
            => "Replica {me} tells the others that it still leads in term {term}.";
    }
    "on a client's request" {
        Redirect { leader: NodeId, id: RequestId } "redirect" "§8"
            "if not leader: name the leader"
            => "Replica {me} does not lead: it tells the client to ask {leader} for {id}.";
        RedirectBlindly { id: RequestId } "redirect-blindly" "§8"
            "  if no leader is known: say so"
            => "Replica {me} does not lead and knows of no leader, so {id} must try again.";
        AnswerAgain { id: RequestId } "answer-again" "§8"
            "if it was applied already: give the same answer again"
            => "Replica {me} has carried out {id} before: it gives the old answer and does nothing twice.";
        AwaitEntry { id: RequestId } "await-entry" "§8"
            "if it is in the log already: wait"
            => "Replica {me} has {id} in its log already; the answer comes when it is committed.";
        AppendCommand { id: RequestId, index: u64, term: u64 } "append-command" "§5.3"
            "append it with the current term, write; send AppendEntries"
            => "Replica {me} appends {id} as entry {index} of term {term}, and sends it to the others.";
    }
    "on a read, leader" {
        BeginReads { batch: u64, index: u64, round: u64 } "begin-reads" "§8; thesis §6.4"
            "once an entry of my term is committed: readIndex ← commitIndex; a round of heartbeats for all reads that wait"
            => "Replica {me} begins round {round} of heartbeats for {batch} reads: they are to see everything up to entry {index}.";
        ReadByIndex { id: RequestId, index: u64 } "read-by-index" "§8; thesis §6.4"
            "if a majority has answered that round, and lastApplied ≥ readIndex: read"
            => "Replica {me} answers {id} from its store: it did lead when entry {index} was the last committed.";
        ReadByLease { id: RequestId, index: u64 } "read-by-lease" "thesis §6.4.1"
            "(by lease) if a majority has answered a round begun less than a lease ago: read at once"
            => "Replica {me} answers {id} from its store at entry {index}: by its clock nobody else can lead yet.";
    }
    "on AppendEntries" {
        RefuseOldLeader { from: NodeId, term: u64, now: u64 } "refuse-old-leader" "§5.1"
            "if term < currentTerm: answer no"
            => "Replica {me} refuses entries of {from}: it led in term {term}, and now is term {now}.";
        IgnoreOtherLeader { from: NodeId, term: u64 } "ignore-other-leader" "§5.2"
            "(two leaders in one term: can't be, but with a bug)"
            => "Replica {me} hears that {from} leads in term {term}, in which it leads itself.";
        YieldToLeader { from: NodeId, term: u64 } "yield-to-leader" "§5.2"
            "if candidate: become follower"
            => "Replica {me} is candidate no more: {from} was elected in term {term}.";
        HearLeader { from: NodeId } "hear-leader" "§5.2"
            "leader ← sender; restart the timer with a new draw"
            => "Replica {me} hears from its leader {from} and waits anew.";
        RefuseShortLog { prev: u64, last: u64 } "refuse-short-log" "§5.3"
            "if no entry at prevLogIndex: answer no, with the end of my log"
            => "Replica {me} can't append behind entry {prev}: its log ends at {last}.";
        RefuseConflict { prev: u64, theirs: u64, mine: u64, first: u64 } "refuse-conflict" "§5.3"
            "if another term at prevLogIndex: answer no, with that term and its first index"
            => "Replica {me} has term {mine} at entry {prev}, not {theirs}: it says that its term {mine} begins at entry {first}.";
        Truncate { index: u64, mine: u64, theirs: u64 } "truncate" "§5.3"
            "if an entry conflicts with a new one: delete it and all that follow"
            => "Replica {me} deletes its log from entry {index} on: it has term {mine} there, the leader has {theirs}.";
        Append { first: u64, last: u64 } "append" "§5.3"
            "append what is not in the log yet, write; answer yes"
            => "Replica {me} appends entries {first} to {last} and writes them to disk before it answers.";
        KnowAlready { last: u64 } "know-already" "§5.3"
            "  what is there already stays as it is"
            => "Replica {me} has these entries up to {last} already, and leaves its log as it is.";
        FollowCommit { index: u64 } "follow-commit" "§5.3"
            "commitIndex ← min(leaderCommit, index of last new entry)"
            => "Replica {me} learns that entries up to {index} are committed.";
    }
    "on an answer to AppendEntries, leader" {
        IgnoreAnswer { from: NodeId } "ignore-answer" "§5.3"
            "if no longer leader, or outdated: ignore it"
            => "Replica {me} has no use for this answer of {from}: things have moved on.";
        BackOff { from: NodeId, next: u64 } "back-off" "§5.3"
            "if no: nextIndex ← behind the conflicting term; try again"
            => "Replica {me} steps back: it will send {from} its log from entry {next} on.";
        HearFollower { from: NodeId, index: u64 } "hear-follower" "§5.3"
            "if yes: matchIndex ← last entry sent, nextIndex ← matchIndex + 1"
            => "Replica {me} knows that the log of {from} agrees with its own up to entry {index}.";
        LackQuorum { index: u64, copies: Share } "lack-quorum" "§5.3"
            "if N > commitIndex is not on a majority yet: wait"
            => "Replica {me} can't commit entry {index} yet: only {copies} have it.";
        SpareOldTerm { index: u64, term: u64, now: u64 } "spare-old-term" "§5.4.2"
            "if log[N].term ≠ currentTerm: don't count replicas for it"
            => "Replica {me} does not commit entry {index} although a majority has it: it is of term {term}, and only entries of its own term {now} are committed by counting.";
        #[milestone] Commit { index: u64, copies: Share } "commit" "§5.3, §5.4.2"
            "if log[N].term = currentTerm and matchIndex ≥ N on a majority: commitIndex ← N"
            => "Replica {me} commits everything up to entry {index}: {copies} have it on disk, and it is of the current term.";
    }
    "log compaction" {
        TakeSnapshot { index: u64, term: u64 } "take-snapshot" "§7, Figure 12"
            "after so many applied entries: write the state as of lastApplied, delete the log up to there"
            => "Replica {me} takes a snapshot: it stands for all entries up to {index} of term {term}, which it deletes.";
        SendSnapshot { to: NodeId, index: u64 } "send-snapshot" "§7"
            "leader: if the entry at nextIndex is deleted: send InstallSnapshot"
            => "Replica {me} has deleted what {to} needs next: it sends its snapshot up to entry {index}.";
        KnowSnapshot { index: u64 } "know-snapshot" "§7, Figure 13"
            "on InstallSnapshot: if all of it is committed here: leave everything as it is"
            => "Replica {me} has everything up to entry {index} already.";
        #[milestone] InstallSnapshot { from: NodeId, index: u64, term: u64 } "install-snapshot" "§7, Figure 13"
            "else write it; keep the log behind its last entry if that is in it, else delete all; load its state"
            => "Replica {me} takes over the snapshot of {from}, up to entry {index} of term {term}.";
        Reload { index: u64 } "reload" "§7"
            "on restart: load the state from the snapshot"
            => "Replica {me} has its state as of entry {index} from its snapshot.";
    }
    "when a known bug is switched on" {
        GrantUnchecked { from: NodeId, term: u64 } "grant-unchecked" "bug; §5.4.1"
            "votedFor ← candidate, though its log is less up to date than mine"
            => "Replica {me} votes for {from} in term {term} although the log of {from} lacks entries that its own holds: the check is switched off.";
        #[milestone] CommitOldTerm { index: u64, copies: Share, term: u64 } "commit-old-term" "bug; §5.4.2"
            "commitIndex ← N by counting, though log[N].term is an older one"
            => "Replica {me} commits everything up to entry {index}: {copies} have it on disk. But it is of the older term {term}: the check is switched off.";
        #[milestone] ReadUnconfirmed { id: RequestId } "read-unconfirmed" "bug; §8"
            "read at once, without a round of heartbeats"
            => "Replica {me} answers {id} from its store without asking whether it leads still: the check is switched off.";
        #[milestone] LoseDisk { term: u64 } "lose-disk" "bug; §5"
            "on restart: begin with a blank disk"
            => "Replica {me} restarts with a blank disk: it has forgotten term {term}, its vote and its log.";
    }
    "when commitIndex > lastApplied" {
        Apply { index: u64 } "apply" "§5.3"
            "apply log[lastApplied + 1] to the state machine; the leader answers the client"
            => "Replica {me} applies entry {index} to its store.";
        SkipRepeat { index: u64, id: RequestId } "skip-repeat" "§8"
            "  (a request that was applied before is not applied again)"
            => "Replica {me} does not apply entry {index}: {id} was applied before.";
    }
    "on restart" {
        Recover { term: u64, last: u64, known: &'static str } "recover" "§5, Figure 2"
            "read currentTerm, votedFor, log; commitIndex ← 0, lastApplied ← 0; wait as follower"
            => "Replica {me} starts as a follower in term {term}, with its log up to entry {last}; {known} known to be committed.";
    }
    "client" {
        Ask { id: RequestId, to: NodeId } "ask" "§8"
            "send the request, with its serial number, to the leader I know"
            => "Client {me} sends {id} to replica {to}.";
        Queue { id: RequestId } "queue" "§8"
            "  (one request at a time: the next waits)"
            => "Client {me} keeps {id} until the request before it is answered.";
        AskLeader { id: RequestId, to: NodeId } "ask-leader" "§8"
            "if told who leads: ask there"
            => "Client {me} is told that {to} leads, and sends {id} there.";
        AwaitLeader { id: RequestId } "await-leader" "§8"
            "if nobody leads: wait for the retry timer"
            => "Client {me} waits a while before it tries {id} again: nobody whom it has been told of leads.";
        AskAnother { id: RequestId, to: NodeId } "ask-another" "§8"
            "on retry timeout: ask another, with the same serial number"
            => "Client {me} has no answer to {id}: it tries replica {to}.";
        IgnoreReply { id: RequestId } "ignore-reply" "§8"
            "if the answer is to an earlier request: ignore it"
            => "Client {me} needs no further answer to {id}.";
        Satisfied { id: RequestId, from: NodeId } "satisfied" "§8"
            "if done: tell the person; send the next request"
            => "Client {me} has its answer to {id} from {from}.";
    }
    "leader, when answers come late or batches out of order" {
        IgnoreLateRefusal { from: NodeId, matched: u64 } "ignore-late-refusal" "§5.3"
            "a refusal of what matchIndex covers, sent before that was known: ignore"
            => "Leader {me} ignores a late refusal from {from}: since then, {from} has acknowledged everything up to entry {matched}.";
        ForgetMatch { from: NodeId, matched: u64, next: u64 } "forget-match" "beyond the paper, whose disks are never lost"
            "a refusal of what was sent after matchIndex was known: matchIndex ← 0"
            => "Leader {me} sees that {from} has lost entries up to {matched}, which it had acknowledged: its disk must be gone. It sends them again, from entry {next}.";
        NarrowPipeline { from: NodeId, next: u64 } "narrow-pipeline" "thesis §10.2.1"
            "a batch overtook another: go back to nextIndex, with one batch under way, then more"
            => "Replica {from} refuses entries that came before those in front of them. Leader {me} goes back to entry {next} and sends fewer batches at a time.";
    }
}
