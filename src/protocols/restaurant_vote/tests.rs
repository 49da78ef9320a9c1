use super::replica::Phase;
use super::*;
use crate::faults::byzantine;
use crate::kernel::{
    Action, DynWorld, Glance, Lie as _, LinkChange, MS, Options, SECOND, Selector, Setup, Time, Trace, Value, World,
};

fn open(replicas: usize, list: &[(&str, u16, &str)]) -> World<RestaurantVote> {
    let mut options = Options::default();
    for (name, replica, value) in list {
        options.set(name, *replica, value);
    }
    let setup = Setup { replicas, seed: 1, options, ..Setup::default() };
    World::new(&setup, &mut Trace::forgetful()).expect("the options are good")
}

fn act(world: &mut World<RestaurantVote>, act: Action) {
    world.act(&act, &mut Trace::forgetful()).expect("the act is possible");
}

fn run(world: &mut World<RestaurantVote>, end: Time) {
    while world.peek().is_some_and(|at| at <= end) {
        world.step(&mut Trace::forgetful());
    }
    // While a question is open, no time goes by.
    if DynWorld::questions(world).is_empty() {
        DynWorld::advance(world, end);
    }
}

fn field(world: &World<RestaurantVote>, agent: usize, name: &str) -> String {
    let node = DynWorld::node(world, NodeId::replica(agent)).expect("the agent exists");
    node.field(name).as_ref().map(Value::to_string).expect("the field exists")
}

fn one(agent: usize) -> Selector {
    Selector::Node(NodeId::replica(agent))
}

fn again(client: usize) -> Action {
    Action::Request { client: NodeId::client(client), to: None, words: vec!["again".into()] }
}

fn broken(world: &World<RestaurantVote>) -> Vec<&'static str> {
    world.violations().iter().map(|violation| violation.property).collect()
}

/// Answers the oldest question of an agent, and gives it.
fn answer(world: &mut World<RestaurantVote>, text: &str) -> String {
    let question = DynWorld::questions(world).first().cloned().expect("somebody asks");
    act(world, Action::Answer { replica: question.node, text: text.into() });
    question.text
}

#[test]
fn five_stubborn_favourites_never_agree_and_give_up() {
    let mut world = open(5, &[("strategy", 0, "own"), ("max-rounds", 0, "7")]);
    run(&mut world, 5 * SECOND);
    for agent in 1..=5 {
        assert_eq!((field(&world, agent, "role"), field(&world, agent, "round")), ("given-up".into(), "7".into()));
    }
    assert_eq!(DynWorld::committed(&world), 0);
}

#[test]
fn the_most_popular_proposal_wins_in_the_first_round() {
    let mut world = open(5, &[("strategy", 0, "popular"), ("favourite", 4, "Sushi"), ("rule", 0, "unanimous")]);
    run(&mut world, SECOND);
    for agent in 1..=5 {
        assert_eq!(field(&world, agent, "decided"), "Sushi");
        assert_eq!(field(&world, agent, "rounds-used"), "1");
    }
    assert_eq!(DynWorld::committed(&world), 1);
    let messages = DynWorld::counts(&world).between_replicas;
    assert_eq!(messages, 2 * 20 + 20, "the costs in the descriptor");
}

#[test]
fn a_client_gets_further_dinners_one_at_a_time() {
    let mut world = open(3, &[("strategy", 0, "popular")]);
    act(&mut world, again(1));
    act(&mut world, again(1));
    act(&mut world, again(2));
    run(&mut world, 3 * SECOND);
    assert_eq!(DynWorld::decisions(&world).len(), 3, "the first by itself, and two for c1, of which c2 shares one");
    assert_eq!(DynWorld::counts(&world).completed, 3);
    assert!(broken(&world).is_empty());
}

#[test]
fn an_agent_that_missed_the_decision_hears_of_it_and_follows() {
    let mut world = open(5, &[("strategy", 0, "popular"), ("strategy", 5, "own")]);
    let deaf = LinkChange { loss: Some(1_000_000), ..LinkChange::default() };
    for from in 1..=4 {
        let link = Some((NodeId::replica(from).into(), NodeId::replica(5).into()));
        act(&mut world, Action::Network { link, change: deaf });
    }
    run(&mut world, 500 * MS);
    assert_eq!(field(&world, 5, "decided"), "none");
    act(&mut world, Action::Network { link: None, change: LinkChange { loss: Some(0), ..deaf } });
    run(&mut world, 3 * SECOND);
    assert_eq!((field(&world, 4, "decided"), field(&world, 5, "decided")), ("Pizza".into(), "Pizza".into()));
    assert_ne!(field(&world, 5, "rounds-used"), "1");
}

