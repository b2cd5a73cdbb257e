//! What the examples share: how they end, and whether a file that they are to write has a place.

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

/// Why a program ends early.
pub(crate) enum Failure {
    /// The command line cannot be understood.
    Arguments(lexopt::Error),
    /// What is to be written would have no place.
    Place(String),
    /// Data, settings or training.
    Quipu(quipu::Error),
    /// Standard output cannot be written to.
    Output(std::io::Error),
}

impl Failure {
    /// The message on standard error, and the code that `main` returns.
    pub(crate) fn end(result: Result<(), Failure>) -> ExitCode {
        match result {
            Ok(()) => ExitCode::SUCCESS,
            // Whoever reads the output has seen enough: `regression | head`.
            Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(failure) => {
                eprintln!("error: {failure}");
                ExitCode::FAILURE
            }
        }
    }
}

/// Asks before the work whether its result will have a place.
pub(crate) fn can_be_written(option: &str, file: &Path) -> Result<(), Failure> {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let problem = match directory {
        Some(directory) if !directory.is_dir() => format!("there is no directory {}", directory.display()),
        _ if file.is_dir() => "that is a directory; name a file in it".into(),
        _ => return Ok(()),
    };
    Err(Failure::Place(format!("{option} {}: {problem}", file.display())))
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Arguments(error) => write!(f, "{error}; `--help` lists the options"),
            Failure::Place(problem) => f.write_str(problem),
            Failure::Quipu(error) => write!(f, "{error}"),
            Failure::Output(error) => write!(f, "cannot write to standard output: {error}"),
        }
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Failure::Arguments(error)
    }
}

impl From<quipu::Error> for Failure {
    fn from(error: quipu::Error) -> Self {
        Failure::Quipu(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Output(error)
    }
}
