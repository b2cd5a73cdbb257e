//! The trainer: its settings, their checks, and the ways in.

use std::ops::ControlFlow;

use super::check;
use super::epochs;
use super::history::{Epoch, History};
use super::layers;
use super::rows::Rows;
use super::stream::{AsBatch, Stream};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::network::Model;
use crate::optim::{AsModel, Optimizer, Schedule};

/// Trains networks: an optimizer, and how to go about it.
///
/// ```
/// use quipu::prelude::*;
///
/// network! {
///     /// Which of two numbers is larger.
///     pub Larger < fc(2, 4); tanh; softmax_ce(2) >
/// }
///
/// # fn main() -> quipu::Result<()> {
/// let data = Dataset::classes(vec![0.1, 0.7, 0.9, 0.2, 0.3, 0.4, 0.8, 0.6], 2, vec![1, 0, 1, 0])?;
/// let mut net = Larger::init(1);
/// let history = Trainer::new(Adam::new(0.05)).batch(2).epochs(60).seed(7).fit(&mut net, &data, None)?;
/// assert_eq!(history.last().accuracy, 1.0);
/// # Ok(())
/// # }
/// ```
///
/// Equal settings, seeds and data give equal networks, bit for bit on one machine and on any number of threads. A step is
/// [`train_step`](crate::network::train_step), unless several batches make one ([`accumulate`](Self::accumulate)). Besides
/// the network, a training holds the optimizer's state, a workspace, one staged batch and the permutation of the rows, and
/// a gradient where a step needs one; a step allocates nothing.
#[must_use = "a trainer does nothing until `fit`"]
pub struct Trainer<'a, O> {
    pub(super) optimizer: O,
    pub(super) batch: usize,
    pub(super) epochs: usize,
    pub(super) seed: u64,
    pub(super) progress: bool,
    pub(super) schedule: Schedule,
    pub(super) total_steps: Option<usize>,
    pub(super) patience: Option<usize>,
    pub(super) restore_best: bool,
    pub(super) accumulate: usize,
    pub(super) ema: Option<f64>,
    pub(super) threads: Option<usize>,
    /// Settings for single layers, in the order in which they were made.
    pub(super) layers: Vec<layers::Rule>,
    pub(super) callbacks: Vec<Box<Callback<'a>>>,
}

/// Sees every epoch, and may end the training.
type Callback<'a> = dyn FnMut(&Epoch) -> ControlFlow<()> + 'a;

impl<'a, O> Trainer<'a, O> {
    /// A trainer with this optimizer: batches of 32, 10 epochs, seed 0, a constant learning rate, no progress shown,
    /// no early end.
    pub fn new(optimizer: O) -> Self {
        Trainer {
            optimizer,
            batch: 32,
            epochs: 10,
            seed: 0,
            progress: false,
            schedule: Schedule::Constant,
            total_steps: None,
            patience: None,
            restore_best: false,
            accumulate: 1,
            ema: None,
            threads: None,
            layers: Vec::new(),
            callbacks: Vec::new(),
        }
    }

    /// Threads that share every step (at least 1; more than 64 are 64), whether it is worth it or not, as
    /// [`Workspace::set_threads`]; the network is the same bits on any number.
    ///
    /// [`Workspace::set_threads`]: crate::Workspace::set_threads
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Rows in a step. The last step of an epoch takes what is left.
    pub fn batch(mut self, rows: usize) -> Self {
        self.batch = rows;
        self
    }

    /// How often the training goes through the data.
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// What the order of the rows and the masks of dropout are drawn from.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Whether to show progress on standard error: a bar on a terminal, a line an epoch elsewhere.
    pub fn progress(mut self, on: bool) -> Self {
        self.progress = on;
        self
    }

    /// How the learning rate changes from step to step; the optimizer's own learning rate is what it multiplies.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Ends the training when the loss ([`Epoch::loss`]) has not fallen below its best for `patience` epochs in a row.
    pub fn early_stopping(mut self, patience: usize) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Whether the network ends with the weights of its best epoch instead of the last one's, also after an early end:
    /// the first of those with the lowest [`Epoch::loss`]. [`History::restored`] says which. Holds one more network in
    /// memory.
    ///
    /// ```
    /// # use quipu::prelude::*;
    /// # network! { pub Line < fc(1, 1); mse(1) > }
    /// # let data = Dataset::values(vec![1.0, 2.0], 1, vec![2.0, 4.0])?;
    /// let mut net = Line::init(1);
    /// // Far too large a step: every epoch is worse than the one before.
    /// let mut trainer = Trainer::new(Sgd::new(1.0)).epochs(4).restore_best(true);
    /// let history = trainer.fit(&mut net, &data, None)?;
    /// assert_eq!(history.restored, Some(1));
    /// assert_eq!(quipu::train::evaluate(&net, &data, 2)?.loss, history.epochs[0].loss);
    /// # Ok::<(), quipu::Error>(())
    /// ```
    pub fn restore_best(mut self, on: bool) -> Self {
        self.restore_best = on;
        self
    }

