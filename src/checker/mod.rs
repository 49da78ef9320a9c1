//! Is it right? Whether what clients saw can be explained by operations that each happen at one moment.
//!
//! ```
//! use consensus_playground::checker::{Operation, Verdict, search};
//! use consensus_playground::kernel::RegisterOp;
//!
//! // Two writes one after the other, then a read that is told the first value.
//! let write = |start, end, value: &str| Operation::done(start, end, RegisterOp::Write(value.into()), "ok");
//! let stale = [write(1, 2, "1"), write(3, 4, "2"), Operation::done(5, 6, RegisterOp::Read, "1")];
//! let mut steps = 1_000;
//! let verdict = search(&[Some("nothing".into())], &stale, &mut steps);
//! assert_eq!(verdict, Verdict::Broken { longest: vec![0, 1], stuck: 2 });
//! ```

mod complaint;
pub mod history;
mod operation;
mod register;
mod search;
mod seen;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod watch;

pub use history::{History, Judgement, Lane, Span};
pub use operation::{NOTHING, Operation, State};
pub use search::{Verdict, finals, search};
pub use watch::{Linearizability, watch};
