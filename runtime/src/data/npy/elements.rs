//! The elements of an NPY file: their types, and each as an f64.

/// A type of numbers, in one of the two orders of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    kind: Kind,
    big_endian: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    /// Bytes of it: 1, 2, 4, 8.
    Signed(usize),
    /// Likewise.
    Unsigned(usize),
    /// Bytes of it: 2, 4, 8.
    Float(usize),
}

impl Element {
    /// The type that NumPy writes so: `<f4`, `|u1`, `>i8`; none for what is no number.
    pub(super) fn of(descr: &str) -> Option<Self> {
        let mut rest = descr.chars();
        // `=`, the machine's own order, is not written to files.
        let big_endian = match rest.next()? {
            '<' | '|' => false,
            '>' => true,
            _ => return None,
        };
        let kind = match rest.as_str() {
            "b1" => Kind::Bool,
            "i1" => Kind::Signed(1),
            "i2" => Kind::Signed(2),
            "i4" => Kind::Signed(4),
            "i8" => Kind::Signed(8),
            "u1" => Kind::Unsigned(1),
            "u2" => Kind::Unsigned(2),
            "u4" => Kind::Unsigned(4),
            "u8" => Kind::Unsigned(8),
            "f2" => Kind::Float(2),
            "f4" => Kind::Float(4),
            "f8" => Kind::Float(8),
            _ => return None,
        };
        Some(Element { kind, big_endian })
    }

    /// Bytes of one.
    pub(super) fn size(self) -> usize {
        match self.kind {
            Kind::Bool => 1,
            Kind::Signed(size) | Kind::Unsigned(size) | Kind::Float(size) => size,
        }
    }

    /// Whether it is an unsigned byte.
    pub(super) fn is_byte(self) -> bool {
        self.kind == Kind::Unsigned(1)
    }

    pub(super) fn is_integer(self) -> bool {
        !matches!(self.kind, Kind::Float(_))
    }

    /// The number that these bytes are, as many as its size.
    pub(super) fn value(self, bytes: &[u8]) -> f64 {
        let bits = bytes.iter().enumerate().fold(0_u64, |bits, (place, &byte)| {
            let place = if self.big_endian { bytes.len() - 1 - place } else { place };
            bits | u64::from(byte) << (8 * place)
        });
        match self.kind {
            Kind::Bool => f64::from(u8::from(bits != 0)),
            // The sign bit is moved to the front and back.
            Kind::Signed(size) => {
                let shift = 64 - 8 * size;
                ((bits << shift) as i64 >> shift) as f64
            }
            Kind::Unsigned(_) => bits as f64,
            Kind::Float(2) => half(bits as u16),
            Kind::Float(4) => f64::from(f32::from_bits(bits as u32)),
            Kind::Float(_) => f64::from_bits(bits),
        }
    }
}

/// A number of IEEE half precision: a sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff) / 1024.0);
    let size = match exponent {
        0 => fraction * 2.0_f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2.0_f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_type_in_both_orders() {
        let value = |descr: &str, bytes: &[u8]| {
            let element = Element::of(descr).unwrap();
            assert_eq!(element.size(), bytes.len());
            element.value(bytes)
        };
        assert_eq!(value("|b1", &[1]), 1.0);
        assert_eq!(value("|i1", &[0xfe]), -2.0);
        assert_eq!(value("|u1", &[0xfe]), 254.0);
        assert_eq!(value("<i2", &[0xfe, 0xff]), -2.0);
        assert_eq!(value(">i2", &[0xff, 0xfe]), -2.0);
        assert_eq!(value("<u2", &[0x01, 0x02]), 513.0);
        assert_eq!(value(">u4", &[0, 0, 1, 2]), 258.0);
        assert_eq!(value("<i8", &(-9_i64).to_le_bytes()), -9.0);
        assert_eq!(value(">u8", &u64::MAX.to_be_bytes()), 18_446_744_073_709_551_615.0);
        assert_eq!(value("<f4", &1.5_f32.to_le_bytes()), 1.5);
        assert_eq!(value(">f8", &(-0.1_f64).to_be_bytes()), -0.1);
        for descr in ["<c8", "|O", "<U4", "|S3", "<f16", "<M8[ns]", "=f4", "f4", "", "<"] {
            assert!(Element::of(descr).is_none(), "{descr}");
        }
    }

    // numpy.array([...], dtype=numpy.float16).view(numpy.uint16)
    #[test]
    fn half_precision() {
        let table = [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_953_125),
            (0x7bff, 65_504.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0xfc00, f64::NEG_INFINITY),
        ];
        for (bits, value) in table {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7e00).is_nan());
    }
}
