//! What a scenario expects, and whether it holds.

use crate::kernel::{AnyWorld, COMMON_PROPERTIES, Selector, Time, Value, show_time};

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

impl Expect {
    /// Whether it holds now. Errors: why not, in a sentence.
    pub fn check(&self, world: &dyn AnyWorld) -> Result<(), String> {
        let (holds, saw) = self.condition.look(world);
        if holds != self.not { Ok(()) } else { Err(saw) }
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
    /// Whether it holds, and what was seen.
    fn look(&self, world: &dyn AnyWorld) -> (bool, String) {
        let violations = world.violations();
        match self {
            Condition::All => match violations.first() {
                None => (true, "no property was broken".into()),
                Some(first) => {
                    (false, format!("{} was broken by event {}: {}", first.property, first.event, first.text))
                }
            },
            Condition::Property(name) => broken(world, name, false),
            Condition::Violation(name) => broken(world, name, true),
            Condition::Leader => match world.leader() {
                Some(leader) => (true, format!("{leader} leads")),
                None => (false, "nobody leads".into()),
            },
            Condition::Decided(count) | Condition::Committed(count) => {
                let have = world.committed();
                (have >= *count, format!("{have} commands are decided"))
            }
            Condition::Completed(count) => {
                let have = u64::from(world.counts().completed);
                (have >= *count, format!("{have} requests have their answers"))
            }
            Condition::Field { node, field, operator, value } => compare(world, *node, field, *operator, value),
        }
    }
}

fn broken(world: &dyn AnyWorld, name: &str, wanted: bool) -> (bool, String) {
    match world.violations().iter().find(|violation| violation.property == name) {
        Some(found) => (wanted, format!("{name} was broken by event {}: {}", found.event, found.text)),
        None => (!wanted, format!("{name} was not broken")),
    }
}

fn compare(world: &dyn AnyWorld, node: Selector, field: &str, operator: Operator, value: &str) -> (bool, String) {
    let nodes = match world.select(node) {
        Ok(nodes) => nodes,
        Err(why) => return (false, why),
    };
    for node in nodes {
        let Some(have) = world.node(node).and_then(|view| view.field(field)) else {
            return (false, format!("{node} has no field {field}"));
        };
        let order = match (&have, value.parse::<i64>()) {
            (Value::Number(number), Ok(wanted)) => number.cmp(&wanted),
            (have, _) => have.to_string().as_str().cmp(value),
        };
        if !operator.holds(order) {
            return (false, format!("{node}.{field} is {have}"));
        }
    }
    (true, format!("{field} is {value}"))
}

/// All properties of a protocol: the common ones and its own.
pub fn properties(
    about: &'static crate::kernel::Descriptor,
) -> impl Iterator<Item = &'static crate::kernel::PropertyInfo> {
    COMMON_PROPERTIES.iter().chain(about.properties)
}
