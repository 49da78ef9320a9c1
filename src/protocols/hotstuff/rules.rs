//! The paper's lines, as pseudo-code and as sentences.

use super::message::Id;
use crate::kernel::prelude::*;

rules! {
    "as a leader" {
        Propose { view: u64, justify: u64, blanks: u64, empty: bool } "propose" "Algorithm 2, lines 3–6; Algorithm 3, prepare phase"
            "highQC ← the highest certificate known; curProposal ← createLeaf(highQC.node, cmd); broadcast it with highQC"
            => "Replica {me} leads view {view}. It proposes a node on the one that was certified in view {justify}, the highest certificate that it knows."
               with { view, justify },
               "Replica {me} leads view {view}. It proposes an empty node: what was proposed before needs more certificates on top." if empty && blanks == 0,
               "Replica {me} leads view {view}. It proposes a node on the one of view {justify}; the views between stay blank." if blanks > 0;
        CountVote { from: NodeId, view: u64, phase: &'static str, node: Id, have: u16, need: u16 } "count-vote" "Algorithm 2, lines 11, 19, 27; Algorithm 3"
            "V ← V ∪ {v}, if matchingMsg(v, type, curView)"
            => "Replica {me} counts the {phase} vote of replica {from} for node {node} of view {view}: {have} of {need}."
               with { phase, from, node, view, have, need };
        IgnoreVote { from: NodeId, view: u64 } "ignore-vote" "Algorithm 1, matchingMsg"
            "not for this leader, or known: nothing"
            => "Replica {me} ignores a vote of replica {from} in view {view}: it has it already, or does not gather the votes of that view.";
        #[milestone] Certify { view: u64, phase: &'static str, node: Id, signers: u16 } "certify" "Algorithm 2, lines 12, 20, 28; Algorithm 3"
            "n − f votes: QC(V)"
            => "Replica {me} has {signers} votes for node {node} and makes a {phase} certificate of view {view} of them."
               so "no other node can get a {phase} certificate in view {view}" by "one-certificate"
               with { signers, node, phase, view };
        WaitLonger { view: u64 } "wait-longer" "Malkhi, Nayak 2023"
            "two-chain, and no certificate of the last view: wait Δ for everybody's"
            => "Replica {me} leads view {view} and lacks the certificate of the view before. It waits for the certificates that others hold: one may be locked on a newer one.";
        WaitedLong { view: u64 } "waited-long" "Malkhi, Nayak 2023"
            "after Δ: propose"
            => "Replica {me} has waited long enough in view {view}.";
    }
    "as a replica" {
        Vote { view: u64, node: Id, justify: u64, locked: u64, unlocked: bool } "vote" "Algorithm 1, lines 25–27; Algorithm 2, lines 9, 10"
            "m.node extends m.justify.node ∧ safeNode(m.node, m.justify): send the vote"
            => "Replica {me} votes for node {node} of view {view}: the node builds on what it is locked on."
               with { node, view, justify, locked },
               "Replica {me} votes for node {node} of view {view}, against its lock of view {locked}: the node shows a certificate of view {justify}, which is newer." if unlocked;
        #[milestone] RefuseLocked { view: u64, justify: u64, locked: u64 } "refuse-locked" "Algorithm 1, lines 25–27"
            "¬safeNode(m.node, m.justify): no vote"
            => "Replica {me} does not vote in view {view}. It is locked on a certificate of view {locked}; the node builds on another branch and shows one of view {justify}, which is no newer.";
        RefuseElsewhere { view: u64 } "refuse-elsewhere" "Algorithm 2, line 9"
            "m.node does not extend m.justify.node: no vote"
            => "Replica {me} does not vote in view {view}: the node shows a certificate of a node that it does not build on.";
        IgnoreProposal { from: NodeId, view: u64 } "ignore-proposal" "Algorithm 1, matchingMsg"
            "not from leader(view), not proven, or of a view that is over: no vote"
            => "Replica {me} does not vote on a node from replica {from} for view {view}: that view is over for it, or the certificate proves nothing.";
        Prepared { view: u64, node: Id } "prepared" "Algorithm 2, lines 15–18"
            "matchingQC(m.justify, prepare, curView): prepareQC ← m.justify; send the pre-commit vote"
            => "Replica {me} sees in view {view} that n − f accepted node {node}. It will show this certificate to the next leader.";
        #[milestone] Lock { view: u64, node: Id } "lock" "Algorithm 2, lines 23–26; Algorithm 3, commit phase"
            "lockedQC ← the certificate"
            => "Replica {me} locks on node {node}, which was certified in view {view}: it votes against this branch only if a newer certificate is shown."
               with { node, view };
        RaiseGeneric { view: u64, node: Id } "raise-generic" "Algorithm 3, pre-commit phase; Algorithm 4, updateQCHigh"
            "genericQC ← the higher certificate"
            => "Replica {me} keeps the certificate of view {view} for node {node}: the highest that it knows.";
        IgnoreCertificate { from: NodeId, view: u64 } "ignore-certificate" "Algorithm 1, matchingQC"
            "not from leader(view), not of this view, or not proven: nothing"
            => "Replica {me} ignores a certificate of view {view} from replica {from}: that view is over for it, or the votes prove nothing.";
        #[milestone] Execute { view: u64, alone: bool } "execute" "Algorithm 2, lines 31–34; Algorithm 3, decide phase"
            "execute the commands up to the node, answer the clients"
            => "Replica {me} executes the node of view {view}, and those below that it has not executed yet."
               so "no other branch can be executed" by "agreement"
               with { view },
               "Replica {me} executes the node of view {view}." if alone;
        #[milestone] SeeFork { height: u64 } "see-fork" "§5, Theorem 2"
            "another branch was executed: it can't be undone"
            => "Replica {me} sees another branch committed from height {height} on than the one that it has executed.";
    }
    "pacemaker" {
        EnterView { view: u64, leader: NodeId } "enter-view" "§4.4; Algorithm 2, line 1"
            "curView ← view"
            => "Replica {me} enters view {view}, which replica {leader} leads.";
        TellLeader { view: u64, leader: NodeId, justify: u64 } "tell-leader" "Algorithm 2, line 36"
            "send ⟨new-view, prepareQC⟩ to leader(curView)"
            => "Replica {me} tells replica {leader}, the leader of view {view}, that its highest certificate is of view {justify}.";
        #[milestone] Timeout { view: u64, next: u64, again: bool } "timeout" "§4.4; Algorithm 2, lines 35, 36"
            "nextView interrupt: give up curView, send ⟨new-view, prepareQC⟩; double the interval"
            => "Replica {me} has waited too long in view {view}. It gives that view up and wants view {next}, which gets twice the time."
               with { view, next },
               "Replica {me} still wants view {next}, which too few want, and says so again." if again;
        HearNewView { from: NodeId, view: u64, justify: u64, have: u16 } "hear-new-view" "Algorithm 2, lines 3, 4"
            "M ← M ∪ {m}"
            => "Replica {me} hears that replica {from} wants view {view} and holds a certificate of view {justify}. Replicas that want it: {have}."
               with { from, view, justify, have };
        IgnoreNewView { from: NodeId, view: u64 } "ignore-new-view" "Algorithm 1, matchingMsg"
            "not proven: nothing"
            => "Replica {me} ignores a new-view message of replica {from} for view {view}: the certificate in it proves nothing.";
        JoinView { view: u64 } "join-view" "§4.4, left to the pacemaker"
            "f + 1 want a higher view: want it, too"
            => "Replica {me} joins those who want view {view}: there are too many of them for all to be liars.";
        Help { to: NodeId } "help" "§4.2, catching up"
            "who is behind gets the newest certificates"
            => "Replica {me} sends replica {to} its newest certificates: that one is behind.";
        HearNewest { from: NodeId } "hear-newest" "§4.2, catching up"
            "learn the certificates, if they are proven"
            => "Replica {me} gets the newest certificates of replica {from}.";
        Fetch { to: NodeId } "fetch" "§4.2, catching up"
            "the node below is unknown: ask for it"
            => "Replica {me} lacks a node and asks replica {to} for it.";
        ShowBranch { to: NodeId, nothing: bool } "show-branch" "§4.2, catching up"
            "send the nodes that are asked for"
            => "Replica {me} sends replica {to} the nodes that it lacks."
               with { to },
               "Replica {me} does not know the node that replica {to} asks for." if nothing;
        TakeBranch { from: NodeId } "take-branch" "§4.2, catching up"
            "put the nodes into the tree"
            => "Replica {me} puts the nodes of replica {from} into its tree.";
        Resume { view: u64 } "resume" "beyond the paper, where nobody comes back"
            "from disk: views, votes, certificates, tree; ask for the rest"
            => "Replica {me} is back in view {view}, with its votes and its lock. It asks what it has missed.";
    }
    "requests" {
        TakeRequest { id: RequestId, known: bool } "take-request" "§4.2: cmd"
            "keep the command until it is executed"
            => "Replica {me} keeps request {id} until it is executed."
               with { id },
               "Replica {me} has request {id} already." if known;
        ClientAsks { id: RequestId } "client-asks" "§3: clients send to all replicas"
            "send the request to all replicas"
            => "Client {me} sends request {id} to the replicas.";
        ClientRetries { id: RequestId } "client-retries" "beyond the paper"
            "no answer in time: send it to all replicas again"
            => "Client {me} has no answer to request {id} in time and sends it to all replicas.";
        ClientCounts { id: RequestId, have: u16, need: u16 } "client-counts" "§3"
            "f equal replies or fewer: wait"
            => "Client {me} has {have} equal replies to request {id}, and waits for {need}.";
        ClientAccepts { id: RequestId } "client-accepts" "§3"
            "f + 1 equal replies: a correct replica is among them"
            => "Client {me} accepts the answer to request {id}: more replicas agree on it than may lie.";
    }
}
