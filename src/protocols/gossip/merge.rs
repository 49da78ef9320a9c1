//! What a replica does with what others hold: of each part the greater one stays. Where writes did not know of each other, that
//! is a conflict, and one of them is lost.

use super::Config;
use super::replica::Turn;
use super::rules::Rule;
use super::value::{Name, News, Part, Place, Value, Written};
use crate::kernel::prelude::*;

impl Config {
    /// One part of what stands at a place and what comes; nothing where it stays empty. But for bugs it is the greater one.
    pub(super) fn joined(&self, held: Option<&Part>, got: &Part) -> Option<Part> {
        let Some(held) = held else {
            let forgotten = self.collect_early && *got == Part::Removed;
            return (!forgotten).then(|| got.clone());
        };
        Some(match (held, got) {
            _ if self.last_message_wins => got.clone(),
            (Part::Count(held), Part::Count(got)) if self.sum_merge => Part::Count(held.saturating_add(*got)),
            (Part::Written(one), Part::Written(other)) if self.tie_keeps_own && one.stamp == other.stamp => {
                held.clone()
            }
            _ => held.max(got).clone(),
        })
    }
}

impl Turn<'_> {
    /// Merges what it is sent, tells of conflicts, and has it on disk before it passes anything on.
    pub fn take_in(&mut self, from: NodeId, value: &Value) {
        let conflicts: Vec<_> = value.iter().filter_map(|(place, part)| self.conflict(place, part)).collect();
        let config = self.config;
        let news = self.disk.value.merge_by(value, |held, got| config.joined(held, got));
        let saw = self.note(value);
        if news.is_empty() {
            self.rule(Rule::NoNews { from });
        } else {
            self.rule(Rule::Merge { from });
        }
        for (key, one, other) in conflicts {
            self.state.conflicts += 1;
            self.resolve(key, &one, &other);
        }
        self.tell_of_removes(&news);
        if saw || !news.is_empty() {
            self.persist();
        }
        self.pass_on(&news);
    }

    /// Two writes of a register neither of which knew of the other, where this one is seen for the first time.
    fn conflict(&self, place: &Place, part: &Part) -> Option<(Name, Written, Written)> {
        let (Place::Register(key), Part::Written(got)) = (place, part) else { return None };
        let held = self.disk.value.register(*key)?;
        let writer = got.stamp.writer?;
        let is_old = self.disk.seen.get(&(*key, writer)).is_some_and(|seen| *seen >= got.stamp.time);
        let apart = !is_old && !got.knows(held) && !held.knows(got);
        apart.then(|| (*key, held.clone(), got.clone()))
    }

    fn resolve(&mut self, key: Name, one: &Written, other: &Written) {
        let (wins, loses) = if one.stamp > other.stamp { (one, other) } else { (other, one) };
        self.rule(Rule::Conflict { key, wins: wins.value, by: wins.stamp, loses: loses.value, to: loses.stamp });
    }

    /// Remembers which writes it has seen, those included that their writers had seen. Says whether any is new.
    fn note(&mut self, value: &Value) -> bool {
        let before = self.disk.seen.clone();
        for (place, part) in value.iter() {
            let (Place::Register(key), Part::Written(written)) = (place, part) else { continue };
            self.saw(*key, written.stamp);
            for (writer, time) in &written.knew {
                self.saw(*key, super::Stamp { time: *time, writer: Some(*writer) });
            }
        }
        self.disk.seen != before
    }

    /// An add of an element was removed elsewhere: it is gone, or another add keeps it in.
    fn tell_of_removes(&mut self, news: &[News]) {
        for one in news.iter().filter(|one| one.now == Part::Removed) {
            let Place::Added(key, element, _) = one.place else { continue };
            let stays = self.disk.value.contains(key, element);
            match one.before {
                _ if stays => self.rule(Rule::AddWins { key, element }),
                Some(_) => self.rule(Rule::Gone { key, element }),
                None => {}
            }
        }
    }
}
