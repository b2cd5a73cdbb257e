//! How a bound is written: `train_bytes(batch = 128, optimizer = adam) <= 4 MiB`.

use proc_macro2::{Span, TokenStream};
use quipu_cost::OptimizerKind;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token};

use crate::suggest::{did_you_mean, listed};

/// What can be bounded: the word, and whether it is counted in bytes.
pub(super) const QUANTITIES: [(&str, bool); 10] = [
    ("params", false),
    ("param_bytes", true),
    ("macs", false),
    ("forward_flops", false),
    ("backward_flops", false),
    ("infer_flops", false),
    ("step_flops", false),
    ("train_bytes", true),
    ("infer_bytes", true),
    ("roofline_us", false),
];

const OPTIMIZERS: [(&str, OptimizerKind); 7] = [
    ("sgd", OptimizerKind::Sgd),
    ("momentum", OptimizerKind::Momentum),
    ("adam", OptimizerKind::Adam),
    ("adamw", OptimizerKind::AdamW),
    ("rmsprop", OptimizerKind::RmsProp),
    ("adagrad", OptimizerKind::Adagrad),
    ("lion", OptimizerKind::Lion),
];

/// One bound: `train_bytes(batch = 128, optimizer = adam) <= 4 MiB`.
pub(super) struct Bound {
    pub(super) quantity: Ident,
    pub(super) settings: Settings,
    pub(super) comparison: Comparison,
    pub(super) limit: Limit,
}

/// What a quantity depends on.
pub(super) struct Settings {
    pub(super) batch: u64,
    pub(super) optimizer: OptimizerKind,
    /// The machine of a roofline: 10^9 FLOP/s and 10^9 bytes/s.
    pub(super) gflops: f64,
    pub(super) gbps: f64,
    /// As they stand in the source.
    pub(super) written: TokenStream,
}

/// How a quantity is held against its limit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    AtMost,
    Below,
    Equal,
}

/// What a quantity is held against.
pub(super) enum Limit {
    /// A number.
    Number(Number),
    /// A Rust constant.
    Constant(syn::Path),
}

