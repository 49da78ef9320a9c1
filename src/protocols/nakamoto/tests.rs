//! Statements of the paper, by section.
