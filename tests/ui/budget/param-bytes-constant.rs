//! A bound on `param_bytes` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 814_119;
quipu::network! {
    #[budget(param_bytes <= MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
