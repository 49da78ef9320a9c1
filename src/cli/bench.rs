//! `bench`: events a second, natively. Here alone the native command looks at a clock.

use std::process::ExitCode;

use consensus_playground::lab::speed::{COURSES, Course, carry_out, places, record_long_run};
use consensus_playground::protocols;
use consensus_playground::scenario::{LONGEST_TEXT, ScenarioError, parse};

/// How many places of the long run are gone to.
const SEEKS: u64 = 300;

/// Measures every course and prints it, those with requests also without the check of the clients' histories; with `json`
/// as lines of JSON.
pub fn bench(json: bool) -> ExitCode {
    for course in &COURSES {
        let requests = course.text.contains("workload");
        for watched in [true, false].into_iter().filter(|watched| *watched || requests) {
            if let Err(error) = measure(course, watched, json) {
                eprintln!("{}: {error}", course.name);
                return ExitCode::FAILURE;
            }
        }
    }
    if let Err(error) = long_run(json) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    reading(json);
    ExitCode::SUCCESS
}

/// How long a million events take to be carried out and recorded, and how long it takes to go to some of them at random.
#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn long_run(json: bool) -> Result<(), ScenarioError> {
    let (start, before) = (std::time::Instant::now(), spent());
    let mut session = record_long_run()?;
    report("a million recorded events", true, session.event(), since(start, before), json);
    let places = places(&session, SEEKS);
    let mut times = vec![f64::INFINITY; places.len()];
    // Each place thrice, the same way: the best time is the engine's own, whatever else the machine did meanwhile.
    for _ in 0..3 {
        for (place, best) in places.iter().zip(&mut times) {
            let start = std::time::Instant::now();
            session.seek(*place);
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    times.sort_by(f64::total_cmp);
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    if json {
        println!("{}", serde_json::json!({ "name": "seek", "median": median, "worst": worst, "count": SEEKS }));
    } else {
        println!("seek, {SEEKS} times: median {:.2} ms, worst {:.2} ms", 1_000.0 * median, 1_000.0 * worst);
    }
    Ok(())
}

/// The seconds since then: of this process on the processor, where that is told, else by the clock.
#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn since(start: std::time::Instant, before: Option<f64>) -> f64 {
    match (before, spent()) {
        (Some(before), Some(after)) => (after - before) / 1e9,
        _ => start.elapsed().as_secs_f64(),
    }
}

/// How long the largest texts that are allowed take to be read or refused, each of another kind.
#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn reading(json: bool) {
    let head = format!("protocol {}\nreplicas 5\n", protocols::ALL[0].descriptor.id);
    let kinds = [
        ("a line of many words", "x "),
        ("a line of many groups", "partition | "),
        ("many requests", "request put x 1\n"),
        ("many comments", "#\n"),
        ("one long word", "9"),
    ];
    for (name, piece) in kinds {
        let text = head.clone() + &piece.repeat((LONGEST_TEXT - head.len()) / piece.len());
        let (start, before) = (std::time::Instant::now(), spent());
        let read = parse(&text).is_ok();
        let seconds = since(start, before);
        if json {
            println!("{}", serde_json::json!({ "name": name, "bytes": text.len(), "read": read, "seconds": seconds }));
        } else {
            let done = if read { "read" } else { "refused" };
            println!("1 MiB, {name:<22} {done} in {:.1} ms", 1_000.0 * seconds);
        }
    }
}

#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn measure(course: &Course, watched: bool, json: bool) -> Result<(), ScenarioError> {
    let (start, before) = (std::time::Instant::now(), spent());
    let events = carry_out(course, watched)?;
    report(course.name, watched, events, since(start, before), json);
    Ok(())
}

/// Prints how many events were carried out in so many seconds.
fn report(name: &str, watched: bool, events: u32, seconds: f64, json: bool) {
    let (rate, peak) = (f64::from(events) / seconds, peak_memory());
    if json {
        let peak = peak.map(|kib| kib * 1024);
        let line = serde_json::json!({
            "name": name, "watched": watched, "events": events, "seconds": seconds, "rate": rate, "peakBytes": peak,
        });
        println!("{line}");
    } else {
        let name = if watched { name } else { "  histories unchecked" };
        let peak = peak.map(|kib| format!(", at most {:.1} MiB so far", kib as f64 / 1024.0)).unwrap_or_default();
        println!("{name:<28} {events:>9} events in {seconds:>6.2} s: {rate:>10.0} events/s{peak}");
    }
}

/// The command's own nanoseconds on the processor, for which it does not matter what else the machine does; `None` where
/// the system does not tell them in Linux's way.
fn spent() -> Option<f64> {
    std::fs::read_to_string("/proc/self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// The most memory that the command ever held, in KiB; `None` where the system does not tell it in Linux's way.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
