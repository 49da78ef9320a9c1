use super::*;
use crate::kernel::{Choice, Options};

fn config(agents: usize, list: &[(&str, u16, &str)]) -> Config {
    let mut options = Options::default();
    for (name, replica, value) in list {
        options.set(name, *replica, value);
    }
    Config::read(agents, &options).expect("the options are good")
}

/// P(at least 3 of 5 fair draws among 5 agree) = 5 (10·16 + 5·4 + 1) / 3125 = 905 / 3125 = 28.96 %.
#[test]
fn random_votes_reach_a_majority_as_often_as_the_binomial_says() {
    let results = trials(&Closed::honest(config(5, &[])), 0..20_000).unwrap();
    assert!((5_600..5_985).contains(&results.rounds[0]), "{} of 20000 in the first round", results.rounds[0]);
    assert_eq!((results.disagreed, results.agreed + results.never), (0, 20_000));
    assert_eq!(results.rounds.iter().sum::<u64>() + results.never, 20_000);
    assert_eq!(results.winners.iter().sum::<u64>(), results.agreed);
    assert_eq!(results.agreement_rate(), results.agreed * 50);
}

#[test]
fn parts_of_a_measurement_add_up() {
    let closed = Closed::honest(config(6, &[("preference-change", 0, "average"), ("rule", 0, "two-thirds")]));
    let mut parts = Results::empty(&closed.config);
    for part in [0..300, 300..301, 301..1_000] {
        parts.add(&trials(&closed, part).unwrap());
    }
    assert_eq!(parts, trials(&closed, 0..1_000).unwrap());
}

#[test]
fn satisfaction_is_the_rating_of_what_was_decided() {
    let list = [("strategy", 0, "popular"), ("utility", 1, "Pizza=7"), ("utility", 2, "Sushi=9,Pizza=2")];
    let results = trials(&Closed::honest(config(2, &list)), 0..10).unwrap();
    assert_eq!(results.satisfaction, [70_000, 20_000]);
    assert_eq!(results.winners, [10, 0]);
}

#[test]
fn a_liar_breaks_majorities_but_no_unanimity() {
    let liar = |rule| {
        let list = [("rule", 0, rule), ("preference-change", 0, "conform")];
        let liar = crate::faults::byzantine::find("random");
        trials(&Closed { config: config(5, &list), byzantine: vec![None, None, None, None, liar] }, 0..2_000).unwrap()
    };
    assert!(liar("majority").disagreed > 0);
    assert_eq!(liar("unanimous").disagreed, 0);
}

#[test]
fn what_stands_outside_can_not_be_tried() {
    let closed = Closed::honest(config(3, &[("strategy", 2, "external")]));
    assert_eq!(trials(&closed, 0..1).unwrap_err(), "agent 2 votes as it is told from outside");
}

#[test]
fn a_scenario_is_read_as_far_as_it_has_a_closed_loop() {
    let read = |lines: &str| {
        let text = format!("protocol restaurant-vote\nreplicas 4\nset rule unanimous\n{lines}\nexpect agreement\n");
        Closed::read(&crate::scenario::parse(&text).expect("the text can be read"))
    };
    let closed = read("byzantine 4 stubborn\nrequest again\nrun 1s").expect("it has a closed loop");
    assert_eq!(closed.config.rule.word(), "unanimous");
    let names: Vec<_> = closed.byzantine.iter().flatten().map(Behaviour::name).collect();
    assert_eq!((names.as_slice(), closed.lies(3)), (&["stubborn"][..], true));
    for (line, why) in [
        ("byzantine 2 silent", "agent 2 is silent, which needs a network"),
        ("run 1s\nbyzantine 2 random", "line 5: a closed loop"),
        ("at 1s crash 2", "line 4: a closed loop"),
        ("set strategy 3 external", "agent 3 votes as it is told"),
    ] {
        let error = read(line).expect_err(line);
        assert!(error.starts_with(why), "{line}: {error}");
    }
    let raft = crate::scenario::parse("protocol raft\n").expect("the text can be read");
    assert!(Closed::read(&raft).expect_err("no vote").starts_with("Raft has no closed loop"));
}

/// One stubborn agent keeps unanimity from ever coming; with a majority it only has no part in it.
#[test]
fn one_that_insists_blocks_unanimity_alone() {
    let stubborn = |rule| {
        let list = [("rule", 0, rule), ("preference-change", 0, "conform"), ("strategy", 0, "popular")];
        let byzantine = vec![None, None, None, None, crate::faults::byzantine::find("stubborn")];
        trials(&Closed { config: config(5, &list), byzantine }, 0..100).unwrap()
    };
    assert_eq!((stubborn("unanimous").never, stubborn("majority").agreed), (100, 100));
}

#[test]
fn columns_tell_trial_by_trial_what_the_sums_say() {
    let closed = Closed::honest(config(4, &[("rule", 0, "two-thirds"), ("max-rounds", 0, "3")]));
    let (sums, columns) = (trials(&closed, 7..207).unwrap(), columns(&closed, 7..207).unwrap());
    for (place, count) in sums.rounds.iter().enumerate() {
        assert_eq!(columns.rounds.iter().filter(|rounds| **rounds == place as u16 + 1).count() as u64, *count);
    }
    assert_eq!(columns.rounds.iter().filter(|rounds| **rounds == 0).count() as u64, sums.never);
    for (rounds, decided) in columns.rounds.iter().zip(columns.decided.chunks(4)) {
        assert_eq!(*rounds == 0, decided.contains(&Columns::NOTHING));
    }
    assert!(sums.never > 0 && sums.agreed > 0, "{sums:?}");
}

#[test]
fn no_call_fills_the_memory() {
    let closed = Closed::honest(config(2, &[]));
    assert!(columns(&closed, 0..1 << 32).unwrap_err().starts_with("4294967296 trials are too many at once"));
    assert_eq!(columns(&closed, 5..5).unwrap(), Columns::default());
}
