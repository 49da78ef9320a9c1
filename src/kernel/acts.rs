//! Carrying out what a person or a scenario does.

use super::act::{Act, Pick, Selector, Which};
use super::ids::{EventId, MessageId, NodeId, SECOND, Time};
use super::protocol::{Message, Protocol};
use super::queue::Due;
use super::trace::{Fate, Trace, What};
use super::view::Health;
use super::world::{Workload, World, body_of};

/// How many replicas a world may have.
pub const MOST_REPLICAS: usize = 200;
/// How many clients a world may have.
pub const MOST_CLIENTS: usize = 64;
/// How many messages may be in flight before tampering is refused.
const MOST_COPIES: usize = 100_000;

impl<P: Protocol> World<P> {
    /// Carries out an act now. Errors: a sentence for the person who asked; the world is then as it was.
    pub fn act(&mut self, act: &Act, trace: &mut Trace) -> Result<(), String> {
        match act {
            Act::Request { client, to, words } => {
                if client.number() > MOST_CLIENTS {
                    return Err(format!("there can be at most {MOST_CLIENTS} clients"));
                }
                let words: Vec<_> = words.iter().map(String::as_str).collect();
                let command = P::parse_command(&self.cluster.config, &words)?;
                let to = to.map(|to| self.one(to)).transpose()?;
                let first = self.counts.messages;
                self.request(*client, to, command, trace);
                self.hand_over(*client, MessageId(first), trace);
                Ok(())
            }
            Act::Crash(selector) => self.each(*selector, |world, node| {
                world.expect_running(node)?;
                world.crash(node, EventId(0), trace);
                Ok(())
            }),
            Act::CrashAfter { replica, sends: 0 } => self.act(&Act::Crash(*replica), trace),
            Act::CrashAfter { replica, sends } => self.each(*replica, |world, node| {
                world.expect_running(node)?;
                body_of(&mut world.cluster, node).countdown = Some(*sends);
                world.mark(What::Meddle, Some(node), MessageId(0), trace);
                Ok(())
            }),
            Act::Restart { replica, disk_lost } => self.restart(*replica, *disk_lost, trace),
            Act::Pause(selector) => self.each(*selector, |world, node| {
                world.expect_up(node)?;
                body_of(&mut world.cluster, node).health = Health::Paused;
                world.mark(What::Pause, Some(node), MessageId(0), trace);
                Ok(())
            }),
            Act::Resume(selector) => self.each(*selector, |world, node| {
                if body_of(&mut world.cluster, node).health != Health::Paused {
                    return Err(format!("replica {node} is not paused"));
                }
                body_of(&mut world.cluster, node).health = Health::Up;
                world.release_held(node);
                world.mark(What::Resume, Some(node), MessageId(0), trace);
                Ok(())
            }),
            Act::Clock { replica, rate } => self.each(*replica, |world, node| {
                world.set_rate(node, *rate);
                world.mark(What::Meddle, Some(node), MessageId(0), trace);
                Ok(())
            }),
            Act::Byzantine { replica, behaviour } => self.each(*replica, |world, node| {
                for &peer in &behaviour.peers {
                    world.expect_known(peer)?;
                }
                if node.is_client() {
                    return Err("clients are always honest".into());
                }
                let body = body_of(&mut world.cluster, node);
                (body.byzantine, body.traitor) = (Some(behaviour.clone()), true);
                world.mark(What::Meddle, Some(node), MessageId(0), trace);
                Ok(())
            }),
            Act::Honest(selector) => self.each(*selector, |world, node| {
                if node.is_client() || body_of(&mut world.cluster, node).byzantine.take().is_none() {
                    return Err(format!("replica {node} is not Byzantine"));
                }
                world.cluster.replicas[node.index()].said.clear();
                world.mark(What::Meddle, Some(node), MessageId(0), trace);
                Ok(())
            }),
            Act::Answer { replica, text } => {
                let open = self.questions.iter().position(|question| question.node == *replica);
                let place = open.ok_or_else(|| format!("agent {replica} has asked nothing"))?;
                self.answer(place, text.clone(), trace);
                Ok(())
            }
            Act::Fire { timer, node } => self.force(*timer, *node, trace),
            Act::Workload { clients, rate, keys } => self.employ(*clients, *rate, *keys, trace),
            Act::Deliver(_) | Act::Drop(_) | Act::Duplicate(_) | Act::Delay { .. } => self.tamper(act, trace),
            _ => self.change_network(act, trace),
        }
    }

