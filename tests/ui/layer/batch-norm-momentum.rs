//! A momentum that is none, and a stabiliser of zero.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        batch_norm(momentum = 1.5);
        relu;
        fc(64);
        batch_norm(eps = 0, momentum = 0);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
