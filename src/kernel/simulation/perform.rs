//! Carrying out what a person or a scenario does.

use super::action::{Action, Pick, Which};
use super::action_error::ActionError;
use super::flights::Flight;
use super::queue::Due;
use super::selector::Selector;
use super::state::{Run, Workload};
use super::step::Execution;
use crate::kernel::data::ids::{EventId, MessageId, NodeId, SECOND, Time};
use crate::kernel::data::limits::{MESSAGES_IN_FLIGHT, MOST_CLIENTS, WAITING_REQUESTS};
use crate::kernel::descriptor::node_view::{FlightView, Health};
use crate::kernel::record::trace::{Fate, What};

impl Execution<'_> {
    /// Carries out an act now. Errors: the world is then as it was.
    pub fn act(&mut self, act: &Action) -> Result<(), ActionError> {
        act.check()?;
        match act {
            Action::Request { client, to, words } => {
                self.run.expect_known(*client)?;
                if self.run.node(*client).is_some_and(|client| client.waiting >= WAITING_REQUESTS) {
                    return Err(ActionError::RequestsWaiting { client: *client, limit: WAITING_REQUESTS });
                }
                let words: Vec<_> = words.iter().map(String::as_str).collect();
                let command = self.run.protocol.command(&words)?;
                let to = to.map(|to| self.one(to)).transpose()?;
                let first = self.run.counts.messages;
                self.request(*client, command, to);
                self.hand_over(*client, MessageId(first));
                Ok(())
            }
            Action::Crash(selector) => self.each(*selector, &mut |execution, node| {
                execution.run.expect_running(node)?;
                execution.crash(node, EventId(0));
                Ok(())
            }),
            Action::CrashAfter { replica, sends: 0 } => self.act(&Action::Crash(*replica)),
            Action::CrashAfter { replica, sends } => self.each(*replica, &mut |execution, node| {
                execution.run.expect_running(node)?;
                execution.run.node_mut(node).crash_after = Some(*sends);
                execution.mark(What::Meddle, Some(node), MessageId(0));
                Ok(())
            }),
            Action::Restart { replica, disk_lost } => self.restart(*replica, *disk_lost),
            Action::Pause(selector) => self.each(*selector, &mut |execution, node| {
                execution.run.expect_up(node)?;
                execution.run.node_mut(node).health = Health::Paused;
                execution.mark(What::Pause, Some(node), MessageId(0));
                Ok(())
            }),
            Action::Resume(selector) => self.each(*selector, &mut |execution, node| {
                if execution.run.node_mut(node).health != Health::Paused {
                    return Err(ActionError::NotPaused { replica: node });
                }
                execution.run.node_mut(node).health = Health::Up;
                execution.release_held(node);
                execution.mark(What::Resume, Some(node), MessageId(0));
                Ok(())
            }),
            Action::Clock { replica, rate } => self.each(*replica, &mut |execution, node| {
                execution.run.set_rate(node, *rate);
                execution.mark(What::Meddle, Some(node), MessageId(0));
                Ok(())
            }),
            Action::Byzantine { replica, behaviour } => self.each(*replica, &mut |execution, node| {
                Action::on(act, node).check()?;
                for &peer in behaviour.peers.iter().chain(&behaviour.others) {
                    execution.run.expect_known(peer)?;
                }
                let liar = execution.run.node_mut(node);
                (liar.byzantine, liar.traitor) = (Some(behaviour.clone()), true);
                match behaviour.way.doubles() {
                    true => execution.split(node),
                    false => execution.join(node),
                }
                execution.mark(What::Meddle, Some(node), MessageId(0));
                Ok(())
            }),
            Action::Honest(selector) => self.each(*selector, &mut |execution, node| {
                if execution.run.node_mut(node).byzantine.take().is_none() {
                    return Err(ActionError::NotByzantine { replica: node });
                }
                execution.join(node);
                execution.run.node_mut(node).incarnation.sent.forget();
                execution.mark(What::Meddle, Some(node), MessageId(0));
                Ok(())
            }),
            Action::Answer { replica, text } => {
                let open = self.run.questions.iter().position(|question| question.node == *replica);
                let place = open.ok_or(ActionError::NoQuestion { agent: *replica })?;
                self.answer(place, text.clone());
                Ok(())
            }
            Action::Fire { timer, about, node } => self.force(*timer, *about, *node),
            Action::Workload { clients, rate, keys } => self.employ(*clients, *rate, *keys),
            Action::Deliver(_) | Action::Drop(_) | Action::Duplicate(_) | Action::Lie { .. } | Action::Delay { .. } => {
                self.tamper(act)
            }
            _ => self.change_network(act),
        }
    }

    fn restart(&mut self, selector: Selector, disk_lost: bool) -> Result<(), ActionError> {
        self.each(selector, &mut |execution, node| {
            if execution.run.health(node) != Health::Crashed {
                return Err(ActionError::NotCrashed { replica: node });
            }
            if disk_lost {
                let replica = execution.run.node_mut(node);
                replica.crash(true);
                replica.lost_disk = true;
            }
            let before = execution.run.counts.events;
            execution.boot(node, What::Restart);
            if let Some(detail) = execution.trace.detail.as_mut().filter(|_| disk_lost) {
                detail.blank.extend((before + 1..=execution.run.counts.events).map(EventId));
            }
            Ok(())
        })
    }

    /// Back from standing still, what has no time of arrival gets one.
    pub(super) fn set_manual(&mut self, on: bool) {
        let run = &mut *self.run;
        if run.network.manual && !on {
            for place in run.flights.places(&|flight| flight.due == Time::MAX) {
                let Some(flight) = run.flights.get_mut(place) else { continue };
                flight.due = run.network.carry(flight.from, flight.to, run.now).due;
                self.trace.delayed(flight.id, flight.due);
                run.queue.push(flight.due, flight.order, Due::Flight(place));
            }
        }
        run.network.manual = on;
    }

    /// In a manual network a request reaches its replica at once.
    fn hand_over(&mut self, client: NodeId, after: MessageId) {
        if !self.run.network.manual {
            return;
        }
        for place in self.run.flights.places(&|flight| flight.from == client && flight.id > after) {
            if self.run.flights.get(place).is_some_and(|flight| self.run.health(flight.to) != Health::Paused) {
                self.arrive(place);
            }
        }
    }

    fn employ(&mut self, clients: u16, rate: u32, keys: u32) -> Result<(), ActionError> {
        if clients as usize > MOST_CLIENTS {
            return Err(ActionError::TooManyClients { limit: MOST_CLIENTS });
        }
        if rate == 0 || clients == 0 {
            self.run.workload = None;
        } else {
            let order = self.run.queue.order();
            let count = self.run.workload.as_ref().map_or(0, |workload| workload.count);
            self.run.workload = Some(Workload { clients, rate, keys: keys.max(1), count, order });
            self.run.queue.push(self.run.now + SECOND / u64::from(rate), order, Due::Workload);
        }
        self.mark(What::Meddle, None, MessageId(0));
        Ok(())
    }

    /// Fires a timer before its time.
    fn force(&mut self, timer: u8, about: Option<u64>, selector: Selector) -> Result<(), ActionError> {
        let name = self.run.descriptor.timers.get(timer as usize).map_or("such", |timer| timer.name);
        self.each(selector, &mut |execution, node| {
            match execution.run.health(node) {
                Health::Crashed => return Err(ActionError::NoTimers { replica: node }),
                Health::Paused => return Err(ActionError::Paused { replica: node }),
                Health::Up => {}
            }
            // Of twins the first where its timer runs, else the second.
            let mut key = execution.soonest(node, timer, about);
            if key.is_none() && execution.run.nodes.at(node).other.is_some() {
                execution.at_incarnation(node, true, |execution| key = execution.soonest(node, timer, about));
            }
            execution.fire(node, key.ok_or(ActionError::NoTimer { timer: name, about, node })?);
            Ok(())
        })
    }

    fn soonest(&self, node: NodeId, timer: u8, about: Option<u64>) -> Option<u32> {
        let timers = self.run.nodes.at(node).incarnation.timers.iter();
        let meant = timers.filter(|running| {
            running.timer.kind == timer && about.is_none_or(|about| running.timer.about == Some(about))
        });
        meant.min_by_key(|running| running.due).map(|running| running.key)
    }

    fn tamper(&mut self, act: &Action) -> Result<(), ActionError> {
        let (Action::Deliver(pick)
        | Action::Drop(pick)
        | Action::Duplicate(pick)
        | Action::Lie { pick, .. }
        | Action::Delay { pick, .. }) = act
        else {
            return Ok(());
        };
        let all = matches!(pick, Pick::Matching { which: Which::All, .. });
        let (mut complaint, mut done) = (None, false);
        for place in self.run.picked(pick)? {
            match self.tamper_with(place, act) {
                Ok(()) => done = true,
                // Of all messages, those that it does not fit are passed over.
                Err(why) if all => complaint = Some(why),
                Err(why) => return Err(why),
            }
        }
        complaint.filter(|_| !done).map_or(Ok(()), Err)
    }

    fn tamper_with(&mut self, place: u32, act: &Action) -> Result<(), ActionError> {
        let Some(&Flight { to, .. }) = self.run.flights.get(place) else { return Ok(()) };
        match act {
            Action::Deliver(_) if self.run.health(to) == Health::Paused => {
                return Err(ActionError::Paused { replica: to });
            }
            Action::Deliver(_) => self.arrive(place),
            Action::Drop(_) => self.lose(place, Fate::Dropped),
            Action::Duplicate(_) => self.double(place)?,
            Action::Lie { lie, nth, .. } => self.lie(place, *lie, *nth)?,
            Action::Delay { by, .. } => self.delay(place, *by)?,
            _ => {}
        }
        Ok(())
    }

    fn double(&mut self, place: u32) -> Result<(), ActionError> {
        if self.run.flights.len() >= MESSAGES_IN_FLIGHT {
            return Err(ActionError::TooManyMessages { limit: MESSAGES_IN_FLIGHT });
        }
        let Some(Flight { id, from, to, envelope, cause, .. }) = self.run.flights.get(place).cloned() else {
            return Ok(());
        };
        self.mark(What::Tamper, Some(to), id);
        let due = match self.run.network.manual {
            true => Time::MAX,
            false => self.run.network.carry(from, to, self.run.now).due.max(self.run.now),
        };
        self.launch(from, to, &envelope, (due, Fate::Flying, true), cause);
        Ok(())
    }

    /// Where a delay would change nothing, that is said: there is no time of arrival, or it has passed.
    fn delay(&mut self, place: u32, by: Time) -> Result<(), ActionError> {
        let Some(&Flight { id, to, due, .. }) = self.run.flights.get(place) else { return Ok(()) };
        if due == Time::MAX {
            return Err(ActionError::WaitsForHand { message: id });
        }
        if due <= self.run.now && self.run.health(to) == Health::Paused {
            return Err(ActionError::HasArrived { message: id, at: to });
        }
        let order = self.run.queue.order();
        let Some(flight) = self.run.flights.get_mut(place) else { return Ok(()) };
        flight.due = flight.due.saturating_add(by);
        flight.order = order;
        self.run.queue.push(flight.due, order, Due::Flight(place));
        let due = flight.due;
        self.trace.delayed(id, due);
        self.mark(What::Tamper, Some(to), id);
        Ok(())
    }

    pub(super) fn select(&self, selector: Selector) -> Result<Vec<NodeId>, ActionError> {
        self.run.select(selector)
    }

    /// The one node that a selector means which may not mean several.
    fn one(&self, selector: Selector) -> Result<NodeId, ActionError> {
        match self.select(selector)?.as_slice() {
            [node] => Ok(*node),
            nodes => Err(ActionError::Several { found: nodes.len() }),
        }
    }

    fn each(
        &mut self,
        selector: Selector,
        act: &mut dyn FnMut(&mut Execution<'_>, NodeId) -> Result<(), ActionError>,
    ) -> Result<(), ActionError> {
        let nodes = self.select(selector)?;
        let several = nodes.len() > 1;
        let mut done = 0;
        let mut complaint = None;
        for node in nodes {
            if self.run.node(node).is_none() {
                return Err(ActionError::ClientUnknown { client: node });
            }
            match act(self, node) {
                Ok(()) => done += 1,
                Err(why) => complaint = Some(why),
            }
        }
        // Of several, those that it does not fit are passed over: `restart all` means those that are down.
        match complaint {
            Some(why) if !several || done == 0 => Err(why),
            _ => Ok(()),
        }
    }
}

