//! The loss of a network over one batch as a function of its parameters.

use std::cell::OnceCell;
use std::fmt;

use super::descent::Descent;
use super::objective::{Fisher, Objective};
use super::{GaussNewton, Hvp, gauss_newton_flops, hvp_flops};
use crate::batch::Batch;
use crate::check;
use crate::error::Result;
use crate::network::{self, Model, Plain as _, copied, zeros};
use crate::optim::AsModel;
use crate::scalar::{Real, Scalar};
use crate::workspace::Workspace;

/// A network's loss over a batch, in training mode, with all parameters as its point.
///
/// Points are f64 whatever the network is over; a network over f32 rounds them. It holds a copy of the network, a gradient and
/// a workspace: `param_bytes()` twice and `workspace_bytes(rows)`; from the first product on also what that needs
/// ([`hvp_bytes`](super::hvp_bytes), [`gauss_newton_bytes`](super::gauss_newton_bytes)). Products are exact. A
/// `dropout` has the same masks in every evaluation and every product, those of the first step after `workspace.reseed(0)`, so
/// that the loss is one function: the thinned network's. A `batch_norm` takes the batch's own mean and variance.
///
/// ```
/// use quipu::analysis::{NetworkLoss, Objective};
/// use quipu::prelude::*;
///
/// network! { pub Net < fc(2, 3); tanh; mse(1) > }
///
/// let (inputs, targets) = ([0.0, 1.0, 1.0, 0.0], [1.0, -1.0]);
/// let net = NetOf::<f64>::init(1);
/// let mut loss = NetworkLoss::new(&net, Batch::new(&inputs, &targets))?;
/// let (at, mut gradient) = (loss.point(), vec![0.0; Net::PARAMS]);
/// assert!(loss.loss_and_grad(&at, &mut gradient)? > 0.0);
/// # Ok::<(), quipu::Error>(())
/// ```
pub struct NetworkLoss<'b, M: Model> {
    net: Box<M>,
    gradient: Box<M>,
    batch: Batch<'b, M::Scalar>,
    ws: Workspace<M>,
    /// What products need, once there is one.
    hvp: Option<Hvp<M>>,
    gauss_newton: Option<GaussNewton<M>>,
    hvp_flops: OnceCell<u64>,
    fisher_flops: OnceCell<u64>,
    /// A direction, and what a product makes of it.
    direction: Vec<M::Scalar>,
    product: Vec<M::Scalar>,
}

impl<'b, M: Model<Scalar: Real>> NetworkLoss<'b, M> {
    /// The loss of a network over a batch.
    ///
    /// # Errors
    /// Sizes, labels or targets that do not fit the network.
    pub fn new<K>(net: &impl AsModel<K, Model = M>, batch: Batch<'b, M::Scalar>) -> Result<Self> {
        let rows = batch.inputs.len() / M::INPUTS;
        let (rows, _) = check::batch::<M>(&batch, rows.max(1))?;
        Ok(NetworkLoss {
            net: copied(net.model()),
            gradient: zeros(),
            batch,
            ws: Workspace::new(rows),
            hvp: None,
            gauss_newton: None,
            hvp_flops: OnceCell::new(),
            fisher_flops: OnceCell::new(),
            direction: Vec::new(),
            product: Vec::new(),
        })
    }

    /// The network's parameters as a point.
    #[must_use]
    pub fn point(&self) -> Vec<f64> {
        self.net.flat().iter().map(|x| x.to_f64()).collect()
    }

    /// Moves the network to a point, and hands it out.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a point of another length than the network's parameters.
    pub fn network_at(&mut self, at: &[f64]) -> Result<&M> {
        super::objective::check(self, at)?;
        for (param, &x) in self.net.flat_mut().iter_mut().zip(at) {
            *param = M::Scalar::from_f64(x);
        }
        Ok(&self.net)
    }
}

/// Trains a network on a batch by a method that goes down from a point.
pub(super) fn fit<'b, K, N: AsModel<K, Model: Model<Scalar: Real>>>(
    net: &mut N,
    batch: Batch<'b, <N::Model as Model>::Scalar>,
    minimise: impl FnOnce(&mut NetworkLoss<'b, N::Model>, &mut [f64]) -> Result<Descent>,
) -> Result<Descent> {
    let mut loss = NetworkLoss::new(net, batch)?;
    let mut x = loss.point();
    let descent = minimise(&mut loss, &mut x)?;
    net.model_mut().flat_mut().copy_from_slice(loss.network_at(&x)?.flat());
    Ok(descent)
}

impl<M: Model<Scalar: Real>> NetworkLoss<'_, M> {
    fn rows(&self) -> u64 {
        self.ws.batch() as u64
    }

    /// Moves to a point and turns into a direction, for a product that fits.
    fn turn(&mut self, at: &[f64], v: &[f64], out: &[f64]) -> Result<()> {
        self.network_at(at)?;
        network::length("the direction", v.len(), 1, M::PARAMS)?;
        network::length("the product", out.len(), 1, M::PARAMS)?;
        self.direction.clear();
        self.direction.extend(v.iter().map(|&v| M::Scalar::from_f64(v)));
        self.product.resize(M::PARAMS, M::Scalar::from_f64(0.0));
        Ok(())
    }

    fn hand_out(&self, out: &mut [f64]) {
        for (out, product) in out.iter_mut().zip(&self.product) {
            *out = product.to_f64();
        }
    }
}

impl<M: Model<Scalar: Real>> Objective for NetworkLoss<'_, M> {
    fn len(&self) -> usize {
        M::PARAMS
    }

    fn loss_and_grad(&mut self, at: &[f64], gradient: &mut [f64]) -> Result<f64> {
        self.network_at(at)?;
        network::length("the gradient", gradient.len(), 1, M::PARAMS)?;
        self.ws.reseed(0);
        let loss = network::loss_and_grad(&*self.net, &self.batch, &mut self.ws, &mut self.gradient)?;
        for (out, &x) in gradient.iter_mut().zip(self.gradient.flat()) {
            *out = x.to_f64();
        }
        Ok(loss.to_f64())
    }

    fn gradient_flops(&self) -> u64 {
        network::pass_flops::<M>(self.ws.batch())
    }

    fn hessian_product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]) -> Result<()> {
        self.turn(at, v, out)?;
        let hvp = self.hvp.get_or_insert_with(|| Hvp::new(self.ws.batch()));
        hvp.product(&self.net, &self.batch, &self.direction, &mut self.product)?;
        self.hand_out(out);
        Ok(())
    }

    fn product_flops(&self) -> u64 {
        *self.hvp_flops.get_or_init(|| hvp_flops::<M>(self.rows()))
    }
}

/// For heads whose predictions have a distribution of their own: [`fisher_product`](super::fisher_product) says which.
impl<M: Model<Scalar: Real>> Fisher for NetworkLoss<'_, M> {
    fn fisher_product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]) -> Result<()> {
        self.turn(at, v, out)?;
        let products = self.gauss_newton.get_or_insert_with(|| GaussNewton::new(self.ws.batch()));
        products.fisher(&self.net, &self.batch, &self.direction, &mut self.product)?;
        self.hand_out(out);
        Ok(())
    }

    fn fisher_flops(&self) -> u64 {
        *self.fisher_flops.get_or_init(|| gauss_newton_flops::<M>(self.rows()))
    }
}

impl<M: Model> fmt::Debug for NetworkLoss<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NetworkLoss ({}, {} parameters, {} samples)", M::COST.name, M::PARAMS, self.ws.batch())
    }
}
