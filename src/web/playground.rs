//! The class that JavaScript sees. It is the same in a browser, in a worker and in Node 20.
//! A malformed call throws an `Error` with a message; the module stays usable.

use js_sys::{Error, Float64Array, Object, Reflect, Uint8Array, Uint16Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::arguments::{self as given, Flag, HIGHEST, Number, Numbers, Text};
use super::clients;
use super::folds;
use super::glyphs::Glyph;
use super::lessons;
use super::population;
use super::show::{self, Shown};
use super::types::TickView;
use crate::kernel::data::duration::parse_duration;
use crate::kernel::{Action, NodeId, Time};
use crate::lessons::TaskGoals;
use crate::scenario::export::{Ndjson, Shiviz};
use crate::scenario::{ScenarioError, Session, Tick};

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
    #[wasm_bindgen(typescript_type = "PopulationView | undefined")]
    pub type JsPopulation;
    #[wasm_bindgen(typescript_type = "FoldView")]
    pub type JsFold;
    #[wasm_bindgen(typescript_type = "TaskStanding | undefined")]
    pub type JsTask;
    #[wasm_bindgen(typescript_type = "string | number")]
    pub type Span;
}

pub(super) fn cross<T: Serialize + ?Sized, J: JsCast>(thing: &T) -> Result<J, JsValue> {
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

/// A scenario that is being carried out.
#[wasm_bindgen]
#[derive(Default)]
pub struct Playground {
    session: Option<Session>,
    shown: Shown,
    /// A log for ShiViz that is being taken piece by piece.
    shiviz: Option<Shiviz>,
    /// Lines of JSON that are being taken piece by piece.
    ndjson: Option<Ndjson>,
    /// The task that is followed.
    task: Option<TaskGoals>,
}

#[wasm_bindgen]
impl Playground {
    /// A playground with nothing open.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Playground {
        Playground::default()
    }

    fn session(&self) -> Result<&Session, JsValue> {
        self.session.as_ref().ok_or_else(nothing_open)
    }

    fn session_mut(&mut self) -> Result<&mut Session, JsValue> {
        self.session.as_mut().ok_or_else(nothing_open)
    }

    /// Opens a scenario at its beginning. Throws an `Error` with `line` and `column`; what was open then stays open.
    pub fn open(&mut self, text: &Text) -> Result<JsInfo, JsValue> {
        let text = given::text("text", text)?;
        let mut session = Session::open(&text).map_err(|error| throw(&error, true))?;
        session.begin();
        let info = cross(&show::info(&session))?;
        *self = Playground { session: Some(session), ..Playground::default() };
        Ok(info)
    }

    /// Does something now: a line of a scenario without a time, such as `crash 2`. It is written into the script.
    /// Throws where it is not understood or can't be done; the run is then as it was.
    pub fn act(&mut self, line: &Text) -> Result<(), JsValue> {
        let line = given::text("line", line)?;
        self.session_mut()?.act(&line).map_err(|error| throw(&error, false))
    }

    /// Follows a task of a lesson from this moment of the run on: lines such as `goal committed 1`, `at most 1 crash`,
    /// `allow crash, run`. A line `set …` tells of an option with which the person started the scene again. Throws an `Error` with `line` and `column`.
    #[wasm_bindgen(js_name = setTask)]
    pub fn set_task(&mut self, rules: &Text) -> Result<(), JsValue> {
        let rules = given::text("rules", rules)?;
        let task = TaskGoals::read(self.session_mut()?, &rules).map_err(|error| throw(&error, true))?;
        self.task = Some(task);
        Ok(())
    }

    /// How the task stands at this moment of the run; `undefined` where none was set.
    pub fn task(&self) -> Result<JsTask, JsValue> {
        match &self.task {
            Some(task) => cross(&lessons::standing(task.status(self.session()?))),
            None => Ok(JsValue::UNDEFINED.unchecked_into()),
        }
    }

    /// Answers the oldest open question of an agent, whatever the text.
    pub fn answer(&mut self, agent: &Number, text: &Text) -> Result<(), JsValue> {
        let agent = given::whole("agent", agent, 1, self.session()?.world().size() as u64)? as usize;
        let text = given::text("text", text)?.split_whitespace().collect::<Vec<_>>().join(" ");
        let act = Action::Answer { replica: NodeId::replica(agent), text };
        self.session_mut()?.apply(act).map_err(|error| throw(&error, false))
    }

    /// One event, or one line of the script.
    pub fn step(&mut self) -> Result<JsTick, JsValue> {
        let session = self.session_mut()?;
        let tick = session.step();
        cross(&show::tick(session, tick))
    }

    /// Lets virtual time pass: `"16.7ms"`, or a number of microseconds. With `ticks`, in at most so many steps: `more` then
    /// says whether they were not enough. With `event`, until that event has happened.
    pub fn run(&mut self, span: &Span, ticks: Option<Number>, event: Option<Number>) -> Result<JsTick, JsValue> {
        let span = microseconds(span)?;
        let event = given::place_or("event", event.as_deref(), u32::MAX)?;
        let (session, ticks) = (self.session.as_mut().ok_or_else(nothing_open)?, granted(ticks.as_deref())?);
        let target = session.world().now().saturating_add(span);
        let seen = match ticks {
            None if event == u32::MAX => Some(session.run(span)),
            ticks => session.run_slice(target, event, ticks.unwrap_or(u32::MAX)),
        };
        ticked(session, seen)
    }

    /// Carries the script out to its end.
    pub fn finish(&mut self) -> Result<JsTick, JsValue> {
        let session = self.session_mut()?;
        let tick = session.finish();
        cross(&show::tick(session, tick))
    }

    /// Goes on until an event that is worth a mark has happened: `marked` then. In at most `ticks` steps: `more` says
    /// whether they were not enough.
    pub fn onward(&mut self, ticks: &Number) -> Result<JsTick, JsValue> {
        let ticks = given::place("ticks", ticks)?;
        let session = self.session_mut()?;
        let (seen, marked) = session.onward_slice(ticks, show::marked).unzip();
        let more = seen.is_none();
        let view = show::tick(session, seen.unwrap_or(Tick::Event));
        cross(&TickView { more, marked: marked == Some(true), ..view })
    }

    /// Goes to right after an event: back, or forth as far as things have happened once. `ticks` as for `run`.
    pub fn seek(&mut self, event: &Number, ticks: Option<Number>) -> Result<JsTick, JsValue> {
        let event = given::place("event", event)?;
        let (session, ticks) = (self.session.as_mut().ok_or_else(nothing_open)?, granted(ticks.as_deref())?);
        let there = session.seek_slice(event, ticks.unwrap_or(u32::MAX));
        ticked(session, there.then_some(Tick::Clock))
    }

    /// Goes to a time, in virtual microseconds: back, or forth as far as things have happened once.
    #[wasm_bindgen(js_name = seekTime)]
    pub fn seek_time(&mut self, time: &Number) -> Result<JsTick, JsValue> {
        let time = moment("time", time)?;
        let session = self.session_mut()?;
        session.seek_time(time);
        cross(&show::tick(session, Tick::Clock))
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
    pub fn switch_branch(&mut self, id: &Number) -> Result<bool, JsValue> {
        let id = given::place("id", id)?;
        Ok(self.session_mut()?.switch(id))
    }

    /// Calls a branch something else, or (0) the present run. `false` where there is none of that number.
    #[wasm_bindgen(js_name = renameBranch)]
    pub fn rename_branch(&mut self, id: &Number, name: &Text) -> Result<bool, JsValue> {
        let (id, name) = (given::place("id", id)?, given::text("name", name)?);
        Ok(self.session_mut()?.rename(id, &name))
    }

    /// Gives a branch up. `false` where there is none of that number.
    #[wasm_bindgen(js_name = discardBranch)]
    pub fn discard_branch(&mut self, id: &Number) -> Result<bool, JsValue> {
        let id = given::place("id", id)?;
        Ok(self.session_mut()?.discard(id))
    }

    /// The trace for other tools: `ndjson`, a line of JSON for each event, or `shiviz`, a log with vector clocks. A long
    /// one passes the longest string that JavaScript has: with `from` and `count` it comes piece by piece, from event 1 on
    /// and without gaps.
    pub fn export(&mut self, format: &Text, from: Option<Number>, count: Option<Number>) -> Result<String, JsValue> {
        let from = given::place_or("from", from.as_deref(), 1)?;
        let count = given::place_or("count", count.as_deref(), u32::MAX)?;
        let session = self.session.as_ref().ok_or_else(nothing_open)?;
        match given::text("format", format)?.as_str() {
            "ndjson" => {
                let begun = self.ndjson.take().filter(|lines| lines.next() == from && from > 1);
                let mut lines = begun.unwrap_or_else(|| Ndjson::new(session));
                if lines.next() != from {
                    return Err(given::wrong("from", "the event that follows the piece before, or 1", &from.into()));
                }
                let piece = lines.piece(session, count);
                self.ndjson = Some(lines).filter(|lines| lines.next() <= session.last());
                Ok(piece)
            }
            "shiviz" => {
                let begun = self.shiviz.take().filter(|log| log.next() == from && from > 1);
                let mut log = begun.unwrap_or_default();
                if log.next() != from {
                    return Err(given::wrong("from", "the event that follows the piece before, or 1", &from.into()));
                }
                let piece = log.piece(session, count);
                self.shiviz = Some(log).filter(|log| log.next() <= session.last());
                Ok(piece)
            }
            _ => Err(given::wrong("format", "\"ndjson\" or \"shiviz\"", format)),
        }
    }

    /// Everything that is now.
    pub fn state(&self) -> Result<JsState, JsValue> {
        cross(&show::state(self.session()?))
    }

    /// What the page draws: what changed since the last frame, or everything. Where `whole` lists replicas by number, of all
    /// others it tells only what they are and in which epoch: so much is quickly told of a thousand.
    pub fn frame(&mut self, fresh: &Flag, whole: Option<Numbers>) -> Result<JsFrame, JsValue> {
        let fresh = given::flag("fresh", fresh)?;
        let whole = self.replicas("whole", whole)?;
        let session = self.session.as_mut().ok_or_else(nothing_open)?;
        let (view, glyphs) = show::frame(session, &mut self.shown, fresh, whole.as_deref());
        let frame: JsFrame = cross(&view)?;
        Reflect::set(&frame, &"flights".into(), flights(&glyphs)?.as_ref())?;
        Ok(frame)
    }

    /// Of `count` events from a number on, those at some replicas, by number, and at clients; or all.
    pub fn events(&self, from: &Number, count: Option<Number>, of: Option<Numbers>) -> Result<JsEvents, JsValue> {
        let count = given::place_or("count", count.as_deref(), u32::MAX)?;
        let (session, of) = (self.session()?, self.replicas("of", of)?);
        cross(&show::events(session, given::place("from", from)?, count, of.as_deref()))
    }

    /// Of `count` messages from a number on, those between some replicas, by number, and clients; or all.
    pub fn messages(&self, from: &Number, count: Option<Number>, of: Option<Numbers>) -> Result<JsMessages, JsValue> {
        let count = given::place_or("count", count.as_deref(), u32::MAX)?;
        let (session, of) = (self.session()?, self.replicas("of", of)?);
        cross(&show::messages(session, given::place("from", from)?, count, of.as_deref()))
    }

    /// All that a message in flight carries.
    pub fn flight(&self, id: &Number) -> Result<JsFlight, JsValue> {
        match show::flight(self.session()?, given::place("id", id)?) {
            Some(flight) => cross(&flight),
            None => Ok(JsValue::UNDEFINED.unchecked_into()),
        }
    }

    /// Why an event happened and what it changed.
    pub fn explain(&self, event: &Number) -> Result<JsExplanation, JsValue> {
        let event = given::place("event", event)?;
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

    /// The groups that replicas fall into, over time, beside the equations of a large population; where the protocol has none, nothing.
    pub fn population(&self) -> Result<JsPopulation, JsValue> {
        cross(&population::population(self.session()?))
    }

    /// The states of all replicas as folds over their logs, at an index, or at the last; the entries around it, and where
    /// replicas differ.
    pub fn fold(&self, at: Option<Number>) -> Result<JsFold, JsValue> {
        let at = given::place_or("at", at.as_deref(), u32::MAX)?;
        cross(&folds::fold(self.session()?, u64::from(at)))
    }

    /// The event in which a replica came to have applied an index, or without one the event since which its state is another
    /// than its log says; 0 for none.
    #[wasm_bindgen(js_name = foldEvent)]
    pub fn fold_event(&self, replica: &Number, index: Option<Number>) -> Result<u32, JsValue> {
        let session = self.session()?;
        let replica = given::whole("replica", replica, 1, session.world().size() as u64)? as usize;
        let index = index.map(|index| given::place("index", &index)).transpose()?;
        Ok(folds::event(session, NodeId::replica(replica), index.map(u64::from)))
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

impl Playground {
    /// Replicas of the run at hand, where they are named.
    fn replicas(&self, name: &str, numbers: Option<Numbers>) -> Result<Option<Vec<NodeId>>, JsValue> {
        let size = self.session()?.world().size();
        numbers.map(|numbers| given::replicas(name, &numbers, size)).transpose()
    }
}

fn nothing_open() -> JsValue {
    Error::new("no scenario is open: call open(text) first").into()
}

/// How many ticks a slice may take; at least one, so that it goes on. None where nobody set a limit.
fn granted(ticks: Option<&JsValue>) -> Result<Option<u32>, JsValue> {
    ticks.map(|ticks| given::whole("ticks", ticks, 1, u64::from(u32::MAX)).map(|ticks| ticks as u32)).transpose()
}

fn ticked(session: &Session, seen: Option<Tick>) -> Result<JsTick, JsValue> {
    let view = show::tick(session, seen.unwrap_or(Tick::Event));
    cross(&TickView { more: seen.is_none(), ..view })
}

fn microseconds(span: &JsValue) -> Result<Time, JsValue> {
    match span.as_f64() {
        Some(_) => moment("span", span),
        None if span.is_string() => parse_duration(&given::text("span", span)?).map_err(|why| Error::new(&why).into()),
        None => Err(given::wrong("span", "a duration: a text such as 16.7ms, or a number of microseconds", span)),
    }
}

/// A moment or a length of virtual time, rounded to whole microseconds.
fn moment(name: &str, value: &JsValue) -> Result<Time, JsValue> {
    let number = value.as_f64().filter(|number| (0.0..=HIGHEST as f64).contains(number));
    number.map(|number| number.round() as Time).ok_or_else(|| {
        let wanted = format!("a number of microseconds between 0 and {HIGHEST}");
        given::wrong(name, &wanted, value)
    })
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