impl Run {
    /// The places of the messages that a pick means, oldest first. None is an error, but for `all`.
    fn picked(&self, pick: &Pick) -> Result<Vec<u32>, ActionError> {
        let flights = &self.flights;
        let (which, kind, from, to) = match *pick {
            Pick::Id(id) => {
                let places = flights.places(&|flight| flight.id == id);
                return if places.is_empty() { Err(ActionError::NotInFlight { message: id }) } else { Ok(places) };
            }
            Pick::Matching { which, kind, from, to } => (which, kind, from, to),
        };
        let from = from.map(|selector| self.select(selector)).transpose()?;
        let to = to.map(|selector| self.select(selector)).transpose()?;
        let meant = |nodes: &Option<Vec<NodeId>>, node| nodes.as_ref().is_none_or(|nodes| nodes.contains(&node));
        let places = flights.places(&|flight| {
            kind.is_none_or(|kind| flight.envelope.stamp.kind == kind)
                && meant(&from, flight.from)
                && meant(&to, flight.to)
        });
        match which {
            Which::All => Ok(places),
            Which::Nth(n) => {
                let place = (n as usize).checked_sub(1).and_then(|n| places.get(n));
                let name = kind.map_or("message", |kind| self.descriptor.messages[kind as usize].name);
                let missing = ActionError::TooFewMessages { kind: name, have: places.len() };
                place.map(|&place| vec![place]).ok_or(missing)
            }
        }
    }

