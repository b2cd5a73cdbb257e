//! One step in flight: the machine that generated code drives, phase by phase, over disjoint chunks of rows.
//!
//! Generated code names buffers by [`Place`]s and never sees the workspace. A phase is a closure over a chunk of
//! rows ([`Run::rows`]), or the gradient of one layer's parameters ([`Run::gradient`]); phases follow one another,
//! the chunks inside one are independent. Chunks depend on the batch alone, so that results will not depend on how
//! many threads take them.

use std::ops::Range;

use crate::batch::{Inputs, Targets};
use crate::heads::{Head, TargetRows};
use crate::layers::{
    Backward, Batchwise, Change, Forward, Gradient, Layer, Noise, Reduce, Saved, SavedMut, Source, concat,
    residual,
};
use crate::scalar::{Real, Scalar};
use crate::workspace::Regions;

pub use crate::place::{Keep, Place, Span, Tape};

/// What a pass is for, and so what the head does with the logits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The loss and its gradient.
    Train,
    /// The loss.
    Loss,
    /// The prediction.
    Mean,
    /// The logits as they are.
    Logits,
}

/// Looks for the first layer whose values are no longer finite.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watch {
    pub(crate) first: Option<NonFinite>,
}

/// A layer whose values are no longer finite, and in which pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonFinite {
    /// The layer's name in the cost table.
    pub layer: &'static str,
    /// Whether it was in the backward pass.
    pub backward: bool,
}

/// One step in flight.
pub struct Run<'a, T: Scalar> {
    pub(crate) batch: usize,
    pub(crate) goal: Goal,
    pub(crate) inputs: Inputs<'a, T>,
    pub(crate) targets: Option<Targets<'a, T>>,
    /// Rows that count in the loss.
    pub(crate) counted: usize,
    /// The sum of their weights, once the head has said that it weighs them.
    pub(crate) weight: Option<f64>,
    pub(crate) regions: Regions<'a, T>,
    pub(crate) input_gradient: Option<&'a mut [T]>,
    pub(crate) key: u64,
    pub(crate) watch: Option<Watch>,
}

/// Rows a chunk has at most: enough for the matrix product to run at full speed, few enough for a chunk's
/// activations to stay in a core's cache.
const CHUNK_ROWS: usize = 128;

/// The chunks of a batch: equal to within a row, none of one row unless the batch is one.
fn chunks(batch: usize) -> impl Iterator<Item = Range<usize>> {
    let count = batch.div_ceil(CHUNK_ROWS).max(1);
    (0..count).map(move |i| batch * i / count..batch * (i + 1) / count)
}

impl<'a, T: Scalar> Run<'a, T> {
    /// Whether the gradient of the network's input is asked for.
    #[must_use]
    pub fn wants_input_gradient(&self) -> bool {
        self.input_gradient.is_some()
    }

    /// Runs a phase over chunks of rows.
    pub fn rows(&mut self, phase: impl Fn(&mut Rows<'_, 'a, T>)) {
        for rows in chunks(self.batch) {
            phase(&mut Rows { run: self, rows });
        }
    }

    /// The gradient of one layer's parameters, over the whole batch, piece by piece.
    pub fn gradient<L: Layer<T>>(&mut self, kernel: &L, gradient: &mut [T], x: Place, keep: Keep, dy: Place) {
        let all = 0..self.batch;
        let at = |range: Range<usize>| &self.regions.values[range];
        let x = match x {
            Place::Input => Source::Data(self.data(&all)),
            Place::None => Source::Here,
            place => Source::Values(at(place.range(self.batch, &all))),
        };
        let saved = Saved {
            values: at(keep.values.range(self.batch, &all)),
            indices: &self.regions.indices[keep.indices.range(self.batch, &all)],
            bytes: &self.regions.bytes[keep.bytes.range(self.batch, &all)],
        };
        let io = Gradient { batch: self.batch, x, saved, dy: at(dy.range(self.batch, &all)) };
        let mut index = 0;
        while let Some(piece) = kernel.piece(index) {
            kernel.gradient(&io, piece.clone(), &mut gradient[piece]);
            index += 1;
        }
    }

