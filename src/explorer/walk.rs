//! Swarm walks: each draws its own preferences for links, timers, crashes and lies, and changes some of them now and then, so that
//! the walks together see what walks of one character hardly ever would (Groce, Zhang, Eide, Chen, Regehr 2012, *Swarm Testing*).

use super::plan::{Plan, Wanted};
use super::root::{Root, split, turn};
use super::step::Step;
use crate::kernel::data::random::{below, draw};
use crate::kernel::{Action, DynWorld, FlightOutline, MessageId, NodeId, Selector, Trace};

/// How much a link, and how much a timer may be preferred.
const LINKS: [u32; 6] = [0, 2, 10, 10, 40, 40];
const TIMERS: [u32; 5] = [0, 1, 2, 5, 20];
/// How much a lie may be preferred to others about the same message.
const TASTES: [u32; 4] = [0, 1, 4, 16];
/// Where more messages are in flight, the oldest are never delivered.
const MOST_FLIGHTS: usize = 64;
/// How many nodes have preferences of their own.
const NODES: usize = 64;

/// How the walk came to an end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It goes on.
    None,
    /// What is looked for has come about.
    Found,
    /// Nothing more may happen.
    Over,
}

/// What could be done next.
enum Choice {
    Deliver(FlightOutline),
    Twice(FlightOutline),
    Lie(FlightOutline),
    Fire(NodeId, u8, Option<u64>),
    Crash(NodeId, bool),
    Ask,
}

/// How liars lie on a walk, all of them alike: that is how they come to tell the same story. Whoever lies about everything to
/// everybody fools nobody.
struct Deceit {
    /// To whom they tell no lies, by place.
    believed: Vec<bool>,
    /// How much a lie is preferred, by its place in the descriptor's list.
    tastes: Vec<u32>,
    /// Whether the truth still arrives once a lie was told in its place.
    keeps_truth: bool,
    /// Whether nothing happens but requests, messages and lies.
    calm: bool,
    /// About which messages a lie was told, and which are lies: of neither is there another one.
    said: Vec<MessageId>,
    told: Vec<MessageId>,
}

impl Deceit {
    /// Whether there may be a lie about a message.
    fn lies(&self, message: MessageId, to: usize) -> bool {
        let known = self.said.contains(&message) || self.told.contains(&message);
        !known && !self.believed.get(to).copied().unwrap_or(false)
    }

    /// How much it is preferred that a message arrives.
    fn weight(&self, message: MessageId, weight: u32) -> u32 {
        if !self.keeps_truth && self.said.contains(&message) { 0 } else { weight }
    }
}

/// A walk.
pub struct Walk {
    world: DynWorld,
    steps: Vec<Step>,
    seed: u64,
    draws: u64,
    links: Vec<u32>,
    timers: Vec<u32>,
    /// Of crashes, duplicates, requests, lies.
    others: [u32; 4],
    fired: Vec<u16>,
    crashes: u16,
    blank: u16,
    duplicates: u16,
    asked: usize,
    lies: u16,
    liars: Vec<NodeId>,
    deceit: Option<Box<Deceit>>,
    most: u16,
    choices: Vec<(u32, Choice)>,
}

impl Walk {
    /// The walk of this number, from the beginning.
    pub fn new(root: &Root, world: &DynWorld, plan: &Plan, number: u64) -> Self {
        let about = root.header.entry.descriptor;
        let mut walk = Walk {
            world: world.clone(),
            steps: Vec::new(),
            seed: draw(plan.seed, 0xe0, number),
            draws: 0,
            links: vec![0; NODES * NODES],
            timers: vec![0; NODES * about.timers.len()],
            others: [0; 4],
            fired: vec![0; about.timers.len()],
            crashes: 0,
            blank: 0,
            duplicates: 0,
            asked: 0,
            lies: 0,
            liars: Vec::new(),
            deceit: None,
            most: 0,
            choices: Vec::new(),
        };
        walk.character(plan, about.timers.len());
        if plan.bounds.liars > 0 {
            walk.deceit = Some(Box::new(walk.draw_deceit()));
        }
        walk.turn_liars(root, plan);
        walk
    }

