//! Where the runtime is stands behind `crate =`.

quipu::network! {
    #[quipu(path = ::net)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

fn main() {}
