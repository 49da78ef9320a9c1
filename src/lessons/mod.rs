//! Lessons: one Markdown file that is read in any viewer, shown by the page, and carried out by the core. [`read`] makes a
//! typed [`Lesson`] of its text, [`check`] carries out all that it claims, and [`Task`]s are followed live.
//!
//! A lesson's text is a stranger's. Nothing of it is ever HTML: prose is text with a few marks ([`Inline`]).

mod attempt;
mod blocks;
mod check;
mod code;
mod inline;
mod question;
mod read;
mod receipt;
mod task;
mod translation;

pub use attempt::{Demand, Standing, TaskGoals, TaskStatus};
pub use check::{Report, Run, check};
pub use code::{Code, Composed, Place};
pub use inline::{Inline, inline};
pub use question::{Answer, Asked, Foretold, Question};
pub use read::read;
pub use receipt::{Mark, mark};
pub use task::{Attempt, Budget, GoalLine, Task};
pub use translation::compare;

use crate::scenario::ScenarioError;

/// What is wrong in a lesson, and where.
pub type Mistake = ScenarioError;

/// A lesson, as it was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Lesson {
    /// Its heading.
    pub title: String,
    /// What it consists of, in order.
    pub blocks: Vec<Block>,
    /// How many words a student reads.
    pub words: usize,
}

/// A part of a lesson.
#[derive(Clone, PartialEq, Debug)]
pub enum Block {
    /// Text.
    Prose(Prose),
    /// A scenario that is carried out to its end, where the picture stops.
    Scene(Scene),
    /// A question, with what happens after the guess where the core decides.
    Question(Question),
    /// Something to bring about, with solutions and wrong attempts.
    Task(Task),
}

/// A paragraph, a list or a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prose {
    /// Which of them.
    pub shape: Shape,
    /// The items of a list; else one text. See [`inline`].
    pub items: Vec<String>,
}

/// What a piece of prose looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A paragraph.
    Paragraph,
    /// A list with bullets.
    Bullets,
    /// A list with numbers.
    Numbers,
    /// A heading below the title.
    Heading,
}

impl Shape {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Paragraph => "paragraph",
            Shape::Bullets => "bullets",
            Shape::Numbers => "numbers",
            Shape::Heading => "heading",
        }
    }
}

/// A scenario block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scene {
    /// Its first comment.
    pub name: String,
    /// What it says.
    pub code: Code,
}

impl Lesson {
    /// The scene at this place among the blocks.
    pub fn scene(&self, block: usize) -> Option<&Scene> {
        match self.blocks.get(block) {
            Some(Block::Scene(scene)) => Some(scene),
            _ => None,
        }
    }

    /// Its questions, in order, ticks of own words among them.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.blocks.iter().filter_map(|block| if let Block::Question(question) = block { Some(question) } else { None })
    }

    /// Its tasks, in order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.blocks.iter().filter_map(|block| if let Block::Task(task) = block { Some(task) } else { None })
    }
}
