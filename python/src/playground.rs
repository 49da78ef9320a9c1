//! The class of a run that is being carried out: the methods of the one in JavaScript, under Python's kind of names.

use consensus_playground::kernel::data::duration::parse_duration;
use consensus_playground::kernel::{Action, NodeId, Time};
use consensus_playground::lessons::TaskGoals;
use consensus_playground::scenario::export::{Ndjson, Shiviz};
use consensus_playground::scenario::{ScenarioError, Session, Tick};
use consensus_playground::web::show::{self, Shown};
use consensus_playground::web::types::TickView;
use consensus_playground::web::{clients, folds, lessons, population};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::{mistake, shown};

/// Something shown.
type Seen<'py> = PyResult<Bound<'py, PyAny>>;

/// How much virtual time is to pass.
#[derive(FromPyObject)]
pub enum Span {
    /// Microseconds.
    Whole(u64),
    /// Microseconds, rounded.
    Number(f64),
    /// In words: `16.7ms`.
    Text(String),
}

impl Span {
    fn microseconds(self) -> PyResult<Time> {
        match self {
            Span::Whole(span) => Ok(span),
            Span::Number(span) if span.is_finite() && span >= 0.0 => Ok(span.round() as Time),
            Span::Number(_) => Err(PyValueError::new_err("a span is a number of microseconds from 0 on")),
            Span::Text(text) => parse_duration(&text).map_err(PyValueError::new_err),
        }
    }
}

/// A scenario that is being carried out. It belongs to the thread that made it.
#[pyclass(unsendable, module = "consensus_playground")]
#[derive(Default)]
pub struct Playground {
    session: Option<Session>,
    shown: Shown,
    task: Option<TaskGoals>,
}

impl Playground {
    fn session(&self) -> PyResult<&Session> {
        self.session.as_ref().ok_or_else(nothing_open)
    }

    fn session_mut(&mut self) -> PyResult<&mut Session> {
        self.session.as_mut().ok_or_else(nothing_open)
    }

    fn replica(&self, name: &str, number: usize) -> PyResult<NodeId> {
        let size = self.session()?.world().size();
        let wrong =
            || PyValueError::new_err(format!("`{name}` must be a whole number between 1 and {size}, not {number}"));
        (1..=size).contains(&number).then(|| NodeId::replica(number)).ok_or_else(wrong)
    }

    fn replicas(&self, numbers: Option<Vec<usize>>) -> PyResult<Option<Vec<NodeId>>> {
        let size = self.session()?.world().size();
        let known = |number: &usize| (1..=size).contains(number);
        Ok(numbers.map(|numbers| numbers.into_iter().filter(known).map(NodeId::replica).collect()))
    }
}

#[pymethods]
impl Playground {
    /// Opens the scenario where one is given.
    #[new]
    #[pyo3(signature = (text = None))]
    fn new(py: Python<'_>, text: Option<&str>) -> PyResult<Self> {
        let mut playground = Playground::default();
        if let Some(text) = text {
            playground.open(py, text)?;
        }
        Ok(playground)
    }

