//! The expansion means what it says wherever it stands: inside a function, in modules and beside types that are called as
//! what it uses, and where the runtime goes by another name.

use ::std::path::Path;
use ::std::process::Command;

/// Names of the standard library's prelude and of the runtime, taken for something else.
#[allow(dead_code, unreachable_pub)]
mod crowded {
    pub struct Box;
    pub struct Vec;
    pub struct String;
    pub struct Result;
    pub struct Option;
    pub struct Scalar;
    pub struct Model;
    pub struct Workspace;
    pub struct Batch;
    pub struct Node;
    pub struct Init;
    pub enum Some {}
    pub enum None {}
    pub enum Ok {}
    pub enum Err {}
    pub trait Default {}
    pub trait Clone {
        fn clone(&self) {}
    }
    pub trait Into {
        fn into(&self) {}
        fn flat(&self) {}
        fn flat_mut(&mut self) {}
        fn init() {}
    }
    impl<T> Clone for T {}
    impl<T> Into for T {}
    pub mod std {}
    pub mod core {}
    pub mod alloc {}
    pub mod q {}
    pub mod layers {}
    #[allow(unused_macros)]
    macro_rules! write {
        () => {};
    }
    #[allow(unused_macros)]
    macro_rules! stringify {
        () => {};
    }
    pub const HEAD: u8 = 3;
    pub fn train() {}
    pub fn infer() {}

    quipu::network! {
        /// Every room of the expansion: constants, blocks, copies, branches, buffers, an array and a folded type.
        #[budget(params <= crate::MOST)]
        pub Crowded <
            let x = 2;
            block wide(n) { fc(2 * n); gelu; fc(n) }
            fc(3, x);
            batch_norm;
            repeat(2) { residual { wide(x); dropout(0.1) } }
            concat { fc(1) } { }
            run: fc(3);
            relu;
            p: softmax_ce(2, class_weights = [1.0, 2.0])
        >
    }
}

const MOST: usize = 1_000;

#[test]
fn names_around_it_mean_nothing_to_it() {
    let mut net = crowded::CrowdedOf::<f64>::init(1);
    let (mut grad, mut ws) = (crowded::CrowdedOf::<f64>::zeros(), crowded::CrowdedOf::<f64>::workspace(2));
    let (inputs, classes) = ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0, 1]);
    let loss = net.loss_and_grad(&quipu::Batch::new(&inputs, &classes), &mut ws, &mut grad).unwrap();
    assert!(loss.is_finite() && grad.repeat1[1].residual1.wide1.fc1.weight[0][0].is_finite());
    net.p.bias[0] += grad.p.bias[0] + net.run.bias[0];
    assert_eq!(crowded::Crowded::X, 2);
    assert!(format!("{net:?} {}", crowded::Crowded::summary()).contains("Crowded"));
    assert_eq!(net.fold().params().len(), crowded::CrowdedFolded::PARAMS);
}

#[test]
fn it_stands_inside_a_function() {
    let (p, run, rows, gradient, wanted, dx) = (1, 2, 3, 4, 5, 6);
    quipu::network! { Inside < fc(2, 3); tanh; mse(1) > }
    {
        quipu::network! { Inside < fc(2, 4); tanh; mse(1) > }
        assert_eq!(Inside::PARAMS, 2 * 4 + 4 + 4 + 1);
    }
    assert_eq!(Inside::PARAMS, 2 * 3 + 3 + 3 + 1);
    assert_eq!(p + run + rows + gradient + wanted + dx, 21);
}

mod core {
    quipu::network! { pub(super) Deep < fc(2, 3); relu; bce(1) > }
}

mod std {
    quipu::network! { pub(in crate::std) Hidden < fc(2, 3); relu; bce(1) > }
    pub(super) const PARAMS: usize = Hidden::PARAMS;
}

#[test]
fn it_stands_in_modules_called_as_the_standard_ones() {
    assert_eq!((core::Deep::PARAMS, std::PARAMS), (13, 13));
}

/// A crate that knows the runtime by another name only.
#[test]
fn the_runtime_may_have_another_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crate_root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("renamed");
    ::std::fs::create_dir_all(crate_root.join("src")).unwrap();
    let mut manifest = format!(
        "[package]\nname = \"renamed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         net = {{ package = \"quipu\", path = {:?} }}\n\n[profile.dev.package.\"*\"]\nopt-level = 3\n",
        root.join("runtime")
    );
    // As they are built here, so that nothing is built again.
    for name in ["quipu", "quipu-cost", "quipu-macros", "quipu-macros-core"] {
        manifest += &format!("\n[profile.dev.package.{name}]\nopt-level = 0\n");
    }
    let source = "#![deny(warnings, missing_docs)]\n#![forbid(unsafe_code)]\n//! Renamed.\n\n\
        net::network! {\n    #[quipu(crate = ::net)]\n    /// Documented.\n    #[budget(params <= MOST)]\n    \
        pub Mlp < let d = 6; fc(4, d); batch_norm; gelu(tanh); residual { fc(d) } softmax_ce(6) >\n}\n\n\
        const MOST: usize = 100;\n\n\
        fn main() {\n    let net = Mlp::init(1);\n    println!(\"{} {}\", net.params().len(), net.fold().params().len());\n}\n";
    ::std::fs::write(crate_root.join("Cargo.toml"), manifest).unwrap();
    ::std::fs::write(crate_root.join("src/main.rs"), source).unwrap();
    ::std::fs::copy(root.join("Cargo.lock"), crate_root.join("Cargo.lock")).unwrap();
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--manifest-path"])
        .arg(crate_root.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join(".."))
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
}
