//! Distributions and information: entropy, cross-entropy, KL divergence, log-likelihoods, soft targets.
//!
//! ```
//! use quipu::prob::{cross_entropy, entropy, kl_divergence};
//!
//! # fn main() -> quipu::Result<()> {
//! let (p, q) = ([0.5, 0.25, 0.25], [0.25, 0.25, 0.5]);
//! assert!((entropy(&p)? - 1.5 * 2.0_f64.ln()).abs() < 1e-15); // 1.5 bits
//! // What it takes to say p in a language made for q: p's own entropy, and the divergence.
//! assert!((cross_entropy(&p, &q)? - entropy(&p)? - kl_divergence(&p, &q)?).abs() < 1e-15);
//! # Ok(())
//! # }
//! ```
//!
//! | here | costs, in [`quipu::cost`](crate::cost) | FLOPs |
//! |---|---|---|
//! | [`entropy`], [`cross_entropy`] | `entropy` | 3C |
//! | [`kl_divergence`] | `kl_divergence` | 4C − 1 |
//! | [`softmax`], [`distillation_targets`] a row | `tempered_softmax` | 6C − 2 |
//! | [`log_softmax`] | `log_softmax` | 5C − 1 |
//! | [`scale_logits`] | `scale` | C |
//! | [`smooth`] | `axpy` | 2C |
//! | [`categorical_log_likelihood`] | `categorical_log_likelihood` | 1 |
//! | [`categorical_log_likelihood_of_logits`] | `categorical_log_likelihood_of_logits` | 4C |
//! | [`bernoulli_log_likelihood`] | `bernoulli_log_likelihood` | 6 |
//! | [`bernoulli_log_likelihood_of_logit`] | `bernoulli_log_likelihood_of_logit` | 9 |
//! | [`gaussian_log_likelihood`] | `gaussian_log_likelihood` | 3n + 1 |
//!
//! All of it is in nats: logarithms are natural. **0 ln 0 is 0**, its limit, so what never happens adds nothing. Where a
//! probability of 0 meets something that does happen the logarithm has no value, and that is an error; from logits it
//! always has one. Arguments are checked before any work, and the checks are not counted, nor is the choice of
//! 0 ln 0 that comes of them.
//!
//! **Maximum likelihood is the least cross-entropy.** The mean of the log-likelihoods under what a network predicts is,
//! with the sign turned, the loss of its head:
//!
//! | head | the loss of a row is |
//! |---|---|
//! | `softmax_ce(C)` | −[`categorical_log_likelihood`] |
//! | `bce(n)` | −[`bernoulli_log_likelihood`], the mean of n |
//! | `gaussian_nll(n)` | −([`gaussian_log_likelihood`] + ln √(2π)) with deviation exp(s / 2), the mean of n |
//! | `mse(n)` | −(2 s² / n) ([`gaussian_log_likelihood`] + n ln(s √(2π))), for whatever deviation s |

mod error;
mod information;
mod likelihood;
mod soft;

pub use error::ProbabilityError;
pub use information::{cross_entropy, entropy, kl_divergence};
pub use likelihood::{
    bernoulli_log_likelihood, bernoulli_log_likelihood_of_logit, categorical_log_likelihood,
    categorical_log_likelihood_of_logits, gaussian_log_likelihood,
};
pub use soft::{distil, distillation_targets, log_softmax, scale_logits, smooth, smoothed_classes, softmax};
