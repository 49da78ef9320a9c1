//! The replica that a client asks carries the operation out (Attiya, Bar-Noy, Dolev 1995, §3; for several writers Lynch,
//! Shvartsman 1997): phase 1 finds the newest value, phase 2 has it stored, or the one that is written.

use super::WriteBack;
use super::message::{Command, Message, Name, OK, Tag, Version};
use super::replica::{Operation, Phase, Turn};
use super::rules::Rule;
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// A client asks, perhaps again.
    pub(super) fn on_request(&mut self, id: RequestId, command: Command) {
        if let Some(operation) = self.state.operations.get(&id.client).filter(|last| last.id.number >= id.number) {
            return if operation.id == id { self.again(operation.clone()) } else { self.rule(Rule::OldRequest) };
        }
        let written = self.disk.writes.get(&id.client).copied().filter(|(number, _)| *number >= id.number);
        let operation = Operation { id, command, phase: Phase::Query, heard: Vec::new(), best: Version::default() };
        match (command, written) {
            (Command::Write(key, value), Some((number, tag))) if number == id.number => {
                self.rule(Rule::Resume { key, value, tag });
                self.store(operation, Version { tag, value });
            }
            (Command::Write(..), Some(_)) => self.rule(Rule::OldRequest),
            (Command::Write(key, value), None) if self.config.clock_tags => {
                let tag = Tag { timestamp: self.disk.clock, writer: self.name_in_tags() };
                self.rule(Rule::ChooseByClock { key, value, tag });
                self.write(operation, Version { tag, value });
            }
            (Command::Write(_, value), None) if self.config.one_writer => self.choose_tag(operation, value, 0),
            _ => {
                self.rule(Rule::Query { command });
                self.query(operation);
            }
        }
    }

    /// The same request again: its answer, or what may have been lost, is sent again.
    fn again(&mut self, operation: Operation) {
        let Operation { id, command, phase, heard, best } = operation;
        if phase == Phase::Done {
            self.rule(Rule::AnswerAgain { command });
            return self.reply(id, command, best);
        }
        self.rule(Rule::SendAgain { command, missing: self.config.needed(phase).saturating_sub(heard.len()) as u16 });
        let key = command.key();
        let missing = |node: &NodeId| heard.iter().all(|(other, _)| other != node);
        let message = match phase {
            Phase::Query => Message::Query { id, key },
            _ => Message::Store { id, key, version: best },
        };
        let stand_ins = NodeId::replicas(self.config.replicas).skip(self.config.copies);
        let wanted = self.config.sloppy && phase == Phase::Store;
        let asked: Vec<_> = self.keepers().chain(stand_ins.filter(|_| wanted)).filter(missing).collect();
        asked.into_iter().for_each(|node| self.tell(node, message.clone()));
    }

    /// Phase 1: ask all who keep copies.
    fn query(&mut self, operation: Operation) {
        let (id, key) = (operation.id, operation.command.key());
        self.state.operations.insert(id.client, operation);
        self.keepers().for_each(|node| self.tell(node, Message::Query { id, key }));
    }

    /// The operation that an answer belongs to. The bug takes it for an answer to whatever this client's operation is now.
    fn operation(&mut self, id: RequestId) -> Option<&mut Operation> {
        let any = self.config.unmatched_answers;
        self.state.operations.get_mut(&id.client).filter(|operation| operation.id == id || any)
    }

    /// An answer in phase 1; with a read quorum of them, phase 2.
    pub(super) fn on_held(&mut self, from: NodeId, id: RequestId, version: Version) {
        let (need, repairs) = (self.config.read_quorum, self.config.read_repair);
        let Some(operation) = self.operation(id) else { return self.rule(Rule::LateAnswer { from }) };
        match operation.phase {
            Phase::Query => {
                let have = operation.hear(from, version.tag);
                operation.best = operation.best.newer(version);
                let operation = operation.clone();
                if from != self.me {
                    self.rule(Rule::CountHeld { from, version, have: have as u16, need: need as u16 });
                }
                if have >= need {
                    self.found(operation);
                }
            }
            Phase::Done if repairs && matches!(operation.command, Command::Read(_)) => {
                self.late_held(from, id, version)
            }
            _ => self.rule(Rule::LateAnswer { from }),
        }
    }

    /// A read quorum has answered: the newest of their values is the newest that was written, as far as quorums meet.
    fn found(&mut self, operation: Operation) {
        let Operation { command, best, ref heard, .. } = operation;
        match command {
            Command::Write(_, value) => self.choose_tag(operation, value, best.tag.timestamp),
            Command::Read(key) => {
                let newest = heard.iter().filter(|(_, tag)| *tag == best.tag).count();
                if self.config.writes_back(newest) {
                    self.rule(Rule::WriteBack { key, version: best });
                    return self.store(operation, best);
                }
                self.rule(match self.config.write_back {
                    WriteBack::Off => Rule::ReadAtOnce { key, version: best },
                    _ => Rule::ReadAgreed { key, version: best, newest: newest as u16 },
                });
                self.finish(operation);
            }
        }
    }

    /// A tag that is greater than any that was heard of, and than any of its own.
    fn choose_tag(&mut self, operation: Operation, value: Name, heard_of: u32) {
        let key = operation.command.key();
        let own = self.disk.chosen.get(&key).copied().unwrap_or(0);
        let tag = Tag { timestamp: own.max(heard_of) + 1, writer: self.name_in_tags() };
        self.rule(Rule::Choose { key, value, tag });
        self.write(operation, Version { tag, value });
    }

    /// Who stands in a tag; the bug leaves that out.
    fn name_in_tags(&self) -> Option<NodeId> {
        (!self.config.no_writer_id).then_some(self.me)
    }

    /// What was chosen is on disk before anybody hears of it.
    fn write(&mut self, operation: Operation, version: Version) {
        let RequestId { client, number } = operation.id;
        self.disk.chosen.insert(operation.command.key(), version.tag.timestamp);
        self.disk.writes.insert(client, (number, version.tag));
        self.persist();
        self.store(operation, version);
    }

    /// Phase 2: have all store it who keep copies.
    fn store(&mut self, operation: Operation, version: Version) {
        let (id, key) = (operation.id, operation.command.key());
        let operation = Operation { phase: Phase::Store, heard: Vec::new(), best: version, ..operation };
        self.state.operations.insert(id.client, operation);
        self.keepers().for_each(|node| self.tell(node, Message::Store { id, key, version }));
    }

    /// An answer in phase 2; with a write quorum of them the operation is over.
    pub(super) fn on_stored(&mut self, from: NodeId, id: RequestId, tag: Tag) {
        let (need, any) = (self.config.write_quorum, self.config.unmatched_answers);
        let waits = |operation: &&mut Operation| operation.phase == Phase::Store && (operation.best.tag == tag || any);
        let Some(operation) = self.operation(id).filter(waits) else { return self.rule(Rule::LateAnswer { from }) };
        let have = operation.hear(from, tag);
        let operation = operation.clone();
        let (key, tag) = (operation.command.key(), operation.best.tag);
        if operation.id != id {
            self.rule(Rule::CountUnmatched { from });
        } else if from != self.me {
            self.rule(Rule::CountStored { from, key, tag, have: have as u16, need: need as u16 });
        }
        if have >= need {
            self.finish(operation);
        }
    }

    /// The client is told. Who was seen to lag behind is sent the value, where reads repair.
    fn finish(&mut self, operation: Operation) {
        let Operation { id, command, best, .. } = operation;
        let key = command.key();
        self.rule(match command {
            Command::Write(..) => Rule::Written { key, version: best },
            Command::Read(_) => Rule::Read { key, version: best },
        });
        let queried = operation.phase == Phase::Query;
        self.state.operations.insert(id.client, Operation { phase: Phase::Done, ..operation });
        self.reply(id, command, best);
        if queried && self.config.read_repair {
            self.repair(id);
        }
    }

    fn reply(&mut self, id: RequestId, command: Command, best: Version) {
        let value = if let Command::Write(..) = command { OK } else { best.value };
        self.send(id.client, Message::Reply { id, value });
    }

    /// An answer that comes after the read is over still says who lags behind.
    fn late_held(&mut self, from: NodeId, id: RequestId, version: Version) {
        let Some(operation) = self.operation(id) else { return };
        operation.hear(from, version.tag);
        operation.best = operation.best.newer(version);
        self.rule(Rule::LateHeld { from, version });
        self.repair(id);
    }

    /// Read repair (DeCandia et al. 2007, §5): all that were heard to hold an older value are sent the newest.
    fn repair(&mut self, id: RequestId) {
        let Some(operation) = self.operation(id) else { return };
        let (key, version) = (operation.command.key(), operation.best);
        let behind = operation.heard.iter_mut().filter(|(_, tag)| *tag < version.tag);
        let behind: Vec<_> = behind.map(|(node, tag)| (*node, *tag = version.tag).0).collect();
        for to in behind {
            self.rule(Rule::Repair { to, key, version });
            self.tell(to, Message::Repair { key, version });
        }
    }
}
