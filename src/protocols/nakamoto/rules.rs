//! The lines of the protocol that the code carries out, as pseudo-code and as sentences.

use crate::kernel::descriptor::rules::Many;
use crate::kernel::prelude::*;

const SELFISH: &str = "Eyal, Sirer 2014, Algorithm 1";
const THIEF: &str = "§11";
const ECLIPSE: &str = "Heilman, Kendler, Zohar, Goldberg 2015";

crate::rules! {
    "when a miner finds a block" {
        #[milestone] Mine { height: u64 } "mine" "§5 (1–4)"
            "put the payments that it has heard of into a block on its head; send it to all neighbors"
            => "Miner {me} finds block {height} and tells all its neighbors of it.";
    }
    "on a block" {
        KnownBlock { height: u64 } "known-block" "§5"
            "if it is known: nothing"
            => "Miner {me} already knows this block of height {height}.";
        NoProof { height: u64, miner: NodeId } "no-proof" "§4; §5 (5)"
            "if its proof of work does not fit: throw it away"
            => "Miner {me} throws away a block of height {height} that claims to be by miner {miner}: nobody has done the work for it.";
        WrongDifficulty { height: u64, miner: NodeId } "wrong-difficulty" "§4; §5 (5)"
            "if its difficulty is not the one that its chain asks for: throw it away"
            => "Miner {me} throws away block {height} by miner {miner}: its chain requires another difficulty.";
        Orphan { height: u64, from: NodeId } "orphan" "§5, last paragraph"
            "if its parent is not known: keep it; ask the sender for the parent"
            => "Miner {me} gets block {height} before the block below it, and asks miner {from} for that one.";
        OrphanJoins { height: u64 } "orphan-joins" "§5, last paragraph"
            "when the parent of a waiting block has come: go on with that block"
            => "Miner {me} can add block {height}, which was waiting for the block below it.";
        Extend { height: u64 } "extend" "§5 (6)"
            "if it stands on the head: it is the head"
            => "Miner {me} now mines on top of block {height}.";
        #[milestone] Reorganize { height: u64, depth: u64 } "reorganize" "§5"
            "if another branch now has more work: its end is the head"
            => "Miner {me} changes to another branch, which ends at block {height}: {blocks} of its chain no longer count."
               with { height, blocks: Many(depth, "block") };
        KeepBranch { height: u64 } "keep-branch" "§5"
            "else: keep it, in case its branch becomes longer"
            => "Miner {me} keeps block {height} and stays on its own branch, which it saw first or which has more work.";
    }
    "when somebody asks for a block" {
        Help { from: NodeId, count: u64 } "help" "§5, last paragraph"
            "if it is known: send it, and those below it"
            => "Miner {me} sends {blocks} to miner {from}." with { from, blocks: Many(count, "block") };
        CannotHelp { from: NodeId, height: u64 } "cannot-help" "§5, last paragraph"
            "else: no answer"
            => "Miner {me} does not know block {height}, or does not admit it, and has no answer for miner {from}.";
    }
    "on a payment" {
        PassOnPayment "pass-on-payment" "§5 (1)"
            "if it is new: keep it for the next block; send it on"
            => "Miner {me} will put this payment into its next block.";
        KnownPayment "known-payment" "§5 (1)"
            "if it is known: nothing"
            => "Miner {me} already knows this payment.";
    }
    "a merchant" {
        #[milestone] Sell { height: u64 } "sell" "§11"
            "when z blocks confirm a payment: hand over the goods"
            => "Merchant {me} finds the payment in block {height} with as many blocks on it as it waits for, and hands over the goods."
               so "the payment stays in the chain" by "finality";
    }
    "a client" {
        Pay "pay" "§5 (1)" "send the payment to a miner"
            => "Client {me} pays.";
        Receive { height: u64 } "receive" "§11" "when the merchant hands over: done"
            => "Client {me} gets what it paid for in block {height}.";
    }
    "a selfish miner" {
        #[milestone] KeepSecret { height: u64, lead: u64 } "keep-secret" SELFISH
            "when it finds a block: keep it secret, and mine on it"
            => "Miner {me} finds block {height} and keeps it secret. Its own branch is ahead by {blocks}." with { height, blocks: Many(lead, "block") };
        Adopt { height: u64 } "adopt" SELFISH
            "if the public chain is longer: mine on that"
            => "Miner {me} gives up its own branch: the public chain has reached height {height}.";
        #[milestone] Race { height: u64 } "race" SELFISH
            "if the lead was 1: publish the secret block; now two branches race"
            => "Miner {me} publishes its secret block of height {height}, too: two blocks race now.";
        #[milestone] PublishAll { height: u64 } "publish-all" SELFISH
            "if the lead was 2: publish all; the others have worked in vain"
            => "Miner {me} publishes all that it has kept back. Its branch, up to height {height}, is longer by one block.";
        PublishOne { height: u64, lead: u64 } "publish-one" SELFISH
            "if the lead was more: publish as many blocks as the others have found"
            => "Miner {me} publishes its block of height {height} and is still ahead by {blocks}." with { height, blocks: Many(lead, "block") };
        #[milestone] WinRace { height: u64 } "win-race" SELFISH
            "when it finds a block in a race: publish it at once"
            => "Miner {me} finds block {height} while two branches race, and publishes it: its branch has won.";
    }
    "a thief" {
        PlanTheft { ahead: u64 } "plan-theft" THIEF
            "on a payment of its own: mine in secret from here, on a chain in which the coin goes back to itself"
            => "Thief {me} is going to pay. In secret, it begins to mine another chain, in which it keeps the coin.",
               "Thief {me} mines a secret head start before it pays." if ahead > 0;
        #[milestone] PayAndMineOn { height: u64 } "pay" THIEF
            "when it has its head start: pay"
            => "Thief {me} pays, while the public chain is at height {height}.";
        #[milestone] Steal { blocks: u64, depth: u64 } "steal" THIEF
            "when the merchant has handed over and the secret chain is longer: publish it"
            => "Thief {me} has its goods and publishes {secret}: {public} no longer count."
               with { secret: Many(blocks, "secret block"), public: Many(depth, "public block") };
        GiveUp { behind: u64 } "give-up" THIEF
            "when it has fallen too far behind: mine honestly"
            => "Thief {me} gives up: it is {blocks} behind." with { blocks: Many(behind, "block") };
    }
    "on a block, with GHOST" {
        #[milestone] HeavierSubtree { height: u64, depth: u64 } "heavier-subtree" "Sompolinsky, Zohar 2015, Algorithm 1"
            "if at a fork another side now has more work in all its branches together: go up that side; its end is the head"
            => "Miner {me} follows GHOST to another side of a fork, which has more work in all its branches together, and mines on its block {height}: {blocks} of its chain no longer count."
               with { height, blocks: Many(depth, "block") };
    }
    "an eclipser" {
        #[milestone] PayTwice { merchant: NodeId } "pay-twice" ECLIPSE
            "on a payment of its own: tell the merchant alone; tell all others that the coin goes back to itself"
            => "Miner {me} pays merchant {merchant}, and tells everybody else that it keeps the coin. From here on it mines a branch for merchant {merchant} alone.";
        Feed { height: u64, merchant: NodeId } "feed" ECLIPSE
            "when it finds a block: show it to the merchant alone"
            => "Miner {me} finds block {height} and shows it to merchant {merchant} alone.";
        #[milestone] LetGo { merchant: NodeId } "let-go" ECLIPSE
            "when its branch has as many blocks as the merchant waits for: mine honestly"
            => "Miner {me} has shown merchant {merchant} all the blocks that it waits for, and leaves its own branch.";
    }
}
