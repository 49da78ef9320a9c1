//! What holds for a whole run: sizes, timeouts, options and bug switches.

use crate::kernel::descriptor::quorum;
use crate::kernel::{MS, Settings, Time};

use super::configuration::{Group, Members};
use super::reads::Reads;

/// Sizes, timeouts, options and bug switches.
#[derive(Clone, Hash, Debug)]
pub struct Config {
    /// How many servers, members or not.
    pub replicas: usize,
    /// The first configuration (§6).
    pub members: Members,
    /// The least and the most time that a server waits for a leader, in virtual microseconds (§5.2).
    pub election_timeout: (Time, Time),
    /// The time between heartbeats, in virtual microseconds.
    pub heartbeat: Time,
    /// Whether a new leader appends an empty entry (§8).
    pub no_op: bool,
    /// Whether candidates ask beforehand (thesis §9.6).
    pub pre_vote: bool,
    /// Whether leaders make sure of a majority, and servers that hear a leader disregard candidates (thesis §6.2, §4.2.3).
    pub check_quorum: bool,
    /// How `get` is answered (thesis §6.4).
    pub reads: Reads,
    /// How long a round of heartbeats counts for reads by lease, in virtual microseconds (thesis §6.4.1).
    pub lease: Time,
    /// How many entries are applied between two snapshots; 0 for none (§7).
    pub snapshot_every: u64,
    /// How many AppendEntries with entries may be on their way to a server (thesis §10.2.2).
    pub pipeline: u64,
    /// How many entries travel in one AppendEntries at most.
    pub batch: u64,
    /// Bug: entries of older terms are committed by counting (Figure 8).
    pub commit_old_terms: bool,
    /// Bug: a vote is not written to disk.
    pub vote_not_durable: bool,
    /// Bug: a vote is given whatever the candidate's log is.
    pub vote_without_log_check: bool,
    /// Bug: half of an even number of servers is taken for a majority.
    pub quorum_of_half: bool,
    /// Bug: AppendEntries cuts the log behind `prev_index`, conflict or not.
    pub append_truncates_always: bool,
    /// Bug: votes of earlier terms are counted.
    pub votes_of_any_term: bool,
    /// Bug: a new configuration is appended before an entry of the leader's own term is committed.
    pub change_without_own_entry: bool,
    /// Bug: a joint configuration decides by the majority of the new members alone.
    pub new_majority_alone: bool,
    /// Bug: a leader reads without making sure that it leads.
    pub read_without_round: bool,
    /// Bug: a leader reads before an entry of its own term is committed.
    pub read_without_own_entry: bool,
    /// Bug: answers to earlier heartbeats confirm a read.
    pub any_answer_confirms: bool,
    /// Bug: a restarted server's disk is blank.
    pub blank_disk: bool,
}

impl Config {
    /// Reads the options. Errors: a sentence, where they contradict each other.
    pub fn new(replicas: usize, set: &Settings<'_>) -> Result<Config, String> {
        let (election_timeout, heartbeat) = (set.range("election-timeout"), set.duration("heartbeat"));
        if heartbeat < MS || election_timeout.0 < MS {
            return Err("election-timeout and heartbeat must be at least 1ms".into());
        }
        let lease = set.get("lease").map_or(election_timeout.0, |_| set.duration("lease"));
        if lease > election_timeout.0 {
            return Err("lease: a lease longer than the minimum election-timeout is never safe".into());
        }
        let voters = match set.word("members") {
            "all" => Group::first(replicas),
            text => Group::parse(text, replicas).map_err(|why| format!("members: {why}"))?,
        };
        let on = |name| set.on(name);
        Ok(Config {
            replicas,
            members: Members::of(voters),
            election_timeout,
            heartbeat,
            no_op: on("no-op"),
            pre_vote: on("pre-vote"),
            check_quorum: on("check-quorum"),
            reads: match set.word("reads") {
                "read-index" => Reads::ReadIndex,
                "lease" => Reads::Lease,
                _ => Reads::Log,
            },
            lease,
            snapshot_every: set.number("snapshot-every"),
            pipeline: set.number("pipeline"),
            batch: set.number("batch"),
            commit_old_terms: on("commit-old-terms"),
            vote_not_durable: on("vote-not-durable"),
            vote_without_log_check: on("vote-without-log-check"),
            quorum_of_half: on("quorum-of-half"),
            append_truncates_always: on("append-truncates-always"),
            votes_of_any_term: on("votes-of-any-term"),
            change_without_own_entry: on("change-without-own-entry"),
            new_majority_alone: on("new-majority-alone"),
            read_without_round: on("read-without-round"),
            read_without_own_entry: on("read-without-own-entry"),
            any_answer_confirms: on("any-answer-confirms"),
            blank_disk: on("blank-disk"),
        })
    }

    /// How many of so many voters decide.
    pub fn majority(&self, voters: usize) -> usize {
        // Right for odd sizes, so that nobody notices until there are 4 or 6 servers.
        if self.quorum_of_half { voters.div_ceil(2) } else { quorum::majority(voters) }
    }

    /// Whether a server that hears a leader disregards candidates. Leases rely on it, too (thesis §6.4.1).
    pub fn is_sticky(&self) -> bool {
        self.check_quorum || self.reads == Reads::Lease
    }
}
