//! Tasks: what a student brings about, with what, and what their author tried.

use super::attempt::{Demand, TaskStatus};
use super::code::{Code, Composed, Place, bare, words};
use super::{Block, Lesson, Mistake};
use crate::scenario::text::{Word, Words, nearest, quote};
use crate::scenario::usages;

/// A task.
#[derive(Clone, PartialEq, Debug)]
pub struct Task {
    /// Where its block begins.
    pub place: Place,
    /// What is asked for.
    pub statement: String,
    /// The scene's place among the blocks.
    pub scene: usize,
    /// How many lines of the scene are taken.
    pub keep: usize,
    /// The acts that may be used, as their first words; none where all may be.
    pub allow: Vec<String>,
    /// How often acts may or must be done.
    pub budgets: Vec<Budget>,
    /// What is to be brought about.
    pub goals: Vec<GoalLine>,
    /// Hints, the first to be given first.
    pub hints: Vec<String>,
    /// What reaches all goals.
    pub solutions: Vec<Attempt>,
    /// What misses one.
    pub wrong: Vec<Attempt>,
}

/// `goal ever 1.commit-index >= 2    # Entry 2 is committed.`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GoalLine {
    /// The condition, as written behind `goal`.
    pub condition: String,
    /// Its comment: what a reader is told that is asked for. Empty where the condition's own words will do.
    pub words: String,
    /// Where the condition stands.
    pub place: Place,
}

/// `at most 1 crash`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Whether it is `at least`.
    pub least: bool,
    /// How often.
    pub count: u32,
    /// The act, as its first words.
    pub act: String,
    /// Its comment, as that of a [`GoalLine`].
    pub words: String,
}

/// What a task asks for.
#[derive(Clone, Default, PartialEq, Debug)]
pub(super) struct Rules {
    pub allow: Vec<String>,
    pub budgets: Vec<Budget>,
    pub goals: Vec<GoalLine>,
    /// What tells a wrong attempt from others.
    pub signs: Vec<GoalLine>,
    /// What was set to start the scene again.
    pub done: Vec<String>,
}

impl Rules {
    /// Reads lines that allow, bound and ask. Errors: one of them can't be read.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let code = Code { first: 1, lines: text.lines().take(MOST_RULES + 1).map(str::to_string).collect() };
        if code.lines.len() > MOST_RULES {
            return Err(Place { line: 1, column: 1 }.wrong(format!("a task may have {MOST_RULES} lines")));
        }
        let (mut task, mut signs, mut done) = (Task::empty(Place { line: 1, column: 1 }), Vec::new(), Vec::new());
        for (line, at) in code.placed() {
            let mut words = Words::of(at.line, line);
            match words.peek() {
                None => {}
                Some("set") => done.push(bare(line)),
                Some("sign") => signs.extend(condition(line, at)),
                Some("from" | "hint") => {
                    return Err(at.wrong("`allow`, `at most`, `at least` or `goal` was expected here"));
                }
                Some(_) => task.line(&mut words, line, &[])?,
            }
        }
        Ok(Rules { allow: task.allow, budgets: task.budgets, goals: task.goals, signs, done })
    }
}

/// How many lines a task has at most.
const MOST_RULES: usize = 200;

/// Acts that were tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// Where its block begins.
    pub place: Place,
    /// Its comment: the reply to whoever misses the same goals and budgets, and shows the same signs.
    pub comment: String,
    /// The acts.
    pub code: Code,
    /// The conditions of its last lines, `expect …`: they hold at its end, and in the run of whoever gets the reply.
    pub signs: Vec<GoalLine>,
}

impl Attempt {
    pub(super) fn of(place: Place, code: Code) -> Self {
        let signs = code.placed().filter(|(line, _)| is_sign(line)).filter_map(|(line, at)| condition(line, at));
        Attempt { place, comment: code.title().unwrap_or_default().to_string(), signs: signs.collect(), code }
    }
}

/// What begins the lines of a task, and how they go on.
const KEYWORDS: [&str; 5] = ["from", "allow", "at", "goal", "hint"];

