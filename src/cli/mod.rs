//! What a person types: `run`, `check`, `export`, `describe`, `bench`, `lab`, `search`, `shrink`; and what only `cargo xtask bench` does: `dictionary`.

mod bench;
mod check;
mod describe;
mod dictionary;
mod lab;
mod run;
mod search;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about = "Watch agents agree: carries consensus scenarios out, natively")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Carry a scenario out, to its last line.
    ///
    /// Exits with 0 where every line was carried out and every `expect` held; with 1 where one failed, or where a line was
    /// never reached; with 3 where none failed, but one could not be decided; with 2 where the scenario can't be read.
    Run {
        /// The scenario's file, or - for standard input.
        file: PathBuf,
        /// Print every event as a line of JSON, as src/scenario/trace.schema.json has it.
        #[arg(long)]
        trace: bool,
        /// Carry it out once for each seed of A..B (B not included).
        #[arg(long, value_name = "A..B", value_parser = seeds)]
        seeds: Option<std::ops::Range<u64>>,
    },
    /// Check lessons: carry out every scene, answer, solution and wrong attempt. With a receipt behind a lesson: carry out
    /// again what a student did, and print a mark.
    ///
    /// Exits with 0 where everything holds; with 1 where a lesson has a mistake, told as file:line:column, or where the acts
    /// of a receipt don't solve their task; with 2 where something can't be read. A translation, such as name.de.md beside
    /// name.md, is compared with its lesson.
    Check {
        /// Lessons (*.md), or folders of them; or one lesson and a receipt.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Print a line of JSON for each lesson, with the trace's hash of all that was carried out; or for the receipt.
        #[arg(long)]
        json: bool,
    },
    /// Look for a schedule that breaks a property of a scenario's protocol, or brings something about.
    ///
    /// The scenario's header and its requests count (or the protocol's examples, where it has none), and who is Byzantine in it;
    /// when it does what does not. What is found was made as short as possible and replayed, and is printed as a scenario in
    /// `network manual`.
    ///
    /// Exits with 1 where a property was broken; with 0 where none can be within the bounds, or where the condition that was looked
    /// for was reached; with 1 where it can't be reached within the bounds; with 3 where the time or the memory was over before
    /// anybody knew; with 2 where the scenario can't be read.
    Search(search::Arguments),
    /// Make a failing scenario shorter: to the steps that it takes to break its property, whatever the times, or else to fewer lines.
    ///
    /// Prints the result. Exits with 0; with 1 where nothing fails in it; with 2 where the scenario can't be read.
    Shrink {
        /// The scenario's file, or - for standard input.
        file: PathBuf,
    },
    /// Print what a run leaves for other tools.
    Export {
        #[command(subcommand)]
        what: Export,
    },
    /// Print a protocol's vocabulary, or name the protocols.
    Describe {
        /// The protocol's name in scenarios, such as raft.
        protocol: Option<String>,
    },
    /// Print all words of the scenario language and of the protocols, as a fuzzer's dictionary.
    #[command(hide = true)]
    Dictionary,
    /// Measure elections, split votes and messages beside what the papers say.
    Lab {
        /// How many trials for each set-up; split votes take ten times as many.
        #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
        trials: u64,
    },
    /// Measure how many events a second the core carries out.
    Bench {
        /// Print lines of JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum Export {
    /// The clients' operations, a line of JSON each, for a linearizability checker; exits as `run` does.
    ///
    /// Each line has `client`, `number` (which of the client's requests), `command` as it was written, `key`, `op` (read,
    /// write, add, swap; null where the command is no operation on a register), `value` (what is written or added; for swap
    /// what is expected and what is written), `result` (null while there is no answer), and `call` and `return` in
    /// microseconds (`return` null while there is no answer). Operations of one microsecond are told apart by `callEvent`
    /// and `returnEvent`: one came before another if it returned in an earlier event than that in which the other began.
    History {
        /// The scenario's file, or - for standard input.
        file: PathBuf,
    },
}

fn seeds(text: &str) -> Result<std::ops::Range<u64>, String> {
    let (from, to) = text.split_once("..").ok_or("seeds are written A..B, as in 0..1000")?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no whole number"));
    let range = number(from)?..number(to)?;
    if range.is_empty() { Err("there is no seed in this range".into()) } else { Ok(range) }
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run { file, trace, seeds } => run::run(&file, trace, seeds),
        Command::Check { paths, json } => check::check(&paths, json),
        Command::Search(arguments) => search::search(&arguments),
        Command::Shrink { file } => search::shrink(&file),
        Command::Export { what: Export::History { file } } => run::export_history(&file),
        Command::Describe { protocol } => describe::describe(protocol.as_deref()),
        Command::Dictionary => {
            dictionary::dictionary();
            ExitCode::SUCCESS
        }
        Command::Lab { trials } => lab::lab(trials),
        Command::Bench { json } => bench::bench(json),
    }
}
