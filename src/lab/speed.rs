//! How many events a run carries out: the same set-ups natively and in wasm, so that the figures can be compared.

use crate::checker::{Operation, Verdict, search};
use crate::kernel::data::random::{below, draw};
use crate::kernel::{RegisterOp, SECOND};
use crate::scenario::{ScenarioError, Session, parse};

/// A set-up to be measured.
pub struct Course {
    /// What it is called.
    pub name: &'static str,
    /// The scenario.
    pub text: &'static str,
    /// How long it runs, in virtual microseconds.
    pub span: u64,
}

/// The set-ups: Raft with 5 and 9 servers, idle and with 20 requests a virtual second.
pub const COURSES: [Course; 4] = [
    Course { name: "raft 5 idle", text: "protocol raft\nreplicas 5\nseed 1\n", span: 3_000_000_000 },
    Course { name: "raft 9 idle", text: "protocol raft\nreplicas 9\nseed 1\n", span: 1_500_000_000 },
    Course {
        name: "raft 5 with 20 requests/s",
        text: "protocol raft\nreplicas 5\nseed 1\nworkload clients 2 rate 20/s keys 5\n",
        span: 2_000_000_000,
    },
    Course {
        name: "raft 9 with 20 requests/s",
        text: "protocol raft\nreplicas 9\nseed 1\nworkload clients 2 rate 20/s keys 5\n",
        span: 1_000_000_000,
    },
];

/// Carries a set-up out, without a record, and gives the number of events; the clients' histories are checked meanwhile
/// where they are to be `watched`, as they always are but here. Errors: the scenario's.
pub fn carry_out(course: &Course, watched: bool) -> Result<u32, ScenarioError> {
    let mut session = Session::open_forgetful(parse(course.text)?)?;
    if !watched {
        session.unwatch();
    }
    let until = course.span;
    while session.world().now() < until {
        session.run_until(until);
    }
    Ok(session.event())
}

/// How many events a long run has, at least: as many as the page is to keep.
pub const LONG_RUN: u32 = 1_000_000;

/// A long run under load, recorded as the page records it, so that every moment of it can be gone back to. Errors: the
/// scenario's.
pub fn record_long_run() -> Result<Session, ScenarioError> {
    let mut session = Session::of(parse(COURSES[2].text)?)?;
    while session.event() < LONG_RUN {
        session.run(10 * SECOND);
    }
    Ok(session)
}

/// So many places of a run to go to, back and forth, the same each time.
pub fn places(session: &Session, count: u64) -> Vec<u32> {
    (0..count).map(|number| 1 + below(draw(1, 0, number), u64::from(session.last())) as u32).collect()
}

/// Decides that no order explains a read beside so many concurrent writes. Where each of them was `told` to somebody, too,
/// none can be left out.
pub fn impossible_read(writes: u32, told: bool) -> bool {
    let write =
        |number: u32| Operation::done(number, 1_000 + number, RegisterOp::Write(number.to_string().into()), "ok");
    let mut all: Vec<_> = (0..writes).map(write).collect();
    if told {
        let read = |number: u32| Operation::done(number, 1_500 + number, RegisterOp::Read, &number.to_string());
        all.extend((0..writes).map(read));
    }
    all.push(Operation::done(2_000, 2_001, RegisterOp::Read, "impossible"));
    matches!(search(&[Some("0".into())], &all, &mut { u32::MAX }), Verdict::Broken { .. })
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_impossible_read_is_found_out() {
        assert!(super::impossible_read(14, false) && super::impossible_read(14, true));
    }
}