    /// What is done on it so far.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    fn pick(&mut self, n: usize) -> usize {
        self.draws += 1;
        below(draw(self.seed, 1, self.draws), n as u64) as usize
    }

    /// Draws the preferences.
    fn character(&mut self, plan: &Plan, kinds: usize) {
        let nodes = (self.world.size() + 3).min(NODES);
        for from in 0..nodes {
            for to in 0..nodes {
                self.links[from * NODES + to] = LINKS[self.pick(LINKS.len())];
            }
            for kind in 0..kinds {
                self.timers[from * kinds + kind] = TIMERS[self.pick(TIMERS.len())];
            }
        }
        self.others = [[0, 1, 3, 8], [0, 0, 2, 6], [1, 4, 10, 30], [2, 8, 20, 60]].map(|of| of[self.pick(4)]);
        // Short walks mostly: what breaks does so early, where it does.
        let most = usize::from(plan.bounds.steps.max(1));
        self.most = [most, most / 2, most / 4, most / 8][self.pick(4)].max(1) as u16;
    }

    /// Draws to whom liars lie, and how.
    fn draw_deceit(&mut self) -> Deceit {
        let nodes = (self.world.size() + 3).min(NODES);
        let believed = (0..nodes).map(|_| self.pick(2) == 0).collect();
        let kinds = self.world.descriptor().lies.len();
        let tastes = (0..kinds).map(|_| TASTES[self.pick(TASTES.len())]).collect();
        Deceit {
            believed,
            tastes,
            keeps_truth: self.pick(2) == 0,
            calm: self.pick(2) == 0,
            said: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Some nodes change theirs.
    fn change(&mut self, kinds: usize) {
        let nodes = (self.world.size() + 3).min(NODES);
        let node = self.pick(nodes);
        for other in 0..nodes {
            let (out, into) = (self.pick(LINKS.len()), self.pick(LINKS.len()));
            self.links[node * NODES + other] = LINKS[out];
            self.links[other * NODES + node] = LINKS[into];
        }
        for kind in 0..kinds {
            self.timers[node * kinds + kind] = TIMERS[self.pick(TIMERS.len())];
        }
    }

    fn turn_liars(&mut self, root: &Root, plan: &Plan) {
        let mut able: Vec<_> =
            if root.liars.is_empty() { NodeId::replicas(self.world.size()).collect() } else { root.liars.clone() };
        for _ in 0..plan.bounds.liars {
            if able.is_empty() {
                break;
            }
            let place = self.pick(able.len());
            let liar = able.swap_remove(place);
            if let Some(action) = turn(liar) {
                self.take(Step::of(action));
                self.liars.push(liar);
            }
        }
        for _ in 0..plan.bounds.twins {
            if able.is_empty() {
                break;
            }
            let place = self.pick(able.len());
            let twin = able.swap_remove(place);
            let others = NodeId::replicas(self.world.size()).filter(|node| *node != twin);
            let second: Vec<_> = others.filter(|_| self.pick(2) == 0).collect();
            if let Some(action) = split(twin, self.world.size(), second) {
                self.take(Step::of(action));
            }
        }
    }

    fn take(&mut self, step: Step) -> bool {
        let done = self.world.act(&step.action, &mut Trace::forgetful()).is_ok();
        if done {
            self.steps.push(step);
        }
        done
    }

    /// The place of a node's preferences.
    fn place(&self, node: NodeId) -> usize {
        let size = self.world.size();
        let place = if node.is_client() { size + node.index() % 3 } else { node.index() };
        place.min(NODES - 1)
    }

    /// Takes one step.
    pub fn step(&mut self, root: &Root, plan: &Plan) -> End {
        if self.steps.len() >= usize::from(self.most) || self.world.limit().is_some() {
            return End::Over;
        }
        let kinds = self.fired.len();
        if self.pick(24) == 0 {
            self.change(kinds);
        }
        self.gather(root, plan);
        let total: u32 = self.choices.iter().map(|(weight, _)| weight).sum();
        if total == 0 {
            // Its preferences leave it nothing to do.
            return if self.choices.is_empty() { End::Over } else { self.despair(kinds) };
        }
        let at = self.pick(total as usize) as u32;
        let Some(place) = place_at(self.choices.iter().map(|(weight, _)| *weight), at) else { return End::Over };
        let (_, choice) = self.choices.swap_remove(place);
        self.carry_out(choice, root);
        self.judge(&plan.wanted)
    }

    fn despair(&mut self, kinds: usize) -> End {
        self.change(kinds);
        if self.pick(8) == 0 { End::Over } else { End::None }
    }

    fn judge(&self, wanted: &Wanted) -> End {
        if wanted.holds(&self.world) {
            End::Found
        } else if self.world.questions().is_empty() {
            End::None
        } else {
            End::Over
        }
    }

    /// All that could be done next, each with its weight.
    fn gather(&mut self, root: &Root, plan: &Plan) {
        let bounds = &plan.bounds;
        let mut choices = std::mem::take(&mut self.choices);
        choices.clear();
        self.forget_old();
        let calm = self.deceit.as_ref().is_some_and(|deceit| deceit.calm);
        let [crash, twice, ask, lie] = if calm { [0, 0, self.others[2], self.others[3]] } else { self.others };
        for flight in self.world.flight_outlines() {
            let weight = self.links[self.place(flight.from) * NODES + self.place(flight.to)];
            // Clients hear of everything sooner or later.
            let weight = if flight.to.is_client() { weight.max(4) } else { weight };
            let (weight, lies) = self.deceit.as_ref().map_or((weight, false), |deceit| {
                (deceit.weight(flight.id, weight), deceit.lies(flight.id, self.place(flight.to)))
            });
            choices.push((weight, Choice::Deliver(flight)));
            if self.duplicates < bounds.duplicates && twice > 0 {
                choices.push((weight.min(twice), Choice::Twice(flight)));
            }
            if lies && self.lies < bounds.lies && self.liars.contains(&flight.from) {
                choices.push((lie, Choice::Lie(flight)));
            }
        }
        let kinds = self.fired.len();
        for timer in self.world.timer_outlines() {
            let kind = usize::from(timer.kind);
            if self.fired[kind] < bounds.timers(timer.kind) {
                let weight = if calm { 0 } else { self.timers[self.place(timer.node) * kinds + kind] };
                choices.push((weight, Choice::Fire(timer.node, timer.kind, timer.about)));
            }
        }
        if self.crashes < bounds.crashes {
            let nodes = NodeId::replicas(self.world.size());
            choices.extend(nodes.clone().map(|node| (crash, Choice::Crash(node, false))));
            if self.blank < bounds.blank_disks {
                choices.extend(nodes.map(|node| (crash, Choice::Crash(node, true))));
            }
        }
        if self.asked < root.requests.len().min(bounds.requests.into()) {
            choices.push((ask, Choice::Ask));
        }
        self.choices = choices;
    }

    /// What was never delivered for long is lost: to be lost and to be late are the same until then.
    fn forget_old(&mut self) {
        let mut ids: Vec<_> = self.world.flight_outlines().map(|flight| flight.id).collect();
        if ids.len() <= MOST_FLIGHTS {
            return;
        }
        ids.sort_unstable();
        for id in &ids[..MOST_FLIGHTS / 4] {
            let lost = Step::about(&self.world, *id, Action::Drop);
            self.take(lost);
        }
    }

    fn carry_out(&mut self, choice: Choice, root: &Root) {
        match choice {
            Choice::Deliver(flight) => {
                let step = Step::about(&self.world, flight.id, Action::Deliver);
                self.take(step);
            }
            Choice::Twice(flight) => {
                self.duplicates += 1;
                for action in [Action::Duplicate, Action::Deliver] {
                    let step = Step::about(&self.world, flight.id, action);
                    self.take(step);
                }
            }
            Choice::Lie(flight) => self.lie(flight),
            Choice::Fire(node, timer, about) => {
                self.fired[usize::from(timer)] += 1;
                self.take(Step::of(Action::Fire { timer, about, node: Selector::Node(node) }));
            }
            Choice::Crash(node, disk_lost) => {
                self.crashes += 1;
                self.blank += u16::from(disk_lost);
                let replica = Selector::Node(node);
                self.take(Step::of(Action::Crash(replica)));
                self.take(Step::of(Action::Restart { replica, disk_lost }));
            }
            Choice::Ask => {
                let asking = root.requests[self.asked].clone();
                self.asked += 1;
                let size = self.world.size();
                let step = asking.step(|| NodeId::replica(self.pick(size) + 1));
                self.take(step);
            }
        }
    }

    fn lie(&mut self, flight: FlightOutline) {
        let lies = self.world.lies_about(flight.id);
        if lies.is_empty() {
            return;
        }
        let Some(deceit) = &self.deceit else { return };
        let weights: Vec<_> =
            lies.iter().map(|lie| deceit.tastes.get(usize::from(*lie)).copied().unwrap_or(1)).collect();
        let total: u32 = weights.iter().sum();
        if total == 0 {
            return;
        }
        let at = self.pick(total as usize) as u32;
        let Some(place) = place_at(weights.into_iter(), at) else { return };
        self.lies += 1;
        let lie = lies[place];
        let nth = lies[..=place].iter().filter(|other| **other == lie).count() as u32;
        let before = self.world.counts().messages;
        let step = Step::about(&self.world, flight.id, |pick| Action::Lie { lie, nth, pick });
        self.take(step);
        let lies = (before + 1..=self.world.counts().messages).map(MessageId);
        if let Some(deceit) = &mut self.deceit {
            deceit.told.extend(lies);
            deceit.said.push(flight.id);
        }
    }
}

/// Where a number below the sum of some weights falls among them.
fn place_at(mut weights: impl Iterator<Item = u32>, mut at: u32) -> Option<usize> {
    weights.position(|weight| {
        let here = at < weight;
        at = at.saturating_sub(weight);
        here
    })
}
