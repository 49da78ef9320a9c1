//! The lines of the register that the code carries out, as pseudo-code and as sentences.

use super::message::{Command, Name, Tag, Version};
use crate::kernel::prelude::*;

const ABD: &str = "Attiya, Bar-Noy, Dolev 1995, §3";
const MANY: &str = "Lynch, Shvartsman 1997, §3";
const DYNAMO: &str = "DeCandia et al. 2007, §5";

crate::rules! {
    "client" {
        Ask { to: NodeId, command: Command } "ask" ABD
            "ask a replica to read or write"
            => "Client {me} sends “{command}” to replica {to}.";
        AskAgain { to: NodeId, command: Command } "ask-again" "beyond the paper, where nothing is lost"
            "on retry: ask the same replica again"
            => "Client {me} has no answer and sends “{command}” to replica {to} once more.";
        Told { command: Command, value: Name } "told" ABD
            "on reply: done"
            => "Client {me} has its answer to “{command}”: {value}.";
    }
    "coordinator, on a request" {
        Query { command: Command } "query" MANY
            "send query(key) to all, to itself too"
            => "Replica {me} takes up “{command}”. It first asks all replicas which value they hold.";
        Resume { key: Name, value: Name, tag: Tag } "resume" "beyond the paper, where nobody comes back"
            "if this write has a tag already: store it with that tag"
            => "Replica {me} has already chosen tag {tag} for {key} = {value} and goes on with it.";
        SendAgain { command: Command, missing: u16 } "send-again" "beyond the paper, where nothing is lost"
            "if it is under way: send the query, or the value, again to all who have not answered"
            => "Replica {me} still needs {missing} more to {command}. It asks all replicas that have not answered once more.";
        AnswerAgain { command: Command } "answer-again" "beyond the paper, where nothing is lost"
            "if it is over: reply again"
            => "Replica {me} has carried out {command} already and answers again.";
        OldRequest "old-request" "beyond the paper, where nothing is lost"
            "if this client has asked for something later: nothing"
            => "Replica {me} ignores an old copy of a request: its client has moved on.";
        ChooseByClock { key: Name, value: Name, tag: Tag } "choose-by-clock" "a bug switch; Kingsbury, Jepsen: Cassandra"
            "bug: tag ← (own clock, me), and ask nobody"
            => "Replica {me} takes tag {tag} for {key} = {value} from its own clock, and asks nobody: a bug is switched on.";
    }
    "replica, on query" {
        Tell { from: NodeId, key: Name, version: Version } "tell" ABD
            "reply with its own value and tag"
            => "Replica {me} tells replica {from} what it holds for {key}: {value}, with tag {tag}."
               with { from, key, value: version.value, tag: version.tag };
    }
    "coordinator, on an answer to its query" {
        CountHeld { from: NodeId, version: Version, have: u16, need: u16 } "count-held" ABD
            "best ← the value with the greatest tag so far; count the replica, once"
            => "Replica {me} hears of {value} with tag {tag} from replica {from}: {have} of {need} have answered."
               with { from, value: version.value, tag: version.tag, have, need };
        LateAnswer { from: NodeId } "late-answer" ABD
            "if it is for no operation and phase under way: nothing"
            => "Replica {me} no longer needs this answer from replica {from}.";
        #[milestone] Choose { key: Name, value: Name, tag: Tag } "choose" MANY
            "write, with R answers: tag ← (greatest timestamp + 1, me), on disk; send store to all"
            => "Replica {me} gives {key} = {value} the tag {tag}, greater than any tag it has heard of, and asks all to store it."
               so "no write that ended before has a greater one" by "regularity";
        #[milestone] WriteBack { key: Name, version: Version } "write-back" ABD
            "read, with R answers: send store(best) to all"
            => "Replica {me} has found {key} = {value} with tag {tag}. It will write it back before it answers: it asks all to store it."
               with { key, value: version.value, tag: version.tag };
        ReadAgreed { key: Name, version: Version, newest: u16 } "read-agreed" "beyond the paper: one round where all agree"
            "read, if W of them hold best already: no write-back"
            => "Replica {me} does not have to write {key} = {value} back: {newest} replicas already hold it with tag {tag}."
               with { key, value: version.value, tag: version.tag, newest };
        ReadAtOnce { key: Name, version: Version } "read-at-once" "without write-back: regular, not atomic (Lamport 1986)"
            "read without write-back: take best as it is"
            => "Replica {me} takes {key} = {value} with tag {tag} as it is, and does not write it back."
               with { key, value: version.value, tag: version.tag };
    }
    "replica, on store" {
        Keep { from: NodeId, key: Name, version: Version } "keep" ABD
            "if its tag is greater than its own: replace the value, on disk; reply stored"
            => "Replica {me} stores {key} = {value} with tag {tag}, which is greater than its own."
               so "nobody else uses tag {tag} for another value of {key}" by "one-value-per-tag"
               with { key, value: version.value, tag: version.tag };
        KeepOwn { key: Name, version: Version, held: Version } "keep-own" ABD
            "else: keep its own; reply stored"
            => "Replica {me} already holds {key} = {held} with tag {own}. A value with tag {tag} changes nothing."
               with { key, held: held.value, own: held.tag, tag: version.tag };
        Overwrite { key: Name, version: Version, held: Version } "overwrite" "a bug switch"
            "bug: replace the value whatever its tag"
            => "Replica {me} replaces {key} = {held} (tag {own}) by the older {value} (tag {tag}): a bug is switched on."
               with { key, held: held.value, own: held.tag, value: version.value, tag: version.tag };
    }
    "coordinator, on stored" {
        CountStored { from: NodeId, key: Name, tag: Tag, have: u16, need: u16 } "count-stored" ABD
            "count the replica, once"
            => "Replica {me} hears that replica {from} has {key} with tag {tag} or a newer one: {have} of {need}.";
        CountUnmatched { from: NodeId } "count-unmatched" "a bug switch"
            "bug: count an answer to another operation"
            => "Replica {me} counts the answer from replica {from}, although it belongs to another operation: a bug is switched on.";
        #[milestone] Written { key: Name, version: Version } "written" ABD
            "write, with W of them: reply ok"
            => "Replica {me} has enough copies of {key} = {value}: the write with tag {tag} is over."
               so "no operation that begins now can miss it" by "regularity"
               with { key, value: version.value, tag: version.tag };
        #[milestone] Read { key: Name, version: Version } "read" ABD
            "read, with W of them, or at once where none is needed: reply with best"
            => "Replica {me} answers the read: {key} is {value}, with tag {tag}."
               so "no read that begins now is told an older value" by "linearizability"
               with { key, value: version.value, tag: version.tag };
    }
    "read repair" {
        LateHeld { from: NodeId, version: Version } "late-held" DYNAMO
            "after the read: go on listening who holds what"
            => "Replica {me} has already answered, but keeps listening: replica {from} holds {value} with tag {tag}."
               with { from, value: version.value, tag: version.tag };
        #[milestone] Repair { to: NodeId, key: Name, version: Version } "repair" DYNAMO
            "send best to all who were heard to hold an older value"
            => "Replica {me} has seen that replica {to} lags behind, and sends it {key} = {value} with tag {tag}."
               with { to, key, value: version.value, tag: version.tag };
    }
    "stand-in" {
        StandIn { from: NodeId, key: Name, version: Version } "stand-in" "a bug switch; DeCandia et al. 2007, §4.6"
            "bug: a replica that keeps no copies stores the value for others, and counts"
            => "Replica {me} keeps no copies, but stores {key} = {value} for others that replica {from} can't reach: a bug is switched on."
               with { from, key, value: version.value };
        HandOff "hand-off" "DeCandia et al. 2007, §4.6"
            "after a while: send what it holds to all who should"
            => "Replica {me} hands on what it has stored for others.";
    }
    "clock" {
        Tick "tick" "a bug switch"
            "bug: clock ← clock + 1"
            => "The clock of replica {me} ticks.";
    }
}
