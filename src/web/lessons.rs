//! Lessons as plain data for the page. Lines and columns count from 1.

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use super::types::crossing;
use crate::lessons::{
    self, Asked, Attempt, Block, Demand, Inline, Lesson, Mistake, Place, Prose, Question, Report, Run, Scene, Task,
    TaskStatus,
};

crossing! {
    /// What came of reading a lesson: the lesson, where nothing was wrong with its form.
    LessonReading {
        /// It; `null` where there are mistakes.
        lesson: Option<LessonView>,
        /// What is wrong, in the order of the lines.
        mistakes: Vec<MistakeView>,
    }

    /// Something wrong in a lesson.
    MistakeView {
        /// Where.
        line: u32,
        /// Where in the line.
        column: u32,
        /// What, in a sentence.
        message: String,
    }

    /// A lesson.
    LessonView {
        /// Its heading.
        title: String,
        /// A hash that tells this version of it from others; translations have the same.
        fences: String,
        /// How many words are read.
        words: usize,
        /// What it consists of.
        blocks: Vec<LessonBlock>,
    }

    /// A paragraph, a list or a heading.
    ProseView {
        /// Its words; of a list, the items with a space between.
        text: String,
        /// `paragraph`, `bullets`, `numbers` or `heading`.
        shape: &'static str,
        /// The items of a list; else one text.
        items: Vec<String>,
    }

    /// A scene.
    SceneView {
        /// What it is called.
        name: String,
        /// The scenario that opens it; it stops behind its last line.
        text: String,
        /// Where its first line stands.
        line: u32,
    }

    /// A question whose answers the core decides.
    PredictionView {
        /// What can be answered.
        answers: Vec<AnswerView>,
        /// The scene's text.
        scene: String,
        /// What happens after the guess.
        play: String,
        /// Scene, play and the answers' expectations as one scenario.
        text: String,
        /// Its last line before the guess.
        guess: u32,
        /// Its lines that decide the answers, in their order.
        expects: Vec<u32>,
        /// Where it stands in the lesson.
        line: u32,
    }

    /// A question whose answers the author decides.
    RecallView {
        /// What can be answered.
        answers: Vec<AnswerView>,
        /// Where it stands in the lesson.
        line: u32,
    }

    /// What to look for in an answer in one's own words.
    OwnWordsView {
        /// What may be ticked.
        ticks: Vec<String>,
        /// Where it stands in the lesson.
        line: u32,
    }

    /// An answer.
    AnswerView {
        /// What it says.
        text: String,
        /// Whether it is right.
        right: bool,
        /// What is told to whoever chose it.
        reply: String,
        /// Of a prediction: the condition that the core looks at.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        expect: Option<String>,
    }

    /// A task.
    TaskView {
        /// What is asked for.
        statement: String,
        /// The scenario that it starts with, from behind its last line.
        scene: String,
        /// Which acts may be used; none where all may be.
        allow: Vec<String>,
        /// How often acts may or must be done.
        budgets: Vec<BudgetView>,
        /// What is to be brought about.
        goals: Vec<GoalView>,
        /// Hints.
        hints: Vec<String>,
        /// What solves it.
        solutions: Vec<AttemptView>,
        /// What does not.
        wrong: Vec<AttemptView>,
        /// Allowed acts, budgets and goals as `setTask` takes them.
        rules: String,
        /// Where it stands in the lesson.
        line: u32,
    }

    /// How often an act may or must be done.
    BudgetView {
        /// Whether it is `at least`.
        least: bool,
        /// How often.
        count: u32,
        /// The act.
        act: String,
        /// What the author calls it; empty where that was not said.
        words: String,
    }

    /// What is to be brought about.
    GoalView {
        /// The condition, as written behind `goal`.
        condition: String,
        /// What the author calls it; empty where that was not said.
        words: String,
    }

    /// A solution or a wrong attempt.
    AttemptView {
        /// Of a wrong attempt: the reply to whoever misses the same and shows the same signs.
        comment: String,
        /// Lines of the scenario language.
        acts: String,
        /// The scenario that it starts with: the task's, with what the attempt sets.
        scene: String,
        /// Of a wrong attempt: what it misses.
        fails: Vec<DemandView>,
        /// Of a wrong attempt: the places of its signs among those of the task.
        signs: Vec<usize>,
    }

    /// Something that a task demands, by its place in the list of its kind.
    DemandView {
        /// `goal` or `budget`.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "\"goal\" | \"budget\""))]
        kind: &'static str,
        /// Its place, from 0.
        place: usize,
    }

    /// What came of checking a lesson.
    LessonReport {
        /// Its heading.
        title: String,
        /// How many words are read.
        words: usize,
        /// A hash that tells this version of it from others.
        fences: String,
        /// All that was carried out.
        runs: Vec<LessonRun>,
        /// All that is wrong.
        mistakes: Vec<MistakeView>,
    }

    /// Something that was carried out.
    LessonRun {
        /// `scene`, `prediction`, `start`, `solution` or `wrong`.
        what: &'static str,
        /// Its line in the lesson.
        line: u32,
        /// How many events it took.
        events: u32,
        /// The hash of its trace.
        hash: String,
        /// What an attempt misses.
        missed: Vec<DemandView>,
    }

    /// How a task stands.
    TaskStanding {
        /// Each goal.
        goals: Vec<GoalStanding>,
        /// Each budget.
        budgets: Vec<BudgetStanding>,
        /// Each sign of a wrong attempt: whether it holds now.
        signs: Vec<bool>,
        /// Whether all goals and budgets are met.
        solved: bool,
    }

    /// How a goal stands.
    GoalStanding {
        /// `met`, `open`, or `lost`: nothing that is still done can meet it.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "\"met\" | \"open\" | \"lost\""))]
        standing: &'static str,
        /// What was seen of it.
        saw: String,
    }

    /// How a budget stands.
    BudgetStanding {
        /// As of a goal.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "\"met\" | \"open\" | \"lost\""))]
        standing: &'static str,
        /// How often the act was done.
        used: u32,
    }
}