    /// Batches in a step of the optimizer: their gradients become the mean over all their rows, so that `accumulate(k)`
    /// with batches of n is a step with k · n rows in the memory of n. The last step of an epoch takes what is left.
    ///
    /// Up to rounding (1e-12 relative in f64) the network is the one of the large batch, unless its layers look
    /// at the batch (`batch_norm` sees n rows) or draw masks (`dropout` draws others). A step of the schedule is one
    /// of the optimizer. Costs [`gradient_accumulation`](crate::cost::gradient_accumulation) a step, and one more
    /// gradient in memory.
    ///
    /// ```
    /// # use quipu::prelude::*;
    /// # network! { pub Line < fc(1, 1); mse(1) > }
    /// let data = Dataset::values(vec![1.0, 2.0, 3.0, 4.0, 5.0], 1, vec![2.0, 4.0, 6.0, 8.0, 10.0])?;
    /// let history = Trainer::new(Sgd::new(0.01)).batch(1).accumulate(2).fit(&mut Line::init(1), &data, None)?;
    /// assert_eq!(history.last().steps, 3);
    /// # Ok::<(), quipu::Error>(())
    /// ```
    pub fn accumulate(mut self, batches: usize) -> Self {
        self.accumulate = batches;
        self
    }

    /// Averages the network over the steps: after each, average = decay · average + (1 − decay) · network, beginning
    /// with the network after the first step, as `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn`;
    /// buffers, too. What is measured after an epoch is the average, and the network ends as the average (with
    /// [`restore_best`](Self::restore_best), as that of the best epoch); what is trained is not touched by it.
    ///
    /// A decay d looks back some 1 / (1 − d) steps. Costs [`weight_average`](crate::cost::weight_average) a step, and
    /// one more network in memory.
    ///
    /// ```
    /// # use quipu::prelude::*;
    /// # network! { pub Line < fc(1, 1); mse(1) > }
    /// # let data = Dataset::values(vec![1.0, 2.0, 3.0, 4.0], 1, vec![2.0, 4.0, 6.0, 8.0])?;
    /// let mut net = Line::init(1); // will hold the average
    /// let history = Trainer::new(Sgd::new(0.05)).batch(1).epochs(30).ema(0.9).fit(&mut net, &data, None)?;
    /// assert_eq!(quipu::train::evaluate(&net, &data, 1)?.loss, history.last().loss);
    /// # Ok::<(), quipu::Error>(())
    /// ```
    pub fn ema(mut self, decay: f64) -> Self {
        self.ema = Some(decay);
        self
    }

    /// Steps of the whole training, for schedules that depend on them, where they cannot be counted
    /// ([`fit_batches`](Self::fit_batches)) or the schedule is to be longer than the training.
    pub fn total_steps(mut self, steps: usize) -> Self {
        self.total_steps = Some(steps);
        self
    }

    /// Calls `callback` after every epoch; [`ControlFlow::Break`] ends the training. Several are called in order.
    pub fn on_epoch(mut self, callback: impl FnMut(&Epoch) -> ControlFlow<()> + 'a) -> Self {
        self.callbacks.push(Box::new(callback));
        self
    }

    /// Trains `net` on `train`, and measures it after every epoch on `test`, or on `train` where there is none.
    ///
    /// Every call is a training of its own: the optimizer's state starts from zero, and its learning rate is
    /// afterwards what it was before. On an error the network is as the last good step left it.
    ///
    /// # Errors
    /// Before any work, [`Error::Argument`](crate::error::Error::Argument) for settings out of range (batch, epochs,
    /// threads or patience 0, a learning rate that is not finite or not above 0, …) or a data set without rows, and
    /// [`Error::DatasetWidth`](crate::error::Error::DatasetWidth), [`Error::Label`](crate::error::Error::Label) or
    /// [`Error::WrongTargets`](crate::error::Error::WrongTargets) for one that does not fit the network. At the very
    /// step where it happens, [`Error::Diverged`](crate::error::Error::Diverged) for a loss or a gradient that is
    /// NaN or infinite. [`Error::Layer`](crate::error::Error::Layer) for a layer to freeze or to train at another rate that
    /// the network does not have.
    pub fn fit<K, N>(&mut self, net: &mut N, train: &Dataset, test: Option<&Dataset>) -> Result<History>
    where
        N: AsModel<K>,
        O: Optimizer<<N::Model as Model>::Scalar>,
    {
        check::at_least_one("batch", self.batch)?;
        check::data::<N::Model>("training rows", train)?;
        check::steps::<N::Model>(self.batch, train.len())?;
        let steps = train.len().div_ceil(self.batch).div_ceil(self.accumulate.max(1));
        self.check::<N::Model>(test, Some(steps))?;
        let mut rows = Rows::new(train, test, self.batch, self.seed);
        self.run(net.model_mut(), &mut rows)
    }

