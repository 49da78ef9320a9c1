//! What the paper says of one replica, step by step, on a bench; and every toss, taken by a search.

use super::{BenOr, Bit, DEALER, Message, Outcome};
use crate::kernel::protocol::bench::{ClientBench, ReplicaBench};
use crate::kernel::{
    Action, Algorithm as _, DynWorld, NodeId, Options, Pick, ReadOptions as _, Selector, Setup, Trace, Which, World,
};

const ME: NodeId = NodeId::replica(1);

fn bench(n: usize, set: &[(&str, &str)]) -> ReplicaBench<BenOr> {
    ReplicaBench::start(ME, n, set, Default::default())
}

/// Hears these from replicas 2, 3, …; gives what it said to the last one.
fn hear(bench: &mut ReplicaBench<BenOr>, messages: &[Message]) -> Vec<Message> {
    for (place, message) in messages.iter().enumerate() {
        bench.hear(NodeId::replica(place + 2), message);
    }
    bench.last.messages()
}

fn report(round: u64, value: Bit) -> Message {
    Message::Report { round, value }
}

fn proposal(round: u64, value: Option<Bit>) -> Message {
    Message::Proposal { round, value }
}

#[test]
fn step_1_the_input_is_reported_and_durable_first() {
    let bench = bench(5, &[("input", "1")]);
    assert_eq!(bench.last.messages(), [report(1, 1)]);
    assert_eq!(bench.last.sent[0].2.rounds.last().map(|said| said.report), Some(1));
}

#[test]
fn step_2_more_than_half_of_all_make_a_proposal_and_the_first_n_minus_f_count() {
    let set = [("input", "1")];
    assert_eq!(hear(&mut bench(5, &set), &[report(1, 1)]), []);
    assert_eq!(hear(&mut bench(5, &set), &[report(1, 1), report(1, 1)]), [proposal(1, Some(1))]);
    assert_eq!(hear(&mut bench(5, &set), &[report(1, 1), report(1, 0)]), [proposal(1, None)]);
    let hasty = [("input", "1"), ("majority-of-received", "on")];
    assert_eq!(hear(&mut bench(5, &hasty), &[report(1, 1), report(1, 0)]), [proposal(1, Some(1))]);
}

#[test]
fn step_2_a_replica_counts_once_and_late_words_change_nothing() {
    let mut bench = bench(5, &[("input", "1")]);
    bench.hear(NodeId::replica(2), &report(1, 1));
    assert!(bench.hear(NodeId::replica(2), &report(1, 1)).followed("ignore"));
    assert_eq!(bench.hear(NodeId::replica(3), &report(1, 1)).messages(), [proposal(1, Some(1))]);
    assert!(bench.hear(NodeId::replica(4), &report(1, 1)).followed("ignore"));
}

#[test]
fn step_3_f_plus_1_decide_one_is_adopted_and_none_is_a_coin() {
    let in_step_3 = |first: Bit| {
        let mut bench = bench(5, &[("input", "1")]);
        hear(&mut bench, &[report(1, 1), report(1, first)]);
        bench
    };
    let mut decides = in_step_3(1);
    assert_eq!(
        hear(&mut decides, &[proposal(1, Some(1)), proposal(1, Some(1))]),
        [report(2, 1), proposal(2, Some(1))],
        "one more round, in which the others decide"
    );
    assert_eq!((decides.last.decided.clone(), decides.disk().decided), (vec![(1, 1)], Some((1, 1))));
    let mut adopts = in_step_3(0);
    assert_eq!(hear(&mut adopts, &[proposal(1, Some(1)), proposal(1, None)]), [report(2, 1)]);
    assert!(adopts.last.followed("adopt") && adopts.last.decided.is_empty());
    let mut tosses = in_step_3(0);
    hear(&mut tosses, &[proposal(1, None), proposal(1, None)]);
    assert!(tosses.last.followed("toss") && tosses.last.decided.is_empty());
}

#[test]
fn messages_of_rounds_to_come_are_kept() {
    let mut bench = bench(3, &[("input", "1")]);
    let early = [report(2, 1), proposal(2, Some(1)), proposal(1, None)];
    early.iter().for_each(|message| assert!(bench.hear(NodeId::replica(2), message).messages().is_empty()));
    // Its own report and this one make a majority; its own proposal is one, so it adopts, and the rest is there already.
    let said = bench.hear(NodeId::replica(2), &report(1, 1)).messages();
    assert_eq!(said[..4], [proposal(1, Some(1)), report(2, 1), proposal(2, Some(1)), report(3, 1)]);
    assert_eq!(bench.disk().decided, Some((2, 1)));
}