#[test]
fn a_crashed_agent_says_its_vote_again_and_casts_no_second_one() {
    for forget in ["off", "on"] {
        let mut violated = false;
        for at in 1..40 {
            let mut world = open(5, &[("rule", 0, "unanimous"), ("forget-votes", 0, forget), ("max-rounds", 0, "9")]);
            run(&mut world, 60 * MS + at * 7 * MS);
            act(&mut world, Action::Crash(one(3)));
            run(&mut world, 70 * MS + at * 7 * MS);
            act(&mut world, Action::Restart { replica: one(3), disk_lost: false });
            run(&mut world, 20 * SECOND);
            violated |= broken(&world).contains(&"one-vote-per-round");
            assert!(forget == "on" || broken(&world).is_empty(), "crash at {at}: {:?}", world.violations());
        }
        assert_eq!(violated, forget == "on");
    }
}

#[test]
fn a_crash_that_cuts_the_vote_off_breaks_nothing() {
    for sends in 1..60 {
        let mut world = open(4, &[("preference-change", 0, "conform"), ("rule", 0, "unanimous")]);
        act(&mut world, Action::CrashAfter { replica: one(2), sends });
        run(&mut world, SECOND);
        if DynWorld::node(&world, NodeId::replica(2)).unwrap().field("status") == Some("crashed".into()) {
            act(&mut world, Action::Restart { replica: one(2), disk_lost: false });
        }
        run(&mut world, 30 * SECOND);
        assert!(broken(&world).is_empty(), "{sends}: {:?}", world.violations());
    }
}

#[test]
fn a_liar_can_split_a_majority_but_not_unanimity() {
    let random = byzantine::find("random").expect("the way exists");
    let split = |rule: &str| {
        let breaks = |seed: &u64| {
            let list =
                [("rule", 0, rule), ("preference-change", 0, "conform"), ("strategy-seed", 0, &seed.to_string())];
            let mut world = open(5, &list);
            act(&mut world, Action::Byzantine { replica: one(5), behaviour: random.clone() });
            run(&mut world, 10 * SECOND);
            assert!(broken(&world).iter().all(|name| *name == "agreement"), "{:?}", world.violations());
            !broken(&world).is_empty()
        };
        (1..=60).filter(breaks).count()
    };
    assert!(split("majority") > 0);
    assert_eq!(split("unanimous"), 0);
}

#[test]
fn lies_name_every_other_restaurant_and_a_client_is_told_none() {
    let world = open(3, &[]);
    let config = world.cluster().config();
    let signer = crate::kernel::Effects::<RestaurantVote>::new(NodeId::replica(1), 3, 1).signer();
    let vote = Message::Vote { dinner: 1, round: 4, restaurant: Some(config.menu[1]) };
    let lies = |to, message: &Message| {
        let mut lies = Lies::default();
        let glance = Glance { config, me: NodeId::replica(1), state: None, disk: &Disk::default() };
        RestaurantVote::lies(glance, signer, to, message, &mut lies);
        lies.iter().map(|(kind, lie)| (kind, crate::kernel::Message::label(lie))).collect::<Vec<_>>()
    };
    let told = lies(NodeId::replica(2), &vote);
    // What nobody proposes, the other restaurants, what it likes best itself, what agent 2 likes best, an abstention, and a
    // decision that was never taken.
    let expected = [(1, "Pizza"), (2, "Pizza"), (2, "Tacos"), (4, "Pizza"), (5, "Sushi"), (6, "none"), (7, "Sushi!")];
    assert_eq!(told, expected.map(|lie| (lie.0, lie.1.into())));
    let first = Message::Vote { dinner: 1, round: 1, restaurant: Some(config.menu[1]) };
    let told = lies(NodeId::replica(2), &first);
    assert!(told.iter().all(|(kind, _)| *kind != 7), "before the first round nothing can have been decided");
    let told = Message::Told { dinner: 1, restaurant: None };
    assert!(lies(NodeId::client(1), &told).is_empty());
}

