//! The replicated value. It is a map from places to parts; any two parts of a place are ordered, and the greater one is kept.
//! So merging is the least upper bound in a semilattice: order, repetition and grouping don't matter (Shapiro et al. 2011,
//! §2.3).
//!
//! | | places | parts, from lesser to greater |
//! |---|---|---|
//! | last-writer-wins register | one | by stamp |
//! | grow-only counter | one share for each replica | by count |
//! | add-wins set | one tag for each add | present, removed |

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::kernel::data::hash::StableHasher;
use crate::kernel::descriptor::fields::one_word;
use crate::kernel::prelude::*;

/// A key, a value of a register, an element of a set.
pub type Name = ShortWord;

/// What nobody has written yet.
pub const NOTHING: Name = Name::of("nothing");

/// When a register was written: a counter that passes all that the writer had seen (Lamport 1978), and who wrote. Written `2.1`:
/// time 2, by replica 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// From 1.
    pub time: u32,
    /// Who wrote.
    pub writer: Option<NodeId>,
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.writer {
            Some(writer) => write!(f, "{}.{writer}", self.time),
            None => write!(f, "{}", self.time),
        }
    }
}

/// Which add of an element it was, as no other has the same: the how-manieth of a replica.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Tag {
    /// Who added.
    pub by: NodeId,
    /// From 1.
    pub number: u32,
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.number, self.by)
    }
}

/// Where a part belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Place {
    /// A register.
    Register(Name),
    /// What one replica has counted of a counter.
    Share(Name, NodeId),
    /// One add of an element to a set.
    Added(Name, Name, Tag),
    /// All adds of an element, those to come included: only a bug removes them.
    AnyAdd(Name, Name),
}

/// A write of a register.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Written {
    /// When.
    pub stamp: Stamp,
    /// What.
    pub value: Name,
    /// The last write of each replica that its writer had seen: what it does not know of was written at the same time.
    pub knew: Vec<(NodeId, u32)>,
}

impl Written {
    /// Whether its writer had seen that other write, or it is the same.
    pub fn knows(&self, other: &Written) -> bool {
        let seen = |writer| self.knew.iter().find(|(node, _)| *node == writer).map_or(0, |(_, time)| *time);
        self.stamp == other.stamp || other.stamp.writer.is_none_or(|writer| seen(writer) >= other.stamp.time)
    }
}

/// What stands at a place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Part {
    /// The element is in the set.
    Present,
    /// It was: a tombstone.
    Removed,
    /// So many.
    Count(u32),
    /// The register's last write.
    Written(Written),
}

/// What a merge has changed at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct News {
    /// Where.
    pub place: Place,
    /// What stood there.
    pub before: Option<Part>,
    /// What stands there now.
    pub now: Part,
}

/// The replicated value: registers, counters and sets, by key.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Value {
    parts: PersistentMap<Place, Part>,
}

impl Value {
    /// Its parts, in the order of their places.
    pub fn iter(&self) -> impl Iterator<Item = (&Place, &Part)> {
        self.parts.iter()
    }

    /// How many parts it has.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether nobody has written anything.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// What stands there.
    pub fn get(&self, place: &Place) -> Option<&Part> {
        self.parts.get(place)
    }

    /// Puts a part there, whatever stands there.
    pub fn put(&mut self, place: Place, part: Part) {
        self.parts.insert(place, part);
    }

    /// Takes in all of another value: of two parts the greater one.
    pub fn merge(&mut self, other: &Value) -> Vec<News> {
        self.merge_by(other, |held, got| held.map_or(got, |held| held.max(got)).clone().into())
    }

    /// Takes in all of another value; `join` makes one part of what stands there and what comes. Gives what is new.
    pub fn merge_by(&mut self, other: &Value, join: impl Fn(Option<&Part>, &Part) -> Option<Part>) -> Vec<News> {
        let mut news = Vec::new();
        for (place, got) in other.iter() {
            let before = self.parts.get(place).cloned();
            let Some(now) = join(before.as_ref(), got) else { continue };
            if before.as_ref() != Some(&now) {
                self.parts.insert(*place, now.clone());
                news.push(News { place: *place, before, now });
            }
        }
        news
    }

