//! Axes with curves or bars: what most pictures are made of.

use std::ops::Range;

use plotters::coord::Shift;
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
        let kept = |&(x, y): &(f64, f64)| x.is_finite() && y.is_finite() && (self.decades.is_none() || y > 0.0);
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
        let (x, y) = (range(all().map(|p| p.0), 0.0), range(all().map(|p| p.1), 0.05));
        let mut chart = axes(area, unit, &self.title, x, y.clone())?;
        let is_log = self.decades.is_some();
        mesh(&mut chart, unit, (&self.x, &self.y), is_log, &y, 9)?;
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

impl Picture for Bars {
    fn size(&self) -> (u32, u32) {
        (SIZE.0.max(90 + 26 * self.bars.len() as u32), 440)
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
        // Room for the names below.
        let longest = self.bars.iter().map(|bar| bar.0.chars().count()).max().unwrap_or(0) as u32;
        let turned = longest * 8 > (area.dim_in_pixel().0 / unit - 100) / self.bars.len().max(1) as u32;
        let room = if turned { (longest * 7 + 14).min(200) } else { 26 };
        let mut chart = axes_with(area, unit, &self.title, 0.0..count, y.clone(), room)?;
        mesh(&mut chart, unit, ("", &self.y), true, &y, 0)?;
        let colour = COLOURS[self.colour % COLOURS.len()];
        for (index, (name, value)) in self.bars.iter().enumerate() {
            let middle = index as f64 + 0.5;
            if *value > 0.0 && value.is_finite() {
                let bar = Rectangle::new([(middle - 0.35, y.start), (middle + 0.35, value.log10())], colour.filled());
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
            chart.draw_series([Text::new(what.clone(), line[1], style)]).map_err(said)?;
        }
        Ok(())
    }
}

/// A chart on whose axes two numbers stand.
pub(crate) type Axes<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Title and room for labels.
pub(crate) fn axes<'a, B: DrawingBackend>(
    area: &'a DrawingArea<B, Shift>,
    unit: u32,
    title: &str,
    x: Range<f64>,
    y: Range<f64>,
) -> Result<Axes<'a, B>, String> {
    axes_with(area, unit, title, x, y, 46)
}

/// [`axes`] with so much room below.
fn axes_with<'a, B: DrawingBackend>(
    area: &'a DrawingArea<B, Shift>,
    unit: u32,
    title: &str,
    x: Range<f64>,
    y: Range<f64>,
    below: u32,
) -> Result<Axes<'a, B>, String> {
    ChartBuilder::on(area)
        .margin(14 * unit)
        .margin_right(26 * unit)
        .caption(title, text(19, unit))
        .x_label_area_size(below * unit)
        .y_label_area_size(66 * unit)
        .build_cartesian_2d(x, y)
        .map_err(said)
}

/// Lines across, labels, and what the axes show.
pub(crate) fn mesh<B: DrawingBackend>(
    chart: &mut Axes<'_, B>,
    unit: u32,
    (x, y): (&str, &str),
    is_log: bool,
    range: &Range<f64>,
    labels: usize,
) -> Result<(), String> {
    // Powers of ten where there are two or more, else whatever numbers lie between.
    let powers = range.end.floor() - range.start.ceil() >= 1.0;
    let every = ((range.end - range.start) / 8.0).ceil().max(1.0);
    let format = |y: &f64| match is_log {
        false => label(*y),
        true if !powers => label(10.0_f64.powf(*y)),
        true if (y.round() - y).abs() < 1e-6 && y.round().rem_euclid(every) == 0.0 => {
            match y.round() as i32 {
                power @ -2..=3 => label(10.0_f64.powi(power)),
                power => format!("1e{power}"),
            }
        }
        true => String::new(),
    };
    let numbers = if is_log && powers { (2.0 * (range.end - range.start)).ceil() as usize + 2 } else { 8 };
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
        .y_labels(numbers)
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
