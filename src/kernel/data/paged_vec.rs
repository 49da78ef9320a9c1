//! Long lists of small records: they grow by whole pages, so that a million of them cost no more than they hold.

use std::fmt;

/// How many records a page holds.
const PAGE: usize = 4096;

/// A list that only grows at its end or is cut there.
#[derive(Clone, PartialEq)]
pub struct PagedVec<T> {
    pages: Vec<Vec<T>>,
}

impl<T> Default for PagedVec<T> {
    fn default() -> Self {
        PagedVec { pages: Vec::new() }
    }
}

impl<T: fmt::Debug> fmt::Debug for PagedVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T> PagedVec<T> {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.pages.last().map_or(0, |last| (self.pages.len() - 1) * PAGE + last.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The record at a place, from 0.
    pub fn get(&self, place: usize) -> Option<&T> {
        self.pages.get(place / PAGE)?.get(place % PAGE)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        self.pages.get_mut(place / PAGE)?.get_mut(place % PAGE)
    }

    /// The last record.
    pub fn last(&self) -> Option<&T> {
        self.pages.last()?.last()
    }

    /// Adds a record.
    pub fn push(&mut self, record: T) {
        if self.pages.last().is_none_or(|last| last.len() == PAGE) {
            self.pages.push(Vec::with_capacity(PAGE));
        }
        if let Some(last) = self.pages.last_mut() {
            last.push(record);
        }
    }

    /// Cuts the list to this length, where it is longer.
    pub fn truncate(&mut self, length: usize) {
        self.pages.truncate(length.div_ceil(PAGE));
        if let Some(last) = self.pages.get_mut(length / PAGE) {
            last.truncate(length % PAGE);
        }
    }

    /// All records, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flatten()
    }

    /// The records at these places, with their places; places beyond the end are left out.
    pub fn range(&self, places: std::ops::Range<usize>) -> impl Iterator<Item = (usize, &T)> {
        places.map_while(|place| Some((place, self.get(place)?)))
    }

    /// How many records at the beginning fulfil a condition that no later one fulfils.
    pub fn partition_point(&self, mut first: impl FnMut(&T) -> bool) -> usize {
        let page = self.pages.partition_point(|page| page.last().is_some_and(&mut first));
        let Some(within) = self.pages.get(page) else { return self.len() };
        page * PAGE + within.partition_point(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_list() {
        let mut records = PagedVec::default();
        assert_eq!((records.len(), records.is_empty(), records.last()), (0, true, None));
        (0..10_000).for_each(|number| records.push(number));
        assert_eq!(
            (records.len(), records.last(), records.get(4096), records.get(10_000)),
            (10_000, Some(&9_999), Some(&4096), None)
        );
        assert!(records.iter().copied().eq(0..10_000));
        assert_eq!(records.range(9_998..20_000).collect::<Vec<_>>(), [(9_998, &9_998), (9_999, &9_999)]);
        for bound in [0, 1, 4_095, 4_096, 4_097, 9_999, 10_000, 20_000] {
            assert_eq!(records.partition_point(|&number| number < bound), 10_000.min(bound) as usize);
        }
    }

    #[test]
    fn it_can_be_cut_anywhere() {
        for length in [9_999, 8_193, 8_192, 8_191, 1, 0, 50_000] {
            let mut records = PagedVec::default();
            (0..10_000).for_each(|number| records.push(number));
            records.truncate(length);
            assert_eq!(records.len(), length.min(10_000));
            records.push(7);
            assert_eq!((records.len(), records.last()), (length.min(10_000) + 1, Some(&7)));
            assert!(records.iter().copied().take(length.min(10_000)).eq(0..length.min(10_000)));
        }
    }
}
