//! Reads the items before the layers: `let` and `block`.

use proc_macro2::{Delimiter, Ident, Span};

use super::attr::{Attrs, check_name};
use super::parse::{Parser, Place, skip};
use super::tokens::Tokens;
use super::{Block, Expr, Let, constant_name, value};

impl Parser<'_> {
    /// Reads a `let` or a `block`, if one stands here. It is read in the wrong place too, so that its uses are no errors.
    pub(super) fn item(&mut self, tokens: &mut Tokens, attrs: &Attrs, allowed: bool, place: Place) -> bool {
        let is_let = tokens.is_word(0, "let") && !tokens.is(1, ':');
        let is_block = tokens.is_word(0, "block") && !tokens.is(1, ':');
        if !is_let && !is_block {
            return false;
        }
        let keyword = tokens.span();
        tokens.next();
        if !allowed {
            let word = if is_let { "let" } else { "block" };
            self.errors.push(
                keyword,
                format_args!("a `{word}` stands before the first layer of the network; move it there"),
            );
        }
        let docs = attrs.docs_only(if is_let { "a `let`" } else { "a `block`" }, self.errors);
        let read = if is_let { self.let_item(tokens, docs) } else { self.block_item(tokens, docs, keyword) };
        if read.is_none() {
            skip(tokens, place);
        }
        true
    }

    /// `NAME = expr;`
    fn let_item(&mut self, tokens: &mut Tokens, docs: Vec<String>) -> Option<()> {
        let Some(name) = tokens.next_ident() else {
            let message =
                format!("expected a name after `let`, found {}; write, say, `let d = 128;`", tokens.found());
            return self.fail(tokens.span(), message);
        };
        check_name(&name, "a number", self.errors);
        if tokens.next_is('=').is_none() {
            let message = format!(
                "expected `=` and a number, found {}; write, say, `let {name} = 128;`",
                tokens.found()
            );
            self.errors.push(tokens.span(), message);
            self.lets.push(Let { docs, name, value: Expr::Bad(tokens.span()) });
            return None;
        }
        let before = self.errors.len();
        let value = value::expr(tokens, self.errors);
        let mistaken = self.errors.len() > before;
        let constant = constant_name(&name);
        match self.lets.iter().find(|known| constant_name(&known.name) == constant) {
            Some(known) if known.name == name => {
                self.errors
                    .push(name.span(), format_args!("`{name}` has a value already; remove one of the two"));
            }
            Some(known) => {
                let message = format!(
                    "`{name}` and `{}` would both become the constant `{constant}`; rename one of them",
                    known.name
                );
                self.errors.push(name.span(), message);
            }
            None => self.lets.push(Let { docs, name, value }),
        }
        if tokens.next_is(';').is_some() {
            return Some(());
        }
        if !mistaken {
            let message = format!("expected `;` after the `let`, found {}; write `;` here", tokens.found());
            self.errors.push(tokens.span(), message);
        }
        // What follows is most likely the first layer: only something that cannot begin one is skipped.
        (!mistaken && tokens.ident(0).is_some()).then_some(())
    }

    /// `NAME(params) { seq }`
    fn block_item(&mut self, tokens: &mut Tokens, docs: Vec<String>, keyword: Span) -> Option<()> {
        let Some(name) = tokens.next_ident() else {
            let message = format!(
                "expected the name of the block, found {}; write `block name(c) {{ … }}`",
                tokens.found()
            );
            return self.fail(keyword, message);
        };
        check_name(&name, "a block", self.errors);
        let group = tokens.next_group(Delimiter::Parenthesis);
        let params = group.map_or(Vec::new(), |group| self.params(&mut Tokens::inside(&group)));
        let Some(group) = tokens.next_group(Delimiter::Brace) else {
            let message = format!(
                "expected the block's layers, found {0}; write `block {name} {{ … }}`",
                tokens.found()
            );
            return self.fail(tokens.span(), message);
        };
        let body = self.braces(&group);
        if self.blocks.iter().any(|known| known.name == name) {
            self.errors.push(
                name.span(),
                format_args!("there is a block `{name}` already; choose another name, such as `{name}2`"),
            );
        } else {
            self.blocks.push(Block { docs, name, params, body });
        }
        tokens.next_is(';');
        Some(())
    }

    /// `c, s`
    fn params(&mut self, tokens: &mut Tokens) -> Vec<Ident> {
        let mut params: Vec<Ident> = Vec::new();
        while !tokens.at_end() {
            let span = tokens.span();
            match tokens.next_ident() {
                Some(name) if params.contains(&name) => {
                    self.errors.push(
                        span,
                        format_args!("the block has a parameter `{name}` already; remove one of the two"),
                    );
                }
                Some(name) => {
                    check_name(&name, "a parameter", self.errors);
                    params.push(name);
                }
                None => {
                    self.errors.push(
                        span,
                        format_args!(
                            "expected the name of a parameter, found {}; write, say, `c`",
                            tokens.found()
                        ),
                    );
                    tokens.next();
                }
            }
            if !tokens.at_end() && tokens.next_is(',').is_none() {
                let message = format!(
                    "expected `,` between parameters, which are plain names, found {}; write `,` here",
                    tokens.found()
                );
                self.errors.push(tokens.span(), message);
                break;
            }
        }
        params
    }
}
