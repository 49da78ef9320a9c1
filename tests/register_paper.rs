//! The quorum register, held to its papers: which quorums make it linearizable and regular, and what it costs.
//!
//! `SEEDS=100000 cargo test --profile sweep --test register_paper -- --nocapture` takes as many walks for all quorums of three
//! copies together, and for those of five.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use consensus_playground::checker::watch;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{
    Action, DynWorld, FlightView, MessageId, Moves, NodeId, Pick, Selector, Setup, Trace,
};
use consensus_playground::protocols::quorum_register::QuorumRegister;
use consensus_playground::scenario::Session;

/// Quorums, and whether reads write back.
#[derive(Clone, Copy, Debug)]
struct Quorums {
    copies: usize,
    read: usize,
    write: usize,
    write_back: &'static str,
}

impl Quorums {
    /// All there are.
    fn all(copies: usize) -> impl Iterator<Item = Quorums> {
        let sizes = move |read| (1..=copies).map(move |write| (read, write));
        let ways = |(read, write)| ["on", "as-needed", "off"].map(|way| (read, write, way));
        let all = (1..=copies).flat_map(sizes).flat_map(ways);
        all.map(move |(read, write, write_back)| Quorums { copies, read, write, write_back })
    }

    /// Attiya, Bar-Noy, Dolev 1995: a read meets every write that has ended.
    fn meet(self) -> bool {
        self.read + self.write > self.copies
    }

    /// The same, with write-back: and every read that has ended. Who asks all copies meets what any of them was seen to hold.
    fn are_atomic(self) -> bool {
        self.meet() && (self.write_back != "off" || self.read == self.copies)
    }

    /// What must break in some walk, and in none but these.
    fn breaks(self) -> BTreeSet<&'static str> {
        let broken = [("linearizability", self.are_atomic()), ("regularity", self.meet())];
        broken.into_iter().filter(|(_, holds)| !holds).map(|(property, _)| property).collect()
    }

    /// A walk through what is possible: messages arrive in any order, are lost and doubled; clients ask again; replicas crash
    /// and come back. Gives what was broken.
    fn walk(self, seed: u64) -> BTreeSet<&'static str> {
        let Quorums { copies, read, write, write_back } = self;
        let (read, write) = (read.to_string(), write.to_string());
        let set = [("read-quorum", &*read), ("write-quorum", &*write), ("write-back", write_back)];
        let setup = Setup { replicas: copies, seed, options: set.into_iter().collect(), ..Setup::default() };
        let trace = &mut Trace::forgetful();
        let mut world = DynWorld::open::<QuorumRegister>(&setup, trace).expect("it can be set up");
        watch(&mut world, false);
        world.act(&Action::Manual(true), trace).expect("a network can stand still");
        let chance = |what, step, of| below(draw(seed, what, step), of);
        for step in 0..600 {
            if step % 8 == 0 {
                // One writer or two, and as many readers as there are copies.
                let client = 1 + chance(1, step, copies as u64 + 2);
                let words = if client <= 2 { format!("write x {step}") } else { "read x".into() };
                let to = Some(Selector::Node(NodeId::replica(1 + chance(2, step, copies as u64) as usize)));
                let words = words.split(' ').map(String::from).collect();
                let request = Action::Request { client: NodeId::client(client as usize), to, words };
                world.act(&request, trace).expect("it can be asked");
            }
            let moves = match chance(3, step, 100) {
                0 => Moves { crash: true, ..Moves::default() },
                1..=4 => Moves { restart: true, ..Moves::default() },
                5 => Moves { drop: true, ..Moves::default() },
                6 => Moves { duplicate: true, ..Moves::default() },
                7 => Moves { fire: true, ..Moves::default() },
                _ => Moves { deliver: true, ..Moves::default() },
            };
            let enabled = world.enabled(&moves);
            let flights = if moves.deliver { world.flights_in_outline(MessageId(u32::MAX)) } else { Vec::new() };
            let is_slow = |action: &Action| {
                let Action::Deliver(Pick::Id(id)) = action else { return false };
                flights.iter().any(|flight| flight.id == *id && slow(seed, flight))
            };
            // What is slow is taken only where the dice show nothing else for a while.
            let mut draws = (0..8).filter_map(|time| {
                let place = chance(4 + time, step, enabled.len().max(1) as u64) as usize;
                enabled.get(place).map(|action| (action, time))
            });
            if let Some((action, _)) = draws.find(|(action, time)| !is_slow(action) || *time == 7) {
                world.act(action, trace).expect("what is enabled is possible");
            }
        }
        assert_eq!(world.undecided("linearizability"), None, "{self:?}, seed {seed}");
        world.violations().iter().map(|found| found.property).collect()
    }

    /// The schedule of new, then old: a value that only its writer holds yet is read, and then read over. Gives what was broken.
    fn new_then_old(self) -> BTreeSet<&'static str> {
        let Quorums { copies, read, write, write_back } = self;
        let mut text = format!(
            "protocol quorum-register\nreplicas {copies}\nset read-quorum {read}\nset write-quorum {write}\n\
             set write-back {write_back}\nset one-writer on\nnetwork manual\nrequest write x 1 from c1 to 1\n"
        );
        let mut ask = |client: &str, at: usize, others: &mut dyn Iterator<Item = usize>| {
            text += &format!("request read x from {client} to {at}\n");
            for other in others.take(read - 1) {
                text += &format!("deliver query from {at} to {other}\ndeliver held from {other} to {at}\n");
            }
            text += &format!("deliver reply from {at} to {client}\n");
        };
        if read == 1 {
            ask("c2", 1, &mut std::iter::empty());
        } else {
            ask("c2", 2, &mut std::iter::once(1).chain(3..=copies));
        }
        ask("c3", copies, &mut (2..copies));
        let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        session.finish();
        assert_eq!(session.outcomes(), [], "{text}");
        session.world().violations().iter().map(|found| found.property).collect()
    }

    /// What was broken in so many walks.
    fn walks(self, count: u64) -> BTreeSet<&'static str> {
        (0..count).flat_map(|seed| self.walk(seed)).collect()
    }
}

