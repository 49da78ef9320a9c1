//! What somebody did, in the two ways in which it can be told.

use super::super::dyn_world::DynWorld;
use super::{names, plain, row};
use crate::kernel::data::ids::{MessageId, NodeId, show_time};
use crate::kernel::data::in_order::InOrder;
use crate::kernel::descriptor::node_view::{FlightView, Health};
use crate::kernel::descriptor::vocabulary::capital;
use crate::kernel::node::adversary::Behaviour;
use crate::kernel::simulation::action::Action;
use crate::kernel::simulation::network::LinkChange;
use crate::kernel::simulation::selector::Selector;

/// Both sentences about an act: what happened, and what you did. What happened is left to the event itself where that says it.
pub fn told(before: &DynWorld, after: &DynWorld, act: &Action) -> (String, String) {
    match act {
        Action::Partition(_) | Action::Cut { .. } | Action::Heal | Action::Mend { .. } | Action::Topology(_) => {
            wires(before, after, act)
        }
        Action::Deliver(_) | Action::Drop(_) | Action::Duplicate(_) | Action::Lie { .. } | Action::Delay { .. } => {
            messages(before, after, act)
        }
        Action::Network { .. } | Action::Manual(_) | Action::Workload { .. } => surroundings(act),
        Action::Request { client, words, .. } => {
            let command = words.join(" ");
            (String::new(), format!("As client {client}, you asked for {command}."))
        }
        Action::Answer { replica, text } => {
            let whom = before.descriptor().called(*replica);
            (String::new(), format!("You answered for {whom}: {text}."))
        }
        _ => nodes(before, after, act),
    }
}

/// What a replica does, and what you did to it.
fn nodes(before: &DynWorld, after: &DynWorld, act: &Action) -> (String, String) {
    let touched = touched(before, after, act);
    let whom = titled(before, &touched);
    let one = touched.len() == 1;
    let s = if one { "s" } else { "" };
    let both =
        |does: String, did: String| (capital(format!("{whom} {does}.")), format!("You {}.", did.trim_end_matches(',')));
    match act {
        Action::Crash(_) | Action::CrashAfter { sends: 0, .. } => {
            both(format!("crash{}", if one { "es" } else { "" }), format!("crashed {whom}"))
        }
        Action::CrashAfter { sends, .. } => {
            let after = format!("after {sends} more {}", if *sends == 1 { "message" } else { "messages" });
            both(format!("will crash {after}"), format!("let {whom} crash {after}"))
        }
        Action::Restart { disk_lost: false, .. } => {
            let disk = format!("with what {} on disk", if one { "it has" } else { "they have" });
            both(format!("restart{s} {disk}"), format!("restarted {whom} {disk}"))
        }
        Action::Restart { .. } => {
            both(format!("restart{s} with an empty disk"), format!("restarted {whom} with an empty disk"))
        }
        Action::Pause(_) => both(format!("{} paused", if one { "is" } else { "are" }), format!("paused {whom}")),
        Action::Resume(_) => both(format!("go{} on", if one { "es" } else { "" }), format!("let {whom} go on")),
        Action::Clock { rate, .. } => {
            let speed = f64::from(rate.0) / f64::from(rate.1);
            let clock = format!("{speed} times as fast as true time");
            let (its, runs) = if one { ("its clock", "runs") } else { ("their clocks", "run") };
            (
                format!("The clock of {whom} now runs {clock}."),
                format!("You set the clock of {whom}: {its} now {runs} {clock}."),
            )
        }
        Action::Byzantine { behaviour, .. } => {
            let way = way(behaviour);
            both(format!("turn{s} Byzantine: {way}"), format!("turned {whom} Byzantine: {way}"))
        }
        Action::Honest(_) => both(format!("follow{s} the rules again"), format!("made {whom} follow the rules again")),
        Action::Fire { timer, .. } => {
            let name = before.descriptor().timers[*timer as usize].called();
            (
                format!("The {name} of {whom} runs out now, before its time."),
                format!("You let the {name} of {whom} run out before its time."),
            )
        }
        _ => both("changed".into(), format!("changed {whom}")),
    }
}

fn way(behaviour: &Behaviour) -> String {
    let peers = match (behaviour.peers.is_empty(), behaviour.others.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!(" towards {}", row(&behaviour.peers)),
        (false, false) => {
            format!(", one self towards {}, the other towards {}", row(&behaviour.peers), row(&behaviour.others))
        }
    };
    format!("{}{peers}", plain(behaviour.name()))
}

/// Whom an act has changed: of several, those that it did not fit are left out.
fn touched(before: &DynWorld, after: &DynWorld, act: &Action) -> Vec<NodeId> {
    let mut act = act.clone();
    let Some(&mut selector) = act.whom() else { return Vec::new() };
    let nodes = before.select(selector).unwrap_or_default();
    let by_health = matches!(act, Action::Crash(_) | Action::Restart { .. } | Action::Pause(_) | Action::Resume(_));
    let (changed, rest): (Vec<_>, Vec<_>) =
        nodes.into_iter().partition(|&node| !by_health || before.health(node) != after.health(node));
    if changed.is_empty() { rest } else { changed }
}

