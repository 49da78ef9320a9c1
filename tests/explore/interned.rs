//! The search looks up what it has carried out before. Whether that is always the same as carrying it out: whole worlds, copied
//! and acted upon, come to as many states, step by step, in every protocol.

use std::collections::BTreeSet;

use consensus_playground::explorer::{Asking, Phase, Plan, Root, Search};
use consensus_playground::faults::byzantine;
use consensus_playground::kernel::{Action, Behaviour, DynWorld, Moves, NodeId, Pick, Script, Selector, Setup, Trace};
use consensus_playground::protocols::{self, Entry};
use consensus_playground::scenario::parse;

/// What was spent: crashes, requests, lies, firings of each kind.
pub type Spent = (u8, usize, u8, Vec<u8>);

/// A world, and what was spent.
#[derive(Clone)]
pub struct Whole {
    pub world: DynWorld,
    pub spent: Spent,
}

impl Whole {
    /// Nothing is spent yet.
    pub fn first(world: DynWorld) -> Self {
        let timers = world.descriptor().timers.len();
        Whole { world, spent: (0, 0, 0, vec![0; timers]) }
    }

    /// What tells it from others.
    pub fn key(&self) -> (u64, Spent) {
        (self.world.fingerprint(), self.spent.clone())
    }
}

/// Who lies or is two, where anybody is.
const LIAR: NodeId = NodeId::replica(1);

/// What may go wrong besides crashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    None,
    Lies,
    Twins,
}

impl Fault {
    /// What happens before the first state.
    fn opening(self, replicas: usize) -> Option<Action> {
        let behaviour = match self {
            Fault::None => return None,
            Fault::Lies => byzantine::find("slow")?,
            Fault::Twins => {
                let (peers, others) = NodeId::replicas(replicas).skip(1).partition(|node| node.number() % 2 == 0);
                Behaviour { peers, others, ..byzantine::find("twins")? }
            }
        };
        Some(Action::Byzantine { replica: Selector::Node(LIAR), behaviour })
    }

    fn bounds(self) -> &'static str {
        match self {
            Fault::None => "",
            Fault::Lies => "liars=1 lies=1",
            Fault::Twins => "twins=1",
        }
    }
}

/// A crash, each request once, each kind of timer once, a lie of who lies.
pub fn next(state: &Whole, requests: &[Asking], lies: bool) -> Vec<Whole> {
    let mut all = Vec::new();
    let moves = Moves { crash: state.spent.0 == 0, ..Moves::CALM };
    for action in state.world.enabled(&moves) {
        let mut spent = state.spent.clone();
        match action {
            Action::Fire { timer, .. } if spent.3[usize::from(timer)] > 0 => continue,
            Action::Fire { timer, .. } => spent.3[usize::from(timer)] += 1,
            Action::Crash(replica) => {
                spent.0 += 1;
                branch(state, &spent, &[action, Action::Restart { replica, disk_lost: false }], &mut all);
                continue;
            }
            Action::Deliver(Pick::Id(id)) if state.spent.2 == 0 => {
                let liar = state.world.flight_key(id).is_some_and(|key| key.from == LIAR);
                let lies = if liar && lies { state.world.lies_about(id) } else { Vec::new() };
                let told = Spent::clone(&(spent.0, spent.1, 1, spent.3.clone()));
                for (place, &lie) in lies.iter().enumerate() {
                    let nth = lies[..=place].iter().filter(|other| **other == lie).count() as u32;
                    branch(state, &told, &[Action::Lie { lie, nth, pick: Pick::Id(id) }], &mut all);
                }
            }
            _ => {}
        }
        branch(state, &spent, &[action], &mut all);
    }
    if let Some(Asking { client, to, words }) = requests.get(state.spent.1) {
        let anybody = NodeId::replicas(state.world.size()).map(Selector::Node);
        for to in to.map_or_else(|| anybody.collect(), |to| vec![to]) {
            let mut spent = state.spent.clone();
            spent.1 += 1;
            let ask = Action::Request { client: *client, to: Some(to), words: words.clone() };
            branch(state, &spent, &[ask], &mut all);
        }
    }
    all
}

/// One world for each way in which the choices of handlers can fall.
fn branch(state: &Whole, spent: &Spent, actions: &[Action], all: &mut Vec<Whole>) {
    let mut script = Some(Script::default());
    while let Some(answers) = script {
        let mut world = state.world.clone();
        world.set_script(Some(answers));
        let done = actions.iter().all(|action| world.act(action, &mut Trace::forgetful()).is_ok());
        script = world.set_script(None).and_then(|made| made.next_branch());
        if done {
            all.push(Whole { world, spent: spent.clone() });
        }
    }
}

/// How many states can be reached in so many steps, whole worlds being compared.
fn whole_worlds(root: &Root, fault: Fault, steps: usize, most: usize) -> Vec<u64> {
    let mut world = root.world(root.seed()).expect("it can be opened");
    if let Some(turn) = fault.opening(world.size()) {
        world.act(&turn, &mut Trace::forgetful()).expect("it is there");
    }
    let first = Whole::first(world);
    let (mut met, mut level, mut counts) = (BTreeSet::from([first.key()]), vec![first], vec![1]);
    while counts.len() <= steps && met.len() < most {
        let all = level.iter().flat_map(|state| next(state, &root.requests, fault == Fault::Lies));
        level = all.filter(|state| met.insert(state.key())).collect();
        counts.push(met.len() as u64);
    }
    counts
}

fn compare(entry: &'static Entry, fault: Fault, most: usize) {
    let about = entry.descriptor;
    let scenario = parse(&format!("protocol {}\nreplicas {}\n", about.id, about.replicas.0.max(4)));
    let scenario = scenario.expect("it can be read");
    let root = Root::of(&scenario);
    let counts = whole_worlds(&root, fault, 12, most);
    let steps = counts.len() - 1;
    for strategy in ["breadth", "depth"] {
        let bounds = format!("crashes=1 timers=1 requests=2 steps={steps} {}", fault.bounds());
        let plan = Plan::read(&root, strategy, "any", &bounds).expect("it is a plan");
        let mut search = Search::new(&scenario, plan).expect("it can be opened");
        while search.run_for(1_000).phase == Phase::Searching {}
        let progress = search.progress();
        let met = (progress.phase, progress.states);
        assert_eq!(
            met,
            (Phase::Complete, counts[steps]),
            "{}, {strategy}, {fault:?}, {steps} steps: {counts:?}",
            about.id
        );
    }
}

#[test]
fn what_is_looked_up_is_what_is_carried_out_in_every_protocol() {
    let most = if cfg!(debug_assertions) { 200 } else { 4_000 };
    for entry in protocols::ALL {
        compare(entry, Fault::None, most);
        // Where no lies are tolerated they break something, and the search ends there.
        let setup = Setup { replicas: 4, ..Setup::default() };
        let world = (entry.open)(&setup, &mut Trace::forgetful()).expect("it can be opened");
        if !entry.descriptor.lies.is_empty() && world.tolerated() > 0 {
            compare(entry, Fault::Lies, most);
            compare(entry, Fault::Twins, most);
        }
    }
}
