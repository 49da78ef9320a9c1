//! The search for a schedule that breaks something, for a page's worker: in slices.

use js_sys::{Error, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::arguments::{self as given, HIGHEST, Number, Text};
use super::playground::throw;
use crate::explorer::{Bounds, Phase, Plan, Root, Search};
use crate::scenario::parse;

#[wasm_bindgen(typescript_custom_section)]
const SEARCH_TYPES: &str = r#"
/** How far a search is. */
export interface SearchProgress {
  phase: "searching" | "shrinking" | "found" | "complete" | "full";
  /** Different states; of walks the steps taken. */
  states: number;
  transitions: number;
  /** Walks begun; 0 where all states are gone through. */
  walks: number;
  depth: number;
  /** How many states wait to be gone on from. */
  frontier: number;
  bytes: number;
  /** The chance that a state was taken for another and passed over. */
  collisions: number;
  /** How many steps the schedule has that was found; 0 while there is none. */
  steps: number;
}

/** Bounds of a search by their names; one that is not there is none. */
export type SearchBounds = Record<string, number>;
"#;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "SearchProgress")]
    pub type JsProgress;
    #[wasm_bindgen(typescript_type = "SearchBounds")]
    pub type JsBounds;
}

/// A search for a schedule.
#[wasm_bindgen]
pub struct ScheduleSearch {
    search: Search,
}

#[wasm_bindgen]
impl ScheduleSearch {
    /// A search from the header, the requests and the liars of a scenario. `strategy`: breadth, depth or swarm; `wanted`: `any`, `undecided`, a
    /// property's name or a condition as `expect` takes it; `bounds`: `crashes=1 timers=2 election-timeout=3`; of `workers` workers
    /// this one is number `worker`, from 0. Throws an `Error` where something can't be read.
    #[wasm_bindgen(constructor)]
    pub fn new(
        text: &Text,
        strategy: &Text,
        wanted: &Text,
        bounds: &Text,
        seed: &Number,
        worker: &Number,
        workers: &Number,
    ) -> Result<ScheduleSearch, JsValue> {
        let scenario = parse(&given::text("text", text)?).map_err(|error| throw(&error, true))?;
        let (strategy, wanted) = (given::text("strategy", strategy)?, given::text("wanted", wanted)?);
        let bounds = given::text("bounds", bounds)?;
        let plan = Plan::read(&Root::of(&scenario), &strategy, &wanted, &bounds).map_err(|why| Error::new(&why))?;
        let workers = given::whole("workers", workers, 1, 64)?;
        let worker = (given::whole("worker", worker, 0, workers - 1)?, workers);
        let plan = Plan { seed: given::whole("seed", seed, 0, HIGHEST)?, worker, ..plan };
        let search = Search::new(&scenario, plan).map_err(|error| throw(&error, true))?;
        Ok(ScheduleSearch { search })
    }

    /// Goes on for about so many steps, and says how far it is.
    #[wasm_bindgen(js_name = runFor)]
    pub fn run_for(&mut self, steps: &Number) -> Result<JsProgress, JsValue> {
        let progress = self.search.run_for(given::whole("steps", steps, 0, 10_000_000)?);
        let phase = match progress.phase {
            Phase::Searching => "searching",
            Phase::Shrinking => "shrinking",
            Phase::Found => "found",
            Phase::Complete => "complete",
            Phase::Full => "full",
        };
        let object = Object::new();
        Reflect::set(&object, &"phase".into(), &phase.into())?;
        let numbers = [
            ("states", progress.states as f64),
            ("transitions", progress.transitions as f64),
            ("walks", progress.walks as f64),
            ("depth", f64::from(progress.depth)),
            ("frontier", progress.frontier as f64),
            ("bytes", progress.bytes as f64),
            ("collisions", progress.collisions),
            ("steps", f64::from(progress.steps.unwrap_or(0))),
        ];
        for (name, number) in numbers {
            Reflect::set(&object, &name.into(), &number.into())?;
        }
        Ok(object.unchecked_into())
    }

    /// The bounds in words.
    pub fn bounds(&self) -> String {
        self.search.bounds()
    }

    /// In which walk something was found, or which is under way: of several workers' findings the earliest counts.
    pub fn walk(&self) -> f64 {
        self.search.walk() as f64
    }

    /// What was found, as a scenario in `network manual` that was replayed already; `undefined` while there is nothing.
    pub fn found(&self) -> Option<String> {
        self.search.finding().map(|finding| finding.text.clone())
    }

    /// What came about, as a sentence; `undefined` while there is nothing.
    pub fn sentence(&self) -> Option<String> {
        self.search.finding().map(|finding| finding.sentence.clone())
    }
}

/// The bounds that a search of a scenario has where nothing is said, by the strategy's word.
#[wasm_bindgen(js_name = usualBounds)]
pub fn usual_bounds(text: &Text, strategy: &Text) -> Result<JsBounds, JsValue> {
    let scenario = parse(&given::text("text", text)?).map_err(|error| throw(&error, true))?;
    let strategy = given::text("strategy", strategy)?;
    let bounds = Plan::read(&Root::of(&scenario), &strategy, "any", "").map_err(|why| Error::new(&why))?.bounds;
    let few = |many: u16| (many < u16::MAX).then_some(f64::from(many));
    let numbers = [
        few(bounds.steps),
        few(bounds.crashes),
        few(bounds.blank_disks),
        few(bounds.duplicates),
        few(bounds.requests),
        few(bounds.liars),
        few(bounds.lies),
        few(bounds.twins),
        few(bounds.timers),
        (bounds.epochs < u64::MAX).then_some(bounds.epochs as f64),
        few(bounds.duties),
        few(bounds.memory),
    ];
    let object = Object::new();
    for (name, number) in Bounds::NAMES.into_iter().zip(numbers) {
        if let Some(number) = number {
            Reflect::set(&object, &name.into(), &number.into())?;
        }
    }
    Ok(object.unchecked_into())
}

/// Makes a failing scenario shorter. Throws an `Error` where it can't be read, or nothing fails in it.
#[wasm_bindgen(js_name = makeShorter)]
pub fn make_shorter(text: &Text) -> Result<String, JsValue> {
    let scenario = parse(&given::text("text", text)?).map_err(|error| throw(&error, true))?;
    let shrunk = crate::explorer::shrink_scenario(&scenario).map_err(|why| Error::new(&why))?;
    Ok(shrunk.into_text())
}