/// `replica 1, the leader,`: who leads is told, for that is what matters of it.
pub fn titled(world: &DynWorld, nodes: &[NodeId]) -> String {
    let about = world.descriptor();
    match nodes {
        [node] if world.leader() == Some(*node) => {
            let role = role_of(world, *node);
            match about.called(*node).starts_with(role) {
                true => about.called(*node),
                false => format!("{}, the {role},", about.called(*node)),
            }
        }
        nodes => names(about, nodes),
    }
}

/// The role of a live replica, as it is read.
pub fn role_of(world: &DynWorld, node: NodeId) -> &'static str {
    let status = world.run().status(node);
    status.map_or("leader", |status| world.descriptor().roles[status.role as usize].name)
}

/// Partitions, cuts and links.
fn wires(before: &DynWorld, after: &DynWorld, act: &Action) -> (String, String) {
    let about = before.descriptor();
    let one = |selector: &Selector| before.select(*selector).ok().and_then(|nodes| nodes.first().copied());
    match act {
        Action::Partition(_) => {
            let groups: Vec<Vec<NodeId>> = after.network().groups();
            let replicas =
                |group: &[NodeId]| group.iter().copied().filter(|node| !node.is_client()).collect::<Vec<_>>();
            let mut groups: Vec<_> =
                groups.iter().map(|group| replicas(group)).filter(|group| !group.is_empty()).collect();
            groups.put_in_order_by_key(|group| std::cmp::Reverse(group.len()));
            match groups.as_slice() {
                [] | [_] => ("The network is whole.".into(), "You made the network whole.".into()),
                [_, off] => {
                    let is = if off.len() == 1 { "is" } else { "are" };
                    (
                        capital(format!("{} {is} cut off from the others.", names(about, off))),
                        format!("You cut {} off from the others.", names(about, off)),
                    )
                }
                groups => {
                    let parts: Vec<_> = groups.iter().map(|group| row(group)).collect();
                    let parts = parts.join(" | ");
                    (format!("The network falls apart: {parts}."), format!("You cut the network apart: {parts}."))
                }
            }
        }
        Action::Cut { from, to } | Action::Mend { from, to } => {
            let called = |selector| one(selector).map_or_else(|| "a node".into(), |node| about.called(node));
            let (from, to) = (called(from), called(to));
            match act {
                Action::Cut { .. } => (
                    format!("Messages from {from} no longer reach {to}; the other direction stays as it is."),
                    format!("You cut the way from {from} to {to}; the other direction stays as it is."),
                ),
                _ => (
                    format!("Messages from {from} reach {to} again."),
                    format!("You mended the way from {from} to {to}."),
                ),
            }
        }
        Action::Topology(kind) => {
            let them = about.agents();
            (format!("The {them} are now linked as: {kind}."), format!("You linked the {them} as: {kind}."))
        }
        _ => (
            "The network is whole again: every message can arrive.".into(),
            "You healed the network: every message can arrive again.".into(),
        ),
    }
}

/// What was done to messages in flight.
fn messages(before: &DynWorld, after: &DynWorld, act: &Action) -> (String, String) {
    let mut changed = act.clone();
    let Some(pick) = changed.pick() else { return Default::default() };
    let picked = before.run().picked_ids(pick);
    let flights = before.flights();
    let all: Vec<_> = flights.iter().filter(|flight| picked.contains(&flight.id)).collect();
    let what = called(before, &all);
    let (is, arrives) = if all.len() == 1 { ("is", "arrives") } else { ("are", "arrive") };
    let both = |done: String, you: String| (capital(format!("{what} {done}.")), format!("You {you}."));
    match act {
        Action::Drop(_) => both(
            format!("{is} dropped and never {arrives}"),
            format!("dropped {what}: {} never {arrives}", if all.len() == 1 { "it" } else { "they" }),
        ),
        Action::Duplicate(_) => both(
            format!("{is} duplicated: {} twice", if all.len() == 1 { "it arrives" } else { "each arrives" }),
            format!("duplicated {what}"),
        ),
        Action::Lie { lie, .. } => {
            let about = before.descriptor().lies[*lie as usize].about.trim_end_matches('.');
            (
                capital(format!("beside {what} its sender tells a lie ({about}).")),
                format!("You told a lie beside {what}: {about}."),
            )
        }
        Action::Delay { by, .. } => {
            let by = show_time(*by);
            let due = arrival(after, &all);
            both(format!("{is} delayed by {by}{due}"), format!("delayed {what} by {by}{due}"))
        }
        _ => (String::new(), format!("You delivered {what}.")),
    }
}