    fn change_network(&mut self, act: &Act, trace: &mut Trace) -> Result<(), String> {
        match act {
            Act::Partition(groups) => {
                for &node in groups.iter().flatten() {
                    self.expect_known(node)?;
                }
                let named: Vec<_> = groups.iter().flatten().collect();
                if let Some(twice) = named.iter().find(|a| named.iter().filter(|b| b == a).count() > 1) {
                    return Err(format!("{twice} can't be in two groups"));
                }
                self.network.partition(groups, self.cluster.size());
            }
            Act::Cut { from, to } => {
                let (from, to) = (self.one(*from)?, self.one(*to)?);
                if from == to {
                    return Err(format!("there is no link from {from} to itself"));
                }
                self.network.cut(from, to);
            }
            Act::Heal => self.network.heal(),
            Act::Network { link, change } => {
                if let Some((from, to)) = link {
                    self.expect_known(*from)?;
                    self.expect_known(*to)?;
                }
                self.network.change(*link, change);
            }
            Act::Manual(on) => self.set_manual(*on),
            _ => return Err("this act is unknown to the network".into()),
        }
        self.mark(What::Network, None, MessageId(0), trace);
        Ok(())
    }

    fn restart(&mut self, selector: Selector, disk_lost: bool, trace: &mut Trace) -> Result<(), String> {
        self.each(selector, |world, node| {
            let replica = &mut world.cluster.replicas[node.index()];
            if replica.body.health != Health::Crashed {
                return Err(format!("replica {node} is not crashed"));
            }
            if disk_lost {
                replica.durable = P::Disk::default();
            }
            world.boot(node, What::Restart, trace);
            Ok(())
        })
    }

    /// The timers keep the local time that they still had to run.
    fn set_rate(&mut self, node: NodeId, rate: (u32, u32)) {
        let now = self.now;
        let body = body_of(&mut self.cluster, node);
        let old = std::mem::replace(&mut body.rate, rate);
        for slot in &mut body.timers {
            let local = slot.due.saturating_sub(now) * u64::from(old.0) / u64::from(old.1);
            slot.due = now + local * u64::from(rate.1) / u64::from(rate.0);
            if slot.due < slot.queued {
                slot.queued = slot.due;
                self.queue.push(slot.due, slot.order, Due::Timer(node, slot.key));
            }
        }
    }

    /// Back from standing still, what has no time of arrival gets one.
    fn set_manual(&mut self, on: bool) {
        if self.network.manual && !on {
            let mut waiting: Vec<_> =
                self.flights.iter().filter(|(_, f)| f.due == Time::MAX).map(|(p, f)| (f.id, p)).collect();
            waiting.sort_unstable();
            for (_, place) in waiting {
                let Some(flight) = self.flights.get_mut(place) else { continue };
                flight.due = self.network.carry(flight.from, flight.to, self.now).due;
                self.queue.push(flight.due, flight.order, Due::Flight(place));
            }
        }
        self.network.manual = on;
    }

    /// In a manual network a request reaches its replica at once.
    fn hand_over(&mut self, client: NodeId, after: MessageId, trace: &mut Trace) {
        if !self.network.manual {
            return;
        }
        for place in self.places(|flight| flight.from == client && flight.id > after) {
            self.arrive(place, trace);
        }
    }

    fn employ(&mut self, clients: u16, rate: u32, keys: u32, trace: &mut Trace) -> Result<(), String> {
        if clients as usize > MOST_CLIENTS {
            return Err(format!("there can be at most {MOST_CLIENTS} clients"));
        }
        if rate == 0 || clients == 0 {
            self.workload = None;
        } else {
            let order = self.queue.order();
            let count = self.workload.as_ref().map_or(0, |workload| workload.count);
            self.workload = Some(Workload { clients, rate, keys: keys.max(1), count, order });
            self.queue.push(self.now + SECOND / u64::from(rate), order, Due::Workload);
        }
        self.mark(What::Meddle, None, MessageId(0), trace);
        Ok(())
    }

