//! Axes with curves or bars: what most pictures are made of.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{COLOURS, FAINT, INK, Picture, label, said, text};

/// One line of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    /// What the legend calls it.
    pub(crate) name: String,
    /// Along the axes; those that are not finite, or below 0 on a logarithmic axis, are left out.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Axes with curves.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    pub(crate) title: String,
    /// What the axis shows, with its unit.
    pub(crate) x: String,
    pub(crate) y: String,
    /// Whether the vertical axis is logarithmic, and if so, how many decades below the highest point it ends at most.
    pub(crate) decades: Option<f64>,
    pub(crate) curves: Vec<Curve>,
    /// Whether each point has a dot.
    pub(crate) dots: bool,
}

/// Axes with a bar for each name.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    pub(crate) title: String,
    pub(crate) y: String,
    /// Names and positive values, drawn on a logarithmic axis.
    pub(crate) bars: Vec<(String, f64)>,
    /// The colour, as a place among [`COLOURS`].
    pub(crate) colour: usize,
    /// A line across that says where something begins, and what.
    pub(crate) marks: Vec<(f64, String)>,
}

/// Of a chart alone.
const SIZE: (u32, u32) = (640, 400);

impl Picture for Chart {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, unit: u32) -> Result<(), String> {
        let kept =
            |&(x, y): &(f64, f64)| x.is_finite() && y.is_finite() && (self.decades.is_none() || y > 0.0);
        let top = self.curves.iter().flat_map(|curve| &curve.points).filter(|p| kept(p));
        let highest = top.map(|p| p.1).fold(0.0, f64::max);
        let lowest = self.decades.map(|decades| highest * 10.0_f64.powf(-decades));
        let place = |&(x, y): &(f64, f64)| match lowest {
            Some(lowest) => (x, y.max(lowest).log10()),
            None => (x, y),
        };
        let curves: Vec<Vec<(f64, f64)>> =
            self.curves.iter().map(|c| c.points.iter().filter(|p| kept(p)).map(place).collect()).collect();
        let all = || curves.iter().flatten();
        let (x, mut y) = (range(all().map(|p| p.0), 0.0), range(all().map(|p| p.1), 0.05));
        // What is cut off lies on the axis.
        y.start = lowest.map_or(y.start, |lowest| y.start.max(lowest.log10()));
        let is_log = self.decades.is_some();
        let mut chart = axes(area, unit, &self.title, x, y, is_log)?;
        mesh(&mut chart, unit, (&self.x, &self.y), is_log, 9)?;
        for (index, (curve, points)) in self.curves.iter().zip(&curves).enumerate() {
            let colour = COLOURS[index % COLOURS.len()];
            let line = LineSeries::new(points.iter().copied(), colour.stroke_width(2 * unit));
            chart.draw_series(line).map_err(said)?.label(curve.name.clone()).legend(move |(x, y)| {
                PathElement::new([(x, y), (x + 22 * unit as i32, y)], colour.stroke_width(3 * unit))
            });
            if self.dots {
                let dots = points.iter().map(|&at| Circle::new(at, 3 * unit, colour.filled()));
                chart.draw_series(dots).map_err(said)?;
            }
        }
        if curves.len() > 1 {
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::UpperRight)
                .label_font(text(14, unit))
                .background_style(WHITE.mix(0.85))
                .border_style(FAINT.stroke_width(unit))
                .margin(8 * unit)
                .legend_area_size(30 * unit)
                .draw()
                .map_err(said)?;
        }
        Ok(())
    }
}

impl Bars {
    /// Room for the names below, in units, and whether they stand upright.
    fn names(&self) -> (u32, bool) {
        let longest = self.bars.iter().map(|bar| bar.0.chars().count()).max().unwrap_or(0) as u32;
        let each = (self.width() - 110) / self.bars.len().max(1) as u32;
        if 8 * longest > each { ((7 * longest + 14).min(300), true) } else { (26, false) }
    }

    fn width(&self) -> u32 {
        SIZE.0.max(110 + 26 * self.bars.len() as u32)
    }
}