    /// The numbers of the messages that a pick means; none where it means none.
    pub(crate) fn picked_ids(&self, pick: &Pick) -> Vec<MessageId> {
        let places = self.picked(pick).unwrap_or_default();
        places.into_iter().filter_map(|place| self.flights.get(place)).map(|flight| flight.id).collect()
    }

    /// The acts on one node or one message each, in order, that an act on several consists of; empty where it is one.
    pub(crate) fn parts(&self, act: &Action) -> Vec<Action> {
        let mut one = act.clone();
        if let Some(&mut selector) = one.whom() {
            let nodes = self.select(selector).unwrap_or_default();
            let nodes = nodes.into_iter().filter(|_| !matches!(selector, Selector::Node(_) | Selector::Leader));
            return nodes.map(|node| Action::on(act, node)).collect();
        }
        let Some(pick @ Pick::Matching { which: Which::All, .. }) = one.pick() else { return Vec::new() };
        let places = self.picked(pick).unwrap_or_default();
        let ids = places.into_iter().filter_map(|place| self.flights.get(place)).map(|flight| Pick::Id(flight.id));
        ids.map(|id| Action::to(act, id)).collect()
    }

    /// The timers keep the local time that they still had to run.
    fn set_rate(&mut self, node: NodeId, rate: (u32, u32)) {
        let now = self.now;
        let (queue, at) = (&mut self.queue, self.nodes.at_mut(node));
        let old = std::mem::replace(&mut at.rate, rate);
        for running in at.all_timers() {
            let local = running.due.saturating_sub(now) * u64::from(old.0) / u64::from(old.1);
            running.due = now + local * u64::from(rate.1) / u64::from(rate.0);
            if running.due < running.queued {
                running.queued = running.due;
                queue.push(running.due, running.order, Due::Timer(node, running.key));
            }
        }
    }