/// A part of a lesson.
#[derive(Serialize, Clone, PartialEq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum LessonBlock {
    Prose(ProseView),
    Scene(SceneView),
    Prediction(PredictionView),
    Recall(RecallView),
    OwnWords(OwnWordsView),
    Task(TaskView),
}

/// A part of a text.
#[derive(Serialize, Clone, PartialEq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(tag = "mark", rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum TextPart {
    Text { text: String },
    Code { text: String },
    Emphasis { parts: Vec<TextPart> },
    Strong { parts: Vec<TextPart> },
    Link { to: String, parts: Vec<TextPart> },
}

/// A lesson that is read.
pub fn reading(text: &str) -> LessonReading {
    let (read, mistakes) = lessons::read(text);
    let lesson = mistakes.is_empty().then(|| lesson(&read));
    LessonReading { lesson, mistakes: mistakes.into_iter().map(mistake).collect() }
}

/// A lesson that is checked.
pub fn report(text: &str) -> LessonReport {
    let Report { lesson, runs, mistakes } = lessons::check(text);
    LessonReport {
        words: lesson.words,
        fences: hex(lesson.fences()),
        title: lesson.title,
        runs: runs.into_iter().map(run).collect(),
        mistakes: mistakes.into_iter().map(mistake).collect(),
    }
}

/// How a task stands.
pub fn standing(status: TaskStatus) -> TaskStanding {
    let goal = |(standing, saw): (lessons::Standing, String)| GoalStanding { standing: standing.word(), saw };
    let budget = |(standing, used): (lessons::Standing, u32)| BudgetStanding { standing: standing.word(), used };
    TaskStanding {
        goals: status.goals.into_iter().map(goal).collect(),
        budgets: status.budgets.into_iter().map(budget).collect(),
        signs: status.signs,
        solved: status.solved,
    }
}

/// The marks within a text.
pub fn text_parts(text: &str) -> Vec<TextPart> {
    lessons::inline(text).into_iter().map(part).collect()
}

fn part(part: Inline) -> TextPart {
    let all = |parts: Vec<Inline>| parts.into_iter().map(self::part).collect();
    match part {
        Inline::Text(text) => TextPart::Text { text },
        Inline::Code(text) => TextPart::Code { text },
        Inline::Emphasis(parts) => TextPart::Emphasis { parts: all(parts) },
        Inline::Strong(parts) => TextPart::Strong { parts: all(parts) },
        Inline::Link { to, words } => TextPart::Link { to, parts: all(words) },
    }
}

