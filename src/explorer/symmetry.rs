//! Which replicas can be exchanged for one another: a search then meets states that differ in nothing but names only once.

use super::plan::{Bounds, Strategy, Wanted};
use super::root::Root;
use crate::kernel::{Action, DynWorld, Names, NodeId, Selector};
use crate::scenario::Statement;

/// How many replicas are exchanged at most: six can have each other's names in 720 ways.
const MOST: usize = 6;

/// All names that the replicas of a root could have without anything else being different; none, or [`Names::SAME`] alone, where no
/// two are alike. A replica that a request goes to, or is about, keeps its name.
pub fn exchangeable(root: &Root, bounds: &Bounds, world: &DynWorld) -> Vec<Names> {
    let words: Vec<_> = root.requests.iter().map(|request| request.words.clone()).collect();
    let asked = |node: NodeId| root.requests.iter().any(|request| request.to == Some(Selector::Node(node)));
    let alike = |names: &Names| world.alike(*names, &|kind| bounds.timers(kind) > 0, &words);
    let free: Vec<_> = Names::possible(world.size()).filter(|node| !asked(*node)).collect();
    let swaps = |one: NodeId, other: NodeId| one != other && Names::all(&[one, other]).iter().all(alike);
    let mut replicas: Vec<_> =
        free.iter().copied().filter(|&one| free.iter().any(|&other| swaps(one, other))).collect();
    if replicas.is_empty() {
        // No two of them alone, but perhaps all, round a circle.
        replicas = free;
    }
    replicas.truncate(MOST);
    Names::all(&replicas).into_iter().filter(alike).collect()
}

/// Why replicas can't be exchanged; `None` where they can.
pub fn objection(root: &Root, strategy: Strategy, wanted: &Wanted, bounds: &Bounds) -> Option<String> {
    let linked = |statement: &Statement| matches!(statement, Statement::Action(Action::Topology(_)));
    let why = if strategy == Strategy::Swarm {
        "random schedules keep no states: choose breadth or depth"
    } else if !wanted.is_fault() {
        "a condition may tell replicas apart: look for a broken property"
    } else if bounds.liars > 0 || bounds.twins > 0 {
        "liars and twins are not like the others"
    } else if root.header.lines.iter().any(|line| linked(&line.statement)) {
        "links tell replicas apart"
    } else {
        let world = root.world(root.seed()).ok()?;
        if exchangeable(root, bounds, &world).len() > 1 {
            return None;
        }
        let name = root.header.entry.descriptor.name;
        return Some(format!("symmetry: {name} treats no two replicas alike with these options, requests and timers"));
    };
    Some(format!("symmetry: {why}"))
}
