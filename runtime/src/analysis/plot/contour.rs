//! A loss landscape from above: colours, lines of equal loss, and a scale.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::analysis::Surface;
use crate::error::Result;
use crate::picture::{FINE, INK, Picture, axes, label, mesh, said, save, shade, text};

/// Cells of colour across, at least: a coarse grid is filled in between its points. In an SVG each takes a line of text.
const CELLS: [usize; 2] = [48, 160];
/// Lines of equal loss.
const LINES: usize = 12;

impl Surface {
    /// Draws the landscape from above: losses as colours, on a logarithmic scale where they differ by more than a factor of
    /// 20, with lines of equal loss.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a name that ends in neither `.svg` nor `.png`;
    /// [`Error::Missing`](crate::Error::Missing) if the directory is not there, [`Error::Io`](crate::Error::Io) if it cannot
    /// be written to.
    pub fn plot_contour(&self, path: impl AsRef<Path>, title: &str) -> Result<()> {
        save(path.as_ref(), &Contour { surface: self, scale: Scale::of(self), title })
    }
}

/// From losses to shares of a scale and back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    is_log: bool,
}

impl Scale {
    pub(super) fn of(surface: &Surface) -> Self {
        let (low, high) = surface.range();
        let is_log = low > 0.0 && high > 20.0 * low;
        let (low, high) = if is_log { (low.ln(), high.ln()) } else { (low, high) };
        Scale { low, high: if high > low { high } else { low + 1.0 }, is_log }
    }

    /// 0 to 1; what is not finite is as high as it gets.
    pub(super) fn share(&self, loss: f64) -> f64 {
        let loss = if self.is_log { loss.ln() } else { loss };
        if loss.is_nan() { 1.0 } else { ((loss - self.low) / (self.high - self.low)).clamp(0.0, 1.0) }
    }

    pub(super) fn loss(&self, share: f64) -> f64 {
        let loss = self.low + share * (self.high - self.low);
        if self.is_log { loss.exp() } else { loss }
    }

    /// What the axis is called.
    pub(super) fn name(&self) -> &'static str {
        if self.is_log { "loss (logarithmic)" } else { "loss" }
    }
}

struct Contour<'s> {
    surface: &'s Surface,
    scale: Scale,
    title: &'s str,
}

impl Contour<'_> {
    /// The share at a place of the grid that may lie between its points.
    fn between(&self, x: f64, y: f64) -> f64 {
        let last = self.surface.axis().len() - 1;
        let (i, j) = ((x as usize).min(last - 1), (y as usize).min(last - 1));
        let (u, v) = (x - i as f64, y - j as f64);
        let at = |i: usize, j: usize| self.scale.share(self.surface.at(i, j));
        let low = at(i, j) * (1.0 - u) + at(i + 1, j) * u;
        let high = at(i, j + 1) * (1.0 - u) + at(i + 1, j + 1) * u;
        low * (1.0 - v) + high * v
    }

    /// The pieces of the line of a share, one or two a cell of the grid (marching squares).
    fn line(&self, share: f64) -> Vec<[(f64, f64); 2]> {
        let axis = self.surface.axis();
        let at = |i: usize, j: usize| self.scale.share(self.surface.at(i, j)) - share;
        let mut pieces = Vec::new();
        for j in 0..axis.len() - 1 {
            for i in 0..axis.len() - 1 {
                let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
                let mut crossings = Vec::with_capacity(4);
                for k in 0..4 {
                    let ((a, b), (c, d)) = (corners[k], corners[(k + 1) % 4]);
                    let (from, to) = (at(a, b), at(c, d));
                    if (from < 0.0) != (to < 0.0) {
                        let way = from / (from - to);
                        let mix = |p: usize, q: usize| axis[p] + way * (axis[q] - axis[p]);
                        crossings.push((mix(a, c), mix(b, d)));
                    }
                }
                pieces.extend(crossings.chunks_exact(2).map(|pair| [pair[0], pair[1]]));
            }
        }
        pieces
    }
}

