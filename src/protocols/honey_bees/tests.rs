//! Statements of the papers, by name, at one bee or one box that is fed by hand.

use super::*;
use crate::kernel::Delay;
use crate::kernel::protocol::bench::{ClientBench, ReplicaBench};

type Bench = ReplicaBench<HoneyBees>;

const ME: NodeId = NodeId::replica(1);
const OTHER: NodeId = NodeId::replica(2);
const A: Site = Site(1);
const B: Site = Site(2);
const FIVE: Rate = Rate(5 * ONE);

fn start(set: &[(&str, &str)]) -> Bench {
    Bench::start(ME, 20, set, Disk::default())
}

/// A bee that is for box A, with so many others there.
fn committed(set: &[(&str, &str)], count: u32) -> Bench {
    let mut bench = start(set);
    bench.hear(OTHER, &Message::Dance { site: A, quality: FIVE });
    bench.hear(NodeId::client(1), &Message::Look { visit: 1, quality: FIVE, count });
    bench
}

#[test]
fn numbers_are_read_and_shown_alike() {
    for text in ["0", "5", "0.868", "1.69", "1000"] {
        assert_eq!(Rate::read_value(text).map(|rate| rate.to_string()).as_deref(), Some(text));
    }
    assert_eq!(Rate::read_value("3.50"), Some(Rate(3_500)));
    for text in ["", ".", "1.", ".5", "-1", "1.2345", "1001", "5,4", "x"] {
        assert_eq!(Rate::read_value(text), None, "{text}");
    }
    assert!(Rate::read_word("0.05", 20).is_err_and(|why| why.contains("between 0.1 and 100")));
}

#[test]
fn pais_2013_a_box_is_found_at_the_rate_of_its_quality() {
    let mut bench = start(&[]);
    bench.hear(NodeId::client(1), &Message::Box { quality: FIVE });
    let wanted = bench.hear(NodeId::client(2), &Message::Box { quality: Rate(3 * ONE) });
    assert_eq!(wanted.set, [(Timer::Find, Delay::exponential(125_000))], "together 8 in a second");
    let wanted = bench.fire(Timer::Find);
    assert!(wanted.followed("find"));
    let [(Some(to), Message::Enter { visit: 1 }, _)] = wanted.sent.as_slice() else { panic!("it goes in") };
    assert!(to.is_client());
}

#[test]
fn pais_2013_who_has_a_box_dances_stops_and_gives_up_at_these_rates() {
    let mut bench = committed(&[("stop-rate", "2.5")], 1);
    let waits = [(Timer::Dance, 200_000), (Timer::Stop, 400_000), (Timer::GiveUp, 5_000_000)];
    assert_eq!(bench.last.set, waits.map(|(timer, mean)| (timer, Delay::exponential(mean))));
    assert_eq!(bench.fire(Timer::Dance).messages(), [Message::Dance { site: A, quality: FIVE }]);
    assert_eq!(bench.fire(Timer::Stop).messages(), [Message::Stop { site: A }]);
    let wanted = bench.fire(Timer::GiveUp);
    assert_eq!(wanted.messages(), [Message::Leave { visit: 1 }]);
    assert_eq!(bench.state().stance, Stance::Uncommitted);
}

#[test]
fn pais_2013_a_dance_recruits_none_but_those_without_a_box() {
    let mut bench = committed(&[], 1);
    assert!(bench.hear(OTHER, &Message::Dance { site: B, quality: FIVE }).followed("not-recruited"));
    assert_eq!(bench.state().site(), Some(A));
}

#[test]
fn seeley_2012_a_stop_signal_inhibits_the_other_side_alone() {
    let mut bench = committed(&[], 1);
    assert!(bench.hear(OTHER, &Message::Stop { site: A }).followed("not-stopped"));
    assert!(bench.hear(OTHER, &Message::Stop { site: B }).followed("stopped"));
    assert_eq!((bench.state().site(), bench.state().stopped), (None, Some((A, B))));
    let mut bench = committed(&[("stop-own-site", "on")], 1);
    assert!(bench.hear(OTHER, &Message::Stop { site: A }).followed("stopped"));
}

