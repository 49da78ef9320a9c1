//! What is kept of a run: its trace, what its clients asked and were told, and what was found broken.

pub mod applied_log;
pub mod client_history;
pub mod trace;
pub mod verdicts;
