//! What is looked for, and within which bounds.

use super::root::Root;
use super::symmetry::objection;
use crate::kernel::{Descriptor, DynWorld};
use crate::protocols::Entry;
use crate::scenario::{Claim, Mode, ScenarioError, parse_goal, properties};

/// How the states are gone through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strategy {
    /// All of them, those that take the fewest steps first.
    Breadth,
    /// All of them, each schedule to its end first.
    Depth,
    /// Random schedules, each with preferences of its own.
    Swarm,
    /// One schedule, on which everything is done in time and nothing is decided: see [`Adversary`](super::Adversary).
    Adversary,
}

impl Strategy {
    /// Those that one can choose, with their words. The adversary comes with what is wanted.
    pub const ALL: [(&'static str, Strategy); 3] =
        [("breadth", Strategy::Breadth), ("depth", Strategy::Depth), ("swarm", Strategy::Swarm)];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.get(self as usize).map_or("adversary", |(word, _)| word)
    }
}

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// That any property is broken.
    Anything,
    /// That this property is broken.
    Broken(&'static str),
    /// That this holds.
    Claim(Claim),
    /// That nothing is decided, although every message arrives and every timer fires.
    Undecided,
}

impl Wanted {
    /// Reads it: `any`, `undecided`, a property's name, or a condition as `expect` takes it. Errors: why it can't be read.
    pub fn read(entry: &'static Entry, replicas: usize, text: &str) -> Result<Self, ScenarioError> {
        let text = text.trim();
        if text == "any" {
            return Ok(Wanted::Anything);
        }
        if text == "undecided" {
            return Ok(Wanted::Undecided);
        }
        if let Some(property) = properties(entry.descriptor).find(|property| property.name == text) {
            return Ok(Wanted::Broken(property.name));
        }
        let goal = parse_goal(entry, replicas, text)?;
        match goal.expect.mode {
            Mode::Now | Mode::Ever if goal.expect.within.is_none() => Ok(Wanted::Claim(goal.expect.claim)),
            _ => {
                let message =
                    "a search looks for what holds at one moment: `within`, `never` and `always` can't be looked for";
                Err(ScenarioError { line: 1, column: 1, message: message.into() })
            }
        }
    }

    /// Whether it has come about.
    pub fn holds(&self, world: &DynWorld) -> bool {
        match self {
            Wanted::Anything => !world.violations().is_empty(),
            Wanted::Broken(property) => world.violations().iter().any(|found| found.property == *property),
            Wanted::Claim(claim) => claim.holds(world) == Some(true),
            Wanted::Undecided => world.decided_slots() == 0,
        }
    }

    /// Whether finding it means that something is broken.
    pub fn is_fault(&self) -> bool {
        matches!(self, Wanted::Anything | Wanted::Broken(_))
    }
}

/// How much may happen on one schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Steps on one schedule.
    pub steps: u16,
    /// Crashes; a replica that has crashed starts again at once, for one that stays down is one that hears nothing.
    pub crashes: u16,
    /// How many of these may lose their disks.
    pub blank_disks: u16,
    /// Messages that arrive a second time.
    pub duplicates: u16,
    /// Whether every message may arrive any number of times.
    pub any_copies: bool,
    /// Requests of clients.
    pub requests: u16,
    /// Liars.
    pub liars: u16,
    /// Lies.
    pub lies: u16,
    /// Replicas that are two, each shown to a part of the network; see `byzantine N twins`.
    pub twins: u16,
    /// How often timers of one kind may fire, where nothing else is said of the kind.
    pub timers: u16,
    /// The same for some kinds, by their places in the descriptor's list.
    pub timers_of: Vec<(u8, u16)>,
    /// The highest term, view, ballot or round.
    pub epochs: u64,
    /// How many duties the adversary does.
    pub duties: u16,
    /// So many megabytes may be taken; walks need none.
    pub memory: u16,
    /// Whether states that differ in nothing but the replicas' names are met only once.
    pub symmetry: bool,
}

impl Bounds {
    /// Where nothing is said: small for a search of all states, wide for walks.
    pub fn usual(strategy: Strategy, requests: usize, liars: usize) -> Self {
        let swarm = strategy == Strategy::Swarm;
        Bounds {
            steps: if swarm { 250 } else { u16::MAX },
            crashes: if swarm { 3 } else { 1 },
            blank_disks: 0,
            duplicates: if swarm { 3 } else { 0 },
            any_copies: false,
            requests: requests as u16,
            liars: liars as u16,
            lies: if liars == 0 { 0 } else { 12 },
            twins: 0,
            timers: if swarm { u16::MAX } else { 2 },
            timers_of: Vec::new(),
            epochs: u64::MAX,
            duties: 100,
            memory: if swarm { u16::MAX } else { 512 },
            symmetry: false,
        }
    }

    /// The words by which bounds are set.
    pub const NAMES: [&'static str; 13] = [
        "steps",
        "crashes",
        "blank-disks",
        "duplicates",
        "requests",
        "liars",
        "lies",
        "twins",
        "timers",
        "epochs",
        "duties",
        "memory",
        "symmetry",
    ];

