//! Bounds that hold, of every quantity: numbers with and without units, constants, and assertions beside the network.

use quipu::{OptimizerKind, assert_cost, network};

network! {
    #[budget(params == 203_530, param_bytes <= 796 KiB, macs(batch = 32) < 6.51 M)]
    #[budget(
        forward_flops(batch = 1) == 407_102,
        backward_flops(batch = 1) == 412_190,
        infer_flops(batch = 1) < 408 K
    )]
    #[budget(
        step_flops(batch = 5, optimizer = adam) == 6_945_876,
        step_flops(batch = 1) <= 1_226_352
    )]
    #[budget(step_flops(batch = 5, optimizer = momentum, nesterov, decay, clip) <= 0.01 G)]
    #[budget(train_bytes(batch = 128, optimizer = adam) <= 4 MiB, infer_bytes(batch = 1) < 1 GiB)]
    #[budget(roofline_us(batch = 128, gflops = 100, gbps = 20.5) <= 2_000)]
    Literals < fc(784, 256); relu; softmax_ce(10) >
}

const PARAMS: usize = 203_530;
const BYTES: usize = 4 << 20;
mod limits {
    pub(crate) const FLOPS: u64 = 100_000_000;
    pub(crate) const MICROSECONDS: u32 = 2_000;
}

network! {
    #[budget(params == PARAMS, param_bytes <= BYTES, macs(batch = 32) < limits::FLOPS)]
    #[budget(
        forward_flops(batch = 32) <= limits::FLOPS,
        backward_flops(batch = 32) <= self::limits::FLOPS
    )]
    #[budget(
        infer_flops(batch = 32) <= crate::limits::FLOPS,
        step_flops(batch = 32, optimizer = sgd) < limits::FLOPS
    )]
    #[budget(
        train_bytes(batch = 128, optimizer = adam) <= BYTES,
        infer_bytes(batch = 128) <= BYTES
    )]
    #[budget(roofline_us(batch = 128, gflops = 100, gbps = 20) <= limits::MICROSECONDS)]
    Constants < fc(784, 256); relu; softmax_ce(10) >
}

assert_cost!(Constants: params == 203_530);
assert_cost!(Constants: param_bytes <= BYTES);
assert_cost!(Constants: macs(batch = 1) == 203_264);
assert_cost!(Constants: forward_flops(batch = 1) == 407_102);
assert_cost!(Constants: backward_flops(batch = 1) == 412_190);
assert_cost!(Constants: infer_flops(batch = 1) < 408_000);
assert_cost!(Constants: step_flops(batch = 5, optimizer = OptimizerKind::Adam) < limits::FLOPS);
assert_cost!(Constants: train_bytes(batch = 128, optimizer = OptimizerKind::Adam) <= BYTES);
assert_cost!(Constants: infer_bytes(batch = 1) < BYTES);
assert_cost!(Constants: roofline_us(batch = 128, gflops = 100.0, gbps = 20.0) <= limits::MICROSECONDS);

#[test]
fn bounds_that_hold_compile() {
    assert_eq!(Literals::PARAMS, Constants::PARAMS);
}