    /// Opens a scenario at its beginning. Raises `ScenarioError`; what was open then stays open.
    fn open<'py>(&mut self, py: Python<'py>, text: &str) -> Seen<'py> {
        let mut session = Session::open(text).map_err(|error| mistake(py, &error))?;
        session.begin();
        let info = shown(py, &show::info(&session))?;
        *self = Playground { session: Some(session), ..Playground::default() };
        Ok(info)
    }

    /// Does something now: a line of a scenario without a time, such as `crash 2`.
    fn act(&mut self, line: &str) -> PyResult<()> {
        self.session_mut()?.act(line).map_err(|error| refused(&error))
    }

    /// Follows a task of a lesson from this moment of the run on.
    fn set_task(&mut self, py: Python<'_>, rules: &str) -> PyResult<()> {
        let task = TaskGoals::read(self.session_mut()?, rules).map_err(|error| mistake(py, &error))?;
        self.task = Some(task);
        Ok(())
    }

    /// How the task stands at this moment of the run; None where none was set.
    fn task<'py>(&self, py: Python<'py>) -> Seen<'py> {
        let session = self.session()?;
        shown(py, &self.task.as_ref().map(|task| lessons::standing(task.status(session))))
    }

    /// Answers the oldest open question of an agent, whatever the text.
    fn answer(&mut self, agent: usize, text: &str) -> PyResult<()> {
        let replica = self.replica("agent", agent)?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.session_mut()?.apply(Action::Answer { replica, text }).map_err(|error| refused(&error))
    }

    /// One event, or one line of the script.
    fn step<'py>(&mut self, py: Python<'py>) -> Seen<'py> {
        let session = self.session_mut()?;
        let tick = session.step();
        shown(py, &show::tick(session, tick))
    }

    /// Lets virtual time pass: `"16.7ms"`, or a number of microseconds; with `ticks` in at most so many steps, with `event` until
    /// that event has happened.
    #[pyo3(signature = (span, ticks = None, event = None))]
    fn run<'py>(&mut self, py: Python<'py>, span: Span, ticks: Option<u32>, event: Option<u32>) -> Seen<'py> {
        let (span, ticks) = (span.microseconds()?, granted(ticks)?);
        let session = self.session_mut()?;
        let target = session.world().now().saturating_add(span);
        let seen = match (ticks, event) {
            (None, None) => Some(session.run(span)),
            _ => session.run_slice(target, event.unwrap_or(u32::MAX), ticks.unwrap_or(u32::MAX)),
        };
        ticked(py, session, seen)
    }

    /// Carries the script out to its end.
    fn finish<'py>(&mut self, py: Python<'py>) -> Seen<'py> {
        let session = self.session_mut()?;
        let tick = session.finish();
        shown(py, &show::tick(session, tick))
    }

    /// Goes on until an event that is worth a mark has happened, in at most `ticks` steps.
    fn onward<'py>(&mut self, py: Python<'py>, ticks: u32) -> Seen<'py> {
        let session = self.session_mut()?;
        let (seen, marked) = session.onward_slice(ticks, show::marked).unzip();
        let view = show::tick(session, seen.unwrap_or(Tick::Event));
        shown(py, &TickView { more: seen.is_none(), marked: marked == Some(true), ..view })
    }

    /// Goes to right after an event: back, or forth as far as things have happened once.
    #[pyo3(signature = (event, ticks = None))]
    fn seek<'py>(&mut self, py: Python<'py>, event: u32, ticks: Option<u32>) -> Seen<'py> {
        let ticks = granted(ticks)?.unwrap_or(u32::MAX);
        let session = self.session_mut()?;
        let there = session.seek_slice(event, ticks);
        ticked(py, session, there.then_some(Tick::Clock))
    }

    /// Goes to a time: back, or forth as far as things have happened once.
    fn seek_time<'py>(&mut self, py: Python<'py>, time: Span) -> Seen<'py> {
        let time = time.microseconds()?;
        let session = self.session_mut()?;
        session.seek_time(time);
        shown(py, &show::tick(session, Tick::Clock))
    }

    /// Takes back what was done by hand last, and goes to where it was done.
    fn undo(&mut self) -> PyResult<bool> {
        Ok(self.session_mut()?.undo())
    }

    /// Does again what was taken back last.
    fn redo(&mut self) -> PyResult<bool> {
        Ok(self.session_mut()?.redo())
    }

    /// Returns to a branch, at its end; the present run becomes a branch.
    fn switch_branch(&mut self, id: u32) -> PyResult<bool> {
        Ok(self.session_mut()?.switch(id))
    }

    /// Calls a branch something else, or (0) the present run.
    fn rename_branch(&mut self, id: u32, name: &str) -> PyResult<bool> {
        Ok(self.session_mut()?.rename(id, name))
    }

    /// Gives a branch up.
    fn discard_branch(&mut self, id: u32) -> PyResult<bool> {
        Ok(self.session_mut()?.discard(id))
    }

    /// The trace for other tools: `ndjson`, a line of JSON for each event, or `shiviz`, a log with vector clocks.
    fn export(&self, format: &str) -> PyResult<String> {
        let session = self.session()?;
        match format {
            "ndjson" => Ok(Ndjson::new(session).piece(session, u32::MAX)),
            "shiviz" => Ok(Shiviz::default().piece(session, u32::MAX)),
            _ => Err(PyValueError::new_err(format!("`format` must be \"ndjson\" or \"shiviz\", not {format:?}"))),
        }
    }

    /// Everything that is now.
    fn state<'py>(&self, py: Python<'py>) -> Seen<'py> {
        shown(py, &show::state(self.session()?))
    }

    /// What a picture needs: what changed since the last frame, or everything.
    #[pyo3(signature = (fresh = true, whole = None))]
    fn frame<'py>(&mut self, py: Python<'py>, fresh: bool, whole: Option<Vec<usize>>) -> Seen<'py> {
        let whole = self.replicas(whole)?;
        let session = self.session.as_mut().ok_or_else(nothing_open)?;
        let (view, glyphs) = show::frame(session, &mut self.shown, fresh, whole.as_deref());
        let (frame, flights) = (shown(py, &view)?, PyDict::new(py));
        macro_rules! columns {
            ($($name:ident)*) => { $(flights.set_item(stringify!($name), glyphs.iter().map(|glyph| glyph.$name).collect::<Vec<_>>())?;)* };
        }
        columns!(id from to kind epoch sent due fate twin);
        frame.set_item("flights", flights)?;
        Ok(frame)
    }

    /// Of `count` events from a number on, those at some replicas, by number, and at clients; or all.
    #[pyo3(signature = (from_ = 1, count = u32::MAX, of = None))]
    fn events<'py>(&self, py: Python<'py>, from_: u32, count: u32, of: Option<Vec<usize>>) -> Seen<'py> {
        shown(py, &show::events(self.session()?, from_, count, self.replicas(of)?.as_deref()))
    }

    /// Of `count` messages from a number on, those between some replicas, by number, and clients; or all.
    #[pyo3(signature = (from_ = 1, count = u32::MAX, of = None))]
    fn messages<'py>(&self, py: Python<'py>, from_: u32, count: u32, of: Option<Vec<usize>>) -> Seen<'py> {
        shown(py, &show::messages(self.session()?, from_, count, self.replicas(of)?.as_deref()))
    }

    /// All that a message in flight carries; None where there is none of that number.
    fn flight<'py>(&self, py: Python<'py>, id: u32) -> Seen<'py> {
        shown(py, &show::flight(self.session()?, id))
    }

    /// Why an event happened and what it changed; None where there is none of that number.
    fn explain<'py>(&self, py: Python<'py>, event: u32) -> Seen<'py> {
        let session = self.session()?;
        shown(py, &session.explain(event).map(|found| show::explanation(session, event, found)))
    }

    /// What clients asked and were told, with an order that explains it or the operation that nothing explains.
    fn history<'py>(&self, py: Python<'py>) -> Seen<'py> {
        shown(py, &clients::history(self.session()?))
    }

    /// The groups that replicas fall into, over time; None where the protocol has none.
    fn population<'py>(&self, py: Python<'py>) -> Seen<'py> {
        shown(py, &population::population(self.session()?))
    }

    /// The states of all replicas as folds over their logs, at an index, or at the last.
    #[pyo3(signature = (at = None))]
    fn fold<'py>(&self, py: Python<'py>, at: Option<u32>) -> Seen<'py> {
        shown(py, &folds::fold(self.session()?, u64::from(at.unwrap_or(u32::MAX))))
    }

    /// The event in which a replica came to have applied an index; 0 for none.
    #[pyo3(signature = (replica, index = None))]
    fn fold_event(&self, replica: usize, index: Option<u32>) -> PyResult<u32> {
        Ok(folds::event(self.session()?, self.replica("replica", replica)?, index.map(u64::from)))
    }

    /// The scenario with what was done by hand.
    fn script(&self) -> PyResult<String> {
        Ok(self.session()?.script())
    }

    /// A hash over all that has happened and all that is, as 16 hexadecimal digits.
    fn trace_hash(&self) -> PyResult<String> {
        Ok(format!("{:016x}", self.session()?.trace_hash()))
    }
}

fn nothing_open() -> PyErr {
    PyRuntimeError::new_err("no scenario is open: call open(text) first")
}

/// What an act raises that can't be done: it stands in no text, so it has no line.
fn refused(error: &ScenarioError) -> PyErr {
    PyValueError::new_err(error.message.clone())
}

/// At least one tick, so that it goes on.
fn granted(ticks: Option<u32>) -> PyResult<Option<u32>> {
    match ticks {
        Some(0) => Err(PyValueError::new_err("`ticks` must be a whole number from 1 on")),
        ticks => Ok(ticks),
    }
}

fn ticked<'py>(py: Python<'py>, session: &Session, seen: Option<Tick>) -> Seen<'py> {
    let view = show::tick(session, seen.unwrap_or(Tick::Event));
    shown(py, &TickView { more: seen.is_none(), ..view })
}
