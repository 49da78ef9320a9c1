//! Any text as a scenario: it is refused with a place and a reason, or it runs, prints as something that reads back as
//! the same, and does so again.
#![no_main]

use consensus_playground::scenario::{Line, Scenario, Session, Statement, parse, print};
use libfuzzer_sys::fuzz_target;

/// How many steps of a run are looked at: enough for its first seconds, few enough for many runs a second.
const STEPS: u32 = 300;

fuzz_target!(|text: &str| {
    let scenario = match parse(text) {
        Ok(scenario) => scenario,
        Err(error) => {
            assert!(error.line > 0 && error.column > 0 && !error.message.is_empty(), "{error:?}");
            return;
        }
    };
    let printed = print(&scenario);
    let again = parse(&printed).unwrap_or_else(|error| panic!("{error}\n{printed}"));
    assert_eq!(print(&again), printed);
    if too_much(&scenario) {
        return;
    }
    let Ok(mut session) = Session::open(text) else { return };
    let mut arrived = (session.event(), session.world().state_hash());
    for _ in 0..STEPS {
        let before = (session.event(), session.world().now());
        session.step();
        if session.event() > arrived.0 {
            arrived = (session.event(), session.world().state_hash());
        }
        if session.finished() && before == (session.event(), session.world().now()) {
            break;
        }
    }
    session.seek(arrived.0 / 2);
    session.seek(arrived.0);
    assert_eq!((session.event(), session.world().state_hash()), arrived, "another way back\n{printed}");
});

/// A run of hundreds of replicas, or hundreds of runs, are slow, not wrong.
fn too_much(scenario: &Scenario) -> bool {
    let tried = |line: &Line| matches!(&line.statement, Statement::Expect(expect) if expect.seeds.is_some_and(|seeds| seeds.of > 4));
    scenario.setup().replicas > 12 || scenario.lines.len() > 200 || scenario.lines.iter().any(tried)
}
