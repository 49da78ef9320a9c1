//! The lessons hold what they claim, and what breaks one is told at its place.

use std::path::PathBuf;

use consensus_playground::lessons::{self, Demand, Mistake, Standing, TaskGoals};
use consensus_playground::scenario::Session;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("lessons")
}

fn lesson(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).expect("a lesson")
}

/// All lessons, by their files' names.
fn all() -> Vec<(String, String)> {
    let names = std::fs::read_dir(folder()).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let names = names.filter_map(|name| name.into_string().ok());
    let names = names.filter(|name| name.ends_with(".md") && name != "README.md");
    names.map(|name| (name.clone(), lesson(&name))).collect()
}

fn told(mistakes: &[Mistake]) -> Vec<String> {
    mistakes.iter().map(ToString::to_string).collect()
}

/// The lesson with a change, which must find something to change.
fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "there is no {from:?}");
    text.replacen(from, to, 1)
}

/// What is told of a changed lesson: one mistake, whose line has this text, and which says this.
#[track_caller]
fn breaks(text: &str, from: &str, to: &str, line: &str, says: &str) {
    let text = changed(text, from, to);
    let mistakes = lessons::check(&text).mistakes;
    let at = |mistake: &Mistake| text.lines().nth(mistake.line as usize - 1).unwrap_or_default().to_string();
    let found = mistakes.iter().find(|mistake| at(mistake).contains(line) && mistake.message.contains(says));
    assert!(found.is_some(), "{:#?}", told(&mistakes));
}

#[test]
fn every_lesson_holds() {
    let all = all();
    assert!(all.len() >= 18, "{}", all.len());
    for (name, text) in &all {
        let report = lessons::check(text);
        assert_eq!(told(&report.mistakes), [""; 0], "{name}");
        assert!(report.runs.len() >= 6 && report.lesson.tasks().count() >= 1, "{name}");
        let missed = report.runs.iter().filter(|run| run.what == "wrong" && !run.missed.is_empty()).count();
        assert!(missed >= 2, "{name}: {missed}");
    }
}

#[test]
fn every_translation_has_the_fences_of_its_lesson() {
    let translations: Vec<_> = all().into_iter().filter(|(name, _)| name.ends_with(".de.md")).collect();
    assert!(translations.len() >= 4);
    for (name, text) in translations {
        let original = lessons::read(&lesson(&name.replace(".de.md", ".md"))).0;
        let translation = lessons::read(&text).0;
        assert_eq!(told(&lessons::compare(&original, &translation)), [""; 0], "{name}");
        assert_eq!(original.fences(), translation.fences(), "{name}");
        for (from, to, says) in [
            ("seed 2", "seed 3", "a scene differs"),
            ("goal all\n", "", "a task differs"),
            ("- [x]", "- [ ]", "differs"),
        ] {
            let Some(at) = text.find(from) else { continue };
            let other = lessons::read(&(text[..at].to_string() + to + &text[at + from.len()..])).0;
            let differences = told(&lessons::compare(&original, &other));
            assert!(differences.iter().any(|one| one.contains(says)), "{name}: {differences:?}");
            assert_ne!(original.fences(), other.fences(), "{name}: {from}");
        }
    }
}

#[test]
fn a_flipped_answer_an_emptied_goal_and_a_broken_solution_are_told() {
    let text = lesson("06-figure-8.md");
    let flipped = changed(&text, "- [x] It wins", "- [ ] It wins");
    let flipped = changed(&flipped, "- [ ] It can't win", "- [x] It can't win");
    let mistakes = told(&lessons::check(&flipped).mistakes);
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    assert!(mistakes.iter().all(|one| one.contains("the core says otherwise")), "{mistakes:?}");
    breaks(&text, "goal 4 of all.term >= 5 ", "goal ", "goal    ", "a condition is missing");
    let goals: Vec<_> = text.lines().filter(|line| line.starts_with("goal ")).collect();
    let block = goals.join("\n") + "\n";
    breaks(&text, &block, "goal all\n", "```task", "the goals of this task hold before anything is done");
    breaks(&text, &block, "", "```task", "a task has a goal");
    breaks(
        &text,
        "deliver all appended from 3\ncrash 1",
        "crash 1",
        "```solution",
        "this solution does not solve the task: `ever 1.commit-index >= 2`",
    );
    breaks(
        &text,
        "request put x 1 to 1\ndeliver all append",
        "request putt x 1 to 1\ndeliver all append",
        "request putt",
        "",
    );
}

