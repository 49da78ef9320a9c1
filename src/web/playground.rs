//! The class that JavaScript sees. It is the same in a browser, in a worker and in Node 20.
//! A malformed call throws an `Error` with a message; the module stays usable.

use js_sys::{Error, Float64Array, Object, Reflect, Uint8Array, Uint16Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::clients;
use super::show::{self, Glyph, Shown};
use crate::faults::byzantine;
use crate::kernel::time_text::parse_duration;
use crate::kernel::{Act, NodeId, Time};
use crate::lab::{elections, speed};
use crate::protocols;
use crate::scenario::gallery::gallery;
use crate::scenario::{ScenarioError, Session, export, usages};

#[wasm_bindgen(typescript_custom_section)]
const FRAME_TYPES: &str = r#"
/** Messages to be drawn: one place in each array is one message. Clients have bit 15 of their number set. */
export interface Flights {
  id: Uint32Array; from: Uint16Array; to: Uint16Array; kind: Uint8Array;
  /** -1 for none. */
  epoch: Float64Array;
  sent: Float64Array;
  /** Infinite while nobody knows (a manual network). */
  due: Float64Array;
  /** 0 flying, 1 delivered, 2 lost, 3 cut, 4 its receiver was crashed, 5 dropped. */
  fate: Uint8Array;
  /** 1 for the second copy of another. */
  twin: Uint8Array;
}
/** What the page draws. */
export interface Frame extends FrameView { flights: Flights }
/** What a malformed scenario or act throws. */
export interface ScenarioError extends Error { line?: number; column?: number }
"#;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "Descriptor[]")]
    pub type Descriptors;
    #[wasm_bindgen(typescript_type = "GalleryItem[]")]
    pub type Gallery;
    #[wasm_bindgen(typescript_type = "WordInfo[]")]
    pub type WordInfos;
    #[wasm_bindgen(typescript_type = "Info")]
    pub type JsInfo;
    #[wasm_bindgen(typescript_type = "TickView")]
    pub type JsTick;
    #[wasm_bindgen(typescript_type = "StateView")]
    pub type JsState;
    #[wasm_bindgen(typescript_type = "Frame")]
    pub type JsFrame;
    #[wasm_bindgen(typescript_type = "EventView[]")]
    pub type JsEvents;
    #[wasm_bindgen(typescript_type = "MessageView[]")]
    pub type JsMessages;
    #[wasm_bindgen(typescript_type = "FlightDetail | undefined")]
    pub type JsFlight;
    #[wasm_bindgen(typescript_type = "ExplanationView | undefined")]
    pub type JsExplanation;
    #[wasm_bindgen(typescript_type = "HistoryView")]
    pub type JsHistory;
    #[wasm_bindgen(typescript_type = "ElectionView[]")]
    pub type Elections;
    #[wasm_bindgen(typescript_type = "string | number")]
    pub type Span;
}

/// Called once when the module is loaded: a panic of ours then says where it was.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

fn cross<T: Serialize + ?Sized, J: JsCast>(thing: &T) -> Result<J, JsValue> {
    let value = thing.serialize(&serde_wasm_bindgen::Serializer::json_compatible());
    value.map(JsCast::unchecked_into).map_err(|error| Error::new(&error.to_string()).into())
}

pub(super) fn throw(error: &ScenarioError, with_line: bool) -> JsValue {
    let thrown = Error::new(&if with_line { error.to_string() } else { error.message.clone() });
    if with_line {
        // A plain object takes every property: these can't fail.
        let _ = Reflect::set(&thrown, &"line".into(), &error.line.into());
        let _ = Reflect::set(&thrown, &"column".into(), &error.column.into());
    }
    thrown.into()
}

/// The protocols' vocabularies.
#[wasm_bindgen(js_name = protocols)]
pub fn all_protocols() -> Result<Descriptors, JsValue> {
    cross(&protocols::ALL.iter().map(|entry| &**entry.descriptor).collect::<Vec<_>>())
}

