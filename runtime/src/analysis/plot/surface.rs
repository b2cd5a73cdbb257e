//! A loss landscape from the side: a surface over the plane of the two directions.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::contour::Scale;
use crate::analysis::Surface;
use crate::error::Result;
use crate::picture::{FAINT, INK, Picture, label, said, save, shade, text};

/// From where it is seen: turned about the vertical, and from above, in degrees.
const TURN: f64 = 32.0;
const ABOVE: f64 = 28.0;
/// The height of the box, where its base is 2 x 2.
const HEIGHT: f64 = 1.3;

impl Surface {
    /// Draws the landscape as a surface seen from the side, with the loss upwards, on a logarithmic scale where losses
    /// differ by more than a factor of 20.
    ///
    /// # Errors
    /// As [`plot_contour`](Self::plot_contour).
    pub fn plot_surface(&self, path: impl AsRef<Path>, title: &str) -> Result<()> {
        save(path.as_ref(), &Relief { surface: self, scale: Scale::of(self), title })
    }
}

struct Relief<'s> {
    surface: &'s Surface,
    scale: Scale,
    title: &'s str,
}

/// From a box of −1 to 1 in x and y, 0 to 1 in z, to the picture.
struct View {
    size: f64,
    middle: (f64, f64),
}

impl View {
    /// Right, up and away from the viewer.
    fn turned([x, y, z]: [f64; 3]) -> [f64; 3] {
        let ((sin, cos), (tilt, level)) = (TURN.to_radians().sin_cos(), ABOVE.to_radians().sin_cos());
        let (right, away) = (x * cos - y * sin, x * sin + y * cos);
        [right, HEIGHT * z * level + away * tilt, away]
    }

    /// The largest view that fits.
    fn new(left: f64, right: f64, top: f64, bottom: f64) -> Self {
        let corners = || (0..8).map(|k| [(k & 1) as f64 * 2.0 - 1.0, (k & 2) as f64 - 1.0, (k >> 2) as f64]);
        let span = |axis: usize| {
            let all = corners().map(|corner| View::turned(corner)[axis]);
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
        };
        let (across, up) = (span(0), span(1));
        let size = ((right - left) / (across.1 - across.0)).min((bottom - top) / (up.1 - up.0));
        let middle = (
            0.5 * (left + right) - size * 0.5 * (across.0 + across.1),
            0.5 * (top + bottom) + size * 0.5 * (up.0 + up.1),
        );
        View { size, middle }
    }

    fn at(&self, point: [f64; 3]) -> (i32, i32) {
        let [right, up, _] = View::turned(point);
        let (x, y) = (self.middle.0 + self.size * right, self.middle.1 - self.size * up);
        (x.round() as i32, y.round() as i32)
    }
}

