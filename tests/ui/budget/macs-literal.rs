//! A bound on `macs` that is a number: the error stands on it.
quipu::network! {
    #[budget(macs(batch = 32) <= 6.5 M)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
