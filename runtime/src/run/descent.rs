//! The optimizer's step inside the pass: parameters are stepped piece by piece while their gradient is in the cache, or
//! by the product itself.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::layers::{Gradient, Layer};
use crate::network::Plain;
use crate::optim::{Part, Update};
use crate::place::{Keep, Place};
use crate::pool::Shared;
use crate::scalar::{Real, Scalar, all_finite, largest};

use super::{Run, share_pieces};

/// Parameters in a piece whose gradient is made and used at once: with their state they fit a core's second cache.
const PIECE: usize = 65_536;

/// How a run steps parameters.
pub(crate) struct Descent<'a, T> {
    rule: &'a dyn Update<T>,
    parts: &'a [Part],
    /// Where the network's parameters begin, as an address: a layer's place among them is how far it is from there.
    first: usize,
    /// Where the row losses are when the first layer is to be stepped.
    losses: Place,
    /// Room for a piece's gradient, for each thread; grows in the first step.
    panels: &'a mut Vec<T>,
    /// The mean loss, once it has been looked at.
    loss: Option<T>,
    /// The first parameter of the layer, of those with a gradient that is not finite, at which stepping ended.
    failed: AtomicUsize,
}

/// No parameter's place.
const NOWHERE: usize = usize::MAX;

impl<'a, T: Scalar> Descent<'a, T> {
    pub(crate) fn new<P: Plain<T>>(
        net: &P,
        rule: &'a dyn Update<T>,
        parts: &'a [Part],
        losses: Place,
        panels: &'a mut Vec<T>,
    ) -> Self {
        let first = net.flat().as_ptr() as usize;
        Descent { rule, parts, first, losses, panels, loss: None, failed: AtomicUsize::new(NOWHERE) }
    }

    /// The mean loss, where a layer was to be stepped.
    pub(crate) fn loss(&self) -> Option<T> {
        self.loss
    }

    /// Where a gradient was not finite: nothing has been stepped from there on, towards the input.
    pub(crate) fn failed(&self) -> Option<usize> {
        Some(self.failed.load(Ordering::Relaxed)).filter(|&at| at != NOWHERE)
    }

    fn fail(&self, at: usize) {
        self.failed.fetch_min(at, Ordering::Relaxed);
    }

    /// Whether there is anything to step with: numbers have been finite so far.
    fn goes_on(&mut self, run: &Run<'_, T>) -> bool {
        let losses = self.losses;
        let loss = *self.loss.get_or_insert_with(|| run.mean_loss(losses));
        loss.real().is_finite() && self.failed().is_none()
    }

    /// The place of a layer's parameters among all.
    fn place(&self, params: &[T]) -> usize {
        (params.as_ptr() as usize - self.first) / size_of::<T>()
    }

    /// What is to be stepped of the parameters in a range.
    fn within(&self, at: &Range<usize>) -> impl Iterator<Item = (Range<usize>, f64)> {
        let (start, end) = (at.start, at.end);
        self.parts.iter().filter_map(move |part| {
            let range = part.range.start.max(start)..part.range.end.min(end);
            (!range.is_empty()).then_some((range, part.factor))
        })
    }

    /// Whether the gradient of parameters, the first of which is parameter `first` of all, is finite; notes where not.
    fn look(&self, first: usize, grad: &[T]) -> bool {
        let finite = all_finite(grad);
        if !finite {
            self.fail(first);
        }
        finite
    }

    /// Steps parameters, the first of which is parameter `first` of all.
    ///
    /// # Safety
    /// No other thread steps any of them.
    unsafe fn step(&self, first: usize, params: &mut [T], grad: &[T]) {
        if !self.look(first, grad) {
            return;
        }
        for (range, factor) in self.within(&(first..first + params.len())) {
            let here = range.start - first..range.end - first;
            // SAFETY: the caller's promise.
            unsafe { self.rule.run(range, factor, &mut params[here.clone()], &grad[here]) };
        }
    }