impl Relief<'_> {
    /// A point of the grid in the box.
    fn point(&self, i: usize, j: usize) -> [f64; 3] {
        let last = (self.surface.axis().len() - 1) as f64;
        let side = |k: usize| 2.0 * k as f64 / last - 1.0;
        [side(i), side(j), self.scale.share(self.surface.at(i, j))]
    }

    /// The walls behind, the floor, their lines and labels.
    fn frame<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        view: &View,
        unit: u32,
    ) -> std::result::Result<(), String> {
        let line = |from, to, style: ShapeStyle| {
            area.draw(&PathElement::new([view.at(from), view.at(to)], style)).map_err(said)
        };
        let write = |what: String, at: (i32, i32), pos: Pos| {
            area.draw(&Text::new(what, at, text(13, unit).pos(pos))).map_err(said)
        };
        let (faint, ink) = (FAINT.stroke_width(unit), INK.mix(0.5).stroke_width(unit));
        let steps = 4;
        let share = |k: i32| f64::from(k) / f64::from(steps);
        let step = unit as i32;
        let (low, high) = (self.surface.axis()[0], self.surface.axis()[self.surface.axis().len() - 1]);
        for k in 0..=steps {
            let (side, up) = (2.0 * share(k) - 1.0, share(k));
            // On the floor, then on the two walls behind.
            line([side, -1.0, 0.0], [side, 1.0, 0.0], faint)?;
            line([-1.0, side, 0.0], [1.0, side, 0.0], faint)?;
            line([side, 1.0, 0.0], [side, 1.0, 1.0], faint)?;
            line([1.0, side, 0.0], [1.0, side, 1.0], faint)?;
            line([-1.0, 1.0, up], [1.0, 1.0, up], faint)?;
            line([1.0, -1.0, up], [1.0, 1.0, up], faint)?;
            let number = label(low + (high - low) * share(k));
            let (x, y) = view.at([side, -1.0, 0.0]);
            write(number.clone(), (x - 4 * step, y + 8 * step), Pos::new(HPos::Center, VPos::Top))?;
            let (x, y) = view.at([-1.0, side, 0.0]);
            write(number, (x - 9 * step, y + 2 * step), Pos::new(HPos::Right, VPos::Center))?;
            let (x, y) = view.at([1.0, -1.0, up]);
            write(label(self.scale.loss(up)), (x + 9 * step, y), Pos::new(HPos::Left, VPos::Center))?;
        }
        for (from, to) in [
            ([-1.0, -1.0, 0.0], [1.0, -1.0, 0.0]),
            ([-1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]),
            ([1.0, -1.0, 0.0], [1.0, -1.0, 1.0]),
        ] {
            line(from, to, ink)?;
        }
        let (x, y) = view.at([0.0, -1.0, 0.0]);
        write("first direction".into(), (x - 10 * step, y + 34 * step), Pos::new(HPos::Center, VPos::Top))?;
        let (x, y) = view.at([-1.0, 0.0, 0.0]);
        write("second direction".into(), (x - 48 * step, y + 16 * step), Pos::new(HPos::Center, VPos::Top))?;
        let (x, y) = view.at([1.0, -1.0, 1.0]);
        write(self.scale.name().into(), (x + 6 * step, y - 14 * step), Pos::new(HPos::Center, VPos::Bottom))?;
        let bottom = area.dim_in_pixel().1 as i32;
        let note = "directions in lengths of the filters".into();
        write(
            note,
            (area.dim_in_pixel().0 as i32 / 2, bottom - 6 * step),
            Pos::new(HPos::Center, VPos::Bottom),
        )
    }
}

impl Picture for Relief<'_> {
    fn size(&self) -> (u32, u32) {
        (680, 540)
    }

    fn draw<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        unit: u32,
    ) -> std::result::Result<(), String> {
        let area = area.margin(14 * unit, 0, 0, 0).titled(self.title, text(19, unit)).map_err(said)?;
        let (width, height) = area.dim_in_pixel();
        let (width, height, step) = (f64::from(width), f64::from(height), f64::from(unit));
        let view = View::new(70.0 * step, width - 70.0 * step, 34.0 * step, height - 58.0 * step);
        self.frame(&area, &view, unit)?;
        // From the back to the front, so that what is near covers what is far.
        let last = self.surface.axis().len() - 1;
        let mut cells: Vec<(usize, usize)> = (0..last * last).map(|k| (k % last, k / last)).collect();
        let away = |&(i, j): &(usize, usize)| View::turned(self.point(i, j))[2];
        cells.sort_by(|a, b| away(b).total_cmp(&away(a)));
        for (i, j) in cells {
            let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| self.point(i, j));
            let height = corners.iter().map(|corner| corner[2]).sum::<f64>() / 4.0;
            let path = corners.map(|corner| view.at(corner));
            area.draw(&Polygon::new(path, shade(height).filled())).map_err(said)?;
            // Edge by edge: where two meet at a sharp angle, a line in one piece would have a spike.
            for (k, &from) in path.iter().enumerate() {
                let edge = [from, path[(k + 1) % path.len()]];
                area.draw(&PathElement::new(edge, INK.mix(0.35).stroke_width(unit.div_ceil(2))))
                    .map_err(said)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_fits_and_near_is_below_far() {
        let view = View::new(10.0, 410.0, 20.0, 320.0);
        for k in 0..8 {
            let corner = [(k & 1) as f64 * 2.0 - 1.0, (k & 2) as f64 - 1.0, (k >> 2) as f64];
            let (x, y) = view.at(corner);
            assert!((10..=410).contains(&x) && (20..=320).contains(&y), "{corner:?} at ({x}, {y})");
        }
        assert!(view.at([-1.0, -1.0, 0.0]).1 > view.at([1.0, 1.0, 0.0]).1);
        assert!(view.at([0.0, 0.0, 1.0]).1 < view.at([0.0, 0.0, 0.0]).1);
    }
}
