//! The letters of pictures in pixels: one size, drawn once, from which every other is averaged.
//!
//! Plotters asks the system for a typeface or a program for a file of one; what is here draws the same on every machine.
//! The letters are DejaVu Sans's (`LICENSE-letters`), in 16 greys.

use std::sync::OnceLock;

/// A PNG of cells, 16 in a row, in the order of [`LETTERS`].
const FILE: &[u8] = include_bytes!("letters.png");
/// Which letters there are; all others look like `?`.
const LETTERS: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\
                       λκσθ‖∂∇×·−±≤≥αβ₂–…²³→";
/// How far each leads to the next, in pixels at [`EM`].
const ADVANCES: [u8; 116] = [
    13, 16, 18, 34, 25, 38, 31, 11, 16, 16, 20, 34, 13, 14, 13, 13, 25, 25, 25, 25, 25, 25, 25, 25, 25, 25,
    13, 13, 34, 34, 34, 21, 40, 27, 27, 28, 31, 25, 23, 31, 30, 12, 12, 26, 22, 35, 30, 31, 24, 31, 28, 25,
    24, 29, 27, 40, 27, 24, 27, 16, 13, 16, 34, 20, 20, 25, 25, 22, 25, 25, 14, 25, 25, 11, 11, 23, 11, 39,
    25, 24, 25, 25, 16, 21, 16, 25, 24, 33, 24, 24, 21, 25, 13, 25, 34, 24, 24, 25, 24, 20, 21, 27, 34, 13,
    34, 34, 34, 34, 26, 26, 16, 20, 40, 16, 16, 34,
];
/// Of a cell, in pixels.
const CELL: usize = 48;
/// Cells in a row.
const ACROSS: usize = 16;
/// The size of the letters, in pixels.
const EM: f64 = 40.0;
/// Where a letter starts in its cell.
const LEFT: f64 = 4.0;
/// Where it stands in its cell.
const BASE: f64 = 37.0;
/// Above the base line and below it, as a share of the size.
pub(super) const ABOVE: f64 = 0.76;
pub(super) const BELOW: f64 = 0.24;

/// The cells as one picture: width, and a grey of 0 to 255 a pixel.
fn sheet() -> &'static (usize, Vec<u8>) {
    static SHEET: OnceLock<(usize, Vec<u8>)> = OnceLock::new();
    SHEET.get_or_init(|| {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(FILE));
        decoder.set_transformations(png::Transformations::EXPAND);
        // The file is part of the program: a broken one draws nothing.
        let read = || -> Option<(usize, Vec<u8>)> {
            let mut reader = decoder.read_info().ok()?;
            let mut pixels = vec![0; reader.output_buffer_size()?];
            let info = reader.next_frame(&mut pixels).ok()?;
            Some((info.width as usize, pixels))
        };
        read().unwrap_or_else(|| {
            (ACROSS * CELL, vec![0; ACROSS * CELL * CELL * ADVANCES.len().div_ceil(ACROSS)])
        })
    })
}

fn place(letter: char) -> usize {
    LETTERS.chars().position(|known| known == letter).unwrap_or(usize::from(b'?' - b' '))
}

/// The width of a text in letters of a size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|letter| f64::from(ADVANCES[place(letter)])).sum::<f64>() * size / EM
}

/// Calls `dot(x, y, share)` for every pixel that a text in letters of a size covers in part: from the start of its base
/// line, to the right and down.
pub(super) fn draw(text: &str, size: f64, mut dot: impl FnMut(i32, i32, f64)) {
    let (across, pixels) = sheet();
    let factor = size / EM;
    let mut start = 0.0;
    for letter in text.chars() {
        let index = place(letter);
        let (column, row) = (index % ACROSS * CELL, index / ACROSS * CELL);
        // The cell on the picture, and each of its pixels as the mean of what lies behind it.
        let (left, top) = (start - LEFT * factor, -BASE * factor);
        let end = |from: f64| (from + CELL as f64 * factor).ceil() as i32;
        for y in top.floor() as i32..end(top) {
            for x in left.floor() as i32..end(left) {
                let from = [(f64::from(x) - left) / factor, (f64::from(y) - top) / factor];
                let share = mean(from, 1.0 / factor, |i, j| pixels[(row + j) * across + column + i]);
                if share > 0.0 {
                    dot(x, y, share);
                }
            }
        }
        start += f64::from(ADVANCES[index]) * factor;
    }
}

/// The mean of a cell over a square, 0 to 1: pixels count as far as they lie in it.
fn mean(from: [f64; 2], side: f64, pixel: impl Fn(usize, usize) -> u8) -> f64 {
    let inside = |at: f64| at.clamp(0.0, CELL as f64);
    let span = |from: f64| inside(from).floor() as usize..inside(from + side).ceil() as usize;
    let part = |from: f64, at: usize| (from + side).min(at as f64 + 1.0) - from.max(at as f64);
    let mut sum = 0.0;
    for j in span(from[1]) {
        for i in span(from[0]) {
            sum += part(from[0], i) * part(from[1], j) * f64::from(pixel(i, j));
        }
    }
    sum / (side * side * 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_a_cell_and_a_width() {
        assert_eq!(LETTERS.chars().count(), ADVANCES.len());
        let (across, pixels) = sheet();
        assert_eq!((*across, pixels.len()), (ACROSS * CELL, ACROSS * CELL * 8 * CELL));
        for (index, letter) in LETTERS.chars().enumerate() {
            let mut ink = 0.0;
            draw(&letter.to_string(), EM, |_, _, share| ink += share);
            assert!((ink > 5.0) == (letter != ' '), "{letter} ({index}): {ink}");
        }
        assert_eq!(width("κ ", 40.0), f64::from(ADVANCES[place('κ')]) + 13.0);
        assert_eq!(place('漢'), place('?'));
    }

    #[test]
    fn smaller_letters_cover_the_same_share() {
        let ink = |size: f64| {
            let mut ink = 0.0;
            draw("Hamburg 123", size, |_, _, share| ink += share);
            ink / (size * size)
        };
        assert!((ink(13.0) / ink(40.0) - 1.0).abs() < 0.01 && (ink(29.0) / ink(40.0) - 1.0).abs() < 0.01);
    }
}
