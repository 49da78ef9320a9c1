//! Ways in which a replica can misbehave. Each judges outgoing messages, at the one place where messages leave a node,
//! and can send only what its own handlers made, now or earlier, or what the protocol's `lies` could say in the liar's
//! own name. Lies are chosen by their sort, so that no way names a protocol.

use crate::kernel::data::random::below;
use crate::kernel::{Adversary, Behaviour, LieSort, MS, Outgoing, Verdict};

/// A way to misbehave, as data.
struct Way {
    name: &'static str,
    about: &'static str,
    /// Whether it has something to say to accomplices even where the scenario names others as its peers.
    loyal: bool,
    /// Whether there are two of it.
    doubles: bool,
    /// Whether it draws.
    by_chance: bool,
    judge: fn(&Outgoing) -> Verdict,
}

/// A way that does the same to the same message.
const fn way(name: &'static str, about: &'static str, judge: fn(&Outgoing) -> Verdict) -> Way {
    Way { name, about, loyal: false, doubles: false, by_chance: false, judge }
}

/// A way that draws.
const fn by_chance(name: &'static str, about: &'static str, judge: fn(&Outgoing) -> Verdict) -> Way {
    Way { by_chance: true, ..way(name, about, judge) }
}

impl Adversary for Way {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn doubles(&self) -> bool {
        self.doubles
    }

    fn by_chance(&self) -> bool {
        self.by_chance
    }

    fn judge(&self, message: &Outgoing) -> Verdict {
        let spared = message.chosen == Some(false) && !(self.loyal && message.accomplice);
        if spared { Verdict::Pass } else { (self.judge)(message) }
    }
}

fn slow(message: &Outgoing) -> Verdict {
    Verdict::Late(50 * MS + below(message.draw, 150 * MS))
}

fn random(message: &Outgoing) -> Verdict {
    match below(message.draw, message.lies.len() as u64 + 1) as usize {
        0 => Verdict::Pass,
        lie => Verdict::Lie(lie - 1),
    }
}

fn withhold(message: &Outgoing) -> Verdict {
    if other_half(message) { Verdict::Withhold } else { Verdict::Pass }
}

fn equivocate(message: &Outgoing) -> Verdict {
    // The first contradiction, not any: whoever lies by this rule tells the same half the same.
    let lie = first(message, LieSort::Contradict).filter(|_| other_half(message));
    lie.map_or(Verdict::Pass, Verdict::Lie)
}

/// The first contradiction to everybody: where a protocol knows what goes most against the others, it names that first.
fn contradict(message: &Outgoing) -> Verdict {
    first(message, LieSort::Contradict).map_or(Verdict::Pass, Verdict::Lie)
}

/// The last contradiction to everybody: where a protocol knows what the liar wants itself, it names that last.
fn insist(message: &Outgoing) -> Verdict {
    let last = message.lies.iter().rposition(|lie| lie.sort == LieSort::Contradict);
    last.map_or(Verdict::Pass, Verdict::Lie)
}

/// Accomplices must know the true story, or they could not support it, nor contradict it to the other half as the
/// others do: each lie is made from what the liar takes for true.
fn collude(message: &Outgoing) -> Verdict {
    if message.accomplice { agree(message) } else { equivocate(message) }
}

fn agree(message: &Outgoing) -> Verdict {
    match first(message, LieSort::Grant) {
        None => Verdict::Pass,
        // A yes takes the place of a no; a further vote comes beside what was to be said.
        Some(lie) if message.lies[lie].kind == message.kind => Verdict::Lie(lie),
        Some(lie) => Verdict::Both(lie),
    }
}

fn conceal(message: &Outgoing) -> Verdict {
    let about_itself = |lie: &usize| matches!(message.lies[*lie].sort, LieSort::Omit | LieSort::Invent);
    let lies: Vec<_> = (0..message.lies.len()).filter(about_itself).collect();
    match lies.as_slice() {
        [] => Verdict::Pass,
        lies => Verdict::Lie(lies[below(message.draw, lies.len() as u64) as usize]),
    }
}

fn replay(message: &Outgoing) -> Verdict {
    if message.past == 0 {
        return Verdict::Pass;
    }
    let old = below(message.draw, message.past as u64) as usize;
    // Other bits than those that chose the message.
    match message.draw % 4 {
        0 => Verdict::Replay(old),
        1 => Verdict::Again(old),
        _ => Verdict::Pass,
    }
}

fn first(message: &Outgoing, sort: LieSort) -> Option<usize> {
    message.lies.iter().position(|lie| lie.sort == sort)
}

/// Whether the receiver is in the half that is treated otherwise: the peers that were named, or replicas with even numbers.
fn other_half(message: &Outgoing) -> bool {
    message.chosen.unwrap_or(!message.to.is_client() && message.to.number().is_multiple_of(2))
}

/// All ways to misbehave.
pub const ALL: [&dyn Adversary; 12] = [
    &way("silent", "Runs, but sends nothing at all.", |_| Verdict::Withhold),
    &by_chance("slow", "Sends everything 50 to 200 ms late.", slow),
    &by_chance("random", "Tells each one something else at random: sometimes the truth, sometimes a lie.", random),
    &way("withhold", "Sends nothing to the peers named, or to replicas with even numbers if none is named.", withhold),
    &way(
        "equivocate",
        "Tells the peers named another story than the rest; if none is named, replicas with even numbers.",
        equivocate,
    ),
    &way(
        "contrarian",
        "Tells everybody the same false story: where possible, the one that contradicts the others most.",
        contradict,
    ),
    &way(
        "stubborn",
        "Tells everybody the same story, whatever it has heard: where possible, what it wants itself.",
        insist,
    ),
    &Way {
        loyal: true,
        ..way(
            "collude",
            "Equivocates together with the other Byzantine replicas: they tell each other the truth and vote for each other.",
            collude,
        )
    },
    &Way {
        doubles: true,
        ..way(
            "twins",
            "Becomes two replicas with one name: with `2 3 | 4 5`, the first talks to 2 and 3, the second to 4 and 5.",
            |_| Verdict::Pass,
        )
    },
    &by_chance("replay", "Sends its own old messages again, together with new ones or instead of them.", replay),
    &way("agree", "Votes for everything, whatever it is asked.", agree),
    &by_chance(
        "conceal",
        "Lies about what it has: leaves out entries and certificates, or claims to have some that it lacks.",
        conceal,
    ),
];

/// The way of this name, towards all whom it may concern.
pub fn find(name: &str) -> Option<Behaviour> {
    ALL.into_iter().find(|adversary| adversary.name() == name).map(Behaviour::from)
}
