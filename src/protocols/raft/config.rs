//! What holds for a whole run: sizes, timeouts, options and bug switches.

use crate::kernel::descriptor::quorum;
use crate::kernel::{Options, SetupError, Time};

use super::configuration::{Members, NodeSet};
use super::reads::Reads;

/// What breaks where two leaders of one term can be elected, or two majorities need not share a server.
const TWO_LEADERS: &[&str] =
    &["election-safety", "log-matching", "leader-completeness", "state-machine-safety", "agreement", "linearizability"];
/// What breaks where a committed entry can get lost.
const LOST_ENTRIES: &[&str] = &["leader-completeness", "state-machine-safety", "agreement", "linearizability"];
/// What breaks where a read can miss what was written.
const OLD_READS: &[&str] = &["linearizability"];

/// Sizes, timeouts, options and bug switches. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
#[option(order(
    "election-timeout",
    "heartbeat",
    "no-op",
    "pre-vote",
    "check-quorum",
    "reads",
    "lease",
    "snapshot-every"
))]
pub struct Config {
    /// How many servers, members or not.
    #[option(replicas)]
    pub replicas: usize,
    /// The members at the start: 1,2,3 or 1-3, or all.
    #[option(word, default = "all", source = "§6", with = first_members)]
    pub members: Members,
    /// How long a replica waits for a leader before it stands for election; drawn at random for each wait.
    #[option(range, default = "150ms..300ms", at_least = "1ms", source = "§5.2, §9.3")]
    pub election_timeout: (Time, Time),
    /// The time between a leader's heartbeats.
    #[option(duration, default = "50ms", at_least = "1ms", source = "§5.2")]
    pub heartbeat: Time,
    /// A new leader appends an empty entry, which commits what earlier terms left uncommitted.
    #[option(source = "§8")]
    pub no_op: bool,
    /// A replica starts a new term only after a majority has said that it would elect it and hears no leader.
    #[option(source = "thesis §9.6")]
    pub pre_vote: bool,
    /// A leader steps down if no majority has answered it for the minimum election timeout; replicas that hear from a
    /// leader ignore candidates.
    #[option(source = "thesis §6.2, §4.2.3")]
    pub check_quorum: bool,
    /// How get is answered: through an entry of the log, after a round of heartbeats, or at once while a lease lasts.
    #[option(default = "log", source = "thesis §6.4")]
    pub reads: Reads,
    /// How long a round of heartbeats allows reads by lease: the minimum election timeout unless set. A shorter lease
    /// tolerates clocks that drift.
    #[option(duration, default = "150ms", source = "thesis §6.4.1")]
    pub lease: Time,
    /// After how many applied entries a replica takes a snapshot and discards that part of its log; 0 means never.
    #[option(number(0..=1_000_000), default = "0", source = "§7")]
    pub snapshot_every: u64,
    /// How many AppendEntries with entries may be on their way to one replica.
    #[option(number(1..=1_000), default = "1", source = "thesis §10.2.2")]
    pub pipeline: u64,
    /// The most entries that one AppendEntries carries.
    #[option(number(1..=10_000), default = "64", source = "thesis §10.2.2")]
    pub batch: u64,
    /// A leader also commits entries of earlier terms by counting copies.
    #[option(breaks = LOST_ENTRIES, source = "§5.4.2, Figure 8; logcabin issue 44")]
    pub commit_old_terms: bool,
    /// A vote is not on disk when it is given, so a restarted replica may vote twice in a term.
    #[option(breaks = TWO_LEADERS, source = "§5, Figure 2")]
    pub vote_not_durable: bool,
    /// A replica also votes for candidates whose log is behind its own.
    #[option(breaks = LOST_ENTRIES, source = "§5.4.1")]
    pub vote_without_log_check: bool,
    /// Half of an even number of replicas counts as a majority: 2 of 4.
    #[option(breaks = TWO_LEADERS, source = "as raftscope counts the commit quorum")]
    pub quorum_of_half: bool,
    /// AppendEntries always cuts the log at its first entry, conflict or not: a delayed one deletes entries that were
    /// acknowledged.
    #[option(breaks = LOST_ENTRIES, source = "Figure 2, AppendEntries, step 3")]
    pub append_truncates_always: bool,
    /// A candidate also counts votes that were given to it in earlier terms.
    #[option(breaks = TWO_LEADERS, source = "§5.1, §5.2")]
    pub votes_of_any_term: bool,
    /// A leader changes the members before it has committed an entry of its own term: two majorities may have no
    /// replica in common.
    #[option(breaks = TWO_LEADERS, source = "Ongaro on raft-dev, 2015; thesis §4.1")]
    pub change_without_own_entry: bool,
    /// While the configuration is joint, a majority of the new members alone decides.
    #[option(breaks = TWO_LEADERS, source = "§6")]
    pub new_majority_alone: bool,
    /// A leader answers get from its store without a round of heartbeats, although it may have been replaced.
    #[option(breaks = OLD_READS, source = "§8; thesis §6.4")]
    pub read_without_round: bool,
    /// With reads by read-index or lease, a new leader answers get before it knows what is committed.
    #[option(breaks = OLD_READS, source = "§8; etcd issue 7331")]
    pub read_without_own_entry: bool,
    /// With reads by read-index or lease, answers to earlier heartbeats confirm a read.
    #[option(breaks = OLD_READS, source = "etcd issue 20418")]
    pub any_answer_confirms: bool,
    /// A replica that restarts has lost its disk, but keeps its number.
    #[option(breaks = TWO_LEADERS, source = "Figure 2; thesis §3.8")]
    pub blank_disk: bool,
}

fn first_members(text: &str, replicas: usize) -> Result<Members, String> {
    let voters = if text == "all" { NodeSet::first(replicas) } else { NodeSet::parse(text, replicas)? };
    Ok(Members::of(voters))
}

impl Config {
    /// What the options mean together. Errors: where they contradict each other.
    pub fn reconcile(&mut self, set: &Options) -> Result<(), SetupError> {
        if set.get("lease").is_none() {
            self.lease = self.election_timeout.0;
        }
        if self.lease > self.election_timeout.0 {
            let sentence = "lease: a lease longer than the minimum election-timeout is never safe".into();
            return Err(SetupError::Option { option: "lease", sentence });
        }
        Ok(())
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