/// Half of the links are slow for queries, half for answers, half for stores, so that replicas come to know different things.
fn slow(seed: u64, flight: &FlightView) -> bool {
    let link = [flight.kind.into(), flight.from.raw().into(), flight.to.raw().into()];
    let among_replicas = !flight.from.is_client() && !flight.to.is_client();
    among_replicas && link.into_iter().fold(draw(seed, 3, 0), |hash, part: u64| draw(hash, 3, part)) % 2 == 0
}

/// How many walks each choice of quorums gets: `SEEDS=100000` for the long way, all of one size together.
fn each(choices: usize) -> u64 {
    let asked = std::env::var("SEEDS").ok().and_then(|count| count.parse().ok());
    asked.map_or(60, |runs: u64| runs.div_ceil(choices as u64))
}

fn are_as_theory_says(copies: usize) {
    let all: Vec<_> = Quorums::all(copies).collect();
    let walks = each(all.len());
    for &quorums in &all {
        let mut broken = quorums.walks(walks);
        // Where a read asks all but one, walks find the one schedule seldom.
        if quorums.meet() && !quorums.are_atomic() {
            broken.extend(quorums.new_then_old());
        }
        assert_eq!(broken, quorums.breaks(), "{quorums:?} after {walks} walks");
    }
    println!("{} choices of quorums of {copies} copies, {walks} walks each", all.len());
}

#[test]
#[cfg_attr(debug_assertions, ignore = "thousands of walks, which the sweep profile takes")]
fn three_copies_are_linearizable_and_regular_where_theory_says_so_and_nowhere_else() {
    are_as_theory_says(3);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "thousands of walks, which the sweep profile takes")]
fn five_copies_are_linearizable_and_regular_where_theory_says_so_and_nowhere_else() {
    are_as_theory_says(5);
}

/// A run in which nothing fails, to its end.
fn calm(replicas: usize, set: &str, rest: &str) -> Session {
    let text =
        format!("protocol quorum-register\nreplicas {replicas}\n{set}set retry 10s\nnetwork latency 10ms\n{rest}");
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{text}{:?}", session.outcomes());
    session
}

