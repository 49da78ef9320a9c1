//! What the module knows before any run: protocols, and what can be measured.

use js_sys::Error;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::arguments::{self as given, Flag, Number, Text};
use super::playground::{cross, throw};
use super::{editing, lessons};
use crate::faults::byzantine;
use crate::kernel::COMMON_TERMS;
use crate::lab::costs::{self, Cost, Course, Proof};
use crate::lab::{elections, speed};
use crate::protocols;
use crate::scenario::{expectations, usages};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "Descriptor[]")]
    pub type Descriptors;
    #[wasm_bindgen(typescript_type = "WordInfo[]")]
    pub type WordInfos;
    #[wasm_bindgen(typescript_type = "ElectionView[]")]
    pub type Elections;
    #[wasm_bindgen(typescript_type = "CostCourse[]")]
    pub type CostCourses;
    #[wasm_bindgen(typescript_type = "CostRow")]
    pub type JsCostRow;
    #[wasm_bindgen(typescript_type = "LessonReading")]
    pub type JsReading;
    #[wasm_bindgen(typescript_type = "LessonReport")]
    pub type JsReport;
    #[wasm_bindgen(typescript_type = "TextPart[]")]
    pub type TextParts;
    #[wasm_bindgen(typescript_type = "ScenarioReading")]
    pub type JsScenarioReading;
    #[wasm_bindgen(typescript_type = "ScenarioOffers")]
    pub type JsScenarioOffers;
}

/// How many trials one call makes at most.
const MOST_TRIALS: u64 = 100_000;
/// How many writes can be judged at most.
const MOST_WRITES: u64 = 1000;

/// The vocabularies of all protocols that a scenario can name.
#[wasm_bindgen(js_name = protocols)]
pub fn all_protocols() -> Result<Descriptors, JsValue> {
    cross(&protocols::known().into_iter().map(|entry| entry.descriptor).collect::<Vec<_>>())
}

/// The ways in which a replica can misbehave.
#[wasm_bindgen(js_name = byzantineKinds)]
pub fn byzantine_kinds() -> Result<WordInfos, JsValue> {
    #[derive(Serialize)]
    struct Way {
        name: &'static str,
        about: &'static str,
    }
    cross(&byzantine::ALL.iter().map(|way| Way { name: way.name(), about: way.about() }).collect::<Vec<_>>())
}

/// Words of the field that any protocol may use, each with its sentence.
#[wasm_bindgen(js_name = commonTerms)]
pub fn common_terms() -> Result<WordInfos, JsValue> {
    cross(&COMMON_TERMS)
}

/// How each thing that can be done or expected is written.
#[wasm_bindgen(js_name = actUsages)]
pub fn act_usages() -> Vec<String> {
    usages().chain(expectations()).map(str::to_string).collect()
}

/// The version of the core.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_string()
}

/// A seed that nobody has chosen, from the browser's own source of chance; a string, for it may pass 2^53.
#[wasm_bindgen(js_name = randomSeed)]
pub fn random_seed() -> Result<String, JsValue> {
    let seed = getrandom::u32().map_err(|error| Error::new(&error.to_string()))?;
    Ok(seed.to_string())
}

/// The names of the set-ups that are measured.
#[wasm_bindgen(js_name = benchNames)]
pub fn bench_names() -> Vec<String> {
    speed::COURSES.iter().map(|course| course.name.to_string()).collect()
}

/// Carries a measured set-up out and gives the number of events; the caller looks at the clock. Unless it is `unwatched`,
/// the clients' histories are checked meanwhile, as in every run.
#[wasm_bindgen(js_name = benchRun)]
pub fn bench_run(place: &Number, unwatched: Option<Flag>) -> Result<u32, JsValue> {
    let course = &speed::COURSES[row("place", place, speed::COURSES.len())?];
    let unwatched = unwatched.map_or(Ok(false), |flag| given::flag("unwatched", &flag))?;
    speed::carry_out(course, !unwatched).map_err(|error| throw(&error, true))
}

/// The set-ups of elections that can be measured.
#[wasm_bindgen(js_name = elections)]
pub fn all_elections() -> Result<Elections, JsValue> {
    let view = |course: &elections::Course| super::types::ElectionView {
        name: course.name,
        group: course.group,
        paper: course.paper,
    };
    cross(&elections::COURSES.iter().map(view).collect::<Vec<_>>())
}

