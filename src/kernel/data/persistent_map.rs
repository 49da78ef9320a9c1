//! An ordered map whose clones share what they have in common. It stands where many kinds of maps would each bring
//! their own code: a sorted vector, cut into chunks, so that a change copies one chunk and the list of chunks.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

/// How many pairs a chunk holds at most.
const CHUNK: usize = 32;

type Chunk<K, V> = Rc<Vec<(K, V)>>;

/// Pairs in the order of their keys. Cloning costs nothing; changing a clone copies at most 32 pairs, and one pointer
/// for each 16 to 32 pairs.
pub struct PersistentMap<K, V> {
    chunks: Rc<Vec<Chunk<K, V>>>,
    len: usize,
}

impl<K, V> PersistentMap<K, V> {
    /// An empty table.
    pub fn new() -> Self {
        PersistentMap { chunks: Rc::default(), len: 0 }
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All pairs, in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { chunks: &self.chunks, chunk: 0, place: 0 }
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|pair| pair.0)
    }

    /// All values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|pair| pair.1)
    }

    /// The pair with the highest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.chunks.last()?.last().map(|(key, value)| (key, value))
    }
}

impl<K: Ord, V> PersistentMap<K, V> {
    /// The chunk that a key is in or belongs in, and its place there: `Ok` where it is, `Err` where it would go.
    fn find(&self, key: &K) -> (usize, Result<usize, usize>) {
        // The first chunk has what is before all others, so its own beginning is never asked for.
        let (mut lo, mut hi) = (1, self.chunks.len());
        // Mostly the last chunk is meant: so that is looked at first.
        let mut middle = hi.saturating_sub(1);
        while lo < hi {
            if self.chunks[middle].first().is_some_and(|(first, _)| first <= key) {
                lo = middle + 1
            } else {
                hi = middle
            }
            middle = usize::midpoint(lo, hi);
        }
        let chunk = lo - 1;
        let Some(pairs) = self.chunks.get(chunk) else { return (chunk, Err(0)) };
        let (mut lo, mut hi) = (0, pairs.len());
        while lo < hi {
            let middle = usize::midpoint(lo, hi);
            match pairs[middle].0.cmp(key) {
                Ordering::Less => lo = middle + 1,
                Ordering::Equal => return (chunk, Ok(middle)),
                Ordering::Greater => hi = middle,
            }
        }
        (chunk, Err(lo))
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        let (chunk, Ok(place)) = self.find(key) else { return None };
        Some(&self.chunks[chunk][place].1)
    }

    /// Whether a key is there.
    pub fn contains_key(&self, key: &K) -> bool {
        self.find(key).1.is_ok()
    }

    /// The pairs from a key on, in order.
    pub fn from(&self, key: &K) -> Iter<'_, K, V> {
        let (chunk, Ok(place) | Err(place)) = self.find(key);
        Iter { chunks: &self.chunks, chunk, place }
    }
}

impl<K: Ord + Clone, V: Clone> PersistentMap<K, V> {
    fn chunk_mut(&mut self, chunk: usize) -> &mut Vec<(K, V)> {
        Rc::make_mut(&mut Rc::make_mut(&mut self.chunks)[chunk])
    }

    /// Gives a key a value, in place of the one that it may have.
    pub fn insert(&mut self, key: K, value: V) {
        let (chunk, found) = self.find(&key);
        match found {
            Ok(place) => self.chunk_mut(chunk)[place].1 = value,
            Err(place) => self.open(chunk, place, (key, value)),
        }
    }

    /// Puts a new pair in its place, and cuts a chunk that is full: in the middle, or where keys come in order, at its end.
    fn open(&mut self, mut chunk: usize, mut place: usize, pair: (K, V)) {
        self.len += 1;
        if self.chunks.is_empty() {
            Rc::make_mut(&mut self.chunks).push(Rc::default());
        }
        if self.chunks[chunk].len() == CHUNK {
            let keep = if place == CHUNK { CHUNK } else { CHUNK / 2 };
            let rest = self.chunk_mut(chunk).split_off(keep);
            Rc::make_mut(&mut self.chunks).insert(chunk + 1, Rc::new(rest));
            if place >= keep {
                (chunk, place) = (chunk + 1, place - keep);
            }
        }
        let pairs = self.chunk_mut(chunk);
        if pairs.len() == pairs.capacity() {
            // By itself a list of 20 would make room for 40.
            pairs.reserve_exact((2 * pairs.len()).clamp(4, CHUNK) - pairs.len());
        }
        pairs.insert(place, pair);
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (chunk, Ok(place)) = self.find(key) else { return None };
        Some(&mut self.chunk_mut(chunk)[place].1)
    }

    /// The value of a key, to be changed; where there is none, this one.
    pub fn get_or_insert(&mut self, key: K, value: V) -> &mut V {
        let (mut chunk, mut found) = self.find(&key);
        if let Err(place) = found {
            self.open(chunk, place, (key.clone(), value));
            (chunk, found) = self.find(&key);
        }
        let (Ok(place) | Err(place)) = found;
        &mut self.chunk_mut(chunk)[place].1
    }

    /// Takes a key out, if it is there.
    pub fn remove(&mut self, key: &K) {
        let (chunk, Ok(place)) = self.find(key) else { return };
        self.len -= 1;
        let pairs = self.chunk_mut(chunk);
        pairs.remove(place);
        if pairs.is_empty() {
            Rc::make_mut(&mut self.chunks).remove(chunk);
        }
    }

