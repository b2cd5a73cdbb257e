//! A bound on `roofline_us` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 900;
quipu::network! {
    #[budget(roofline_us(batch = 128, gflops = 100, gbps = 20) <= MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
