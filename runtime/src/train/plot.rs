//! The curves of a training as a picture: loss, and beside it accuracy where there is one (feature `plot`).

use std::error::Error as StdError;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::history::{Epoch, History};
use crate::error::{Error, Result};
use crate::io;

/// Of one panel.
const SIZE: (u32, u32) = (560, 360);
/// Steps in a unit of that: curves are drawn on a grid of whole numbers, and this one is too fine to be seen.
const FINE: u32 = 8;
/// Up to as many epochs each has its point; beyond it the lines say it all.
const POINTS: usize = 40;

const INK: RGBColor = RGBColor(36, 41, 47);
const FAINT: RGBColor = RGBColor(228, 231, 235);
const TRAINING: RGBColor = RGBColor(230, 126, 34);
const EVALUATION: RGBColor = RGBColor(31, 111, 235);

/// A line of a panel: its name, its colour, and a number an epoch.
type Curve = (&'static str, RGBColor, fn(&Epoch) -> f64);

impl History {
    /// Draws loss and accuracy over the epochs as an SVG file.
    ///
    /// "training" is [`Epoch::train_loss`], each row before the step that it took part in; "evaluation" is what was
    /// measured after the epoch, on the test set where there is one. Numbers that are not finite are left out.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that does not end in `.svg`; [`Error::Missing`] if the directory is not there,
    /// [`Error::Io`] if it cannot be written to.
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg")) {
            return Err(Error::argument(
                "path",
                path.display(),
                "a name that ends in .svg: curves are drawn as SVG",
            ));
        }
        let failed = |problem: String| Error::Io {
            path: path.into(),
            doing: "draw",
            source: std::io::Error::other(problem),
        };
        io::replace(path, self.draw().map_err(failed)?.as_bytes())
    }

    /// The picture as the text of an SVG file, or what the drawing says is wrong.
    fn draw(&self) -> Result<String, String> {
        let mut picture = String::new();
        self.draw_on(&mut picture).map_err(|error| error.to_string())?;
        // Shown in its own size; the box that says what a step is stays as it is.
        let (width, height) = (self.panels() * SIZE.0, SIZE.1);
        let size = |times: u32| format!("width=\"{}\" height=\"{}\"", width * times, height * times);
        Ok(picture.replacen(&size(FINE), &size(1), 1))
    }

    /// Pictures beside each other: accuracy has one only if there is any.
    fn panels(&self) -> u32 {
        if self.epochs.iter().any(|epoch| epoch.accuracy.is_finite()) { 2 } else { 1 }
    }

    fn draw_on<'a>(&self, picture: &'a mut String) -> Result<(), Box<dyn StdError + 'a>> {
        let panels = self.panels();
        let size = (FINE * panels * SIZE.0, FINE * SIZE.1);
        let area = SVGBackend::with_string(picture, size).into_drawing_area();
        area.fill(&WHITE)?;
        let areas = area.split_evenly((1, panels as usize));
        let losses: [Curve; 2] = [
            ("training", TRAINING, |epoch| epoch.train_loss),
            ("evaluation", EVALUATION, |epoch| epoch.loss),
        ];
        self.panel(&areas[0], "Loss", &losses, |y| rounded(y).to_string())?;
        if let Some(area) = areas.get(1) {
            let share: [Curve; 1] = [("evaluation", EVALUATION, |epoch| 100.0 * epoch.accuracy)];
            self.panel(area, "Accuracy", &share, |y| format!("{} %", rounded(y)))?;
        }
        area.present()?;
        Ok(())
    }

    /// One set of axes with its curves.
    fn panel<'a>(
        &self,
        area: &DrawingArea<SVGBackend<'a>, Shift>,
        title: &str,
        curves: &[Curve],
        label: impl Fn(f64) -> String,
    ) -> Result<(), Box<dyn StdError + 'a>> {
        let points = |&(_, _, value): &Curve| -> Vec<(f64, f64)> {
            let points = self.epochs.iter().map(|epoch| (epoch.epoch as f64, value(epoch)));
            points.filter(|(_, y)| y.is_finite()).collect()
        };
        let all: Vec<(f64, f64)> = curves.iter().flat_map(points).collect();
        let (x, y) = (range(all.iter().map(|p| p.0), 0.0), range(all.iter().map(|p| p.1), 0.06));
        let last = curves.last().and_then(|curve| points(curve).last().copied());
        let caption = last.map_or(title.into(), |(_, y)| format!("{title}: {} at the end", label(y)));

        let mut chart = ChartBuilder::on(area)
            .margin(16 * FINE)
            .margin_right(24 * FINE)
            .caption(caption, text(19))
            .x_label_area_size(42 * FINE)
            .y_label_area_size(60 * FINE)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT.stroke_width(FINE))
            .axis_style(INK.mix(0.5).stroke_width(FINE))
            .label_style(text(14))
            .set_all_tick_mark_size(5 * FINE)
            .x_labels(10)
            .y_labels(7)
            .x_desc("epoch")
            // There is no epoch between two.
            .x_label_formatter(&|x| if x.fract() == 0.0 { format!("{x}") } else { String::new() })
            .y_label_formatter(&|y| label(*y))
            .draw()?;
        for curve in curves {
            let &(name, colour, _) = curve;
            let points = points(curve);
            let drawn =
                chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2 * FINE)))?;
            drawn.label(name).legend(move |(x, y)| {
                PathElement::new([(x, y), (x + 22 * FINE as i32, y)], colour.stroke_width(3 * FINE))
            });
            if points.len() <= POINTS {
                chart.draw_series(points.iter().map(|&at| Circle::new(at, 3 * FINE, colour.filled())))?;
            }
        }
        if curves.len() > 1 {
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::UpperRight)
                .label_font(text(14))
                .background_style(WHITE.mix(0.85))
                .border_style(FAINT.stroke_width(FINE))
                .margin(8 * FINE)
                .legend_area_size(30 * FINE)
                .draw()?;
        }
        Ok(())
    }
}