    /// Fires a timer before its time.
    fn force(&mut self, timer: u8, selector: Selector, trace: &mut Trace) -> Result<(), String> {
        let name = P::DESCRIPTOR.timers[timer as usize].name;
        self.each(selector, |world, node| {
            if !node.is_client() && body_of(&mut world.cluster, node).health == Health::Crashed {
                return Err(format!("replica {node} is crashed: its timers don't run"));
            }
            let timers = &body_of(&mut world.cluster, node).timers;
            let soonest = timers.iter().filter(|slot| P::timer_kind(slot.timer) == timer).min_by_key(|slot| slot.due);
            let key = soonest.map(|slot| slot.key).ok_or_else(|| format!("no {name} timer runs at {node}"))?;
            world.fire(node, key, trace);
            Ok(())
        })
    }

    fn tamper(&mut self, act: &Act, trace: &mut Trace) -> Result<(), String> {
        let (Act::Deliver(pick) | Act::Drop(pick) | Act::Duplicate(pick) | Act::Delay { pick, .. }) = act else {
            return Ok(());
        };
        for place in self.picked(pick)? {
            match act {
                Act::Deliver(_) => {
                    let Some(flight) = self.flights.get(place) else { continue };
                    let to = flight.to;
                    if !to.is_client() && body_of(&mut self.cluster, to).health == Health::Paused {
                        return Err(format!("replica {to} is paused: resume it first"));
                    }
                    self.arrive(place, trace);
                }
                Act::Drop(_) => self.lose(place, Fate::Dropped, trace),
                Act::Duplicate(_) => self.double(place, trace)?,
                Act::Delay { by, .. } => self.delay(place, *by, trace),
                _ => {}
            }
        }
        Ok(())
    }

    fn double(&mut self, place: u32, trace: &mut Trace) -> Result<(), String> {
        if self.flights.iter().count() >= MOST_COPIES {
            return Err(format!("there are {MOST_COPIES} messages in flight already"));
        }
        let Some(flight) = self.flights.get(place).cloned() else { return Ok(()) };
        self.mark(What::Tamper, Some(flight.to), flight.id, trace);
        let due = match self.network.manual {
            true => Time::MAX,
            false => self.network.carry(flight.from, flight.to, self.now).due.max(self.now),
        };
        self.launch(flight.from, flight.to, flight.message, (due, Fate::Flying, true), flight.cause, trace);
        Ok(())
    }

    fn delay(&mut self, place: u32, by: Time, trace: &mut Trace) {
        let order = self.queue.order();
        let Some(flight) = self.flights.get_mut(place) else { return };
        if flight.due != Time::MAX {
            flight.due = flight.due.saturating_add(by);
            flight.order = order;
            self.queue.push(flight.due, order, Due::Flight(place));
        }
        let (to, id, due) = (flight.to, flight.id, flight.due);
        trace.delayed(id, due);
        self.mark(What::Tamper, Some(to), id, trace);
    }

    /// The places of the messages that a pick means, oldest first. None is an error, but for `all`.
    fn picked(&self, pick: &Pick) -> Result<Vec<u32>, String> {
        let (which, kind, from, to) = match pick {
            Pick::Id(id) => {
                let places = self.places(|flight| flight.id == *id);
                return if places.is_empty() { Err(format!("message {id} is not in flight")) } else { Ok(places) };
            }
            Pick::Matching { which, kind, from, to } => (which, kind, from, to),
        };
        let from = from.map(|selector| self.select(selector)).transpose()?;
        let to = to.map(|selector| self.select(selector)).transpose()?;
        let meant = |nodes: &Option<Vec<NodeId>>, node| nodes.as_ref().is_none_or(|nodes| nodes.contains(&node));
        let places = self.places(|flight| {
            kind.is_none_or(|kind| flight.message.kind() == kind) && meant(&from, flight.from) && meant(&to, flight.to)
        });
        match which {
            Which::All => Ok(places),
            Which::Nth(n) => {
                let place = (*n as usize).checked_sub(1).and_then(|n| places.get(n));
                let name = kind.map_or("message", |kind| P::DESCRIPTOR.messages[kind as usize].name);
                place.map(|&place| vec![place]).ok_or_else(|| match places.len() {
                    0 => format!("no such {name} is in flight"),
                    have => format!("only {have} such {name} in flight"),
                })
            }
        }
    }

