//! Lines of the scenario language in a lesson, and texts that are put together of them, each line with its place.

use super::Mistake;
use crate::scenario::ScenarioError;
use crate::scenario::text::Words;

/// Where something stands in a lesson: line and column, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

impl Place {
    /// What is wrong here.
    pub fn wrong(self, message: impl Into<String>) -> Mistake {
        Mistake { line: self.line, column: self.column, message: message.into() }
    }

    /// What a reader of this text alone, as its first line, found wrong.
    pub fn within(self, error: ScenarioError) -> Mistake {
        Mistake { line: self.line, column: self.column + error.column - 1, message: error.message }
    }
}

/// What stands in a fence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// Where its first line stands.
    pub first: u32,
    /// Its lines.
    pub lines: Vec<String>,
}

impl Code {
    /// Each line with its place.
    pub fn placed(&self) -> impl Iterator<Item = (&str, Place)> {
        let place = |at: usize| Place { line: self.first + at as u32, column: 1 };
        self.lines.iter().enumerate().map(move |(at, line)| (line.as_str(), place(at)))
    }

    /// The lines as text.
    pub fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }

    /// The first comment that stands on a line of its own.
    pub fn title(&self) -> Option<&str> {
        let comments = self.lines.iter().filter_map(|line| Words::of(1, line).is_empty().then(|| comment(line))?);
        comments.into_iter().find(|comment| !comment.is_empty())
    }

    /// The lines without comments, each as its words; empty ones left out.
    pub fn bare(&self) -> Vec<String> {
        self.lines.iter().map(|line| bare(line)).filter(|line| !line.is_empty()).collect()
    }
}

/// What stands behind a `#`.
fn comment(line: &str) -> Option<&str> {
    Words::of(1, line).comment
}

/// A line's words.
pub(super) fn bare(line: &str) -> String {
    words(line).join(" ")
}

/// A line's words, without its comment.
pub(super) fn words(line: &str) -> Vec<&str> {
    Words::of(1, line).rest().iter().map(|word| word.text).collect()
}

/// A scenario that is put together of lines of a lesson.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Composed {
    /// The scenario.
    pub text: String,
    places: Vec<Place>,
}

impl Composed {
    /// Takes lines, in order.
    pub fn extend<'a>(&mut self, lines: impl IntoIterator<Item = (&'a str, Place)>) {
        for (line, place) in lines {
            self.text.extend([line, "\n"]);
            self.places.push(place);
        }
    }

    /// How many lines it has.
    pub fn lines(&self) -> u32 {
        self.places.len() as u32
    }

    /// Where in the lesson a line of this scenario stands.
    pub fn place(&self, line: u32) -> Place {
        let known = self.places.get(line.saturating_sub(1) as usize).or(self.places.last());
        known.copied().unwrap_or(Place { line: 1, column: 1 })
    }

    /// What is wrong in this scenario, told at its place in the lesson.
    pub fn blame(&self, error: ScenarioError) -> Mistake {
        self.place(error.line).within(error)
    }
}
