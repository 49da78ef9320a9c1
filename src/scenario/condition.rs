//! What can be said of a run at one moment, and whether it is so.

use std::cmp::Ordering;
use std::fmt;

use super::compare::Wanted;
use super::looks::Looks;
use crate::kernel::{DynWorld, LINEARIZABILITY, Review, Selector, Time, show_time};

/// A condition, or its opposite.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// Whether the opposite is claimed.
    pub not: bool,
    /// What.
    pub condition: Condition,
}

/// What can be said of a run at one moment.
#[derive(Clone, PartialEq, Debug)]
pub enum Condition {
    /// No property was broken.
    All,
    /// This property was not broken.
    Property(&'static str),
    /// This property was broken.
    Violation(&'static str),
    /// Somebody leads.
    Leader,
    /// At least so many clients' commands are decided by correct replicas; an aborted transaction is decided, too.
    Decided(u64),
    /// The same, in the word of the protocols whose decisions are commits.
    Committed(u64),
    /// So many clients' requests have their answers, at least.
    Completed(u64),
    /// The virtual time compares so.
    Now {
        /// How.
        operator: Operator,
        /// With what, in virtual microseconds.
        time: Time,
    },
    /// A field of views compares so.
    Field {
        /// Whose, and of how many.
        whose: Whose,
        /// Which.
        field: String,
        /// Which part of it, where it holds values under keys.
        key: Option<String>,
        /// How.
        operator: Operator,
        /// With what.
        value: String,
    },
}

/// Of which nodes a field must compare so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// All that are meant.
    Each(Selector),
    /// At least one replica.
    Any,
    /// At least so many replicas; in one epoch, where the field is about what a replica does in its epoch.
    AtLeast(u16),
}

impl fmt::Display for Whose {
    /// As a scenario writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Whose::Each(selector) => selector.fmt(f),
            Whose::Any => f.write_str("any"),
            Whose::AtLeast(count) => write!(f, "{count} of all"),
        }
    }
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    Differs,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Operator {
    /// All with their signs.
    pub const ALL: [(&'static str, Operator); 6] = [
        ("=", Operator::Equal),
        ("!=", Operator::Differs),
        ("<", Operator::Less),
        ("<=", Operator::AtMost),
        (">", Operator::More),
        (">=", Operator::AtLeast),
    ];

    /// Its sign.
    pub fn sign(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Operator::Equal => order.is_eq(),
            Operator::Differs => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::AtMost => order.is_le(),
            Operator::More => order.is_gt(),
            Operator::AtLeast => order.is_ge(),
        }
    }
}

/// Why a claim does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Miss {
    /// What was seen instead, as a sentence without its full stop.
    pub saw: String,
    /// Whether nobody knows: then neither the claim nor its opposite holds.
    pub undecided: bool,
}

impl Miss {
    /// What nobody knows yet speaks against nothing yet. Errors: what is known to be otherwise.
    pub(super) fn undecided_is_no_miss(self) -> Result<(), Miss> {
        if self.undecided { Ok(()) } else { Err(self) }
    }
}

/// How much a look at a world may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    /// What is known already.
    Quick,
    /// What was given up as too much for the running check is looked at once more.
    Thorough,
}

/// A world, and what was looked up of it already.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub world: &'a DynWorld,
    pub looks: Option<&'a Looks>,
}

/// What is seen on the way to an answer. Nothing is put into words where nobody wants them.
#[derive(Default)]
pub(super) struct Sight(Option<String>);

impl Sight {
    fn wanted() -> Self {
        Sight(Some(String::new()))
    }

    /// Whether anybody wants words.
    pub fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    pub fn put(&mut self, words: fmt::Arguments<'_>) {
        if let Some(text) = &mut self.0 {
            *text = words.to_string();
        }
    }

    fn words(self) -> String {
        self.0.unwrap_or_default()
    }
}

impl Claim {
    /// Whether it holds now. Errors: why not.
    pub fn check(&self, world: &DynWorld, effort: Effort) -> Result<(), Miss> {
        match self.look(world, effort) {
            (Some(true), _) => Ok(()),
            (holds, saw) => Err(Miss { saw, undecided: holds.is_none() }),
        }
    }

    /// Whether it holds now as far as is known already; `None` where nobody knows.
    pub fn holds(&self, world: &DynWorld) -> Option<bool> {
        self.holds_in(Scene { world, looks: None })
    }

