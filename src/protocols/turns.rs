//! Who leads, in turns: all replicas, or those that a scenario names.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use crate::kernel::NodeId;

/// Who leads: all in the order of their numbers, or these, over and over again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turns {
    list: Vec<NodeId>,
    named: bool,
}

// Hashed by hand: what is so by itself leaves no mark, so that a run is the same as before it could be chosen.
impl Hash for Turns {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.named {
            self.list.hash(state);
        }
    }
}

impl Turns {
    /// Reads `all`, or numbers as in `1,2,3`. Errors: where they name nobody, or no replica.
    pub fn read(text: &str, replicas: usize) -> Result<Turns, String> {
        if text == "all" {
            return Ok(Turns { list: NodeId::replicas(replicas).collect(), named: false });
        }
        let replica = |number: &usize| (1..=replicas).contains(number);
        let one = |word: &str| word.parse().ok().filter(replica).map(NodeId::replica);
        let list: Option<Vec<_>> = text.split(',').map(one).collect();
        let wrong =
            || format!("`{text}` does not name leaders: write `all`, or numbers up to {replicas}, as in `1,2,3`");
        list.map(|list| Turns { list, named: true }).ok_or_else(wrong)
    }

    /// Whose turn it is; the first one is turn 0.
    pub fn leader(&self, turn: u64) -> NodeId {
        self.list[(turn % self.list.len() as u64) as usize]
    }

    /// How many different replicas have a turn.
    pub fn different(&self) -> usize {
        self.list.iter().collect::<BTreeSet<_>>().len()
    }

    /// How many turns belong to somebody who has had one before.
    pub fn again(&self) -> usize {
        self.list.len() - self.different()
    }
}
