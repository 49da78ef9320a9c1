//! The lines of the paper that the handlers carry out: where each comes from, and one sentence a person can read.

use crate::kernel::descriptor::rules::{Many, Say, Sentence};
use crate::kernel::{NodeId, RequestId};

use super::configuration::JointCount;

/// Another replica, or the one that the sentence is about.
struct Whom(NodeId);

impl Say for Whom {
    fn say(self, to: &mut Sentence) {
        if to.is_about(self.0) { to.text("itself") } else { to.show(&format_args!("replica {}", self.0)) }
    }
}

crate::rules! {
    "on any message" {
        AdoptTerm { term: u64, old: u64, from: NodeId } "adopt-term" "§5.1"
            "if its term > currentTerm: currentTerm ← term, votedFor ← none, write, become follower"
            => "Replica {me} moves from term {old} to term {term}: a message from replica {from} shows that term {term} has begun.";
        StepDown { term: u64 } "step-down" "§5.1"
            "  if it was leader or candidate: give that up"
            => "Replica {me} becomes a follower again: term {term} is newer than its own.";
        IgnoreOldReply { term: u64, now: u64, from: NodeId } "ignore-old-reply" "§5.1"
            "if an answer is of an older term: ignore it"
            => "Replica {me} ignores an answer from replica {from}: the answer belongs to term {term}, and it is term {now} now.";
    }
    "on election timeout, with pre-vote" {
        StartPreVote { term: u64 } "start-pre-vote" "thesis §9.6"
            "become pre-candidate; ask all other voters whether they would vote for me in currentTerm + 1"
            => "Replica {me} has heard from no leader for too long: it asks whether it would be elected in term {term}, without starting that term yet.";
        GrantPreVote { from: NodeId, term: u64 } "grant-pre-vote" "thesis §9.6"
            "answer yes if I would vote that way and hear no leader; write nothing, adopt no term"
            => "Replica {me} would vote for replica {from} in term {term}, and says so.";
        RefusePreVote { from: NodeId, term: u64, why: &'static str } "refuse-pre-vote" "thesis §9.6"
            "answer no if I lead, or have heard from a leader within the minimum election timeout"
            => "Replica {me} would not vote for replica {from} in term {term}: it {why}.";
    }
    "on election timeout" {
        NotMember "not-member" "§6; thesis §4.2.2"
            "if not a voting member: keep waiting"
            => "Replica {me} has heard from no leader for too long, but it is not a voting member, so it does not stand for election.";
        #[milestone] StartElection { term: u64, why: &'static str } "start-election" "§5.2"
            "currentTerm ← currentTerm + 1, votedFor ← me, write; become candidate"
            => "Replica {me} {why}: it stands for election in term {term} and votes for itself.";
        AskForVotes { index: u64, term: u64 } "ask-for-votes" "§5.2"
            "restart the timer with a new random time; send RequestVote to all other voters"
            => "Replica {me} asks the other voters for their votes. Its log ends with entry {index} of term {term}.",
               "Replica {me} asks the other voters for their votes. Its log is empty." if index == 0;
    }
    "on RequestVote" {
        Disregard { from: NodeId, term: u64, why: &'static str } "disregard" "§6; thesis §4.2.3"
            "(with check-quorum) if I lead, or have heard from a leader within the minimum election timeout: ignore it"
            => "Replica {me} ignores the vote request of replica {from} for term {term}: it {why}.";
        RefuseOldTerm { term: u64, now: u64, from: NodeId } "refuse-old-term" "§5.1"
            "if term < currentTerm: answer no"
            => "Replica {me} refuses to vote for replica {from}: term {term} is over, and it is term {now} now.";
        RefuseVoted { term: u64, vote: NodeId, from: NodeId } "refuse-voted" "§5.2"
            "if votedFor is somebody else: answer no"
            => "Replica {me} refuses to vote for replica {from}: it has already voted for {whom} in term {term}, and it has one vote per term."
               with { term, whom: Whom(vote), from };
        RefuseStaleLog { from: NodeId, index: u64, term: u64, my_index: u64, my_term: u64 } "refuse-stale-log" "§5.4.1"
            "if the candidate's log is less up to date than mine: answer no"
            => "Replica {me} refuses to vote for replica {from}: its own log ends with entry {my_index} of term {my_term} and is newer than the candidate's, which ends with entry {index} of term {term}.",
               "Replica {me} refuses to vote for replica {from}: its own log ends with entry {my_index} of term {my_term}, and the candidate's log is empty." if index == 0;
        GrantVote { from: NodeId, term: u64 } "grant-vote" "§5.2, §5.4.1"
            "votedFor ← candidate, write; answer yes; restart the timer"
            => "Replica {me} votes for replica {from} in term {term}: it has voted for no other replica in that term, and the candidate's log is at least as up to date as its own.";
    }
    "on a vote" {
        IgnoreVote { from: NodeId, kind: &'static str } "ignore-vote" "§5.2"
            "if I no longer ask for it: ignore it"
            => "Replica {me} ignores the {kind} of replica {from}: it is no longer asking for one.";
        LoseVote { from: NodeId, kind: &'static str } "lose-vote" "§5.2"
            "if it is a no: continue without it"
            => "Replica {me} does not get the {kind} of replica {from}.";
        CountVote { from: NodeId, kind: &'static str, votes: JointCount } "count-vote" "§5.2"
            "votes ← votes ∪ voter (each counts once)"
            => "Replica {me} gets the {kind} of replica {from} and now has {votes}.";
        #[milestone] BecomeLeader { term: u64, votes: JointCount } "become-leader" "§5.2"
            "if votes ≥ majority: become leader; nextIndex ← last + 1, matchIndex ← 0 for all"
            => "Replica {me} is elected leader of term {term} with the votes of {votes}.";
        AppendNoOp { index: u64, term: u64 } "append-no-op" "§8"
            "  (with no-op) append an empty entry of this term"
            => "Replica {me} appends an empty entry (a no-op) as entry {index}: committing it will commit everything before it, too.";
    }
    "on election timeout, leader with check-quorum" {
        #[milestone] LoseQuorum { heard: JointCount } "lose-quorum" "thesis §6.2"
            "if no majority has answered since the last time: become follower"
            => "Replica {me} stops leading: counting itself, it has heard from only {heard} within an election timeout.";
    }
    "when asked to hand over" {
        RefuseTransfer { to: NodeId } "refuse-transfer" "thesis §3.10"
            "if the successor has no vote: refuse"
            => "Replica {me} can't hand its leadership over to replica {to}, which is not a voting member.";
        #[milestone] BeginTransfer { to: NodeId } "begin-transfer" "thesis §3.10"
            "take no more requests; bring the successor's log up to mine"
            => "Replica {me} starts handing its leadership over to replica {to} and takes no more requests.";
        HoldRequest { id: RequestId, to: NodeId } "hold-request" "thesis §3.10"
            "  (a request that comes meanwhile must wait)"
            => "Replica {me} does not take request {id} while it is handing its leadership over to replica {to}: the client must try again.";
        HandOver { to: NodeId, index: u64 } "hand-over" "thesis §3.10"
            "if its matchIndex is my last: send TimeoutNow"
            => "Replica {me} tells replica {to} to stand for election at once: replica {to} has confirmed the whole log, up to entry {index}.";
        TimeoutNow { from: NodeId } "timeout-now" "thesis §3.10"
            "on TimeoutNow: start an election at once, without a pre-vote"
            => "Replica {me} is told by leader {from} to stand for election at once.";
        IgnoreTimeoutNow { from: NodeId } "ignore-timeout-now" "thesis §3.10"
            "  (unless the term is over, or I have no vote)"
            => "Replica {me} ignores the message from replica {from} that tells it to stand for election: it already leads, has no vote, or the message is from an old term.";
        GiveUpTransfer { to: NodeId } "give-up-transfer" "thesis §3.10"
            "if it is not elected within an election timeout: continue to lead"
            => "Replica {me} continues to lead: replica {to} was not elected in time.";
    }
    "when asked for other members" {
        BeginChange { id: RequestId } "begin-change" "§6; thesis §4.1; raft-dev 2015"
            "wait until an entry of my term and the previous change are committed, and new voters keep up: they get all of a round within an election timeout"
            => "Replica {me} is asked by request {id} to change the members of the cluster.";
        RefuseChange { id: RequestId } "refuse-change" "§6; thesis §4.1"
            "if another change is in progress, or no voter would be left: refuse"
            => "Replica {me} refuses request {id}: only one change of members can be in progress, and at least one voter must remain.";
        ResumeChange { id: RequestId } "resume-change" "§6; thesis §4.2.1"
            "if elected again before another leader was heard: continue the change"
            => "Replica {me} continues the change of members of request {id}, which it was asked for when it led before.";
        GiveUpChange { id: RequestId, why: &'static str } "give-up-change" "thesis §4.2.1"
            "if that takes ten election timeouts: give up"
            => "Replica {me} gives up the change of members of request {id}: {why}.";
        #[milestone] AppendJoint { index: u64, old: usize, new: usize } "append-joint" "§6"
            "append C_old,new; from here on both majorities are needed"
            => "Replica {me} appends the joint configuration as entry {index}: from now on it needs a majority of the old members ({old}) and a majority of the new ones ({new}).";
        #[milestone] AppendMembers { index: u64, new: usize } "append-members" "§6; thesis §4.1"
            "append C_new (after C_old,new, when that is committed); it is in force at once"
            => "Replica {me} appends the new configuration as entry {index}: from now on a majority of its {new} decides."
               with { index, new: Many(new as u64, "voting member") };
        #[milestone] LeaveCluster "leave-cluster" "§6; thesis §4.2.2"
            "once C_new is committed, if I am not in it: become follower"
            => "Replica {me} stops leading: the new configuration is committed, and replica {me} is not in it.";
    }
    "on heartbeat timeout, leader" {
        SendHeartbeats { term: u64 } "send-heartbeats" "§5.2"
            "send AppendEntries to all others, with what they lack, else empty"
            => "Replica {me} sends heartbeats to the others: it leads in term {term}.";
    }
    "on a client's request" {
        Redirect { leader: NodeId, id: RequestId } "redirect" "§8"
            "if not leader: name the leader"
            => "Replica {me} is not the leader: it tells the client of request {id} to ask replica {leader}.";
        RedirectBlindly { id: RequestId } "redirect-blindly" "§8"
            "  if no leader is known: say so"
            => "Replica {me} is not the leader and knows of no leader, so the client of request {id} must try again.";
        AnswerAgain { id: RequestId } "answer-again" "§8"
            "if it was applied already: give the same answer again"
            => "Replica {me} has carried out request {id} before: it sends the old answer again and does nothing twice.";
        AwaitEntry { id: RequestId } "await-entry" "§8"
            "if it is in the log already: wait"
            => "Replica {me} has request {id} in its log already and will answer it once it is committed.";
        AppendCommand { id: RequestId, index: u64, term: u64 } "append-command" "§5.3"
            "append it with the current term, write; send AppendEntries"
            => "Replica {me} appends request {id} to its log as entry {index} of term {term} and sends it to the others.";
    }
    "on a read, leader" {
        BeginReads { batch: u64, index: u64, round: u64 } "begin-reads" "§8; thesis §6.4"
            "once an entry of my term is committed: readIndex ← commitIndex; a round of heartbeats for all reads that wait"
            => "Replica {me} sends round {round} of heartbeats for {reads}, which must see everything up to entry {index}."
               with { round, reads: Many(batch, "read"), index };
        ReadByIndex { id: RequestId, index: u64 } "read-by-index" "§8; thesis §6.4"
            "if a majority has answered that round, and lastApplied ≥ readIndex: read"
            => "Replica {me} answers read {id} from its store, which includes entry {index}: a majority has confirmed its leadership since the read arrived."
               so "no other leader had committed anything newer when the read arrived" by "linearizability";
        ReadByLease { id: RequestId, index: u64 } "read-by-lease" "thesis §6.4.1"
            "(by lease) if a majority has answered a round that began less than a lease ago: read at once"
            => "Replica {me} answers read {id} from its store, which includes entry {index}: by its own clock its lease has not run out.";
    }
    "on AppendEntries" {
        RefuseOldLeader { from: NodeId, term: u64, now: u64 } "refuse-old-leader" "§5.1"
            "if term < currentTerm: answer no"
            => "Replica {me} refuses a message from replica {from}: it is from the leader of term {term}, and it is term {now} now.";
        IgnoreOtherLeader { from: NodeId, term: u64 } "ignore-other-leader" "§5.2"
            "(two leaders in one term: only with a bug, a liar or a lost disk)"
            => "Replica {me} is the leader of term {term} and ignores replica {from}, which claims to lead in the same term.";
        YieldToLeader { from: NodeId, term: u64 } "yield-to-leader" "§5.2"
            "if candidate: become follower"
            => "Replica {me} becomes a follower: replica {from} leads in term {term}.";
        HearLeader { from: NodeId } "hear-leader" "§5.2"
            "leader ← sender; restart the timer with a new random time"
            => "Replica {me} hears from leader {from} and restarts its election timer.";
        RefuseShortLog { prev: u64, last: u64 } "refuse-short-log" "§5.3"
            "if no entry at prevLogIndex: answer no, with the end of my log"
            => "Replica {me} can't append after entry {prev}: its log ends with entry {last}.",
               "Replica {me} can't append after entry {prev}: its log is empty." if last == 0;
        RefuseConflict { prev: u64, theirs: u64, mine: u64, first: u64 } "refuse-conflict" "§5.3"
            "if another term at prevLogIndex: answer no, with that term and its first index"
            => "Replica {me} has another entry {prev} than the leader: it is of term {mine} here and of term {theirs} there. It answers that its entries of term {mine} begin with entry {first}.";
        Truncate { index: u64, mine: u64, theirs: u64 } "truncate" "§5.3"
            "if an entry conflicts with a new one: delete it and all that follow"
            => "Replica {me} deletes its log from entry {index} on: that entry is of term {mine} here and of term {theirs} at the leader.";
        Append { first: u64, last: u64 } "append" "§5.3"
            "append what is not in the log yet, write; answer yes"
            => "Replica {me} appends entries {first} to {last} and writes them to disk before it answers.",
               "Replica {me} appends entry {first} and writes it to disk before it answers." if first == last;
        KnowAlready { last: u64 } "know-already" "§5.3"
            "  what is there already stays as it is"
            => "Replica {me} already has these entries, up to entry {last}, and leaves its log as it is.";
        FollowCommit { index: u64 } "follow-commit" "§5.3"
            "commitIndex ← min(leaderCommit, index of last new entry)"
            => "Replica {me} learns that everything up to entry {index} is committed.";
    }
    "on an answer to AppendEntries, leader" {
        IgnoreAnswer { from: NodeId } "ignore-answer" "§5.3"
            "if no longer leader, or the answer is outdated: ignore it"
            => "Replica {me} ignores an answer from replica {from}: it is outdated.";
        BackOff { from: NodeId, next: u64 } "back-off" "§5.3"
            "if no: nextIndex ← behind the conflicting term; try again"
            => "Replica {me} goes back in its log: it will send replica {from} everything from entry {next} on.";
        HearFollower { from: NodeId, index: u64 } "hear-follower" "§5.3"
            "if yes: matchIndex ← last entry sent, nextIndex ← matchIndex + 1"
            => "Replica {me} hears from replica {from} that their logs agree up to entry {index}.";
        LackQuorum { index: u64, copies: JointCount } "lack-quorum" "§5.3"
            "if N > commitIndex is not on a majority yet: wait"
            => "Replica {me} can't commit entry {index} yet: it has been confirmed by only {copies}.";
        SpareOldTerm { index: u64, term: u64, now: u64 } "spare-old-term" "§5.4.2"
            "if log[N].term ≠ currentTerm: don't count replicas for it"
            => "Replica {me} does not commit entry {index} although a majority has it: the entry is of term {term}, and a leader counts copies only for entries of its own term, {now}.";
        #[milestone] Commit { index: u64, copies: JointCount } "commit" "§5.3, §5.4.2"
            "if log[N].term = currentTerm and matchIndex ≥ N on a majority: commitIndex ← N"
            => "Replica {me} commits everything up to entry {index}: it has been confirmed by {copies} and is of the current term.";
    }
    "log compaction" {
        TakeSnapshot { index: u64, term: u64 } "take-snapshot" "§7, Figure 12"
            "after so many applied entries: write the state at lastApplied to disk, delete the log up to there"
            => "Replica {me} takes a snapshot, which replaces its log up to entry {index} of term {term}.";
        SendSnapshot { to: NodeId, index: u64 } "send-snapshot" "§7"
            "leader: if the entry at nextIndex is deleted: send InstallSnapshot"
            => "Replica {me} has deleted the entries that replica {to} needs next: it sends its snapshot, which covers everything up to entry {index}.";
        KnowSnapshot { index: u64 } "know-snapshot" "§7, Figure 13"
            "on InstallSnapshot: if all of it is committed here already: leave everything as it is"
            => "Replica {me} already has everything up to entry {index} and does not need the snapshot.";
        #[milestone] InstallSnapshot { from: NodeId, index: u64, term: u64 } "install-snapshot" "§7, Figure 13"
            "else write it; keep the log after its last entry if the log has that entry, else delete all; load its state"
            => "Replica {me} installs the snapshot of replica {from}, which covers everything up to entry {index} of term {term}.";
        Reload { index: u64 } "reload" "§7"
            "on restart: load the state from the snapshot"
            => "Replica {me} loads its state, up to entry {index}, from its snapshot.";
    }
    "when a known bug is switched on" {
        GrantUnchecked { from: NodeId, term: u64 } "grant-unchecked" "bug; §5.4.1"
            "votedFor ← candidate, though its log is less up to date than mine"
            => "Replica {me} votes for replica {from} in term {term} although the candidate's log is less up to date than its own: that check is switched off.";
        #[milestone] CommitOldTerm { index: u64, copies: JointCount, term: u64 } "commit-old-term" "bug; §5.4.2"
            "commitIndex ← N by counting, though log[N].term is an older one"
            => "Replica {me} commits everything up to entry {index}, which has been confirmed by {copies} but is of an older term, {term}: that check is switched off.";
        #[milestone] ReadUnconfirmed { id: RequestId } "read-unconfirmed" "bug; §8"
            "read at once, without a round of heartbeats"
            => "Replica {me} answers read {id} from its store without checking that it still leads: that check is switched off.";
        #[milestone] LoseDisk { term: u64 } "lose-disk" "bug; §5"
            "on restart: begin with a blank disk"
            => "Replica {me} restarts with an empty disk: it has forgotten term {term}, its vote and its log.";
    }
    "when commitIndex > lastApplied" {
        Apply { index: u64 } "apply" "§5.3"
            "apply log[lastApplied + 1] to the state machine; the leader answers the client"
            => "Replica {me} applies entry {index} to its store.";
        SkipRepeat { index: u64, id: RequestId } "skip-repeat" "§8"
            "  (a request that was applied before is not applied again)"
            => "Replica {me} does not apply entry {index}: request {id} was applied before.";
    }
    "on restart" {
        Recover { term: u64, last: u64, known: &'static str } "recover" "§5, Figure 2"
            "read currentTerm, votedFor, log; commitIndex ← 0, lastApplied ← 0; wait as follower"
            => "Replica {me} starts as a follower in term {term}. Its log ends with entry {last}; {known} known to be committed.",
               "Replica {me} starts as a follower in term {term} with an empty log." if last == 0;
    }
    "client" {
        Ask { id: RequestId, to: NodeId } "ask" "§8"
            "send the request, with its serial number, to the leader I know"
            => "Client {me} sends request {id} to replica {to}.";
        Queue { id: RequestId } "queue" "§8"
            "  (one request at a time: the next waits)"
            => "Client {me} keeps request {id} until the one before it is answered.";
        AskLeader { id: RequestId, to: NodeId } "ask-leader" "§8"
            "if told who leads: ask there"
            => "Client {me} is told that replica {to} leads, and sends request {id} there.";
        AwaitLeader { id: RequestId } "await-leader" "§8"
            "if nobody leads: wait for the retry timer"
            => "Client {me} waits a while before it sends request {id} again: no replica that it knows of leads.";
        AskAnother { id: RequestId, to: NodeId } "ask-another" "§8"
            "on retry timeout: ask another, with the same serial number"
            => "Client {me} has no answer to request {id} yet and tries replica {to}.";
        IgnoreReply { id: RequestId } "ignore-reply" "§8"
            "if the answer is to an earlier request: ignore it"
            => "Client {me} ignores a reply: it already has its answer to request {id}.";
        Satisfied { id: RequestId, from: NodeId } "satisfied" "§8"
            "if done: tell the person; send the next request"
            => "Client {me} gets its answer to request {id} from replica {from}.";
    }
    "leader, when answers come late or batches out of order" {
        IgnoreLateRefusal { from: NodeId, matched: u64 } "ignore-late-refusal" "§5.3"
            "a refusal of what matchIndex covers, sent before that was known: ignore"
            => "Leader {me} ignores a late refusal from replica {from}, which has acknowledged everything up to entry {matched} since.";
        ForgetMatch { from: NodeId, matched: u64, next: u64 } "forget-match" "beyond the paper, whose disks are never lost"
            "a refusal of what was sent after matchIndex was known: matchIndex ← 0"
            => "Leader {me} sees that replica {from} no longer has what it acknowledged, up to entry {matched}: it must have lost its disk. The leader sends the log again, from entry {next} on.";
        NarrowPipeline { from: NodeId, next: u64 } "narrow-pipeline" "thesis §10.2.1"
            "a batch overtook another: go back to nextIndex, with one batch under way, then more"
            => "Replica {from} refuses entries that have overtaken the ones before them. Leader {me} goes back to entry {next} and sends fewer batches at a time.";
    }
}
