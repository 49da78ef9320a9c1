//! The core for Python: the module `consensus_playground._engine`. What is shown are the same structures as in JavaScript, as
//! dictionaries. Times are virtual microseconds.

mod playground;
mod sweep;

use consensus_playground::protocols;
use consensus_playground::scenario::{self, ScenarioError};
use consensus_playground::web::{editing, lessons};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

pyo3::create_exception!(
    consensus_playground,
    ScenarioMistake,
    PyValueError,
    "What a malformed scenario or task raises: `line` and `column`, both from 1, say where."
);

/// What Python raises for a mistake in a text.
fn mistake(py: Python<'_>, error: &ScenarioError) -> PyErr {
    let raised = ScenarioMistake::new_err(error.to_string());
    let value = raised.value(py);
    let told = value.setattr("line", error.line).and_then(|()| value.setattr("column", error.column));
    told.and_then(|()| value.setattr("message", &*error.message)).err().unwrap_or(raised)
}

/// A structure of the core as dictionaries and lists.
fn shown<'py, T: serde::Serialize + ?Sized>(py: Python<'py>, thing: &T) -> PyResult<Bound<'py, PyAny>> {
    pythonize::pythonize(py, thing).map_err(|error| PyTypeError::new_err(error.to_string()))
}

/// The vocabularies of all protocols that a scenario can name.
#[pyfunction]
fn all_protocols(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    shown(py, &protocols::known().into_iter().map(|entry| entry.descriptor).collect::<Vec<_>>())
}

/// How each thing that can be done or expected is written.
#[pyfunction]
fn act_usages() -> Vec<&'static str> {
    scenario::usages().chain(scenario::expectations()).collect()
}

/// Reads a scenario, for an editor: all that is wrong in it, and what each word is.
#[pyfunction]
fn read_scenario<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    shown(py, &editing::reading(text))
}

/// Reads a lesson and carries out all that it claims.
#[pyfunction]
fn check_lesson<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    shown(py, &lessons::report(text))
}

/// The core of Consensus Playground.
#[pymodule]
fn _engine(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("ScenarioError", module.py().get_type::<ScenarioMistake>())?;
    module.add_class::<playground::Playground>()?;
    module.add_function(wrap_pyfunction!(all_protocols, module)?)?;
    module.add_function(wrap_pyfunction!(act_usages, module)?)?;
    module.add_function(wrap_pyfunction!(read_scenario, module)?)?;
    module.add_function(wrap_pyfunction!(check_lesson, module)?)?;
    module.add_function(wrap_pyfunction!(sweep::carry_out, module)?)?;
    module.add_function(wrap_pyfunction!(sweep::carry_out_seeds, module)?)
}
