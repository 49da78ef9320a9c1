//! One step of work: its name, its progress, its seconds, and its log where it failed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use xshell::Cmd;

/// The lines of a failed step's log that are shown.
const TAIL: usize = 40;

/// Runs `work` as a step: prints its name, then what became of it.
///
/// `work` says in a few words what it found or did. It shows its progress through the bar.
///
/// # Errors
/// Those of `work`.
pub fn step(name: &str, work: impl FnOnce(&ProgressBar) -> Result<String>) -> Result<()> {
    let started = Instant::now();
    let bar = ProgressBar::new_spinner().with_prefix(name.to_owned());
    bar.set_style(ProgressStyle::with_template("{spinner} {prefix}: {wide_msg} {elapsed}")?);
    bar.enable_steady_tick(Duration::from_millis(120));
    let outcome = work(&bar);
    bar.finish_and_clear();
    match outcome {
        Ok(found) => println!("✓ {name}: {found} ({})", seconds(started.elapsed())),
        Err(error) => {
            println!("✗ {name} ({})", seconds(started.elapsed()));
            return Err(error.context(format!("stopped at: {name}")));
        }
    }
    Ok(())
}

/// Says that a long piece of work begins, on terminals and in logs alike.
pub fn announce(bar: &ProgressBar, what: &str) {
    let name = bar.prefix();
    bar.suspend(|| println!("… {name}: {what}"));
}

/// Runs a program in silence: its last line moves past the bar, everything goes to the log.
///
/// # Errors
/// When it can't be started or fails; the error carries the log's end and where the log is.
pub fn run_logged(bar: &ProgressBar, log: &Path, cmd: Cmd<'_>) -> Result<()> {
    let title = cmd.to_string();
    let (reader, writer) = std::io::pipe()?;
    let mut command = Command::from(cmd);
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("{title} can't be started"))?;
    drop(command); // it holds the pipe's writing end: without this the reading below would never end
    let mut file = File::create(log).with_context(|| format!("{} can't be written", log.display()))?;
    let mut tail = VecDeque::with_capacity(TAIL);
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).trim_end().to_owned();
        writeln!(file, "{line}")?;
        bar.set_message(line.trim_start().to_owned());
        if tail.len() == TAIL {
            tail.pop_front();
        }
        tail.push_back(line);
    }
    if child.wait()?.success() {
        return Ok(());
    }
    let tail: Vec<_> = tail.into();
    bail!("{title} failed; the end of {}:\n{}", log.display(), tail.join("\n"))
}

/// A duration for people: `0.3 s`, `12.0 s`, `3 min 05 s`.
pub fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 { format!("{:.1} s", time.as_secs_f64()) } else { format!("{} min {:02} s", whole / 60, whole % 60) }
}

/// Runs a program whose output is the point: every line is shown as it comes, and read.
///
/// # Errors
/// When it can't be started or fails.
pub fn run_streamed(cmd: Cmd<'_>, mut read: impl FnMut(&str)) -> Result<()> {
    let title = cmd.to_string();
    println!("$ {title}");
    let (reader, writer) = std::io::pipe()?;
    let mut command = Command::from(cmd);
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1"); // they see a pipe
    }
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("{title} can't be started"))?;
    drop(command);
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        read(&line);
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { bail!("{title} failed ({status})") }
}
