//! `input(...)`: states the shape of a sample where the first layer does not.
//!
//! It says something and does nothing: no kernel and no FLOP. The kind exists in the macro alone.
//!
//! ```
//! quipu::network! { Net < input(3, 4); fc(5); flatten; relu; mse(2) > }
//! assert_eq!(Net::INPUTS, 3 * 4);
//! ```
