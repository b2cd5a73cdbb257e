//! Networks take docs and budgets.
quipu::network! {
    #[budgets(params <= 4)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
