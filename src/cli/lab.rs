//! `lab`: measurements over many runs, each beside what the papers say.

use std::process::ExitCode;

use consensus_playground::kernel::{Growth, Time};
use consensus_playground::lab::costs::{Proof, SIZES, courses};
use consensus_playground::lab::statistics::{Distribution, within_99_percent};
use consensus_playground::lab::{elections, splits};

/// Prints every table. Fails where a measured rate is not the formula's.
pub fn lab(trials: u64) -> ExitCode {
    match elections(trials).and_then(|()| costs()).and_then(|()| split_votes(trials * 10)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn elections(trials: u64) -> Result<(), String> {
    let mut group = "";
    for course in &elections::COURSES {
        if course.group != group {
            group = course.group;
            println!("\n{group}: time without a leader in ms, {trials} trials each");
            println!(
                "{:<18} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}   the paper",
                "", "median", "mean", "99 %", "99.9 %", "worst", ">= 10 s"
            );
        }
        let times = (0..trials).map(|seed| elections::trial(course, seed)).collect::<Result<Vec<_>, _>>()?;
        let times = Distribution::of(times);
        let ms = |time: Time| time as f64 / 1_000.0;
        println!(
            "{:<18} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>8}   {}",
            course.name,
            ms(times.part(500)),
            ms(times.mean()),
            ms(times.part(990)),
            ms(times.part(999)),
            ms(times.worst()),
            times.at_least(elections::CUT),
            course.paper
        );
    }
    Ok(())
}

fn costs() -> Result<(), String> {
    println!("\nOne request as n grows, measured; every figure must be its formula's");
    for course in courses() {
        let Growth { messages, busiest, delays, answer, source, .. } = course.growth;
        println!(
            "\n{}: {} messages, {} of them at the busiest replica, {} to {} delays to decide, {answer} to answer ({source})",
            course.name(),
            messages.text,
            busiest.text,
            delays.0,
            delays.1
        );
        println!(
            "{:>5} {:>9} {:>8} {:>7} {:>7} {:>7} {:>12} {:>12} {:>12}",
            "n", "messages", "busiest", "share", "delays", "answer", "signed, B", "MACs, B", "threshold, B"
        );
        for replicas in SIZES {
            let cost = course.measure(replicas)?;
            let [signed, codes, threshold] = Proof::ALL.map(|proof| proof.bytes(cost.authenticators, replicas));
            println!(
                "{replicas:>5} {:>9} {:>8} {:>5.1} % {:>7} {:>7} {signed:>12} {codes:>12} {threshold:>12}",
                cost.messages,
                cost.busiest,
                100.0 * cost.busiest as f64 / cost.messages.max(1) as f64,
                format!("{}–{}", cost.delays.0, cost.delays.1),
                cost.answer,
            );
            if cost != course.expected(replicas) {
                return Err(format!("{} with {replicas} replicas does not cost what its paper says", course.name()));
            }
        }
    }
    Ok(())
}

fn split_votes(trials: u64) -> Result<(), String> {
    println!("\nSplit votes in a first term, {trials} trials each: n servers, s live, l = latency / range of timeouts");
    for course in splits::COURSES {
        let mut hits = 0;
        for seed in 0..trials {
            hits += u64::from(course.splits(seed)?);
        }
        let (rate, formula) = (100.0 * hits as f64 / trials as f64, course.formula());
        println!(
            "n = {}, s = {}, l = {:.2}: {rate:>6.2} %, by the thesis's formula {:>6.2} %",
            course.servers,
            course.live,
            f64::from(course.percent) / 100.0,
            100.0 * formula
        );
        if !within_99_percent(hits, trials, formula) {
            return Err(format!("{course:?}: outside the 99 % interval"));
        }
    }
    Ok(())
}
