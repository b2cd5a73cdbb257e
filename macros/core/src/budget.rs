//! `#[budget(…)]`: bounds on what a network costs, checked while it compiles.
//!
//! A bound that is a number is checked here, so that the error stands on it and names the layers that cost most. A
//! bound that is a Rust constant is only known to the compiler: an assertion is emitted for it.

use proc_macro2::{Span, TokenStream};
use quipu_cost::OptimizerKind;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, Token};

use crate::ast;
use crate::cost::Row;
use crate::errors::Errors;
use crate::plan::Sizes;
use crate::suggest::{did_you_mean, listed};

/// Bytes of the alias's scalar, `f32`.
const SCALAR: u64 = 4;

/// What can be bounded: the word, and whether it is counted in bytes.
const QUANTITIES: [(&str, bool); 10] = [
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

const OPTIMIZERS: [(&str, OptimizerKind); 4] = [
    ("sgd", OptimizerKind::Sgd),
    ("momentum", OptimizerKind::Momentum),
    ("adam", OptimizerKind::Adam),
    ("adamw", OptimizerKind::AdamW),
];

/// What the bounds are checked against.
pub struct Costs<'a> {
    /// The cost table.
    pub rows: &'a [Row],
    /// The workspaces for training and for evaluation.
    pub sizes: (Sizes, Sizes),
    /// Elements a sample that flow in.
    pub inputs: u64,
    /// Bytes a sample of the staged targets.
    pub target_bytes: u64,
}

