//! In which sense decisions agree is the protocol's own: exactly, by prefix at a depth, within an epsilon, or likely.

use std::fmt;
use std::hash::{Hash, Hasher};

use consensus_playground::kernel::prelude::*;
use consensus_playground::kernel::{Setup, Trace, Violation, World};

/// A protocol in which each replica decides at once what an option tells it to.
struct Stubborn;

#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Sense {
    Exact,
    Prefix,
    Within,
    Likely,
}

#[derive(Options)]
struct Config {
    /// In which sense decisions agree.
    #[option(default = "exact")]
    sense: Sense,
    /// What each replica decides.
    #[option(number(0..=100), default = "5", per_replica)]
    decides: Vec<u64>,
}

/// What each decides is left out: fingerprints must tell decisions apart, not what led to them.
impl Hash for Config {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.sense.hash(hasher);
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Number(u64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
enum Wait {
    /// Now.
    Now,
}

consensus_playground::rules! {
    "on the timer" {
        Insist "insist" "" "decide" => "Replica {me} decides.";
    }
}

impl Algorithm for Stubborn {
    const DESCRIPTOR: &'static Descriptor = &Descriptor {
        id: "stubborn",
        name: "Stubborn",
        slot: "number",
        replicas: (1, 9),
        ..Descriptor::of::<Stubborn>()
    };

    type Config = Config;
    type Command = Never;
    type Value = Number;
    type Message = Never;
    type Timer = Wait;
    type State = ();
    type Disk = ();
    type Client = ();
    type Rule = Rule;

    fn boot(cx: &mut Context<'_, Self>) {
        let moment = Time::from(cx.me.raw());
        cx.set_timer(Wait::Now, moment..=moment);
    }

    fn step(cx: &mut Context<'_, Self>, _: Input<'_, Self>) {
        cx.rule(Rule::Insist);
        cx.decide(1, Number(cx.config.decides[cx.me.index()]));
    }
}

impl Explain for Stubborn {
    type Role = ();
    type Shown = ();
}

impl Check for Stubborn {
    type Monitor = ();

    fn valid(_: &Config, _: &Number, _: &Asked<'_, Never>) -> bool {
        true
    }

    fn agreement(config: &Config) -> Agreement {
        match config.sense {
            Sense::Exact => Agreement::Exact,
            Sense::Prefix => Agreement::ByPrefix { depth: 6 },
            Sense::Within => Agreement::Within { epsilon: 2 },
            Sense::Likely => Agreement::Likely,
        }
    }

    fn distance(one: &Number, other: &Number) -> u64 {
        one.0.abs_diff(other.0)
    }
}

impl Lie for Stubborn {
    type Lie = Never;
}

/// The world after each replica has decided its number.
fn after(sense: &str, numbers: &[u64]) -> World<Stubborn> {
    let mut options = Options::default();
    options.set("sense", 0, sense);
    for (at, number) in numbers.iter().enumerate() {
        options.set("decides", at as u16 + 1, &number.to_string());
    }
    let setup = Setup { replicas: numbers.len(), options, ..Setup::default() };
    let mut world = World::<Stubborn>::new(&setup, &mut Trace::forgetful()).expect("it can be set up");
    while world.step(&mut Trace::forgetful()).is_some() {}
    world
}

/// What breaks agreement, and who is concerned.
fn broken(sense: &str, numbers: &[u64]) -> Vec<(String, Vec<u16>)> {
    let world = after(sense, numbers);
    let of = |violation: &Violation| {
        assert_eq!(violation.property, "agreement");
        (violation.text.clone(), violation.nodes.iter().map(|node| node.raw()).collect())
    };
    world.violations().iter().map(of).collect()
}

#[test]
fn what_is_the_same_agrees_in_every_sense() {
    for sense in Sense::WORDS {
        assert_eq!(broken(sense, &[4, 4, 4]), [], "{sense}");
    }
}

#[test]
fn in_the_exact_sense_any_other_value_contradicts_the_first() {
    let text = "On number 1, replica 2 decides 5, but replica 1 decided 4.".to_string();
    assert_eq!(broken("exact", &[4, 5, 4]), [(text, vec![1, 2])]);
}

#[test]
fn within_an_epsilon_all_values_are_held_against_each_other() {
    assert_eq!(broken("within", &[4, 6, 5]), []);
    let text = "On number 1, replica 3 decides 2, but replica 2 decided 6. They may be at most 2 apart.".to_string();
    assert_eq!(broken("within", &[4, 6, 2]), [(text, vec![2, 3])], "the second, though near enough to the first");
}

#[test]
fn a_likely_agreement_that_fails_says_that_it_can() {
    for (sense, depth) in [("likely", None), ("prefix", Some(6))] {
        let [(text, nodes)] = &broken(sense, &[4, 4, 5])[..] else { panic!("one violation") };
        assert_eq!(nodes, &[1, 3]);
        assert!(text.ends_with("The protocol makes this unlikely, but not impossible."), "{text}");
        let agreement = after(sense, &[4]).agreement();
        assert!(!agreement.is_certain());
        assert!(depth.is_none_or(|depth: u64| agreement.about().contains(&format!("last {depth} blocks"))));
    }
    assert!(after("exact", &[4]).agreement().is_certain() && after("within", &[4]).agreement().is_certain());
}

#[test]
fn decisions_within_an_epsilon_are_part_of_the_fingerprint() {
    let of = |numbers: &[u64]| after("within", numbers).fingerprint();
    assert_eq!(of(&[4, 5, 6]), of(&[4, 6, 5]), "whoever decided them");
    assert_ne!(of(&[4, 4, 4]), of(&[4, 5, 4]));
    assert_ne!(of(&[4, 5, 4]), of(&[4, 3, 4]));
}
