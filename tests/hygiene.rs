//! The expansion means what it says wherever it stands: inside a function, in modules and beside types that are called as
//! what it uses. Where the runtime goes by another name it stands in `tests/renamed`, a crate of its own.

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
