//! The program `kedun`.

use std::process::ExitCode;

fn main() -> ExitCode {
    kedun::commands::main()
}
