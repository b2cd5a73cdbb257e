//! A bound on `backward_flops` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 412_189;
quipu::network! {
    #[budget(backward_flops(batch = 1) <= MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
