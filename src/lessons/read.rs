//! Reading a lesson.

use super::blocks::{Fence, Raw, split};
use super::code::{Code, Place};
use super::question::{Asked, Question};
use super::task::{Attempt, Task};
use super::{Block, Lesson, Mistake, Prose, Scene};
use crate::kernel::data::in_order::InOrder;
use crate::kernel::data::limits::{LESSON_BLOCKS, LONGEST_LESSON};
use crate::scenario::text::quote;

/// Reads a lesson: what could be read of it, and all that is wrong with its form, in the order of its lines. Whether its
/// claims are true only [`super::check`] knows.
pub fn read(text: &str) -> (Lesson, Vec<Mistake>) {
    let start = Place { line: 1, column: 1 };
    let mut lesson = Lesson { title: String::new(), blocks: Vec::new(), words: 0 };
    if text.len() > LONGEST_LESSON {
        let why = format!("the lesson has {} bytes; it may have {LONGEST_LESSON}", text.len());
        return (lesson, vec![start.wrong(why)]);
    }
    // Some editors begin a file with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut mistakes = Vec::new();
    let mut reader = Reader { lesson: &mut lesson, mistakes: &mut mistakes, awaits_play: None, scene: None };
    for (count, (place, raw)) in split(text, reader.mistakes).into_iter().enumerate() {
        if count >= LESSON_BLOCKS {
            reader.mistakes.push(place.wrong(format!("a lesson may have {LESSON_BLOCKS} blocks")));
            break;
        }
        reader.block(place, raw);
    }
    reader.end();
    if lesson.title.is_empty() {
        mistakes.push(start.wrong("the lesson has no title: its first line should be `# Title`"));
    }
    lesson.words = count_words(&lesson);
    mistakes.put_in_order_by_key(|mistake| (mistake.line, mistake.column));
    (lesson, mistakes)
}

struct Reader<'r> {
    lesson: &'r mut Lesson,
    mistakes: &'r mut Vec<Mistake>,
    /// The prediction that has no play yet.
    awaits_play: Option<usize>,
    /// The last scene.
    scene: Option<usize>,
}

impl Reader<'_> {
    fn block(&mut self, place: Place, raw: Raw) {
        if !matches!(raw, Raw::Fence(Fence::Play, _)) {
            self.no_play();
        }
        match raw {
            Raw::Title(words) if self.lesson.title.is_empty() => self.lesson.title = words.to_string(),
            Raw::Title(_) => {
                self.mistakes.push(place.wrong("a lesson has one title; a heading within it begins with `##`"))
            }
            Raw::Prose(shape, items) => self.lesson.blocks.push(Block::Prose(Prose { shape, items })),
            Raw::Answers(items) => {
                let question = Question::of(place, items, self.mistakes);
                self.question(question);
            }
            Raw::Fence(Fence::Scenario, code) => self.scene(place, code),
            Raw::Fence(Fence::Play, code) => self.play(place, code),
            Raw::Fence(Fence::Task, code) => {
                let task = Task::of(place, &code, &self.lesson.blocks, self.mistakes);
                self.lesson.blocks.push(Block::Task(task));
            }
            Raw::Fence(kind, code) => self.attempt(place, kind, code),
        }
    }

    fn scene(&mut self, place: Place, code: Code) {
        let name = code.title().unwrap_or_default().to_string();
        if name.is_empty() {
            self.mistakes
                .push(place.wrong("this scene has no name: its first line should be a comment, as in `# Cut in two`"));
        }
        let known = |block: &Block| matches!(block, Block::Scene(scene) if scene.name == name);
        if !name.is_empty() && self.lesson.blocks.iter().any(known) {
            self.mistakes.push(
                Place { line: place.line + 1, ..place }.wrong(format!("there is a scene {} already", quote(&name))),
            );
        }
        self.scene = Some(self.lesson.blocks.len());
        self.lesson.blocks.push(Block::Scene(Scene { name, code }));
    }

    fn question(&mut self, mut question: Question) {
        if let Asked::Prediction { scene, .. } = &mut question.asked {
            match self.scene {
                Some(last) => *scene = last,
                None => self.mistakes.push(question.place.wrong("a prediction needs a scene before it")),
            }
            self.awaits_play = Some(self.lesson.blocks.len());
        }
        self.lesson.blocks.push(Block::Question(question));
    }

    fn play(&mut self, place: Place, code: Code) {
        let waits = self.awaits_play.take().and_then(|at| self.lesson.blocks.get_mut(at));
        match waits {
            Some(Block::Question(Question { asked: Asked::Prediction { play, .. }, .. })) => *play = code,
            _ => {
                self.mistakes.push(place.wrong("a play was not expected here: it follows the answers of a prediction"))
            }
        }
    }

    /// Something else has come: a prediction without a play stays without.
    fn no_play(&mut self) {
        let waits = self.awaits_play.take().and_then(|at| self.lesson.blocks.get(at));
        if let Some(Block::Question(question)) = waits {
            self.mistakes
                .push(question.place.wrong("this prediction has no play: a block ```play follows its answers"));
        }
    }

    fn attempt(&mut self, place: Place, kind: Fence, code: Code) {
        let Some(Block::Task(task)) = self.lesson.blocks.last_mut() else {
            self.mistakes
                .push(place.wrong("this was not expected here: solutions and wrong attempts follow their task"));
            return;
        };
        let attempt = Attempt::of(place, code);
        if attempt.code.bare().is_empty() {
            self.mistakes.push(place.wrong("there is no act in this attempt"));
        }
        if kind == Fence::Solution {
            task.solutions.push(attempt);
            return;
        }
        if attempt.comment.is_empty() {
            let why = "this wrong attempt has no reply: its first line should be a comment that says what went wrong";
            self.mistakes.push(place.wrong(why));
        }
        task.wrong.push(attempt);
    }

    fn end(&mut self) {
        self.no_play();
        for task in self.lesson.tasks() {
            if task.solutions.is_empty() {
                self.mistakes.push(task.place.wrong("this task has no solution: a block ```solution follows it"));
            }
            if task.wrong.len() < 2 {
                let why = format!(
                    "this task has {} wrong attempts, and needs at least two: blocks ```wrong follow it",
                    task.wrong.len()
                );
                self.mistakes.push(task.place.wrong(why));
            }
        }
    }
}

/// The words that a student reads whatever they do: prose, questions and replies.
fn count_words(lesson: &Lesson) -> usize {
    let count = |text: &str| text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    let block = |block: &Block| match block {
        Block::Prose(prose) if !is_source(prose) => prose.items.iter().map(|item| count(item)).sum(),
        Block::Question(question) => {
            question.answers.iter().map(|answer| count(&answer.text) + count(&answer.reply)).sum()
        }
        _ => 0,
    };
    count(&lesson.title) + lesson.blocks.iter().map(block).sum::<usize>()
}

/// Where facts come from is no reading.
fn is_source(prose: &Prose) -> bool {
    prose
        .items
        .first()
        .is_some_and(|text| ["Source:", "Sources:", "Quelle:", "Quellen:"].iter().any(|word| text.starts_with(word)))
}
