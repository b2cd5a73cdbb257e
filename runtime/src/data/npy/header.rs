//! The header of an NPY file: a Python dictionary with the elements' type, their order and the shape.
//!
//! Format: `\x93NUMPY`, two bytes of version, the header's length (two bytes, from version 2 on four), and a literal like
//! `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }` that spaces and a line's end fill up.

use std::path::Path;

use super::NpyError;

const MAGIC: &[u8] = b"\x93NUMPY";

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The type, `<f8`; a structured one as the text of its list.
    pub(super) descr: String,
    /// Whether the first dimension runs fastest, and not the last.
    pub(super) fortran: bool,
    pub(super) shape: Vec<usize>,
}

impl Header {
    /// Reads the header; also where the elements begin.
    pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<(Self, usize), NpyError> {
        let damaged = |expected, found: &[u8]| {
            let found = String::from_utf8_lossy(&found[..found.len().min(200)]).into_owned();
            NpyError::Header { path: path.into(), expected, found }
        };
        let (length, start) = match bytes.strip_prefix(MAGIC) {
            Some([1, _, low, high, ..]) => (usize::from(u16::from_le_bytes([*low, *high])), 10),
            Some([2 | 3, _, a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 12),
            _ => {
                let found = bytes[..bytes.len().min(8)].to_vec();
                return Err(NpyError::Magic { path: path.into(), found });
            }
        };
        let Some(text) = bytes.get(start..start + length) else {
            return Err(damaged("as many bytes as the header's length says", &bytes[start..]));
        };
        let Ok(plain) = std::str::from_utf8(text) else {
            return Err(damaged("text", text));
        };
        let header = Literal(plain).header().map_err(|expected| damaged(expected, text))?;
        Ok((header, start + length))
    }
}

/// What is left of the literal. An error is what was expected.
struct Literal<'a>(&'a str);

impl<'a> Literal<'a> {
    /// The whole dictionary: the three keys in any order, each once, and no other.
    fn header(mut self) -> Result<Header, &'static str> {
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        self.expect("{")?;
        while !self.takes("}") {
            let key = self.quoted()?;
            self.expect(":")?;
            let again = match key {
                "descr" => descr.replace(self.descr()?).is_some(),
                "fortran_order" => fortran.replace(self.truth()?).is_some(),
                "shape" => shape.replace(self.tuple()?).is_some(),
                _ => return Err("the keys 'descr', 'fortran_order' and 'shape'"),
            };
            if again {
                return Err("each key once");
            }
            if !self.takes(",") {
                self.expect("}")?;
                break;
            }
        }
        if !self.0.trim().is_empty() {
            return Err("nothing but spaces behind the dictionary");
        }
        match (descr, fortran, shape) {
            (Some(descr), Some(fortran), Some(shape)) => Ok(Header { descr, fortran, shape }),
            _ => Err("the keys 'descr', 'fortran_order' and 'shape'"),
        }
    }

    /// Takes these characters if they come next, after spaces.
    fn takes(&mut self, text: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn expect(&mut self, text: &'static str) -> Result<(), &'static str> {
        if self.takes(text) {
            return Ok(());
        }
        Err(match text {
            "{" => "a dictionary in braces",
            "}" => "a comma or a closing brace",
            ":" => "a colon after each key",
            _ => "a shape in parentheses",
        })
    }

    /// A string in single or double quotes.
    fn quoted(&mut self) -> Result<&'a str, &'static str> {
        for quote in ["'", "\""] {
            if self.takes(quote) {
                let (text, rest) = self.0.split_once(quote).ok_or("a closing quote")?;
                self.0 = rest;
                return Ok(text);
            }
        }
        Err("a string in quotes")
    }

    /// A type: a string, or a list of fields, which is kept as text up to its bracket.
    fn descr(&mut self) -> Result<String, &'static str> {
        if !self.0.trim_start().starts_with('[') {
            return self.quoted().map(String::from);
        }
        let mut depth = 0_usize;
        let text = self.0.trim_start();
        for (at, character) in text.char_indices() {
            depth = match character {
                '[' => depth + 1,
                ']' => depth - 1,
                _ => depth,
            };
            if depth == 0 {
                let (list, rest) = text.split_at(at + 1);
                self.0 = rest;
                return Ok(list.into());
            }
        }
        Err("a closing bracket")
    }

    fn truth(&mut self) -> Result<bool, &'static str> {
        if self.takes("True") {
            Ok(true)
        } else if self.takes("False") {
            Ok(false)
        } else {
            Err("True or False as 'fortran_order'")
        }
    }

    /// `()`, `(3,)`, `(3, 4)`; NumPy under Python 2 wrote `(3L, 4L)`.
    fn tuple(&mut self) -> Result<Vec<usize>, &'static str> {
        self.expect("(")?;
        let mut sizes = Vec::new();
        while !self.takes(")") {
            let text = self.0.trim_start();
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let (digits, rest) = text.split_at(end);
            sizes.push(digits.parse().map_err(|_| "sizes below 2^64 in 'shape'")?);
            self.0 = rest.strip_prefix('L').unwrap_or(rest);
            if !self.takes(",") {
                if !self.takes(")") {
                    return Err("a comma or a closing parenthesis in 'shape'");
                }
                break;
            }
        }
        Ok(sizes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Header, &'static str> {
        Literal(text).header()
    }

    #[test]
    fn headers_as_numpy_writes_them() {
        let header = parse("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }   \n").unwrap();
        assert_eq!(header, Header { descr: "<f8".into(), fortran: false, shape: vec![3, 4] });
        assert!(parse("{'shape': (), 'fortran_order': True, \"descr\": '|u1'}").unwrap().shape.is_empty());
        assert_eq!(parse("{'descr':'<i8','fortran_order':True,'shape':(7,)}").unwrap().shape, [7]);
        assert_eq!(
            parse("{'descr': '<i8', 'fortran_order': True, 'shape': (7L, 2L)}").unwrap().shape,
            [7, 2]
        );
        let fields =
            parse("{'descr': [('a', '<f8'), ('b', '<i4', (2,))], 'fortran_order': False, 'shape': (1,)}");
        assert_eq!(fields.unwrap().descr, "[('a', '<f8'), ('b', '<i4', (2,))]");
    }

    #[test]
    fn broken_headers_say_what_was_expected() {
        let table = [
            ("", "a dictionary in braces"),
            ("{}", "the keys 'descr', 'fortran_order' and 'shape'"),
            ("{'descr'", "a colon after each key"),
            ("{'descr: 1", "a closing quote"),
            ("{descr: 1", "a string in quotes"),
            ("{'descr': [('a', '<f8')", "a closing bracket"),
            ("{'fortran_order': 0", "True or False as 'fortran_order'"),
            ("{'shape': 3", "a shape in parentheses"),
            ("{'shape': (3 4)", "a comma or a closing parenthesis in 'shape'"),
            ("{'shape': (-3,)", "sizes below 2^64 in 'shape'"),
            ("{'shape': (99999999999999999999,)", "sizes below 2^64 in 'shape'"),
            ("{'shape': (3,", "sizes below 2^64 in 'shape'"),
            ("{'shape': (3,) 'x'", "a comma or a closing brace"),
            ("{'shape': (3,), 'shape': (3,)}", "each key once"),
            ("{'shape': (3,), 'more': 1}", "the keys 'descr', 'fortran_order' and 'shape'"),
            (
                "{'descr': '<f8', 'fortran_order': True, 'shape': ()} x",
                "nothing but spaces behind the dictionary",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
