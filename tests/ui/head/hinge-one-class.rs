//! One class has no other to lead.
quipu::network! { pub Net < fc(3, 4); relu; hinge(1) > }
fn main() {}
