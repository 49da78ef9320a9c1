//! The states of a run as a system for breadth- and depth-first search: nodes, messages and all the rest have numbers, and
//! worlds are put together only where something is to be carried out that was not carried out before.

use std::collections::BTreeMap;
use std::hash::Hash;

use consensus_playground_explorer::{
    Call, Input, MessageInfo, NodeInfo, Outcome, RestInfo, Spending, State, System, Tables, Taken,
};

use super::plan::{Plan, Wanted};
use super::root::{Root, split, turn};
use super::step::Step;
use super::symmetry::exchangeable;
use crate::kernel::data::hash::stable_hash;
use crate::kernel::{
    Action, DynWorld, MessageId, MessagePart, Names, NodeId, NodePart, Pick, RestPart, Script, Selector, Trace,
};
use crate::scenario::ScenarioError;

/// About how many bytes a node, a message, and all the rest take, with what was found out about them.
const NODE_BYTES: usize = 1_200;
const MESSAGE_BYTES: usize = 250;
const REST_BYTES: usize = 2_000;

/// What was spent of the bounds. What is not bounded is not counted, or no state would be met twice.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Spent {
    crashes: u16,
    blank: u16,
    duplicates: u16,
    asked: u16,
    lies: u16,
    fired: Box<[u16]>,
}

/// Things that have numbers, in the order in which they were met; equal ones have equal hashes.
struct Numbered<T> {
    all: Vec<T>,
    by_hash: BTreeMap<u64, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { all: Vec::new(), by_hash: BTreeMap::new() }
    }
}

impl<T> Numbered<T> {
    /// The number of a thing, and the thing where it is a new one.
    fn enter(&mut self, hash: u64, thing: impl FnOnce() -> T) -> (u32, Option<&T>) {
        if let Some(&number) = self.by_hash.get(&hash) {
            return (number, None);
        }
        let number = self.all.len() as u32;
        self.by_hash.insert(hash, number);
        self.all.push(thing());
        (number, self.all.last())
    }

    fn has(&self, hash: u64) -> bool {
        self.by_hash.contains_key(&hash)
    }

    fn at(&self, number: u32) -> &T {
        &self.all[number as usize]
    }
}

/// The states that can be reached from a root within bounds.
pub struct Space {
    root: Root,
    plan: Plan,
    liars: Vec<NodeId>,
    twins: Vec<NodeId>,
    replicas: usize,
    nodes: Numbered<NodePart>,
    messages: Numbered<MessagePart>,
    rests: Numbered<RestPart>,
    spent: Numbered<Spent>,
    /// Kind, and what it is about.
    timers: Numbered<(u8, Option<u64>)>,
    /// The names that replicas could all have, where they are exchanged for one another; else none.
    names: Vec<Names>,
}

impl Space {
    /// With liars where the plan has any: those of the root, else the first replicas. Gives the first state, too. Errors: the
    /// header's.
    pub fn new(root: Root, plan: Plan) -> Result<(Self, State, Tables), ScenarioError> {
        let mut world = root.world(root.seed())?;
        let able: Vec<_> =
            if root.liars.is_empty() { NodeId::replicas(world.size()).collect() } else { root.liars.clone() };
        let mut able = able.into_iter();
        let liars = able.by_ref().take(plan.bounds.liars.into()).collect();
        let twins = able.take(plan.bounds.twins.into()).collect();
        let (replicas, nodes, messages) = (world.size(), Numbered::default(), Numbered::default());
        let (rests, spent, timers) = (Numbered::default(), Numbered::default(), Numbered::default());
        let names = if plan.bounds.symmetry { exchangeable(&root, &plan.bounds, &world) } else { Vec::new() };
        let mut space = Space { root, plan, liars, twins, replicas, nodes, messages, rests, spent, timers, names };
        for step in space.opening() {
            step.take(&mut world, false);
        }
        let mut tables = Tables::default();
        tables.names.count = space.names.len();
        let outcome = space.taken_in(&State::default(), world, MessageId(0), &mut tables);
        let fired = vec![0; space.root.header.entry.descriptor.timers.len()].into();
        let spent = space.number_of_spent(Spent { fired, ..Spent::default() }, &mut tables);
        let nodes = outcome.nodes.into_iter().map(|(_, node)| node).collect();
        let mut messages = outcome.sent;
        messages.sort_unstable();
        Ok((space, State { rest: outcome.rest, spent, nodes, messages }, tables))
    }

