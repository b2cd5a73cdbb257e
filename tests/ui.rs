//! Wrong networks and what the compiler says about them, and legal corner cases, each compiled as a crate of its own.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/budget/kept/*.rs");
    for topic in ["budget", "syntax", "shape", "layer", "head", "name", "editor"] {
        cases.compile_fail(format!("tests/ui/{topic}/*.rs"));
    }
}
