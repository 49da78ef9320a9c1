//! The lines of EPaxos (Moraru, Andersen, Kaminsky 2013) that the code carries out, as pseudo-code and as sentences.

use super::message::Instance;
use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;
use crate::protocols::ballot::Ballot;

const PRE_ACCEPT: &str = "EPaxos Figure 2, phase 1";
const ACCEPT: &str = "EPaxos Figure 2, phase 2";
const COMMIT: &str = "EPaxos Figure 2, commit";
const PREPARE: &str = "EPaxos Figure 3, explicit prepare";
const EXECUTE: &str = "EPaxos §4.3.2";
const CLIENT: &str = "EPaxos §4.1";

crate::rules! {
    "replica, at its start" {
        Start "start" CLIENT
            "every replica takes requests"
            => "Replica {me} starts: any client may ask it.";
        Recover { known: u64, open: u64 } "recover" "EPaxos §4.7"
            "after a crash: all records are on disk; execute what is committed, wait for the rest"
            => "Replica {me} is back. Its disk holds {records}, and {open} of them {are} not committed."
               with { records: Many(known, "instance"), open, are: if open == 1 { "is" } else { "are" } };
    }
    "command leader, on a request" {
        AnswerAgain { id: RequestId } "answer-again" CLIENT
            "if it was executed: reply again"
            => "Replica {me} has executed request {id} already and answers again.";
        UnderWay { id: RequestId, instance: Instance } "under-way" CLIENT
            "if it stands in an instance already: answer when that is executed"
            => "Replica {me} knows request {id}: it stands in instance {instance}, and will be answered.";
        #[milestone] Propose { instance: Instance, what: ShortWord, deps: ShortWord } "propose" PRE_ACCEPT
            "seq ← 1 + max of conflicting commands, deps ← their instances; cmds[L][i] ← (γ, seq, deps, pre-accepted), on disk; send PreAccept"
            => "Replica {me} leads {what} in instance {instance}. As far as it knows, the command depends on {deps}.";
    }
    "any replica, on PreAccept" {
        NoteUnchanged { instance: Instance, what: ShortWord, deps: ShortWord } "note-unchanged" PRE_ACCEPT
            "seq ← max(seq, 1 + max of conflicting commands), deps ← deps ∪ their instances; on disk; reply PreAcceptOK"
            => "Replica {me} notes {what} in instance {instance}, and knows of nothing else: it depends on {deps}.";
        #[milestone] NoteChanged { instance: Instance, what: ShortWord, deps: ShortWord } "note-changed" PRE_ACCEPT
            "  if that changes anything: the reply says so"
            => "Replica {me} notes {what} in instance {instance}, and knows of more that conflicts with it: it depends on {deps}.";
        SameAgain { instance: Instance, ballot: Ballot } "same-again" PRE_ACCEPT
            "if it has answered in this ballot: the same again"
            => "Replica {me} has answered for instance {instance} in ballot {ballot}, and says the same again.";
    }
    "command leader, on PreAcceptOK" {
        CountPreAccept { from: NodeId, instance: Instance, deps: ShortWord } "count-pre-accept" PRE_ACCEPT
            "on PreAcceptOK for its ballot: count the replica, once"
            => "Replica {me} hears that for replica {from}, instance {instance} depends on {deps}.";
        LateAnswer { from: NodeId, instance: Instance } "late-answer" PRE_ACCEPT
            "if it waits for no such answer: nothing"
            => "Replica {me} no longer waits for this answer of replica {from} on instance {instance}.";
        #[milestone] CommitFast { instance: Instance, what: ShortWord, deps: ShortWord } "commit-fast" COMMIT
            "fast path: if 2F replicas, itself among them, have the attributes that it proposed: commit; send Commit to all"
            => "Replica {me} commits {what} on the fast path, in instance {instance}: a fast quorum agrees that it depends on {deps}."
               so "nobody can commit anything else in instance {instance}" by "agreement";
        WaitedEnough { instance: Instance, have: u16 } "waited-enough" "EPaxos §4.3"
            "fast-timeout: go on with a majority; if there is none, ask the others"
            => "Replica {me} waits no longer for a fast quorum for instance {instance}: it has {answers}."
               with { instance, answers: Many(have.into(), "answer") };
        #[milestone] SlowPath { instance: Instance, what: ShortWord, deps: ShortWord } "slow-path" ACCEPT
            "else, with a majority: deps ← union of all, seq ← max of all; on disk; send Accept"
            => "Replica {me} takes the slow path for {what} in instance {instance}. All answers together say that it depends on {deps}.";
    }
    "any replica, on Accept" {
        Accept { instance: Instance, what: ShortWord, deps: ShortWord, ballot: Ballot } "accept" ACCEPT
            "if ballot ≥ bal: bal, vbal ← ballot; cmds[L][i] ← (γ, seq, deps, accepted), on disk; reply AcceptOK"
            => "Replica {me} accepts {what} in instance {instance}, in ballot {ballot}: it depends on {deps}.";
        Refuse { instance: Instance, ballot: Ballot, joined: Ballot } "refuse" PREPARE
            "if ballot < bal: reply with bal"
            => "Replica {me} refuses ballot {ballot} of instance {instance}: it has joined ballot {joined}.";
        TellCommitted { to: NodeId, instance: Instance } "tell-committed" PREPARE
            "if it is committed: reply Commit"
            => "Replica {me} tells replica {to} that instance {instance} is committed.";
    }
    "command leader, on AcceptOK" {
        CountAccept { from: NodeId, instance: Instance, have: u16, need: u16 } "count-accept" ACCEPT
            "on AcceptOK for its ballot: count the replica, once"
            => "Replica {me} knows that replica {from} has accepted instance {instance}: {have} of {need}.";
        #[milestone] CommitSlow { instance: Instance, what: ShortWord, deps: ShortWord } "commit-slow" COMMIT
            "with F + 1 votes: commit; send Commit to all"
            => "Replica {me} commits {what} in instance {instance}: a majority has accepted that it depends on {deps}."
               so "nobody can commit anything else in instance {instance}" by "agreement";
    }
    "any replica, on Commit" {
        Committed { from: NodeId, instance: Instance, what: ShortWord, deps: ShortWord } "committed" COMMIT
            "cmds[L][i] ← (γ, seq, deps, committed), on disk"
            => "Replica {me} learns from replica {from} that {what} is committed in instance {instance}: it depends on {deps}.";
        AlreadyCommitted { instance: Instance } "already-committed" COMMIT
            "if it knows: nothing"
            => "Replica {me} already knows that instance {instance} is committed.";
        TellAtCommit { id: RequestId } "tell-at-commit" EXECUTE
            "a command with no outcome of its own: reply at once"
            => "Replica {me} tells the client that request {id} is committed, before it is executed.";
    }
    "execution" {
        WaitForDeps { instance: Instance, open: Instance } "wait-for-deps" EXECUTE
            "wait until all that γ depends on, directly or not, is committed; recover it if need be"
            => "Replica {me} does not execute instance {instance} yet: it depends on instance {open}, which is not committed here.";
        #[milestone] Cycle { first: Instance, last: Instance, count: u64 } "cycle" EXECUTE
            "find strongly connected components; inside one, order by seq, then by replica"
            => "Replica {me} executes a cycle of {count} instances that depend on each other, from {first} to {last}, by their sequence numbers."
               so "every replica executes them in this order" by "same-order";
        Execute { instance: Instance, what: ShortWord } "execute" EXECUTE
            "execute, dependencies first; reply to the client that waits"
            => "Replica {me} executes instance {instance}: {what}."
               so "all that conflicts with it stands in the same order everywhere" by "same-order";
        ExecuteNoOp { instance: Instance } "execute-no-op" EXECUTE
            "  a no-op changes nothing"
            => "Replica {me} goes past instance {instance}: a no-op changes nothing.";
        ExecutedBefore { instance: Instance, what: ShortWord } "executed-before" CLIENT
            "  a request that was executed in another instance is not executed again"
            => "Replica {me} goes past instance {instance}: it has executed this {what} in another one.";
    }
    "explicit prepare" {
        #[milestone] Prepare { instance: Instance, ballot: Ballot } "prepare" PREPARE
            "recovery-timeout: ballot ← higher than any it has seen in L.i; bal ← ballot, on disk; send Prepare to all"
            => "Replica {me} has waited long enough for instance {instance} and starts ballot {ballot}, to finish it.";
        Join { instance: Instance, ballot: Ballot, what: ShortWord } "join" PREPARE
            "on Prepare, if ballot > bal: bal ← ballot, on disk; reply PrepareOK with cmds[L][i] and vbal"
            => "Replica {me} joins ballot {ballot} of instance {instance}, and tells what it has taken there: {what}.";
        JoinBlank { instance: Instance, ballot: Ballot } "join-blank" PREPARE
            "  if it knows no command: say so"
            => "Replica {me} joins ballot {ballot} of instance {instance}, and knows of no command there.";
        GiveWay { instance: Instance, ballot: Ballot } "give-way" PREPARE
            "who joins a ballot no longer leads in a lower one"
            => "Replica {me} no longer leads instance {instance}: ballot {ballot} is higher.";
        CountJoined { from: NodeId, instance: Instance, have: u16, need: u16 } "count-joined" PREPARE
            "on PrepareOK for its ballot: count the replica, once"
            => "Replica {me} knows that replica {from} has joined its ballot of instance {instance}: {have} of {need}.";
        HigherBallot { from: NodeId, instance: Instance, joined: Ballot } "higher-ballot" PREPARE
            "on no: give up this ballot; try again after a while"
            => "Replica {me} hears that replica {from} has joined ballot {joined} of instance {instance}.";
    }
    "explicit prepare, with a majority" {
        #[milestone] ProposeAccepted { instance: Instance, what: ShortWord, of: Ballot } "propose-accepted" PREPARE
            "if any has accepted: Accept what has the highest vbal"
            => "Replica {me} proposes {what} for instance {instance} as it was accepted in ballot {of}, the highest."
               so "if anything was committed there, it is this" by "agreement";
        #[milestone] ProposeUnchanged { instance: Instance, what: ShortWord, count: u16 } "propose-unchanged" PREPARE
            "else if F or more, not L, have pre-accepted it unchanged in ballot 0: Accept that"
            => "Replica {me} proposes {what} for instance {instance} as its leader did: {replicas} noted it unchanged, so it may be committed on the fast path."
               with { instance, what, replicas: Many(count.into(), "replica") };
        #[milestone] BeginAgain { instance: Instance, what: ShortWord, ballot: Ballot } "begin-again" PREPARE
            "else if any has pre-accepted: phase 1 again in this ballot, without the fast path"
            => "Replica {me} begins again with {what} in instance {instance}, in ballot {ballot}: too few have noted it unchanged."
               so "nothing is committed there" by "agreement";
        #[milestone] ProposeNoOp { instance: Instance } "propose-no-op" PREPARE
            "else: Accept a no-op"
            => "Replica {me} proposes a no-op for instance {instance}: nobody who has answered knows of a command there."
               so "nothing is committed there" by "agreement";
    }
    "client" {
        Ask { to: NodeId } "ask" CLIENT
            "ask any replica; ask the next one if no answer comes"
            => "Client {me} sends its command to replica {to}.";
        AskNext { to: NodeId } "ask-next" CLIENT
            "on retry: ask the next replica"
            => "Client {me} has no answer and sends its command to replica {to}.";
        Answered { outcome: ShortWord } "answered" CLIENT
            "on a reply: done"
            => "Client {me} has its answer: {outcome}.";
    }
}
