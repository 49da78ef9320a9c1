//! The restaurant vote under random strategies, rules and trouble.

use consensus_playground::challenge::{Closed, Ending, trial};
use consensus_playground::kernel::hash::{below, draw};
use consensus_playground::kernel::{Act, LinkChange, MS, NodeId, Options, SECOND, Selector, Setup, Time, Trace, World};
use consensus_playground::protocols::restaurant_vote::{RestaurantVote, replica::Phase};

/// Draws in a row.
struct Dice(u64, u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.1 += 1;
        below(draw(self.0, 77, self.1), bound)
    }
    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }
}

const STRATEGIES: [&str; 4] = ["own", "popular", "random", "utility"];

fn setup(dice: &mut Dice, seed: u64) -> Setup {
    let replicas = 2 + dice.below(8) as usize;
    let mut options = Options::default();
    for agent in 1..=replicas as u16 {
        options.set("strategy", agent, dice.of(&STRATEGIES));
        if dice.below(2) == 0 {
            options.set("favourite", agent, dice.of(&["Pizza", "Sushi", "Tacos"]));
        }
        if dice.below(4) == 0 {
            options.set("utility", agent, dice.of(&["Pizza=5,Sushi=3", "Tacos=9,Thai=9", "Sushi=1"]));
        }
    }
    options.set("rule", 0, dice.of(&["majority", "two-thirds", "unanimous", "plurality"]));
    options.set("preference-change", 0, dice.of(&["stubborn", "conform", "average"]));
    options.set("hears", 0, dice.of(&["everyone", "everyone", "ring"]));
    options.set("max-rounds", 0, &(1 + dice.below(12)).to_string());
    options.set("strategy-seed", 0, &seed.to_string());
    Setup { replicas, seed, options, disks: Vec::new() }
}

fn run_until(world: &mut World<RestaurantVote>, end: Time) -> Result<(), String> {
    while world.peek().is_some_and(|at| at <= end) {
        world.step(&mut Trace::forgetful());
    }
    Ok(())
}

fn act(world: &mut World<RestaurantVote>, act: &Act) -> Result<(), String> {
    world.act(act, &mut Trace::forgetful())
}

fn phases(world: &World<RestaurantVote>) -> Vec<Option<(u64, Phase)>> {
    world.cluster().nodes().map(|node| world.cluster().state(node).map(|s| (s.dinner, s.phase))).collect()
}

/// On a network that loses nothing: agreement (where everybody hears everybody), and just what the closed loop gives.
fn calm(seed: u64) -> Result<(), String> {
    let dice = &mut Dice(seed, 0);
    let setup = setup(dice, seed);
    let mut world = World::<RestaurantVote>::new(&setup, &mut Trace::forgetful())?;
    let latency = Some((dice.below(20) * MS, 20 * MS + dice.below(20) * MS));
    act(&mut world, &Act::Network { link: None, change: LinkChange { latency, ..LinkChange::default() } })?;
    run_until(&mut world, 20 * SECOND)?;
    let ring = setup.options.get("hears") == Some("ring");
    if let Some(broken) = world.violations().iter().find(|broken| !ring || broken.property != "agreement") {
        return Err(format!("{}: {}", broken.property, broken.text));
    }
    let results: Vec<_> = world
        .cluster()
        .nodes()
        .map(|node| world.cluster().disk(node).results.get(0).copied().ok_or(format!("agent {node} goes on")))
        .collect::<Result<_, _>>()?;
    let rounds = results.iter().map(|result| result.map(|(round, _)| round)).collect::<Option<Vec<_>>>();
    let seen = Ending {
        rounds: rounds.and_then(|rounds| rounds.into_iter().max()),
        decided: results.iter().map(|result| result.map(|(_, restaurant)| restaurant.place)).collect(),
    };
    let expected = trial(&Closed::honest(world.cluster().config().clone()), seed)?;
    if seen != expected {
        return Err(format!("with messages {seen:?}, in a closed loop {expected:?}"));
    }
    Ok(())
}

fn trouble(world: &mut World<RestaurantVote>, dice: &mut Dice, replicas: u64) {
    let one = |dice: &mut Dice| Selector::Node(NodeId::replica(1 + dice.below(replicas) as usize));
    let what = match dice.below(8) {
        0 => Act::Crash(one(dice)),
        1 => Act::CrashAfter { replica: one(dice), sends: 1 + dice.below(6) as u32 },
        2 | 3 => Act::Restart { replica: Selector::All, disk_lost: false },
        4 => Act::Partition(vec![vec![NodeId::replica(1), NodeId::replica(2)]]),
        5 => Act::Heal,
        6 => Act::Cut { from: one(dice), to: one(dice) },
        _ => Act::Request { client: NodeId::client(1 + dice.below(2) as usize), to: None, words: vec!["again".into()] },
    };
    // What does not fit at the moment (a crash of a crashed agent, a cut to itself) is passed over.
    let _ = act(world, &what);
}

/// With crashes, partitions and loss only what an agent can see to by itself holds; after repair every dinner ends.
fn rough(seed: u64) -> Result<(), String> {
    let dice = &mut Dice(seed, 1 << 32);
    let setup = setup(dice, seed);
    let replicas = setup.replicas as u64;
    let mut world = World::<RestaurantVote>::new(&setup, &mut Trace::forgetful())?;
    let change = LinkChange {
        loss: Some(dice.below(200_000) as u32),
        duplicate: Some(dice.below(100_000) as u32),
        latency: Some((MS, MS + dice.below(150) * MS)),
        ..LinkChange::default()
    };
    act(&mut world, &Act::Network { link: None, change })?;
    while world.now() < 20 * SECOND {
        let at = world.now() + 1 + dice.below(SECOND);
        run_until(&mut world, at)?;
        if world.peek().is_none_or(|next| next > at) {
            consensus_playground::kernel::AnyWorld::advance(&mut world, at);
        }
        trouble(&mut world, dice, replicas);
    }
    let _ = act(&mut world, &Act::Heal);
    let calm = LinkChange { loss: Some(0), duplicate: Some(0), latency: Some((MS, 15 * MS)), ..LinkChange::default() };
    act(&mut world, &Act::Network { link: None, change: calm })?;
    let _ = act(&mut world, &Act::Restart { replica: Selector::All, disk_lost: false });
    progress(&mut world)?;
    match world.violations().iter().find(|broken| broken.property != "agreement") {
        Some(broken) => Err(format!("{}: {}", broken.property, broken.text)),
        None => Ok(()),
    }
}

/// A fresh request is answered, and every agent is through with its dinner, within four dinners' worth of rounds: the one
/// under way, those that clients still wait for, and the fresh one, each of at most 12 rounds of two time-outs and a pause.
fn progress(world: &mut World<RestaurantVote>) -> Result<(), String> {
    let bound = 4 * 12 * (2 * 200 + 40 + 60) * MS;
    let fresh = NodeId::client(3);
    let done = world.counts().completed;
    act(world, &Act::Request { client: fresh, to: None, words: vec!["again".into()] })?;
    let end = world.now() + bound;
    run_until(world, end)?;
    if world.counts().completed == done {
        return Err("no client was answered after repair".into());
    }
    match phases(world).iter().all(|phase| phase.is_some_and(|(_, phase)| phase.done())) {
        true => Ok(()),
        false => Err(format!("not all are through: {:?}", phases(world))),
    }
}

pub fn run(seed: u64) -> Result<(), String> {
    calm(seed)?;
    rough(seed)
}

#[test]
fn agents_agree_as_far_as_they_can() {
    super::sweep(run);
}
