//! What the derives implement: the lists of a [`Descriptor`](super::vocabulary::Descriptor) that are made of a protocol's
//! own types. Each trait has the derive that implements it beside it, with all that may stand in its attributes.

use std::rc::Rc;

use super::command_syntax::refusal;
use super::options::Options;
use super::view::Fields;
use super::vocabulary::{CommandInfo, LieInfo, MessageInfo, OptionInfo, OptionKind, RoleInfo, WordInfo};
use crate::kernel::data::ids::{NodeId, RequestId};

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

/// A configuration that is made of options. The derive makes it of a struct.
///
/// ```
/// use consensus_playground::kernel::{OptionKind, Options, ReadOptions, Time};
///
/// #[derive(Options)]
/// struct Config {
///     #[option(replicas)]
///     replicas: usize,
///     /// How long a client waits before it asks again.
///     #[option(duration, default = "500ms", at_least = "1ms", source = "§8")]
///     retry: Time,
///     /// How many entries one message carries.
///     #[option(number(1..=64), default = "8")]
///     batch: usize,
///     /// A vote is not on disk when it is given.
///     #[option(breaks("election-safety", "agreement"), source = "§5")]
///     vote_not_durable: bool,
///     #[option(computed = replicas / 2 + 1)]
///     quorum: usize,
/// }
///
/// assert_eq!((Config::OPTIONS[1].name, Config::OPTIONS[2].breaks.len()), ("batch", 2));
/// let mut options = Options::default();
/// options.set("batch", 0, "16");
/// let config = Config::read(5, &options)?;
/// assert_eq!((config.retry, config.batch, config.quorum), (500_000, 16, 3));
/// options.set("retry", 0, "0s");
/// assert_eq!(Config::read(5, &options).err(), Some("retry must be at least 1ms".into()));
/// # Ok::<(), String>(())
/// ```
pub trait ReadOptions: Sized {
    /// For the descriptor.
    const OPTIONS: &'static [OptionInfo];

    /// Makes it for so many replicas. Errors: a sentence that names the option.
    fn read(replicas: usize, set: &Options) -> Result<Self, String>;
}

/// A type that the value of an option can have.
pub trait OptionValue: Sized {
    /// What is written.
    const KIND: OptionKind;

    /// Reads it.
    fn read_value(text: &str) -> Option<Self>;
}

impl OptionValue for bool {
    const KIND: OptionKind = OptionKind::Switch;

    fn read_value(text: &str) -> Option<Self> {
        match text {
            "on" | "yes" => Some(true),
            "off" | "no" => Some(false),
            _ => None,
        }
    }
}

impl OptionValue for String {
    const KIND: OptionKind = OptionKind::Word;

    fn read_value(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

/// An enum whose variants are words: values of an option, or what is shown of a field.
///
/// ```
/// use consensus_playground::kernel::Choice;
///
/// #[derive(Choice, Clone, Copy, PartialEq, Debug)]
/// enum Reads {
///     Log,
///     ReadIndex,
/// }
///
/// assert_eq!(Reads::WORDS, ["log", "read-index"]);
/// assert_eq!((Reads::ReadIndex.word(), Reads::parse("log")), ("read-index", Some(Reads::Log)));
/// ```
pub trait Choice: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];
    /// The words for them, in the same order.
    const WORDS: &'static [&'static str];

    /// The word for it.
    fn word(self) -> &'static str;

    /// The one of this name.
    fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().position(|known| *known == word).map(|place| Self::ALL[place])
    }
}

/// What a client can ask for, as it is written. The derive makes it of an enum or a struct.
///
/// ```
/// use consensus_playground::kernel::{Command, NodeId, ReadCommand};
///
/// #[derive(Command, PartialEq, Debug)]
/// enum Wanted {
///     /// Write a value.
///     #[command(usage = "put KEY VALUE", example = "put x 1")]
///     Put { key: String, value: i32 },
///     /// Add a member.
///     #[command(usage = "add REPLICA", example = "add 3")]
///     #[command(usage = "add", example = "add", about = "Add whoever is left.")]
///     Add(Option<NodeId>),
/// }
///
/// assert_eq!(Wanted::COMMANDS[2].about, "Add whoever is left.");
/// assert_eq!(Wanted::read(&["put", "x", "-1"], 3), Ok(Wanted::Put { key: "x".into(), value: -1 }));
/// assert_eq!(Wanted::read(&["add"], 3), Ok(Wanted::Add(None)));
/// let refused = |words: &[&str]| Wanted::read(words, 3).unwrap_err();
/// assert_eq!(refused(&["add", "4"]), "`4` is not a replica: they are numbered 1 to 3");
/// assert_eq!(refused(&["drop", "x"]), "a request is put KEY VALUE, add REPLICA or add");
/// ```
pub trait ReadCommand: Sized {
    /// For the descriptor.
    const COMMANDS: &'static [CommandInfo];

    /// Makes a command of words, where they are written as one of the usages says, for so many replicas. Errors: a sentence
    /// about the value that does not fit.
    fn understand(words: &[&str], replicas: usize) -> Option<Result<Self, String>>;

