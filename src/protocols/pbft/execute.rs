//! Execution in the order of the numbers, and the replies (§4.1, §4.2).

use std::rc::Rc;

use super::Decree;
use super::message::{Decided, Message, Order, Reply, Request};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::RequestId;
use crate::protocols::kv::Word;

impl Turn<'_> {
    /// Executes, in the order of their numbers, what is committed.
    pub(super) fn execute_committed(&mut self) {
        while let Some(decided) = self.disk.slots.get(&(self.disk.executed() + 1)).and_then(|s| s.committed.clone()) {
            self.execute(decided);
        }
        if self.leads() {
            self.order_waiting();
        }
    }

    /// Executes the next number. Each request is executed once, whatever numbers it was given (§4.1).
    pub(super) fn execute(&mut self, decided: Rc<Decided>) {
        let (sequence, request) = (decided.place.sequence, decided.request.clone());
        debug_assert_eq!(sequence, self.disk.executed() + 1);
        if decided.place.view == self.disk.view && request.is_some() {
            self.state.attempts = 0;
        }
        self.disk.decided.push(decided);
        self.dirty = true;
        self.settle(sequence);
        self.state.next = self.state.next.max(sequence + 1);
        let again = self.apply(sequence, &request);
        self.decisions.push((sequence, Decree { request: request.map(|request| request.body().clone()), again }));
    }

    /// Applies a request to the service and answers the client; says whether it had been executed before.
    fn apply(&mut self, sequence: u64, request: &Order) -> bool {
        let Some(request) = request else {
            self.out.rule(Rule::ExecutedNull { sequence });
            return false;
        };
        let Request { id, command } = request.body();
        let id = *id;
        let last = self.disk.replies.get(&id.client).map_or(0, |(last, _)| *last);
        if id.number <= last {
            self.out.rule(Rule::ExecutedBefore { sequence, id });
            return true;
        }
        self.out.rule(Rule::Executed { sequence, id });
        let result = self.disk.store.apply(command);
        self.disk.replies.insert(id.client, (id.number, result.clone()));
        self.state.waiting.retain(|old| old.body().id.client != id.client || old.body().id.number > id.number);
        self.state.news.executed.push((id, result.clone()));
        self.reply(id, result);
        false
    }

    pub(super) fn reply(&mut self, id: RequestId, result: Word) {
        let reply = self.out.sign(Reply { view: self.disk.view, id, result });
        self.send(id.client, Message::Reply(Rc::new(reply)));
    }

    /// A number is done with: its slot and votes can go.
    pub(super) fn settle(&mut self, sequence: u64) {
        self.disk.slots.remove(&sequence);
        self.state.votes.remove(&sequence);
    }
}