/// How long there was no leader in `count` trials of a set-up, from a seed on, in virtual microseconds.
#[wasm_bindgen(js_name = electionTrials)]
pub fn election_trials(place: &Number, from: &Number, count: &Number) -> Result<Vec<f64>, JsValue> {
    let course = &elections::COURSES[row("place", place, elections::COURSES.len())?];
    let from = given::place("from", from)?;
    let seeds = from..from.saturating_add(given::whole("count", count, 0, MOST_TRIALS)? as u32);
    let trial = |seed: u32| elections::trial(course, u64::from(seed)).map(|time| time as f64);
    seeds.map(trial).collect::<Result<_, _>>().map_err(|why| Error::new(&why).into())
}

/// The forms of protocols whose costs can be measured, with what their papers say.
#[wasm_bindgen(js_name = costCourses)]
pub fn cost_courses() -> Result<CostCourses, JsValue> {
    let view = |course: Course| super::types::CostCourse {
        protocol: course.about.id,
        name: course.name(),
        messages: course.growth.messages.text,
        busiest: course.growth.busiest.text,
        source: course.growth.source,
        expected: costs::SIZES.map(|replicas| cost_row(course.expected(replicas), replicas)).to_vec(),
    };
    cross(&costs::courses().into_iter().map(view).collect::<Vec<_>>())
}

/// Carries one request out with so many replicas, and counts what it costs.
#[wasm_bindgen(js_name = measureCost)]
pub fn measure_cost(place: &Number, replicas: &Number) -> Result<JsCostRow, JsValue> {
    let courses = costs::courses();
    let course = courses[row("place", place, courses.len())?];
    let (least, most) = course.about.replicas;
    let replicas = given::whole("replicas", replicas, least.into(), most.into())?;
    let cost = course.measure(replicas).map_err(|why| Error::new(&why))?;
    cross(&cost_row(cost, replicas))
}

fn cost_row(cost: Cost, replicas: u64) -> super::types::CostRow {
    super::types::CostRow {
        replicas: replicas as u32,
        messages: cost.messages as u32,
        busiest: cost.busiest as u32,
        proofs: Proof::ALL.map(|proof| proof.bytes(cost.authenticators, replicas) as f64).to_vec(),
        delays: [cost.delays.0, cost.delays.1, cost.answer].map(|delays| delays as u32).to_vec(),
    }
}

/// Judges `writes` concurrent writes, each `told` to somebody or not, and a read that none of them explains: whether that
/// was decided. The caller looks at the clock.
#[wasm_bindgen(js_name = benchImpossibleRead)]
pub fn bench_impossible_read(writes: &Number, told: &Flag) -> Result<bool, JsValue> {
    let writes = given::whole("writes", writes, 0, MOST_WRITES)? as u32;
    Ok(speed::impossible_read(writes, given::flag("told", told)?))
}

/// The place of a row in a table that has so many.
fn row(name: &str, value: &JsValue, rows: usize) -> Result<usize, JsValue> {
    given::whole(name, value, 0, rows as u64 - 1).map(|place| place as usize)
}

/// Reads a lesson, as plain data. Never throws for what is written in it: that is told as mistakes.
#[wasm_bindgen(js_name = readLesson)]
pub fn read_lesson(text: &Text) -> Result<JsReading, JsValue> {
    cross(&lessons::reading(&given::text("text", text)?))
}

/// Reads a lesson and carries out all that it claims.
#[wasm_bindgen(js_name = checkLesson)]
pub fn check_lesson(text: &Text) -> Result<JsReport, JsValue> {
    cross(&lessons::report(&given::text("text", text)?))
}

/// The marks within a text of a lesson: stress, code, links. All else is text.
#[wasm_bindgen(js_name = textParts)]
pub fn text_parts(text: &Text) -> Result<TextParts, JsValue> {
    cross(&lessons::text_parts(&given::text("text", text)?))
}

/// Reads a scenario, for an editor: all that is wrong in it, and what each word is. Opens no run.
#[wasm_bindgen(js_name = readScenario)]
pub fn read_scenario(text: &Text) -> Result<JsScenarioReading, JsValue> {
    cross(&editing::reading(&given::text("text", text)?))
}

/// What may stand in a line of a scenario (from 1) at a column (from 1, in characters).
#[wasm_bindgen(js_name = scenarioOffers)]
pub fn scenario_offers(text: &Text, line: &Number, column: &Number) -> Result<JsScenarioOffers, JsValue> {
    let (line, column) = (given::place("line", line)?, given::place("column", column)?);
    cross(&editing::offers(&given::text("text", text)?, line, column))
}
