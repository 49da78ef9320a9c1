//! §4.1 and §5.1: what a client sends, and whom it believes.

use std::rc::Rc;

use consensus_playground::kernel::protocol::bench::ClientBench;
use consensus_playground::kernel::{Input, NodeId, ReadCommand, RequestId};
use consensus_playground::protocols::pbft::{Disk, Message, Pbft, Reply, Timer};
use consensus_playground::services::kv::Command;

use crate::harness::{one, sign};

struct Asker {
    bench: ClientBench<Pbft>,
}

#[derive(Default, Debug)]
struct Told {
    /// Receivers, with whether the request was read-only.
    sent: Vec<(usize, bool)>,
    accepted: Option<String>,
    rules: Vec<&'static str>,
}

impl Asker {
    fn new(pairs: &[(&str, &str)]) -> Self {
        Asker { bench: ClientBench::new(NodeId::client(2), 4, pairs) }
    }

    fn take(&mut self, input: Input<Pbft>) -> Told {
        let wanted = self.bench.input(input);
        let sent = |(to, message, _): &(Option<NodeId>, Message, Disk)| match (to, message) {
            (Some(to), Message::Request(request)) => Some((to.number(), request.body().read_only)),
            _ => None,
        };
        Told {
            sent: wanted.sent.iter().filter_map(sent).collect(),
            accepted: wanted.completed.last().map(|(_, outcome)| outcome.to_string()),
            rules: wanted.rules.iter().map(|(name, _)| *name).collect(),
        }
    }

    fn ask(&mut self, number: u32, words: &str) -> Told {
        let id = RequestId { client: NodeId::client(2), number };
        let command = Command::read(&words.split(' ').collect::<Vec<_>>(), 4).unwrap();
        self.take(Input::Request { id, command: &command, to: None })
    }

    fn reply(&mut self, from: usize, signer: usize, reply: (u64, u32, &str, bool)) -> Told {
        self.reply_at(from, signer, 0, reply)
    }

    fn reply_at(&mut self, from: usize, signer: usize, sequence: u64, reply: (u64, u32, &str, bool)) -> Told {
        let (view, number, result, tentative) = reply;
        let id = RequestId { client: NodeId::client(2), number };
        let reply = sign(one(signer), Reply { view, id, sequence, result: result.into(), tentative });
        self.take(Input::Deliver { from: one(from), message: &Message::Reply(Rc::new(reply)) })
    }

    fn hear(&mut self, from: usize, number: u32, result: &str, tentative: bool) -> Option<String> {
        self.reply(from, from, (0, number, result, tentative)).accepted
    }
}

const ALL: [(usize, bool); 4] = [(1, false), (2, false), (3, false), (4, false)];

#[test]
fn s4_1_a_client_asks_the_primary_and_then_all() {
    let mut asker = Asker::new(&[]);
    assert_eq!(asker.ask(1, "put x 1").sent, [(1, false)]);
    assert_eq!(asker.take(Input::Fire(Timer::Retry)).sent, ALL);
    assert_eq!(asker.take(Input::Fire(Timer::Retry)).sent, ALL);
}

#[test]
fn s4_1_a_client_has_one_request_under_way() {
    let mut asker = Asker::new(&[]);
    asker.ask(1, "put x 1");
    assert!(asker.ask(2, "put x 2").sent.is_empty());
    asker.hear(1, 1, "ok", false);
    assert_eq!(asker.reply(2, 2, (0, 1, "ok", false)).sent, [(1, false)]);
}

#[test]
fn s4_1_a_client_accepts_f_plus_1_equal_results_of_different_replicas() {
    let mut asker = Asker::new(&[]);
    asker.ask(1, "add x 1");
    assert_eq!(asker.hear(1, 1, "1", false), None);
    assert_eq!(asker.hear(1, 1, "1", false), None, "the same replica again");
    assert_eq!(asker.hear(2, 1, "2", false), None, "another result");
    assert_eq!(asker.hear(3, 1, "1", false), Some("1".into()));
}

#[test]
fn s4_1_a_client_ignores_replies_to_other_requests_and_with_others_signatures() {
    let mut asker = Asker::new(&[]);
    asker.ask(2, "add x 1");
    asker.hear(1, 2, "1", false);
    assert!(asker.reply(3, 3, (0, 1, "1", false)).rules.contains(&"client-ignores"), "an older timestamp");
    assert!(asker.reply(3, 4, (0, 2, "1", false)).rules.contains(&"client-ignores"), "4 signed it, 3 sent it");
    assert_eq!(asker.hear(4, 2, "1", false), Some("1".into()));
}