impl Picture for Bars {
    fn size(&self) -> (u32, u32) {
        (self.width(), 370 + self.names().0)
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, unit: u32) -> Result<(), String> {
        let count = self.bars.len().max(1) as f64;
        let values = || self.bars.iter().map(|bar| bar.1).chain(self.marks.iter().map(|mark| mark.0));
        let logs = values().filter(|&value| value > 0.0 && value.is_finite()).map(f64::log10);
        let mut y = range(logs, 0.08);
        if y.end - y.start < 1.0 {
            // A bar has a length: at least a decade is shown.
            y = y.end - 1.0..y.end;
        }
        let (room, turned) = self.names();
        let mut chart = axes_with(area, unit, &self.title, 0.0..count, y.clone(), true, room)?;
        mesh(&mut chart, unit, ("", &self.y), true, 0)?;
        let colour = COLOURS[self.colour % COLOURS.len()];
        for (index, (name, value)) in self.bars.iter().enumerate() {
            let middle = index as f64 + 0.5;
            if *value > 0.0 && value.is_finite() {
                let bar = Rectangle::new(
                    [(middle - 0.35, y.start), (middle + 0.35, value.log10())],
                    colour.filled(),
                );
                chart.draw_series([bar]).map_err(said)?;
            }
            let (x, bottom) = chart.backend_coord(&(middle, y.start));
            let (left, top) = area.get_base_pixel();
            let at = (x - left, bottom - top + 8 * unit as i32);
            let style = text(13, unit);
            let style = if turned {
                style.transform(FontTransform::Rotate270).pos(Pos::new(HPos::Right, VPos::Center))
            } else {
                style.pos(Pos::new(HPos::Center, VPos::Top))
            };
            area.draw(&Text::new(name.clone(), at, style)).map_err(said)?;
        }
        for (value, what) in &self.marks {
            let line = [(0.0, value.log10()), (count, value.log10())];
            let style = INK.mix(0.6).stroke_width(unit);
            chart.draw_series(DashedLineSeries::new(line, 6 * unit, 4 * unit, style)).map_err(said)?;
            let style = text(13, unit).pos(Pos::new(HPos::Right, VPos::Bottom));
            // On white, since there may be bars behind.
            let ((x, y), (base, letters)) =
                (chart.backend_coord(&line[1]), (area.get_base_pixel(), what.len() as i32));
            let (right, bottom, unit) = (x - base.0, y - base.1 - unit as i32, unit as i32);
            let behind = [(right - 7 * letters * unit, bottom - 15 * unit), (right, bottom)];
            area.draw(&Rectangle::new(behind, WHITE.mix(0.8).filled())).map_err(said)?;
            chart.draw_series([Text::new(what.clone(), line[1], style)]).map_err(said)?;
        }
        Ok(())
    }
}

/// Charts beside each other.
#[cfg(feature = "linalg")]
#[derive(Clone, Debug)]
pub(crate) struct Panels {
    pub(crate) title: String,
    pub(crate) charts: Vec<Chart>,
}

#[cfg(feature = "linalg")]
impl Picture for Panels {
    fn size(&self) -> (u32, u32) {
        (560 * self.charts.len().max(1) as u32, SIZE.1 + 40)
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, unit: u32) -> Result<(), String> {
        let area = area.margin(12 * unit, 0, 0, 0);
        let area = area.titled(&self.title, text(21, unit)).map_err(said)?;
        let parts = area.split_evenly((1, self.charts.len().max(1)));
        self.charts.iter().zip(parts).try_for_each(|(chart, part)| chart.draw(&part, unit))
    }
}

/// A chart on whose axes two numbers stand, those of the vertical one at places of our own.
pub(crate) type Axes<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, Marked>>;

/// An axis with lines and labels where it is told.
pub(crate) struct Marked {
    axis: RangedCoordf64,
    places: Vec<f64>,
}

impl Ranged for Marked {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.axis.map(value, limit)
    }

    fn key_points<H: KeyPointHint>(&self, _: H) -> Vec<f64> {
        self.places.clone()
    }

    fn range(&self) -> Range<f64> {
        self.axis.range()
    }
}

/// Title and room for labels.
pub(crate) fn axes<'a, B: DrawingBackend>(
    area: &'a DrawingArea<B, Shift>,
    unit: u32,
    title: &str,
    x: Range<f64>,
    y: Range<f64>,
    is_log: bool,
) -> Result<Axes<'a, B>, String> {
    axes_with(area, unit, title, x, y, is_log, 46)
}

/// [`axes`] with so much room below.
fn axes_with<'a, B: DrawingBackend>(
    area: &'a DrawingArea<B, Shift>,
    unit: u32,
    title: &str,
    x: Range<f64>,
    y: Range<f64>,
    is_log: bool,
    below: u32,
) -> Result<Axes<'a, B>, String> {
    let places = if is_log { powers(&y) } else { even(&y) };
    ChartBuilder::on(area)
        .margin(14 * unit)
        .margin_right(26 * unit)
        .caption(title, text(19, unit))
        .x_label_area_size(below * unit)
        .y_label_area_size(66 * unit)
        .build_cartesian_2d(x, Marked { axis: y.into(), places })
        .map_err(said)
}

