//! The restaurant vote over many trials, for JavaScript: in slices, so that whoever calls can show how far it is.

use js_sys::{Error, Object, Reflect, Uint8Array, Uint16Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::arguments::{self as given, HIGHEST, Number, Text};
use super::playground::throw;
use crate::challenge::{Closed, columns};
use crate::scenario::parse;

#[wasm_bindgen(typescript_custom_section)]
const TRIALS_TYPES: &str = r#"
/** What each of many trials gave, trial by trial. */
export interface TrialColumns {
  /** After how many rounds the last agent that is not Byzantine had decided; 0 where one gave up. */
  rounds: Uint16Array;
  /** What each agent decided, trial by trial and agent by agent: a place on the menu, 255 where it gave up. */
  decided: Uint8Array;
}
/** Who votes, and on what. */
export interface TrialSetting {
  agents: number;
  menu: string[];
  /** What each agent proposes first, as a place on the menu. */
  favourites: Uint8Array;
  /** How each agent rates the menu, agent by agent, in thousandths of a point. */
  ratings: Uint32Array;
  /** 1 for each agent that is Byzantine. */
  byzantine: Uint8Array;
  maxRounds: number;
}
"#;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "TrialColumns")]
    pub type JsColumns;
    #[wasm_bindgen(typescript_type = "TrialSetting")]
    pub type JsSetting;
}

/// How many trials one call makes at most.
const MOST_TRIALS: u64 = 100_000;

/// The vote of a scenario around one table, without a network.
#[wasm_bindgen]
pub struct VoteTrials {
    closed: Closed,
}

#[wasm_bindgen]
impl VoteTrials {
    /// Takes the vote of a scenario. Throws an `Error` where it can't be read, or has no closed loop.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &Text) -> Result<VoteTrials, JsValue> {
        let scenario = parse(&given::text("text", text)?).map_err(|error| throw(&error, true))?;
        let closed = Closed::read(&scenario).map_err(|why| Error::new(&why))?;
        Ok(VoteTrials { closed })
    }

    /// Who votes, and on what.
    pub fn setting(&self) -> Result<JsSetting, JsValue> {
        let config = &self.closed.config;
        let setting = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&setting, &name.into(), value).map(drop);
        let (menu, mut favourites, mut ratings) = (js_sys::Array::new(), Vec::new(), Vec::new());
        for restaurant in &config.menu {
            menu.push(&restaurant.name().into());
        }
        let mut byzantine = vec![0; config.agents()];
        for (agent, profile) in config.profiles.iter().enumerate() {
            favourites.push(profile.favourite);
            ratings.extend_from_slice(&profile.ratings);
            byzantine[agent] = u8::from(self.closed.lies(agent));
        }
        set("agents", &(config.agents() as f64).into())?;
        set("maxRounds", &(config.max_rounds as f64).into())?;
        set("menu", &menu)?;
        set("favourites", &Uint8Array::from(&favourites[..]))?;
        set("ratings", &Uint32Array::from(&ratings[..]))?;
        set("byzantine", &Uint8Array::from(&byzantine[..]))?;
        Ok(setting.unchecked_into())
    }

    /// Runs `count` trials, with the seeds from `from` on. A trial is what the scenario's first dinner would be on a
    /// network that loses and delays nothing, with that number for its `seed` and its `strategy-seed`.
    pub fn run(&self, from: &Number, count: &Number) -> Result<JsColumns, JsValue> {
        let from = given::whole("from", from, 0, HIGHEST)?;
        let count = given::whole("count", count, 0, MOST_TRIALS)?;
        let columns = columns(&self.closed, from..from + count).map_err(|why| Error::new(&why))?;
        let object = Object::new();
        Reflect::set(&object, &"rounds".into(), &Uint16Array::from(&columns.rounds[..]))?;
        Reflect::set(&object, &"decided".into(), &Uint8Array::from(&columns.decided[..]))?;
        Ok(object.unchecked_into())
    }
}

impl VoteTrials {
    /// Some vote, from which the class can be told.
    pub(super) fn sample() -> Option<VoteTrials> {
        let scenario = parse("protocol restaurant-vote\n").ok()?;
        Closed::read(&scenario).ok().map(|closed| VoteTrials { closed })
    }
}
