//! An attribute where only a doc comment may stand.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        #[inline]
        relu;
        softmax_ce(10)
    >
}

fn main() {}
