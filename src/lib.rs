//! Consensus Playground: agents that agree, run by one deterministic core and shown in a browser.
//!
//! # Write a protocol in 80 lines
//!
//! This is a whole one. Its types are what is shown of it: their doc comments are read by people, their names
//! are the scenario's words. `Algorithm` says how it works; `Explain`, `Check` and `Lie` what it shows, what it is held to
//! and how its liars lie. Simulation, faults, time travel, narration and the page need nothing more.
//!
#![doc = "```"]
#![doc = include_str!("../tests/rumors/protocol.rs")]
//!
//! fn main() {
//!     // A scenario names it once it is registered; one that is to stay gets a line in `protocols/mod.rs`. A crate of five
//!     // lines, `tests/rumors/page`, puts it into the page.
//!     consensus_playground::protocols::register::<Rumors>();
//!     let text = "protocol rumors\nreplicas 20\nnetwork topology random 4\nrequest tell hello\nrun 1s\nexpect all";
//!     let mut session = consensus_playground::scenario::Session::open(text).unwrap();
//!     session.finish();
//!     assert!(session.outcomes().iter().all(|outcome| outcome.ok));
//!     assert_eq!(session.world().counts().between_replicas, 20 * 4); // each tells its neighbors, once
//! }
//! ```
//!
//! # The rooms
//!
//! | room | what is in it |
//! |---|---|
//! | [`kernel`] | the deterministic world that every protocol lives in, and quorum arithmetic; knows no protocol |
//! | [`services`] | what replicas keep by applying a log: a store, the fold that makes it, and how folds compare |
//! | [`protocols`] | one folder a protocol, and the registry |
//! | [`faults`] | what can go wrong, as data |
//! | [`checker`] | is it right? linearizability |
//! | [`scenario`] | the text that is test, lesson and link at once: parse, print, run, expect |
//! | [`explorer`] | looks for schedules that break a property, and shrinks failing runs |
//! | [`challenge`] | the restaurant vote in a closed loop, over many trials |
//! | [`lab`] | measurements over many runs |
//! | [`lessons`] | lessons: read, checked and carried out |
//! | [`web`] | the boundary to the browser and to Node |
//!
//! Arrows run one way: `web → challenge, lab, lessons, explorer → scenario → checker → faults, protocols → services → kernel`. The kernel imports none of the
//! others, no protocol knows another, and the page (`www/`) talks to [`web`] alone.
//!
//! # The way of a datum
//!
//! A scenario's text becomes a [`scenario::Scenario`], that opens a [`kernel::World`] of one protocol. The world takes what
//! is due next, a message or a timer, and hands it to the protocol's `step`; what the handler wants done comes back as a
//! list of effects, which the world carries out: messages go through the simulated network into the queue, decisions and
//! broken properties are written down. Every event has a number and the number of the event that caused it.
//!
//! Everything is a function of the text and its seed. There is no clock, no thread, no hash order and no other source of
//! chance, so a run is the same natively and in the browser, at any frame rate, and can be gone back in.
//!
//! # A run
//!
//! ```
//! use consensus_playground::scenario::Session;
//!
//! let mut session = Session::open(
//!     "protocol raft
//!      replicas 5
//!      seed 7
//!      at 0s   request put x 1
//!      at 1s   crash leader
//!      run 2s
//!      expect all
//!      expect leader within 1s
//!      expect committed 1",
//! )?;
//! session.finish();
//! assert!(session.outcomes().iter().all(|outcome| outcome.ok));
//! println!("{} events, trace {:016x}", session.event(), session.trace_hash());
//!
//! // Back to event 20, another turn there, and on.
//! session.seek(20);
//! session.act("partition 1 2 | 3 4 5")?;
//! session.run(500_000);
//! # Ok::<(), consensus_playground::scenario::ScenarioError>(())
//! ```

// So that what the derives make finds the kernel from within as it does from without.
extern crate self as consensus_playground;

pub mod challenge;
pub mod checker;
pub mod explorer;
pub mod faults;
pub mod kernel;
pub mod lab;
pub mod lessons;
pub mod protocols;
pub mod scenario;
pub mod services;
pub mod web;

/// How the unit tests over random input are run: so many cases each, those that ever failed first.
#[cfg(all(test, not(target_arch = "wasm32")))]
fn random_cases(cases: u32) -> proptest::prelude::ProptestConfig {
    use proptest::test_runner::FileFailurePersistence::SourceParallel;
    proptest::prelude::ProptestConfig {
        failure_persistence: Some(Box::new(SourceParallel("tests/regressions"))),
        ..proptest::prelude::ProptestConfig::with_cases(cases)
    }
}
