//! Programs of networks: written, compiled and run.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use quipu_macros_core::ast::Network;
use serde_json::Value;

/// Programs that the networks are spread over, so that as many compilers can work at once.
const PROGRAMS: usize = 4;

/// The root of the workspace.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// How the problem of programs begins that the compiler does not take.
pub(crate) const REFUSED: &str = "the compiler refuses it";

/// A directory for programs.
pub(crate) struct Workshop {
    directory: PathBuf,
}

impl Workshop {
    pub(crate) fn new(name: &'static str) -> Self {
        Workshop { directory: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name) }
    }

    /// The networks that fail, by their place in the list. Programs that do not compile, or end early, are halved until
    /// one network alone is to blame; that one is all that is returned then.
    pub(crate) fn failures(&self, networks: &[Network]) -> Vec<(usize, String)> {
        match self.run(networks) {
            Ok(failures) => failures,
            Err(problem) if networks.len() <= 1 => vec![(0, problem)],
            Err(problem) => {
                let (left, right) = networks.split_at(networks.len() / 2);
                let mut failures = self.failures(left);
                if failures.is_empty() {
                    failures = self.failures(right);
                    failures.iter_mut().for_each(|failure| failure.0 += left.len());
                }
                assert!(!failures.is_empty(), "together, but not in halves, {problem}");
                failures
            }
        }
    }

    /// Builds the networks into programs and runs these. The failures by the network's place in the list, or what is wrong
    /// with the programs as a whole.
    fn run(&self, networks: &[Network]) -> Result<Vec<(usize, String)>, String> {
        let share = networks.len().div_ceil(PROGRAMS).max(1);
        let programs: Vec<Program> = networks
            .chunks(share)
            .enumerate()
            .map(|(index, part)| Program::write(&self.directory, index, part, index * share))
            .collect();
        let library = library();
        // All compilers are started before one is waited for.
        let compilers: Vec<Child> = programs.iter().map(|program| program.compile(&library)).collect();
        let done =
            compilers.into_iter().map(|compiler| compiler.wait_with_output().expect("a compiler ends"));
        let refusals: String = done
            .filter(|output| !output.status.success())
            .map(|output| String::from_utf8_lossy(&output.stderr).into_owned())
            .collect();
        if !refusals.is_empty() {
            return Err(format!("{REFUSED}:\n{refusals}"));
        }
        let mut failures = Vec::new();
        for program in &programs {
            failures.extend(program.run()?);
        }
        Ok(failures)
    }
}

/// The library that this test was built with. Asked of cargo, which builds nothing for it: a crate that named it as a path
/// would be a workspace of its own, in which cargo builds the library and much below it another time.
fn library() -> PathBuf {
    let asked = Command::new(env!("CARGO"))
        .args(["test", "--no-run", "--quiet", "--offline", "--test", "random", "--message-format", "json"])
        .current_dir(ROOT)
        .output()
        .expect("cargo runs");
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let said = String::from_utf8_lossy(&asked.stdout);
    let artifact = said.lines().map(|line| serde_json::from_str::<Value>(line).expect("a message of cargo"));
    let library = artifact
        .filter(|message| message["target"]["name"] == "quipu" && message["profile"]["test"] == false)
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .find_map(|file| file.as_str().filter(|file| file.ends_with(".rlib")).map(PathBuf::from));
    library.expect("cargo names the library")
}

/// Some of the networks: source and executable.
struct Program {
    source: PathBuf,
    executable: PathBuf,
    networks: usize,
}

impl Program {
    /// Writes the program with this index for networks of which the first has the number `first`.
    fn write(directory: &Path, index: usize, networks: &[Network], first: usize) -> Self {
        std::fs::create_dir_all(directory).expect("a directory for the programs");
        let path = |end: &str| directory.join(format!("part{index}{end}"));
        let program = Program {
            source: path(".rs"),
            executable: path(std::env::consts::EXE_SUFFIX),
            networks: networks.len(),
        };
        std::fs::write(&program.source, source(networks, first)).expect("a program");
        program
    }

    /// Starts the compiler, as cargo would with the profile of tests.
    fn compile(&self, library: &Path) -> Child {
        let mut dependencies = OsString::from("dependency=");
        dependencies.push(library.parent().expect("a directory"));
        let mut named = OsString::from("quipu=");
        named.push(library);
        // That of the toolchain that runs the tests.
        Command::new(Path::new(env!("CARGO")).with_file_name("rustc"))
            .args(["--edition", "2024", "--crate-type", "bin", "-C", "debug-assertions=on"])
            .arg("-L")
            .arg(dependencies)
            .arg("--extern")
            .arg(named)
            .arg("-o")
            .args([&self.executable, &self.source])
            .stderr(Stdio::piped())
            .spawn()
            .expect("a compiler runs")
    }

    /// Runs it: the failures by the network's number, or how it ended early.
    fn run(&self) -> Result<Vec<(usize, String)>, String> {
        let done = Command::new(&self.executable).output().expect("the program runs");
        let said = String::from_utf8_lossy(&done.stdout);
        let verdicts: Vec<(usize, &str)> = said
            .lines()
            .map(|line| line.split_once(' ').expect("a number and a verdict"))
            .map(|(index, verdict)| (index.parse().expect("a number"), verdict))
            .collect();
        if verdicts.len() != self.networks {
            let errors = String::from_utf8_lossy(&done.stderr);
            let name = self.executable.display();
            return Err(format!(
                "{name} ended after {} of {} networks:\n{errors}",
                verdicts.len(),
                self.networks
            ));
        }
        let failed = verdicts.into_iter().filter(|(_, verdict)| *verdict != "holds");
        Ok(failed.map(|(index, verdict)| (index, verdict.to_owned())).collect())
    }
}

/// A program that checks these networks, of which the first has this number.
fn source(networks: &[Network], first: usize) -> String {
    let shared = |file: &str| Path::new(ROOT).join("tests").join(file);
    let mut out = format!(
        "//! Random networks, each checked.\n#[allow(dead_code)]\n#[path = {:?}]\nmod data;\n#[path = {:?}]\nmod check;\n\n",
        shared("networks/data.rs"),
        shared("random/check.rs")
    );
    for network in networks {
        writeln!(out, "quipu::network! {{\n{network}\n}}\n").expect("a string");
    }
    out += "fn run(index: usize, check: fn() -> Result<(), String>) {\n    \
            // What panics has failed like what differs.\n    \
            let verdict = std::panic::catch_unwind(check).unwrap_or_else(|panic| Err(match panic.downcast::<String>() {\n        \
            Ok(message) => format!(\"it panics: {message}\"),\n        \
            Err(_) => \"it panics\".into(),\n    \
            }));\n    \
            println!(\"{index} {}\", verdict.err().unwrap_or_else(|| \"holds\".into()).replace('\\n', \" \"));\n}\n\n\
            fn main() {\n";
    for (index, network) in networks.iter().enumerate() {
        let name = network.name.as_ref().expect("every network has a name");
        writeln!(out, "    run({}, check::check::<{name}Of<quipu::Counted<f64>>>);", first + index)
            .expect("a string");
    }
    out + "}\n"
}
