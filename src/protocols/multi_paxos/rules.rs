//! The lines of Paxos Made Moderately Complex (van Renesse, Altinbuken 2015) that the code carries out, as pseudo-code and as
//! sentences.

use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;
use crate::protocols::ballot::Ballot;

const REPLICA: &str = "Paxos Made Moderately Complex §2.1";
const ACCEPTOR: &str = "Paxos Made Moderately Complex §2.3, acceptor";
const COMMANDER: &str = "Paxos Made Moderately Complex §2.3, commander";
const SCOUT: &str = "Paxos Made Moderately Complex §2.3, scout";
const LEADER: &str = "Paxos Made Moderately Complex §2.4";
const LIVE: &str = "Paxos Made Moderately Complex §3";
const READS: &str = "Paxos Made Moderately Complex §4.5";
const LEARN: &str = "Paxos Made Simple §3";
const BUG: &str = "a bug switch";

crate::rules! {
    "replica, at its start" {
        Start "start" LIVE
            "wait for a leader"
            => "Replica {me} starts, and waits to hear from a leader.";
        Recover { promised: Ballot, slots: u64 } "recover" ACCEPTOR
            "after a crash: ballot_num and accepted are on disk; what is decided must be learned again"
            => "Replica {me} is back. Its disk says that it has promised ballot {promised} and accepted something in {count}, but not what is decided."
               with { promised, count: Many(slots, "slot") };
        LoseDisk "lose-disk" "a bug switch; Michael et al. 2017"
            "bug: come back with a blank disk, under the same name"
            => "Replica {me} is back with a blank disk, and acts as if it had promised and accepted nothing: a bug is switched on.";
    }
    "replica, on a request" {
        Forward { id: RequestId, leader: NodeId } "forward" REPLICA
            "if another leads: pass it on to the leader"
            => "Replica {me} does not lead: it passes request {id} on to replica {leader}.";
        NoLeader { id: RequestId } "no-leader" REPLICA
            "if nobody is known to lead: keep it"
            => "Replica {me} knows of no leader, and keeps request {id} until it hears from one.";
        AnswerAgain { id: RequestId } "answer-again" REPLICA
            "if it was executed: reply again"
            => "Replica {me} has executed request {id} already and answers again.";
        OldRequest { id: RequestId } "old-request" REPLICA
            "if this client has asked for something later: nothing"
            => "Replica {me} ignores request {id}: its client has moved on.";
        ReadLocally { id: RequestId } "read-locally" BUG
            "bug: answer a get from the own store"
            => "Replica {me} answers request {id} from its own store, and asks nobody whether that is up to date: a bug is switched on.";
    }
    "leader, on a request" {
        #[milestone] Propose { slot: u64, what: ShortWord, ballot: Ballot } "propose" COMMANDER
            "slot_in: the next free slot; send accept(ballot, slot, command) to all, with no phase 1"
            => "Replica {me} leads, so it needs no new promises: it asks all to accept {what} in slot {slot}, in ballot {ballot}."
               so "nobody else can propose anything for slot {slot} in this ballot" by "one-value-per-ballot";
        AlreadyProposed "already-proposed" REPLICA
            "if it is in a slot already: nothing"
            => "Replica {me} has already proposed what it is asked for.";
        WindowFull { slot: u64 } "window-full" REPLICA
            "if slot_in = slot_out + WINDOW: wait"
            => "Replica {me} lets a request wait: too many slots before slot {slot} are open.";
        AskStillLeads "ask-still-leads" READS
            "a read takes no slot: ask all whether the ballot is still the highest"
            => "Replica {me} is asked to read. It will answer from its store, once a quorum has confirmed that it still leads.";
        #[milestone] ReadByQuorum { id: RequestId } "read-by-quorum" READS
            "when a quorum has answered, and all that was found in phase 1 is executed: reply"
            => "Replica {me} answers request {id} from its store: a quorum has confirmed that it still leads."
               so "nothing was decided behind its back" by "linearizability";
        #[milestone] ReadByLease { id: RequestId } "read-by-lease" READS
            "if a quorum has granted a lease that has not run out: reply at once"
            => "Replica {me} answers request {id} from its store at once: its lease has not run out."
               so "nobody else can lead meanwhile" by "linearizability";
    }
    "scout, phase 1a" {
        #[milestone] Prepare { ballot: Ballot, slot: u64 } "prepare" SCOUT
            "no sign of a leader: ballot ← higher than any it has seen; send prepare to all, once for all slots"
            => "Replica {me} hears from no leader and starts ballot {ballot}: it asks all to promise it, for slot {slot} and all that come.";
    }
    "acceptor, phase 1b" {
        Promise { ballot: Ballot, slot: u64, accepted: u64 } "promise" ACCEPTOR
            "if ballot ≥ ballot_num: ballot_num ← ballot, on disk; reply with all that it has accepted"
            => "Replica {me} promises ballot {ballot} for all slots, and tells what it has accepted from slot {slot} on: {count}."
               with { ballot, slot, count: Many(accepted, "command") },
               "Replica {me} promises ballot {ballot} for all slots. It has accepted nothing from slot {slot} on." if accepted == 0;
        RefusePrepare { ballot: Ballot, promised: Ballot } "refuse-prepare" ACCEPTOR
            "else: reply with ballot_num"
            => "Replica {me} refuses ballot {ballot}: it has already promised ballot {promised}.";
        KeepLease { ballot: Ballot } "keep-lease" READS
            "if it has granted a lease that has not run out: nothing"
            => "Replica {me} does not answer ballot {ballot}: it has granted its leader a lease that has not run out.";
    }
    "scout, on a promise" {
        CountPromise { from: NodeId, ballot: Ballot, have: u16, need: u16 } "count-promise" SCOUT
            "on a promise for its ballot: count the acceptor, once; keep by slot what was accepted in the highest ballot"
            => "Replica {me} has the promise of replica {from} for ballot {ballot}: {have} of {need}.";
        LatePromise { from: NodeId, ballot: Ballot } "late-promise" SCOUT
            "if it waits for no promise of this ballot: nothing"
            => "Replica {me} no longer waits for promises of ballot {ballot}.";
        #[milestone] Lead { ballot: Ballot, next: u64 } "lead" LEADER
            "when enough have promised: adopted; lead"
            => "Replica {me} leads in ballot {ballot}, for every slot: its next free slot is slot {next}."
               so "nobody can choose anything in a lower ballot any more" by "one-chosen-value";
        #[milestone] ProposeFound { slot: u64, what: ShortWord, found: Ballot } "propose-found" LEADER
            "proposals ← proposals ◁ pmax(pvalues): where a promise tells of an entry, propose it again"
            => "Replica {me} must propose {what} for slot {slot}: among those who promised, it was accepted there in the highest ballot, {found}."
               so "if anything was chosen for slot {slot} before, it is this" by "one-chosen-value";
        #[milestone] FillHole { slot: u64 } "fill-hole" LEARN
            "below the last slot found, where no promise tells of anything: propose a no-op"
            => "Replica {me} proposes a no-op for slot {slot}: no promise tells of anything there, and later slots must not wait for it.";
        NoOpOver { slot: u64, what: ShortWord, found: Ballot } "no-op-over" BUG
            "bug: propose a no-op wherever it does not know what is decided"
            => "Replica {me} proposes a no-op for slot {slot}, although {what} was accepted there in ballot {found}: a bug is switched on.";
    }
    "acceptor, phase 2b" {
        Accept { ballot: Ballot, slot: u64, what: ShortWord } "accept" ACCEPTOR
            "if ballot ≥ ballot_num: ballot_num ← ballot, accepted[slot] ← (ballot, entry), on disk; reply accepted"
            => "Replica {me} accepts {what} in slot {slot}, in ballot {ballot}.";
        RefuseAccept { ballot: Ballot, slot: u64, promised: Ballot } "refuse-accept" ACCEPTOR
            "else: reply with ballot_num"
            => "Replica {me} accepts nothing in ballot {ballot}, slot {slot}: it has promised ballot {promised}.";
        AcceptDespite { ballot: Ballot, slot: u64, what: ShortWord, promised: Ballot } "accept-despite" BUG
            "bug: a promise covers only the slots in which the acceptor had accepted something"
            => "Replica {me} accepts {what} in slot {slot}, in ballot {ballot}, although it has promised ballot {promised}: a bug is switched on.";
    }
    "commander, on accepted" {
        CountAccepted { from: NodeId, slot: u64, have: u16, need: u16 } "count-accepted" COMMANDER
            "on accepted for its ballot: count the acceptor, once"
            => "Replica {me} knows that replica {from} has accepted its entry in slot {slot}: {have} of {need}.";
        LateAccepted { from: NodeId, slot: u64 } "late-accepted" COMMANDER
            "if the slot is not open: nothing"
            => "Replica {me} no longer waits for slot {slot}.";
        #[milestone] Chosen { slot: u64, what: ShortWord, ballot: Ballot } "chosen" COMMANDER
            "when enough have accepted: send decided(slot, entry) to all"
            => "Replica {me} learns that {what} is chosen for slot {slot}, and tells all."
               so "no other entry can be chosen for it any more" by "one-chosen-value";
        SendAgain { slot: u64, what: ShortWord } "send-again" "beyond the paper, where nothing is lost"
            "while a slot stays open: with each heartbeat, send accept again to all who have not answered"
            => "Replica {me} still needs answers for slot {slot}, and sends {what} again.";
    }
    "leader, on a higher ballot" {
        #[milestone] Preempted { ballot: Ballot, higher: Ballot } "preempted" LEADER
            "on a ballot that is higher than its own: stop leading; wait for that leader"
            => "Replica {me} gives up ballot {ballot}: ballot {higher} is higher.";
    }
    "replica, on a decision" {
        Told { from: NodeId, slot: u64, what: ShortWord } "told" REPLICA
            "decisions ← decisions ∪ (slot, entry)"
            => "Replica {me} is told by replica {from} that {what} is chosen for slot {slot}.";
        AlreadyKnown { slot: u64 } "already-known" REPLICA
            "if it knows: nothing"
            => "Replica {me} already knows what is chosen for slot {slot}.";
        WaitForHole { slot: u64, hole: u64 } "wait-for-hole" REPLICA
            "while slot_out is not decided: execute nothing behind it"
            => "Replica {me} does not execute slot {slot} yet: it does not know what is chosen for slot {hole}.";
        Execute { slot: u64, what: ShortWord } "execute" REPLICA
            "while slot_out is decided: execute it, slot_out ← slot_out + 1; if it leads, tell the client"
            => "Replica {me} executes slot {slot}: {what}."
               so "each replica that has executed as many slots has the same store" by "same-store";
        ExecuteNoOp { slot: u64 } "execute-no-op" LEARN
            "  a no-op changes nothing"
            => "Replica {me} goes past slot {slot}: a no-op changes nothing.";
        ExecutedBefore { slot: u64, what: ShortWord } "executed-before" REPLICA
            "  a command that was executed in an earlier slot is not executed again"
            => "Replica {me} goes past slot {slot}: it has executed this {what} in an earlier slot.";
        ExecuteTwice { slot: u64, what: ShortWord } "execute-twice" BUG
            "bug: execute it all the same"
            => "Replica {me} executes {what} in slot {slot}, although it has executed this request in an earlier slot: a bug is switched on.";
        SkipHole { slot: u64, hole: u64 } "skip-hole" BUG
            "bug: execute what is decided behind a hole"
            => "Replica {me} goes on with slot {slot}, although it does not know what is chosen for slot {hole}: a bug is switched on.";
    }
    "heartbeat" {
        Beat { ballot: Ballot } "beat" LIVE
            "leader, every heartbeat: tell all that it leads, and how many slots it has executed"
            => "Replica {me} tells all that it leads in ballot {ballot}.";
        Follow { leader: NodeId, ballot: Ballot } "follow" LIVE
            "on a sign of a leader: follow it; pass on what clients have asked for"
            => "Replica {me} follows replica {leader}, which leads in ballot {ballot}.";
        HearLeader { from: NodeId } "hear-leader" LIVE
            "on a heartbeat: wait anew"
            => "Replica {me} hears that replica {from} still leads.";
        Lacks { from: NodeId, slot: u64 } "lacks" REPLICA
            "if the leader has executed more: say from which slot on"
            => "Replica {me} hears that replica {from} has executed more, and asks for what is decided from slot {slot} on.";
        RefuseHeartbeat { ballot: Ballot, promised: Ballot } "refuse-heartbeat" LIVE
            "if its ballot is lower than ballot_num: reply with ballot_num"
            => "Replica {me} no longer follows ballot {ballot}: it has promised ballot {promised}.";
        CountAlive { from: NodeId, round: u64 } "count-alive" READS
            "leader, on the answer: remember which round it is for"
            => "Replica {me} hears that replica {from} still follows it, in round {round} of its heartbeats.";
        LateAlive { from: NodeId } "late-alive" LIVE
            "if it no longer leads in that ballot: nothing"
            => "Replica {me} no longer leads in the ballot that replica {from} answers.";
        #[milestone] CatchUp { to: NodeId, first: u64, last: u64 } "catch-up" REPLICA
            "leader, to one who lacks something: send the decisions"
            => "Replica {me} tells replica {to} what is chosen for slots {first} to {last}.",
               "Replica {me} tells replica {to} what is chosen for slot {first}." if first == last;
    }
    "client" {
        Ask { to: NodeId } "ask" REPLICA
            "ask the replica that answered last; ask the next one if no answer comes"
            => "Client {me} asks replica {to}.";
        AskNext { to: NodeId } "ask-next" REPLICA
            "on retry: ask the next replica"
            => "Client {me} has no answer and asks replica {to}.";
        Answered { outcome: ShortWord } "answered" REPLICA
            "on a reply: done"
            => "Client {me} has its answer: {outcome}.";
    }
    "leader, on no" {
        LateNack { from: NodeId, promised: Ballot } "late-nack" LEADER
            "if it is about no ballot of its own that is under way: remember how high ballots are"
            => "Replica {me} hears from replica {from} of ballot {promised}.";
    }
    "replica, on new weights" {
        #[milestone] NewWeights { what: ShortWord, slot: u64, from: u64 } "new-weights" REPLICA
            "on executing weights in slot s: they count from s + WINDOW on"
            => "Replica {me} executes slot {slot}: votes weigh {what} from slot {from} on. Until then the old weights count."
               so "for each slot all count by the same weights" by "one-chosen-value";
        WeightsAtOnce { what: ShortWord, slot: u64 } "weights-at-once" BUG
            "bug: they count at once"
            => "Replica {me} executes slot {slot}, and counts votes by {what} at once, while other slots are open: a bug is switched on.";
        WeightsRefused { slot: u64 } "weights-refused" REPLICA
            "if votes don't weigh: nothing"
            => "Replica {me} executes slot {slot}, which changes nothing: votes have no weights in this run.";
        #[milestone] TooFewPromises { have: u16, need: u16 } "too-few-promises" LEADER
            "leader: if its promises are no quorum by weights in sight: phase 1 anew"
            => "Replica {me} leads with promises of weight {have}, and by the weights to come it needs {need}: it asks for promises anew.";
        CountLiving { from: NodeId, slot: u64, have: u16, need: u16 } "count-living" BUG
            "bug: count only replicas that have answered lately"
            => "Replica {me} has the vote of replica {from} for slot {slot}, {have} of {need}, and leaves out replicas that have not answered lately: a bug is switched on.";
    }
}
