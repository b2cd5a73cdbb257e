//! The same bound as an assertion, anywhere in a program.
const MOST: usize = 200_000;
quipu::network! {
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
quipu::assert_cost!(Mlp: params <= MOST);
fn main() {}
