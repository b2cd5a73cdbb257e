//! Reads arguments, values and integer expressions.

use proc_macro2::{Delimiter, Group, Ident, Literal, TokenTree};
use syn::Lit;

use super::tokens::{Tokens, shortened};
use super::{Arg, Args, Expr, Op, Value};
use crate::errors::Errors;

/// How many operators one expression may have: they are evaluated by recursion.
const MAX_OPERATORS: usize = 256;

/// What a list of values turned out to be.
pub(super) struct Values {
    /// The values; the names are `None` in a tuple.
    pub(super) list: Vec<Arg>,
    /// Whether a comma was written, which makes a tuple of one value.
    pub(super) commas: bool,
}

/// Reads the parentheses after a kind.
pub(super) fn args(group: &Group, errors: &Errors) -> Args {
    let mut named: Vec<Ident> = Vec::new();
    let mut list = values(&mut Tokens::inside(group), errors).list;
    list.retain(|arg| match &arg.name {
        Some(name) if named.contains(name) => {
            errors.push(name.span(), format_args!("`{name}` is given twice; remove one of the two"));
            false
        }
        name => {
            named.extend(name.clone());
            true
        }
    });
    Args { span: group.span(), values: list }
}

/// Reads `value, name = value, …` to the end; after a mistake it goes on behind the next comma.
fn values(tokens: &mut Tokens, errors: &Errors) -> Values {
    let mut values = Values { list: Vec::new(), commas: false };
    while !tokens.at_end() {
        let before = errors.len();
        let name = argument_name(tokens, errors);
        let mut value = match &name {
            Some(name) if tokens.at_end() || tokens.is(0, ',') => {
                errors.push(
                    tokens.span(),
                    format_args!("expected a value after `{name} =`; write one, or remove `{name} =`"),
                );
                Value::Expr(Expr::Bad(tokens.span()))
            }
            _ => value(tokens, errors),
        };
        if tokens.next_is(',').is_some() {
            values.commas = true;
        } else if tokens.at_end() {
            // The last one.
        } else if errors.len() > before {
            skip_to_comma(tokens);
        } else if separator(tokens, &value, errors) {
            values.commas = true;
        } else {
            value = Value::Expr(Expr::Bad(value.span()));
            skip_to_comma(tokens);
        }
        values.list.push(Arg { name, value });
    }
    values
}

/// Reads `name =`, also where somebody wrote `name:`.
fn argument_name(tokens: &mut Tokens, errors: &Errors) -> Option<Ident> {
    tokens.ident(0)?;
    let equals = tokens.is(1, '=') && !tokens.is(2, '=');
    let colon = tokens.is(1, ':') && !tokens.is(2, ':');
    if !equals && !colon {
        return None;
    }
    let name = tokens.next_ident()?;
    if colon {
        let value = tokens.peek(1).map_or("…".to_owned(), |value| shortened(&value.to_string()));
        errors.push(
            tokens.span(),
            format_args!("a named argument has `=` before its value, found `:`; write `{name} = {value}`"),
        );
    }
    tokens.next();
    Some(name)
}

/// After a value that is followed by neither a comma nor the end: complains, and says whether the next argument starts
/// right here.
fn separator(tokens: &mut Tokens, before: &Value, errors: &Errors) -> bool {
    let found = tokens.found();
    let complain = |message: String| errors.push(tokens.span(), message);
    match tokens.peek(0) {
        Some(TokenTree::Punct(punct)) if punct.as_char() == ';' => {
            complain(format!("arguments are separated by `,`, found `;`; write `{before}, …`"));
            tokens.next();
            return true;
        }
        _ if tokens.is_joint(':', ':') => {
            let name = tokens.ident(2).map_or("size".to_owned(), |name| name.to_string().to_lowercase());
            complain(format!(
                "the macro cannot look up a path: it can only use numbers, `let` names and block parameters; write \
                 `let {name} = 256;` inside the network, and `{name}` here"
            ));
        }
        Some(TokenTree::Ident(word)) if word == "as" => {
            complain(format!("every size is a whole number and needs no cast; write `{before}` alone"));
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            complain(
                "the macro cannot call functions; write the number itself, or a `let` name that stands for it"
                    .to_string(),
            );
        }
        Some(TokenTree::Ident(_) | TokenTree::Literal(_)) => {
            let next = tokens.peek(0).map_or(String::new(), |next| shortened(&next.to_string()));
            complain(format!(
                "expected `,` between arguments, found {found} after `{before}`; write `{before}, {next}`"
            ));
            return true;
        }
        _ => complain(format!(
            "expected `,` or an operator (`+`, `-`, `*`, `/`, `%`), found {found}; write one here"
        )),
    }
    false
}

