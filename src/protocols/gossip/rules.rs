//! The lines that the code carries out, as pseudo-code and as sentences.

use super::message::Command;
use super::value::{Name, Stamp, Tag};
use crate::kernel::prelude::*;

const DEMERS: &str = "Demers et al. 1987, §1.3";
const RUMORS: &str = "Demers et al. 1987, §1.4";
const REGISTER: &str = "Shapiro et al. 2011, §3.2.1";
const COUNTER: &str = "Shapiro et al. 2011, §3.1.1";
const SET: &str = "Shapiro et al. 2011, §3.3.5";
const MERGE: &str = "Shapiro et al. 2011, §2.3";

crate::rules! {
    "client" {
        Ask { to: NodeId, command: Command } "ask" MERGE
            "ask one replica"
            => "Client {me} sends “{command}” to replica {to}.";
        AskAgain { to: NodeId, command: Command } "ask-again" "beyond the paper"
            "on retry: ask the same replica again"
            => "Client {me} has no answer and sends “{command}” to replica {to} once more.";
        Told { command: Command, answer: Name } "told" MERGE
            "on reply: done"
            => "Client {me} has its answer to “{command}”: {answer}.";
    }
    "replica, on a request" {
        Read { key: Name, value: Name } "read" MERGE
            "read: answer from its own value"
            => "Replica {me} answers from what it holds: {key} is {value}. It asks nobody.";
        #[milestone] Write { key: Name, value: Name, stamp: Stamp } "write" REGISTER
            "write: stamp ← (time of the stamp that it replaces + 1, me), on disk"
            => "Replica {me} writes {key} = {value} with stamp {stamp} and answers at once."
               so "it replaces what this replica held before" by "last-writer-wins";
        BehindTheClock { key: Name, value: Name, stamp: Stamp, held: Stamp } "behind-the-clock" "a bug switch; Kingsbury, Jepsen: Cassandra"
            "bug: stamp ← (own clock, me)"
            => "Replica {me} gives {key} = {value} the stamp {stamp} from its own clock. What it holds has stamp {held}, so this write is lost: a bug is switched on.";
        #[milestone] Count { key: Name, amount: u32, share: u32, total: u32 } "count" COUNTER
            "count: share[me] ← share[me] + number, on disk"
            => "Replica {me} counts {amount} for {key}: its own share is {share} now, and the total of all shares that it knows is {total}.";
        CountForAll { key: Name, amount: u32, total: u32 } "count-for-all" "a bug switch"
            "bug: total ← total + number"
            => "Replica {me} adds {amount} to its total for {key}, which is {total} now. It keeps no share of its own: a bug is switched on.";
        #[milestone] Add { key: Name, element: Name, tag: Tag } "add" SET
            "add: put in (element, a tag that is used once), on disk"
            => "Replica {me} adds {element} to {key}, with the tag {tag}."
               so "it is in the set now" by "add-wins";
        #[milestone] Remove { key: Name, element: Name, tags: u16 } "remove" SET
            "remove: make a tombstone of each tag of the element that it knows, on disk"
            => "Replica {me} removes {element} from {key}: each tag of it that it knows, {tags} in all, becomes a tombstone.";
        RemoveForGood { key: Name, element: Name } "remove-for-good" "a bug switch"
            "bug: remove the element whatever tags it has or will have"
            => "Replica {me} removes {element} from {key} for good, whatever others add: a bug is switched on.";
        NothingToRemove { key: Name, element: Name } "nothing-to-remove" SET
            "remove, if the element is not in: nothing"
            => "Replica {me} knows of no {element} in {key}, so there is nothing to remove.";
        AnswerAgain { command: Command } "answer-again" "beyond the paper"
            "if it is carried out already: reply again"
            => "Replica {me} has carried out {command} already and answers again.";
        OldRequest "old-request" "beyond the paper"
            "if this client has asked for something later: nothing"
            => "Replica {me} ignores an old copy of a request: its client has moved on.";
    }
    "replica, on a round" {
        Push { to: NodeId } "push" DEMERS
            "push: send its value to a neighbor"
            => "Replica {me} pushes what it holds to replica {to}.";
        Pull { to: NodeId } "pull" DEMERS
            "pull: ask a neighbor for its value"
            => "Replica {me} pulls: it asks replica {to} for what that one holds.";
        Exchange { to: NodeId } "exchange" DEMERS
            "push-pull: send its value, and ask for the other one's"
            => "Replica {me} sends what it holds to replica {to} and asks for what that one holds.";
        Compare { to: NodeId } "compare" DEMERS
            "with checksums: send the checksum of its value first"
            => "Replica {me} sends replica {to} the checksum of what it holds.";
    }
    "replica, on gossip" {
        Same { from: NodeId } "same" DEMERS
            "if the checksum is that of its own value: nothing"
            => "Replica {me} has the same checksum as replica {from}: nothing has to be sent.";
        Differs { from: NodeId } "differs" DEMERS
            "else: go on as the mode says"
            => "Replica {me} has another checksum than replica {from}. They go on to send what they hold.";
        Tell { from: NodeId } "tell" DEMERS
            "if it is asked: send its value"
            => "Replica {me} sends replica {from} what it holds.";
        #[milestone] Merge { from: NodeId } "merge" MERGE
            "value ← least upper bound of both: of each part the greater one, on disk"
            => "Replica {me} merges what replica {from} holds with its own: some of it is new."
               so "nothing is lost by it" by "grows";
        NoNews { from: NodeId } "no-news" MERGE
            "if nothing is greater: its value stays as it is"
            => "Replica {me} merges what replica {from} sent, and learns nothing new.";
        #[milestone] Conflict { key: Name, wins: Name, by: Stamp, loses: Name, to: Stamp } "conflict" REGISTER
            "if neither write knew of the other: the greater stamp wins"
            => "Replica {me} sees a conflict: {key} = {wins} (stamp {by}) and {key} = {loses} (stamp {to}) did not know of each other. The greater stamp wins, and {loses} is lost.";
        #[milestone] AddWins { key: Name, element: Name } "add-wins" SET
            "if one tag of an element is removed and another is not: the element stays"
            => "Replica {me} hears of a remove of {element}, but has an add with another tag: {element} stays in {key}.";
        Gone { key: Name, element: Name } "gone" SET
            "if all its tags are removed: the element is out"
            => "Replica {me} hears that {element} was removed from {key}.";
        Rumor { to: NodeId } "rumor" RUMORS
            "with rumors: pass on what is new, once"
            => "Replica {me} has news and passes them on to replica {to} as a rumor.";
    }
    "bugs' clocks" {
        Tick "tick" "a bug switch"
            "bug: clock ← clock + 1"
            => "The clock of replica {me} ticks.";
        Collect { tombstones: u32 } "collect" "a bug switch; Demers et al. 1987, §2.1"
            "bug: drop all tombstones after a while"
            => "Replica {me} drops its tombstones, {tombstones} in all, although others may not have heard of them: a bug is switched on.";
    }
}
