//! The one door through which generated code enters the runtime; nothing else should.

pub use crate::batch::{Batch, Inputs};
pub use crate::error::Result;
pub use crate::fold::{Fold, Foldable, fold};
pub use crate::io::{load, save};
pub use crate::network::{
    Init, Model, Node, Plain, TargetKind, copied, infer_bytes, init, input_grad, logits, loss, loss_and_grad,
    predict, train_bytes, train_bytes_fused, train_step, zeros,
};
pub use crate::optim::Optimizer;
pub use crate::report::{Memory, ScheduleTable, Step, Summary, Tensor, UnitSchedule};
pub use crate::run::{Keep, Place, Run, Span, Tape, Weights};
pub use crate::scalar::Scalar;
pub use crate::workspace::{Quality, Sizes, Workspace};
pub use crate::{heads, layers};
pub use quipu_cost::{LayerCost, Moved, NetworkCost, OptimizerKind, PerStep};

/// What a mistake in a network keeps from being known; its argument is the constant that reports the mistake.
///
/// # Panics
/// Never in a program that compiles: there is no value of that constant.
#[must_use]
pub const fn unknown<T>(_: usize) -> T {
    panic!("the network's definition has mistakes")
}
