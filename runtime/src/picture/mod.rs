//! Pictures as SVG or PNG: one drawing, whatever it becomes (feature `plot`).

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::error::{Error, Result};
use crate::io;

mod bitmap;
mod chart;
mod letters;

#[cfg(feature = "linalg")]
pub(crate) use chart::Panels;
pub(crate) use chart::{Bars, Chart, Curve, axes, mesh};

/// Steps in a unit of an SVG file: plotters draws on a grid of whole numbers, and this one is too fine to be seen.
pub(crate) const FINE: u32 = 8;
/// Pixels in a unit of a PNG file, on screens with two a point.
const PIXELS: u32 = 2;

pub(crate) const INK: RGBColor = RGBColor(36, 41, 47);
pub(crate) const FAINT: RGBColor = RGBColor(228, 231, 235);

/// Colours of curves beside each other: told apart in grey, and by who does not see red.
pub(crate) const COLOURS: [RGBColor; 6] = [
    RGBColor(31, 111, 235),
    RGBColor(230, 126, 34),
    RGBColor(19, 138, 94),
    RGBColor(166, 55, 132),
    RGBColor(105, 112, 119),
    RGBColor(190, 160, 20),
];

/// Something that can be drawn.
pub(crate) trait Picture {
    /// Width and height in units, about a pixel of a screen each.
    fn size(&self) -> (u32, u32);

    /// Draws it, `unit` steps of the area for each unit; what is wrong as text.
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, unit: u32) -> Result<(), String>;
}

/// What a drawing says is wrong, as text.
pub(crate) fn said(error: impl std::error::Error) -> String {
    error.to_string()
}

/// Letters of a size in units.
pub(crate) fn text(size: u32, unit: u32) -> TextStyle<'static> {
    ("sans-serif", size * unit).into_font().color(&INK)
}

/// Draws a picture into a file, whose ending says what it becomes.
///
/// # Errors
/// [`Error::Argument`] for a name that ends in neither `.svg` nor `.png`; [`Error::Missing`] if the directory is not
/// there, [`Error::Io`] if it cannot be written to.
pub(crate) fn save(path: &Path, picture: &impl Picture) -> Result<()> {
    let is = |ending: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    let drawn = if is("svg") {
        svg(picture).map(String::into_bytes)
    } else if is("png") {
        bitmap::png(picture, PIXELS)
    } else {
        let allowed = "a name that ends in .svg or .png, which says what is drawn";
        return Err(Error::argument("path", path.display(), allowed));
    };
    let failed = |problem: String| Error::Io {
        path: path.into(),
        doing: "draw",
        source: std::io::Error::other(problem),
    };
    io::replace(path, &drawn.map_err(failed)?)
}

/// The text of an SVG file.
fn svg(picture: &impl Picture) -> Result<String, String> {
    let (width, height) = picture.size();
    let mut file = String::new();
    {
        let backend = SVGBackend::with_string(&mut file, (FINE * width, FINE * height));
        let area = backend.into_drawing_area();
        area.fill(&WHITE).map_err(said)?;
        picture.draw(&area, FINE)?;
        area.present().map_err(said)?;
    }
    // Shown in its own size; the box that says what a step is stays as it is.
    let size = |times: u32| format!("width=\"{}\" height=\"{}\"", width * times, height * times);
    Ok(file.replacen(&size(FINE), &size(1), 1))
}

/// A colour for a share of the way from 0 to 1: dark blue over green to yellow, brighter all the way (after viridis by
/// van der Walt and Smith).
pub(crate) fn shade(share: f64) -> RGBColor {
    const STOPS: [(f64, f64, f64); 5] = [
        (68.0, 1.0, 84.0),
        (59.0, 82.0, 139.0),
        (33.0, 145.0, 140.0),
        (94.0, 201.0, 98.0),
        (253.0, 231.0, 37.0),
    ];
    let at = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    // NaN goes to the first.
    let index = (at as usize).min(STOPS.len() - 2);
    let (a, b, rest) = (STOPS[index], STOPS[index + 1], at - index as f64);
    let mix = |a: f64, b: f64| (a + (b - a) * rest).round() as u8;
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// A number with at most three digits that count, and a power of ten where it would be long.
pub(crate) fn label(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let power = x.abs().log10().floor();
    if (-3.0..4.0).contains(&power) {
        let digits = (2.0 - power).clamp(0.0, 5.0) as usize;
        let text = format!("{x:.digits$}");
        return if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').into()
        } else {
            text
        };
    }
    let text = format!("{x:.1e}");
    text.replace(".0e", "e")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short() {
        let table = [
            (0.0, "0"),
            (1.0, "1"),
            (-0.25, "-0.25"),
            (1234.5, "1234"),
            (0.001_23, "0.00123"),
            (1e-5, "1e-5"),
            (2.5e7, "2.5e7"),
            (1e5, "1e5"),
            (19.96, "20"),
        ];
        for (x, expected) in table {
            assert_eq!(label(x), expected, "{x}");
        }
    }

    #[test]
    fn shades_get_brighter() {
        let light = |share| {
            let RGBColor(r, g, b) = shade(share);
            0.3 * f64::from(r) + 0.59 * f64::from(g) + 0.11 * f64::from(b)
        };
        assert!((0..20).all(|i| light(f64::from(i) / 20.0) < light(f64::from(i + 1) / 20.0)));
        assert_eq!((shade(-1.0), shade(f64::NAN)), (shade(0.0), RGBColor(0, 0, 0)));
    }
}
