//! What a Byzantine replica can claim. A reader believes the greatest tag, whoever shows it: that takes crashes, but no liars.
//! Registers that bear liars ask at least 4f + 1 (Malkhi, Reiter 1998).

use super::QuorumRegister;
use super::message::{Message, NOTHING, Name, OK, Tag, Version};
use crate::kernel::{self, prelude::*};

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Holds nothing, it says.
    #[lie(Omit)]
    HoldsNothing,
    /// Shows another value under the same tag.
    #[lie(Contradict)]
    OtherValue,
    /// Invents a value with a tag that is greater than any.
    #[lie(Invent)]
    HugeTag,
    /// Confirms a value of the next tag before it was sent one.
    #[lie(Grant)]
    StoredUnseen,
}

/// The word of a liar.
fn forged() -> Name {
    Name::try_from("forged".to_string()).unwrap_or(NOTHING)
}

impl kernel::Lie for QuorumRegister {
    type Lie = Lie;

    fn lies(liar: Glance<'_, Self>, _: Signer, to: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let other = |tag| Version { tag, value: forged() };
        match *message {
            Message::Held { id, version } => {
                lies.add(Lie::HoldsNothing, Message::Held { id, version: Version::default() });
                lies.add(Lie::OtherValue, Message::Held { id, version: other(version.tag) });
                let huge = Tag { timestamp: u32::MAX / 2_000, writer: Some(liar.me) };
                lies.add(Lie::HugeTag, Message::Held { id, version: other(huge) });
                let next = Tag { timestamp: version.tag.timestamp + 1, writer: Some(to) };
                lies.add(Lie::StoredUnseen, Message::Stored { id, tag: next });
            }
            Message::Store { id, key, version } => {
                lies.add(Lie::OtherValue, Message::Store { id, key, version: other(version.tag) });
            }
            Message::Repair { key, version } => {
                lies.add(Lie::OtherValue, Message::Repair { key, version: other(version.tag) });
            }
            Message::Reply { id, value } if value != OK => {
                lies.add(Lie::OtherValue, Message::Reply { id, value: forged() });
            }
            Message::Request { .. } | Message::Query { .. } | Message::Stored { .. } | Message::Reply { .. } => {}
        }
    }
}