    /// Keeps the pairs that `keep` says yes to; it may change their values.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let old = std::mem::take(self);
        for (key, value) in old.iter() {
            let mut value = value.clone();
            if keep(key, &mut value) {
                self.insert(key.clone(), value);
            }
        }
    }
}

impl<K: Serialize, V: Serialize> Serialize for PersistentMap<K, V> {
    /// As a list of pairs: not every format has keys that are more than text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, K, V> Deserialize<'de> for PersistentMap<K, V>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de> + Clone,
{
    /// Errors: also where keys are out of order, or one is there twice.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Pairs(PersistentMap::new()))
    }
}

/// Reads pairs one after the other.
struct Pairs<K, V>(PersistentMap<K, V>);

impl<'de, K, V> Visitor<'de> for Pairs<K, V>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de> + Clone,
{
    type Value = PersistentMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of pairs in the order of their keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        while let Some((key, value)) = list.next_element()? {
            if self.0.last().is_some_and(|(last, _)| *last >= key) {
                return Err(de::Error::custom("the keys of a map are out of order"));
            }
            self.0.insert(key, value);
        }
        Ok(self.0)
    }
}

impl<K, V> Clone for PersistentMap<K, V> {
    fn clone(&self) -> Self {
        PersistentMap { chunks: self.chunks.clone(), len: self.len }
    }
}

impl<K, V> Default for PersistentMap<K, V> {
    fn default() -> Self {
        PersistentMap::new()
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for PersistentMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().zip(other.iter()).all(|(a, b)| a == b)
    }
}

impl<K: Eq, V: Eq> Eq for PersistentMap<K, V> {}

impl<K: Hash, V: Hash> Hash for PersistentMap<K, V> {
    /// Over the pairs alone: where the chunks are cut depends on how the table came about.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.len.hash(hasher);
        for pair in self.iter() {
            pair.hash(hasher);
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for PersistentMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The pairs of a [`PersistentMap`], in the order of their keys.
pub struct Iter<'a, K, V> {
    chunks: &'a [Chunk<K, V>],
    chunk: usize,
    place: usize,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let pairs = self.chunks.get(self.chunk)?;
        if let Some((key, value)) = pairs.get(self.place) {
            self.place += 1;
            return Some((key, value));
        }
        (self.chunk, self.place) = (self.chunk + 1, 1);
        // No chunk is empty.
        self.chunks.get(self.chunk)?.first().map(|(key, value)| (key, value))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::kernel::data::hash::stable_hash;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u16, u32),
        Remove(u16),
        Change(u16, u32),
        Default(u16),
        Retain(u16),
        Clone,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let key = 0..200u16;
        prop::collection::vec(
            prop_oneof![
                6 => (key.clone(), any::<u32>()).prop_map(|(k, v)| Step::Insert(k, v)),
                3 => key.clone().prop_map(Step::Remove),
                2 => (key.clone(), any::<u32>()).prop_map(|(k, v)| Step::Change(k, v)),
                1 => key.prop_map(Step::Default),
                1 => (2..9u16).prop_map(Step::Retain),
                1 => Just(Step::Clone),
            ],
            0..400,
        )
    }

    fn carry_out(step: &Step, table: &mut PersistentMap<u16, u32>, model: &mut BTreeMap<u16, u32>) {
        match *step {
            Step::Insert(k, v) => {
                table.insert(k, v);
                model.insert(k, v);
            }
            Step::Remove(k) => {
                table.remove(&k);
                model.remove(&k);
            }
            Step::Change(k, v) => {
                if let Some(value) = table.get_mut(&k) {
                    *value = v;
                }
                model.entry(k).and_modify(|value| *value = v);
            }
            Step::Default(k) => assert_eq!(table.get_or_insert(k, 7), model.entry(k).or_insert(7)),
            Step::Retain(m) => {
                table.retain(|k, _| k % m != 0);
                model.retain(|k, _| k % m != 0);
            }
            Step::Clone => {}
        }
    }

    fn same(table: &PersistentMap<u16, u32>, model: &BTreeMap<u16, u32>) {
        assert!(table.iter().eq(model.iter()) && table.len() == model.len() && table.last() == model.last_key_value());
        for key in (0..201).step_by(7) {
            assert_eq!((table.get(&key), table.contains_key(&key)), (model.get(&key), model.contains_key(&key)));
            assert!(table.from(&key).eq(model.range(key..)), "from {key}");
        }
        assert_eq!(stable_hash(table), stable_hash(model), "the hash is that of an ordered map, chunks or not");
    }

    proptest! {
        #![proptest_config(crate::random_cases(256))]
        #[test]
        fn it_is_an_ordered_map_and_its_clones_stay_as_they_were(steps in steps(), ascending in 0..100u16) {
            let (mut table, mut model) = (PersistentMap::new(), BTreeMap::new());
            for key in 0..ascending {
                carry_out(&Step::Insert(key, 0), &mut table, &mut model);
            }
            let mut kept = Vec::new();
            for step in &steps {
                if matches!(step, Step::Clone) {
                    kept.push((table.clone(), model.clone()));
                }
                carry_out(step, &mut table, &mut model);
            }
            same(&table, &model);
            for (table, model) in &kept {
                same(table, model);
            }
        }
    }
}