#[test]
fn s4_1_a_client_learns_the_view_from_the_replies() {
    let mut asker = Asker::new(&[]);
    asker.ask(1, "put x 1");
    asker.reply(2, 2, (9, 1, "ok", false));
    asker.reply(3, 3, (2, 1, "ok", false));
    assert_eq!(asker.ask(2, "put x 2").sent, [(3, false)], "the primary of view 2, the lower of the two");
}

#[test]
fn s5_1_tentative_replies_are_believed_with_2f_plus_1_of_them() {
    let mut asker = Asker::new(&[("tentative", "on")]);
    asker.ask(1, "put x 1");
    assert_eq!([1, 2].map(|from| asker.hear(from, 1, "ok", true)), [None, None]);
    assert_eq!(asker.hear(3, 1, "ok", true), Some("ok".into()));
    // Two that are not tentative are f + 1 and do.
    asker.ask(2, "put x 2");
    assert_eq!([(1, true), (2, false)].map(|(from, tentative)| asker.hear(from, 2, "ok", tentative)), [None, None]);
    assert_eq!(asker.hear(1, 2, "ok", false), Some("ok".into()));
}

/// What has prepared in one view at Q replicas outlives every view change; what has at some in one and at others in another
/// view need not, and no more what has at two numbers of one view, which a faulty primary may give to one request.
#[test]
fn s5_1_tentative_replies_must_be_of_one_view_and_number() {
    let mut asker = Asker::new(&[("tentative", "on")]);
    asker.ask(1, "add x 1");
    let mut hear = |from, view, sequence, tentative| {
        asker.reply_at(from, from, sequence, (view, 1, "1", tentative)).accepted.is_some()
    };
    assert_eq!([hear(1, 0, 1, true), hear(2, 2, 1, true), hear(3, 5, 1, true)], [false; 3], "views 0, 2 and 5");
    assert_eq!([hear(2, 5, 1, true), hear(1, 5, 2, true)], [false; 2], "two of view 5, one at another number");
    assert!(hear(1, 5, 1, true));
    // One that is committed there has prepared there, too. One that does not say where is a lone firm reply.
    asker.ask(2, "add x 1");
    let mut hear =
        |from, sequence, tentative| asker.reply_at(from, from, sequence, (5, 2, "2", tentative)).accepted.is_some();
    assert_eq!([hear(1, 2, true), hear(2, 2, true), hear(3, 0, false)], [false; 3]);
    assert!(hear(3, 2, false));
}

#[test]
fn s5_1_a_read_goes_to_all_and_needs_2f_plus_1_equal_results() {
    let mut asker = Asker::new(&[("read-only", "on")]);
    assert_eq!(asker.ask(1, "get x").sent, ALL.map(|(to, _)| (to, true)));
    assert_eq!([1, 2].map(|from| asker.hear(from, 1, "7", false)), [None, None]);
    assert_eq!(asker.hear(3, 1, "7", false), Some("7".into()));
}

/// Equal values of different states (x was 7 twice) say nothing: Q at one number hold a correct replica that every later
/// read meets.
#[test]
fn s5_1_the_answers_to_a_read_must_be_of_one_state() {
    let mut asker = Asker::new(&[("read-only", "on")]);
    asker.ask(1, "get x");
    let mut hear = |from, view, sequence| asker.reply_at(from, from, sequence, (view, 1, "7", false)).accepted;
    assert_eq!([hear(1, 0, 3), hear(2, 0, 2), hear(3, 0, 1)], [None, None, None]);
    assert_eq!(hear(2, 0, 3), None);
    assert_eq!(hear(3, 1, 3), Some("7".into()), "the view does not matter");
}

#[test]
fn s5_1_a_read_that_gets_no_quorum_is_asked_again_in_the_ordinary_way() {
    let mut asker = Asker::new(&[("read-only", "on")]);
    asker.ask(1, "get x");
    assert_eq!(asker.take(Input::Fire(Timer::Retry)).sent, ALL);
    // At once, where all have answered differently.
    let mut asker = Asker::new(&[("read-only", "on")]);
    asker.ask(1, "get x");
    assert_eq!(
        [(1, "1"), (2, "1"), (3, "2")].map(|(from, result)| asker.hear(from, 1, result, false)),
        [None, None, None]
    );
    assert_eq!(asker.reply(4, 4, (0, 1, "2", false)).sent, ALL);
}

/// Berger, Reiser, Bessani 2021: with f + 1 replies to a write, 2f + 1 others could still answer a later read without it.
#[test]
fn s5_1_with_reads_writes_need_2f_plus_1_replies_too() {
    let mut asker = Asker::new(&[("read-only", "on")]);
    assert_eq!(asker.ask(1, "put x 1").sent, [(1, false)]);
    assert_eq!([1, 2].map(|from| asker.hear(from, 1, "ok", false)), [None, None]);
    assert_eq!(asker.hear(3, 1, "ok", false), Some("ok".into()));
}
