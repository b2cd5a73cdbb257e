//! The picture of `roofline`: the roof on logarithmic axes, each layer's passes under it, and what the step reached.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;
use quipu::report::Roofline;

const SIZE: (u32, u32) = (900, 560);
const INK: RGBColor = RGBColor(36, 41, 47);
const FAINT: RGBColor = RGBColor(228, 231, 235);
const ROOF: RGBColor = RGBColor(110, 119, 129);
const FORWARD: RGBColor = RGBColor(31, 111, 235);
const BACKWARD: RGBColor = RGBColor(230, 126, 34);
const REACHED: RGBColor = RGBColor(26, 127, 55);

/// Draws the roofline with the GFLOP/s that a whole step reached into an SVG file.
pub(crate) fn draw(roofline: &Roofline, reached: f64, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut picture = String::new();
    draw_on(roofline, reached, &mut picture).map_err(|error| error.to_string())?;
    std::fs::write(path, picture)?;
    Ok(())
}

fn draw_on<'p>(
    roofline: &Roofline,
    reached: f64,
    picture: &'p mut String,
) -> Result<(), Box<dyn Error + 'p>> {
    let machine = roofline.machine;
    let whole = roofline.flops() as f64 / roofline.bytes() as f64;
    let intensities = || roofline.rows.iter().map(|row| row.intensity).chain([machine.ridge(), whole]);
    let speeds = || roofline.rows.iter().map(|row| row.attainable).chain([machine.gflops, reached]);
    let (left, right) =
        (intensities().fold(f64::INFINITY, f64::min) / 2.0, intensities().fold(0.0, f64::max) * 4.0);
    let (low, high) = (speeds().fold(f64::INFINITY, f64::min) / 2.0, speeds().fold(0.0, f64::max) * 2.0);

    let area = SVGBackend::with_string(picture, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let title = format!(
        "{} at batch {}: {:.0} GFLOP/s, {:.1} GB/s",
        roofline.name, roofline.batch, machine.gflops, machine.gbps
    );
    let mut chart = ChartBuilder::on(&area)
        .margin(18)
        .caption(title, text(20))
        .x_label_area_size(46)
        .y_label_area_size(64)
        .build_cartesian_2d((left..right).log_scale(), (low..high).log_scale())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT)
        .axis_style(INK.mix(0.5))
        .label_style(text(14))
        .x_desc("FLOPs a byte moved")
        .y_desc("GFLOP/s")
        .x_label_formatter(&|x| plain(*x))
        .y_label_formatter(&|y| plain(*y))
        .draw()?;
    let roof = [left, machine.ridge(), right].map(|x| (x, machine.attainable(x)));
    chart.draw_series(LineSeries::new(roof, ROOF.stroke_width(2)))?;

    let passes = [(false, "forward, at most", FORWARD), (true, "backward, at most", BACKWARD)];
    for (backward, name, colour) in passes {
        let rows: Vec<_> = roofline.rows.iter().filter(|row| row.backward == backward).collect();
        chart
            .draw_series(
                rows.iter().map(|row| Circle::new((row.intensity, row.attainable), 5, colour.filled())),
            )?
            .label(name)
            .legend(move |at| Circle::new(at, 5, colour.filled()));
        // Names beside their points: forward to the right and below, backward to the left and above.
        chart.draw_series(rows.iter().map(|row| {
            let shift = if backward { (-8 - 7 * row.layer.len() as i32, -16) } else { (8, 6) };
            EmptyElement::at((row.intensity, row.attainable))
                + Text::new(row.layer, shift, ("sans-serif", 13).into_font().color(&colour))
        }))?;
    }
    chart
        .draw_series([TriangleMarker::new((whole, reached), 8, REACHED.filled())])?
        .label("the whole step, measured")
        .legend(|at| TriangleMarker::new(at, 7, REACHED.filled()));
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .label_font(text(14))
        .background_style(WHITE.mix(0.85))
        .border_style(FAINT)
        .margin(10)
        .legend_area_size(18)
        .draw()?;
    area.present()?;
    Ok(())
}

/// Letters of a size.
fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

/// A number of an axis, without needless digits.
fn plain(x: f64) -> String {
    if x >= 1.0 { format!("{x:.0}") } else { format!("{x}") }
}
