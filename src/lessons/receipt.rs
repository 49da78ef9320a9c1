//! A receipt: what a student guessed and did, as one text, so that it can be carried out again without a server.
//!
//! ```text
//! # a comment
//! lesson 06-figure-8
//! fences 0123456789abcdef      which version of the lesson it was
//! answer 1 3                   the third answer of question 1; `none` where nobody answered
//! task 1 solved                task 1, and below it the acts, with their times; or `task 1 open`
//! after #18 request put x 1 to 1
//! ```

use super::attempt::{TaskGoals, allows, untimed};
use super::check::passed;
use super::code::{Place, words};
use super::question::Asked;
use super::{Lesson, Mistake, Task};
use crate::kernel::data::limits::{LESSON_EVENTS, LONGEST_LESSON, MOST_LINES};
use crate::scenario::text::{Words, quote};
use crate::scenario::{Session, Tick};

/// What a receipt is worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The lesson's name, as the receipt has it.
    pub lesson: String,
    /// Whether it was this version of the lesson.
    pub same: bool,
    /// Of each question that has a right answer: whether that was given; `None` where nothing was answered.
    pub answers: Vec<Option<bool>>,
    /// Of each task: `None` where it was left open; else why its acts don't solve it, or that they do.
    pub tasks: Vec<Option<Result<(), String>>>,
}

impl Mark {
    /// How many points there are, and how many there could be: one for each answer and each task.
    pub fn points(&self) -> (usize, usize) {
        let right = self.answers.iter().filter(|answer| **answer == Some(true)).count();
        let solved = self.tasks.iter().filter(|task| matches!(task, Some(Ok(())))).count();
        (right + solved, self.answers.len() + self.tasks.len())
    }
}

/// Carries a receipt out again. Errors: what can't be read in it, at its place in the receipt.
pub fn mark(lesson: &Lesson, receipt: &str) -> Result<Mark, Mistake> {
    let start = Place { line: 1, column: 1 };
    if receipt.len() > LONGEST_LESSON || receipt.lines().count() > MOST_LINES {
        return Err(start.wrong(format!("the receipt is too long: it may have {LONGEST_LESSON} bytes")));
    }
    let questions: Vec<_> = lesson.questions().filter(|question| question.asked != Asked::OwnWords).collect();
    let tasks: Vec<_> = lesson.tasks().collect();
    let mut mark = Mark {
        lesson: String::new(),
        same: false,
        answers: vec![None; questions.len()],
        tasks: vec![None; tasks.len()],
    };
    let (mut acts, mut fences): (Vec<Option<Vec<_>>>, _) = (vec![None; tasks.len()], None);
    let mut current = None;
    for (at, line) in receipt.lines().enumerate() {
        let place = Place { line: at as u32 + 1, column: 1 };
        let mut words = Words::of(place.line, line);
        match words.peek() {
            None => continue,
            Some("lesson") => {
                words.take("lesson")?;
                mark.lesson = words.take("the lesson's name")?.text.to_string();
            }
            Some("fences") => {
                words.take("fences")?;
                fences = Some(words.take("the hash of the lesson")?.text.to_string());
            }
            Some("answer") => {
                current = None;
                words.take("answer")?;
                let word = words.take("which question")?;
                let question = words.number(word, "the question", 1, questions.len() as u64)? as usize - 1;
                let word = words.take("which answer, or `none`")?;
                if !["none", "unknown"].contains(&word.text) {
                    let given =
                        words.number(word, "the answer", 1, questions[question].answers.len() as u64)? as usize - 1;
                    mark.answers[question] = Some(questions[question].right() == Some(given));
                }
            }
            Some("task") => {
                words.take("task")?;
                let word = words.take("which task")?;
                let task = words.number(word, "the task", 1, tasks.len() as u64)? as usize - 1;
                let word = words.take("`solved` or `open`")?;
                let solved = words.one_of(word, "`solved` or `open`", [("solved", true), ("open", false)])?;
                current = solved.then_some(task);
                if solved {
                    acts[task] = Some(Vec::new());
                }
            }
            Some(first) => match current.and_then(|task: usize| acts[task].as_mut()) {
                Some(acts) => acts.push((line, place)),
                None => {
                    return Err(
                        place.wrong(format!("an act was not expected here, before `task N solved`: {}", quote(first)))
                    );
                }
            },
        }
    }
    let fences = fences.ok_or_else(|| {
        start.wrong("the receipt does not say of which version of the lesson it is: `fences …` is missing")
    })?;
    mark.same = fences == format!("{:016x}", lesson.fences());
    for (place, acts) in acts.into_iter().enumerate() {
        mark.tasks[place] = acts.map(|acts| again(lesson, tasks[place], &acts));
    }
    Ok(mark)
}

/// Does the acts again. Errors: why they don't solve the task.
fn again(lesson: &Lesson, task: &Task, acts: &[(&str, Place)]) -> Result<(), String> {
    let done: Vec<_> = acts.iter().map(|(line, _)| untimed(line)).collect();
    // That time passes is no act of the student's.
    let passes = |act: &&String| !allows(&task.allow, act) && words(act).first() != Some(&"run");
    if let Some(act) = done.iter().find(passes) {
        return Err(format!("{} is not allowed", quote(act)));
    }
    let (composed, start) = task.start(lesson, acts.iter().copied());
    let mut session = Session::open(&composed.text)
        .map_err(|error| format!("line {}: {}", composed.place(error.line).line, error.message))?;
    let steps = |session: &mut Session, over: &dyn Fn(&Session) -> bool| {
        while !over(session) {
            if session.event() > LESSON_EVENTS || matches!(session.step(), Tick::Idle | Tick::Question) {
                return over(session);
            }
        }
        true
    };
    if !steps(&mut session, &|session| passed(session, start)) {
        return Err("the start of the task is not reached".into());
    }
    let goals = TaskGoals::read(&mut session, &task.rules()).map_err(|error| error.message)?;
    steps(&mut session, &Session::finished);
    if let Some(failed) = session.outcomes().iter().find(|outcome| !outcome.ok && outcome.line > start) {
        return Err(format!("`{}` can't be done: {}", failed.text, failed.why));
    }
    // Then time passed until the task was solved.
    if steps(&mut session, &|session| session.finished() && goals.after(session, &done).solved) {
        return Ok(());
    }
    Err("not all of its goals are reached".into())
}
