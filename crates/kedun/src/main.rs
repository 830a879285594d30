//! The program `kedun`.

use std::process::ExitCode;

/// Answers are made of many small pieces on many threads. It also serves SQLite and libcrypto.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kedun::commands::main()
}
