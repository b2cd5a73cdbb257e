//! Weights and smoothing at once.

quipu::network! {
    pub Classes <
        fc(8, 4);
        relu;
        softmax_ce(3, smoothing = 0.1, class_weights = [1, 2, 3])
    >
}

fn main() {}
