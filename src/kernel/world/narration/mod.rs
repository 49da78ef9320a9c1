//! What an act was and what it means, in sentences for whoever watches: who can still form a quorum, who leads, what is waited
//! for. Made of the world before and after it, and of the descriptor's words, so that it knows no protocol.

mod deeds;
mod outlook;

use super::dyn_world::DynWorld;
use crate::kernel::data::ids::{NodeId, Time, show_time};
use crate::kernel::descriptor::vocabulary::Descriptor;
use crate::kernel::record::trace::Deed;
use crate::kernel::simulation::action::Action;

/// An act that was carried out between two moments, in words.
pub fn deed(before: &DynWorld, after: &DynWorld, act: &Action) -> Deed {
    let (done, by_you) = deeds::told(before, after, act);
    let means = deeds::meaning(before, act).into_iter().chain(outlook::changed(before, after, act)).collect();
    Deed { done, by_you, means }
}

/// What is going on at this moment, stated as present: who waits for what, and what comes next. `None` where nothing moves by
/// itself and nobody waits.
pub fn present(world: &DynWorld) -> Option<String> {
    outlook::present(world)
}

/// `replica 3`, `replicas 4 and 5`; `nobody`.
fn names(about: &Descriptor, nodes: &[NodeId]) -> String {
    match nodes {
        [] => "nobody".into(),
        [node] => about.called(*node),
        nodes if nodes.iter().all(|node| node.is_client()) => format!("clients {}", row(nodes)),
        nodes if nodes.iter().any(|node| node.is_client()) => row(nodes),
        nodes => format!("{} {}", about.agents(), row(nodes)),
    }
}

/// `1, 2 and 3`.
fn row(nodes: &[NodeId]) -> String {
    let all: Vec<_> = nodes.iter().map(NodeId::to_string).collect();
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// A name as it is read: without its hyphens.
fn plain(name: &str) -> String {
    name.replace('-', " ")
}

/// A time from now on, short enough to be read in passing.
fn soon(now: Time, due: Time) -> String {
    const STEP: Time = 1_000;
    match due.saturating_sub(now) {
        wait if wait < STEP => "less than 1ms".into(),
        wait => show_time(wait / STEP * STEP),
    }
}
