//! The core in a real browser. Run by `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]

use consensus_playground::kernel::data::random::{draw, exponential};
use consensus_playground::scenario::Session;
use consensus_playground::scenario::gallery::gallery;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The hashes that the native runs are held to as well.
const HASHES: &str = include_str!("scenario-hashes.txt");

#[wasm_bindgen_test]
fn this_is_a_browser() {
    let document = js_sys::Reflect::get(&js_sys::global(), &"document".into()).expect("a global object");
    assert!(document.is_object(), "there is no document: this is not a browser's page");
}

#[wasm_bindgen_test]
fn every_scenario_holds_and_leaves_the_same_trace_as_natively() {
    let exhibits = gallery();
    assert_eq!(exhibits.len(), HASHES.lines().count());
    for (exhibit, line) in exhibits.iter().zip(HASHES.lines()) {
        let mut session = Session::open(exhibit.text).expect("the gallery can be read");
        session.finish();
        assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{}: {:?}", exhibit.file, session.outcomes());
        assert_eq!(format!("{} {:016x}", exhibit.file, session.trace_hash()), line);
    }
}

#[wasm_bindgen_test]
fn frames_of_any_length_leave_the_same_trace() {
    for (exhibit, line) in gallery().iter().zip(HASHES.lines()) {
        let mut whole = Session::open(exhibit.text).expect("the gallery can be read");
        whole.finish();
        let end = whole.world().now();
        for frame in [1_000, 16_700, 100_000] {
            let mut session = Session::open(exhibit.text).expect("the gallery can be read");
            while session.world().now() < end {
                session.run(frame.min(end - session.world().now()));
            }
            session.run(0);
            let got = format!("{} {:016x}", exhibit.file, session.trace_hash());
            assert_eq!(got, line, "in frames of {frame} us");
        }
    }
}

#[wasm_bindgen_test]
fn an_exponential_draw_is_the_same_as_natively() {
    let drawn: Vec<_> = (1..=5).map(|count| exponential(draw(7, 3, count), 1_000_000)).collect();
    assert_eq!(drawn, [10_692, 3_315_277, 586_708, 2_056_406, 1_591_063]);
}
