//! What a moment holds: who can form a quorum, who leads, which timer runs out next.

use super::super::dyn_world::DynWorld;
use super::deeds::{role_of, stopped, titled};
use super::{names, plain, row, soon};
use crate::kernel::data::ids::{NodeId, Time};
use crate::kernel::descriptor::node_view::Health;
use crate::kernel::descriptor::quorum::{Count, GridLine, Quorum, QuorumSystem, majority};
use crate::kernel::descriptor::vocabulary::{Look, TimerInfo, capital};
use crate::kernel::simulation::action::Action;

/// Of more replicas than these nobody reads who can reach whom.
const MOST_TOLD: usize = 64;

/// A timer that runs.
pub struct Watch {
    /// Whose.
    pub node: NodeId,
    /// What is said of it.
    pub timer: &'static TimerInfo,
    /// When it runs out.
    pub due: Time,
}

/// What an act has changed for those who go on: quorums, leaders, the timer to watch.
pub fn changed(before: &DynWorld, after: &DynWorld, act: &Action) -> Vec<String> {
    let wires = matches!(
        act,
        Action::Partition(_) | Action::Cut { .. } | Action::Heal | Action::Mend { .. } | Action::Topology(_)
    );
    let health = matches!(act, Action::Crash(_) | Action::Pause(_) | Action::Resume(_) | Action::Restart { .. });
    if !(wires || health) || after.size() > MOST_TOLD {
        return Vec::new();
    }
    let reach = reach(after);
    let mut all: Vec<String> = reach.iter().filter_map(|reach| reach.told(after, &self::reach(before))).collect();
    if reach.is_empty() && wires && !after.network().groups().is_empty() {
        all.push("Each side goes on by itself, for nobody here waits for the others.".into());
    }
    all.extend(leading(before, after, reach.first(), wires));
    all
}

/// A quorum for one or more purposes, and who can gather it.
struct Reach {
    quorum: Quorum,
    purposes: Vec<&'static str>,
    able: Vec<NodeId>,
    running: Vec<NodeId>,
}

/// For each kind of quorum: who can gather it now.
fn reach(world: &DynWorld) -> Vec<Reach> {
    let running: Vec<_> = NodeId::replicas(world.size()).filter(|&node| runs(world, node)).collect();
    let mut all: Vec<Reach> = Vec::new();
    for &place in &running {
        let hears = |other| other == place || world.network().connected(other, place);
        for quorum in world.quorums(place) {
            let able = quorum.system.is_quorum(&|other| runs(world, other) && hears(other));
            let at = all.iter().position(|reach| reach.quorum.purpose == quorum.purpose).unwrap_or_else(|| {
                let (purposes, running) = (vec![quorum.purpose], running.clone());
                all.push(Reach { quorum, purposes, able: Vec::new(), running });
                all.len() - 1
            });
            all[at].able.extend(able.then_some(place));
        }
    }
    merged(all)
}

/// What needs the same quorum of the same replicas is told in one sentence.
fn merged(all: Vec<Reach>) -> Vec<Reach> {
    let mut merged: Vec<Reach> = Vec::new();
    for one in all {
        let same = |other: &&mut Reach| other.able == one.able && other.quorum.system == one.quorum.system;
        match merged.iter_mut().find(same) {
            Some(other) => other.purposes.extend(one.purposes),
            None => merged.push(one),
        }
    }
    merged
}

impl Reach {
    fn whole(&self) -> bool {
        self.able.len() == self.running.len()
    }

