//! Statements that carry their author's name and can't be made by anybody else.

use serde::{Deserialize, Serialize};

use super::ids::NodeId;

/// A statement with its signer's name. It can be copied and passed on by everybody, but made by its signer only.
///
/// That nobody else can make it holds within one program. Encoded, it is a name and a statement, without a proof: what reads
/// it back believes whoever wrote it. Over a channel that others can write to, send real signatures along, check them, and
/// only then decode, or make it anew with [`Signed::verified`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Signed<T> {
    signer: NodeId,
    body: T,
}

impl<T> Signed<T> {
    /// A statement that came from outside, whose signature the caller has verified by other means. A protocol never calls
    /// this: it would be forging.
    pub fn verified(signer: NodeId, body: T) -> Self {
        Signed { signer, body }
    }

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
