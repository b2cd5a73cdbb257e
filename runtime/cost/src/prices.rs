//! What an analysis of a network would cost, before anyone pays for it (sections 1.4, 2.3 and 2.4).
//!
//! All are for the loss of one batch, in FLOPs, unless they say otherwise, and made of the network's exact
//! constants. The analyses themselves may fuse or reuse work; none of these prices counts on that.

use crate::algebra::{axpy, dot_accumulate, scale};
use crate::calculus::{
    Mode, cheaper_mode, hessian_bytes, hessian_vector_product, jacobian, jacobian_forward_mode,
    jacobian_reverse_mode,
};
use crate::convergence::convergence_steps;
use crate::memory::Dtype;
use crate::network::NetworkCost;
use crate::norms::l2_norm;
use crate::optimizer::OptimizerKind;

impl NetworkCost {
    /// FLOPs of one tangent pass for one sample: a value and its derivative in every product, 2 and 1 products
    /// instead of 1, so three times a prediction at most.
    const fn tangent_pass(&self) -> u64 {
        3 * self.infer_flops(1)
    }

    /// FLOPs of the backward part of one vector-Jacobian product in the input, for one sample.
    const fn adjoint_pass(&self) -> u64 {
        self.input_grad_flops(1) - self.forward_flops(1)
    }

    /// FLOPs of the Jacobian of the prediction in the input, one sample, by forward mode: a tangent pass for each
    /// of `inputs` columns.
    pub const fn jacobian_forward_flops(&self, inputs: u64) -> u64 {
        jacobian_forward_mode(inputs, self.tangent_pass())
    }

    /// FLOPs of the same Jacobian by reverse mode: one forward pass, and an adjoint pass for each of `outputs` rows.
    pub const fn jacobian_reverse_flops(&self, outputs: u64) -> u64 {
        jacobian_reverse_mode(outputs, self.infer_flops(1), self.adjoint_pass())
    }

    /// The cheaper of the two modes by the least that each can take: reverse mode pays for one forward pass, whatever the
    /// number of rows. `quipu::analysis::jacobian_mode` is the rule that the Jacobian there goes by, which repeats the forward
    /// pass for every row and runs the passes of a training step: near the border the two may differ.
    pub const fn jacobian_mode(&self, outputs: u64, inputs: u64) -> Mode {
        cheaper_mode(outputs, inputs, self.tangent_pass(), self.infer_flops(1), self.adjoint_pass())
    }

    /// FLOPs of the Jacobian by the cheaper mode.
    pub const fn jacobian_flops(&self, outputs: u64, inputs: u64) -> u64 {
        jacobian(outputs, inputs, self.tangent_pass(), self.infer_flops(1), self.adjoint_pass())
    }

    /// Bytes of the full Hessian in the parameters, P² elements.
    pub const fn hessian_bytes(&self, dtype: Dtype) -> u64 {
        hessian_bytes(self.params(), dtype)
    }

    /// FLOPs of one Hessian-vector product by Pearlmutter's trick: three times a gradient, which is what products take at
    /// most. `quipu::analysis::hvp_flops` counts it exactly.
    pub const fn hvp_flops(&self, batch: u64) -> u64 {
        hessian_vector_product(self.forward_flops(batch), self.backward_flops(batch))
    }

    /// FLOPs of `steps` of Lanczos with full reorthogonalisation: in step j one Hessian-vector product, and
    /// 9P for a dot product, an axpy, two norms and a scaling; and twice a dot product and an axpy for each of the j vectors so
    /// far, since one round of reorthogonalisation leaves what the second takes away. The rule of
    /// `quipu::analysis::Lanczos::price`.
    pub const fn lanczos_flops(&self, batch: u64, steps: u64) -> u64 {
        let p = self.params();
        let vectors = steps * (steps + 1) / 2;
        steps * (self.hvp_flops(batch) + dot_accumulate(p) + axpy(p) + 2 * l2_norm(p) + scale(p))
            + vectors * 2 * (dot_accumulate(p) + axpy(p))
    }

    /// FLOPs of an `n` by `n` loss landscape along two directions: a forward pass a point, and two axpys to get there.
    pub const fn landscape_flops(&self, batch: u64, n: u64) -> u64 {
        n * n * (self.forward_flops(batch) + 2 * axpy(self.params()))
    }

    /// FLOPs of the gradient by central differences: two forward passes a parameter. Against it stands
    /// `forward_flops + backward_flops`.
    pub const fn finite_difference_flops(&self, batch: u64) -> u64 {
        2 * self.params() * self.forward_flops(batch)
    }

    /// FLOPs of the gradient by forward mode: a tangent pass of the loss for each parameter. Section 2.4.
    pub const fn gradient_forward_mode_flops(&self, batch: u64) -> u64 {
        jacobian_forward_mode(self.params(), 3 * self.forward_flops(batch))
    }

    /// FLOPs of gradient descent until the error has shrunk by `factor` (say 1e-3) on a loss of this condition number,
    /// at the rate ((condition - 1) / (condition + 1)) a step. Section 2.5.
    pub const fn descent_flops(&self, batch: u64, condition: f64, factor: f64) -> u64 {
        convergence_steps(condition, factor) * self.step_flops(batch, OptimizerKind::Sgd)
    }
}
