//! What happens in a run: what clients ask for, and what goes wrong.

use consensus_playground::kernel::{Assumption, CommandInfo, Descriptor, MS, Shape, Time};

use super::draws::Draws;
use super::plan::Drawing;

/// A kind of trouble.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Replicas crash, at once or in the midst of sending, and come back.
    Crash,
    /// Whoever leads crashes in the midst of telling the others, one after the other.
    Depose,
    /// Replicas stand still.
    Pause,
    /// The network falls apart, or a direction of a link.
    Split,
    /// Messages are slow, lost, doubled, out of order.
    Weather,
    /// Clocks go wrong.
    Clock,
    /// Single messages are dropped, doubled, delayed.
    Tamper,
    /// Timers fire early.
    Fire,
    /// Faulty replicas that don't lie lose their disks.
    LostDisk,
}

/// All of them.
pub const ALL: [Kind; 9] = [
    Kind::Crash,
    Kind::Depose,
    Kind::Pause,
    Kind::Split,
    Kind::Weather,
    Kind::Clock,
    Kind::Tamper,
    Kind::Fire,
    Kind::LostDisk,
];

impl Kind {
    /// What a run with it does not grant.
    pub fn denies(self) -> &'static [Assumption] {
        match self {
            Kind::Crash | Kind::Depose | Kind::LostDisk => &[Assumption::NoCrashes, Assumption::Synchrony],
            Kind::Pause | Kind::Split | Kind::Weather | Kind::Tamper => &[Assumption::Synchrony],
            Kind::Clock | Kind::Fire => &[Assumption::Clocks, Assumption::Synchrony],
        }
    }

    /// One thing of this kind. What does not fit at its moment (a crash of a crashed one) is passed over in the run.
    pub fn draw(self, plan: &mut Drawing, draws: &mut Draws) {
        let one = draws.between(1, plan.replicas);
        match self {
            Kind::Crash => crash(plan, draws, one),
            Kind::Depose => depose(plan, draws, one),
            Kind::Pause => {
                let line = [format!("pause {one}"), format!("resume {one}"), "resume all".into()];
                plan.then(&line[draws.below(line.len())]);
            }
            Kind::Split => split(plan, draws, one),
            Kind::Weather => weather(plan, draws),
            Kind::Clock => plan.then(&format!("clock {one} {}", draws.pick(&["0.5x", "0.67x", "1x", "1.5x", "2x"]))),
            Kind::Tamper => tamper(plan, draws),
            Kind::Fire if plan.about.timers.is_empty() => {}
            Kind::Fire => {
                let timer = plan.about.timers[draws.below(plan.about.timers.len())].name;
                plan.then(&format!("fire {timer} of {one}"));
            }
            Kind::LostDisk => {
                let able: Vec<_> = plan.faulty.iter().copied().filter(|one| !plan.liars.contains(one)).collect();
                let one = draws.pick(&able);
                plan.then(&format!("crash {one}"));
                soon(plan, draws);
                plan.then(&format!("restart {one} disk lost"));
            }
        }
    }
}

/// While what was sent before is still under way: the worst time to have forgotten.
fn soon(plan: &mut Drawing, draws: &mut Draws) {
    plan.at += draws.between(1, 40) as Time * MS;
}

fn crash(plan: &mut Drawing, draws: &mut Draws, one: usize) {
    match draws.below(7) {
        0 => plan.then(&format!("crash {one}")),
        1 | 2 => {
            plan.armed.push(one.to_string());
            plan.then(&format!("crash {one} after {} sends", draws.below(2 * plan.replicas)));
        }
        3 | 4 => plan.then(&format!("restart {one}")),
        5 => plan.then("restart all"),
        _ => {
            plan.then(&format!("crash {one}"));
            soon(plan, draws);
            plan.then(&format!("restart {one}"));
        }
    }
}

fn depose(plan: &mut Drawing, draws: &mut Draws, one: usize) {
    plan.armed.push("leader".into());
    plan.then(&format!("crash leader after {} sends", draws.below(2 * plan.replicas)));
    match draws.below(4) {
        0 => plan.then("restart all"),
        1 | 2 => plan.then(&format!("restart {one}")),
        _ => {}
    }
}

fn split(plan: &mut Drawing, draws: &mut Draws, one: usize) {
    match draws.below(5) {
        0 | 1 => {
            let part = draws.subset(plan.replicas);
            if !part.is_empty() {
                plan.then(&format!("partition {}", numbers(&part, " ")));
            }
        }
        2 => {
            let other = draws.between(1, plan.replicas);
            if other != one {
                plan.then(&format!("cut {one} -> {other}"));
            }
        }
        _ => plan.then("heal"),
    }
}

