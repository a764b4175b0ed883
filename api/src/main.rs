//! The `samverkan` program.

fn main() -> std::process::ExitCode {
    api::cli::main()
}
