//! Layers that learn at a rate of their own, or not at all.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::io::arrays;
use crate::network::Model;
use crate::scalar::Scalar;

/// What a user asks for: a layer by its name, and what its learning rate is multiplied with; 0 is frozen.
pub(super) type Asked = Vec<(String, f64)>;

/// Reports names that no layer has, and factors that are none.
pub(super) fn check<M: Model>(asked: &Asked) -> Result<()> {
    if asked.is_empty() {
        return Ok(());
    }
    let arrays = arrays::<M>();
    for (layer, factor) in asked {
        if !(factor.is_finite() && *factor >= 0.0) {
            return Err(Error::argument("factor of a learning rate", factor, "a finite number, 0 or more"));
        }
        if !arrays.iter().any(|(name, _)| within(name, layer)) {
            let mut known: Vec<String> =
                arrays.iter().map(|(name, _)| format!("`{}`", without_copies(name, 1))).collect();
            known.dedup();
            return Err(Error::argument(
                "layer",
                layer,
                format!("one with parameters: {}", known.join(", ")),
            ));
        }
    }
    Ok(())
}

/// The name of an array in files without the numbers of copies and its last `cut` parts.
fn without_copies(name: &str, cut: usize) -> String {
    let parts: Vec<&str> = name.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
    parts[..parts.len().saturating_sub(cut)].join(".")
}

/// Whether an array belongs to a layer or group: all copies of it, or one, where the number is given.
fn within(array: &str, layer: &str) -> bool {
    let begins =
        |name: &str| name.strip_prefix(layer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    begins(array) || begins(&without_copies(array, 0))
}

/// A stretch of parameters with a factor that is not 1.
struct Span {
    range: Range<usize>,
    factor: f64,
    /// Where its parameters are kept during a step.
    saved: usize,
}

/// The stretches of a network that do not learn at the common rate.
pub(super) struct Rates<T> {
    spans: Vec<Span>,
    /// Their parameters before the step.
    saved: Box<[T]>,
}

impl<T: Scalar> Rates<T> {
    /// What was asked for, checked before; of two factors for one array the later one holds. None if nothing was.
    pub(super) fn new<M: Model<Scalar = T>>(asked: &Asked) -> Option<Self> {
        // The names of the arrays are made for this alone: a training that asks for nothing makes none.
        if asked.is_empty() {
            return None;
        }
        let (mut spans, mut saved) = (Vec::<Span>::new(), 0);
        for (name, range) in arrays::<M>() {
            let factor =
                asked.iter().rev().find(|(layer, _)| within(&name, layer)).map_or(1.0, |(_, factor)| *factor);
            if factor == 1.0 {
                continue;
            }
            match spans.last_mut() {
                // One stretch with the array before.
                Some(last) if last.range.end == range.start && last.factor == factor => {
                    last.range.end = range.end
                }
                _ => spans.push(Span { range: range.clone(), factor, saved }),
            }
            saved += range.len();
        }
        (!spans.is_empty()).then(|| Rates { spans, saved: bytemuck::zeroed_slice_box(saved) })
    }

    /// Takes frozen parameters out of a gradient, so that they have no part in its norm and leave no trace in the
    /// optimizer's state.
    pub(super) fn mute(&self, grad: &mut [T]) {
        for span in self.spans.iter().filter(|span| span.factor == 0.0) {
            grad[span.range.clone()].fill(T::zero());
        }
    }

    /// Keeps the parameters as they are before a step.
    pub(super) fn before(&mut self, params: &[T]) {
        for span in &self.spans {
            self.saved[span.saved..span.saved + span.range.len()]
                .copy_from_slice(&params[span.range.clone()]);
        }
    }

    /// Shortens or lengthens the step just taken: every rule's step is proportional to its learning rate. 3 FLOPs an
    /// element, none where frozen.
    pub(super) fn after(&self, params: &mut [T]) {
        for span in &self.spans {
            let saved = &self.saved[span.saved..span.saved + span.range.len()];
            let params = &mut params[span.range.clone()];
            if span.factor == 0.0 {
                params.copy_from_slice(saved);
                continue;
            }
            let factor = T::from_f64(span.factor);
            T::dispatch(
                #[inline(always)]
                || {
                    for (w, &old) in params.iter_mut().zip(saved) {
                        *w = old + factor * (*w - old);
                    }
                },
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rates, Span, within};
    use crate::scalar::{Counted, count};

    #[test]
    fn names_are_those_of_the_table_and_of_groups() {
        for (array, layer) in [
            ("fc1.weight", "fc1"),
            ("encoder.fc1.weight", "encoder"),
            ("encoder.fc1.weight", "encoder.fc1"),
            ("repeat1.2.residual1.fc1.bias", "repeat1.residual1.fc1"),
            ("repeat1.2.residual1.fc1.bias", "repeat1.2"),
            ("fc1.weight", "fc1.weight"),
        ] {
            assert!(within(array, layer), "{array}, {layer}");
        }
        for (array, layer) in
            [("fc10.weight", "fc1"), ("encoder.fc1.weight", "fc1"), ("repeat1.2.fc1.bias", "repeat1.1")]
        {
            assert!(!within(array, layer), "{array}, {layer}");
        }
    }

    #[test]
    fn a_step_counts_three_flops_for_each_parameter_with_a_rate_of_its_own() {
        let span = |range: std::ops::Range<usize>, factor, saved| Span { range, factor, saved };
        let mut rates = Rates {
            spans: vec![span(0..3, 0.0, 0), span(5..9, 0.5, 3)],
            saved: vec![Counted(0.0); 7].into_boxed_slice(),
        };
        let mut params = [Counted(1.0); 10];
        let mut grad = [Counted(2.0); 10];
        let flops = count(|| {
            rates.mute(&mut grad);
            rates.before(&params);
            params.fill(Counted(3.0));
            rates.after(&mut params);
        });
        assert_eq!(flops, quipu_cost::scaled_step(4));
        assert_eq!(grad.map(|g| g.0), [0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]);
        assert_eq!(params.map(|w| w.0), [1.0, 1.0, 1.0, 3.0, 3.0, 2.0, 2.0, 2.0, 2.0, 3.0]);
    }
}