#[test]
fn seeley_2003_a_quorum_is_piped_and_piping_is_believed() {
    let bench = committed(&[("quorum", "15")], 14);
    assert_eq!((bench.last.decided.len(), bench.disk().home), (0, None));
    let mut bench = committed(&[("quorum", "15")], 15);
    let to: Vec<_> = bench.last.sent.iter().map(|(to, message, disk)| (*to, message.clone(), disk.home)).collect();
    let mine = Some(NodeId::client(1));
    assert_eq!(to, [(None, Message::Pipe { site: A }, Some(A)), (mine, Message::MoveIn, Some(A))], "durable first");
    assert!(bench.hear(OTHER, &Message::Pipe { site: B }).followed("piped-again"));
    assert_eq!(bench.hear(OTHER, &Message::Dance { site: B, quality: FIVE }).messages(), [Message::Pipe { site: A }]);
    let mut bench = start(&[]);
    assert_eq!(bench.hear(OTHER, &Message::Pipe { site: B }).decided, [(1, B)]);
}

#[test]
fn a_bee_that_comes_back_has_no_box_and_keeps_its_home() {
    let mut bench = committed(&[], 1);
    assert_eq!(bench.boot().messages(), [Message::Leave { visit: 1 }]);
    assert_eq!(bench.state().site(), None);
    bench.hear(OTHER, &Message::Pipe { site: B });
    assert_eq!(bench.boot().decided, [(1, B)]);
}

#[test]
fn a_bee_that_sees_no_box_comes_home_and_leaves_it_if_it_was_slow() {
    let mut bench = start(&[]);
    bench.hear(OTHER, &Message::Dance { site: A, quality: FIVE });
    assert!(bench.fire(Timer::Return).followed("return"));
    let wanted = bench.hear(NodeId::client(1), &Message::Look { visit: 1, quality: FIVE, count: 20 });
    assert_eq!((wanted.messages(), wanted.decided.len()), (vec![Message::Leave { visit: 1 }], 0));
}

#[test]
fn errors_of_judgment_stay_in_their_range() {
    let judged = |seed: u32| {
        let mut bench = start(&[("noise", "40")]);
        for visit in 1..=seed {
            bench.hear(OTHER, &Message::Dance { site: A, quality: FIVE });
            bench.hear(NodeId::client(1), &Message::Look { visit, quality: FIVE, count: 1 });
            if visit < seed {
                bench.fire(Timer::GiveUp);
            }
        }
        match bench.state().stance {
            Stance::Committed(A, Rate(quality)) => quality,
            other => panic!("{other:?}"),
        }
    };
    let all: Vec<_> = (1..40).map(judged).collect();
    assert!(all.iter().all(|quality| (3_000..=7_000).contains(quality)), "{all:?}");
    assert!(all.iter().any(|quality| *quality < 3_800) && all.iter().any(|quality| *quality > 6_200), "{all:?}");
}

#[test]
fn a_box_counts_each_bee_once_in_whatever_order_word_comes() {
    let mut bench = ClientBench::<HoneyBees>::new(NodeId::client(1), 20, &[]);
    let mut hear = |from: usize, message: Message| {
        bench.input(Input::<HoneyBees>::Deliver { from: NodeId::replica(from), message: &message });
        bench.client().state().here
    };
    assert_eq!(hear(1, Message::Enter { visit: 1 }), 0, "nothing is put up yet");
    let put_up = PutUp { number: FIVE };
    bench.ask(1, &put_up);
    let mut hear = |from: usize, message: Message| {
        bench.input(Input::<HoneyBees>::Deliver { from: NodeId::replica(from), message: &message });
        bench.client().state().here
    };
    assert_eq!(hear(1, Message::Enter { visit: 1 }), 1);
    assert_eq!(hear(1, Message::Enter { visit: 1 }), 1, "a second copy");
    assert_eq!(hear(2, Message::Leave { visit: 7 }), 1, "out is heard before in");
    assert_eq!(hear(2, Message::Enter { visit: 7 }), 1);
    assert_eq!(hear(2, Message::Enter { visit: 8 }), 2);
    assert_eq!(hear(1, Message::Leave { visit: 0 }), 2, "an old word");
    assert_eq!(hear(1, Message::Leave { visit: 1 }), 1);
}

#[test]
fn a_box_is_done_once_the_swarm_moves_in() {
    let mut bench = ClientBench::<HoneyBees>::new(NodeId::client(1), 20, &[]);
    let put_up = PutUp { number: FIVE };
    assert_eq!(bench.ask(1, &put_up).messages(), [Message::Box { quality: FIVE }]);
    let wanted = bench.input(Input::<HoneyBees>::Deliver { from: ME, message: &Message::MoveIn });
    assert_eq!(wanted.completed.len(), 1);
    assert_eq!(bench.ask(2, &put_up).completed.len(), 1, "it has a swarm already");
}
