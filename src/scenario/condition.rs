//! What can be said of a run at one moment, and whether it is so.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use crate::kernel::{
    COMMON_PROPERTIES, DynWorld, Health, HistoryEvent, LINEARIZABILITY, NodeId, Review, Selector, Time, Value,
    enumerate, listed, show_time,
};

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

    fn holds(self, order: Ordering) -> bool {
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

/// What is seen on the way to an answer. Nothing is put into words where nobody wants them.
#[derive(Default)]
struct Sight(Option<String>);

impl Sight {
    fn wanted() -> Self {
        Sight(Some(String::new()))
    }

    fn put(&mut self, words: fmt::Arguments<'_>) {
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
        let holds = self.condition.look(world, Effort::Quick, &mut Sight::default())?;
        Some(holds != self.not)
    }

    /// Whether it holds now, if anybody knows, and what was seen.
    pub fn look(&self, world: &DynWorld, effort: Effort) -> (Option<bool>, String) {
        let mut sight = Sight::wanted();
        let holds = self.condition.look(world, effort, &mut sight);
        (holds.map(|holds| holds != self.not), sight.words())
    }
}

impl Condition {
    /// Whether it holds, if anybody knows.
    fn look(&self, world: &DynWorld, effort: Effort, sight: &mut Sight) -> Option<bool> {
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
                    Whose::Each(selector) => wanted.of_each(world, *selector, sight),
                    Whose::Any => wanted.of_any(world, sight),
                    Whose::AtLeast(count) => wanted.of_several(world, *count, sight),
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

/// What a field, or a part of it, should be.
struct Wanted<'a> {
    field: &'a str,
    key: Option<&'a str>,
    operator: Operator,
    value: &'a str,
}

/// What a field is.
enum Have {
    Number(i64),
    Text(Cow<'static, str>),
}

impl fmt::Display for Have {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Have::Number(number) => number.fmt(f),
            Have::Text(text) => text.fmt(f),
        }
    }
}

impl From<Value> for Have {
    fn from(value: Value) -> Self {
        match value {
            Value::Number(number) => Have::Number(number),
            Value::Text(text) => Have::Text(text.into()),
        }
    }
}

/// What a key holds under which nothing was ever put, and a client's answer before the first; a store says the same.
const NOTHING: &str = "nothing";

impl Wanted<'_> {
    fn of_each(&self, world: &DynWorld, selector: Selector, sight: &mut Sight) -> bool {
        let nodes = match world.select(selector) {
            Ok(nodes) => nodes,
            Err(why) => {
                sight.put(format_args!("{why}"));
                return false;
            }
        };
        let mut seen = Few::default();
        for node in nodes {
            match self.look(world, node) {
                Ok((true, have)) if sight.0.is_some() => seen.add(&format_args!("{node}.{self} is {have}")),
                Ok((true, _)) => {}
                Ok((false, have)) => {
                    sight.put(format_args!("{node}.{self} is {have}"));
                    return false;
                }
                Err(why) => {
                    sight.put(format_args!("{why}"));
                    return false;
                }
            }
        }
        sight.put(format_args!("{}", seen.0));
        true
    }

    fn of_any(&self, world: &DynWorld, sight: &mut Sight) -> bool {
        let mut seen = Few::default();
        for node in NodeId::replicas(world.size()) {
            match self.look(world, node) {
                Ok((true, have)) => {
                    sight.put(format_args!("{node}.{self} is {have}"));
                    return true;
                }
                Ok((false, have)) if sight.0.is_some() => seen.add(&format_args!("{node}.{self} is {have}")),
                Err(why) if sight.0.is_some() => seen.add(&why),
                _ => {}
            }
        }
        sight.put(format_args!("{}", seen.0));
        false
    }

    fn of_several(&self, world: &DynWorld, count: u16, sight: &mut Sight) -> bool {
        // Those for whom it is so, by their epochs where that matters.
        let mut found = Vec::<(Option<u64>, Vec<NodeId>)>::new();
        for node in NodeId::replicas(world.size()) {
            let Ok((true, have)) = self.look(world, node) else { continue };
            let epoch = world.epoch(node).filter(|_| self.is_of_an_epoch(&have));
            match found.iter_mut().find(|(other, _)| *other == epoch) {
                Some((_, nodes)) => nodes.push(node),
                None => found.push((epoch, vec![node])),
            }
        }
        let most = found.iter().map(|(_, nodes)| nodes.len()).max().unwrap_or(0);
        if sight.0.is_some() {
            self.tell_several(world, &found, sight);
        }
        most >= usize::from(count)
    }

    fn tell_several(&self, world: &DynWorld, found: &[(Option<u64>, Vec<NodeId>)], sight: &mut Sight) {
        let (operator, value) = (self.operator.sign(), self.value);
        let mut seen = Few::default();
        for (epoch, nodes) in found {
            let nodes = listed(nodes.iter().take(8), ", ");
            match epoch {
                Some(epoch) => seen.add(&format_args!("of {nodes} in {} {epoch}", world.descriptor().epoch)),
                None => seen.add(&format_args!("of {nodes}")),
            }
        }
        match found {
            [] => sight.put(format_args!("{self} {operator} {value} holds of none")),
            _ => sight.put(format_args!("{self} {operator} {value} holds {}", seen.0)),
        }
    }

    /// Whether the field is about what a replica does in its epoch: not whether it runs, and not what its store holds.
    fn is_of_an_epoch(&self, have: &Have) -> bool {
        let holds_pairs = matches!(have, Have::Text(text) if text.contains('=') && pairs(text).is_some());
        self.field != "status" && self.key.is_none() && !holds_pairs
    }

    /// Whether it is so of a node, and what it is. Errors: why it is nothing.
    fn look(&self, world: &DynWorld, node: NodeId) -> Result<(bool, Have), String> {
        let have = self.have(world, node)?;
        let order = match (&have, self.value.parse::<i64>()) {
            (Have::Number(number), Ok(wanted)) => Some(number.cmp(&wanted)),
            (Have::Number(number), Err(_)) => Some(number.to_string().as_str().cmp(self.value)),
            (Have::Text(text), Ok(wanted)) if self.is_a_value() => text.parse::<i64>().ok().map(|own| own.cmp(&wanted)),
            (Have::Text(text), _) => Some((**text).cmp(self.value)),
        };
        // A word is neither more nor less than a number.
        let holds = order.map_or(self.operator == Operator::Differs, |order| self.operator.holds(order));
        Ok((holds, have))
    }

    /// Whether it is somebody's value, which may be a number though it is kept as a text.
    fn is_a_value(&self) -> bool {
        self.key.is_some() || self.field == "answer"
    }

    fn have(&self, world: &DynWorld, node: NodeId) -> Result<Have, String> {
        let whole = if node.is_client() { self.of_client(world, node) } else { self.of_replica(world, node) }?;
        match (self.key, whole) {
            (Some(key), Have::Text(text)) if self.field != "answer" => {
                let Some(pairs) = pairs(&text) else {
                    return Err(format!("{node}.{} is {text}, which holds nothing under a key", self.field));
                };
                let found = pairs.into_iter().find(|(other, _)| *other == key);
                Ok(Have::Text(found.map_or(NOTHING, |(_, value)| value).to_string().into()))
            }
            (_, whole) => Ok(whole),
        }
    }

    fn of_replica(&self, world: &DynWorld, node: NodeId) -> Result<Have, String> {
        if self.field == "role"
            && let Some(role) = world.role(node)
        {
            return Ok(Have::Text(role.into()));
        }
        if self.field == "epoch"
            && let Some(epoch) = world.epoch(node)
        {
            return Ok(Have::Number(epoch as i64));
        }
        let Some(view) = world.node(node) else { return Err(format!("there is no {node}")) };
        view.field(self.field).map(Have::from).ok_or_else(|| match view.health {
            Health::Crashed => format!("{node} is crashed, and {} was in its memory alone", self.field),
            _ => format!("{node} has no field {}", self.field),
        })
    }

    fn of_client(&self, world: &DynWorld, node: NodeId) -> Result<Have, String> {
        if node.number() > world.clients() {
            return Err(format!("{node} has asked for nothing yet"));
        }
        let told = || {
            let mine = world.history().iter().filter(|record| record.node == Some(node));
            mine.filter_map(|record| match &record.what {
                HistoryEvent::Told(number, told) => Some((*number, told)),
                _ => None,
            })
        };
        match (self.field, self.key) {
            ("answers", _) => Ok(Have::Number(told().count() as i64)),
            ("answer", key) => {
                let number = key.and_then(|key| key.parse::<u32>().ok());
                let found = told().filter(|(own, _)| number.is_none_or(|number| number == *own)).last();
                found.map(|(_, told)| Have::Text(told.to_string().into())).ok_or_else(|| match number {
                    Some(number) => format!("{node} has no answer to its request {number} yet"),
                    None => format!("{node} has no answer yet"),
                })
            }
            _ => {
                let field = world.node(node).and_then(|view| view.field(self.field));
                field.map(Have::from).ok_or_else(|| format!("{node} has no field {}", self.field))
            }
        }
    }
}

impl fmt::Display for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        self.key.map_or(Ok(()), |key| write!(f, ".{key}"))
    }
}

/// A text of the form `x=3 y=1` as its pairs; `None` where it is none. An empty store is a text without words.
fn pairs(text: &str) -> Option<Vec<(&str, &str)>> {
    text.split_whitespace().map(|word| word.split_once('=')).collect()
}

/// A few of many things that were seen.
#[derive(Default)]
struct Few(String, u32);

impl Few {
    fn add(&mut self, words: &dyn fmt::Display) {
        match self.1 {
            // A few tell enough.
            0..8 => enumerate(&mut self.0, ", ", words),
            8 => self.0.push_str(" and so on"),
            _ => {}
        }
        self.1 += 1;
    }
}

/// All properties of a protocol: the common ones and its own.
pub fn properties(
    about: &'static crate::kernel::Descriptor,
) -> impl Iterator<Item = &'static crate::kernel::PropertyInfo> {
    COMMON_PROPERTIES.iter().chain(about.properties)
}
