//! Fields of replicas and clients, and whether they compare as they should.

use std::borrow::Cow;
use std::fmt;

use super::condition::{Operator, Scene, Sight};
use super::looks::Looks;
use crate::kernel::{DynWorld, Health, NodeId, ReplicaView, Selector, Value, enumerate, listed};

/// What a field, or a part of it, should be.
pub(super) struct Wanted<'a> {
    pub field: &'a str,
    pub key: Option<&'a str>,
    pub operator: Operator,
    pub value: &'a str,
}

/// What a field is.
enum Have<'a> {
    Number(i64),
    Text(Cow<'a, str>),
}

impl fmt::Display for Have<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Have::Number(number) => number.fmt(f),
            Have::Text(text) => text.fmt(f),
        }
    }
}

impl From<Value> for Have<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Number(number) => Have::Number(number),
            Value::Text(text) => Have::Text(text.into()),
        }
    }
}

impl<'a> From<&'a Value> for Have<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Number(number) => Have::Number(*number),
            Value::Text(text) => Have::Text(text.as_str().into()),
        }
    }
}

/// What a key holds under which nothing was ever put, and a client's answer before the first; a store says the same.
const NOTHING: &str = "nothing";

impl Wanted<'_> {
    /// Whether it is so of all who are meant.
    pub fn of_each(&self, scene: Scene<'_>, selector: Selector, sight: &mut Sight) -> bool {
        let nodes = match scene.world.select(selector) {
            Ok(nodes) => nodes,
            Err(why) => {
                sight.put(format_args!("{why}"));
                return false;
            }
        };
        let mut seen = Few::default();
        for node in nodes {
            match self.look(scene, node) {
                Ok((true, have)) if sight.is_wanted() => seen.add(&format_args!("{node}.{self} is {have}")),
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

    /// Whether it is so of a replica.
    pub fn of_any(&self, scene: Scene<'_>, sight: &mut Sight) -> bool {
        let mut seen = Few::default();
        for node in NodeId::replicas(scene.world.size()) {
            match self.look(scene, node) {
                Ok((true, have)) => {
                    sight.put(format_args!("{node}.{self} is {have}"));
                    return true;
                }
                Ok((false, have)) if sight.is_wanted() => seen.add(&format_args!("{node}.{self} is {have}")),
                Err(why) if sight.is_wanted() => seen.add(&why),
                _ => {}
            }
        }
        sight.put(format_args!("{}", seen.0));
        false
    }

    /// Whether it is so of so many replicas.
    pub fn of_several(&self, scene: Scene<'_>, count: u16, sight: &mut Sight) -> bool {
        // Those for whom it is so, by their epochs where that matters.
        let mut found = Vec::<(Option<u64>, Vec<NodeId>)>::new();
        for node in NodeId::replicas(scene.world.size()) {
            let Ok((true, have)) = self.look(scene, node) else { continue };
            let epoch = scene.world.epoch(node).filter(|_| self.is_of_an_epoch(&have));
            match found.iter_mut().find(|(other, _)| *other == epoch) {
                Some((_, nodes)) => nodes.push(node),
                None => found.push((epoch, vec![node])),
            }
        }
        let most = found.iter().map(|(_, nodes)| nodes.len()).max().unwrap_or(0);
        if sight.is_wanted() {
            self.tell_several(scene.world, &found, sight);
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
    fn is_of_an_epoch(&self, have: &Have<'_>) -> bool {
        let holds_pairs = matches!(have, Have::Text(text) if text.contains('=') && pairs(text).is_some());
        self.field != "status" && self.key.is_none() && !holds_pairs
    }

    /// Whether it is so of a node, and what it is. Errors: why it is nothing.
    fn look<'a>(&self, scene: Scene<'a>, node: NodeId) -> Result<(bool, Have<'a>), Absent> {
        let have = self.have(scene, node)?;
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

    fn have<'a>(&self, scene: Scene<'a>, node: NodeId) -> Result<Have<'a>, Absent> {
        let whole = if node.is_client() { self.of_client(scene, node) } else { self.of_replica(scene, node) }?;
        match (self.key, whole) {
            (Some(key), Have::Text(text)) if self.field != "answer" => match self.under(key, &text) {
                Some(found) => Ok(Have::Text(found.to_string().into())),
                None => Err(Absent(format!("{node}.{} is {text}, which holds nothing under a key", self.field))),
            },
            (_, whole) => Ok(whole),
        }
    }

    /// What a text of the form `x=3 y=1` holds under a key; `None` where it is no such text.
    fn under<'t>(&self, key: &str, text: &'t str) -> Option<&'t str> {
        let found = pairs(text)?.into_iter().find(|(other, _)| *other == key);
        Some(found.map_or(NOTHING, |(_, value)| value))
    }

    fn of_replica<'a>(&self, scene: Scene<'a>, node: NodeId) -> Result<Have<'a>, Absent> {
        let Scene { world, looks } = scene;
        let cheap = match self.field {
            "status" => world.status(node).map(|status| Have::Text(status.into())),
            "role" => world.role(node).map(|role| Have::Text(role.into())),
            "epoch" => world.epoch(node).map(|epoch| Have::Number(epoch as i64)),
            _ => None,
        };
        if let Some(have) = cheap {
            return Ok(have);
        }
        let found = match looks {
            Some(looks) => looks.fields(world, node).and_then(|view| field_of(view, self.field)),
            None => world.fields(node).and_then(|view| view.field(self.field)).map(Have::from),
        };
        found.ok_or_else(|| match world.health(node) {
            Some(Health::Crashed) => Absent(format!("{node} is crashed, and {} was in its memory alone", self.field)),
            _ => Absent(format!("{node} has no field {}", self.field)),
        })
    }

    fn of_client<'a>(&self, Scene { world, looks }: Scene<'a>, node: NodeId) -> Result<Have<'a>, Absent> {
        if node.number() > world.clients() {
            return Err(Absent(format!("{node} has asked for nothing yet")));
        }
        if self.field == "status" {
            return Ok(Have::Text(world.status(node).unwrap_or_default().into()));
        }
        let mut own = Looks::default();
        let looks = looks.unwrap_or_else(|| {
            own.refresh(world);
            &own
        });
        if self.field == "answers" {
            return Ok(Have::Number(looks.told(node).count() as i64));
        }
        let number = self.key.and_then(|key| key.parse::<u32>().ok());
        let found = looks.told(node).find(|(own, _)| number.is_none_or(|number| number == *own));
        found.map(|(_, told)| Have::Text(told.to_string().into())).ok_or_else(|| match number {
            Some(number) => Absent(format!("{node} has no answer to its request {number} yet")),
            None => Absent(format!("{node} has no answer yet")),
        })
    }
}

/// Why there is nothing to be compared, as a sentence without its full stop.
struct Absent(String);

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field of a view, without a copy.
fn field_of<'a>(view: &'a ReplicaView, name: &str) -> Option<Have<'a>> {
    match name {
        "role" => Some(Have::Text(view.role.into())),
        "epoch" => Some(Have::Number(view.epoch as i64)),
        "committed" => Some(Have::Number(view.committed as i64)),
        _ => view.fields.iter().find(|field| field.name == name).map(|field| Have::from(&field.value)),
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
