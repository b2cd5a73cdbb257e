//! A bound on `step_flops` that is a number: the error stands on it.
quipu::network! {
    #[budget(step_flops(batch = 128, optimizer = adamw, clip) <= 0.1 G)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