impl Task {
    fn empty(place: Place) -> Self {
        Task {
            place,
            statement: String::new(),
            scene: usize::MAX,
            keep: 0,
            allow: Vec::new(),
            budgets: Vec::new(),
            goals: Vec::new(),
            hints: Vec::new(),
            solutions: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// What it allows, bounds and asks for, a line each, as [`super::TaskGoals::read`] takes them.
    pub fn rules(&self) -> String {
        let allow = (!self.allow.is_empty()).then(|| format!("allow {}\n", self.allow.join(", ")));
        let budget = |budget: &Budget| {
            format!("at {} {} {}\n", if budget.least { "least" } else { "most" }, budget.count, budget.act)
        };
        let goal = |goal: &GoalLine| format!("goal {}\n", goal.condition);
        let asked = self.budgets.iter().map(budget).chain(self.goals.iter().map(goal));
        let signs = self.signs().map(|sign| format!("sign {}\n", sign.condition));
        allow.into_iter().chain(asked).chain(signs).collect()
    }

    /// The signs of all wrong attempts, in their order.
    pub fn signs(&self) -> impl Iterator<Item = &GoalLine> {
        self.wrong.iter().flat_map(|attempt| &attempt.signs)
    }

    /// The wrong attempt that is like one that stands like this: it misses the same, and its signs hold. Of several it is the
    /// one with the most signs, which fits best. `missed` is what each wrong attempt misses.
    pub(super) fn like(&self, missed: &[Vec<Demand>], status: &TaskStatus) -> Option<usize> {
        let (now, mut first) = (status.missed(), 0);
        let mut like: Option<usize> = None;
        for (place, attempt) in self.wrong.iter().enumerate() {
            let shown = status.signs[first..][..attempt.signs.len()].iter().all(|sign| *sign);
            first += attempt.signs.len();
            let better = like.is_none_or(|other| self.wrong[other].signs.len() < attempt.signs.len());
            if missed[place] == now && shown && better {
                like = Some(place);
            }
        }
        like
    }

    /// Reads a task's block. `blocks` are those before it.
    pub(super) fn of(place: Place, code: &Code, blocks: &[Block], mistakes: &mut Vec<Mistake>) -> Self {
        let mut task = Task::empty(place);
        let mut from = false;
        for (line, at) in code.placed() {
            let mut words = Words::of(at.line, line);
            let Some(first) = words.peek() else { continue };
            if task.statement.is_empty() || (!from && !KEYWORDS.contains(&first)) {
                let gap = if task.statement.is_empty() { "" } else { " " };
                task.statement.extend([gap, line.trim()]);
                continue;
            }
            from |= first == "from";
            if let Err(mistake) = task.line(&mut words, line, blocks) {
                mistakes.push(mistake);
            }
        }
        if task.statement.is_empty() {
            mistakes.push(place.wrong("a task begins with a sentence that says what to do"));
        } else if !from {
            mistakes.push(place.wrong("this task does not say where it starts: `from SCENE` is missing"));
        }
        if task.goals.is_empty() {
            mistakes.push(place.wrong("a task has a goal, such as `goal committed 1`"));
        }
        task
    }

    fn line(&mut self, words: &mut Words, line: &str, blocks: &[Block]) -> Result<(), Mistake> {
        let first = words.take("a line of a task")?;
        // What stands behind the first word, as it was written, and where.
        let start = line.char_indices().nth(first.column as usize - 1).map_or(0, |(at, _)| at) + first.text.len();
        let rest = line[start..].trim();
        let column = first.column + first.text.chars().count() as u32 + indent(&line[start..]);
        let place = Place { line: words.line(), column };
        let something =
            |what: &str| if rest.is_empty() { Err(place.wrong(format!("{what} is missing"))) } else { Ok(()) };
        match first.text {
            "from" => something("the name of a scene").and_then(|()| self.from(rest, place, blocks)),
            "allow" => something("an act").and_then(|()| self.allow(rest, place)),
            "at" => self.budget(words),
            "goal" => {
                self.goals.push(condition(line, place).ok_or_else(|| place.wrong("a condition is missing"))?);
                Ok(())
            }
            "hint" => something("a hint").map(|()| self.hints.push(rest.to_string())),
            _ => Err(words.unknown(first, "a line of a task (from, allow, at most, at least, goal, hint)", KEYWORDS)),
        }
    }

    fn from<'b>(&mut self, rest: &str, place: Place, blocks: &'b [Block]) -> Result<(), Mistake> {
        let (name, cut) = match rest.split_once(", before ") {
            Some((name, cut)) => (name.trim(), Some(cut.trim())),
            None => (rest, None),
        };
        let scenes = || {
            let scene = |(at, block): (usize, &'b Block)| {
                if let Block::Scene(scene) = block { Some((at, scene)) } else { None }
            };
            blocks.iter().enumerate().filter_map(scene)
        };
        let Some((at, scene)) = scenes().find(|(_, scene)| scene.name == name) else {
            let hint = nearest(name, scenes().map(|(_, scene)| &*scene.name));
            let hint = hint.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(place.wrong(format!("there is no scene {} before this task{hint}", quote(name))));
        };
        (self.scene, self.keep) = (at, scene.code.lines.len());
        let Some(cut) = cut else { return Ok(()) };
        let cut_words = words(cut);
        let begins = |line: &String| !cut_words.is_empty() && words(line).starts_with(&cut_words);
        let Some(keep) = scene.code.lines.iter().position(begins) else {
            let column = place.column + rest.chars().count() as u32 - cut.chars().count() as u32;
            let firsts = scene.code.lines.iter().filter_map(|line| words(line).first().copied());
            let hint = nearest(cut, firsts).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let why = format!("no line of this scene begins with {}{hint}", quote(cut));
            return Err(Place { column, ..place }.wrong(why));
        };
        self.keep = keep;
        Ok(())
    }

    fn allow(&mut self, rest: &str, place: Place) -> Result<(), Mistake> {
        let mut column = place.column;
        for part in rest.split(',') {
            let at = Place { column: column + indent(part), ..place };
            column += part.chars().count() as u32 + 1;
            let act = words(part);
            known_act(act.first().copied().unwrap_or_default(), at)?;
            self.allow.push(act.join(" "));
        }
        Ok(())
    }

    fn budget(&mut self, words: &mut Words) -> Result<(), Mistake> {
        let word = words.take("`most` or `least`")?;
        let least = words.one_of(word, "`most` or `least`", [("most", false), ("least", true)])?;
        let word = words.take("how often")?;
        let count = words.number(word, "how often", 0, 10_000)? as u32;
        let act = words.take("an act").inspect(|_| words.back())?;
        known_act(act.text, Place { line: words.line(), column: act.column })?;
        let act = words.rest().iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        self.budgets.push(Budget { least, count, act, words: words.comment.unwrap_or_default().to_string() });
        Ok(())
    }

    /// The scene, as far as the task takes it, set up as `acts` say: each `set` among them takes the place of the scene's
    /// own. Gives the scenario and how many lines it has before the first act; the acts stand behind.
    pub fn start<'a>(&self, lesson: &Lesson, acts: impl IntoIterator<Item = (&'a str, Place)>) -> (Composed, u32) {
        let (mut start, mut rest) = (Vec::new(), Vec::new());
        if let Some(scene) = lesson.scene(self.scene) {
            start.extend(scene.code.placed().take(self.keep));
        }
        for (line, place) in acts {
            match words(line)[..] {
                ["set", ref option @ .., _] => set_up(&mut start, option, (line, place)),
                _ => rest.push((line, place)),
            }
        }
        let mut composed = Composed::default();
        composed.extend(start);
        let lines = composed.lines();
        composed.extend(rest);
        (composed, lines)
    }
}

