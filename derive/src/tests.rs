//! Errors of the derives: what they say and where.