impl Picture for Contour<'_> {
    fn size(&self) -> (u32, u32) {
        (640, 540)
    }

    fn draw<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        unit: u32,
    ) -> std::result::Result<(), String> {
        let (plane, scale) = area.split_horizontally(area.dim_in_pixel().0 - 110 * unit);
        let axis = self.surface.axis();
        let (low, high) = (axis[0], axis[axis.len() - 1]);
        let mut chart = axes(&plane, unit, self.title, low..high, low..high, false)?;
        let names = ("first direction (lengths of the filters)", "second direction (lengths of the filters)");
        mesh(&mut chart, unit, names, false, 9)?;

        let last = axis.len() - 1;
        let fine = CELLS[usize::from(unit != FINE)].div_ceil(last) * last;
        let place = |k: usize| low + (high - low) * k as f64 / fine as f64;
        // Each cell reaches under the next one, so that no white shows between them.
        let over = 0.35 / fine as f64 * (high - low);
        let middle = |k: usize| (k as f64 + 0.5) * last as f64 / fine as f64;
        let cells = (0..fine * fine).map(|k| {
            let (i, j) = (k % fine, k / fine);
            let colour = shade(self.between(middle(i), middle(j)));
            let far = ((place(i + 1) + over).min(high), (place(j + 1) + over).min(high));
            Rectangle::new([(place(i), place(j)), far], colour.filled())
        });
        chart.draw_series(cells).map_err(said)?;
        for k in 1..LINES {
            let lines = self.line(k as f64 / LINES as f64);
            let style = WHITE.mix(0.75).stroke_width(unit);
            chart.draw_series(lines.into_iter().map(|line| PathElement::new(line, style))).map_err(said)?;
        }
        // The network itself.
        for (radius, colour) in [(6, WHITE), (4, INK)] {
            let here = Circle::new((0.0, 0.0), radius * unit, colour.filled());
            chart.draw_series([here]).map_err(said)?;
        }
        self.draw_scale(&scale, unit)
    }
}

impl Contour<'_> {
    /// The scale of colours, with the losses of its lines.
    fn draw_scale<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        unit: u32,
    ) -> std::result::Result<(), String> {
        let unit = unit as i32;
        let (top, bottom) = (52 * unit, area.dim_in_pixel().1 as i32 - 62 * unit);
        let (left, right) = (6 * unit, 26 * unit);
        let at = |share: f64| bottom - ((bottom - top) as f64 * share).round() as i32;
        for k in 0..64 {
            let [low, high] = [k, k + 1].map(|k| at(f64::from(k) / 64.0));
            let colour = shade((f64::from(k) + 0.5) / 64.0);
            area.draw(&Rectangle::new([(left, high), (right, low + 1)], colour.filled())).map_err(said)?;
        }
        let style = text(13, unit as u32).pos(Pos::new(HPos::Left, VPos::Center));
        for k in (0..=LINES).step_by(2) {
            let y = at(k as f64 / LINES as f64);
            let tick =
                PathElement::new([(right, y), (right + 5 * unit, y)], INK.mix(0.5).stroke_width(unit as u32));
            area.draw(&tick).map_err(said)?;
            let loss = label(self.scale.loss(k as f64 / LINES as f64));
            area.draw(&Text::new(loss, (right + 9 * unit, y), style.clone())).map_err(said)?;
        }
        let style = text(13, unit as u32).pos(Pos::new(HPos::Left, VPos::Bottom));
        area.draw(&Text::new("loss", (left, top - 10 * unit), style)).map_err(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lie_where_the_loss_is() {
        let axis: Vec<f64> = (0..21).map(|i| f64::from(i) / 10.0 - 1.0).collect();
        let losses = axis.iter().flat_map(|y| axis.iter().map(move |x| x * x + y * y)).collect();
        let surface = Surface::new(axis, losses).unwrap();
        let contour = Contour { surface: &surface, scale: Scale::of(&surface), title: "a bowl" };
        // The scale goes from 0 to 2: a quarter of the way is a circle of radius root 0.5.
        let pieces = contour.line(0.25);
        assert!(pieces.len() > 40, "{}", pieces.len());
        for (x, y) in pieces.iter().flatten() {
            assert!((x.hypot(*y) - 0.5_f64.sqrt()).abs() < 0.01, "({x}, {y})");
        }
        assert!((contour.between(10.0, 15.0) - 0.125).abs() < 1e-12);
        assert!(contour.line(2.0).is_empty());
    }

    #[test]
    fn scales_are_logarithmic_where_losses_differ_much() {
        let scale = |losses: [f64; 4]| Scale::of(&Surface::new(vec![0.0, 1.0], losses.into()).unwrap());
        let even = scale([1.0, 2.0, 3.0, 5.0]);
        assert_eq!((even.share(3.0), even.loss(0.5), even.name()), (0.5, 3.0, "loss"));
        let wide = scale([0.01, 1.0, 100.0, f64::INFINITY]);
        assert!((wide.share(1.0) - 0.5).abs() < 1e-12 && (wide.loss(0.5) - 1.0).abs() < 1e-12);
        assert_eq!((wide.share(f64::NAN), wide.share(f64::INFINITY), wide.share(0.0)), (1.0, 1.0, 0.0));
        assert!(scale([2.0; 4]).share(2.0).is_finite());
    }
}
