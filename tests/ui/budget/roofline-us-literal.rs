//! A bound on `roofline_us` that is a number: the error stands on it.
quipu::network! {
    #[budget(roofline_us(batch = 128, gflops = 100, gbps = 20) <= 900)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
