//! What a protocol waits for. A run knows a timer by its place in the descriptor's list and by a number.

use std::hash::{Hash, Hasher};

use super::vocabulary::TimerInfo;

/// A timer, whatever its protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimerKey {
    /// The place of its kind in the descriptor's list.
    pub kind: u8,
    /// What it is about, where there is one of its kind for each.
    pub about: Option<u64>,
}

impl Hash for TimerKey {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u8(self.kind);
        if let Some(about) = self.about {
            hasher.write_u64(about);
        }
    }
}

/// What can be waited for. The derive makes it of an enum; the place of a variant is the timer's place in a run.
///
/// ```
/// use consensus_playground::kernel::Timer;
///
/// #[derive(Timer, Clone, Copy, PartialEq, Debug)]
/// enum Wait {
///     /// The coordinator waits for votes.
///     #[timer(name = "vote-timeout", waits = "for votes", then = "decides to abort", leads)]
///     Votes(u64),
///     /// A client waits for its answer.
///     Retry,
/// }
///
/// assert_eq!(Wait::of(Wait::Votes(7).key()), Some(Wait::Votes(7)));
/// assert_eq!((Wait::TIMERS[0].name, Wait::TIMERS[1].name, Wait::Retry.key().kind), ("vote-timeout", "retry", 1));
/// ```
pub trait Timer: Copy {
    /// For the descriptor.
    const TIMERS: &'static [TimerInfo];

    /// As a run knows it.
    fn key(self) -> TimerKey;
    /// Back again; `None` where it is none of this protocol's.
    fn of(key: TimerKey) -> Option<Self>;
}