/// `the vote from 2 to 1`, `3 messages`.
fn called(world: &DynWorld, flights: &[&FlightView]) -> String {
    match flights {
        [flight] => {
            let kind = plain(world.descriptor().messages[flight.kind as usize].name);
            format!("the “{kind}” message from {} to {}", flight.from, flight.to)
        }
        flights => format!("{} messages", flights.len()),
    }
}

fn arrival(after: &DynWorld, flights: &[&FlightView]) -> String {
    let due = |id: MessageId| after.flights().into_iter().find(|flight| flight.id == id).map(|flight| flight.due);
    match flights {
        [flight] => due(flight.id).map_or_else(String::new, |due| format!(" and arrives at {}", show_time(due))),
        _ => String::new(),
    }
}

/// What holds of the whole network, and of the clients.
fn surroundings(act: &Action) -> (String, String) {
    match act {
        Action::Network { link, change } => {
            let which = link.map_or_else(|| "every link".into(), |(from, to)| format!("the link from {from} to {to}"));
            let how = changes(change);
            (capital(format!("{which} changes: {how}.")), format!("You changed {which}: {how}."))
        }
        Action::Manual(true) => (
            "Nothing moves by itself any more: messages are delivered and timers fire by hand.".into(),
            "You are the scheduler now: nothing moves until you deliver a message or fire a timer.".into(),
        ),
        Action::Manual(false) => (
            "Messages and timers move by themselves again.".into(),
            "You let messages and timers move by themselves again.".into(),
        ),
        Action::Workload { rate: 0, .. } | Action::Workload { clients: 0, .. } => {
            ("The clients stop asking by themselves.".into(), "You stopped the clients' workload.".into())
        }
        Action::Workload { clients, rate, .. } => {
            let who = if *clients == 1 { "1 client asks".into() } else { format!("{clients} clients ask") };
            let let_ = if *clients == 1 { "1 client ask".into() } else { format!("{clients} clients ask") };
            let often = format!("for something {rate} times a second from now on");
            (format!("{who} {often}."), format!("You let {let_} {often}."))
        }
        _ => Default::default(),
    }
}

fn changes(change: &LinkChange) -> String {
    let percent = |millionths: u32| format!("{}%", f64::from(millionths) / 10_000.0);
    let latency = change.latency.map(|(least, most)| match least == most {
        true => format!("a message takes {}", show_time(least)),
        false => format!("a message takes {} to {}", show_time(least), show_time(most)),
    });
    let shape = change.shape.map(|shape| format!("times of flight are {}", shape.word()));
    let loss = change.loss.map(|loss| format!("{} of the messages are lost", percent(loss)));
    let duplicate = change.duplicate.map(|twice| format!("{} of the messages arrive twice", percent(twice)));
    let reorder = change.reorder.map(|may| {
        if may { "a message may overtake another".to_string() } else { "no message overtakes another".to_string() }
    });
    let all: Vec<_> = [latency, shape, loss, duplicate, reorder].into_iter().flatten().collect();
    if all.is_empty() { "nothing new".into() } else { all.join(", ") }
}

/// What an act means by itself, wherever it happens.
pub fn meaning(before: &DynWorld, act: &Action) -> Vec<String> {
    let about = before.descriptor();
    match act {
        Action::Restart { disk_lost: true, .. } => {
            vec!["What was promised, voted or stored there is forgotten.".into()]
        }
        Action::Byzantine { replica, behaviour } => {
            let liars = NodeId::replicas(before.size())
                .filter(|node| before.run().node(*node).is_some_and(|node| node.traitor));
            let mut liars: Vec<_> = liars.collect();
            liars.extend(before.select(*replica).unwrap_or_default());
            liars.put_in_order();
            liars.dedup();
            let (have, most) = (liars.len(), before.tolerated());
            let bound = match (most, have <= most) {
                (0, _) => {
                    format!("{} is not made for {} that lie: its guarantees may break.", about.name, about.agents())
                }
                (_, true) => {
                    format!("Of {} {}, {most} may lie and the guarantees still hold.", before.size(), about.agents())
                }
                (_, false) => format!(
                    "Now {have} of {} {} have lied, and only {most} may: the guarantees may break.",
                    before.size(),
                    about.agents()
                ),
            };
            vec![behaviour.way.about().into(), bound]
        }
        Action::Clock { rate, .. } if rate.0 != rate.1 => {
            let when = if rate.0 > rate.1 { "sooner" } else { "later" };
            vec![format!("Timers there run out {when} than they should.")]
        }
        Action::Pause(_) if before.network().manual => Vec::new(),
        Action::Pause(_) => vec!["What is sent there waits until it goes on.".into()],
        Action::Resume(_) => vec!["What has waited there arrives now.".into()],
        _ => Vec::new(),
    }
}

/// Whether a replica was up, and is not any more.
pub fn stopped(before: &DynWorld, after: &DynWorld, node: NodeId) -> bool {
    before.health(node) == Some(Health::Up) && after.health(node) != Some(Health::Up)
}
