//! A scout: it searches, judges what it finds, dances, is stopped, gives up, and decides once enough of its kind are at one box.

use serde::{Deserialize, Serialize};

use super::config::Partner;
use super::message::Message;
use super::rules::Rule;
use super::site::{Rate, Site};
use super::{HoneyBees, Timer, Turn};
use crate::kernel::prelude::*;

/// What a bee remembers whatever happens to it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// The boxes that can be found, and how easily.
    pub boxes: PersistentMap<Site, Rate>,
    /// How many visits it has begun.
    pub visits: u32,
    /// Where the last one led.
    pub last: Option<Site>,
    /// The home that it has decided on.
    pub home: Option<Site>,
}

/// What a bee is up to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Stance {
    /// Searches, and follows any dance.
    #[default]
    Uncommitted,
    /// Flies to a box.
    Flying(Site),
    /// Is committed to a box, which it has judged to be so good.
    Committed(Site, Rate),
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What it is up to.
    pub stance: Stance,
    /// Which box it left for a stop signal last, and which box the signal was for.
    pub stopped: Option<(Site, Site)>,
    /// How many bees it saw at its home, if it called the others there itself.
    pub saw: Option<u32>,
}

impl State {
    /// The box that it is committed to.
    pub fn site(&self) -> Option<Site> {
        if let Stance::Committed(site, _) = self.stance { Some(site) } else { None }
    }
}

