//! A weight that would leave a class out.

quipu::network! {
    pub Classes <
        fc(8, 4);
        relu;
        softmax_ce(3, class_weights = [1.0, 0.0, 2.0])
    >
}

fn main() {}