    /// What a layer makes of the whole batch, before its rows go on.
    pub fn measure<L: Batchwise<T>>(&mut self, kernel: &L, x: Place, statistics: Range<usize>) {
        let x = &self.regions.values[x.range(self.batch, &(0..self.batch))];
        kernel.measure(x, &mut self.regions.statistics[statistics]);
    }

    /// What evaluation has in place of that, from a layer's buffers.
    pub fn prepare<L: Batchwise<T>>(
        &mut self,
        kernel: &L,
        params: &[T],
        buffers: &[T],
        statistics: Range<usize>,
    ) {
        kernel.prepare(params, buffers, &mut self.regions.statistics[statistics]);
    }

    /// The sums over the whole batch that a layer's gradients are made of, and its part of the network's gradient, of
    /// parameters and buffers, where one is asked for.
    #[expect(clippy::too_many_arguments, reason = "a step's places, in the order of the schedule's table")]
    pub fn reduce<L: Batchwise<T>>(
        &mut self,
        kernel: &L,
        params: &[T],
        buffers: &[T],
        change: Option<(&mut [T], &mut [T])>,
        keep: Keep,
        dy: Place,
        statistics: Range<usize>,
    ) {
        let all = 0..self.batch;
        let at = |range: Range<usize>| &self.regions.values[range];
        let saved = Saved {
            values: at(keep.values.range(self.batch, &all)),
            indices: &self.regions.indices[keep.indices.range(self.batch, &all)],
            bytes: &self.regions.bytes[keep.bytes.range(self.batch, &all)],
        };
        let dy = at(dy.range(self.batch, &all));
        let change = change.map(|(params, buffers)| Change { params, buffers });
        let statistics = &mut self.regions.statistics[statistics];
        kernel.reduce(params, buffers, Reduce { saved, dy, statistics, change });
    }

    /// The mean of the row losses, over the sum of the weights where rows have some: B additions and a division.
    pub(crate) fn mean_loss(&self, losses: Place) -> T {
        let mut sum = T::zero();
        for &loss in &self.regions.values[losses.range(self.batch, &(0..self.batch))] {
            sum += loss;
        }
        sum / T::from_f64(self.weight.unwrap_or(self.counted.max(1) as f64))
    }

    fn data(&self, rows: &Range<usize>) -> &'a [T::Real] {
        let Inputs::Values(data) = self.inputs else { return &[] };
        let width = data.len() / self.batch;
        &data[rows.start * width..rows.end * width]
    }
}

/// A chunk of rows in one phase: the steps of the schedule, one method each.
pub struct Rows<'r, 'a, T: Scalar> {
    run: &'r mut Run<'a, T>,
    rows: Range<usize>,
}

