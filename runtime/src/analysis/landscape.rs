//! The loss on a plane through the parameters, along two directions that are normalised filter by filter.

use super::operator::{at_least, positive};
use super::progress::Bar;
use super::vector::generator;
use crate::batch::Batch;
use crate::check;
use crate::error::Result;
use crate::io::weights;
use crate::network::{self, Model, Plain as _, copied};
use crate::optim::AsModel;
use crate::scalar::{Real, Scalar};
use crate::workspace::Workspace;

use rand_distr::{Distribution, StandardNormal};

/// A direction as large as the network, filter by filter (Li et al., Visualizing the Loss Landscape of Neural Nets, 2018,
/// section 4): normal numbers, of which those that lead to one output of a layer have the norm of the weights that do.
///
/// Biases and what norms scale and shift by stay where they are, as there. So a unit of length means the same in networks
/// whose weights differ in size, which a relu or a norm behind them makes up for.
///
/// The same for the same seed. 5 FLOPs a weight: two sums of squares, and the scaling. P numbers.
#[must_use]
pub fn filter_direction<K, N: AsModel<K>>(net: &N, seed: u64) -> Vec<f64> {
    let mut random = generator(seed);
    let flat = net.model().flat();
    let mut direction = vec![0.0; flat.len()];
    for entry in weights::<N::Model>() {
        let filters = entry.shape.last().copied().unwrap_or(1);
        let range = entry.start..entry.start + entry.len();
        let (drawn, weights) = (&mut direction[range.clone()], &flat[range]);
        drawn.fill_with(|| StandardNormal.sample(&mut random));
        for filter in 0..filters {
            let (mut own, mut wanted) = (0.0, 0.0);
            for (x, weight) in drawn.iter().zip(weights).skip(filter).step_by(filters) {
                own += x * x;
                wanted += weight.real().to_f64().powi(2);
            }
            let factor: f64 = if own == 0.0 { 0.0 } else { (wanted / own).sqrt() };
            drawn.iter_mut().skip(filter).step_by(filters).for_each(|x| *x *= factor);
        }
    }
    direction
}

/// How to look at a landscape.
///
/// ```
/// use quipu::analysis::Landscape;
/// use quipu::prelude::*;
///
/// network! { pub Xor < fc(2, 8); tanh; bce(1) > }
///
/// let batch = Batch::new(&[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 1.0, 0.0]);
/// let view = Landscape::new().points(11).seed(3);
/// assert_eq!(view.flops::<Xor>(4), 121 * (Xor::COST.forward_flops(4) + 4 * Xor::PARAMS as u64));
/// let net = Xor::init(1);
/// let surface = view.measure(&net, &batch)?;
/// assert_eq!(surface.at(5, 5), f64::from(net.loss(&batch, &mut Xor::workspace(4))?));
/// # Ok::<(), quipu::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "nothing is computed until `measure`"]
pub struct Landscape {
    points: usize,
    extent: f64,
    seed: u64,
    progress: bool,
}

impl Default for Landscape {
    fn default() -> Self {
        Self::new()
    }
}

impl Landscape {
    /// 25 x 25 points, from −1 to 1 along two directions of seed 0, no progress shown.
    pub const fn new() -> Self {
        Landscape { points: 25, extent: 1.0, seed: 0, progress: false }
    }

    /// Points along each direction, at least 2; with an odd number the network itself is one of them.
    pub const fn points(self, points: usize) -> Self {
        Landscape { points, ..self }
    }

    /// How far to go on either side, in lengths of the filters.
    pub const fn extent(self, extent: f64) -> Self {
        Landscape { extent, ..self }
    }

    /// What the two directions are drawn from.
    pub const fn seed(self, seed: u64) -> Self {
        Landscape { seed, ..self }
    }

    /// Whether to show a bar on standard error, or lines where that is no terminal.
    pub const fn progress(self, progress: bool) -> Self {
        Landscape { progress, ..self }
    }

