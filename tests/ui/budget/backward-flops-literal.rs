//! A bound on `backward_flops` that is a number: the error stands on it.
quipu::network! {
    #[budget(backward_flops(batch = 1) <= 400 K)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
