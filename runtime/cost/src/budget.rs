//! An assertion on a cost whose message carries numbers, in constants too.

/// Room for the longest message: names are cut where they would not fit.
const ROOM: usize = 512;

/// A message under construction.
struct Message {
    text: [u8; ROOM],
    length: usize,
}

impl Message {
    const fn push(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut index = 0;
        while index < bytes.len() && self.length < ROOM {
            self.text[self.length] = bytes[index];
            self.length += 1;
            index += 1;
        }
        self
    }

    const fn number(mut self, number: u64) -> Self {
        let mut power = 1;
        while number / power >= 10 {
            power *= 10;
        }
        while power > 0 && self.length < ROOM {
            self.text[self.length] = b'0' + (number / power % 10) as u8;
            self.length += 1;
            power /= 10;
        }
        self
    }
}

/// Stops the build unless a budget holds, with a message that says `what` was bounded, the `value` found, the
/// `limit`, and where it goes (`most`, which may be empty).
///
/// ```
/// const MAX: u64 = 250_000;
/// const _: () = quipu_cost::assert_budget(203_530 <= MAX, "Mlp: params <= MAX", 203_530, MAX, "");
/// ```
///
/// # Panics
/// Where the budget does not hold; in a constant that is an error of the build.
pub const fn assert_budget(holds: bool, what: &str, value: u64, limit: u64, most: &str) {
    if holds {
        return;
    }
    let message = Message { text: [0; ROOM], length: 0 }
        .push("the budget `")
        .push(what)
        .push("` is broken: found ")
        .number(value)
        .push(", the limit is ")
        .number(limit)
        .push(most);
    let (text, _) = message.text.split_at(message.length);
    match core::str::from_utf8(text) {
        Ok(text) => panic!("{}", text),
        // A name was cut in the middle of a letter.
        Err(_) => panic!("a budget is broken"),
    }
}