/// The scenarios that come with the playground.
#[wasm_bindgen(js_name = gallery)]
pub fn all_scenarios() -> Result<Gallery, JsValue> {
    let item = |exhibit: crate::scenario::gallery::Exhibit| super::types::GalleryItem {
        file: exhibit.file,
        protocol: exhibit.protocol,
        title: exhibit.title,
        about: exhibit.about,
        text: exhibit.text,
    };
    cross(&gallery().into_iter().map(item).collect::<Vec<_>>())
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

/// How each thing that can be done is written.
#[wasm_bindgen(js_name = actUsages)]
pub fn act_usages() -> Vec<String> {
    usages().map(str::to_string).collect()
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
pub fn bench_run(place: usize, unwatched: Option<bool>) -> Result<u32, JsValue> {
    let course = speed::COURSES.get(place).ok_or_else(|| Error::new("there is no such set-up"))?;
    speed::carry_out(course, unwatched != Some(true)).map_err(|error| throw(&error, true))
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
pub fn election_trials(place: usize, from: u32, count: u32) -> Result<Vec<f64>, JsValue> {
    let course = elections::COURSES.get(place).ok_or_else(|| Error::new("there is no such set-up"))?;
    let seeds = from..from.saturating_add(count);
    let trial = |seed: u32| elections::trial(course, u64::from(seed)).map(|time| time as f64);
    seeds.map(trial).collect::<Result<_, _>>().map_err(|why| Error::new(&why).into())
}

/// Judges `writes` concurrent writes, each `told` to somebody or not, and a read that none of them explains: whether that
/// was decided. The caller looks at the clock.
#[wasm_bindgen(js_name = benchImpossibleRead)]
pub fn bench_impossible_read(writes: u32, told: bool) -> bool {
    speed::impossible_read(writes, told)
}

/// A scenario that is being carried out.
#[wasm_bindgen]
#[derive(Default)]
pub struct Playground {
    session: Option<Session>,
    shown: Shown,
}

#[wasm_bindgen]
impl Playground {
    /// A playground with nothing open.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Playground {
        Playground::default()
    }

    fn session(&self) -> Result<&Session, JsValue> {
        self.session.as_ref().ok_or_else(|| Error::new("no scenario is open: call open(text) first").into())
    }

    fn session_mut(&mut self) -> Result<&mut Session, JsValue> {
        self.session.as_mut().ok_or_else(|| Error::new("no scenario is open: call open(text) first").into())
    }

    /// Opens a scenario at its beginning. Throws an `Error` with `line` and `column`; what was open then stays open.
    pub fn open(&mut self, text: &str) -> Result<JsInfo, JsValue> {
        let session = Session::open(text).map_err(|error| throw(&error, true))?;
        let info = cross(&show::info(&session))?;
        (self.session, self.shown) = (Some(session), Shown::default());
        Ok(info)
    }

    /// Does something now: a line of a scenario without a time, such as `crash 2`. It is written into the script.
    /// Throws where it is not understood or can't be done; the run is then as it was.
    pub fn act(&mut self, line: &str) -> Result<(), JsValue> {
        self.session_mut()?.act(line).map_err(|error| throw(&error, false))
    }

    /// Answers the oldest open question of an agent, whatever the text.
    pub fn answer(&mut self, agent: usize, text: &str) -> Result<(), JsValue> {
        if agent == 0 || agent > self.session()?.world().size() {
            return Err(Error::new(&format!("there is no agent {agent}")).into());
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let act = Act::Answer { replica: NodeId::replica(agent), text };
        self.session_mut()?.apply(act).map_err(|error| throw(&error, false))
    }

    /// One event, or one line of the script.
    pub fn step(&mut self) -> Result<JsTick, JsValue> {
        let session = self.session_mut()?;
        let tick = session.step();
        cross(&show::tick(session, tick))
    }

    /// Lets virtual time pass: `"16.7ms"`, or a number of microseconds.
    pub fn run(&mut self, span: Span) -> Result<JsTick, JsValue> {
        let span = microseconds(&span)?;
        let session = self.session_mut()?;
        let tick = session.run(span);
        cross(&show::tick(session, tick))
    }

    /// Carries the script out to its end.
    pub fn finish(&mut self) -> Result<JsTick, JsValue> {
        let session = self.session_mut()?;
        let tick = session.finish();
        cross(&show::tick(session, tick))
    }

    /// Goes to right after an event: back, or forth as far as things have happened once.
    pub fn seek(&mut self, event: u32) -> Result<JsTick, JsValue> {
        let session = self.session_mut()?;
        session.seek(event);
        cross(&show::tick(session, crate::scenario::Tick::Clock))
    }

    /// Goes to a time, in virtual microseconds: back, or forth as far as things have happened once.
    #[wasm_bindgen(js_name = seekTime)]
    pub fn seek_time(&mut self, time: f64) -> Result<JsTick, JsValue> {
        let time = whole(time)?;
        let session = self.session_mut()?;
        session.seek_time(time);
        cross(&show::tick(session, crate::scenario::Tick::Clock))
    }

    /// Takes back what was done by hand last, and goes to where it was done; `false` where nothing was.
    pub fn undo(&mut self) -> Result<bool, JsValue> {
        Ok(self.session_mut()?.undo())
    }

    /// Does again what was taken back last; `false` where nothing was.
    pub fn redo(&mut self) -> Result<bool, JsValue> {
        Ok(self.session_mut()?.redo())
    }

    /// Returns to a branch, at its end; the present run becomes a branch. `false` where there is none of that number.
    #[wasm_bindgen(js_name = switchBranch)]
    pub fn switch_branch(&mut self, id: u32) -> Result<bool, JsValue> {
        Ok(self.session_mut()?.switch(id))
    }

    /// Calls a branch something else, or (0) the present run. `false` where there is none of that number.
    #[wasm_bindgen(js_name = renameBranch)]
    pub fn rename_branch(&mut self, id: u32, name: &str) -> Result<bool, JsValue> {
        Ok(self.session_mut()?.rename(id, name))
    }

    /// Gives a branch up. `false` where there is none of that number.
    #[wasm_bindgen(js_name = discardBranch)]
    pub fn discard_branch(&mut self, id: u32) -> Result<bool, JsValue> {
        Ok(self.session_mut()?.discard(id))
    }

    /// The trace for other tools: `ndjson`, a line of JSON for each event, or `shiviz`, a log with vector clocks.
    pub fn export(&self, format: &str) -> Result<String, JsValue> {
        match format {
            "ndjson" => Ok(export::ndjson(self.session()?)),
            "shiviz" => Ok(export::shiviz(self.session()?)),
            _ => Err(Error::new("a trace is exported as ndjson or as shiviz").into()),
        }
    }

    /// Everything that is now.
    pub fn state(&self) -> Result<JsState, JsValue> {
        cross(&show::state(self.session()?))
    }

    /// What the page draws: what changed since the last frame, or everything.
    pub fn frame(&mut self, fresh: bool) -> Result<JsFrame, JsValue> {
        let Some(session) = self.session.as_mut() else {
            return Err(Error::new("no scenario is open: call open(text) first").into());
        };
        let (view, glyphs) = show::frame(session, &mut self.shown, fresh);
        let frame: JsFrame = cross(&view)?;
        Reflect::set(&frame, &"flights".into(), flights(&glyphs)?.as_ref())?;
        Ok(frame)
    }

    /// Events from a number on, at most `count`.
    pub fn events(&self, from: u32, count: Option<u32>) -> Result<JsEvents, JsValue> {
        cross(&show::events(self.session()?, from, count.unwrap_or(u32::MAX)))
    }

    /// Messages from a number on, at most `count`.
    pub fn messages(&self, from: u32, count: Option<u32>) -> Result<JsMessages, JsValue> {
        cross(&show::messages(self.session()?, from, count.unwrap_or(u32::MAX)))
    }

    /// All that a message in flight carries.
    pub fn flight(&self, id: u32) -> Result<JsFlight, JsValue> {
        match show::flight(self.session()?, id) {
            Some(flight) => cross(&flight),
            None => Ok(JsValue::UNDEFINED.unchecked_into()),
        }
    }

    /// Why an event happened and what it changed.
    pub fn explain(&self, event: u32) -> Result<JsExplanation, JsValue> {
        let session = self.session()?;
        match session.explain(event) {
            Some(found) => cross(&show::explanation(session, event, found)),
            None => Ok(JsValue::UNDEFINED.unchecked_into()),
        }
    }

    /// What clients asked and were told, with an order that explains it or the operation that nothing explains.
    pub fn history(&self) -> Result<JsHistory, JsValue> {
        cross(&clients::history(self.session()?))
    }

    /// The scenario with what was done by hand.
    pub fn script(&self) -> Result<String, JsValue> {
        Ok(self.session()?.script())
    }

    /// A hash over all that has happened and all that is, as 16 hexadecimal digits.
    #[wasm_bindgen(js_name = traceHash)]
    pub fn trace_hash(&self) -> Result<String, JsValue> {
        Ok(format!("{:016x}", self.session()?.trace_hash()))
    }
}

fn microseconds(span: &Span) -> Result<Time, JsValue> {
    match (span.as_string(), span.as_f64()) {
        (Some(text), _) => parse_duration(&text).map_err(|why| Error::new(&why).into()),
        (_, Some(number)) => whole(number),
        _ => Err(Error::new("a duration is a text such as 16.7ms, or a number of microseconds").into()),
    }
}

fn whole(number: f64) -> Result<Time, JsValue> {
    if (0.0..=9e15).contains(&number) {
        return Ok(number.round() as Time);
    }
    Err(Error::new("a number of microseconds lies between 0 and 9e15").into())
}

fn flights(glyphs: &[Glyph]) -> Result<Object, JsValue> {
    let object = Object::new();
    let set = |name: &str, array: &JsValue| Reflect::set(&object, &name.into(), array).map(drop);
    let column = |pick: fn(&Glyph) -> f64| glyphs.iter().map(pick).collect::<Vec<_>>();
    let bytes = |pick: fn(&Glyph) -> u8| glyphs.iter().map(pick).collect::<Vec<_>>();
    let shorts = |pick: fn(&Glyph) -> u16| glyphs.iter().map(pick).collect::<Vec<_>>();
    let ids: Vec<_> = glyphs.iter().map(|glyph| glyph.id).collect();
    set("id", &Uint32Array::from(&ids[..]))?;
    set("epoch", &Float64Array::from(&column(|glyph| glyph.epoch)[..]))?;
    set("from", &Uint16Array::from(&shorts(|glyph| glyph.from)[..]))?;
    set("to", &Uint16Array::from(&shorts(|glyph| glyph.to)[..]))?;
    set("kind", &Uint8Array::from(&bytes(|glyph| glyph.kind)[..]))?;
    set("fate", &Uint8Array::from(&bytes(|glyph| glyph.fate)[..]))?;
    set("twin", &Uint8Array::from(&bytes(|glyph| u8::from(glyph.twin))[..]))?;
    set("sent", &Float64Array::from(&column(|glyph| glyph.sent)[..]))?;
    set("due", &Float64Array::from(&column(|glyph| glyph.due)[..]))?;
    Ok(object)
}
