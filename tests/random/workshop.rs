//! A crate of networks: written, compiled and run.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use quipu_macros_core::ast::Network;

/// Programs that the networks are spread over, so that as many compilers can work at once.
const PROGRAMS: usize = 4;

/// The root of the workspace.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// How the problem of a crate begins that the compiler does not take.
pub(crate) const REFUSED: &str = "the compiler refuses it";

/// A crate by its name.
pub(crate) struct Workshop {
    name: &'static str,
    directory: PathBuf,
}

impl Workshop {
    pub(crate) fn new(name: &'static str) -> Self {
        Workshop { name, directory: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name) }
    }

    /// The networks that fail, by their place in the list. A crate that does not compile, or ends early, is halved until
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

    /// Builds the networks into one crate and runs it. The failures by the network's place in the list, or what is wrong
    /// with the crate as a whole.
    fn run(&self, networks: &[Network]) -> Result<Vec<(usize, String)>, String> {
        let share = networks.len().div_ceil(PROGRAMS).max(1);
        let programs = networks.len().div_ceil(share);
        self.write(networks, share);
        let mut build = self.cargo("build");
        let built = build.output().expect("cargo runs");
        if !built.status.success() {
            return Err(format!("{REFUSED}:\n{}", String::from_utf8_lossy(&built.stderr)));
        }
        let mut failures = Vec::new();
        for program in 0..programs {
            let mut run = self.cargo("run");
            let done = run.args(["--bin", &format!("part{program}")]).output().expect("cargo runs");
            let said = String::from_utf8_lossy(&done.stdout);
            let mut checked = 0;
            for line in said.lines() {
                let (index, verdict) = line.split_once(' ').expect("a number and a verdict");
                checked += 1;
                if verdict != "holds" {
                    failures.push((index.parse().expect("a number"), verdict.to_owned()));
                }
            }
            let expected = networks.len().saturating_sub(program * share).min(share);
            if checked != expected {
                let errors = String::from_utf8_lossy(&done.stderr);
                return Err(format!(
                    "program {program} ended after {checked} of {expected} networks:\n{errors}"
                ));
            }
        }
        Ok(failures)
    }

    fn cargo(&self, what: &str) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([what, "--quiet", "--offline", "--manifest-path"])
            .arg(self.directory.join("Cargo.toml"))
            // That of this test: with the same versions and profiles nothing that it was built from is built again.
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join(".."))
            .env("CARGO_INCREMENTAL", "0");
        cargo
    }

    /// Writes the manifest, the lock file of this workspace, and the programs; a file that is as it should be is left.
    fn write(&self, networks: &[Network], share: usize) {
        let bin = self.directory.join("src/bin");
        // Programs of an earlier run would be compiled, too.
        let _ = std::fs::remove_dir_all(&bin);
        std::fs::create_dir_all(&bin).expect("a directory for the crate");
        let mut manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nquipu = {{ path = {:?} }}\n\n\
             [profile.dev.package.\"*\"]\nopt-level = 3\n\n[profile.dev.package.{}]\ndebug = false\n",
            self.name,
            Path::new(ROOT).join("runtime"),
            self.name
        );
        // In a workspace of its own cargo builds these four again: unoptimised, as it builds them here, not as `*`.
        for name in ["quipu", "quipu-cost", "quipu-macros", "quipu-macros-core"] {
            write!(manifest, "\n[profile.dev.package.{name}]\nopt-level = 0\n").expect("a string");
        }
        std::fs::write(self.directory.join("Cargo.toml"), manifest).expect("a manifest");
        std::fs::copy(Path::new(ROOT).join("Cargo.lock"), self.directory.join("Cargo.lock"))
            .expect("a lock file");
        for (program, part) in networks.chunks(share).enumerate() {
            let path = bin.join(format!("part{program}.rs"));
            std::fs::write(path, source(part, program * share)).expect("a program");
        }
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
