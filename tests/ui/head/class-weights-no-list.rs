//! One weight for all.

quipu::network! {
    pub Classes <
        fc(8, 4);
        relu;
        softmax_ce(3, class_weights = 0.5)
    >
}

fn main() {}
