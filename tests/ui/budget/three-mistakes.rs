//! Each bound is read, whatever is wrong with the one before it.

quipu::network! {
    #[budget(params, macs(batsch = 3) <= 4, train_bytes(batch = 1, batch = 2) <= 4 MiB, param_bytes <= "x" params < 5)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

quipu::network! {
    #[budget]
    pub Other < fc(784, 256); relu; softmax_ce(10) >
}

fn main() {}
