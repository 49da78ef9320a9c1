//! What honest bees are held to. Which box they choose, and whether all choose the same, is a matter of chance: that is counted over
//! many seeds and forbidden in none.

use super::message::Message;
use super::site::Site;
use super::{Config, Disk, HoneyBees, PutUp};
use crate::kernel::prelude::*;

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "quorum-present",
        about: "Where a bee sees a quorum at a box, so many have come there and not left.",
        source: "Seeley, Visscher 2003",
    },
    PropertyInfo {
        name: "rivals-only",
        about: "A stop signal moves none but bees that are committed to another box.",
        source: "Seeley et al. 2012",
    },
    PropertyInfo {
        name: "own-visit",
        about: "A bee dances for no box but one where it has been.",
        source: "List et al. 2009, independence",
    },
    PropertyInfo {
        name: "decision-stands",
        about: "A bee that has decided for a box never decides for another.",
        source: "Seeley, Visscher 2003",
    },
];

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// By bee, what it had decided.
    homes: PersistentMap<NodeId, Site>,
}

impl Monitor {
    fn check_bee(&mut self, me: NodeId, cluster: &Cluster<'_, HoneyBees>, report: &mut Report) {
        let disk = cluster.disk(me);
        match (self.homes.get(&me).copied(), disk.home) {
            (Some(before), Some(now)) if before != now => {
                let text = format_args!("Bee {me} had decided for box {before} and now decides for box {now}.");
                report.broken("decision-stands", text, &[me]);
                self.homes.insert(me, now);
            }
            (None, Some(now)) => self.homes.insert(me, now),
            _ => {}
        }
        let Some(state) = cluster.state(me) else { return };
        if let Some((own, theirs)) = state.stopped.filter(|(own, theirs)| own == theirs) {
            let text = format_args!("Bee {me} has left box {own} for a stop signal that was for box {theirs}, too.");
            report.broken("rivals-only", text, &[me]);
        }
        let Some(site) = state.site() else { return };
        let book = site.client().and_then(|client| cluster.client(client)).and_then(|nest| nest.visits.get(&me));
        if book.is_none_or(|(visit, _)| *visit != disk.visits) {
            let text = format_args!("Bee {me} is committed to box {site}, which it has not been to.");
            report.broken("own-visit", text, &[me]);
        }
    }

    /// The bees in a box, counted anew.
    fn check_box(client: NodeId, cluster: &Cluster<'_, HoneyBees>, report: &mut Report) {
        let (Some(nest), quorum) = (cluster.client(client), cluster.config().quorum) else { return };
        if nest.told < quorum {
            return;
        }
        let (here, told) = (nest.visits.values().filter(|(_, here)| *here).count(), nest.told);
        if here < quorum as usize {
            let site = Site::of(client);
            let text = format_args!("A bee sees {told} bees at box {site}, but only {here} of them are there.");
            report.broken("quorum-present", text, &[]);
        }
    }
}

impl Check for HoneyBees {
    type Monitor = Monitor;

    /// A box that was put up.
    fn valid(_: &Config, site: &Site, asked: &Asked<'_, PutUp>) -> bool {
        site.client().is_some_and(|client| asked.command(RequestId { client, number: 1 }).is_some())
    }

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(node) = event.node else { return };
        if !node.is_client() {
            monitor.check_bee(node, cluster, report);
        } else if event.what == What::Deliver && event.kind == (Message::Enter { visit: 0 }).kind() {
            Monitor::check_box(node, cluster, report);
        }
    }

    /// Two boxes can have a quorum at the same time.
    fn agreement(_: &Config) -> Agreement {
        Agreement::Likely
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        vec![Quorum::simple(config.replicas, config.quorum as usize, "at one box")]
    }

    /// Nobody knows how long a swarm takes, or whether it ever agrees.
    fn recovers_within(_: &Cluster<'_, Self>, _: Time) -> Option<Time> {
        None
    }
}