    /// Forgets all removed adds.
    pub fn forget_tombstones(&mut self) {
        self.parts.retain(|_, part| *part != Part::Removed);
    }

    /// How many removed adds it remembers.
    pub fn tombstones(&self) -> usize {
        self.parts.values().filter(|part| **part == Part::Removed).count()
    }

    /// The last write of a register.
    pub fn register(&self, key: Name) -> Option<&Written> {
        match self.get(&Place::Register(key)) {
            Some(Part::Written(written)) => Some(written),
            _ => None,
        }
    }

    /// What all have counted together.
    pub fn total(&self, key: Name) -> u32 {
        let shares = self.parts.iter().filter_map(|(place, part)| match (place, part) {
            (Place::Share(of, _), Part::Count(count)) if *of == key => Some(*count),
            _ => None,
        });
        shares.fold(0, u32::saturating_add)
    }

    /// The adds of an element that are known here and were not removed.
    pub fn adds(&self, key: Name, element: Name) -> Vec<Place> {
        let of = |place: &Place| matches!(place, Place::Added(set, one, _) if (*set, *one) == (key, element));
        self.parts
            .iter()
            .filter(|(place, part)| of(place) && **part == Part::Present)
            .map(|(place, _)| *place)
            .collect()
    }

    /// Whether an element is in a set.
    pub fn contains(&self, key: Name, element: Name) -> bool {
        self.get(&Place::AnyAdd(key, element)).is_none() && !self.adds(key, element).is_empty()
    }

    /// The elements of a set, each once, in order.
    pub fn elements(&self, key: Name) -> Vec<Name> {
        let mut all: Vec<_> = self
            .parts
            .keys()
            .filter_map(|place| match place {
                Place::Added(set, element, _) if *set == key => Some(*element),
                _ => None,
            })
            .collect();
        all.dedup();
        all.retain(|element| self.contains(key, *element));
        all
    }

    /// The keys of its registers, of its counters or of its sets, each once.
    pub fn keys(&self, of: fn(&Place) -> Option<Name>) -> Vec<Name> {
        let mut keys: Vec<_> = self.parts.keys().filter_map(of).collect();
        keys.dedup();
        keys
    }

    /// What a reader of a key is told: of a register the value, of a counter the total, of a set the elements.
    pub fn read(&self, key: Name) -> String {
        let register = self.register(key).map(|written| written.value.to_string());
        let counter = counter(&self.keys(counter_key), key).then(|| self.total(key).to_string());
        let elements = self.elements(key);
        let set = (!elements.is_empty()).then(|| listed(elements, "+"));
        let all: Vec<_> = [register, counter, set].into_iter().flatten().collect();
        if all.is_empty() { NOTHING.to_string() } else { all.join(" ") }
    }

    /// A number that grows with every update: how many there were, as far as they are known here.
    pub fn version(&self) -> u64 {
        let of = |part: &Part| match part {
            Part::Present => 1,
            Part::Removed => 2,
            Part::Count(count) => u64::from(*count),
            Part::Written(written) => u64::from(written.stamp.time),
        };
        self.parts.values().map(of).sum()
    }

    /// A short number that is the same for the same value, and very likely for no other.
    pub fn checksum(&self) -> u64 {
        let mut hasher = StableHasher::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

fn counter(keys: &[Name], key: Name) -> bool {
    keys.contains(&key)
}

/// For [`Value::keys`].
pub fn register_key(place: &Place) -> Option<Name> {
    if let Place::Register(key) = place { Some(*key) } else { None }
}

/// For [`Value::keys`].
pub fn counter_key(place: &Place) -> Option<Name> {
    if let Place::Share(key, _) = place { Some(*key) } else { None }
}

/// For [`Value::keys`].
pub fn set_key(place: &Place) -> Option<Name> {
    if let Place::Added(key, ..) = place { Some(*key) } else { None }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut keys: Vec<_> = [register_key, counter_key, set_key].into_iter().flat_map(|of| self.keys(of)).collect();
        keys.sort_unstable();
        keys.dedup();
        let all = listed(keys.iter().map(|key| format!("{key}={}", self.read(*key).replace(' ', "+"))), " ");
        f.write_str(if all.is_empty() { NOTHING.word() } else { &all })
    }
}

one_word!(Stamp, Tag, Value);
