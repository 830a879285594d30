//! The commands of the program.

mod demo;
mod doctor;
mod openapi;
mod serve;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::say;

/// Kedun (客盾): a self-hosted CRM that protects people's data by construction.
#[derive(Debug, Parser)]
#[command(name = "kedun", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the server.
    Serve(serve::ServeArgs),
    /// Starts the server with a synthetic company and prints its logins.
    Demo(demo::DemoArgs),
    /// Checks the whole evidence log of a stopped server against its keys and anchors.
    Verify(verify::VerifyArgs),
    /// Says what is set and what stands in the way of a start.
    Doctor(doctor::DoctorArgs),
    /// Prints the OpenAPI document.
    Openapi,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("KEDUN_LOG")
        .unwrap_or_else(|_unset| tracing_subscriber::EnvFilter::new("warn,kedun=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say::error(format!("the runtime cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::run(args).await,
            Command::Demo(args) => demo::run(args).await,
            Command::Verify(args) => verify::run(args).await,
            Command::Doctor(args) => doctor::run(args).await,
            Command::Openapi => openapi::run(),
        }
    });
    match ended {
        Ok(code) => code,
        Err(error) => {
            say::error(format!("kedun: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
