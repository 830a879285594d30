//! `kedun-bench`: measures Kedun against a bare server.

use clap::{Parser, Subcommand};
use kedun_bench::bare::{self, BareArgs};
use kedun_bench::bench::{self, BenchArgs, ScaleArgs};

#[derive(Debug, Parser)]
#[command(name = "kedun-bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures and writes the report.
    Run(Box<BenchArgs>),
    /// Measures how costs grow with the number of contacts.
    Scale(ScaleArgs),
    /// Serves the bare server; started by `run`.
    Bare(BareArgs),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Run(args) => bench::run(*args).await,
        Command::Scale(args) => bench::scale(args).await,
        Command::Bare(args) => bare::serve(args).await,
    }
}
