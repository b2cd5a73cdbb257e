//! Floats side by side in the registers of an instruction set: what the tiles of a product are made of.

use pulp::{MemMask, Simd};

use super::super::Scalar;
use super::eights;

/// A float of which an instruction set has vectors.
pub trait Lanes: Scalar {
    /// As many as one register of `S` holds.
    type Vector<S: Simd>: Copy;

    /// `x` in every lane.
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Vector<S>;

    /// a b + c in every lane, rounded once.
    fn fused<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>)
    -> Self::Vector<S>;

    /// a + b in every lane.
    fn plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;

    /// Which lanes are in use, where it is not all of them.
    type Mask<S: Simd>: Copy;

    /// The first `count` lanes.
    fn first<S: Simd>(simd: S, count: usize) -> Self::Mask<S>;

    /// The lanes of the mask, side by side in memory, and 0 in the others.
    ///
    /// # Safety
    /// Those may be read.
    unsafe fn load<S: Simd>(simd: S, mask: Self::Mask<S>, from: *const Self) -> Self::Vector<S>;

    /// Writes the lanes of the mask.
    ///
    /// # Safety
    /// Those may be written.
    unsafe fn store<S: Simd>(simd: S, mask: Self::Mask<S>, to: *mut Self, values: Self::Vector<S>);

    /// An unsigned number as wide, of which [`magnitude`](Self::magnitude) makes one.
    type Bits: Copy + Ord + Default;

    /// The bits without the sign, which are in the order of |x|; infinity, and then NaN, is above all numbers.
    fn magnitude(self) -> Self::Bits;

    /// |x| of those.
    fn of_magnitude(bits: Self::Bits) -> Self;

    /// `out` = the dot products of `a` with rows of eight numbers in `b`, where an instruction set has a way of its own for a
    /// multiple of so many; whether that is so. Products are rounded, then neighbours are added up until one is left.
    #[inline(always)]
    fn eights<S: Simd>(simd: S, a: &[Self], b: &[Self], out: &mut [Self]) -> bool {
        let _ = (simd, a, b, out);
        false
    }
}

/// A vector of numbers side by side, wherever they begin; of a `PART`, those of the mask.
///
/// # Safety
/// They may be read.
#[inline(always)]
pub(super) unsafe fn load<T: Lanes, S: Simd, const PART: bool>(
    simd: S,
    mask: T::Mask<S>,
    from: *const T,
) -> T::Vector<S> {
    // SAFETY: the caller's promise.
    unsafe { if PART { T::load(simd, mask, from) } else { from.cast::<T::Vector<S>>().read_unaligned() } }
}

/// Writes what [`load`] reads.
///
/// # Safety
/// They may be written.
#[inline(always)]
pub(super) unsafe fn store<T: Lanes, S: Simd, const PART: bool>(
    simd: S,
    mask: T::Mask<S>,
    to: *mut T,
    values: T::Vector<S>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if PART {
            T::store(simd, mask, to, values);
        } else {
            to.cast::<T::Vector<S>>().write_unaligned(values);
        }
    }
}

macro_rules! lanes {
    (
        $float:ident, $vector:ident, $splat:ident, $mul_add:ident, $add:ident,
        $masks:ident of $unsigned:ident, $between:ident, $load:ident, $store:ident
        $(, $eights:path)?
    ) => {
        impl Lanes for $float {
            type Vector<S: Simd> = S::$vector;
            type Mask<S: Simd> = MemMask<S::$masks>;

            #[inline(always)]
            fn splat<S: Simd>(simd: S, x: Self) -> S::$vector {
                simd.$splat(x)
            }

            #[inline(always)]
            fn fused<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$mul_add(a, b, c)
            }

            #[inline(always)]
            fn plus<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$add(a, b)
            }

            #[inline(always)]
            fn first<S: Simd>(simd: S, count: usize) -> MemMask<S::$masks> {
                // As it comes it would be a function to be called for each load.
                MemMask::new(simd.$between(0, count as $unsigned).mask())
            }

            #[inline(always)]
            unsafe fn load<S: Simd>(simd: S, mask: MemMask<S::$masks>, from: *const Self) -> S::$vector {
                // SAFETY: the caller's promise.
                unsafe { simd.$load(mask, from) }
            }

            #[inline(always)]
            unsafe fn store<S: Simd>(simd: S, mask: MemMask<S::$masks>, to: *mut Self, values: S::$vector) {
                // SAFETY: the caller's promise.
                unsafe { simd.$store(mask, to, values) }
            }

            type Bits = $unsigned;

            #[inline(always)]
            fn magnitude(self) -> $unsigned {
                self.to_bits() & ($unsigned::MAX >> 1)
            }

            #[inline(always)]
            fn of_magnitude(bits: $unsigned) -> Self {
                Self::from_bits(bits)
            }

            $(#[inline(always)]
            fn eights<S: Simd>(simd: S, a: &[Self], b: &[Self], out: &mut [Self]) -> bool {
                $eights(simd, a, b, out)
            })?
        }
    };
}

lanes!(
    f32, f32s, splat_f32s, mul_add_f32s, add_f32s,
    m32s of u32, mask_between_m32s, mask_load_ptr_f32s, mask_store_ptr_f32s, eights::dots
);
lanes!(
    f64, f64s, splat_f64s, mul_add_f64s, add_f64s,
    m64s of u64, mask_between_m64s, mask_load_ptr_f64s, mask_store_ptr_f64s
);
