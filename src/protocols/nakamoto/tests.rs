//! Statements of the papers, by section, at one replica that is fed by hand.

use std::rc::Rc;

use super::odds::double_spend;
use super::*;
use crate::kernel::protocol::bench::ReplicaBench as Bench;

const ME: NodeId = NodeId::replica(1);
const OTHER: NodeId = NodeId::replica(2);
const ONE: u64 = 1 << 32;

fn start(set: &[(&str, &str)]) -> Bench<Nakamoto> {
    Bench::start(ME, 4, set, Tree::default())
}

fn block(parent: Option<&Rc<Block>>, miner: NodeId) -> Rc<Block> {
    let (height, parent) = parent.map_or((1, 0), |parent| (parent.height + 1, parent.id));
    let mut block = Block { id: 0, height, miner, parent, difficulty: UNIT, time: 0, proof: 0, payments: Vec::new() };
    block.proof = block.fitting_proof();
    Rc::new(block.numbered())
}

fn hear(bench: &mut Bench<Nakamoto>, block: &Rc<Block>) -> &'static str {
    bench.hear(OTHER, &Message::Found(block.clone())).rules.last().map_or("", |(name, _)| *name)
}

#[test]
fn s5_the_longest_chain_counts_and_of_two_equal_ones_the_first_that_arrived() {
    let mut bench = start(&[]);
    let (one, other) = (block(None, OTHER), block(None, NodeId::replica(3)));
    assert_eq!((hear(&mut bench, &one), hear(&mut bench, &other)), ("extend", "keep-branch"));
    assert_eq!(bench.disk().head, one.id);
    let longer = block(Some(&other), NodeId::replica(4));
    assert_eq!(hear(&mut bench, &longer), "reorganize");
    assert_eq!((bench.disk().head, bench.state().deepest), (longer.id, 1));
    assert_eq!(hear(&mut bench, &one), "known-block");
}

#[test]
fn s5_a_miner_works_on_its_head_and_tells_all() {
    let mut bench = start(&[]);
    let first = block(None, OTHER);
    hear(&mut bench, &first);
    let wanted = bench.fire(Timer::Mine);
    let [(None, Message::Found(found), disk)] = wanted.sent.as_slice() else { panic!("one block, to everybody") };
    assert_eq!((found.parent, found.height, found.miner), (first.id, 2, ME));
    assert!(found.is_proved() && disk.blocks.contains_key(&found.id), "it is on disk before anybody hears of it");
    assert_eq!(wanted.set.len(), 1, "and it searches on");
}

#[test]
fn s5_a_block_that_was_missed_is_asked_for() {
    let mut bench = start(&[]);
    let first = block(None, OTHER);
    let second = block(Some(&first), OTHER);
    let wanted = bench.hear(OTHER, &Message::Found(second.clone()));
    assert!(wanted.followed("orphan"));
    assert_eq!(wanted.messages(), [Message::Ask { missing: first.id }]);
    assert_eq!(bench.disk().head, 0);
    bench.hear(OTHER, &Message::Branch(Rc::new([first.clone()])));
    assert_eq!((bench.disk().head, bench.state().orphans.len()), (second.id, 0));
    let wanted = bench.hear(OTHER, &Message::Ask { missing: second.id });
    assert_eq!(wanted.messages(), [Message::Branch(Rc::new([first, second]))]);
}

#[test]
fn s4_a_proof_of_work_fits_one_block() {
    let mut bench = start(&[]);
    let good = block(None, OTHER);
    for bad in [Block { miner: ME, ..Block::clone(&good) }, Block { height: 2, ..Block::clone(&good) }] {
        assert_eq!(hear(&mut bench, &Rc::new(bad.numbered())), "no-proof");
    }
    let late = Rc::new(Block { time: 9, ..Block::clone(&good) }.numbered());
    assert_eq!(hear(&mut bench, &late), "extend", "a miner may write down any time");
}

#[test]
fn s4_the_difficulty_follows_the_time_that_blocks_took() {
    let config = crate::kernel::protocol::bench::config::<Nakamoto>(4, &[("retarget", "2")]);
    for (last, difficulty) in [(8, 1_000), (4, 2_000), (16, 500), (0, 4_000), (1_000, 250)] {
        let (mut tree, first) = (Tree::default(), block(None, OTHER));
        let second = Rc::new(Block { time: last, ..Block::clone(&block(Some(&first), OTHER)) }.numbered());
        tree.insert(&config, &first);
        tree.insert(&config, &second);
        assert_eq!(tree.next_difficulty(&config, first.id), UNIT);
        assert_eq!(
            tree.next_difficulty(&config, second.id),
            difficulty,
            "two blocks in {last} quarters of a block time"
        );
    }
}

#[test]
fn s11_a_merchant_waits_for_its_confirmations() {
    let mut bench = start(&[("confirmations", "2")]);
    let request = RequestId { client: NodeId::client(1), number: 1 };
    let payment = Payment { request, what: Command { what: "coffee".into(), merchant: ME }, back: false };
    bench.hear(OTHER, &Message::Pay(payment));
    let sold = |wanted: &crate::kernel::protocol::bench::Wanted<Nakamoto>| wanted.followed("sell");
    assert!(!sold(bench.fire(Timer::Mine)), "one block is not enough");
    let wanted = bench.fire(Timer::Mine);
    assert!(sold(wanted) && wanted.messages().contains(&Message::Sold { request, height: 1 }));
    let payments: Vec<_> = bench.disk().blocks.values().map(|known| known.block.payments.len()).collect();
    assert_eq!(payments, [1, 0], "a coin is spent once in a chain");
}