    /// Trains `net` on batches that come one by one: from a file too large for the memory, or made as they are needed.
    ///
    /// `batches` is called once an epoch with its number, from 1, and what it gives is one epoch: batches, borrowed
    /// ([`Batch`](crate::Batch)) or owned ([`Dataset`], [`OwnedBatch`](super::OwnedBatch)), or the error that ends the
    /// training. A batch has at most [`batch`](Self::batch) rows. Every epoch may have its own number of batches; a
    /// schedule over the whole training needs [`total_steps`](Self::total_steps). Without a test set,
    /// [`Epoch::loss`] is the training loss and there is no accuracy.
    ///
    /// ```
    /// # use quipu::prelude::*;
    /// # network! { pub Line < fc(1, 1); mse(1) > }
    /// // An endless supply of y = 2x, 50 batches of which are an epoch.
    /// let batch = |i: usize| {
    ///     let x: Vec<f32> = (0..8).map(|row| ((8 * i + row) * 37 % 101) as f32 / 101.0).collect();
    ///     let y = x.iter().map(|x| 2.0 * x).collect();
    ///     Dataset::values(x, 1, y)
    /// };
    /// let mut net = Line::init(1);
    /// let mut trainer = Trainer::new(Adam::new(0.05)).batch(8).epochs(4);
    /// let history = trainer.fit_batches(&mut net, |epoch| (50 * (epoch - 1)..50 * epoch).map(batch), None)?;
    /// assert_eq!(history.last().steps, 50);
    /// assert!(history.last().loss < 1e-3);
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`fit`](Self::fit), and [`Error::Stream`] with the epoch and the batch for an error of the stream itself and
    /// for a batch that does not fit; the steps before it stay done.
    pub fn fit_batches<K, N, I, B>(
        &mut self,
        net: &mut N,
        batches: impl FnMut(usize) -> I,
        test: Option<&Dataset>,
    ) -> Result<History>
    where
        N: AsModel<K>,
        O: Optimizer<<N::Model as Model>::Scalar>,
        I: IntoIterator<Item = Result<B>>,
        B: AsBatch<<N::Model as Model>::Scalar>,
    {
        check::at_least_one("batch", self.batch)?;
        if self.schedule.needs_total() && self.total_steps.is_none() {
            let allowed =
                "a number by `Trainer::total_steps`: the schedule depends on it, and a stream has no length";
            return Err(Error::argument("total steps", "unknown", allowed));
        }
        self.check::<N::Model>(test, None)?;
        let mut stream = Stream::new(batches, test, self.batch);
        self.run(net.model_mut(), &mut stream)
    }

    fn run<M: Model>(&mut self, net: &mut M, source: &mut impl epochs::Source<M>) -> Result<History>
    where
        O: Optimizer<M::Scalar>,
    {
        let layers = layers::resolve(&self.layers)?;
        let learning_rate = self.optimizer.learning_rate();
        let history = epochs::run(self, net, source, layers);
        self.optimizer.set_learning_rate(learning_rate);
        history
    }

    /// Reports settings out of range, for a training of `steps` steps an epoch.
    fn check<M: Model>(&self, test: Option<&Dataset>, steps: Option<usize>) -> Result<()>
    where
        O: Optimizer<M::Scalar>,
    {
        check::at_least_one("epochs", self.epochs)?;
        check::at_least_one("threads", self.threads.unwrap_or(1))?;
        check::at_least_one("patience", self.patience.unwrap_or(1))?;
        check::at_least_one("batches in a step", self.accumulate)?;
        if let Some(decay) = self.ema.filter(|decay| !(0.0..1.0).contains(decay)) {
            return Err(Error::argument("decay of the average", decay, "a number from 0 to below 1"));
        }
        self.optimizer.check()?;
        if let Some(test) = test {
            check::data::<M>("test rows", test)?;
        }
        self.schedule.check(self.steps(steps).unwrap_or(usize::MAX))
    }

    /// Steps of the whole training, for the schedule: as told, or counted.
    pub(super) fn steps(&self, in_epoch: Option<usize>) -> Option<usize> {
        self.total_steps.or(in_epoch.map(|steps| steps.saturating_mul(self.epochs)))
    }
}
