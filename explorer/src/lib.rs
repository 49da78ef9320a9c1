//! An explicit-state search that knows nothing of what it searches: a compact set of visited states with their parents, and
//! breadth- and depth-first search over whatever is a [`Model`], in slices, so that a page or a command can look on.

mod exhaustive;
mod visited;

pub use exhaustive::{Exhaustive, Look, Model, Order, Stand};
pub use visited::{Place, Visited};
