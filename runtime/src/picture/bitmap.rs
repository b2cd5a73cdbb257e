//! Pictures in pixels: a backend of plotters that writes PNG.

use std::convert::Infallible;

use plotters::prelude::*;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle, DrawingErrorKind};

use super::{Picture, letters, said};

/// What is drawn is as many times finer, each way, as what is kept: edges are averages.
const FINER: u32 = 2;

/// Red, green and blue a pixel, row after row.
struct Bitmap<'p> {
    width: u32,
    height: u32,
    pixels: &'p mut [u8],
}

impl Bitmap<'_> {
    /// Lays a colour over a pixel; outside of the picture nothing happens.
    fn blend(&mut self, (x, y): BackendCoord, (r, g, b): (u8, u8, u8), alpha: f64) {
        let inside = |at: i32, size: u32| u32::try_from(at).ok().filter(|&at| at < size);
        let (Some(x), Some(y)) = (inside(x, self.width), inside(y, self.height)) else { return };
        let at = 3 * (y as usize * self.width as usize + x as usize);
        for (pixel, new) in self.pixels[at..at + 3].iter_mut().zip([r, g, b]) {
            let old = f64::from(*pixel);
            *pixel = (old + (f64::from(new) - old) * alpha.clamp(0.0, 1.0)).round() as u8;
        }
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Bitmap<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.blend((x, y), color.rgb, color.alpha);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        let size = em(style);
        let (anchor, color, turn) = (style.anchor(), style.color(), style.transform());
        let width = letters::width(text, size).round() as i32;
        let (above, below) = ((letters::ABOVE * size) as i32, (letters::BELOW * size) as i32);
        let left = match anchor.h_pos {
            HPos::Left => 0,
            HPos::Center => -width / 2,
            HPos::Right => -width,
        };
        let base = match anchor.v_pos {
            VPos::Top => above,
            VPos::Center => (above - below) / 2,
            VPos::Bottom => -below,
        };
        letters::draw(text, size, |i, j, share| {
            let (dx, dy) = turn.transform(left + i, base + j);
            self.blend((x + dx, y + dy), color.rgb, color.alpha * share);
        });
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = em(style);
        Ok((letters::width(text, size).ceil() as u32, size.ceil() as u32))
    }
}

/// Letters as large as an SVG's: plotters' size is the height of a line, and its SVG divides it by this.
fn em(style: &impl BackendTextStyle) -> f64 {
    style.size() / 1.24
}

/// A picture as a PNG file, `pixels` pixels for each unit.
pub(super) fn png(picture: &impl Picture, pixels: u32) -> Result<Vec<u8>, String> {
    let (width, height) = picture.size();
    let unit = pixels * FINER;
    let (fine_width, fine_height) = ((width * unit) as usize, (height * unit) as usize);
    let mut fine = vec![255; 3 * fine_width * fine_height];
    {
        let bitmap = Bitmap { width: fine_width as u32, height: fine_height as u32, pixels: &mut fine };
        let area = bitmap.into_drawing_area();
        picture.draw(&area, unit)?;
        area.present().map_err(said)?;
    }
    let finer = FINER as usize;
    let (width, height) = (fine_width / finer, fine_height / finer);
    let mut kept = Vec::with_capacity(3 * width * height);
    for y in 0..height {
        for x in 0..width {
            for colour in 0..3 {
                let cell = (0..finer * finer).map(|k| (finer * y + k / finer, finer * x + k % finer));
                let sum: usize =
                    cell.map(|(y, x)| usize::from(fine[3 * (y * fine_width + x) + colour])).sum();
                kept.push((sum / (finer * finer)) as u8);
            }
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(said)?;
    writer.write_image_data(&kept).map_err(said)?;
    writer.finish().map_err(said)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use plotters::coord::Shift;

    use super::*;
    use crate::picture::text;

    struct Square;

    impl Picture for Square {
        fn size(&self) -> (u32, u32) {
            (40, 30)
        }

        fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, unit: u32) -> Result<(), String> {
            let unit = unit as i32;
            let square = Rectangle::new([(10 * unit, 10 * unit), (20 * unit, 20 * unit)], RED.filled());
            area.draw(&square).map_err(said)?;
            area.draw(&Text::new("i", (25 * unit, 5 * unit), text(20, unit as u32))).map_err(said)
        }
    }

    #[test]
    fn pixels_are_where_they_were_drawn() {
        let file = png(&Square, 2).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (80, 60));
        let at = |x: usize, y: usize| &pixels[3 * (80 * y + x)..][..3];
        assert_eq!((at(30, 30), at(10, 30), at(45, 30)), (&[255, 0, 0][..], &[255; 3][..], &[255; 3][..]));
        let dark =
            (50..60).flat_map(|x| (10..50).map(move |y| (x, y))).filter(|&(x, y)| at(x, y)[0] < 100).count();
        assert!((20..150).contains(&dark), "{dark} pixels of a letter");
        assert_eq!(super::super::svg(&Square).unwrap().matches("<rect").count(), 2);
    }
}
