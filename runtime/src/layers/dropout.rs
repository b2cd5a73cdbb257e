//! `dropout(p)`: in training, each value is dropped with probability p and the others are scaled by 1 / (1 - p).
//!
//! y = x m with m = 0 or 1 / (1 - p), drawn anew for every element of every row in every step; dx = dy m with the
//! same m, of which the forward pass keeps one byte an element. 1 FLOP an element each way; evaluation is the identity
//! and free. The mask of a row depends on the noise key and the row's place in the batch, never on chunks.
//! PyTorch: `torch.nn.Dropout` (other random numbers).
//!
//! ```
//! quipu::network! { Net < fc(4, 5); dropout(0.5); mse(5) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 5);
//! assert_eq!(Net::COST.layers[1].infer_flops, 0);
//! ```

use std::hint::select_unpredictable;

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{Backward, Forward, Layer, Noise, residual};
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// The probability that a value is dropped, at least 0 and below 1.
    pub p: f64,
}

impl Kernel {
    /// What a kept value (mask 1) and a dropped one (mask 0) are multiplied with.
    fn factors<T: Scalar>(&self) -> [T; 2] {
        [T::zero(), T::from_f64(1.0 / (1.0 - self.p))]
    }

    /// Draws the mask of one row: 1 keeps a value, 0 drops it.
    fn draw(&self, noise: Noise, row: usize, mask: &mut [u8]) {
        // 32 random bits decide over a value: p to within 2^-32.
        let threshold = (self.p * (1_u64 << 32) as f64) as u64;
        let mut random =
            Pcg64Mcg::seed_from_u64(scatter(noise.key).wrapping_add((noise.first_row + row) as u64));
        for pair in mask.chunks_mut(2) {
            let bits = random.next_u64();
            for (mask, bits) in pair.iter_mut().zip([bits & 0xffff_ffff, bits >> 32]) {
                *mask = u8::from(bits >= threshold);
            }
        }
    }
}

/// Spreads a key over all 64 bits (the finaliser of SplitMix64), so that keys that differ in a bit do not share rows.
fn scatter(key: u64) -> u64 {
    let key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ (key >> 31)
}

/// values *= factors by mask: 1 FLOP an element.
fn scale<T: Scalar>(values: &mut [T], mask: &[u8], factors: [T; 2]) {
    assert_eq!(values.len(), mask.len(), "elements and mask bytes of a dropout layer");
    let [dropped, kept] = factors;
    T::dispatch(
        #[inline(always)]
        || {
            for (value, &mask) in values.iter_mut().zip(mask) {
                // Not `if`: a branch on random bits is mispredicted every other time.
                *value *= select_unpredictable(mask == 0, dropped, kept);
            }
        },
    );
}

impl<T: Scalar> Layer<T> for Kernel {
    fn forward(&self, _: &[T], io: Forward<'_, T>) {
        residual::settle(io.y, io.x);
        let Some(saved) = io.saved else { return };
        let width = (io.y.len() / io.rows.max(1)).max(1);
        for (row, mask) in saved.bytes.chunks_exact_mut(width).enumerate() {
            self.draw(io.noise, row, mask);
        }
        scale(io.y, saved.bytes, self.factors());
    }

    fn backward(&self, _: &[T], io: Backward<'_, T>) {
        residual::settle(io.dx, io.dy);
        scale(io.dx, io.saved.bytes, self.factors());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Saved, SavedMut, Source};

    const ROWS: usize = 40;
    const WIDTH: usize = 25;

    /// Forward over rows `first ..` of a batch of ones; the output and the mask.
    fn run(first: usize, rows: usize, key: u64) -> (Vec<f32>, Vec<u8>) {
        let (mut y, mut bytes) = (vec![1.0; rows * WIDTH], vec![7; rows * WIDTH]);
        let saved = Some(SavedMut { values: &mut [], indices: &mut [], bytes: &mut bytes });
        let noise = Noise { key, first_row: first };
        Kernel { p: 0.2 }.forward(&[], Forward { rows, x: Source::Here, y: &mut y, saved, noise });
        (y, bytes)
    }

    #[test]
    fn a_fifth_is_dropped_and_the_rest_scaled() {
        let (y, mask) = run(0, ROWS, 3);
        assert!(y.iter().zip(&mask).all(|(&y, &mask)| y == f32::from(mask) * 1.25));
        let dropped = mask.iter().filter(|&&mask| mask == 0).count();
        // 1000 draws: 200 with a standard deviation of 12.6.
        assert!((150..250).contains(&dropped), "{dropped} of {} dropped", mask.len());
    }

    #[test]
    fn the_mask_depends_on_key_and_row_and_not_on_chunks() {
        let (_, whole) = run(0, ROWS, 3);
        let (_, part) = run(13, 7, 3);
        assert_eq!(whole[13 * WIDTH..20 * WIDTH], part);
        assert_ne!(whole[..WIDTH], whole[WIDTH..2 * WIDTH]);
        assert_ne!(whole, run(0, ROWS, 2).1);
    }

    #[test]
    fn the_gradient_takes_the_same_mask() {
        let (y, bytes) = run(0, ROWS, 3);
        let dy = vec![1.0; y.len()];
        for source in [Source::Values(&dy[..]), Source::Here] {
            let mut dx = dy.clone();
            let saved = Saved { values: &[], indices: &[], bytes: &bytes };
            let io = Backward { rows: ROWS, x: None, y: None, saved, dy: source, dx: &mut dx };
            Kernel { p: 0.2 }.backward(&[], io);
            assert_eq!(dx, y);
        }
    }

    #[test]
    fn evaluation_is_the_identity() {
        let x = [1.0_f64, -2.0, 0.5];
        let mut y = [0.0; 3];
        let noise = Noise { key: 0, first_row: 0 };
        let io = Forward { rows: 1, x: Source::Values(&x), y: &mut y, saved: None, noise };
        Kernel { p: 0.9 }.forward(&[], io);
        assert_eq!(y, x);
    }
}
