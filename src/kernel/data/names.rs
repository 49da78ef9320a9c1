//! Replicas under other names. Two runs that differ in nothing but who is called what have the same futures, where a protocol
//! treats its replicas alike: a search need meet only one of them. It tells them by hashes, each of which is made under all the
//! names that the replicas could have; the least of these is the same for all such runs, and for no others.
//!
//! A hasher must know for that where names stand. So a node's name is hashed by a method of its own (`write_i16`), and marks
//! (`write_i128`) tell it what is kept by place, or in the order of names. Under no other names, all this changes nothing.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

use super::ids::NodeId;

/// Other names for replicas, of the first fifteen: four bits for each, from 0; all others keep theirs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Names(u64);

impl Names {
    /// Everybody is called as before.
    pub const SAME: Names = Names(0xfedc_ba98_7654_3210);

    /// The first so many replicas, as far as they can have other names.
    pub fn possible(count: usize) -> impl Iterator<Item = NodeId> {
        NodeId::replicas(count.min(15))
    }

    /// All ways in which these replicas can have each other's names; the first is [`Names::SAME`]. Of `n` there are `n!`.
    pub fn all(replicas: &[NodeId]) -> Vec<Names> {
        let mut all = vec![Names::SAME];
        // Whoever is next exchanges its name with one of those before it, or with nobody.
        for (place, node) in replicas.iter().enumerate() {
            let exchanged = |names: &Names, other: &NodeId| names.with_exchanged(node.raw(), other.raw());
            let more: Vec<_> = replicas[..place]
                .iter()
                .flat_map(|other| all.iter().map(move |names| exchanged(names, other)))
                .collect();
            all.extend(more);
        }
        all
    }

    /// The same names, of which two have changed hands.
    fn with_exchanged(self, one: u16, other: u16) -> Names {
        let (name, another) = (u64::from(self.of(one)), u64::from(self.of(other)));
        let both = name ^ another;
        Names(self.0 ^ both << (4 * one) ^ both << (4 * other))
    }

    /// What somebody is called now.
    pub fn name(self, node: NodeId) -> NodeId {
        if node.is_client() { node } else { NodeId::replica(self.of(node.raw()).into()) }
    }

    /// The same for [`NodeId::raw`].
    #[inline(always)]
    pub(super) fn of(self, raw: u16) -> u16 {
        if raw < 16 { (self.0 >> (4 * raw) & 15) as u16 } else { raw }
    }

    /// Whether a node keeps its name.
    pub fn keep(self, node: NodeId) -> bool {
        self.name(node) == node
    }
}

/// What a hasher is told of the parts that it takes.
pub(super) enum Mark {
    /// Here begin parts whose order means nothing.
    Open,
    /// Here is the next of them, of the replica in this place.
    Next(Option<u16>),
    /// They end.
    Close,
    /// The next word is a set: a bit for each replica.
    Set,
}

impl Mark {
    fn write(self, hasher: &mut impl Hasher) {
        hasher.write_i128(match self {
            Mark::Open => 0,
            Mark::Close => 1,
            Mark::Set => 2,
            Mark::Next(None) => 3,
            Mark::Next(Some(place)) => 4 + i128::from(place),
        });
    }

    pub(super) fn read(code: i128) -> Self {
        match code {
            0 => Mark::Open,
            1 => Mark::Close,
            2 => Mark::Set,
            3 => Mark::Next(None),
            code => Mark::Next(Some((code - 4) as u16)),
        }
    }
}

/// How a hasher calls replicas by other names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Renaming {
    pub(super) names: Names,
    /// Within parts whose order means nothing: the hash before them, and the sum of their hashes. Four deep their order counts again:
    /// then a search meets more states, but no wrong ones.
    levels: [(u64, u64); 3],
    depth: usize,
    /// Whether the next word is a set.
    pub(super) set: bool,
}

impl Renaming {
    pub(super) fn new(names: Names) -> Self {
        Renaming { names, levels: [(0, 0); 3], depth: 0, set: false }
    }

    /// Parts begin whose order means nothing, and `state` is the hash before them. Whether their hash begins anew.
    pub(super) fn open(&mut self, state: u64) -> bool {
        self.depth += 1;
        self.levels.get_mut(self.depth - 1).map(|level| *level = (state, 0)).is_some()
    }

    /// The sum of the hashes of such parts, if they are added up.
    pub(super) fn sum(&mut self) -> Option<&mut u64> {
        self.levels.get_mut(self.depth - 1).map(|(_, sum)| sum)
    }

    /// Such parts end. The hash before them and their sum, if they were added up.
    pub(super) fn close(&mut self) -> Option<(u64, u64)> {
        self.depth -= 1;
        self.levels.get(self.depth).copied()
    }

    /// The first word of some bytes, which may be a set.
    pub(super) fn first(&mut self, word: u64) -> u64 {
        if !std::mem::take(&mut self.set) {
            return word;
        }
        // Bit 0 is replica 1.
        let bit = |place: u16| (word >> place & 1) << (self.names.of(place + 1) - 1);
        (0..15).map(bit).fold(word >> 15 << 15, |all, bit| all | bit)
    }
}

/// Takes the name of a node, by [`NodeId::raw`], into a hash; 0 is nobody's.
pub fn hash_name(raw: u16, hasher: &mut impl Hasher) {
    hasher.write_i16(raw as i16);
}

