//! Spectra, singular values and gradients as curves and bars.

use std::path::Path;

#[cfg(feature = "linalg")]
use crate::analysis::Density;
use crate::analysis::GradientFlow;
use crate::error::Result;
#[cfg(feature = "linalg")]
use crate::picture::Panels;
use crate::picture::{Bars, Chart, Curve, save};

/// Draws spectral densities beside each other, by name, each on a logarithmic axis of six decades: most eigenvalues of a
/// loss lie about 0, and the few far out are what a learning rate goes by.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for a name that ends in neither `.svg` nor `.png`;
/// [`Error::Missing`](crate::Error::Missing) if the directory is not there, [`Error::Io`](crate::Error::Io) if it cannot
/// be written to.
#[cfg(feature = "linalg")]
pub fn plot_densities(path: impl AsRef<Path>, title: &str, densities: &[(&str, &Density)]) -> Result<()> {
    let charts = densities.iter().map(|(name, density)| Chart {
        title: (*name).into(),
        x: "eigenvalue of the Hessian (loss / parameter²)".into(),
        y: "share of eigenvalues per unit".into(),
        decades: Some(6.0),
        curves: vec![Curve {
            name: (*name).into(),
            points: density.grid.iter().copied().zip(density.density.iter().copied()).collect(),
        }],
        dots: false,
    });
    save(path.as_ref(), &Panels { title: title.into(), charts: charts.collect() })
}

/// Draws the singular values of layers over each other, by name, each from the largest down, on a logarithmic axis.
///
/// # Errors
/// As [`plot_densities`].
pub fn plot_singular_values(path: impl AsRef<Path>, title: &str, layers: &[(&str, &[f64])]) -> Result<()> {
    let curves = layers.iter().map(|(name, values)| Curve {
        name: (*name).into(),
        points: values.iter().enumerate().map(|(index, &value)| ((index + 1) as f64, value)).collect(),
    });
    let chart = Chart {
        title: title.into(),
        x: "singular value, by size".into(),
        y: "size (output per input)".into(),
        decades: Some(12.0),
        curves: curves.collect(),
        dots: layers.iter().all(|layer| layer.1.len() <= 40),
    };
    save(path.as_ref(), &chart)
}

impl GradientFlow {
    /// Draws the norm of each layer's gradient as bars on a logarithmic axis, the input's side on the left.
    ///
    /// # Errors
    /// As [`plot_densities`](super::super::plot_singular_values).
    pub fn plot_layers(&self, path: impl AsRef<Path>, title: &str) -> Result<()> {
        let bars = self.layers.iter().map(|layer| (layer.layer.clone(), layer.norm));
        let y = "norm of the gradient (loss per parameter)".into();
        save(path.as_ref(), &Bars { title: title.into(), y, bars: bars.collect(), colour: 0, marks: Vec::new() })
    }

    /// Draws the norm of the gradient behind each layer on its way back, over the head's, as bars on a logarithmic axis: read
    /// from the right to the left. Dashed lines say where it counts as vanishing or exploding.
    ///
    /// # Errors
    /// As [`plot_densities`](super::super::plot_singular_values).
    pub fn plot_chain(&self, path: impl AsRef<Path>, title: &str) -> Result<()> {
        let share = |norm: f64| if self.head > 0.0 { norm / self.head } else { 0.0 };
        let bars: Vec<(String, f64)> =
            self.factors.iter().map(|factor| (factor.layer.into(), share(factor.outgoing))).collect();
        // A line that nothing comes near would only take room away.
        let near = |mark: f64| bars.iter().any(|bar| (bar.1 / mark).log10().abs() < 1.5 || bar.1 > 1e3 || bar.1 < 1e-3);
        let marks = [(1e-3, "vanishing below"), (1e3, "exploding above")];
        let marks = marks.into_iter().filter(|mark| near(mark.0)).map(|(at, what)| (at, what.to_owned()));
        let y = "gradient behind the layer, over the head's".into();
        let marks = marks.collect();
        save(path.as_ref(), &Bars { title: title.into(), y, bars, colour: 1, marks })
    }
}
