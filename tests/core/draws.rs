//! A node's choices come from its seed and from how many it has made: whoever keeps that number can take it up again.

use std::rc::Rc;

use consensus_playground::kernel::prelude::*;
use consensus_playground::kernel::{Client, Effect, Replica};

const CHOICES: u64 = 1 << 40;

/// A protocol in which everybody does nothing but choose.
struct Dice;

#[derive(Options, Hash)]
struct Config {
    #[option(replicas)]
    replicas: usize,
}

/// Let everybody choose.
#[derive(Command, Clone, PartialEq, Eq, Hash, Debug)]
#[command(usage = "roll", example = "roll")]
struct Roll {}

impl std::fmt::Display for Roll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("roll")
    }
}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
enum Dot {
    /// A number that was chosen.
    #[message(glyph = Box, label = "{number}")]
    Chosen { number: u64 },
}

/// When to choose.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
enum Wait {
    /// Now.
    Now,
}

#[derive(Role)]
enum Part {
    /// It chooses.
    #[role(Follow)]
    Chooser,
}

#[derive(View)]
struct Shown {
    /// How many it has chosen.
    chosen: u64,
}

#[derive(consensus_playground::kernel::Lie, Clone, Copy)]
enum Fib {
    /// Claims another number.
    #[lie(Contradict)]
    Other,
}

consensus_playground::rules! {
    "on the timer" {
        Choose "choose" "" "choose a number" => "Replica {me} chooses.";
    }
}

impl Algorithm for Dice {
    const DESCRIPTOR: &'static Descriptor =
        &Descriptor { id: "dice", name: "Dice", replicas: (1, 9), ..Descriptor::of::<Dice>() };

    type Config = Config;
    type Command = Roll;
    type Value = Roll;
    type Message = Dot;
    type Timer = Wait;
    type State = u64;
    type Disk = u64;
    type Client = u64;
    type Rule = Rule;

    fn boot(cx: &mut Context<'_, Self>) {
        cx.set_timer(Wait::Now, 1..=1_000);
    }

    fn step(cx: &mut Context<'_, Self>, _: Input<'_, Self>) {
        cx.rule(Rule::Choose);
        *cx.disk += 1;
        cx.persist();
        let number = cx.choose(CHOICES);
        cx.broadcast(Dot::Chosen { number });
        cx.set_timer(Wait::Now, 1..=1_000);
    }

    fn client(cx: &mut ClientContext<'_, Self>, _: Input<'_, Self>) {
        let number = cx.choose(CHOICES);
        cx.send(NodeId::replica(1), Dot::Chosen { number });
    }
}

impl Explain for Dice {
    type Role = Part;
    type Shown = Shown;

    fn status(replica: Glance<'_, Self>) -> Status {
        Status::new(&Part::Chooser, *replica.disk)
    }

    fn view(replica: Glance<'_, Self>, view: &mut ReplicaView) {
        view.add(&Shown { chosen: *replica.disk });
    }
}

impl Check for Dice {
    type Monitor = ();

    fn valid(_: &Config, _: &Roll, _: &Asked<'_, Roll>) -> bool {
        true
    }
}

impl Lie for Dice {
    type Lie = Fib;

    fn lies(_: Glance<'_, Self>, _: Signer, _: NodeId, Dot::Chosen { number }: &Dot, lies: &mut Lies<Self>) {
        lies.add(Fib::Other, Dot::Chosen { number: number + 1 });
    }
}

fn config() -> Rc<Config> {
    Rc::new(Dice::configure(3, &Default::default()).expect("three are enough"))
}

fn replica(disk: u64) -> Replica<Dice> {
    let mut replica = Replica::new(config(), NodeId::replica(2), 3, 7, disk).expect("it is one of them");
    replica.boot();
    replica
}

/// The number that it chooses.
fn choice(replica: &mut Replica<Dice>) -> u64 {
    replica.handle(Input::<Dice>::Fire(Wait::Now));
    let mut chosen = None;
    while let Some(effect) = replica.next_effect() {
        match effect {
            Effect::<Dice>::Persist(disk) => replica.persisted(disk),
            Effect::<Dice>::Broadcast(Dot::Chosen { number }) => chosen = Some(number),
            _ => {}
        }
    }
    chosen.expect("it chooses")
}

#[test]
fn a_replica_is_taken_up_again_at_the_draws_where_it_was_left() {
    let mut whole = replica(0);
    let all: Vec<_> = (0..40).map(|_| choice(&mut whole)).collect();
    for left in [0, 1, 17, 39] {
        let mut first = replica(0);
        let before: Vec<_> = (0..left).map(|_| choice(&mut first)).collect();
        let (disk, draws) = (*first.durable(), *first.draws_mut());
        drop(first);
        // Elsewhere, from what was written down.
        let mut second = replica(disk);
        *second.draws_mut() = draws;
        let after: Vec<_> = (left..40).map(|_| choice(&mut second)).collect();
        assert_eq!([before, after].concat(), all, "left after {left}");
        assert_eq!((*second.durable(), *second.draws_mut()), (40, *whole.draws_mut()));
    }
    assert_ne!(all[0], all[1]);
}

#[test]
fn a_crash_does_not_bring_draws_back() {
    let mut whole = replica(0);
    let first = choice(&mut whole);
    whole.crash(false);
    whole.boot();
    assert_ne!(choice(&mut whole), first);
    assert_eq!(*whole.draws_mut(), 2);
}

#[test]
fn a_client_is_taken_up_again_too() {
    let id = RequestId { client: NodeId::client(1), number: 1 };
    let client = |draws| {
        let mut client = Client::<Dice>::new(config(), id.client, 3, 7).expect("it is a client");
        *client.draws_mut() = draws;
        client
    };
    let ask = |client: &mut Client<Dice>| {
        client.handle(Input::<Dice>::Request { id, command: &Roll {}, to: None });
        match client.next_effect() {
            Some(Effect::<Dice>::Send { message: Dot::Chosen { number }, .. }) => number,
            _ => panic!("it chooses"),
        }
    };
    let mut whole = client(0);
    let all = [ask(&mut whole), ask(&mut whole)];
    assert_eq!([ask(&mut client(0)), ask(&mut client(1))], all);
}
