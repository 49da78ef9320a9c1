//! The table in which a protocol writes down what it waits for: [`timers!`](crate::timers) makes the enum `Timer` and the
//! list `TIMERS`. A run knows a timer by its place in that list and by a number.

use std::hash::{Hash, Hasher};

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

/// What can be waited for. [`timers!`](crate::timers) makes one of a table.
pub trait Timer: Copy {
    /// As a run knows it.
    fn key(self) -> TimerKey;
    /// Back again; `None` where it is none of this protocol's.
    fn of(key: TimerKey) -> Option<Self>;
}

/// Declares a protocol's timers, each once: what it is called, and what is waited for. Makes the enum `Timer` with the
/// trait of the same name, and the list `TIMERS` for the descriptor, in the order of the table. Where there is one for
/// each of many things, their number stands in parentheses.
///
/// ```
/// use consensus_playground::kernel::Timer as _;
///
/// consensus_playground::timers! {
///     Vote(number) "vote-timeout" "The coordinator waits for votes.";
///     Retry "retry" "A client waits for its answer.";
/// }
///
/// assert_eq!(Timer::of(Timer::Vote(7).key()), Some(Timer::Vote(7)));
/// assert_eq!((TIMERS[1].name, Timer::Retry.key().kind), ("retry", 1));
/// ```
#[macro_export]
macro_rules! timers {
    ($( $timer:ident $(($about:ident))? $name:literal $text:literal; )*) => {
        /// What can be waited for.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Timer { $( #[doc = $text] $timer $(($crate::timers!(@number $about)))?, )* }

        /// All of it, for the descriptor.
        pub const TIMERS: &[$crate::kernel::WordInfo] =
            &[ $( $crate::kernel::WordInfo { name: $name, about: $text }, )* ];

        #[repr(u8)]
        enum TimerKind { $( $timer, )* }

        impl $crate::kernel::Timer for Timer {
            fn key(self) -> $crate::kernel::TimerKey {
                let (kind, about) = match self { $(
                    Timer::$timer $(($about))? => (TimerKind::$timer as u8, $crate::timers!(@about $($about)?)),
                )* };
                $crate::kernel::TimerKey { kind, about }
            }

            fn of(key: $crate::kernel::TimerKey) -> Option<Self> {
                $( if key.kind == TimerKind::$timer as u8 {
                    return Some(Timer::$timer $(({ let $about = key.about?; $about }))?);
                } )*
                None
            }
        }
    };
    (@number $about:ident) => { u64 };
    (@about) => { None };
    (@about $about:ident) => { Some($about) };
}
