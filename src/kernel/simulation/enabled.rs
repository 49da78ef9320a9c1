//! What can happen next, where nothing moves by itself: for a search, which carries out one after the other.

use super::action::{Action, Pick};
use super::flights::Flight;
use super::selector::Selector;
use super::state::Run;
use crate::kernel::data::ids::NodeId;
use crate::kernel::data::in_order::InOrder;
use crate::kernel::descriptor::node_view::Health;

/// The kinds of moves that are asked for. How often each may be made is for the one to say who makes them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Moves {
    /// Messages arrive.
    pub deliver: bool,
    /// Messages are lost.
    pub drop: bool,
    /// Messages get a second copy.
    pub duplicate: bool,
    /// Timers fire.
    pub fire: bool,
    /// Replicas crash.
    pub crash: bool,
    /// Crashed replicas come back.
    pub restart: bool,
    /// Crashed replicas come back with blank disks.
    pub lose_disk: bool,
}

impl Moves {
    /// Nothing fails: messages arrive, in any order, and timers fire.
    pub const CALM: Moves = Moves {
        deliver: true,
        fire: true,
        drop: false,
        duplicate: false,
        crash: false,
        restart: false,
        lose_disk: false,
    };
    /// All of them.
    pub const ALL: Moves =
        Moves { drop: true, duplicate: true, crash: true, restart: true, lose_disk: true, ..Moves::CALM };
}

impl Run {
    /// The moves of these kinds that are possible now. Their order depends on what is in flight and what runs, not on how
    /// it came about; of equal messages the oldest stands for all, since it makes no difference which one is taken.
    pub(crate) fn enabled(&self, moves: &Moves) -> Vec<Action> {
        let mut actions = Vec::new();
        let ids: Vec<_> = self.different_flights().into_iter().map(|flight| (flight.id, flight.to)).collect();
        let awake = |to: NodeId| self.health(to) != Health::Paused;
        let arriving = ids.iter().filter(|(_, to)| awake(*to));
        actions.extend(arriving.filter(|_| moves.deliver).map(|(id, _)| Action::Deliver(Pick::Id(*id))));
        actions.extend(ids.iter().filter(|_| moves.drop).map(|(id, _)| Action::Drop(Pick::Id(*id))));
        actions.extend(ids.iter().filter(|_| moves.duplicate).map(|(id, _)| Action::Duplicate(Pick::Id(*id))));
        if moves.fire {
            self.nodes.names().for_each(|node| self.running_timers(node, &mut actions));
        }
        for node in self.replicas() {
            let selector = Selector::Node(node);
            let crashed = self.health(node) == Health::Crashed;
            actions.extend((moves.crash && !crashed).then_some(Action::Crash(selector)));
            let back = |disk_lost| Action::Restart { replica: selector, disk_lost };
            actions.extend((moves.restart && crashed).then(|| back(false)));
            actions.extend((moves.lose_disk && crashed).then(|| back(true)));
        }
        actions
    }

    /// The messages in flight, one of each, in the order of ends and contents.
    fn different_flights(&self) -> Vec<&Flight> {
        let key = |flight: &Flight| {
            let stamp = flight.envelope.stamp;
            (flight.from, flight.to, stamp.kind, stamp.second, flight.content())
        };
        let mut flights: Vec<_> = self.flights.iter().map(|(_, flight)| (key(flight), flight.id, flight)).collect();
        flights.put_in_order_by_key(|(key, id, _)| (*key, *id));
        flights.dedup_by_key(|(key, ..)| *key);
        flights.into_iter().map(|(.., flight)| flight).collect()
    }

    fn running_timers(&self, name: NodeId, actions: &mut Vec<Action>) {
        let node = self.nodes.at(name);
        if node.health != Health::Up {
            return;
        }
        let incarnations = std::iter::once(&node.incarnation).chain(node.other.as_deref());
        let timers = incarnations.flat_map(|incarnation| &incarnation.timers);
        let mut timers: Vec<_> = timers.map(|running| (running.timer.kind, running.timer.about)).collect();
        timers.put_in_order();
        timers.dedup();
        actions.extend(timers.into_iter().map(|(timer, about)| Action::Fire {
            timer,
            about,
            node: Selector::Node(name),
        }));
    }
}