#[test]
fn each_kind_of_mistake_is_told_with_its_line_and_the_nearest_word() {
    let text = lesson("06-figure-8.md");
    breaks(&text, "from With the rule", "from With the rules", "from With", "did you mean `With the rule`?");
    breaks(
        &text,
        "from With the rule",
        "from With the rule, before pla",
        "from With",
        "no line of this scene begins with `pla`",
    );
    breaks(&text, "```solution", "```solutoin", "```solutoin", "did you mean `solution`?");
    breaks(&text, "allow request, deliver", "allow request, delivr", "allow", "did you mean `deliver`?");
    breaks(&text, "at most 1 crash", "at most 1 crahs", "at most", "did you mean `crash`?");
    breaks(&text, "goal 4 of", "gaol 4 of", "gaol", "did you mean `goal`?");
    breaks(&text, "goal 4 of all.term", "goal 4 of all.trem", "goal 4 of all.trem", "did you mean `term`?");
    breaks(&text, "network manual", "netwrok manual", "netwrok", "did you mean `network`?");
    breaks(&text, "`expect not 5.role = leader`", "`expect not 5.rloe = leader`", "5.rloe", "did you mean `role`?");
    breaks(&text, "  > The entry of term 4 is on two of five.\n", "", "- [ ] All that", "this answer has no reply");
    breaks(&text, "- [x] Only", "- [ ] Only", "- [ ] The first two", "none of the answers is right");
    breaks(
        &text,
        "- [ ] The first two",
        "- [x] The first two",
        "- [x] Only",
        "exactly one right answer, and here are 2",
    );
    breaks(&text, "```play", "```wrong", "- [ ] It can't", "this prediction has no play");
    breaks(
        &text,
        "crash 1\n```\n\nAnother cluster",
        "run 1s\ncrash 1\n```\n\nAnother cluster",
        "run 1s",
        "`run` is not allowed in this task",
    );
    breaks(
        &text,
        "deliver request-vote from 1 to 4\n",
        "deliver vote from 1 to 4\n",
        "deliver vote from 1 to 4",
        "this act can't be done",
    );
    breaks(&text, "# Why a majority", "Why a majority", "Why a majority", "no title");
    breaks(&text, "Source:", &("word ".repeat(100) + "\n\nSource:"), "# Why", "may have 400 words");
    breaks(
        &text,
        "network manual\n",
        "network automatic\nworkload clients 9 rate 1000/s keys 3\nrun 500s\n",
        "# Counting",
        "50000 events",
    );
}

/// Every mistake is told, not the first alone.
#[test]
fn all_mistakes_are_told_at_once() {
    let text = lesson("03-majorities.md").replace("```solution", "```solutoin").replace("- [x]", "- [ ]");
    let mistakes = lessons::check(&text).mistakes;
    assert!(mistakes.len() >= 4, "{:?}", told(&mistakes));
    assert!(mistakes.is_sorted_by_key(|mistake| mistake.line));
}

/// A stranger's lesson may be anything.
#[test]
fn any_text_is_read_in_bounds() {
    let text = lesson("06-figure-8.md");
    for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)).step_by(7) {
        lessons::read(&text[..cut]);
        lessons::read(&text[cut..]);
    }
    for piece in
        ["```", "```task\n", "- [x]", "- [", "  > ", "#", "*", "[](", "\u{feff}", "`expect `", "- [x] `expect "]
    {
        let many = piece.repeat(60_000 / piece.len());
        lessons::read(&many);
        lessons::read(&many.replace("``` ", "```\n"));
    }
    let (_, mistakes) = lessons::read(&"x".repeat(70_000));
    assert!(mistakes[0].message.contains("it may have 65536"), "{mistakes:?}");
    let (_, mistakes) = lessons::read(&"x\n\n".repeat(500));
    assert!(mistakes.iter().any(|one| one.message.contains("may have 400 blocks")), "{mistakes:?}");
}

#[test]
fn a_task_is_followed_live_back_and_forth() {
    let lesson = lessons::read(&lesson("03-majorities.md")).0;
    let task = lesson.tasks().next().expect("a task");
    let (start, _) = task.start(&lesson, []);
    let mut session = Session::open(&start.text).unwrap();
    session.finish();
    let goals = TaskGoals::read(&mut session, &task.rules()).unwrap();
    assert!(!goals.status(&session).solved && goals.allows("crash 4") && !goals.allows("heal"));
    session.act("crash 4").unwrap();
    session.act("crash 5").unwrap();
    session.act("request put y 1").unwrap();
    let waiting = session.event();
    session.run(1_000_000);
    let status = goals.status(&session);
    assert!(status.solved, "{status:?}");
    assert!(status.budgets.iter().all(|budget| budget.0 == Standing::Met));
    session.seek(waiting);
    assert!(!goals.status(&session).solved);
    assert!(session.undo() && session.undo());
    assert_eq!(goals.status(&session).budgets[0].1, 1, "one crash is taken back");
    assert!(session.redo() && session.redo());
    session.run(1_000_000);
    assert!(goals.status(&session).solved);
    let goals = TaskGoals::read(&mut session, "at least 1 set no-op\nset no-op on\ngoal all").unwrap();
    assert!(goals.status(&session).solved, "an option that the scene was started again with is an act");
    let error = TaskGoals::read(&mut session, "at most 1 crash\ngoal comitted 1").unwrap_err();
    assert_eq!((error.line, error.column), (2, 6), "{error}");
}

