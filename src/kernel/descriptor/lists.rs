//! Lists of a [`Descriptor`](super::vocabulary::Descriptor) that are made of a protocol's own enums, so that no kind, lie or
//! role is a bare number. Each trait has the derive that implements it beside it, with all that may stand in its attributes.

use std::fmt::{self, Display};

use super::command_syntax::ReadCommand;
use super::timers::{Timer, TimerKey};
use super::vocabulary::{CommandInfo, LieInfo, Look, MessageInfo, RoleInfo, TimerInfo};

/// The kinds of messages of a protocol. The derive makes this and [`Message`](trait@crate::kernel::Message) of an enum.
///
/// ```
/// use consensus_playground::kernel::{Message, MessageKinds};
///
/// #[derive(Message)]
/// #[message(epoch = term)]
/// enum Mail {
///     /// A candidate asks for a vote.
///     ///
///     /// RequestVote RPC, its arguments.
///     #[message(glyph = Tag, label = "vote? t{term}")]
///     #[message(when(*dry), name = "request-pre-vote", about = "A replica asks whether it would get a vote.", glyph = Tag)]
///     RequestVote { term: u64, #[field(skip)] dry: bool },
///     /// The answer.
///     #[message(glyph = Disc, reply, label(if *granted { "yes" } else { "no" }))]
///     Vote { term: u64, #[field(name = "vote-granted")] granted: bool },
///     /// A client asks for something.
///     #[message(glyph = Envelope, label("{_0}!"))]
///     Request(#[field(name = "command")] String),
/// }
///
/// let names: Vec<_> = Mail::KINDS.iter().map(|kind| kind.name).collect();
/// assert_eq!(names, ["request-vote", "vote", "request", "request-pre-vote"]);
/// assert_eq!(Mail::KINDS[0].about, "A candidate asks for a vote.");
/// let vote = Mail::Vote { term: 4, granted: true };
/// assert_eq!((vote.kind(), vote.epoch(), vote.label()), (1, Some(4), "yes".into()));
/// assert_eq!(Mail::RequestVote { term: 4, dry: true }.kind(), 3);
/// assert_eq!(Mail::Request("go".into()).epoch(), None);
/// ```
pub trait MessageKinds {
    /// For the descriptor; [`Message::kind`](trait@crate::kernel::Message) is a place in it.
    const KINDS: &'static [MessageInfo];
}

/// What a Byzantine replica of a protocol can claim. The derive makes it of an enum.
///
/// ```
/// use consensus_playground::kernel::{Lie, LieKind, LieSort};
///
/// #[derive(Lie, Clone, Copy)]
/// enum Claim {
///     /// Votes yes instead of no, and no instead of yes.
///     #[lie(Contradict)]
///     OtherVote,
///     /// Says that it has nothing.
///     #[lie(Omit)]
///     Nothing,
/// }
///
/// assert_eq!((Claim::LIES[0].name, Claim::Nothing.place()), ("other-vote", 1));
/// assert!(Claim::Nothing.info().sort == LieSort::Omit);
/// ```
pub trait LieKind: Copy + 'static {
    /// For the descriptor.
    const LIES: &'static [LieInfo];

    /// Its place in that list.
    fn place(self) -> u8;

    /// What is said of it.
    fn info(self) -> &'static LieInfo {
        &Self::LIES[self.place() as usize]
    }
}

/// The roles of a protocol's replicas. The derive makes it of an enum.
///
/// ```
/// use consensus_playground::kernel::{Role, RoleKind};
///
/// #[derive(Role)]
/// enum Part {
///     /// Answers leaders and candidates.
///     #[role(Follow)]
///     Follower,
///     /// Takes clients' requests.
///     #[role(Lead)]
///     Leader { peers: usize },
/// }
///
/// assert_eq!((Part::ROLES[0].name, Part::Leader { peers: 4 }.place()), ("follower", 1));
/// ```
pub trait RoleKind {
    /// For the descriptor.
    const ROLES: &'static [RoleInfo];

    /// Its place in that list.
    fn place(&self) -> u8;
}

/// How long lists are together.
pub const fn length<T>(lists: &[&[T]]) -> usize {
    let (mut sum, mut list) = (0, 0);
    while list < lists.len() {
        sum += lists[list].len();
        list += 1;
    }
    sum
}

/// Lists one behind the other; `N` is their [`length`].
pub const fn joined<T: Copy, const N: usize>(lists: &[&[T]]) -> [T; N] {
    let none: &[T] = &[];
    if let Some(none) = none.first_chunk() {
        return *none;
    }
    let mut list = 0;
    while lists[list].is_empty() {
        list += 1;
    }
    let (mut all, mut filled, mut place) = ([lists[list][0]; N], 0, 0);
    while filled < N {
        if place == lists[list].len() {
            (list, place) = (list + 1, 0);
        } else {
            all[filled] = lists[list][place];
            (filled, place) = (filled + 1, place + 1);
        }
    }
    all
}

/// A replica of a protocol without roles.
impl RoleKind for () {
    const ROLES: &'static [RoleInfo] =
        &[RoleInfo { name: "replica", look: Look::Follow, about: "All replicas play the same role." }];

    fn place(&self) -> u8 {
        0
    }
}

/// What a protocol does not have: it stands for its lies where nobody can lie, for its timers where nobody waits, for its
/// commands where no client asks for anything, for its messages where nobody sends any.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Never {}

impl LieKind for Never {
    const LIES: &'static [LieInfo] = &[];

    fn place(self) -> u8 {
        match self {}
    }
}

impl Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl ReadCommand for Never {
    const COMMANDS: &'static [CommandInfo] = &[];

    fn understand(_: &[&str], _: usize) -> Option<Result<Self, String>> {
        None
    }
}

impl MessageKinds for Never {
    const KINDS: &'static [MessageInfo] = &[];
}

impl Timer for Never {
    const TIMERS: &'static [TimerInfo] = &[];

    fn key(self) -> TimerKey {
        match self {}
    }

    fn of(_: TimerKey) -> Option<Self> {
        None
    }
}
