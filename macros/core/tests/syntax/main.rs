//! The front end of `network!`: what the parser accepts, what it says about mistakes, and that nothing makes it panic.

mod accepted;
mod kinds;
mod mutated;
mod printed;
mod random;
mod rejected_arguments;
mod rejected_networks;
