//! A head inside a residual.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        residual { fc(256); softmax_ce(256) }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
