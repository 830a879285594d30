//! `kedun-torture`: breaks Kedun and what it stands on, and looks whether what it acknowledged is there.

use clap::Parser;
use kedun_bench::torture::{self, TortureArgs};

#[derive(Debug, Parser)]
#[command(name = "kedun-torture")]
struct Cli {
    #[command(flatten)]
    args: TortureArgs,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    torture::run(Cli::parse().args).await
}