/// Puts a `set` into a header: in the place of one of the same option, or behind all that is there.
fn set_up<'a>(start: &mut Vec<(&'a str, Place)>, option: &[&str], set: (&'a str, Place)) {
    let same = |line: &str| matches!(words(line)[..], ["set", ref known @ .., _] if known == option);
    if let Some(old) = start.iter().position(|(line, _)| same(line)) {
        start[old] = set;
        return;
    }
    let header = |line: &str| matches!(words(line)[..], ["protocol" | "replicas" | "seed" | "set" | "disk", ..]);
    let end = start.iter().rposition(|(line, _)| header(line)).map_or(0, |last| last + 1);
    start.insert(end, set);
}

/// Whether a line does this act: whether it begins with these words.
pub(super) fn does(line: &str, act: &str) -> bool {
    let line = bare(line);
    line.strip_prefix(act).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Errors: there is no such act.
fn known_act(act: &str, place: Place) -> Result<(), Mistake> {
    let acts = || {
        usages()
            .filter_map(|usage| usage.split(' ').next())
            .map(|word| word.trim_end_matches(','))
            .chain(["run", "settle", "set", "when"])
    };
    if acts().any(|known| known == act) {
        return Ok(());
    }
    let line = Words::of(place.line, "");
    let mut mistake = line.unknown(Word { text: act, column: place.column }, "an act", acts());
    mistake.line = place.line;
    Err(mistake)
}

/// The condition behind the first word of a line, with its comment; `None` where there is none.
fn condition(line: &str, at: Place) -> Option<GoalLine> {
    let mut words = Words::of(at.line, line);
    let place = Place { column: words.rest().get(1)?.column, ..at };
    let words = words.comment.unwrap_or_default().to_string();
    Some(GoalLine { condition: bare(line).split_once(' ')?.1.to_string(), words, place })
}

/// Whether a line of an attempt says how things are, and does nothing.
pub(super) fn is_sign(line: &str) -> bool {
    words(line).first() == Some(&"expect")
}

fn indent(text: &str) -> u32 {
    text.chars().take_while(|letter| letter.is_whitespace()).count() as u32
}
