//! How large a run may grow. A scenario of five lines can ask for more than any machine has: then the run stops, or
//! something of it is left out, and it says which.

use std::fmt;

/// Replicas of a run.
pub const MOST_REPLICAS: usize = 1_000;
/// Clients of a run.
pub const MOST_CLIENTS: usize = 64;
/// Bytes of a scenario's text, and of the script of what was done by hand.
pub const LONGEST_TEXT: usize = 1 << 20;
/// Lines of a scenario.
pub const MOST_LINES: usize = 20_000;
/// Steps that a run from one end to the other makes at most in one go; what lies behind is told as not reached.
pub const MOST_TICKS: u32 = 2_000_000;
/// Messages in flight, waiting to be delivered by hand among them.
pub const MESSAGES_IN_FLIGHT: usize = 100_000;
/// Events of a run that is recorded, so that one can go back in it.
pub const RECORDED_EVENTS: u32 = 5_000_000;
/// Requests that wait at one client for those before them.
pub const WAITING_REQUESTS: u32 = 1_000;
/// Futures that were left, and acts that can be taken back; beyond that the oldest go.
pub const BRANCHES: usize = 256;
/// Bytes of the moments that are kept so that going back is quick, as estimated; beyond that every other one goes.
pub const KEYFRAME_BYTES: usize = 256 << 20;

/// Bytes of a lesson.
pub const LONGEST_LESSON: usize = 64 << 10;
/// Blocks of a lesson: paragraphs, scenes, questions, tasks, attempts.
pub const LESSON_BLOCKS: usize = 400;
/// Words that a student reads in a lesson.
pub const LESSON_WORDS: usize = 400;
/// Events of all that a lesson carries out together.
pub const LESSON_EVENTS: u32 = 50_000;

/// The bound that a run has come to, so that it goes on no further.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Limit {
    /// [`MESSAGES_IN_FLIGHT`].
    Messages,
    /// [`RECORDED_EVENTS`].
    Events,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Messages => write!(f, "more than {} messages are in flight", grouped(MESSAGES_IN_FLIGHT as u64)),
            Limit::Events => write!(f, "{} events are recorded, and no more are kept", grouped(RECORDED_EVENTS.into())),
        }
    }
}

/// A number as people write it: `100,000`.
fn grouped(number: u64) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1_000), number % 1_000) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_told_in_words() {
        assert_eq!(Limit::Messages.to_string(), "more than 100,000 messages are in flight");
        assert_eq!(Limit::Events.to_string(), "5,000,000 events are recorded, and no more are kept");
        assert_eq!([999, 1_002].map(grouped), ["999", "1,002"]);
    }
}
