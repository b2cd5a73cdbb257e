//! `input(...)`: states the shape of a sample where the first layer does not.
//!
//! It says something and does nothing: no kernel and no FLOP. The kind exists in the macro alone.
