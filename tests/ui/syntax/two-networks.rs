//! Two networks in one call.

quipu::network! {
    pub Small < fc(784, 10); softmax_ce(10) >
    pub Large < fc(784, 256); relu; softmax_ce(10) >
}

fn main() {}