    /// What it will cost over a batch of `rows`, in FLOPs: for each point the forward pass with its loss, and 4P for the
    /// parameters there. (What a network drops in training alone is counted with it.)
    #[must_use]
    pub const fn flops<M: Model>(&self, rows: usize) -> u64 {
        M::COST.landscape_flops(rows as u64, self.points as u64)
    }

    /// The mean loss of a batch, in evaluation mode, on the grid.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for fewer than 2 points or an extent that is not above 0; sizes, labels or
    /// targets that do not fit the network.
    pub fn measure<K, N: AsModel<K>>(
        &self,
        net: &N,
        batch: &Batch<'_, <N::Model as Model>::Scalar>,
    ) -> Result<Surface> {
        at_least(2, "points", self.points)?;
        positive("extent", self.extent)?;
        let rows = (batch.inputs.len() / N::Model::INPUTS).max(1);
        check::batch::<N::Model>(batch, rows)?;
        let directions = [0, 1].map(|k| filter_direction(net, self.seed.wrapping_mul(2).wrapping_add(k)));
        let from = net.model();
        let (mut moved, mut ws) = (copied(from), Workspace::inference(rows));
        let last = (self.points - 1) as f64;
        // The middle is 0 exactly, and either side the other's mirror image.
        let place = |i: usize| self.extent * (2.0 * i as f64 - last) / last;
        let axis: Vec<f64> = (0..self.points).map(place).collect();
        let mut losses = Vec::with_capacity(self.points * self.points);
        let mut bar = Bar::new(self.progress, "loss landscape", self.points * self.points);
        for &y in &axis {
            for &x in &axis {
                let steps = directions[0].iter().zip(&directions[1]).map(|(a, b)| x * a + y * b);
                for ((to, &from), step) in moved.flat_mut().iter_mut().zip(from.flat()).zip(steps) {
                    *to = if step == 0.0 { from } else { from + Scalar::from_f64(step) };
                }
                losses.push(network::loss(&*moved, batch, &mut ws)?.real().to_f64());
                bar.step();
            }
        }
        Ok(Surface { axis, losses })
    }
}

/// The loss on a square grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// Places along either direction, in lengths of the filters.
    axis: Vec<f64>,
    /// Row after row: the second direction's places are rows.
    losses: Vec<f64>,
}

impl Surface {
    /// From losses on a square grid, row after row: rows along the second direction.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) unless the axis has at least 2 places, all finite and each above the one
    /// before, and there are as many losses as it has places, squared.
    pub fn new(axis: Vec<f64>, losses: Vec<f64>) -> Result<Self> {
        at_least(2, "axis.len()", axis.len())?;
        // A NaN is above nothing.
        let follows = |i: usize| axis[i].is_finite() && (i == 0 || axis[i] > axis[i - 1]);
        if let Some(bad) = (0..axis.len()).find(|&i| !follows(i)) {
            let allowed = "finite numbers, each above the one before";
            return Err(crate::Error::argument("a place of the axis", axis[bad], allowed));
        }
        if losses.len() != axis.len() * axis.len() {
            let allowed = format!("{0} x {0}", axis.len());
            return Err(crate::Error::argument("losses.len()", losses.len(), allowed));
        }
        Ok(Surface { axis, losses })
    }

    /// Places along either direction, in lengths of the filters.
    #[must_use]
    pub fn axis(&self) -> &[f64] {
        &self.axis
    }

    /// All losses, row after row; rows along the second direction.
    #[must_use]
    pub fn losses(&self) -> &[f64] {
        &self.losses
    }

    /// The loss at place `x` of the first direction and `y` of the second.
    ///
    /// # Panics
    /// If it is not there, as indexing a slice does.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> f64 {
        let points = self.axis.len();
        assert!(x < points && y < points, "({x}, {y}) of {points} x {points}");
        self.losses[y * points + x]
    }

    /// The smallest and the largest loss that are finite; (0, 1) where none is.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        let finite = self.losses.iter().filter(|loss| loss.is_finite());
        let (low, high) =
            finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
        if low > high { (0.0, 1.0) } else { (low, high) }
    }
}