fn weather(plan: &mut Drawing, draws: &mut Draws) {
    let lo = draws.between(1, 30);
    let (hi, shape) = (lo + draws.pick(&[10, 40, 150]), draws.pick(&Shape::ALL).0);
    let latency = match draws.one_in(4) {
        true => format!("exponential {lo}ms"),
        false => format!("{lo}ms..{hi}ms shape {shape}"),
    };
    let (loss, doubled) = (draws.below(26), draws.below(26));
    let reorder = if draws.one_in(5) { "off" } else { "on" };
    plan.then(&format!("network latency {latency} loss {loss}% duplicate {doubled}% reorder {reorder}"));
}

fn tamper(plan: &mut Drawing, draws: &mut Draws) {
    let kind = plan.about.messages[draws.below(plan.about.messages.len())].name;
    let mut which = draws.pick(&[" 1st", " 2nd", " 3rd", " all"]).to_string();
    if draws.one_in(2) {
        which.push_str(&format!(" {kind}"));
    }
    for side in ["from", "to"] {
        if draws.one_in(2) {
            which.push_str(&format!(" {side} {}", draws.between(1, plan.replicas)));
        }
    }
    let by = draws.between(20, 400);
    let line = [format!("drop{which}"), format!("duplicate{which}"), format!("delay{which} by {by}ms")];
    plan.then(&line[draws.below(line.len())]);
}

/// What the clients of a run ask for: some of the commands, now and then or all the time.
pub struct Requests {
    commands: Vec<&'static CommandInfo>,
}

impl Requests {
    /// Draws which.
    pub fn draw(about: &'static Descriptor, seed: u64) -> Requests {
        let draws = &mut Draws::of(seed, "requests");
        // Most are about the one thing that a protocol is there for, and so are the first of them.
        let few = draws.one_in(2);
        let wanted = |place: usize, draws: &mut Draws| if few { place < 3 } else { draws.one_in(2) };
        let mut commands: Vec<_> = about.commands.iter().enumerate().collect();
        commands.retain(|(place, _)| wanted(*place, draws));
        let commands: Vec<_> = commands.into_iter().map(|(_, command)| command).collect();
        Requests { commands: if commands.is_empty() { about.commands.iter().take(1).collect() } else { commands } }
    }

    /// One request, or a change of the steady workload.
    pub fn ask(&self, plan: &mut Drawing, draws: &mut Draws) {
        if self.commands.is_empty() {
            return;
        }
        if draws.one_in(40) {
            let line = [format!("workload clients 2 rate {}/s keys 2", draws.between(2, 20)), "workload off".into()];
            return plan.then(&line[draws.below(2)]);
        }
        let command = words(draws.pick(&self.commands), plan, draws);
        if plan.world.check_command(&command.split(' ').collect::<Vec<_>>()).is_err() {
            return;
        }
        let to = if draws.one_in(8) { format!(" to {}", draws.between(1, plan.replicas)) } else { String::new() };
        plan.then(&format!("request {command} from c{}{to}", draws.between(1, 3)));
    }
}

/// A command with other words than its example has.
fn words(command: &CommandInfo, plan: &Drawing, draws: &mut Draws) -> String {
    let places = command.usage.split(' ').zip(command.example.split(' '));
    let word = |(place, example): (&str, &str)| match place {
        _ if place.bytes().any(|letter| !letter.is_ascii_uppercase()) => place.to_string(),
        "KEY" => draws.pick(&["x", "y"]).into(),
        "REPLICA" => draws.between(1, plan.replicas).to_string(),
        "REPLICAS" => match draws.subset(plan.replicas) {
            none if none.is_empty() => example.into(),
            some => numbers(&some, ","),
        },
        "NUMBER" => draws.between(1, 3).to_string(),
        // A word that was not there before, or one that was, and that a liar may name.
        _ => match draws.below(4) {
            0 => example.into(),
            1 => draws.pick(&["ok", "nothing"]).into(),
            _ => plan.lines.len().to_string(),
        },
    };
    places.map(word).collect::<Vec<_>>().join(" ")
}

fn numbers(all: &[usize], between: &str) -> String {
    all.iter().map(usize::to_string).collect::<Vec<_>>().join(between)
}
