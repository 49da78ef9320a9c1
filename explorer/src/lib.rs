//! An explicit-state search that knows no protocol: a [`System`] of nodes and messages whose parts have numbers, a memory of what
//! was carried out already, a compact set of visited states with their parents, and breadth- and depth-first search in slices, so
//! that a page or a command can look on.
//!
//! A state is a tuple of numbers: one for each node, one for each message in flight, one for all the rest. The same part has the
//! same number wherever it is met, so that what a node does with a message is carried out once, and looked up from then on.

mod calls;
mod exhaustive;
mod frontier;
mod system;
#[cfg(test)]
mod tests;
mod visited;

pub use exhaustive::{Exhaustive, Limits, Order, Stand, Taken};
pub use system::{Call, Input, MessageInfo, NONE, Names, NodeInfo, Outcome, RestInfo, Spending, State, System, Tables};
pub use visited::{Place, Visited};
