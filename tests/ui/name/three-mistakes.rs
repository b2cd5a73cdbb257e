//! Three names that mean nothing give three errors.

quipu::network! {
    pub Mlp <
        let hidden = 256;
        fc(784, hiden);
        rleu;
        fc(64, init = hee);
        tanh;
        softmax_ce(10)
    >
}

fn main() {}