#[test]
fn an_agent_from_outside_is_asked_and_does_as_it_is_told() {
    let mut world = open(3, &[("strategy", 0, "own"), ("strategy", 2, "external"), ("favourite", 3, "Pizza")]);
    run(&mut world, SECOND);
    assert_eq!(world.peek(), None, "the world waits for the answer");
    let asked = answer(&mut world, "Sushi");
    let menu = "\"preference\":\"Sushi\",\"menu\":[\"Pizza\",\"Sushi\"]}";
    assert_eq!(
        asked,
        format!("{{\"call\":\"propose\",\"agent\":2,\"agents\":3,\"dinner\":1,\"round\":1,\"seed\":1,{menu}")
    );
    run(&mut world, SECOND);
    let asked = answer(&mut world, "Pizza");
    assert!(
        asked.contains("\"call\":\"vote_on\"") && asked.ends_with("\"proposals\":[\"Pizza\",\"Sushi\",\"Pizza\"]}")
    );
    run(&mut world, SECOND);
    let asked = answer(&mut world, "Pizza");
    assert!(asked.contains("\"call\":\"decide\"") && asked.ends_with("\"votes\":{\"Pizza\":3}}"), "{asked}");
    assert_eq!(field(&world, 2, "decided"), "Pizza");
    assert!(broken(&world).is_empty());
}

#[test]
fn what_names_no_choice_is_an_abstention_and_nothing_is_no_consensus() {
    let mut world = open(3, &[("strategy", 0, "own"), ("strategy", 2, "external"), ("max-rounds", 0, "1")]);
    run(&mut world, SECOND);
    answer(&mut world, "Lobster");
    run(&mut world, 2 * SECOND);
    let asked = answer(&mut world, "Sushi");
    assert!(asked.ends_with("\"proposals\":[\"Pizza\",\"Tacos\"]}"), "it proposed nothing: {asked}");
    assert_eq!(field(&world, 2, "vote"), "abstains", "Sushi was not proposed");
    run(&mut world, 3 * SECOND);
    answer(&mut world, "");
    assert_eq!(field(&world, 2, "role"), "given-up");
}

#[test]
fn an_agent_that_is_left_far_behind_catches_up() {
    let mut world = open(5, &[("strategy", 0, "own"), ("max-rounds", 0, "30")]);
    act(&mut world, Action::Partition(vec![vec![NodeId::replica(5).into()]]));
    act(&mut world, Action::Crash(one(5)));
    run(&mut world, 3 * SECOND);
    act(&mut world, Action::Heal);
    act(&mut world, Action::Restart { replica: one(5), disk_lost: false });
    run(&mut world, 4 * SECOND);
    let rounds: Vec<u64> = [1, 5].map(|agent| field(&world, agent, "round").parse().expect("a number")).into();
    assert!(rounds[0] > 5 && rounds[0].abs_diff(rounds[1]) <= 1, "{rounds:?}");
    assert_eq!(world.cluster().state(NodeId::replica(5)).map(|state| state.phase == Phase::Decided), Some(false));
}

#[test]
fn every_rule_has_its_line() {
    let lines = rules::RULES;
    let mut names: Vec<_> = lines.iter().map(|line| line.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), lines.len());
    let restaurant = open(2, &[]).cluster().config().menu[0];
    let shown = [
        (rules::Rule::Propose { round: 1, restaurant }, "propose"),
        (rules::Rule::GiveUp { rounds: 3 }, "give-up"),
        (rules::Rule::BadAnswer { call: message::Call::VoteOn }, "bad-answer"),
        (rules::Rule::ClientDone { dinner: 2 }, "client-done"),
    ];
    for (rule, name) in shown {
        assert_eq!(lines[crate::kernel::Rule::index(&rule) as usize].name, name);
        assert!(crate::kernel::Rule::sentence(&rule, lines, NodeId::replica(1)).ends_with('.'));
    }
}

#[test]
fn a_decision_counts_as_a_vote_from_the_next_round_on_only() {
    let world = open(3, &[]);
    let menu = &world.cluster().config().menu;
    let mut state = world.cluster().state(NodeId::replica(1)).expect("it runs").clone();
    (state.round, state.seats[1].now.vote) = (2, Some(Some(menu[0])));
    for (decided_in, vote) in [(2, menu[0]), (1, menu[1])] {
        state.seats[1].standing = Some((decided_in, menu[1]));
        assert_eq!(replica::vote_of(&state, 1), Some(Some(vote)), "decided in round {decided_in}");
    }
}