    /// What is done before the first state: some become liars, and some become two, of which every other replica sees the second.
    pub fn opening(&self) -> Vec<Step> {
        let second = |twin| NodeId::replicas(self.replicas).filter(move |&node| node != twin).skip(1).step_by(2);
        let liars = self.liars.iter().filter_map(|&liar| turn(liar));
        let twins = self.twins.iter().filter_map(|&twin| split(twin, self.replicas, second(twin).collect()));
        liars.chain(twins).map(Step::of).collect()
    }

    /// Whether a state is what is looked for can't be told from its rest alone.
    pub fn asks(&self) -> bool {
        !self.plan.wanted.is_fault()
    }

    /// A step on the way to a state, so that it can be taken in a run.
    pub fn steps(&self, taken: &Taken) -> Vec<Step> {
        let world = self.world(&taken.before);
        let (mut turn, mut steps) = (0, Vec::new());
        for mut actions in self.actions(&world, &taken.before, taken.place, taken.input) {
            if let (Some(Action::Deliver(pick)), true) = (actions.first(), taken.stays) {
                actions.insert(0, Action::Duplicate(pick.clone()));
            }
            each_branch(&world, &actions, &mut |_, made, possible| {
                if possible && turn == taken.turn {
                    steps = steps_of(&world, &actions, made);
                }
                turn += usize::from(possible);
            });
        }
        steps
    }

    /// The name of the node in a place.
    fn name(&self, place: u32) -> NodeId {
        let place = place as usize;
        if place < self.replicas { NodeId::replica(place + 1) } else { NodeId::client(place - self.replicas + 1) }
    }

    fn place(&self, name: NodeId) -> u32 {
        let before = if name.is_client() { self.replicas } else { 0 };
        (before + name.index()) as u32
    }

    /// A state as a world. Its messages are numbered from 1 on.
    fn world(&self, state: &State) -> DynWorld {
        let nodes = state.nodes.iter().map(|&node| self.nodes.at(node));
        let messages = state.messages.iter().map(|&message| self.messages.at(message));
        DynWorld::of_parts(self.rests.at(state.rest), nodes, messages, self.replicas)
    }

    /// What an input is in a world: actions, one after the other. There are several such lists where there are several lies.
    fn actions(&self, world: &DynWorld, state: &State, place: u32, input: Input) -> Vec<Vec<Action>> {
        let replica = Selector::Node(self.name(place));
        let id = |message: u32| {
            let at = state.messages.iter().position(|&other| other == message).unwrap_or_default();
            MessageId(at as u32 + 1)
        };
        match input {
            Input::Deliver(message) => vec![vec![Action::Deliver(Pick::Id(id(message)))]],
            Input::Lie(message) => {
                let lies = world.lies_about(id(message));
                let nth = |place: usize| lies[..=place].iter().filter(|other| **other == lies[place]).count() as u32;
                let told = |place| Action::Lie { lie: lies[place], nth: nth(place), pick: Pick::Id(id(message)) };
                (0..lies.len()).map(|place| vec![told(place)]).collect()
            }
            Input::Fire(timer) => {
                let &(timer, about) = self.timers.at(timer);
                vec![vec![Action::Fire { timer, about, node: replica }]]
            }
            Input::Crash | Input::LoseDisk => {
                let restart = Action::Restart { replica, disk_lost: input == Input::LoseDisk };
                vec![vec![Action::Crash(replica), restart]]
            }
            Input::Ask(request, to) => {
                let asking = &self.root.requests[usize::from(request)];
                let to = Some(Selector::Node(self.name(to.into())));
                vec![vec![Action::Request { client: asking.client, to, words: asking.words.clone() }]]
            }
        }
    }

