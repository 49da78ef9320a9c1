//! What a person or a scenario does to the network: who is parted, cut off or slowed down.

use std::collections::BTreeSet;

use super::action::Action;
use super::action_error::ActionError;
use super::selector::Selector;
use super::state::Run;
use super::step::Execution;
use crate::kernel::data::ids::{MessageId, NodeId};
use crate::kernel::data::in_order::InOrder;
use crate::kernel::record::trace::What;

impl Execution<'_> {
    /// Carries out an act on the network. Errors: the world is then as it was.
    pub(super) fn change_network(&mut self, act: &Action) -> Result<(), ActionError> {
        match act {
            Action::Partition(groups) => {
                let groups = self.run.groups_of(groups)?;
                self.run.network.partition(&groups, self.run.nodes.replicas.len());
            }
            Action::Cut { from, to } => {
                for (from, to) in self.run.links_between(*from, *to)? {
                    self.run.network.cut(from, to);
                }
            }
            Action::Heal => self.run.network.heal(),
            Action::Mend { from, to } => self.mend(*from, *to)?,
            Action::Network { link, change } => match link {
                None => self.run.network.change(None, change),
                Some((from, to)) => {
                    for ends in self.run.links_between(*from, *to)? {
                        self.run.network.change(Some(ends), change);
                    }
                }
            },
            Action::Topology(kind) => {
                let changed = self.run.network.set_topology(*kind, self.run.nodes.replicas.len());
                changed.map_err(|why| ActionError::Topology { kind: *kind, why })?;
                self.run.tell_topology();
            }
            Action::Manual(on) => self.set_manual(*on),
            _ => return Err(ActionError::NotOfTheNetwork),
        }
        self.mark(What::Network, None, MessageId(0));
        Ok(())
    }

    /// Takes cuts back: of several links those that are cut.
    fn mend(&mut self, from: Selector, to: Selector) -> Result<(), ActionError> {
        let links = self.run.links_between(from, to)?;
        let mut mended = false;
        for &(from, to) in &links {
            mended |= self.run.network.mend(from, to);
        }
        match links.first() {
            Some(&(from, to)) if !mended => Err(ActionError::NotCut { from, to }),
            _ => Ok(()),
        }
    }
}

impl Run {
    /// The links from each of some to each of others; nobody has one to itself. Errors: there is none.
    fn links_between(&self, from: Selector, to: Selector) -> Result<Vec<(NodeId, NodeId)>, ActionError> {
        let (senders, receivers) = (self.select(from)?, self.select(to)?);
        let to_others = |&sender: &NodeId| {
            let others = receivers.iter().filter(move |receiver| **receiver != sender);
            others.map(move |receiver| (sender, *receiver)).collect::<Vec<_>>()
        };
        let links: Vec<_> = senders.iter().flat_map(to_others).collect();
        if links.is_empty() { Err(ActionError::LinkToItself { node: from }) } else { Ok(links) }
    }

    /// Who is meant by each group of a partition. Those whom several could mean stand with the one that says most of them.
    fn groups_of(&self, groups: &[Vec<Selector>]) -> Result<Vec<Vec<NodeId>>, ActionError> {
        let mut named: Vec<_> =
            groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |who| (*who, at))).collect();
        // By number before the leader before the followers before all, as the variants stand.
        named.put_in_order();
        let (mut found, mut placed) = (vec![Vec::new(); groups.len()], BTreeSet::new());
        for (who, group) in named {
            found[group].extend(self.select(who)?.into_iter().filter(|node| placed.insert(*node)));
        }
        match (0..groups.len()).find(|&group| found[group].is_empty() && !groups[group].is_empty()) {
            Some(empty) => Err(ActionError::EmptyGroup { group: empty + 1 }),
            None => Ok(found),
        }
    }
}