    /// The same for whoever looks again and again.
    pub(super) fn holds_in(&self, scene: Scene<'_>) -> Option<bool> {
        let holds = self.condition.look(scene, Effort::Quick, &mut Sight::default())?;
        Some(holds != self.not)
    }

    /// Whether it may hold otherwise than at the last look.
    pub(super) fn may_have_changed(&self, looks: &Looks) -> bool {
        match &self.condition {
            Condition::Field { whose: Whose::Each(Selector::Node(node)), .. } => looks.changed(*node),
            Condition::Field { .. } | Condition::Leader => looks.any_replica_changed(),
            _ => true,
        }
    }

    /// Whether it holds now, if anybody knows, and what was seen.
    pub fn look(&self, world: &DynWorld, effort: Effort) -> (Option<bool>, String) {
        let mut sight = Sight::wanted();
        let holds = self.condition.look(Scene { world, looks: None }, effort, &mut sight);
        (holds.map(|holds| holds != self.not), sight.words())
    }
}

impl Condition {
    /// Whether it holds, if anybody knows.
    fn look(&self, scene: Scene<'_>, effort: Effort, sight: &mut Sight) -> Option<bool> {
        let world = scene.world;
        match self {
            Condition::All => match world.violations().first() {
                None => {
                    let holds = known_of(world, LINEARIZABILITY.name, effort, sight);
                    if holds == Some(true) {
                        sight.put(format_args!("no property was broken"));
                    }
                    holds
                }
                Some(first) => {
                    let (property, event, text) = (first.property, first.event, &first.text);
                    sight.put(format_args!("{property} was broken by event {event}: {text}"));
                    Some(false)
                }
            },
            Condition::Property(name) => known_of(world, name, effort, sight),
            Condition::Violation(name) => known_of(world, name, effort, sight).map(|holds| !holds),
            Condition::Leader => {
                let leader = world.leader();
                match leader {
                    Some(leader) => sight.put(format_args!("{leader} leads")),
                    None => sight.put(format_args!("nobody leads")),
                }
                Some(leader.is_some())
            }
            Condition::Decided(count) | Condition::Committed(count) => {
                let have = world.committed();
                match have {
                    1 => sight.put(format_args!("1 command is decided")),
                    _ => sight.put(format_args!("{have} commands are decided")),
                }
                Some(have >= *count)
            }
            Condition::Completed(count) => {
                let have = u64::from(world.counts().completed);
                match have {
                    1 => sight.put(format_args!("1 request has its answer")),
                    _ => sight.put(format_args!("{have} requests have their answers")),
                }
                Some(have >= *count)
            }
            Condition::Now { operator, time } => {
                sight.put(format_args!("it is {}", show_time(world.now())));
                Some(operator.holds(world.now().cmp(time)))
            }
            Condition::Field { whose, field, key, operator, value } => {
                let wanted = Wanted { field, key: key.as_deref(), operator: *operator, value };
                Some(match whose {
                    Whose::Each(selector) => wanted.of_each(scene, *selector, sight),
                    Whose::Any => wanted.of_any(scene, sight),
                    Whose::AtLeast(count) => wanted.of_several(scene, *count, sight),
                })
            }
        }
    }
}

/// Whether a property holds, if anybody knows.
fn known_of(world: &DynWorld, name: &str, effort: Effort, sight: &mut Sight) -> Option<bool> {
    if let Some(found) = world.violations().iter().find(|violation| violation.property == name) {
        sight.put(format_args!("{name} was broken by event {}: {}", found.event, found.text));
        return Some(false);
    }
    let unbroken = |sight: &mut Sight| {
        sight.put(format_args!("{name} was not broken"));
        Some(true)
    };
    let Some((event, watch)) = world.undecided(name).zip(world.observer()) else { return unbroken(sight) };
    if effort == Effort::Quick {
        let why = format_args!("{name} was not decided: event {event} was too much for the running check");
        sight.put(why);
        return None;
    }
    match watch.review(world) {
        Review::Holds => unbroken(sight),
        Review::Broken(why) => {
            sight.put(format_args!("{name} was broken: {why}"));
            Some(false)
        }
        Review::Undecided(why) => {
            sight.put(format_args!("{name} was not decided: {why}"));
            None
        }
    }
}

/// All properties of a protocol: the common ones, where it decides anything, and its own.
pub fn properties(
    about: &'static crate::kernel::Descriptor,
) -> impl Iterator<Item = &'static crate::kernel::PropertyInfo> {
    about.all_properties()
}