/// Checks the budgets of a network; returns the assertions for bounds that are Rust constants.
pub fn check(network: &ast::Network, name: &Ident, costs: &Costs<'_>, errors: &Errors) -> TokenStream {
    let mut assertions = TokenStream::new();
    for attribute in &network.attrs {
        let path = attribute.path();
        if !path.is_ident("budget") {
            let word = quote!(#path).to_string();
            let hint = did_you_mean(&word, &["budget"]);
            errors.push(
                path.segments.first().map_or_else(Span::call_site, |segment| segment.ident.span()),
                format!("a network takes doc comments and `#[budget(…)]`, found `#[{word}]`{hint}"),
            );
            continue;
        }
        let bounds = match attribute.parse_args_with(Punctuated::<Bound, Token![,]>::parse_terminated) {
            Ok(bounds) => bounds,
            Err(error) => {
                errors.push(error.span(), format!("{error}; write, say, `#[budget(params <= 250_000)]`"));
                continue;
            }
        };
        for bound in &bounds {
            assertions.extend(bound.check(name, costs, errors));
        }
    }
    assertions
}

/// One bound: `train_bytes(batch = 128, optimizer = adam) <= 4 MiB`.
struct Bound {
    quantity: Ident,
    settings: Settings,
    comparison: Comparison,
    limit: Limit,
}

/// What a quantity depends on.
struct Settings {
    batch: u64,
    optimizer: OptimizerKind,
    /// The machine of a roofline: 10^9 FLOP/s and 10^9 bytes/s.
    gflops: f64,
    gbps: f64,
    written: TokenStream,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    AtMost,
    Below,
    Equal,
}

enum Limit {
    /// A number, and how it was written.
    Number { value: u64, written: String, span: Span },
    /// A Rust constant.
    Constant(syn::Path),
}

impl Comparison {
    fn holds(self, value: u64, limit: u64) -> bool {
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
                "decay" if takes_optimizer => settings.optimizer = settings.optimizer.decay(),
                "nesterov" if takes_optimizer => settings.optimizer = settings.optimizer.nesterov(),
                other => {
                    let known: &[&str] = match (takes_batch, takes_optimizer) {
                        _ if takes_machine => &["batch", "gflops", "gbps"],
                        (true, true) => &["batch", "optimizer", "clip", "decay", "nesterov"],
                        (true, false) => &["batch"],
                        _ => &[],
                    };
                    let message = if known.is_empty() {
                        format!("`{quantity}` depends on nothing; write `{quantity} <= …`")
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
        let mut written = digits;
        let mut factor = 1.0;
        if input.peek(Ident) {
            let unit: Ident = input.parse()?;
            const UNITS: [(&str, f64); 6] = [
                ("K", 1e3),
                ("M", 1e6),
                ("G", 1e9),
                ("KiB", 1024.0),
                ("MiB", 1024.0 * 1024.0),
                ("GiB", 1024.0 * 1024.0 * 1024.0),
            ];
            let Some((_, size)) = UNITS.iter().find(|(name, _)| unit == name) else {
                let hint = did_you_mean(&unit.to_string(), &UNITS.map(|(name, _)| name));
                return Err(syn::Error::new(unit.span(), format!("unknown unit `{unit}`{hint}")));
            };
            factor = *size;
            written = format!("{written} {unit}");
        }
        // A bound without a unit stays exact: only numbers with one go through floating point.
        let value = match &literal {
            syn::Lit::Int(int) if factor == 1.0 => int.base10_parse()?,
            _ => (number * factor) as u64,
        };
        Ok(Limit::Number { value, written, span: literal.span() })
    }
}

impl Bound {
    fn check(&self, name: &Ident, costs: &Costs<'_>, errors: &Errors) -> TokenStream {
        let word = self.quantity.to_string();
        let bytes = QUANTITIES.iter().any(|(name, bytes)| *name == word && *bytes);
        let value = self.value(&word, costs);
        let written = &self.settings.written;
        let quantity = if written.is_empty() { word.clone() } else { format!("{word}({written})") };
        match &self.limit {
            Limit::Number { value: limit, written, span } => {
                if !self.comparison.holds(value, *limit) {
                    errors.push(*span, self.message(&quantity, value, *limit, written, bytes, costs, &word));
                }
                TokenStream::new()
            }
            Limit::Constant(path) => {
                let comparison = match self.comparison {
                    Comparison::AtMost => quote!(<=),
                    Comparison::Below => quote!(<),
                    Comparison::Equal => quote!(==),
                };
                let shown = match self.comparison {
                    Comparison::AtMost => "<=",
                    Comparison::Below => "<",
                    Comparison::Equal => "==",
                };
                let what = format!("{name}: {quantity} {shown} {}", quote!(#path));
                let (layer, share) = self.most(costs, &word).unwrap_or(("no layer", 0));
                quote! {
                    const _: () = {
                        let limit = #path as u64;
                        ::quipu::cost::assert_budget(#value #comparison limit, #what, #value, limit, (#layer, #share));
                    };
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one sentence")]
    fn message(
        &self,
        quantity: &str,
        value: u64,
        limit: u64,
        written: &str,
        bytes: bool,
        costs: &Costs<'_>,
        word: &str,
    ) -> String {
        let found = shown_number(value, bytes);
        let gap = if value > limit {
            format!("{} over", shown_number(value - limit, bytes))
        } else if value < limit {
            format!("{} under", shown_number(limit - value, bytes))
        } else {
            "not below".to_owned()
        };
        let most = self.most(costs, word).map_or(String::new(), |(layer, share)| {
            format!(": {layer} takes {} of it", shown_number(share, bytes))
        });
        format!("{quantity} is {found}, {gap} {written}{most}")
    }

    /// The quantity; what u64 does not hold is over every bound that it holds.
    fn value(&self, word: &str, costs: &Costs<'_>) -> u64 {
        let Settings { batch, optimizer, .. } = self.settings;
        let (batch, scalar) = (u128::from(batch), u128::from(SCALAR));
        let sum = |of: fn(&Row) -> u64| costs.rows.iter().map(|row| u128::from(of(row))).sum::<u128>();
        let params = sum(|row| row.params);
        let buffers = sum(|row| row.buffers);
        let of_params = |rule: fn(OptimizerKind, u64) -> u64| {
            u128::from(rule(optimizer, u64::try_from(params).unwrap_or(u64::MAX)))
        };
        let workspace = |sizes: Sizes| {
            batch
                * (u128::from(sizes.values) * scalar
                    + u128::from(sizes.indices) * 4
                    + u128::from(sizes.bytes))
                + u128::from(sizes.statistics) * scalar
        };
        let inputs = batch * u128::from(costs.inputs) * scalar;
        let value = match word {
            "params" => params,
            "param_bytes" => params * scalar,
            "macs" => batch * sum(|row| row.macs),
            "forward_flops" => batch * sum(|row| row.forward) + sum(|row| row.per_step.forward),
            "backward_flops" => batch * sum(|row| row.backward) + sum(|row| row.per_step.backward),
            "infer_flops" => batch * sum(|row| row.infer) + sum(|row| row.per_step.infer),
            "step_flops" => {
                batch * sum(|row| row.forward)
                    + batch * sum(|row| row.backward)
                    + sum(once_a_step)
                    + of_params(OptimizerKind::flops)
            }
            "train_bytes" => {
                (2 * (params + buffers) + of_params(OptimizerKind::state_elements)) * scalar
                    + workspace(costs.sizes.0)
                    + inputs
                    + batch * u128::from(costs.target_bytes)
            }
            "infer_bytes" => (params + buffers) * scalar + workspace(costs.sizes.1) + inputs,
            // Whole microseconds, rounded up: a bound that holds for the number holds for the estimate.
            _ => costs.rows.iter().map(|row| self.roofline(row)).sum::<f64>().ceil() as u128,
        };
        u64::try_from(value).unwrap_or(u64::MAX)
    }

    /// Microseconds of a layer's forward and backward on the machine given: the longer of computing and moving.
    fn roofline(&self, row: &Row) -> f64 {
        let Settings { batch, gflops, gbps, .. } = self.settings;
        let times = |sample: u64, step: u64| sample.saturating_mul(batch).saturating_add(step);
        let seconds = |flops: u64, elements: u64| {
            quipu_cost::roofline_seconds(flops, elements.saturating_mul(SCALAR), gflops, gbps)
        };
        let Row { moved, .. } = row;
        let forward =
            seconds(times(row.forward, row.per_step.forward), times(moved.forward, moved.forward_per_step));
        let backward = seconds(
            times(row.backward, row.per_step.backward),
            times(moved.backward, moved.backward_per_step),
        );
        (forward + backward) * 1e6
    }

    /// The layer that takes most of it, and how much.
    fn most<'c>(&self, costs: &'c Costs<'_>, word: &str) -> Option<(&'c str, u64)> {
        let Settings { batch, optimizer, .. } = self.settings;
        let share = |row: &Row| match word {
            "params" => row.params,
            "param_bytes" => row.params * SCALAR,
            "infer_bytes" => (row.params + row.buffers) * SCALAR,
            "macs" => batch.saturating_mul(row.macs),
            "forward_flops" => batch.saturating_mul(row.forward).saturating_add(row.per_step.forward),
            "backward_flops" => batch.saturating_mul(row.backward).saturating_add(row.per_step.backward),
            "infer_flops" => batch.saturating_mul(row.infer).saturating_add(row.per_step.infer),
            "step_flops" => batch
                .saturating_mul(row.forward + row.backward)
                .saturating_add(once_a_step(row) + optimizer.flops(row.params)),
            "train_bytes" => (2 * (row.params + row.buffers) + optimizer.state_elements(row.params)) * SCALAR,
            _ => self.roofline(row) as u64,
        };
        costs.rows.iter().map(|row| (row.name.as_str(), share(row))).max_by_key(|(_, share)| *share)
    }
}

/// FLOPs of a layer once in a training step, the optimizer's own left out.
fn once_a_step(row: &Row) -> u64 {
    row.per_step.forward + row.per_step.backward + row.per_step.update
}

/// Bytes in the unit that reads best, counts with their thousands apart.
fn shown_number(value: u64, bytes: bool) -> String {
    if bytes && value >= 1024 {
        let (unit, size) = if value < 1 << 20 {
            ("KiB", 1024.0)
        } else if value < 1 << 30 {
            ("MiB", 1024.0 * 1024.0)
        } else {
            ("GiB", 1024.0 * 1024.0 * 1024.0)
        };
        return format!("{:.2} {unit}", value as f64 / size);
    }
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    if bytes { format!("{out} bytes") } else { out }
}
