//! `repeat(n) { ... }`: the same layers n times over, each time with parameters of their own.
//!
//! Generated code runs one function in a loop over an array of blocks: there is no kernel of its own, and its cost is n
//! times that of its layers. PyTorch: a `torch.nn.Sequential` of n equal modules.
//!
//! What stands here is the bookkeeping of that loop: where copy `i` reads and writes.
//!
//! ```
//! quipu::network! { Net < fc(4, 6); repeat(3) { fc(6); relu } mse(2) > }
//! assert_eq!(Net::zeros().repeat1.len(), 3);
//! assert_eq!(Net::PARAMS, (4 * 6 + 6) + 3 * (6 * 6 + 6) + (6 * 2 + 2));
//! ```

use crate::run::Place;

/// Copy `index` of several tensors that lie one after another in `all`, `times` of them.
fn nth(all: Place, times: usize, index: usize) -> Place {
    match all {
        Place::Kept { offset, width } => {
            let one = width / times;
            Place::Kept { offset: offset + index * one, width: one }
        }
        other => other,
    }
}

/// In training: input and output of copy `i` of `times`. What flows between copies is kept in `links`, one tensor
/// after another, because the backward pass may read it.
#[must_use]
pub fn links(i: usize, times: usize, x: Place, links: Place, y: Place) -> (Place, Place) {
    let between = |index| nth(links, times - 1, index);
    (if i == 0 { x } else { between(i - 1) }, if i + 1 == times { y } else { between(i) })
}

/// In evaluation: input and output of copy `i` of `times`. Two places take turns, so that the last copy writes `y`.
#[must_use]
pub fn turns(i: usize, times: usize, x: Place, other: Place, y: Place) -> (Place, Place) {
    let written = |index: usize| if (times - 1 - index).is_multiple_of(2) { y } else { other };
    (if i == 0 { x } else { written(i - 1) }, written(i))
}

/// The gradients of output and input of copy `i` of `times`. Between copies two tensors in `flows` take turns (one is
/// enough for two copies); `dx` may be [`Place::None`].
#[must_use]
pub fn flows(i: usize, times: usize, dy: Place, flows: Place, dx: Place) -> (Place, Place) {
    let turns = (times - 1).min(2);
    // The gradient of what flows from copy `index` into the next.
    let between = |index: usize| nth(flows, turns, index % turns);
    (if i + 1 == times { dy } else { between(i) }, if i == 0 { dx } else { between(i - 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: Place = Place::kept(100, 3);
    const Y: Place = Place::kept(200, 3);

    #[test]
    fn copies_are_chained() {
        for times in 1..6 {
            let between = Place::kept(10, 3 * (times - 1));
            let chain: Vec<_> = (0..times).map(|i| links(i, times, X, between, Y)).collect();
            assert_eq!((chain[0].0, chain[times - 1].1), (X, Y));
            assert!(chain.windows(2).all(|pair| pair[0].1 == pair[1].0), "an output is the next input");
            let mut outputs: Vec<_> = chain.iter().map(|pair| format!("{:?}", pair.1)).collect();
            outputs.dedup();
            assert_eq!(outputs.len(), times, "every copy keeps its output");
        }
    }

    #[test]
    fn turns_end_at_the_output_and_never_read_what_they_write() {
        for times in 1..6 {
            let chain: Vec<_> = (0..times).map(|i| turns(i, times, X, Place::kept(10, 3), Y)).collect();
            assert_eq!((chain[0].0, chain[times - 1].1), (X, Y));
            assert!(chain.windows(2).all(|pair| pair[0].1 == pair[1].0));
            assert!(chain.iter().all(|pair| pair.0 != pair.1));
        }
    }

    #[test]
    fn gradients_flow_back_through_two_tensors() {
        for times in 1..6 {
            let between = Place::kept(10, 3 * (times - 1).min(2));
            let chain: Vec<_> = (0..times).map(|i| flows(i, times, Y, between, X)).collect();
            assert_eq!((chain[times - 1].0, chain[0].1), (Y, X));
            assert!(
                chain.windows(2).all(|pair| pair[0].0 == pair[1].1),
                "the gradient of an input is the next dy"
            );
            assert!(chain.iter().all(|pair| pair.0 != pair.1));
        }
    }
}
