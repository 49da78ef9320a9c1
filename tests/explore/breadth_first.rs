//! The plainest search there is: level by level, every state that was not met before.

use std::collections::BTreeSet;

/// What a search has met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explored {
    /// Different states.
    pub states: usize,
    /// How many states lie on the longest of the shortest ways, the first one included.
    pub depth: usize,
}

/// Goes through all states that can be reached. `key` is what makes two states the same; `next` gives those after one.
pub fn explore<S, K: Ord>(root: S, key: impl Fn(&S) -> K, next: impl Fn(&S) -> Vec<S>) -> Explored {
    let mut met = BTreeSet::from([key(&root)]);
    let (mut level, mut depth) = (vec![root], 0);
    while !level.is_empty() {
        depth += 1;
        let mut below = Vec::new();
        for state in level {
            below.extend(next(&state).into_iter().filter(|state| met.insert(key(state))));
        }
        level = below;
    }
    Explored { states: met.len(), depth }
}