/// Letters of a size.
fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size * FINE).into_font().color(&INK)
}

/// From the smallest to the largest number, with a share of the way as room on both sides; never empty.
fn range(values: impl Iterator<Item = f64>, room: f64) -> std::ops::Range<f64> {
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return 0.0..1.0;
    }
    // One number alone stands in the middle.
    let room = if low == high { 0.5 * low.abs().max(1.0) } else { room * (high - low) };
    low - room..high + room
}

/// A number with at most four digits that count.
fn rounded(x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let digits = (3 - x.abs().log10().floor() as i32).clamp(0, 12);
    format!("{x:.*}", digits as usize).parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Stop;

    /// A training that goes well.
    fn history(epochs: usize, judged: bool) -> History {
        let epoch = |epoch: usize| Epoch {
            epoch,
            steps: 63,
            train_loss: 2.3 * (-0.45 * epoch as f64).exp() + 0.02,
            loss: 1.9 * (-0.4 * epoch as f64).exp() + 0.12 + 0.002 * epoch as f64,
            accuracy: if judged { 0.97 - 0.3 * (-0.5 * epoch as f64).exp() } else { f64::NAN },
            learning_rate: 1e-3,
            seconds: 0.4,
        };
        History { epochs: (1..=epochs).map(epoch).collect(), stop: Stop::Finished, restored: None }
    }

    #[test]
    fn panels_curves_and_points() {
        let picture = history(10, true).draw().unwrap();
        assert!(
            picture.starts_with("<svg width=\"1120\" height=\"360\"")
                && picture.trim_end().ends_with("</svg>")
        );
        for text in ["Loss: ", "Accuracy: 96.8 % at the end", "training", "evaluation", "epoch"] {
            assert!(picture.contains(text), "{text}");
        }
        assert_eq!(picture.matches("<circle").count(), 3 * 10);
        let picture = history(200, false).draw().unwrap();
        assert!(picture.starts_with("<svg width=\"560\"") && !picture.contains("Accuracy"));
        assert_eq!(picture.matches("<circle").count(), 0);
    }

    #[test]
    fn short_and_broken_histories_are_drawn_too() {
        assert!(history(1, true).draw().is_ok());
        let mut broken = history(3, true);
        broken.epochs[1].loss = f64::NAN;
        broken.epochs[2].accuracy = f64::INFINITY;
        assert!(!broken.draw().unwrap().contains("NaN"));
        broken.epochs.clear();
        assert!(broken.draw().is_ok());
    }

    #[test]
    fn files_are_svg() {
        let path = std::env::temp_dir().join(format!("quipu-plot-{}.svg", std::process::id()));
        history(5, true).plot(&path).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("<svg"));
        std::fs::remove_file(&path).unwrap();
        let text = |path: &str| history(5, true).plot(path).unwrap_err().to_string();
        assert!(text("loss.png").starts_with("path = loss.png: expected a name that ends in .svg"));
        assert!(text("no/such/loss.svg").starts_with("no/such/loss.svg: no such file or directory"));
    }

    #[test]
    fn numbers_are_rounded_to_four_digits() {
        let table = [
            (0.123_456, 0.1235),
            (12_345.6, 12_346.0),
            (0.000_123_456, 0.000_123_5),
            (0.0, 0.0),
            (96.5, 96.5),
        ];
        for (x, expected) in table {
            assert_eq!(rounded(x), expected);
        }
    }
}