/// Goes behind the next comma.
fn skip_to_comma(tokens: &mut Tokens) {
    while !tokens.at_end() && tokens.next_is(',').is_none() {
        tokens.next();
    }
}

/// Reads one value; it stops where the value ends, whatever follows.
fn value(tokens: &mut Tokens, errors: &Errors) -> Value {
    let alone = |ahead| tokens.peek(ahead).is_none() || tokens.is(ahead, ',');
    let bad = |span, message: String| {
        errors.push(span, message);
        Value::Expr(Expr::Bad(span))
    };
    match tokens.peek(0) {
        None => bad(tokens.span(), "expected a value, found none; write one".to_string()),
        Some(TokenTree::Punct(punct)) if punct.as_char() == ',' => {
            bad(punct.span(), "expected a value before this `,`; remove the comma".to_string())
        }
        Some(TokenTree::Punct(punct)) if punct.as_char() == '.' => {
            let digits = tokens.peek(1).map(ToString::to_string).unwrap_or_default();
            bad(punct.span(), format!("a number starts with a digit; write `0.{digits}`"))
        }
        Some(TokenTree::Punct(sign)) if sign.as_char() == '-' && alone(2) => {
            let span = sign.span();
            match tokens.peek(1) {
                Some(TokenTree::Literal(literal)) if is_float(literal) => {
                    let value = float(literal, -1.0, errors);
                    tokens.next();
                    tokens.next();
                    value.map_or(Value::Expr(Expr::Bad(span)), |value| Value::Float { value, span })
                }
                _ => Value::Expr(expr(tokens, errors)),
            }
        }
        Some(TokenTree::Literal(literal)) if alone(1) => {
            let (literal, span) = (literal.clone(), literal.span());
            if is_float(&literal) {
                tokens.next();
                return float(&literal, 1.0, errors)
                    .map_or(Value::Expr(Expr::Bad(span)), |value| Value::Float { value, span });
            }
            Value::Expr(expr(tokens, errors))
        }
        Some(TokenTree::Group(group)) if alone(1) => {
            let group = group.clone();
            tokens.next();
            in_group(&group, errors)
        }
        _ => Value::Expr(expr(tokens, errors)),
    }
}

/// A value in parentheses (or in an invisible group): a tuple if there is a comma, else what is inside. In brackets: a
/// list.
fn in_group(group: &Group, errors: &Errors) -> Value {
    let span = group.span();
    if group.delimiter() == Delimiter::Brace {
        errors.push(span, "expected a number, a word or a tuple; write it in parentheses, such as `(3, 3)`");
        return Value::Expr(Expr::Bad(span));
    }
    let Values { mut list, commas } = values(&mut Tokens::inside(group), errors);
    for name in list.iter().filter_map(|arg| arg.name.as_ref()) {
        errors
            .push(name.span(), format_args!("values in a tuple or a list have no names; remove `{name} =`"));
    }
    let brackets = group.delimiter() == Delimiter::Bracket;
    match (list.len(), commas) {
        (0, _) => {
            let around = if brackets { "brackets" } else { "parentheses" };
            errors.push(span, format!("expected a value between the {around}, found none; write one"));
            Value::Expr(Expr::Bad(span))
        }
        _ if brackets => Value::List { values: list.into_iter().map(|arg| arg.value).collect(), span },
        (1, false) => match list.remove(0).value {
            Value::Expr(inner) => Value::Expr(Expr::Paren { inner: Box::new(inner), span }),
            other => other,
        },
        _ => Value::Tuple { values: list.into_iter().map(|arg| arg.value).collect(), span },
    }
}

/// Reads an integer expression; it stops at the first token that does not belong to it.
pub(super) fn expr(tokens: &mut Tokens, errors: &Errors) -> Expr {
    binary(tokens, 0, &mut 0, errors)
}

/// Precedence climbing: operators that bind at least as tightly as `floor` (0: sums, 1: products).
fn binary(tokens: &mut Tokens, floor: u8, operators: &mut usize, errors: &Errors) -> Expr {
    let mut left = operand(tokens, operators, errors);
    while let Some((op, level)) = operator(tokens).filter(|&(_, level)| level >= floor) {
        let op_span = tokens.span();
        tokens.next();
        *operators += 1;
        if *operators > MAX_OPERATORS {
            errors.push(
                op_span,
                format_args!(
                    "this expression has more than {MAX_OPERATORS} operators; write its parts as `let`s"
                ),
            );
            return Expr::Bad(op_span);
        }
        let right = binary(tokens, level + 1, operators, errors);
        // What follows something that is no operand would only give an echo; the caller skips it.
        if let Expr::Bad(span) = right {
            return Expr::Bad(span);
        }
        left = Expr::Binary { op, left: Box::new(left), right: Box::new(right), op_span };
    }
    left
}

