//! `bench`: events a second, natively. Here alone the native command looks at a clock.

use std::process::ExitCode;

use consensus_playground::lab::speed::{COURSES, carry_out};

/// Measures every course and prints it; with `json` as lines of JSON.
#[allow(clippy::disallowed_types)] // a measurement needs the real time
pub fn bench(json: bool) -> ExitCode {
    for course in &COURSES {
        let start = std::time::Instant::now();
        let events = match carry_out(course) {
            Ok(events) => events,
            Err(error) => {
                eprintln!("{}: {error}", course.name);
                return ExitCode::FAILURE;
            }
        };
        let seconds = start.elapsed().as_secs_f64();
        let rate = f64::from(events) / seconds;
        if json {
            println!(
                "{}",
                serde_json::json!({"name": course.name, "events": events, "seconds": seconds, "rate": rate})
            );
        } else {
            println!("{:<28} {events:>9} events in {seconds:>6.2} s: {rate:>10.0} events/s", course.name);
        }
    }
    ExitCode::SUCCESS
}