    /// Sets one of them: a name and a number or `any`; for timers of one kind the kind's name. Errors: a sentence.
    pub fn set(&mut self, about: &Descriptor, name: &str, value: &str) -> Result<(), String> {
        if name == "symmetry" {
            self.symmetry = value == "on";
            let known = self.symmetry || value == "off";
            return known.then_some(()).ok_or_else(|| format!("symmetry is `on` or `off`, not `{value}`"));
        }
        let any = value == "any";
        let number = if any { Some(u64::MAX) } else { value.parse().ok() };
        let number = number.ok_or_else(|| format!("`{value}` is no number for {name}: a whole number or `any`"))?;
        let few = number.min(u16::MAX.into()) as u16;
        match name {
            "steps" => self.steps = few,
            "crashes" => self.crashes = few,
            "blank-disks" => self.blank_disks = few,
            "duplicates" if any => self.any_copies = true,
            "duplicates" => self.duplicates = few,
            "requests" => self.requests = few,
            "liars" => self.liars = few,
            "lies" => self.lies = few,
            "twins" => self.twins = few,
            "timers" => self.timers = few,
            "epochs" => self.epochs = number,
            "duties" => self.duties = few,
            "memory" => self.memory = few,
            _ => {
                let place = about.timers.iter().position(|timer| timer.name == name);
                let wrong = || {
                    format!("`{name}` is neither a bound ({}) nor a timer of {}", Self::NAMES.join(", "), about.name)
                };
                self.timers_of.push((place.ok_or_else(wrong)? as u8, few));
            }
        }
        Ok(())
    }

    /// Sets several, written `crashes=1 timers=2 election-timeout=3`. Errors: a sentence.
    pub fn set_all(&mut self, about: &Descriptor, text: &str) -> Result<(), String> {
        text.split_whitespace().try_for_each(|word| {
            let (name, value) =
                word.split_once('=').ok_or_else(|| format!("a bound is written crashes=1, not `{word}`"))?;
            self.set(about, name, value)
        })
    }

    /// How often timers of a kind may fire.
    pub fn timers(&self, kind: u8) -> u16 {
        self.timers_of.iter().rev().find(|(of, _)| *of == kind).map_or(self.timers, |(_, many)| *many)
    }

    /// In words.
    pub fn told(&self, about: &Descriptor) -> String {
        let many = |count: u16, one: &str, more: &str| {
            (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { more }))
        };
        let most = |count: u16| if count == u16::MAX { "any number of".to_string() } else { format!("{count}") };
        let timers_of = self.timers_of.iter().map(|(kind, count)| {
            format!(
                "{} time{} {}",
                most(*count),
                if *count == 1 { "" } else { "s" },
                about.timers.get(*kind as usize).map_or("", |timer| timer.name)
            )
        });
        let parts = [
            many(self.crashes, "crash", "crashes"),
            many(self.blank_disks, "of them with the disk lost", "of them with the disk lost"),
            if self.any_copies {
                Some("any copies of messages".into())
            } else {
                many(self.duplicates, "duplicate", "duplicates")
            },
            many(self.requests, "request", "requests"),
            many(self.liars, "liar", "liars"),
            many(self.lies, "lie", "lies"),
            many(self.twins, "twin", "twins"),
            Some(format!("{} firing{} of each timer", most(self.timers), if self.timers == 1 { "" } else { "s" })),
        ];
        let ends = [
            (self.epochs < u64::MAX).then(|| format!("{} up to {}", about.epoch, self.epochs)),
            (self.steps < u16::MAX).then(|| format!("{} steps", self.steps)),
            self.symmetry.then(|| "states that differ only in which replica is which counted once".into()),
        ];
        parts.into_iter().flatten().chain(timers_of).chain(ends.into_iter().flatten()).collect::<Vec<_>>().join(", ")
    }
}

/// All that a search is told.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How the states are gone through.
    pub strategy: Strategy,
    /// What is looked for.
    pub wanted: Wanted,
    /// How much may happen.
    pub bounds: Bounds,
    /// What walks draw from.
    pub seed: u64,
    /// Which of how many workers this one is, from 0: each takes walks of its own.
    pub worker: (u64, u64),
}

impl Plan {
    /// What a person says in words: a strategy, what is looked for (see [`Wanted::read`]), bounds (see [`Bounds::set_all`]).
    /// Errors: a sentence.
    pub fn read(root: &Root, strategy: &str, wanted: &str, bounds: &str) -> Result<Self, String> {
        let known = Strategy::ALL.into_iter().find(|(word, _)| *word == strategy);
        let (_, strategy) = known.ok_or_else(|| format!("`{strategy}` is no strategy: breadth, depth or swarm"))?;
        let about = root.header.entry.descriptor;
        let wanted =
            Wanted::read(root.header.entry, root.header.setup().replicas, wanted).map_err(|why| why.message)?;
        let strategy = if matches!(wanted, Wanted::Undecided) { Strategy::Adversary } else { strategy };
        let mut all = Bounds::usual(strategy, root.requests.len(), root.liars.len());
        all.set_all(about, bounds)?;
        if all.liars > 0 && !bounds.contains("lies=") {
            all.lies = all.lies.max(12);
        }
        if all.symmetry
            && let Some(why) = objection(root, strategy, &wanted, &all)
        {
            return Err(why);
        }
        Ok(Plan { strategy, wanted, bounds: all, seed: 1, worker: (0, 1) })
    }

    /// How many bytes may be taken.
    pub fn bytes(&self) -> usize {
        usize::try_from(u64::from(self.bounds.memory) << 20).unwrap_or(usize::MAX)
    }

    /// Its bounds in words.
    pub fn told(&self, about: &Descriptor) -> String {
        match self.strategy {
            Strategy::Adversary => format!("{} duties", self.bounds.duties),
            _ => self.bounds.told(about),
        }
    }
}
