//! Looks for a schedule that breaks a property, or brings something about; shrinks what it finds, and hands it back as a
//! scenario in `network manual`, which was replayed in the ordinary player before anybody sees it.
//!
//! | file | what is in it |
//! |---|---|
//! | `plan` | what is looked for, and within which bounds |
//! | `root` | where a search begins: a scenario's header, its requests, its liars |
//! | `step` | one step of a schedule, which can be taken in another run, too |
//! | `walk` | swarm walks: random schedules, each of its own character |
//! | `space` | the states of a run as a system of numbered parts, for breadth- and depth-first search |
//! | `symmetry` | which replicas can be exchanged for one another |
//! | `shrink` | fewer steps that do the same |
//! | `retell` | a schedule as a scenario with a sentence a step, and its replay |
//! | `recorded` | the schedule of a run that was carried out already |
//! | `undecided` | the adversary that lets everything happen and nothing be decided |
//! | `search` | all of it in slices |

mod plan;
mod recorded;
mod retell;
mod root;
mod search;
mod shrink;
mod space;
mod step;
mod symmetry;
mod undecided;
mod walk;

pub use plan::{Bounds, Plan, Strategy, Wanted};
pub use recorded::{Shrunk, shrink_scenario};
pub use retell::Finding;
pub use root::{Asking, Root};
pub use search::{Phase, Progress, Search};
pub use step::Step;
pub use undecided::{Adversary, Hold, Kept, keep_undecided};