    /// The message that arrives next at somebody who runs.
    pub(crate) fn next_arrival(&self) -> Option<FlightView> {
        let arrives = |flight: &&Flight| self.health(flight.to) == Health::Up && flight.due != Time::MAX;
        let flights = self.flights.iter().map(|(_, flight)| flight).filter(arrives);
        flights.min_by_key(|flight| (flight.due, flight.order)).map(Flight::outline)
    }

    /// The oldest message in flight that can arrive somewhere, for settling.
    pub(crate) fn oldest(&self) -> Option<MessageId> {
        let arrives = |flight: &&Flight| self.health(flight.to) != Health::Paused;
        self.flights.iter().map(|(_, flight)| flight).filter(arrives).map(|flight| flight.id).min()
    }

    /// The nodes that a selector means now. Errors: where there is none.
    pub(crate) fn select(&self, selector: Selector) -> Result<Vec<NodeId>, ActionError> {
        match selector {
            Selector::Node(node) => {
                self.expect_known(node)?;
                Ok(vec![node])
            }
            Selector::All => Ok(self.replicas().collect()),
            Selector::Leader => self.leader().map(|node| vec![node]).ok_or(ActionError::NobodyLeads),
            Selector::Followers => {
                let leader = self.leader();
                let live = |node: &NodeId| self.health(*node) != Health::Crashed;
                let found: Vec<_> = self.replicas().filter(|node| Some(*node) != leader).filter(live).collect();
                if found.is_empty() { Err(ActionError::NobodyFollows) } else { Ok(found) }
            }
        }
    }

    pub(super) fn expect_known(&self, node: NodeId) -> Result<(), ActionError> {
        let have = if node.is_client() { MOST_CLIENTS } else { self.nodes.replicas.len() };
        if (1..=have).contains(&node.number()) {
            return Ok(());
        }
        Err(ActionError::NoSuchNode { node, have })
    }

    fn expect_running(&self, node: NodeId) -> Result<(), ActionError> {
        match self.health(node) {
            Health::Crashed => Err(ActionError::CrashedAlready { replica: node }),
            _ => Ok(()),
        }
    }

    fn expect_up(&self, node: NodeId) -> Result<(), ActionError> {
        match self.health(node) {
            Health::Up => Ok(()),
            Health::Crashed => Err(ActionError::Crashed { replica: node }),
            Health::Paused => Err(ActionError::PausedAlready { replica: node }),
        }
    }
}