    /// The sentence, where there is something to be told: somebody is left out, or was before.
    fn told(&self, world: &DynWorld, before: &[Reach]) -> Option<String> {
        let was = before.iter().find(|one| one.purposes == self.purposes);
        if was.is_some_and(|was| was.able == self.able && was.running == self.running) {
            return None;
        }
        let (about, purposes) = (world.descriptor(), self.purposes.join(" and "));
        let (quorum, size) = (name_of(&self.quorum.system), self.running.len());
        let them = about.agents();
        let everybody = matches!(&self.quorum.system, QuorumSystem::Simple { members, need } if usize::from(*need) == members.len());
        Some(match (self.able.as_slice(), self.whole()) {
            ([], _) => match self.quorum.system.count(&|node| self.running.contains(&node)) {
                Count { have, need, .. } if have < need && everybody => {
                    format!("Not all {them} run, and {quorum} are needed {purposes}.")
                }
                Count { have, need, .. } if have < need => {
                    format!("Too few {them} run to form {quorum}, which is needed {purposes}.")
                }
                _ if everybody => format!("Nobody can reach {quorum}, and all are needed {purposes}."),
                _ => format!("Nobody can reach {quorum}, which is needed {purposes}."),
            },
            (_, true) if everybody => format!("All {size} {them} are back, as is needed {purposes}."),
            (_, true) if size == world.size() => format!("All {size} {them} can form {quorum} again {purposes}."),
            ([one], true) => format!("{} is alone, but that is still enough {purposes}.", capital(about.called(*one))),
            (able, true) => format!("The other {} can still form {quorum} {purposes}.", able.len()),
            (able, false) => {
                let way = if everybody || world.network().cuts().next().is_some() { "hear" } else { "form" };
                format!("Only {} can still {way} {quorum} {purposes}.", names(about, able))
            }
        })
    }
}

/// A quorum, as it is read: `a majority`, `a quorum of 3`.
fn name_of(system: &QuorumSystem) -> String {
    match system {
        QuorumSystem::Simple { members, need } if usize::from(*need) == members.len() => {
            format!("all {need}")
        }
        QuorumSystem::Simple { members, need } if usize::from(*need) == majority(members.len()) => {
            format!("a majority ({need} of {})", members.len())
        }
        QuorumSystem::Simple { members, need } => format!("a quorum ({need} of {})", members.len()),
        QuorumSystem::Weighted { need, .. } => format!("a quorum with {need} votes"),
        QuorumSystem::Grid { line: GridLine::Row, .. } => "a whole row of the grid".into(),
        QuorumSystem::Grid { line: GridLine::Column, .. } => "a whole column of the grid".into(),
        QuorumSystem::Grid { line: GridLine::RowAndColumn, .. } => "a whole row and a whole column of the grid".into(),
        QuorumSystem::Joint { .. } => "a majority both of the old and of the new members".into(),
    }
}

/// Who leads now: whether anybody is left, whether they can do anything, whether there are several.
fn leading(before: &DynWorld, after: &DynWorld, reach: Option<&Reach>, wires: bool) -> Vec<String> {
    let about = after.descriptor();
    let gone: Vec<_> = leaders(before).into_iter().filter(|&node| stopped(before, after, node)).collect();
    let leaders = leaders(after);
    let mut all = Vec::new();
    if let ([node, ..], []) = (gone.as_slice(), leaders.as_slice()) {
        all.push(format!(
            "Nothing more comes from {}: there is no {} now.",
            about.called(*node),
            role_of(before, *node)
        ));
        all.extend(watch(after).map(|watch| {
            let (who, wait, then) = (about.called(watch.node), soon(after.now(), watch.due), watch.timer.then);
            format!("Watch the timers: that of {who} is the first to run out, in {wait}. Then it {then}.")
        }));
    }
    if let Some(reach) = reach.filter(|reach| wires && !reach.whole() && !reach.able.is_empty()) {
        let idle = leaders.iter().filter(|node| !reach.able.contains(node));
        all.extend(idle.map(|&node| format!("{} is not among them.", capital(titled(after, &[node])))));
    }
    if leaders.len() > 1 && wires {
        let each = |&node: &NodeId| {
            let epoch = after.run().status(node).map_or(0, |status| status.epoch);
            format!("{node} in {} {epoch}", about.epoch)
        };
        let each: Vec<_> = leaders.iter().map(each).collect();
        all.push(format!(
            "Several {} believe that they are the {}: {}.",
            about.agents(),
            role_of(after, leaders[0]),
            each.join(", ")
        ));
    }
    all
}

/// The live replicas that lead.
fn leaders(world: &DynWorld) -> Vec<NodeId> {
    let up = NodeId::replicas(world.size()).filter(|&node| runs(world, node));
    up.filter(|&node| leads(world, node)).collect()
}

fn leads(world: &DynWorld, node: NodeId) -> bool {
    let status = world.run().status(node).filter(|_| !node.is_client());
    status.is_some_and(|status| world.descriptor().roles[status.role as usize].look == Look::Lead)
}

