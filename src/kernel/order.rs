//! Sorting where speed does not matter: one piece of code for every kind of list, while the standard library's sorts
//! bring a few kilobytes each.

/// Puts a list into the order of its keys. Items with equal keys may change places: keys should tell them apart.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    let len = list.len();
    let list = std::cell::RefCell::new(list);
    let less = |a: usize, b: usize| key(&list.borrow()[a]) < key(&list.borrow()[b]);
    heap_sort(len, &less, &|a, b| list.borrow_mut().swap(a, b));
}

/// Puts a list into order.
pub fn sort<T: Ord + Copy>(list: &mut [T]) {
    sort_by_key(list, |item| *item);
}

/// Williams 1964, with Floyd's way to build the heap: `less` compares two places, `swap` exchanges them.
fn heap_sort(len: usize, less: &dyn Fn(usize, usize) -> bool, swap: &dyn Fn(usize, usize)) {
    let sift = |mut root: usize, end: usize| loop {
        let mut child = 2 * root + 1;
        if child >= end {
            return;
        }
        if child + 1 < end && less(child, child + 1) {
            child += 1;
        }
        if !less(root, child) {
            return;
        }
        swap(root, child);
        root = child;
    };
    (0..len / 2).rev().for_each(|root| sift(root, len));
    for end in (1..len).rev() {
        swap(0, end);
        sift(0, end);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(crate::random_cases(256))]
        #[test]
        fn it_sorts(mut list in prop::collection::vec(any::<u16>(), 0..100)) {
            let mut sorted = list.clone();
            sorted.sort();
            super::sort(&mut list);
            prop_assert_eq!(list, sorted);
        }
    }
}
