//! The lines of Algorithm 1, as pseudo-code and as sentences.

use super::message::short;
use super::rounds::Id;
use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;

rules! {
    "StartRound(round)" {
        ProposeNew { height: u64, round: u64 } "propose-new" "lines 14, 18, 19"
            "proposer, validValue = nil: proposal ← getValue(); broadcast ⟨PROPOSAL, h, round, proposal, −1⟩"
            => "Replica {me} is the proposer of round {round} at height {height}. It knows of no block that a quorum accepted, and proposes a new one.";
        #[milestone] ProposeValid { height: u64, round: u64, valid_round: u64 } "propose-valid" "lines 14–16, 19"
            "proposer, validValue ≠ nil: broadcast ⟨PROPOSAL, h, round, validValue, validRound⟩"
            => "Replica {me} is the proposer of round {round} at height {height}. It proposes again the block for which it saw a quorum of prevotes in round {valid_round}: it may be decided already.";
        AwaitProposal { height: u64, round: u64, proposer: NodeId } "await-proposal" "lines 20, 21"
            "else: schedule OnTimeoutPropose(h, round) after timeoutPropose(round)"
            => "Replica {me} begins round {round} at height {height} and waits for the proposal of replica {proposer}.";
    }
    "upon ⟨PROPOSAL⟩" {
        Prevote { height: u64, round: u64, valid_round: Option<u64> } "prevote" "lines 22–24, 28–30"
            "step = propose, valid(v), and the lock allows it: broadcast ⟨PREVOTE, h, round, id(v)⟩; step ← prevote"
            => "Replica {me} prevotes for the new block of round {round} at height {height}: no lock forbids it."
               with { height, round, earlier: valid_round.unwrap_or(0) },
               "Replica {me} prevotes for the block that is proposed again in round {round} at height {height}: a quorum prevoted it in round {earlier}, and no lock forbids it." if valid_round.is_some();
        #[milestone] PrevoteNilLocked { height: u64, round: u64, locked: u64 } "prevote-nil-locked" "lines 25, 26, 31, 32"
            "locked on another value by a newer quorum: broadcast ⟨PREVOTE, h, round, nil⟩; step ← prevote"
            => "Replica {me} prevotes nil in round {round} at height {height}: it has been locked on another block since round {locked}, which may be decided already.";
        PrevoteNilBad { height: u64, round: u64 } "prevote-nil-invalid" "lines 23, 26, 29, 32"
            "not valid(v): broadcast ⟨PREVOTE, h, round, nil⟩; step ← prevote"
            => "Replica {me} prevotes nil in round {round} at height {height}: the block does not fit the chain, or holds what was done before.";
        IgnoreProposal { from: NodeId, height: u64, round: u64 } "ignore-proposal" "lines 22, 28"
            "known, of another height, or not from proposer(h, round): nothing"
            => "Replica {me} ignores a proposal from replica {from} for round {round} at height {height}: it has it already, is at another height, or the proposer did not sign it.";
    }
    "upon votes" {
        CountVote { from: NodeId, height: u64, round: u64, kind: &'static str, id: Option<u64>, have: u16, need: u16 } "count-vote" "lines 28, 34, 36, 44, 47, 49"
            "keep the message; rules look for more than two thirds of the power"
            => "Replica {me} counts the {kind} of replica {from} in round {round} at height {height} for {what}: power {have} of {need}."
               with { kind, from, round, height, what: short(id), have, need };
        IgnoreVote { from: NodeId, height: u64, round: u64 } "ignore-vote" "lines 34–56"
            "known, or of another height: nothing"
            => "Replica {me} ignores a vote from replica {from} for round {round} at height {height}: it has it already, or is at another height.";
        AwaitPrevotes { height: u64, round: u64 } "await-prevotes" "lines 34, 35"
            "2f + 1 ⟨PREVOTE, h, round, *⟩, step = prevote, first time: schedule OnTimeoutPrevote(h, round)"
            => "Replica {me} has prevotes of a quorum in round {round} at height {height}, and gives the others a while to make them agree.";
        #[milestone] Lock { height: u64, round: u64 } "lock" "lines 36–43"
            "2f + 1 ⟨PREVOTE, h, round, id(v)⟩, step = prevote: lockedValue, validValue ← v; lockedRound, validRound ← round; broadcast ⟨PRECOMMIT, h, round, id(v)⟩; step ← precommit"
            => "Replica {me} sees a quorum of prevotes for the block of round {round} at height {height}. It locks on the block and precommits it."
               so "no other block has a quorum of prevotes in round {round}" by "one-polka";
        RememberValid { height: u64, round: u64 } "remember-valid" "lines 36, 42, 43"
            "2f + 1 ⟨PREVOTE, h, round, id(v)⟩, step = precommit: validValue ← v; validRound ← round"
            => "Replica {me} sees a quorum of prevotes for the block of round {round} at height {height}, too late to precommit it. It will propose this block when its turn comes.";
        PrecommitNil { height: u64, round: u64 } "precommit-nil" "lines 44–46"
            "2f + 1 ⟨PREVOTE, h, round, nil⟩, step = prevote: broadcast ⟨PRECOMMIT, h, round, nil⟩; step ← precommit"
            => "Replica {me} sees a quorum of prevotes for nil in round {round} at height {height}, and precommits nil.";
        AwaitPrecommits { height: u64, round: u64 } "await-precommits" "lines 47, 48"
            "2f + 1 ⟨PRECOMMIT, h, round, *⟩, first time: schedule OnTimeoutPrecommit(h, round)"
            => "Replica {me} has precommits of a quorum in round {round} at height {height}, and gives the others a while before it begins the next round.";
        #[milestone] Decide { height: u64, round: u64, have: u16, id: Id } "decide" "lines 49–54"
            "⟨PROPOSAL, h, r, v, *⟩ and 2f + 1 ⟨PRECOMMIT, h, r, id(v)⟩, for any r: decision[h] ← v; h ← h + 1"
            => "Replica {me} decides block {id} at height {height}: it has {precommits} of round {round}, a quorum."
               so "no other block can be decided at this height" by "agreement"
               with { height, round, id, precommits: Many(have.into(), "precommit") };
        #[milestone] SkipTo { height: u64, round: u64 } "skip-round" "lines 55, 56"
            "f + 1 ⟨*, h, r, *, *⟩ with r > round: StartRound(r)"
            => "Replica {me} goes to round {round} at height {height}: more than a third of the power is there, so a correct replica is.";
    }
    "timeouts" {
        #[milestone] TimeoutPropose { height: u64, round: u64 } "timeout-propose" "lines 57–60"
            "OnTimeoutPropose, step = propose: broadcast ⟨PREVOTE, h, round, nil⟩; step ← prevote"
            => "Replica {me} has no proposal that it can answer in round {round} at height {height}, and prevotes nil.";
        TimeoutPrevote { height: u64, round: u64 } "timeout-prevote" "lines 61–64"
            "OnTimeoutPrevote, step = prevote: broadcast ⟨PRECOMMIT, h, round, nil⟩; step ← precommit"
            => "Replica {me} sees no agreement among the prevotes of round {round} at height {height}, and precommits nil.";
        TimeoutPrecommit { height: u64, round: u64 } "timeout-precommit" "lines 65–67"
            "OnTimeoutPrecommit: StartRound(round + 1)"
            => "Replica {me} sees no decision in round {round} at height {height} and begins the next round, whose timeouts are longer.";
    }
    "gossip" {
        TellStatus { height: u64 } "tell-status" "§2.1, gossip communication"
            "waiting for a while: tell all how far this replica is"
            => "Replica {me} has waited for a while and tells all that it is at height {height}.";
        PassOn { to: NodeId, height: u64, nothing: bool } "pass-on" "§2.1, gossip communication"
            "whatever a correct replica has received, all others receive"
            => "Replica {me} sends replica {to} what that may lack at height {height}."
               with { to, height },
               "Replica {me} has nothing that replica {to} lacks at height {height}." if nothing;
        HearMore { from: NodeId, height: u64, nothing: bool } "hear-more" "§2.1, gossip communication"
            "keep what is new of the proposals and votes"
            => "Replica {me} learns from replica {from} what others said at height {height}."
               with { from, height },
               "Replica {me} learns nothing new from replica {from} about height {height}." if nothing;
        LearnCommit { from: NodeId, height: u64 } "learn-commit" "lines 49–54"
            "a block with 2f + 1 precommits of one round: decide it"
            => "Replica {me} learns from replica {from} which block was decided at height {height}: a quorum signed the precommits.";
        BadCommit { from: NodeId } "bad-commit" "line 49"
            "the precommits do not prove it: nothing"
            => "Replica {me} ignores what replica {from} says was decided: the precommits do not prove it.";
        Resume { height: u64, round: Option<u64> } "resume" "§2.1, beyond the paper, where nobody comes back"
            "from disk: h, round, step, locks, own votes; ask for the rest"
            => "Replica {me} is back at height {height}, between two blocks. It asks for what it missed."
               with { height, begun: round.unwrap_or(0) },
               "Replica {me} is back in round {begun} at height {height}, with its lock and its votes. It asks for what it missed." if round.is_some();
    }
    "evidence" {
        #[milestone] HoldEvidence { node: NodeId, what: &'static str, height: u64, round: u64 } "hold-evidence" "Buchman et al. 2022"
            "two signed messages that contradict each other: keep both"
            => "Replica {me} holds evidence against replica {node}: it signed {what}, seen in round {round} at height {height}.";
        #[milestone] SeeFork { height: u64, accountable: bool } "see-fork" "Buchman et al. 2022"
            "two blocks decided at one height: look through all votes for signatures that contradict each other"
            => "Replica {me} sees that another block was decided at height {height} as well. It looks through the signed votes for two that no correct replica signs both."
               with { height },
               "Replica {me} sees that another block was decided at height {height} as well. Two votes in one step would convict their signer. A lock that was broken can't be proved: prevotes do not show which quorum allows them." if !accountable;
    }
    "requests" {
        TakeRequest { id: RequestId, known: bool } "take-request" "§3: values are blocks"
            "keep the request until it is in a block"
            => "Replica {me} keeps request {id} for a block."
               with { id },
               "Replica {me} has request {id} already." if known;
        ClientAsks { id: RequestId } "client-asks" "beyond the paper, which has no clients"
            "send the request to all replicas"
            => "Client {me} sends request {id}, so that the next proposer has it.";
        ClientRetries { id: RequestId } "client-retries" "beyond the paper, which has no clients"
            "no answer in time: send it to all replicas again"
            => "Client {me} has no answer to request {id} in time and sends it to all replicas.";
        ClientCounts { id: RequestId, have: u16, need: u16 } "client-counts" "beyond the paper, which has no clients"
            "equal replies of a third of the power or less: wait"
            => "Client {me} has equal replies to request {id} of power {have}, and waits for {need}.";
        ClientAccepts { id: RequestId } "client-accepts" "beyond the paper, which has no clients"
            "equal replies of more than a third of the power: a correct replica is among them"
            => "Client {me} accepts the answer to request {id}: replicas with more than a third of the power agree on it.";
    }
}