    /// Makes a command of words. Errors: a sentence that says what can be written.
    fn read(words: &[&str], replicas: usize) -> Result<Self, String> {
        Self::understand(words, replicas).unwrap_or_else(|| Err(refusal(Self::COMMANDS)))
    }
}

/// A type that can stand in a command.
pub trait ReadWord: Sized {
    /// Reads it, where there are so many replicas. Errors: a sentence.
    fn read_word(word: &str, replicas: usize) -> Result<Self, String>;
}

impl ReadWord for NodeId {
    fn read_word(word: &str, replicas: usize) -> Result<Self, String> {
        match word.parse() {
            Ok(number) if (1..=replicas).contains(&number) => Ok(NodeId::replica(number)),
            _ => Err(format!("`{word}` is not a replica: they are numbered 1 to {replicas}")),
        }
    }
}

impl<T: ReadWord> ReadWord for Option<T> {
    fn read_word(word: &str, replicas: usize) -> Result<Self, String> {
        T::read_word(word, replicas).map(Some)
    }
}

macro_rules! texts {
    ($($text:ty),*) => { $(
        impl ReadWord for $text {
            fn read_word(word: &str, _: usize) -> Result<Self, String> {
                Ok(word.into())
            }
        }
    )* };
}
texts!(String, Rc<str>);

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl ReadWord for $number {
            fn read_word(word: &str, _: usize) -> Result<Self, String> {
                let (lo, hi) = (i64::try_from(<$number>::MIN), i64::try_from(<$number>::MAX));
                let number = super::command_syntax::whole_number(word, lo.unwrap_or(i64::MIN), hi.unwrap_or(i64::MAX))?;
                Ok(number as $number)
            }
        }
    )* };
}
numbers!(u8, u16, u32, u64, usize, i32, i64);

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

/// The fields of a protocol's view of a replica. The derive makes it of a struct.
///
/// ```
/// use consensus_playground::kernel::{Fields, NodeId, View, ViewFields};
///
/// #[derive(View)]
/// struct Shown {
///     /// The latest term that it has seen.
///     term: u64,
///     /// Whom it has voted for in that term, or none.
///     voted_for: Option<NodeId>,
///     /// Of a leader: whether its lease holds.
///     #[field(if_some)]
///     lease: Option<bool>,
/// }
///
/// assert_eq!((Shown::FIELDS[1].name, Shown::FIELDS.len()), ("voted-for", 3));
/// let mut fields = Fields::default();
/// Shown { term: 4, voted_for: None, lease: None }.add_to(&mut fields);
/// let shown: Vec<_> = fields.0.iter().map(|field| format!("{} {}", field.name, field.value)).collect();
/// assert_eq!(shown, ["term 4", "voted-for none"]);
/// ```
pub trait ViewFields {
    /// For the descriptor.
    const FIELDS: &'static [WordInfo];

    /// Adds all of them.
    fn add_to(&self, fields: &mut Fields);
}

/// Fields that are there at times, for `#[field(flatten)]`.
impl<T: ViewFields> ViewFields for Option<T> {
    const FIELDS: &'static [WordInfo] = T::FIELDS;

    fn add_to(&self, fields: &mut Fields) {
        if let Some(some) = self {
            some.add_to(fields);
        }
    }
}

/// A type that can be shown as a field of a message or a view. What has parts may add several, under their own names: the
/// derive makes it of a struct.
///
/// ```
/// use consensus_playground::kernel::{Fields, ShowField};
///
/// #[derive(ShowField)]
/// struct Place {
///     #[field(name = "v")]
///     view: u64,
///     #[field(name = "d", value = format!("{digest:04x}"))]
///     digest: u64,
///     #[field(when(*view > 7))]
///     late: bool,
/// }
///
/// let mut fields = Fields::default();
/// Place { view: 7, digest: 255, late: true }.show_field("place", &mut fields);
/// let shown: Vec<_> = fields.0.iter().map(|field| format!("{} {}", field.name, field.value)).collect();
/// assert_eq!(shown, ["v 7", "d 00ff"]);
/// ```
pub trait ShowField {
    /// Adds it under a name, or its parts under theirs.
    fn show_field(&self, name: &'static str, fields: &mut Fields);
}

impl ShowField for str {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.text(name, self);
    }
}

impl ShowField for String {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.text(name, self);
    }
}

impl ShowField for bool {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.text(name, yes_no(*self));
    }
}

impl ShowField for NodeId {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        if self.is_client() { fields.show(name, self) } else { fields.number(name, self.raw().into()) }
    }
}

impl ShowField for RequestId {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.show(name, self);
    }
}

impl<T: ShowField + ?Sized> ShowField for &T {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        (**self).show_field(name, fields);
    }
}

impl<T: ShowField + ?Sized> ShowField for Rc<T> {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        (**self).show_field(name, fields);
    }
}

impl<T: ShowField> ShowField for Option<T> {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        match self {
            Some(some) => some.show_field(name, fields),
            None => fields.text(name, "none"),
        }
    }
}

macro_rules! shown_numbers {
    ($($number:ty),*) => { $(
        impl ShowField for $number {
            fn show_field(&self, name: &'static str, fields: &mut Fields) {
                fields.number(name, *self as u64);
            }
        }
    )* };
}
shown_numbers!(u8, u16, u32, u64, usize);

/// `yes` or `no`.
pub fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
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
