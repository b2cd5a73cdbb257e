//! The analyses as pictures, SVG or PNG by the name of the file (feature `plot`).
//!
//! | picture | of |
//! |---|---|
#![cfg_attr(
    feature = "linalg",
    doc = "| [`plot_densities`] | [`Density`](super::Density)s: where the eigenvalues of a Hessian lie |"
)]
//! | [`plot_singular_values`] | the singular values of layers |
//! | [`Surface::plot_contour`](super::Surface::plot_contour), [`Surface::plot_surface`](super::Surface::plot_surface) | a loss landscape, from above and from the side |
//! | [`GradientFlow::plot_layers`](super::GradientFlow::plot_layers), [`GradientFlow::plot_chain`](super::GradientFlow::plot_chain) | gradients by layer |

mod contour;
mod curves;
mod surface;

#[cfg(feature = "linalg")]
pub use curves::plot_densities;
pub use curves::plot_singular_values;
