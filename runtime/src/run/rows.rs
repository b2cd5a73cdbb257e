//! The steps of the schedule, one method each, on a chunk of rows.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::watch::{Visit, Visits};
use super::{Buffers, Goal, Keep, NonFinite, Place, Run, Watch};
use crate::batch::Targets;
use crate::heads::{Head, TargetRows};
use crate::layers::{
    Backward, Batchwise, Forward, Layer, Noise, Pointwise, Saved, SavedMut, Source, concat, elementwise,
    residual,
};
use crate::scalar::{Real, Scalar};

/// A chunk of rows in one phase: the steps of the schedule, one method each.
pub struct Rows<'r, 'a, T: Scalar> {
    run: &'r Run<'a, T>,
    rows: Range<usize>,
}

/// What one step of a chunk works on: these rows of tensors, and of the tape.
struct Parts<'p, T, const N: usize> {
    values: [&'p mut [T]; N],
    indices: &'p mut [u32],
    bytes: &'p mut [u8],
    /// Read alone.
    statistics: &'p [T],
}

impl<'r, 'a, T: Scalar> Rows<'r, 'a, T> {
    /// # Safety
    /// Nobody else uses these rows of the run's buffers for as long as the result lives. That rows of different
    /// tensors do not overlap either is what [`Model`](crate::Model) promises.
    pub(super) unsafe fn new(run: &'r Run<'a, T>, rows: Range<usize>) -> Self {
        Rows { run, rows }
    }

