//! `concat { ... } { ... }`: the outputs of branches over one input, side by side; the copies there and back.
//!
//! A sample is `blocks` runs of elements (one for the last or only axis, or for channels, which come first); in each,
//! the branches' runs follow one another. Copies are free of FLOPs; backward adds what the branches return at the
//! fan-out, as for `residual`. PyTorch: `torch.cat`.
//!
//! Argument: [`axis`](words::axis).
//!
//! ```
//! quipu::network! { Net < fc(4, 6); concat { fc(3); relu } { } mse(9) > }
//! assert_eq!(Net::OUTPUTS, 3 + 6);
//! ```

/// What becomes of a part that stands among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The part is copied to its place in the whole.
    In,
    /// The part is copied out of the whole.
    Out,
}

/// The runs of a part and their places in the whole, run after run: `part` elements of every `whole`, from `before` on.
fn runs<'a, T>(
    whole: &'a mut [T],
    part: &'a mut [T],
    sizes: (usize, usize),
    before: usize,
) -> impl Iterator<Item = (&'a mut [T], &'a mut [T])> {
    let places = whole.chunks_exact_mut(sizes.0).map(move |run| &mut run[before..before + sizes.1]);
    places.zip(part.chunks_exact_mut(sizes.1))
}

/// Copies a part of `rows` samples of `blocks` blocks into the whole, or out of it; `before` elements of each block of
/// the whole stand before it.
///
/// # Panics
/// If a block of the part does not fit there.
pub fn copy<T: Copy>(whole: &mut [T], part: &mut [T], rows: usize, blocks: usize, before: usize, way: Way) {
    let count = (rows * blocks).max(1);
    let sizes = (whole.len() / count, part.len() / count);
    if sizes.1 == 0 {
        return;
    }
    for (place, run) in runs(whole, part, sizes, before) {
        match way {
            Way::In => place.copy_from_slice(run),
            Way::Out => run.copy_from_slice(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // torch.cat((a, b), 1) with a of (2, 2, 1) and b of (2, 2, 2), along the last axis (blocks) and the first.
    #[test]
    fn as_in_pytorch() {
        let (mut a, mut b) = ([1, 2, 3, 4], [10, 11, 12, 13, 14, 15, 16, 17]);
        let mut last = [0; 12];
        copy(&mut last, &mut a, 2, 2, 0, Way::In);
        copy(&mut last, &mut b, 2, 2, 1, Way::In);
        assert_eq!(last, [1, 10, 11, 2, 12, 13, 3, 14, 15, 4, 16, 17]);
        let mut first = [0; 12];
        copy(&mut first, &mut a, 2, 1, 0, Way::In);
        copy(&mut first, &mut b, 2, 1, 2, Way::In);
        assert_eq!(first, [1, 2, 10, 11, 12, 13, 3, 4, 14, 15, 16, 17]);
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut whole: Vec<i32> = (0..30).collect();
        let copy_of = whole.clone();
        let (mut left, mut right) = ([0; 12], [0; 18]);
        copy(&mut whole, &mut left, 3, 2, 0, Way::Out);
        copy(&mut whole, &mut right, 3, 2, 2, Way::Out);
        whole.fill(-1);
        copy(&mut whole, &mut left, 3, 2, 0, Way::In);
        copy(&mut whole, &mut right, 3, 2, 2, Way::In);
        assert_eq!(whole, copy_of);
    }
}

/// The words of `concat`, each with its documentation.
pub mod words {
    /// `axis = 0`: the axis along which the branches stand side by side, counted from 0 without the batch.
    pub mod axis {}
}
