//! Every value has a mean and a variance.
quipu::network! { pub Net < fc(3, 4); gaussian_nll(4) > }
fn main() {}
