//! A bound that is a Rust constant is checked by the compiler; the message carries both numbers.
const MAX: usize = 200_000;
quipu::network! {
    #[budget(params <= MAX)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
