//! The table in which a protocol writes down the lines of its paper: [`rules!`](crate::rules) makes the enum `Rule`, the
//! list `RULES` and the sentences of it. Sentences are data; one function here puts the values in.

use std::fmt::{self, Display};

use super::vocabulary::RuleInfo;
use crate::kernel::data::ids::{NodeId, RequestId, Time, show_time};

/// Declares a protocol's rules, each once: what it is called, where it stands in the paper, how it reads as pseudo-code
/// and as a sentence for a person. Makes the enum `Rule` with the trait of the same name, and the list `RULES`, in
/// the order of the table.
///
/// Blocks hold rules. A rule has its fields, its name, its source, its pseudo-code and its sentence. `{me}` in a sentence
/// is the node that carried it out, `{field}` the field of that name; any type that implements [`Say`] will do. A name
/// that is no field does not compile. Blocks and sources may be constants. `#[milestone]` marks what is worth a mark on
/// the timeline.
///
/// - `with { number, word: decision.word() }` behind a sentence says what its names stand for, where that is not simply
///   all the fields: then only these, and `word` is the expression's value.
/// - `, "Another sentence." if condition` behind that says so in certain cases; the last one that fits is said. It takes
///   its names from the same list.
/// - `so "nobody else can win" by "election-safety"` right behind the first sentence is what follows from it while that
///   property can be relied on. Where a bug that is switched on, or a liar, can break the property, that is said instead:
///   so a guarantee stands here, and never in the sentence itself. With no property it relies on the faults being few.
///
/// ```
/// use consensus_playground::kernel::{NodeId, Rule as _};
///
/// consensus_playground::rules! {
///     "on a vote" {
///         CountVote { from: NodeId, have: u16, need: u16 } "count-vote" "§5.2"
///             "votes ← votes ∪ voter (each counts once)"
///             => "Replica {me} has the vote of {from}: {have} of {need}.";
///         #[milestone] BecomeLeader { term: u64, alone: bool } "become-leader" "§5.2"
///             "if votes ≥ majority: become leader"
///             => "Replica {me} is {what} of term {term}."
///                so "nobody else can win term {term}" by "election-safety"
///                with { term, what: if alone { "hermit" } else { "leader" } },
///                "Replica {me} begins as leader." if term == 1 && !alone;
///         Wait "wait" "§5.2"
///             "else wait"
///             => "Replica {me} waits.";
///     }
/// }
///
/// let me = NodeId::replica(2);
/// let say = |rule: Rule| format!("{}: {}", RULES[rule.index() as usize].name, rule.sentence(RULES, me));
/// assert_eq!(
///     say(Rule::CountVote { from: NodeId::replica(3), have: 2, need: 3 }),
///     "count-vote: Replica 2 has the vote of 3: 2 of 3."
/// );
/// assert_eq!(say(Rule::BecomeLeader { term: 2, alone: true }), "become-leader: Replica 2 is hermit of term 2.");
/// assert_eq!(say(Rule::BecomeLeader { term: 1, alone: false }), "become-leader: Replica 2 begins as leader.");
/// assert_eq!(say(Rule::Wait), "wait: Replica 2 waits.");
/// assert!(RULES[1].milestone && !RULES[2].milestone);
/// let told = Rule::BecomeLeader { term: 2, alone: false }.told(RULES, me);
/// assert_eq!((RULES[1].rests_on, told.claim.as_deref()), ("election-safety", Some("nobody else can win term 2")));
/// ```
///
/// Nobody is called `you` here:
///
/// ```compile_fail
/// consensus_playground::rules! {
///     "on a vote" {
///         Wait "wait" "§5.2" "else wait" => "Replica {you} waits.";
///     }
/// }
/// ```
#[macro_export]
macro_rules! rules {
    ($($block:tt { $(
        $(#[$mark:ident])? $rule:ident $({ $($field:ident: $kind:ty),* $(,)? })? $name:literal $source:tt $code:literal
            => $sentence:literal $(so $claim:literal by $property:literal)? $(with { $($word:ident $(: $value:expr)?),* $(,)? })? $(, $other:literal if $when:expr)*;
    )* })*) => {
        /// A line of the paper, with what its sentence needs.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)] // A field is what the sentence says it is.
        pub enum Rule { $($( #[doc = $sentence] $rule $({ $($field: $kind),* })?, )*)* }

        #[repr(u8)]
        enum Line { $($( $rule, )*)* }

        /// All lines, in the order of the pseudo-code.
        pub const RULES: &[$crate::kernel::RuleInfo] = &[ $($( $crate::kernel::RuleInfo {
            name: $name,
            block: $block,
            source: $source,
            code: $code,
            milestone: $crate::rules!(@milestone $($mark)?),
            sentence: $crate::rules!(@template $sentence, [$($($field)*)?] $([$($word)*])?),
            claim: $crate::rules!(@template ($($claim)?) [$($($field)*)?] $([$($word)*])?),
            names: $crate::rules!(@names [$($($field)*)?] $([$($word)*])?),
            rests_on: concat!($($property)?),
        }, )*)* ];

        impl $crate::kernel::Rule for Rule {
            const ALL: &'static [$crate::kernel::RuleInfo] = RULES;

            fn index(&self) -> u8 {
                match self { $($( Rule::$rule { .. } => Line::$rule as u8, )*)* }
            }

            #[allow(unused_variables)] // Some sentences leave a field out.
            fn told(&self, lines: &[$crate::kernel::RuleInfo], me: $crate::kernel::NodeId) -> $crate::kernel::Told {
                let index = $crate::kernel::Rule::index(self);
                let mut sentence = $crate::kernel::descriptor::rules::Sentence::new(lines, index, me);
                match *self { $($( Rule::$rule { $($($field),*)? } => {
                    $crate::rules!(@cases sentence [$($other if $when,)*] [$($($field)*)?] $([$($word)*])?);
                    $crate::rules!(@say sentence [$($($field)*)?] $([$($word $(= $value)?),*])?);
                } )*)* }
                sentence.finish()
            }
        }
    };
    (@milestone) => { false };
    (@milestone milestone) => { true };
    (@template () $($names:tt)*) => { "" };
    (@template ($sentence:literal) $($names:tt)*) => { $crate::rules!(@template $sentence, $($names)*) };
    (@template $sentence:literal, $($names:tt)*) => {
        const { $crate::kernel::descriptor::rules::checked($sentence, $crate::rules!(@names $($names)*)) }
    };
    (@names [$($field:ident)*]) => { &["me", $(stringify!($field)),*] };
    (@names [$($field:ident)*] [$($word:ident)*]) => { &["me", $(stringify!($word)),*] };
    (@cases $to:ident $cases:tt $fields:tt $names:tt) => { $crate::rules!(@cases $to $cases $names) };
    (@cases $to:ident [$($other:literal if $when:expr,)*] $names:tt) => {
        $( if $when {
            $to.instead($crate::rules!(@template $other, $names));
        } )*
    };
    (@say $to:ident [$($field:ident)*]) => { $( $crate::kernel::descriptor::rules::Say::say($field, &mut $to); )* };
    (@say $to:ident [$($field:ident)*] [$($word:ident $(= $value:expr)?),*]) => {
        $( $crate::rules!(@one $to $word $(= $value)?); )*
    };
    (@one $to:ident $word:ident) => { $crate::kernel::descriptor::rules::Say::say($word, &mut $to) };
    (@one $to:ident $word:ident = $value:expr) => { $crate::kernel::descriptor::rules::Say::say($value, &mut $to) };
}

/// A line of the paper, with what a sentence about it needs. [`rules!`](crate::rules) makes one of a table.
pub trait Rule {
    /// All of them, for the descriptor.
    const ALL: &'static [RuleInfo];

    /// The place in the descriptor's list of rules.
    fn index(&self) -> u8;
    /// One sentence for a person, with the names and numbers of this very case, the source left out, and what follows
    /// from it: `Replica 3 grants its vote to 2: term 4 is newer than 3, and the log of 2 is at least as up to date.`
    /// Both stand in `lines`, the descriptor's list.
    fn told(&self, lines: &[RuleInfo], me: NodeId) -> Told;
    /// The sentence alone.
    fn sentence(&self, lines: &[RuleInfo], me: NodeId) -> String {
        self.told(lines, me).sentence
    }
}

/// What is said of a line that was carried out.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Told {
    /// What happened.
    pub sentence: String,
    /// What follows from it, as a clause, while the property can be relied on that [`RuleInfo::rests_on`] names.
    pub claim: Option<String>,
}

/// A sentence in the making: a template, the one of its claim, what stands in them in braces, and the values for that.
pub struct Sentence {
    template: &'static str,
    claim: &'static str,
    names: &'static [&'static str],
    values: Vec<String>,
}

impl Sentence {
    /// A sentence about what `me` did: the one of the line in this place.
    pub fn new(lines: &[RuleInfo], index: u8, me: NodeId) -> Self {
        let line = lines.get(index as usize);
        let (template, claim) = line.map_or(("", ""), |line| (line.sentence, line.claim));
        Sentence { template, claim, names: line.map_or(&[], |line| line.names), values: vec![me.to_string()] }
    }

    /// Whether it is about what this node did.
    pub fn is_about(&self, node: NodeId) -> bool {
        self.values.first().is_some_and(|me| *me == node.to_string())
    }

    /// Takes another template.
    pub fn instead(&mut self, template: &'static str) {
        self.template = template;
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) {
        self.show(&number);
    }

    /// Adds whatever can be shown.
    pub fn show(&mut self, value: &dyn Display) {
        self.values.push(value.to_string());
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) {
        self.values.push(text.into());
    }

    /// The sentence and its claim, with the values in their places.
    pub fn finish(self) -> Told {
        let claim = Some(self.filled(self.claim)).filter(|claim| !claim.is_empty());
        Told { sentence: self.filled(self.template), claim }
    }

    fn filled(&self, template: &str) -> String {
        let (mut sentence, mut rest) = (String::new(), template);
        while let Some((text, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
            let value = self.names.iter().zip(&self.values).find(|(known, _)| **known == name);
            sentence.push_str(text);
            sentence.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        sentence + rest
    }
}

/// What can stand in a sentence.
pub trait Say {
    /// Adds itself.
    fn say(self, to: &mut Sentence);
}

macro_rules! say_number {
    ($($kind:ty)*) => { $(
        impl Say for $kind {
            fn say(self, to: &mut Sentence) {
                to.number(self as u64);
            }
        }
    )* };
}

say_number! { u8 u16 u32 u64 usize }

impl Say for NodeId {
    fn say(self, to: &mut Sentence) {
        to.show(&self);
    }
}

impl Say for RequestId {
    fn say(self, to: &mut Sentence) {
        to.show(&self);
    }
}

impl Say for &str {
    fn say(self, to: &mut Sentence) {
        to.text(self);
    }
}

impl Say for String {
    fn say(self, to: &mut Sentence) {
        to.text(&self);
    }
}

/// So many of something, which says itself in the singular or in the plural: `1 read`, `2 reads`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Many(pub u64, pub &'static str);

impl Say for Many {
    fn say(self, to: &mut Sentence) {
        to.show(&self);
    }
}

impl Display for Many {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Many(count, one) = *self;
        write!(f, "{count} {one}{}", if count == 1 { "" } else { "s" })
    }
}

/// A span of virtual time, in microseconds; says itself as a person would write it: `15ms`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span(pub Time);

impl Say for Span {
    fn say(self, to: &mut Sentence) {
        to.text(&show_time(self.0));
    }
}

/// The sentence. Fails, when compiled, where something stands in braces that is not among the names. For
/// [`rules!`](crate::rules).
pub const fn checked(sentence: &'static str, names: &[&str]) -> &'static str {
    let (bytes, mut at) = (sentence.as_bytes(), 0);
    while at < bytes.len() {
        if bytes[at] == b'{' {
            let from = at + 1;
            while bytes[at] != b'}' {
                at += 1;
                assert!(at < bytes.len(), "an opening brace without a closing one in a sentence");
            }
            let known = is_among(bytes, from, at, names);
            assert!(known, "a name in a sentence is neither `me`, nor a field, nor in its `with`");
        }
        at += 1;
    }
    sentence
}

/// Whether these bytes, from one place to another, are one of the names.
const fn is_among(bytes: &[u8], from: usize, to: usize, names: &[&str]) -> bool {
    let mut place = 0;
    while place < names.len() {
        let name = names[place].as_bytes();
        let mut at = 0;
        while at < name.len() && from + at < to && name[at] == bytes[from + at] {
            at += 1;
        }
        if at == name.len() && from + at == to {
            return true;
        }
        place += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Rule as _;

    crate::rules! {
        "first" {
            Plain { number: u64, id: RequestId, wait: Span } "plain" "§1" "code"
                => "{number} ← {id} at {me} – {me} after {wait}";
            Bare "bare" "" "more code" => "No values.";
        }
        "second" {
            #[milestone] Cases { count: u16, name: &'static str } "cases" "§2" "code"
                => "{count} of {whose}" with { count, whose: format!("{name}{{me}}\u{1}") },
                   "one of {whose}" if count == 1,
                   "none" if count == 0;
        }
    }

    #[test]
    fn values_stand_in_their_places_and_texts_are_not_read_again() {
        let (me, id) = (NodeId::replica(7), RequestId { client: NodeId::client(2), number: 3 });
        let cases = |count| Rule::Cases { count, name: "é" }.sentence(RULES, me);
        assert_eq!(
            Rule::Plain { number: u64::MAX, id, wait: Span(1_500) }.sentence(RULES, me),
            "18446744073709551615 ← c2/3 at 7 – 7 after 1.5ms"
        );
        assert_eq!(Rule::Bare.sentence(RULES, me), "No values.");
        assert_eq!([cases(2), cases(1), cases(0)], ["2 of é{me}\u{1}", "one of é{me}\u{1}", "none"]);
        assert_eq!(Rule::Bare.index(), 1);
        assert_eq!(
            RULES.iter().map(|rule| (rule.name, rule.block, rule.milestone)).collect::<Vec<_>>(),
            [("plain", "first", false), ("bare", "first", false), ("cases", "second", true)]
        );
    }
}