    /// What has become of a state: the numbers of what is new in a world. Messages up to `base` are not.
    fn taken_in(&mut self, state: &State, world: DynWorld, base: MessageId, tables: &mut Tables) -> Outcome {
        let mut outcome = Outcome::default();
        for name in NodeId::replicas(world.size()).chain(NodeId::clients(world.clients())) {
            let place = self.place(name);
            let (Some(part), before) = (world.node_part(name), state.nodes.get(place as usize)) else { continue };
            if before.is_some_and(|&before| self.nodes.at(before).is(&part)) {
                continue;
            }
            let number = self.number_of_node(&world, name, part, tables);
            if before != Some(&number) {
                outcome.nodes.push((place, number));
            }
        }
        let (print, found) = (world.rest_print(None), self.plan.wanted.is_fault() && self.plan.wanted.holds(&world));
        if !self.rests.has(print) {
            tables.rests.push(RestInfo { print, found });
            tables.names.rests.extend(self.names.iter().map(|names| world.rest_print(Some(*names))));
        }
        let (sent, rest) = world.take_apart(base);
        outcome.sent = sent.into_iter().map(|message| self.number_of_message(message, tables)).collect();
        let (number, _) = self.rests.enter(print, || rest);
        outcome.rest = number;
        outcome
    }

    fn number_of_node(&mut self, world: &DynWorld, name: NodeId, part: NodePart, tables: &mut Tables) -> u32 {
        let print = world.node_print(name);
        let (number, new) = self.nodes.enter(print, || part);
        if let Some(part) = new {
            let timers =
                part.timers().into_iter().map(|timer| (self.timers.enter(stable_hash(&timer), || timer).0, timer.0));
            let most = self.plan.bounds.epochs;
            let beyond = !name.is_client() && most < u64::MAX && world.epoch(name).is_some_and(|epoch| epoch > most);
            tables.nodes.push(NodeInfo { print, timers: timers.collect(), bound: beyond });
            tables.names.nodes.extend(self.names.iter().map(|names| world.node_print_under(name, *names)));
        }
        number
    }

    fn number_of_message(&mut self, message: MessagePart, tables: &mut Tables) -> u32 {
        let (print, key) = (message.print(), message.key());
        let (number, new) = self.messages.enter(print, || message);
        if let Some(message) = new {
            tables.names.messages.extend(self.names.iter().map(|names| message.print_under(*names)));
            let liar = self.liars.contains(&key.from).then(|| self.place(key.from));
            tables.messages.push(MessageInfo { print, to: self.place(key.to), liar });
        }
        number
    }

    fn number_of_spent(&mut self, spent: Spent, tables: &mut Tables) -> u32 {
        let print = stable_hash(&spent);
        let (number, new) = self.spent.enter(print, || spent);
        if new.is_some() {
            tables.spent.push(print);
        }
        number
    }
}

/// Carries actions out in copies of a world, one for each way in which their choices can fall: with what was chosen, and whether it
/// was possible.
fn each_branch(world: &DynWorld, actions: &[Action], each: &mut dyn FnMut(DynWorld, &Script, bool)) {
    let mut next = Some(Script::default());
    while let Some(script) = next {
        let mut after = world.clone();
        after.set_script(Some(script));
        let done = actions.iter().all(|action| after.act(action, &mut Trace::forgetful()).is_ok());
        let made = after.set_script(None).unwrap_or_default();
        next = made.next_branch();
        let possible = done && after.limit().is_none();
        each(after, &made, possible);
    }
}

