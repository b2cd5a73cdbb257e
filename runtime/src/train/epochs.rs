//! The epochs of a training, whatever its batches come from.

use std::time::Instant;

use super::accumulate::Group;
use super::average::Average;
use super::best::Best;
use super::evaluate::{Evaluation, Mean, counted};
use super::finite::{At, diverged};
use super::history::{Epoch, History, Stop};
use super::progress::Progress;
use super::trainer::Trainer;
use crate::batch::Batch;
use crate::error::Result;
use crate::network::{self, Model, Passed};
use crate::optim::{Layers, Optimizer, PlateauState, Schedule};
use crate::pool;
use crate::scalar::{Real, Scalar};
use crate::workspace::Workspace;

/// What a training does with every batch.
pub(super) type Each<'e, M> = dyn FnMut(&Batch<'_, <M as Model>::Scalar>) -> Result<()> + 'e;

/// Where the batches of a training come from.
pub(super) trait Source<M: Model> {
    /// The most rows of a batch.
    fn batch(&self) -> usize;

    /// Batches in an epoch, if that is known.
    fn batches(&self) -> Option<usize>;

    /// Hands every batch of an epoch (from 1) to `each`, up to its first error. Steps have so many threads.
    fn pass(&mut self, epoch: usize, threads: usize, each: &mut Each<'_, M>) -> Result<()>;

    /// Loss and accuracy after an epoch, if there is a set for it; `at` is the epoch's last step.
    fn measure(&mut self, net: &M, ws: &mut Workspace<M>, at: At) -> Result<Option<Evaluation>>;
}

/// Trains `layers` of `net` on the batches of `source`. The settings have been checked.
pub(super) fn run<M: Model, O: Optimizer<M::Scalar>>(
    trainer: &mut Trainer<'_, O>,
    net: &mut M,
    source: &mut impl Source<M>,
    layers: Layers<M>,
) -> Result<History> {
    let steps = source.batches().map(|batches| batches.div_ceil(trainer.accumulate));
    let progress = Progress::new(trainer.progress, trainer.epochs, steps);
    let mut best = Best::new(trainer.restore_best);
    let mut training = Training::new(trainer, net, source.batch(), steps, layers);
    let mut epochs = Vec::new();
    let stop = loop {
        let (epoch, start) = (epochs.len() + 1, Instant::now());
        progress.begin(epoch);
        let (steps, train_loss) = training.pass(net, source, epoch, &progress)?;
        // The averaged network is the one that is measured and kept, and the other the one that is trained.
        training.swap(net);
        let measured = source.measure(net, &mut training.ws, At { epoch, step: steps });
        if measured.is_err() {
            training.swap(net);
        }
        let nothing = Evaluation { loss: train_loss, accuracy: f64::NAN };
        let Evaluation { loss, accuracy } = measured?.unwrap_or(nothing);
        let waited = best.observe(epoch, loss, net);
        let penalty = training.trainer.optimizer.penalty(net).real().to_f64();
        training.swap(net);
        training.observe(loss);

        let trainer = &mut *training.trainer;
        let (learning_rate, seconds) = (trainer.optimizer.learning_rate(), start.elapsed().as_secs_f64());
        let record = Epoch { epoch, steps, train_loss, loss, accuracy, penalty, learning_rate, seconds };
        progress.end(&record);
        // Every callback sees every epoch, also one that another callback ends the training with.
        let broken = trainer.callbacks.iter_mut().filter_map(|call| call(&record).break_value()).count() > 0;
        epochs.push(record);
        if broken {
            break Stop::Callback;
        } else if epoch == trainer.epochs {
            break Stop::Finished;
        } else if trainer.patience.is_some_and(|patience| waited >= patience) {
            break Stop::Patience;
        }
    };
    training.swap(net);
    Ok(History { epochs, stop, restored: best.restore(net) })
}

/// All that a training holds besides its batches.
struct Training<'t, 'a, O, M: Model> {
    trainer: &'t mut Trainer<'a, O>,
    ws: Workspace<M>,
    group: Option<Group<M>>,
    average: Option<Average<M>>,
    /// What is trained, and how fast.
    layers: Layers<M>,
    plateau: Option<PlateauState>,
    /// The optimizer's learning rate, which the schedule multiplies.
    base: f64,
    /// Steps of the whole training, as far as they are known.
    total: usize,
    /// Steps done.
    done: usize,
}

impl<'t, 'a, O, M: Model> Training<'t, 'a, O, M>
where
    O: Optimizer<M::Scalar>,
{
    /// The memory of a training with batches of up to `batch` rows and `steps` steps an epoch.
    fn new(
        trainer: &'t mut Trainer<'a, O>,
        net: &M,
        batch: usize,
        steps: Option<usize>,
        layers: Layers<M>,
    ) -> Self {
        let mut ws = Workspace::new(batch);
        ws.reseed(trainer.seed);
        if let Some(threads) = trainer.threads {
            ws.set_threads(threads);
        }
        trainer.optimizer.prepare_flat(net.flat().len());
        Training {
            ws,
            group: (trainer.accumulate > 1).then(|| Group::new(trainer.accumulate)),
            average: trainer.ema.map(|decay| Average::new(decay, net)),
            layers,
            plateau: match trainer.schedule {
                Schedule::Plateau(plateau) => Some(plateau.start()),
                _ => None,
            },
            base: trainer.optimizer.learning_rate(),
            total: trainer.steps(steps).unwrap_or(usize::MAX),
            done: 0,
            trainer,
        }
    }

    /// One pass through the batches: its steps and its mean loss.
    fn pass(
        &mut self,
        net: &mut M,
        source: &mut impl Source<M>,
        epoch: usize,
        progress: &Progress,
    ) -> Result<(usize, f64)> {
        let (before, mut mean) = (self.done, Mean::default());
        // As many as a step may have, also where it has been found to be faster on one: a batch is a few microseconds.
        let threads = self.ws.threads_for(network::pass_flops::<M>(source.batch()));
        source.pass(epoch, threads, &mut |batch| {
            let at = At { epoch, step: self.done - before + 1 };
            let rows = counted(&batch.targets, batch.inputs.len() / M::INPUTS);
            self.set_rate(epoch);
            let (loss, failed) = match &mut self.group {
                None => {
                    let (optimizer, parts) = (&mut self.trainer.optimizer, self.layers.parts());
                    let Passed { loss, failed, .. } =
                        network::step_parts(net, batch, &mut self.ws, optimizer, parts)?;
                    (loss, failed)
                }
                Some(group) => group.pass(net, batch, &mut self.ws)?,
            };
            let loss = loss.real().to_f64();
            if !loss.is_finite() {
                return Err(diverged(at, "the loss", net, batch, &mut self.ws, None));
            }
            if failed.is_some() {
                return Err(diverged(at, "the gradient", net, batch, &mut self.ws, failed));
            }
            mean.add(loss, rows);
            if self.group.as_mut().is_some_and(|group| !group.add(net, rows)) {
                return Ok(());
            }
            self.end_step(net);
            progress.step(self.done - before, || mean.value());
            Ok(())
        })?;
        if self.group.as_ref().is_some_and(Group::pending) {
            self.end_step(net);
        }
        Ok((self.done - before, mean.value()))
    }

    /// Gives the optimizer the learning rate of the step to come.
    fn set_rate(&mut self, epoch: usize) {
        let Trainer { optimizer, schedule, .. } = &mut *self.trainer;
        let factor = match &self.plateau {
            Some(plateau) => plateau.factor(),
            None if schedule.counts_epochs() => schedule.factor(epoch - 1, self.total),
            None => schedule.factor(self.done, self.total),
        };
        optimizer.set_learning_rate(self.base * factor);
    }

    /// Ends a step: that of a group of batches is still to be made.
    fn end_step(&mut self, net: &mut M) {
        if let Some(group) = &mut self.group {
            // The buffers have followed every batch already.
            pool::at_most(self.ws.most_threads(), || {
                self.trainer.optimizer.update_parts(net.flat_mut(), group.mean(), self.layers.parts());
            });
        }
        self.done += 1;
        if let Some(average) = &mut self.average {
            average.follow(net);
        }
    }

    /// Takes in the loss of an epoch.
    fn observe(&mut self, loss: f64) {
        if let Some(plateau) = &mut self.plateau {
            plateau.observe(loss);
        }
    }

    /// Exchanges the network with its average, if there is one.
    fn swap(&mut self, net: &mut M) {
        if let Some(average) = &mut self.average {
            average.swap(net);
        }
    }
}