/// A limit that is a number, and how it was written.
pub(super) struct Number {
    pub(super) value: u64,
    pub(super) written: String,
    /// Its unit's name and size, where it has one.
    pub(super) unit: Option<(&'static str, f64)>,
    pub(super) span: Span,
}

/// Units of limits; those of bytes are powers of 1024.
const UNITS: [(&str, f64); 6] = [
    ("K", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("KiB", 1024.0),
    ("MiB", 1024.0 * 1024.0),
    ("GiB", 1024.0 * 1024.0 * 1024.0),
];

/// A message about a budget that cannot be read, which ends in what to write instead.
pub(super) fn with_repair(problem: &str) -> String {
    if problem.contains("; write ") || problem.contains("did you mean") || problem.contains("; it takes ") {
        problem.to_owned()
    } else {
        format!("{problem}; write, say, `#[budget(params <= 250_000)]`")
    }
}

impl Comparison {
    /// As it is written.
    pub(super) fn tokens(self) -> TokenStream {
        match self {
            Comparison::AtMost => quote!(<=),
            Comparison::Below => quote!(<),
            Comparison::Equal => quote!(==),
        }
    }

    /// Whether it holds.
    pub(super) fn holds(self, value: u64, limit: u64) -> bool {
        match self {
            Comparison::AtMost => value <= limit,
            Comparison::Below => value < limit,
            Comparison::Equal => value == limit,
        }
    }
}

impl Parse for Bound {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let quantity: Ident = input.parse()?;
        let word = quantity.to_string();
        if !QUANTITIES.iter().any(|(name, _)| *name == word) {
            let known = QUANTITIES.map(|(name, _)| name);
            let hint = did_you_mean(&word, &known);
            return Err(syn::Error::new(quantity.span(), format!("unknown quantity `{word}`{hint}")));
        }
        let settings = Settings::parse(input, &word)?;
        let comparison = if input.parse::<Option<Token![<=]>>()?.is_some() {
            Comparison::AtMost
        } else if input.parse::<Option<Token![<]>>()?.is_some() {
            Comparison::Below
        } else if input.parse::<Option<Token![==]>>()?.is_some() {
            Comparison::Equal
        } else {
            return Err(input.error("expected `<=`, `<` or `==` after the quantity"));
        };
        Ok(Bound { quantity, settings, comparison, limit: input.parse()? })
    }
}

impl Settings {
    /// Reads `(batch = 128, optimizer = adam, clip)`, of which each quantity takes what it depends on.
    fn parse(input: ParseStream<'_>, quantity: &str) -> syn::Result<Self> {
        let mut settings = Settings {
            batch: 1,
            optimizer: OptimizerKind::Sgd,
            gflops: 0.0,
            gbps: 0.0,
            written: TokenStream::new(),
        };
        if !input.peek(syn::token::Paren) {
            return settings.complete(quantity, input.span());
        }
        let takes_optimizer = matches!(quantity, "step_flops" | "train_bytes");
        let takes_machine = quantity == "roofline_us";
        let takes_batch = !matches!(quantity, "params" | "param_bytes");
        let content;
        syn::parenthesized!(content in input);
        settings.written = content.fork().parse()?;
        while !content.is_empty() {
            let word: Ident = content.parse()?;
            match word.to_string().as_str() {
                "batch" if takes_batch => {
                    content.parse::<Token![=]>()?;
                    let literal: syn::LitInt = content.parse()?;
                    settings.batch = literal.base10_parse()?;
                    if settings.batch == 0 || settings.batch > 1 << 30 {
                        return Err(syn::Error::new(
                            literal.span(),
                            "a batch has at least one and at most 2^30 samples",
                        ));
                    }
                }
                "optimizer" if takes_optimizer => {
                    content.parse::<Token![=]>()?;
                    let name: Ident = content.parse()?;
                    let found = OPTIMIZERS.iter().find(|(known, _)| name == known);
                    let Some((_, kind)) = found else {
                        let hint = did_you_mean(&name.to_string(), &OPTIMIZERS.map(|(known, _)| known));
                        return Err(syn::Error::new(
                            name.span(),
                            format!("unknown optimizer `{name}`{hint}"),
                        ));
                    };
                    settings.optimizer = *kind;
                }
                "gflops" if takes_machine => settings.gflops = rate(&content)?,
                "gbps" if takes_machine => settings.gbps = rate(&content)?,
                "clip" if takes_optimizer => settings.optimizer = settings.optimizer.clip(),
                "l1" if takes_optimizer => settings.optimizer = settings.optimizer.l1(),
                "decay" if takes_optimizer => settings.optimizer = settings.optimizer.decay(),
                "nesterov" if takes_optimizer => settings.optimizer = settings.optimizer.nesterov(),
                "centered" if takes_optimizer => settings.optimizer = settings.optimizer.centered(),
                "momentum" if takes_optimizer => settings.optimizer = settings.optimizer.momentum(),
                other => {
                    let known: &[&str] = match (takes_batch, takes_optimizer) {
                        _ if takes_machine => &["batch", "gflops", "gbps"],
                        (true, true) => {
                            &["batch", "optimizer", "clip", "decay", "l1", "nesterov", "centered", "momentum"]
                        }
                        (true, false) => &["batch"],
                        _ => &[],
                    };
                    let message = if known.is_empty() {
                        format!(
                            "`{quantity}` depends on nothing; write `{quantity} <= …` without parentheses"
                        )
                    } else {
                        format!(
                            "`{quantity}` does not depend on `{other}`; it takes {}",
                            listed(known, "and")
                        )
                    };
                    return Err(syn::Error::new(word.span(), message));
                }
            }
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        settings.complete(quantity, input.span())
    }

    /// A roofline needs a machine.
    fn complete(self, quantity: &str, span: Span) -> syn::Result<Self> {
        if quantity == "roofline_us" && !(self.gflops > 0.0 && self.gbps > 0.0) {
            let message = "`roofline_us` is the time on a machine; write `roofline_us(batch = 128, gflops = 100, gbps = 20)`";
            return Err(syn::Error::new(span, message));
        }
        Ok(self)
    }
}

/// A machine's rate, above zero.
fn rate(content: ParseStream<'_>) -> syn::Result<f64> {
    content.parse::<Token![=]>()?;
    let literal: syn::Lit = content.parse()?;
    let value = match &literal {
        syn::Lit::Int(int) => int.base10_parse::<f64>()?,
        syn::Lit::Float(float) => float.base10_parse()?,
        other => return Err(syn::Error::new(other.span(), "expected a number of 10^9 a second")),
    };
    if value > 0.0 { Ok(value) } else { Err(syn::Error::new(literal.span(), "a rate is above 0")) }
}

impl Parse for Limit {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Ident)
            || input.peek(Token![::])
            || input.peek(Token![crate])
            || input.peek(Token![self])
        {
            return Ok(Limit::Constant(input.parse()?));
        }
        let literal: syn::Lit = input.parse()?;
        let (number, digits) = match &literal {
            syn::Lit::Int(int) => (int.base10_parse::<u64>()? as f64, int.to_string()),
            syn::Lit::Float(float) => (float.base10_parse::<f64>()?, float.to_string()),
            other => {
                return Err(syn::Error::new(
                    other.span(),
                    "expected a number, as in `250_000` or `4 MiB`, or a constant",
                ));
            }
        };
        let (mut written, mut unit) = (digits, None);
        if input.peek(Ident) {
            let word: Ident = input.parse()?;
            let Some(known) = UNITS.iter().find(|(name, _)| word == name) else {
                let hint = did_you_mean(&word.to_string(), &UNITS.map(|(name, _)| name));
                return Err(syn::Error::new(word.span(), format!("unknown unit `{word}`{hint}")));
            };
            unit = Some(*known);
            written = format!("{written} {word}");
        }
        // A bound without a unit stays exact: only numbers with one go through floating point.
        let value = match &literal {
            syn::Lit::Int(int) if unit.is_none() => int.base10_parse()?,
            _ => (number * unit.map_or(1.0, |(_, size)| size)) as u64,
        };
        Ok(Limit::Number(Number { value, written, unit, span: literal.span() }))
    }
}
