//! Derivatives of networks.
