//! Budgets as assertions anywhere in a program: `assert_cost!(Mlp: params <= MAX)`.

/// Stops the build unless a network keeps a bound; the error carries both numbers and the layer that costs most.
///
/// The quantities are those of `#[budget(…)]`: `params`, `param_bytes`, `macs`, `forward_flops`, `backward_flops`,
/// `infer_flops`, `step_flops`, `train_bytes`, `infer_bytes` and `roofline_us`, with `batch = n` where they depend on
/// it, `optimizer = …` (an [`OptimizerKind`](crate::OptimizerKind)) for `step_flops` and `train_bytes`, and
/// `gflops = …, gbps = …` for `roofline_us` (in whole microseconds, rounded up).
///
/// ```
/// use quipu::prelude::*;
///
/// network! { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
/// const MAX: usize = 250_000;
/// quipu::assert_cost!(Mlp: params <= MAX);
/// quipu::assert_cost!(Mlp: train_bytes(batch = 128, optimizer = OptimizerKind::Adam) <= 4 << 20);
/// quipu::assert_cost!(Mlp: macs(batch = 1) == 203_264);
/// quipu::assert_cost!(Mlp: roofline_us(batch = 128, gflops = 100.0, gbps = 20.0) < 2_000);
/// ```
#[macro_export]
macro_rules! assert_cost {
    ($network:ty : $quantity:ident ($($settings:tt)*) $comparison:tt $limit:expr) => {
        $crate::assert_cost!(
            @check $network, $comparison, $limit, ($quantity $($settings)*),
            stringify!($quantity($($settings)*) $comparison $limit)
        );
    };
    ($network:ty : $quantity:ident $comparison:tt $limit:expr) => {
        $crate::assert_cost!(
            @check $network, $comparison, $limit, ($quantity), stringify!($quantity $comparison $limit)
        );
    };
    (@check $network:ty, $comparison:tt, $limit:expr, ($($quantity:tt)*), $shown:expr) => {
        const _: () = {
            // Locals, since items would hide constants of the same name in the limit.
            let value: u64 = $crate::assert_cost!(@value $network, $($quantity)*);
            let limit: u64 = $limit as u64;
            let most: (&str, u64) = $crate::assert_cost!(@most $network, $($quantity)*);
            let what = concat!(stringify!($network), ": ", $shown);
            $crate::cost::assert_budget(value $comparison limit, what, value, limit, most);
        };
    };
    (@value $n:ty, params) => { <$n>::PARAMS as u64 };
    (@value $n:ty, param_bytes) => { <$n>::param_bytes() as u64 };
    (@value $n:ty, macs batch = $b:expr) => { <$n>::COST.macs($b) };
    (@value $n:ty, forward_flops batch = $b:expr) => { <$n>::COST.forward_flops($b) };
    (@value $n:ty, backward_flops batch = $b:expr) => { <$n>::COST.backward_flops($b) };
    (@value $n:ty, infer_flops batch = $b:expr) => { <$n>::COST.infer_flops($b) };
    (@value $n:ty, step_flops batch = $b:expr, optimizer = $o:expr) => { <$n>::COST.step_flops($b, $o) };
    (@value $n:ty, train_bytes batch = $b:expr, optimizer = $o:expr) => { <$n>::train_bytes($b, $o) as u64 };
    (@value $n:ty, infer_bytes batch = $b:expr) => { <$n>::infer_bytes($b) as u64 };
    (@value $n:ty, roofline_us batch = $b:expr, gflops = $f:expr, gbps = $g:expr) => {
        <$n>::COST.roofline_us($b, $f, $g).ceil() as u64
    };
    // Bytes of a parameter; every network has some.
    (@scalar_bytes $n:ty) => { (<$n>::param_bytes() / <$n>::PARAMS) as u64 };
    (@most $n:ty, params) => { <$n>::COST.heaviest($crate::cost::Quantity::Params, 1, 1) };
    (@most $n:ty, param_bytes) => {
        <$n>::COST.heaviest($crate::cost::Quantity::Params, 1, $crate::assert_cost!(@scalar_bytes $n))
    };
    (@most $n:ty, macs batch = $b:expr) => { <$n>::COST.heaviest($crate::cost::Quantity::Macs, $b, 1) };
    (@most $n:ty, forward_flops batch = $b:expr) => {
        <$n>::COST.heaviest($crate::cost::Quantity::ForwardFlops, $b, 1)
    };
    (@most $n:ty, backward_flops batch = $b:expr) => {
        <$n>::COST.heaviest($crate::cost::Quantity::BackwardFlops, $b, 1)
    };
    (@most $n:ty, infer_flops batch = $b:expr) => {
        <$n>::COST.heaviest($crate::cost::Quantity::InferFlops, $b, 1)
    };
    (@most $n:ty, step_flops batch = $b:expr, optimizer = $o:expr) => {
        <$n>::COST.heaviest($crate::cost::Quantity::StepFlops($o), $b, 1)
    };
    (@most $n:ty, train_bytes batch = $b:expr, optimizer = $o:expr) => {
        <$n>::COST.heaviest(
            $crate::cost::Quantity::Trained($o),
            $b,
            $crate::assert_cost!(@scalar_bytes $n),
        )
    };
    (@most $n:ty, infer_bytes batch = $b:expr) => {
        <$n>::COST.heaviest($crate::cost::Quantity::Held, 1, $crate::assert_cost!(@scalar_bytes $n))
    };
    (@most $n:ty, roofline_us batch = $b:expr, gflops = $f:expr, gbps = $g:expr) => {
        <$n>::COST.slowest_us($b, $f, $g)
    };
}
