//! Statements that carry their author's name and can't be made by anybody else.

use super::ids::NodeId;

/// A statement with its signer's name. It can be copied and passed on by everybody, but made by its signer only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Signed<T> {
    signer: NodeId,
    body: T,
}

impl<T> Signed<T> {
    /// Who signed it.
    pub fn signer(&self) -> NodeId {
        self.signer
    }

    /// What was signed.
    pub fn body(&self) -> &T {
        &self.body
    }
}

/// The power to sign in one node's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signer(NodeId);

impl Signer {
    /// Only the kernel hands it out: a handler gets its own node's, and a liar the liar's.
    pub(crate) fn of(node: NodeId) -> Self {
        Signer(node)
    }

    /// Signs a statement.
    pub fn sign<T>(self, body: T) -> Signed<T> {
        Signed { signer: self.0, body }
    }

    /// In whose name.
    pub fn name(self) -> NodeId {
        self.0
    }
}