/// The operator that stands next and how tightly it binds.
fn operator(tokens: &Tokens) -> Option<(Op, u8)> {
    // `->` ends an expression, and so do `+=` and its like.
    if tokens.is_joint('-', '>') {
        return None;
    }
    Some(match tokens.punct(0)?.as_char() {
        '+' => (Op::Add, 0),
        '-' => (Op::Sub, 0),
        '*' => (Op::Mul, 1),
        '/' => (Op::Div, 1),
        '%' => (Op::Rem, 1),
        _ => return None,
    })
}

/// A number, a name, something in parentheses, or one of these with a sign.
fn operand(tokens: &mut Tokens, operators: &mut usize, errors: &Errors) -> Expr {
    let mut signs = Vec::new();
    while let Some(sign) = tokens.next_is('-') {
        signs.push(sign);
    }
    *operators += signs.len();
    if let (Some(&sign), true) = (signs.first(), *operators > MAX_OPERATORS) {
        errors.push(
            sign,
            format_args!(
                "this expression has more than {MAX_OPERATORS} operators; write its parts as `let`s"
            ),
        );
        return Expr::Bad(sign);
    }
    let inner = atom(tokens, operators, errors);
    signs.into_iter().rfold(inner, |value, op_span| Expr::Neg { value: Box::new(value), op_span })
}

/// A number, a name, or an expression in parentheses.
fn atom(tokens: &mut Tokens, operators: &mut usize, errors: &Errors) -> Expr {
    let (span, found) = (tokens.span(), tokens.found());
    let bad = |message: String| {
        errors.push(span, message);
        Expr::Bad(span)
    };
    match tokens.peek(0) {
        Some(TokenTree::Ident(_)) => tokens.next_ident().map_or(Expr::Bad(span), Expr::Name),
        Some(TokenTree::Literal(literal)) => {
            let literal = literal.clone();
            tokens.next();
            int(literal, errors)
        }
        Some(TokenTree::Group(group))
            if matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::None) =>
        {
            let mut inside = Tokens::inside(group);
            tokens.next();
            let inner = binary(&mut inside, 0, operators, errors);
            if !inside.at_end() && !matches!(inner, Expr::Bad(_)) {
                let found = inside.found();
                errors.push(
                    inside.span(),
                    format_args!(
                        "expected an operator (`+`, `-`, `*`, `/`, `%`) or `)`, found {found}; write one here"
                    ),
                );
                return Expr::Bad(span);
            }
            Expr::Paren { inner: Box::new(inner), span }
        }
        // The token stays: it may be the separator that the reader of the list is looking for.
        _ => bad(format!("expected a number or a name, found {found}; write, say, `256`")),
    }
}

/// Whether a literal is a float (`0.5`, `1e-5`, `1f32`).
fn is_float(literal: &Literal) -> bool {
    matches!(Lit::new(literal.clone()), Lit::Float(_))
}

/// The value of a float literal.
fn float(literal: &Literal, sign: f64, errors: &Errors) -> Option<f64> {
    let Lit::Float(float) = Lit::new(literal.clone()) else { return None };
    if !float.suffix().is_empty() {
        errors.push(literal.span(), suffix_message(float.base10_digits(), float.suffix()));
        return None;
    }
    match float.base10_parse::<f64>() {
        Ok(value) if value.is_finite() => Some(sign * value),
        _ => {
            errors.push(
                literal.span(),
                format_args!("`{literal}` is more than a 64-bit float holds; write a smaller one"),
            );
            None
        }
    }
}

/// The value of an integer literal, or what is wrong with any other one.
fn int(literal: Literal, errors: &Errors) -> Expr {
    let span = literal.span();
    let message = match Lit::new(literal.clone()) {
        Lit::Int(int) if !int.suffix().is_empty() => suffix_message(int.base10_digits(), int.suffix()),
        Lit::Int(int) => match int.base10_parse::<u64>() {
            Ok(value) => return Expr::Int { value, span },
            Err(_) => format!("`{literal}` is more than a 64-bit whole number holds; write a smaller one"),
        },
        Lit::Float(_) => {
            format!(
                "expected a whole number, found `{literal}`: only whole numbers can be calculated with; write one"
            )
        }
        Lit::Str(text) => {
            format!(
                "expected a number or a word, found a string; write it without quotes, `{}`",
                text.value()
            )
        }
        _ => format!("expected a number or a name, found `{literal}`; write, say, `256`"),
    };
    errors.push(span, message);
    Expr::Bad(span)
}

/// `784usize`, `0.5f32`.
fn suffix_message(digits: &str, suffix: &str) -> String {
    format!("numbers have no type here, found `{suffix}`; write `{digits}`")
}