/// Takes a set of replicas into a hash: a bit for each, the lowest for replica 1.
pub fn hash_set(bits: &[u64], hasher: &mut impl Hasher) {
    Mark::Set.write(hasher);
    bits.hash(hasher);
}

/// One for each replica, by place.
#[derive(Clone, PartialEq, Eq)]
pub struct PerReplica<T>(Vec<T>);

/// Some, in the order of the replicas that they are about: it has no other meaning.
#[derive(Clone, PartialEq, Eq)]
pub struct ByName<T>(Vec<T>);

impl<T: Hash> Hash for PerReplica<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let placed = self.0.iter().enumerate().map(|(place, one)| (Some(place as u16), one));
        hash_parts(self.0.len(), placed, hasher);
    }
}

impl<T: Hash> Hash for ByName<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hash_by_name(self.0.len(), self.0.iter(), hasher);
    }
}

/// Takes so many parts into a hash, which lie in the order of the replicas that they are about: it has no other meaning.
pub fn hash_by_name<T: Hash, H: Hasher>(len: usize, parts: impl Iterator<Item = T>, hasher: &mut H) {
    hash_parts(len, parts.map(|part| (None, part)), hasher);
}

fn hash_parts<T: Hash, H: Hasher>(len: usize, parts: impl Iterator<Item = (Option<u16>, T)>, hasher: &mut H) {
    len.hash(hasher);
    Mark::Open.write(hasher);
    for (place, part) in parts {
        Mark::Next(place).write(hasher);
        part.hash(hasher);
    }
    Mark::Close.write(hasher);
}

macro_rules! list {
    ($name:ident) => {
        impl<T> Default for $name<T> {
            fn default() -> Self {
                $name(Vec::new())
            }
        }

        impl<T> From<Vec<T>> for $name<T> {
            fn from(list: Vec<T>) -> Self {
                $name(list)
            }
        }

        impl<T: fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<T> Deref for $name<T> {
            type Target = Vec<T>;

            fn deref(&self) -> &Vec<T> {
                &self.0
            }
        }

        impl<T> DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut Vec<T> {
                &mut self.0
            }
        }
    };
}

list!(PerReplica);
list!(ByName);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kernel::data::hash::{StableHasher, stable_hash};

    fn under(names: Names, thing: &impl Hash) -> u64 {
        let mut hasher = StableHasher::under(names);
        thing.hash(&mut hasher);
        hasher.finish()
    }

    fn replica(number: usize) -> NodeId {
        NodeId::replica(number)
    }

    #[test]
    fn all_names_are_all_permutations() {
        let of = [2, 3, 5, 15].map(replica);
        let all = Names::all(&of);
        let told: BTreeSet<_> = all.iter().map(|names| of.map(|node| names.name(node))).collect();
        assert_eq!((all.len(), told.len(), all[0]), (24, 24, Names::SAME));
        for names in told {
            assert_eq!(BTreeSet::from(names), BTreeSet::from(of));
        }
        let keep = |node| all.iter().all(|names| names.keep(node));
        assert!(keep(replica(1)) && keep(replica(16)) && keep(NodeId::client(2)));
    }

    /// The second leads, is alone in a set, has heard from the others, and knows how far the third is.
    fn thing(names: [usize; 3]) -> impl Hash {
        let [one, two, three] = names;
        let mut heard = vec![(replica(one), "yes"), (replica(three), "no")];
        heard.sort();
        let mut inner = PerReplica::from(vec![0; 3]);
        inner[three - 1] = 7;
        let mut placed = vec![PerReplica::default(); 3];
        placed[two - 1] = inner;
        (replica(two), Set([1 << (two - 1), 0]), ByName::from(heard), PerReplica::from(placed), [5_u64, 6])
    }

    struct Set([u64; 2]);

    impl Hash for Set {
        fn hash<H: Hasher>(&self, hasher: &mut H) {
            hash_set(&self.0, hasher);
        }
    }

    #[test]
    fn whoever_has_another_name_is_hashed_as_one_who_has_it_already() {
        let of = [1, 2, 3].map(replica);
        let mut prints = BTreeSet::new();
        for names in Names::all(&of) {
            let called = of.map(|node| names.name(node).number());
            assert_eq!(under(names, &thing([1, 2, 3])), under(Names::SAME, &thing(called)), "{called:?}");
            prints.insert(under(names, &thing([1, 2, 3])));
        }
        assert_eq!(prints.len(), 6);
    }

    #[test]
    fn under_no_other_names_it_is_an_ordinary_hash() {
        let plain = (1_u16..=3, vec![(1_u16, "yes")], [4_u64, 0]);
        let numbers = ByName::from(vec![(1_u16, "yes")]);
        let (_, list, bits) = &plain;
        assert_eq!(stable_hash(&numbers), stable_hash(list));
        assert_eq!(stable_hash(&PerReplica::from(vec!["a", "b"])), stable_hash(&vec!["a", "b"]));
        assert_eq!(stable_hash(&Set(*bits)), stable_hash(&bits[..]));
        assert_eq!(stable_hash(&replica(9)), stable_hash(&9_u16));
        assert_eq!(stable_hash(&NodeId::client(9)), stable_hash(&NodeId::client(9).raw()));
    }
}
