//! A time is a time on a machine.
quipu::network! {
    #[budget(roofline_us(batch = 128) <= 900)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
