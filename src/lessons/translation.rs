//! A translation beside its lesson: the words are another language's, the fences are the same.

use std::hash::{Hash, Hasher};

use super::code::Place;
use super::question::{Asked, Question};
use super::task::{Attempt, Task};
use super::{Block, Lesson, Mistake};
use crate::kernel::data::hash::StableHasher;

/// What differs in a translation that must not differ: each mistake stands at its place in the translation.
pub fn compare(original: &Lesson, translation: &Lesson) -> Vec<Mistake> {
    let parts = |lesson| -> Vec<Part> { parts(lesson) };
    let (theirs, ours) = (parts(original), parts(translation));
    let mut mistakes = Vec::new();
    for (original, translated) in theirs.iter().zip(&ours) {
        if original.what != translated.what {
            let (expected, found) = (original.what, translated.what);
            mistakes.push(
                translated.place.wrong(format!("here the original has {expected}, and the translation has {found}")),
            );
            return mistakes;
        }
        if original.lines != translated.lines {
            let differs = original.lines.iter().zip(&translated.lines).position(|(a, b)| a != b);
            let at = differs.unwrap_or(original.lines.len().min(translated.lines.len()));
            let show = |part: &Part| part.lines.get(at).map_or("nothing".into(), |line| format!("`{line}`"));
            let why = format!(
                "{} differs from the original, which has {} where {} stands here",
                original.what,
                show(original),
                show(translated)
            );
            mistakes.push(translated.place.wrong(why));
        }
    }
    if theirs.len() != ours.len() {
        let place = ours.get(theirs.len()).or(ours.last()).map_or(Place { line: 1, column: 1 }, |part| part.place);
        mistakes.push(place.wrong(format!(
            "the original has {} scenes, questions, tasks and attempts, the translation {}",
            theirs.len(),
            ours.len()
        )));
    }
    mistakes
}

impl Lesson {
    /// A hash of all that a translation has in common with its lesson: it tells a version of the lesson from another.
    pub fn fences(&self) -> u64 {
        let mut hasher = StableHasher::default();
        for part in parts(self) {
            (part.what, part.lines).hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// A part that has no words of a language, or with these left out.
struct Part {
    what: &'static str,
    place: Place,
    lines: Vec<String>,
}

fn parts(lesson: &Lesson) -> Vec<Part> {
    let mut parts = Vec::new();
    for block in &lesson.blocks {
        match block {
            Block::Prose(_) => {}
            Block::Scene(scene) => {
                let lines = [scene.name.clone()].into_iter().chain(scene.code.bare()).collect();
                parts.push(Part { what: "a scene", place: Place { line: scene.code.first, column: 1 }, lines });
            }
            Block::Question(question) => self::question(question, &mut parts),
            Block::Task(task) => self::task(lesson, task, &mut parts),
        }
    }
    parts
}

fn question(question: &Question, parts: &mut Vec<Part>) {
    let answer = |answer: &super::Answer| {
        let mark = if answer.right { "[x]" } else { "[ ]" };
        format!("{mark} {}", answer.expect.as_ref().map_or("", |(expect, _)| expect))
    };
    let lines = question.answers.iter().map(answer).collect();
    let what = match question.asked {
        Asked::Prediction { .. } => "a prediction",
        Asked::Recall => "a question",
        Asked::OwnWords => "a list to tick",
    };
    parts.push(Part { what, place: question.place, lines });
    if let Asked::Prediction { play, .. } = &question.asked {
        parts.push(Part { what: "a play", place: Place { line: play.first, column: 1 }, lines: play.bare() });
    }
}

fn task(lesson: &Lesson, task: &Task, parts: &mut Vec<Part>) {
    let scene = lesson.scene(task.scene).map_or("", |scene| &scene.name);
    let mut lines = vec![format!("from {scene}, {} lines of it", task.keep)];
    lines.extend(task.allow.iter().map(|act| format!("allow {act}")));
    let bound = |least| if least { "least" } else { "most" };
    lines.extend(
        task.budgets.iter().map(|budget| format!("at {} {} {}", bound(budget.least), budget.count, budget.act)),
    );
    lines.extend(task.goals.iter().map(|goal| format!("goal {}", goal.condition)));
    lines.push(format!("{} hints", task.hints.len()));
    parts.push(Part { what: "a task", place: task.place, lines });
    let attempt = |what| move |attempt: &Attempt| Part { what, place: attempt.place, lines: attempt.code.bare() };
    parts.extend(task.solutions.iter().map(attempt("a solution")));
    parts.extend(task.wrong.iter().map(attempt("a wrong attempt")));
}