#[test]
fn the_thresholds_are_those_of_the_paper() {
    for n in 1..=60 {
        for byzantine in ["off", "on"] {
            let options: Options = [("byzantine", byzantine)].into_iter().collect();
            let config = BenOr::configure(n, &options).expect("fits");
            let (f, lying) = (config.f, byzantine == "on");
            assert!(if lying { n > 5 * f && n <= 5 * f + 5 } else { n > 2 * f && n <= 2 * f + 2 }, "n = {n}");
            // Whoever decides leaves nobody without enough to adopt, whose n − f messages miss f.
            assert!(config.to_decide - f - if lying { f } else { 0 } >= config.to_adopt.min(config.to_decide - f));
            assert!(
                config.awaited >= config.to_propose(config.awaited) + if lying { f } else { 0 },
                "all alike are enough"
            );
            assert!(2 * config.to_propose(n) > n + if lying { f } else { 0 }, "two majorities share a correct replica");
        }
    }
    assert_eq!(super::Config::OPTIONS.iter().filter(|option| option.bug).count(), 6);
}

#[test]
fn after_a_crash_it_says_the_same_again_and_is_told_what_it_missed() {
    let mut before = bench(5, &[("input", "1")]);
    hear(&mut before, &[report(1, 1), report(1, 1)]);
    let back = ReplicaBench::<BenOr>::start(ME, 5, &[("input", "1")], before.disk().clone());
    assert_eq!(back.last.messages(), [report(1, 1), proposal(1, Some(1)), Message::Resume { round: 1 }]);
    let told = before.hear(NodeId::replica(2), &Message::Resume { round: 1 });
    assert_eq!(told.messages(), [report(1, 1), proposal(1, Some(1))]);
    assert!(told.sent.iter().all(|(to, ..)| *to == Some(NodeId::replica(2))));
}

#[test]
fn the_dealer_tosses_one_coin_a_round_once_f_plus_1_ask() {
    let mut dealer = ClientBench::<BenOr>::new(DEALER, 5, &[("common-coin", "on")]);
    let mut ask = |from: usize| {
        let message = &Message::CoinRequest { round: 4 };
        let wanted = dealer.input(crate::kernel::Input::<BenOr>::Deliver { from: NodeId::replica(from), message });
        wanted.sent.iter().map(|(to, message, _)| (*to, message.clone())).collect::<Vec<_>>()
    };
    assert!(ask(1).is_empty() && ask(1).is_empty() && ask(2).is_empty());
    let told = ask(3);
    assert_eq!(told.iter().filter_map(|(to, _)| *to).collect::<Vec<_>>(), [1, 2, 3].map(NodeId::replica));
    assert!(told.iter().all(|(_, coin)| *coin == told[0].1));
    assert_eq!(ask(4), [(Some(NodeId::replica(4)), told[0].1.clone())]);
}

#[test]
fn a_client_asks_and_is_told_once() {
    let (mut client, mut replica) = (ClientBench::<BenOr>::new(DEALER, 1, &[]), bench(3, &[("input", "1")]));
    let ask = client.ask(1, &Outcome {}).messages().remove(0);
    assert!(replica.hear(DEALER, &ask).messages().is_empty(), "not yet");
    hear(&mut replica, &[report(1, 1)]);
    let said = hear(&mut replica, &[proposal(1, Some(1))]);
    let input = || crate::kernel::Input::<BenOr>::Deliver { from: ME, message: &said[2] };
    assert_eq!(client.input(input()).completed.len(), 1);
    assert!(client.input(input()).completed.is_empty());
}

/// A search takes every toss: the last proposal that replica 1 waits for leads to two worlds.
#[test]
fn a_search_sees_both_sides_of_the_coin() {
    let trace = &mut Trace::forgetful();
    let mut world = World::<BenOr>::new(&Setup { replicas: 3, ..Setup::default() }, trace).expect("fits");
    world.act(&Action::Manual(true), trace).expect("possible");
    let deliver = |kind: u8, from: usize, to: usize| {
        let node = |number| Some(Selector::Node(NodeId::replica(number)));
        Action::Deliver(Pick::Matching { which: Which::Nth(1), kind: Some(kind), from: node(from), to: node(to) })
    };
    world.act(&deliver(0, 2, 1), trace).expect("it is in flight");
    world.act(&deliver(0, 1, 2), trace).expect("it is in flight");
    let branches = world.branches(&deliver(1, 2, 1)).expect("it is in flight");
    let value = |world: &DynWorld| world.node(ME).and_then(|node| node.field("value")).map(|value| value.to_string());
    assert_eq!(
        branches.iter().map(|(_, world)| value(world)).collect::<Vec<_>>(),
        [Some("0".into()), Some("1".into())]
    );
}
