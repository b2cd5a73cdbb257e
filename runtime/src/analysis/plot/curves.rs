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
/// [`Error::Argument`](crate::Error::Argument) for a name that ends in neither `.svg` nor `.png`;
/// [`Error::Missing`](crate::Error::Missing) if the directory is not there, [`Error::Io`](crate::Error::Io) if it cannot
/// be written to.
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
    /// As [`plot_singular_values`].
    pub fn plot_layers(&self, path: impl AsRef<Path>, title: &str) -> Result<()> {
        let bars = self.layers.iter().map(|layer| (layer.layer.clone(), layer.norm));
        let y = "norm of the gradient (loss per parameter)".into();
        save(
            path.as_ref(),
            &Bars { title: title.into(), y, bars: bars.collect(), colour: 0, marks: Vec::new() },
        )
    }

    /// Draws the norm of the gradient behind each layer on its way back, over the head's, as bars on a logarithmic axis: read
    /// from the right to the left. Dashed lines say where it counts as vanishing or exploding.
    ///
    /// # Errors
    /// As [`plot_singular_values`].
    pub fn plot_chain(&self, path: impl AsRef<Path>, title: &str) -> Result<()> {
        let share = |norm: f64| if self.head > 0.0 { norm / self.head } else { 0.0 };
        let bars: Vec<(String, f64)> =
            self.factors.iter().map(|factor| (factor.layer.into(), share(factor.outgoing))).collect();
        // A line that nothing comes near would only take room away.
        let near = |mark: f64| {
            bars.iter().any(|bar| (bar.1 / mark).log10().abs() < 1.5 || bar.1 > 1e3 || bar.1 < 1e-3)
        };
        let marks = [(1e-3, "vanishing below"), (1e3, "exploding above")];
        let marks = marks.into_iter().filter(|mark| near(mark.0)).map(|(at, what)| (at, what.to_owned()));
        let y = "gradient behind the layer, over the head's".into();
        let marks = marks.collect();
        save(path.as_ref(), &Bars { title: title.into(), y, bars, colour: 1, marks })
    }
}

#[cfg(all(test, feature = "linalg"))]
mod tests {
    use std::fs;

    use super::*;
    use crate::analysis::{ChainFactor, LayerGradient, Surface, spectral_density};
    use crate::linalg::Matrix;

    #[test]
    fn every_picture_is_drawn_as_svg_and_as_png() {
        let directory = std::env::temp_dir().join(format!("quipu-pictures-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let mut a = Matrix::from_fn(30, 30, |i, j| if i == j { (i as f64 - 5.0).powi(3) / 1e3 } else { 0.0 });
        let density = spectral_density(&mut a, 20, 3, 1).unwrap().density(200, None).unwrap();
        let layer =
            |layer: &str, norm| LayerGradient { layer: layer.into(), params: 9, norm, weight_norm: 1.0 };
        let flow = GradientFlow {
            loss: 1.0,
            head: 0.5,
            layers: vec![layer("encoder.0.residual1.fc1", 1e-5), layer("fc2", 0.3)],
            factors: vec![
                ChainFactor { layer: "fc1", incoming: 0.1, outgoing: 1e-4 },
                ChainFactor { layer: "fc2", incoming: 0.5, outgoing: 0.1 },
            ],
        };
        let axis: Vec<f64> = (0..9).map(|i| f64::from(i) / 4.0 - 1.0).collect();
        let losses =
            axis.iter().flat_map(|y| axis.iter().map(move |x| 0.01 + x * x + y * y * y * y)).collect();
        let surface = Surface::new(axis, losses).unwrap();
        for ending in ["svg", "png"] {
            let file = |name: &str| directory.join(format!("{name}.{ending}"));
            flow.plot_chain(file("chain"), "Gradient on its way back").unwrap();
            surface.plot_surface(file("surface"), "A valley").unwrap();
            // What is drawn is the same for both; pixels take an unoptimised build a second each.
            if ending == "png" {
                break;
            }
            let densities = [("before", &density), ("after", &density)];
            plot_densities(file("density"), "Spectrum of a cube", &densities).unwrap();
            let values = [4.0, 1.0, 0.01];
            plot_singular_values(
                file("values"),
                "Singular values",
                &[("fc1", &values), ("fc2", &values[1..])],
            )
            .unwrap();
            flow.plot_layers(file("layers"), "Gradients").unwrap();
            surface.plot_contour(file("contour"), "A valley").unwrap();
        }
        let text = |name: &str| fs::read_to_string(directory.join(name)).unwrap();
        for (name, words) in [
            (
                "density.svg",
                &["Spectrum of a cube", "before", "after", "eigenvalue of the Hessian", "share of"][..],
            ),
            ("values.svg", &["Singular values", "fc1", "fc2", "size (output per input)", "\n1\n", "\n0.1\n"]),
            ("layers.svg", &["Gradients", "encoder.0.residual1.fc1", "norm of the gradient"]),
            ("chain.svg", &["Gradient on its way back", "vanishing below", "over the head's"]),
            ("contour.svg", &["A valley", "first direction", "second direction", "\nloss\n", "\n-0.5\n"]),
            (
                "surface.svg",
                &["A valley", "first direction", "second direction", "loss (logarithmic)", "\n0.01\n"],
            ),
        ] {
            let picture = text(name);
            // The letters of XML's own are written in its way.
            let picture = picture.replace("&#39;", "'").replace("&apos;", "'");
            for word in words {
                assert!(picture.contains(word), "{name} lacks {word}");
            }
        }
        for name in ["chain.png", "surface.png"] {
            let drawn = fs::read(directory.join(name)).unwrap();
            assert!(drawn.starts_with(b"\x89PNG") && drawn.len() > 10_000, "{name}: {} bytes", drawn.len());
        }
        fs::remove_dir_all(&directory).unwrap();
        let text = surface.plot_contour("loss.jpg", "").unwrap_err().to_string();
        assert_eq!(
            text,
            "path = loss.jpg: expected a name that ends in .svg or .png, which says what is drawn"
        );
        let text = flow.plot_chain("no/such/chain.png", "").unwrap_err().to_string();
        assert!(text.starts_with("no/such/chain.png: no such file or directory"), "{text}");
    }
}
