//! Decisions: the first on a slot is taken down, and those after it are held against it.

use std::any::Any;
use std::rc::Rc;

use super::step::Execution;
use crate::kernel::data::ids::NodeId;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::{Decides, Decision, Shown, Variant};

impl Execution<'_> {
    /// A replica decides a slot.
    pub(crate) fn decide(&mut self, by: NodeId, slot: u64, value: Rc<dyn Shown>, event: &mut Event) {
        let (about, lost_disk) = (self.run.descriptor, self.run.nodes.at(by).lost_disk);
        if self.run.nodes.at(by).traitor {
            return;
        }
        event.decided = event.decided.saturating_add(1);
        if self.trace.detail.is_some() {
            self.note(event.id, format!("{} decides on {} {slot}: {value}.", about.named(by), about.slot));
        }
        let decides = Decides { about, by, slot, value: &value };
        let first = self.run.nodes.decisions.get(slot);
        if let Some(same) = first.filter(|first| Rc::ptr_eq(&first.value, &value)) {
            if !same.valid {
                decides.unasked(&mut self.run.report);
            }
            return;
        }
        let first = first.cloned();
        let (valid, commands) = self.run.protocol.judge(&*value as &dyn Any, &self.run.nodes);
        if !valid {
            decides.unasked(&mut self.run.report);
        }
        match first {
            Some(first) => {
                let contradicts = |before: &Variant| self.run.protocol.contradict(&*before.value, &*value);
                match first.variants().find(contradicts) {
                    Some(before) => {
                        let agreement = self.run.protocol.agreement();
                        decides.contradicts(&before, agreement, lost_disk, &mut self.run.report);
                    }
                    None => self.run.nodes.decisions.add_beside(slot, Variant { value, by, event: event.id }),
                }
            }
            None => {
                self.run.counts.last_decision = self.run.now;
                let decision = Decision { value, by, event: event.id, at: event.at, valid, beside: Vec::new() };
                self.run.nodes.decisions.add(slot, decision, commands);
            }
        }
    }
}
