//! The command: exit codes, diffs, and files replaced whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const UGLY: &str = "// A file.\nnetwork!{A<fc(1,2);mse(2)>}\n";
const NEAT: &str = "// A file.\nnetwork!{ A < fc(1, 2); mse(2) > }\n";
const WRONG: &str = "network! { A < fc(1) mse(2) > }\n";

/// Runs the formatter in a folder.
fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_quipu-fmt"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Whoever has files does not read this.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

/// Its exit code, standard output and standard error.
fn parts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code().expect("it ends by itself"), text(&output.stdout), text(&output.stderr))
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(parts(&run(folder.path(), &[], UGLY)), (0, NEAT.into(), String::new()));
    assert_eq!(parts(&run(folder.path(), &["--check"], NEAT)), (0, String::new(), String::new()));
    assert_eq!(parts(&run(folder.path(), &["--check"], UGLY)).0, 1);
    let (code, out, err) = parts(&run(folder.path(), &[], WRONG));
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "<stdin>:1:22: expected `;` between layers, found `mse`; write `fc(1); mse(2)`\n");
}

#[test]
fn check_shows_a_diff_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("ugly.rs"), UGLY).expect("written");
    fs::write(path("neat.rs"), NEAT).expect("written");
    let (code, out, err) = parts(&run(folder.path(), &["--check", "neat.rs", "ugly.rs"], ""));
    assert_eq!((code, err.as_str()), (1, ""));
    let expected = "--- ugly.rs\n+++ ugly.rs\n@@ -1,2 +1,2 @@\n // A file.\n-network!{A<fc(1,2);mse(2)>}\n\
                    +network!{ A < fc(1, 2); mse(2) > }\n";
    assert_eq!(out, expected);
    assert_eq!(fs::read_to_string(path("ugly.rs")).expect("read"), UGLY);
}

#[test]
fn write_changes_what_can_be_read_and_leaves_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("ugly.rs"), UGLY).expect("written");
    fs::write(path("wrong.rs"), format!("{UGLY}{WRONG}")).expect("written");
    let (code, out, err) = parts(&run(folder.path(), &["--write", "wrong.rs", "missing.rs", "ugly.rs"], ""));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("wrong.rs:3:22: expected `;` between layers"), "{err}");
    assert!(err.contains("missing.rs: "), "{err}");
    assert_eq!(fs::read_to_string(path("ugly.rs")).expect("read"), NEAT);
    assert_eq!(fs::read_to_string(path("wrong.rs")).expect("read"), format!("{UGLY}{WRONG}"));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "no temporary file is left");
    assert_eq!(parts(&run(folder.path(), &["--write", "ugly.rs"], "")), (0, String::new(), String::new()));
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("ugly.rs"), UGLY).expect("written");
    fs::set_permissions(path("ugly.rs"), PermissionsExt::from_mode(0o640)).expect("set");
    symlink("ugly.rs", path("link.rs")).expect("linked");
    assert_eq!(parts(&run(folder.path(), &["--write", "link.rs"], "")).0, 0);
    assert_eq!(fs::read_to_string(path("ugly.rs")).expect("read"), NEAT);
    assert!(path("link.rs").is_symlink());
    assert_eq!(fs::metadata(path("ugly.rs")).expect("a file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn files_need_to_be_told_what_for() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [&["ugly.rs"][..], &["--write"], &["--check", "--write", "ugly.rs"], &["--colour"]] {
        let (code, out, err) = parts(&run(folder.path(), arguments, ""));
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
    assert_eq!(parts(&run(folder.path(), &["--help"], "")).0, 0);
}