#[test]
fn selfish_mining_goes_by_its_lead() {
    let selfish = || start(&[("strategy", "selfish")]);
    let public = |bench: &mut Bench<Nakamoto>, parent: Option<&Rc<Block>>| {
        let block = block(parent, OTHER);
        let wanted = bench.hear(OTHER, &Message::Found(block.clone()));
        let names: Vec<_> = wanted.rules.iter().map(|(name, _)| *name).collect();
        let published = wanted.messages().iter().filter(|message| matches!(message, Message::Found(_))).count();
        (block, names.contains(&"race"), names.contains(&"publish-all"), names.contains(&"adopt"), published)
    };
    // A lead of one: a race; its next block decides it.
    let mut bench = selfish();
    assert!(bench.fire(Timer::Mine).messages().is_empty(), "it keeps the block secret");
    let (first, race, .., published) = public(&mut bench, None);
    assert!(race && published == 1);
    let wanted = bench.fire(Timer::Mine);
    assert!(wanted.followed("win-race") && wanted.messages().len() == 1);
    assert_eq!(bench.disk().head >> 32, 2);
    // The same, and the others are faster: it adopts.
    let mut bench = selfish();
    bench.fire(Timer::Mine);
    public(&mut bench, None);
    assert!(public(&mut bench, Some(&first)).3);
    // A lead of two: it publishes both. A lead of three: one, and the other two later.
    for (lead, expected) in [(2, [(true, 2)].as_slice()), (3, &[(false, 1), (true, 2)])] {
        let (mut bench, mut last) = (selfish(), None);
        (0..lead).for_each(|_| assert!(bench.fire(Timer::Mine).messages().is_empty()));
        for &(all, count) in expected {
            let (block, _, publish_all, _, published) = public(&mut bench, last.as_ref());
            assert_eq!((publish_all, published), (all, count), "lead {lead}");
            last = Some(block);
        }
        assert!(bench.state().attack.tip.is_none() && bench.disk().head >> 32 == lead);
    }
}

#[test]
fn it_meets_the_exact_table() {
    for (q, z, tie, more) in [
        (0.1, 1, 0.2, 0.0311),
        (0.1, 2, 0.056, 0.0095),
        (0.1, 6, 0.00059, 0.00011),
        (0.3, 1, 0.6, 0.309),
        (0.3, 2, 0.432, 0.233),
        (0.3, 6, 0.156, 0.089),
    ] {
        let share = (q * ONE as f64) as u64;
        let of = |ahead| double_spend(share, z, ahead) as f64 / ONE as f64;
        let near = |found: f64, known: f64| (found - known).abs() <= if known < 0.001 { 0.5e-5 } else { 0.5e-3 };
        assert!(near(of(true), tie) && near(of(false), more), "q {q} z {z}: {} {}", of(true), of(false));
    }
}

#[test]
fn so_many_confirmations_are_enough_for_one_in_a_thousand() {
    let enough = |share: u64, ahead| (1..).find(|&z| double_spend(share, z, ahead) * 1_000 < ONE);
    for (percent, tie, more) in [(10, 6, 4), (20, 13, 11), (30, 32, 29), (40, 133, 128)] {
        let share = ONE / 100 * percent;
        assert_eq!((enough(share, true), enough(share, false)), (Some(tie), Some(more)), "{percent} %");
    }
    assert_eq!(double_spend(ONE / 2, 6, false), ONE);
}

/// The paper's Figure 3 in small: a chain of three that one miner has built alone, and a bush of five whose chain has two.
#[test]
fn ghost_counts_all_branches_where_most_work_counts_one() {
    let alone = NodeId::replica(4);
    let mut tall = vec![block(None, alone)];
    for _ in 0..2 {
        tall.push(block(tall.last(), alone));
    }
    let root = block(None, OTHER);
    let bush: Vec<_> = (1..=4).map(|miner| block(Some(&root), NodeId::replica(miner))).collect();
    for (fork_choice, head) in [("most-work", tall[2].id), ("ghost", bush[0].id)] {
        let mut bench = start(&[("fork-choice", fork_choice)]);
        for block in [&root].into_iter().chain(&bush).chain(&tall) {
            hear(&mut bench, block);
        }
        assert_eq!(bench.disk().head, head, "{fork_choice}");
    }
    // The other way round: the tall chain is the head until the bush has more blocks than it.
    let mut bench = start(&[("fork-choice", "ghost")]);
    tall.iter().for_each(|block| _ = hear(&mut bench, block));
    let told: Vec<_> = [&root].into_iter().chain(&bush).map(|block| hear(&mut bench, block)).collect();
    assert_eq!(told, ["keep-branch", "keep-branch", "keep-branch", "heavier-subtree", "keep-branch"]);
    assert_eq!((bench.disk().head, bench.state().deepest), (bush[0].id, 3));
}

#[test]
fn ghost_leaves_a_branch_only_for_a_heavier_one() {
    let mut bench = start(&[("fork-choice", "ghost")]);
    let (one, other) = (block(None, OTHER), block(None, NodeId::replica(3)));
    let (up, more) = (block(Some(&other), OTHER), block(Some(&one), OTHER));
    let told = [&one, &other, &up, &more].map(|block| hear(&mut bench, block));
    assert_eq!(told, ["extend", "keep-branch", "heavier-subtree", "keep-branch"]);
    assert_eq!(bench.disk().head, up.id, "the first side is as heavy again, which is not enough");
}