impl<'a, T: Scalar> Rows<'_, 'a, T> {
    /// Turns the network's plain input into scalars: `y` = x. Free of FLOPs.
    pub fn lift(&mut self, y: Place) {
        let data = self.run.data(&self.rows);
        let [y] = self.values([y]);
        for (y, &x) in y.iter_mut().zip(data) {
            *y = T::from_real(x);
        }
    }

    /// A layer's forward pass. Equal places mean in place.
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

    /// A layer in evaluation mode: nothing is kept.
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

    fn layer(
        &mut self,
        x: Place,
        y: Place,
        keep: Option<Keep>,
        statistics: Range<usize>,
        forward: impl FnOnce(&[T], Forward<'_, T>),
    ) {
        let (batch, rows) = (self.run.batch, self.rows.clone());
        let data = self.run.data(&rows);
        let stored = keep.unwrap_or(Keep::NONE);
        // The place in the tape tells layers apart, and copies of a repeated one.
        let key = self.run.key ^ ((stored.bytes.offset as u64) << 20);
        let Regions { values, statistics: measured, indices, bytes } = &mut self.run.regions;
        let given = if x == y { 0..0 } else { x.range(batch, &rows) };
        let wanted = [given, y.range(batch, &rows), stored.values.range(batch, &rows)];
        let [given, y_values, saved] = apart(values, wanted);
        let source = match x {
            Place::Input => Source::Data(data),
            place if place == y => Source::Here,
            _ => Source::Values(given),
        };
        let saved = keep.map(|keep| SavedMut {
            values: saved,
            indices: &mut indices[keep.indices.range(batch, &rows)],
            bytes: &mut bytes[keep.bytes.range(batch, &rows)],
        });
        let noise = Noise { key, first_row: rows.start };
        forward(&measured[statistics], Forward { rows: rows.len(), x: source, y: y_values, saved, noise });
    }

    /// A layer's backward pass in its activations. `x` and `y` are [`Place::None`] where the kind does not read them.
    #[expect(clippy::too_many_arguments, reason = "a step's places, in the order of the schedule's table")]
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
        self.back(x, y, keep, dy, dx, 0..0, |_, io| kernel.backward(params, io));
        self.look(name, dx, true);
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
        self.back(x, y, keep, dy, dx, statistics, |statistics, io| kernel.backward(statistics, io));
        self.look(name, dx, true);
    }

    #[expect(clippy::too_many_arguments, reason = "a step's places, in the order of the schedule's table")]
    fn back(
        &mut self,
        x: Place,
        y: Place,
        keep: Keep,
        dy: Place,
        dx: Place,
        statistics: Range<usize>,
        backward: impl FnOnce(&[T], Backward<'_, T>),
    ) {
        let (batch, rows) = (self.run.batch, self.rows.clone());
        let Regions { values, statistics: measured, indices, bytes } = &mut self.run.regions;
        let given = if dy == dx { 0..0 } else { dy.range(batch, &rows) };
        let [x_values, y_values, saved, dy_values, dx_values] = apart(
            values,
            [
                x.range(batch, &rows),
                y.range(batch, &rows),
                keep.values.range(batch, &rows),
                given,
                dx.range(batch, &rows),
            ],
        );
        let dx_values = redirect(&mut self.run.input_gradient, dx, batch, &rows).unwrap_or(dx_values);
        let io = Backward {
            rows: rows.len(),
            x: (x != Place::None).then_some(&*x_values),
            y: (y != Place::None).then_some(&*y_values),
            saved: Saved {
                values: saved,
                indices: &indices[keep.indices.range(batch, &rows)],
                bytes: &bytes[keep.bytes.range(batch, &rows)],
            },
            dy: if dy == dx { Source::Here } else { Source::Values(dy_values) },
            dx: dx_values,
        };
        backward(&measured[statistics], io);
    }

    /// `to` = `from`. Free of FLOPs.
    pub fn copy(&mut self, from: Place, to: Place) {
        let (batch, rows) = (self.run.batch, self.rows.clone());
        let data = self.run.data(&rows);
        let [source, target] =
            apart(self.run.regions.values, [from, to].map(|place| place.range(batch, &rows)));
        let target = redirect(&mut self.run.input_gradient, to, batch, &rows).unwrap_or(target);
        if from == Place::Input {
            for (y, &x) in target.iter_mut().zip(data) {
                *y = T::from_real(x);
            }
        } else {
            target.copy_from_slice(source);
        }
    }

    /// `into` += `from`: a join, or a further branch of a fan-out. n additions a sample.
    pub fn add(&mut self, from: Place, into: Place) {
        let (batch, rows) = (self.run.batch, self.rows.clone());
        let [source, target] =
            apart(self.run.regions.values, [from, into].map(|place| place.range(batch, &rows)));
        let target = redirect(&mut self.run.input_gradient, into, batch, &rows).unwrap_or(target);
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
        let (batch, rows) = (self.run.batch, self.rows.clone());
        let [whole, part] = apart(self.run.regions.values, [from, to].map(|place| place.range(batch, &rows)));
        let part = redirect(&mut self.run.input_gradient, to, batch, &rows).unwrap_or(part);
        concat::copy(whole, part, rows.len(), blocks, before, concat::Way::Out);
    }

    /// The head: what it does with the logits depends on what the pass is for.
    pub fn head<H: Head<T>>(&mut self, name: &'static str, kernel: &H, z: Place, losses: Place) {
        self.look(name, z, false);
        let rows = self.rows.clone();
        let goal = self.run.goal;
        let Some(targets) = self.targets(&rows) else {
            if goal == Goal::Mean {
                let [z] = self.values([z]);
                kernel.mean(z);
            }
            return;
        };
        let counted = self.run.counted.max(1);
        if self.run.weight.is_none() {
            // Of the whole batch, in its first chunk; without a row that counts there is nothing to divide.
            let weight = self.targets(&(0..self.run.batch)).and_then(|targets| kernel.weight(targets));
            self.run.weight = weight.map(|weight| if weight > 0.0 { weight } else { 1.0 });
        }
        let share = self.run.weight.map_or(1.0, |weight| counted as f64 / weight);
        let scale = T::from_f64(kernel.scale(counted) * share);
        let [z_values, losses] = self.values([z, losses]);
        kernel.loss(z_values, targets, losses);
        if goal == Goal::Train {
            kernel.gradient(z_values, targets, scale);
            self.look(name, z, true);
        }
    }

    /// The targets of these rows; none where the pass has no loss.
    fn targets(&self, rows: &Range<usize>) -> Option<TargetRows<'a, T>> {
        let share = |values: &'a [T::Real]| {
            let width = values.len() / self.run.batch;
            TargetRows::Values(&values[rows.start * width..rows.end * width])
        };
        Some(match self.run.targets? {
            Targets::Classes(classes) => TargetRows::Classes(&classes[rows.clone()]),
            Targets::Values(values) => share(values),
            Targets::Inputs => TargetRows::Values(self.run.data(rows)),
        })
    }

    fn values<const N: usize>(&mut self, places: [Place; N]) -> [&mut [T]; N] {
        let batch = self.run.batch;
        apart(self.run.regions.values, places.map(|place| place.range(batch, &self.rows)))
    }

    /// In a watched run, notes the first layer whose values are not finite.
    fn look(&mut self, name: &'static str, place: Place, backward: bool) {
        if self.run.watch.is_none_or(|watch| watch.first.is_some()) {
            return;
        }
        let [values] = self.values([place]);
        if values.iter().any(|value| !value.real().is_finite())
            && let Some(watch) = &mut self.run.watch
        {
            watch.first = Some(NonFinite { layer: name, backward });
        }
    }
}

/// The given ranges of the values, borrowed apart.
///
/// The plan keeps tensors that are used together apart; a plan that did not would be a bug of the macro's, which
/// stops here instead of corrupting numbers.
fn apart<T, const N: usize>(values: &mut [T], ranges: [Range<usize>; N]) -> [&mut [T]; N] {
    match values.get_disjoint_mut(ranges) {
        Ok(slices) => slices,
        Err(error) => panic!("quipu's memory plan is wrong, please report it: {error}"),
    }
}

/// These rows of the caller's buffer for the gradient of the network's input, if `place` means that one.
fn redirect<'g, T>(
    gradient: &'g mut Option<&mut [T]>,
    place: Place,
    batch: usize,
    rows: &Range<usize>,
) -> Option<&'g mut [T]> {
    let whole = gradient.as_mut().filter(|_| place == Place::InputGradient)?;
    let width = whole.len() / batch;
    Some(&mut whole[rows.start * width..rows.end * width])
}