/// 2(n−1) messages and 2 delays a phase; a client's question and its answer take two delays more, and are not counted.
#[test]
fn an_operation_costs_what_the_paper_says() {
    let cases = [
        ("", "request write x 1 from c1 to 1", 2),
        ("", "request read x from c1 to 2", 2),
        ("set write-back off\n", "request read x from c1 to 2", 1),
        ("set write-back off\n", "request write x 1 from c1 to 1", 2),
        ("set one-writer on\n", "request write x 1 from c1 to 1", 1),
        ("set one-writer on\n", "request read x from c1 to 2", 2),
        ("set write-back as-needed\n", "request read x from c1 to 2", 1),
    ];
    for n in 2..=9 {
        for (set, request, phases) in cases {
            let (before, after) = (10 * (2 + 2 * phases) - 1, 10 * (2 + 2 * phases));
            let rest = format!(
                "{request}\nat {before}ms expect not completed 1\nat {after}ms expect completed 1\nrun 1s\nexpect all\n"
            );
            let session = calm(n, set, &rest);
            let messages = session.world().counts().between_replicas as usize;
            assert_eq!(messages, 2 * (n - 1) * phases, "{n} replicas, {set}{request}");
        }
    }
}

/// Alone, nobody need be asked.
#[test]
fn one_replica_answers_at_once() {
    let session =
        calm(1, "", "request write x 1\nat 20ms expect completed 1\nrequest read x\nrun 20ms\nexpect c1.answer = 1\n");
    assert_eq!(session.world().counts().between_replicas, 0);
}

/// Where few copies disagree, a read that may leave its write-back out does so, and else does not.
#[test]
fn a_read_writes_back_only_what_a_write_quorum_does_not_hold() {
    let lagging = "network 1 -> 3 latency 300ms\nrequest write x 1 from c1 to 1\nrun 70ms\nexpect completed 1\n";
    let one_round = "request read x from c2 to 2\nrun 40ms\nexpect c2.answer = 1\n";
    calm(3, "set write-back as-needed\n", &format!("{lagging}{one_round}"));
    // Replica 3 lags behind, and replica 1 is far away: one of the two answers is old.
    let two_rounds = "network 2 -> 3 latency 1ms\nnetwork 3 -> 2 latency 1ms\nnetwork 1 -> 2 latency 300ms\n\
                      request read x from c2 to 3\nrun 23ms\nexpect not completed 2\nrun 2ms\nexpect c2.answer = 1\n\
                      expect 3.store.x = 1\n";
    calm(3, "set write-back as-needed\n", &format!("{lagging}{two_rounds}"));
}

/// A client that has no answer asks the same replica again. The write keeps its tag, even over a crash: under a new one, it would
/// come back over what others have written since.
#[test]
fn a_write_that_is_asked_for_twice_is_written_once() {
    let rest = "request write x 1 from c1 to 1\nrun 100ms\nexpect 1.tags = x:1.1\nexpect completed 1\n\
                partition 1 | 2 3\nrequest write x 2 from c1 to 1\nrun 5ms\nheal\nrun 40ms\ncrash 1\n\
                request write x 3 from c2 to 2\nrun 100ms\nexpect c2.answer = ok\nrestart 1\nrun 12s\n\
                expect completed 3\nexpect all\n";
    calm(3, "", rest);
}

/// Dynamo's read repair: those that were seen to lag behind, the reader's own replica too, are sent the newest value.
#[test]
fn a_read_repairs_whom_it_has_seen_to_lag_behind() {
    let cut = "partition 1 | 2 3\nrequest write x 1 from c1 to 1\nrun 100ms\nexpect completed 1\nheal\n\
               request read x from c2 to 3\nrun 100ms\nexpect c2.answer = nothing\n";
    let one = "set read-quorum 1\nset write-quorum 1\nset write-back off\n";
    calm(3, &format!("{one}set read-repair on\n"), &format!("{cut}expect all.store.x = 1\n"));
    calm(3, one, &format!("{cut}expect 3.store.x = nothing\nexpect 2.store.x = nothing\n"));
}

#[test]
fn more_than_all_can_not_be_asked() {
    for set in ["copies 4", "read-quorum 4", "write-quorum 4"] {
        let text = format!("protocol quorum-register\nreplicas 3\nset {set}\nrun 1s\n");
        let error = Session::open(&text).err().unwrap_or_else(|| panic!("{set} was taken"));
        assert!(error.to_string().contains("can't be had"), "{error}");
    }
}