    fn places(&self, meant: impl Fn(&super::queue::Flight<P::Message>) -> bool) -> Vec<u32> {
        let mut found: Vec<_> =
            self.flights.iter().filter(|(_, flight)| meant(flight)).map(|(place, flight)| (flight.id, place)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, place)| place).collect()
    }

    /// The oldest message in flight that can arrive somewhere, for settling.
    pub(super) fn oldest(&self) -> Option<MessageId> {
        let paused =
            |node: NodeId| !node.is_client() && self.cluster.replicas[node.index()].body.health == Health::Paused;
        self.flights.iter().filter(|(_, flight)| !paused(flight.to)).map(|(_, flight)| flight.id).min()
    }

    /// The nodes that a selector means now. Errors: a sentence, where there is none.
    pub fn select(&self, selector: Selector) -> Result<Vec<NodeId>, String> {
        match selector {
            Selector::Node(node) => {
                self.expect_known(node)?;
                Ok(vec![node])
            }
            Selector::All => Ok(self.cluster.nodes().collect()),
            Selector::Leader => self.leader().map(|node| vec![node]).ok_or_else(|| "nobody leads at present".into()),
            Selector::Followers => {
                let leader = self.leader();
                let live = |node: &NodeId| self.cluster.replicas[node.index()].state.is_some();
                let found: Vec<_> = self.cluster.nodes().filter(|node| Some(*node) != leader).filter(live).collect();
                if found.is_empty() { Err("nobody follows at present".into()) } else { Ok(found) }
            }
        }
    }

    /// The live replica that leads: of the highest epoch, the lowest id of several.
    pub fn leader(&self) -> Option<NodeId> {
        let mut best: Option<(u64, NodeId)> = None;
        for node in self.cluster.nodes() {
            let replica = &self.cluster.replicas[node.index()];
            let Some(state) = replica.state.as_ref() else { continue };
            let status = P::status(&self.cluster.config, node, state, &replica.disk);
            let leads = P::DESCRIPTOR.roles[status.role as usize].look == super::describe::Look::Lead;
            if leads && best.is_none_or(|(epoch, _)| status.epoch > epoch) {
                best = Some((status.epoch, node));
            }
        }
        best.map(|(_, node)| node)
    }

    fn one(&self, selector: Selector) -> Result<NodeId, String> {
        match self.select(selector)?.as_slice() {
            [node] => Ok(*node),
            nodes => Err(format!("one replica is meant here, not {}", nodes.len())),
        }
    }

    fn each(
        &mut self,
        selector: Selector,
        mut act: impl FnMut(&mut Self, NodeId) -> Result<(), String>,
    ) -> Result<(), String> {
        let nodes = self.select(selector)?;
        let several = nodes.len() > 1;
        let mut done = 0;
        let mut complaint = None;
        for node in nodes {
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

    fn expect_known(&self, node: NodeId) -> Result<(), String> {
        let (have, what) = match node.is_client() {
            true => (MOST_CLIENTS, "clients can be"),
            false => (self.cluster.size(), "replicas are"),
        };
        if (1..=have).contains(&node.number()) {
            return Ok(());
        }
        Err(format!("there is no {node}: {what} numbered 1 to {have}"))
    }

    fn expect_running(&self, node: NodeId) -> Result<(), String> {
        if node.is_client() {
            return Err("clients don't crash".into());
        }
        match self.cluster.replicas[node.index()].body.health {
            Health::Crashed => Err(format!("replica {node} is crashed already")),
            _ => Ok(()),
        }
    }

    fn expect_up(&self, node: NodeId) -> Result<(), String> {
        if node.is_client() {
            return Err("clients can't be paused".into());
        }
        match self.cluster.replicas[node.index()].body.health {
            Health::Up => Ok(()),
            Health::Crashed => Err(format!("replica {node} is crashed")),
            Health::Paused => Err(format!("replica {node} is paused already")),
        }
    }
}
