//! Two names for one constant.

quipu::network! {
    pub Mlp <
        let dModel = 128;
        let d_model = 256;
        fc(784, dModel);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
