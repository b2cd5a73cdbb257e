//! The command line of the formatter: files compared or written, or standard input to standard output.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use similar::TextDiff;
use tempfile::NamedTempFile;

/// Formats every `network! { … }` in Rust files; nothing else is changed.
///
/// Without files, standard input is formatted to standard output. Exit codes: 0, all is well; 1, `--check` found
/// differences; 2, a file cannot be read, formatted or written (and is left as it is).
#[derive(Debug, Parser)]
#[command(name = "quipu-fmt", version)]
struct Options {
    /// Prints what would change, and changes nothing.
    #[arg(long, conflicts_with = "write")]
    check: bool,
    /// Writes what changes into the files.
    #[arg(long, requires = "files")]
    write: bool,
    /// Rust files.
    files: Vec<PathBuf>,
}

/// How it went; the worst of all files is the exit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Fine = 0,
    Different = 1,
    Failed = 2,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.files.is_empty() && !options.check && !options.write {
        complain("files need --check (print what would change) or --write (change them)");
        return ExitCode::from(Outcome::Failed as u8);
    }
    let outcome = if options.files.is_empty() {
        stdin(&options)
    } else {
        options.files.iter().map(|path| file(path, &options)).max().unwrap_or(Outcome::Fine)
    };
    ExitCode::from(outcome as u8)
}

/// Formats standard input.
fn stdin(options: &Options) -> Outcome {
    let mut source = String::new();
    if let Err(error) = io::stdin().read_to_string(&mut source) {
        return failed(Path::new("<stdin>"), &error.to_string());
    }
    let path = Path::new("<stdin>");
    match formatted(path, &source) {
        Some(text) if options.check => compare(path, &source, &text),
        Some(text) => print(&text),
        None => Outcome::Failed,
    }
}

/// Compares or writes one file.
fn file(path: &Path, options: &Options) -> Outcome {
    let source = match fs::read_to_string(path) {
        Ok(source) => source,
        Err(error) => return failed(path, &error.to_string()),
    };
    match formatted(path, &source) {
        Some(text) if options.check => compare(path, &source, &text),
        Some(text) if text != source => match replace(path, &text) {
            Ok(()) => Outcome::Fine,
            Err(error) => failed(path, &error.to_string()),
        },
        Some(_) => Outcome::Fine,
        None => Outcome::Failed,
    }
}

/// The formatted text; every mistake is printed with its place.
fn formatted(path: &Path, source: &str) -> Option<String> {
    match quipu_fmt::format(source) {
        Ok(text) => Some(text),
        Err(error) => {
            for mistake in error.mistakes() {
                complain(&format!("{}:{mistake}", path.display()));
            }
            None
        }
    }
}

/// Prints a unified diff.
fn compare(path: &Path, source: &str, text: &str) -> Outcome {
    if source == text {
        return Outcome::Fine;
    }
    let path = path.display().to_string();
    let diff = TextDiff::from_lines(source, text);
    print(&diff.unified_diff().header(&path, &path).to_string()).max(Outcome::Different)
}

/// Prints to standard output; a reader who has seen enough is no mistake.
fn print(text: &str) -> Outcome {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            failed(Path::new("<stdout>"), &error.to_string())
        }
        _ => Outcome::Fine,
    }
}

/// Replaces a file whole or not at all; its permissions stay, and a link still points to it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

fn failed(path: &Path, message: &str) -> Outcome {
    complain(&format!("{}: {message}", path.display()));
    Outcome::Failed
}

/// Prints a message; if not even that can be, the exit code tells.
fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "{message}");
}
