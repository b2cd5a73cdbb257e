//! Elements and bytes of a tensor at each precision (section 1.1).

use core::fmt;

/// How one number is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// IEEE double precision, 8 bytes.
    F64,
    /// IEEE single precision, 4 bytes.
    F32,
    /// IEEE half precision, 2 bytes.
    F16,
    /// The upper half of a single-precision number, 2 bytes.
    Bf16,
    /// A signed integer, 1 byte.
    I8,
}

impl Dtype {
    /// Bytes of one element: 8, 4, 2, 2, 1. Section 1.1.
    pub const fn bytes(self) -> u64 {
        match self {
            Dtype::F64 => 8,
            Dtype::F32 => 4,
            Dtype::F16 | Dtype::Bf16 => 2,
            Dtype::I8 => 1,
        }
    }

    /// The short name: `f64`, `f32`, `f16`, `bf16`, `int8`.
    pub const fn name(self) -> &'static str {
        match self {
            Dtype::F64 => "f64",
            Dtype::F32 => "f32",
            Dtype::F16 => "f16",
            Dtype::Bf16 => "bf16",
            Dtype::I8 => "int8",
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Elements of a tensor: the product of its dimensions, 1 for a scalar (`&[]`). Section 1.1.
///
/// ```
/// assert_eq!(quipu_cost::tensor_elements(&[32, 3, 224, 224]), 4_816_896);
/// ```
pub const fn tensor_elements(shape: &[usize]) -> u64 {
    let (mut elements, mut axis) = (1, 0);
    while axis < shape.len() {
        elements *= shape[axis] as u64;
        axis += 1;
    }
    elements
}

/// Bytes of a tensor: elements * bytes of one element. Section 1.1.
///
/// ```
/// use quipu_cost::{Dtype, tensor_bytes};
/// assert_eq!(tensor_bytes(&[32, 3, 224, 224], Dtype::F32), 19_267_584);
/// assert_eq!(tensor_bytes(&[32, 3, 224, 224], Dtype::F16), 9_633_792);
/// ```
pub const fn tensor_bytes(shape: &[usize], dtype: Dtype) -> u64 {
    tensor_elements(shape) * dtype.bytes()
}
