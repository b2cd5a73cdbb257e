//! No layers.

quipu::network! {
    pub Mlp < >
}

fn main() {}
