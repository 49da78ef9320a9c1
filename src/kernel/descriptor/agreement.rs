//! In which sense correct replicas agree.

/// What a protocol promises of the values that correct replicas decide on one slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Agreement {
    /// They are the same (Pease, Shostak, Lamport 1980).
    Exact,
    /// The slots are heights of a chain, decided once this many blocks stand on top; the deeper, the surer that they are the
    /// same (common prefix; Garay, Kiayias, Leonardos 2015).
    ByPrefix {
        /// How many blocks.
        depth: u64,
    },
    /// They are at most this far apart, by the protocol's own distance (Dolev, Lynch, Pinter, Stark, Weihl 1986).
    Within {
        /// How far.
        epsilon: u64,
    },
    /// They are the same in most runs: to be judged over many seeds.
    Likely,
}

impl Agreement {
    /// Whether a run that breaks it shows a bug. Else it shows bad luck, and only many runs show a bug.
    pub fn is_certain(self) -> bool {
        matches!(self, Agreement::Exact | Agreement::Within { .. })
    }

    /// What it says, in one sentence.
    pub fn about(self) -> String {
        match self {
            Agreement::Exact => EXACT.into(),
            Agreement::ByPrefix { depth } => {
                let blocks = if depth == 1 { "block".into() } else { format!("{depth} blocks") };
                format!("The chains of two correct agents very likely differ in their last {blocks} at most.")
            }
            Agreement::Within { epsilon } => {
                format!("For the same slot, no two correct agents decide values that are more than {epsilon} apart.")
            }
            Agreement::Likely => "Two correct agents very likely decide the same value for the same slot.".into(),
        }
    }

    /// What is added where two decisions break it.
    pub fn remark(self) -> String {
        match self {
            Agreement::Exact => String::new(),
            Agreement::Within { epsilon } => format!(" They may be at most {epsilon} apart."),
            Agreement::ByPrefix { .. } | Agreement::Likely => {
                " The protocol makes this unlikely, but not impossible.".into()
            }
        }
    }
}

/// What exact agreement says.
pub(super) const EXACT: &str = "No two correct agents decide different values for the same slot: the same entry, number, \
    transaction or dinner.";
