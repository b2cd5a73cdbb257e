//! The training loop: settings, and the epochs that follow from them.

use std::ops::ControlFlow;
use std::time::Instant;

use super::check;
use super::evaluate::{Evaluation, Mean, consecutive, counted, evaluate_in};
use super::finite::{At, all_finite, diverged};
use super::history::{Epoch, History, Stop};
use super::layers;
use super::progress::Progress;
use super::shuffle::Order;
use super::stage::Stage;
use crate::dataset::Dataset;
use crate::error::Result;
use crate::network::{self, Model};
use crate::optim::{AsModel, Layers, Optimizer, Schedule};
use crate::scalar::{Real, Scalar};
use crate::workspace::Workspace;

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
/// Equal settings, seeds and data give equal networks, bit for bit on one machine. Besides the network, a training
/// holds its gradient, the optimizer's state, a workspace, one staged batch and the permutation of the rows; a step
/// allocates nothing.
#[must_use = "a trainer does nothing until `fit`"]
pub struct Trainer<'a, O> {
    optimizer: O,
    batch: usize,
    epochs: usize,
    seed: u64,
    progress: bool,
    schedule: Schedule,
    patience: Option<usize>,
    /// Settings for single layers, in the order in which they were made.
    pub(super) layers: Vec<layers::Rule>,
    callbacks: Vec<Box<Callback<'a>>>,
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
            patience: None,
            layers: Vec::new(),
            callbacks: Vec::new(),
        }
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
    /// Before any work, [`Error::Argument`](crate::error::Error::Argument) for settings out of range (batch, epochs
    /// or patience 0, a learning rate that is not finite or not above 0, …) or a data set without rows, and
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
        self.check::<N::Model>(train, test)?;
        let layers = layers::resolve::<N::Model>(&self.layers)?;
        let learning_rate = self.optimizer.learning_rate();
        let history = self.run(net.model_mut(), train, test, layers);
        self.optimizer.set_learning_rate(learning_rate);
        history
    }

    fn check<M: Model>(&self, train: &Dataset, test: Option<&Dataset>) -> Result<()>
    where
        O: Optimizer<M::Scalar>,
    {
        check::at_least_one("batch", self.batch)?;
        check::at_least_one("epochs", self.epochs)?;
        check::at_least_one("patience", self.patience.unwrap_or(1))?;
        self.optimizer.check()?;
        check::data::<M>("training rows", train)?;
        check::steps::<M>(self.batch, train.len())?;
        if let Some(test) = test {
            check::data::<M>("test rows", test)?;
        }
        self.schedule.check(self.total_steps(train))
    }

    fn total_steps(&self, train: &Dataset) -> usize {
        train.len().div_ceil(self.batch).saturating_mul(self.epochs)
    }

    fn run<M: Model>(&mut self, net: &mut M, train: &Dataset, test: Option<&Dataset>, layers: Layers<M>) -> Result<History>
    where
        O: Optimizer<M::Scalar>,
    {
        let batch = self.batch.min(train.len());
        let mut memory = Memory::<M> {
            grad: network::zeros(),
            ws: Workspace::new(batch),
            stage: Stage::new(batch, [Some(train), test].into_iter().flatten()),
            order: Order::new(train.len() as u32, self.seed),
            batch,
            layers,
        };
        memory.ws.reseed(self.seed);
        self.optimizer.prepare_flat(net.flat().len());
        let base = self.optimizer.learning_rate();
        let progress = Progress::new(self.progress, self.epochs, train.len().div_ceil(batch));

        let mut epochs = Vec::new();
        let mut best = Best::default();
        let stop = loop {
            let (epoch, start) = (epochs.len() + 1, Instant::now());
            progress.begin(epoch);
            let (steps, train_loss) = self.epoch(net, train, epoch, base, &mut memory, &progress)?;
            let Evaluation { loss, accuracy } =
                memory.measure(net, test.unwrap_or(train), At { epoch, step: steps })?;
            let (learning_rate, seconds) = (self.optimizer.learning_rate(), start.elapsed().as_secs_f64());
            let record = Epoch { epoch, steps, train_loss, loss, accuracy, learning_rate, seconds };
            progress.end(&record);
            // Every callback sees every epoch, also one that another callback ends the training with.
            let broken = self.callbacks.iter_mut().filter_map(|call| call(&record).break_value()).count() > 0;
            epochs.push(record);
            let waited = best.epochs_since(loss);
            if broken {
                break Stop::Callback;
            } else if epoch == self.epochs {
                break Stop::Finished;
            } else if self.patience.is_some_and(|patience| waited >= patience) {
                break Stop::Patience;
            }
        };
        Ok(History { epochs, stop })
    }

    /// One pass through the training data: its steps and its mean loss.
    fn epoch<M: Model>(
        &mut self,
        net: &mut M,
        train: &Dataset,
        epoch: usize,
        base: f64,
        memory: &mut Memory<M>,
        progress: &Progress,
    ) -> Result<(usize, f64)>
    where
        O: Optimizer<M::Scalar>,
    {
        let total = self.total_steps(train);
        let Memory { grad, ws, stage, order, batch, layers } = memory;
        let rows = order.shuffle(epoch).chunks(*batch);
        let before = (epoch - 1) * rows.len();
        let mut mean = Mean::default();
        let mut steps = 0;
        for rows in rows {
            self.optimizer.set_learning_rate(base * self.schedule.factor(before + steps, total));
            steps += 1;
            let at = At { epoch, step: steps };
            let batch = stage.gather(train, rows);
            let loss = network::loss_and_grad(net, &batch, ws, grad)?.real().to_f64();
            if !loss.is_finite() {
                return Err(diverged(at, "the loss", net, &batch, ws, None));
            }
            if !all_finite(grad.flat()) {
                return Err(diverged(at, "the gradient", net, &batch, ws, Some(&**grad)));
            }
            self.optimizer.step_layers(net, &**grad, layers);
            mean.add(loss, counted(&batch.targets, rows.len()));
            progress.step(steps, || mean.value());
        }
        Ok((steps, mean.value()))
    }
}

