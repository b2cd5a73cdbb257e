//! `flatten`: any shape in, one axis out: (C, H, W) becomes (C H W).
//!
//! Activations are row-major, so the numbers already stand in order: there is no kernel, no copy and no FLOP. The kind
//! exists in the macro alone. PyTorch: `torch.nn.Flatten`.
//!
//! ```
//! quipu::network! { Net < input(1, 28, 28); flatten; fc(10); softmax_ce(10) > }
//! assert_eq!(Net::PARAMS, 28 * 28 * 10 + 10);
//! ```