    /// These rows of tensors and of what a layer keeps, and its statistics. The gradient of the network's input is the
    /// caller's buffer; the input itself, and what is nowhere, are empty.
    #[inline(always)]
    fn parts<const N: usize>(
        &mut self,
        places: [Place; N],
        keep: Keep,
        statistics: Range<usize>,
    ) -> Parts<'_, T, N> {
        let (run, rows) = (self.run, &self.rows);
        let Buffers { values, statistics: measured, indices, bytes } = &run.buffers;
        // SAFETY: these rows are this chunk's alone, and the `&mut self` of the one who borrows them; in a phase nobody
        // writes statistics.
        unsafe {
            let mut ranges = [const { 0..0 }; N];
            for (range, place) in ranges.iter_mut().zip(places) {
                *range = place.range(run.batch, rows);
            }
            let mut values = values.apart(ranges);
            // First what the compiler knows.
            if let Some(index) = places.iter().position(|&place| place == Place::InputGradient)
                && let Some(gradient) = &run.input_gradient
            {
                values[index] = gradient.write(run.share(gradient.len(), rows));
            }
            Parts {
                values,
                indices: indices.write(keep.indices.range(run.batch, rows)),
                bytes: bytes.write(keep.bytes.range(run.batch, rows)),
                statistics: measured.read(statistics),
            }
        }
    }

    /// Turns the network's plain input into scalars: `y` = x. Free of FLOPs.
    pub fn lift(&mut self, y: Place) {
        let data = self.run.data(&self.rows);
        let [y] = self.values([y]);
        residual::settle(y, data);
    }

    /// A layer's forward pass. Equal places mean in place.
    #[inline(always)]
    pub fn forward<L: Layer<T>>(
        &mut self,
        name: &'static str,
        kernel: &L,
        params: &[T],
        x: Place,
        y: Place,
        keep: Keep,
    ) {
        self.layer(x, y, Some(keep), 0..0, |_, io| kernel.forward(params, io));
        self.look(name, y, false);
    }

    /// A layer's forward pass and that of the elementwise one behind it, in place.
    #[expect(
        clippy::too_many_arguments,
        reason = "two steps' names and kernels, and the places of the first"
    )]
    #[inline(always)]
    pub fn forward_then<L: Layer<T>, E: Pointwise<T>>(
        &mut self,
        [name, then_name]: [&'static str; 2],
        kernel: &L,
        then: &E,
        params: &[T],
        x: Place,
        y: Place,
        keep: Option<Keep>,
    ) {
        if self.run.watch.is_none() {
            return self.layer(x, y, keep, 0..0, |_, io| kernel.forward_then(params, io, then));
        }
        self.layer(x, y, keep, 0..0, |_, io| kernel.forward(params, io));
        self.look(name, y, false);
        self.layer(y, y, None, 0..0, |_, io| elementwise::forward(then, io));
        self.look(then_name, y, false);
    }

    /// A layer in evaluation mode: nothing is kept.
    #[inline(always)]
    pub fn infer<L: Layer<T>>(&mut self, name: &'static str, kernel: &L, params: &[T], x: Place, y: Place) {
        self.layer(x, y, None, 0..0, |_, io| kernel.forward(params, io));
        self.look(name, y, false);
    }

    /// The forward pass of a layer that has measured the batch, or in evaluation, where `keep` is none, its buffers.
    #[expect(clippy::too_many_arguments, reason = "a step's places, in the order of the schedule's table")]
    pub fn forward_measured<L: Batchwise<T>>(
        &mut self,
        name: &'static str,
        kernel: &L,
        params: &[T],
        x: Place,
        y: Place,
        keep: Option<Keep>,
        statistics: Range<usize>,
    ) {
        self.layer(x, y, keep, statistics, |statistics, io| kernel.forward(params, statistics, io));
        self.look(name, y, false);
    }

    #[inline(always)]
    fn layer(
        &mut self,
        x: Place,
        y: Place,
        keep: Option<Keep>,
        statistics: Range<usize>,
        forward: impl FnOnce(&[T], Forward<'_, T>),
    ) {
        let (run, own) = (self.run, self.rows.clone());
        let (rows, first_row) = (own.len(), own.start);
        let stored = keep.unwrap_or(Keep::NONE);
        // The place in the tape tells layers apart, and copies of a repeated one.
        let key = run.key ^ ((stored.bytes.offset as u64) << 20);
        let given = if x == y { Place::None } else { x };
        let Parts { values: [given, y_values, saved], indices, bytes, statistics } =
            self.parts([given, y, stored.values], stored, statistics);
        let x = match x {
            Place::Input => run.data(&own),
            place if place == y => Source::Here,
            _ => Source::Values(given),
        };
        let saved = keep.map(|_| SavedMut { values: saved, indices, bytes });
        forward(statistics, Forward { rows, x, y: y_values, saved, noise: Noise { key, first_row } });
    }

    /// A layer's backward pass in its activations. `x` and `y` are [`Place::None`] where the kind does not read them.
    #[expect(clippy::too_many_arguments, reason = "a step's places, in the order of the schedule's table")]
    #[inline(always)]
    pub fn backward<L: Layer<T>>(
        &mut self,
        name: &'static str,
        kernel: &L,
        params: &[T],
        x: Place,
        y: Place,
        keep: Keep,
        dy: Place,
        dx: Place,
    ) {
        let incoming = self.squares(dy);
        self.back(x, y, keep, dy, dx, Place::None, 0..0, |_, io, _| kernel.backward(params, io));
        self.look(name, dx, true);
        self.note(name, incoming, dx);
    }

    /// The backward pass of a layer that reads neither its input nor its output, and that of the elementwise one before it, in
    /// place: `kept` is what that keeps.
    #[expect(clippy::too_many_arguments, reason = "two steps' names and kernels, and their places")]
    #[inline(always)]
    pub fn backward_then<L: Layer<T>, E: Pointwise<T>>(
        &mut self,
        [name, then_name]: [&'static str; 2],
        kernel: &L,
        then: &E,
        params: &[T],
        keep: Keep,
        dy: Place,
        dx: Place,
        kept: Place,
    ) {
        let (x, y) = (Place::None, Place::None);
        if self.run.watch.is_none() {
            return self.back(x, y, keep, dy, dx, kept, 0..0, |_, io, kept| {
                kernel.backward_then(params, io, then, kept);
            });
        }
        let incoming = self.squares(dy);
        self.back(x, y, keep, dy, dx, Place::None, 0..0, |_, io, _| kernel.backward(params, io));
        self.look(name, dx, true);
        self.note(name, incoming, dx);
        let incoming = self.squares(dx);
        let [kept, dx_values] = self.values([kept, dx]);
        elementwise::backward_in_place(then, kept, dx_values);
        self.look(then_name, dx, true);
        self.note(then_name, incoming, dx);
    }

    /// The backward pass of a layer that has summed up the batch.
    #[expect(clippy::too_many_arguments, reason = "a step's places, in the order of the schedule's table")]
    pub fn backward_reduced<L: Batchwise<T>>(
        &mut self,
        name: &'static str,
        kernel: &L,
        x: Place,
        y: Place,
        keep: Keep,
        dy: Place,
        dx: Place,
        statistics: Range<usize>,
    ) {
        let incoming = self.squares(dy);
        self.back(x, y, keep, dy, dx, Place::None, statistics, |statistics, io, _| {
            kernel.backward(statistics, io);
        });
        self.look(name, dx, true);
        self.note(name, incoming, dx);
    }

    /// `other` is a place that is nothing of this layer's.
    #[expect(clippy::too_many_arguments, reason = "a step's places, in the order of the schedule's table")]
    #[inline(always)]
    fn back(
        &mut self,
        x: Place,
        y: Place,
        keep: Keep,
        dy: Place,
        dx: Place,
        other: Place,
        statistics: Range<usize>,
        backward: impl FnOnce(&[T], Backward<'_, T>, &[T]),
    ) {
        let rows = self.rows.len();
        let given = if dy == dx { Place::None } else { dy };
        let Parts { values, indices, bytes, statistics } =
            self.parts([x, y, keep.values, given, dx, other], keep, statistics);
        let [x_values, y_values, saved, dy_values, dx_values, other] = values;
        let io = Backward {
            rows,
            x: (x != Place::None).then_some(&*x_values),
            y: (y != Place::None).then_some(&*y_values),
            saved: Saved { values: saved, indices, bytes },
            dy: if dy == dx { Source::Here } else { Source::Values(dy_values) },
            dx: dx_values,
        };
        backward(statistics, io, other);
    }

    /// `to` = `from`. Free of FLOPs.
    pub fn copy(&mut self, from: Place, to: Place) {
        let data = self.run.data(&self.rows);
        let [source, target] = self.values([from, to]);
        residual::settle(target, if from == Place::Input { data } else { Source::Values(source) });
    }

    /// `into` += `from`: a join, or a further branch of a fan-out. n additions a sample.
    pub fn add(&mut self, from: Place, into: Place) {
        let [source, target] = self.values([from, into]);
        residual::add(target, source);
    }

    /// `from` goes to its place among others in `to`: a concatenation of `blocks` blocks a sample, `before` elements of
    /// each before it. Free of FLOPs.
    pub fn put(&mut self, from: Place, to: Place, blocks: usize, before: usize) {
        let rows = self.rows.len();
        let [part, whole] = self.values([from, to]);
        concat::copy(whole, part, rows, blocks, before, concat::Way::In);
    }

    /// `to` is cut out of the concatenation `from`. Free of FLOPs.
    pub fn take(&mut self, from: Place, to: Place, blocks: usize, before: usize) {
        let rows = self.rows.len();
        let [whole, part] = self.values([from, to]);
        concat::copy(whole, part, rows, blocks, before, concat::Way::Out);
    }

    /// The head: what it does with the logits depends on what the pass is for.
    pub fn head<H: Head<T>>(&mut self, name: &'static str, kernel: &H, z: Place, losses: Place) {
        self.look(name, z, false);
        let rows = self.rows.clone();
        let goal = self.run.goal;
        if matches!(goal, Goal::Push | Goal::Slope) {
            // For the phases that follow; chunks of this one go on.
            self.run.ended.store(true, Ordering::Relaxed);
        }
        if matches!(goal, Goal::Push | Goal::Pull) {
            return self.hand_over(z);
        }
        let Some(targets) = self.targets(&rows) else {
            if goal == Goal::Mean {
                let [z] = self.values([z]);
                kernel.mean(z);
            }
            return;
        };
        let counted = self.run.counted.max(1);
        // Of the whole batch, once a run; without a row that counts there is nothing to divide.
        let weight = || {
            let weight = self.targets(&(0..self.run.batch)).and_then(|targets| kernel.weight(targets));
            weight.map(|weight| if weight > 0.0 { weight } else { 1.0 })
        };
        let weight = if kernel.weighs() { *self.run.weight.get_or_init(weight) } else { None };
        let share = weight.map_or(1.0, |weight| counted as f64 / weight);
        let scale = T::from_f64(kernel.scale(counted) * share);
        let [z_values, losses] = self.values([z, losses]);
        kernel.loss(z_values, targets, losses);
        if matches!(goal, Goal::Train | Goal::Slope) {
            kernel.gradient(z_values, targets, scale);
            self.look(name, z, true);
            let incoming = self.squares(z);
            self.note(name, incoming, z);
        }
        if goal == Goal::Slope {
            self.run.natural.store(kernel.is_natural(), Ordering::Relaxed);
            self.hand_over(z);
        }
    }

    /// What stands at the logits goes to the caller's buffer for them, or what stands there comes here. Free of FLOPs.
    fn hand_over(&mut self, z: Place) {
        let (run, rows) = (self.run, self.rows.clone());
        let Some(logits) = &run.logits else { return };
        let [z] = self.values([z]);
        // SAFETY: these rows are this chunk's alone.
        let theirs = unsafe { logits.write(run.share(logits.len(), &rows)) };
        if run.goal == Goal::Pull { z.copy_from_slice(theirs) } else { theirs.copy_from_slice(z) }
    }

    /// The targets of these rows; none where the pass has no loss.
    fn targets(&self, rows: &Range<usize>) -> Option<TargetRows<'a, T>> {
        // By reference: a copy as a whole would wait for the fields just written.
        Some(match self.run.targets.as_ref()? {
            Targets::Classes(classes) => TargetRows::Classes(&classes[rows.clone()]),
            Targets::Values(values) => TargetRows::Values(&values[self.run.share(values.len(), rows)]),
            Targets::Inputs => match self.run.data(rows) {
                Source::Data(data) => TargetRows::Values(data),
                _ => unreachable!("targets were checked to be plain numbers"),
            },
        })
    }

    #[inline(always)]
    fn values<const N: usize>(&mut self, places: [Place; N]) -> [&mut [T]; N] {
        self.parts(places, Keep::NONE, 0..0).values
    }

    /// In a watched run, notes the first layer whose values are not finite.
    #[inline(always)]
    fn look(&mut self, name: &'static str, place: Place, backward: bool) {
        if let Some(Watch::First(first)) = self.run.watch {
            self.look_for(first, name, place, backward);
        }
    }

    #[cold]
    fn look_for(&mut self, first: &OnceLock<NonFinite>, name: &'static str, place: Place, backward: bool) {
        let [values] = self.values([place]);
        if values.iter().any(|value| !value.real().is_finite()) {
            first.get_or_init(|| NonFinite { layer: name, backward });
        }
    }

    /// In a run that is watched for them, the sum of the squares of a gradient.
    #[inline(always)]
    fn squares(&mut self, place: Place) -> f64 {
        if let Some(Watch::Flow(_)) = self.run.watch { self.squares_of(place) } else { 0.0 }
    }

    #[cold]
    fn squares_of(&mut self, place: Place) -> f64 {
        let [values] = self.values([place]);
        values.iter().map(|value| value.real().to_f64().powi(2)).sum()
    }

    /// In a run that is watched for them, notes the gradients before and behind a layer.
    #[inline(always)]
    fn note(&mut self, layer: &'static str, incoming: f64, behind: Place) {
        if let Some(Watch::Flow(visits)) = self.run.watch {
            self.note_in(visits, layer, incoming, behind);
        }
    }

    #[cold]
    fn note_in(&mut self, visits: &Mutex<Visits>, layer: &'static str, incoming: f64, behind: Place) {
        let outgoing = self.squares_of(behind);
        let mut visits = visits.lock().unwrap_or_else(PoisonError::into_inner);
        visits.note(self.rows.start, Visit { layer, incoming, outgoing });
    }
}
