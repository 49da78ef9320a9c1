//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo { name: "view", about: "One leader's attempt to get a node accepted. Views are numbered from 1 on." },
    WordInfo {
        name: "node",
        about: "A place in the tree: some commands, a parent, and the certificate that allows it.",
    },
    WordInfo {
        name: "certificate",
        about: "The same vote, signed by n − f replicas: a quorum certificate, QC for short. Anybody can check it.",
    },
    WordInfo { name: "lock", about: "A promise: to vote against this branch only if a newer certificate is shown." },
    WordInfo {
        name: "new-view",
        about: "A message in which a replica gives up a view and shows the highest certificate that it knows.",
    },
    WordInfo { name: "branch", about: "A node and all nodes below it." },
];
