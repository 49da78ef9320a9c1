//! What a replica does for a client: it changes its own value, on disk, and answers. It asks nobody.

use super::message::{Command, Message};
use super::replica::Turn;
use super::rules::Rule;
use super::value::{Name, News, Part, Place, Stamp, Tag, Written};
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// A request. One that was carried out already is answered as it was then; an older one is over.
    pub fn on_request(&mut self, id: RequestId, command: Command) {
        match self.disk.done.get(&id.client) {
            Some((number, answer)) if *number == id.number => {
                let answer = answer.clone();
                self.rule(Rule::AnswerAgain { command });
                return self.send(id.client, Message::Reply { id, answer });
            }
            Some((number, _)) if *number > id.number => return self.rule(Rule::OldRequest),
            _ => {}
        }
        let (answer, news): (Word, _) = match command {
            Command::Read(key) => (self.read(key), Vec::new()),
            Command::Write(key, value) => ("ok".into(), self.write(key, value)),
            Command::Count(key, amount) => ("ok".into(), self.count(key, amount)),
            Command::Add(key, element) => ("ok".into(), self.add(key, element)),
            Command::Remove(key, element) => ("ok".into(), self.remove(key, element)),
        };
        self.disk.done.insert(id.client, (id.number, answer.clone()));
        if !self.config.update_not_durable {
            self.persist();
        }
        self.send(id.client, Message::Reply { id, answer });
        self.pass_on(&news);
    }

    fn read(&mut self, key: Name) -> Word {
        let read = self.disk.value.read(key);
        self.rule(Rule::Read { key, value: Name::clipped(&read) });
        read.into()
    }

    /// A register: a stamp greater than the one that it replaces, and what its writer has seen.
    fn write(&mut self, key: Name, value: Name) -> Vec<News> {
        let held = self.disk.value.register(key).map(|written| written.stamp);
        let stamp = self.next_stamp(held);
        let knew = self.disk.seen.from(&(key, NodeId::replica(1))).take_while(|((of, _), _)| *of == key);
        let knew: Vec<_> = knew.map(|((_, writer), time)| (*writer, *time)).collect();
        if let Some(held) = held.filter(|held| *held >= stamp) {
            self.rule(Rule::BehindTheClock { key, value, stamp, held });
        } else {
            self.rule(Rule::Write { key, value, stamp });
        }
        self.saw(key, stamp);
        let written = Part::Written(Written { stamp, value, knew });
        self.change(Place::Register(key), written)
    }

    /// A helper of bugs: by a clock of its own, or without a writer.
    fn next_stamp(&self, held: Option<Stamp>) -> Stamp {
        let time = match self.config.clock_stamps {
            true => self.disk.clock,
            false => held.unwrap_or_default().time + 1,
        };
        Stamp { time, writer: (!self.config.tie_keeps_own).then_some(self.me) }
    }

    /// Remembers that it has seen this write.
    pub fn saw(&mut self, key: Name, stamp: Stamp) {
        let Some(writer) = stamp.writer else { return };
        let seen = self.disk.seen.get_or_insert((key, writer), 0);
        *seen = stamp.time.max(*seen);
    }

    /// A counter: each replica adds to its own share only, so that nobody else's is lost.
    fn count(&mut self, key: Name, amount: u32) -> Vec<News> {
        let place = Place::Share(key, if self.config.one_total { NodeId::replica(1) } else { self.me });
        let share = match self.disk.value.get(&place) {
            Some(Part::Count(count)) => count.saturating_add(amount),
            _ => amount,
        };
        let news = self.change(place, Part::Count(share));
        let total = self.disk.value.total(key);
        self.rule(if self.config.one_total {
            Rule::CountForAll { key, amount, total }
        } else {
            Rule::Count { key, amount, share, total }
        });
        news
    }

    /// A set: each add has a tag that no other has.
    fn add(&mut self, key: Name, element: Name) -> Vec<News> {
        self.disk.tags += 1;
        let tag = Tag { by: self.me, number: self.disk.tags };
        self.rule(Rule::Add { key, element, tag });
        self.change(Place::Added(key, element, tag), Part::Present)
    }

    /// Only the adds that it has seen become tombstones: one that it has not seen stays.
    fn remove(&mut self, key: Name, element: Name) -> Vec<News> {
        let mut seen = self.disk.value.adds(key, element);
        if seen.is_empty() {
            self.rule(Rule::NothingToRemove { key, element });
            return Vec::new();
        }
        self.rule(match self.config.remove_unseen {
            false => Rule::Remove { key, element, tags: seen.len() as u16 },
            true => Rule::RemoveForGood { key, element },
        });
        if self.config.remove_unseen {
            seen.push(Place::AnyAdd(key, element));
        }
        seen.into_iter().flat_map(|place| self.change(place, Part::Removed)).collect()
    }

    /// A part of its own grows.
    fn change(&mut self, place: Place, part: Part) -> Vec<News> {
        let mut change = super::value::Value::default();
        change.put(place, part);
        self.disk.value.merge(&change)
    }
}
