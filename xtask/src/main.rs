//! `cargo xtask`: the one build entry a person needs. `cargo xtask help` lists what it does.

mod browser;
mod context;
mod node;
mod setup;
mod step;
mod tools;
mod wasm_target;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use context::Context;
use setup::Purpose;

/// Sets up, builds, serves and tests Consensus Playground.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what building and testing need; the other commands do this by themselves
    Setup,
}

fn main() -> ExitCode {
    match run(&Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    let ctx = Context::new()?;
    match task {
        Task::Setup => setup::run(&ctx, Purpose::Test),
    }
}
