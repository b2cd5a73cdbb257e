//! A bound on `step_flops` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 100_000_000;
quipu::network! {
    #[budget(step_flops(batch = 128, optimizer = adamw, clip) <= MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
