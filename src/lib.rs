//! Consensus Playground.
