//! A growing list whose clones share what they have in common, made for logs: what is appended is written once, into
//! memory that all clones share, and a clone that ends earlier does not see it.

use std::cell::OnceCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

/// How many items a chunk holds.
const CHUNK: usize = 32;

type Chunk<T> = Rc<[OnceCell<T>; CHUNK]>;

/// Items in the order in which they were appended. Cloning and appending cost the same however long the log is. Only
/// where two clones part (one was cut, and goes on otherwise) is something copied: a chunk, and one pointer for each.
pub struct PersistentVec<T> {
    /// Places of chunks, each filled once. What stands at `len` and behind it belongs to longer clones.
    spine: Rc<Vec<OnceCell<Chunk<T>>>>,
    len: usize,
}

impl<T> PersistentVec<T> {
    /// An empty log.
    pub fn new() -> Self {
        PersistentVec { spine: Rc::default(), len: 0 }
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The item at a place, from 0.
    pub fn get(&self, place: usize) -> Option<&T> {
        if place >= self.len {
            return None;
        }
        self.spine[place / CHUNK].get()?[place % CHUNK].get()
    }

    /// The last item.
    pub fn last(&self) -> Option<&T> {
        self.get(self.len.checked_sub(1)?)
    }

    /// Cuts off everything from a place on.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// All items, in order.
    pub fn iter(&self) -> Iter<'_, T> {
        self.from(0)
    }

    /// The items from a place on, in order.
    pub fn from(&self, place: usize) -> Iter<'_, T> {
        Iter { log: self, place, chunk: &[] }
    }

    /// The first so many chunks of the list, and room for more.
    fn respined(&self, keep: usize, room: usize) -> Vec<OnceCell<Chunk<T>>> {
        let mut spine = Vec::with_capacity(room);
        for chunk in &self.spine[..keep] {
            spine.push(chunk.clone());
        }
        spine.resize_with(room, OnceCell::new);
        spine
    }
}

fn blank<T>() -> Chunk<T> {
    Rc::new([const { OnceCell::new() }; CHUNK])
}

impl<T: Clone> PersistentVec<T> {
    /// Appends an item.
    pub fn push(&mut self, item: T) {
        let (chunk, place) = (self.len / CHUNK, self.len % CHUNK);
        if chunk == self.spine.len() {
            self.spine = Rc::new(self.respined(chunk, (2 * chunk).max(4)));
        }
        if let Err(item) = self.spine[chunk].get_or_init(blank)[place].set(item) {
            // A clone has gone on otherwise from here: part from it.
            self.part(chunk, place);
            let _ = self.spine[chunk].get_or_init(blank)[place].set(item);
        }
        self.len += 1;
    }

    /// Takes a place and all behind it for itself.
    fn part(&mut self, chunk: usize, place: usize) {
        let own = blank();
        if let Some(shared) = self.spine[chunk].get() {
            for (to, from) in own.iter().zip(&shared[..place]) {
                if let Some(item) = from.get() {
                    let _ = to.set(item.clone());
                }
            }
        }
        let mut spine = self.respined(chunk, self.spine.len());
        spine[chunk] = own.into();
        self.spine = Rc::new(spine);
    }
}

impl<T> Clone for PersistentVec<T> {
    fn clone(&self) -> Self {
        PersistentVec { spine: self.spine.clone(), len: self.len }
    }
}

impl<T> Default for PersistentVec<T> {
    fn default() -> Self {
        PersistentVec::new()
    }
}

impl<T: PartialEq> PartialEq for PersistentVec<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().zip(other.iter()).all(|(a, b)| a == b)
    }
}

impl<T: Eq> Eq for PersistentVec<T> {}

impl<T: Hash> Hash for PersistentVec<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.len.hash(hasher);
        for item in self.iter() {
            item.hash(hasher);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for PersistentVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Clone> FromIterator<T> for PersistentVec<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut log = PersistentVec::new();
        items.into_iter().for_each(|item| log.push(item));
        log
    }
}

impl<T: Serialize> Serialize for PersistentVec<T> {
    /// As a list.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Deserialize<'de> + Clone> Deserialize<'de> for PersistentVec<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Items(PersistentVec::new()))
    }
}

/// Reads items one after the other.
struct Items<T>(PersistentVec<T>);

impl<'de, T: Deserialize<'de> + Clone> Visitor<'de> for Items<T> {
    type Value = PersistentVec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        while let Some(item) = list.next_element()? {
            self.0.push(item);
        }
        Ok(self.0)
    }
}

/// The items of a [`PersistentVec`], in order.
pub struct Iter<'a, T> {
    log: &'a PersistentVec<T>,
    place: usize,
    /// What is left of the chunk at hand.
    chunk: &'a [OnceCell<T>],
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        if self.place >= self.log.len {
            return None;
        }
        if self.chunk.is_empty() {
            self.chunk = &self.log.spine[self.place / CHUNK].get()?[self.place % CHUNK..];
        }
        let (item, rest) = self.chunk.split_first()?;
        (self.chunk, self.place) = (rest, self.place + 1);
        item.get()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.log.len.saturating_sub(self.place);
        (left, Some(left))
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;
    use crate::kernel::data::hash::stable_hash;

    fn same(log: &PersistentVec<u32>, model: &[u32]) {
        assert!(log.iter().eq(model) && log.len() == model.len() && log.last() == model.last());
        assert!(log.from(model.len() / 2).eq(&model[model.len() / 2..]));
        // A deque, too, hashes its length and then item by item.
        let deque: VecDeque<_> = model.iter().copied().collect();
        assert_eq!((log.get(model.len()), stable_hash(log)), (None, stable_hash(&deque)));
    }

    proptest! {
        #![proptest_config(crate::random_cases(256))]
        /// A step appends to one of several clones, cuts it, or makes it a clone of another.
        #[test]
        fn it_is_a_list_and_clones_do_not_see_each_other(steps in prop::collection::vec((0..4usize, 0..9u8, 0..4usize), 0..400)) {
            let (mut logs, mut models) = (vec![PersistentVec::new(); 4], vec![Vec::new(); 4]);
            for (number, &(at, what, other)) in (0..).zip(&steps) {
                match what {
                    0 => {
                        let keep = models[at].len() * other / 4;
                        logs[at].truncate(keep);
                        models[at].truncate(keep);
                    }
                    1 | 2 => (logs[at], models[at]) = (logs[other].clone(), models[other].clone()),
                    _ => for item in 0..what as u32 {
                        logs[at].push(number * 10 + item);
                        models[at].push(number * 10 + item);
                    },
                }
            }
            for (log, model) in logs.iter().zip(&models) {
                same(log, model);
            }
        }
    }

    #[test]
    fn appending_to_a_clone_copies_nothing() {
        let mut log = PersistentVec::new();
        for item in 0..100 {
            let durable = log.clone();
            log.push(item);
            assert!(durable.is_empty() || Rc::ptr_eq(durable.spine[0].get().unwrap(), log.spine[0].get().unwrap()));
        }
    }
}
