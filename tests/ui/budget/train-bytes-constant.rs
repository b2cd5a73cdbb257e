//! A bound on `train_bytes` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 3 * 1024 * 1024;
quipu::network! {
    #[budget(train_bytes(batch = 128, optimizer = adam) <= MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
