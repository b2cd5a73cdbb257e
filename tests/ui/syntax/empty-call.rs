//! Nothing at all.

quipu::network! {}

fn main() {}