/// All that a training allocates, besides the optimizer's state.
struct Memory<M: Model> {
    grad: Box<M>,
    ws: Workspace<M>,
    stage: Stage<<M::Scalar as Scalar>::Real>,
    order: Order,
    /// Rows in a step: never more than there are.
    batch: usize,
    /// What is trained, and how fast.
    layers: Layers<M>,
}

impl<M: Model> Memory<M> {
    /// Loss and accuracy after an epoch; `at` is its last step.
    fn measure(&mut self, net: &M, data: &Dataset, at: At) -> Result<Evaluation> {
        let rows = &mut self.order.buffer()[..self.batch];
        let sums = evaluate_in(net, data, &mut self.stage, &mut self.ws, rows)?;
        if let Some(start) = sums.first_bad {
            let batch = self.stage.gather(data, consecutive(rows, start, data.len()));
            return Err(diverged(at, "the loss in evaluation", net, &batch, &mut self.ws, None));
        }
        Ok(sums.evaluation())
    }
}

/// The best loss, and how long ago it was.
#[derive(Debug, Default)]
struct Best {
    loss: Option<f64>,
    waited: usize,
}

impl Best {
    /// Takes in an epoch's loss; epochs since the best one, 0 if this is it.
    fn epochs_since(&mut self, loss: f64) -> usize {
        if self.loss.is_none_or(|best| loss < best) {
            *self = Best { loss: Some(loss), waited: 0 };
        } else {
            self.waited += 1;
        }
        self.waited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_counts_epochs_without_a_better_loss() {
        let mut best = Best::default();
        let waited: Vec<usize> =
            [3.0, 2.0, 2.0, 2.5, 1.9, 2.0].into_iter().map(|l| best.epochs_since(l)).collect();
        assert_eq!(waited, [0, 0, 1, 2, 0, 1]);
    }
}
