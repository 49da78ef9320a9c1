//! Sorting, once for all lists: the standard library's sorts are some 5 KB of wasm for each type of element.

use std::cmp::Ordering;

/// Puts a list in order. Equal elements keep theirs.
pub trait InOrder<T> {
    /// By what precedes what.
    fn put_in_order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// By a key of each element.
    fn put_in_order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.put_in_order_by(|one, other| key(one).cmp(&key(other)));
    }

    /// By the elements themselves.
    fn put_in_order(&mut self)
    where
        T: Ord,
    {
        self.put_in_order_by(T::cmp);
    }
}

impl<T> InOrder<T> for [T] {
    fn put_in_order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let mut sources = sources(self.len(), &mut |one, other| compare(&self[one], &self[other]));
        for start in 0..self.len() {
            // Each element goes to its place around one circle of moves, which ends where it began.
            let mut place = start;
            while sources[place] != start {
                let source = sources[place];
                self.swap(place, source);
                sources[place] = place;
                place = source;
            }
            sources[place] = place;
        }
    }
}

/// For each place of the list in order, where its element was.
fn sources(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sources: Vec<usize> = (0..len).collect();
    sources.sort_by(|one, other| compare(*one, *other));
    sources
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::InOrder;

    proptest! {
        #[test]
        fn a_list_comes_in_the_order_of_the_standard_library(list: Vec<(u8, u8)>) {
            let (mut ours, mut theirs) = (list.clone(), list);
            ours.put_in_order_by_key(|pair| pair.0);
            theirs.sort_by_key(|pair| pair.0);
            prop_assert_eq!(ours, theirs);
        }
    }
}