    /// The rate, where a piece is a product that can go right into the parameters.
    fn product<L: Layer<T>>(&self, kernel: &L, piece: &Range<usize>, first: usize) -> Option<f64> {
        let at = first + piece.start..first + piece.end;
        let (range, factor) = self.within(&at).next()?;
        (range == at && kernel.is_product(piece)).then(|| self.rule.descent(factor)).flatten()
    }

    /// Steps a layer's parameters, the gradient being made of `io`, whose largest |dy| is `steepest`.
    fn layer<L: Layer<T>>(
        &mut self,
        threads: usize,
        kernel: &L,
        params: &mut [T],
        io: &Gradient<'_, T>,
        steepest: f64,
    ) {
        let first = self.place(params);
        if self.within(&(first..first + params.len())).next().is_none() {
            // A frozen layer needs no gradient.
            return;
        }
        // The layer in one piece, as small ones are: what follows, without its questions.
        let whole = 0..params.len();
        if kernel.piece(0, threads) == Some(whole.clone())
            && let Some(rate) = self.product(kernel, &whole, first)
            && kernel.stays_finite(io, steepest)
        {
            return kernel.add_gradient(io, whole, -rate, params);
        }
        // A product that goes into the parameters needs no room, and large pieces are the faster ones.
        let pieces = |parts: usize| (0..).map_while(move |index| kernel.piece(index, parts));
        let may_be = pieces(threads).any(|piece| self.product(kernel, &piece, first).is_some());
        let products = may_be && kernel.stays_finite(io, steepest);
        let parts = if products { threads } else { threads * params.len().div_ceil(threads * PIECE) };
        let rest = pieces(parts).filter(|piece| !products || self.product(kernel, piece, first).is_none());
        let room = rest.map(|piece| piece.len()).max().unwrap_or(0);
        if self.panels.len() < threads * room {
            self.panels.resize(threads * room, T::zero());
        }
        let mut panels = std::mem::take(self.panels);
        {
            let (descent, panels, params) = (&*self, Shared::new(&mut panels), Shared::new(params));
            let pass = |only_looks: bool| {
                share_pieces(kernel, parts, threads, &|thread, piece| {
                    // SAFETY: pieces do not overlap, and each is one thread's.
                    let params = unsafe { params.write(piece.clone()) };
                    if let Some(rate) = descent.product(kernel, &piece, first).filter(|_| products) {
                        return kernel.add_gradient(io, piece, -rate, params);
                    }
                    // SAFETY: each thread has a panel of its own.
                    let grad = unsafe { panels.write(thread * room..thread * room + piece.len()) };
                    kernel.gradient(io, piece.clone(), grad);
                    if only_looks {
                        descent.look(first + piece.start, grad);
                    } else {
                        // SAFETY: as for the parameters.
                        unsafe { descent.step(first + piece.start, params, grad) };
                    }
                });
            };
            // Where plain descent might leave the range of the numbers, the layer is looked at as a whole first.
            if may_be && !products {
                pass(true);
            }
            if descent.failed().is_none() {
                pass(false);
            }
        }
        *self.panels = panels;
    }
}

impl<'a, T: Scalar> Run<'a, T> {
    /// Steps one layer's parameters.
    #[inline(always)]
    pub(super) fn descend<L: Layer<T>>(&mut self, kernel: &L, params: &mut [T], io: [Place; 2], keep: Keep) {
        // Back in its place before the run goes on.
        let Some(descent) = self.descent.take() else { return };
        if descent.goes_on(self) {
            let run = &*self;
            let io = run.gradient_of(io, keep);
            match largest(io.dy) {
                Some(steepest) => descent.layer(run.threads, kernel, params, &io, steepest),
                None => descent.fail(descent.place(params)),
            }
        }
        self.descent = Some(descent);
    }

    /// Steps parameters whose gradient has been made.
    pub(super) fn update(&mut self, params: &mut [T], grad: &[T]) {
        let Some(descent) = self.descent.take() else { return };
        if descent.goes_on(self) {
            let first = descent.place(params);
            // SAFETY: one thread steps.
            unsafe { descent.step(first, params, grad) };
        }
        self.descent = Some(descent);
    }
}
