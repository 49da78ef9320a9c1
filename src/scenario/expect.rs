//! What a scenario expects, and whether it holds.

use crate::kernel::descriptor::view::enumerate;
use crate::kernel::{COMMON_PROPERTIES, DynWorld, Health, LINEARIZABILITY, Review, Selector, Time, Value, show_time};

/// An expectation.
#[derive(Clone, PartialEq, Debug)]
pub struct Expect {
    /// Whether the opposite is expected.
    pub not: bool,
    /// What.
    pub condition: Condition,
    /// The run goes on until it holds, at most so long.
    pub within: Option<Time>,
}

/// What can be expected.
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
    /// A field of a view compares so.
    Field {
        /// Whose.
        node: Selector,
        /// Which.
        field: String,
        /// How.
        operator: Operator,
        /// With what.
        value: String,
    },
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

    fn holds(self, order: std::cmp::Ordering) -> bool {
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

/// Why an expectation is not met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Miss {
    /// What was seen instead, as a sentence without its full stop.
    pub saw: String,
    /// Whether nobody knows: then neither the expectation nor its opposite holds.
    pub undecided: bool,
}

/// How much a look at a world may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    /// What is known already.
    Quick,
    /// What was given up as too much for the running check is looked at once more.
    Thorough,
}

impl Expect {
    /// Whether it holds now. Errors: why not.
    pub fn check(&self, world: &DynWorld, effort: Effort) -> Result<(), Miss> {
        let (holds, saw) = self.condition.look(world, effort);
        if holds == Some(!self.not) { Ok(()) } else { Err(Miss { saw, undecided: holds.is_none() }) }
    }

    /// What to say when the time is over.
    pub fn too_late(&self, saw: &str) -> String {
        match self.within {
            Some(within) => format!("{saw}, not within {}", show_time(within)),
            None => saw.to_string(),
        }
    }
}

impl Condition {
    /// Whether it holds, if anybody knows, and what was seen.
    fn look(&self, world: &DynWorld, effort: Effort) -> (Option<bool>, String) {
        let known = |(holds, saw)| (Some(holds), saw);
        match self {
            Condition::All => match world.violations().first() {
                None => match known_of(world, LINEARIZABILITY.name, effort) {
                    (Some(true), _) => (Some(true), "no property was broken".into()),
                    other => other,
                },
                Some(first) => {
                    let (property, event, text) = (first.property, first.event, &first.text);
                    (Some(false), format!("{property} was broken by event {event}: {text}"))
                }
            },
            Condition::Property(name) => known_of(world, name, effort),
            Condition::Violation(name) => {
                let (holds, saw) = known_of(world, name, effort);
                (holds.map(|holds| !holds), saw)
            }
            Condition::Leader => known(match world.leader() {
                Some(leader) => (true, format!("{leader} leads")),
                None => (false, "nobody leads".into()),
            }),
            Condition::Decided(count) | Condition::Committed(count) => {
                let have = world.committed();
                let saw =
                    if have == 1 { "1 command is decided".into() } else { format!("{have} commands are decided") };
                known((have >= *count, saw))
            }
            Condition::Completed(count) => {
                let have = u64::from(world.counts().completed);
                let saw = match have {
                    1 => "1 request has its answer".into(),
                    _ => format!("{have} requests have their answers"),
                };
                known((have >= *count, saw))
            }
            Condition::Field { node, field, operator, value } => known(compare(world, *node, field, *operator, value)),
        }
    }
}

/// Whether a property holds, if anybody knows, and what was seen.
fn known_of(world: &DynWorld, name: &str, effort: Effort) -> (Option<bool>, String) {
    if let Some(found) = world.violations().iter().find(|violation| violation.property == name) {
        return (Some(false), format!("{name} was broken by event {}: {}", found.event, found.text));
    }
    let holds = || (Some(true), format!("{name} was not broken"));
    let Some((event, watch)) = world.undecided(name).zip(world.observer()) else { return holds() };
    let undecided = |why: String| (None, format!("{name} was not decided: {why}"));
    if effort == Effort::Quick {
        return undecided(format!("event {event} was too much for the running check"));
    }
    match watch.review(world) {
        Review::Holds => holds(),
        Review::Broken(why) => (Some(false), format!("{name} was broken: {why}")),
        Review::Undecided(why) => undecided(why),
    }
}

fn compare(world: &DynWorld, node: Selector, field: &str, operator: Operator, value: &str) -> (bool, String) {
    let nodes = match world.select(node) {
        Ok(nodes) => nodes,
        Err(why) => return (false, why.to_string()),
    };
    let mut seen = String::new();
    for (place, node) in nodes.into_iter().enumerate() {
        let Some(view) = world.node(node) else { return (false, format!("{node} has asked for nothing yet")) };
        let Some(have) = view.field(field) else {
            return (
                false,
                match view.health {
                    Health::Crashed => format!("{node} is crashed, and {field} was in its memory alone"),
                    _ => format!("{node} has no field {field}"),
                },
            );
        };
        let order = match (&have, value.parse::<i64>()) {
            (Value::Number(number), Ok(wanted)) => number.cmp(&wanted),
            (have, _) => have.to_string().as_str().cmp(value),
        };
        if !operator.holds(order) {
            return (false, format!("{node}.{field} is {have}"));
        }
        match place {
            // A few tell enough.
            0..8 => enumerate(&mut seen, ", ", &format_args!("{node}.{field} is {have}")),
            8 => seen.push_str(" and so on"),
            _ => {}
        }
    }
    (true, seen)
}

/// All properties of a protocol: the common ones and its own.
pub fn properties(
    about: &'static crate::kernel::Descriptor,
) -> impl Iterator<Item = &'static crate::kernel::PropertyInfo> {
    COMMON_PROPERTIES.iter().chain(about.properties)
}
