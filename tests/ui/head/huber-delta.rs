//! Errors are absolute beyond a distance, and a distance is above 0.
quipu::network! { pub Net < fc(3, 4); relu; huber(2, delta = 0.0) > }
fn main() {}
