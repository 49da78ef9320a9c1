//! Agreement and validity for every protocol, and what a broken property looks like.

use std::any::Any;
use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{EventId, NodeId, Time};
use crate::kernel::data::persistent_map::PersistentMap;
use crate::kernel::descriptor::agreement::Agreement;
use crate::kernel::descriptor::vocabulary::{Descriptor, capital};

/// A property that does not hold, with the event that broke it. Kept for good: a property holds at every event or not at all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Its name: `election-safety`.
    pub property: &'static str,
    /// The event that broke it.
    pub event: EventId,
    /// When, in virtual microseconds.
    pub at: Time,
    /// The facts that contradict each other, as a sentence.
    pub text: String,
    /// The events that these facts come from, where known, oldest first.
    pub evidence: Vec<EventId>,
    /// The replicas concerned.
    pub nodes: Vec<NodeId>,
}

impl Violation {
    /// What is broken and by whom, for a person: `Prepared unique is broken. Replicas 2 and 3 have …`
    pub fn sentence(&self) -> String {
        format!("{} is broken. {}", capital(self.property.replace('-', " ")), self.text)
    }
}

/// What is told and decides nothing, such as the event that a fact comes from, who was the first, or what is shown of the past.
/// It has no part in a hash: two runs that differ in it alone have the same futures.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence<T>(pub T);

/// States that are spelled out to be told apart differ in what decides something.
impl<T> fmt::Debug for Evidence<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl<T> Hash for Evidence<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// Where a check puts what it found.
#[derive(Clone, Default)]
pub struct Report {
    pub(crate) found: Vec<Finding>,
}

/// A finding, before the world adds event and time.
#[derive(Clone)]
pub(crate) struct Finding {
    pub property: &'static str,
    pub text: String,
    pub evidence: Vec<EventId>,
    pub nodes: Vec<NodeId>,
}

impl Report {
    /// A property is broken by the event at hand: the facts as a sentence, and the replicas concerned.
    pub fn broken(&mut self, property: &'static str, text: fmt::Arguments<'_>, nodes: &[NodeId]) {
        self.broken_since(property, text, nodes, &[]);
    }

    /// The same, with the earlier events that contradict the one at hand.
    pub fn broken_since(
        &mut self,
        property: &'static str,
        text: fmt::Arguments<'_>,
        nodes: &[NodeId],
        evidence: &[EventId],
    ) {
        self.found.push(Finding {
            property,
            text: text.to_string(),
            evidence: evidence.to_vec(),
            nodes: nodes.to_vec(),
        });
    }
}

impl Report {
    /// Takes out what was found, as broken in this event.
    pub(crate) fn take(&mut self, event: EventId, at: Time) -> Vec<Violation> {
        let found = std::mem::take(&mut self.found).into_iter();
        let violation =
            |Finding { property, text, evidence, nodes }| Violation { property, event, at, text, evidence, nodes };
        found.map(violation).collect()
    }
}

/// A command or a value, whatever its protocol.
pub trait Shown: Any + Display {
    /// Whether another is the same.
    fn same(&self, other: &dyn Any) -> bool;
    /// Takes it into a hash.
    fn take_into(&self, hasher: &mut StableHasher);
}

impl<T: Eq + Hash + Display + 'static> Shown for T {
    fn same(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }

    fn take_into(&self, hasher: &mut StableHasher) {
        self.hash(hasher);
    }
}

/// The first decision on a slot.
#[derive(Clone)]
pub struct Decision {
    /// What was decided; it has the protocol's type of values.
    pub value: Rc<dyn Shown>,
    /// By whom first.
    pub by: NodeId,
    /// In which event.
    pub event: EventId,
    /// When, in virtual microseconds.
    pub at: Time,
    /// Whether somebody asked for it.
    pub valid: bool,
    /// What others decided that does not contradict it, though it is not the same.
    pub beside: Vec<Variant>,
}

/// Another value that was decided on a slot.
#[derive(Clone)]
pub struct Variant {
    /// What was decided; it has the protocol's type of values.
    pub value: Rc<dyn Shown>,
    /// By whom first.
    pub by: NodeId,
    /// In which event.
    pub event: EventId,
}

impl Decision {
    /// The first, and by whom and when.
    pub fn first(&self) -> Variant {
        Variant { value: self.value.clone(), by: self.by, event: self.event }
    }

    /// Every value that was decided, the first one first.
    pub fn variants(&self) -> impl Iterator<Item = Variant> {
        std::iter::once(self.first()).chain(self.beside.iter().cloned())
    }
}

/// What correct replicas have decided so far, by slot.
#[derive(Clone, Default)]
pub struct Decisions {
    slots: PersistentMap<u64, Decision>,
    commands: u64,
}

impl Decisions {
    /// How many clients' commands are decided.
    pub fn commands(&self) -> u64 {
        self.commands
    }

    /// How many slots are decided.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The decision on a slot.
    pub fn get(&self, slot: u64) -> Option<&Decision> {
        self.slots.get(&slot)
    }

    /// All decisions, by slot.
    pub fn iter(&self) -> impl Iterator<Item = (&u64, &Decision)> {
        self.slots.iter()
    }

    /// Takes down another value on a slot that contradicts none before, unless it is the same as one of them.
    pub(crate) fn add_beside(&mut self, slot: u64, variant: Variant) {
        let Some(decision) = self.slots.get_mut(&slot) else { return };
        if decision.variants().all(|before| !before.value.same(&*variant.value)) {
            decision.beside.push(variant);
        }
    }

    /// Takes down the first decision on a slot, and how many commands its value carries.
    pub(crate) fn add(&mut self, slot: u64, decision: Decision, commands: usize) {
        self.slots.insert(slot, decision);
        self.commands += commands as u64;
    }
}

/// Who decides what, for the sentences about a decision that breaks a property.
pub(crate) struct Decides<'a> {
    /// The protocol's vocabulary.
    pub about: &'static Descriptor,
    /// Who decides.
    pub by: NodeId,
    /// On which slot.
    pub slot: u64,
    /// The value.
    pub value: &'a dyn Display,
}

impl Decides<'_> {
    /// Validity: nobody asked for it.
    pub fn unasked(&self, report: &mut Report) {
        let Decides { about, by, slot, value } = self;
        let (who, what) = (about.called(*by), about.slot);
        let text = format_args!("On {what} {slot}, {who} decides {value}, but nobody asked for that.");
        report.broken("validity", text, &[*by]);
    }

    /// Agreement: something that contradicts it was decided on the slot before. `lost_disk` says that who decides now has ever
    /// lost its disk.
    pub fn contradicts(&self, before: &Variant, agreement: Agreement, lost_disk: bool, report: &mut Report) {
        let Decides { about, by, slot, value } = self;
        let Variant { value: was, by: first, event: when } = before;
        let (first, remark) = (*first, agreement.remark());
        let (who, what) = (about.called(*by), about.slot);
        let other = if first == *by { "it".into() } else { about.called(first) };
        let before = match (first == *by, lost_disk) {
            (true, true) => " before it lost its disk",
            (true, false) => " before",
            _ => "",
        };
        let text = format_args!("On {what} {slot}, {who} decides {value}, but {other} decided {was}{before}.{remark}");
        let nodes = if first == *by { &[*by][..] } else { &[first, *by] };
        report.broken_since("agreement", text, nodes, &[*when]);
    }
}