/// Numbers for an axis from the one to the other: about six, in steps of 1, 2 or 5 and a power of ten.
fn even(range: &Range<f64>) -> Vec<f64> {
    let rough = (range.end - range.start) / 6.0;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|&step| step >= 0.999 * rough);
    let step = step.unwrap_or(10.0 * power);
    let first = (range.start / step - 1e-9).ceil() as i64;
    (first..).map(|k| k as f64 * step).take_while(|&x| x <= range.end + 1e-9 * step).take(20).collect()
}

/// The same for logarithms to the base of ten: whole ones, or those of 1, 2 and 5 where there are too few.
fn powers(range: &Range<f64>) -> Vec<f64> {
    let (first, last) = (range.start.floor() as i32, range.end.ceil() as i32);
    let inside = |x: &f64| (range.start - 1e-9..=range.end + 1e-9).contains(x);
    let whole: Vec<f64> = (first..=last).map(f64::from).filter(inside).collect();
    if whole.len() >= 3 {
        let every = whole.len().div_ceil(8);
        return whole.into_iter().filter(|power| (*power as i64).rem_euclid(every as i64) == 0).collect();
    }
    let steps =
        (first..=last).flat_map(|power| [1.0_f64, 2.0, 5.0].map(|times| f64::from(power) + times.log10()));
    let fine: Vec<f64> = steps.filter(inside).collect();
    if fine.len() >= 2 { fine } else { even(range) }
}

/// Lines across, labels, and what the axes show; without labels on the horizontal axis that one is not drawn.
pub(crate) fn mesh<B: DrawingBackend>(
    chart: &mut Axes<'_, B>,
    unit: u32,
    (x, y): (&str, &str),
    is_log: bool,
    labels: usize,
) -> Result<(), String> {
    let format = |y: &f64| if is_log { label(10.0_f64.powf(*y)) } else { label(*y) };
    let style = text(14, unit);
    let mut mesh = chart.configure_mesh();
    mesh.disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT.stroke_width(unit))
        .axis_style(INK.mix(0.5).stroke_width(unit))
        .label_style(style.clone())
        .axis_desc_style(style)
        .set_all_tick_mark_size(5 * unit)
        .x_labels(labels)
        .y_labels(20)
        .x_desc(x)
        .y_desc(y)
        .x_label_formatter(&|x| label(*x))
        .y_label_formatter(&format);
    if labels == 0 {
        mesh.disable_x_axis();
    }
    mesh.draw().map_err(said)
}

/// From the smallest to the largest number, with a share of the way as room on both sides; never empty.
fn range(values: impl Iterator<Item = f64>, room: f64) -> Range<f64> {
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return 0.0..1.0;
    }
    // One number alone stands in the middle.
    let room = if low == high { 0.5 * low.abs().max(1.0) } else { room * (high - low) };
    low - room..high + room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_numbers() {
        let rounded = |places: Vec<f64>| places.into_iter().map(label).collect::<Vec<_>>();
        assert_eq!(rounded(even(&(0.0..1.0))), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(rounded(even(&(-0.13..0.21))), ["-0.1", "0", "0.1", "0.2"]);
        let powers = |range| rounded(powers(&range).into_iter().map(|x| 10.0_f64.powf(x)).collect());
        assert_eq!(powers(-4.5..1.2), ["1e-4", "0.001", "0.01", "0.1", "1", "10"]);
        assert_eq!(powers(-0.2..1.0), ["1", "2", "5", "10"]);
        assert_eq!(powers(-12.0..0.0), ["1e-12", "1e-10", "1e-8", "1e-6", "1e-4", "0.01", "1"]);
    }

    #[test]
    fn charts_of_nothing_and_of_one_point_are_drawn_too() {
        let chart = |points| Chart {
            title: "t".into(),
            x: "x".into(),
            y: "y".into(),
            decades: Some(6.0),
            curves: vec![Curve { name: "a".into(), points }],
            dots: true,
        };
        for points in [vec![], vec![(1.0, 2.0)], vec![(0.0, f64::NAN), (1.0, -1.0), (2.0, 0.0)]] {
            let picture = super::super::svg(&chart(points)).unwrap();
            assert!(picture.contains('t') && !picture.contains("NaN"), "{picture}");
        }
        let bars = |bars| Bars {
            title: "t".into(),
            y: "y".into(),
            bars,
            colour: 0,
            marks: vec![(1e-3, "m".into())],
        };
        assert!(super::super::svg(&bars(vec![])).is_ok());
        let bars = bars(vec![("fc1".into(), 0.0), ("fc2".into(), 1e-9), ("fc3".into(), f64::INFINITY)]);
        assert_eq!(super::super::svg(&bars).unwrap().matches("fill=\"#1F6FEB\"").count(), 1);
    }
}
