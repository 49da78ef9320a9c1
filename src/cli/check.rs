//! `check PATH…`: carries out all that lessons claim; `check LESSON RECEIPT`: carries out what a student did.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use consensus_playground::kernel::data::limits::LONGEST_LESSON;
use consensus_playground::lessons::{self, Demand, Mark, Report, Run};
use consensus_playground::scenario::ScenarioError;
use consensus_playground::scenario::text::visible;
use serde_json::{Value, json};

/// A file and what is wrong in it.
struct Checked {
    file: PathBuf,
    report: Report,
}

/// Checks lessons, or marks a receipt. Exits with 0 where all holds, with 1 where something does not, and with 2 where
/// something can't be read.
pub fn check(paths: &[PathBuf], json: bool) -> ExitCode {
    let done = match paths {
        [lesson, receipt] if is_lesson(lesson) && receipt.is_file() && !is_lesson(receipt) => {
            mark(lesson, receipt, json)
        }
        _ => lessons_below(paths).and_then(|files| check_all(&files, json)),
    };
    done.unwrap_or_else(|why| {
        eprintln!("{}", visible(&why));
        ExitCode::from(2)
    })
}

fn check_all(files: &[PathBuf], json: bool) -> Result<ExitCode, String> {
    let mut failed = false;
    for file in files {
        let Checked { file, mut report } = check_one(file)?;
        if let Some(original) = original(&file) {
            let mut differences = lessons::compare(&lessons::read(&read(&original)?).0, &report.lesson);
            report.mistakes.append(&mut differences);
        }
        failed |= !report.mistakes.is_empty();
        if json {
            println!("{}", told(&file, &report));
        } else {
            say(&file, &report);
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn check_one(file: &Path) -> Result<Checked, String> {
    Ok(Checked { file: file.to_path_buf(), report: lessons::check(&read(file)?) })
}

fn say(file: &Path, report: &Report) {
    let shown = file.display().to_string();
    for ScenarioError { line, column, message } in &report.mistakes {
        eprintln!("{}", visible(&format!("{shown}:{line}:{column}: {message}")));
    }
    let Report { lesson, runs, mistakes } = report;
    let outcome = match mistakes.len() {
        0 => "holds".to_string(),
        1 => "1 mistake".to_string(),
        some => format!("{some} mistakes"),
    };
    let (words, events) = (lesson.words, report.events());
    println!("{}", visible(&format!("{shown}: {outcome}; {words} words, {} runs, {events} events", runs.len())));
}

fn told(file: &Path, report: &Report) -> Value {
    let mistake = |one: &ScenarioError| json!({ "line": one.line, "column": one.column, "message": one.message });
    let run = |run: &Run| {
        let demand = |demand: &Demand| match demand {
            Demand::Budget(place) => json!({ "kind": "budget", "place": place }),
            Demand::Goal(place) => json!({ "kind": "goal", "place": place }),
        };
        let missed: Vec<_> = run.missed.iter().map(demand).collect();
        json!({ "what": run.what, "line": run.line, "events": run.events, "hash": format!("{:016x}", run.hash), "missed": missed })
    };
    json!({
        "file": file.display().to_string(),
        "title": report.lesson.title,
        "words": report.lesson.words,
        "fences": format!("{:016x}", report.lesson.fences()),
        "runs": report.runs.iter().map(run).collect::<Vec<_>>(),
        "mistakes": report.mistakes.iter().map(mistake).collect::<Vec<_>>(),
    })
}

/// Carries a receipt out again and prints what it is worth.
fn mark(lesson: &Path, receipt: &Path, json: bool) -> Result<ExitCode, String> {
    let Checked { report, .. } = check_one(lesson)?;
    let told = |file: &Path, error: &ScenarioError| {
        format!("{}:{}:{}: {}", file.display(), error.line, error.column, error.message)
    };
    if let Some(mistake) = report.mistakes.first() {
        return Err(told(lesson, mistake));
    }
    let mark = lessons::mark(&report.lesson, &read(receipt)?).map_err(|error| told(receipt, &error))?;
    let name = |name: &str| name.split('.').next().unwrap_or_default().to_string();
    let file = lesson.file_name().map(|file| name(&file.to_string_lossy())).unwrap_or_default();
    if name(&mark.lesson) != file {
        return Err(format!("{}: this receipt is of the lesson `{}`", receipt.display(), mark.lesson));
    }
    if !mark.same {
        return Err(format!("{}: this receipt is of another version of the lesson", receipt.display()));
    }
    if json {
        println!("{}", marked(&mark));
    } else {
        say_mark(&mark);
    }
    let failed = mark.tasks.iter().any(|task| matches!(task, Some(Err(_))));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn marked(mark: &Mark) -> Value {
    let (points, of) = mark.points();
    let task = |task: &Option<Result<(), String>>| match task {
        None => json!({ "solved": false, "why": null }),
        Some(Ok(())) => json!({ "solved": true, "why": null }),
        Some(Err(why)) => json!({ "solved": false, "why": why }),
    };
    let tasks: Vec<_> = mark.tasks.iter().map(task).collect();
    json!({ "lesson": mark.lesson, "points": points, "of": of, "answers": mark.answers, "tasks": tasks })
}

fn say_mark(mark: &Mark) {
    for (place, answer) in mark.answers.iter().enumerate() {
        let said = match answer {
            Some(true) => "right",
            Some(false) => "wrong",
            None => "not answered",
        };
        println!("question {}: {said}", place + 1);
    }
    for (place, task) in mark.tasks.iter().enumerate() {
        let said = match task {
            Some(Ok(())) => "solved".to_string(),
            Some(Err(why)) => format!("not solved: {why}"),
            None => "not solved".to_string(),
        };
        println!("{}", visible(&format!("task {}: {said}", place + 1)));
    }
    let (points, of) = mark.points();
    println!("{points} of {of}");
}

/// The lessons among these files, and in these folders. Errors: there is none, or a path leads nowhere.
fn lessons_below(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        let told = |error: std::io::Error| format!("{}: {error}", path.display());
        if !std::fs::metadata(path).map_err(told)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(told)?;
        let mut found: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        found.retain(|file| is_lesson(file) && file.file_name().is_some_and(|name| name != "README.md"));
        if found.is_empty() {
            return Err(format!("{}: there is no lesson (a file *.md) in this folder", path.display()));
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
}

fn is_lesson(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|end| end == "md")
}

/// The lesson beside this translation of it: `name.md` beside `name.de.md`.
fn original(file: &Path) -> Option<PathBuf> {
    let stem = Path::new(file.file_stem()?);
    let language = stem.extension()?.to_str()?;
    let named = (2..=3).contains(&language.len()) && language.bytes().all(|letter| letter.is_ascii_lowercase());
    let original = file.with_file_name(format!("{}.md", stem.file_stem()?.to_str()?));
    (named && original.is_file()).then_some(original)
}

/// Reads a little more than a lesson may have at most.
fn read(file: &Path) -> Result<String, String> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let opened =
        std::fs::File::open(file).and_then(|file| file.take(LONGEST_LESSON as u64 + 4).read_to_end(&mut bytes));
    opened.map_err(|error| format!("{}: {error}", file.display()))?;
    if bytes.len() > LONGEST_LESSON {
        return Err(format!("{}: the file is too long: it may have {LONGEST_LESSON} bytes", file.display()));
    }
    String::from_utf8(bytes).map_err(|_| format!("{}: the file is no UTF-8 text", file.display()))
}
