//! `cargo xtask`: the one build entry a person needs. `cargo xtask help` lists what it does.

mod bench;
mod browser;
mod budget;
mod build;
mod context;
mod fuzz;
mod node;
mod package;
mod python;
mod scorm;
mod serve;
mod setup;
mod shots;
mod step;
mod tally;
mod test;
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
    /// Build the page and serve it on this machine
    Serve {
        /// The port on 127.0.0.1
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Leave the browser closed
        #[arg(long)]
        no_open: bool,
        /// Serve the sources of www/ and reload the page where they change
        #[arg(long)]
        live: bool,
    },
    /// Check formats, lint, and run every test: native, in the browser, and the page
    Test,
    /// Write the site and the offline page into dist/
    Build,
    /// Write the npm package into target/package/
    Package,
    /// Write packages for learning platforms (SCORM) into target/scorm/
    Scorm,
    /// Write the Python wheel into target/wheels/ and test it
    Python,
    /// Measure how fast it is, natively and in wasm
    Bench {
        /// Only the measurements whose name contains this
        only: Option<String>,
    },
    /// Take pictures of the page into target/shots/
    Shots {
        /// Only those whose name contains this
        only: Option<String>,
    },
    /// Install what building and testing need; the other commands do this by themselves
    Setup,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let ctx = Context::new()?;
    match task {
        Task::Serve { port, no_open, live } => serve::run(&ctx, &serve::Options { port, open: !no_open, live }),
        Task::Test => test::run(&ctx),
        Task::Build => {
            setup::run(&ctx, Purpose::Build)?;
            build::run(&ctx)
        }
        Task::Package => {
            setup::run(&ctx, Purpose::Build)?;
            build::run(&ctx)?;
            package::run(&ctx)
        }
        Task::Scorm => {
            setup::run(&ctx, Purpose::Build)?;
            build::wasm(&ctx)?;
            scorm::run(&ctx)
        }
        Task::Python => {
            setup::run(&ctx, Purpose::Build)?;
            build::wasm(&ctx)?;
            build::site(&ctx)?;
            package::run(&ctx)?;
            python::run(&ctx)
        }
        Task::Bench { only } => bench::run(&ctx, only.as_deref()),
        Task::Shots { only } => shots::run(&ctx, only.as_deref()),
        Task::Setup => setup::run(&ctx, Purpose::Test),
    }
}
