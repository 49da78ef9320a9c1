//! What a sentence claims, and whether it can be claimed in this run. A protocol guarantees something as long as its code
//! has no known bug switched on, no more replicas are faulty than it tolerates, and nothing is broken yet.

use super::step::Execution;
use crate::kernel::data::ids::{EventId, NodeId};
use crate::kernel::descriptor::rules::Told;
use crate::kernel::descriptor::vocabulary::capital;

impl Execution<'_> {
    /// Puts the sentences of an event on record, when it is known whether it has broken something.
    pub(crate) fn tell(&mut self, event: EventId, told: Vec<(u8, Told)>) {
        for (index, Told { sentence, claim }) in told {
            let sentence = match claim {
                Some(claim) => self.with_claim(index, &sentence, claim),
                None => sentence,
            };
            if let Some(detail) = &mut self.trace.detail {
                detail.rules.push((event, index, sentence));
            }
        }
    }

    fn with_claim(&self, index: u8, sentence: &str, claim: String) -> String {
        match self.doubt(self.run.descriptor.rules[index as usize].rests_on) {
            None => format!("{sentence} {}.", capital(claim)),
            Some(why) => format!("{sentence} Normally {claim}; here that is not certain: {why}."),
        }
    }

    /// Why a property can't be relied on in this run, as a clause; `None` where it can.
    fn doubt(&self, property: &str) -> Option<String> {
        if self.run.violations.iter().any(|found| found.property == property) {
            return Some(format!("{property} is broken already"));
        }
        if let Some(bug) = self.run.bugs().find(|bug| bug.breaks.contains(&property)) {
            return Some(format!("the bug {} is switched on", bug.name));
        }
        if !property.is_empty() && self.run.protocol.assumes(property).is_none() {
            return Some(format!("with these options, {property} is not promised"));
        }
        let traitors: Vec<_> = self.run.replicas().filter(|node| self.run.nodes.at(*node).traitor).collect();
        let lost =
            self.run.replicas().filter(|node| self.run.nodes.at(*node).lost_disk && !self.run.nodes.at(*node).traitor);
        let lost: Vec<_> = lost.collect();
        if traitors.len() + lost.len() <= self.run.protocol.tolerated() {
            return None;
        }
        let clauses = [(traitors, "may lie", "may lie"), (lost, "has lost its disk", "have lost their disks")];
        let faults = clauses.into_iter().filter_map(|(nodes, one, several)| {
            Some(format!("{} {}", self.names(&nodes)?, if nodes.len() == 1 { one } else { several }))
        });
        Some(faults.collect::<Vec<_>>().join(", and "))
    }

    /// `replica 2`, `replica 2 and replica 4`; `None` for nobody.
    fn names(&self, nodes: &[NodeId]) -> Option<String> {
        let names: Vec<_> = nodes.iter().map(|node| self.run.descriptor.called(*node)).collect();
        let (last, others) = names.split_last()?;
        Some(if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) })
    }
}
