//! Questions: predictions, which the core decides; recall; and what to tick after an answer in one's own words.

use super::blocks::Item;
use super::code::Composed;
use super::code::{Code, Place};
use super::{Lesson, Mistake};
use crate::scenario::text::quote;

/// A question and its answers.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// Where its first answer stands.
    pub place: Place,
    /// Of which kind it is.
    pub asked: Asked,
    /// What can be answered.
    pub answers: Vec<Answer>,
}

/// What kind of question it is.
#[derive(Clone, PartialEq, Debug)]
pub enum Asked {
    /// The core decides, after what happens next.
    Prediction {
        /// The scene's place among the blocks.
        scene: usize,
        /// What happens after the guess.
        play: Code,
    },
    /// The author says which answer is right.
    Recall,
    /// Nobody says: each is ticked by whoever said so.
    OwnWords,
}

/// An answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// Where it stands.
    pub place: Place,
    /// What it says; see [`super::inline`].
    pub text: String,
    /// Whether its author holds it to be right.
    pub right: bool,
    /// What is told to whoever chose it.
    pub reply: String,
    /// What the core looks at, `expect …`, with its place.
    pub expect: Option<(String, Place)>,
}

impl Question {
    /// Puts the items of a list together; a prediction does not know its scene and play yet.
    pub(super) fn of(place: Place, items: Vec<Item>, mistakes: &mut Vec<Mistake>) -> Self {
        let ticks = items.first().is_some_and(|item| item.mark == '?');
        for item in &items {
            let mark = Place { column: 4, ..item.place };
            match item.mark {
                '?' if ticks => {}
                ' ' | 'x' | 'X' if !ticks => {}
                ' ' | 'x' | 'X' | '?' => {
                    mistakes.push(mark.wrong("a list to tick has `[?]` in every line, a question in none"));
                }
                other => {
                    let other = quote(&other.to_string());
                    mistakes.push(mark.wrong(format!(
                        "{other} is not known here: `[x]` (right), `[ ]` (wrong) or `[?]` was expected"
                    )));
                }
            }
        }
        let answers: Vec<_> = items.into_iter().map(Answer::of).collect();
        let predicts = answers.iter().any(|answer| answer.expect.is_some());
        let play = Code { first: place.line, lines: Vec::new() };
        let asked = match (ticks, predicts) {
            (true, _) => Asked::OwnWords,
            (_, true) => Asked::Prediction { scene: usize::MAX, play },
            (_, false) => Asked::Recall,
        };
        let question = Question { place, asked, answers };
        question.look(mistakes);
        question
    }

    fn look(&self, mistakes: &mut Vec<Mistake>) {
        for answer in self.answers.iter().filter(|answer| answer.text.is_empty()) {
            mistakes.push(answer.place.wrong("an answer says something"));
        }
        if self.asked == Asked::OwnWords {
            return;
        }
        let right: Vec<_> = self.answers.iter().filter(|answer| answer.right).collect();
        match right[..] {
            [_] => {}
            [] => mistakes.push(self.place.wrong("none of the answers is right: one of them has `[x]`")),
            [_, second, ..] => {
                let count = right.len();
                mistakes
                    .push(second.place.wrong(format!("a question has exactly one right answer, and here are {count}")));
            }
        }
        let unanswered = self.answers.iter().filter(|answer| answer.reply.is_empty());
        mistakes.extend(
            unanswered.map(|answer| answer.place.wrong("this answer has no reply: below it stands `  > reply`")),
        );
        if matches!(self.asked, Asked::Prediction { .. }) {
            let unclaimed = self.answers.iter().filter(|answer| answer.expect.is_none());
            mistakes.extend(unclaimed.map(|answer| {
                answer
                    .place
                    .wrong("this answer has no `expect …` at its end, and the others have: the core could not decide")
            }));
        }
    }

    /// The place of the right answer.
    pub fn right(&self) -> Option<usize> {
        self.answers.iter().position(|answer| answer.right)
    }

    /// Of a prediction: the scene, what happens after the guess, and behind it what each answer expects. The person
    /// guesses where the scene ends; the lines from the first expectation on belong to the answers in their order.
    /// `None` for every other question.
    pub fn carried_out(&self, lesson: &Lesson) -> Option<Foretold> {
        let Asked::Prediction { scene, play } = &self.asked else { return None };
        let scene = lesson.scene(*scene)?;
        let mut composed = Composed::default();
        composed.extend(scene.code.placed());
        let guess = composed.lines();
        composed.extend(play.placed());
        let first_expect = composed.lines() + 1;
        composed.extend(
            self.answers.iter().filter_map(|answer| answer.expect.as_ref()).map(|(text, place)| (&**text, *place)),
        );
        Some(Foretold { composed, guess, first_expect })
    }
}

/// A prediction as one scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Foretold {
    /// It.
    pub composed: Composed,
    /// Its last line before the guess.
    pub guess: u32,
    /// The line of what the first answer expects; the others follow.
    pub first_expect: u32,
}

impl Answer {
    fn of(item: Item) -> Self {
        let mut lines = item.lines;
        let expect = lines.last_mut().and_then(|(line, place)| {
            let start = line.rfind("`expect ").filter(|_| line.len() > 1 && line.ends_with('`'))?;
            let expect = line.get(start + 1..line.len() - 1)?.to_string();
            let column = place.column + line[..=start].chars().count() as u32;
            *line = line[..start].trim_end();
            Some((expect, Place { column, ..*place }))
        });
        let text = lines.iter().map(|(line, _)| *line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        Answer { place: item.place, text, right: ['x', 'X'].contains(&item.mark), reply: item.reply.join(" "), expect }
    }
}