/// The reply to a student is that of the wrong attempt that misses the same and shows the same signs.
#[test]
fn wrong_attempts_are_told_apart_by_what_they_miss_and_by_their_signs() {
    let lesson = lessons::read(&lesson("06-figure-8.md")).0;
    let task = lesson.tasks().next().expect("a task");
    let [uncommitted, unshown] = [vec![Demand::Goal(0), Demand::Goal(3)], vec![Demand::Goal(2)]];
    assert_eq!(task.missed(&lesson), [uncommitted.clone(), uncommitted, unshown]);
    let signs: Vec<_> = task.wrong.iter().map(|attempt| attempt.signs.len()).collect();
    assert_eq!(signs, [1, 1, 0], "two miss the same, and their signs differ");

    let mut session = Session::open(&task.start(&lesson, []).0.text).unwrap();
    session.finish();
    let goals = TaskGoals::read(&mut session, &task.rules()).unwrap();
    assert_eq!(goals.status(&session).signs, [false, false]);
    session.act("deliver request-vote from 1 to 4").unwrap();
    session.act("deliver all vote to 1").unwrap();
    session.act("deliver all append-entries to 4").unwrap();
    session.act("deliver all appended from 4").unwrap();
    session.act("deliver all append-entries to 4").unwrap();
    let status = goals.status(&session);
    assert_eq!((status.signs, status.goals.len()), (vec![true, false], 4), "a fourth copy of the old entry");
}

/// An author may say what a goal or a budget is called; a translation calls it otherwise.
#[test]
fn a_comment_is_what_a_demand_is_called() {
    let lesson = lessons::read(&lesson("03-majorities.md")).0;
    let task = lesson.tasks().next().expect("a task");
    assert_eq!((&*task.goals[0].condition, &*task.goals[0].words), ("committed 1", "An entry is committed"));
    assert_eq!((&*task.budgets[0].act, &*task.budgets[0].words), ("crash", "As few replicas are running as possible"));
}

#[test]
fn a_receipt_is_carried_out_again() {
    let lesson = lessons::read(&lesson("03-majorities.md")).0;
    let task = lesson.tasks().next().expect("a task");
    let mut session = Session::open(&task.start(&lesson, []).0.text).unwrap();
    session.finish();
    let lines = session.script().lines().filter(|line| !line.trim().is_empty()).count();
    for act in ["crash 4", "crash 5", "request put y 1"] {
        session.act(act).unwrap();
        session.run(50_000);
    }
    let script = session.script();
    let acts: Vec<_> = script.lines().filter(|line| !line.trim().is_empty()).skip(lines).collect();
    let receipt = |fences: u64, acts: &str| {
        format!(
            "# by somebody\nlesson 03-majorities\nfences {fences:016x}\nanswer 1 4\nanswer 2 1\ntask 1 solved\n{acts}\n"
        )
    };
    let mark = lessons::mark(&lesson, &receipt(lesson.fences(), &acts.join("\n"))).unwrap();
    assert!(mark.same);
    assert_eq!(mark.answers, [Some(true), Some(false)]);
    assert_eq!((mark.tasks.clone(), mark.points()), (vec![Some(Ok(())), None], (2, 4)), "{acts:?}");
    for acts in ["crash 4", "crash 4\ncrash 5\nheal\nrequest put y 1", "crash 44", "set no-op off\ncrash 4", "seed 3"] {
        let mark = lessons::mark(&lesson, &receipt(lesson.fences(), acts)).unwrap();
        assert!(matches!(mark.tasks[0], Some(Err(_))), "{acts}: {mark:?}");
    }
    assert!(!lessons::mark(&lesson, &receipt(1, "crash 4")).unwrap().same);
    for (text, line) in [("lesson x\n", 1), ("fences 1\nanswer 9 1\n", 2), ("crash 1\n", 1), ("task 1 sloved\n", 1)] {
        assert_eq!(lessons::mark(&lesson, text).unwrap_err().line, line, "{text}");
    }
}
