//! In which order committed commands are executed (§4.3.2): dependencies first; those that depend on each other together, as
//! strongly connected components (Tarjan 1972).

use std::collections::BTreeMap;

use super::message::{Deps, Instance};

/// What is known of an instance.
pub enum Known<'a> {
    /// It is executed.
    Executed,
    /// It is committed, and depends on these.
    Committed(&'a Deps),
    /// It is not committed here.
    Open,
}

/// How far the search has come with an instance.
struct Mark {
    index: usize,
    low: usize,
    open: bool,
}

/// The components that can be reached from an instance and are not executed, those that others depend on first. Errors: the first
/// instance on the way that is not committed. Without recursion, as chains may be long.
pub fn components<'a>(root: Instance, known: &dyn Fn(Instance) -> Known<'a>) -> Result<Vec<Vec<Instance>>, Instance> {
    let (mut marks, mut stack, mut found) = (BTreeMap::<Instance, Mark>::new(), Vec::new(), Vec::new());
    // Whose dependencies are looked at, and at which of them the search stands.
    let mut path: Vec<(Instance, &[Instance], usize)> = Vec::new();
    let mut next = Some(root);
    loop {
        if let Some(instance) = next.take() {
            let deps = match known(instance) {
                Known::Open => return Err(instance),
                Known::Executed => &[][..],
                Known::Committed(deps) => deps.all(),
            };
            let index = marks.len();
            marks.insert(instance, Mark { index, low: index, open: true });
            stack.push(instance);
            path.push((instance, deps, 0));
        }
        let Some((at, deps, place)) = path.last_mut() else { return Ok(found) };
        let (at, dep) = (*at, deps.get(*place).copied());
        *place += 1;
        match dep {
            Some(dep) => match marks.get(&dep).map(|mark| (mark.index, mark.open)) {
                None if matches!(known(dep), Known::Executed) => {}
                None => next = Some(dep),
                Some((index, true)) => lower(&mut marks, at, index),
                Some((_, false)) => {}
            },
            None => {
                path.pop();
                let low = marks.get(&at).map_or(0, |mark| mark.low);
                if let Some(&(above, ..)) = path.last() {
                    lower(&mut marks, above, low);
                }
                if marks.get(&at).is_some_and(|mark| mark.index == low) {
                    found.push(close(&mut marks, &mut stack, at));
                }
            }
        }
    }
}

fn lower(marks: &mut BTreeMap<Instance, Mark>, at: Instance, low: usize) {
    if let Some(mark) = marks.get_mut(&at) {
        mark.low = mark.low.min(low);
    }
}

/// Takes the component off the stack whose first member this is.
fn close(marks: &mut BTreeMap<Instance, Mark>, stack: &mut Vec<Instance>, first: Instance) -> Vec<Instance> {
    let from = stack.iter().rposition(|one| *one == first).unwrap_or(0);
    let members = stack.split_off(from);
    for member in &members {
        if let Some(mark) = marks.get_mut(member) {
            mark.open = false;
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::NodeId;

    fn at(replica: usize) -> Instance {
        Instance { leader: NodeId::replica(replica), number: 1 }
    }

    /// What is found from 1.1 where each replica's instance depends on these; none is given for one that is not committed.
    fn found(deps: &[Option<&[usize]>]) -> Result<Vec<Vec<usize>>, usize> {
        let deps: Vec<_> = deps.iter().map(|on| on.map(|on| Deps::new(on.iter().copied().map(at).collect()))).collect();
        let known = |instance: Instance| match &deps[instance.leader.index()] {
            Some(deps) => Known::Committed(deps),
            None => Known::Open,
        };
        let numbers = |all: Vec<Instance>| {
            let mut all: Vec<_> = all.iter().map(|one| one.leader.number()).collect();
            all.sort_unstable();
            all
        };
        match components(at(1), &known) {
            Ok(all) => Ok(all.into_iter().map(numbers).collect()),
            Err(open) => Err(open.leader.number()),
        }
    }

    #[test]
    fn dependencies_come_first() {
        assert_eq!(found(&[Some(&[2]), Some(&[3]), Some(&[])]), Ok(vec![vec![3], vec![2], vec![1]]));
        assert_eq!(found(&[Some(&[2, 3]), Some(&[3]), Some(&[])]), Ok(vec![vec![3], vec![2], vec![1]]));
    }

    #[test]
    fn a_cycle_is_one_component() {
        assert_eq!(found(&[Some(&[2]), Some(&[3]), Some(&[1])]), Ok(vec![vec![1, 2, 3]]));
        let two = found(&[Some(&[2, 3]), Some(&[1]), Some(&[4]), Some(&[3, 5]), Some(&[])]);
        assert_eq!(two, Ok(vec![vec![5], vec![3, 4], vec![1, 2]]));
    }

    #[test]
    fn what_is_not_committed_stops_all_that_reach_it() {
        assert_eq!(found(&[Some(&[2]), Some(&[1, 3]), None]), Err(3));
        assert_eq!(found(&[Some(&[]), None]), Ok(vec![vec![1]]));
    }

    #[test]
    fn a_chain_may_be_long() {
        let long = 20_000;
        let one = |number| Instance { leader: NodeId::replica(1), number };
        let deps: Vec<_> =
            (1..=long).map(|number| Deps::new(if number < long { vec![one(number + 1)] } else { vec![] })).collect();
        let known = |instance: Instance| Known::Committed(&deps[instance.number as usize - 1]);
        let all = components(one(1), &known).unwrap();
        assert_eq!((all.len(), all[0][0]), (long as usize, one(long)));
    }
}