/// The timers that run at those who run.
fn timers(world: &DynWorld) -> impl Iterator<Item = Watch> {
    let live = NodeId::replicas(world.size()).chain(NodeId::clients(world.clients()));
    let live = live.filter_map(|node| Some((node, world.run().node(node)?))).filter(|(_, at)| at.health == Health::Up);
    live.flat_map(move |(node, at)| {
        at.incarnation.timers.iter().map(move |running| Watch {
            node,
            timer: &world.descriptor().timers[running.timer.kind as usize],
            due: running.due,
        })
    })
}

/// Whether what is said of a timer holds of its owner.
fn holds(world: &DynWorld, watch: &Watch) -> bool {
    watch.timer.leads || !leads(world, watch.node)
}

/// The replica that is the first to lose patience.
fn watch(world: &DynWorld) -> Option<Watch> {
    let waiting = |watch: &Watch| {
        !watch.node.is_client() && !watch.timer.waits.is_empty() && !watch.timer.then.is_empty() && holds(world, watch)
    };
    timers(world).filter(waiting).min_by_key(|watch| (watch.due, watch.node))
}

/// See [`present`](super::present).
pub fn present(world: &DynWorld) -> Option<String> {
    if !world.questions().is_empty() {
        return None;
    }
    let (about, now) = (world.descriptor(), world.now());
    let next_timer = timers(world).min_by_key(|watch| (watch.due, watch.node));
    let flight = world.run().next_arrival();
    let waiting = waiting(world);
    if world.network().manual {
        let next = "Nothing moves by itself: deliver a message or fire a timer.";
        return Some(match waiting {
            Some(waiting) => format!("{waiting}. {next}"),
            None => next.into(),
        });
    }
    let next = match (next_timer, flight) {
        (timer, Some(flight)) if timer.as_ref().is_none_or(|timer| flight.due <= timer.due) => {
            let kind = plain(about.messages[flight.kind as usize].name);
            let (from, to) = (about.called(flight.from), about.called(flight.to));
            format!("next, the “{kind}” message from {from} reaches {to} in {}", soon(now, flight.due))
        }
        (Some(timer), _) => {
            let (who, wait) = (about.called(timer.node), soon(now, timer.due));
            match holds(world, &timer) && !timer.timer.then.is_empty() {
                true if timer.timer.waits.is_empty() => format!("{who} {} in {wait}", timer.timer.then),
                true => format!("the next timer to run out is that of {who}, in {wait}: then it {}", timer.timer.then),
                false => format!("the {} of {who} runs out next, in {wait}", timer.timer.called()),
            }
        }
        (None, _) => return waiting.map(|waiting| format!("{waiting}; nothing is on its way.")),
    };
    Some(match waiting {
        Some(waiting) => format!("{waiting}; {next}."),
        None => capital(format!("{next}.")),
    })
}

/// Who waits for what: for that which most replicas wait for.
fn waiting(world: &DynWorld) -> Option<String> {
    let mut groups: Vec<(&'static str, Vec<NodeId>)> = Vec::new();
    for watch in timers(world).filter(|watch| !watch.timer.waits.is_empty() && holds(world, watch)) {
        match groups.iter_mut().find(|(waits, _)| *waits == watch.timer.waits) {
            Some((_, nodes)) if nodes.contains(&watch.node) => {}
            Some((_, nodes)) => nodes.push(watch.node),
            None => groups.push((watch.timer.waits, vec![watch.node])),
        }
    }
    let (waits, nodes) =
        groups.into_iter().reduce(|most, next| if next.1.len() > most.1.len() { next } else { most })?;
    let about = world.descriptor();
    Some(match nodes.as_slice() {
        [node] => format!("{} waits {waits}", about.named(*node)),
        nodes if nodes.len() > 6 => format!("{} {} wait {waits}", nodes.len(), about.agents()),
        nodes if nodes.iter().any(|node| node.is_client()) => format!("{} wait {waits}", capital(row(nodes))),
        nodes => format!("{} wait {waits}", capital(names(about, nodes))),
    })
}

fn runs(world: &DynWorld, id: NodeId) -> bool {
    world.health(id) == Some(Health::Up)
}