fn lesson(lesson: &Lesson) -> LessonView {
    let block = |block: &Block| match block {
        Block::Prose(Prose { shape, items }) => {
            LessonBlock::Prose(ProseView { text: items.join(" "), shape: shape.word(), items: items.clone() })
        }
        Block::Scene(Scene { name, code }) => {
            LessonBlock::Scene(SceneView { name: name.clone(), text: code.text(), line: code.first })
        }
        Block::Question(asked) => question(lesson, asked),
        Block::Task(given) => LessonBlock::Task(task(lesson, given)),
    };
    LessonView {
        title: lesson.title.clone(),
        fences: hex(lesson.fences()),
        words: lesson.words,
        blocks: lesson.blocks.iter().map(block).collect(),
    }
}

fn question(lesson: &Lesson, question: &Question) -> LessonBlock {
    let line = question.place.line;
    let answer = |answer: &lessons::Answer| {
        let condition = |(expect, _): &(String, Place)| expect.trim_start_matches("expect").trim().to_string();
        AnswerView {
            text: answer.text.clone(),
            right: answer.right,
            reply: answer.reply.clone(),
            expect: answer.expect.as_ref().map(condition),
        }
    };
    let answers: Vec<_> = question.answers.iter().map(answer).collect();
    match (&question.asked, question.carried_out(lesson)) {
        (Asked::Prediction { scene, play }, Some(foretold)) => {
            let scene = lesson.scene(*scene).map(|scene| scene.code.text()).unwrap_or_default();
            let expects = (foretold.first_expect..).take(answers.len()).collect();
            let (text, guess) = (foretold.composed.text, foretold.guess);
            LessonBlock::Prediction(PredictionView { answers, scene, play: play.text(), text, guess, expects, line })
        }
        (Asked::OwnWords, _) => {
            let ticks = answers.into_iter().map(|answer| answer.text).collect();
            LessonBlock::OwnWords(OwnWordsView { ticks, line })
        }
        _ => LessonBlock::Recall(RecallView { answers, line }),
    }
}

fn task(lesson: &Lesson, task: &Task) -> TaskView {
    let attempt = |attempt: &Attempt, fails: Vec<Demand>, signs: std::ops::Range<usize>| {
        let sets = attempt.code.placed().filter(|(line, _)| line.trim_start().starts_with("set "));
        AttemptView {
            comment: attempt.comment.clone(),
            acts: attempt.code.text(),
            scene: task.start(lesson, sets).0.text,
            fails: fails.into_iter().map(demand).collect(),
            signs: signs.collect(),
        }
    };
    let mut signs = 0;
    let wrong = task.wrong.iter().zip(task.missed(lesson)).map(|(one, fails)| {
        let first = signs;
        signs += one.signs.len();
        attempt(one, fails, first..signs)
    });
    let budget = |budget: &lessons::Budget| BudgetView {
        least: budget.least,
        count: budget.count,
        act: budget.act.clone(),
        words: budget.words.clone(),
    };
    let goal = |goal: &lessons::GoalLine| GoalView { condition: goal.condition.clone(), words: goal.words.clone() };
    TaskView {
        statement: task.statement.clone(),
        scene: task.start(lesson, []).0.text,
        allow: task.allow.clone(),
        budgets: task.budgets.iter().map(budget).collect(),
        goals: task.goals.iter().map(goal).collect(),
        hints: task.hints.clone(),
        solutions: task.solutions.iter().map(|one| attempt(one, Vec::new(), 0..0)).collect(),
        wrong: wrong.collect(),
        rules: task.rules(),
        line: task.place.line,
    }
}

fn mistake(mistake: Mistake) -> MistakeView {
    MistakeView { line: mistake.line, column: mistake.column, message: mistake.message }
}

fn run(run: Run) -> LessonRun {
    let Run { what, line, events, hash, missed } = run;
    LessonRun { what, line, events, hash: hex(hash), missed: missed.into_iter().map(demand).collect() }
}

fn demand(demand: Demand) -> DemandView {
    match demand {
        Demand::Goal(place) => DemandView { kind: "goal", place },
        Demand::Budget(place) => DemandView { kind: "budget", place },
    }
}

fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}