/// The actions as steps that can be taken elsewhere.
fn steps_of(world: &DynWorld, actions: &[Action], made: &Script) -> Vec<Step> {
    let mut world = world.clone();
    let mut answers: Vec<_> = made.made().iter().map(|choice| choice.taken).collect();
    let mut steps = Vec::new();
    for action in actions {
        let id = match action {
            Action::Deliver(Pick::Id(id)) | Action::Duplicate(Pick::Id(id)) => Some(*id),
            Action::Lie { pick: Pick::Id(id), .. } => Some(*id),
            _ => None,
        };
        let about = id.and_then(|id| world.flight_key(id));
        world.set_script(Some(Script::new(answers.clone())));
        let _ = world.act(action, &mut Trace::forgetful());
        let asked = world.set_script(None).unwrap_or_default().made().len();
        let rest = answers.split_off(asked.min(answers.len()));
        steps.push(Step { action: action.clone(), about, answers: std::mem::replace(&mut answers, rest) });
    }
    steps
}

impl System for Space {
    fn call(&mut self, state: &State, place: u32, input: Input, tables: &mut Tables) -> Call {
        let world = self.world(state);
        let base = MessageId(world.counts().messages);
        world.watch_looks();
        let (mut call, places) = (Call::default(), state.nodes.len() as u32);
        for actions in self.actions(&world, state, place, input) {
            each_branch(&world, &actions, &mut |after, _, possible| {
                call.looked_at.extend((0..places).filter(|&place| after.was_looked_at(self.name(place))));
                if possible {
                    call.outcomes.push(self.taken_in(state, after, base, tables));
                }
            });
        }
        call.looked_at.sort_unstable();
        call.looked_at.dedup();
        call
    }

    fn spend(&mut self, spent: u32, what: Spending, tables: &mut Tables) -> Option<u32> {
        let (mut spent, bounds) = (self.spent.at(spent).clone(), &self.plan.bounds);
        let requests = self.root.requests.len().min(bounds.requests.into()) as u16;
        let one_more = |count: &mut u16, most: u16| {
            *count += u16::from(most < u16::MAX);
            *count <= most
        };
        let allowed = match what {
            Spending::Duplicate => one_more(&mut spent.duplicates, bounds.duplicates),
            Spending::Lie => one_more(&mut spent.lies, bounds.lies),
            Spending::Crash => one_more(&mut spent.crashes, bounds.crashes),
            Spending::LoseDisk => {
                one_more(&mut spent.crashes, bounds.crashes) && one_more(&mut spent.blank, bounds.blank_disks)
            }
            Spending::Ask => one_more(&mut spent.asked, requests),
            Spending::Fire(kind) => one_more(&mut spent.fired[usize::from(kind)], bounds.timers(kind)),
        };
        allowed.then(|| self.number_of_spent(spent, tables))
    }

    fn requests(&self, spent: u32) -> Vec<(u16, u32, u16)> {
        let number = self.spent.at(spent).asked;
        let Some(asking) = self.root.requests.get(usize::from(number)) else { return Vec::new() };
        let client = self.place(asking.client);
        match asking.to {
            Some(Selector::Node(to)) => vec![(number, client, self.place(to) as u16)],
            _ => (0..self.replicas as u16).map(|to| (number, client, to)).collect(),
        }
    }

    fn replicas(&self) -> u32 {
        self.replicas as u32
    }

    fn holds(&mut self, state: &State) -> bool {
        matches!(self.plan.wanted, Wanted::Claim(_) | Wanted::Undecided) && self.plan.wanted.holds(&self.world(state))
    }

    fn bytes(&self) -> usize {
        let under_names = 8 * self.names.len();
        self.nodes.all.len() * (NODE_BYTES + under_names)
            + self.messages.all.len() * (MESSAGE_BYTES + under_names)
            + self.rests.all.len() * (REST_BYTES + under_names)
    }
}
