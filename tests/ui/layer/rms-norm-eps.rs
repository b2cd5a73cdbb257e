//! A negative stabiliser.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        rms_norm(eps = -1e-6);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