impl Turn<'_> {
    /// At first it waits for boxes to find. After a crash it is uncommitted, and no longer at the box where it was.
    pub fn boot(&mut self) {
        if let Some(site) = self.disk.home {
            return self.decide(1, site);
        }
        if let Some(site) = self.disk.last {
            self.rule(Rule::Resume);
            self.leave(site);
        }
        self.search();
    }

    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, HoneyBees>) {
        match input {
            Input::Deliver { from, message } => self.on_message(from, message),
            Input::Fire(timer) if self.disk.home.is_none() => self.on_timer(timer),
            Input::Fire(_) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn on_message(&mut self, from: NodeId, message: &Message) {
        match *message {
            Message::Box { quality } if from.is_client() => self.on_box(Site::of(from), quality),
            Message::Look { visit, quality, count } if from.is_client() => {
                self.on_look(Site::of(from), visit, quality, count);
            }
            Message::Dance { .. } | Message::Stop { .. } if self.disk.home.is_some() => self.pipe_to(from),
            Message::Dance { site, quality } => self.on_dance(from, site, quality),
            Message::Stop { site } => self.on_stop(from, site),
            Message::Pipe { site } => self.on_pipe(from, site),
            _ => {}
        }
    }

    fn on_timer(&mut self, timer: Timer) {
        match (timer, self.state.stance) {
            (Timer::Find, Stance::Uncommitted) => self.find(),
            (Timer::Dance, Stance::Committed(site, quality)) => self.dance(site, quality),
            (Timer::Stop, Stance::Committed(site, _)) => self.signal(site),
            (Timer::GiveUp, Stance::Committed(site, _)) => {
                self.rule(Rule::GiveUp { site });
                self.uncommit(site);
            }
            (Timer::Return, Stance::Flying(site)) => {
                self.rule(Rule::Return { site });
                self.uncommit(site);
            }
            _ => {}
        }
    }

    /// There is a box to be found, or it has become another.
    fn on_box(&mut self, site: Site, quality: Rate) {
        self.disk.boxes.insert(site, quality);
        self.persist();
        self.rule(Rule::HearOfBox { site });
        if self.state.stance == Stance::Uncommitted && self.disk.home.is_none() {
            self.search();
        }
    }

    /// Searches. Nothing that has been searched so far counts, so it may begin anew at any time.
    fn search(&mut self) {
        let all = Rate(self.disk.boxes.values().map(|quality| quality.0).sum());
        if let Some(wait) = self.config.wait(all) {
            self.set_timer(Timer::Find, wait);
        }
    }

    /// It finds a box, the better ones more easily.
    fn find(&mut self) {
        // In the largest parts that all boxes have in common, so that a search of all choices has few of them.
        let part = self.disk.boxes.values().fold(0, |part, quality| gcd(quality.0, part)).max(1);
        let parts = |quality: &Rate| quality.0 / part;
        let all = self.disk.boxes.values().map(parts).sum::<u64>();
        let mut lot = self.choose(all.max(1));
        let hit = |(_, quality): &(&Site, &Rate)| {
            let hit = lot < parts(quality);
            lot = lot.saturating_sub(parts(quality));
            hit
        };
        let Some(site) = self.disk.boxes.iter().find(hit).map(|(site, _)| *site) else { return };
        self.rule(Rule::Find { site });
        self.fly(site);
    }

    /// Flies to a box, to see for itself.
    fn fly(&mut self, site: Site) {
        let Some(client) = site.client() else { return };
        self.cancel_timer(Timer::Find);
        self.disk.visits += 1;
        self.disk.last = Some(site);
        self.persist();
        self.state.stance = Stance::Flying(site);
        self.send(client, Message::Enter { visit: self.disk.visits });
        self.set_timer(Timer::Return, self.config.unit);
    }

    /// What it sees at a box. With enough others there, that is the new home.
    fn on_look(&mut self, site: Site, visit: u32, quality: Rate, count: u32) {
        let expected = visit == self.disk.visits && self.state.stance == Stance::Flying(site);
        if !expected || self.disk.home.is_some() {
            self.rule(Rule::TooLate { site });
            if visit < self.disk.visits || self.state.stance == Stance::Uncommitted {
                self.send_leave(site, visit);
            }
            return;
        }
        self.cancel_timer(Timer::Return);
        let judged = self.judge(quality);
        self.commit(site, judged);
        if count >= self.config.quorum {
            self.rule(Rule::Quorum { site, count });
            self.state.saw = Some(count);
            self.settle(site);
            self.broadcast(Message::Pipe { site });
            if let Some(client) = site.client() {
                self.send(client, Message::MoveIn);
            }
        } else {
            self.rule(Rule::Commit { site, quality: judged, count });
        }
    }

    /// How good a box seems to it.
    fn judge(&mut self, quality: Rate) -> Rate {
        let noise = self.config.noise;
        let percent = if noise == 0 { 100 } else { 100 - noise + self.choose(2 * noise + 1) };
        Rate((quality.0 * percent / 100).max(1))
    }

    fn commit(&mut self, site: Site, quality: Rate) {
        self.state.stance = Stance::Committed(site, quality);
        self.cancel_timer(Timer::Find);
        let waits = [
            (Timer::Dance, self.config.wait(quality)),
            (Timer::Stop, self.config.wait(self.config.stop_rate)),
            (Timer::GiveUp, self.config.stay(quality)),
        ];
        waits
            .into_iter()
            .filter_map(|(timer, wait)| Some((timer, wait?)))
            .for_each(|(timer, wait)| self.set_timer(timer, wait));
    }

    /// It turns away from a box and searches anew.
    fn uncommit(&mut self, site: Site) {
        self.rest();
        self.leave(site);
        self.state.stance = Stance::Uncommitted;
        self.search();
    }

    fn leave(&mut self, site: Site) {
        self.send_leave(site, self.disk.visits);
    }

    fn send_leave(&mut self, site: Site, visit: u32) {
        if let Some(client) = site.client() {
            self.send(client, Message::Leave { visit });
        }
    }

    /// Its clocks stop.
    fn rest(&mut self) {
        for timer in [Timer::Find, Timer::Dance, Timer::Stop, Timer::GiveUp, Timer::Return] {
            self.cancel_timer(timer);
        }
    }

    /// Another bee that it happens to meet.
    fn partner(&mut self) -> Option<NodeId> {
        match self.config.partner {
            Partner::Random => self.any_neighbor(),
            Partner::Fixed => {
                let all = self.neighbors();
                all.iter().find(|other| **other > self.me).or(all.first()).copied()
            }
        }
    }

    fn dance(&mut self, site: Site, quality: Rate) {
        if let Some(to) = self.partner() {
            self.rule(Rule::Dance { site, to });
            self.send(to, Message::Dance { site, quality });
        }
        if let Some(wait) = self.config.wait(quality) {
            self.set_timer(Timer::Dance, wait);
        }
    }

    fn signal(&mut self, site: Site) {
        if let Some(to) = self.partner() {
            self.rule(Rule::Signal { site, to });
            self.send(to, Message::Stop { site });
        }
        if let Some(wait) = self.config.wait(self.config.stop_rate) {
            self.set_timer(Timer::Stop, wait);
        }
    }

    /// A dance: whoever has no box follows it.
    fn on_dance(&mut self, from: NodeId, site: Site, quality: Rate) {
        if self.state.stance != Stance::Uncommitted || site.client().is_none() {
            return self.rule(Rule::NotRecruited { from, site });
        }
        self.rule(Rule::Recruited { from, site, copies: self.config.copy_without_visit });
        if self.config.copy_without_visit {
            self.commit(site, quality);
        } else {
            self.fly(site);
        }
    }

    /// A stop signal: whoever dances for another box gives it up.
    fn on_stop(&mut self, from: NodeId, theirs: Site) {
        let rival = |own: &Site| *own != theirs || self.config.stop_own_site;
        match self.state.site().filter(rival) {
            Some(own) => {
                self.rule(Rule::Stopped { from, own, theirs });
                self.state.stopped = Some((own, theirs));
                self.uncommit(own);
            }
            None => self.rule(Rule::NotStopped { from }),
        }
    }

    /// Piping: the decision is made.
    fn on_pipe(&mut self, from: NodeId, site: Site) {
        let decided = self.disk.home.is_some() && !self.config.follow_last_piper;
        if decided || self.disk.home == Some(site) || site.client().is_none() {
            return self.rule(Rule::PipedAgain { from, site });
        }
        self.rule(Rule::Piped { from, site });
        self.settle(site);
        if self.neighbors().len() + 1 < self.replicas() {
            self.broadcast(Message::Pipe { site });
        }
    }

    /// Whoever still dances for a box has not heard that all is decided.
    fn pipe_to(&mut self, from: NodeId) {
        if let Some(site) = self.disk.home {
            self.rule(Rule::PipeTo { from, site });
            self.send(from, Message::Pipe { site });
        }
    }

    fn settle(&mut self, site: Site) {
        self.rest();
        self.disk.home = Some(site);
        self.persist();
        self.decide(1, site);
    }
}

/// The greatest common divisor (Euclid).
fn gcd(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { gcd(other, one % other) }
}
