//! The order of a training's rows: a permutation for each epoch, drawn from the seed.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

/// The row numbers of a data set, in the order of an epoch.
#[derive(Debug)]
pub(super) struct Order {
    rows: Vec<u32>,
    seed: u64,
}

impl Order {
    /// The rows of a data set of `len` rows: the permutation's one allocation.
    pub(super) fn new(len: u32, seed: u64) -> Self {
        Order { rows: (0..len).collect(), seed }
    }

    /// Draws the permutation of an epoch, which depends on the seed and the epoch alone.
    pub(super) fn shuffle(&mut self, epoch: usize) -> &[u32] {
        for (row, index) in self.rows.iter_mut().zip(0..) {
            *row = index;
        }
        // An odd multiplier keeps the epochs of one seed apart; the generator mixes the result into all its bits.
        let seed = self.seed.wrapping_add((epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        self.rows.shuffle(&mut Pcg64::seed_from_u64(seed));
        &self.rows
    }

    /// The buffer itself, for the row numbers of an evaluation; the next [`shuffle`](Self::shuffle) starts anew.
    pub(super) fn buffer(&mut self) -> &mut [u32] {
        &mut self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_a_permutation_that_the_seed_decides() {
        let mut order = Order::new(100, 7);
        let first = order.shuffle(1).to_vec();
        let second = order.shuffle(2).to_vec();
        order.buffer().fill(0);
        assert_eq!(order.shuffle(1), first);
        assert_ne!(first, second);
        assert_ne!(Order::new(100, 8).shuffle(1), first);
        let mut sorted = first;
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..100));
    }

    #[test]
    fn every_row_comes_first_equally_often() {
        let mut counts = [0; 5];
        for epoch in 0..5000 {
            counts[Order::new(5, 1).shuffle(epoch)[0] as usize] += 1;
        }
        // 1000 each, with a standard deviation of 28.
        assert!(counts.iter().all(|count| (880..1120).contains(count)), "{counts:?}");
    }
}
