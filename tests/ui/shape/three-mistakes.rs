//! Three mistakes in shapes give three errors, and no echo.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        fc(512, 128);
        relu;
        fc(64, 32);
        softmax_ce(10)
    >
}

fn main() {}
